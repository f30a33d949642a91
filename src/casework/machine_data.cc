#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "casework/draw.h"
#include "casework/machine.h"
#include "feel/evaluate.h"

namespace jiaoji::casework {

using feel::Value;

// Variables are looked up from the inside out; a called process reads those of its caller, and keeps what it sets until it ends.
const Value* Machine::look_up(ItemId id, std::string_view name) const {
  for (const auto* at = state_.find(id); at; at = state_.find(at->parent)) {
    if (const auto* found = find(at->variables, name)) return found;
  }
  return nullptr;
}

// To where the name is known, or else to the process.
void Machine::assign(ItemId id, const std::string& name, Value value) {
  // What goes to disk comes back as JSON can say it; so that a step after a restart sees the same, it is that from the beginning.
  if (!value.boolean() && !value.number() && !value.string() && !value.is_null()) value = feel::from_json(feel::to_json(value));
  ask_ = true;
  for (auto* at = &item(id);; at = &item(at->parent)) {
    const bool process = at->container != kNone && container(at->container).node == kNone;
    if (process || find(at->variables, name)) return put(at->variables, name, std::move(value));
  }
}

void Machine::assign_all(ItemId id, const Variables& variables) {
  for (const auto& [name, value] : variables) assign(id, name, value);
}

Variables Machine::seen_from(ItemId id) const {
  Variables out;
  for (const auto* at = state_.find(id); at; at = state_.find(at->parent)) {
    for (const auto& [name, value] : at->variables) {
      if (!find(out, name)) out.emplace_back(name, value);
    }
  }
  return out;
}

Result<Value> Machine::evaluate(const Formula& formula, ItemId id, const Node& at) const {
  std::vector<Value> values;
  values.reserve(formula.variables.size());
  for (const auto& name : formula.variables) {
    const auto* found = look_up(id, name);
    values.push_back(found ? *found : Value());
  }
  feel::Run run{.limits = {.steps = fuel_, .text_bytes = 1u << 20, .made_bytes = kStepBytes - std::min(kStepBytes, made_bytes_)}};
  run.now = feel::DateTime::at(static_cast<__int128>(now_) * 1'000'000, *feel::Zone::offset(8 * 3600)).value_or(feel::DateTime{});
  auto out = feel::evaluate(formula.expression, values, run);
  fuel_ -= std::min(fuel_, run.steps);
  made_bytes_ += run.made_bytes;
  if (!out) return wrong(Code::invalid, "casework.expression", at, {fmt::format("表达式“{}”算不出来：{}", formula.source, out.error().detail.zh), fmt::format("the expression \"{}\": {}", formula.source, out.error().detail.en)});
  return out;
}

Result<std::string> Machine::addressed(const std::string& name, const FormulaPointer& key, ItemId id, const Node& at) const {
  if (!key) return name;
  TRY(const auto value, evaluate(*key, id, at));
  return message_name(name, value.is_null() ? "" : feel::spelling(value));
}

Result<bool> Machine::holds(const Formula& formula, ItemId id, const Node& at) const {
  TRY(const auto value, evaluate(formula, id, at));
  return truth(value, formula, id, at);
}

Result<bool> Machine::has_come(const Formula& formula, ItemId id, const Node& at) const {
  TRY(const auto value, evaluate(formula, id, at));
  if (value.is_null()) return false;
  return truth(value, formula, id, at);
}

Result<bool> Machine::truth(const Value& value, const Formula& formula, ItemId id, const Node& at) const {
  if (value.boolean()) return value.is_true();
  std::vector<std::string> missing;
  for (const auto& name : formula.variables) {
    const auto* found = look_up(id, name);
    if (!found || found->is_null()) missing.push_back(name);
  }
  const auto zh = missing.empty() ? "" : fmt::format("（还不知道：{}）", fmt::join(missing, "、"));
  const auto en = missing.empty() ? "" : fmt::format(" (not known yet: {})", fmt::join(missing, ", "));
  return wrong(Code::conflict, "casework.condition", at, {fmt::format("条件“{}”应得出是或否，得到的是 {}{}", formula.source, feel::type_name_zh(value), zh), fmt::format("the condition \"{}\" should give true or false, not {}{}", formula.source, feel::type_name(value), en)});
}

// A script's or decision's value: into the variable that the task names; without one, each entry of a context into its own.
Result<void> Machine::take_result(ItemId id, const Node& at, const Value& value) {
  if (!at.result.empty()) {
    assign(id, at.result, value);
    return {};
  }
  const auto* context = value.context();
  if (!context) return wrong(Code::conflict, "casework.script", at, {fmt::format("应得出一个上下文（如 {{费用: 100}}），或由 jiaoji:result 指明变量；得到的是 {}", feel::type_name_zh(value)), fmt::format("should give a context such as {{fee: 100}}, or name its variable by jiaoji:result; it gave {}", feel::type_name(value))});
  for (const auto& [name, inner] : context->entries) assign(id, name, inner);
  return {};
}

Result<void> Machine::draw(ItemId id, const Node& at) {
  if (at.draw.empty()) return {};
  if (state_.number.empty()) return wrong(Code::conflict, "casework.draw", at, {"没有件号，不能抽签", "without the number of the case nothing can be drawn"});
  assign(id, at.draw, drawn(state_.number, at.id, now_));
  return {};
}

Result<std::string> Machine::decision_of(ItemId id, const Node& at) const {
  if (at.city.empty()) return at.decision;
  if (!at.city.starts_with('=')) return at.decision + "@" + at.city;
  const auto* city = look_up(id, std::string_view(at.city).substr(1));
  if (city && city->string()) return at.decision + "@" + *city->string();
  return wrong(Code::conflict, "casework.city", at, {fmt::format("由哪个市决策，要由变量“{}”说明，而它没有值", at.city.substr(1)), fmt::format("whose decision it is, is told by the variable \"{}\", which has no value", at.city.substr(1))});
}

Result<Value> Machine::decide(ItemId id, const Node& at) const {
  TRY(const auto name, decision_of(id, at));
  if (!surroundings_.decide) return wrong(Code::unavailable, "casework.decision", at, {"这里不能作决策", "no decisions can be taken here"});
  auto value = surroundings_.decide(name, seen_from(id));
  if (!value && at.optional && value.error().key == "casework.decision") return Value();
  return value;
}

Item& Machine::item(ItemId id) { return const_cast<Item&>(*state_.find(id)); }

Item& Machine::add(ItemId parent, Item::Kind kind, Index at) {
  state_.items.push_back({.id = ++state_.last_id, .parent = parent, .kind = kind, .node = at, .since = now_});
  return state_.items.back();
}

ItemId Machine::scope_of(ItemId id) const {
  auto at = item(id).parent;
  while (at != 0 && item(at).kind != Item::Kind::scope) at = item(at).parent;
  return at;
}

Arrived* Machine::arrived_at(ItemId scope, Index at, Index through) {
  const auto found = std::ranges::find_if(state_.arrived, [&](const Arrived& one) { return one.scope == scope && one.node == at && one.flow == through; });
  return found == state_.arrived.end() ? nullptr : &*found;
}

std::unexpected<Error> Machine::wrong(Code code, const char* key, const Node& at, const Text& what) const {
  const auto& name = at.name.empty() ? at.id : at.name;
  return fail(code, key, {fmt::format("“{}”：{}", name, what.zh), fmt::format("\"{}\": {}", name, what.en)}, {{at.id, key, what}});
}

}  // namespace jiaoji::casework
