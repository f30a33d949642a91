#include "base/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jiaoji {
namespace {

Decimal d(const char* text) { return *Decimal::parse(text); }

TEST(Decimal, SpellsPlainly) {
  const struct { const char* in; const char* out; } rows[] = {
      {"0", "0"}, {"-0", "0"}, {"0.10", "0.1"}, {".5", "0.5"}, {"-12.3400", "-12.34"}, {"1e3", "1000"}, {"1200", "1200"}, {"12E-5", "0.00012"},
      {"1e50", "1E+50"}, {"1.5e-60", "1.5E-60"}, {"9007199254740993", "9007199254740993"}, {"1234567890123456789012345678901234", "1234567890123456789012345678901234"},
  };
  for (const auto& row : rows) EXPECT_EQ(d(row.in).spelling(), row.out) << row.in;
  for (const char* bad : {"", "-", ".", "1.", "1e", "1e+", "0x1", " 1", "1 ", "1,5", "NaN", "Infinity", "1e9999", "--1", "１"}) EXPECT_FALSE(Decimal::parse(bad)) << bad;
}

TEST(Decimal, ComputesWithoutBinaryRounding) {
  EXPECT_EQ(*d("0.1").plus(d("0.2")), d("0.3"));
  EXPECT_EQ(d("1").divided_by(d("3"))->spelling(), "0.3333333333333333333333333333333333");
  EXPECT_EQ(*d("2").to_the(d("-1")), d("0.5"));
  EXPECT_EQ(*d("1.1").to_the(d("2")), d("1.21"));
  EXPECT_EQ(*d("4").to_the(d("0.5")), d("2"));
  EXPECT_EQ(d("10").logarithm()->rounded(6, Rounding::half_even)->spelling(), "2.302585");
  for (const auto& none : {d("1").divided_by(d("0")), d("-1").root(), d("0").logarithm(), d("0").to_the(d("-1")), d("9e6144").times(d("10")), d("1").modulo(d("0"))}) EXPECT_FALSE(none);
}

TEST(Decimal, ModuloHasTheSignOfTheDivisor) {
  const struct { const char *a, *b, *out; } rows[] = {{"12", "5", "2"}, {"-12", "5", "3"}, {"12", "-5", "-3"}, {"-12", "-5", "-2"}, {"10.1", "4.5", "1.1"}, {"-10.1", "4.5", "3.4"}};
  for (const auto& row : rows) EXPECT_EQ(d(row.a).modulo(d(row.b))->spelling(), row.out) << row.a << " mod " << row.b;
}

TEST(Decimal, RoundsByEachRule) {
  const struct { const char* in; int scale; Rounding rounding; const char* out; } rows[] = {
      {"2.5", 0, Rounding::half_even, "2"}, {"3.5", 0, Rounding::half_even, "4"}, {"2.5", 0, Rounding::half_up, "3"}, {"-2.5", 0, Rounding::half_up, "-3"},
      {"2.5", 0, Rounding::half_down, "2"}, {"-2.5", 0, Rounding::half_down, "-2"}, {"2.51", 0, Rounding::half_down, "3"}, {"2.1", 0, Rounding::up, "3"},
      {"-2.1", 0, Rounding::up, "-3"}, {"-2.9", 0, Rounding::down, "-2"}, {"-2.1", 0, Rounding::floor, "-3"}, {"-2.9", 0, Rounding::ceiling, "-2"},
      {"1.125", 2, Rounding::half_even, "1.12"}, {"1250", -2, Rounding::half_even, "1200"}, {"1", 100, Rounding::up, "1"},
  };
  for (const auto& row : rows) EXPECT_EQ(d(row.in).rounded(row.scale, row.rounding)->spelling(), row.out) << row.in;
}

RC_GTEST_PROP(Decimal, OrdersAndHashesAsWholeNumbersDo, (std::int64_t a, std::int64_t b)) {
  const Decimal left(a), right(b);
  RC_ASSERT((left < right) == (a < b));
  RC_ASSERT((left == right) == (a == b));
  RC_ASSERT(left.whole() == a);
  RC_ASSERT(Decimal::parse(std::to_string(a) + ".00")->hash() == left.hash());
  RC_ASSERT(*Decimal::parse(left.spelling()) == left);
}

}  // namespace
}  // namespace jiaoji
