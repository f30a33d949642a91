#include "policy/policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "policy/combine.h"
#include "policy/match.h"
#include "policy/reach.h"
#include "policy/standing.h"
#include "rules/testing.h"

namespace jiaoji::policy {
namespace {

using feel::Date;
using feel::Value;

constexpr std::string_view kVocabulary = R"(
id = "test"
kind = "facts"
label = { zh = "试", en = "test" }
fact = [
  { name = "专利", label = "patents", type = "number", unit = "件", whole = true, change = "grow" },
  { name = "研发", label = "research", type = "number", change = "grow" },
  { name = "营收", label = "revenue", type = "number", change = "grow" },
  { name = "能耗", label = "energy", type = "number", change = "shrink" },
  { name = "高企", label = "high-tech", type = "boolean", change = "gain" },
  { name = "梯度", label = "rung", type = "choice", options = ["无", "省级", "国家级"], change = "gain" },
  { name = "城市", label = "city", type = "choice", options = ["济南", "青岛"] },
  { name = "成立", label = "founded", type = "date" },
]
)";
Vocabulary vocabulary() { return *read_vocabulary(kVocabulary, "program.toml"); }

Policy policy(const std::vector<std::string>& inputs, const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows, const std::string& opens = "2026-01-01", const std::string& closes = "2026-12-31") {
  std::string body;
  for (const auto& name : inputs) {
    const auto vocabulary_type = name == "高企" ? "boolean" : name == "梯度" || name == "城市" ? "string" : name == "成立" || name == "申报日期" ? "date" : "number";
    body += rules::input(name, vocabulary_type);
  }
  body += rules::decision("政策", {}, rules::literal(fmt::format("{{发文: \"办法\", 条款: \"第一条\", 受理开始: date(\"{}\"), 受理截止: date(\"{}\")}}", opens, closes)));
  std::vector<rules::Model> models;
  models.push_back(*rules::read_model(rules::definitions(body + rules::decision("金额", inputs, rules::table("FIRST", columns, rows)))));
  return *read_policy("p", "370100", *rules::Compiled::of(std::move(models)));
}

feel::Context facts(const std::string& json) { return *read_facts(vocabulary(), *json::parse(json)->object(), ""); }

std::string near_words(const Policy& policy, const std::string& json, Date day = {2026, 6, 1}) {
  auto of = facts(json);
  of.put(std::string(kAskedOn), day);
  std::string out;
  for (const auto& near : find_near(*policy.model, vocabulary(), of, judge_of(policy), 5)) {
    out += out.empty() ? "" : "; ";
    for (const auto& step : near.steps) out += fmt::format("{} {}→{} ", step.fact, feel::spelling(step.from), feel::spelling(step.to));
    if (near.wait_days) out += fmt::format("wait {} ", near.wait_days);
    out += fmt::format("= {}", near.worth / 1e6);
  }
  return out;
}

TEST(Facts, RefusesWhatIsNoFact) {
  const auto in = [&](const std::string& text) { return read_facts(vocabulary(), *json::parse(text)->object(), ""); };
  EXPECT_TRUE(in(R"({"专利": 3, "高企": true, "成立": "2020-02-29", "梯度": null})"));
  const struct { const char *json, *pointer; } rows[] = {{R"({"专利": 1.5})", "/专利"}, {R"({"专利": -1})", "/专利"}, {R"({"专利": "3"})", "/专利"}, {R"({"高企": 1})", "/高企"}, {R"({"成立": "2021-02-29"})", "/成立"}, {R"({"城市": "东京"})", "/城市"}, {R"({"面积": 3})", "/面积"}, {R"({"研发": [1]})", "/研发"}};
  for (const auto& row : rows) {
    const auto out = in(row.json);
    ASSERT_FALSE(out) << row.json;
    EXPECT_EQ(out.error().where.at(0).pointer, row.pointer);
  }
  EXPECT_EQ(feel::spelling(*read_facts(vocabulary(), std::map<std::string, std::string>{{"研发", "1,200.5"}, {"高企", "是"}, {"专利", " "}}, "row 2")->find("研发")), "1200.5");
  EXPECT_EQ(read_facts(vocabulary(), std::map<std::string, std::string>{{"专利", "三"}}, "row 2").error().where.at(0).pointer, "row 2，专利");
}

TEST(Facts, VocabularyNamesTheLine) {
  const auto bad = [](const std::string& fact) { return read_vocabulary("id = \"x\"\nkind = \"facts\"\nlabel = { zh = \"\", en = \"\" }\nfact = [\n" + fact + "\n]\n", "p.toml").error().detail.en; };
  EXPECT_THAT(bad("{ name = \"a\", label = \"a\", type = \"money\" }"), testing::HasSubstr("p.toml:5"));
  EXPECT_THAT(bad("{ name = \"a\", label = \"a\", type = \"boolean\", change = \"grow\" }"), testing::HasSubstr("takes grow or shrink"));
  EXPECT_THAT(bad("{ name = \"a\", label = \"a\", type = \"choice\" }"), testing::HasSubstr("options is missing"));
}

TEST(Policy, AmountIsExactAndMissingFactsAreNamed) {
  const auto p = policy({"研发", "专利"}, {"研发", "专利"}, {{">= 100", ">= 5", "研发 * 0.1"}, {"-", "-", "0"}});
  EXPECT_EQ(fit(p, facts(R"({"研发": 333.33, "专利": 5})"), {2026, 6, 1}, nullptr)->amount, 33'333'000);
  EXPECT_EQ(fit(p, facts(R"({"研发": 99, "专利": 5})"), {2026, 6, 1}, nullptr)->amount, 0);
  EXPECT_THAT(fit(p, facts(R"({"研发": 333})"), {2026, 6, 1}, nullptr)->missing, testing::ElementsAre("专利"));
  EXPECT_TRUE(fit(p, facts(R"({"研发": 3})"), {2026, 6, 1}, nullptr)->missing.empty());  // what is known decides
}

TEST(Policy, SaysWhatItsModelLacks) {
  std::vector<rules::Model> models;
  models.push_back(*rules::read_model(rules::definitions(rules::decision("金额", {}, rules::literal("1")) + rules::decision("政策", {}, rules::literal("{发文: \"a\", 条款: \"b\", 受理开始: \"soon\"}")))));
  EXPECT_THAT(read_policy("p", "", *rules::Compiled::of(std::move(models))).error().detail.en, testing::HasSubstr("受理开始"));
}

TEST(Near, TwoMorePatentsOrWaitFortyDays) {
  const auto p = policy({"专利", "成立", "申报日期"}, {"专利", "(申报日期 - 成立) / duration(\"P1D\")"}, {{">= 5", "-", "10"}, {"-", ">= 365", "8"}, {"-", "-", "0"}});
  EXPECT_EQ(near_words(p, R"({"专利": 3, "成立": "2025-07-11"})"), "wait 40 = 8; 专利 3→5 = 10");
}

TEST(Near, BoundsAreExact) {
  EXPECT_EQ(near_words(policy({"专利"}, {"专利"}, {{"> 5", "10"}, {"-", "0"}}), R"({"专利": 5})"), "专利 5→6 = 10");
  EXPECT_EQ(near_words(policy({"研发"}, {"研发"}, {{"> 5", "10"}, {"-", "0"}}), R"({"研发": 5})"), "研发 5→5.01 = 10");
  EXPECT_EQ(near_words(policy({"能耗"}, {"能耗"}, {{"< 20", "7"}, {"-", "0"}}), R"({"能耗": 30})"), "能耗 30→19.99 = 7");
  EXPECT_EQ(near_words(policy({"梯度"}, {"梯度"}, {{"\"国家级\"", "9"}, {"\"省级\"", "3"}, {"-", "0"}}), R"({"梯度": "无"})"), "梯度 无→省级 = 3; 梯度 无→国家级 = 9");
}

TEST(Near, SharesAreHalvedAndPairsOnlyWhenNoOneFactDoes) {
  EXPECT_EQ(near_words(policy({"研发", "营收"}, {"研发 / 营收"}, {{">= 0.05", "20"}, {"-", "0"}}), R"({"研发": 40, "营收": 1000})"), "研发 40→50 = 20");
  EXPECT_EQ(near_words(policy({"专利", "高企"}, {"专利", "高企"}, {{">= 5", "true", "10"}, {"-", "-", "0"}}), R"({"专利": 4, "高企": false})"), "专利 4→5 高企 false→true = 10");
}

TEST(Near, WhatCannotMoveIsNoNearMiss) {
  EXPECT_EQ(near_words(policy({"城市"}, {"城市"}, {{"\"青岛\"", "10"}, {"-", "0"}}), R"({"城市": "济南"})"), "");
  EXPECT_EQ(near_words(policy({"专利"}, {"专利"}, {{">= 3", "专利 * 2"}, {"-", "0"}}), R"({"专利": 4})"), "");  // more of the same rule
  EXPECT_EQ(near_words(policy({"专利"}, {"专利"}, {{">= 3", "5"}, {"-", "0"}}, "2026-09-01"), R"({"专利": 4})"), "wait 92 = 5");
}

// A number that one column names and another computes with, and a column of more bounds than pairs try.
TEST(Near, AFactBothNamedAndComputedWithAndManyBounds) {
  const auto both = policy({"研发", "营收"}, {"研发", "研发 / 营收"}, {{">= 10", ">= 0.05", "20"}, {"-", "-", "0"}});
  EXPECT_EQ(near_words(both, R"({"研发": 40, "营收": 1000})"), "研发 40→50 = 20");
  std::vector<std::vector<std::string>> rows;
  for (int bound = 4; bound < 60; ++bound) rows.push_back({std::to_string(bound), "true", "1"});
  rows.push_back({"60", "-", "7"});
  rows.push_back({"-", "-", "0"});
  EXPECT_EQ(near_words(policy({"专利", "城市"}, {"专利", "城市 = \"青岛\""}, rows), R"({"专利": 3, "城市": "济南"})"), "专利 3→60 = 7");
}

TEST(Near, StopsWhenItsStepsAreSpent) {
  const auto heavy = policy({"专利", "研发", "营收"}, {"sum(for x in 1..20000 return x * 专利)"}, {{"< 0", "10"}, {"-", "0"}});
  auto of = facts(R"({"专利": 3, "研发": 5, "营收": 70})");
  of.put(std::string(kAskedOn), Date{2026, 6, 1});
  std::uint64_t steps = 0, most = 0;
  const auto judge = judge_of(heavy);
  find_near(*heavy.model, vocabulary(), of, [&](const feel::Context& with) {
    auto outcome = judge(with);
    steps += outcome.steps, most = std::max(most, outcome.steps);
    return outcome;
  }, 3);
  EXPECT_GT(most, 20'000U);
  EXPECT_LE(steps, kNearSteps + most);
}

Candidate candidate(Fen amount, std::vector<std::string> only_one = {}, std::vector<Cap> caps = {}) { return {amount, std::move(only_one), std::move(caps)}; }

TEST(Combine, TakesTheBestThatIsLawful) {
  const auto out = combine({candidate(100, {"rd"}), candidate(90, {"rd"}), candidate(60, {}, {{"year", 100}}), candidate(50, {}, {{"year", 100}}), candidate(5)});
  EXPECT_EQ(out.total, 205);
  EXPECT_TRUE(out.exact);
  ASSERT_EQ(out.left.size(), 1U);
  EXPECT_EQ(out.left[0].because, "rd");
  EXPECT_EQ(out.taken[2].paid, 40);  // the cap leaves 40 of 50
}

TEST(Combine, FewestOfEqualTotalsAndWhyTheRestIsLeft) {
  const auto out = combine({candidate(100, {}, {{"year", 100}}), candidate(30, {}, {{"year", 100}})});
  EXPECT_EQ(out.taken.size(), 1U);
  ASSERT_EQ(out.left.size(), 1U);
  EXPECT_TRUE(out.left[0].capped);
}

TEST(Combine, SaysWhenItStoppedEarly) {
  std::vector<Candidate> many;
  for (int i = 0; i < 40; ++i) many.push_back(candidate(1000 + i * 7 % 90, {"a" + std::to_string(i % 20), "b" + std::to_string(i % 13)}));
  const auto out = combine(many, 50);
  EXPECT_FALSE(out.exact);
  EXPECT_GT(out.at_most, out.total);
}

TEST(Combine, ManyThatExcludeEachOtherEndInTime) {
  std::vector<Candidate> many;
  for (int i = 0; i < 300; ++i) many.push_back(candidate(5000 + i * 7919 % 1000, {"a" + std::to_string(i * 31 % 60), "b" + std::to_string(i * 17 % 61), "c" + std::to_string(i * 13 % 59)}, {{"d" + std::to_string(i % 7), 20'000}}));
  const auto started = std::chrono::steady_clock::now();
  const auto out = combine(many);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(30));  // a second without sanitizers
  EXPECT_FALSE(out.exact);
  EXPECT_GE(out.at_most, out.total);
}

// Every subset, with the caps as a nest of minima.
RC_GTEST_PROP(Combine, NoSubsetPaysMore, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(0, 9);
  const Fen inner = *rc::gen::inRange(0, 60), outer = *rc::gen::inRange(0, 120);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < count; ++i) {
    auto one = candidate(*rc::gen::inRange(0, 40));
    for (const char* name : {"x", "y", "z"}) {
      if (*rc::gen::inRange(0, 3) == 0) one.only_one.emplace_back(name);
    }
    const auto nest = *rc::gen::inRange(0, 4);
    if (nest >= 1) one.caps.push_back({"outer", outer});
    if (nest == 3) one.caps.push_back({"inner", inner});
    candidates.push_back(std::move(one));
  }
  Fen most = 0;
  for (std::size_t set = 0; set < (std::size_t{1} << count); ++set) {
    bool lawful = true;
    Fen plain = 0, in_inner = 0, in_outer = 0;
    std::map<std::string, int> named;
    for (std::size_t i = 0; i < count; ++i) {
      if (!(set >> i & 1)) continue;
      for (const auto& name : candidates[i].only_one) lawful &= ++named[name] == 1;
      const auto caps = candidates[i].caps.size();
      (caps == 2 ? in_inner : caps == 1 ? in_outer : plain) += candidates[i].amount;
    }
    if (lawful) most = std::max(most, plain + std::min(outer, in_outer + std::min(inner, in_inner)));
  }
  const auto out = combine(candidates);
  RC_ASSERT(out.exact);
  RC_ASSERT(out.total == most);
  Fen paid = 0;
  for (const auto& one : out.taken) paid += one.paid;
  RC_ASSERT(paid == most);
}

TEST(Reach, CountsByCityOnADayOnWhichThePolicyIsOpen) {
  const auto p = policy({"专利"}, {"专利"}, {{">= 5", "10"}, {"-", "0"}}, "2027-01-01", "2027-06-30");
  const std::vector<Firm> firms = {{"a", "甲", "370100", facts(R"({"专利": 5})")}, {"b", "乙", "370100", facts(R"({"专利": 4})")}, {"c", "丙", "370200", facts("{}")}};
  const auto out = *reach(p, firms, {2026, 11, 21});
  EXPECT_EQ(out.day, (Date{2027, 1, 1}));
  ASSERT_EQ(out.cities.size(), 2U);
  EXPECT_EQ(out.cities[0].reached, 1U);
  EXPECT_EQ(out.cities[0].cost, 10'000'000);
  EXPECT_EQ(out.cities[1].unknown, 1U);
}

Standing standing_of(std::vector<double> values, const std::vector<double>& weights) {
  Standing out;
  for (std::size_t i = 0; i < values.size(); ++i) out.indicators.push_back({"i" + std::to_string(i), values[i], weights[i]});
  return out;
}

TEST(Ranking, TakesOnlyFirmsWithTheSameIndicators) {
  EXPECT_TRUE(check_same_indicators(std::vector<Standing>{}));
  EXPECT_TRUE(check_same_indicators(std::vector<Standing>{standing_of({1, 2}, {50, 50}), standing_of({0, 1}, {50, 50})}));
  EXPECT_EQ(check_same_indicators(std::vector<Standing>{standing_of({1, 2}, {50, 50}), standing_of({1}, {50})}).error().key, "productivity.model");
  EXPECT_EQ(check_same_indicators(std::vector<Standing>{standing_of({1, 2}, {50, 50}), standing_of({1, 2}, {60, 40})}).error().key, "productivity.model");
}

TEST(Ranking, MovesByOneWeightAndIsBoundedByAll) {
  const std::vector<double> weights = {50, 50};
  const std::vector<Standing> all = {standing_of({1.0, 0.98}, weights), standing_of({0.98, 1.01}, weights), standing_of({0.2, 0.2}, weights)};
  const Ranking ranking(all, 0.1);
  const auto first = ranking.of(1), last = ranking.of(2);
  EXPECT_EQ(first.rank, 1U);
  EXPECT_EQ(first.worst_by_one, 1U);  // 55·0.98 + 50·1.01 is still before 55·1.0 + 50·0.98
  EXPECT_EQ(first.worst_bound, 1U);
  EXPECT_EQ(last.best_bound, 3U);
  EXPECT_EQ(Ranking(all, 0.5).of(1).worst_by_one, 2U);
}

// No weights within the box rank a firm outside the bound, and the ranks by one weight are within it.
RC_GTEST_PROP(Ranking, NoWeightsLeaveTheBound, ()) {
  const auto firms = *rc::gen::inRange<std::size_t>(1, 7), indicators = *rc::gen::inRange<std::size_t>(1, 4);
  std::vector<double> weights;
  for (std::size_t i = 0; i < indicators; ++i) weights.push_back(*rc::gen::inRange(1, 50));
  std::vector<Standing> all;
  for (std::size_t k = 0; k < firms; ++k) {
    std::vector<double> values;
    for (std::size_t i = 0; i < indicators; ++i) values.push_back(*rc::gen::inRange(0, 30) / 20.0);
    all.push_back(standing_of(values, weights));
  }
  const auto one = *rc::gen::inRange<std::size_t>(0, firms);
  const auto found = Ranking(all, 0.1).of(one);
  std::vector<double> moved;
  for (const auto weight : weights) moved.push_back(weight * (1 + *rc::gen::inRange(-10, 11) / 100.0));
  const auto score = [&](const Standing& of) {
    double sum = 0;
    for (std::size_t i = 0; i < indicators; ++i) sum += moved[i] * of.indicators[i].value;
    return sum;
  };
  std::size_t rank = 1;
  for (const auto& other : all) rank += score(other) > score(all[one]) + 1e-9;
  RC_ASSERT(found.best_bound <= rank);
  RC_ASSERT(rank <= found.worst_bound);
  RC_ASSERT(found.best_by_one <= found.rank);
  RC_ASSERT(found.rank <= found.worst_by_one);
}

std::shared_ptr<const rules::Compiled> compiled_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(JIAOJI_PROGRAMS + path).rdbuf();
  std::vector<rules::Model> models;
  models.push_back(*rules::read_model(text.str()));
  return *rules::Compiled::of(std::move(models));
}
Vocabulary shipped_vocabulary() {
  std::ostringstream text;
  text << std::ifstream(JIAOJI_PROGRAMS "/firm-facts/program.toml").rdbuf();
  return *read_vocabulary(text.str(), "program.toml");
}

TEST(Ladder, SaysWhatHoldsWhatFailsAndWhatNobodyKnows) {
  const auto model = compiled_file("/ladder/370000/ladder.dmn");
  EXPECT_TRUE(model->problems().empty());
  const auto firm = *read_facts(shipped_vocabulary(), *json::parse(R"({"成立日期": "2024-11-22", "年营收万元": 1000, "研发费用万元": 40, "发明专利": 3, "三年内有失信或处罚": false})")->object(), "");
  const auto rungs = *ladder(*model, firm, {2026, 11, 21});
  ASSERT_EQ(rungs.size(), 4U);
  EXPECT_TRUE(rungs[0].reached);
  EXPECT_FALSE(rungs[1].reached);  // a day short of two years
  EXPECT_FALSE(rungs[1].conditions[0].holds);
  EXPECT_EQ(rungs[1].conditions[0].label, "成立年限");
  EXPECT_TRUE(rungs[1].conditions[4].unknown);
  EXPECT_TRUE((*ladder(*model, firm, {2026, 11, 22}))[1].open);  // old enough now; the years with the product are not known
}

TEST(Standing, ScoresGradesAndWhatLifts) {
  const auto model = compiled_file("/land-productivity/370100/evaluation.dmn");
  EXPECT_TRUE(model->problems().empty());
  const auto words = shipped_vocabulary();
  const auto facts = *read_facts(words, *json::parse(R"({"缴纳税收万元": 120, "年营收万元": 3000, "用地亩": 10, "能耗吨标煤": 300, "研发费用万元": 120, "职工人数": 30, "三年内有失信或处罚": false})")->object(), "");
  const auto one = *standing(*model, facts, {2026, 11, 21});
  EXPECT_DOUBLE_EQ(one.score, 100);  // every indicator at its benchmark
  EXPECT_EQ(one.grade, "A");
  auto worse = facts;
  worse.put("缴纳税收万元", Value(60));
  EXPECT_EQ(standing(*model, worse, {2026, 11, 21})->grade, "B");
  const auto ways = lifts(*model, words, worse, {2026, 11, 21});
  ASSERT_FALSE(ways.empty());
  for (const auto& way : ways) {
    auto then = worse;
    for (const auto& step : way.steps) then.put(step.fact, step.to);
    EXPECT_EQ(standing(*model, then, {2026, 11, 21})->grade, "A") << way.steps[0].fact;
  }
  EXPECT_EQ(standing(*model, *read_facts(words, *json::parse("{}")->object(), ""), {2026, 11, 21})->missing.size(), 7U);
}

// The folder that ships: every policy can be read, its table has no problem, and uses only facts of the vocabulary.
TEST(Program, EveryPolicyIsUsable) {
  const std::filesystem::path folder = JIAOJI_PROGRAMS "/policy-direct";
  const auto whole = [](const std::filesystem::path& path) { std::ostringstream out; out << std::ifstream(path).rdbuf(); return out.str(); };
  const auto words = read_vocabulary(whole(JIAOJI_PROGRAMS "/firm-facts/program.toml"), "program.toml");
  ASSERT_TRUE(words) << words.error().detail.en;
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".dmn") continue;
    SCOPED_TRACE(entry.path().filename());
    ++count;
    std::vector<rules::Model> models;
    auto model = rules::read_model(whole(entry.path()));
    ASSERT_TRUE(model) << model.error().detail.en;
    models.push_back(*std::move(model));
    const auto compiled = rules::Compiled::of(std::move(models));
    ASSERT_TRUE(compiled) << compiled.error().detail.en;
    for (const auto& problem : (*compiled)->problems()) ADD_FAILURE() << problem.element << " " << problem.place << " " << problem.error.detail.en;
    const auto one = read_policy("p", "", *compiled);
    ASSERT_TRUE(one) << one.error().detail.en;
    for (const auto& input : one->inputs()) EXPECT_TRUE(input == kAskedOn || words->find(input)) << input;
  }
  EXPECT_GE(count, 30);
}

}  // namespace
}  // namespace jiaoji::policy
