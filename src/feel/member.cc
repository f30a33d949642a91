#include <fmt/format.h>

#include "feel/evaluate.h"
#include "feel/function.h"

namespace jiaoji::feel {

namespace {

Value offset_of(const Zone& zone, std::int64_t local_seconds) {
  if (zone.kind == Zone::Kind::none) return {};
  return DaysTime{offset_at_local(zone, local_seconds), 0};
}

Value property(const Date& date, const std::string& name) {
  if (name == "year") return static_cast<int>(date.year);
  if (name == "month") return static_cast<int>(date.month);
  if (name == "day") return static_cast<int>(date.day);
  if (name == "weekday") return date.weekday();
  return {};
}

Value property(const Time& time, const std::string& name, std::int64_t day_seconds) {
  if (name == "hour") return static_cast<int>(time.hour);
  if (name == "minute") return static_cast<int>(time.minute);
  if (name == "second") return Decimal(time.second).plus(*Decimal(time.nanos).divided_by(Decimal(1'000'000'000)));
  if (name == "time offset") return offset_of(time.zone, day_seconds + time.seconds());
  if (name == "timezone") return time.zone.kind == Zone::Kind::named ? Value(time.zone.id()) : Value();
  return {};
}

// Years and months of a duration carry its sign (DMN 1.5, table 65).
Value property(const Months& duration, const std::string& name) {
  if (name == "years") return duration.months / 12;
  if (name == "months") return duration.months % 12;
  return {};
}

Value property(const DaysTime& duration, const std::string& name) {
  const auto total = duration.total();
  const auto all = static_cast<std::int64_t>(total / 1'000'000'000);  // towards zero
  if (name == "days") return all / kSecondsADay;
  if (name == "hours") return all / 3600 % 24;
  if (name == "minutes") return all / 60 % 60;
  if (name == "seconds") return Decimal(all % 60).plus(*Decimal(static_cast<std::int64_t>(total % 1'000'000'000)).divided_by(Decimal(1'000'000'000)));
  return {};
}

Value property(const Range& range, const std::string& name) {
  if (name == "start") return range.start;
  if (name == "end") return range.end;
  if (name == "start included") return range.start_included && !range.start.is_null();
  if (name == "end included") return range.end_included && !range.end.is_null();
  return {};
}

}  // namespace

// The grammar lets ＞ and （ be letters of a name (年营收（万元） is one), so that a sign typed full-width makes a name.
Text full_width_hint(std::string_view text) {
  for (const std::string_view sign : {"＞", "＜", "＝", "＋", "－", "＊", "／", "（", "）", "，", "：", "“", "”", "！", "［", "］"}) {
    if (text.find(sign) != std::string_view::npos) return {fmt::format("（其中有全角符号“{}”，运算符请用半角）", sign), fmt::format(" (it holds the full-width sign {}: operators are half-width)", sign)};
  }
  return {};
}

Text unknown_name(std::string_view name) {
  const auto hint = full_width_hint(name);
  return {fmt::format("没有名为“{}”的值{}", name, hint.zh), fmt::format("nothing is called \"{}\"{}", name, hint.en)};
}

Value member(const Value& value, const std::string& name) {
  if (value.unknown()) return value;
  if (const auto* context = value.context()) {
    const auto* found = context->find(name);
    return found ? *found : Value();
  }
  if (const auto* list = value.list()) {
    List out;
    out.reserve(list->size());
    for (const auto& item : *list) out.push_back(member(item, name));
    return out;
  }
  if (const auto* date = value.date()) return property(*date, name);
  if (const auto* time = value.time()) return property(*time, name, 0);
  if (const auto* at = value.date_time()) {
    auto out = property(at->date, name);
    return out.is_null() ? property(at->time, name, at->date.days() * kSecondsADay) : out;
  }
  if (const auto* duration = value.days_time()) return property(*duration, name);
  if (const auto* months = value.months()) return property(*months, name);
  if (const auto* range = value.range()) return property(*range, name);
  return {};
}

}  // namespace jiaoji::feel
