// Numeric functions (DMN 1.5, 10.3.4.5) and those over lists of numbers (10.3.4.4).
#include <algorithm>

#include "feel/builtin.h"
#include "feel/evaluate.h"

namespace jiaoji::feel {

namespace {

Value rounded(const Arguments& a, Rounding rounding) {
  std::int64_t scale = 0;
  if (a.given(1)) {
    const auto whole = a[1].number() ? a[1].number()->rounded(0, Rounding::down)->whole() : std::nullopt;
    if (!whole) return {};
    scale = *whole;
  }
  return a[0].number() ? Value(a[0].number()->rounded(scale, rounding)) : Value();
}

Value absolute(const Arguments& a) {
  if (const auto* number = a[0].number()) return number->magnitude();
  if (const auto* duration = a[0].days_time()) return duration->total() < 0 ? DaysTime::of(-duration->total()) : *duration;
  if (const auto* months = a[0].months()) return Months{months->months < 0 ? -months->months : months->months};
  return {};
}

Value parity(const Arguments& a, bool even) {
  if (!a[0].number() || !a[0].number()->is_whole()) return {};
  const auto rest = a[0].number()->modulo(Decimal(2));
  return rest ? Value(rest->is_zero() == even) : Value();
}

Value by(const Arguments& a, std::optional<Decimal> (Decimal::*compute)() const) { return a[0].number() ? Value((a[0].number()->*compute)()) : Value(); }

// The numbers of the list; nothing when it holds anything else.
std::optional<std::vector<Decimal>> numbers(const Value& value) {
  std::vector<Decimal> out;
  if (!value.list()) return std::nullopt;
  for (const auto& item : *value.list()) {
    if (!item.number()) return std::nullopt;
    out.push_back(*item.number());
  }
  return out;
}

// Sums durations, too: FEEL adds whatever `+` adds.
Value sum(const Arguments& a) {
  const auto* list = a[0].list();
  if (!list || list->empty()) return {};
  Value total = list->front();
  if (!total.number() && !total.days_time() && !total.months()) return {};
  for (std::size_t i = 1; i < list->size() && !total.is_null(); ++i) total = (*list)[i].kind() == total.kind() ? arithmetic(Kind::add, total, (*list)[i], a.run) : Value();
  return total;
}

Value mean(const Arguments& a) {
  const auto total = sum(a);
  return total.is_null() ? total : arithmetic(Kind::divide, total, Value(static_cast<std::int64_t>(a[0].list()->size())), a.run);
}

Value product(const Arguments& a) {
  const auto all = numbers(a[0]);
  if (!all || all->empty()) return {};
  std::optional<Decimal> out = Decimal(1);
  for (const auto& number : *all) {
    if (out) out = out->times(number);
  }
  return out;
}

Value median(const Arguments& a) {
  auto all = numbers(a[0]);
  if (!all || all->empty()) return {};
  std::ranges::sort(*all);
  const auto middle = all->size() / 2;
  if (all->size() % 2 == 1) return (*all)[middle];
  const auto both = (*all)[middle - 1].plus((*all)[middle]);
  return both ? Value(both->divided_by(Decimal(2))) : Value();
}

// The sample's deviation (divided by n - 1).
Value stddev(const Arguments& a) {
  const auto all = numbers(a[0]);
  if (!all || all->size() < 2) return {};
  const auto count = Decimal(static_cast<std::int64_t>(all->size()));
  std::optional<Decimal> total = Decimal(0), squares = Decimal(0);
  for (const auto& number : *all) {
    if (total) total = total->plus(number);
  }
  if (!total) return {};
  const auto average = total->divided_by(count);
  for (const auto& number : *all) {
    const auto off = number.minus(*average);
    const auto square = off ? off->times(*off) : std::nullopt;
    squares = squares && square ? squares->plus(*square) : std::nullopt;
  }
  if (!squares) return {};
  const auto variance = squares->divided_by(*count.minus(Decimal(1)));
  return variance ? Value(variance->root()) : Value();
}

Value mode(const Arguments& a) {
  auto all = numbers(a[0]);
  if (!all) return {};
  std::ranges::sort(*all);
  std::size_t most = 0;
  List out;
  for (std::size_t i = 0; i < all->size();) {
    auto end = i;
    while (end < all->size() && (*all)[end] == (*all)[i]) ++end;
    if (end - i > most) out.clear(), most = end - i;
    if (end - i == most) out.push_back((*all)[i]);
    i = end;
  }
  return out;
}

Value extreme(const Arguments& a, bool greatest) {
  const auto* list = a[0].list();
  if (!list || list->empty()) return {};
  const Value* best = nullptr;
  for (const auto& item : *list) {
    const auto order = compare(item, best ? *best : item);
    if (!order) return {};
    if (!best || (greatest ? *order > 0 : *order < 0)) best = &item;
  }
  return *best;
}

}  // namespace

std::vector<Builtin> number_builtins() {
  return {
      {"decimal", {"n", "scale"}, 2, Many::no, [](const Arguments& a) { return rounded(a, Rounding::half_even); }},
      {"floor", {"n", "scale"}, 1, Many::no, [](const Arguments& a) { return rounded(a, Rounding::floor); }},
      {"ceiling", {"n", "scale"}, 1, Many::no, [](const Arguments& a) { return rounded(a, Rounding::ceiling); }},
      {"round up", {"n", "scale"}, 2, Many::no, [](const Arguments& a) { return rounded(a, Rounding::up); }},
      {"round down", {"n", "scale"}, 2, Many::no, [](const Arguments& a) { return rounded(a, Rounding::down); }},
      {"round half up", {"n", "scale"}, 2, Many::no, [](const Arguments& a) { return rounded(a, Rounding::half_up); }},
      {"round half down", {"n", "scale"}, 2, Many::no, [](const Arguments& a) { return rounded(a, Rounding::half_down); }},
      {"abs", {"n"}, 1, Many::no, absolute},
      {"modulo", {"dividend", "divisor"}, 2, Many::no, [](const Arguments& a) { return a[0].number() && a[1].number() ? Value(a[0].number()->modulo(*a[1].number())) : Value(); }},
      {"sqrt", {"number"}, 1, Many::no, [](const Arguments& a) { return by(a, &Decimal::root); }},
      {"log", {"number"}, 1, Many::no, [](const Arguments& a) { return by(a, &Decimal::logarithm); }},
      {"exp", {"number"}, 1, Many::no, [](const Arguments& a) { return by(a, &Decimal::exponential); }},
      {"odd", {"number"}, 1, Many::no, [](const Arguments& a) { return parity(a, false); }},
      {"even", {"number"}, 1, Many::no, [](const Arguments& a) { return parity(a, true); }},
      {"sum", {"list"}, 1, Many::packed, sum},
      {"mean", {"list"}, 1, Many::packed, mean},
      {"product", {"list"}, 1, Many::packed, product},
      {"median", {"list"}, 1, Many::packed, median},
      {"stddev", {"list"}, 1, Many::packed, stddev},
      {"mode", {"list"}, 1, Many::packed, mode},
      {"min", {"list"}, 1, Many::packed, [](const Arguments& a) { return extreme(a, false); }},
      {"max", {"list"}, 1, Many::packed, [](const Arguments& a) { return extreme(a, true); }},
  };
}

}  // namespace jiaoji::feel
