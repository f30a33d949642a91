#include "mobility/circle.h"

#include <algorithm>
#include <cmath>

namespace jiaoji::mobility {

namespace {

std::vector<Source> sources_of(const World& world, const Place& place, const std::vector<Seconds>& seconds, Seconds limit) {
  std::vector<Source> out;
  if (place.kind == PlaceKind::coordinate) out.push_back({place.at, std::min(limit, kWalkSecondsMax)});
  for (std::size_t s = 0; s < seconds.size(); ++s) {
    if (seconds[s] > limit) continue;
    out.push_back({world.network.feed.stops[s].at, std::min(limit - seconds[s], kWalkSecondsMax), world.streets ? &world.stops_on_streets.at[s] : nullptr});
  }
  return out;
}

void by_straight_line(const World& world, std::span<const Source> sources, Seconds limit, std::vector<Seconds>& out) {
  const auto& options = world.network.options;
  for (const auto& source : sources) {
    const double metres = source.left * options.walk_kmh / 3.6 / options.detour + 1;
    world.points_near->within(source.at, metres, [&](std::uint32_t point, double) {
      const Seconds walk = straight_line_seconds(source.at, world.points.at[point], options.walk_kmh, options.detour);
      if (walk > source.left) return;
      const Seconds seconds = limit - source.left + walk;
      if (out[point] == kNone || seconds < out[point]) out[point] = seconds;
    });
  }
}

}  // namespace

std::vector<Seconds> seconds_to_points(const World& world, const Place& place, const std::vector<Seconds>& seconds_to_stops, Seconds limit, bool backward) {
  std::vector<Seconds> out(world.points.size(), kNone);
  if (out.empty()) return out;
  const auto sources = sources_of(world, place, seconds_to_stops, limit);
  if (!world.streets) return by_straight_line(world, sources, limit, out), out;
  std::vector<jiaoji::mobility::Start> starts;
  std::vector<Source> off;
  for (const auto& source : sources) {
    if (const auto at = source.on ? *source.on : snap(*world.streets, source.at, Mode::walk)) starts.push_back({at, limit - source.left});
    else off.push_back(source);
  }
  Reached reached;
  travel(*world.streets, starts, {.walk_kmh = world.network.options.walk_kmh, .backward = backward}, limit, reached);
  to_points(*world.streets, reached, world.points_on_streets, out);
  by_straight_line(world, off, limit, out);
  return out;
}

Result<Circle> circle(const World& world, const Asked& asked) {
  TRY(auto reached, reach(world, asked));
  std::vector<Seconds> seconds(reached.at.size());
  for (std::size_t s = 0; s < seconds.size(); ++s) seconds[s] = reached.seconds(s);
  Circle out{.reach = std::move(reached), .sources = sources_of(world, asked.place, seconds, asked.within)};
  out.inside = inside(world.points, seconds_to_points(world, asked.place, seconds, asked.within, asked.backward), asked.within);
  return out;
}

Area shape_of(const World& world, const Circle& circle) {
  const AreaOptions options{.kmh = world.network.options.walk_kmh, .detour = world.network.options.detour};
  auto sources = circle.sources;
  std::erase_if(sources, [](const Source& source) { return source.left <= 0; });  // reached just in time: a point has no area
  if (!world.streets) return disc_area(sources, options);
  Reached scratch;
  return street_area(*world.streets, sources, options, scratch);
}

PeopleOverWindow people_over_window(const World& world, const Place& place, const WindowReach& window, Seconds within, Seconds step) {
  std::vector<double> people, jobs;
  std::vector<int> times(world.points.size());
  std::vector<Seconds> seconds(world.network.feed.stops.size());
  // A walk along streets costs some milliseconds: no more departures than these.
  constexpr Seconds kDeparturesMax = 64;
  if (world.streets) step = std::max(step, (window.to - window.from + kDeparturesMax - 1) / kDeparturesMax);
  for (Seconds time = window.from; time < window.to; time += step) {
    for (std::size_t s = 0; s < seconds.size(); ++s) {
      const Seconds at = window.profile.arrival(static_cast<std::int32_t>(s), time);
      seconds[s] = at == kNever ? kNever : at - time;
    }
    const auto reached = seconds_to_points(world, place, seconds, within, window.backward);
    people.push_back(0), jobs.push_back(0);
    for (std::size_t p = 0; p < reached.size(); ++p) {
      if (reached[p] == kNone) continue;
      ++times[p];
      people.back() += world.points.population[p], jobs.back() += world.points.jobs[p];
    }
  }
  PeopleOverWindow out{.departures = static_cast<int>(people.size())};
  if (people.empty()) return out;
  for (std::size_t p = 0; p < times.size(); ++p) {
    if (times[p] * 2 >= out.departures && times[p] > 0) out.at_half += world.points.population[p], out.jobs_at_half += world.points.jobs[p];
  }
  const auto rank = [](std::vector<double>& values, double q) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(std::max(1.0, std::ceil(q * static_cast<double>(values.size())))) - 1];
  };
  out.best = rank(people, 1), out.median = rank(people, 0.5), out.p10 = rank(people, 0.1);
  out.jobs_best = rank(jobs, 1), out.jobs_median = rank(jobs, 0.5), out.jobs_p10 = rank(jobs, 0.1);
  return out;
}

}  // namespace jiaoji::mobility
