#include "rules/trace.h"

#include <algorithm>

namespace jiaoji::rules {

void Trace::leave(feel::Value value, std::vector<std::pair<std::string, feel::Value>> from) {
  decisions.push_back({inside_.back(), std::move(value), std::move(from)});
  inside_.pop_back();
}

void Trace::table(const DecisionTable& table, const std::vector<feel::Value>& inputs, const std::vector<std::size_t>& fired, feel::Frame& frame) {
  TableTrace out{&table, inside_.empty() ? "" : inside_.back(), inputs, {}};
  if (of_ == Of::fired_rules) {
    for (const auto rule : fired) out.rules.push_back({rule, true, {}});
    tables.push_back(std::move(out));
    return;
  }
  for (std::size_t rule = 0; rule < table.tests().size(); ++rule) {
    RuleTrace one{rule, std::ranges::binary_search(fired, rule), {}};
    for (std::size_t i = 0; !one.fired && i < inputs.size(); ++i) {
      frame.slots[table.question_slot()] = inputs[i];
      const auto met = feel::evaluate(*table.tests()[rule][i], frame);
      if (!met.is_true()) one.failed.push_back({i, inputs[i], met.unknown() != nullptr});
    }
    out.rules.push_back(std::move(one));
  }
  tables.push_back(std::move(out));
}

}  // namespace jiaoji::rules
