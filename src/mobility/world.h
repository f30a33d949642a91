// All that travel times are computed from: timetables, streets, people and jobs, zones.
//
// Immutable but for a cache of days; any number of threads may ask it.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "mobility/near.h"
#include "mobility/network.h"
#include "mobility/places.h"
#include "mobility/points.h"
#include "mobility/scan.h"
#include "mobility/streets.h"
#include "mobility/timetable.h"
#include "mobility/zones.h"

namespace jiaoji::mobility {

// The days that were asked for last, in both directions.
class Days {
 public:
  using Pointer = std::shared_ptr<const Timetable>;
  // Builds it when it is not there. Error: `mobility.no_service`.
  Result<Pointer> of(const Network& network, Day day, const TimetableOptions& options, bool reversed);

 private:
  static constexpr std::size_t kDaysKept = 12;
  struct Kept {
    Day day;
    TimetableOptions options;
    bool reversed;
    Pointer timetable;
  };
  std::mutex mutex_;
  std::list<Kept> kept_;  // used last stands first
};

struct World {
  Network network;
  std::optional<Streets> streets;
  PointSet points;
  std::vector<Zone> zones;
  // Derived by finish().
  SnappedPoints stops_on_streets, points_on_streets;
  std::optional<Near> stops_near;
  std::optional<Near> points_near;
  mutable Days days;

  World(Network n) : network(std::move(n)) {}
};

// Snaps stops and points to the streets and prepares what is near what. To be called once all parts are in.
void finish(World& world);

// One walks no longer than this to the first stop or from the last one.
inline constexpr Seconds kWalkSecondsMax = 3600;

// Where journeys from (or, with `backward`, to) the place begin: its stops, or those that can be walked to within `limit`.
std::vector<Access> accesses(const World& world, const Place& place, Seconds limit, bool backward);
// Walking from one coordinate to another; kNone when it takes longer than `limit`.
Seconds walk_seconds(const World& world, geo::Point from, geo::Point to, Seconds limit);
// How walking was measured, for every answer.
Text walking_method(const World& world);

}  // namespace jiaoji::mobility
