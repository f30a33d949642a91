#include <algorithm>
#include <cmath>
#include <map>

#include "base/clock.h"
#include "mobility/answers.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

double degrees(double value) { return std::round(value * 1e5) / 1e5; }  // a metre

json::Value moment_json(const std::optional<Moment>& moment) { return moment ? json::Value(format_day_time(moment->day, moment->time)) : json::Value(nullptr); }

}  // namespace

json::Value profile_json(const World& world, const WindowAsked& asked, const WindowReach& window, Language language) {
  json::Array stops;
  const auto& rows = world.network.feed.stops;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const auto journeys = window.profile.of(static_cast<std::int32_t>(s));
    const Seconds walk = window.profile.on_foot[s];
    if (journeys.empty() && walk == kNever) continue;
    json::Array pairs;
    for (const auto& journey : journeys) {
      if (window.backward) pairs.insert(pairs.begin(), json::Array{-journey.departure, -journey.arrival});
      else pairs.push_back(json::Array{journey.departure, journey.arrival});
    }
    stops.push_back(json::object({{"stop", rows[s].id}, {"name", rows[s].name}, {"lat", degrees(rows[s].at.lat)}, {"lon", degrees(rows[s].at.lon)}, {"walk_seconds", walk == kNever ? json::Value(nullptr) : json::Value(walk)}, {"journeys", std::move(pairs)}}));
  }
  const auto& options = world.network.options;
  return json::object({{"place", place_json(world, asked.place)}, {"direction", asked.backward ? "to" : "from"}, {"date", format_day(asked.day)}, {"between", format_time_of_day(asked.from) + "-" + format_time_of_day(asked.to)},
                       {"definition", "leave_at"}, {"walking", method_of(world, {asked.place}, language)}, {"walk_metres_per_second", options.walk_kmh / 3.6 / options.detour}, {"walk_seconds_max", kWalkSecondsMax}, {"stops", std::move(stops)}});
}

json::Value network_json(const World& world, Day day) {
  const auto& feed = world.network.feed;
  json::Array stops, lines;
  std::vector<std::int32_t> number(feed.stops.size(), kNone);
  for (std::size_t p = 0; p + 1 < world.network.pattern_first.size(); ++p) {
    std::map<std::int32_t, int> trips;  // of each route
    for (auto i = world.network.pattern_first[p]; i < world.network.pattern_first[p + 1]; ++i) {
      const auto& trip = feed.trips[world.network.trip_order[i]];
      if (feed.services[static_cast<std::size_t>(trip.service)].on(day)) ++trips[trip.route];
    }
    if (trips.empty()) continue;
    const auto& example = feed.trips[world.network.trip_order[world.network.pattern_first[p]]];
    json::Array through;
    for (std::uint32_t i = 0; i < example.count; ++i) {
      auto& n = number[static_cast<std::size_t>(feed.stop_times[example.first + i].stop)];
      if (n == kNone) {
        const auto& stop = feed.stops[static_cast<std::size_t>(feed.stop_times[example.first + i].stop)];
        n = static_cast<std::int32_t>(stops.size());
        stops.push_back(json::object({{"stop", stop.id}, {"name", stop.name}, {"city", stop.city}, {"lat", degrees(stop.at.lat)}, {"lon", degrees(stop.at.lon)}}));
      }
      through.push_back(n);
    }
    int all = 0;
    for (const auto& [route, count] : trips) all += count;
    const auto& route = feed.routes[static_cast<std::size_t>(trips.begin()->first)];
    lines.push_back(json::object({{"name", route.name}, {"type", route.type}, {"trips", all}, {"stops", std::move(through)}}));
  }
  return json::object({{"date", format_day(day)}, {"stops", std::move(stops)}, {"lines", std::move(lines)}});
}

json::Value points_json(const World& world) {
  json::Array points, districts;
  for (const auto& name : world.points.districts) districts.push_back(name);
  for (std::size_t p = 0; p < world.points.size(); ++p) {
    points.push_back(json::Array{degrees(world.points.at[p].lat), degrees(world.points.at[p].lon), world.points.population[p], world.points.jobs[p], world.points.district[p]});
  }
  return json::object({{"districts", std::move(districts)}, {"points", std::move(points)}});
}

json::Value zone_json(const Zone& zone, const ZoneAnswer& answer) {
  return json::object({{"id", zone.id}, {"name", zone.name}, {"hours", zone.hours.text}, {"geometry", multipolygon(zone.polygons)}, {"inside", answer.inside}, {"open", answer.open}, {"edge_metres", std::round(answer.edge_metres)},
                       {"edge", json::object({{"lat", answer.edge.lat}, {"lon", answer.edge.lon}})}, {"closes", moment_json(answer.closes)}, {"opens", moment_json(answer.opens)}});
}

json::Value people_json(const PeopleOverWindow& people) {
  return json::object({{"departures", people.departures}, {"best", people.best}, {"median", people.median}, {"p10", people.p10}, {"at_half", people.at_half}, {"jobs_best", people.jobs_best}, {"jobs_median", people.jobs_median},
                       {"jobs_p10", people.jobs_p10}, {"jobs_at_half", people.jobs_at_half}});
}

}  // namespace jiaoji::mobility
