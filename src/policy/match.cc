#include "policy/match.h"

#include <algorithm>

#include <fmt/format.h>

#include "rules/explain.h"

namespace jiaoji::policy {

namespace {

constexpr std::size_t kNearMost = 3;                   // ways shown of one policy
constexpr std::uint64_t kNearStepsOfAll = 10'000'000;  // of all policies of one question: about a second

std::string fired(const rules::Trace& trace) {
  std::string out;
  for (const auto& table : trace.tables) {
    for (const auto& rule : table.rules) {
      if (rule.fired) out += fmt::format("{}/{},", table.decision, rule.rule);
    }
  }
  return out;
}

// `steps_left`: of all policies of one question.
std::vector<Near> nearest(const Policy& policy, const Vocabulary& vocabulary, const feel::Context& facts, feel::Date day, std::uint64_t& steps_left) {
  auto asked = facts;
  asked.put(std::string(kAskedOn), day);
  const auto judge = judge_of(policy);
  std::uint64_t steps = 0;
  auto out = find_near(*policy.model, vocabulary, asked, [&](const feel::Context& with) {
    auto outcome = judge(with);
    steps += outcome.steps;
    return outcome;
  }, kNearMost, steps_left);
  steps_left -= std::min(steps_left, steps);
  return out;
}

json::Array list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

json::Value near_json(const Near& near, Fen now) {
  const auto amount = static_cast<Fen>(near.worth);
  return json::object({{"steps", steps_json(near)}, {"wait_days", near.wait_days}, {"amount", wan_json(amount)}, {"more", wan_json(amount - now)}});
}

}  // namespace

Judge judge_of(const Policy& policy) {
  return [&policy](const feel::Context& facts) {
    const auto day = *facts.find(kAskedOn)->date();
    if (!policy.open_on(day)) return Outcome{0, "closed", 0};
    rules::Trace trace(rules::Trace::Of::fired_rules);
    const auto found = fit(policy, facts, day, &trace);
    return found ? Outcome{static_cast<double>(found->amount), fired(trace), found->steps} : Outcome{.worth = 0, .rules = "", .steps = kFitSteps};
  };
}

Matched match(std::vector<std::shared_ptr<const Policy>> policies, const Vocabulary& vocabulary, const feel::Context& facts, feel::Date day) {
  Matched out{.day = day, .policies = std::move(policies), .rows = {}, .combined = {}, .best = {}};
  auto steps_left = kNearStepsOfAll;
  for (const auto& policy : out.policies) {
    auto& row = out.rows.emplace_back();
    row.policy = policy.get();
    auto found = fit(*policy, facts, day, &row.why);
    if (!found) {
      row.fault = std::move(found).error();
      continue;
    }
    row.amount = found->amount, row.missing = std::move(found->missing);
    if (row.missing.empty()) row.near = nearest(*policy, vocabulary, facts, day, steps_left);
  }
  std::ranges::stable_sort(out.rows, std::ranges::greater(), [&](const FitRow& row) { return row.policy->open_on(day) ? row.amount : 0; });
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < out.rows.size(); ++i) {
    const auto& row = out.rows[i];
    if (row.amount == 0 || !row.policy->open_on(day)) continue;
    candidates.push_back({row.amount, row.policy->only_one, row.policy->caps});
    out.combined.push_back(i);
  }
  out.best = combine(candidates);
  return out;
}

json::Array steps_json(const Near& near) {
  json::Array out;
  for (const auto& step : near.steps) out.push_back(json::object({{"fact", step.fact}, {"from", feel::to_json(step.from)}, {"to", feel::to_json(step.to)}}));
  return out;
}

json::Value wan_json(Fen fen) { return feel::to_json(in_wan(fen)); }

json::Value to_json(const Policy& policy, feel::Date day) {
  json::Array caps;
  for (const auto& cap : policy.caps) caps.push_back(json::object({{"group", cap.group}, {"most", wan_json(cap.most)}}));
  return json::object({{"id", policy.id}, {"number", policy.number}, {"title", policy.title}, {"city", policy.city}, {"document", policy.document}, {"article", policy.article}, {"opens", policy.opens.spelling()}, {"closes", policy.closes.spelling()},
                       {"state", policy.open_on(day) ? "open" : day < policy.opens ? "upcoming" : "closed"}, {"days_left", policy.closes.days() - day.days()}, {"only_one", list(policy.only_one)}, {"caps", std::move(caps)},
                       {"inputs", list(policy.inputs())}, {"illustrative", policy.illustrative}});
}

json::Value to_json(const Matched& matched, Language language) {
  json::Array rows, taken, left;
  for (const auto& row : matched.rows) {
    json::Array near;
    for (const auto& one : row.near) near.push_back(near_json(one, row.policy->open_on(matched.day) ? row.amount : 0));
    rows.push_back(json::object({{"policy", to_json(*row.policy, matched.day)}, {"amount", wan_json(row.amount)}, {"missing", list(row.missing)}, {"near", std::move(near)},
                                 {"fault", row.fault ? json::Value(row.fault->detail.in(language)) : json::Value(nullptr)}, {"why", rules::to_json(row.why)}}));
  }
  const auto id = [&](std::size_t candidate) { return matched.rows[matched.combined[candidate]].policy->id; };
  for (const auto& one : matched.best.taken) taken.push_back(json::object({{"policy", id(one.candidate)}, {"paid", wan_json(one.paid)}}));
  for (const auto& one : matched.best.left) left.push_back(json::object({{"policy", id(one.candidate)}, {"because", one.because}, {"capped", one.capped}}));
  return json::object({{"day", matched.day.spelling()}, {"rows", std::move(rows)},
                       {"best", json::object({{"total", wan_json(matched.best.total)}, {"taken", std::move(taken)}, {"left", std::move(left)}, {"exact", matched.best.exact}, {"at_most", wan_json(matched.best.at_most)}})}});
}

}  // namespace jiaoji::policy
