// Real feeds, when they lie beside the project (JIAOJI_SHARED names the folder): figures counted by an independent program.
#include <cstdlib>
#include <numeric>

#include <gtest/gtest.h>

#include "base/archive.h"
#include "mobility/gtfs.h"

namespace jiaoji::mobility {
namespace {

struct Real {
  const char* file;
  std::size_t stops, routes, services, trips, stop_times, frequencies, transfers;
  std::int64_t service_days, departures;  // the sum of all departures in seconds; -1 where times are interpolated
  std::size_t errors;
};

const Real kReal[] = {
    {"cn-hsr-2016.gtfs.zip", 672, 4395, 176, 4451, 34582, 0, 0, 4402, 1848876420, 0},
    {"vilnius_gtfs.zip", 1293, 101, 8, 23398, 445217, 0, 0, 1333, 22936843260, 0},
    {"gtfs_kit/cairns_gtfs.zip", 416, 22, 4, 1339, 37790, 0, 0, 247, -1, 0},
    {"gtfs_kit/nyc_subway_gtfs.zip", 273, 2, 3, 1990, 86150, 0, 87, 34, 4453430700, 0},
    {"gtfs_kit/sample_gtfs.zip", 9, 5, 2, 11, 28, 11, 0, 1876, 915900, 0},
    {"gtfs_kit/sample_gtfs_2.zip", 9, 5, 2, 11, 28, 11, 0, 1876, 915900, 0},
    {"r5r-poa/poa_eptc.zip", 3986, 115, 115, 2374, 130019, 0, 0, 7428, -1, 0},
    {"r5r-poa/poa_trensurb.zip", 24, 2, 3, 1248, 14855, 0, 0, 306, 754305325, 0},
    {"r5r-spo/spo.zip", 654, 19, 6, 36, 860, 704, 0, 14158, 26941303, 7},  // agency and every service stand twice
};

TEST(RealFeeds, ReadWithTheCountsOfAnIndependentProgram) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  if (!shared) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  for (const auto& real : kReal) {
    SCOPED_TRACE(real.file);
    auto archive = Archive::open(std::string(shared) + "/data/gtfs/" + real.file);
    ASSERT_TRUE(archive) << archive.error().detail.en;
    FeedFiles files;
    for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
    files.read = [&](const std::string& name) { return archive->read(name); };
    const auto read = read_gtfs(files, {.skip_faulty = true});
    ASSERT_TRUE(read) << read.error().detail.en;
    const auto& feed = read->feed;
    EXPECT_EQ(feed.stops.size(), real.stops);
    EXPECT_EQ(feed.routes.size(), real.routes);
    EXPECT_EQ(feed.services.size(), real.services);
    EXPECT_EQ(feed.trips.size(), real.trips);
    EXPECT_EQ(feed.stop_times.size(), real.stop_times);
    EXPECT_EQ(feed.frequencies.size(), real.frequencies);
    EXPECT_EQ(feed.transfers.size(), real.transfers);
    EXPECT_EQ(read->errors, real.errors);
    EXPECT_EQ(read->trips_left_out, 0u);
    std::int64_t days = 0, departures = 0;
    for (const auto& service : feed.services) days += std::count(service.runs.begin(), service.runs.end(), true);
    for (const auto& at : feed.stop_times) departures += at.departure;
    EXPECT_EQ(days, real.service_days);
    if (real.departures >= 0) { EXPECT_EQ(departures, real.departures); }
    for (const auto& trip : feed.trips) {
      for (auto i = trip.first + 1; i < trip.first + trip.count; ++i) {
        ASSERT_GE(feed.stop_times[i].arrival, feed.stop_times[i - 1].departure) << trip.id;
        ASSERT_GE(feed.stop_times[i].departure, feed.stop_times[i].arrival) << trip.id;
      }
    }
  }
}

}  // namespace
}  // namespace jiaoji::mobility
