// What if: a scenario changes the timetable, and the difference is told. 情景比较.
//
// A scenario is a TOML file of these tables, each any number of times, applied in this order:
//   [[stop]]    id, name, city, lat, lon: a new station
//   [[remove]]  trips that match
//   [[faster]]  trips that match, with one of percent, minutes (as many less) or to_minutes (needs `between`; who is faster stays so).
//               Only running times shrink, stays keep their length; with `between` only there, and later stops come earlier by as much.
//   [[more]]    trips that match, with times = 2 or every_minutes: copies of a run evenly between it and the next one of the same days
//               and ends, never before the first or after the last
//   [[add]]     name, type, stops, minutes (arrivals after the first departure), dwell_minutes, first, last, every_minutes, both_directions
// A table matches by `line` (a route's name or id), `trip` (name or id) and `between` = two stations that it serves one after the other,
// in either direction; all that are given must hold, and what matches nothing is an error. A station is an id, a name, or a city with 市.
// Nothing runs on a day on which nothing ran before: added trips run on all days on which the feed does, copies on those of their model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mobility/answers.h"

namespace jiaoji::mobility {

struct Named {
  std::string text;
  std::uint32_t line = 0;                 // of the file
};
struct NewStop {
  Named id;
  std::string name, city;
  geo::Point at;
};
struct Selector {
  std::optional<Named> line, trip;
  std::optional<std::pair<Named, Named>> between;
  std::uint32_t at = 0;                   // line of the table
};
struct Removal { Selector which; };
struct Speedup {
  Selector which;
  std::optional<double> percent, minutes, to_minutes;
};
struct Thickening {
  Selector which;
  int times = 0;                          // 0: by `every`
  Seconds every = 0;
};
struct Addition {
  Named name;
  int type = 2;                           // GTFS route_type
  std::vector<Named> stops;
  std::vector<Seconds> arrivals;          // after the first departure
  Seconds dwell = 0;
  Seconds first = 0, last = 0, every = 0;
  bool both_directions = false;
};
struct Scenario {
  std::string file;
  Text title;
  std::string note;                       // what its figures rest on
  std::vector<NewStop> stops;
  std::vector<Removal> removals;
  std::vector<Speedup> speedups;
  std::vector<Thickening> thickenings;
  std::vector<Addition> additions;
};
// Error scenario.invalid: file and line, what is wrong, what would be right.
Result<Scenario> read_scenario(std::string_view toml, std::string_view file);

enum class ChangeKind : std::uint8_t { added, removed, faster, thicker };
const char* to_string(ChangeKind kind);

// Trips that one table of the file touched and that stop at the same stations, both directions together: a line to be drawn.
struct ChangedService {
  struct At { std::string id, name; geo::Point at; };
  ChangeKind kind = ChangeKind::added;
  std::vector<std::string> names;         // of their routes
  int trips = 0;                          // counted as in Change
  std::vector<At> stops;                  // of `faster` the section alone that is ridden in less time
};

struct Change {
  std::uint32_t line = 0;
  int added = 0, removed = 0, changed = 0;  // trips; of trips by headway, rows of frequencies count as one
  Text words;
  std::vector<ChangedService> services;     // those of the most trips first
};
struct Applied {
  Feed feed;
  std::vector<Change> changes;
};
inline constexpr int kTripsAddedMax = 50'000;
// A function of its arguments: `feed` is taken by value. Errors scenario.stop_unknown, stop_ambiguous (asks which), stop_twice, nothing_matches,
// nothing_between, too_fast, too_many; each with file, line, table and key.
Result<Applied> apply(Feed feed, const Scenario& scenario);

// The same world with another timetable; streets are shared, points and zones copied.
Result<std::shared_ptr<World>> world_with(const World& world, Feed feed);

struct WhatIfAsked {
  std::string place;
  Day day = 0;
  Seconds time = 0;                       // leave at
  Between between;
  Seconds within = 3600;
  TimetableOptions options;
};
struct Times { Seconds before = kNever, after = kNever; };
struct StopDifference {
  std::int32_t stop = 0;                  // of the world after; kNone: gone
  std::string id, name;
  geo::Point at;
  Times planned, median, leave_at;        // planned: the best moment of the window, its end included
};
struct People { double people = 0, jobs = 0; };
struct Difference {
  Place place;                            // of the world after
  std::vector<StopDifference> stops;      // every stop that is reached before or after, in the order of the feed
  int newly_planned = 0, lost_planned = 0, newly = 0, lost = 0;  // stops within the limit now and not before, by planned and by leaving at
  Circle before, after;                   // leaving at `time`
  People planned_before, planned_after;   // inside by the best departure of the window
};
// `after` keeps the stops of `before` by their ids. Errors: those of find_place in either world, mobility.no_service.
Result<Difference> compare(const World& before, const World& after, const WhatIfAsked& asked);
// With the changed services that are to be drawn, at most kServicesShown, and how many more there are.
inline constexpr std::size_t kServicesShown = 300, kServiceNamesShown = 6;
json::Value compare_json(const World& after, const WhatIfAsked& asked, const Difference& difference, const Scenario& scenario, const std::vector<Change>& changes, Language language);

}  // namespace jiaoji::mobility
