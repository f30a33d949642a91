// What the files of streets.h share among themselves: nobody else includes this.
#pragma once

#include <algorithm>
#include <cmath>

#include "mobility/shape.h"
#include "mobility/streets.h"

namespace jiaoji::mobility {

void make_grid(Streets& streets);

// Milliseconds a metre, for an edge or an exit with these speeds.
inline double milliseconds_per_metre(const Going& going, std::uint8_t kmh) {
  const double speed = going.mode == Mode::walk ? going.walk_kmh : going.mode == Mode::cycle ? going.cycle_kmh : going.drive_factor * kmh;
  return 3600 / std::max(speed, 0.01);
}
// Rounded, and never so large that a sum of two overflows.
inline std::uint32_t milliseconds(double metres, double per_metre) { return static_cast<std::uint32_t>(std::min(metres * per_metre + 0.5, 1e9)); }

// A plane of metres around a place, good to some 0.1 % over a few kilometres.
struct Plane {
  explicit Plane(geo::Point centre) : centre_(centre), east_(kMetresPerDegree * std::max(0.01, std::cos(centre.lat * std::numbers::pi / 180))) {}
  struct Metres { double x = 0, y = 0; };
  Metres to(geo::Point p) const { return {(p.lon - centre_.lon) * east_, (p.lat - centre_.lat) * kMetresPerDegree}; }
  geo::Point back(Metres m) const { return {centre_.lat + m.y / kMetresPerDegree, centre_.lon + m.x / east_}; }

 private:
  geo::Point centre_;
  double east_;
};

// Where on the segment a-b the plane's centre is nearest: 0 at a, 1 at b.
inline double nearest_share(Plane::Metres a, Plane::Metres b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  return length > 0 ? std::clamp(-(a.x * dx + a.y * dy) / length, 0.0, 1.0) : 0;
}

}  // namespace jiaoji::mobility
