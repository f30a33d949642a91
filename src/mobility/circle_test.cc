#include "mobility/circle.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/testing_worlds.h"

namespace jiaoji::mobility {
namespace {

std::shared_ptr<World> world_of(Feed feed, PointSet points = {}) {
  auto network = build_network({std::move(feed)});
  if (!network) return nullptr;
  auto world = std::make_shared<World>(*std::move(network));
  world->points = std::move(points);
  finish(*world);
  return world;
}

PointSet points_at(std::initializer_list<std::tuple<geo::Point, double>> rows) {
  PointSet out;
  for (const auto& [at, people] : rows) {
    out.ids.push_back(std::to_string(out.ids.size()));
    out.at.push_back(at), out.population.push_back(people), out.jobs.push_back(people / 2), out.district.push_back(kNone);
  }
  return out;
}

RC_GTEST_PROP(Circle, AStopIsInsideExactlyWhenPointToPointTakesNoLonger, ()) {
  const auto world = world_of(testing::random_feed());
  RC_PRE(world != nullptr);
  const auto stops = static_cast<int>(world->network.feed.stops.size());
  const auto place = *find_place(world->network, std::to_string(*rc::gen::inRange(0, stops)));
  const Seconds within = *rc::gen::inRange(0, 40) * 60, time = *rc::gen::inRange(0, 25) * 60;
  const auto found = *circle(*world, {.place = place, .day = world->network.first_day, .time = time, .within = within, .options = {}});
  MatrixAsked asked{.from = {place}, .to = {}, .day = world->network.first_day, .time = time, .until = {}, .options = {}};
  for (int s = 0; s < stops; ++s) asked.to.push_back(*find_place(world->network, std::to_string(s)));
  const auto seconds = *matrix(*world, asked);
  const auto larger = *circle(*world, {.place = place, .day = world->network.first_day, .time = time, .within = within + 300, .options = {}});
  for (std::size_t s = 0; s < static_cast<std::size_t>(stops); ++s) {
    RC_ASSERT(found.reach.reached(s) == (seconds[0][s] <= within));
    if (found.reach.reached(s)) RC_ASSERT(larger.reach.reached(s));
  }
}

RC_GTEST_PROP(Matrix, IsTheSameOnAnyNumberOfThreads, ()) {
  const auto world = world_of(testing::random_feed());
  RC_PRE(world != nullptr);
  MatrixAsked asked{.from = {}, .to = {}, .day = world->network.first_day, .time = 0, .until = *rc::gen::arbitrary<bool>() ? std::optional<Seconds>(1800) : std::nullopt, .options = {}};
  for (std::size_t s = 0; s < world->network.feed.stops.size(); ++s) asked.from.push_back(*find_place(world->network, std::to_string(s)));
  asked.to = asked.from;
  const auto one = *matrix(*world, asked);
  asked.threads = 4;
  RC_ASSERT(one == *matrix(*world, asked));
}

// Every route of `routes` is one way to go, leaves in the window, and no other leaves later, arrives earlier and changes less.
RC_GTEST_PROP(Routes, AreThoseThatNoOtherBeats, ()) {
  const auto world = world_of(testing::random_feed());
  RC_PRE(world != nullptr);
  const auto stops = static_cast<int>(world->network.feed.stops.size());
  const auto from = *find_place(world->network, std::to_string(*rc::gen::inRange(0, stops))), to = *find_place(world->network, std::to_string(*rc::gen::inRange(0, stops)));
  const auto ways = *routes(*world, {.from = from, .to = to, .day = world->network.first_day, .time = 0, .window = 1800, .options = {}, .most = 100});
  Seconds best = kNever;
  for (const auto& a : ways) {
    best = std::min(best, a.arrival);
    const bool walks = std::ranges::all_of(a.legs, &Leg::on_foot);  // another kind of way, told beside any ride
    for (const auto& b : ways) RC_ASSERT(walks || !(&a != &b && b.departure >= a.departure && b.arrival <= a.arrival && b.changes <= a.changes && (b.departure > a.departure || b.arrival < a.arrival || b.changes < a.changes)));
    if (!a.legs.empty()) RC_ASSERT(a.legs.front().departure == a.departure);
    const auto ride = std::ranges::find(a.legs, false, &Leg::on_foot);
    if (ride != a.legs.end() && ride != a.legs.begin()) RC_ASSERT(std::prev(ride)->arrival == ride->departure);
    RC_ASSERT(!a.legs.empty() || from.stops == to.stops);
  }
  const auto found = *reach(*world, {.place = from, .day = world->network.first_day, .time = 0, .options = {}});
  const auto target = static_cast<std::size_t>(to.stops.front());
  if (!ways.empty()) RC_ASSERT(best == found.at[target]);
  else RC_ASSERT(!found.reached(target) || found.at[target] >= 1800 || target == static_cast<std::size_t>(from.stops.front()));
}

// A line from A to B every 20 minutes, to C every 20 too, five minutes apart: half the departures reach B in 25 minutes, none both.
TEST(People, AreCountedForEveryDepartureAndForEveryPlaceAndBothAreTold) {
  testing::World drawn;
  for (int minute = 0; minute < 240; minute += 20) {
    const auto at = [&](int m) { return format_time_of_day(8 * 3600 + (minute + m) * 60); };
    drawn.trip({{"A", at(0)}, {"B", at(20)}}).trip({{"A", at(10)}, {"C", at(30)}});
  }
  auto feed = drawn.feed();
  const auto b = feed.stops[1].at, c = feed.stops[2].at;
  const auto world = world_of(feed, points_at({{b, 1000}, {c, 500}}));
  const auto place = *find_place(world->network, "A");
  const auto window = *window_reach(*world, {.place = place, .day = 0, .from = 8 * 3600, .to = 10 * 3600, .options = {}});
  const auto people = people_over_window(*world, place, window, 29 * 60, 60);
  // Waits of 0 to 9 minutes make it to B in time, then ten minutes to C: one or the other at every minute, never both.
  EXPECT_EQ(people.departures, 120);
  EXPECT_EQ(people.best, 1000);
  EXPECT_EQ(people.median, 500);
  EXPECT_EQ(people.p10, 500);
  EXPECT_EQ(people.at_half, 1500);  // each place is reached by exactly half of the departures
}

// A city of a grid: lines along x every `headway` minutes, lines along y the same, a minute a block. Leaving at every minute of a headway
// waits 0 to headway - 1 minutes alike, and a change waits what the two timetables make it: the distribution is known in closed form.
TEST(Window, AGridCityWithHeadwaysHasTheDistributionOfItsClosedForm) {
  constexpr int kHeadway = 12, kSide = 6;
  Feed feed;
  feed.routes = {{.id = "r", .name = "r", .type = 3}};
  feed.services = {{.id = "s", .first = 0, .runs = {true}}};
  const auto stop = [](int x, int y) { return y * kSide + x; };
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) feed.stops.push_back({.id = std::to_string(stop(x, y)), .name = std::to_string(stop(x, y)), .at = {36 + 0.05 * y, 117 + 0.05 * x}});
  }
  const auto line = [&](bool along_x, int fixed, int phase) {
    for (int start = phase; start < 600; start += kHeadway) {
      feed.trips.push_back({.id = std::to_string(feed.trips.size()), .route = 0, .service = 0, .first = static_cast<std::uint32_t>(feed.stop_times.size()), .count = kSide});
      for (int i = 0; i < kSide; ++i) feed.stop_times.push_back({.stop = along_x ? stop(i, fixed) : stop(fixed, i), .arrival = (start + i) * 60, .departure = (start + i) * 60});
    }
  };
  for (int i = 0; i < kSide; ++i) line(true, i, i % kHeadway), line(false, i, (5 * i) % kHeadway);
  const auto world = world_of(feed);
  const auto window = *window_reach(*world, {.place = *find_place(world->network, "0"), .day = 0, .from = 2 * 3600, .to = 2 * 3600 + 10 * kHeadway * 60, .options = {.min_change_everywhere = 60}});
  for (int x = 1; x < kSide; ++x) {
    for (int y = 1; y < kSide; ++y) {
      // First along x (line y = 0, phase 0), then along y (line x, phase 5x), or first along y (line x = 0, phase 0), then along x (line y,
      // phase y): each waits for the first line and then, always alike, for the second, at least a minute.
      const auto second_wait = [&](int arrives, int phase) { return 1 + ((phase - (arrives + 1)) % kHeadway + kHeadway) % kHeadway; };
      const int total = std::min(x + second_wait(x, 5 * x) + y, y + second_wait(y, y) + x);
      const auto found = spread_at(window, stop(x, y), (total + 5) * 60);
      SCOPED_TRACE(fmt::format("{},{}", x, y));
      EXPECT_EQ(found.planned, total * 60);
      EXPECT_EQ(found.median, (total + (kHeadway + 1) / 2 - 1) * 60);          // nearest rank of 0 … headway - 1
      EXPECT_EQ(found.p90, (total + static_cast<int>(std::ceil(0.9 * kHeadway)) - 1) * 60);
      EXPECT_DOUBLE_EQ(found.average, (total + (kHeadway - 1) / 2.0) * 60);
      EXPECT_EQ(found.within * kHeadway, found.departures * 6);                // waits of 0 to 5 minutes
    }
  }
}

TEST(Circle, NoServiceAtNightLeavesTheWalkingAreaOnly) {
  testing::World drawn;
  drawn.trip({{"A", "08:00"}, {"B", "08:30"}});
  const auto world = world_of(drawn.feed());
  const auto at = world->network.feed.stops[0].at;
  const Place here{.kind = PlaceKind::coordinate, .asked = "", .name = "", .at = at, .stops = {}};
  const auto night = *circle(*world, {.place = here, .day = 0, .time = 2 * 3600, .within = 1800, .options = {}});
  EXPECT_EQ(std::ranges::count_if(night.reach.at, [](Seconds s) { return s != kNever; }), 1);
  const auto area = shape_of(*world, night);
  const double radius = 1800 * kWalkKmh / 3.6 / kDetour / 1000;
  EXPECT_NEAR(area.km2, std::numbers::pi * radius * radius, 0.02 * radius * radius);
  const auto nothing = shape_of(*world, *circle(*world, {.place = here, .day = 0, .time = 2 * 3600, .within = 0, .options = {}}));
  EXPECT_TRUE(nothing.polygons.empty());
  EXPECT_TRUE(nothing.reason.has_value());
}

}  // namespace
}  // namespace jiaoji::mobility
