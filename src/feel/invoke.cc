#include <algorithm>

#include <fmt/format.h>

#include "feel/builtin.h"
#include "feel/evaluate.h"

namespace jiaoji::feel {

namespace {

Value called(const Function& function, std::vector<Value> arguments, Run& run) {
  if (function.host) return function.host(run, arguments);
  std::vector<Value> slots(function.lambda->slots);
  std::ranges::move(arguments, slots.begin());
  for (const auto& [slot, value] : function.lambda->captured) slots[slot] = value;
  Frame frame{slots, run};
  return evaluate(*function.lambda->body, frame);
}

}  // namespace

Value invoke(const Function& function, std::vector<Value> arguments, Run& run, std::uint32_t at) {
  if (function.builtin) return call_builtin(*function.builtin, std::move(arguments), {}, run, at);
  if (arguments.size() != function.parameters.size()) {
    run.note({fmt::format("函数有 {} 个参数，给了 {} 个", function.parameters.size(), arguments.size()), fmt::format("the function takes {} arguments, not {}", function.parameters.size(), arguments.size())}, at);
    return {};
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto argument = converted(arguments[i], function.parameters[i].type, run);
    if (!argument) {
      const auto& parameter = function.parameters[i];
      run.note({fmt::format("参数“{}”应是 {}，给的是{}", parameter.name, spelling(parameter.type), type_name_zh(arguments[i])), fmt::format("the argument \"{}\" should be {}, not a {}", parameter.name, spelling(parameter.type), type_name(arguments[i]))}, at);
      return {};
    }
    arguments[i] = std::move(*argument);
  }
  if (++run.depth > run.limits.depth && !run.stopped) run.stopped = "depth";
  auto out = run.step() ? called(function, std::move(arguments), run) : Value();
  --run.depth;
  auto result = converted(out, function.result, run);
  return result ? std::move(*result) : Value();
}

Value invoke(const Function& function, std::vector<Value> arguments, const std::vector<std::string>& names, Run& run, std::uint32_t at) {
  if (names.empty()) return invoke(function, std::move(arguments), run, at);
  if (function.builtin) return call_builtin(*function.builtin, std::move(arguments), names, run, at);
  std::vector<Value> ordered(function.parameters.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto parameter = std::ranges::find(function.parameters, names[i], &Parameter::name);
    if (parameter == function.parameters.end()) {
      run.note({fmt::format("函数没有名为“{}”的参数", names[i]), fmt::format("the function has no parameter \"{}\"", names[i])}, at);
      return {};
    }
    ordered[static_cast<std::size_t>(parameter - function.parameters.begin())] = std::move(arguments[i]);
  }
  if (names.size() != ordered.size()) return {};
  return invoke(function, std::move(ordered), run, at);
}

}  // namespace jiaoji::feel
