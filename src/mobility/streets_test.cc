#include "mobility/streets.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/streets_testing.h"

namespace jiaoji::mobility {
namespace {

using testing::drawn;
using testing::metres;
using testing::place;
using testing::used;
using testing::StreetWorld;

constexpr Modes kW = bit(Mode::walk), kC = bit(Mode::cycle), kD = bit(Mode::drive);

TEST(Use, FollowsTheTags) {
  const struct { const char* name; testing::TagList tags; Use use; } rows[] = {
      {"no street", {{"building", "yes"}}, {}},
      {"not built yet", {{"highway", "construction"}}, {}},
      {"residential", {{"highway", "residential"}}, {kW | kC | kD, kW | kC | kD, 25, 25}},
      {"oneway", {{"highway", "residential"}, {"oneway", "yes"}}, {kW | kC | kD, kW, 25, 0}},
      {"oneway against the nodes", {{"highway", "residential"}, {"oneway", "-1"}}, {kW, kW | kC | kD, 0, 25}},
      {"bicycles both ways", {{"highway", "residential"}, {"oneway", "yes"}, {"oneway:bicycle", "no"}}, {kW | kC | kD, kW | kC, 25, 0}},
      {"contraflow lane", {{"highway", "residential"}, {"oneway", "yes"}, {"cycleway", "opposite_lane"}}, {kW | kC | kD, kW | kC, 25, 0}},
      {"contraflow track on the left", {{"highway", "residential"}, {"oneway", "yes"}, {"cycleway:left:oneway", "-1"}}, {kW | kC | kD, kW | kC, 25, 0}},
      {"only by the hour", {{"highway", "primary"}, {"oneway", "reversible"}}, {kW, kW}},
      {"roundabout", {{"highway", "tertiary"}, {"junction", "roundabout"}}, {kW | kC | kD, kW, 40, 0}},
      {"motorway", {{"highway", "motorway"}}, {kD, 0, 90, 0, false}},
      {"motorway both ways", {{"highway", "motorway"}, {"oneway", "no"}}, {kD, kD, 90, 90, false}},
      {"motor road", {{"highway", "trunk"}, {"motorroad", "yes"}}, {kD, kD, 85, 85}},
      {"footway", {{"highway", "footway"}}, {kW, kW}},
      {"footway for bicycles", {{"highway", "footway"}, {"bicycle", "yes"}}, {kW | kC, kW | kC}},
      {"footway open to all, cars stay out", {{"highway", "footway"}, {"access", "yes"}}, {kW, kW}},
      {"steps", {{"highway", "steps"}}, {kW, kW}},
      {"steps with a ramp", {{"highway", "steps"}, {"bicycle", "yes"}}, {kW, kW}},
      {"cycleway, no pedestrians", {{"highway", "cycleway"}, {"foot", "no"}}, {kC, kC}},
      {"push the bicycle", {{"highway", "residential"}, {"bicycle", "dismount"}}, {kW | kD, kW | kD, 25, 25}},
      {"private", {{"highway", "service"}, {"access", "private"}}, {}},
      {"private but for pedestrians", {{"highway", "service"}, {"access", "private"}, {"foot", "yes"}}, {kW, kW}},
      {"no vehicles", {{"highway", "residential"}, {"vehicle", "no"}}, {kW, kW}},
      {"no vehicles but bicycles", {{"highway", "residential"}, {"vehicle", "no"}, {"bicycle", "yes"}}, {kW | kC, kW | kC}},
      {"no motor vehicles", {{"highway", "residential"}, {"motor_vehicle", "no"}}, {kW | kC, kW | kC}},
      {"residents' cars", {{"highway", "residential"}, {"motor_vehicle", "destination"}}, {kW | kC | kD, kW | kC | kD, 25, 25}},
      {"path for cars too", {{"highway", "track"}, {"motor_vehicle", "yes"}}, {kW | kC | kD, kW | kC | kD, 15, 15}},
      {"no sidewalk allowed", {{"highway", "primary"}, {"foot", "use_sidepath"}}, {kC | kD, kC | kD, 65, 65}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto use = used(row.tags);
    EXPECT_EQ(int{use.along}, int{row.use.along});
    EXPECT_EQ(int{use.against}, int{row.use.against});
    EXPECT_EQ(int{use.kmh_along}, int{row.use.kmh_along});
    EXPECT_EQ(int{use.kmh_against}, int{row.use.kmh_against});
    EXPECT_EQ(use.stopping, row.use.stopping);
  }
}

TEST(Use, DrivesAtFourFifthsOfTheLimit) {
  const struct { const char* limit; int kmh; } rows[] = {
      {"50", 40}, {"50 km/h", 40}, {"50 mph", 64}, {"walk", 4}, {"CN:urban", 40}, {"CN:motorway", 96}, {"DE:rural", 80}, {"XX:urban", 40}, {"GB:nsl_single", 77}, {"50;30", 40}, {"12.5", 10},
      {"none", 25}, {"signals", 25}, {"", 25}, {"-50", 25}, {"50 furlongs", 25}, {"nan", 25}, {"inf", 25}, {"1e99", 25}, {"99999", 25}, {"300", 130}, {"CN:", 25}, {"0", 25}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.limit);
    EXPECT_EQ(int{used({{"highway", "residential"}, {"maxspeed", row.limit}}).kmh_along}, row.kmh);
  }
  const auto both = used({{"highway", "primary"}, {"maxspeed", "60"}, {"maxspeed:backward", "40"}});
  EXPECT_EQ(int{both.kmh_along}, 48);
  EXPECT_EQ(int{both.kmh_against}, 32);
}

// The city that most of the tests walk through: a-b-c-d one street, e behind a oneway, f beyond a missing piece.
const StreetWorld& city() {
  static const StreetWorld world = drawn({"a    b    c    d",
                                    "                ",
                                    "     e    f     ",
                                    "                ",
                                    "  r  s          "},
                                   {{"abcd", {{"highway", "residential"}}},
                                    {"be", {{"highway", "residential"}, {"oneway", "yes"}}},
                                    {"efc", {{"highway", "footway"}}},
                                    {"a?rs", {{"highway", "footway"}}},
                                    {"d", {{"highway", "footway"}}},
                                    {"dd", {{"highway", "footway"}}},
                                    {"ab", {{"waterway", "river"}}}});
  return world;
}

TEST(Streets, StandOnlyAtCrossingsAndCountWhatIsOdd) {
  const auto streets = city().streets();
  EXPECT_EQ(streets.edges.size(), 6u);     // ab, bc, cd, be, efc, rs
  EXPECT_EQ(streets.nodes.size(), 7u);     // a b c d e r s: f is a bend
  EXPECT_EQ(streets.counts.ways, 4u);
  EXPECT_EQ(streets.counts.ways_cut, 1u);
  EXPECT_EQ(streets.counts.nodes_missing, 1u);
  EXPECT_EQ(streets.counts.ways_without_length, 2u);
  for (std::uint32_t e = 0; e < streets.edges.size(); ++e) EXPECT_EQ(streets.shape_of(e).size(), streets.edges[e].from == streets.edges[3].to ? 3u : 2u);
  const auto without_islands = city().streets({.island_nodes = 5});
  EXPECT_EQ(without_islands.counts.island_edges, (std::array<std::size_t, 3>{1, 0, 0}));
  EXPECT_FALSE(snap(without_islands, place(city(), 's'), Mode::walk, 5));
}

TEST(Streets, ARingWithOneCrossingIsSplit) {
  const auto streets = drawn({"a b c", "    d"}, {{"ab", {{"highway", "service"}}}, {"bcdb", {{"highway", "service"}}}}).streets();
  EXPECT_EQ(streets.counts.loops, 1u);
  EXPECT_EQ(streets.edges.size(), 3u);
  for (const auto& e : streets.edges) EXPECT_NE(e.from, e.to);
}

Seconds between(const Streets& streets, geo::Point a, geo::Point b, Going going = {}, Seconds limit = 3600) {
  Reached scratch;
  return seconds(streets, snap(streets, a, going.mode), snap(streets, b, going.mode), going, limit, scratch);
}

TEST(Travel, TakesTheTimeOfItsMode) {
  const auto streets = city().streets();
  const auto at = [](char letter) { return place(city(), letter); };
  const struct { char from, to; Going going; Seconds seconds; } rows[] = {
      {'a', 'd', {}, 120},                        // 150 m at 4.5 km/h
      {'a', 'd', {.mode = Mode::cycle}, 36},      // at 15
      {'a', 'd', {.mode = Mode::drive}, 22},      // at 25
      {'a', 'd', {.walk_kmh = 3}, 180},
      {'a', 'd', {.mode = Mode::drive, .drive_factor = 0.5}, 43},
      {'b', 'e', {}, 16},
      {'b', 'e', {.mode = Mode::drive}, 3},
      {'e', 'b', {}, 16},
      {'b', 'f', {}, 56},                         // by the footway
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(1, row.from) + row.to);
    EXPECT_NEAR(between(streets, at(row.from), at(row.to), row.going), row.seconds, 1);
  }
  EXPECT_EQ(between(streets, at('e'), at('b'), {.mode = Mode::drive}), kNone);  // against the oneway
  EXPECT_EQ(between(streets, at('a'), at('s')), kNone);                         // the way was cut
  EXPECT_EQ(between(streets, at('a'), at('d'), {}, 118), kNone);
  EXPECT_NEAR(between(streets, metres(20, 8), metres(30, -4)), 18, 1);          // to the street, along, from it: 22 m
}

TEST(Travel, AOnewayStreetIsNotDrivenBackFromItsMiddle) {
  const auto streets = drawn({"a    b    c"}, {{"abc", {{"highway", "service"}, {"oneway", "yes"}}}}).streets();
  const Going drive{.mode = Mode::drive};
  EXPECT_EQ(between(streets, metres(10, 0), metres(40, 0), drive), 8);
  EXPECT_EQ(between(streets, metres(40, 0), metres(10, 0), drive), kNone);
  EXPECT_EQ(between(streets, metres(40, 0), metres(10, 0)), 24);
}

TEST(StraightLine, IsLengthenedByTheDetour) {
  EXPECT_EQ(straight_line_seconds(metres(0, 0), metres(0, 1000), 4.5), 1040);
  EXPECT_EQ(straight_line_seconds(metres(0, 0), metres(0, 1000), 4.5, 1), 800);
  EXPECT_EQ(straight_line_seconds(metres(0, 0), metres(0, 0), 4.5), 0);
}

const testing::TagList kKinds[] = {
    {{"highway", "residential"}}, {{"highway", "residential"}, {"oneway", "yes"}}, {{"highway", "footway"}}, {{"highway", "primary"}, {"oneway", "-1"}, {"maxspeed", "60"}},
    {{"highway", "cycleway"}, {"foot", "no"}}, {{"highway", "residential"}, {"oneway", "yes"}, {"oneway:bicycle", "no"}}};

// Some nodes at random, ways that wander among them: rings, dead ends, ways over the same pair and pieces apart all come up.
StreetWorld any_world() {
  StreetWorld world;
  const int nodes = *rc::gen::inRange(2, 14), ways = *rc::gen::inRange(1, 9);
  for (int i = 0; i < nodes; ++i) world.nodes.push_back({100 - i, metres(*rc::gen::inRange(0, 2000), *rc::gen::inRange(0, 2000))});
  for (int w = 0; w < ways; ++w) {
    std::vector<std::int64_t> ids;
    const int length = *rc::gen::inRange(1, 6);
    for (int i = 0; i < length; ++i) ids.push_back(100 - *rc::gen::inRange(0, nodes));
    world.ways.push_back({ids, kKinds[*rc::gen::inRange<std::size_t>(0, std::size(kKinds))]});
  }
  return world;
}

// Bellman and Ford over every piece of every way, in seconds, from one node.
std::map<std::int64_t, double> slowly(const StreetWorld& world, std::int64_t from, const Going& going) {
  std::map<std::int64_t, double> best{{from, 0}};
  std::map<std::int64_t, geo::Point> at;
  for (const auto& n : world.nodes) at.emplace(n.id, n.at);
  const auto relax = [&](std::int64_t a, std::int64_t b, int kmh) {
    const double speed = going.mode == Mode::walk ? going.walk_kmh : going.mode == Mode::cycle ? going.cycle_kmh : kmh;
    if (going.backward) std::swap(a, b);
    const auto known = best.find(a);
    if (known == best.end()) return false;
    const double time = known->second + geo::distance_metres(at[a], at[b]) * 3.6 / speed;
    const auto [there, is_new] = best.try_emplace(b, time);
    if (!is_new && there->second <= time + 1e-9) return false;
    there->second = time;
    return true;
  };
  for (bool again = true; again;) {
    again = false;
    for (const auto& [ids, tags] : world.ways) {
      const auto use = used(tags);
      for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
        if (use.along & bit(going.mode)) again |= relax(ids[i], ids[i + 1], use.kmh_along);
        if (use.against & bit(going.mode)) again |= relax(ids[i + 1], ids[i], use.kmh_against);
      }
    }
  }
  return best;
}

bool is_used(const StreetWorld& world, std::int64_t id, Mode mode) {
  for (const auto& [ids, tags] : world.ways) {
    const auto use = used(tags);
    for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
      if ((ids[i] == id || ids[i + 1] == id) && ids[i] != ids[i + 1] && ((use.along | use.against) & bit(mode))) return true;
    }
  }
  return false;
}

RC_GTEST_PROP(Travel, AgreesWithBellmanAndFord, ()) {
  const auto world = any_world();
  const auto streets = world.streets();
  Reached reached;
  for (unsigned m = 0; m < 3; ++m) {
    const Going going{.mode = static_cast<Mode>(m), .backward = *rc::gen::arbitrary<bool>()};
    for (const auto& from : world.nodes) {
      if (!is_used(world, from.id, going.mode)) continue;
      const Start start{snap(streets, from.at, going.mode), 0};
      RC_ASSERT(start.at && start.at.metres < 0.02F);
      travel(streets, {&start, 1}, going, 40'000, reached);
      const auto expected = slowly(world, from.id, going);
      for (const auto& to : world.nodes) {
        if (!is_used(world, to.id, going.mode)) continue;
        const auto got = to_point(streets, reached, snap(streets, to.at, going.mode));
        const auto right = expected.find(to.id);
        RC_ASSERT((got == kNone) == (right == expected.end()));
        // Up: rounded to the second above, places to 10^-7 degrees.
        if (got != kNone) RC_ASSERT(got > right->second - 0.1 && got < right->second + 1.1);
      }
    }
  }
}

RC_GTEST_PROP(Travel, KeepsTheLawsOfDistance, ()) {
  const auto world = any_world();
  const auto streets = world.streets();
  const auto mode = static_cast<Mode>(*rc::gen::inRange(0, 3));
  std::vector<geo::Point> places;
  for (int i = 0; i < 5; ++i) places.push_back(metres(*rc::gen::inRange(-100, 2100), *rc::gen::inRange(-100, 2100)));
  const auto snapped = snap_all(streets, places, mode);
  const Seconds limit = *rc::gen::element(100, 1000, 100'000);
  std::vector<std::vector<Seconds>> times;
  Reached reached, backward, scratch;
  for (const auto& from : snapped.at) {
    const Start start{from, 0};
    travel(streets, {&start, 1}, {.mode = mode}, limit, reached);
    travel(streets, {&start, 1}, {.mode = mode, .backward = true}, limit, backward);
    to_points(streets, reached, snapped, times.emplace_back());
    for (std::size_t i = 0; i < places.size(); ++i) {
      RC_ASSERT(seconds(streets, from, snapped.at[i], {.mode = mode}, limit, scratch) == times.back()[i]);
      RC_ASSERT(seconds(streets, snapped.at[i], from, {.mode = mode}, limit, scratch) == to_point(streets, backward, snapped.at[i]));
      RC_ASSERT(seconds(streets, snapped.at[i], from, {.mode = mode, .backward = true}, limit, scratch) == to_point(streets, backward, snapped.at[i]));
    }
  }
  for (std::size_t a = 0; a < places.size(); ++a) {
    for (std::size_t b = 0; b < places.size(); ++b) {
      if (mode == Mode::walk) RC_ASSERT(times[a][b] == times[b][a]);
      for (std::size_t c = 0; c < places.size(); ++c) {
        if (times[a][b] == kNone || times[b][c] == kNone || times[a][b] + times[b][c] > limit) continue;
        RC_ASSERT(times[a][c] != kNone && times[a][c] <= times[a][b] + times[b][c]);
      }
    }
  }
}

RC_GTEST_PROP(Travel, FromManyIsTheBestOfEach, ()) {
  const auto world = any_world();
  const auto streets = world.streets();
  std::vector<geo::Point> places;
  for (int i = 0; i < 6; ++i) places.push_back(metres(*rc::gen::inRange(0, 2000), *rc::gen::inRange(0, 2000)));
  const auto snapped = snap_all(streets, places, Mode::walk);
  std::vector<Start> starts;
  for (std::size_t i = 0; i < 3; ++i) starts.push_back({snapped.at[i], *rc::gen::inRange(0, 600)});
  Reached all, one;
  travel(streets, starts, {}, 1800, all);
  std::vector<Seconds> best(places.size(), kNone), got;
  for (const auto& start : starts) {
    travel(streets, {&start, 1}, {}, 1800, one);
    to_points(streets, one, snapped, got);
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (got[i] != kNone && (best[i] == kNone || got[i] < best[i])) best[i] = got[i];
    }
  }
  to_points(streets, all, snapped, got);
  RC_ASSERT(got == best);
}

// The distance to the nearest of all pieces, by samples.
double nearest_by_samples(const Streets& streets, geo::Point at, Mode mode, double limit) {
  const Plane plane(at);
  double best = limit;
  for (std::uint32_t e = 0; e < streets.edges.size(); ++e) {
    const auto& use = streets.edges[e].use;
    if (!((use.along | use.against) & bit(mode))) continue;
    const auto shape = streets.shape_of(e);
    for (std::size_t i = 0; i + 1 < shape.size(); ++i) {
      const auto a = plane.to(to_point(shape[i])), b = plane.to(to_point(shape[i + 1]));
      for (double t = 0; t <= 1; t += 1.0 / 256) best = std::min(best, std::hypot(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)));
    }
  }
  return best;
}

RC_GTEST_PROP(Snap, FindsTheNearestOfAllPieces, ()) {
  const auto streets = any_world().streets();
  const auto mode = static_cast<Mode>(*rc::gen::inRange(0, 3));
  const auto at = metres(*rc::gen::inRange(-3000, 5000), *rc::gen::inRange(-3000, 5000));
  const double limit = *rc::gen::element(50.0, 500.0, 20'000.0);
  const auto best = nearest_by_samples(streets, at, mode, limit);
  const auto got = snap(streets, at, mode, limit);
  if (!got) RC_ASSERT(best == limit);
  else RC_ASSERT(got.metres <= best + 1e-3 && got.metres >= best - 12 && std::abs(geo::distance_metres(at, got.at) - got.metres) < 0.01 * got.metres + 0.1);
}

// Many short streets, so that the nearest often lies in another cell than the first that is found.
RC_GTEST_PROP(Snap, LooksAcrossTheCells, ()) {
  StreetWorld world;
  for (std::int64_t i = 0; i < 40; ++i) {
    const int east = *rc::gen::inRange(0, 1200), north = *rc::gen::inRange(0, 1200);
    world.nodes.push_back({2 * i, metres(east, north)});
    world.nodes.push_back({2 * i + 1, metres(east + *rc::gen::inRange(-60, 60), north + *rc::gen::inRange(-60, 60))});
    world.ways.push_back({{2 * i, 2 * i + 1}, {{"highway", "footway"}}});
  }
  const auto streets = world.streets();
  for (int i = 0; i < 20; ++i) {
    const auto at = metres(*rc::gen::inRange(-100, 1300), *rc::gen::inRange(-100, 1300));
    const auto got = snap(streets, at, Mode::walk);
    RC_ASSERT(std::abs((got ? got.metres : kSnapMetres) - nearest_by_samples(streets, at, Mode::walk, kSnapMetres)) < 1);
  }
}

}  // namespace
}  // namespace jiaoji::mobility
