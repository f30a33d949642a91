#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/clock.h"
#include "base/credit_code.h"
#include "base/ids.h"

namespace jiaoji {
namespace {

TEST(Fold, FoldsWidthCaseAndTraditional) {
  const struct { const char* from; const char* to; } rows[] = {
      {"ＡＢＣ１２３", "abc123"}, {"濟南", "济南"}, {"①級", "1级"}, {"ＰＬＣ－300", "plc-300"}, {"ﾃｽﾄ", "テスト"},
      {"e\xCC\x81", "\xC3\xA9"}, {"𠮷野家", "𠮷野家"}, {"A\xE3\x80\x80" "B", "a b"}, {"㎡", "m2"}, {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(text::fold_text(row.from), row.to) << row.from;
}

TEST(Fold, KeepsTheSpanOfTheOriginal) {
  const std::string original = "要㎡濟";
  const auto folded = text::fold(original);
  ASSERT_EQ(folded.size(), 4u);
  EXPECT_EQ(original.substr(folded[2].begin, folded[2].end - folded[2].begin), "㎡");
  EXPECT_EQ(original.substr(folded[3].begin, folded[3].end - folded[3].begin), "濟");
}

RC_GTEST_PROP(Fold, IsStableAndSpansCoverValidText, (const std::vector<std::uint16_t>& units)) {
  std::u32string codes;
  for (const auto u : units) if (u != 0 && (u < 0xd800 || u >= 0xe000)) codes.push_back(u);
  const auto original = text::to_utf8(codes);
  const auto once = text::fold_text(original);
  RC_ASSERT(text::is_utf8(once));
  for (const auto& f : text::fold(original)) RC_ASSERT(f.begin < f.end && f.end <= original.size());
}

RC_GTEST_PROP(Utf8, ReadsBackWhatItWrites, (const std::vector<std::uint32_t>& numbers)) {
  std::u32string codes;
  for (const auto n : numbers) if (const char32_t c = n % 0x110000; c != 0 && (c < 0xd800 || c >= 0xe000)) codes.push_back(c);
  RC_ASSERT(text::is_utf8(text::to_utf8(codes)));
  RC_ASSERT(text::to_utf32(text::to_utf8(codes)) == codes);
}

TEST(Clean, RefusesWhatWouldDeceive) {
  const struct { const char* name; std::string text; const char* key; } rows[] = {
      {"plain", " 青岛海尔 ", "ok"},
      {"right-to-left override", "青岛\xE2\x80\xAEgpj.exe", "text.invisible_character"},
      {"zero width", "海\xE2\x80\x8B" "尔", "text.invisible_character"},
      {"line break", "海\n尔", "text.line_break"},
      {"control", "海\x07" "尔", "text.control_character"},
      {"not UTF-8", "海\xff", "text.not_utf8"},
      {"empty", " \xE3\x80\x80 ", "text.empty"},
      {"ten megabytes", std::string(10'000'000, 'a'), "text.too_long"},
      {"201 characters", std::string(201, 'a'), "text.too_long"},
      {"rare characters stay", "𠮷㛃龘\xEE\x80\x80", "ok"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto cleaned = text::clean(row.text, {}, "/name");
    EXPECT_EQ(cleaned ? "ok" : cleaned.error().key, row.key);
  }
  EXPECT_EQ(*text::clean(" 青岛海尔 ", {}, ""), "青岛海尔");
  EXPECT_EQ(*text::clean("e\xCC\x81", {}, ""), "\xC3\xA9");
}

TEST(Text, MasksIdentityNumbersOnlyWhenTheCheckDigitFits) {
  EXPECT_EQ(text::mask_identity_numbers("联系人 11010519491231002X。"), "联系人 110***********002X。");
  EXPECT_EQ(text::mask_identity_numbers("订单 110105194912310021"), "订单 110105194912310021");
  EXPECT_EQ(text::mask_identity_numbers("1110105194912310022X"), "1110105194912310022X");
}

TEST(Text, CountsColumns) {
  EXPECT_EQ(text::columns("济南 ab"), 7);
  EXPECT_EQ(text::ellipsis("济南青岛", 2), "济南…");
}

TEST(CreditCode, ChecksFormAndCheckCharacter) {
  const struct { const char* code; const char* key; } rows[] = {
      {"91370100MA3C12346C", "ok"},
      {"91370100ma3c12346c", "ok"},
      {"９１３７０１００ＭＡ３Ｃ１２３４６Ｃ", "ok"},
      {"91370100MA3C12346D", "credit_code.wrong_check"},
      {"91370100MA3C1234", "credit_code.wrong_length"},
      {"370100200012345", "credit_code.old_licence"},
      {"91370100MAIC12346C", "credit_code.wrong_character"},
      {"", "credit_code.wrong_length"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.code);
    const auto code = parse_credit_code(row.code, "/credit_code");
    EXPECT_EQ(code ? "ok" : code.error().key, row.key);
    if (code) { EXPECT_EQ(*code, "91370100MA3C12346C"); }
  }
  EXPECT_NE(parse_credit_code("91370100MA3C12346D", "").error().detail.zh.find("“C”"), std::string::npos);
}

TEST(Time, FormatsAndParses) {
  EXPECT_EQ(format_time(1'790'000'000'123), "2026-09-21T14:13:20.123Z");
  EXPECT_EQ(format_day(parse_day("2024-02-29")), "2024-02-29");
  for (const char* wrong : {"2023-02-29", "2024-13-01", "24-01-01", "2024/01/01", "", "2024-1-1"}) EXPECT_EQ(parse_day(wrong), kNoDay) << wrong;
}

TEST(Ids, SortByTimeOfBirth) {
  ManualClock clock(1'790'000'000'000);
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    const auto id = new_id("lst", clock);
    ASSERT_TRUE(is_id(id, "lst")) << id;
    ASSERT_LT(last, id);
    last = id;
    if (i % 100 == 0) clock.advance(i % 300 == 0 ? -5 : 1);
  }
  EXPECT_FALSE(is_id("lst_1", "lst"));
  EXPECT_FALSE(is_id(last, "pty"));
}

}  // namespace
}  // namespace jiaoji
