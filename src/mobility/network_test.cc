#include "mobility/network.h"

#include <gtest/gtest.h>

#include "mobility/search.h"
#include "mobility/testing_worlds.h"

namespace jiaoji::mobility {
namespace {

using testing::World;

Seconds earliest(const Network& network, const char* from, const char* to, const char* depart, const TimetableOptions& options = {}) {
  const auto timetable = *timetable_of(network, network.first_day, options);
  const auto number = [&](std::string_view id) {
    std::int32_t s = 0;
    while (network.feed.stops[static_cast<std::size_t>(s)].id != id) ++s;
    return s;
  };
  Search search(timetable);
  const Access access{.stop = number(from)};
  search.run({&access, 1}, *parse_time(depart));
  return search.arrival(number(to));
}

TEST(Network, FeedsKeepTheirOwnIdsAndJoinAtStationsOfOneNameAndCity) {
  World rail, bus;
  rail.trip({{"A", "08:00"}, {"S", "08:30"}});
  bus.trip({{"S", "08:40"}, {"B", "08:50"}});
  auto a = rail.feed(), b = bus.feed();
  b.name = "bus";
  for (auto* feed : {&a, &b}) {
    for (auto& stop : feed->stops) {
      if (stop.id == "S") stop.name = "总站", stop.city = "市", stop.at = {36.5, 118};
    }
  }
  const auto network = *build_network({a, b});
  ASSERT_EQ(network.feed.stops.size(), 4u);
  EXPECT_EQ(network.feed.stops[2].id, "bus:S");
  EXPECT_EQ(network.station[1], network.station[2]);
  EXPECT_EQ(earliest(network, "A", "B", "08:00"), *parse_time("08:50"));
  EXPECT_EQ(earliest(network, "A", "B", "08:00", {.walking = false}), kNever);
}

TEST(Network, AStationsChangeTimeHoldsBetweenItsStops) {
  World world;
  world.trip({{"A", "08:00"}, {"P1", "08:30"}}).trip({{"P2", "08:34"}, {"B", "08:50"}}).trip({{"P2", "08:40"}, {"B", "09:00"}});
  auto feed = world.feed();
  feed.stops.push_back({.id = "S", .name = "S", .at = {36.5, 118}, .type = LocationType::station, .min_change = 480});
  for (auto& stop : feed.stops) {
    if (stop.id.starts_with("P")) stop.parent = 4, stop.at = {36.5, 118};
  }
  const auto network = *build_network({feed});
  EXPECT_EQ(earliest(network, "A", "B", "08:00"), *parse_time("09:00"));
  EXPECT_EQ(earliest(network, "A", "B", "08:00", {.min_change_everywhere = 120}), *parse_time("08:50"));
}

TEST(Network, ATransferOfTransfersTxtIsTakenAtItsWord) {
  World near;
  near.trip({{"A", "08:00"}, {"X", "08:30"}}).trip({{"Y", "08:36"}, {"B", "08:50"}}).transfer("X", "Y", 300);
  EXPECT_EQ(earliest(near.network(), "A", "B", "08:00"), *parse_time("08:50"));
  World far;
  far.trip({{"A", "08:00"}, {"X", "08:30"}}).trip({{"Y", "08:36"}, {"B", "08:50"}}).transfer("X", "Y", 420);
  EXPECT_EQ(earliest(far.network(), "A", "B", "08:00"), kNever);
}

TEST(Network, PathwaysAreWalked) {
  World world;
  world.trip({{"A", "08:00"}, {"X", "08:30"}}).trip({{"Y", "08:36"}, {"B", "08:50"}});
  auto feed = world.feed();
  feed.stops.push_back({.id = "n", .name = "", .at = {36, 117.15}, .type = LocationType::node});
  feed.pathways = {{.from = 1, .to = 4, .seconds = 200, .both_ways = true}, {.from = 4, .to = 2, .seconds = 100, .both_ways = false}};
  EXPECT_EQ(earliest(*build_network({feed}), "A", "B", "08:00"), *parse_time("08:50"));
  feed.pathways[1].seconds = 200;
  EXPECT_EQ(earliest(*build_network({feed}), "A", "B", "08:00"), kNever);
}

TEST(Network, AFeedOfAnotherZoneRunsOnTheFirstOnesClock) {
  World shanghai, tokyo;
  shanghai.trip({{"A", "08:00"}, {"B", "09:00"}});
  tokyo.trip({{"A", "10:30"}, {"C", "11:00"}});
  auto a = shanghai.feed(), b = tokyo.feed();
  a.timezone = "Asia/Shanghai", b.timezone = "Asia/Tokyo";
  b.name = "tokyo";
  const auto network = *build_network({a, b});
  EXPECT_EQ(earliest(network, "tokyo:A", "C", "08:00", {.walking = false}), *parse_time("10:00"));
}

TEST(Network, AHeadwayOfASecondAllWeekIsRefusedBeforeItIsWrittenOut) {
  World world;
  for (int line = 0; line < 10; ++line) world.trip({{"A", "00:00"}, {"B", "00:10"}});
  auto feed = world.feed();
  for (int line = 0; line < 10; ++line) feed.frequencies.push_back({line, 0, kTimeMax, 1});
  const auto none = build_network({feed});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().key, "mobility.too_large");
}

TEST(Network, AFeedThatNeverRunsIsRefusedByName) {
  World world;
  world.trip({{"A", "08:00"}, {"B", "09:00"}});
  auto feed = world.feed();
  feed.services[0].runs = {false};
  const auto none = build_network({world.feed(), feed});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().key, "mobility.never_runs");
}

}  // namespace
}  // namespace jiaoji::mobility
