// A region's public transport: every feed in one, stations joined, ways on foot between stops, trips ordered for the day.
//
// Immutable once built; timetable.h takes one service day out of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mobility/feed.h"
#include "mobility/streets.h"

namespace jiaoji::mobility {

struct NetworkOptions {
  double walk_kmh = kWalkKmh;
  double detour = kDetour;               // streets against the straight line
  double walk_metres_max = 400;          // straight line between two stops of a change on foot
  double join_metres_max = 3000;         // stations of the same name and city further apart than this are two
  double join_metres_no_city = 500;      // the same where the feed names no city
};

// A way on foot between two stops; never chained: a change walks once.
struct Footpath {
  std::int32_t to = 0;
  Seconds seconds = 0;     // walking
  Seconds change = kNone;  // least time from an arrival to the next departure, where transfers.txt sets one
  bool operator==(const Footpath&) const = default;
};

inline constexpr Seconds kImpossible = 1 << 28;  // a change that transfers.txt forbids

struct Network {
  Feed feed;                                  // all feeds as one; ids that stand in several carry "feed:" before them
  NetworkOptions options;
  std::vector<std::uint32_t> footpath_first;  // stops + 1
  std::vector<Footpath> footpaths;            // sorted by `to` within a stop
  std::vector<Seconds> min_change;            // of each stop: kNone for the question's default, kImpossible for never
  std::vector<std::uint32_t> station;         // each stop's station: the lowest stop number of those joined with it
  std::vector<std::uint32_t> trip_order;      // trips by (stops and flags, first departure): those of one pattern stand together
  std::vector<std::uint32_t> pattern_first;   // into trip_order, patterns + 1
  Day first_day = 0, last_day = -1;           // dates on which anything runs
};

// Joins `feeds` in order. All times become those of the first feed's zone. The first feed keeps its ids; a later one's stop, route or trip whose id is taken gets "<feed name>:" before it.
// Error: more stops or stop times than kStopsMax, kStopTimesMax, or nothing that runs.
inline constexpr std::size_t kStopsMax = 1'000'000, kStopTimesMax = 50'000'000;
// Of trips that run by headway, all their runs of a day written out.
inline constexpr std::int64_t kHeadwayStopTimesMax = 5'000'000;
Result<Network> build_network(std::vector<Feed> feeds, const NetworkOptions& options = {});

// The order of trips; called by build_network and after a scenario changed the trips.
void order_trips(Network& network);
// Stations and ways on foot.
void join_stops(Network& network);

}  // namespace jiaoji::mobility
