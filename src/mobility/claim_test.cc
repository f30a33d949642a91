#include "mobility/claim.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mobility/streets_parts.h"
#include "mobility/testing_worlds.h"

namespace jiaoji::mobility {
namespace {

using ::testing::HasSubstr;

const std::string kPair = R"(
title = { zh = "甲乙一小时", en = "A to B within the hour" }
source = "a plan"
between = "06:00-10:00"
within_minutes = 60
[pair]
from = "A"
to = "B"
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// A 08:00 → B 08:50 (50 min), A 09:00 → B 10:10 (70 min); C 30 minutes from B twice.
std::unique_ptr<World> small_world() {
  testing::World drawn;
  drawn.trip({{"A", "08:00"}, {"B", "08:50"}}).trip({{"A", "09:00"}, {"B", "10:10"}}).trip({{"C", "07:00"}, {"B", "07:30"}}).trip({{"C", "09:30"}, {"B", "10:00"}});
  auto world = std::make_unique<World>(drawn.network());
  finish(*world);
  return world;
}

// Residents at the doors of A (two places) and of B.
void people(World& world, const std::string& district_a) {
  const auto a = world.network.feed.stops[0].at, b = world.network.feed.stops[1].at;
  world.points = *read_points(fmt::format("id,lat,lon,population,district\n1,{0},{1},300,{2}x\n2,{3},{1},100,{2}y\n3,{4},{5},50,B1\n", a.lat, a.lon, district_a, a.lat + 0.02, b.lat, b.lon));
  finish(world);
}

Verdict judged(const World& world, const std::string& toml) {
  const auto claim = read_claim(toml, "claim.toml");
  EXPECT_TRUE(claim) << claim.error().detail.en;
  auto verdict = judge(world, *claim, 0);
  EXPECT_TRUE(verdict) << verdict.error().detail.en;
  return *verdict;
}

TEST(Claim, SaysWhatIsWrongWithItsLine) {
  struct Row { const char* name; std::string toml, says; };
  const Row rows[] = {
      {"no limit", with(kPair, "within_minutes = 60\n", ""), "within_minutes is missing"},
      {"a limit of nothing", with(kPair, "= 60", "= 0"), "claim.toml:5: claim: within_minutes must be from 1 to 1440"},
      {"a misspelt key", with(kPair, "between", "betwixt"), "there is no key \"betwixt\""},
      {"a window that ends before it begins", with(kPair, "06:00-10:00", "10:00-06:00"), "write 06:00-22:00"},
      {"neither pair nor circle", kPair.substr(0, kPair.find("[pair]")), "exactly one of"},
      {"both", kPair + "[circle]\ncentre = \"B\"\ncovers = [\"A\"]\n", "exactly one of"},
      {"covers nothing", with(kPair, "[pair]\nfrom = \"A\"\nto", "[circle]\ncovers = []\ncentre"), "covers must be 1 to 100 places"},
      {"a share above one", with(kPair, "[pair]", "share = 1.5\n[pair]"), "share must be above 0"},
      {"no date", with(kPair, "[pair]", "date = \"soon\"\n[pair]"), "2026-11-20"},
      {"a door on wings", kPair + "[door]\nkmh = 900\n", "kmh must be from 1 to 150"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto claim = read_claim(row.toml, "claim.toml");
    ASSERT_FALSE(claim);
    EXPECT_EQ(claim.error().key, "claim.invalid");
    EXPECT_THAT(claim.error().detail.en, HasSubstr(row.says));
    EXPECT_THAT(claim.error().detail.en, HasSubstr("claim.toml:"));
  }
}

TEST(Claim, EachDefinitionIsJudgedApart) {
  const auto world = small_world();
  const auto verdict = judged(*world, kPair);
  ASSERT_EQ(verdict.from.size(), 1u);
  const auto& at = verdict.from[0].stations;
  EXPECT_EQ(at.planned, Truth::yes);
  EXPECT_EQ(at.spread.planned, 50 * 60);
  // Within the hour: 07:50 to 08:00, eleven of 240 minutes.
  EXPECT_EQ(at.spread.within, 11);
  EXPECT_EQ(at.leave_at, Truth::no);
  EXPECT_EQ(at.average, Truth::no);
  EXPECT_EQ(at.journeys, 2);
  EXPECT_EQ(at.journeys_within, 1);
  EXPECT_EQ(at.first, 8 * 3600);
  EXPECT_EQ(at.last, 8 * 3600);
  EXPECT_EQ(at.worst_hour, 6 * 3600);
  EXPECT_EQ(at.worst_share, 0);
  ASSERT_TRUE(at.best);
  EXPECT_EQ(at.best->arrival, 8 * 3600 + 50 * 60);
  ASSERT_EQ(at.best->legs.size(), 1u);
  const auto tight = judged(*world, with(kPair, "= 60", "= 49"));
  EXPECT_EQ(tight.all.planned, Truth::no);
  EXPECT_FALSE(tight.from[0].stations.first);
}

TEST(Claim, ANameIsTheCityWhereThereIsOneAndWith站TheStation) {
  testing::World drawn;
  drawn.trip({{"甲", "08:00"}, {"乙", "09:30"}}).trip({{"甲东", "08:00"}, {"乙", "08:40"}});
  auto feed = drawn.feed();
  for (auto& stop : feed.stops) stop.city = stop.id == "乙" ? "乙" : "甲";
  World world(*build_network({feed}));
  finish(world);
  const auto between = [&](const char* from) { return judged(world, with(with(kPair, "\"A\"", fmt::format("\"{}\"", from)), "\"B\"", "\"乙\"")).from[0].stations.spread.planned / 60; };
  EXPECT_EQ(between("甲"), 40);
  EXPECT_EQ(between("甲市"), 40);
  EXPECT_EQ(between("甲站"), 90);
}

TEST(Claim, TheShareDecidesWhetherLeavingAtAnyMinuteHolds) {
  const auto world = small_world();
  EXPECT_EQ(judged(*world, with(kPair, "[pair]", "share = 0.04\n[pair]")).all.leave_at, Truth::yes);   // 11 / 240 = 0.046
  EXPECT_EQ(judged(*world, with(kPair, "[pair]", "share = 0.05\n[pair]")).all.leave_at, Truth::no);
}

TEST(Claim, WithoutPeopleTheDoorsAreUnknownWithTheReason) {
  const auto world = small_world();
  const auto verdict = judged(*world, kPair);
  EXPECT_EQ(verdict.doors.planned, Truth::unknown);
  EXPECT_EQ(verdict.doors.reason.en, "no population is loaded");
  EXPECT_EQ(verdict.from[0].doors.planned, Truth::unknown);
}

TEST(Claim, CountsResidentsFromDoorToDoor) {
  const auto world = small_world();
  people(*world, "A");
  const auto verdict = judged(*world, kPair);
  const auto& doors = verdict.from[0].doors;
  EXPECT_EQ(verdict.egress, 0);               // they live at the station
  EXPECT_EQ(doors.people, 400);
  EXPECT_EQ(doors.people_planned, 300);       // 2.2 km × 1.3 at 4.5 km/h are 39 minutes more: 89
  EXPECT_EQ(doors.planned, Truth::yes);
  EXPECT_EQ(doors.leave_at, Truth::no);
  EXPECT_EQ(judged(*world, with(kPair, "to = \"B\"", "to = \"B\"\npeople_share = 0.8")).doors.planned, Truth::no);
  // By car at 40 km/h it is under five minutes.
  EXPECT_EQ(judged(*world, kPair + "[door]\nkmh = 40\n").from[0].doors.people_planned, 400);
}

TEST(Claim, ResidentsWithoutDistrictsOfTheNameAreThoseNearTheStation) {
  const auto world = small_world();
  people(*world, "Q");
  const auto residents = residents_of(*world, *find_place(world->network, "A"));
  EXPECT_FALSE(residents.by_district);
  EXPECT_EQ(residents.points.size(), 3u);     // the stations lie nine kilometres apart
  EXPECT_TRUE(residents_of(*world, *find_place(world->network, "B")).by_district);
  world->points.districts = {"Qx", "Qy", "Old A区"};   // a district that ends with the name is the place's, too
  world->points.district = {0, 1, 2};
  EXPECT_EQ(residents_of(*world, *find_place(world->network, "A")).points, std::vector<std::uint32_t>{2});
}

TEST(Claim, DoorToDoorAgreesWithTheMatrixOfCoordinates) {
  const auto world = small_world();
  people(*world, "A");
  const auto verdict = judged(*world, with(kPair, "= 60", "= 89"));
  MatrixAsked asked{.from = {}, .to = {*find_place(world->network, "B")}, .day = 0, .time = 6 * 3600, .until = 10 * 3600, .options = {}};
  double people = 0;
  for (std::size_t p = 0; p < 2; ++p) {
    asked.from = {*find_place(world->network, fmt::format("{},{}", world->points.at[p].lat, world->points.at[p].lon))};
    const auto cell = (*matrix(*world, asked))[0][0];
    if (cell <= 89 * 60) people += world->points.population[p];
  }
  EXPECT_EQ(verdict.from[0].doors.people_planned, people);
  EXPECT_EQ(people, 400);
}

TEST(Claim, DoorsAreReachedAlongStreetsWhereThereAreSome) {
  testing::World drawn;
  drawn.trip({{"A", "08:00"}, {"B", "08:30"}});
  World world(drawn.network());
  // From A a kilometre east and 800 m north: 24 minutes on foot, 22 by the straight line × 1.3. B lies off all streets.
  const Plane plane(world.network.feed.stops[0].at);
  const auto corner = plane.back({1000, 0}), door = plane.back({1000, 800}), b = world.network.feed.stops[1].at;
  const std::vector<std::pair<std::string_view, std::string_view>> footway{{"highway", "footway"}};
  const std::vector<StreetWay> ways{{1, {1, 2, 3}, use_of(footway)}};
  world.streets = std::make_shared<const Streets>(streets_of({{1, plane.back({0, 0})}, {2, corner}, {3, door}}, ways, {.island_nodes = 0}).value());
  world.points = *read_points(fmt::format("id,lat,lon,population,district\n1,{},{},100,A\n2,{},{},50,B\n", door.lat, door.lon, b.lat, b.lon));
  finish(world);
  const auto in_time = [&](const char* minutes) { return judged(world, with(kPair, "= 60", minutes)).from[0].doors.people_planned; };
  EXPECT_EQ(in_time("= 53"), 0);
  EXPECT_EQ(in_time("= 55"), 100);
  world.streets.reset();
  finish(world);
  EXPECT_EQ(in_time("= 53"), 100);
}

TEST(Claim, ACircleHoldsOnlyWhenEveryCityHolds) {
  const auto world = small_world();
  const auto circle = with(kPair, "[pair]\nfrom = \"A\"\nto = \"B\"", "[circle]\ncentre = \"B\"\ncovers = [\"A\", \"C\"]");
  const auto verdict = judged(*world, circle);
  ASSERT_EQ(verdict.from.size(), 2u);
  EXPECT_EQ(verdict.from[1].stations.spread.planned, 30 * 60);
  EXPECT_EQ(verdict.all.planned, Truth::yes);
  const auto half = judged(*world, with(circle, "= 60", "= 30"));
  EXPECT_EQ(half.from[0].stations.planned, Truth::no);
  EXPECT_EQ(half.from[1].stations.planned, Truth::yes);
  EXPECT_EQ(half.all.planned, Truth::no);
  people(*world, "A");
  EXPECT_EQ(judged(*world, with(circle, "= 60", "= 89")).from[0].doors.planned, Truth::yes);
}

TEST(Claim, RefusesAPlaceAgainstItselfAndUnknownPlaces) {
  const auto world = small_world();
  const auto same = judge(*world, *read_claim(with(kPair, "to = \"B\"", "to = \"A\""), "c"), 0);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().key, "claim.same_place");
  const auto unknown = judge(*world, *read_claim(with(kPair, "to = \"B\"", "to = \"Z\""), "c"), 0);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().key, "mobility.place_unknown");
  const auto outside = judge(*world, *read_claim(with(kPair, "[pair]", "date = 2026-11-20\n[pair]"), "c"), 0);
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().key, "mobility.no_service");
}

TEST(Claim, TheAnswerNamesItsDefinitionsInBothLanguages) {
  const auto world = small_world();
  const auto verdict = judged(*world, kPair);
  const auto en = json::write(verdict_json(*world, verdict, Language::en)), zh = json::write(verdict_json(*world, verdict, Language::zh));
  EXPECT_THAT(en, HasSubstr(R"("verdict":{"planned":"yes","leave_at":"no","average":"no","doors_planned":"unknown","doors_leave_at":"unknown"})"));
  EXPECT_THAT(en, HasSubstr("the best departure of the window"));
  EXPECT_THAT(zh, HasSubstr("不含等候"));
  EXPECT_THAT(zh, HasSubstr("没有载入人口点"));
  EXPECT_THAT(en, HasSubstr(R"("worst_hour":"06:00-07:00")"));
}

}  // namespace
}  // namespace jiaoji::mobility
