#include "rules/prove.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/collected.h"
#include "rules/facts.h"
#include "rules/testing_tables.h"

namespace jiaoji::rules {
namespace {

using feel::Value;
using Rows = std::vector<std::vector<std::string>>;

#ifdef __SANITIZE_ADDRESS__
constexpr int kConstantPairs = 60, kArithmeticPairs = 20;  // fewer: sanitizers slow the tables ten times
#else
constexpr int kConstantPairs = 1'000, kArithmeticPairs = 200;
#endif

TEST(Prove, ComparesWhatBoxesCannot) {
  const std::vector<std::string> facts = {"年营收", "研发费用"};
  const struct {
    const char* name;
    std::vector<std::string> columns;
    Rows a, b;
    Outcome outcome;
    std::vector<std::string> where;  // empty: not looked at
  } rows[] = {
      {"the boundary of a cell between inputs", {"研发费用"}, {{"> 年营收 * 2", "1"}, {"-", "0"}}, {{">= 年营收 * 2", "1"}, {"-", "0"}}, Outcome::found, {"0", "0"}},
      {"the same cell written otherwise", {"研发费用"}, {{"> 年营收 * 2", "1"}, {"-", "0"}}, {{"? - 年营收 > 年营收", "1"}, {"-", "0"}}, Outcome::clean, {}},
      {"a quotient and a product: not where the quotient is null", {"研发费用 / 年营收"}, {{">= 0.05", "1"}, {"-", "0"}}, {{"? >= 0.05", "1"}, {"-", "0"}}, Outcome::clean, {}},
      {"a higher quotient", {"研发费用 / 年营收"}, {{">= 0.05", "1"}, {"-", "0"}}, {{">= 0.06", "1"}, {"-", "0"}}, Outcome::found, {}},
      {"a quotient by zero is null, and is not less", {"研发费用 / 年营收"}, {{"< 1", "1"}, {"-", "0"}}, {{">= 1", "0"}, {"-", "1"}}, Outcome::found, {"0", "-"}},
      {"a cap", {"-1"}, {{"-", "min(研发费用 * 0.1, 100)"}}, {{"-", "if 研发费用 > 1000 then 100 else 研发费用 / 10"}}, Outcome::clean, {}},
      {"a lower cap", {"-1"}, {{"-", "min(研发费用 * 0.1, 100)"}}, {{"-", "min(研发费用 * 0.1, 90)"}}, Outcome::found, {}},
      {"whole parts", {"研发费用"}, {{"-", "floor(研发费用)"}}, {{"-", "-ceiling(-研发费用)"}}, Outcome::clean, {}},
      {"a product of facts", {"研发费用 * 年营收"}, {{"> 0", "1"}, {"-", "0"}}, {{">= 0", "1"}, {"-", "0"}}, Outcome::found, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto a = one_table(table("FIRST", row.columns, row.a), facts), b = one_table(table("FIRST", row.columns, row.b), facts);
    const auto found = diff(*a.table, *b.table);
    ASSERT_EQ(found.outcome, row.outcome) << found.why.en;
    EXPECT_FALSE(found.note.en.empty());
    if (row.outcome != Outcome::found) continue;
    const auto& one = found.differences[0];
    EXPECT_TRUE(feel::identical(answer(a, found.inputs, one.where.example), one.output_a));
    EXPECT_TRUE(feel::identical(answer(b, found.inputs, one.where.example), one.output_b));
    EXPECT_FALSE(feel::identical(one.output_a, one.output_b));
    std::vector<std::string> where(facts.size(), "-");
    for (std::size_t i = 0; i < facts.size(); ++i) {
      const auto at = std::ranges::find(found.inputs, facts[i]);
      if (at != found.inputs.end()) where[i] = one.where.tests[static_cast<std::size_t>(at - found.inputs.begin())];
    }
    if (!row.where.empty()) { EXPECT_EQ(where, row.where); }
  }
}

TEST(Prove, ComparesAggregationsOfComputedOutputs) {
  const std::vector<std::string> facts = {"x", "y"};
  const auto a = one_table(table("COLLECT", {"x"}, {{"> 0", "x * 2"}, {"> 10", "y"}}, "SUM"), facts);
  const auto b = one_table(table("COLLECT", {"x"}, {{"(0..10]", "x + x"}, {"> 10", "y + x * 2"}}, "SUM"), facts);
  EXPECT_EQ(diff(*a.table, *b.table).outcome, Outcome::clean);
  const auto c = one_table(table("COLLECT", {"x"}, {{"> 0", "x * 2"}, {"> 10", "y"}}, "MAX"), facts);
  EXPECT_EQ(diff(*a.table, *c.table).outcome, Outcome::found);
}

TEST(Prove, ChecksTablesThatCompute) {
  const std::vector<std::string> facts = {"x", "y"};
  const auto overlap = check(*one_table(table("UNIQUE", {"x"}, {{"<= y * 2", "1"}, {">= y * 2", "2"}}), facts).table);
  ASSERT_EQ(overlap.overlaps.size(), 1u);
  EXPECT_TRUE(overlap.gaps.empty());
  const auto gap = check(*one_table(table("UNIQUE", {"x"}, {{"< y * 2", "1"}, {"> y * 2", "2"}}), facts).table);
  EXPECT_TRUE(gap.overlaps.empty());
  EXPECT_EQ(gap.gaps.size(), 1u);
  const auto sound = check(*one_table(table("UNIQUE", {"x"}, {{"< y * 2", "1"}, {">= y * 2", "2"}}), facts).table);
  EXPECT_EQ(sound.outcome, Outcome::clean);
  EXPECT_THAT(sound.note.en, testing::HasSubstr("real numbers"));
  EXPECT_THAT(check(*one_table(table("FIRST", {"x"}, {{"> y", "1"}, {"> y + 1", "2"}, {"-", "3"}}), facts).table).shadowed, testing::ElementsAre(1));
}

TEST(Prove, KeepsToWhatFactsMayBe) {
  const auto limited = [](std::string xml) { return xml.replace(xml.find("</inputExpression>"), 18, "</inputExpression><inputValues><text>[1..5]</text></inputValues>"); };
  const auto a = one_table(limited(table("FIRST", {"x"}, {{"> y * 0 + 6", "1"}, {"-", "0"}})), {"x", "y"});
  const auto b = one_table(limited(table("FIRST", {"x"}, {{"> y * 0 + 5", "1"}, {"-", "0"}})), {"x", "y"});
  EXPECT_EQ(diff(*a.table, *b.table).outcome, Outcome::clean);
}

TEST(Prove, SaysUnknownWithAReason) {
  const struct { const char *name, *policy, *cell, *output, *why; } rows[] = {
      {"a type is open", "FIRST", "> y", "1", "type of a fact is open"},
      {"texts in order", "FIRST", "> \"a\"", "1", "not ordered"},
      {"a function of texts", "FIRST", "matches(?, \"a\")", "1", "more than arithmetic"},
      {"powers", "FIRST", "> y ** 2", "1", "more than arithmetic"},
      {"three facts multiplied", "FIRST", "> y * y * y", "1", "more than two facts"},
      {"products added", "FIRST", "> y * y + y / x", "1", "sum of products"},
      {"mixed types", "FIRST", "> y + 1, \"a\"", "1", "different types"},
      {"a list of computed outputs", "COLLECT", "> 1", "y + 1", "collects a list"},
      {"priority of computed outputs", "PRIORITY", "> 1", "y + 1", "PRIORITY"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto a = one_table(table(row.policy, {"x"}, {{row.cell, row.output}}), {"x", "y"}), b = one_table(table(row.policy, {"x"}, {{row.cell, row.output}, {"-", "2"}}), {"x", "y"});
    const auto found = diff(*a.table, *b.table);
    EXPECT_EQ(found.outcome, Outcome::unknown);
    EXPECT_THAT(found.why.en, testing::HasSubstr(row.why));
    EXPECT_FALSE(found.why.zh.empty());
  }
  const auto a = one_table(table("FIRST", {"x"}, {{"> y * 2", "1"}}), {"x", "y"}), b = one_table(table("FIRST", {"x"}, {{">= y * 2", "1"}}), {"x", "y"});
  EXPECT_EQ(diff(*a.table, *b.table, 1).outcome, Outcome::unknown);
}

// ---- against the boxes and against points

struct Random {
  std::mt19937 engine{20'261'121};
  int below(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); }
  std::string one(const std::vector<std::string>& of) { return of[static_cast<std::size_t>(below(static_cast<int>(of.size())))]; }
};

std::string number_test(Random& random) {
  const auto one = [&] { return std::to_string(1 + random.below(4)); };
  switch (random.below(7)) {
    case 0: return "-";
    case 1: return random.one({"< ", "<= ", "> ", ">= "}) + one();
    case 2: return one() + ", " + one();
    case 3: return "not(" + one() + ")";
    case 4: return random.one({"< ", "<= ", "> ", ">= "}) + one();
    default: {
      const auto a = 1 + random.below(4), b = 1 + random.below(4);
      return random.one({"[", "("}) + std::to_string(std::min(a, b)) + ".." + std::to_string(std::max(a, b)) + random.one({"]", ")"});
    }
  }
}

TEST(Prove, AgreesWithBoxesAndWithEveryPointOfConstantTables) {
  const std::vector<std::string> inputs = {"n", "t", "b"};
  Random random;
  const auto random_rows = [&] {
    Rows rows;
    for (int i = 1 + random.below(6); i > 0; --i) rows.push_back({number_test(random), random.one({"-", "\"A\"", "\"B\"", "\"A\", \"B\"", "not(\"A\")"}), random.one({"-", "-", "true", "false"}), random.one({"1", "2"})});
    return rows;
  };
  // Every other pair is two versions of one table that differ in a cell or the place of a rule.
  const auto edited = [&](Rows rows) {
    auto& row = rows[static_cast<std::size_t>(random.below(static_cast<int>(rows.size())))];
    if (random.below(2)) row[static_cast<std::size_t>(random.below(3))] = "-";
    else std::swap(row, rows.back());
    return rows;
  };
  const auto built = [&](const Rows& rows, const std::string& policy) {
    return one_table(table(policy, inputs, rows, policy == "COLLECT" ? random.one({"SUM", "MIN", "MAX", "COUNT"}) : "", "3, 1, 2"), inputs);
  };
  const auto policy = [&] { return random.one({"UNIQUE", "ANY", "PRIORITY", "FIRST", "COLLECT"}); };
  std::vector<Point> points;
  for (int n = 1; n <= 11; ++n) {
    for (const auto* t : {"A", "B", "C"}) {
      for (const bool b : {false, true}) points.push_back({Value(Decimal(n).divided_by(Decimal(2))), Value(t), Value(b)});
    }
  }
  int different = 0;
  for (int pair = 0; pair < kConstantPairs; ++pair) {
    SCOPED_TRACE(pair);
    const auto rows = random_rows(), others = pair % 2 ? edited(rows) : random_rows();
    const auto policy_a = policy(), policy_b = pair % 2 ? policy_a : policy();
    const auto a = built(rows, policy_a), b = built(others, policy_b);
    const auto boxes = diff(*a.table, *b.table), proved = prove_diff(*a.table, *b.table, kAnalysisBudget);
    const bool differs = std::ranges::any_of(points, [&](const Point& point) { return !feel::identical(answer(a, inputs, point), answer(b, inputs, point)); });
    ASSERT_EQ(boxes.outcome, differs ? Outcome::found : Outcome::clean);
    ASSERT_EQ(proved.outcome, boxes.outcome) << proved.why.en;
    if (!differs) continue;
    ++different;
    for (const auto* found : {&boxes, &proved}) {
      const auto& one = found->differences[0];
      const auto left = answer(a, found->inputs, one.where.example), right = answer(b, found->inputs, one.where.example);
      ASSERT_TRUE(feel::identical(left, one.output_a));
      ASSERT_TRUE(feel::identical(right, one.output_b));
      ASSERT_FALSE(feel::identical(left, right));
    }
    ASSERT_LE(proved.differences[0].facts.size(), boxes.differences[0].facts.size());  // of all values; boxes count within their regions
  }
  std::printf("%d of %d pairs differ\n", different, kConstantPairs);
  EXPECT_GT(different, kConstantPairs / 2);
  EXPECT_LT(different, kConstantPairs * 9 / 10);
}

TEST(Prove, AgreesWithPointsOfTablesThatCompute) {
  const std::vector<std::string> facts = {"x", "y", "t"};
  Random random;
  const auto row = [&] {
    return std::vector<std::string>{random.one({"-", "> y * 2", ">= y * 2", "<= y + 1", "? > min(x, y)", "[y..y * 3]", "> 2", "abs(x - y) < 1", "not(y)"}),
                                    random.one({"-", "< 1", "<= 1", "> 0.5", "not(1)", "[0..2)"}), random.one({"-", "-", "\"A\"", "not(\"A\")"}),
                                    random.one({"1", "2", "x", "min(x * 0.5, 2)", "if x > y then x else y", "max(x, y)", "x / y", "x * 2 - x"})};
  };
  const std::vector<std::string> columns = {"x", "x / y", "t"};
  std::vector<Point> points;
  for (int x = -4; x <= 8; ++x) {
    for (int y = -4; y <= 8; ++y) {
      for (const auto* t : {"A", "B"}) points.push_back({Value(Decimal(x).divided_by(Decimal(2))), Value(Decimal(y).divided_by(Decimal(2))), Value(t)});
    }
  }
  int different = 0, equal = 0, unknown = 0;
  for (int pair = 0; pair < kArithmeticPairs; ++pair) {
    SCOPED_TRACE(pair);
    Rows rows, others;
    for (int i = 1 + random.below(4); i > 0; --i) rows.push_back(row());
    others = rows;  // most pairs are two versions, so that many are equal but for a boundary
    if (random.below(4) == 0) others.clear();
    const auto policy = random.one({"FIRST", "FIRST", "UNIQUE", "ANY"});
    for (int i = random.below(2); i >= 0 || others.empty(); --i) {
      if (others.empty() || random.below(2) == 0) others.push_back(row());
      else others[static_cast<std::size_t>(random.below(static_cast<int>(others.size())))][static_cast<std::size_t>(random.below(3))] = "-";
    }
    rows.push_back({"-", "-", "-", "x + y"}), others.push_back({"-", "-", "-", "y + x"});
    const auto a = one_table(table(policy, columns, rows), facts), b = one_table(table(policy, columns, others), facts);
    const auto found = prove_diff(*a.table, *b.table, kAnalysisBudget);
    const auto differs = [&](const Point& point) { return !feel::identical(answer(a, facts, point), answer(b, facts, point)); };
    const bool somewhere = std::ranges::any_of(points, differs);
    (found.outcome == Outcome::found ? different : found.outcome == Outcome::clean ? equal : unknown) += 1;
    ASSERT_FALSE(found.outcome == Outcome::clean && somewhere);
    if (found.outcome != Outcome::found) continue;
    const auto& one = found.differences[0];
    const auto left = answer(a, found.inputs, one.where.example), right = answer(b, found.inputs, one.where.example);
    ASSERT_TRUE(feel::identical(left, one.output_a));
    ASSERT_TRUE(feel::identical(right, one.output_b));
    ASSERT_FALSE(feel::identical(left, right));
    // Whatever the other facts are, the answers differ.
    for (auto point : points) {
      for (const auto fact : one.facts) point[static_cast<std::size_t>(std::ranges::find(facts, found.inputs[fact]) - facts.begin())] = one.where.example[fact];
      ASSERT_TRUE(differs(point));
    }
  }
  std::printf("%d different, %d equal, %d unknown\n", different, equal, unknown);
  EXPECT_GT(different, kArithmeticPairs / 4);
  EXPECT_GT(equal, kArithmeticPairs / 20);
  EXPECT_LT(unknown, kArithmeticPairs / 10);
}

}  // namespace
}  // namespace jiaoji::rules
