#include "mobility/points.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jiaoji::mobility {
namespace {

TEST(Points, AreReadUnderEitherHeading) {
  const char* tables[] = {"id,lat,lon,population,jobs,district,schools,kind\nA,36.6,117.1,1200,300,历下区,2,town\nB,36.7,117.2,,10.5,历城区,,village\nC,36.8,117.3,5,0,历下区,1,town\n",
                          "区县,岗位,人口,经度,纬度,编号,schools,kind\n历下区,300,1200,117.1,36.6,A,2,town\n历城区,10.5,,117.2,36.7,B,,village\n历下区,0,5,117.3,36.8,C,1,town\n"};
  for (const auto* table : tables) {
    const auto got = read_points(table);
    ASSERT_TRUE(got) << got.error().detail.en;
    EXPECT_EQ(got->ids, (std::vector<std::string>{"A", "B", "C"}));
    EXPECT_EQ(got->at[1], (geo::Point{36.7, 117.2}));
    EXPECT_EQ(got->population, (std::vector<double>{1200, 0, 5}));
    EXPECT_EQ(got->jobs, (std::vector<double>{300, 10.5, 0}));
    EXPECT_EQ(got->districts, (std::vector<std::string>{"历下区", "历城区"}));
    EXPECT_EQ(got->district, (std::vector<std::int32_t>{0, 1, 0}));
    ASSERT_EQ(got->others.size(), 1u);
    EXPECT_EQ(got->others[0].name, "schools");
    EXPECT_EQ(got->others[0].values, (std::vector<double>{2, 0, 1}));
    EXPECT_EQ(got->ignored, std::vector<std::string>{"kind"});
  }
}

TEST(Points, EveryFaultIsNamedByRowAndColumn) {
  const struct { const char* name; const char* table; const char* place; const char* key; } rows[] = {
      {"no lat", "id,lon\nA,117\n", "row 1, column lat", "points.heading"},
      {"two ids", "id,编号,lat,lon\nA,A,36,117\n", "row 1, column 编号", "points.heading"},
      {"words for degrees", "id,lat,lon\nA,36°,117\n", "row 2, column lat", "points.degrees"},
      {"nan", "id,lat,lon\nA,nan,117\n", "row 2, column lat", "points.degrees"},
      {"off the earth", "id,lat,lon\nA,36,181\n", "row 2, column lon", "points.degrees"},
      {"lat and lon the wrong way round", "id,lat,lon\nA,117,36\n", "row 2, column lat", "points.degrees"},
      {"0,0", "id,lat,lon\nA,0,0\n", "row 2, column lat", "points.nowhere"},
      {"fewer than none", "id,lat,lon,人口\nA,36,117,5\n\nB,36.5,117,-3\n", "row 4, column 人口", "points.amount"},
      {"too many", "id,lat,lon,jobs\nA,36,117,1e300\n", "row 2, column jobs", "points.amount"},
      {"id twice", "id,lat,lon\nA,36,117\nA,37,117\n", "row 3, column id", "points.twice"},
      {"place twice", "id,lat,lon\nA,36,117\nB,36.0,117\n", "row 3, column lat", "points.twice"},
      {"blank id", "id,lat,lon\n,36,117\n", "row 2, column id", "points.id"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = read_points(row.table);
    ASSERT_FALSE(got);
    ASSERT_EQ(got.error().where.size(), 1u);
    EXPECT_EQ(got.error().where[0].pointer, row.place);
    EXPECT_EQ(got.error().where[0].key, row.key);
  }
  EXPECT_EQ(read_points("id,lat,lon\nA,36,\"x\n").error().key, "table.open_quote");
  std::string many = "id,lat,lon\n";
  for (int i = 0; i < 200; ++i) many += "A,x,y\n";
  EXPECT_EQ(read_points(many).error().where.size(), PointOptions{}.faults);
}

TEST(Points, AreCountedByDistrictWithTheirShares) {
  const auto points = read_points("id,lat,lon,population,jobs,district,beds\nA,36,117,100,10,东,1\nB,37,117,300,0,东,2\nC,38,117,50,5,西,4\nD,39,117,7,1,,8\n").value();
  const Seconds seconds[] = {600, 1801, 1800, kNone};
  const auto got = inside(points, seconds, 1800);
  EXPECT_EQ(got.within.points, 2u);
  EXPECT_EQ(got.within.people, 150);
  EXPECT_EQ(got.within.jobs, 15);
  EXPECT_EQ(got.within.others, std::vector<double>{5});
  EXPECT_EQ(got.all.people, 457);
  EXPECT_DOUBLE_EQ(got.jobs_share, 15.0 / 16);
  ASSERT_EQ(got.districts.size(), 3u);
  EXPECT_DOUBLE_EQ(got.districts[0].people_share, 0.25);
  EXPECT_DOUBLE_EQ(got.districts[0].jobs_share, 1);
  EXPECT_DOUBLE_EQ(got.districts[1].people_share, 1);
  EXPECT_EQ(got.districts[2].district, kNone);
  EXPECT_EQ(got.districts[2].within.points, 0u);
}

TEST(Gcj02, LiesSomeHundredMetresOffInChinaOnly) {
  const geo::Point jinan{36.6512, 117.1201}, paris{48.85, 2.35};
  EXPECT_NEAR(geo::distance_metres(jinan, to_gcj02(jinan)), 550, 200);
  EXPECT_EQ(to_gcj02(paris), paris);
  EXPECT_EQ(from_gcj02(paris), paris);
  // The pairs of eviltransform's own tests.
  const struct { geo::Point wgs84, gcj02; } pairs[] = {{{31.1774276, 121.5272106}, {31.17530398364597, 121.531541859215}}, {{22.543847, 113.912316}, {22.540796131694766, 113.9171764808363}}, {{39.911954, 116.377817}, {39.91334545536069, 116.38404722455657}}};
  for (const auto& pair : pairs) EXPECT_LT(geo::distance_metres(to_gcj02(pair.wgs84), pair.gcj02), 0.1);
}

RC_GTEST_PROP(Gcj02, ComesBackToTheMillimetre, ()) {
  const geo::Point at{18 + *rc::gen::inRange(0, 35'000) * 1e-3, 74 + *rc::gen::inRange(0, 61'000) * 1e-3};
  RC_ASSERT(geo::distance_metres(from_gcj02(to_gcj02(at)), at) < 1e-3);
}

TEST(Points, InGcj02AreConverted) {
  const geo::Point at{36.6512, 117.1201};
  const auto there = to_gcj02(at);
  const auto points = read_points("id,lat,lon\nA," + std::to_string(there.lat) + "," + std::to_string(there.lon) + "\n", {.coordinates = Coordinates::gcj02}).value();
  EXPECT_LT(geo::distance_metres(points.at[0], at), 1);
}

TEST(Points, RealHexagonsAreRead) {
  const char* folder = std::getenv("JIAOJI_SHARED");
  if (!folder) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  for (const char* name : {"r5r-poa/poa_hexgrid.csv", "r5r-spo/spo_hexgrid.csv"}) {
    SCOPED_TRACE(name);
    std::ifstream in(std::string(folder) + "/data/gtfs/" + name, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const auto got = read_points(bytes.str());
    ASSERT_TRUE(got) << got.error().detail.en;
    EXPECT_GT(got->size(), 100u);
    EXPECT_TRUE(got->has_population && got->has_jobs);
    EXPECT_EQ(got->others.size(), 2u);  // schools, healthcare
  }
}

}  // namespace
}  // namespace jiaoji::mobility
