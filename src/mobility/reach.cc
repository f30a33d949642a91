#include "mobility/reach.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "mobility/times.h"

namespace jiaoji::mobility {

// Windows are asked at every whole minute from their beginning on; with time turned round that is a minute after the negated end.
constexpr Seconds kMinute = 60;

Result<Reach> reach(const World& world, const Asked& asked) {
  TRY(const auto timetable, world.days.of(world.network, asked.day, asked.options, asked.backward));
  Search search(*timetable);
  const Seconds depart = asked.backward ? -asked.time : asked.time;
  search.run(accesses(world, asked.place, asked.within, asked.backward), depart, {.latest = depart + asked.within});
  Reach out{.at = std::vector<Seconds>(timetable->stops, kNever), .changes = std::vector<int>(timetable->stops), .backward = asked.backward, .time = asked.time};
  for (std::size_t s = 0; s < out.at.size(); ++s) {
    const Seconds at = search.arrival(static_cast<std::int32_t>(s));
    if (at == kNever) continue;
    out.at[s] = asked.backward ? -at : at;
    out.changes[s] = search.changes(static_cast<std::int32_t>(s));
  }
  return out;
}

Result<WindowReach> window_reach(const World& world, const WindowAsked& asked) {
  TRY(const auto timetable, world.days.of(world.network, asked.day, asked.options, asked.backward));
  Search search(*timetable);
  WindowReach out{.backward = asked.backward, .from = asked.backward ? kMinute - asked.to : asked.from, .to = asked.backward ? kMinute - asked.from : asked.to};
  const Seconds far = std::max(asked.within, kWalkSecondsMax);
  out.profile = profile(*timetable, search, accesses(world, asked.place, far, asked.backward), out.from, out.to, {.latest = out.to + kNoLimit});
  return out;
}

Spread spread_at(const WindowReach& window, std::int32_t stop, Seconds within) {
  auto out = spread(window.profile.of(stop), window.profile.on_foot[static_cast<std::size_t>(stop)], window.from, window.to, within);
  if (window.backward) {
    std::swap(out.first, out.last);
    if (out.first) out.first = -*out.first;
    if (out.last) out.last = -*out.last;
  }
  return out;
}

namespace {

// A journey to the place itself: to one of its stops and on from there.
struct Arrival {
  Journey journey;
  Access access;
};

std::vector<Arrival> arrivals_at(const Profile& profile, std::span<const Access> ends, Seconds to) {
  std::vector<Arrival> all;
  for (const auto& end : ends) {
    for (const auto& journey : profile.of(end.stop)) {
      if (journey.departure < to) all.push_back({{journey.departure, journey.arrival + end.seconds}, end});
    }
  }
  return undominated(std::move(all), [](const Arrival& one) { return one.journey; });
}

const Access* best_end(const Search& search, std::span<const Access> ends) {
  const Access* best = nullptr;
  const auto at = [&](const Access& end) { return search.arrival(end.stop) == kNever ? kNever : search.arrival(end.stop) + end.seconds; };
  for (const auto& end : ends) {
    if (at(end) == kNever) continue;
    if (!best || std::pair(at(end), search.changes(end.stop)) < std::pair(at(*best), search.changes(best->stop))) best = &end;
  }
  return best;
}

// Nobody waits at the first stop: setting out, and the walks before the first ride, move up to it.
void leave_just_in_time(Way& way) {
  const auto ride = std::ranges::find(way.legs, false, &Leg::on_foot);
  if (ride == way.legs.end()) return;
  const Seconds there = ride == way.legs.begin() ? way.departure : std::prev(ride)->arrival;
  const Seconds wait = ride->departure - there;
  way.departure += wait;
  for (auto leg = way.legs.begin(); leg != ride; ++leg) leg->departure += wait, leg->arrival += wait;
}

// The legs from one place to the other, walks at both ends included.
Way way_of(const Timetable& timetable, const Search& search, std::span<const Access> starts, const Access& end, Seconds depart) {
  Way out{.departure = depart, .arrival = search.arrival(end.stop) + end.seconds, .changes = search.changes(end.stop), .legs = search.legs(end.stop)};
  const auto first = out.legs.empty() ? end.stop : out.legs.front().from;
  const auto start = std::ranges::find_if(starts, [&](const Access& access) { return access.stop == first; });
  // A walk that begins a journey starts with the journey; the search only knows that it is in time for the first ride.
  if (!out.legs.empty() && out.legs.front().on_foot) {
    const Seconds walk = out.legs.front().arrival - out.legs.front().departure;
    out.legs.front().departure = depart, out.legs.front().arrival = depart + walk;
  }
  if (start != starts.end() && start->on_foot) {
    out.legs.insert(out.legs.begin(), Leg{.on_foot = true, .from = kNone, .to = first, .departure = depart, .arrival = depart + start->seconds});
  }
  if (end.on_foot) out.legs.push_back({.on_foot = true, .from = end.stop, .to = kNone, .departure = out.arrival - end.seconds, .arrival = out.arrival});
  for (const auto& leg : out.legs) out.runs.push_back(leg.on_foot ? Run{} : timetable.runs[leg.run]);
  leave_just_in_time(out);
  return out;
}

// `on_foot`: by the ways on foot between stops, kNever when there is none.
void walk_all_the_way(const World& world, const RouteAsked& asked, Seconds on_foot, std::vector<Way>& out) {
  Seconds walk = on_foot;
  if (asked.from.kind == PlaceKind::coordinate || asked.to.kind == PlaceKind::coordinate) {
    const Seconds straight = walk_seconds(world, asked.from.at, asked.to.at, kWalkSecondsMax);
    if (straight != kNone) walk = std::min(walk, straight);
  }
  const bool there = std::ranges::find_first_of(asked.from.stops, asked.to.stops) != asked.from.stops.end();
  if (walk == kNever || there) return;
  const Leg leg{.on_foot = true, .from = kNone, .to = kNone, .departure = asked.time, .arrival = asked.time + walk};
  out.insert(out.begin(), Way{.departure = asked.time, .arrival = asked.time + walk, .legs = {leg}, .runs = {Run{}}});
}

Seconds on_foot(const Profile& profile, std::span<const Access> ends) {
  Seconds best = kNever;
  for (const auto& end : ends) {
    const Seconds walk = profile.on_foot[static_cast<std::size_t>(end.stop)];
    if (walk != kNever) best = std::min(best, walk + end.seconds);
  }
  return best;
}

}  // namespace

Nearest nearest(const World& world, const Place& place, Seconds within) {
  Nearest out{.place = place, .within = within, .count = 0, .stops = accesses(world, {.kind = PlaceKind::coordinate, .asked = place.asked, .name = place.name, .at = place.at, .stops = {}}, within, false)};
  std::ranges::stable_sort(out.stops, {}, &Access::seconds);
  out.count = out.stops.size();
  if (out.count > kNearestMost) out.stops.resize(kNearestMost);
  return out;
}

Result<std::vector<Way>> routes(const World& world, const RouteAsked& asked) {
  TRY(const auto timetable, world.days.of(world.network, asked.day, asked.options, false));
  Search search(*timetable);
  const auto starts = accesses(world, asked.from, kWalkSecondsMax, false), ends = accesses(world, asked.to, kWalkSecondsMax, true);
  const Seconds to = asked.time + asked.window;
  const auto window = profile(*timetable, search, starts, asked.time, to, {.latest = to + kNoLimit});
  auto found = arrivals_at(window, ends, to);
  if (found.empty()) {
    // Nothing leaves within the window: the next that does, however late.
    const Seconds far = asked.time + kDaySeconds;
    found = arrivals_at(profile(*timetable, search, starts, to, far, {.latest = far + kNoLimit}), ends, far);
    if (found.size() > 1) found.resize(1);
  }
  std::vector<Way> out;
  for (const auto& one : found) {
    if (out.size() >= asked.most) break;
    for (int changes_max = 250; changes_max >= 0;) {
      search.run_with_legs(starts, one.journey.departure, {.changes_max = changes_max});
      const auto* end = best_end(search, ends);
      if (!end) break;
      auto way = way_of(*timetable, search, starts, *end, one.journey.departure);
      if (std::ranges::all_of(way.legs, &Leg::on_foot)) break;  // walking all the way is told once, below
      changes_max = way.changes - 1;
      if (way.departure >= asked.time + asked.window && &one != &found.front()) continue;  // a later window's
      // A way with fewer changes that leaves with this departure only because it waits is that of a later one.
      if (std::ranges::none_of(out, [&](const Way& other) { return other.departure >= way.departure && other.arrival <= way.arrival && other.changes <= way.changes; })) out.push_back(std::move(way));
    }
  }
  std::erase_if(out, [&](const Way& way) {
    return std::ranges::any_of(out, [&](const Way& other) { return other.departure > way.departure && other.arrival <= way.arrival && other.changes <= way.changes; });
  });
  walk_all_the_way(world, asked, on_foot(window, ends), out);
  return out;
}

namespace {

void matrix_row(const World& world, const Timetable& timetable, Search& search, const MatrixAsked& asked, std::span<const std::vector<Access>> ends, std::size_t row, std::vector<Seconds>& out) {
  const auto starts = accesses(world, asked.from[row], kWalkSecondsMax, false);
  const auto close = [&](std::size_t column, Seconds seconds) {
    const auto& from = asked.from[row];
    const auto& to = asked.to[column];
    if (from.kind == PlaceKind::coordinate || to.kind == PlaceKind::coordinate) {
      const Seconds walk = walk_seconds(world, from.at, to.at, kWalkSecondsMax);
      if (walk != kNone) seconds = std::min(seconds, walk);
    }
    out[column] = seconds;
  };
  if (asked.until) {
    const auto window = profile(timetable, search, starts, asked.time, *asked.until, {.latest = *asked.until + kNoLimit});
    for (std::size_t column = 0; column < ends.size(); ++column) {
      Seconds best = kNever;
      for (const auto& end : ends[column]) {
        const Seconds walk = window.on_foot[static_cast<std::size_t>(end.stop)];
        if (walk != kNever) best = std::min(best, walk + end.seconds);
        for (const auto& journey : window.of(end.stop)) {
          if (journey.departure < *asked.until) best = std::min(best, journey.arrival + end.seconds - journey.departure);
        }
      }
      close(column, best);
    }
    return;
  }
  search.run(starts, asked.time, {.latest = asked.time + kNoLimit});
  for (std::size_t column = 0; column < ends.size(); ++column) {
    const auto* end = best_end(search, ends[column]);
    close(column, end ? search.arrival(end->stop) + end->seconds - asked.time : kNever);
  }
}

}  // namespace

Result<std::vector<std::vector<Seconds>>> matrix(const World& world, const MatrixAsked& asked) {
  TRY(const auto timetable, world.days.of(world.network, asked.day, asked.options, false));
  std::vector<std::vector<Access>> ends;
  for (const auto& place : asked.to) ends.push_back(accesses(world, place, kWalkSecondsMax, true));
  std::vector<std::vector<Seconds>> out(asked.from.size(), std::vector<Seconds>(asked.to.size(), kNever));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    Search search(*timetable);
    for (auto row = next++; row < out.size(); row = next++) matrix_row(world, *timetable, search, asked, ends, row, out[row]);
  };
  std::vector<std::jthread> helpers;
  for (unsigned t = 1; t < asked.threads; ++t) helpers.emplace_back(work);
  work();
  helpers.clear();
  return out;
}

}  // namespace jiaoji::mobility
