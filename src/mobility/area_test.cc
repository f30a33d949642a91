#include "mobility/area.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/area_contour.h"
#include "mobility/points.h"
#include "mobility/streets_testing.h"

namespace jiaoji::mobility {
namespace {

using testing::kCentre;
using testing::metres;

// The zero line around the '#' of a drawing, first row north; one cell is a thousandth of a degree.
std::vector<Polygon> outline(const std::vector<std::string>& rows) {
  const AreaGrid grid{{10, 20}, 100, 1e-3, 1e-3, static_cast<std::uint32_t>(rows[0].size()), static_cast<std::uint32_t>(rows.size())};
  std::vector<float> values;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    for (const char c : *row) values.push_back(c == '#' ? 50.0F : -50.0F);
  }
  return contour(grid, values);
}

TEST(Contour, KeepsHolesWithTheLandAroundThem) {
  const auto shapes = outline({"..............",
                               ".#####..####..",
                               ".#...#..#.##..",
                               ".#.#.#..####..",
                               ".#...#........",
                               ".#####...#....",
                               ".............."});
  // A ring with an island in its lake, a block with a pond, an islet.
  ASSERT_EQ(shapes.size(), 4u);
  std::size_t holes = 0;
  for (const auto& shape : shapes) {
    EXPECT_GT(ring_km2(shape.rings[0]), 0) << "outer rings run counter-clockwise";
    for (std::size_t i = 1; i < shape.rings.size(); ++i) {
      EXPECT_LT(ring_km2(shape.rings[i]), 0) << "holes run clockwise";
      ++holes;
      EXPECT_TRUE(contains({Polygon{{shape.rings[0]}}}, shape.rings[i][0])) << "a hole lies in its own land";
    }
    for (const auto& ring : shape.rings) EXPECT_EQ(ring.front(), ring.back());
  }
  EXPECT_EQ(holes, 2u);
}

TEST(Contour, TwoCornersAcrossAreJoinedByTheMeanOfTheirCell) {
  const AreaGrid grid{{10, 20}, 100, 1e-3, 1e-3, 4, 4};
  for (const float weak : {-10.0F, -90.0F}) {
    std::vector<float> values(16, -90.0F);
    values[5] = values[10] = 50, values[6] = values[9] = weak;
    EXPECT_EQ(contour(grid, values).size(), weak > -50 ? 1u : 2u);
  }
}

TEST(Contour, LandThatTouchesTheBorderIsClosedThere) {
  const auto shapes = outline({"###", "###", "###"});
  ASSERT_EQ(shapes.size(), 1u);
  EXPECT_EQ(shapes[0].rings.size(), 1u);
}

RC_GTEST_PROP(Contour, HoldsEveryCornerThatIsInsideAndNoOther, ()) {
  const AreaGrid grid{{10, 20}, 100, 1e-3, 1e-3, 12, 10};
  std::vector<float> values;
  for (std::uint32_t i = 0; i < grid.columns * grid.rows; ++i) values.push_back(static_cast<float>(*rc::gen::inRange(-50, 51)));
  const auto shapes = contour(grid, values);
  for (std::uint32_t row = 0; row < grid.rows; ++row) {
    for (std::uint32_t column = 0; column < grid.columns; ++column) {
      const auto value = values[row * grid.columns + column];
      if (std::abs(value) > 1) RC_ASSERT(contains(shapes, {10 + row * 1e-3, 20 + column * 1e-3}) == (value > 0));
    }
  }
  for (const auto& shape : shapes) {
    RC_ASSERT(ring_km2(shape.rings[0]) > 0);
    for (std::size_t i = 1; i < shape.rings.size(); ++i) RC_ASSERT(ring_km2(shape.rings[i]) < 0);
  }
}

TEST(Area, OfOneDiscIsThatOfTheCircle) {
  const Source source{kCentre, 1040};  // 1,000 m at 4.5 km/h with the detour
  const auto area = disc_area({&source, 1});
  EXPECT_NEAR(area.km2, std::numbers::pi, 0.01);
  ASSERT_EQ(area.polygons.size(), 1u);
  EXPECT_GT(ring_km2(area.polygons[0].rings[0]), 0);
  EXPECT_FALSE(area.reason);
  for (const auto p : area.polygons[0].rings[0]) EXPECT_NEAR(geo::distance_metres(p, kCentre), 1000, 2);
  EXPECT_EQ(write_multipolygon(area.polygons), json::write(multipolygon(area.polygons)));
  EXPECT_EQ(area.polygons[0].rings[0].front(), area.polygons[0].rings[0].back());
}

TEST(Area, OfNothingIsEmptyAndSaysWhy) {
  const Source late{kCentre, -1};
  for (const auto sources : {std::span<const Source>{}, std::span<const Source>{&late, 1}}) {
    const auto area = disc_area(sources);
    EXPECT_TRUE(area.polygons.empty());
    EXPECT_TRUE(area.reason);
    EXPECT_EQ(write_multipolygon(area.polygons), R"({"type":"MultiPolygon","coordinates":[]})");
  }
}

// Distance from a place to the shape: 0 inside.
double distance_to(const std::vector<Polygon>& shapes, geo::Point place) {
  if (contains(shapes, place)) return 0;
  double best = 1e12;
  const Plane plane(place);
  for (const auto& shape : shapes) {
    for (const auto& ring : shape.rings) {
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const auto a = plane.to(ring[i]), b = plane.to(ring[i + 1]);
        const double share = nearest_share(a, b);
        best = std::min(best, std::hypot(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)));
      }
    }
  }
  return best;
}

std::vector<Source> any_sources(int extent) {
  std::vector<Source> sources;
  const int count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) sources.push_back({metres(*rc::gen::inRange(-extent, extent + 1), *rc::gen::inRange(-extent, extent + 1)), *rc::gen::inRange(-100, 1200)});
  return sources;
}

RC_GTEST_PROP(Area, OfDiscsHoldsWhatIsInReachAndNothingElse, ()) {
  const int extent = *rc::gen::element(500, 3000, 60'000);
  const auto sources = any_sources(extent);
  const AreaOptions options{.cells = *rc::gen::element<std::size_t>(2000, 20'000)};
  const auto area = disc_area(sources, options);
  const double diagonal = area.cell_metres * 1.4143 + 0.2;
  for (int i = 0; i < 60; ++i) {
    // Half of the places somewhere, half beside a source: on a wide map the discs are small.
    const auto& near = sources[static_cast<std::size_t>(i) % sources.size()].at;
    const auto around = Plane(near).back({static_cast<double>(*rc::gen::inRange(-1200, 1201)), static_cast<double>(*rc::gen::inRange(-1200, 1201))});
    const auto place = i % 2 ? around : metres(*rc::gen::inRange(-extent - 1500, extent + 1501), *rc::gen::inRange(-extent - 1500, extent + 1501));
    double out = 1e12;  // metres out of reach; 0 and below: in reach
    for (const auto& s : sources) {
      if (s.left >= 0) out = std::min(out, geo::distance_metres(s.at, place) - s.left * 4.5 / 3.6 / 1.3);
    }
    if (out <= 0) RC_ASSERT(distance_to(area.polygons, place) <= diagonal);
    else if (contains(area.polygons, place)) RC_ASSERT(out <= diagonal);
  }
}

// A town of straight streets, 100 m apart, with some missing.
const Streets& town() {
  static const Streets streets = [] {
    testing::StreetWorld world;
    for (int i = 0; i < 100; ++i) world.nodes.push_back({i, metres(i % 10 * 100, i / 10 * 100)});
    for (int i = 0; i < 100; ++i) {
      if (i % 10 != 9 && i % 7) world.ways.push_back({{i, i + 1}, {{"highway", "residential"}}});
      if (i < 90 && i % 5) world.ways.push_back({{i, i + 10}, {{"highway", i % 3 ? "footway" : "motorway"}}});
    }
    return world.streets();
  }();
  return streets;
}

// Every place that is walked past, five metres apart, and what is left of the metres there.
std::vector<std::pair<geo::Point, double>> walked(const std::vector<Source>& sources) {
  std::vector<std::pair<geo::Point, double>> out;
  Reached reached;
  for (const auto& source : sources) {
    const auto at = snap(town(), source.at, Mode::walk);
    if (source.left < 0 || !at) continue;
    const Start start{at, 0};
    travel(town(), {&start, 1}, {}, source.left, reached);
    for (std::uint32_t e = 0; e < town().edges.size(); ++e) {
      const auto a = to_point(town().shape_of(e).front()), b = to_point(town().shape_of(e).back());
      if (!(town().edges[e].use.along & bit(Mode::walk))) continue;
      for (int i = 0; i <= 20; ++i) {
        Snap place{e, town().edges[e].metres * static_cast<float>(i) / 20, 0, {a.lat + i / 20.0 * (b.lat - a.lat), a.lon + i / 20.0 * (b.lon - a.lon)}};
        const auto time = to_point(town(), reached, place);
        if (time != kNone) out.emplace_back(place.at, (source.left - time + 1) * 1.25);
      }
    }
    for (int i = 0; i <= 100; ++i) {
      const double left = source.left * 1.25 - i / 100.0 * at.metres;
      if (left >= 0) out.emplace_back(geo::Point{source.at.lat + i / 100.0 * (at.at.lat - source.at.lat), source.at.lon + i / 100.0 * (at.at.lon - source.at.lon)}, left);
    }
  }
  return out;
}

RC_GTEST_PROP(Area, OfStreetsHoldsWhatIsInReachAndNothingElse, ()) {
  std::vector<Source> sources;
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) sources.push_back({metres(*rc::gen::inRange(-100, 1000), *rc::gen::inRange(-100, 1000)), *rc::gen::inRange(-50, 500)});
  const AreaOptions options{.cells = *rc::gen::element<std::size_t>(1000, 20'000), .cell_metres = *rc::gen::element(10.0, 20.0)};
  Reached scratch, reached;
  const auto area = street_area(town(), sources, options, scratch);
  const double diagonal = area.cell_metres * 1.4143 + 0.5;
  const auto reach = walked(sources);
  for (int i = 0; i < 60; ++i) {
    const auto place = metres(*rc::gen::inRange(-100, 1000), *rc::gen::inRange(-100, 1000));
    double out = 1e12;
    for (const auto& [at, left] : reach) out = std::min(out, geo::distance_metres(at, place) - std::min(left, options.beside_metres));
    if (contains(area.polygons, place)) RC_ASSERT(out <= diagonal + 5);
    // As a point of population is counted: snapped within `beside_metres`.
    const auto at = snap(town(), place, Mode::walk, options.beside_metres);
    if (!at) continue;
    for (const auto& source : sources) {
      const Start start{snap(town(), source.at, Mode::walk), 0};
      if (source.left < 0) continue;
      travel(town(), {&start, 1}, {}, source.left, reached);
      if (to_point(town(), reached, at) != kNone) RC_ASSERT(distance_to(area.polygons, place) <= diagonal);
    }
  }
}

RC_GTEST_PROP(Area, OfMoreTimeHoldsThatOfLess, ()) {
  const auto sources = any_sources(800);
  auto less = sources;
  const int minus = *rc::gen::inRange(0, 600);
  for (auto& s : less) s.left -= minus;
  const AreaOptions options{.cells = *rc::gen::element<std::size_t>(1000, 20'000)};
  const auto grid = grid_of(sources, options);
  Reached scratch;
  const std::pair<Area, Area> pairs[] = {{disc_area(sources, options, &grid), disc_area(less, options, &grid)}, {street_area(town(), sources, options, scratch, &grid), street_area(town(), less, options, scratch, &grid)}};
  for (const auto& [large, small] : pairs) {
    RC_ASSERT(large.km2 >= small.km2 - 1e-6);
    for (const auto& shape : small.polygons) {
      for (const auto& ring : shape.rings) {
        for (const auto p : ring) RC_ASSERT(distance_to(large.polygons, p) <= 0.3);  // six digits are 0.1 m
      }
    }
  }
}

TEST(Area, ASourceOffTheStreetsIsADisc) {
  const Source sources[] = {{metres(450, 450), 120}, {metres(9000, 9000), 1040}};
  Reached scratch;
  const auto area = street_area(town(), sources, {}, scratch);
  EXPECT_EQ(area.sources, 2u);
  EXPECT_EQ(area.off_streets, 1u);
  EXPECT_NEAR(area.km2, std::numbers::pi, 0.1);
}

TEST(Area, OfSourcesSnappedBeforeIsTheSame) {
  Source source{metres(450, 450), 400};
  Reached scratch;
  const auto found = street_area(town(), {&source, 1}, {}, scratch);
  const auto at = snap(town(), source.at, Mode::walk);
  source.on = &at;
  EXPECT_EQ(write_multipolygon(street_area(town(), {&source, 1}, {}, scratch).polygons), write_multipolygon(found.polygons));
}

TEST(Area, OfARealCityHoldsThePointsThatAreReached) {
  const char* folder = std::getenv("JIAOJI_SHARED");
  if (!folder) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  const auto read = [&](const char* name) {
    std::ifstream in(std::string(folder) + "/data/gtfs/r5r-poa/" + name, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
  };
  const auto streets = read_pbf(read("poa_osm.pbf")).value();
  const auto points = read_points(read("poa_hexgrid.csv")).value();
  const Source source{{-30.03, -51.22}, 1800};
  Reached scratch;
  const auto with = street_area(streets, {&source, 1}, {}, scratch), without = disc_area({&source, 1}, {.detour = 1});
  EXPECT_GT(with.km2, 3);
  EXPECT_LT(with.km2, without.km2);

  const auto snapped = snap_all(streets, points.at, Mode::walk, AreaOptions{}.beside_metres);
  const Start start{snap(streets, source.at, Mode::walk), 0};
  std::vector<Seconds> seconds;
  travel(streets, {&start, 1}, {}, source.left, scratch);
  to_points(streets, scratch, snapped, seconds);
  std::size_t reached = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (seconds[i] == kNone) continue;
    ++reached;
    EXPECT_LE(distance_to(with.polygons, points.at[i]), with.cell_metres * 1.4143);
  }
  EXPECT_GT(reached, 10u);
  const auto counted = inside(points, seconds, source.left);
  EXPECT_EQ(counted.within.points, reached);
  EXPECT_GT(counted.people_share, 0);
  EXPECT_LT(counted.people_share, 0.5);
}

}  // namespace
}  // namespace jiaoji::mobility
