// The questions: who is reached from a place, how long between two, in one departure or over a window.
//
// Three definitions, named in every answer. Planned: the best departure of a window, without the wait before it. Leave at: setting out at
// a given minute, waits included. Average: of setting out at every minute of a window, waits included.
#pragma once

#include <string>
#include <vector>

#include "mobility/window.h"
#include "mobility/world.h"

namespace jiaoji::mobility {

inline constexpr Seconds kNoLimit = 7 * 86'400;  // a question without a limit

struct Asked {
  Place place;
  bool backward = false;              // to the place: `time` is when one has to be there
  Day day = 0;
  Seconds time = 0;                   // leave at
  Seconds within = kNoLimit;
  TimetableOptions options;
};

// Of each stop. Forward: `at` is the arrival; backward: the latest departure. kNever when not within the limit.
struct Reach {
  std::vector<Seconds> at;
  std::vector<int> changes;
  bool backward = false;
  Seconds time = 0;
  bool reached(std::size_t stop) const { return at[stop] != kNever; }
  Seconds seconds(std::size_t stop) const { return at[stop] == kNever ? kNever : backward ? time - at[stop] : at[stop] - time; }
};
// Error: mobility.no_service.
Result<Reach> reach(const World& world, const Asked& asked);

struct WindowAsked {
  Place place;
  bool backward = false;
  Day day = 0;
  Seconds from = 0, to = 0;           // setting out (backward: being there) in [from, to)
  Seconds within = 3600;
  TimetableOptions options;
};
struct WindowReach {
  Profile profile;                    // times as asked; of a backward question negated, as the search saw them
  bool backward = false;
  Seconds from = 0, to = 0;           // of the profile's clock
};
Result<WindowReach> window_reach(const World& world, const WindowAsked& asked);
// The spread over the window at one stop; first and last are times of the day.
Spread spread_at(const WindowReach& window, std::int32_t stop, Seconds within);

// One way of going: setting out, legs, being there. Walks at both ends are legs too (`from` or `to` kNone is the place itself).
struct Way {
  Seconds departure = 0, arrival = 0;
  int changes = 0;
  std::vector<Leg> legs;
  std::vector<Run> runs;              // of each leg; that of a walk is empty
};
struct RouteAsked {
  Place from, to;
  Day day = 0;
  Seconds time = 0;
  Seconds window = 2 * 3600;          // departures from `time` on
  TimetableOptions options;
  std::size_t most = 12;
};
// The departures of the window, none of which leaves earlier and arrives later than another, and beside each the ways with fewer
// changes; before them walking all the way, where one can. In the order of departure. Empty when there is none.
Result<std::vector<Way>> routes(const World& world, const RouteAsked& asked);

// The stops that one can walk to, the nearest first, at most kNearestMost of the `count` there are.
struct Nearest {
  Place place;                        // as a coordinate: that of a stop is walked from, too
  Seconds within = 0;
  std::size_t count = 0;
  std::vector<Access> stops;
};
inline constexpr std::size_t kNearestMost = 20;
Nearest nearest(const World& world, const Place& place, Seconds within);

struct MatrixAsked {
  std::vector<Place> from, to;
  Day day = 0;
  Seconds time = 0;
  std::optional<Seconds> until;       // planned, over the window [time, until); without: leave at
  TimetableOptions options;
  unsigned threads = 1;
};
// Seconds from each to each, kNever where there is no way. The same on any number of threads.
Result<std::vector<std::vector<Seconds>>> matrix(const World& world, const MatrixAsked& asked);

}  // namespace jiaoji::mobility
