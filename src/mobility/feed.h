// A timetable as its publisher wrote it: the tables of GTFS that travel times need, checked and joined by number.
//
// A Feed is what reading gives (gtfs.h, rail_csv.h) and what a scenario changes; network.h turns it into the arrays that searches run on.
// Times are seconds after the start of the service day ("noon minus 12 h"), above 86,400 past midnight. Dates are days
// since 1970-01-01. Numbers such as `stop` are places in the vector of that name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/geo.h"
#include "base/result.h"

namespace jiaoji::mobility {

using Seconds = std::int32_t;
using Day = std::int32_t;
inline constexpr std::int32_t kNone = -1;  // no such row

enum class LocationType : std::uint8_t { stop = 0, station = 1, entrance = 2, node = 3, boarding = 4 };

struct Stop {
  std::string id;
  std::string name;
  geo::Point at;
  std::int32_t parent = kNone;          // the station it belongs to
  LocationType type = LocationType::stop;
  std::string city;                     // of the plain CSV form; else empty
  Seconds min_change = kNone;           // set for this stop or station; kNone: the question's default
  std::string timezone;                 // its own, else the agency's
  bool holds_passengers() const { return type == LocationType::stop || type == LocationType::boarding; }
};

struct Route {
  std::string id, name;                 // short name, else long name
  int type = 3;                         // GTFS route_type, extended types as they stand (800 trolleybus, 900 tram)
  std::string agency;
};

// The days on which the trips of a service run: bit i of `runs` is day `first + i`. Calendar and exceptions are already joined.
struct ServiceDays {
  std::string id;
  Day first = 0;
  std::vector<bool> runs;
  bool on(Day day) const { return day >= first && day - first < static_cast<Day>(runs.size()) && runs[static_cast<std::size_t>(day - first)]; }
};

struct StopTime {
  std::int32_t stop = 0;
  Seconds arrival = 0, departure = 0;   // never decreasing along a trip; blanks already interpolated
  bool pickup = true, drop_off = true;  // may one board, may one alight
};

struct Trip {
  std::string id, name;                 // trip_short_name (the train's number), else empty
  std::int32_t route = 0, service = 0;
  std::uint32_t first = 0, count = 0;   // its part of Feed::stop_times, in order
};

// trip repeated from `start` to before `end` every `headway` seconds, as measured at its first stop.
struct Frequency {
  std::int32_t trip = 0;
  Seconds start = 0, end = 0, headway = 0;
  bool exact = false;
};

enum class TransferType : std::uint8_t { recommended = 0, timed = 1, minimum_time = 2, impossible = 3 };
struct Transfer {
  std::int32_t from = 0, to = 0;        // stops or stations
  TransferType type = TransferType::recommended;
  Seconds min_seconds = kNone;
};

struct Pathway {
  std::int32_t from = 0, to = 0;
  Seconds seconds = 0;
  bool both_ways = true;
};

struct Feed {
  std::string name;                     // of its file, for messages and for ids that stand in two feeds
  std::string timezone;                 // of its first agency
  std::vector<Stop> stops;
  std::vector<Route> routes;
  std::vector<ServiceDays> services;
  std::vector<Trip> trips;
  std::vector<StopTime> stop_times;
  std::vector<Frequency> frequencies;   // a trip that stands here runs only by these
  std::vector<Transfer> transfers;
  std::vector<Pathway> pathways;
};

// One thing noticed in a file, with what would be right.
enum class Severity : std::uint8_t { error, warning, note };
struct Notice {
  Severity severity = Severity::error;
  std::string key;                      // "gtfs.stop_missing"
  std::string file;                     // "stop_times.txt"
  std::size_t line = 0;                 // of the file, heading = 1; 0: the file as a whole
  std::string field;                    // column, or empty
  std::string value;                    // what stood there, shortened
  Text detail;                          // what is wrong and what would be right
};

}  // namespace jiaoji::mobility
