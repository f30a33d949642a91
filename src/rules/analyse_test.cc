#include "rules/analyse.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/collected.h"
#include "rules/testing_tables.h"

namespace jiaoji::rules {
namespace {

using feel::Value;

// Asks the texts of a region, as a reader would.
bool inside(const Region& region, const std::vector<Value>& point) {
  static std::map<std::string, feel::Expression> parsed;
  for (std::size_t i = 0; i < point.size(); ++i) {
    auto tests = parsed.find(region.tests[i]);
    if (tests == parsed.end()) tests = parsed.emplace(region.tests[i], *feel::parse_tests(region.tests[i], {})).first;
    feel::Run run;
    if (!feel::test(tests->second, {}, point[i], run).is_true()) return false;
  }
  return true;
}

TEST(Analyse, FindsTheSmallestApplicantWhomOnePasses) {
  const std::vector<std::string> inputs = {"年营收", "专利数", "城市"};
  const auto a = one_table(table("FIRST", inputs, {{">= 2000", ">= 5", "-", "100"}, {">= 1000", "-", "-", "30"}, {"-", "-", "-", "0"}}), inputs);
  const auto b = one_table(table("FIRST", inputs, {{"> 2000", ">= 5", "-", "100"}, {">= 1000", "-", "-", "30"}, {"-", "-", "-", "0"}}), inputs);
  const auto found = diff(*a.table, *b.table);
  ASSERT_EQ(found.outcome, Outcome::found);
  ASSERT_EQ(found.differences.size(), 1u);
  const auto& one = found.differences[0];
  EXPECT_THAT(one.where.tests, testing::ElementsAre("2000", ">= 5", "-"));
  EXPECT_THAT(one.facts, testing::ElementsAre(0, 1));
  EXPECT_EQ(feel::literal(one.output_a), "100");
  EXPECT_EQ(feel::literal(one.output_b), "30");
  EXPECT_EQ(one.rule_a, 0);
  EXPECT_EQ(one.rule_b, 1);
}

TEST(Analyse, AnEditToAShadowedRuleChangesNothing) {
  const auto a = one_table(table("FIRST", {"x"}, {{"> 0", "1"}, {"> 5", "2"}, {"-", "3"}}), {"x"});
  const auto b = one_table(table("FIRST", {"x"}, {{"> 0", "1"}, {"> 7", "9"}, {"-", "3"}}), {"x"});
  EXPECT_EQ(diff(*a.table, *b.table).outcome, Outcome::clean);
  EXPECT_THAT(check(*a.table).shadowed, testing::ElementsAre(1));
}

TEST(Analyse, ChecksAtTheBoundary) {
  const struct { const char* name; std::vector<std::vector<std::string>> rules; std::size_t overlaps, gaps; const char* where; } rows[] = {
      {"meets exactly", {{"< 18", "1"}, {">= 18", "2"}}, 0, 0, ""},
      {"both take 18", {{"<= 18", "1"}, {">= 18", "2"}}, 1, 0, "18"},
      {"nobody takes 18", {{"< 18", "1"}, {"> 18", "2"}}, 0, 1, "18"},
      {"days without a gap", {{"<= date(\"2026-01-01\")", "1"}, {">= date(\"2026-01-02\")", "2"}}, 0, 0, ""},
      {"a day is missing", {{"< date(\"2026-01-01\")", "1"}, {">= date(\"2026-01-02\")", "2"}}, 0, 1, "@\"2026-01-01\""},
      {"texts leave the others", {{"\"A\"", "1"}, {"\"B\"", "2"}}, 0, 1, "not(\"A\", \"B\")"},
      {"not takes the others", {{"\"A\"", "1"}, {"not(\"A\")", "2"}}, 0, 0, ""},
      {"truth", {{"true", "1"}}, 0, 1, "false"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto one = one_table(table("UNIQUE", {"x"}, row.rules), {"x"});
    const auto found = check(*one.table);
    EXPECT_EQ(found.overlaps.size(), row.overlaps);
    EXPECT_EQ(found.gaps.size(), row.gaps);
    const auto& where = row.overlaps ? found.overlaps[0].where.tests : row.gaps ? found.gaps[0].tests : std::vector<std::string>{""};
    EXPECT_EQ(where[0], row.where);
  }
}

TEST(Analyse, SaysUnknownInsteadOfGuessing) {
  const auto computed = one_table(table("FIRST", {"x"}, {{"> string length(y)", "1"}}), {"x", "y"});
  EXPECT_EQ(check(*computed.table).outcome, Outcome::unknown);
  EXPECT_THAT(check(*computed.table).why.en, testing::HasSubstr("> string length(y)"));
  std::vector<std::vector<std::string>> many;
  for (int i = 0; i < 40; ++i) many.push_back({"> " + std::to_string(i), "< " + std::to_string(100 - i), std::to_string(i)});
  const auto big = one_table(table("FIRST", {"x", "y"}, many), {"x", "y"});
  EXPECT_EQ(diff(*big.table, *big.table, 5).outcome, Outcome::unknown);
}

TEST(Analyse, MergesWhatBothAgreeOn) {
  const auto a = one_table(table("FIRST", {"x"}, {{"< 10", "\"no\""}, {"< 20", "\"ask\""}, {"-", "\"yes\""}}), {"x"});
  const auto b = one_table(table("FIRST", {"x"}, {{"< 12", "\"no\""}, {"-", "\"yes\""}}), {"x"});
  const auto both = merge(*a.table, *b.table);
  std::vector<std::string> rules, open;
  for (const auto& rule : both.agreed.rules) rules.push_back(rule.tests[0] + " " + rule.outputs[0]);
  for (const auto& one : both.open.differences) open.push_back(one.where.tests[0]);
  EXPECT_THAT(rules, testing::UnorderedElementsAre("< 10 \"no\"", ">= 20 \"yes\""));
  EXPECT_THAT(open, testing::UnorderedElementsAre("[10..12)", "[12..20)"));
}

// ---- a stupid oracle: all points of a small space, asked one by one

const std::vector<std::string> kInputs = {"n", "t", "b"};

std::string random_number_test() {
  const auto one = [] { return std::to_string(*rc::gen::inRange(1, 5)); };
  switch (*rc::gen::inRange(0, 8)) {
    case 0: return "-";
    case 1: return "< " + one();
    case 2: return "<= " + one();
    case 3: return "> " + one();
    case 4: return ">= " + one();
    case 5: return one() + ", " + one();
    case 6: return "not(" + one() + ")";
    default: {
      const auto a = *rc::gen::inRange(1, 5), b = *rc::gen::inRange(1, 5);
      return std::string(*rc::gen::element("[", "(")) + std::to_string(std::min(a, b)) + ".." + std::to_string(std::max(a, b)) + *rc::gen::element("]", ")");
    }
  }
}

using Rows = std::vector<std::vector<std::string>>;

Rows random_rows(int most = 7) {
  Rows rules;
  const auto count = *rc::gen::inRange(1, most);
  for (int i = 0; i < count; ++i) {
    rules.push_back({random_number_test(), *rc::gen::element<std::string>("-", "\"A\"", "\"B\"", "\"A\", \"B\"", "not(\"A\")"), *rc::gen::element<std::string>("-", "-", "true", "false"), *rc::gen::element<std::string>("1", "2", "3")});
  }
  return rules;
}

std::string random_table(const std::string& policy) { return table(policy, kInputs, random_rows(), "", "3, 1, 2"); }

std::vector<std::vector<Value>> all_points() {
  std::vector<std::vector<Value>> out;
  for (int n = 1; n <= 11; ++n) {
    for (const auto* t : {"A", "B", "C"}) {
      for (const bool b : {false, true}) out.push_back({Value(Decimal(n).divided_by(Decimal(2))), Value(t), Value(b)});
    }
  }
  return out;
}

// The space of a check may leave out an input that no rule asks about; its dimensions come in the table's order.
RC_GTEST_PROP(Analyse, DiffAgreesWithAskingEveryPoint, ()) {
  const auto policy = [] { return *rc::gen::element<std::string>("UNIQUE", "ANY", "PRIORITY", "FIRST"); };
  const auto a = one_table(random_table(policy()), kInputs), b = one_table(random_table(policy()), kInputs);
  const auto found = diff(*a.table, *b.table);
  RC_ASSERT(found.outcome != Outcome::unknown);
  RC_ASSERT(found.all);
  std::size_t differing = 0;
  for (const auto& point : all_points()) {
    const auto left = answer(a, kInputs, point), right = answer(b, kInputs, point);
    const auto regions = std::ranges::count_if(found.differences, [&](const Difference& one) { return inside(one.where, point); });
    RC_ASSERT(regions == (feel::identical(left, right) ? 0 : 1));
    differing += regions > 0;
  }
  RC_ASSERT((found.outcome == Outcome::found) == (differing > 0));
  for (const auto& one : found.differences) {
    const auto left = answer(a, kInputs, one.where.example), right = answer(b, kInputs, one.where.example);
    RC_ASSERT(feel::identical(left, one.output_a));
    RC_ASSERT(feel::identical(right, one.output_b));
    RC_ASSERT(!feel::identical(left, right));
    // Whatever the other facts are, the answers differ.
    for (auto point : all_points()) {
      for (const auto fact : one.facts) point[fact] = one.where.example[fact];
      RC_ASSERT(!feel::identical(answer(a, kInputs, point), answer(b, kInputs, point)));
    }
  }
}

TEST(Analyse, ComparesTablesThatCollect) {
  const std::vector<std::string> inputs = {"专利数", "人数", "年营收"};
  const Rows scores = {{">= 5", "-", "-", "10"}, {">= 10", "-", "-", "5"}, {"-", ">= 100", "-", "8"}, {"-", "-", ">= 2000", "20"}};
  auto edited = scores;
  edited[2].back() = "6";
  const struct { const char *name, *policy, *aggregation; Rows other; Outcome outcome; std::vector<std::string> where; const char *a, *b; std::size_t regions = 1; } rows[] = {
      {"one rule gives less: whatever the others are", "COLLECT", "SUM", edited, Outcome::found, {"-", ">= 100", "-"}, "8", "6"},
      {"the order of the rules does not matter to a sum", "COLLECT", "SUM", {scores[3], scores[1], scores[0], scores[2]}, Outcome::clean, {}, "", ""},
      {"nor to a bag", "COLLECT", "", {scores[3], scores[1], scores[0], scores[2]}, Outcome::clean, {}, "", ""},
      {"it does to RULE ORDER", "RULE ORDER", "", {scores[1], scores[0], scores[2], scores[3]}, Outcome::found, {">= 10", "< 100", ">= 2000"}, "[10, 5, 20]", "[5, 10, 20]", 4},
      {"a rule in two halves counts once", "COLLECT", "COUNT", {scores[0], scores[1], {"-", "[100..500)", "-", "8"}, {"-", ">= 500", "-", "8"}, scores[3]}, Outcome::clean, {}, "", ""},
      {"the highest hides the rest", "COLLECT", "MAX", {scores[0], {">= 10", "-", "-", "7"}, scores[2], scores[3]}, Outcome::clean, {}, "", ""},
      {"a sum of nothing is null, not 0", "COLLECT", "SUM", {scores[0], scores[1], scores[2], scores[3], {"-", "-", "-", "0"}}, Outcome::found, {"< 5", "< 100", "< 2000"}, "null", "0"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto a = one_table(table(row.policy, inputs, scores, row.aggregation), inputs), b = one_table(table(row.policy, inputs, row.other, row.aggregation), inputs);
    const auto found = diff(*a.table, *b.table);
    ASSERT_EQ(found.outcome, row.outcome) << found.why.en;
    ASSERT_EQ(found.differences.size(), row.outcome == Outcome::found ? row.regions : 0u);
    if (row.outcome != Outcome::found) continue;
    EXPECT_EQ(found.differences[0].where.tests, row.where);
    EXPECT_EQ(feel::literal(found.differences[0].output_a), row.a);
    EXPECT_EQ(feel::literal(found.differences[0].output_b), row.b);
  }
}

RC_GTEST_PROP(Analyse, DiffOfTablesThatCollectAgreesWithAskingEveryPoint, ()) {
  const auto policy = [] { return *rc::gen::element<std::string>("COLLECT", "COLLECT", "COLLECT", "RULE ORDER", "OUTPUT ORDER", "FIRST"); };
  const auto aggregation = *rc::gen::element<std::string>("", "SUM", "MIN", "MAX", "COUNT");
  auto rows = random_rows(5), others = random_rows(5);
  for (auto* all : {&rows, &others}) {
    for (auto& row : *all) row.back() = row.back() == "3" ? "0" : row.back();  // a sum of noughts is not the null of no rule
  }
  const bool edited = *rc::gen::inRange(0, 2);
  if (edited) {  // a version: one rule moved to the front, one more
    others = rows;
    std::swap(others.front(), others.back());
    others.push_back(random_rows(2)[0]);
  }
  const auto policy_a = policy(), policy_b = edited ? policy_a : policy();
  const auto built = [&](const std::string& of, const Rows& rules) { return one_table(table(of, kInputs, rules, of == "COLLECT" ? aggregation : "", "3, 1, 2"), kInputs); };
  const auto a = built(policy_a, rows), b = built(policy_b, others);
  const auto found = diff(*a.table, *b.table);
  RC_ASSERT(found.outcome != Outcome::unknown);
  RC_ASSERT(found.all);
  for (const auto& point : all_points()) {
    const bool same = same_answer(*a.table, *b.table, answer(a, kInputs, point), answer(b, kInputs, point));
    RC_ASSERT(std::ranges::count_if(found.differences, [&](const Difference& one) { return inside(one.where, point); }) == (same ? 0 : 1));
  }
  for (const auto& one : found.differences) {
    RC_ASSERT(feel::identical(answer(a, kInputs, one.where.example), one.output_a));
    RC_ASSERT(feel::identical(answer(b, kInputs, one.where.example), one.output_b));
    for (auto point : all_points()) {
      for (const auto fact : one.facts) point[fact] = one.where.example[fact];
      RC_ASSERT(!same_answer(*a.table, *b.table, answer(a, kInputs, point), answer(b, kInputs, point)));
    }
  }
}

RC_GTEST_PROP(Analyse, CheckAgreesWithAskingEveryPoint, ()) {
  const auto policy = *rc::gen::element<std::string>("UNIQUE", "ANY", "FIRST", "PRIORITY");
  const auto one = one_table(random_table(policy), kInputs);
  const auto found = check(*one.table);
  RC_ASSERT(found.outcome != Outcome::unknown);
  const auto rules = one.table->tests().size();
  std::vector<bool> decides(rules);
  std::vector<std::vector<bool>> clash(rules, std::vector<bool>(rules));
  const auto order = one.table->order();
  for (const auto& point : all_points()) {
    std::vector<std::size_t> matching;
    for (const auto rule : order) {
      Region texts{one.table->source().rules[rule].tests, {}};
      if (inside(texts, point)) matching.push_back(rule);
    }
    const auto gaps = std::ranges::count_if(found.gaps, [&](const Region& gap) { return inside(gap, point); });
    RC_ASSERT(gaps == (matching.empty() ? 1 : 0));
    if (!matching.empty()) decides[matching[0]] = true;
    for (const auto i : matching) {
      if (policy == "UNIQUE" || policy == "ANY") decides[i] = true;
      for (const auto j : matching) clash[i][j] = clash[i][j] || (policy == "UNIQUE" || (policy == "ANY" && one.table->source().rules[i].outputs != one.table->source().rules[j].outputs));
    }
  }
  for (std::size_t i = 0; i < rules; ++i) {
    RC_ASSERT((std::ranges::find(found.shadowed, i) != found.shadowed.end()) == !decides[i]);
    for (std::size_t j = 0; j < i; ++j) {
      const bool told = std::ranges::any_of(found.overlaps, [&](const Check::Overlap& overlap) { return overlap.first == j && overlap.second == i; });
      RC_ASSERT(told == clash[i][j]);
    }
  }
}

RC_GTEST_PROP(Analyse, MergedTablesAreSound, ()) {
  const auto a = one_table(random_table("FIRST"), kInputs), b = one_table(random_table("FIRST"), kInputs);
  const auto both = merge(*a.table, *b.table);
  for (const auto& point : all_points()) {
    const auto left = answer(a, kInputs, point), right = answer(b, kInputs, point);
    std::vector<std::string> outputs;
    for (const auto& rule : both.agreed.rules) {
      if (inside(Region{rule.tests, {}}, point)) outputs.push_back(rule.outputs[0]);
    }
    if (!feel::identical(left, right) || left.is_null()) RC_ASSERT(outputs.empty());
    else RC_ASSERT(outputs == std::vector<std::string>{feel::literal(left)});
  }
}

}  // namespace
}  // namespace jiaoji::rules
