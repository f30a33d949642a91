#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "mobility/claim.h"

namespace jiaoji::mobility {

namespace {

// From one resident's door to a stop.
struct ToStop {
  std::int32_t stop = 0;
  Seconds seconds = 0;
};

std::string_view bare(std::string_view name) {
  for (const std::string_view suffix : {"市", "站"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

bool is_walk(const Door& door) { return door.kmh == 0; }
double kmh_of(const World& world, const Door& door) { return is_walk(door) ? world.network.options.walk_kmh : door.kmh; }
Seconds straight(const World& world, const Door& door, geo::Point a, geo::Point b) { return straight_line_seconds(a, b, kmh_of(world, door), world.network.options.detour); }

// On foot along streets, to the stops (`backward`) or from them: seconds of every point, kNone where it is too far. From a stop off all
// streets by the straight line, as circles do.
std::vector<Seconds> along_streets(const World& world, std::span<const std::int32_t> stops, Seconds most, bool backward) {
  std::vector<Start> starts;
  std::vector<geo::Point> off;
  for (const auto stop : stops) {
    if (const auto at = world.stops_on_streets.at[static_cast<std::size_t>(stop)]) starts.push_back({at, 0});
    else off.push_back(world.network.feed.stops[static_cast<std::size_t>(stop)].at);
  }
  std::vector<Seconds> out(world.points.size(), kNone);
  if (!starts.empty()) {
    Reached reached;
    travel(*world.streets, starts, {.walk_kmh = world.network.options.walk_kmh, .backward = backward}, most, reached);
    to_points(*world.streets, reached, world.points_on_streets, out);
  }
  for (const auto at : off) {
    for (std::size_t p = 0; p < out.size(); ++p) {
      const Seconds seconds = straight(world, {}, at, world.points.at[p]);
      if (seconds <= most && (out[p] == kNone || seconds < out[p])) out[p] = seconds;
    }
  }
  return out;
}

// Each resident's ways to stops: on foot to any from which one arrives in time, else to the stations of the place.
std::vector<std::vector<ToStop>> ways_to_stops(const World& world, const Residents& residents, const Place& place, const Door& door, const Profile& profile) {
  std::vector<std::vector<ToStop>> out(residents.points.size());
  const auto leads = [&](std::int32_t stop) { return !profile.of(stop).empty() || profile.on_foot[static_cast<std::size_t>(stop)] != kNever; };
  if (is_walk(door) && world.streets) {
    for (std::int32_t stop = 0; stop < static_cast<std::int32_t>(world.network.feed.stops.size()); ++stop) {
      if (!leads(stop)) continue;
      const auto seconds = along_streets(world, {&stop, 1}, door.most, true);
      for (std::size_t i = 0; i < out.size(); ++i) {
        if (seconds[residents.points[i]] != kNone) out[i].push_back({stop, seconds[residents.points[i]]});
      }
    }
    return out;
  }
  const double metres = door.most * kmh_of(world, door) / 3.6 / world.network.options.detour + 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = world.points.at[residents.points[i]];
    const auto take = [&](std::int32_t stop) {
      const Seconds seconds = straight(world, door, at, world.network.feed.stops[static_cast<std::size_t>(stop)].at);
      if (seconds <= door.most && leads(stop)) out[i].push_back({stop, seconds});
    };
    if (is_walk(door)) world.stops_near->within(at, metres, [&](std::uint32_t stop, double) { take(static_cast<std::int32_t>(stop)); });
    else std::ranges::for_each(place.stops, take);
  }
  return out;
}

// How far half of the place's residents live from their nearest station; kNone: farther than `most`, or nobody lives there.
Seconds egress_of(const World& world, const Place& place, const Door& door) {
  if (place.kind == PlaceKind::coordinate) return 0;  // it is a door itself
  const auto residents = residents_of(world, place);
  std::vector<Seconds> foot;
  if (is_walk(door) && world.streets) foot = along_streets(world, place.stops, door.most, false);
  std::vector<std::pair<Seconds, double>> far;
  double people = 0;
  for (const auto point : residents.points) {
    Seconds nearest = kNever;
    if (!foot.empty()) nearest = foot[point] == kNone ? kNever : foot[point];
    else for (const auto stop : place.stops) nearest = std::min(nearest, straight(world, door, world.network.feed.stops[static_cast<std::size_t>(stop)].at, world.points.at[point]));
    far.emplace_back(nearest, world.points.population[point]);
    people += world.points.population[point];
  }
  std::ranges::sort(far);
  double so_far = 0;
  for (const auto& [seconds, here] : far) {
    so_far += here;
    if (so_far * 2 >= people && people > 0) return seconds <= door.most ? seconds : kNone;
  }
  return kNone;
}

// One resident's journeys to the station, walk to the stop included, in the clock of the day.
Spread spread_of(const Profile& profile, std::span<const ToStop> ways, const Between& between, Seconds limit, std::vector<Journey>& scratch) {
  scratch.clear();
  Seconds on_foot = kNever;
  for (const auto& way : ways) {
    // The profile ran backward: its departures are negated arrivals.
    for (const auto& journey : profile.of(way.stop)) {
      if (const Seconds departure = -journey.arrival - way.seconds; departure >= between.from) scratch.push_back({departure, -journey.departure});
    }
    if (const Seconds walk = profile.on_foot[static_cast<std::size_t>(way.stop)]; walk != kNever) on_foot = std::min(on_foot, way.seconds + walk);
  }
  scratch = undominated(std::move(scratch));
  return spread(scratch, on_foot, between.from, between.to, limit);
}

void settle(Doors& doors, double people_share) {
  if (doors.people <= 0) return;
  doors.planned = doors.people_planned / doors.people >= people_share ? Truth::yes : Truth::no;
  doors.leave_at = doors.people_median / doors.people >= people_share ? Truth::yes : Truth::no;
}

void unknown_everywhere(Verdict& verdict, const Text& reason) {
  verdict.doors.reason = reason;
  for (auto& one : verdict.from) one.doors.reason = reason;
}

}  // namespace

Residents residents_of(const World& world, const Place& place) {
  Residents out;
  const auto name = bare(place.name);
  std::vector<bool> named(world.points.districts.size());
  if (place.kind != PlaceKind::coordinate && !name.empty()) {
    for (std::size_t d = 0; d < named.size(); ++d) {
      std::string_view district = world.points.districts[d];
      named[d] = district.starts_with(name);
      for (const std::string_view suffix : {"区", "县", "市"}) {
        if (district.ends_with(suffix)) district.remove_suffix(suffix.size());
      }
      named[d] = named[d] || district.ends_with(name);
      out.by_district = out.by_district || named[d];
    }
  }
  std::vector<geo::Point> around;
  for (const auto stop : place.stops) around.push_back(world.network.feed.stops[static_cast<std::size_t>(stop)].at);
  if (around.empty()) around.push_back(place.at);
  for (std::uint32_t p = 0; p < world.points.size(); ++p) {
    const auto district = world.points.district[p];
    const bool mine = out.by_district ? district != kNone && named[static_cast<std::size_t>(district)]
                                      : std::ranges::any_of(around, [&](geo::Point at) { return geo::distance_metres(at, world.points.at[p]) <= kResidentsMetres; });
    if (mine) out.points.push_back(p);
  }
  return out;
}

Text door_method(const World& world, const Door& door) {
  if (is_walk(door)) return walking_method(world);
  return {fmt::format("家门与车站之间按直线距离 × {}、时速 {} 公里、最多 {} 分钟（承诺文件里的假设）", world.network.options.detour, door.kmh, door.most / 60),
          fmt::format("between door and station by the straight line × {} at {} km/h, at most {} minutes (an assumption of the claim's file)", world.network.options.detour, door.kmh, door.most / 60)};
}

Result<void> judge_doors(const World& world, const TimetableOptions& options, Verdict& verdict) {
  const auto& claim = verdict.claim;
  if (world.points.size() == 0 || !world.points.has_population) return unknown_everywhere(verdict, {"没有载入人口点", "no population is loaded"}), Result<void>{};
  verdict.residents = {fmt::format("居民：区县名以地名开头或结尾的人口点；没有这样的区县时取车站 {} 公里以内", kResidentsMetres / 1000), fmt::format("residents: the points of districts whose name begins or ends with the place's; where there are none, those within {} km of its stations", kResidentsMetres / 1000)};
  verdict.egress = egress_of(world, verdict.to, claim.door);
  if (verdict.egress == kNone) {
    return unknown_everywhere(verdict, {fmt::format("“{}”的居民一半以上离车站超过 {} 分钟（或没有人口点）：请用 [door] kmh 写明怎样到离车站", verdict.to.name, claim.door.most / 60),
                                        fmt::format("half of the residents of \"{}\" live more than {} minutes from a station (or none are loaded): say with [door] kmh how one gets to and from stations", verdict.to.name, claim.door.most / 60)}), Result<void>{};
  }
  const Seconds limit = claim.within - verdict.egress;
  // Whoever leaves in the window and is in time is there before its end and the limit.
  TRY(const auto window, window_reach(world, {.place = verdict.to, .backward = true, .day = verdict.day, .from = claim.between.from, .to = claim.between.to + claim.within, .within = claim.within, .options = options}));
  std::vector<Journey> scratch;
  for (auto& one : verdict.from) {
    auto& doors = one.doors;
    const auto residents = residents_of(world, one.stations.from);
    const auto ways = ways_to_stops(world, residents, one.stations.from, claim.door, window.profile);
    for (std::size_t i = 0; i < residents.points.size(); ++i) {
      const double people = world.points.population[residents.points[i]];
      doors.people += people;
      if (ways[i].empty() || limit < 0) continue;
      const auto at = spread_of(window.profile, ways[i], claim.between, limit, scratch);
      if (at.planned <= limit) doors.people_planned += people;
      if (at.within * 2 >= at.departures) doors.people_median += people;
    }
    if (doors.people <= 0) doors.reason = {fmt::format("“{}”没有人口点", one.stations.from.name), fmt::format("no residents of \"{}\" are loaded", one.stations.from.name)};
    settle(doors, claim.people_share);
    verdict.doors.people += doors.people, verdict.doors.people_planned += doors.people_planned, verdict.doors.people_median += doors.people_median;
    if (verdict.doors.reason.en.empty()) verdict.doors.reason = doors.reason;
  }
  // Who is not loaded is not counted as in time: where a place has no residents, the whole stays unknown.
  if (verdict.doors.reason.en.empty()) settle(verdict.doors, claim.people_share);
  return {};
}

}  // namespace jiaoji::mobility
