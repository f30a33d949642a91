#include "mobility/shape.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace jiaoji::mobility {

namespace {

constexpr double kRadians = std::numbers::pi / 180;

bool rings_around(const Polygon& polygon, geo::Point p) {
  int winding = 0;
  bool odd = false;
  for (const auto& ring : polygon.rings) {
    winding = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const auto a = ring[i], b = ring[i + 1];
      if ((a.lat <= p.lat) == (b.lat <= p.lat)) continue;
      const double side = (b.lon - a.lon) * (p.lat - a.lat) - (p.lon - a.lon) * (b.lat - a.lat);
      if (a.lat <= p.lat ? side > 0 : side < 0) winding += a.lat <= p.lat ? 1 : -1;
    }
    if (winding != 0) odd = !odd;
  }
  return odd;
}

void write_number(std::string& out, double value) {
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value == 0 ? 0.0 : value).ptr;
  out.append(digits, end);
}

}  // namespace

// Chamberlain and Duquette, Some Algorithms for Polygons on a Sphere (JPL 07-03), equation for polygons between lines of latitude.
double ring_km2(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i)
    sum += (ring[i + 1].lon - ring[i].lon) * kRadians * (std::sin(ring[i].lat * kRadians) + std::sin(ring[i + 1].lat * kRadians));
  const double radius_km = geo::kEarthRadiusMetres / 1000;
  return -sum / 2 * radius_km * radius_km;
}

double area_km2(const std::vector<Polygon>& polygons) {
  double sum = 0;
  for (const auto& polygon : polygons) {
    for (std::size_t i = 0; i < polygon.rings.size(); ++i) sum += (i == 0 ? 1 : -1) * std::abs(ring_km2(polygon.rings[i]));
  }
  return sum;
}

bool contains(const std::vector<Polygon>& polygons, geo::Point point) {
  return std::any_of(polygons.begin(), polygons.end(), [&](const Polygon& polygon) { return rings_around(polygon, point); });
}

std::string write_multipolygon(const std::vector<Polygon>& polygons) {
  std::string out = R"({"type":"MultiPolygon","coordinates":[)";
  const auto list = [&out](const auto& items, auto write) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      out += i ? ",[" : "[";
      write(items[i]);
      out += ']';
    }
  };
  list(polygons, [&](const Polygon& polygon) {
    list(polygon.rings, [&](const Ring& ring) {
      list(ring, [&](geo::Point p) {
        write_number(out, p.lon);
        out += ',';
        write_number(out, p.lat);
      });
    });
  });
  return out + "]}";
}

json::Value multipolygon(const std::vector<Polygon>& polygons) {
  json::Array shapes;
  for (const auto& polygon : polygons) {
    json::Array rings;
    for (const auto& ring : polygon.rings) {
      json::Array positions;
      for (const auto p : ring) positions.emplace_back(json::Array{p.lon, p.lat});
      rings.emplace_back(std::move(positions));
    }
    shapes.emplace_back(std::move(rings));
  }
  return json::object({{"type", "MultiPolygon"}, {"coordinates", std::move(shapes)}});
}

}  // namespace jiaoji::mobility
