// Streets and circles: a town of 160,000 crossings made up here, or an extract of OpenStreetMap.   geography_bench [FILE.osm.pbf]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "mobility/area.h"

using namespace jiaoji;
using namespace jiaoji::mobility;

namespace {

// The median of some runs.
template <class Work>
double milliseconds(int runs, Work work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs / 2)];
}

// Straight streets some 100 m apart, every seventh closed.
Streets made_up() {
  constexpr int kSide = 400;
  const std::pair<std::string_view, std::string_view> tags[] = {{"highway", "residential"}};
  const auto use = use_of(tags);
  std::vector<StreetNode> nodes;
  std::vector<StreetWay> ways;
  for (int row = 0; row < kSide; ++row) {
    for (int column = 0; column < kSide; ++column) {
      const int here = row * kSide + column;
      nodes.push_back({here, {36.4 + row * 0.0009, 117 + column * 0.0011}});
      if (column + 1 < kSide && here % 7) ways.push_back({here, {here, here + 1}, use});
      if (row + 1 < kSide && here % 5) ways.push_back({here, {here, here + kSide}, use});
    }
  }
  return streets_of(std::move(nodes), ways).value();
}

Result<Streets> load(const char* path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  Result<Streets> streets = read_pbf(bytes);
  if (streets) std::printf("read a PBF of %zu bytes: %.0f ms\n", bytes.size(), milliseconds(5, [&] { streets = read_pbf(bytes); }));
  return streets;
}

}  // namespace

int main(int count, char** values) {
  const auto streets = count > 1 ? load(values[1]) : Result<Streets>(made_up());
  if (!streets || streets->nodes.empty()) {
    std::fprintf(stderr, "%s\n", streets ? "no streets" : streets.error().detail.en.c_str());
    return 2;
  }
  std::printf("streets: %zu crossings, %zu edges\n", streets->nodes.size(), streets->edges.size());
  std::mt19937 dice(1);
  const auto anywhere = [&] { return to_point(streets->nodes[dice() % streets->nodes.size()]); };
  const auto centre = to_point(streets->shapes[streets->shapes.size() / 2]);
  Reached reached;
  for (const auto& [mode, name] : {std::pair(Mode::walk, "walk"), std::pair(Mode::cycle, "cycle"), std::pair(Mode::drive, "drive")}) {
    const Start start{snap(*streets, centre, mode), 0};
    const double time = milliseconds(21, [&] { travel(*streets, {&start, 1}, {.mode = mode}, 1800, reached); });
    std::printf("%s 30 min from one place: %.2f ms, %zu crossings\n", name, time, reached.nodes.size());
  }
  std::vector<geo::Point> stops;
  for (int i = 0; i < 4000; ++i) stops.push_back(anywhere());
  SnappedPoints snapped;
  const double snapping = milliseconds(5, [&] { snapped = snap_all(*streets, stops, Mode::walk); });
  std::vector<Source> sources;
  for (std::size_t i = 0; i < stops.size(); ++i) sources.push_back({stops[i], static_cast<Seconds>(dice() % 1500), &snapped.at[i]});
  Area area;
  const double circle = milliseconds(7, [&] { area = street_area(*streets, sources, {}, reached); });
  std::printf("snap 4,000 stops: %.1f ms; circle of them: %.0f ms, %.0f km2, cells of %.0f m\n", snapping, circle, area.km2, area.cell_metres);
  sources.clear();
  for (int i = 0; i < 500; ++i) sources.push_back({{35 + static_cast<double>(dice() % 27000) / 1e4, 116 + static_cast<double>(dice() % 33000) / 1e4}, static_cast<Seconds>(dice() % 1500)});
  const double discs = milliseconds(7, [&] { area = disc_area(sources); });
  std::printf("500 discs over 300 km: %.0f ms, cells of %.0f m\n", discs, area.cell_metres);
}
