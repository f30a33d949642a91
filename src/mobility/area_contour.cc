#include "mobility/area_contour.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace jiaoji::mobility {

namespace {

constexpr std::uint32_t kNo = 0xffffffff;

// Sides of the grid's cells by number: 2 * corner is the side east of that corner, 2 * corner + 1 the side north of it. The zero line goes
// from side to side with the inside on its left; each side that it crosses is left by exactly one piece of it.
class Contour {
 public:
  Contour(const AreaGrid& grid, std::vector<float>& values) : grid_(grid), values_(values), columns_(grid.columns), next_(values.size() * 2, kNo), ring_(values.size() * 2, kNo) {}

  std::vector<Polygon> run() {
    settle();
    for (std::uint32_t row = 0; row + 1 < grid_.rows; ++row) {
      for (std::uint32_t column = 0; column + 1 < columns_; ++column) cell(row * columns_ + column);
    }
    for (const auto side : crossed_) {
      if (ring_[side] == kNo) follow(side);
    }
    return assemble();
  }

 private:
  // Closes the border and moves the line off the corners, where rings would touch themselves.
  void settle() {
    const float hair = static_cast<float>(grid_.cell_metres * 1e-3), outside = static_cast<float>(-grid_.cell_metres);
    for (std::uint32_t row = 0; row < grid_.rows; ++row) {
      for (std::uint32_t column = 0; column < columns_; ++column) {
        auto& v = values_[row * columns_ + column];
        if (row == 0 || column == 0 || row + 1 == grid_.rows || column + 1 == columns_) v = std::min(v, outside);
        else if (v >= 0) v = std::max(v, hair);
        else v = std::min(v, -hair);
      }
    }
  }

  bool inside(std::uint32_t corner) const { return values_[corner] >= 0; }

  void cell(std::uint32_t sw) {
    const auto se = sw + 1, nw = sw + columns_, ne = nw + 1;
    const unsigned shape = (inside(sw) ? 1u : 0u) | (inside(se) ? 2u : 0u) | (inside(ne) ? 4u : 0u) | (inside(nw) ? 8u : 0u);
    if (shape == 0 || shape == 15) return;
    const auto south = 2 * sw, north = 2 * nw, west = 2 * sw + 1, east = 2 * se + 1;
    const auto piece = [&](std::uint32_t from, std::uint32_t to) { next_[from] = to, crossed_.push_back(from); };
    switch (shape) {
      case 1: piece(south, west); break;
      case 2: piece(east, south); break;
      case 3: piece(east, west); break;
      case 4: piece(north, east); break;
      case 6: piece(north, south); break;
      case 7: piece(north, west); break;
      case 8: piece(west, north); break;
      case 9: piece(south, north); break;
      case 11: piece(east, north); break;
      case 12: piece(west, east); break;
      case 13: piece(south, east); break;
      case 14: piece(west, south); break;
      // Two corners across: joined when the middle of the cell is inside, by the mean of the four.
      default: {
        const bool joined = values_[sw] + values_[se] + values_[ne] + values_[nw] >= 0;
        if (shape == 5) piece(south, joined ? east : west), piece(north, joined ? west : east);
        else piece(west, joined ? south : north), piece(east, joined ? north : south);
      }
    }
  }

  geo::Point place(std::uint32_t side) const {
    const auto corner = side / 2, other = side % 2 ? corner + columns_ : corner + 1;
    const double a = values_[corner], b = values_[other], share = a / (a - b);
    const double x = corner % columns_ + (side % 2 ? 0 : share), y = corner / columns_ + (side % 2 ? share : 0);
    const auto six = [](double degrees) { return std::round(degrees * 1e6) / 1e6; };
    return {six(grid_.south_west.lat + y * grid_.degrees_lat), six(grid_.south_west.lon + x * grid_.degrees_lon)};
  }

  void follow(std::uint32_t start) {
    const auto number = static_cast<std::uint32_t>(rings_.size());
    auto& [ring, west, outer] = rings_.emplace_back();
    double twice = 0;
    auto side = start;
    do {
      ring_[side] = number;
      // The westernmost crossing of a line of corners, to ask later what lies west of it.
      if (side % 2 == 0 && (west == kNo || side / 2 % columns_ < west / 2 % columns_)) west = side;
      const auto at = place(side);
      if (ring.empty() || !(ring.back() == at)) ring.push_back(at);
      side = next_[side];
    } while (side != start && side != kNo);
    assert(side == start);
    if (!(ring.front() == ring.back())) ring.push_back(ring.front());
    const auto origin = ring.front();
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) twice += (ring[i].lon - origin.lon) * (ring[i + 1].lat - origin.lat) - (ring[i + 1].lon - origin.lon) * (ring[i].lat - origin.lat);
    // Which way it runs, seen on the grid and not after rounding: just east of an outer ring's westernmost crossing it is inside.
    outer = inside(west / 2 + 1);
    if (ring.size() < 4 || (outer ? twice <= 0 : twice >= 0)) ring.clear();  // rounded away
  }

  // West of a hole it is inside; the next line on the way west is of the same piece of land.
  std::uint32_t land_of(std::uint32_t hole) {
    std::vector<std::uint32_t> passed;
    auto at = hole;
    while (!rings_[at].outer && parent_[at] == kNo) {
      passed.push_back(at);
      auto side = rings_[at].west - 2;
      while (ring_[side] == kNo) side -= 2;
      at = ring_[side];
    }
    const auto land = rings_[at].outer ? at : parent_[at];
    for (const auto ring : passed) parent_[ring] = land;
    return land;
  }

  std::vector<Polygon> assemble() {
    std::vector<Polygon> out;
    std::vector<std::uint32_t> polygon(rings_.size(), kNo);
    parent_.assign(rings_.size(), kNo);
    for (std::uint32_t i = 0; i < rings_.size(); ++i) {
      if (!rings_[i].outer || rings_[i].ring.empty()) continue;
      polygon[i] = static_cast<std::uint32_t>(out.size());
      out.push_back({{std::move(rings_[i].ring)}});
    }
    for (std::uint32_t i = 0; i < rings_.size(); ++i) {
      if (rings_[i].outer || rings_[i].ring.empty()) continue;
      const auto land = polygon[land_of(i)];
      if (land != kNo) out[land].rings.push_back(std::move(rings_[i].ring));
    }
    return out;
  }

  struct Found {
    Ring ring;
    std::uint32_t west = kNo;
    bool outer = false;
  };
  const AreaGrid& grid_;
  std::vector<float>& values_;
  std::uint32_t columns_;
  std::vector<std::uint32_t> next_, ring_, crossed_;
  std::vector<Found> rings_;
  std::vector<std::uint32_t> parent_;
};

}  // namespace

std::vector<Polygon> contour(const AreaGrid& grid, std::vector<float>& values) {
  if (grid.columns < 2 || grid.rows < 2) return {};
  return Contour(grid, values).run();
}

}  // namespace jiaoji::mobility
