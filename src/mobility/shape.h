// Shapes on the map: rings and polygons as GeoJSON (RFC 7946) has them.
//
// A ring is closed (first = last). A polygon's first ring is its outer border, the others are holes. Not across the 180th meridian.
#pragma once

#include <string>
#include <vector>

#include "base/geo.h"
#include "base/json.h"

namespace jiaoji::mobility {

using Ring = std::vector<geo::Point>;
struct Polygon {
  std::vector<Ring> rings;
};

inline constexpr double kMetresPerDegree = geo::kEarthRadiusMetres * std::numbers::pi / 180;

// Signed area on the sphere, positive when the ring runs counter-clockwise.
double ring_km2(const Ring& ring);
double area_km2(const std::vector<Polygon>& polygons);  // outer rings less holes, whichever way they run

// Is the point in the shape? By winding number; a point on a border (of a hole too) may fall to either side by rounding: zones.h has
// the exact rule.
bool contains(const std::vector<Polygon>& polygons, geo::Point point);

// {"type":"MultiPolygon","coordinates":[…]}, as text without a detour over values, and as a value to put into another.
std::string write_multipolygon(const std::vector<Polygon>& polygons);
json::Value multipolygon(const std::vector<Polygon>& polygons);

}  // namespace jiaoji::mobility
