#include "feel/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace jiaoji::feel {
namespace {

TEST(Regex, MatchesAsXpathDoes) {
  const struct { const char *text, *pattern, *flags; bool matches; } rows[] = {
      {"abracadabra", "bra", "", true}, {"abracadabra", "^a.*a$", "", true}, {"abracadabra", "^bra", "", false}, {"a\nb", "a.b", "", false}, {"a\nb", "a.b", "s", true}, {"a\nb", "^b", "", false}, {"a\nb", "^b", "m", true},
      {"b\n", "b$", "", false}, {"ABC", "abc", "i", true}, {"ab", " a b ", "x", true}, {"a b", "[ ]", "x", true}, {"a.c", "a.c", "q", true}, {"abc", "a.c", "q", false}, {"OILY", "^[A-Z-[OI]]+$", "", false}, {"BELT", "^[A-Z-[OI]]+$", "", true},
      {"E", "[A-Z-[^E]]", "", true}, {"F", "[A-Z-[^E]]", "", false}, {"d", "[a-z-[b-y-[d]]]", "", true}, {"aa", "^(.)\\1$", "", true}, {"ab", "^(.)\\1$", "", false}, {"济南", "^\\p{IsCJKUnifiedIdeographs}+$", "", true}, {"Jinan", "\\P{IsBasicLatin}", "", false},
      {"x-1", "^\\i\\c*$", "", true}, {"1x", "^\\i", "", false}, {"1x", "^\\I", "", true}, {"٣", "^\\d$", "", true}, {"_", "\\w", "", false}, {"+", "\\w", "", true}, {"a-b", "[a-]+", "", true}, {"91370100", "^[0-9]{6,8}$", "", true}, {"aXb", "(?:x|y)", "i", true},
  };
  for (const auto& row : rows) {
    const auto regex = Regex::compile(row.pattern, row.flags);
    ASSERT_TRUE(regex) << row.pattern << ": " << regex.error().detail.en;
    EXPECT_EQ(*(*regex)->matches(row.text), row.matches) << row.text << " ~ " << row.pattern << " /" << row.flags;
  }
}

// PCRE2 would take every one of these and mean something else.
TEST(Regex, RefusesWhatXpathDoesNotKnow) {
  for (const char* pattern : {"(?=a)", "(?!a)", "(?<n>a)", "(?i)a", "a++", "a*+", "\\ba", "\\Qa\\E", "\\x41", "\\1", "(a\\1)", "[a", "a]", "(a", "a)", "*a", "a{2,1}", "a{,3}", "[z-a]", "[]", "[[:alpha:]]", "a{", "\\p{Greekish}", "\\p{IsNowhere}", "\\", "[a-\\d]", "\xff"}) {
    EXPECT_FALSE(Regex::compile(pattern, "")) << pattern;
  }
  EXPECT_EQ(Regex::compile("a", "g").error().key, "feel.regex_flags");
}

TEST(Regex, ReplacesAndSplits) {
  const struct { const char *text, *pattern, *replacement, *out; } rows[] = {{"abracadabra", "bra", "*", "a*cada*"}, {"abracadabra", "a.*a", "*", "*"}, {"abracadabra", "a.*?a", "*", "*c*bra"}, {"abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"}, {"AAAA", "A+", "b", "b"}, {"darted", "^(.*?)d(.*)$", "$1c$2", "carted"}, {"3元", "元", "\\$", "3$"}, {"ab", "(a)", "$12", "a2b"}, {"ab", "(x)?b", "<$1>", "a<>"}};
  for (const auto& row : rows) EXPECT_EQ(*(*Regex::compile(row.pattern, ""))->replace(row.text, row.replacement), row.out) << row.text << " " << row.pattern;
  EXPECT_EQ((*Regex::compile("a*", ""))->replace("b", "c").error().key, "feel.regex_empty");
  EXPECT_EQ((*Regex::compile("a", ""))->replace("b", "$x").error().key, "feel.regex_replacement");
  EXPECT_THAT(*(*Regex::compile("\\s*[,，]\\s*", ""))->split("济南 ，青岛,烟台"), testing::ElementsAre("济南", "青岛", "烟台"));
}

TEST(Regex, StopsBacktracking) {
  const auto regex = Regex::compile("(a+)+$", "");
  EXPECT_EQ((*regex)->matches(std::string(40, 'a') + "!").error().key, "feel.regex_limit");
}

// [A-[B]] is A without B.
RC_GTEST_PROP(Regex, SubtractsAsSetsDo, ()) {
  const auto letters = rc::gen::inRange('a', 'g');
  const auto set = [&](const std::vector<char>& chars) { return std::string(chars.begin(), chars.end()); };
  const auto left = set(*rc::gen::nonEmpty(rc::gen::container<std::vector<char>>(letters))), right = set(*rc::gen::nonEmpty(rc::gen::container<std::vector<char>>(letters)));
  const bool negative = *rc::gen::arbitrary<bool>();
  const auto regex = Regex::compile("^[" + std::string(negative ? "^" : "") + left + "-[" + right + "]]$", "");
  RC_ASSERT(regex.has_value());
  for (char c = 'a'; c <= 'h'; ++c) RC_ASSERT(*(*regex)->matches(std::string(1, c)) == (((left.find(c) != std::string::npos) != negative) && right.find(c) == std::string::npos));
}

RC_GTEST_PROP(Regex, NeverBreaks, (const std::vector<std::uint8_t>& choices)) {
  constexpr std::string_view signs = "ab-[]^(){}|?*+\\.$1,2dDpPiI:x 济";
  const auto points = text::to_utf32(signs);
  std::u32string pattern;
  for (const auto choice : choices) pattern += points[choice % points.size()];
  const auto regex = Regex::compile(text::to_utf8(pattern), "");
  if (regex) (void)(*regex)->replace("ab-[济1]\n", "$1");
}

}  // namespace
}  // namespace jiaoji::feel
