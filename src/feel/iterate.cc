#include "feel/iterate.h"

#include <functional>

namespace jiaoji::feel {

namespace {

// What one iterator walks: a list, or the whole numbers or days from one end to the other.
struct Domain {
  Value list;
  bool counts = false, dates = false;
  std::int64_t from = 0, to = 0;
  bool valid = false;

  std::uint64_t size() const {
    if (!counts) return list.list()->size();
    return (from <= to ? static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) : static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(to)) + 1;
  }
  Value at(std::uint64_t i) const {
    if (!counts) return (*list.list())[i];
    const auto number = from <= to ? static_cast<std::int64_t>(static_cast<std::uint64_t>(from) + i) : static_cast<std::int64_t>(static_cast<std::uint64_t>(from) - i);
    return dates ? Value(Date::from_days(number)) : Value(Decimal(number));
  }
};

Domain counted(const Value& from, const Value& to) {
  Domain out;
  out.counts = true;
  if (from.number() && to.number()) {
    const auto a = from.number()->whole(), b = to.number()->whole();
    if (!a || !b) return out;
    out.from = *a, out.to = *b, out.valid = true;
  } else if (from.date() && to.date()) {
    out.from = from.date()->days(), out.to = to.date()->days(), out.dates = out.valid = true;
  }
  return out;
}

Domain domain_of(const Node& node, Frame& frame, Value& unknown) {
  if (node.kind == Kind::range_of) {
    const auto from = evaluate(node.a(), frame), to = evaluate(node.b(), frame);
    if (from.unknown() || to.unknown()) unknown = join(from, to);
    return counted(from, to);
  }
  auto value = evaluate(node, frame);
  if (value.unknown()) unknown = value;
  if (const auto* range = value.range()) {
    auto out = counted(range->start, range->end);
    out.valid = out.valid && out.from <= out.to;  // only `2..1` counts down; [2..1] is no range
    const auto size = out.valid ? out.to - out.from + 1 - !range->start_included - !range->end_included : 1;
    if (size <= 0) return Domain{.list = List{}, .valid = true};
    out.from += !range->start_included;
    out.to -= !range->end_included;
    return out;
  }
  if (!value.list() && !value.is_null() && !value.context()) value = List{value};
  if (value.context()) value = List{value};
  Domain out;
  out.valid = value.list() != nullptr;
  out.list = std::move(value);
  return out;
}

// Calls `body` for each combination, the last iterator fastest; stops when it answers false. A later domain may speak of the
// variables before it. Gives null, or the unknown, when a domain is no list.
std::optional<Value> walk(const Node& node, Frame& frame, std::size_t iterator, std::size_t iterators, const std::function<bool()>& body, bool& go_on) {
  if (iterator == iterators) {
    go_on = body();
    return std::nullopt;
  }
  Value unknown;
  const auto domain = domain_of(*node.parts[iterator], frame, unknown);
  if (unknown.unknown()) return unknown;
  if (!domain.valid) return Value();
  const auto size = domain.size();
  for (std::uint64_t i = 0; i < size && go_on; ++i) {
    if (!frame.run.step()) return Value();
    frame.slots[static_cast<std::size_t>(node.slots[iterator])] = domain.at(i);
    if (auto bad = walk(node, frame, iterator + 1, iterators, body, go_on)) return bad;
  }
  return std::nullopt;
}

}  // namespace

Value for_each(const Node& node, Frame& frame) {
  const auto iterators = node.parts.size() - 1;
  const auto partial = static_cast<std::size_t>(node.slots.back());
  List out;
  bool go_on = true;
  const bool asks_partial = node.asks_itself;
  frame.slots[partial] = List{};
  const auto bad = walk(node, frame, 0, iterators, [&] {
    out.push_back(evaluate(*node.parts.back(), frame));
    if (asks_partial && frame.run.step(out.size())) frame.slots[partial] = out;
    return !frame.run.stopped;
  }, go_on);
  if (bad) return *bad;
  return out;
}

Value quantified(const Node& node, Frame& frame, bool some) {
  Value out = !some;
  bool go_on = true;
  const auto bad = walk(node, frame, 0, node.parts.size() - 1, [&] {
    const auto one = evaluate(*node.parts.back(), frame);
    if (one.boolean() && *one.boolean() == some) {
      out = some;
      return false;
    }
    if (one.unknown()) out = join(out, one);
    else if (!one.boolean() && !one.is_null()) return out = Value(), false;
    else if (!one.boolean() && !out.unknown()) out = Value();
    return !frame.run.stopped;
  }, go_on);
  if (bad) return *bad;
  return out;
}

}  // namespace jiaoji::feel
