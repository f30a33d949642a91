// Answers as JSON and GeoJSON: the same for the command line and the API.
//
// Every answer names its definition ("leave_at", "planned", "average"), how walking was measured, and where it is of several feeds, the
// ids as network.h tells them apart.
#pragma once

#include "base/json.h"
#include "mobility/circle.h"
#include "mobility/reach.h"

namespace jiaoji::mobility {

// "2016-03-02 08:00" → day and time; the date alone is 08:00. Error: mobility.time.
struct DayTime { Day day = 0; Seconds time = 0; };
Result<DayTime> parse_day_time(std::string_view text);
std::string format_day_time(Day day, Seconds time);
// "06:00-22:00". Error: mobility.between, when it is none, or ends before it begins, or is longer than a day.
struct Between { Seconds from = 0, to = 0; };
Result<Between> parse_between(std::string_view text);

// {"severity","key","file","line","field","value","detail"}
json::Value notice_json(const Notice& notice, Language language);

double minutes_of(Seconds seconds);  // to a hundredth

// How one walks, and how one gets from those places that are coordinates to a stop.
std::string method_of(const World& world, const std::vector<Place>& places, Language language);
json::Value place_json(const World& world, const Place& place);
// {"from","depart","definition","walking","reached":[{"stop","name","lat","lon","arrival_seconds","minutes","changes"}]}, by minutes.
// Backward: "to", "arrive" and "departure_seconds".
json::Value reach_json(const World& world, const Asked& asked, const Reach& reach, Language language);
// One row a stop: planned, median, p90, average, share within the limit, first and last departure.
json::Value window_json(const World& world, const WindowAsked& asked, const WindowReach& window, Language language);
json::Value routes_json(const World& world, const RouteAsked& asked, const std::vector<Way>& ways, Language language);
// {"from","within_minutes","walking","count","nearest":[{"stop","name","lat","lon","minutes","straight_metres"}]}
json::Value nearest_json(const World& world, const Nearest& nearest, Language language);
json::Value matrix_json(const World& world, const MatrixAsked& asked, const std::vector<std::vector<Seconds>>& seconds, Language language);
json::Value inside_json(const World& world, const Inside& inside);
// A FeatureCollection: the circle as MultiPolygon with people and jobs in its properties, then a Point for each stop inside.
json::Value circle_geojson(const World& world, const Asked& asked, const Circle& circle, const Area& area, Language language);

// What a page needs to draw circles at any minute of the window by itself: of each stop the best journeys as [departure, arrival] in
// seconds, and how far one walks. Backward: [there by, leave at].
json::Value profile_json(const World& world, const WindowAsked& asked, const WindowReach& window, Language language);
// Stops and lines for a schematic map: each pattern of stops once, with its name and how many trips run it on `day`.
json::Value network_json(const World& world, Day day);
json::Value points_json(const World& world);
json::Value zone_json(const Zone& zone, const ZoneAnswer& answer);
json::Value people_json(const PeopleOverWindow& people);

}  // namespace jiaoji::mobility
