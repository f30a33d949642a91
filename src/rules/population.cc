#include "rules/population.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "rules/analyse_json.h"
#include "rules/asked.h"
#include "rules/evaluate.h"
#include "rules/trace.h"

namespace jiaoji::rules {

namespace {

// The values that a table's columns saw, by the texts of the columns.
void see(const Asked& asked, const feel::Context& inputs, std::map<std::string, feel::Value>& seen) {
  feel::Context asked_for;  // a case may know more than the model asks for
  for (const auto& [name, value] : inputs.entries) {
    const auto* element = asked.model->find(name);
    if (element && element->kind == Element::Kind::input) asked_for.put(name, value);
  }
  const auto given = read_inputs(*asked.model, std::move(asked_for));
  if (!given) return;
  feel::Run run;
  Trace trace;
  run.observer = &trace;
  (void)Evaluation(*asked.model, *given, run, true).value(*asked.element);
  const auto* table = table_in(*asked.element);
  for (const auto& one : trace.tables) {
    if (one.table != table) continue;
    for (std::size_t i = 0; i < one.inputs.size(); ++i) seen.emplace(table->source().inputs[i].expression, one.inputs[i]);
  }
}

}  // namespace

std::vector<std::size_t> count_cases(const Diff& diff, const Asked& a, const Asked& b, std::span<const feel::Context> cases) {
  std::vector<std::size_t> counts(diff.differences.size());
  // Each region as unary tests, read once.
  std::vector<std::vector<std::optional<feel::Expression>>> tests;
  for (const auto& difference : diff.differences) {
    auto& row = tests.emplace_back();
    for (const auto& text : difference.where.tests) {
      auto parsed = text == "-" ? Result<feel::Expression>(fail(Code::invalid, "", {})) : feel::parse_tests(text, {});
      row.push_back(parsed ? std::optional(*std::move(parsed)) : std::nullopt);
    }
  }
  for (const auto& one : cases) {
    std::map<std::string, feel::Value> seen;
    see(a, one, seen);
    see(b, one, seen);
    for (std::size_t d = 0; d < tests.size(); ++d) {
      bool inside = true;
      for (std::size_t i = 0; inside && i < tests[d].size(); ++i) {
        if (!tests[d][i]) continue;
        const auto value = seen.find(diff.inputs[i]);
        feel::Run run;
        inside = value != seen.end() && !value->second.unknown() && feel::test(*tests[d][i], {}, value->second, run).is_true();
      }
      if (inside) ++counts[d];
    }
  }
  return counts;
}

void order_by_cases(Diff& diff, std::vector<std::size_t>& counts) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return counts[i]; });
  std::vector<Difference> differences;
  std::vector<std::size_t> sorted;
  for (const auto i : order) differences.push_back(std::move(diff.differences[i])), sorted.push_back(counts[i]);
  diff.differences = std::move(differences);
  counts = std::move(sorted);
}

json::Value counted_json(const Diff& diff, const std::vector<std::size_t>& counts, const Table& a, const Table& b, Language language) {
  auto out = to_json(diff, a, b, language);
  auto ordered = diff;
  auto cases = counts;
  order_by_cases(ordered, cases);
  auto differences = *to_json(ordered, a, b, language).find("differences")->array();
  for (std::size_t i = 0; i < differences.size(); ++i) std::get<json::Object>(differences[i].data).set("cases", static_cast<std::int64_t>(cases[i]));
  std::get<json::Object>(out.data).set("differences", std::move(differences));
  return out;
}

}  // namespace jiaoji::rules
