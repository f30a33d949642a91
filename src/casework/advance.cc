#include "casework/advance.h"

#include <algorithm>

#include "casework/machine.h"

namespace jiaoji::casework {

std::string message_name(const std::string& name, const std::string& key) { return key.empty() ? name : name + "#" + key; }

Result<Advanced> advance(const Procedure& procedure, State state, const Event& event, TimeMs now, const Surroundings& surroundings) {
  Machine machine(procedure, std::move(state), now, surroundings);
  TRY_VOID(machine.take(event));
  return std::move(machine).result();
}

Result<Due> start_due(const Procedure& procedure, Index node, std::int32_t definition, TimeMs now, const Surroundings& surroundings) { return Machine(procedure, {}, now, surroundings).start_due(node, definition); }

std::vector<Index> stuck_at(const State& state) {
  std::vector<Index> out;
  const bool nothing_waits = std::ranges::all_of(state.items, [](const Item& one) { return one.kind == Item::Kind::scope; }) && state.waits.empty();
  if (!nothing_waits || !state.open()) return out;
  for (const auto& one : state.arrived) {
    if (one.flow != kFired && std::ranges::find(out, one.node) == out.end()) out.push_back(one.node);
  }
  return out;
}

}  // namespace jiaoji::casework
