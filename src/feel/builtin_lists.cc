// List functions (DMN 1.5, 10.3.4.4). Positions count from 1, or from the end when negative.
#include <algorithm>

#include "feel/builtin.h"
#include "feel/evaluate.h"
#include "feel/function.h"

namespace jiaoji::feel {

namespace {

// A value that is no list counts as a list of one (DMN 1.5, 10.3.2.9.4).
List as_list(const Value& value) { return value.list() ? *value.list() : List{value}; }

bool within(const List& list, const Value& value) {
  return std::ranges::any_of(list, [&](const Value& item) { return equal(item, value).value_or(false); });
}

Value list_contains(const Arguments& a) { return a[0].list() ? Value(within(*a[0].list(), a[1])) : a[0].is_null() ? Value() : Value(within(as_list(a[0]), a[1])); }

// all / every and: false wins; any / some or: true wins; what is no boolean counts as null.
Value joined(const Arguments& a, bool wins) {
  if (!a[0].list()) return {};
  bool clear = true;
  for (const auto& item : *a[0].list()) {
    if (!item.boolean()) clear = false;
    else if (*item.boolean() == wins) return wins;
  }
  return clear ? Value(!wins) : Value();
}

std::optional<std::int64_t> whole(const Value& value) {
  if (!value.number()) return std::nullopt;
  return value.number()->rounded(0, Rounding::down)->whole();
}

// 0-based; nothing when the position is not in 1..size or -size..-1.
std::optional<std::size_t> place(const List& list, const Value& position) {
  const auto at = whole(position);
  const auto size = static_cast<std::int64_t>(list.size());
  if (!at || *at == 0 || *at > size || *at < -size) return std::nullopt;
  return static_cast<std::size_t>(*at > 0 ? *at - 1 : size + *at);
}

Value sublist(const Arguments& a) {
  if (a[0].is_null() || a[1].is_null()) return {};
  const auto list = as_list(a[0]);
  const auto from = place(list, a[1]);
  if (!from) return {};
  auto taken = static_cast<std::int64_t>(list.size() - *from);
  if (a.given(2)) {
    const auto asked = whole(a[2]);
    if (!asked || *asked < 1 || *asked > taken) return {};
    taken = *asked;
  }
  return List(list.begin() + static_cast<std::ptrdiff_t>(*from), list.begin() + static_cast<std::ptrdiff_t>(*from) + taken);
}

Value append(const Arguments& a) {
  if (a.count() == 0) return {};
  List out = as_list(a[0]);
  for (std::size_t i = 1; i < a.count(); ++i) out.push_back(a[i]);
  return a.run.step(out.size()) ? Value(std::move(out)) : Value();
}

Value concatenate(const Arguments& a) {
  List out;
  for (const auto& value : a.values) {
    if (value.is_null()) return {};
    const auto part = as_list(value);
    if (!a.run.step(part.size())) return {};
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

Value without_repeats(const List& list, Run& run) {
  List out;
  for (const auto& item : list) {
    if (!run.step(out.size() + 1)) return {};
    if (!within(out, item)) out.push_back(item);
  }
  return out;
}

Value union_of(const Arguments& a) {
  const auto all = concatenate(a);
  return all.list() ? without_repeats(*all.list(), a.run) : Value();
}

Value insert_before(const Arguments& a) {
  if (a[0].is_null()) return {};
  auto list = as_list(a[0]);
  const auto at = place(list, a[1]);
  if (!at || !a.run.step(list.size())) return {};
  list.insert(list.begin() + static_cast<std::ptrdiff_t>(*at), a[2]);
  return list;
}

Value removed(const Arguments& a) {
  auto list = as_list(a[0]);
  const auto at = place(list, a[1]);
  if (!at || !a.run.step(list.size())) return {};
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(*at));
  return list;
}

// Calls `match(item, new item)` where a function is given instead of a position.
Value list_replace(const Arguments& a) {
  if (a[0].is_null()) return {};
  auto list = as_list(a[0]);
  if (const auto* match = a[1].function()) {
    if (match->parameters.size() != 2) return {};
    for (auto& item : list) {
      const auto found = invoke(*match, {item, a[2]}, a.run);
      if (!found.boolean()) return {};
      if (*found.boolean()) item = a[2];
    }
    return list;
  }
  const auto at = place(list, a[1]);
  if (!at || !a.run.step(list.size())) return {};
  list[*at] = a[2];
  return list;
}

Value reversed(const Arguments& a) {
  auto list = as_list(a[0]);
  std::ranges::reverse(list);
  return a.run.step(list.size()) ? Value(std::move(list)) : Value();
}

Value index_of(const Arguments& a) {
  if (a[0].is_null()) return {};
  List out;
  const auto list = as_list(a[0]);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (equal(list[i], a[1]).value_or(false)) out.push_back(static_cast<std::int64_t>(i + 1));
  }
  return out;
}

void flatten_into(const Value& value, List& out, Run& run, int depth) {
  if (!run.step() || depth > run.limits.depth) return;
  if (!value.list()) {
    out.push_back(value);
    return;
  }
  for (const auto& item : *value.list()) flatten_into(item, out, run, depth + 1);
}

Value flattened(const Arguments& a) {
  List out;
  flatten_into(a[0], out, a.run, 0);
  return out;
}

// A merge sort of our own steps: the standard's sorts need an order that is strict, and a user's function need not be one.
Value sorted(const Arguments& a) {
  if (a[0].is_null()) return {};
  auto list = as_list(a[0]);
  const auto* precedes = a.given(1) ? a[1].function() : nullptr;
  if (a.given(1) && !precedes) return {};
  bool fits = true;
  const auto before = [&](const Value& left, const Value& right) {
    if (!precedes) {
      const auto order = compare(left, right);
      if (!order) fits = false;
      return order && *order < 0;
    }
    return invoke(*precedes, {left, right}, a.run).is_true();
  };
  List buffer(list.size());
  for (std::size_t width = 1; width < list.size() && a.run.step(list.size()); width *= 2) {
    for (std::size_t low = 0; low < list.size(); low += 2 * width) {
      const auto middle = std::min(low + width, list.size()), high = std::min(low + 2 * width, list.size());
      auto left = low, right = middle;
      for (auto out = low; out < high; ++out) {
        const bool take_left = right == high || (left < middle && !before(list[right], list[left]));
        buffer[out] = take_left ? list[left++] : list[right++];
      }
    }
    std::swap(list, buffer);
  }
  return fits ? Value(std::move(list)) : Value();
}

Value count(const Arguments& a) { return static_cast<std::int64_t>(as_list(a[0]).size()); }

}  // namespace

std::vector<Builtin> list_builtins() {
  return {
      {"list contains", {"list", "element"}, 2, Many::no, list_contains, false},
      {"count", {"list"}, 1, Many::packed, count},
      {"all", {"list"}, 1, Many::packed, [](const Arguments& a) { return joined(a, false); }},
      {"any", {"list"}, 1, Many::packed, [](const Arguments& a) { return joined(a, true); }},
      {"sublist", {"list", "start position", "length"}, 2, Many::no, sublist},
      {"append", {"list", "item"}, 1, Many::loose, append, false},
      {"concatenate", {"list"}, 1, Many::loose, concatenate, false},
      {"insert before", {"list", "position", "newItem"}, 3, Many::no, insert_before, false},
      {"remove", {"list", "position"}, 2, Many::no, removed},
      {"list replace", {"list", "position", "newItem"}, 3, Many::no, list_replace, false},
      {"list replace", {"list", "match", "newItem"}, 3, Many::no, list_replace, false},
      {"reverse", {"list"}, 1, Many::no, reversed},
      {"index of", {"list", "match"}, 2, Many::no, index_of, false},
      {"union", {"list"}, 1, Many::loose, union_of, false},
      {"distinct values", {"list"}, 1, Many::no, [](const Arguments& a) { return without_repeats(as_list(a[0]), a.run); }},
      {"flatten", {"list"}, 1, Many::no, flattened},
      {"sort", {"list", "precedes"}, 1, Many::no, sorted},
  };
}

}  // namespace jiaoji::feel
