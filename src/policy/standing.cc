#include "policy/standing.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rules/asked.h"
#include "rules/evaluate.h"

namespace jiaoji::policy {

using feel::Value;

namespace {

constexpr std::size_t kIndicatorsMax = 50;
constexpr double kIndicatorMost = 1e12;  // sums of them stay exact enough to be ordered

std::string label_of(const rules::InputClause& clause) { return clause.label.empty() ? clause.expression : clause.label; }

bool is_rung(const rules::DecisionTable& table) {
  const auto& source = table.source();
  return source.outputs.size() == 1 && std::ranges::any_of(source.rules, [](const rules::Rule& rule) { return rule.outputs[0] == "true"; });
}

Rung rung_of(const rules::TableTrace& trace, const Value& value) {
  const auto& source = trace.table->source();
  Rung out{.name = trace.decision, .reached = value.is_true(), .open = value.unknown() != nullptr, .conditions = {}, .source = {}};
  const rules::RuleTrace* nearest = nullptr;
  for (const auto& rule : trace.rules) {
    if (source.rules[rule.rule].outputs[0] == "true" && (!nearest || rule.failed.size() < nearest->failed.size())) nearest = &rule;
  }
  if (!nearest) return out;
  const auto& rule = source.rules[nearest->rule];
  out.source = rule.source;
  for (std::size_t i = 0; i < source.inputs.size(); ++i) {
    if (rule.tests[i] == "-") continue;
    const auto failed = std::ranges::find(nearest->failed, i, &rules::FailedCell::input);
    const bool unknown = trace.inputs[i].unknown() != nullptr;
    out.conditions.push_back({label_of(source.inputs[i]), rule.tests[i], trace.inputs[i], !unknown && failed == nearest->failed.end(), unknown});
  }
  return out;
}

std::unexpected<Error> bad(const char* decision, Text what) {
  Text detail{fmt::format("“{}”{}", decision, what.zh), fmt::format("\"{}\" {}", decision, what.en)};
  return fail(Code::invalid, "productivity.model", detail, {{decision, "productivity.model", detail}});
}

Result<const rules::CompiledElement*> decision_of(const rules::Compiled& model, const char* name) {
  const auto* found = model.find(name);
  if (!found || found->kind != rules::Element::Kind::decision) return bad(name, {"应是一个决策", "should be a decision"});
  return found;
}

double number(const Value& value) { return value.number() ? value.number()->approximate() : 0; }

double worth_of(std::string_view grade) { return grade == "A" ? 4 : grade == "B" ? 3 : grade == "C" ? 2 : grade == "D" ? 1 : 0; }

double score_with(const Standing& standing, std::size_t moved, double times) {
  double sum = 0, weights = 0, before = 0;
  for (std::size_t i = 0; i < standing.indicators.size(); ++i) {
    const auto& one = standing.indicators[i];
    const auto weight = one.weight * (i == moved ? times : 1);
    sum += weight * one.value, weights += weight, before += one.weight;
  }
  return weights > 0 ? sum * before / weights : 0;  // the points stay as many as they were
}

}  // namespace

Result<std::vector<Rung>> ladder(const rules::Compiled& model, const feel::Context& facts, feel::Date day) {
  auto inputs = facts;
  inputs.put(std::string(kAskedOn), day);
  std::vector<Rung> out;
  feel::Run run{.limits = {.steps = kFitSteps}};
  run.now = feel::DateTime{day, {}};
  for (const auto& element : model.elements()) {
    const auto* table = rules::table_in(element);
    if (element.model != 0 || element.kind != rules::Element::Kind::decision || !table || !is_rung(*table)) continue;
    rules::Trace trace;
    run.observer = &trace;
    const auto value = rules::Evaluation(model, inputs, run, true).value(element);
    if (run.stopped) return fail(run.limit_error());
    const auto own = std::ranges::find(trace.tables, table, &rules::TableTrace::table);
    if (own != trace.tables.end()) out.push_back(rung_of(*own, value));
  }
  return out;
}

Result<Standing> standing(const rules::Compiled& model, const feel::Context& facts, feel::Date day) {
  auto inputs = facts;
  inputs.put(std::string(kAskedOn), day);
  feel::Run run{.limits = {.steps = kFitSteps}};
  run.now = feel::DateTime{day, {}};
  rules::Evaluation evaluation(model, inputs, run, true);
  TRY(const auto* indicators, decision_of(model, "指标"));
  TRY(const auto* weights, decision_of(model, "权重"));
  TRY(const auto* score, decision_of(model, "得分"));
  TRY(const auto* grade, decision_of(model, "等级"));
  const auto values = evaluation.value(*indicators), points = evaluation.value(*weights), sum = evaluation.value(*score), letter = evaluation.value(*grade);
  if (run.stopped) return fail(run.limit_error());
  if (!values.context() || !points.context()) return bad("指标", {"和“权重”应是上下文", "and \"权重\" should be contexts"});
  Standing out;
  out.steps = run.steps;
  if (points.context()->entries.size() > kIndicatorsMax) return bad("权重", {fmt::format("最多 {} 项", kIndicatorsMax), fmt::format("may have {} entries", kIndicatorsMax)});
  for (const auto& [name, weight] : points.context()->entries) {
    const auto* value = values.context()->find(name);
    if (!value) return bad("指标", {"缺少 " + name, "lacks " + name});
    if (const auto* unknown = value->unknown()) out.missing.insert(out.missing.end(), unknown->facts.begin(), unknown->facts.end());
    const Indicator one{name, number(*value), number(weight)};
    if (!(std::abs(one.value) <= kIndicatorMost && one.weight >= 0 && one.weight <= kIndicatorMost)) return bad("指标", {fmt::format("{}：数太大，或权重小于 0", name), fmt::format("{}: the number is too large, or its weight below 0", name)});
    out.indicators.push_back(one);
  }
  if (const auto* unknown = letter.unknown()) out.missing.insert(out.missing.end(), unknown->facts.begin(), unknown->facts.end());
  std::ranges::sort(out.missing);
  out.missing.erase(std::ranges::unique(out.missing).begin(), out.missing.end());
  out.score = number(sum);
  out.grade = letter.string() ? *letter.string() : "";
  return out;
}

std::vector<Near> lifts(const rules::Compiled& model, const Vocabulary& vocabulary, const feel::Context& facts, feel::Date day) {
  constexpr std::size_t kMost = 6;
  auto asked = facts;
  asked.put(std::string(kAskedOn), day);
  const Judge judge = [&](const feel::Context& with) {
    const auto found = standing(model, with, *with.find(kAskedOn)->date());
    return Outcome{.worth = found && found->missing.empty() ? worth_of(found->grade) : 0, .rules = found ? found->grade : "", .steps = found ? found->steps : kFitSteps};
  };
  return find_near(model, vocabulary, asked, judge, kMost);
}

Result<void> check_same_indicators(std::span<const Standing> all) {
  for (const auto& one : all) {
    const auto same = [](const Indicator& a, const Indicator& b) { return a.name == b.name && a.weight == b.weight; };
    if (!std::ranges::equal(one.indicators, all[0].indicators, same)) return bad("权重", {"应对每家企业都一样，否则无法排名", "should be the same for every firm, or none can be ranked"});
  }
  return {};
}

Ranking::Ranking(std::span<const Standing> all, double share) : all_(all), share_(share) {
  constexpr auto none = static_cast<std::size_t>(-1);
  scenarios_.push_back({none, 1, {}});
  for (std::size_t i = 0; !all.empty() && i < all[0].indicators.size(); ++i) {
    for (const auto times : {1 - share, 1 + share}) scenarios_.push_back({i, times, {}});
  }
  for (auto& scenario : scenarios_) {
    for (const auto& standing : all) scenario.scores.push_back(score_with(standing, scenario.moved, scenario.times));
    std::ranges::sort(scenario.scores, std::ranges::greater());
  }
}

Firmness Ranking::of(std::size_t one) const {
  const auto rank_in = [&](const Scenario& scenario) {
    const auto own = score_with(all_[one], scenario.moved, scenario.times);
    return 1 + static_cast<std::size_t>(std::ranges::lower_bound(scenario.scores, own, std::ranges::greater()) - scenario.scores.begin());
  };
  Firmness out;
  out.of = all_.size();
  out.rank = out.best_by_one = out.worst_by_one = rank_in(scenarios_[0]);
  for (const auto& scenario : scenarios_) {
    const auto rank = rank_in(scenario);
    out.best_by_one = std::min(out.best_by_one, rank), out.worst_by_one = std::max(out.worst_by_one, rank);
  }
  for (std::size_t k = 0; k < all_.size(); ++k) {
    if (k == one) continue;
    double lead = 0, slack = 0;
    for (std::size_t i = 0; i < all_[one].indicators.size(); ++i) {
      const auto d = all_[k].indicators[i].value - all_[one].indicators[i].value, w = all_[one].indicators[i].weight;
      lead += w * d, slack += share_ * w * std::abs(d);
    }
    if (lead + slack > 0) ++out.worst_bound;  // can be before
    if (lead - slack > 0) ++out.best_bound;   // is before whatever the weights
  }
  return out;
}

}  // namespace jiaoji::policy
