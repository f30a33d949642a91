#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "feel/builtin.h"
#include "feel/evaluate.h"

namespace jiaoji::feel {
namespace {

Result<Value> evaluated(const std::string& source, const Scope& scope = {}, const std::vector<Value>& variables = {}, Limits limits = {}) {
  TRY(const auto expression, parse_expression(source, scope));
  feel::Run run;
  run.limits = limits;
  run.now = *DateTime::parse("2026-11-20T08:00:00Z");
  return evaluate(expression, variables, run);
}

std::string answer(const std::string& source) {
  const auto value = evaluated(source);
  return value ? literal(*value) : "error " + value.error().key;
}

struct Row {
  const char* source;
  const char* answer;
};
void expect_all(std::initializer_list<Row> rows) {
  for (const auto& row : rows) EXPECT_EQ(answer(row.source), row.answer) << row.source;
}

TEST(Feel, BindsAsTheGrammarSays) {
  expect_all({{"1 + 2 * 3", "7"}, {"-2 ** 2", "4"}, {"2 ** 3 ** 2", "64"}, {"(1 + 2) * 3", "9"}, {"1 - 1 - 1", "-1"}, {"8 / 4 / 2", "1"}, {"1 < 2 and 2 < 3", "true"}, {"true or false and false", "true"},
              {"if true then 1 else 2 + 3", "1"}, {"1 in [1..3] and 4 in (> 5, 4)", "true"}, {"5 between 1 and 10 and false", "false"}, {"1 + 1 instance of number", "null"}, {"(1 + 1) instance of number", "true"}});
}

TEST(Feel, KnowsThreeTruths) {
  expect_all({{"null and false", "false"}, {"null and true", "null"}, {"null or true", "true"}, {"1 or false", "null"}, {"not(null)", "null"}, {"null = null", "true"}, {"1 = \"1\"", "null"}, {"null = 1", "false"}, {"[1, null] = [1, null]", "true"}});
}

TEST(Feel, TakesNamesWithSpacesSignsAndIdeographs) {
  const Scope scope{{"年营收", "首批 企业", "a-b", "a", "b", "for sale", "员工's 数"}, {"注册 资本"}};
  const std::vector<Value> values = {3000, 1, 2, 10, 4, true, 7};
  const Row rows[] = {{"年营收 * 2", "6000"}, {"首批  企业 + 1", "2"}, {"a-b", "2"}, {"a - b", "2"}, {"(a)-(b)", "6"}, {"for sale", "true"}, {"员工's 数", "7"}, {"{注册 资本: 5}.注册 资本", "5"}, {"[{注册 资本: 5}][注册 资本 > 4].注册 资本", "[5]"}};
  for (const auto& row : rows) {
    const auto value = evaluated(row.source, scope, values);
    ASSERT_TRUE(value) << row.source << ": " << value.error().detail.en;
    EXPECT_EQ(literal(*value), row.answer) << row.source;
  }
}

TEST(Feel, CountsStringsByCodePoint) {
  expect_all({{"string length(\"济南𠮷\")", "3"}, {"substring(\"济南𠮷\", 3)", "\"𠮷\""}, {"substring(\"济南\", -1)", "\"南\""}, {"upper case(\"straße\")", "\"STRASSE\""}, {"\"\\uD83D\\uDC0E\"", "\"🐎\""}, {"\"a\\\"b\"", "\"a\\\"b\""},
              {"split(\"甲；乙；丙\", \"；\")", "[\"甲\", \"乙\", \"丙\"]"}, {"string join([\"a\", null, \"b\"], \"-\")", "\"a-b\""}, {"contains(\"胶济铁路\", \"济\")", "true"}});
}

TEST(Feel, ComputesWithDatesAndDurations) {
  expect_all({{"@\"2024-02-29\" + @\"P1Y\"", "@\"2025-02-28\""}, {"@\"2026-03-31\" - @\"P1M\"", "@\"2026-02-28\""}, {"@\"2026-03-01\" - @\"2026-02-01\"", "@\"P28D\""}, {"date(\"2026-02-29\")", "null"},
              {"date and time(\"2026-03-01T23:30:00\") + @\"PT1H\"", "@\"2026-03-02T00:30:00\""}, {"time(\"23:30:00\") + @\"PT1H\"", "@\"00:30:00\""}, {"@\"2026-03-29T00:30:00@Europe/Berlin\" + @\"PT2H\"", "@\"2026-03-29T03:30:00@Europe/Berlin\""},
              {"@\"10:00:00@Asia/Shanghai\" = @\"02:00:00Z\"", "true"}, {"week of year(@\"2027-01-01\")", "53"}, {"day of week(@\"2026-11-20\")", "\"Friday\""}, {"@\"P1Y2M\" * 2", "@\"P2Y4M\""}, {"@\"P1D\" / @\"PT6H\"", "4"},
              {"today()", "@\"2026-11-20\""}, {"for d in @\"2026-02-27\"..@\"2026-03-01\" return d", "[@\"2026-02-27\", @\"2026-02-28\", @\"2026-03-01\"]"}});
}

TEST(Feel, WalksListsContextsAndFunctions) {
  expect_all({{"[1, 2, 3][-1]", "3"}, {"[1, 2, 3][item > 1]", "[2, 3]"}, {"5[1]", "5"}, {"[{a: 1}, {a: 2}].a", "[1, 2]"}, {"{a: 1, b: a + 1}.b", "2"}, {"for i in 1..3, j in i..3 return i * j", "[1, 2, 3, 4, 6, 9]"},
              {"for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"}, {"every x in [] satisfies x", "true"}, {"some x in [1, 2], y in [2] satisfies x = y", "true"}, {"sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"},
              {"(function(x: number) x)(\"a\")", "null"}, {"{k: 5, f: function(n) function(m) n + m + k, r: f(1)(2)}.r", "8"}, {"list replace([1, 2, 3], function(i, n) i < 3, 0)", "[0, 0, 3]"}, {"context put({a: {b: 1}}, [\"a\", \"b\"], 2)", "{a: {b: 2}}"},
              {"[1..10[ = [1..10)", "true"}, {"5 in [1..null]", "null"}, {"overlaps([1..5], [5..8])", "true"}, {"range(\"(1..5]\").end", "5"}});
}

TEST(Feel, RefusesWithThePlace) {
  const struct { const char* source; const char* said; } rows[] = {
      {"1 +", "line 1, column 4"}, {"1 ++ 2", "column 4"}, {"(1", "column 3"}, {"\"a", "column 1"}, {"/* a", "column 1"}, {"{a: 1, a: 2}", "stands twice"}, {"1 = = 2", "column 5"}, {"if 1 then 2", "else"}, {"x instance of nothing", "no type"}, {"甲\n + #", "line 2"}, {"function(a) external {}", "external"},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_expression(row.source, {{"x", "甲"}, {}});
    ASSERT_FALSE(parsed) << row.source;
    EXPECT_THAT(parsed.error().detail.en, testing::HasSubstr(row.said)) << row.source;
  }
}

TEST(Feel, EndsAtItsLimits) {
  const Limits small{.steps = 100'000, .depth = 100, .text_bytes = 10'000};
  const char* endless[] = {"for x in 1..1000000000000 return x", "count(for x in 1..1000, y in 1..1000 return y)", "{f: function(n, g) g(n, g), r: f(1, f)}.r", "{a: \"0123456789\", b: for i in 1..20 return if i = 1 then a else partial[-1] + partial[-1]}.b",
                           "some x in 1..1000000000 satisfies false", "every x in (for y in 1..100000 return y) satisfies true"};
  for (const auto* source : endless) {
    const auto value = evaluated(source, {}, {}, small);
    ASSERT_FALSE(value) << source << " = " << literal(*value).substr(0, 100);
    EXPECT_EQ(value.error().key, "feel.limit") << source;
  }
  EXPECT_EQ(parse_expression(std::string(5'000, '(') + "1" + std::string(5'000, ')'), {}).error().key, "feel.deep");
  EXPECT_EQ(parse_expression(std::string(5'000, '-') + "1", {}).error().key, "feel.deep");
  EXPECT_FALSE(parse_expression("1 \xff", {}));
}

TEST(Feel, SaysWhyItIsNull) {
  const auto why = [](const std::string& source) {
    feel::Run run;
    const auto expression = parse_expression(source, {});
    (void)evaluate(*expression, {}, run);
    return run.notes.empty() ? std::string() : run.notes[0].text.en;
  };
  EXPECT_EQ(why("1 / 0"), "division by zero");
  EXPECT_EQ(why("x"), "nothing is called \"x\"");
  EXPECT_THAT(why("1 + \"a\""), testing::HasSubstr("number + string"));
  EXPECT_THAT(why("abs(1, 2)"), testing::HasSubstr("wrong number"));
  EXPECT_THAT(why("年营收＞5"), testing::HasSubstr("half-width"));
  EXPECT_THAT(why("f(1)"), testing::HasSubstr("\"f\""));
  EXPECT_THAT(why("matches(\"a\", \"[\")"), testing::HasSubstr("regular expression"));
}

TEST(Feel, PassesTheUnknownOn) {
  const Scope scope{{"x", "y"}, {}};
  const std::vector<Value> values = {Unknown{{"x"}}, Unknown{{"y"}}};
  const struct { const char* source; std::vector<std::string> facts; } rows[] = {{"x + 1", {"x"}}, {"x + y", {"x", "y"}}, {"x > 1 and y > 1", {"x", "y"}}, {"if x then 1 else 2", {"x"}}, {"x in [1..5]", {"x"}}, {"abs(x)", {"x"}}, {"x.a", {"x"}}, {"sum([1, x])", {"x"}}, {"list contains([x, 1], 2)", {"x"}}, {"index of([x, 1], 1)", {"x"}}, {"string join([x], \",\")", {"x"}}, {"string([x])", {"x"}}, {"[x, 1] = [2, 1]", {"x"}}, {"[null] = [x]", {"x"}}, {"distinct values([y, x])", {"x", "y"}}, {"sort([x, 1], function(a, b) a < b)", {"x"}}};
  for (const auto& row : rows) {
    const auto value = evaluated(row.source, scope, values);
    ASSERT_TRUE(value && value->unknown()) << row.source;
    EXPECT_EQ(value->unknown()->facts, row.facts) << row.source;
  }
  const Row certain[] = {{"x > 1 and false", "false"}, {"true or x", "true"}, {"if x then 3 else 3", "3"}, {"[x, 2][2]", "2"}, {"2 in (2, x)", "true"}, {"count([x, 1])", "2"}, {"[x, 1] = [2, 3]", "false"}, {"reverse([x, 1])[1]", "1"}};
  for (const auto& row : certain) EXPECT_EQ(literal(*evaluated(row.source, scope, values)), row.answer) << row.source;
}

// Whatever is typed, the parser answers, and what it makes can be evaluated.
RC_GTEST_PROP(Feel, NeverBreaks, (const std::vector<std::uint8_t>& choices)) {
  constexpr const char* words[] = {"1", "2.5", "\"a\"", "x", "济南", "(", ")", "[", "]", "{", "}", ",", ":", "..", "+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or", "not", "in", "between", "if", "then", "else", "for", "return", "some", "satisfies", "function", "instance", "of", "number", ".", "?", "item", "null", "true", "sum", "date", "@\"2026-01-01\"", "@\"P1D\"", "list<"};
  std::string source;
  for (const auto choice : choices) source += std::string(words[choice % std::size(words)]) + " ";
  const auto value = evaluated(source, {{"x"}, {}}, {Value(1)}, {.steps = 10'000});
  if (value) (void)literal(*value);
}

// What is written can be read again.
RC_GTEST_PROP(Feel, ReadsWhatItWrites, (const std::vector<std::int32_t>& numbers)) {
  const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  Context context;
  context.put("text", text);
  context.put("一 个", Decimal(static_cast<std::int64_t>(numbers.size())));
  List list;
  for (const auto number : numbers) list.push_back(*Decimal(number).divided_by(Decimal(8)));
  context.put("numbers", list);
  context.put("day", Date::from_days(numbers.empty() ? 0 : numbers[0] % 1'000'000));
  const auto again = evaluated(literal(Value(context)));
  RC_ASSERT(again.has_value());
  RC_ASSERT(identical(*again, Value(context)));
}

TEST(Feel, EveryBuiltinAnswersNonsenseWithoutBreaking) {
  const std::vector<Value> odd = {Value(), Value(true), Value(-1), Value(*Decimal::parse("1e6000")), Value("x"), Value("("), Value(*Date::of(-999'999'999, 1, 1)), Value(*DateTime::parse("2026-01-01T00:00:00@Asia/Shanghai")), Value(DaysTime{INT64_MAX / 4, 0}), Value(Months{INT64_MAX / 4}),
                                  Value(List{}), Value(List{Value(), Value(1)}), Value(Context{}), Value(Range{Value(1), Value("a")}), function_of(*find_builtin("abs"))};
  for (const auto& name : builtin_names()) {
    for (const auto& a : odd) {
      for (const auto& b : odd) {
        for (std::size_t count = 0; count <= 4; ++count) {
          feel::Run run;
          std::vector<Value> arguments;
          for (std::size_t i = 0; i < count; ++i) arguments.push_back(i % 2 ? b : a);
          (void)spelling(call_named(name, arguments, run));
        }
      }
    }
  }
}

}  // namespace
}  // namespace jiaoji::feel
