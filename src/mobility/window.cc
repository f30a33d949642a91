#include "mobility/window.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace jiaoji::mobility {

namespace {

// A trip that leaves a start within the window, and when one has to set out for it.
struct Event {
  Seconds depart = 0;
  Boarding boarding;
};

// Every boarding of the window at a start, or after a walk from it, the last first.
std::vector<Event> events_of(const Timetable& timetable, std::span<const Access> starts, Seconds from, Seconds to) {
  std::vector<Event> out;
  const auto take = [&](std::int32_t stop, Seconds walk) {
    for (auto i = timetable.at_first[static_cast<std::size_t>(stop)]; i < timetable.at_first[static_cast<std::size_t>(stop) + 1]; ++i) {
      const auto [p, position, last] = timetable.at[i];
      if (last < from + walk) continue;
      const auto& pattern = timetable.patterns[p];
      const auto* departures = timetable.departures.data() + pattern.first_event + position * pattern.trips;
      auto trip = static_cast<std::uint32_t>(std::lower_bound(departures, departures + pattern.trips, from + walk) - departures);
      for (; trip < pattern.trips && departures[trip] < to + walk; ++trip) out.push_back({departures[trip] - walk, {p, position, trip}});
    }
  };
  for (const auto& start : starts) {
    take(start.stop, start.seconds);
    if (start.on_foot) continue;
    for (const auto& path : timetable.footpaths_of(start.stop)) take(path.to, start.seconds + path.seconds);
  }
  std::ranges::sort(out, [](const Event& a, const Event& b) {
    return std::tuple(-a.depart, a.boarding.pattern, a.boarding.position, a.boarding.trip) < std::tuple(-b.depart, b.boarding.pattern, b.boarding.position, b.boarding.trip);
  });
  return out;
}

std::vector<Seconds> walking(const Timetable& timetable, std::span<const Access> starts) {
  std::vector<Seconds> out(timetable.stops, kNever);
  for (const auto& start : starts) {
    auto& own = out[static_cast<std::size_t>(start.stop)];
    own = std::min(own, start.seconds);
    if (start.on_foot) continue;
    for (const auto& path : timetable.footpaths_of(start.stop)) {
      auto& there = out[static_cast<std::size_t>(path.to)];
      there = std::min(there, start.seconds + path.seconds);
    }
  }
  return out;
}

struct Found {
  std::int32_t stop = 0;
  Journey journey;
};

}  // namespace

Seconds Profile::arrival(std::int32_t stop, Seconds time) const {
  const auto list = of(stop);
  const auto next = std::ranges::lower_bound(list, time, {}, &Journey::departure);
  const Seconds walk = on_foot[static_cast<std::size_t>(stop)];
  return std::min(next == list.end() ? kNever : next->arrival, walk == kNever ? kNever : time + walk);
}

Profile profile(const Timetable& timetable, Search& search, std::span<const Access> starts, Seconds from, Seconds to, const SearchOptions& options) {
  Profile out{.from = from, .to = to, .first = std::vector<std::uint32_t>(timetable.stops + 1), .on_foot = walking(timetable, starts)};
  std::vector<Found> found;
  search.run(starts, to, options);
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(timetable.stops); ++s) {
    const Seconds at = search.arrival(s), walk = out.on_foot[static_cast<std::size_t>(s)];
    if (at != kNever && (walk == kNever || at < to + walk)) found.push_back({s, {to, at}});
  }
  const auto events = events_of(timetable, starts, from, to);
  std::vector<Boarding> boardings;
  for (std::size_t i = 0; i < events.size();) {
    const Seconds depart = events[i].depart;
    boardings.clear();
    for (; i < events.size() && events[i].depart == depart; ++i) boardings.push_back(events[i].boarding);
    search.run_earlier(boardings, starts, depart);
    for (const auto s : search.improved()) {
      const Seconds at = search.arrival(s), walk = out.on_foot[static_cast<std::size_t>(s)];
      if (walk == kNever || at < depart + walk) found.push_back({s, {depart, at}});
    }
  }
  for (const auto& one : found) ++out.first[static_cast<std::size_t>(one.stop) + 1];
  for (std::size_t s = 1; s < out.first.size(); ++s) out.first[s] += out.first[s - 1];
  out.journeys.resize(found.size());
  auto next = out.first;
  for (auto one = found.rbegin(); one != found.rend(); ++one) out.journeys[next[static_cast<std::size_t>(one->stop)]++] = one->journey;
  return out;
}

Spread spread(std::span<const Journey> journeys, Seconds on_foot, Seconds from, Seconds to, Seconds limit, Seconds step) {
  Spread out;
  out.planned = on_foot;
  for (const auto& journey : journeys) {
    // A journey noted at `to` may leave later than that: it is no journey of the window.
    if (journey.departure >= from && journey.departure < to) out.planned = std::min(out.planned, journey.arrival - journey.departure);
  }
  std::vector<Seconds> minutes;
  minutes.reserve(static_cast<std::size_t>((to - from) / step + 1));
  std::size_t next = 0;
  for (Seconds time = from; time < to; time += step) {
    while (next < journeys.size() && journeys[next].departure < time) ++next;
    ++out.departures;
    const Seconds seconds = std::min(on_foot, next < journeys.size() ? journeys[next].arrival - time : kNever);
    if (seconds == kNever) continue;
    minutes.push_back(seconds);
    out.average += seconds;
    if (seconds > limit) continue;
    ++out.within;
    if (!out.first) out.first = time;
    out.last = time;
  }
  out.arriving = static_cast<int>(minutes.size());
  if (!minutes.empty()) out.average /= static_cast<double>(minutes.size());
  // The q-th of all departures, those that never arrive counted as the longest (nearest rank).
  const auto at = [&](double q) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * out.departures))) - 1;
    if (rank >= minutes.size()) return kNever;
    std::ranges::nth_element(minutes, minutes.begin() + static_cast<std::ptrdiff_t>(rank));
    return minutes[rank];
  };
  if (out.departures) out.median = at(0.5), out.p90 = at(0.9);
  return out;
}

}  // namespace jiaoji::mobility
