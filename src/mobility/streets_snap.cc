// The street beside a place, by a grid over the pieces of all edges.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "mobility/streets_parts.h"

namespace jiaoji::mobility {

namespace {

using Grid = Streets::Grid;
constexpr double kCellMetres = 120;
constexpr double kAtCrossingMetres = 0.05;
constexpr std::int64_t kCellsMax = 4'000'000;
constexpr std::size_t kEntriesAPiece = 4;  // more cells than this a piece, and the cells are too small

std::int64_t cell(std::int64_t e7, std::int64_t origin, std::int64_t size) {
  const auto d = e7 - origin;
  return d >= 0 ? d / size : -((-d + size - 1) / size);
}

// Calls take(cell) for every cell that the piece a-b may pass through.
template <class Take>
void cells_of(const Grid& grid, StreetPoint a, StreetPoint b, Take take) {
  if (a.lat > b.lat) std::swap(a, b);
  const auto first = cell(a.lat, grid.south, grid.cell_lat), last = cell(b.lat, grid.south, grid.cell_lat);
  for (auto row = first; row <= last; ++row) {
    // The piece's part within this row of cells, a hair wider.
    const double south = static_cast<double>(grid.south + row * grid.cell_lat), height = static_cast<double>(b.lat) - a.lat;
    const auto lon_at = [&](double lat) { return height > 0 ? a.lon + (static_cast<double>(b.lon) - a.lon) * std::clamp((lat - a.lat) / height, 0.0, 1.0) : a.lon; };
    auto west = lon_at(south), east = height > 0 ? lon_at(south + grid.cell_lat) : b.lon;
    if (west > east) std::swap(west, east);
    const auto from = std::max<std::int64_t>(0, cell(static_cast<std::int64_t>(std::floor(west)) - 1, grid.west, grid.cell_lon));
    const auto to = std::min<std::int64_t>(grid.columns - 1, cell(static_cast<std::int64_t>(std::ceil(east)) + 1, grid.west, grid.cell_lon));
    for (auto column = from; column <= to; ++column) take(static_cast<std::size_t>(row * grid.columns + column));
  }
}

template <class Take>
void for_each_piece(const Streets& streets, Take take) {
  for (std::uint32_t e = 0; e < streets.edges.size(); ++e) {
    const auto shape = streets.shape_of(e);
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) take(e, static_cast<std::uint32_t>(streets.edges[e].shape + i));
  }
}

void set_cells(Grid& grid, std::int64_t north, std::int64_t east, double cell_metres) {
  const double middle = (static_cast<double>(grid.south) + static_cast<double>(north)) / 2 * 1e-7 * std::numbers::pi / 180;
  grid.cell_lat = static_cast<std::int32_t>(std::clamp(cell_metres / kMetresPerDegree * 1e7, 1.0, 1.8e9));
  grid.cell_lon = static_cast<std::int32_t>(std::clamp(cell_metres / kMetresPerDegree * 1e7 / std::max(0.01, std::cos(middle)), 1.0, 1.8e9));
  grid.rows = static_cast<std::int32_t>((north - grid.south) / grid.cell_lat + 1);
  grid.columns = static_cast<std::int32_t>((east - grid.west) / grid.cell_lon + 1);
}

// Where the place is nearest to a piece. Squared: roots are dear, and only the winner needs one.
struct Nearest { double square_metres = 0, share = 0; };
Nearest nearest_on(const Plane& plane, StreetPoint a, StreetPoint b) {
  const auto p = plane.to(to_point(a)), q = plane.to(to_point(b));
  const double share = nearest_share(p, q);
  const double x = p.x + share * (q.x - p.x), y = p.y + share * (q.y - p.y);
  return {x * x + y * y, share};
}

Snap snap_on(const Streets& streets, std::uint32_t edge, std::uint32_t piece, Nearest nearest) {
  const auto shape = streets.shape_of(edge);
  const std::size_t last = piece - streets.edges[edge].shape;
  double along = 0;
  for (std::size_t i = 0; i < last; ++i) along += geo::distance_metres(to_point(shape[i]), to_point(shape[i + 1]));
  const auto a = to_point(shape[last]), b = to_point(shape[last + 1]);
  along += nearest.share * geo::distance_metres(a, b);
  Snap snap;
  snap.edge = edge;
  // Beside a crossing is at the crossing: on a oneway street one could not even step back to it.
  const float whole = streets.edges[edge].metres;
  snap.along = along < kAtCrossingMetres ? 0 : along > whole - kAtCrossingMetres ? whole : static_cast<float>(along);
  snap.metres = static_cast<float>(std::sqrt(nearest.square_metres));
  snap.at = {a.lat + nearest.share * (b.lat - a.lat), a.lon + nearest.share * (b.lon - a.lon)};
  return snap;
}

}  // namespace

void make_grid(Streets& streets) {
  auto& grid = streets.grid;
  if (streets.shapes.empty()) return;
  std::int32_t north = INT32_MIN, east = INT32_MIN;
  grid.south = grid.west = INT32_MAX;
  for (const auto p : streets.shapes) {
    grid.south = std::min(grid.south, p.lat), north = std::max(north, p.lat);
    grid.west = std::min(grid.west, p.lon), east = std::max(east, p.lon);
  }
  const auto enough = kEntriesAPiece * streets.shapes.size() + 1000;
  for (double metres = kCellMetres;; metres *= 2) {
    set_cells(grid, north, east, metres);
    if (static_cast<std::int64_t>(grid.rows) * grid.columns > kCellsMax) continue;
    grid.first.assign(static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns) + 1, 0);
    std::size_t entries = 0;
    for_each_piece(streets, [&](std::uint32_t, std::uint32_t piece) {
      if (entries <= enough) cells_of(grid, streets.shapes[piece], streets.shapes[piece + 1], [&](std::size_t c) { ++grid.first[c + 1], ++entries; });
    });
    if (entries <= enough || grid.first.size() == 2) break;
  }
  std::partial_sum(grid.first.begin(), grid.first.end(), grid.first.begin());
  grid.edge.resize(grid.first.back()), grid.piece.resize(grid.first.back());
  auto next = grid.first;
  for_each_piece(streets, [&](std::uint32_t edge, std::uint32_t piece) {
    cells_of(grid, streets.shapes[piece], streets.shapes[piece + 1], [&](std::size_t c) { grid.edge[next[c]] = edge, grid.piece[next[c]++] = piece; });
  });
}

Snap snap(const Streets& streets, geo::Point place, Mode mode, double metres_max) {
  const auto& grid = streets.grid;
  if (grid.first.empty() || !(place.lat >= -90 && place.lat <= 90 && place.lon >= -180 && place.lon <= 180)) return {};
  const Plane plane(place);
  const auto modes = bit(mode);
  Nearest best{metres_max * metres_max, 0};
  std::uint32_t best_edge = Snap::kNowhere, best_piece = 0;
  const auto look = [&](std::int64_t row, std::int64_t column) {
    const auto c = static_cast<std::size_t>(row * grid.columns + column);
    for (auto i = grid.first[c]; i < grid.first[c + 1]; ++i) {
      const auto& use = streets.edges[grid.edge[i]].use;
      if (!((use.along | use.against) & modes) || (mode == Mode::drive && !use.stopping)) continue;
      const auto near = nearest_on(plane, streets.shapes[grid.piece[i]], streets.shapes[grid.piece[i] + 1]);
      // Of two streets as near as each other (at a crossing), the first: the answer does not depend on the order of cells.
      if (near.square_metres < best.square_metres || (near.square_metres == best.square_metres && std::pair(grid.edge[i], grid.piece[i]) < std::pair(best_edge, best_piece))) best = near, best_edge = grid.edge[i], best_piece = grid.piece[i];
    }
  };
  const auto row = cell(std::llround(place.lat * 1e7), grid.south, grid.cell_lat), column = cell(std::llround(place.lon * 1e7), grid.west, grid.cell_lon);
  const double cell_metres = 0.98 * std::min(plane.to({place.lat + grid.cell_lat * 1e-7, 0}).y, plane.to({0, place.lon + grid.cell_lon * 1e-7}).x);
  // Rings of cells outwards; what lies in ring k is at least k - 1 cells away.
  const auto rings = std::max(std::max(std::abs(row - grid.rows / 2) + grid.rows, std::abs(column - grid.columns / 2) + grid.columns), std::int64_t{1});
  for (std::int64_t k = 0; k <= rings; ++k) {
    const double least = static_cast<double>(k - 1) * cell_metres;
    if (k > 0 && least * least > best.square_metres) break;
    const auto west = std::max<std::int64_t>(column - k, 0), east = std::min<std::int64_t>(column + k, grid.columns - 1);
    for (auto r = std::max<std::int64_t>(row - k, 0); r <= std::min<std::int64_t>(row + k, grid.rows - 1); ++r) {
      if (r == row - k || r == row + k) {
        for (auto c = west; c <= east; ++c) look(r, c);
      } else {
        if (column - k >= 0 && column - k < grid.columns) look(r, column - k);
        if (column + k >= 0 && column + k < grid.columns) look(r, column + k);
      }
    }
  }
  return best_edge == Snap::kNowhere ? Snap{} : snap_on(streets, best_edge, best_piece, best);
}

SnappedPoints snap_all(const Streets& streets, std::span<const geo::Point> places, Mode mode, double metres_max) {
  SnappedPoints out{mode, {}};
  out.at.reserve(places.size());
  for (const auto place : places) out.at.push_back(snap(streets, place, mode, metres_max));
  return out;
}

}  // namespace jiaoji::mobility
