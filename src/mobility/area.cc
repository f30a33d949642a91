#include "mobility/area.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mobility/area_contour.h"
#include "mobility/streets_parts.h"

namespace jiaoji::mobility {

namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kNearestCorner = 0.1;  // of a cell: what the corner nearest to a reached place has to spare at least

bool on_earth(geo::Point p) { return std::abs(p.lat) <= 90 && std::abs(p.lon) <= 180; }
bool counts(const Source& source) { return source.left >= 0 && on_earth(source.at); }

// Metres to spare at the corners of a grid; painting only ever raises them, so that more time never makes the shape smaller.
class Raster {
 public:
  Raster(const AreaGrid& grid, float lowest) : grid_(grid), lowest_(lowest), spare(static_cast<std::size_t>(grid.columns) * grid.rows, lowest) {}

  // Everything within `metres` of the place is in reach.
  void paint(geo::Point at, double metres) {
    const double east = std::max(0.01, std::cos(at.lat * kRadians)) * kMetresPerDegree;
    const double x = (at.lon - grid_.south_west.lon) / grid_.degrees_lon, y = (at.lat - grid_.south_west.lat) / grid_.degrees_lat;
    const double reach = metres - lowest_, dx = grid_.degrees_lon * east, dy = grid_.degrees_lat * kMetresPerDegree;
    const auto first_row = at_least(y - reach / dy), last_row = at_most(y + reach / dy, grid_.rows);
    const auto radius = static_cast<float>(metres);
    for (auto row = first_row; row <= last_row; ++row) {
      const double north = (static_cast<double>(row) - y) * dy, half = std::sqrt(std::max(0.0, reach * reach - north * north)) / dx;
      const auto first = at_least(x - half), last = at_most(x + half, grid_.columns);
      if (last < first) continue;
      const auto north_squared = static_cast<float>(north * north), step = static_cast<float>(dx), start = static_cast<float>((static_cast<double>(first) - x) * dx);
      float* corner = spare.data() + row * grid_.columns + first;
      const auto count = static_cast<int>(last - first + 1);
      for (int i = 0; i < count; ++i) {
        const float across = start + static_cast<float>(i) * step;
        const float value = radius - std::sqrt(north_squared + across * across);
        corner[i] = corner[i] < value ? value : corner[i];
      }
    }
    touch(x, y);
  }

  // The same with `wide_metres`, as most of the places on streets are: squares are kept and one root a corner is drawn in the end.
  void paint_wide(geo::Point at) {
    const double east = std::max(0.01, std::cos(at.lat * kRadians)) * kMetresPerDegree;
    const double x = (at.lon - grid_.south_west.lon) / grid_.degrees_lon, y = (at.lat - grid_.south_west.lat) / grid_.degrees_lat;
    const double reach = wide_metres_ - lowest_, dx = grid_.degrees_lon * east, dy = grid_.degrees_lat * kMetresPerDegree;
    const auto first_row = at_least(y - reach / dy), last_row = at_most(y + reach / dy, grid_.rows), first = at_least(x - reach / dx), last = at_most(x + reach / dx, grid_.columns);
    const auto step = static_cast<float>(dx), start = static_cast<float>((static_cast<double>(first) - x) * dx);
    const auto count = static_cast<int>(last - first + 1);
    for (auto row = first_row; row <= last_row; ++row) {
      const auto north = static_cast<float>((static_cast<double>(row) - y) * dy), north_squared = north * north;
      float* corner = squares_.data() + row * grid_.columns + first;
      for (int i = 0; i < count; ++i) {
        const float across = start + static_cast<float>(i) * step, value = north_squared + across * across;
        corner[i] = corner[i] > value ? value : corner[i];
      }
    }
    touch(x, y);
  }
  void begin_wide(double metres) {
    wide_metres_ = metres;
    squares_.assign(spare.size(), std::numeric_limits<float>::max());
  }
  void end_wide() {
    const auto radius = static_cast<float>(wide_metres_), farthest = (radius - lowest_) * (radius - lowest_);
    for (std::size_t i = 0; i < squares_.size(); ++i) {
      if (squares_[i] < farthest) spare[i] = std::max(spare[i], radius - std::sqrt(squares_[i]));
    }
  }

 private:
  // However small the disc, the corner nearest to it is in reach.
  void touch(double x, double y) {
    const auto row = std::llround(y), column = std::llround(x);
    if (row < 0 || column < 0 || row >= static_cast<std::int64_t>(grid_.rows) || column >= static_cast<std::int64_t>(grid_.columns)) return;
    auto& nearest = spare[static_cast<std::size_t>(row) * grid_.columns + static_cast<std::size_t>(column)];
    nearest = std::max(nearest, static_cast<float>(kNearestCorner * grid_.cell_metres));
  }

  static std::int64_t at_least(double value) { return value <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(std::min(value, 1e9))); }
  static std::int64_t at_most(double value, std::uint32_t size) { return value < 0 ? -1 : static_cast<std::int64_t>(std::min(std::floor(value), size - 1.0)); }

  const AreaGrid& grid_;
  float lowest_;
  double wide_metres_ = 0;
  std::vector<float> squares_;

 public:
  std::vector<float> spare;
};

// From one painted place to the next: close enough that the edge of two discs bends inwards by a thirty-second of their radius at most.
double step_of(const AreaGrid& grid, const AreaOptions& options) { return std::clamp(options.beside_metres / 2, grid.cell_metres / 2, grid.cell_metres); }

class StreetPainter {
 public:
  StreetPainter(const Streets& streets, const Reached& reached, const AreaOptions& options, const AreaGrid& grid, Raster& raster)
      : streets_(streets), reached_(reached), options_(options), step_(step_of(grid, options)), raster_(raster), metres_per_millisecond_(options.kmh / 3600) {}

  void all() {
    std::vector<std::uint32_t> edges;
    for (const auto node : reached_.nodes) {
      for (auto i = streets_.first_exit[node]; i < streets_.first_exit[node + 1]; ++i) {
        const auto& exit = streets_.exits[i];
        const auto other = reached_.at_node[exit.to];
        // From the one of its ends that comes first in number, unless only this one is reached.
        if ((exit.out | exit.in) & bit(Mode::walk) && (other == Reached::kFar || node <= exit.to)) edges.push_back(exit.edge);
      }
    }
    for (const auto& origin : reached_.origins) edges.push_back(origin.edge / 2);
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (const auto edge : edges) paint(edge);
  }

 private:
  double left(std::uint32_t time) const { return time > reached_.limit ? -1 : (reached_.limit - time) * metres_per_millisecond_; }

  std::span<const Reached::Origin> origins(std::uint32_t number) const {
    const auto by_edge = [](const Reached::Origin& o, std::uint32_t n) { return o.edge < n; };
    const auto first = std::lower_bound(reached_.origins.begin(), reached_.origins.end(), number, by_edge), last = std::lower_bound(first, reached_.origins.end(), number + 1, by_edge);
    return {first, last};
  }

  // Walks the edge in steps and paints around each what is left there.
  void paint(std::uint32_t number) {
    const auto& edge = streets_.edges[number];
    const bool along = edge.use.along & bit(Mode::walk), against = edge.use.against & bit(Mode::walk);
    const double from = along ? left(reached_.at_node[edge.from]) : -1, to = against ? left(reached_.at_node[edge.to]) : -1;
    const auto with = origins(number * 2), back = origins(number * 2 + 1);
    const double whole = edge.metres;
    double done = 0;
    const auto shape = streets_.shape_of(number);
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
      const auto a = to_point(shape[i]), b = to_point(shape[i + 1]);
      const double length = geo::distance_metres(a, b);
      const int steps = static_cast<int>(std::min(std::ceil(length / step_), 1e6));
      for (int s = i == 0 ? 0 : 1; s <= steps; ++s) {
        const double share = steps ? static_cast<double>(s) / steps : 0, at = done + share * length;
        double spare = std::max(from < 0 ? -1 : from - at, to < 0 ? -1 : to - (whole - at));
        for (const auto& o : with) spare = std::max(spare, origin_spare(o, at));
        for (const auto& o : back) spare = std::max(spare, origin_spare(o, whole - at));
        const geo::Point place{a.lat + share * (b.lat - a.lat), a.lon + share * (b.lon - a.lon)};
        if (spare >= options_.beside_metres) raster_.paint_wide(place);
        else if (spare >= 0) raster_.paint(place, spare);
      }
      done += length;
    }
  }

  // What is left `at` metres along the direction in which the origin goes; below 0 behind it.
  double origin_spare(const Reached::Origin& origin, double at) const {
    const double ahead = at - origin.along * metres_per_millisecond_;
    return ahead < 0 ? -1 : left(origin.at) - ahead;
  }

  const Streets& streets_;
  const Reached& reached_;
  const AreaOptions& options_;
  double step_;
  Raster& raster_;
  double metres_per_millisecond_;
};

Area finish(Area area, Raster& raster, const AreaGrid& grid) {
  area.polygons = contour(grid, raster.spare);
  area.km2 = area_km2(area.polygons);
  area.cell_metres = grid.cell_metres;
  return area;
}

Area nothing() {
  Area area;
  area.reason = Text{"时限内到不了任何地方：起点附近没有可用的站点或道路，或出发时段没有班次", "nothing is reached within the limit: no stop or street near the origin, or no departure at that time"};
  return area;
}

double spare_metres(const Source& source, const AreaOptions& options) { return source.left * options.kmh / 3.6 / std::max(options.detour, 0.01); }

// A corner beside one within reach is a cell farther at most; how much farther than that does not move the line.
float lowest(const AreaGrid& grid) { return static_cast<float>(-1.05 * grid.cell_metres); }

// From the source to its street one walks as well: what is beside that line is in reach.
void paint_way_to_street(const Source& source, const Snap& at, const AreaOptions& options, double step, Raster& raster) {
  const double left = source.left * options.kmh / 3.6;
  const int steps = static_cast<int>(std::min(std::ceil(at.metres / step), 1e6));
  for (int s = 0; s <= steps; ++s) {
    const double share = steps ? static_cast<double>(s) / steps : 0, spare = left - share * at.metres;
    if (spare >= 0) raster.paint({source.at.lat + share * (at.at.lat - source.at.lat), source.at.lon + share * (at.at.lon - source.at.lon)}, std::min(spare, options.beside_metres));
  }
}

}  // namespace

AreaGrid grid_of(std::span<const Source> sources, const AreaOptions& options) {
  double south = 90, north = -90, west = 180, east = -180, longest = 0;
  for (const auto& source : sources) {
    if (!counts(source)) continue;
    // Along streets one gets as far as the straight line at most, and beside it.
    const double metres = source.left * options.kmh / 3.6 / std::clamp(options.detour, 0.01, 1.0) + options.beside_metres, lat = metres / kMetresPerDegree, lon = lat / std::max(0.01, std::cos(source.at.lat * kRadians));
    south = std::min(south, source.at.lat - lat), north = std::max(north, source.at.lat + lat);
    west = std::min(west, source.at.lon - lon), east = std::max(east, source.at.lon + lon);
    longest = std::max(longest, metres);
  }
  AreaGrid grid;
  if (south > north) return grid;
  const double scale = std::max(0.01, std::cos((south + north) / 2 * kRadians)) * kMetresPerDegree, width = (east - west) * scale, height = (north - south) * kMetresPerDegree;
  // A border of three cells, for the line to close in.
  grid.cell_metres = std::max(options.cell_metres, 0.1);
  const auto corners = [](double metres, double cell) { return std::ceil(metres / cell) + 7; };
  while (corners(width, grid.cell_metres) * corners(height, grid.cell_metres) > static_cast<double>(std::max<std::size_t>(options.cells, 1000))) grid.cell_metres *= 1.05;
  grid.degrees_lat = grid.cell_metres / kMetresPerDegree, grid.degrees_lon = grid.cell_metres / scale;
  grid.columns = static_cast<std::uint32_t>(corners(width, grid.cell_metres)), grid.rows = static_cast<std::uint32_t>(corners(height, grid.cell_metres));
  grid.south_west = {south - 3 * grid.degrees_lat, west - 3 * grid.degrees_lon};
  return grid;
}

Area disc_area(std::span<const Source> sources, const AreaOptions& options, const AreaGrid* given) {
  const auto grid = given ? *given : grid_of(sources, options);
  if (grid.columns == 0) return nothing();
  Raster raster(grid, lowest(grid));
  Area area;
  for (const auto& source : sources) {
    if (counts(source)) raster.paint(source.at, spare_metres(source, options)), ++area.sources;
  }
  return area.sources ? finish(std::move(area), raster, grid) : nothing();
}

Area street_area(const Streets& streets, std::span<const Source> sources, const AreaOptions& options, Reached& scratch, const AreaGrid* given) {
  const auto grid = given ? *given : grid_of(sources, options);
  if (grid.columns == 0) return nothing();
  Raster raster(grid, lowest(grid));
  Area area;
  Seconds longest = 0;
  for (const auto& source : sources) longest = counts(source) ? std::max(longest, source.left) : longest;
  std::vector<Start> starts;
  for (const auto& source : sources) {
    if (!counts(source)) continue;
    ++area.sources;
    const auto at = source.on ? *source.on : snap(streets, source.at, Mode::walk, options.snap_metres);
    if (at) {
      starts.push_back({at, longest - source.left});
      paint_way_to_street(source, at, options, step_of(grid, options), raster);
    } else {
      ++area.off_streets;
      raster.paint(source.at, spare_metres(source, options));
    }
  }
  if (area.sources == 0) return nothing();
  travel(streets, starts, {.mode = Mode::walk, .walk_kmh = options.kmh}, longest, scratch);
  raster.begin_wide(options.beside_metres);
  StreetPainter(streets, scratch, options, grid, raster).all();
  raster.end_wide();
  return finish(std::move(area), raster, grid);
}

}  // namespace jiaoji::mobility
