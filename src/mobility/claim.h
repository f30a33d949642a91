// A claim about travel times, as somebody made it, held against the timetable. 通勤圈承诺的核验.
//
// A claim is a TOML file: two places, or a centre and the cities that it is said to reach; a limit; a window of the day. It is judged
// by each definition of reach.h apart, because a claim often holds by one and fails by another. Every verdict names which one it is:
//   planned    the best departure of the window, no wait before it, is within the limit
//   leave at   setting out at every minute of the window, waits included: at least `share` of the minutes are within the limit
//   average    the mean over those minutes is within the limit, and at least `share` of them arrive at all
// From station to station: a city stands for all its main stations, and a name is the city's where there is one (济南站 is the station). From door to door, when population is loaded: every resident of the
// first place goes from the own door to a stop (on foot, or with [door] straight at its km/h to a station of the place), on by timetable to
// any station of the second, and from there as far as half of the second place's residents live from their nearest station (egress).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/truth.h"
#include "mobility/answers.h"

namespace jiaoji::mobility {

Truth both(Truth a, Truth b);             // no if one is no, else unknown if one is unknown

struct Door {
  double kmh = 0;                         // by the straight line × detour; 0: on foot, as everywhere else
  Seconds most = kWalkSecondsMax;         // no longer to or from a station
};

struct Claim {
  Text title;
  std::string source;                     // who promised it, and where
  std::optional<Day> day;                 // else the question's
  Between between{6 * 3600, 22 * 3600};
  Seconds within = 0;
  double share = 0.5;                     // of the minutes of the window that must make it
  double people_share = 0.5;              // of the residents who must make it
  bool circle = false;
  std::vector<std::string> from;          // of a pair one; of a circle the cities that it covers
  std::string to;                         // of a circle its centre
  Door door;
};
// Error claim.invalid: file and line, what is wrong, what would be right.
Result<Claim> read_claim(std::string_view toml, std::string_view file);

// From station to station.
struct Stations {
  Place from;
  Spread spread;                          // planned, average, arriving, within
  double share = 0;                       // of the minutes that are within the limit
  Seconds worst_hour = kNone;             // the clock hour of the window with the smallest share, the first of equals
  double worst_share = 0;
  int journeys = 0, journeys_within = 0;  // departures of the window that no later one beats
  std::optional<Seconds> first, last;     // of those within the limit
  std::optional<Way> best;                // the fastest, with its legs
  Truth planned = Truth::unknown, leave_at = Truth::unknown, average = Truth::unknown;
};

// From door to door, counted in people.
struct Doors {
  Truth planned = Truth::unknown, leave_at = Truth::unknown;
  Text reason;                            // why unknown
  double people = 0, people_planned = 0, people_median = 0;  // residents; those whose best departure, whose median minute is within
};

struct Leading {                          // from one place
  Stations stations;
  Doors doors;
};
struct Verdict {
  Claim claim;
  Day day = 0;
  Place to;
  std::vector<Leading> from;
  Stations all;                           // the three truths only: yes when it is yes from every place
  Doors doors;                            // of the residents of all places together
  Seconds egress = kNone;
  Text residents;                         // how they were chosen
};
// Errors: those of find_place, mobility.no_service, claim.same_place.
Result<Verdict> judge(const World& world, const Claim& claim, Day day, const TimetableOptions& options = {});
json::Value verdict_json(const World& world, const Verdict& verdict, Language language);

// How doors and stations were connected, for every answer.
Text door_method(const World& world, const Door& door);

// Residents of a place: the points whose district's name begins with the place's (济南: 济南历下) or ends with it (章丘: 济南章丘), else
// those within kResidentsMetres of its stops.
inline constexpr double kResidentsMetres = 20'000;
struct Residents {
  std::vector<std::uint32_t> points;
  bool by_district = false;
};
Residents residents_of(const World& world, const Place& place);

// claim_doors.cc: fills people and truths of each place and of all; without population unknown, with the reason.
Result<void> judge_doors(const World& world, const TimetableOptions& options, Verdict& verdict);

}  // namespace jiaoji::mobility
