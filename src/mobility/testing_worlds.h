// Small timetables for tests: drawn by hand, or at random with everything that breaks a search.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mobility/network.h"
#include "mobility/times.h"

namespace jiaoji::mobility::testing {

// One trip: {{"A", "08:00"}, {"B", "08:10", "08:12"}}.
struct Call {
  std::string stop, arrival, departure = {};
};

// Stops are made as they are named, 10 km apart in a row, so that nobody walks between them.
class World {
 public:
  World& trip(const std::vector<Call>& calls) {
    Trip trip{.id = "t" + std::to_string(feed_.trips.size()), .route = 0, .service = 0, .first = static_cast<std::uint32_t>(feed_.stop_times.size()), .count = static_cast<std::uint32_t>(calls.size())};
    for (const auto& call : calls) {
      const auto arrival = *parse_time(call.arrival);
      feed_.stop_times.push_back({.stop = stop(call.stop), .arrival = arrival, .departure = call.departure.empty() ? arrival : *parse_time(call.departure)});
    }
    feed_.trips.push_back(trip);
    return *this;
  }
  World& transfer(const std::string& from, const std::string& to, Seconds seconds) {
    const auto a = stop(from), b = stop(to);
    feed_.transfers.push_back({a, b, TransferType::minimum_time, seconds});
    return *this;
  }
  std::int32_t stop(const std::string& id) {
    for (std::size_t s = 0; s < feed_.stops.size(); ++s) {
      if (feed_.stops[s].id == id) return static_cast<std::int32_t>(s);
    }
    feed_.stops.push_back({.id = id, .name = id, .at = {36, 117 + 0.1 * static_cast<double>(feed_.stops.size())}});
    return static_cast<std::int32_t>(feed_.stops.size()) - 1;
  }
  Feed feed(int days = 1) const {
    Feed out = feed_;
    out.name = "world";
    out.routes = {{.id = "r", .name = "r", .type = 2}};
    out.services = {{.id = "s", .first = 0, .runs = std::vector<bool>(static_cast<std::size_t>(days), true)}};
    return out;
  }
  Network network(int days = 1) const { return *build_network({feed(days)}); }

 private:
  Feed feed_;
};

// Ties, zero-minute hops, overtaking trips, loops, stops where one may not board or alight, forbidden and long changes, footpaths, trips
// past midnight, on a world small enough for brute force.
inline Feed random_feed() {
  const auto pick = [](int from, int to) { return *rc::gen::inRange(from, to); };
  Feed feed;
  feed.name = "random";
  const int stops = pick(2, 8);
  for (int s = 0; s < stops; ++s) feed.stops.push_back({.id = std::to_string(s), .name = std::to_string(s), .at = {36, 117 + 0.1 * s}});
  feed.routes = {{.id = "r", .name = "r", .type = 3}};
  feed.services = {{.id = "both", .first = 0, .runs = {true, true}}, {.id = "first", .first = 0, .runs = {true}}, {.id = "second", .first = 1, .runs = {true}}};
  const int lines = pick(1, 6);
  for (int line = 0; line < lines; ++line) {
    std::vector<int> calls;
    for (int n = pick(2, 6); n > 0; --n) calls.push_back(pick(0, stops));
    const int flags = pick(0, 4);
    for (int trips = pick(1, 5); trips > 0; --trips) {
      Trip trip{.id = std::to_string(feed.trips.size()), .route = 0, .service = pick(0, 3), .first = static_cast<std::uint32_t>(feed.stop_times.size()), .count = static_cast<std::uint32_t>(calls.size())};
      Seconds now = pick(0, 20) * 60 + (pick(0, 8) == 0 ? kDaySeconds : 0);
      for (std::size_t i = 0; i < calls.size(); ++i) {
        StopTime time{.stop = calls[i], .arrival = now, .departure = now + (pick(0, 3) == 0 ? 60 : 0)};
        if (flags == 1 && i == 1) time.pickup = false;
        if (flags == 2 && i == 1) time.drop_off = false;
        feed.stop_times.push_back(time);
        now = time.departure + pick(0, 6) * 60;
      }
      feed.trips.push_back(trip);
    }
  }
  for (int n = pick(0, 5); n > 0; --n) {
    const bool never = pick(0, 4) == 0;
    feed.transfers.push_back({pick(0, stops), pick(0, stops), never ? TransferType::impossible : TransferType::minimum_time, pick(0, 5) * 60});
  }
  if (pick(0, 3) == 0) feed.frequencies.push_back({pick(0, static_cast<int>(feed.trips.size())), 0, pick(1, 15) * 60, pick(1, 6) * 60});
  return feed;
}

}  // namespace jiaoji::mobility::testing
