// Zones: areas with hours in which a service runs, such as a robotaxi's. 服务区域.
//
// read_zones takes a GeoJSON FeatureCollection of Polygon and MultiPolygon features with the properties `id`, `name` and `hours`; ask()
// tells whether a place is inside, whether the service runs then, and if not, how near the zone is and when it opens. Times are local.
//
// Hours are a strict subset of OpenStreetMap's opening_hours:
//   hours = "24/7" | rule *( ";" rule )
//   rule  = days ( "off" | span *( "," span ) )  |  span *( "," span )          a rule without days is for every day
//   days  = weekday [ "-" weekday ] *( "," … )   |  date [ "-" date ]           Mo Tu We Th Fr Sa Su; 2026-10-01
//   span  = hh:mm "-" hh:mm                       to 48:00; an end not after its start is on the day after
// A later rule replaces an earlier one for the days that it names. A span that runs past midnight belongs to the day on which it began.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mobility/feed.h"
#include "mobility/shape.h"

namespace jiaoji::mobility {

struct Span { Seconds start = 0, end = 0; };  // of one day, end excluded, to 48 h
struct HoursRule {
  std::uint8_t weekdays = 0;              // bit 0 Monday; 0: by date
  Day first = 0, last = 0;                // both included
  std::vector<Span> spans;                // none: off
};
struct Hours {
  std::vector<HoursRule> rules;           // none: always
  std::string text;
  const std::vector<Span>& on(Day day) const;
};
// Error zones.hours: what stands there, at which character, what would be right.
Result<Hours> parse_hours(std::string_view text);

struct Moment {
  Day day = 0;
  Seconds time = 0;                       // 0 to 86,399
  auto operator<=>(const Moment&) const = default;
};
inline constexpr Day kDaysAhead = 400;    // opening and closing are looked for so far
bool open(const Hours& hours, Moment now);
// The end of the opening that runs now; nothing when closed, or when it does not end within kDaysAhead.
std::optional<Moment> closes(const Hours& hours, Moment now);
// The next opening after now; nothing when open, or when there is none within kDaysAhead.
std::optional<Moment> opens(const Hours& hours, Moment now);

struct Zone {
  std::string id, name;                   // id: the property, else the feature's own id, else its number from 1
  std::vector<Polygon> polygons;          // as they stood; outer rings may run either way
  Hours hours;
};
struct ZoneLimits {
  std::size_t bytes = 16u << 20;
  std::size_t zones = 1'000;
  std::size_t rings = 10'000;             // of all zones
  std::size_t vertices = 200'000;         // of all zones
  std::size_t comparisons = 50'000'000;   // of pairs of edges, looking for crossings; of all zones
};
// Errors zones.* name the feature, the ring and the vertex by a JSON pointer ("/features/0/geometry/coordinates/0/3") and in words:
// not closed, fewer than four positions, out of range, crossing or touching itself, a hole outside, an id that stands twice, bad hours.
Result<std::vector<Zone>> read_zones(std::string_view geojson, const ZoneLimits& limits = {});

struct ZoneAnswer {
  bool inside = false;                    // on the edge counts as inside, on the edge of a hole too; exact to 10^-9 degrees
  bool open = false;                      // the hours, wherever the place is
  geo::Point edge;                        // nearest place on the border
  double edge_metres = 0;                 // to it: negative inside, 0 on the edge, positive outside
  std::optional<Moment> closes, opens;
};
// `now.time` may be beyond a day or below 0: it is carried over to its day.
ZoneAnswer ask(const Zone& zone, geo::Point place, Moment now);

}  // namespace jiaoji::mobility
