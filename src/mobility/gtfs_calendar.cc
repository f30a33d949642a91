#include <algorithm>
#include <array>

#include "mobility/gtfs_reading.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr Day kServiceDaysMax = 120 * 366;            // 2000 to 2099 is written in earnest
constexpr std::size_t kAllDaysMax = 400'000'000;      // bits: a small file cannot claim the memory of a large machine

struct Exception { Day day; bool added; std::uint32_t line; };

struct Calendar {
  bool regular = false;                               // has a row in calendar.txt
  std::array<bool, 7> weekdays = {};                  // Monday first
  Day first = 0, last = -1;
  std::vector<Exception> exceptions;
  std::uint32_t line = 0;
};


void read_calendar(Reading& r, std::vector<Calendar>& calendars) {
  const auto table = r.open("calendar.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("service_id"), from = t.column("start_date"), to = t.column("end_date");
  constexpr std::string_view kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  std::array<Column, 7> columns;
  for (std::size_t i = 0; i < 7; ++i) columns[i] = t.column(kWeekdays[i]);
  while (t.next()) {
    Calendar calendar{.regular = true, .line = static_cast<std::uint32_t>(t.line())};
    const auto service = t.required(id);
    for (std::size_t i = 0; i < 7; ++i) {
      t.required(columns[i]);
      calendar.weekdays[i] = t.integer(columns[i], 0, 1).value_or(0) == 1;
    }
    t.required(from), t.required(to);
    const auto first = t.date(from), last = t.date(to);
    if (first && last && *first > *last) t.error("gtfs.dates_reversed", to, "end_date 早于 start_date（{}）", "end_date is before start_date ({})", t.text(from));
    else if (first && last && *last - *first > kServiceDaysMax) t.error("gtfs.dates_too_far", to, "起止日期相隔超过 {} 天", "the dates lie more than {} days apart", kServiceDaysMax);
    if (first && last) calendar.first = *first, calendar.last = *last;
    if (!r.add_id(t, id, service, r.services, calendars.size()) || t.faulty()) continue;
    calendars.push_back(std::move(calendar));
    r.feed.services.push_back({.id = std::string(service)});
  }
}

void read_dates(Reading& r, std::vector<Calendar>& calendars) {
  const auto table = r.open("calendar_dates.txt", Reading::Presence::optional);
  if (!table) return;
  auto& t = *table;
  const auto id = t.column("service_id"), date = t.column("date"), type = t.column("exception_type");
  while (t.next()) {
    const auto service = t.required(id);
    t.required(date), t.required(type);
    const auto day = t.date(date);
    const auto kind = t.integer(type, 1, 2);
    if (service.empty()) continue;
    auto at = r.services.find(service).at;
    if (at == kLeftOut) continue;
    if (at == kNone) {  // also by a row with an error: its trips then run on no day, instead of having no service
      at = static_cast<std::int32_t>(calendars.size());
      r.services.add(service, {at, static_cast<std::uint32_t>(t.line())});
      calendars.push_back({.line = static_cast<std::uint32_t>(t.line())});
      r.feed.services.push_back({.id = std::string(service)});
    }
    if (t.faulty() || !day || !kind) continue;
    calendars[static_cast<std::size_t>(at)].exceptions.push_back({*day, *kind == 1, static_cast<std::uint32_t>(t.line())});
  }
}

// False (an error, the service left out) when the days lie too far apart.
bool join(Reading& r, Calendar& calendar, ServiceDays& service, std::size_t& all_days) {
  Day first = calendar.regular ? calendar.first : INT32_MAX, last = calendar.regular ? calendar.last : INT32_MIN;
  for (const auto& [day, added, line] : calendar.exceptions) {
    if (added) first = std::min(first, day), last = std::max(last, day);
  }
  const std::string_view file = calendar.regular ? "calendar.txt" : "calendar_dates.txt";
  if (first > last) return true;
  all_days += static_cast<std::size_t>(last - first) + 1;
  if (last - first > 2 * kServiceDaysMax || all_days > kAllDaysMax) {
    r.notices.error("gtfs.dates_too_far", {file, calendar.line, "service_id", service.id}, "服务日相隔太远，或全部服务的日期太多", "the days of service lie too far apart, or all services have too many");
    return false;
  }
  std::vector<bool> runs(static_cast<std::size_t>(last - first) + 1);
  if (calendar.regular) {
    for (Day day = calendar.first; day <= calendar.last; ++day) runs[static_cast<std::size_t>(day - first)] = calendar.weekdays[static_cast<std::size_t>(weekday(day))];
  }
  for (const auto& [day, added, line] : calendar.exceptions) {
    if (day >= first && day <= last) runs[static_cast<std::size_t>(day - first)] = added;
  }
  const auto begin = std::ranges::find(runs, true);
  auto end = runs.end();
  while (end != begin && !*(end - 1)) --end;
  service.first = first + static_cast<Day>(begin - runs.begin());
  service.runs.assign(begin, end);
  return true;
}

void check_exceptions(Reading& r, Calendar& calendar, const ServiceDays& service) {
  std::ranges::stable_sort(calendar.exceptions, {}, &Exception::day);
  const auto first = std::ranges::adjacent_find(calendar.exceptions, {}, &Exception::day);
  if (first == calendar.exceptions.end()) return;
  r.notices.error("gtfs.exception_twice", {"calendar_dates.txt", (first + 1)->line, "date", service.id}, "服务“{}”这一天在第 {} 行已有一条例外；后一条有效",
                  "the service \"{}\" has an exception on this day in line {} already; the later one holds", service.id, first->line);
}

}  // namespace

void read_calendars(Reading& r) {
  if (!r.has("calendar.txt") && !r.has("calendar_dates.txt")) {
    return r.notices.error("gtfs.file_missing", {"calendar.txt"}, "缺少 calendar.txt 和 calendar_dates.txt，至少要有一个", "calendar.txt and calendar_dates.txt are missing; one of them must be there");
  }
  std::vector<Calendar> calendars;
  read_calendar(r, calendars);
  read_dates(r, calendars);
  std::size_t all_days = 0;
  for (std::size_t i = 0; i < calendars.size(); ++i) {
    auto& service = r.feed.services[i];
    check_exceptions(r, calendars[i], service);
    if (!join(r, calendars[i], service, all_days)) r.services.leave_out(service.id);
    else if (service.runs.empty()) {
      const std::string_view file = calendars[i].regular ? "calendar.txt" : "calendar_dates.txt";
      r.notices.warning("gtfs.service_never_runs", {file, calendars[i].line, "service_id", service.id}, "服务“{}”没有一天运行", "the service \"{}\" runs on no day", service.id);
    }
  }
  r.service_used.resize(r.feed.services.size());
}

}  // namespace jiaoji::mobility
