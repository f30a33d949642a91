// Conversion functions (DMN 1.5, 10.3.4.1) and those of dates (10.3.4.9, 10.3.4.10).
#include <algorithm>

#include "feel/builtin.h"

namespace jiaoji::feel {

namespace {

std::optional<std::int64_t> whole(const Value& value) { return value.number() ? value.number()->whole() : std::nullopt; }

Value date_from(const Arguments& a) {
  if (const auto* text = a[0].string()) return Date::parse(*text);
  if (a[0].date()) return a[0];
  if (const auto* at = a[0].date_time()) return at->date;
  return {};
}

Value date_of(const Arguments& a) {
  const auto year = whole(a[0]), month = whole(a[1]), day = whole(a[2]);
  return year && month && day ? Value(Date::of(*year, *month, *day)) : Value();
}

Value time_from(const Arguments& a) {
  if (const auto* text = a[0].string()) return Time::parse(*text);
  if (a[0].time()) return a[0];
  if (const auto* at = a[0].date_time()) {
    auto out = at->time;
    return out;
  }
  if (a[0].date()) return Time::of(0, 0, 0, 0, *Zone::offset(0));
  return {};
}

Value time_of(const Arguments& a) {
  const auto hour = whole(a[0]), minute = whole(a[1]);
  if (!hour || !minute || !a[2].number() || *hour == 24) return {};
  const auto second = a[2].number()->rounded(0, Rounding::floor)->whole();
  if (!second) return {};
  const auto nanos = a[2].number()->minus(Decimal(*second))->times(Decimal(1'000'000'000))->rounded(0, Rounding::down)->whole();
  Zone zone;
  if (a.given(3) && !a[3].is_null()) {
    const auto* offset = a[3].days_time();
    const auto read = offset && offset->nanos == 0 ? Zone::offset(offset->seconds) : std::nullopt;
    if (!read) return {};
    zone = *read;
  }
  return Time::of(*hour, *minute, *second, static_cast<std::int32_t>(*nanos), zone);
}

Value date_time_from(const Arguments& a) {
  if (const auto* text = a[0].string()) return DateTime::parse(*text);
  if (a[0].date_time()) return a[0];
  if (const auto* date = a[0].date()) return DateTime{*date, *Time::of(0, 0, 0, 0, *Zone::offset(0))};
  return {};
}

Value date_time_of(const Arguments& a) {
  const auto* time = a[1].time();
  if (!time) return {};
  if (const auto* date = a[0].date()) return DateTime{*date, *time};
  if (const auto* at = a[0].date_time()) return DateTime{at->date, *time};
  return {};
}

Value duration_from(const Arguments& a) {
  if (a[0].days_time() || a[0].months()) return a[0];
  if (!a[0].string()) return {};
  if (const auto months = Months::parse(*a[0].string())) return *months;
  return DaysTime::parse(*a[0].string());
}

Value months_from(const Arguments& a) {
  const auto at = [](const Value& value) -> std::optional<DateTime> {
    if (value.date()) return DateTime{*value.date(), {}};
    if (value.date_time()) return DateTime{value.date_time()->date, {}};  // the time of day does not count
    return std::nullopt;
  };
  const auto from = at(a[0]), to = at(a[1]);
  return from && to ? Value(months_between(*from, *to)) : Value();
}

// number("1.234,5", ".", ","): separators of thousands and of decimals.
Value number_from(const Arguments& a) {
  if (a[0].number() && a.count() == 1) return a[0];
  const auto* text = a[0].string();
  if (!text) return {};
  const auto sign = [&](std::size_t i) -> std::optional<std::string> {
    if (!a.given(i) || a[i].is_null()) return "";
    return a[i].string() ? std::optional(*a[i].string()) : std::nullopt;
  };
  const auto group = sign(1), point = sign(2);
  if (!group || !point || (!group->empty() && *group != " " && *group != "," && *group != ".") || (!point->empty() && *point != "." && *point != ",") || (!group->empty() && *group == *point)) return {};
  std::string plain;
  for (const char c : *text) {
    if (!group->empty() && c == (*group)[0]) continue;
    if (!point->empty() && c == (*point)[0]) plain += '.';
    else if (c == '.' && !point->empty()) return {};
    else plain += c;
  }
  return Decimal::parse(plain);
}

Value string_from(const Arguments& a) { return a[0].string() ? a[0] : Value(spelling(a[0])); }

const Date* day(const Value& value) { return value.date() ? value.date() : value.date_time() ? &value.date_time()->date : nullptr; }

Value day_of_year(const Arguments& a) { return day(a[0]) ? Value(day(a[0])->day_of_year()) : Value(); }
Value week_of_year(const Arguments& a) { return day(a[0]) ? Value(day(a[0])->week_of_year()) : Value(); }
Value day_of_week(const Arguments& a) {
  constexpr const char* names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return day(a[0]) ? Value(names[day(a[0])->weekday() - 1]) : Value();
}
Value month_of_year(const Arguments& a) {
  constexpr const char* names[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  return day(a[0]) ? Value(names[day(a[0])->month - 1]) : Value();
}

}  // namespace

std::vector<Builtin> conversion_builtins() {
  return {
      {"date", {"from"}, 1, Many::no, date_from},
      {"date", {"year", "month", "day"}, 3, Many::no, date_of},
      {"time", {"from"}, 1, Many::no, time_from},
      {"time", {"hour", "minute", "second", "offset"}, 3, Many::no, time_of, false},
      {"date and time", {"from"}, 1, Many::no, date_time_from},
      {"date and time", {"date", "time"}, 2, Many::no, date_time_of},
      {"duration", {"from"}, 1, Many::no, duration_from},
      {"years and months duration", {"from", "to"}, 2, Many::no, months_from},
      {"number", {"from"}, 1, Many::no, number_from},
      {"number", {"from", "grouping separator", "decimal separator"}, 3, Many::no, number_from, false},
      {"string", {"from"}, 1, Many::no, string_from},
  };
}

std::vector<Builtin> temporal_builtins() {
  return {
      {"day of year", {"date"}, 1, Many::no, day_of_year},
      {"day of week", {"date"}, 1, Many::no, day_of_week},
      {"month of year", {"date"}, 1, Many::no, month_of_year},
      {"week of year", {"date"}, 1, Many::no, week_of_year},
      {"now", {}, 0, Many::no, [](const Arguments& a) { return Value(a.run.now); }},
      {"today", {}, 0, Many::no, [](const Arguments& a) { return Value(a.run.now.date); }},
  };
}

}  // namespace jiaoji::feel
