#include <cmath>

#include "base/clock.h"
#include "mobility/claim.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

double share_of(double part, double whole) { return whole > 0 ? std::round(1e4 * part / whole) / 1e4 : 0; }
json::Value time_or_null(const std::optional<Seconds>& time) { return time ? json::Value(format_time_of_day(*time)) : json::Value(nullptr); }
json::Value minutes_or_null(Seconds seconds) { return seconds == kNever || seconds == kNone ? json::Value(nullptr) : json::Value(minutes_of(seconds)); }

json::Value doors_json(const Doors& doors, Language language) {
  const bool known = doors.planned != Truth::unknown;
  return json::object({{"planned", to_string(doors.planned)}, {"leave_at", to_string(doors.leave_at)}, {"reason", known ? json::Value(nullptr) : json::Value(doors.reason.in(language))},
                       {"people", known ? json::Value(doors.people) : json::Value(nullptr)}, {"people_share_planned", known ? json::Value(share_of(doors.people_planned, doors.people)) : json::Value(nullptr)},
                       {"people_share_median", known ? json::Value(share_of(doors.people_median, doors.people)) : json::Value(nullptr)}});
}

json::Value best_json(const World& world, const Verdict& verdict, const Stations& stations, Language language) {
  if (!stations.best) return nullptr;
  const auto ways = routes_json(world, {.from = stations.from, .to = verdict.to, .day = verdict.day, .time = stations.best->departure, .window = 60, .options = {}}, {*stations.best}, language);
  return ways.find("ways")->array()->front();
}

json::Value stations_json(const World& world, const Verdict& verdict, const Stations& stations, Language language) {
  return json::object({{"planned", to_string(stations.planned)}, {"leave_at", to_string(stations.leave_at)}, {"average", to_string(stations.average)}, {"planned_minutes", minutes_or_null(stations.spread.planned)},
                       {"median_minutes", minutes_or_null(stations.spread.median)}, {"average_minutes", stations.spread.arriving ? json::Value(std::round(stations.spread.average / 0.6) / 100) : json::Value(nullptr)},
                       {"departures", stations.spread.departures}, {"arriving", stations.spread.arriving}, {"within", stations.spread.within}, {"share_within", share_of(stations.spread.within, stations.spread.departures)},
                       {"worst_hour", stations.worst_hour == kNone ? json::Value(nullptr) : json::Value(format_time_of_day(stations.worst_hour) + "-" + format_time_of_day(stations.worst_hour + 3600))},
                       {"worst_hour_share", std::round(1e4 * stations.worst_share) / 1e4}, {"journeys", stations.journeys}, {"journeys_within", stations.journeys_within},
                       {"first", time_or_null(stations.first)}, {"last", time_or_null(stations.last)}, {"best", best_json(world, verdict, stations, language)}});
}

}  // namespace

json::Value verdict_json(const World& world, const Verdict& verdict, Language language) {
  const auto& claim = verdict.claim;
  json::Array rows;
  for (const auto& one : verdict.from) {
    rows.push_back(json::object({{"from", place_json(world, one.stations.from)}, {"stations", stations_json(world, verdict, one.stations, language)}, {"doors", doors_json(one.doors, language)}}));
  }
  const Text planned{"时段内最好的一班，不含等候", "the best departure of the window, no wait before it"}, leave_at{"时段内每一分钟出发，含等候；达标的分钟所占比例", "setting out at every minute of the window, waits included; the share of minutes that make it"},
      average{"时段内每一分钟出发的平均，含等候", "the mean over every minute of the window, waits included"};
  return json::object({{"title", claim.title.in(language)}, {"source", claim.source}, {"kind", claim.circle ? "circle" : "pair"}, {"date", format_day(verdict.day)},
                       {"between", format_time_of_day(claim.between.from) + "-" + format_time_of_day(claim.between.to)}, {"within_minutes", minutes_of(claim.within)}, {"share", claim.share}, {"people_share", claim.people_share},
                       {"definitions", json::object({{"planned", planned.in(language)}, {"leave_at", leave_at.in(language)}, {"average", average.in(language)}})}, {"walking", walking_method(world).in(language)},
                       {"to", place_json(world, verdict.to)},
                       {"verdict", json::object({{"planned", to_string(verdict.all.planned)}, {"leave_at", to_string(verdict.all.leave_at)}, {"average", to_string(verdict.all.average)},
                                                 {"doors_planned", to_string(verdict.doors.planned)}, {"doors_leave_at", to_string(verdict.doors.leave_at)}})},
                       {"doors", doors_json(verdict.doors, language)}, {"door_method", door_method(world, claim.door).in(language)}, {"egress_minutes", minutes_or_null(verdict.egress)},
                       {"residents", verdict.residents.in(language)}, {"from", std::move(rows)}});
}

}  // namespace jiaoji::mobility
