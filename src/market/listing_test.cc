// Fields as people type them, and back.
#include "market/listing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "market/units.h"

namespace jiaoji::market {
namespace {

Field field_of(FieldType type, const char* unit = "") {
  Field field{.id = "f", .label = {"栏", "field"}, .type = type, .unit = unit};
  field.many = true;
  field.options = {{"iso9001", {"ISO 9001 质量体系", "ISO 9001"}}, {"gmp", {"GMP", "GMP"}}};
  return field;
}

// What is typed, as the value that comes of it in text; or the key of the fault.
std::string typed(const Field& field, std::string_view text) {
  const auto value = parse_field_text(field, text);
  return value ? field_to_text(field, *value) : value.error().where.empty() ? value.error().key : value.error().where[0].key;
}

TEST(Listing, ReadsAmountsAsPeopleTypeThem) {
  const Field pieces = field_of(FieldType::number, "件"), money = field_of(FieldType::money);
  EXPECT_EQ(typed(pieces, "1.2万件"), "12000");
  EXPECT_EQ(typed(pieces, "1,200 件"), "1200");
  EXPECT_EQ(typed(pieces, "1.2E+05"), "120000");
  EXPECT_EQ(typed(pieces, "3e6套"), "3000000");
  EXPECT_EQ(typed(pieces, "12 箱"), "market.unknown_unit");
  EXPECT_EQ(typed(pieces, "12 吨"), "market.unknown_unit");
  EXPECT_EQ(typed(pieces, "很多"), "market.wrong_type");
  EXPECT_EQ(typed(money, "0.57万元"), "5700.00");
  EXPECT_EQ(typed(money, "1.23456万元"), "12345.60");
  EXPECT_EQ(typed(money, "2亿元"), "200000000.00");
  EXPECT_EQ(typed(money, "0.1"), "0.10");
  EXPECT_EQ(typed(money, "0.123元"), "market.not_whole_fen");
  EXPECT_EQ(typed(money, "-1"), "market.negative_money");
  EXPECT_EQ(typed(field_of(FieldType::dates), "2026-12-31..2026-01-01"), "market.ends_before_start");
  EXPECT_EQ(typed(field_of(FieldType::dates), "2026-02-30..2026-03-01"), "market.not_a_date");
  EXPECT_EQ(typed(field_of(FieldType::yes_no), "有"), "是");
  EXPECT_EQ(typed(field_of(FieldType::yes_no), "也许"), "market.wrong_type");
  EXPECT_EQ(typed(field_of(FieldType::code), "ISO 9001 质量体系、gmp"), "iso9001;gmp");
}

RC_GTEST_PROP(Listing, WritesForTablesWhatItReadsBack, ()) {
  const Field number = field_of(FieldType::number, "件"), money = field_of(FieldType::money), dates = field_of(FieldType::dates);
  const auto back = [](const Field& field, const FieldValue& value) { return parse_field_text(field, field_to_text(field, value)) == value; };
  const double n = *rc::gen::elementOf(std::vector<double>{1, 0.1, 1e-7, 99999.5, 1e5, 1.7e6, 3e12, 0.30000000000000004}) * *rc::gen::inRange(1, 1000);
  RC_ASSERT(back(number, n));
  RC_ASSERT(back(money, Money{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)}));
  const int from = *rc::gen::inRange(0, 40'000);
  RC_ASSERT(back(dates, Days{from, from + *rc::gen::inRange(0, 400)}));
}

TEST(Units, ConvertOnlyWhatMeasuresTheSame) {
  EXPECT_EQ(convert_unit(3, "万件", "件"), 30000);
  EXPECT_EQ(convert_unit(1500, "kg", "吨"), 1.5);
  EXPECT_EQ(convert_unit(48, "小时", "天"), 2);
  EXPECT_EQ(convert_unit(7, "件", "件"), 7);
  EXPECT_EQ(convert_unit(1, "件", "吨"), std::nullopt);
  EXPECT_EQ(convert_unit(1, "箱", "件"), std::nullopt);
}

}  // namespace
}  // namespace jiaoji::market
