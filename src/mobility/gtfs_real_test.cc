// Real feeds, when they lie beside the project (JIAOJI_SHARED names the folder): figures counted by an independent program.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "base/clock.h"
#include "mobility/gtfs.h"
#include "mobility/rail_csv.h"
#include "mobility/times.h"

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

Result<ReadFeed> read_zip(const std::string& path) {
  auto archive = Archive::open(path);
  if (!archive) return fail(archive.error());
  FeedFiles files;
  for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
  files.read = [&](const std::string& name) { return archive->read(name); };
  return read_gtfs(files, {.skip_faulty = true});
}

// A feed of trains as a railway office would write it: dates one by one, hours below 24, coordinates at the first mention.
std::string as_rail_csv(const Feed& feed) {
  std::string out = "车次,开行日期,站序,车站,到达,出发,纬度,经度\r\n";
  std::vector<bool> mentioned(feed.stops.size());
  for (const auto& trip : feed.trips) {
    std::string dates;
    const auto& service = feed.services[static_cast<std::size_t>(trip.service)];
    for (std::size_t i = 0; i < service.runs.size(); ++i) {
      if (service.runs[i]) dates += (dates.empty() ? "" : ";") + format_day(service.first + static_cast<Day>(i));
    }
    for (std::uint32_t i = 0; i < trip.count; ++i) {
      const auto& at = feed.stop_times[trip.first + i];
      const auto& stop = feed.stops[static_cast<std::size_t>(at.stop)];
      const bool first = !mentioned[static_cast<std::size_t>(at.stop)];
      mentioned[static_cast<std::size_t>(at.stop)] = true;
      table::write_csv_row(out, {trip.name, i ? "" : dates, std::to_string(i + 1), stop.name + stop.id, i ? format_time_of_day(at.arrival % kDaySeconds) : "",
                                 i + 1 < trip.count ? format_time_of_day(at.departure % kDaySeconds) : "", first ? fmt::format("{}", stop.at.lat) : "", first ? fmt::format("{}", stop.at.lon) : ""});
    }
  }
  return out;
}

TEST(RealFeeds, ATimetableOfTrainsIsTheSameAsGtfsAndAsRailTable) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  if (!shared) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  const auto gtfs = read_zip(std::string(shared) + "/data/gtfs/cn-hsr-2016.gtfs.zip");
  ASSERT_TRUE(gtfs);
  const auto rail = read_rail_csv("rail.csv", as_rail_csv(gtfs->feed), {});
  ASSERT_TRUE(rail) << rail.error().detail.en;
  const auto &a = gtfs->feed, &b = rail->feed;
  ASSERT_EQ(a.trips.size(), b.trips.size());
  ASSERT_EQ(a.stop_times.size(), b.stop_times.size());
  for (std::size_t t = 0; t < a.trips.size(); ++t) {
    const auto &x = a.trips[t], &y = b.trips[t];
    ASSERT_EQ(x.name, y.name);
    ASSERT_EQ(x.count, y.count);
    const auto &p = a.services[static_cast<std::size_t>(x.service)], &q = b.services[static_cast<std::size_t>(y.service)];
    ASSERT_TRUE(p.first == q.first && p.runs == q.runs) << x.id;
    for (std::uint32_t i = 0; i < x.count; ++i) {
      const auto &m = a.stop_times[x.first + i], &n = b.stop_times[y.first + i];
      if (i) { ASSERT_EQ(m.arrival, n.arrival) << x.id; }
      if (i + 1 < x.count) { ASSERT_EQ(m.departure, n.departure) << x.id; }
      ASSERT_EQ(a.stops[static_cast<std::size_t>(m.stop)].at, b.stops[static_cast<std::size_t>(n.stop)].at);
    }
  }
}

TEST(RealFeeds, ReadWithTheCountsOfAnIndependentProgram) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  if (!shared) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  for (const auto& real : kReal) {
    SCOPED_TRACE(real.file);
    const auto read = read_zip(std::string(shared) + "/data/gtfs/" + real.file);
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
