#include "rules/analyse_json.h"

#include "rules/explain.h"

namespace jiaoji::rules {

namespace {

constexpr const char* outcome_name(Outcome outcome, const char* clean, const char* found) {
  return outcome == Outcome::unknown ? "unknown" : outcome == Outcome::clean ? clean : found;
}

json::Value point(const std::vector<std::string>& inputs, const std::vector<feel::Value>& values) {
  json::Object out;
  for (std::size_t i = 0; i < values.size(); ++i) out.set(inputs[i], feel::to_json(values[i]));
  return out;
}

json::Value region(const std::vector<std::string>& inputs, const Region& where) {
  json::Object tests;
  for (std::size_t i = 0; i < where.tests.size(); ++i) tests.set(inputs[i], where.tests[i]);
  return json::object({{"where", std::move(tests)}, {"example", point(inputs, where.example)}});
}

json::Value rule_of(const Table& table, int rule) {
  if (rule < 0) return nullptr;
  const auto& row = table.rules[static_cast<std::size_t>(rule)];
  return json::object({{"rule", rule + 1}, {"id", row.id}, {"tests", json::Array(row.tests.begin(), row.tests.end())}, {"source", to_json(row.source)}});
}

// Of a table that collects: all rules that match, from 1.
json::Array numbers(const std::vector<std::size_t>& rules) {
  json::Array out;
  for (const auto rule : rules) out.push_back(static_cast<std::int64_t>(rule + 1));
  return out;
}

json::Value side(const Table& table, int rule, const std::vector<std::size_t>& rules, const feel::Value& output) {
  return json::object({{"output", feel::to_json(output)}, {"rule", rule_of(table, rule)}, {"rules", numbers(rules)}});
}

}  // namespace

json::Value to_json(const Check& check, const Language language) {
  json::Array overlaps, gaps, shadowed;
  for (const auto& overlap : check.overlaps) {
    auto one = region(check.inputs, overlap.where);
    std::get<json::Object>(one.data).set("rules", json::Array{static_cast<std::int64_t>(overlap.first + 1), static_cast<std::int64_t>(overlap.second + 1)});
    overlaps.push_back(std::move(one));
  }
  for (const auto& gap : check.gaps) gaps.push_back(region(check.inputs, gap));
  for (const auto rule : check.shadowed) shadowed.push_back(static_cast<std::int64_t>(rule + 1));
  return json::object({{"outcome", outcome_name(check.outcome, "clean", "found")}, {"overlaps", std::move(overlaps)}, {"gaps", std::move(gaps)}, {"shadowed", std::move(shadowed)}, {"why", check.why.in(language)}, {"note", check.note.in(language)}});
}

json::Value to_json(const Diff& diff, const Table& a, const Table& b, const Language language) {
  json::Array differences;
  for (const auto& one : diff.differences) {
    auto out = region(diff.inputs, one.where);
    auto& object = std::get<json::Object>(out.data);
    json::Array facts;
    for (const auto fact : one.facts) facts.push_back(diff.inputs[fact]);
    object.set("facts", std::move(facts));
    object.set("a", side(a, one.rule_a, one.rules_a, one.output_a));
    object.set("b", side(b, one.rule_b, one.rules_b, one.output_b));
    differences.push_back(std::move(out));
  }
  json::Value witness = nullptr;
  if (!diff.differences.empty()) {
    const auto& first = diff.differences.front();
    json::Array facts;
    for (const auto fact : first.facts) facts.push_back(diff.inputs[fact]);
    witness = json::object({{"input", point(diff.inputs, first.where.example)}, {"facts", std::move(facts)}, {"output_a", feel::to_json(first.output_a)}, {"output_b", feel::to_json(first.output_b)}, {"rule_a", rule_of(a, first.rule_a)}, {"rule_b", rule_of(b, first.rule_b)}});
  }
  return json::object({{"outcome", outcome_name(diff.outcome, "equal", "different")}, {"witness", std::move(witness)}, {"differences", std::move(differences)}, {"all", diff.all}, {"why", diff.why.in(language)}, {"note", diff.note.in(language)}});
}

}  // namespace jiaoji::rules
