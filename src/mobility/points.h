// Population and jobs: the places that accessibility is counted over, from a table that people hold.
//
// read_points reads a CSV whose headings are `id` 编号, `lat` 纬度, `lon` 经度, `population` 人口, `jobs` 岗位, `district` 区县, in any
// order; every other column that holds numbers only is kept by its name (schools, healthcare …).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/geo.h"
#include "base/result.h"
#include "mobility/feed.h"

namespace jiaoji::mobility {

// GCJ-02 (火星坐标, of Chinese map services) lies 100 to 700 m off WGS-84 within mainland China.
enum class Coordinates : std::uint8_t { wgs84, gcj02 };
geo::Point to_gcj02(geo::Point wgs84);    // unchanged outside of China
geo::Point from_gcj02(geo::Point gcj02);  // by iteration, to a millimetre

struct PointOptions {
  Coordinates coordinates = Coordinates::wgs84;
  std::size_t rows = 2'000'000;
  std::size_t faults = 50;                // shown at most
};

struct NumberColumn {
  std::string name;
  std::vector<double> values;
};

// Row i of the table is entry i of every vector.
struct PointSet {
  std::vector<std::string> ids;
  std::vector<geo::Point> at;             // WGS-84
  std::vector<double> population, jobs;   // 0 where the cell is blank or the column absent
  std::vector<std::int32_t> district;     // place in `districts`, or kNone
  std::vector<std::string> districts;     // in the order in which they first stand
  std::vector<NumberColumn> others;
  std::vector<std::string> ignored;       // headings of columns that hold words
  bool has_population = false, has_jobs = false;
  std::size_t size() const { return at.size(); }
};

// Error points.wrong with every fault as a Where ("row 7, column 人口"): no number, negative, out of range, 0,0, an id or a place that
// stands twice; points.heading when id, lat or lon is missing or stands twice. Errors of the CSV itself are those of base/table.
Result<PointSet> read_points(std::string_view csv, const PointOptions& options = {});

// What can be reached: sums over the points whose seconds are known (not kNone) and within the limit.
struct Counted {
  std::size_t points = 0;
  double people = 0, jobs = 0;
  std::vector<double> others;             // as PointSet::others
};
struct DistrictCounted {
  std::int32_t district = kNone;          // kNone: points without one
  Counted within, all;
  double people_share = 0, jobs_share = 0;  // of the district's own; 0 when it has none
};
struct Inside {
  Counted within, all;
  double people_share = 0, jobs_share = 0;
  std::vector<DistrictCounted> districts; // as PointSet::districts, then the points without one, if any
};
// `seconds` has one entry a point.
Inside inside(const PointSet& points, std::span<const Seconds> seconds, Seconds limit);

}  // namespace jiaoji::mobility
