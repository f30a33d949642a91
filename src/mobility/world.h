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
  std::shared_ptr<const Streets> streets;  // null: none; shared with the worlds of scenarios
  PointSet points;
  std::vector<Zone> zones;
  // Derived by finish().
  SnappedPoints stops_on_streets, points_on_streets;  // for walking
  SnappedPoints stops_for_cycles, stops_for_cars;
  std::optional<Near> stops_near;
  std::optional<Near> points_near;
  mutable Days days;

  World(Network n) : network(std::move(n)) {}
};

// Snaps stops, and points that are not snapped yet, to the streets and prepares what is near what. To be called once all parts are in.
void finish(World& world);

// One walks no longer than this to the first stop or from the last one.
inline constexpr Seconds kWalkSecondsMax = 3600;
// Without streets a car takes the straight line × detour at this; an assumption, said in every answer that uses it.
inline constexpr double kDriveKmh = 30;

// Where journeys from (or, with `backward`, to) the place begin: its stops, or those that its access reaches within `limit`. A bicycle or car
// is left at the stop.
std::vector<Access> accesses(const World& world, const Place& place, Seconds limit, bool backward);
// Walking from one coordinate to another; kNone when it takes longer than `limit`.
Seconds walk_seconds(const World& world, geo::Point from, geo::Point to, Seconds limit);
// How walking was measured, for every answer.
Text walking_method(const World& world);
// The same of a place's access; empty when it is on foot.
Text access_method(const World& world, const Place& place);
std::optional<Mode> parse_mode(std::string_view text);  // walk, cycle, drive
const char* to_string(Mode mode);

}  // namespace jiaoji::mobility
