// Earliest arrivals that two other programs agree on, for feeds that are not part of the project: skipped without JIAOJI_SHARED.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <unordered_map>

#include "base/archive.h"
#include "base/clock.h"
#include "base/json.h"
#include "mobility/gtfs.h"
#include "mobility/reach.h"

namespace jiaoji::mobility {
namespace {

std::string unpack(const std::string& path) {
  std::string out;
  auto* file = gzopen(path.c_str(), "rb");
  char buffer[1 << 16];
  for (int n = 0; file && (n = gzread(file, buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  if (file) gzclose(file);
  return out;
}

World world_of(const std::string& path) {
  auto archive = Archive::open(path);
  FeedFiles files;
  for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
  files.read = [&](const std::string& name) { return archive->read(name); };
  auto read = read_gtfs(files, {.skip_faulty = true});
  return World(*build_network({std::move(read->feed)}));
}

struct Row { const char* feed; const char* date; const char* golden; std::size_t labels; };

class Golden : public ::testing::TestWithParam<Row> {};

TEST_P(Golden, EveryLabelIsEqualAndNoOtherStopIsReached) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  if (!shared) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  const auto& row = GetParam();
  const std::string folder = std::string(shared) + "/data/gtfs/";
  const auto world = world_of(folder + row.feed);
  const auto golden = *json::parse(unpack(folder + "golden/" + row.golden), {.bytes = 64u << 20});
  std::unordered_map<std::string, std::size_t> number;
  for (std::size_t s = 0; s < world.network.feed.stops.size(); ++s) number[world.network.feed.stops[s].id] = s;
  std::size_t labels = 0;
  for (const auto& [origin, reached] : golden.object()->members) {
    const auto found = *reach(world, {.place = *find_place(world.network, origin), .day = parse_day(row.date), .time = 8 * 3600, .options = {.service_day_only = true, .min_change_everywhere = 120, .walking = false}});
    std::size_t others = 0;
    for (std::size_t s = 0; s < found.at.size(); ++s) others += found.reached(s) && world.network.feed.stops[s].id != origin;
    std::size_t expected = 0;
    for (const auto& [stop, at] : reached.object()->members) {
      expected += stop != origin;
      ++labels;
      EXPECT_EQ(found.at[number.at(stop)], *at.number()->whole()) << origin << " to " << stop;
    }
    EXPECT_EQ(others, expected) << origin;
  }
  EXPECT_EQ(labels, row.labels);
}

INSTANTIATE_TEST_SUITE_P(Feeds, Golden, ::testing::Values(Row{"cn-hsr-2016.gtfs.zip", "2016-03-02", "cn-hsr-2016_20160302_0800_mct120_10origins.json.gz", 4256},
                                                          Row{"vilnius_gtfs.zip", "2016-05-11", "vilnius_20160511_0800_mct120_every10th.json.gz", 151276}));

}  // namespace
}  // namespace jiaoji::mobility
