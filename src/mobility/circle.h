// The circle around a place: its shape, and the people and jobs inside. 交通圈.
#pragma once

#include "mobility/area.h"
#include "mobility/points.h"
#include "mobility/reach.h"

namespace jiaoji::mobility {

struct Circle {
  Reach reach;
  std::vector<Source> sources;   // reached stops and the place itself, with the time that is left for walking
  Inside inside;                 // people and jobs, by district; all zero when no points are loaded
};
// Within `asked.within`, which must be set. A stop is in the circle exactly when its seconds are no longer.
Result<Circle> circle(const World& world, const Asked& asked);

// The shape. O(cells of the grid).
Area shape_of(const World& world, const Circle& circle);

// Seconds to every point when the stops are reached `seconds_of(stop)` after setting out and one may set out on foot from `place`; kNone
// where it is not within `limit`.
std::vector<Seconds> seconds_to_points(const World& world, const Place& place, const std::vector<Seconds>& seconds_to_stops, Seconds limit, bool backward);

// People inside, over a window: counted for every departure and then ranked, and beside it the people of the places that half of the
// departures reach in time. The two differ: the first is what one departure offers, the second what one can rely on.
struct PeopleOverWindow {
  int departures = 0;
  double best = 0, median = 0, p10 = 0;      // of the people reached by one departure
  double at_half = 0;                        // people of the points that at least half of the departures reach
  double jobs_best = 0, jobs_median = 0, jobs_p10 = 0, jobs_at_half = 0;
};
// A departure every `step` seconds; along streets fewer, at most 64 in all.
PeopleOverWindow people_over_window(const World& world, const Place& place, const WindowReach& window, Seconds within, Seconds step = 300);

}  // namespace jiaoji::mobility
