#include "feel/evaluate.h"

#include <algorithm>

#include <fmt/format.h>

#include "feel/builtin.h"
#include "feel/iterate.h"

namespace jiaoji::feel {

namespace {

Value truth(std::optional<bool> b) { return b ? Value(*b) : Value(); }

Value compared(Kind kind, const Value& a, const Value& b, Run& run, std::uint32_t at) {
  if (a.unknown() || b.unknown()) return join(a, b);
  if (kind == Kind::equal || kind == Kind::not_equal) {
    const auto same = equal(a, b);
    if (!same) {
      auto within = join(Value(unknown_within(a)), Value(unknown_within(b)));
      return within.facts.empty() ? Value() : Value(std::move(within));
    }
    return kind == Kind::equal ? *same : !*same;
  }
  const auto order = compare(a, b);
  if (!order) {
    if (!a.is_null() && !b.is_null()) run.note({fmt::format("{}和{}不能比较大小", type_name_zh(a), type_name_zh(b)), fmt::format("a {} and a {} cannot be compared", type_name(a), type_name(b))}, at);
    return {};
  }
  switch (kind) {
    case Kind::less: return *order < 0;
    case Kind::less_equal: return *order <= 0;
    case Kind::greater: return *order > 0;
    default: return *order >= 0;
  }
}

// Three-valued (DMN 1.5, table 50): false wins in `and`, true in `or`; what is no boolean counts as null.
Value conjunction(const Node& node, Frame& frame, bool wins) {
  const auto left = evaluate(node.a(), frame);
  if (left.boolean() && *left.boolean() == wins) return wins;
  const auto right = evaluate(node.b(), frame);
  if (right.boolean() && *right.boolean() == wins) return wins;
  if (left.unknown() || right.unknown()) return join(left, right);
  if (!left.boolean() || !right.boolean()) return {};
  return !wins;
}

Value negated(const Value& value, Run& run, std::uint32_t at) {
  if (value.unknown()) return value;
  if (const auto* number = value.number()) return number->negated();
  if (const auto* duration = value.days_time()) return DaysTime::of(-duration->total());
  if (const auto* months = value.months()) return Months{-months->months};
  if (!value.is_null()) run.note({fmt::format("{}没有负值", type_name_zh(value)), fmt::format("a {} has no negative", type_name(value))}, at);
  return {};
}

Value between(const Node& node, Frame& frame) {
  const auto value = evaluate(node.a(), frame), low = evaluate(node.b(), frame), high = evaluate(node.c(), frame);
  const auto above = compared(Kind::greater_equal, value, low, frame.run, node.at), below = compared(Kind::less_equal, value, high, frame.run, node.at);
  if (above.is_false() || below.is_false()) return false;
  if (above.unknown() || below.unknown()) return join(above, below);
  if (above.is_null() || below.is_null()) return {};
  return true;
}

// ---- unary tests

// Does `tested` meet the value of a test: is it, does it lie in it, is it one of it?
Value meets(const Value& tested, const Value& value) {
  if (const auto* range = value.range(); range && !tested.range()) return truth(contains(*range, tested));
  if (const auto* list = value.list()) {
    if (tested.list() && equal(tested, value).value_or(false)) return true;
    Unknown open;
    for (const auto& item : *list) {
      const auto one = item.range() && !tested.range() ? truth(contains(*item.range(), tested)) : truth(equal(tested, item));
      if (one.is_true()) return true;
      if (!one.boolean()) open = join(Value(std::move(open)), Value(unknown_within(item)));
    }
    open = join(Value(std::move(open)), open.facts.empty() ? Value() : Value(unknown_within(tested)));
    return open.facts.empty() ? Value(false) : Value(std::move(open));
  }
  const auto same = equal(tested, value);
  return truth(same);
}

Value test_value(const Node& node, Frame& frame) {
  const auto& tested = frame.slots[static_cast<std::size_t>(node.slot)];
  const auto value = evaluate(node.a(), frame);
  if (node.asks_itself) return value.boolean() || value.unknown() ? value : Value();
  if (tested.unknown() || value.unknown()) return join(tested, value);
  if (value.boolean() && !tested.boolean() && !tested.is_null() && node.a().kind != Kind::literal) return value;
  return meets(tested, value);
}

Value any_test(const Node& node, Frame& frame, std::size_t from) {
  Value out = false;
  for (auto i = from; i < node.parts.size(); ++i) {
    auto one = evaluate(*node.parts[i], frame);
    if (one.is_true()) return one;
    if (one.unknown()) out = join(out, one);
    else if (!one.boolean() && !out.unknown()) out = Value();
  }
  return out;
}

Value in(const Node& node, Frame& frame) {
  frame.slots[static_cast<std::size_t>(node.slot)] = evaluate(node.a(), frame);
  return any_test(node, frame, 1);
}

Value test_not(const Node& node, Frame& frame) {
  auto out = any_test(node, frame, 0);
  return out.boolean() ? Value(!*out.boolean()) : out;
}

// ---- names, members, filters


Value name(const Node& node, Frame& frame) {
  for (const auto slot : node.slots) {
    const auto* context = frame.slots[static_cast<std::size_t>(slot)].context();
    if (!context) continue;
    if (const auto* found = context->find(node.text)) return *found;
  }
  if (node.slot >= 0) return frame.slots[static_cast<std::size_t>(node.slot)];
  if (node.value.function()) return node.value;
  if (node.slots.empty()) frame.run.note(unknown_name(node.text), node.at);
  return {};
}

Value filtered_by_index(const List& list, const Decimal& index) {
  const auto whole = index.whole();
  if (!whole || *whole == 0) return {};
  const auto size = static_cast<std::int64_t>(list.size());
  const auto at = *whole > 0 ? *whole - 1 : size + *whole;
  return at >= 0 && at < size ? list[static_cast<std::size_t>(at)] : Value();
}

Value filter(const Node& node, Frame& frame) {
  const auto value = evaluate(node.a(), frame);
  if (value.unknown()) return value;
  const List single = value.list() ? List{} : value.is_null() ? List{} : List{value};
  const auto& list = value.list() ? *value.list() : single;
  auto& element = frame.slots[static_cast<std::size_t>(node.slot)];
  if (node.b().kind == Kind::literal && node.b().value.number()) return filtered_by_index(list, *node.b().value.number());
  if (list.empty()) {
    element = Value();
    const auto index = evaluate(node.b(), frame);
    return index.number() ? Value() : Value(List{});
  }
  List out;
  bool first = true;
  Unknown unknown;
  for (const auto& item : list) {
    if (!frame.run.step()) return {};
    element = item;
    const auto condition = evaluate(node.b(), frame);
    if (condition.number() && first) return filtered_by_index(list, *condition.number());
    if (condition.unknown()) unknown = join(condition, Value(unknown));
    else if (condition.is_true()) out.push_back(item);
    else if (!condition.boolean() && !condition.is_null()) return {};
    first = false;
  }
  if (!unknown.facts.empty()) return unknown;
  return out;
}

// ---- lists, contexts, ranges, functions

Value list(const Node& node, Frame& frame) {
  List out;
  out.reserve(node.parts.size());
  for (const auto& part : node.parts) out.push_back(evaluate(*part, frame));
  return out;
}

Value context(const Node& node, Frame& frame) {
  Context out;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    auto value = evaluate(*node.parts[i], frame);
    if (node.slots[i] < 0) return value;  // the result of a boxed context
    frame.slots[static_cast<std::size_t>(node.slots[i])] = value;
    out.entries.emplace_back(node.names[i], std::move(value));
  }
  return out;
}

Value range(const Node& node, Frame& frame) {
  Range out{evaluate(node.a(), frame), evaluate(node.b(), frame), node.start_included, node.end_included, node.sign};
  if (out.start.unknown() || out.end.unknown()) return join(out.start, out.end);
  if (out.start.is_null() && out.end.is_null()) return {};
  if (!out.start.is_null() && !out.end.is_null()) {
    const auto order = compare(out.start, out.end);
    if (!order) return {};
  }
  return out;
}

Value function(const Node& node, Frame& frame) {
  auto lambda = std::make_shared<Lambda>();
  lambda->body = node.parts[0];
  lambda->slots = node.slot_count;
  for (const auto& [outer, inner] : node.captures) lambda->captured.emplace_back(inner, frame.slots[outer]);
  Function out;
  out.parameters = node.parameters;
  out.result = node.type;
  out.lambda = std::move(lambda);
  return out;
}

Value call(const Node& node, Frame& frame) {
  const auto function = evaluate(node.a(), frame);
  std::vector<Value> arguments;
  arguments.reserve(node.parts.size() - 1);
  for (std::size_t i = 1; i < node.parts.size(); ++i) arguments.push_back(evaluate(*node.parts[i], frame));
  if (function.unknown()) return function;
  if (!function.function()) {
    if (node.a().kind == Kind::name && function.is_null()) frame.run.note({fmt::format("没有名为“{}”的函数", node.a().text), fmt::format("there is no function \"{}\"", node.a().text)}, node.a().at);
    return {};
  }
  return invoke(*function.function(), std::move(arguments), node.names, frame.run, node.at);
}

Value if_else(const Node& node, Frame& frame) {
  const auto condition = evaluate(node.a(), frame);
  if (!condition.unknown()) return evaluate(condition.is_true() ? node.b() : node.c(), frame);
  auto yes = evaluate(node.b(), frame);
  const auto no = evaluate(node.c(), frame);
  if (!yes.unknown() && !no.unknown() && identical(yes, no)) return yes;
  return join(condition, Value(join(yes, no)));
}

Value typed(const Node& node, Frame& frame) {
  const auto value = evaluate(node.a(), frame);
  auto out = converted(value, node.type, frame.run);
  if (out) return *std::move(out);
  frame.run.note({fmt::format("“{}”应是 {}，得到的是{} {}", node.text, spelling(node.type), type_name_zh(value), literal(value)), fmt::format("\"{}\" should be {}, and is a {}: {}", node.text, spelling(node.type), type_name(value), literal(value))});
  return {};
}

}  // namespace

Value evaluate(const Node& node, Frame& frame) {
  if (!frame.run.step()) return {};
  switch (node.kind) {
    case Kind::literal: return node.value;
    case Kind::name: return name(node, frame);
    case Kind::negate: return negated(evaluate(node.a(), frame), frame.run, node.at);
    case Kind::add: case Kind::subtract: case Kind::multiply: case Kind::divide: case Kind::power: {
      const auto left = evaluate(node.a(), frame), right = evaluate(node.b(), frame);
      return arithmetic(node.kind, left, right, frame.run, node.at);
    }
    case Kind::equal: case Kind::not_equal: case Kind::less: case Kind::less_equal: case Kind::greater: case Kind::greater_equal: {
      const auto left = evaluate(node.a(), frame), right = evaluate(node.b(), frame);
      return compared(node.kind, left, right, frame.run, node.at);
    }
    case Kind::conjunction: return conjunction(node, frame, false);
    case Kind::disjunction: return conjunction(node, frame, true);
    case Kind::between: return between(node, frame);
    case Kind::in: return in(node, frame);
    case Kind::if_else: return if_else(node, frame);
    case Kind::for_each: return for_each(node, frame);
    case Kind::range_of: return {};  // only as a domain, which iterate.cc reads
    case Kind::some: return quantified(node, frame, true);
    case Kind::every: return quantified(node, frame, false);
    case Kind::filter: return filter(node, frame);
    case Kind::path: return member(evaluate(node.a(), frame), node.text);
    case Kind::call: return call(node, frame);
    case Kind::list: return list(node, frame);
    case Kind::context: return context(node, frame);
    case Kind::range: return range(node, frame);
    case Kind::function: return function(node, frame);
    case Kind::instance_of: {
      const auto value = evaluate(node.a(), frame);
      return value.unknown() ? value : Value(instance_of(value, node.type, frame.run));
    }
    case Kind::test_any: return true;
    case Kind::test_compare: return compared(node.compare, frame.slots[static_cast<std::size_t>(node.slot)], evaluate(node.a(), frame), frame.run, node.at);
    case Kind::test_value: return test_value(node, frame);
    case Kind::test_not: return test_not(node, frame);
    case Kind::tests: return any_test(node, frame, 0);
    case Kind::typed: return typed(node, frame);
    case Kind::extension: return node.extension->evaluate(frame);
  }
  return {};
}

Result<Value> evaluate(const Expression& expression, std::span<const Value> variables, Run& run) {
  std::vector<Value> slots(expression.slots);
  std::ranges::copy(variables.first(std::min(variables.size(), slots.size())), slots.begin());
  Frame frame{slots, run};
  auto out = evaluate(*expression.root, frame);
  if (run.stopped) return fail(run.limit_error());
  return out;
}

Value test(const Expression& tests, std::span<const Value> variables, const Value& tested, Run& run) {
  std::vector<Value> slots(tests.slots);
  std::ranges::copy(variables, slots.begin());
  slots[variables.size()] = tested;
  Frame frame{slots, run};
  return evaluate(*tests.root, frame);
}

Error Run::limit_error() const {
  if (stopped && std::string_view(stopped) == "depth") return {Code::invalid, "feel.limit", {fmt::format("调用嵌套超过 {} 层", limits.depth), fmt::format("calls within calls, more than {} deep", limits.depth)}, {}};
  if (stopped && std::string_view(stopped) == "text") return {Code::invalid, "feel.limit", {fmt::format("文字结果太长，上限 {} 字节", limits.text_bytes), fmt::format("a text grew too long, the limit is {} bytes", limits.text_bytes)}, {}};
  return {Code::invalid, "feel.limit", {fmt::format("计算步数超过 {}", limits.steps), fmt::format("more than {} steps", limits.steps)}, {}};
}

}  // namespace jiaoji::feel
