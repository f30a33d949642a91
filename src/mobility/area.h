// The circle: the area that can be reached within the limit, as a shape for the map. 交通圈.
//
// Sources are the places where a journey may go on over land, each with the time that is then left: every stop that was reached, and the
// origin. Without streets it is the union of discs; with streets, what can be walked of them, widened to both sides. Either is painted
// as a grid of metres to spare (negative: out of reach) and its zero line drawn by marching squares. What is in reach lies in the shape
// or within one cell's diagonal of it, and the other way round (points of population: when they were snapped within `beside_metres`; those
// farther from a street may be counted and lie outside); on one and the same Grid a longer time gives a shape that holds the shorter one's.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mobility/shape.h"
#include "mobility/streets.h"

namespace jiaoji::mobility {

struct Source {
  geo::Point at;
  Seconds left = 0;                       // below 0: not a source
  const Snap* on = nullptr;               // its street, when a SnappedPoints knows it; else it is looked for
};

struct AreaOptions {
  double kmh = kWalkKmh;
  double detour = kDetour;                // of discs
  double beside_metres = 50;              // how far from the street one gets, at most; with streets
  double snap_metres = kSnapMetres;       // a source farther from every street is a disc
  std::size_t cells = 1u << 20;           // of the grid, at most
  double cell_metres = 20;                // of a cell, at least
};

// Where the grid lies. Take that of the longest limit for all when several are to be drawn.
struct AreaGrid {
  geo::Point south_west;
  double cell_metres = 0;
  double degrees_lat = 0, degrees_lon = 0;  // of a cell
  std::uint32_t columns = 0, rows = 0;      // of corners
};
AreaGrid grid_of(std::span<const Source> sources, const AreaOptions& options = {});

struct Area {
  std::vector<Polygon> polygons;          // outer rings counter-clockwise, holes clockwise, degrees to six digits; shape.h writes them
  double km2 = 0;
  double cell_metres = 0;                 // how exact the shape is
  std::size_t sources = 0;                // that had time left
  std::size_t off_streets = 0;            // of them, drawn as discs for want of a street
  std::optional<Text> reason;             // why it is empty
};

Area disc_area(std::span<const Source> sources, const AreaOptions& options = {}, const AreaGrid* grid = nullptr);
// `scratch` may be handed in again.
Area street_area(const Streets& streets, std::span<const Source> sources, const AreaOptions& options, Reached& scratch, const AreaGrid* grid = nullptr);

}  // namespace jiaoji::mobility
