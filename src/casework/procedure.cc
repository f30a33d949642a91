#include "casework/procedure.h"

#include <algorithm>

#include "base/text.h"

namespace jiaoji::casework {

Result<FormulaPointer> compile(std::string_view source) {
  auto out = std::make_shared<Formula>();
  out->source = text::trim(source);
  if (out->source.starts_with('=')) out->source = text::trim(std::string_view(out->source).substr(1));
  // Once to learn which names it uses, and once with those as its variables.
  TRY(const auto first, feel::parse_expression(out->source, {}));
  for (const auto& name : first.unknown_names) {
    if (std::ranges::find(out->variables, name) == out->variables.end()) out->variables.push_back(name);
  }
  TRY(out->expression, feel::parse_expression(out->source, {.variables = out->variables, .members = {}, .types = {}}));
  return out;
}

Index Procedure::find_node(std::string_view wanted) const {
  const auto found = std::ranges::find(nodes, wanted, &Node::id);
  return found == nodes.end() ? kNone : static_cast<Index>(found - nodes.begin());
}

Index Procedure::find_process(std::string_view wanted) const {
  const auto found = std::ranges::find_if(containers, [&](const Container& one) { return one.node == kNone && one.id == wanted; });
  return found == containers.end() ? kNone : static_cast<Index>(found - containers.begin());
}

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::start: return "start";
    case Kind::end: return "end";
    case Kind::catching: return "catching";
    case Kind::throwing: return "throwing";
    case Kind::boundary: return "boundary";
    case Kind::task: return "task";
    case Kind::exclusive: return "exclusive";
    case Kind::parallel: return "parallel";
    case Kind::inclusive: return "inclusive";
    case Kind::event_based: return "event_based";
    case Kind::complex: return "complex";
    case Kind::subprocess: return "subprocess";
    case Kind::call: return "call";
  }
  return "";
}

const char* to_string(Task task) {
  switch (task) {
    case Task::none: return "none";
    case Task::manual: return "manual";
    case Task::user: return "user";
    case Task::service: return "service";
    case Task::send: return "send";
    case Task::receive: return "receive";
    case Task::script: return "script";
    case Task::business_rule: return "business_rule";
  }
  return "";
}

const char* to_string(Trigger trigger) {
  switch (trigger) {
    case Trigger::none: return "none";
    case Trigger::timer: return "timer";
    case Trigger::message: return "message";
    case Trigger::signal: return "signal";
    case Trigger::error: return "error";
    case Trigger::escalation: return "escalation";
    case Trigger::condition: return "condition";
    case Trigger::link: return "link";
    case Trigger::cancel: return "cancel";
    case Trigger::compensation: return "compensation";
    case Trigger::terminate: return "terminate";
  }
  return "";
}

}  // namespace jiaoji::casework
