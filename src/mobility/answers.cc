#include "mobility/answers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/clock.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

json::Value or_null(Seconds seconds) { return seconds == kNever || seconds == kNone ? json::Value(nullptr) : json::Value(minutes_of(seconds)); }

const Stop& stop_at(const World& world, std::size_t stop) { return world.network.feed.stops[stop]; }

json::Value stop_json(const World& world, std::int32_t stop, const Place& place) {
  if (stop == kNone) return json::object({{"stop", nullptr}, {"name", place.name}, {"lat", place.at.lat}, {"lon", place.at.lon}});
  const auto& row = stop_at(world, static_cast<std::size_t>(stop));
  return json::object({{"stop", row.id}, {"name", row.name}, {"lat", row.at.lat}, {"lon", row.at.lon}});
}

// The ride's own name: the number of the train, else the line's.
std::string ride_name(const World& world, const Run& run) {
  const auto& trip = world.network.feed.trips[run.trip];
  return trip.name.empty() ? world.network.feed.routes[static_cast<std::size_t>(trip.route)].name : trip.name;
}

json::Value leg_json(const World& world, const RouteAsked& asked, const Leg& leg, const Run& run) {
  auto out = json::object({{"mode", leg.on_foot ? "walk" : "ride"}, {"from", stop_json(world, leg.from, asked.from)}, {"to", stop_json(world, leg.to, asked.to)},
                           {"departure_seconds", leg.departure}, {"arrival_seconds", leg.arrival}, {"departure", format_time_of_day(leg.departure)},
                           {"arrival", format_time_of_day(leg.arrival)}, {"minutes", minutes_of(leg.arrival - leg.departure)}});
  if (leg.on_foot) return out;
  auto& object = std::get<json::Object>(out.data);
  const auto& trip = world.network.feed.trips[run.trip];
  object.set("trip", trip.id);
  object.set("name", ride_name(world, run));
  object.set("stops", static_cast<int>(leg.alight - leg.board));
  json::Array through;
  for (auto i = leg.board; i <= leg.alight; ++i) {
    const auto& at = stop_at(world, static_cast<std::size_t>(world.network.feed.stop_times[trip.first + i].stop)).at;
    through.push_back(json::Array{at.lat, at.lon});
  }
  object.set("through", std::move(through));
  return out;
}

}  // namespace

json::Value notice_json(const Notice& notice, Language language) {
  constexpr const char* kSeverities[] = {"error", "warning", "note"};
  return json::object({{"severity", kSeverities[static_cast<std::size_t>(notice.severity)]}, {"key", notice.key}, {"file", notice.file}, {"line", static_cast<std::int64_t>(notice.line)}, {"field", notice.field}, {"value", notice.value},
                       {"detail", notice.detail.in(language)}});
}

double minutes_of(Seconds seconds) { return std::round(seconds / 0.6) / 100; }

Result<DayTime> parse_day_time(std::string_view text) {
  const auto day = parse_day(text.substr(0, 10));
  const auto time = text.size() <= 10 ? std::optional<Seconds>(8 * 3600) : text[10] == ' ' || text[10] == 'T' ? parse_time(text.substr(11)) : std::nullopt;
  if (day != kNoDay && time) return DayTime{day, *time};
  return fail(Code::invalid, "mobility.time", {fmt::format("“{}”不是日期和时刻；应写成 2026-11-20 08:00", text), fmt::format("\"{}\" is no date and time; write 2026-11-20 08:00", text)});
}

std::string format_day_time(Day day, Seconds time) { return format_day(day) + " " + format_time_of_day(time); }

Result<Between> parse_between(std::string_view text) {
  const auto dash = text.find('-');
  const auto from = parse_time(text.substr(0, dash)), to = dash == text.npos ? std::nullopt : parse_time(text.substr(dash + 1));
  if (from && to && *from < *to && *to - *from <= kDaySeconds) return Between{*from, *to};
  return fail(Code::invalid, "mobility.between", {fmt::format("“{}”不是时段；应写成 06:00-22:00，先早后晚，不超过一天", text), fmt::format("\"{}\" is no window; write 06:00-22:00, the earlier first, a day at most", text)});
}

std::string method_of(const World& world, const std::vector<Place>& places, Language language) {
  auto out = walking_method(world).in(language);
  for (const auto& place : places) {
    const auto access = access_method(world, place).in(language);
    if (!access.empty() && out.find(access) == out.npos) out += (language == Language::zh ? "；" : "; ") + access;
  }
  return out;
}

json::Value place_json(const World& world, const Place& place) {
  constexpr const char* kKinds[] = {"stop", "station", "city", "coordinate"};
  json::Array stops;
  for (const auto s : place.stops) stops.push_back(stop_at(world, static_cast<std::size_t>(s)).id);
  return json::object({{"asked", place.asked}, {"kind", kKinds[static_cast<std::size_t>(place.kind)]}, {"name", place.name}, {"lat", place.at.lat}, {"lon", place.at.lon}, {"stops", std::move(stops)},
                       {"access", to_string(place.access)}});
}

json::Value reach_json(const World& world, const Asked& asked, const Reach& reach, Language language) {
  std::vector<std::size_t> order;
  for (std::size_t s = 0; s < reach.at.size(); ++s) {
    if (reach.reached(s)) order.push_back(s);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t s) { return reach.seconds(s); });
  json::Array rows;
  for (const auto s : order) {
    const auto& stop = stop_at(world, s);
    rows.push_back(json::object({{"stop", stop.id}, {"name", stop.name}, {"lat", stop.at.lat}, {"lon", stop.at.lon}, {reach.backward ? "departure_seconds" : "arrival_seconds", reach.at[s]},
                                 {"minutes", minutes_of(reach.seconds(s))}, {"changes", reach.changes[s]}}));
  }
  auto out = json::object({{reach.backward ? "to" : "from", asked.place.asked}, {reach.backward ? "arrive" : "depart", format_day_time(asked.day, asked.time)}, {"place", place_json(world, asked.place)},
                           {"definition", "leave_at"}, {"walking", method_of(world, {asked.place}, language)}});
  if (asked.within != kNoLimit) std::get<json::Object>(out.data).set("within_minutes", minutes_of(asked.within));
  std::get<json::Object>(out.data).set("reached", std::move(rows));
  return out;
}

json::Value window_json(const World& world, const WindowAsked& asked, const WindowReach& window, Language language) {
  json::Array rows;
  std::vector<std::pair<Seconds, json::Value>> sorted;
  for (std::size_t s = 0; s < world.network.feed.stops.size(); ++s) {
    const auto stop = static_cast<std::int32_t>(s);
    if (window.profile.of(stop).empty() && window.profile.on_foot[s] == kNever) continue;
    const auto at = spread_at(window, stop, asked.within);
    if (at.planned == kNever && at.arriving == 0) continue;
    const auto& row = stop_at(world, s);
    sorted.emplace_back(at.planned, json::object({{"stop", row.id}, {"name", row.name}, {"lat", row.at.lat}, {"lon", row.at.lon}, {"planned_minutes", or_null(at.planned)}, {"median_minutes", or_null(at.median)},
                                                  {"p90_minutes", or_null(at.p90)}, {"average_minutes", at.arriving ? json::Value(std::round(at.average / 0.6) / 100) : json::Value(nullptr)},
                                                  {"departures", at.departures}, {"arriving", at.arriving}, {"within", at.within},
                                                  {"share_within", std::round(1e4 * at.within / std::max(1, at.departures)) / 1e4},
                                                  {"first", at.first ? json::Value(format_time_of_day(*at.first)) : json::Value(nullptr)}, {"last", at.last ? json::Value(format_time_of_day(*at.last)) : json::Value(nullptr)}}));
  }
  std::ranges::stable_sort(sorted, {}, [](const auto& row) { return row.first; });
  for (auto& [seconds, row] : sorted) rows.push_back(std::move(row));
  return json::object({{asked.backward ? "to" : "from", asked.place.asked}, {"place", place_json(world, asked.place)}, {"date", format_day(asked.day)},
                       {"between", format_time_of_day(asked.from) + "-" + format_time_of_day(asked.to)}, {"within_minutes", minutes_of(asked.within)},
                       {"definitions", json::object({{"planned_minutes", "planned"}, {"median_minutes", "leave_at"}, {"p90_minutes", "leave_at"}, {"share_within", "leave_at"}, {"average_minutes", "average"}})},
                       {"walking", method_of(world, {asked.place}, language)}, {"reached", std::move(rows)}});
}

json::Value routes_json(const World& world, const RouteAsked& asked, const std::vector<Way>& ways, Language language) {
  json::Array out;
  for (const auto& way : ways) {
    json::Array legs;
    for (std::size_t i = 0; i < way.legs.size(); ++i) legs.push_back(leg_json(world, asked, way.legs[i], way.runs[i]));
    out.push_back(json::object({{"departure_seconds", way.departure}, {"arrival_seconds", way.arrival}, {"departure", format_time_of_day(way.departure)}, {"arrival", format_time_of_day(way.arrival)},
                                {"minutes", minutes_of(way.arrival - way.departure)}, {"changes", way.changes}, {"legs", std::move(legs)}}));
  }
  return json::object({{"from", place_json(world, asked.from)}, {"to", place_json(world, asked.to)}, {"depart", format_day_time(asked.day, asked.time)}, {"window_minutes", minutes_of(asked.window)},
                       {"definition", "planned"}, {"walking", method_of(world, {asked.from, asked.to}, language)}, {"ways", std::move(out)}});
}

json::Value nearest_json(const World& world, const Nearest& nearest, Language language) {
  json::Array rows;
  for (const auto& access : nearest.stops) {
    const auto& stop = world.network.feed.stops[static_cast<std::size_t>(access.stop)];
    rows.push_back(json::object({{"stop", stop.id}, {"name", stop.name}, {"lat", stop.at.lat}, {"lon", stop.at.lon}, {"minutes", minutes_of(access.seconds)}, {"straight_metres", std::round(geo::distance_metres(nearest.place.at, stop.at))}}));
  }
  return json::object({{"from", place_json(world, nearest.place)}, {"within_minutes", minutes_of(nearest.within)}, {"walking", walking_method(world).in(language)}, {"count", static_cast<std::int64_t>(nearest.count)}, {"nearest", std::move(rows)}});
}

json::Value matrix_json(const World& world, const MatrixAsked& asked, const std::vector<std::vector<Seconds>>& seconds, Language language) {
  const auto names = [&](const std::vector<Place>& places) {
    json::Array out;
    for (const auto& place : places) out.push_back(place_json(world, place));
    return out;
  };
  json::Array rows;
  for (const auto& row : seconds) {
    json::Array cells;
    for (const auto cell : row) cells.push_back(or_null(cell));
    rows.push_back(std::move(cells));
  }
  return json::object({{"from", names(asked.from)}, {"to", names(asked.to)}, {"depart", format_day_time(asked.day, asked.time)}, {"definition", asked.until ? "planned" : "leave_at"},
                       {"until", asked.until ? json::Value(format_time_of_day(*asked.until)) : json::Value(nullptr)}, {"walking", walking_method(world).in(language)}, {"minutes", std::move(rows)}});
}

json::Value inside_json(const World& world, const Inside& inside) {
  if (world.points.size() == 0) return nullptr;
  json::Array districts;
  for (const auto& row : inside.districts) {
    districts.push_back(json::object({{"district", row.district == kNone ? json::Value(nullptr) : json::Value(world.points.districts[static_cast<std::size_t>(row.district)])}, {"people", row.within.people},
                                      {"people_all", row.all.people}, {"people_share", row.people_share}, {"jobs", row.within.jobs}, {"jobs_all", row.all.jobs}, {"jobs_share", row.jobs_share}}));
  }
  return json::object({{"people", inside.within.people}, {"people_all", inside.all.people}, {"people_share", inside.people_share}, {"jobs", inside.within.jobs}, {"jobs_all", inside.all.jobs},
                       {"jobs_share", inside.jobs_share}, {"points", static_cast<std::int64_t>(inside.within.points)}, {"districts", std::move(districts)}});
}

json::Value circle_geojson(const World& world, const Asked& asked, const Circle& circle, const Area& area, Language language) {
  json::Array features;
  features.push_back(json::object({{"type", "Feature"}, {"geometry", multipolygon(area.polygons)},
                                   {"properties", json::object({{"place", asked.place.name}, {asked.backward ? "arrive" : "depart", format_day_time(asked.day, asked.time)}, {"within_minutes", minutes_of(asked.within)},
                                                                {"definition", "leave_at"}, {"walking", method_of(world, {asked.place}, language)}, {"km2", std::round(area.km2 * 100) / 100}, {"cell_metres", area.cell_metres},
                                                                {"inside", inside_json(world, circle.inside)}, {"reason", area.reason ? json::Value(area.reason->in(language)) : json::Value(nullptr)}})}}));
  for (std::size_t s = 0; s < circle.reach.at.size(); ++s) {
    if (!circle.reach.reached(s)) continue;
    const auto& stop = stop_at(world, s);
    features.push_back(json::object({{"type", "Feature"}, {"geometry", json::object({{"type", "Point"}, {"coordinates", json::Array{stop.at.lon, stop.at.lat}}})},
                                     {"properties", json::object({{"stop", stop.id}, {"name", stop.name}, {"minutes", minutes_of(circle.reach.seconds(s))}, {"changes", circle.reach.changes[s]}})}}));
  }
  return json::object({{"type", "FeatureCollection"}, {"features", std::move(features)}});
}

}  // namespace jiaoji::mobility
