// Exact geometry of rings: whole numbers of 10^-9 degrees, so that no test is decided by rounding. For zones.h.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "mobility/shape.h"

namespace jiaoji::mobility {

// Twice 10^-9 degrees, so that the middle of an edge is whole as well.
struct Spot {
  std::int64_t x = 0, y = 0;
  bool operator==(const Spot&) const = default;
};
inline Spot to_spot(geo::Point p) { return {2 * std::llround(p.lon * 1e9), 2 * std::llround(p.lat * 1e9)}; }
std::vector<Spot> to_spots(const Ring& ring);

enum class Side : std::int8_t { outside = -1, edge = 0, inside = 1 };
// By winding number; the ring is closed.
Side side_of(const std::vector<Spot>& ring, Spot spot);

// The first thing that is wrong with a polygon's rings, each closed and of four places at least.
struct RingFault {
  enum class Kind : std::uint8_t { crossing, spike, hole_outside, hole_in_hole, too_complicated } kind = Kind::crossing;
  std::size_t ring = 0, vertex = 0;      // the edge that begins there, or the vertex
  std::size_t other_ring = 0, other_vertex = 0;
};
// `comparisons` is what is left of the caller's limit.
std::optional<RingFault> check_rings(const Polygon& polygon, std::size_t& comparisons);

}  // namespace jiaoji::mobility
