// Places on the earth: WGS-84 degrees, distances in metres.
//
// Coordinates are stored in WGS-84; an import names its system, because GCJ-02 lies some 500 m off in Shandong.
#pragma once

#include <cmath>
#include <numbers>

namespace jiaoji::geo {

struct Point {
  double lat = 0;  // degrees north, -90 to 90
  double lon = 0;  // degrees east, -180 to 180
  bool operator==(const Point&) const = default;
};

inline constexpr double kEarthRadiusMetres = 6371008.8;  // mean radius R1 of the GRS 80 ellipsoid

// Great-circle distance in metres (haversine).
inline double distance_metres(Point a, Point b) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double lat = std::sin((b.lat - a.lat) * kRadians / 2), lon = std::sin((b.lon - a.lon) * kRadians / 2);
  const double h = lat * lat + std::cos(a.lat * kRadians) * std::cos(b.lat * kRadians) * lon * lon;
  return 2 * kEarthRadiusMetres * std::asin(std::sqrt(h < 1 ? h : 1));
}

}  // namespace jiaoji::geo
