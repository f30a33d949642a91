#include <algorithm>
#include <cmath>
#include <ranges>
#include <unordered_map>

#include "base/clock.h"
#include "mobility/scenario.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

// One world's answer to the question.
struct Half {
  Place place;
  WindowReach window;
  Circle circle;
  People planned;
};

// The shortest of setting out at any moment of the window, its end included: whoever would have left just before it may find a better
// train just after it, and without the end a further train could make the window look worse.
Seconds planned_at(const WindowReach& window, std::size_t stop, Seconds within) {
  Seconds out = spread_at(window, static_cast<std::int32_t>(stop), within).planned;
  const auto journeys = window.profile.of(static_cast<std::int32_t>(stop));
  if (!journeys.empty() && journeys.back().departure == window.to) out = std::min(out, journeys.back().arrival - window.to);
  return out;
}

Result<Half> half_of(const World& world, const WhatIfAsked& asked) {
  Half out;
  TRY(out.place, find_place(world.network, asked.place));
  TRY(out.window, window_reach(world, {.place = out.place, .day = asked.day, .from = asked.between.from, .to = asked.between.to, .within = asked.within, .options = asked.options}));
  TRY(out.circle, circle(world, {.place = out.place, .day = asked.day, .time = asked.time, .within = asked.within, .options = asked.options}));
  if (world.points.size() == 0) return out;
  std::vector<Seconds> planned(world.network.feed.stops.size());
  for (std::size_t s = 0; s < planned.size(); ++s) planned[s] = planned_at(out.window, s, asked.within);
  const auto counted = inside(world.points, seconds_to_points(world, out.place, planned, asked.within, false), asked.within).within;
  out.planned = {counted.people, counted.jobs};
  return out;
}

void take_times(const Half& half, std::size_t stop, Seconds within, Seconds& planned, Seconds& median, Seconds& leave_at) {
  planned = planned_at(half.window, stop, within);
  median = spread_at(half.window, static_cast<std::int32_t>(stop), within).median;
  leave_at = half.circle.reach.seconds(stop);  // within the limit, else kNever
}

bool is_in(Seconds seconds, Seconds within) { return seconds != kNever && seconds <= within; }

json::Value minutes_or_null(Seconds seconds) { return seconds == kNever ? json::Value(nullptr) : json::Value(minutes_of(seconds)); }
json::Value times_json(const Times& times) {
  return json::object({{"before", minutes_or_null(times.before)}, {"after", minutes_or_null(times.after)},
                       {"saved", times.before == kNever || times.after == kNever ? json::Value(nullptr) : json::Value(minutes_of(times.before - times.after))}});
}
json::Value people_json(const World& world, const People& before, const People& after) {
  if (world.points.size() == 0) return nullptr;
  const auto row = [](double a, double b) { return json::object({{"before", std::round(a)}, {"after", std::round(b)}, {"more", std::round(b) - std::round(a)}}); };
  return json::object({{"people", row(before.people, after.people)}, {"jobs", row(before.jobs, after.jobs)}});
}
json::Value sources_json(const std::vector<Source>& sources) {
  json::Array out;
  for (const auto& source : sources) out.push_back(json::object({{"lat", source.at.lat}, {"lon", source.at.lon}, {"left_minutes", minutes_of(source.left)}}));
  return out;
}

json::Value service_json(const ChangedService& service, std::uint32_t line) {
  json::Array names, stops;
  for (const auto& name : service.names | std::views::take(kServiceNamesShown)) names.push_back(name);
  for (const auto& stop : service.stops) stops.push_back(json::object({{"stop", stop.id}, {"name", stop.name}, {"lat", stop.at.lat}, {"lon", stop.at.lon}}));
  return json::object({{"change", to_string(service.kind)}, {"line", static_cast<std::int64_t>(line)}, {"names", std::move(names)}, {"names_left_out", static_cast<std::int64_t>(service.names.size() - std::min(service.names.size(), kServiceNamesShown))}, {"trips", service.trips}, {"stops", std::move(stops)}});
}

}  // namespace

Result<std::shared_ptr<World>> world_with(const World& world, Feed feed) {
  TRY(auto network, build_network({std::move(feed)}, world.network.options));
  auto out = std::make_shared<World>(std::move(network));
  out->streets = world.streets, out->points = world.points, out->points_on_streets = world.points_on_streets, out->zones = world.zones;
  finish(*out);
  return out;
}

Result<Difference> compare(const World& before, const World& after, const WhatIfAsked& asked) {
  TRY(auto old, half_of(before, asked));
  TRY(auto now, half_of(after, asked));
  Difference out{.place = now.place};
  const auto& stops = after.network.feed.stops;
  const auto& old_stops = before.network.feed.stops;
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (std::size_t s = 0; s < old_stops.size(); ++s) by_id.emplace(old_stops[s].id, s);
  for (std::size_t s = 0; s < stops.size(); ++s) {
    StopDifference row{.stop = static_cast<std::int32_t>(s), .id = stops[s].id, .name = stops[s].name, .at = stops[s].at};
    take_times(now, s, asked.within, row.planned.after, row.median.after, row.leave_at.after);
    if (const auto same = by_id.find(stops[s].id); same != by_id.end()) take_times(old, same->second, asked.within, row.planned.before, row.median.before, row.leave_at.before);
    if (row.planned.before == kNever && row.planned.after == kNever && row.leave_at.before == kNever && row.leave_at.after == kNever) continue;
    const auto count = [&](const Times& times, int& newly, int& lost) {
      newly += !is_in(times.before, asked.within) && is_in(times.after, asked.within);
      lost += is_in(times.before, asked.within) && !is_in(times.after, asked.within);
    };
    count(row.planned, out.newly_planned, out.lost_planned);
    count(row.leave_at, out.newly, out.lost);
    out.stops.push_back(std::move(row));
  }
  out.planned_before = old.planned, out.planned_after = now.planned;
  out.before = std::move(old.circle), out.after = std::move(now.circle);
  return out;
}

json::Value compare_json(const World& after, const WhatIfAsked& asked, const Difference& difference, const Scenario& scenario, const std::vector<Change>& changes, Language language) {
  json::Array done, rows, services;
  std::size_t left_out = 0;
  for (const auto& change : changes) done.push_back(json::object({{"line", static_cast<std::int64_t>(change.line)}, {"words", change.words.in(language)}, {"added", change.added}, {"removed", change.removed}, {"changed", change.changed}}));
  for (const auto& change : changes) {
    for (const auto& service : change.services) {
      if (services.size() < kServicesShown) services.push_back(service_json(service, change.line));
      else ++left_out;
    }
  }
  const auto state = [&](const Times& times) { return !is_in(times.before, asked.within) && is_in(times.after, asked.within) ? "new" : is_in(times.before, asked.within) && !is_in(times.after, asked.within) ? "lost" : "same"; };
  for (const auto& stop : difference.stops) {
    rows.push_back(json::object({{"stop", stop.id}, {"name", stop.name}, {"lat", stop.at.lat}, {"lon", stop.at.lon}, {"planned", times_json(stop.planned)}, {"median", times_json(stop.median)}, {"leave_at", times_json(stop.leave_at)},
                                 {"circle_planned", state(stop.planned)}, {"circle_leave_at", state(stop.leave_at)}}));
  }
  const auto people = [](const Circle& circle) { return People{circle.inside.within.people, circle.inside.within.jobs}; };
  const Text planned{"时段内（含终点时刻）最好的一次出发", "the best moment of the window to set out, its end included"}, median{"时段内每一分钟出发的中位，含等候", "the median of setting out at every minute of the window, waits included"},
      leave_at{"在这一时刻出发，含等候；超出时限的为空", "setting out at this time, waits included; null beyond the limit"};
  return json::object({{"title", scenario.title.in(language)}, {"note", scenario.note}, {"from", place_json(after, difference.place)}, {"depart", format_day_time(asked.day, asked.time)},
                       {"between", format_time_of_day(asked.between.from) + "-" + format_time_of_day(asked.between.to)}, {"within_minutes", minutes_of(asked.within)},
                       {"definitions", json::object({{"planned", planned.in(language)}, {"median", median.in(language)}, {"leave_at", leave_at.in(language)}})}, {"walking", walking_method(after).in(language)},
                       {"changes", std::move(done)}, {"services", std::move(services)}, {"services_left_out", static_cast<std::int64_t>(left_out)},
                       {"stops_in_circle", json::object({{"planned", json::object({{"new", difference.newly_planned}, {"lost", difference.lost_planned}})}, {"leave_at", json::object({{"new", difference.newly}, {"lost", difference.lost}})}})},
                       {"inside", json::object({{"planned", people_json(after, difference.planned_before, difference.planned_after)}, {"leave_at", people_json(after, people(difference.before), people(difference.after))}})},
                       {"circle", json::object({{"before", sources_json(difference.before.sources)}, {"after", sources_json(difference.after.sources)}})}, {"stops", std::move(rows)}});
}

}  // namespace jiaoji::mobility
