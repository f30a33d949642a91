#include "mobility/zones_rings.h"

#include <algorithm>

namespace jiaoji::mobility {

namespace {

__extension__ using Wide = __int128;

// Above 0: c lies left of a-b.
int turn(Spot a, Spot b, Spot c) {
  const Wide product = static_cast<Wide>(b.x - a.x) * (c.y - a.y) - static_cast<Wide>(b.y - a.y) * (c.x - a.x);
  return product > 0 ? 1 : product < 0 ? -1 : 0;
}

bool in_box(Spot a, Spot b, Spot p) { return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y && p.y <= std::max(a.y, b.y); }

enum class Contact { none, touch, crossing, overlap };

Contact contact(Spot a, Spot b, Spot c, Spot d) {
  const int abc = turn(a, b, c), abd = turn(a, b, d), cda = turn(c, d, a), cdb = turn(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return Contact::crossing;
  if (abc == 0 && abd == 0) {  // on one line
    const auto along = [&](Spot p) { return a.x != b.x ? p.x : p.y; };
    const auto from = std::max(std::min(along(a), along(b)), std::min(along(c), along(d))), to = std::min(std::max(along(a), along(b)), std::max(along(c), along(d)));
    return from < to ? Contact::overlap : from == to ? Contact::touch : Contact::none;
  }
  const bool touch = (abc == 0 && in_box(a, b, c)) || (abd == 0 && in_box(a, b, d)) || (cda == 0 && in_box(c, d, a)) || (cdb == 0 && in_box(c, d, b));
  return touch ? Contact::touch : Contact::none;
}

struct Edge {
  Spot a, b;
  std::size_t ring = 0, vertex = 0;
  std::size_t place = 0, count = 0;      // among the ring's edges that have a length
  std::int64_t west() const { return std::min(a.x, b.x); }
  std::int64_t east() const { return std::max(a.x, b.x); }
};

std::vector<Edge> edges_of(const std::vector<std::vector<Spot>>& rings) {
  std::vector<Edge> edges;
  for (std::size_t r = 0; r < rings.size(); ++r) {
    const auto first = edges.size();
    for (std::size_t v = 0; v + 1 < rings[r].size(); ++v) {
      if (rings[r][v] != rings[r][v + 1]) edges.push_back({rings[r][v], rings[r][v + 1], r, v, edges.size() - first, 0});
    }
    for (auto i = first; i < edges.size(); ++i) edges[i].count = edges.size() - first;
  }
  return edges;
}

bool neighbours(const Edge& a, const Edge& b) { return a.ring == b.ring && ((a.place + 1) % a.count == b.place || (b.place + 1) % b.count == a.place); }

// Sweeps from west to east over the edges, comparing those whose boxes overlap.
std::optional<RingFault> crossing(std::vector<Edge> edges, std::size_t& comparisons) {
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.west() < b.west(); });
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto& e = edges[i];
    const auto south = std::min(e.a.y, e.b.y), north = std::max(e.a.y, e.b.y);
    for (std::size_t j = i + 1; j < edges.size() && edges[j].west() <= e.east(); ++j) {
      const auto& f = edges[j];
      if (comparisons == 0) return RingFault{RingFault::Kind::too_complicated, e.ring, e.vertex, f.ring, f.vertex};
      --comparisons;
      if (std::min(f.a.y, f.b.y) > north || std::max(f.a.y, f.b.y) < south) continue;
      const auto found = contact(e.a, e.b, f.a, f.b);
      if (found == Contact::none) continue;
      // Neighbours share a place; rings of one polygon may touch in one.
      const bool fine = found == Contact::touch && (neighbours(e, f) || e.ring != f.ring);
      if (!fine) return RingFault{found == Contact::overlap && e.ring == f.ring ? RingFault::Kind::spike : RingFault::Kind::crossing, e.ring, e.vertex, f.ring, f.vertex};
    }
  }
  return {};
}

}  // namespace

std::vector<Spot> to_spots(const Ring& ring) {
  std::vector<Spot> spots;
  spots.reserve(ring.size());
  for (const auto p : ring) spots.push_back(to_spot(p));
  return spots;
}

Side side_of(const std::vector<Spot>& ring, Spot spot) {
  int winding = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const auto a = ring[i], b = ring[i + 1];
    if (std::max(a.y, b.y) < spot.y || std::min(a.y, b.y) > spot.y) continue;
    const int side = turn(a, b, spot);
    if (side == 0 && in_box(a, b, spot)) return Side::edge;
    if (a.y <= spot.y && b.y > spot.y && side > 0) ++winding;
    if (a.y > spot.y && b.y <= spot.y && side < 0) --winding;
  }
  return winding ? Side::inside : Side::outside;
}

std::optional<RingFault> check_rings(const Polygon& polygon, std::size_t& comparisons) {
  std::vector<std::vector<Spot>> rings;
  for (const auto& ring : polygon.rings) rings.push_back(to_spots(ring));
  if (const auto fault = crossing(edges_of(rings), comparisons)) return fault;
  for (std::size_t r = 1; r < rings.size(); ++r) {
    for (std::size_t v = 0; v + 1 < rings[r].size(); ++v) {
      const auto a = rings[r][v], b = rings[r][v + 1];
      const Spot middle{a.x / 2 + b.x / 2, a.y / 2 + b.y / 2};
      for (std::size_t other = 0; other < rings.size(); ++other) {
        if (other == r) continue;
        if (comparisons < rings[other].size()) return RingFault{RingFault::Kind::too_complicated, r, v, other, 0};
        comparisons -= rings[other].size();
        if (other == 0 && (side_of(rings[0], a) == Side::outside || side_of(rings[0], middle) == Side::outside)) return RingFault{RingFault::Kind::hole_outside, r, v, 0, 0};
        if (other != 0 && (side_of(rings[other], a) == Side::inside || side_of(rings[other], middle) == Side::inside)) return RingFault{RingFault::Kind::hole_in_hole, r, v, other, 0};
      }
    }
  }
  return {};
}

}  // namespace jiaoji::mobility
