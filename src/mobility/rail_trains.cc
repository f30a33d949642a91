#include <algorithm>

#include "base/geo.h"
#include "mobility/rail_table.h"
#include "mobility/speed.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr Seconds kOvernightMax = kDaySeconds / 2;  // a longer gap between two times is a slip, not a night

struct OfNumber { std::int32_t at; int trips; };
using Routes = std::unordered_map<std::string, OfNumber>;

bool fault(RailTable& table, const Call& call, RailField f, std::string_view key, std::string_view value, Text words) {
  table.notices.error(key, {table.file, call.line, table.heading(f), value}, "{0}", "{1}", words.zh, words.en);
  return false;
}

// Moves each time past midnight until it is not before the one before it.
bool roll(RailTable& table, const Train& train, const Call& call, RailField f, Seconds& time, Seconds& before) {
  const bool over = time < before;
  while (time < before) time += kDaySeconds;
  if (over && time - before > kOvernightMax) {
    const auto written = format_time_of_day(time % kDaySeconds);
    return fault(table, call, f, "rail.times_decrease", written, {fmt::format("车次 {} 的 {} 早于前一时刻 {}；若是次日，相隔 {:.1f} 小时，太长", train.number, written, format_time_of_day(before % kDaySeconds), (time - before) / 3600.0),
                                                            fmt::format("{} of train {} is before {}; as a time of the next day it would be {:.1f} hours later, which is too long", written, train.number, format_time_of_day(before % kDaySeconds), (time - before) / 3600.0)});
  }
  if (time > kTimeMax) return fault(table, call, f, "rail.too_long", format_time_of_day(time), {"全程超过七天", "the trip takes more than seven days"});
  before = time;
  return true;
}

bool check_calls(RailTable& table, Train& train) {
  std::ranges::stable_sort(train.calls, {}, &Call::order);
  auto& calls = train.calls;
  if (calls.size() < 2) return fault(table, calls[0], kTrain, "rail.trip_too_short", train.number, {"车次只有一站，至少要有两站", "the train has one stop; it needs two"});
  Seconds before = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    auto& call = calls[i];
    if (i && call.order == calls[i - 1].order) return fault(table, call, kOrder, "rail.order_twice", std::to_string(call.order), {fmt::format("站序与第 {} 行相同", calls[i - 1].line), fmt::format("the order is that of line {}", calls[i - 1].line)});
    if (call.arrival == kNone) call.arrival = call.departure;
    if (call.departure == kNone) call.departure = call.arrival;
    if (call.arrival == kNone) return fault(table, call, i + 1 < calls.size() ? kDeparture : kArrival, "rail.value_missing", "", {"到达和出发至少要写一个", "one of arrival and departure must be given"});
    // What stands before the first departure does not count: some write the arrival of the empty train.
    if (i == 0) call.arrival = std::min(call.arrival, call.departure);
    if (!roll(table, train, call, kArrival, call.arrival, before) || !roll(table, train, call, kDeparture, call.departure, before)) return false;
  }
  return true;
}

bool add_trip(RailTable& table, Train& train, Routes& routes) {
  if (!check_calls(table, train)) return false;
  auto& feed = table.feed;
  const auto [route, fresh] = routes.try_emplace(train.number, Routes::mapped_type{static_cast<std::int32_t>(feed.routes.size()), 0});
  const char letter = train.number[0];
  const int type = train.type.value_or(letter == 'G' ? 101 : letter == 'D' ? 102 : letter == 'C' ? 103 : 2);
  if (fresh) feed.routes.push_back({.id = train.number, .name = train.number, .type = type});
  const auto variant = ++route->second.trips;
  Trip trip{.id = variant == 1 ? train.number : fmt::format("{}#{}", train.number, variant), .name = train.number, .route = route->second.at, .service = table.services.at(train.dates)};
  trip.first = static_cast<std::uint32_t>(feed.stop_times.size());
  trip.count = static_cast<std::uint32_t>(train.calls.size());
  for (std::size_t i = 0; i < train.calls.size(); ++i) {
    const auto& call = train.calls[i];
    feed.stop_times.push_back({call.stop, call.arrival, call.departure, i + 1 < train.calls.size(), i > 0});
    if (i == 0) continue;
    const auto& from = train.calls[i - 1];
    const double way = geo::distance_metres(feed.stops[static_cast<std::size_t>(from.stop)].at, feed.stops[static_cast<std::size_t>(call.stop)].at);
    const Seconds took = call.arrival - from.departure;
    if (way * 3.6 > speed_max_kmh(type) * (took + 60)) {
      table.notices.warning("rail.fast_travel", {table.file, call.line, table.heading(kArrival), format_time_of_day(call.arrival)}, "{:.1f} km 只用 {} 分钟；请检查时刻和坐标", "{:.1f} km in {} minutes; check the times and where the stations lie", way / 1000, took / 60);
    }
  }
  feed.trips.push_back(std::move(trip));
  return true;
}

// Two timetables of one train on one day: seldom meant.
void check_dates(RailTable& table, const std::vector<std::size_t>& lines) {
  const auto& feed = table.feed;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_number;
  for (std::size_t i = 0; i < feed.trips.size(); ++i) by_number[feed.trips[i].name].push_back(i);
  for (std::size_t i = 0; i < feed.trips.size(); ++i) {
    const auto& trip = feed.trips[i];
    const auto& mine = feed.services[static_cast<std::size_t>(trip.service)];
    for (const auto j : by_number[trip.name]) {
      if (j >= i) break;
      const auto& other = feed.services[static_cast<std::size_t>(feed.trips[j].service)];
      const Day first = std::max(mine.first, other.first), last = mine.first + static_cast<Day>(mine.runs.size());
      Day day = first;
      while (day < last && !(mine.on(day) && other.on(day))) ++day;
      if (day >= last) continue;
      table.notices.warning("rail.train_twice", {table.file, lines[i], table.heading(kDates), mine.id}, "车次 {} 在同一天已有第 {} 行的时刻", "train {} has the times of line {} on the same day", trip.name, lines[j]);
      break;
    }
  }
}

}  // namespace

void join_trains(RailTable& table) {
  Routes routes;
  std::vector<std::size_t> lines;  // of each trip
  for (auto& train : table.trains) {
    if (!train.faulty) train.faulty = !add_trip(table, train, routes);
    if (train.faulty) ++table.left_out;
    else lines.push_back(train.line);
  }
  check_dates(table, lines);
}

}  // namespace jiaoji::mobility
