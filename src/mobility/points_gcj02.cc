// GCJ-02: the offset of Chinese map services, by the formulas that are publicly known (eviltransform and others agree to the metre).
#include <cmath>

#include "mobility/points.h"

namespace jiaoji::mobility {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kAxisMetres = 6378245.0, kEccentricitySquared = 0.00669342162296594323;  // Krasovsky 1940

bool in_china(geo::Point p) { return p.lon >= 72.004 && p.lon <= 137.8347 && p.lat >= 0.8293 && p.lat <= 55.8271; }

double waves(double x) { return (20 * std::sin(6 * x * kPi) + 20 * std::sin(2 * x * kPi)) * 2 / 3; }

// How far GCJ-02 lies from a place in WGS-84, in degrees.
geo::Point offset(geo::Point p) {
  const double x = p.lon - 105, y = p.lat - 35, root = std::sqrt(std::abs(x));
  double lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves(x);
  lat += (20 * std::sin(y * kPi) + 40 * std::sin(y / 3 * kPi) + 160 * std::sin(y / 12 * kPi) + 320 * std::sin(y * kPi / 30)) * 2 / 3;
  double lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves(x);
  lon += (20 * std::sin(x * kPi) + 40 * std::sin(x / 3 * kPi) + 150 * std::sin(x / 12 * kPi) + 300 * std::sin(x / 30 * kPi)) * 2 / 3;
  const double radians = p.lat * kPi / 180, sine = std::sin(radians), magic = 1 - kEccentricitySquared * sine * sine;
  return {lat * 180 / (kAxisMetres * (1 - kEccentricitySquared) / (magic * std::sqrt(magic)) * kPi), lon * 180 / (kAxisMetres / std::sqrt(magic) * std::cos(radians) * kPi)};
}

}  // namespace

geo::Point to_gcj02(geo::Point wgs84) {
  if (!in_china(wgs84)) return wgs84;
  const auto d = offset(wgs84);
  return {wgs84.lat + d.lat, wgs84.lon + d.lon};
}

// The offset changes by less than a hundredth of the way, so that each round gains two digits.
geo::Point from_gcj02(geo::Point gcj02) {
  if (!in_china(gcj02)) return gcj02;
  auto guess = gcj02;
  for (int i = 0; i < 8; ++i) {
    const auto d = offset(guess);
    guess = {gcj02.lat - d.lat, gcj02.lon - d.lon};
  }
  return guess;
}

}  // namespace jiaoji::mobility
