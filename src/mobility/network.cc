#include "mobility/network.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include <fmt/format.h>

#include "feel/temporal.h"

namespace jiaoji::mobility {

namespace {

// Gives the rows of a later feed ids of their own.
template <class Row>
void keep_apart(std::vector<Row>& rows, const std::string& feed, std::unordered_set<std::string>& taken) {
  for (auto& row : rows) {
    if (!taken.insert(row.id).second) {
      row.id = feed + ":" + row.id;
      for (int n = 2; !taken.insert(row.id).second; ++n) row.id = fmt::format("{}:{}", row.id, n);
    }
  }
}

template <class Row>
void append(std::vector<Row>& to, std::vector<Row>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void shift(std::int32_t& number, std::size_t by) {
  if (number != kNone) number += static_cast<std::int32_t>(by);
}

struct Taken {
  std::unordered_set<std::string> stops, routes, trips;
};

// Seconds that the clocks of `zone` are behind those of `home` at noon of the day on which the feed begins. A region's feeds keep one zone or
// zones that change their clocks together; one that does not is an hour off for part of the year.
Seconds behind(const std::string& home, const std::string& zone, Day day) {
  const auto a = feel::Zone::named(home), b = feel::Zone::named(zone);
  if (home == zone || !a || !b) return 0;
  const auto noon = static_cast<std::int64_t>(day) * 86'400 + 43'200;
  return feel::offset_at_local(*a, noon) - feel::offset_at_local(*b, noon);
}

void to_zone_of(const Feed& all, Feed& feed) {
  Day first = INT32_MAX;
  for (const auto& service : feed.services) first = std::min(first, service.first);
  const Seconds later = behind(all.timezone, feed.timezone, first);
  if (!later) return;
  for (auto& time : feed.stop_times) time.arrival += later, time.departure += later;
  for (auto& frequency : feed.frequencies) frequency.start += later, frequency.end += later;
}

void merge(Feed& all, Feed&& feed, Taken& taken) {
  to_zone_of(all, feed);
  keep_apart(feed.stops, feed.name, taken.stops);
  keep_apart(feed.routes, feed.name, taken.routes);
  keep_apart(feed.trips, feed.name, taken.trips);
  const auto stops = all.stops.size(), routes = all.routes.size(), services = all.services.size(), trips = all.trips.size(), times = all.stop_times.size();
  for (auto& stop : feed.stops) shift(stop.parent, stops);
  for (auto& trip : feed.trips) {
    shift(trip.route, routes), shift(trip.service, services);
    trip.first += static_cast<std::uint32_t>(times);
  }
  for (auto& time : feed.stop_times) shift(time.stop, stops);
  for (auto& frequency : feed.frequencies) shift(frequency.trip, trips);
  for (auto& transfer : feed.transfers) shift(transfer.from, stops), shift(transfer.to, stops);
  for (auto& pathway : feed.pathways) shift(pathway.from, stops), shift(pathway.to, stops);
  append(all.stops, feed.stops), append(all.routes, feed.routes), append(all.services, feed.services), append(all.trips, feed.trips);
  append(all.stop_times, feed.stop_times), append(all.frequencies, feed.frequencies), append(all.transfers, feed.transfers), append(all.pathways, feed.pathways);
}

void span_days(Network& network) {
  bool any = false;
  std::vector<bool> used(network.feed.services.size());
  for (const auto& trip : network.feed.trips) used[static_cast<std::size_t>(trip.service)] = true;
  for (std::size_t s = 0; s < used.size(); ++s) {
    const auto& service = network.feed.services[s];
    if (!used[s]) continue;
    for (std::size_t i = 0; i < service.runs.size(); ++i) {
      if (!service.runs[i]) continue;
      const Day day = service.first + static_cast<Day>(i);
      network.first_day = any ? std::min(network.first_day, day) : day;
      network.last_day = any ? std::max(network.last_day, day) : day;
      any = true;
    }
  }
}

// Where a trip stops and what one may do there: trips that agree in this form a pattern.
int compare_patterns(const Feed& feed, const Trip& a, const Trip& b) {
  if (a.count != b.count) return a.count < b.count ? -1 : 1;
  for (std::uint32_t i = 0; i < a.count; ++i) {
    const auto& x = feed.stop_times[a.first + i];
    const auto& y = feed.stop_times[b.first + i];
    if (x.stop != y.stop) return x.stop < y.stop ? -1 : 1;
    const int flags = (x.pickup * 2 + x.drop_off) - (y.pickup * 2 + y.drop_off);
    if (flags) return flags;
  }
  return 0;
}

std::uint64_t pattern_hash(const Feed& feed, const Trip& trip) {
  std::uint64_t hash = trip.count;
  for (std::uint32_t i = 0; i < trip.count; ++i) {
    const auto& time = feed.stop_times[trip.first + i];
    hash = (hash ^ (static_cast<std::uint64_t>(time.stop) * 4 + time.pickup * 2u + time.drop_off)) * 0x9E3779B97F4A7C15ull;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

void order_trips(Network& network) {
  const auto& feed = network.feed;
  std::vector<std::uint64_t> hash(feed.trips.size());
  for (std::size_t t = 0; t < hash.size(); ++t) hash[t] = pattern_hash(feed, feed.trips[t]);
  network.trip_order.resize(feed.trips.size());
  std::iota(network.trip_order.begin(), network.trip_order.end(), 0u);
  // The hash first, so that the stops are compared only where they are likely equal.
  std::ranges::sort(network.trip_order, [&](std::uint32_t a, std::uint32_t b) {
    if (hash[a] != hash[b]) return hash[a] < hash[b];
    const int order = compare_patterns(feed, feed.trips[a], feed.trips[b]);
    if (order) return order < 0;
    const auto at = [&](std::uint32_t t) { return feed.trips[t].count ? feed.stop_times[feed.trips[t].first].departure : 0; };
    return std::pair(at(a), a) < std::pair(at(b), b);
  });
  network.pattern_first.clear();
  for (std::size_t i = 0; i < network.trip_order.size(); ++i) {
    if (i == 0 || hash[network.trip_order[i]] != hash[network.trip_order[i - 1]] || compare_patterns(feed, feed.trips[network.trip_order[i - 1]], feed.trips[network.trip_order[i]])) {
      network.pattern_first.push_back(static_cast<std::uint32_t>(i));
    }
  }
  network.pattern_first.push_back(static_cast<std::uint32_t>(network.trip_order.size()));
  network.first_day = 0, network.last_day = -1;
  span_days(network);
}

namespace {

bool runs_ever(const Feed& feed) {
  return std::ranges::any_of(feed.trips, [&](const Trip& trip) { return std::ranges::find(feed.services[static_cast<std::size_t>(trip.service)].runs, true) != feed.services[static_cast<std::size_t>(trip.service)].runs.end(); });
}

std::int64_t headway_stop_times(const Feed& feed) {
  std::int64_t out = 0;
  for (const auto& f : feed.frequencies) out += (static_cast<std::int64_t>(f.end - f.start) / std::max(1, f.headway) + 1) * feed.trips[static_cast<std::size_t>(f.trip)].count;
  return out;
}

}  // namespace

Result<Network> build_network(std::vector<Feed> feeds, const NetworkOptions& options) {
  Network network;
  network.options = options;
  Taken taken;
  for (auto& feed : feeds) {
    if (!runs_ever(feed)) {
      return fail(Code::invalid, "mobility.never_runs", {fmt::format("{}：没有任何车次在任何日期开行：请检查 calendar.txt、calendar_dates.txt 或开行日期", feed.name), fmt::format("{}: no trip runs on any date: check calendar.txt, calendar_dates.txt or the running dates", feed.name)});
    }
    if (network.feed.name.empty()) network.feed.name = feed.name, network.feed.timezone = feed.timezone;
    merge(network.feed, std::move(feed), taken);
  }
  if (network.feed.stops.size() > kStopsMax || network.feed.stop_times.size() > kStopTimesMax) {
    return fail(Code::too_large, "mobility.too_large", {fmt::format("时刻表太大：最多 {} 个站点、{} 条到发时刻", kStopsMax, kStopTimesMax), fmt::format("the timetable is too large: at most {} stops and {} stop times", kStopsMax, kStopTimesMax)});
  }
  if (feeds.empty()) return fail(Code::invalid, "mobility.no_feed", {"没有时刻表", "there is no timetable"});
  if (headway_stop_times(network.feed) > kHeadwayStopTimesMax) {
    return fail(Code::too_large, "mobility.too_large", {fmt::format("frequencies.txt 展开后一天超过 {} 条到发时刻：请检查 headway_secs 和起止时刻", kHeadwayStopTimesMax), fmt::format("frequencies.txt written out is more than {} stop times a day: check headway_secs and the times", kHeadwayStopTimesMax)});
  }
  order_trips(network);
  join_stops(network);
  return network;
}

}  // namespace jiaoji::mobility
