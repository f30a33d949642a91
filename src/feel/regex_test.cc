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
    Meter meter;
    const auto regex = Regex::compile(row.pattern, row.flags);
    ASSERT_TRUE(regex) << row.pattern << ": " << regex.error().detail.en;
    EXPECT_EQ(*(*regex)->matches(row.text, meter), row.matches) << row.text << " ~ " << row.pattern << " /" << row.flags;
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
  Meter meter;
  const struct { const char *text, *pattern, *replacement, *out; } rows[] = {{"abracadabra", "bra", "*", "a*cada*"}, {"abracadabra", "a.*a", "*", "*"}, {"abracadabra", "a.*?a", "*", "*c*bra"}, {"abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"}, {"AAAA", "A+", "b", "b"}, {"darted", "^(.*?)d(.*)$", "$1c$2", "carted"}, {"3元", "元", "\\$", "3$"}, {"ab", "(a)", "$12", "a2b"}, {"ab", "(x)?b", "<$1>", "a<>"}};
  for (const auto& row : rows) EXPECT_EQ(*(*Regex::compile(row.pattern, ""))->replace(row.text, row.replacement, meter), row.out) << row.text << " " << row.pattern;
  EXPECT_EQ((*Regex::compile("a*", ""))->replace("b", "c", meter).error().key, "feel.regex_empty");
  EXPECT_EQ((*Regex::compile("a", ""))->replace("b", "$x", meter).error().key, "feel.regex_replacement");
  EXPECT_THAT(*(*Regex::compile("\\s*[,，]\\s*", ""))->split("济南 ，青岛,烟台", meter), testing::ElementsAre("济南", "青岛", "烟台"));
}

// PCRE2's own limits begin anew at every start position: the second and third pattern stay below them everywhere, and take n² steps.
TEST(Regex, StopsWhatTakesTooLong) {
  const std::string many(200'000, 'a');
  const struct { const char* pattern; std::string text; } rows[] = {{"(a+)+$", std::string(40, 'a') + "!"}, {"a*[bc]d", many + "d"}, {"[a-c]+$", many + "!"}, {"(?:a{1,50}){1,3}[bc]", many}, {"^.*(.*)\\1[bc]", std::string(5'000, 'a')}};
  for (const auto& row : rows) {
    Meter meter;
    EXPECT_EQ((*Regex::compile(row.pattern, ""))->matches(row.text, meter).error().key, "feel.regex_limit") << row.pattern;
    EXPECT_LT(meter.steps, kMatchSteps + many.size()) << row.pattern;
  }
  Meter meter;
  EXPECT_TRUE(*(*Regex::compile("b$", ""))->matches(many + "b", meter));
  EXPECT_EQ((*Regex::compile("(a|b)", ""))->replace(many, "x", meter)->size(), many.size());
}

// [A-[B]] is A without B.
RC_GTEST_PROP(Regex, SubtractsAsSetsDo, ()) {
  const auto letters = rc::gen::inRange('a', 'g');
  const auto set = [&](const std::vector<char>& chars) { return std::string(chars.begin(), chars.end()); };
  const auto left = set(*rc::gen::nonEmpty(rc::gen::container<std::vector<char>>(letters))), right = set(*rc::gen::nonEmpty(rc::gen::container<std::vector<char>>(letters)));
  const bool negative = *rc::gen::arbitrary<bool>();
  const auto regex = Regex::compile("^[" + std::string(negative ? "^" : "") + left + "-[" + right + "]]$", "");
  RC_ASSERT(regex.has_value());
  Meter meter;
  for (char c = 'a'; c <= 'h'; ++c) RC_ASSERT(*(*regex)->matches(std::string(1, c), meter) == (((left.find(c) != std::string::npos) != negative) && right.find(c) == std::string::npos));
}

RC_GTEST_PROP(Regex, NeverBreaks, (const std::vector<std::uint8_t>& choices)) {
  constexpr std::string_view signs = "ab-[]^(){}|?*+\\.$1,2dDpPiI:x 济";
  const auto points = text::to_utf32(signs);
  std::u32string pattern;
  for (const auto choice : choices) pattern += points[choice % points.size()];
  const auto regex = Regex::compile(text::to_utf8(pattern), "");
  Meter meter;
  if (regex) (void)(*regex)->replace("ab-[济1]\n", "$1", meter);
}

}  // namespace
}  // namespace jiaoji::feel
