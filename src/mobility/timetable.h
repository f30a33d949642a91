// The trips of one service day, laid out for searching.
//
// A pattern is a sequence of stops served by trips that never overtake each other (trips that do are put into several patterns), so the
// first trip that one can still catch is also the best: Delling, Pajor, Werneck, "Round-Based Public Transit Routing" (2015), the
// "route" of RAPTOR. Times are seconds of the service day; trips of the day before and after stand in it 86,400 seconds earlier or later.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mobility/network.h"

namespace jiaoji::mobility {

inline constexpr Seconds kNever = INT32_MAX;

struct TimetableOptions {
  bool service_day_only = false;        // without the trips of the days before and after
  Seconds min_change_default = 120;     // at a stop that sets none
  Seconds min_change_everywhere = kNone;  // when asked: instead of what feeds and stations set
  Seconds change_buffer = 0;            // added to every change: tight ones become safe
  bool walking = true;                  // between stops
  bool operator==(const TimetableOptions&) const = default;
};

struct Pattern {
  std::uint32_t first_stop = 0;         // its part of pattern_stops
  std::uint32_t stops = 0;
  std::uint32_t first_event = 0;        // its part of arrivals and departures
  std::uint32_t trips = 0;
  std::uint32_t first_run = 0;          // its part of runs, in the order of departure
};

// A trip as it runs on this day.
struct Run {
  std::uint32_t trip = 0;               // Feed::trips
  Seconds shift = 0;                    // added to its stop times
};

// From one stop of a run to its next.
struct Connection {
  Seconds departure = 0, arrival = 0;
  std::int32_t from = 0, to = 0;
  std::uint32_t run = 0;
};

struct PatternAt {
  std::uint32_t pattern = 0, position = 0;
  Seconds last = 0;                     // when the last run leaves there
};

struct Timetable {
  Day day = 0;
  TimetableOptions options;
  std::uint32_t stops = 0;
  std::vector<Pattern> patterns;
  std::vector<std::int32_t> pattern_stops;
  std::vector<Seconds> arrivals;        // first_event + trip * stops + position; kNever where nobody may alight
  std::vector<Seconds> departures;      // first_event + position * trips + trip; -kNever where nobody may board
  std::vector<Run> runs;
  std::vector<std::uint32_t> at_first;  // stops + 1
  std::vector<PatternAt> at;            // patterns that stop there and may be boarded
  std::vector<Seconds> change;          // of each stop: least seconds from an arrival to the next departure, buffer included
  std::vector<std::uint32_t> footpath_first;
  std::vector<Footpath> footpaths;      // `change` always set
  std::vector<Connection> connections;  // by departure, where scanning them is exact and faster (scan.h); else empty
  bool reversed = false;                // see reverse()

  std::span<const Footpath> footpaths_of(std::int32_t stop) const {
    return {footpaths.data() + footpath_first[static_cast<std::size_t>(stop)], footpaths.data() + footpath_first[static_cast<std::size_t>(stop) + 1]};
  }
};

// The day's timetable. Error `mobility.no_service` when the feeds do not cover `day`: says which dates they do.
// O(trips of the day).
Result<Timetable> timetable_of(const Network& network, Day day, const TimetableOptions& options);

// Fills `connections`, or leaves them empty; called by timetable_of and reverse. See scan.cc.
void list_connections(Timetable& timetable);

// Time turned round: stop order reversed, every time negated. Earliest arrival in it is latest departure in the original, so that "to" and
// "from" are one search.
Timetable reverse(const Timetable& timetable);

}  // namespace jiaoji::mobility
