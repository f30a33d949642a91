#include "rules/evaluate.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::rules {

using feel::Value;

Evaluation::Evaluation(const Compiled& model, const feel::Context& inputs, feel::Run& run, bool unknown_missing)
    : model_(model), inputs_(inputs), run_(run), unknown_missing_(unknown_missing), values_(model.elements().size()), known_(model.elements().size()) {}

Value Evaluation::value(const CompiledElement& element) {
  if (element.kind != Element::Kind::service) return value_at(model_.index_of(element));
  std::vector<Value> arguments;
  for (const auto given : element.given) arguments.push_back(value_at(given));
  return serve(element, arguments);
}

Value Evaluation::value_at(std::size_t index) {
  if (known_[index]) return values_[index];
  if (++run_.depth > run_.limits.depth && !run_.stopped) run_.stopped = "depth";
  const auto& element = model_.elements()[index];
  Value out;
  switch (element.kind) {
    case Element::Kind::input: out = input(element); break;
    case Element::Kind::decision: out = decided(element); break;
    case Element::Kind::knowledge:
    case Element::Kind::service: out = function(index); break;
    case Element::Kind::authority: break;
  }
  --run_.depth;
  known_[index] = true;
  return values_[index] = out;
}

namespace {

// A structure whose members are not all given: those that are missing are unknown, each under its path.
Value with_unknown(const Value& value, const feel::TypePtr& type, const std::string& path) {
  if (!type || type->kind != feel::Type::Kind::context || !value.context()) return value;
  feel::Context out = *value.context();
  for (const auto& [name, of] : type->members) {
    const auto* member = out.find(name);
    out.put(name, member ? with_unknown(*member, of, path + "." + name) : Value(feel::Unknown{{path + "." + name}}));
  }
  return out;
}

}  // namespace

Value Evaluation::input(const CompiledElement& element) const {
  const auto* given = inputs_.find(element.name);
  if (element.model != 0) {
    for (const auto& import : model_.models()[0].imports) {
      const auto* group = import.ns == model_.models()[element.model].ns ? inputs_.find(import.name) : nullptr;
      if (group && group->context() && group->context()->find(element.name)) given = group->context()->find(element.name);
    }
  }
  if (!given) return unknown_missing_ ? Value(feel::Unknown{{element.name}}) : Value();
  auto out = feel::converted(unknown_missing_ ? with_unknown(*given, element.type, element.name) : *given, element.type, run_);
  if (out) return *std::move(out);
  run_.note({fmt::format("输入“{}”应是 {}，给的是{} {}", element.name, feel::spelling(element.type), feel::type_name_zh(*given), feel::literal(*given)), fmt::format("the input \"{}\" should be {}, and is a {}: {}", element.name, feel::spelling(element.type), feel::type_name(*given), feel::literal(*given))});
  return {};
}

Value Evaluation::variable(const Variable& variable) {
  if (variable.members.empty()) return value_at(variable.element);
  feel::Context out;
  for (const auto& [name, element] : variable.members) out.put(name, value_at(element));
  return out;
}

Value Evaluation::decided(const CompiledElement& element) {
  if (!element.logic) return {};
  auto* trace = static_cast<Trace*>(run_.observer);
  if (trace) trace->enter(element.name);
  std::vector<Value> slots(element.slots);
  std::vector<std::pair<std::string, Value>> from;
  for (std::size_t i = 0; i < element.variables.size(); ++i) {
    slots[i] = variable(element.variables[i]);
    if (trace && !slots[i].function()) from.emplace_back(element.variables[i].name, slots[i]);
  }
  feel::Frame frame{slots, run_};
  auto out = feel::evaluate(*element.logic, frame);
  if (auto typed = feel::converted(out, element.type, run_)) {
    out = *std::move(typed);
  } else {
    run_.note({fmt::format("“{}”应是 {}，得到的是{} {}", element.name, feel::spelling(element.type), feel::type_name_zh(out), feel::literal(out)), fmt::format("\"{}\" should be {}, and is a {}: {}", element.name, feel::spelling(element.type), feel::type_name(out), feel::literal(out))});
    out = Value();
  }
  if (trace) trace->leave(out, std::move(from));
  return out;
}

// A knowledge model or a service as a function value. It looks the model up when it is called, so that it may call itself.
Value Evaluation::function(std::size_t index) const {
  const auto& element = model_.elements()[index];
  feel::Function out;
  out.parameters = element.parameters;
  out.result = element.type;
  const auto* model = &model_;
  if (element.kind == Element::Kind::service) {
    const auto* inputs = &inputs_;
    out.host = [model, inputs, index](feel::Run& run, std::span<const Value> arguments) { return Evaluation(*model, *inputs, run).serve(model->elements()[index], arguments); };
    return out;
  }
  if (!element.logic) return {};
  out.host = [model, index](feel::Run& run, std::span<const Value> arguments) {
    const auto& function = model->elements()[index];
    static const feel::Context nothing;
    Evaluation inside(*model, nothing, run);
    std::vector<Value> slots(function.slots);
    std::ranges::copy(arguments, slots.begin());
    for (std::size_t i = 0; i < function.variables.size(); ++i) slots[arguments.size() + i] = inside.variable(function.variables[i]);
    feel::Frame frame{slots, run};
    return feel::evaluate(*function.logic, frame);
  };
  return out;
}

// The outputs of a service whose inputs and input decisions are given (DMN 1.5, 10.4).
Value Evaluation::serve(const CompiledElement& service, std::span<const Value> arguments) const {
  Evaluation inside(model_, inputs_, run_, unknown_missing_);
  for (std::size_t i = 0; i < service.given.size() && i < arguments.size(); ++i) {
    inside.values_[service.given[i]] = arguments[i];
    inside.known_[service.given[i]] = true;
  }
  if (service.outputs.size() == 1) return inside.value_at(service.outputs[0]);
  feel::Context out;
  for (const auto output : service.outputs) out.put(model_.elements()[output].name, inside.value_at(output));
  return out;
}

Value Evaluation::call(const CompiledElement& element, const feel::Context& arguments) {
  const auto function = value_at(model_.index_of(element));
  if (!function.function()) return {};
  std::vector<Value> values;
  for (const auto& parameter : element.parameters) {
    const auto* given = arguments.find(parameter.name);
    values.push_back(given ? *given : Value());
  }
  return feel::invoke(*function.function(), std::move(values), run_);
}

namespace {

// A text that stands for a value of the type; everything else as it is.
Value as_typed(const Value& value, const feel::TypePtr& type, feel::Run& run) {
  using Kind = feel::Type::Kind;
  if (!type) return value;
  if (value.string()) {
    const char* function = type->kind == Kind::date ? "date" : type->kind == Kind::time ? "time" : type->kind == Kind::date_time ? "date and time" : type->kind == Kind::days_time || type->kind == Kind::years_months ? "duration" : nullptr;
    if (!function) return value;
    auto out = feel::call_named(function, {value}, run);
    return out.is_null() ? value : out;
  }
  if (value.list() && type->kind == Kind::list) {
    feel::List out;
    for (const auto& one : *value.list()) out.push_back(as_typed(one, type->of, run));
    return out;
  }
  if (value.context() && type->kind == Kind::context) {
    auto out = *value.context();
    for (auto& [name, one] : out.entries) {
      const auto member = std::ranges::find(type->members, name, &std::pair<std::string, feel::TypePtr>::first);
      if (member != type->members.end()) one = as_typed(one, member->second, run);
    }
    return out;
  }
  return value;
}

}  // namespace

Result<feel::Context> read_inputs(const Compiled& model, feel::Context inputs) {
  std::vector<Where> faults;
  feel::Run run;
  for (auto& [name, value] : inputs.entries) {
    const auto found = std::ranges::find_if(model.elements(), [&](const CompiledElement& element) { return element.name == feel::name_of(name) && element.kind == Element::Kind::input; });
    if (found == model.elements().end()) {
      const auto& imports = model.models()[0].imports;
      const bool decision = std::ranges::any_of(model.elements(), [&](const CompiledElement& element) { return element.name == feel::name_of(name); });
      if (!decision && std::ranges::find(imports, name, &Import::name) == imports.end()) faults.push_back({"/" + name, "model.input_unknown", {fmt::format("模型没有输入“{}”", name), fmt::format("the model has no input \"{}\"", name)}});
      continue;
    }
    value = as_typed(value, found->type, run);
    if (feel::converted(value, found->type, run)) continue;
    std::string allowed;
    if (found->type) {
      for (const auto& rule : found->type->allowed) allowed += (allowed.empty() ? "" : "; ") + rule.text;
    }
    faults.push_back({"/" + name, "model.input_type",
                      {fmt::format("应是 {}{}，给的是{} {}", feel::spelling(found->type), allowed.empty() ? "" : "（允许：" + allowed + "）", feel::type_name_zh(value), feel::literal(value)),
                       fmt::format("should be {}{}, and is a {}: {}", feel::spelling(found->type), allowed.empty() ? "" : " (allowed: " + allowed + ")", feel::type_name(value), feel::literal(value))}});
  }
  if (faults.empty()) return inputs;
  const auto first = faults.front();
  return fail(Code::invalid, first.key, {fmt::format("输入 {}：{}", first.pointer, first.detail.zh), fmt::format("input {}: {}", first.pointer, first.detail.en)}, std::move(faults));
}

}  // namespace jiaoji::rules
