#include "mobility/timetable.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

namespace {

Seconds departure_of(const Network& network, Run run) {
  const auto& trip = network.feed.trips[run.trip];
  return network.feed.stop_times[trip.first].departure + run.shift;
}

// No time of `b` is before that of `a` at the same stop: on a pattern both may stand, a first.
bool never_overtakes(const Network& network, Run a, Run b) {
  const auto& feed = network.feed;
  const auto* x = &feed.stop_times[feed.trips[a.trip].first];
  const auto* y = &feed.stop_times[feed.trips[b.trip].first];
  for (std::uint32_t i = 0; i < feed.trips[a.trip].count; ++i) {
    if (x[i].arrival + a.shift > y[i].arrival + b.shift || x[i].departure + a.shift > y[i].departure + b.shift) return false;
  }
  return true;
}

// Which patterns may be boarded at which stop.
void index_stops(Timetable& timetable) {
  timetable.at_first.assign(timetable.stops + 1, 0);
  const auto each = [&](auto take) {
    for (std::uint32_t p = 0; p < timetable.patterns.size(); ++p) {
      const auto& pattern = timetable.patterns[p];
      for (std::uint32_t i = 0; i < pattern.stops; ++i) {
        const Seconds last = timetable.departures[pattern.first_event + i * pattern.trips + pattern.trips - 1];
        if (last != -kNever) take(static_cast<std::size_t>(timetable.pattern_stops[pattern.first_stop + i]), PatternAt{p, i, last});
      }
    }
  };
  each([&](std::size_t stop, PatternAt) { ++timetable.at_first[stop + 1]; });
  for (std::size_t s = 1; s < timetable.at_first.size(); ++s) timetable.at_first[s] += timetable.at_first[s - 1];
  timetable.at.resize(timetable.at_first.back());
  auto next = timetable.at_first;
  each([&](std::size_t stop, PatternAt at) { timetable.at[next[stop]++] = at; });
}

class Builder {
 public:
  Builder(const Network& network, Day day, const TimetableOptions& options) : network_(network), day_(day) {
    out_.day = day;
    out_.options = options;
    out_.stops = static_cast<std::uint32_t>(network.feed.stops.size());
    frequency_first_.assign(network.feed.trips.size() + 1, 0);
    for (const auto& frequency : network.feed.frequencies) ++frequency_first_[static_cast<std::size_t>(frequency.trip) + 1];
    for (std::size_t t = 1; t < frequency_first_.size(); ++t) frequency_first_[t] += frequency_first_[t - 1];
    by_trip_.resize(network.feed.frequencies.size());
    auto next = frequency_first_;
    for (std::uint32_t f = 0; f < by_trip_.size(); ++f) by_trip_[next[static_cast<std::size_t>(network.feed.frequencies[f].trip)]++] = f;
  }

  Timetable build() {
    for (std::size_t p = 0; p + 1 < network_.pattern_first.size(); ++p) take_pattern(network_.pattern_first[p], network_.pattern_first[p + 1]);
    index_stops(out_);
    take_changes();
    list_connections(out_);
    return std::move(out_);
  }

 private:
  void take_pattern(std::uint32_t first, std::uint32_t last) {
    runs_.clear();
    for (auto i = first; i < last; ++i) {
      const auto t = network_.trip_order[i];
      const auto& trip = network_.feed.trips[t];
      if (trip.count < 2) continue;
      const auto& service = network_.feed.services[static_cast<std::size_t>(trip.service)];
      if (!out_.options.service_day_only && service.on(day_ - 1)) take_trip(t, -kDaySeconds);
      if (service.on(day_)) take_trip(t, 0);
      if (!out_.options.service_day_only && service.on(day_ + 1)) take_trip(t, kDaySeconds);
    }
    if (runs_.empty()) return;
    std::ranges::stable_sort(runs_, {}, [&](Run run) { return departure_of(network_, run); });
    // First fit: each run goes to the first pattern whose last run it does not overtake.
    std::size_t used = 0;
    for (const auto run : runs_) {
      std::size_t row = 0;
      while (row < used && !never_overtakes(network_, rows_[row].back(), run)) ++row;
      if (row == rows_.size()) rows_.emplace_back();
      if (row == used) rows_[used++].clear();
      rows_[row].push_back(run);
    }
    for (std::size_t row = 0; row < used; ++row) write_pattern(rows_[row]);
  }

  void take_trip(std::uint32_t t, Seconds shift) {
    const auto& trip = network_.feed.trips[t];
    const auto& times = network_.feed.stop_times;
    const Seconds first = times[trip.first].departure, last = times[trip.first + trip.count - 1].arrival;
    if (frequency_first_[t] == frequency_first_[t + 1]) {
      if (shift >= 0 || last + shift >= 0) runs_.push_back({t, shift});  // of yesterday's, those still under way after midnight
      return;
    }
    for (auto f = frequency_first_[t]; f < frequency_first_[t + 1]; ++f) {
      const auto& frequency = network_.feed.frequencies[by_trip_[f]];
      for (Seconds start = frequency.start; start < frequency.end; start += frequency.headway) {
        if (shift >= 0 || start + (last - first) + shift >= 0) runs_.push_back({t, start - first + shift});
      }
    }
  }

  void write_pattern(const std::vector<Run>& runs) {
    const auto& feed = network_.feed;
    const auto& example = feed.trips[runs[0].trip];
    Pattern pattern{static_cast<std::uint32_t>(out_.pattern_stops.size()), example.count, static_cast<std::uint32_t>(out_.arrivals.size()),
                    static_cast<std::uint32_t>(runs.size()), static_cast<std::uint32_t>(out_.runs.size())};
    for (std::uint32_t i = 0; i < example.count; ++i) out_.pattern_stops.push_back(feed.stop_times[example.first + i].stop);
    for (const auto run : runs) {
      for (std::uint32_t i = 0; i < example.count; ++i) {
        const auto& time = feed.stop_times[feed.trips[run.trip].first + i];
        out_.arrivals.push_back(time.drop_off && i > 0 ? time.arrival + run.shift : kNever);
      }
      out_.runs.push_back(run);
    }
    for (std::uint32_t i = 0; i < example.count; ++i) {
      for (const auto run : runs) {
        const auto& time = feed.stop_times[feed.trips[run.trip].first + i];
        out_.departures.push_back(time.pickup && i + 1 < example.count ? time.departure + run.shift : -kNever);
      }
    }
    out_.patterns.push_back(pattern);
  }

  void take_changes() {
    const auto& options = out_.options;
    const auto least = [&](std::size_t stop) {
      if (options.min_change_everywhere != kNone) return options.min_change_everywhere;
      return network_.min_change[stop] == kNone ? options.min_change_default : network_.min_change[stop];
    };
    out_.change.resize(out_.stops);
    for (std::size_t s = 0; s < out_.stops; ++s) out_.change[s] = least(s) + options.change_buffer;
    out_.footpath_first.assign(out_.stops + 1, 0);
    if (!options.walking) return;
    for (std::size_t s = 0; s < out_.stops; ++s) {
      for (auto f = network_.footpath_first[s]; f < network_.footpath_first[s + 1]; ++f) {
        auto path = network_.footpaths[f];
        // Where a change at the stop itself is forbidden, one between it and the next is not.
        const Seconds at_stop = least(static_cast<std::size_t>(path.to)) >= kImpossible ? options.min_change_default : least(static_cast<std::size_t>(path.to));
        if (path.change == kNone || options.min_change_everywhere != kNone) path.change = std::max(path.seconds, at_stop);
        path.change += options.change_buffer;
        out_.footpaths.push_back(path);
      }
      out_.footpath_first[s + 1] = static_cast<std::uint32_t>(out_.footpaths.size());
    }
  }

  const Network& network_;
  Day day_;
  Timetable out_;
  std::vector<std::uint32_t> frequency_first_, by_trip_;
  std::vector<Run> runs_;
  std::vector<std::vector<Run>> rows_;
};

}  // namespace

Result<Timetable> timetable_of(const Network& network, Day day, const TimetableOptions& options) {
  if (day < network.first_day || day > network.last_day) {
    return fail(Code::invalid, "mobility.no_service", {fmt::format("时刻表不包含 {}：它的日期是 {} 至 {}", format_day(day), format_day(network.first_day), format_day(network.last_day)),
                                                        fmt::format("the timetable does not cover {}: it runs from {} to {}", format_day(day), format_day(network.first_day), format_day(network.last_day))});
  }
  return Builder(network, day, options).build();
}

Timetable reverse(const Timetable& forward) {
  Timetable out = forward;
  out.reversed = !forward.reversed;
  const auto turned = [](Seconds time) { return time == kNever ? -kNever : time == -kNever ? kNever : -time; };
  for (auto& pattern : out.patterns) {
    const auto n = pattern.stops, trips = pattern.trips, e = pattern.first_event;
    for (std::uint32_t i = 0; i < n; ++i) out.pattern_stops[pattern.first_stop + i] = forward.pattern_stops[pattern.first_stop + n - 1 - i];
    for (std::uint32_t t = 0; t < trips; ++t) {
      out.runs[pattern.first_run + t] = forward.runs[pattern.first_run + trips - 1 - t];
      for (std::uint32_t i = 0; i < n; ++i) {
        out.arrivals[e + t * n + i] = turned(forward.departures[e + (n - 1 - i) * trips + (trips - 1 - t)]);
        out.departures[e + i * trips + t] = turned(forward.arrivals[e + (trips - 1 - t) * n + (n - 1 - i)]);
      }
    }
  }
  index_stops(out);
  // A change from p to q takes what it took: `change` belongs to the pair, walking too.
  std::vector<std::vector<Footpath>> back(out.stops);
  for (std::int32_t s = 0; s < static_cast<std::int32_t>(out.stops); ++s) {
    for (auto path : forward.footpaths_of(s)) {
      const auto to = path.to;
      path.to = s;
      back[static_cast<std::size_t>(to)].push_back(path);
    }
  }
  out.footpaths.clear();
  for (std::size_t s = 0; s < back.size(); ++s) {
    out.footpaths.insert(out.footpaths.end(), back[s].begin(), back[s].end());
    out.footpath_first[s + 1] = static_cast<std::uint32_t>(out.footpaths.size());
  }
  list_connections(out);
  return out;
}

}  // namespace jiaoji::mobility
