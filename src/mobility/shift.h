// Stops in GCJ-02 (points.h): converted when the sender says so, and told when they look so although nobody said it.
#pragma once

#include "mobility/gtfs.h"
#include "mobility/points.h"

namespace jiaoji::mobility {

// Moves every stop of the feed from GCJ-02 to WGS-84 and notes how far (`stops.gcj02`), or warns that nothing lies where the two differ.
void convert_stops(ReadFeed& read);

// Notes `stops.looks_gcj02` where the feed's stops lie beside those of the same name that are known, and taking `said` to be wrong
// would bring them together: at least kShiftedLeast, and more than half of those that could be compared. A note and not a fault, since
// it may be the known ones that are shifted. O(stops).
void note_shift(ReadFeed& read, Coordinates said, const std::vector<Stop>& known);
inline constexpr std::size_t kShiftedLeast = 3;

}  // namespace jiaoji::mobility
