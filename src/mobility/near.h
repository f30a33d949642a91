// Which of many places are near another: squares of a grid, so that not all are looked at.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/geo.h"

namespace jiaoji::mobility {

class Near {
 public:
  // `cell_metres`: about the distance that will be asked for.
  Near(std::span<const geo::Point> places, double cell_metres) : places_(places.begin(), places.end()), degrees_(cell_metres / 111'000) {
    for (std::uint32_t i = 0; i < places_.size(); ++i) squares_[key(row(places_[i].lat), row(places_[i].lon))].push_back(i);
  }
  // take(number, metres) for each place within `metres`, in an order that depends on nothing but the places.
  template <class Take>
  void within(geo::Point at, double metres, Take take) const {
    const double lat = metres / 111'000, lon = lat / std::max(0.02, std::cos((std::abs(at.lat) + lat) * std::numbers::pi / 180));
    for (auto y = row(at.lat - lat); y <= row(at.lat + lat); ++y) {
      for (auto x = row(at.lon - lon); x <= row(at.lon + lon); ++x) {
        const auto square = squares_.find(key(y, x));
        if (square == squares_.end()) continue;
        for (const auto i : square->second) {
          const double distance = geo::distance_metres(at, places_[i]);
          if (distance <= metres) take(i, distance);
        }
      }
    }
  }

 private:
  std::int64_t row(double degrees) const { return static_cast<std::int64_t>(std::floor(degrees / degrees_)); }
  static std::uint64_t key(std::int64_t y, std::int64_t x) { return static_cast<std::uint64_t>(y) << 32 ^ static_cast<std::uint32_t>(x); }
  std::vector<geo::Point> places_;
  double degrees_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> squares_;
};

}  // namespace jiaoji::mobility
