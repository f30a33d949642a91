#include "mobility/search.h"

#include <algorithm>

namespace jiaoji::mobility {

namespace {
constexpr std::uint32_t kNoPosition = UINT32_MAX;
}

Search::Search(const Timetable& timetable) : timetable_(timetable) {
  const auto stops = timetable.stops;
  next_ready_.assign(stops, kNever);
  rides_.assign(stops, 0);
  rode_now_.assign(stops, 0);
  improved_now_.assign(stops, 0);
  first_position_.assign(timetable.patterns.size(), kNoPosition);
  clear({});
}

void Search::clear(const SearchOptions& options) {
  ridden_from_.clear();
  latest_ = options.latest;
  rounds_max_ = options.changes_max + 1;
  hot_.assign(timetable_.stops, {latest_ + 1, kNever});
  best_ready_.assign(timetable_.stops, kNever);
  best_.assign(timetable_.stops, latest_ + 1);
}

Seconds Search::arrival(std::int32_t stop) const {
  const auto s = static_cast<std::size_t>(stop);
  const auto best = std::min(best_[s], hot_[s].ride);
  return best > latest_ ? kNever : best;
}

// Below this, RAPTOR has less to clear and to look at (measured on a railway: 0.007 ms for 90 minutes).
constexpr Seconds kScanSecondsMin = 4 * 3600;

bool Search::scan(std::span<const Access> starts, Seconds depart, const SearchOptions& options) {
  if (timetable_.connections.empty() || static_cast<std::int64_t>(options.latest) - depart < kScanSecondsMin || options.changes_max < 250) return false;
  // A label of the scan is when one can board; after a walk to a start that says nothing of an earlier arrival by a ride.
  if (std::ranges::any_of(starts, [](const Access& start) { return start.seconds > 0; })) return false;
  if (!scan_.run(timetable_, starts, depart, options)) return false;
  for (std::size_t s = 0; s < timetable_.stops; ++s) {
    hot_[s].ride = std::min(scan_.arrival(s), latest_ + 1);
    rides_[s] = static_cast<std::uint8_t>(scan_.rides(s));
  }
  return true;
}

void Search::run(std::span<const Access> starts, Seconds depart, const SearchOptions& options) {
  clear(options);
  if (scan(starts, depart, options)) return;
  if (timetable_.footpaths.empty()) search<false, false>(starts, depart);
  else search<true, false>(starts, depart);
}

void Search::run_with_legs(std::span<const Access> starts, Seconds depart, const SearchOptions& options) {
  clear(options);
  rounds_used_ = 0;
  best_walked_from_.assign(timetable_.stops, kNone);
  search<true, true>(starts, depart);
}

// What one ride makes known, later runs of the pattern cannot beat: the "R(t)" of Witt, "Trip-Based Public Transit Routing" (2015).
// Answers the last position after `position` that is not known already.
std::uint32_t Search::ride_on(const Pattern& pattern, std::uint32_t trip, std::uint32_t position) {
  const auto known = ridden_from_[pattern.first_run + trip];
  for (auto t = trip; t < pattern.trips && ridden_from_[pattern.first_run + t] > position; ++t) ridden_from_[pattern.first_run + t] = position;
  return std::min(known, pattern.stops - 1);
}

void Search::run_earlier(std::span<const Boarding> boardings, std::span<const Access> starts, Seconds depart) {
  improved_.clear();
  if (timetable_.footpaths.empty()) earlier<false, true>(boardings, starts, depart);
  else earlier<true, true>(boardings, starts, depart);
  for (const auto stop : improved_) improved_now_[static_cast<std::size_t>(stop)] = 0;
}

Search::Round& Search::round_at(int round) {
  if (rounds_.size() <= static_cast<std::size_t>(round)) rounds_.resize(static_cast<std::size_t>(round) + 1);
  auto& out = rounds_[static_cast<std::size_t>(round)];
  if (rounds_used_ <= static_cast<std::size_t>(round)) {
    rounds_used_ = static_cast<std::size_t>(round) + 1;
    out.ride.resize(timetable_.stops);
    out.walked_from.assign(timetable_.stops, kNone);
  }
  return out;
}

void Search::offer_ready(std::int32_t stop, Seconds ready) {
  const auto s = static_cast<std::size_t>(stop);
  if (ready >= best_ready_[s]) return;
  best_ready_[s] = ready;
  if (next_ready_[s] == kNever) next_marked_.push_back(stop);
  next_ready_[s] = ready;
}

template <bool kWalk, bool kLegs>
void Search::begin(std::span<const Access> starts, Seconds depart) {
  if constexpr (kLegs) round_at(0);
  next_marked_.clear();
  for (const auto& start : starts) {
    const auto s = static_cast<std::size_t>(start.stop);
    const Seconds at = depart + start.seconds;
    if (at > latest_) continue;
    offer_ready(start.stop, at);
    if (at < best_[s]) best_[s] = at, rides_[s] = 0;
    if (kWalk && start.on_foot) continue;
    hot_[s].ride = std::min(hot_[s].ride, at);
    if constexpr (kWalk) {
      for (const auto& path : timetable_.footpaths_of(start.stop)) {
        const auto to = static_cast<std::size_t>(path.to);
        const Seconds then = at + path.seconds;
        if (then > latest_) continue;
        if (then < best_[to]) {
          best_[to] = then, rides_[to] = 0;
          if constexpr (kLegs) best_walked_from_[to] = start.stop;
        }
        if (then < best_ready_[to]) {
          offer_ready(path.to, then);
          if constexpr (kLegs) rounds_[0].walked_from[to] = start.stop;
        }
      }
    }
  }
}

template <bool kWalk, bool kLegs>
void Search::search(std::span<const Access> starts, Seconds depart) {
  begin<kWalk, kLegs>(starts, depart);
  rounds<kWalk, kLegs, false>(1);
}

template <bool kWalk, bool kKeep>
void Search::earlier(std::span<const Boarding> boardings, std::span<const Access> starts, Seconds depart) {
  if (ridden_from_.empty()) ridden_from_.assign(timetable_.runs.size(), UINT32_MAX);
  // Standing at the start is the earliest there; nothing that comes back to it later is an improvement.
  for (const auto& start : starts) {
    const auto s = static_cast<std::size_t>(start.stop);
    best_[s] = std::min(best_[s], depart + start.seconds);
    best_ready_[s] = std::min(best_ready_[s], depart + start.seconds);
    if (!start.on_foot) hot_[s].ride = std::min(hot_[s].ride, depart + start.seconds);
  }
  next_marked_.clear();
  rode_.clear();
  for (const auto& boarding : boardings) {
    const auto& pattern = timetable_.patterns[boarding.pattern];
    const auto* stops = timetable_.pattern_stops.data() + pattern.first_stop;
    const auto* arrivals = timetable_.arrivals.data() + pattern.first_event + boarding.trip * pattern.stops;
    const auto last = ride_on(pattern, boarding.trip, boarding.position);
    for (auto i = boarding.position + 1; i <= last; ++i) {
      if (arrivals[i] < hot_[static_cast<std::size_t>(stops[i])].ride) alight<kWalk, false, kKeep>(static_cast<std::size_t>(stops[i]), arrivals[i], 1, {});
    }
  }
  if constexpr (kWalk) walk_all<false, kKeep>(1);
  rounds<kWalk, false, kKeep>(2);
}

// What the last round improved is what the next one boards from.
void Search::take_marked() {
  for (const auto stop : marked_) hot_[static_cast<std::size_t>(stop)].ready = kNever;
  marked_.swap(next_marked_);
  next_marked_.clear();
  for (const auto stop : marked_) {
    const auto s = static_cast<std::size_t>(stop);
    hot_[s].ready = next_ready_[s];
    next_ready_[s] = kNever;
  }
}

template <bool kWalk, bool kLegs, bool kKeep>
void Search::rounds(int first) {
  take_marked();
  for (int round = first; round <= rounds_max_ && !marked_.empty(); ++round) {
    collect_patterns();
    if constexpr (kLegs) round_at(round);
    rode_.clear();
    for (const auto p : queue_) {
      ride<kWalk, kLegs, kKeep>(p, round);
      first_position_[p] = kNoPosition;
    }
    if constexpr (kWalk) walk_all<kLegs, kKeep>(round);
    take_marked();
  }
  for (const auto stop : marked_) hot_[static_cast<std::size_t>(stop)].ready = kNever;
  marked_.clear();
}

void Search::collect_patterns() {
  queue_.clear();
  for (const auto stop : marked_) {
    const auto s = static_cast<std::size_t>(stop);
    for (auto i = timetable_.at_first[s]; i < timetable_.at_first[s + 1]; ++i) {
      const auto [pattern, position, last] = timetable_.at[i];
      if (last < hot_[s].ready) continue;
      auto& first = first_position_[pattern];
      if (first == kNoPosition) queue_.push_back(pattern);
      if (position < first) first = position;
    }
  }
}

template <bool kKeep>
void Search::note_improved(std::int32_t stop) {
  if constexpr (kKeep) {
    auto& noted = improved_now_[static_cast<std::size_t>(stop)];
    if (!noted) noted = 1, improved_.push_back(stop);
  }
}

template <bool kWalk, bool kLegs, bool kKeep>
inline void Search::alight(std::size_t s, Seconds at, int round, const Ride& ride) {
  const auto stop = static_cast<std::int32_t>(s);
  hot_[s].ride = at;
  if constexpr (kLegs) rounds_[static_cast<std::size_t>(round)].ride[s] = ride;
  if constexpr (kWalk) {
    if (!rode_now_[s]) rode_now_[s] = 1, rode_.push_back(stop);
  } else {
    rides_[s] = static_cast<std::uint8_t>(round);
    if (next_ready_[s] == kNever) next_marked_.push_back(stop);
    next_ready_[s] = at + timetable_.change[s];
    note_improved<kKeep>(stop);
  }
}

template <bool kWalk, bool kLegs, bool kKeep>
void Search::ride(std::uint32_t p, int round) {
  const auto& pattern = timetable_.patterns[p];
  const auto trips = pattern.trips, count = pattern.stops;
  const auto* stops = timetable_.pattern_stops.data() + pattern.first_stop;
  auto i = first_position_[p];
  const Seconds* departures = timetable_.departures.data() + pattern.first_event + i * trips;
  const Seconds* arrivals = nullptr;
  auto trip = trips;  // none yet
  std::uint32_t board = 0;
  [[maybe_unused]] std::uint32_t last = count;  // of the ride
  for (; i < count; ++i, departures += trips) {
    const auto s = static_cast<std::size_t>(stops[i]);
    const auto& hot = hot_[s];
    if (trip < trips) {
      const Seconds at = arrivals[i];
      if (at < hot.ride) alight<kWalk, kLegs, kKeep>(s, at, round, {p, trip, board, i});
      else if (at > latest_ && at != kNever) trip = trips;
      if (kKeep && i >= last) trip = trips;
    }
    if (hot.ready != kNever && (trip == trips || (trip > 0 && departures[trip - 1] >= hot.ready))) {
      const auto found = static_cast<std::uint32_t>(std::lower_bound(departures, departures + trip, hot.ready) - departures);
      if (found < trip && departures[found] <= latest_) {
        if constexpr (kKeep) {
          if (ridden_from_[pattern.first_run + found] <= i) {
            trip = trips;
            continue;
          }
          last = ride_on(pattern, found, i);
        }
        trip = found, board = i;
        arrivals = timetable_.arrivals.data() + pattern.first_event + trip * count;
      }
    }
  }
}

template <bool kLegs, bool kKeep>
void Search::walk_all(int round) {
  const auto note = [&](std::int32_t stop, Seconds at, [[maybe_unused]] std::int32_t from) {
    const auto s = static_cast<std::size_t>(stop);
    if (at >= best_[s]) return;
    best_[s] = at;
    rides_[s] = static_cast<std::uint8_t>(round);
    if constexpr (kLegs) best_walked_from_[s] = from;
    note_improved<kKeep>(stop);
  };
  for (const auto stop : rode_) {
    const auto s = static_cast<std::size_t>(stop);
    rode_now_[s] = 0;
    note(stop, hot_[s].ride, kNone);
    offer_ready(stop, hot_[s].ride + timetable_.change[s]);
  }
  for (const auto stop : rode_) {
    const Seconds at = hot_[static_cast<std::size_t>(stop)].ride;
    for (const auto& path : timetable_.footpaths_of(stop)) {
      if (at + path.seconds > latest_) continue;
      note(path.to, at + path.seconds, stop);
      if constexpr (kLegs) {
        if (at + path.change < best_ready_[static_cast<std::size_t>(path.to)]) rounds_[static_cast<std::size_t>(round)].walked_from[static_cast<std::size_t>(path.to)] = stop;
      }
      offer_ready(path.to, at + path.change);
    }
  }
}

std::vector<Leg> Search::legs(std::int32_t stop) const {
  std::vector<Leg> out;
  if (arrival(stop) == kNever) return out;
  int round = rides_[static_cast<std::size_t>(stop)];
  auto walked_from = best_walked_from_[static_cast<std::size_t>(stop)];
  while (true) {
    if (walked_from != kNone) {
      out.push_back({.on_foot = true, .from = walked_from, .to = stop});
      stop = walked_from;
    }
    if (round == 0) break;
    const auto& ride = rounds_[static_cast<std::size_t>(round)].ride[static_cast<std::size_t>(stop)];
    const auto& pattern = timetable_.patterns[ride.pattern];
    const auto from = timetable_.pattern_stops[pattern.first_stop + ride.board];
    out.push_back({.from = from, .to = stop, .departure = timetable_.departures[pattern.first_event + ride.board * pattern.trips + ride.trip],
                   .arrival = timetable_.arrivals[pattern.first_event + ride.trip * pattern.stops + ride.alight], .run = pattern.first_run + ride.trip,
                   .board = ride.board, .alight = ride.alight, .pattern = ride.pattern});
    stop = from;
    --round;
    walked_from = rounds_[static_cast<std::size_t>(round)].walked_from[static_cast<std::size_t>(stop)];
  }
  std::ranges::reverse(out);
  // A walk begins when the ride before it ends, or just in time for the one after it.
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!out[i].on_foot) continue;
    const auto paths = timetable_.footpaths_of(out[i].from);
    const auto path = std::ranges::find(paths, out[i].to, &Footpath::to);
    const Seconds seconds = path == paths.end() ? 0 : path->seconds;
    out[i].departure = i > 0 ? out[i - 1].arrival : out.size() > 1 ? out[i + 1].departure - seconds : 0;
    out[i].arrival = out[i].departure + seconds;
  }
  return out;
}

}  // namespace jiaoji::mobility
