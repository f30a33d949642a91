#include <fmt/format.h>

#include "feel/evaluate.h"

namespace jiaoji::feel {

namespace {

constexpr __int128 kNanos = 1'000'000'000;

std::optional<DateTime> midnight(const Value& value) {
  if (const auto* at = value.date_time()) return *at;
  if (const auto* date = value.date()) return DateTime{*date, Time{0, 0, 0, 0, {}}};
  return std::nullopt;
}

Value shifted(const Value& value, const DaysTime& by) {
  if (const auto* time = value.time()) {
    auto nanos = (static_cast<__int128>(time->seconds()) * kNanos + time->nanos + by.total()) % (kSecondsADay * kNanos);
    if (nanos < 0) nanos += kSecondsADay * kNanos;
    const auto seconds = static_cast<std::int64_t>(nanos / kNanos);
    return Time::of(seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<std::int32_t>(nanos % kNanos), time->zone);
  }
  const auto at = midnight(value);
  if (!at) return {};
  const auto moved = DateTime::at(at->instant().total() + by.total(), at->time.zone);
  if (!moved) return {};
  if (value.date()) return moved->date;
  return *moved;
}

Value shifted(const Value& value, const Months& by) {
  if (const auto* date = value.date()) return add(*date, by);
  if (const auto* at = value.date_time()) {
    const auto date = add(at->date, by);
    return date ? Value(DateTime{*date, at->time}) : Value();
  }
  return {};
}

Value difference(const Value& a, const Value& b) {
  if (a.time() && b.time()) {
    if ((a.time()->zone.kind == Zone::Kind::none) != (b.time()->zone.kind == Zone::Kind::none)) return {};
    return DaysTime::of(a.time()->since_midnight_utc().total() - b.time()->since_midnight_utc().total());
  }
  auto left = midnight(a), right = midnight(b);
  if (!left || !right) return {};
  // A date stands for its midnight in UTC (DMN 1.5, table 45), so that it can be held against a zoned time.
  if (a.date() && !b.date()) left->time.zone = *Zone::offset(0);
  if (b.date() && !a.date()) right->time.zone = *Zone::offset(0);
  if ((left->time.zone.kind == Zone::Kind::none) != (right->time.zone.kind == Zone::Kind::none)) return {};
  return DaysTime::of(left->instant().total() - right->instant().total());
}

std::optional<Decimal> in_seconds(const DaysTime& duration) {
  const auto nanos = Decimal(duration.nanos).divided_by(Decimal(1'000'000'000));
  return Decimal(duration.seconds).plus(*nanos);
}

Value from_seconds(const std::optional<Decimal>& seconds) {
  if (!seconds) return {};
  const auto whole = seconds->rounded(0, Rounding::floor)->whole();
  if (!whole || *whole > INT64_MAX / 4 || *whole < -INT64_MAX / 4) return {};
  const auto nanos = seconds->minus(Decimal(*whole))->times(Decimal(1'000'000'000))->rounded(0, Rounding::down)->whole();
  return DaysTime{*whole, static_cast<std::int32_t>(*nanos)};
}

Value from_months(const std::optional<Decimal>& months) {
  if (!months) return {};
  const auto whole = months->rounded(0, Rounding::down)->whole();
  return whole ? Value(Months{*whole}) : Value();
}

Value added(const Value& a, const Value& b, Run& run) {
  if (a.number() && b.number()) return a.number()->plus(*b.number());
  if (a.string() && b.string()) return run.make(a.string()->size() + b.string()->size()) ? Value(*a.string() + *b.string()) : Value();
  if (a.days_time() && b.days_time()) return DaysTime::of(a.days_time()->total() + b.days_time()->total());
  if (a.months() && b.months()) return Months{a.months()->months + b.months()->months};
  if (b.days_time()) return shifted(a, *b.days_time());
  if (b.months()) return shifted(a, *b.months());
  if (a.days_time()) return shifted(b, *a.days_time());
  if (a.months()) return shifted(b, *a.months());
  return {};
}

Value subtracted(const Value& a, const Value& b) {
  if (a.number() && b.number()) return a.number()->minus(*b.number());
  if (a.days_time() && b.days_time()) return DaysTime::of(a.days_time()->total() - b.days_time()->total());
  if (a.months() && b.months()) return Months{a.months()->months - b.months()->months};
  if (b.days_time()) return shifted(a, DaysTime::of(-b.days_time()->total()));
  if (b.months()) return shifted(a, Months{-b.months()->months});
  return difference(a, b);
}

Value multiplied(const Value& a, const Value& b) {
  if (a.number() && b.number()) return a.number()->times(*b.number());
  if (a.number()) return b.days_time() || b.months() ? multiplied(b, a) : Value();
  if (!b.number()) return {};
  if (a.days_time()) return from_seconds(in_seconds(*a.days_time())->times(*b.number()));
  if (a.months()) return from_months(Decimal(a.months()->months).times(*b.number()));
  return {};
}

Value divided(const Value& a, const Value& b, Run& run, std::uint32_t at) {
  if (b.number() && b.number()->is_zero()) run.note({"除数为零", "division by zero"}, at);
  if (a.number() && b.number()) return a.number()->divided_by(*b.number());
  if (a.days_time() && b.number()) {
    const auto out = in_seconds(*a.days_time())->divided_by(*b.number());
    return from_seconds(out);
  }
  if (a.months() && b.number()) return from_months(Decimal(a.months()->months).divided_by(*b.number()));
  if (a.days_time() && b.days_time()) return in_seconds(*a.days_time())->divided_by(*in_seconds(*b.days_time()));
  if (a.months() && b.months()) return Decimal(a.months()->months).divided_by(Decimal(b.months()->months));
  return {};
}

std::string_view sign(Kind kind) {
  switch (kind) {
    case Kind::add: return "+";
    case Kind::subtract: return "-";
    case Kind::multiply: return "*";
    case Kind::divide: return "/";
    default: return "**";
  }
}

}  // namespace

Value arithmetic(Kind kind, const Value& a, const Value& b, Run& run, std::uint32_t at) {
  if (a.unknown() || b.unknown()) return join(a, b);
  Value out;
  switch (kind) {
    case Kind::add: out = added(a, b, run); break;
    case Kind::subtract: out = subtracted(a, b); break;
    case Kind::multiply: out = multiplied(a, b); break;
    case Kind::divide: out = divided(a, b, run, at); break;
    default: out = a.number() && b.number() ? Value(a.number()->to_the(*b.number())) : Value(); break;
  }
  if (out.is_null()) {
    run.note({fmt::format("{} {} {} 没有结果", type_name_zh(a), sign(kind), type_name_zh(b)), fmt::format("{} {} {} has no answer", type_name(a), sign(kind), type_name(b))}, at);
  }
  return out;
}

}  // namespace jiaoji::feel
