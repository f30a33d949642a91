#include "mobility/world.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::mobility {

namespace {

std::vector<geo::Point> places_of(const Network& network) {
  std::vector<geo::Point> out;
  out.reserve(network.feed.stops.size());
  for (const auto& stop : network.feed.stops) out.push_back(stop.at);
  return out;
}

double kmh_of(const World& world, Mode mode) { return mode == Mode::walk ? world.network.options.walk_kmh : mode == Mode::cycle ? kCycleKmh : kDriveKmh; }
double metres_in(const World& world, Mode mode, Seconds seconds) { return seconds * kmh_of(world, mode) / 3.6 / world.network.options.detour; }
const SnappedPoints& stops_for(const World& world, Mode mode) { return mode == Mode::walk ? world.stops_on_streets : mode == Mode::cycle ? world.stops_for_cycles : world.stops_for_cars; }
constexpr const char* kModes[] = {"walk", "cycle", "drive"};

}  // namespace

Result<Days::Pointer> Days::of(const Network& network, Day day, const TimetableOptions& options, bool reversed) {
  const auto same = [&](const Kept& kept) { return kept.day == day && kept.reversed == reversed && kept.options == options; };
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = std::ranges::find_if(kept_, same); it != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, it);
      return it->timetable;
    }
  }
  // Built outside of the lock: two who ask for the same new day build it twice, and one is thrown away.
  TRY(auto built, timetable_of(network, day, options));
  auto timetable = std::make_shared<const Timetable>(reversed ? reverse(built) : std::move(built));
  const std::lock_guard lock(mutex_);
  if (std::ranges::find_if(kept_, same) == kept_.end()) kept_.push_front({day, options, reversed, timetable});
  if (kept_.size() > kDaysKept) kept_.pop_back();
  return timetable;
}

void finish(World& world) {
  const auto stops = places_of(world.network);
  world.stops_near.emplace(stops, 500);
  world.points_near.emplace(world.points.at, 500);
  if (!world.streets) return;
  world.stops_on_streets = snap_all(*world.streets, stops, Mode::walk);
  world.stops_for_cycles = snap_all(*world.streets, stops, Mode::cycle);
  world.stops_for_cars = snap_all(*world.streets, stops, Mode::drive);
  if (world.points_on_streets.at.size() != world.points.size()) world.points_on_streets = snap_all(*world.streets, world.points.at, Mode::walk);
}

Seconds walk_seconds(const World& world, geo::Point from, geo::Point to, Seconds limit) {
  if (straight_line_seconds(from, to, world.network.options.walk_kmh, 1) > limit) return kNone;  // no street is shorter than that
  const Seconds straight = straight_line_seconds(from, to, world.network.options.walk_kmh, world.network.options.detour);
  if (!world.streets) return straight <= limit ? straight : kNone;
  const auto a = snap(*world.streets, from, Mode::walk), b = snap(*world.streets, to, Mode::walk);
  if (!a || !b) return straight <= limit ? straight : kNone;
  Reached scratch;
  return seconds(*world.streets, a, b, {.walk_kmh = world.network.options.walk_kmh}, limit, scratch);
}

std::vector<Access> accesses(const World& world, const Place& place, Seconds limit, bool backward) {
  std::vector<Access> out;
  for (const auto stop : place.stops) out.push_back({.stop = stop});
  if (place.kind != PlaceKind::coordinate) return out;
  limit = std::min(limit, kWalkSecondsMax);
  const auto& stops = world.network.feed.stops;
  const auto beside = world.streets ? snap(*world.streets, place.at, place.access) : Snap{};
  if (!beside) {
    world.stops_near->within(place.at, metres_in(world, place.access, limit), [&](std::uint32_t stop, double) {
      const Seconds walk = straight_line_seconds(place.at, stops[stop].at, kmh_of(world, place.access), world.network.options.detour);
      if (walk <= limit && stops[stop].type != LocationType::station) out.push_back({static_cast<std::int32_t>(stop), walk, true});
    });
    std::ranges::sort(out, {}, &Access::stop);
    return out;
  }
  Reached reached;
  const jiaoji::mobility::Start start{beside, 0};
  travel(*world.streets, {&start, 1}, {.mode = place.access, .walk_kmh = world.network.options.walk_kmh, .backward = backward}, limit, reached);
  std::vector<Seconds> walks;
  to_points(*world.streets, reached, stops_for(world, place.access), walks);
  for (std::size_t s = 0; s < walks.size(); ++s) {
    if (walks[s] != kNone && stops[s].type != LocationType::station) out.push_back({static_cast<std::int32_t>(s), walks[s], true});
  }
  return out;
}

std::optional<Mode> parse_mode(std::string_view text) {
  for (std::size_t m = 0; m < std::size(kModes); ++m) {
    if (text == kModes[m]) return static_cast<Mode>(m);
  }
  return {};
}

const char* to_string(Mode mode) { return kModes[static_cast<std::size_t>(mode)]; }

Text access_method(const World& world, const Place& place) {
  if (place.kind != PlaceKind::coordinate || place.access == Mode::walk) return {};
  const bool cycle = place.access == Mode::cycle;
  const Text how = world.streets ? Text{cycle ? "沿街道" : "沿街道，按道路限速的八成", cycle ? "along streets" : "along streets at four fifths of their limits"}
                                 : Text{fmt::format("按直线距离 × {}", world.network.options.detour), fmt::format("by the straight line × {}", world.network.options.detour)};
  const std::string kmh = cycle || !world.streets ? fmt::format("{}", kmh_of(world, place.access)) : "";
  return {fmt::format("{}到站，{}{}", cycle ? "骑车" : "开车", how.zh, kmh.empty() ? "" : "，时速 " + kmh + " 公里"), fmt::format("{} to the stop, {}{}", cycle ? "cycling" : "driving", how.en, kmh.empty() ? "" : " at " + kmh + " km/h")};
}

Text walking_method(const World& world) {
  const auto& options = world.network.options;
  if (world.streets) return {fmt::format("步行沿街道，时速 {} 公里；站间换乘按直线距离 × {}", options.walk_kmh, options.detour), fmt::format("on foot along streets at {} km/h; changes between stops by the straight line × {}", options.walk_kmh, options.detour)};
  return {fmt::format("步行按直线距离 × {}，时速 {} 公里（未载入街道）", options.detour, options.walk_kmh), fmt::format("on foot by the straight line × {} at {} km/h (no streets are loaded)", options.detour, options.walk_kmh)};
}

}  // namespace jiaoji::mobility
