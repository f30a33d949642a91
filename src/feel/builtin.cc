#include "feel/builtin.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "feel/evaluate.h"
#include "feel/function.h"

namespace jiaoji::feel {

namespace {

struct Table {
  std::vector<Builtin> all;  // the forms of one name side by side
  std::unordered_map<std::string_view, std::span<const Builtin>> by_name;
  std::vector<std::string> names;

  Table() {
    for (auto* part : {conversion_builtins, string_builtins, list_builtins, number_builtins, temporal_builtins, range_builtins, context_builtins}) {
      auto rows = part();
      std::ranges::move(rows, std::back_inserter(all));
    }
    std::ranges::stable_sort(all, {}, &Builtin::name);
    for (std::size_t i = 0; i < all.size();) {
      auto end = i;
      while (end < all.size() && all[end].name == all[i].name) ++end;
      by_name.emplace(all[i].name, std::span(all).subspan(i, end - i));
      names.emplace_back(all[i].name);
      i = end;
    }
  }
};
const Table& table() {
  static const Table it;
  return it;
}

// The arguments in the order of the form's parameters; nothing when they do not fit it.
std::optional<std::vector<Value>> placed(const Builtin& form, const std::vector<Value>& arguments, const std::vector<std::string>& names) {
  if (names.empty()) {
    if (form.many != Many::no ? arguments.empty() : arguments.size() < form.least || arguments.size() > form.parameters.size()) return std::nullopt;
    return arguments;
  }
  std::vector<Value> out(form.parameters.size());
  std::vector<bool> given(form.parameters.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::ranges::find(form.parameters, names[i]);
    if (at == form.parameters.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(at - form.parameters.begin());
    if (given[index]) return std::nullopt;
    given[index] = true;
    out[index] = arguments[i];
  }
  for (std::size_t i = 0; i < form.least; ++i) {
    if (!given[i]) return std::nullopt;
  }
  while (!out.empty() && !given[out.size() - 1]) out.pop_back();
  return out;
}

std::optional<Value> tried(const Builtin& form, const std::vector<Value>& arguments, const std::vector<std::string>& names, Run& run) {
  auto values = placed(form, arguments, names);
  if (!values) return std::nullopt;
  for (const auto& value : *values) {
    if (value.is_null() && form.null_in_null_out && form.many == Many::no) return Value();
  }
  // min(1, 2, 3) is min([1, 2, 3]).
  if (form.many == Many::packed && (values->size() != 1 || !values->front().list())) *values = {Value(List(values->begin(), values->end()))};
  return form.compute({run, *values});
}

}  // namespace

const Builtin* find_builtin(std::string_view name) {
  const auto found = table().by_name.find(name);
  return found == table().by_name.end() ? nullptr : &found->second.front();
}

std::span<const Builtin> forms_of(const Builtin& first) { return table().by_name.at(first.name); }
const std::vector<std::string>& builtin_names() { return table().names; }

Value function_of(const Builtin& builtin) {
  Function out;
  for (const auto parameter : builtin.parameters) out.parameters.push_back({std::string(parameter), nullptr});
  out.builtin = &builtin;
  return out;
}

namespace {

// These move elements and members without looking at them: what is unknown inside stays where it is.
constexpr std::array kMovers = {"append", "concatenate", "context", "context merge", "context put", "count", "flatten", "get entries", "get value", "insert before", "list replace", "remove", "reverse", "sublist"};

// The unknown facts on which a call depends; null when none.
Value what_it_depends_on(const Builtin& builtin, const std::vector<Value>& arguments) {
  const bool moves = std::ranges::find(kMovers, builtin.name) != kMovers.end();
  Value out;
  for (const auto& argument : arguments) {
    if (argument.unknown()) out = join(out, argument);
    else if (!moves && (argument.list() || argument.context() || argument.range())) {
      if (auto within = unknown_within(argument); !within.facts.empty()) out = join(out, Value(std::move(within)));
    }
  }
  return out;
}

}  // namespace

Value call_builtin(const Builtin& builtin, std::vector<Value> arguments, const std::vector<std::string>& names, Run& run, std::uint32_t at) {
  if (!run.step()) return {};
  if (auto unknown = what_it_depends_on(builtin, arguments); unknown.unknown()) return unknown;
  bool fitted = false;
  const auto try_all = [&] {
    for (const auto& form : forms_of(builtin)) {
      auto out = tried(form, arguments, names, run);
      fitted = fitted || out;
      if (out && !out->is_null()) return *std::move(out);
    }
    return Value();
  };
  if (auto out = try_all(); !out.is_null()) return out;
  // A list of one stands for its element where the element is asked for (DMN 1.5, 10.3.2.9.4).
  bool unwrapped = false;
  for (auto& argument : arguments) {
    if (const auto* list = argument.list(); list && list->size() == 1) argument = Value(list->front()), unwrapped = true;
  }
  if (unwrapped) {
    if (auto out = try_all(); !out.is_null()) return out;
  }
  if (!fitted) run.note({fmt::format("函数 {} 的参数个数或名称不对", builtin.name), fmt::format("{}: wrong number or names of arguments", builtin.name)}, at);
  else if (std::ranges::none_of(arguments, &Value::is_null)) run.note({fmt::format("函数 {} 对这些参数没有结果", builtin.name), fmt::format("{}: no answer for these arguments", builtin.name)}, at);
  return {};
}

Value call_named(std::string_view name, std::vector<Value> arguments, Run& run) {
  const auto* builtin = find_builtin(name);
  return builtin ? call_builtin(*builtin, std::move(arguments), {}, run, 0) : Value();
}

Value value_of_at_literal(std::string_view text) {
  if (const auto date = Date::parse(text)) return *date;
  if (const auto time = Time::parse(text)) return *time;
  if (const auto at = DateTime::parse(text)) return *at;
  if (const auto months = Months::parse(text)) return *months;
  if (const auto duration = DaysTime::parse(text)) return *duration;
  return {};
}

std::string impossible_time(const Node& node) {
  if (node.kind == Kind::literal && node.value.is_null() && !node.text.empty()) return node.text;
  if (node.kind == Kind::call && node.parts.size() == 2 && node.parts[1]->kind == Kind::literal && node.parts[1]->value.string()) {
    const auto* function = node.a().value.function();
    const std::string_view name = function && function->builtin ? function->builtin->name : std::string_view();
    Run run;
    if ((name == "date" || name == "time" || name == "date and time" || name == "duration") && call_named(name, {node.parts[1]->value}, run).is_null()) return *node.parts[1]->value.string();
  }
  for (const auto& part : node.parts) {
    if (!part) continue;
    if (auto found = impossible_time(*part); !found.empty()) return found;
  }
  return {};
}

}  // namespace jiaoji::feel
