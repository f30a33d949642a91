#include "mobility/travel.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

constexpr Seconds kFrom = 6 * 3600, kTo = 22 * 3600;

std::string rides(const World& world, const Way& way) {
  std::string out;
  for (std::size_t i = 0; i < way.legs.size(); ++i) {
    const auto& leg = way.legs[i];
    if (leg.on_foot) continue;
    const auto& trip = world.network.feed.trips[way.runs[i].trip];
    const auto name = [&](std::int32_t stop) { return world.network.feed.stops[static_cast<std::size_t>(stop)].name; };
    out += fmt::format("{}{} {} → {} {} ({})", out.empty() ? "" : "; ", name(leg.from), format_time_of_day(leg.departure), name(leg.to), format_time_of_day(leg.arrival),
                       trip.name.empty() ? world.network.feed.routes[static_cast<std::size_t>(trip.route)].name : trip.name);
  }
  return out;
}

}  // namespace

std::optional<Travel> TravelTimes::find(const std::string& from, const std::string& to) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find({from, to}); kept != kept_.end()) return kept->second;
  }
  auto found = ask(from, to);
  const std::lock_guard lock(mutex_);
  constexpr std::size_t kKeptMax = 10'000;
  if (kept_.size() >= kKeptMax) kept_.clear();
  return kept_.emplace(std::pair(from, to), std::move(found)).first->second;
}

std::optional<Travel> TravelTimes::ask(const std::string& from, const std::string& to) const {
  if (from == to) return Travel{0, {"同城", "the same city"}};
  const auto a = find_place(world_->network, from), b = find_place(world_->network, to);
  if (!a || !b) return {};
  const auto ways = routes(*world_, {.from = *a, .to = *b, .day = day_, .time = kFrom, .window = kTo - kFrom, .options = {}, .most = 500});
  if (!ways || ways->empty()) return {};
  const auto best = std::ranges::min_element(*ways, {}, [](const Way& way) { return std::pair(way.arrival - way.departure, way.departure); });
  const Seconds seconds = best->arrival - best->departure;
  const auto legs = rides(*world_, *best), day = format_day(day_);
  return Travel{seconds, {fmt::format("最快 {} 分钟：{}；{} 06:00–22:00 最好的一班，不含等候", minutes_up(seconds), legs, day),
                          fmt::format("{} minutes at best: {}; the best departure of {} 06:00–22:00, no wait before it", minutes_up(seconds), legs, day)}};
}

}  // namespace jiaoji::mobility
