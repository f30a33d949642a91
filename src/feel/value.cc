#include "feel/value.h"

#include <algorithm>

#include "feel/function.h"

namespace jiaoji::feel {

Value::Value(Context c) : data_(std::make_shared<const Context>(std::move(c))) {}
Value::Value(Range r) : data_(std::make_shared<const Range>(std::move(r))) {}
Value::Value(Function f) : data_(std::make_shared<const Function>(std::move(f))) {}

const Value* Context::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name == key) return &value;
  }
  return nullptr;
}

void Context::put(std::string key, Value value) {
  for (auto& [name, held] : entries) {
    if (name == key) {
      held = std::move(value);
      return;
    }
  }
  entries.emplace_back(std::move(key), std::move(value));
}

namespace {

std::optional<bool> both(std::optional<bool> a, std::optional<bool> b) {
  if ((a && !*a) || (b && !*b)) return false;
  if (!a || !b) return std::nullopt;
  return true;
}

std::optional<bool> equal_lists(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  std::optional<bool> all = true;
  for (std::size_t i = 0; i < a.size() && (!all || *all); ++i) all = both(all, equal(a[i], b[i]));
  return all;
}

std::optional<bool> equal_contexts(const Context& a, const Context& b) {
  if (a.entries.size() != b.entries.size()) return false;
  std::optional<bool> all = true;
  for (const auto& [key, value] : a.entries) {
    const auto* other = b.find(key);
    if (!other) return false;
    all = both(all, equal(value, *other));
    if (all && !*all) return false;
  }
  return all;
}

bool is_local(const Zone& zone) { return zone.kind == Zone::Kind::none; }

}  // namespace

std::optional<bool> equal(const Value& a, const Value& b) {
  if (a.unknown() || b.unknown()) return std::nullopt;
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.kind() != b.kind()) return std::nullopt;
  if (const auto* list = a.list()) return equal_lists(*list, *b.list());
  if (const auto* context = a.context()) return equal_contexts(*context, *b.context());
  if (const auto* range = a.range()) {
    const auto& other = *b.range();
    if (range->sign != other.sign || range->start_included != other.start_included || range->end_included != other.end_included) return false;
    return both(equal(range->start, other.start), equal(range->end, other.end));
  }
  if (a.function()) return a.function() == b.function();
  if (const auto* truth = a.boolean()) return *truth == *b.boolean();
  if (const auto* time = a.time(); time && is_local(time->zone) != is_local(b.time()->zone)) return false;
  if (const auto* at = a.date_time()) {
    if (is_local(at->time.zone) != is_local(b.date_time()->time.zone)) return false;
    const auto left = at->instant(), right = b.date_time()->instant();
    return left.seconds == right.seconds && left.nanos / 1'000'000 == right.nanos / 1'000'000;  // equal to the millisecond, as the test kit has it
  }
  const auto order = compare(a, b);
  if (!order) return std::nullopt;
  return *order == 0;
}

std::optional<std::strong_ordering> compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  if (const auto* number = a.number()) return *number <=> *b.number();
  if (const auto* text = a.string()) return *text <=> *b.string();  // UTF-8 sorts as its code points do
  if (const auto* date = a.date()) return *date <=> *b.date();
  if (const auto* time = a.time()) {
    if (is_local(time->zone) != is_local(b.time()->zone)) return std::nullopt;
    return time->since_midnight_utc() <=> b.time()->since_midnight_utc();
  }
  if (const auto* at = a.date_time()) {
    if (is_local(at->time.zone) != is_local(b.date_time()->time.zone)) return std::nullopt;
    return at->instant() <=> b.date_time()->instant();
  }
  if (const auto* duration = a.days_time()) return *duration <=> *b.days_time();
  if (const auto* months = a.months()) return *months <=> *b.months();
  return std::nullopt;
}

std::optional<bool> contains(const Range& range, const Value& value) {
  if (range.sign == Range::Sign::not_equal) {
    const auto same = equal(value, range.start);
    return same ? std::optional(!*same) : std::nullopt;
  }
  if (range.sign == Range::Sign::none && (range.start.is_null() || range.end.is_null())) return std::nullopt;
  std::optional<bool> inside = true;
  if (!range.start.is_null()) {
    const auto order = compare(value, range.start);
    if (!order) return std::nullopt;
    inside = range.start_included ? *order >= 0 : *order > 0;
  }
  if (!range.end.is_null()) {
    const auto order = compare(value, range.end);
    if (!order) return std::nullopt;
    inside = *inside && (range.end_included ? *order <= 0 : *order < 0);
  }
  return inside;
}

bool identical(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (const auto* time = a.time()) return *time == *b.time();
  if (const auto* at = a.date_time()) return *at == *b.date_time();
  return equal(a, b).value_or(false);
}

Unknown join(const Value& a, const Value& b) {
  Unknown out;
  for (const auto* value : {&a, &b}) {
    if (const auto* unknown = value->unknown()) out.facts.insert(out.facts.end(), unknown->facts.begin(), unknown->facts.end());
  }
  std::ranges::sort(out.facts);
  out.facts.erase(std::ranges::unique(out.facts).begin(), out.facts.end());
  return out;
}

namespace {

constexpr int kWithinDepth = 100;

void collect(const Value& value, std::vector<std::string>& facts, int depth) {
  if (depth > kWithinDepth) return;
  if (const auto* unknown = value.unknown()) facts.insert(facts.end(), unknown->facts.begin(), unknown->facts.end());
  if (const auto* list = value.list()) {
    for (const auto& item : *list) collect(item, facts, depth + 1);
  }
  if (const auto* context = value.context()) {
    for (const auto& [_, member] : context->entries) collect(member, facts, depth + 1);
  }
  if (const auto* range = value.range()) collect(range->start, facts, depth + 1), collect(range->end, facts, depth + 1);
}

}  // namespace

Unknown unknown_within(const Value& value) {
  Unknown out;
  collect(value, out.facts, 0);
  std::ranges::sort(out.facts);
  out.facts.erase(std::ranges::unique(out.facts).begin(), out.facts.end());
  return out;
}

}  // namespace jiaoji::feel
