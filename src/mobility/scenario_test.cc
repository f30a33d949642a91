#include "mobility/scenario.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/testing_worlds.h"

namespace jiaoji::mobility {
namespace {

using ::testing::HasSubstr;

const std::string kTitle = "title = { zh = \"试\", en = \"Try\" }\n";

Scenario read(const std::string& tables) {
  const auto out = read_scenario(kTitle + tables, "s.toml");
  if (!out) throw std::logic_error(out.error().detail.en);
  return *out;
}

// "A 08:00 | B 08:10 08:12 | C 08:30" of one trip.
std::string times_of(const Feed& feed, std::size_t t) {
  std::string out;
  const auto& trip = feed.trips[t];
  for (auto i = trip.first; i < trip.first + trip.count; ++i) {
    const auto& at = feed.stop_times[i];
    out += (out.empty() ? "" : " | ") + feed.stops[static_cast<std::size_t>(at.stop)].id + " " + format_time_of_day(at.arrival) + (at.departure == at.arrival ? "" : " " + format_time_of_day(at.departure));
  }
  return out;
}

Feed line() {
  testing::World drawn;
  drawn.trip({{"A", "08:00"}, {"B", "08:10", "08:12"}, {"C", "08:32"}}).trip({{"A", "09:00"}, {"B", "09:10", "09:12"}, {"C", "09:32"}}).trip({{"C", "10:00"}, {"B", "10:20", "10:22"}, {"A", "10:32"}});
  return drawn.feed(3);
}

bool same(const Feed& a, const Feed& b) {
  if (a.trips.size() != b.trips.size() || a.stop_times.size() != b.stop_times.size() || a.stops.size() != b.stops.size() || a.frequencies.size() != b.frequencies.size()) return false;
  for (std::size_t t = 0; t < a.trips.size(); ++t) {
    if (a.trips[t].id != b.trips[t].id || times_of(a, t) != times_of(b, t)) return false;
  }
  return true;
}

TEST(Scenario, SaysWhatIsWrongInTheFileWithItsLine) {
  struct Row { const char* name; std::string tables, says; };
  const Row rows[] = {
      {"no selector", "[[remove]]\n", "s.toml:2: remove \"?\": say which trips with line, trip or between"},
      {"a misspelt key", "[[remove]]\nline = \"G1\"\nlines = \"G2\"\n", "there is no key \"lines\""},
      {"faster by nothing said", "[[faster]]\nline = \"r\"\n", "exactly one of percent, minutes and to_minutes"},
      {"faster by two", "[[faster]]\nline = \"r\"\npercent = 5\nminutes = 3\n", "exactly one of"},
      {"a new time without stations", "[[faster]]\nline = \"r\"\nto_minutes = 20\n", "to_minutes needs between"},
      {"slower", "[[faster]]\nline = \"r\"\npercent = -5\n", "percent must be from 0 to 90"},
      {"more of nothing", "[[more]]\nline = \"r\"\n", "exactly one of times and every_minutes"},
      {"half a run more", "[[more]]\nline = \"r\"\ntimes = 2.5\n", "times must be a whole number"},
      {"minutes that fall", "[[add]]\nname = \"N\"\ntype = \"rail\"\nstops = [\"A\", \"B\"]\nminutes = [0, 0]\nfirst = \"06:00\"\nlast = \"07:00\"\nevery_minutes = 30\n", "s.toml:6: add \"?\": minutes begin with 0"},
      {"a stay longer than the hop", "[[add]]\nname = \"N\"\ntype = \"rail\"\nstops = [\"A\", \"B\", \"C\"]\nminutes = [0, 5, 7]\ndwell_minutes = 2\nfirst = \"06:00\"\nlast = \"07:00\"\nevery_minutes = 30\n", "minutes begin with 0"},
      {"minutes of another line", "[[add]]\nname = \"N\"\ntype = \"rail\"\nstops = [\"A\", \"B\"]\nminutes = [0]\nfirst = \"06:00\"\nlast = \"07:00\"\nevery_minutes = 30\n", "minutes must be 2 numbers"},
      {"ends before it begins", "[[add]]\nname = \"N\"\ntype = \"rail\"\nstops = [\"A\", \"B\"]\nminutes = [0, 9]\nfirst = \"07:00\"\nlast = \"06:00\"\nevery_minutes = 30\n", "last must not be before first"},
      {"a station at 0,0", "[[stop]]\nid = \"X\"\nname = \"X\"\nlat = 0\nlon = 0\n", "0, 0"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto scenario = read_scenario(kTitle + row.tables, "s.toml");
    ASSERT_FALSE(scenario);
    EXPECT_EQ(scenario.error().key, "scenario.invalid");
    EXPECT_THAT(scenario.error().detail.en, HasSubstr(row.says));
  }
}

TEST(Scenario, ErrorsOfApplyingNameTableKeyAndLine) {
  auto feed = line();
  feed.stops.push_back({.id = "P", .name = "Park", .at = {36, 118}});
  feed.stops.push_back({.id = "Q", .name = "Park", .at = {37, 119}});
  const std::string add = "[[add]]\nname = \"N\"\ntype = \"rail\"\nstops = [\"A\",\n\"%\"]\nminutes = [0, 9]\nfirst = \"06:00\"\nlast = \"07:00\"\nevery_minutes = 30\n";
  const auto adds = [&](const char* stop) { auto text = add; return text.replace(text.find('%'), 1, stop); };
  struct Row { const char* name; std::string tables, key, says; };
  const Row rows[] = {
      {"an unknown stop", adds("Nowhere"), "scenario.stop_unknown", "s.toml:6: [[add]] stops: the timetable has no station \"Nowhere\""},
      {"a name of two", adds("Park"), "scenario.stop_ambiguous", "\"Park\" is 2 stops: name one by its id: P, Q"},
      {"no such line", "[[remove]]\nline = \"Z\"\n", "scenario.nothing_matches", "s.toml:2: [[remove]] no trip matches"},
      {"never so fast", "[[faster]]\nbetween = [\"A\", \"B\"]\nminutes = 10\n", "scenario.too_fast", "s.toml:2: [[faster]] trip t0 runs 10.0 minutes there"},
      {"nothing between", "[[more]]\ntrip = \"t0\"\ntimes = 2\n", "scenario.nothing_between", "s.toml:2: [[more]]"},
      {"an id that is taken", "[[stop]]\nid = \"A\"\nname = \"New\"\nlat = 36\nlon = 117\n", "scenario.stop_twice", "s.toml:3: [[stop]] id"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto applied = apply(feed, read(row.tables));
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().key, row.key);
    EXPECT_THAT(applied.error().detail.en, HasSubstr(row.says));
  }
}

TEST(Scenario, AddsNoMoreTripsThanItsLimit) {
  auto scenario = read(R"([[add]]
name = "N"
type = "bus"
stops = ["A", "B"]
minutes = [0, 9]
first = "00:00"
last = "24:00"
every_minutes = 1
)");
  scenario.additions[0].every = 1;  // a run a second
  const auto applied = apply(line(), scenario);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().key, "scenario.too_many");
}

TEST(Scenario, AddsALineBothWaysOnTheDaysOfTheFeed) {
  const auto applied = apply(line(), read("[[stop]]\nid = \"N\"\nname = \"New\"\nlat = 36.1\nlon = 117.1\n"
                                          "[[add]]\nname = \"X1\"\ntype = \"intercity\"\nstops = [\"A\", \"New\", \"C\"]\nminutes = [0, 10, 30]\ndwell_minutes = 2\nfirst = \"06:00\"\nlast = \"06:59\"\nevery_minutes = 30\nboth_directions = true\n"));
  ASSERT_TRUE(applied) << applied.error().detail.en;
  const auto& feed = applied->feed;
  ASSERT_EQ(feed.trips.size(), 7u);
  EXPECT_EQ(times_of(feed, 3), "A 06:00 | N 06:10 06:12 | C 06:30");
  EXPECT_EQ(times_of(feed, 4), "C 06:00 | N 06:18 06:20 | A 06:30");
  EXPECT_EQ(times_of(feed, 5), "A 06:30 | N 06:40 06:42 | C 07:00");
  EXPECT_EQ(feed.services.back().runs, std::vector<bool>(3, true));
  ASSERT_EQ(applied->changes.size(), 2u);
  EXPECT_EQ(applied->changes[1].added, 4);
  EXPECT_EQ(applied->changes[1].line, 8u);
}

TEST(Scenario, RemovesWhatServesBothStationsEitherWay) {
  const auto applied = apply(line(), read("[[remove]]\nbetween = [\"B\", \"A\"]\n"));
  ASSERT_TRUE(applied);
  EXPECT_TRUE(applied->feed.trips.empty());
  EXPECT_EQ(applied->changes[0].removed, 3);
  const auto one = apply(line(), read("[[remove]]\ntrip = \"t1\"\n"));
  ASSERT_EQ(one->feed.trips.size(), 2u);
  EXPECT_EQ(times_of(one->feed, 1), times_of(line(), 2));
}

// "added X1 4: A New C" of each service that a change touched.
std::vector<std::string> services_of(const Change& change) {
  std::vector<std::string> out;
  for (const auto& service : change.services) {
    auto& line = out.emplace_back(to_string(service.kind));
    for (const auto& name : service.names) line += " " + name;
    line += fmt::format(" {}:", service.trips);
    for (const auto& stop : service.stops) line += " " + stop.name;
  }
  return out;
}

TEST(Scenario, NamesTheServicesThatItTouchesBothDirectionsTogether) {
  auto feed = line();
  feed.stops[0].name = "Alpha";
  struct Row { const char* name; std::string tables; std::vector<std::string> services; };
  const std::string new_line = "[[add]]\nname = \"X1\"\ntype = \"intercity\"\nstops = [\"A\", \"C\"]\nminutes = [0, 30]\nfirst = \"06:00\"\nlast = \"06:59\"\nevery_minutes = 30\nboth_directions = true\n";
  const Row rows[] = {
      {"a new line", new_line, {"added X1 4: Alpha C"}},
      {"all removed", "[[remove]]\nline = \"r\"\n", {"removed r 3: Alpha B C"}},
      {"one removed", "[[remove]]\ntrip = \"t2\"\n", {"removed r 1: C B Alpha"}},
      {"faster on a section alone", "[[faster]]\nbetween = [\"B\", \"C\"]\nminutes = 5\n", {"faster r 3: B C"}},
      {"who is as fast already", "[[faster]]\nbetween = [\"A\", \"B\"]\nto_minutes = 10\n", {}},
      {"thicker", "[[more]]\nline = \"r\"\ntimes = 3\n", {"thicker r 2: Alpha B C"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto applied = apply(feed, read(row.tables));
    ASSERT_TRUE(applied) << applied.error().detail.en;
    ASSERT_EQ(applied->changes.size(), 1u);
    EXPECT_EQ(services_of(applied->changes[0]), row.services);
  }
}

TEST(Scenario, ServicesOfHeadwaysCountTheirRows) {
  auto feed = line();
  feed.frequencies.push_back({0, 8 * 3600, 9 * 3600, 1200});
  const auto applied = apply(feed, read("[[more]]\ntrip = \"t0\"\ntimes = 3\n"));
  ASSERT_TRUE(applied) << applied.error().detail.en;
  EXPECT_EQ(services_of(applied->changes[0]), std::vector<std::string>{"thicker r 2: A B C"});
}

TEST(Scenario, MakesTripsFaster) {
  struct Row { const char* name; std::string how, t0, t2; };
  const Row rows[] = {
      {"by half, stays keep their length", "line = \"r\"\npercent = 50", "A 08:00 | B 08:05 08:07 | C 08:17", "C 10:00 | B 10:10 10:12 | A 10:17"},
      {"by six minutes, shared by running time", "line = \"r\"\nminutes = 6", "A 08:00 | B 08:08 08:10 | C 08:26", "C 10:00 | B 10:16 10:18 | A 10:26"},
      {"on one section, the rest comes earlier", "between = [\"A\", \"B\"]\nminutes = 4", "A 08:00 | B 08:06 08:08 | C 08:28", "C 10:00 | B 10:20 10:22 | A 10:28"},
      {"to a time, stays included", "between = [\"A\", \"C\"]\nto_minutes = 17", "A 08:00 | B 08:05 08:07 | C 08:17", "C 10:00 | B 10:10 10:12 | A 10:17"},
      {"to a time longer than now: stays", "between = [\"A\", \"C\"]\nto_minutes = 90", "A 08:00 | B 08:10 08:12 | C 08:32", "C 10:00 | B 10:20 10:22 | A 10:32"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto applied = apply(line(), read("[[faster]]\n" + row.how + "\n"));
    ASSERT_TRUE(applied) << applied.error().detail.en;
    EXPECT_EQ(times_of(applied->feed, 0), row.t0);
    EXPECT_EQ(times_of(applied->feed, 2), row.t2);
  }
}

TEST(Scenario, ThickeningHeadwaysAgainAndAgainEndsAtTheLimit) {
  auto feed = line();
  feed.frequencies.push_back({0, 0, kDaySeconds, 60});
  std::string tables;
  for (int n = 0; n < 4; ++n) tables += "[[more]]\nline = \"r\"\ntimes = 10\n";
  const auto applied = apply(feed, read(tables));
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().key, "scenario.too_many");
}

TEST(Scenario, ThickensBetweenRunsAndNeverBeyondThem) {
  const auto twice = apply(line(), read("[[more]]\nline = \"r\"\ntimes = 2\n"));
  ASSERT_TRUE(twice);
  ASSERT_EQ(twice->feed.trips.size(), 4u);                     // one way there are two runs, the other only one
  EXPECT_EQ(times_of(twice->feed, 3), "A 08:30 | B 08:40 08:42 | C 09:02");
  const auto every = apply(line(), read("[[more]]\nbetween = [\"A\", \"B\"]\nevery_minutes = 25\n"));
  ASSERT_EQ(every->feed.trips.size(), 5u);
  EXPECT_EQ(times_of(every->feed, 3), "A 08:20 | B 08:30 08:32 | C 08:52");
  auto feed = line();
  feed.frequencies.push_back({0, 8 * 3600, 9 * 3600, 1200});
  const auto headway = apply(feed, read("[[more]]\ntrip = \"t0\"\ntimes = 2\n"));
  ASSERT_TRUE(headway);
  ASSERT_EQ(headway->feed.frequencies.size(), 2u);
  EXPECT_EQ(headway->feed.frequencies[1].start, 8 * 3600 + 600);
}

TEST(Scenario, ACityWith市IsAllItsStations) {
  auto feed = line();
  for (auto& stop : feed.stops) stop.city = stop.id == "C" ? "丙" : "甲";
  EXPECT_EQ(apply(feed, read("[[remove]]\nbetween = [\"甲市\", \"丙市\"]\n"))->feed.trips.size(), 0u);
}

TEST(Scenario, ComparesMinutesPeopleAndCircles) {
  World before(*build_network({line()}));
  const auto c = before.network.feed.stops[2].at;
  before.points = *read_points(fmt::format("id,lat,lon,population,jobs\n1,{},{},900,40\n", c.lat, c.lon));
  finish(before);
  const auto scenario = read("[[faster]]\nline = \"r\"\npercent = 50\n");
  auto applied = *apply(before.network.feed, scenario);
  const auto after = *world_with(before, std::move(applied.feed));
  const WhatIfAsked asked{.place = "A", .day = 1, .time = 8 * 3600, .between = {6 * 3600, 12 * 3600}, .within = 20 * 60, .options = {}};
  const auto difference = compare(before, *after, asked);
  ASSERT_TRUE(difference) << difference.error().detail.en;
  ASSERT_EQ(difference->stops.size(), 3u);
  EXPECT_EQ(difference->stops[2].planned.before, 32 * 60);
  EXPECT_EQ(difference->stops[2].planned.after, 17 * 60);
  EXPECT_EQ(difference->stops[2].leave_at.before, kNever);
  EXPECT_EQ(difference->stops[2].leave_at.after, 17 * 60);
  EXPECT_EQ(difference->newly_planned, 1);
  EXPECT_EQ(difference->newly, 1);
  EXPECT_EQ(difference->lost, 0);
  EXPECT_EQ(difference->planned_before.people, 0);
  EXPECT_EQ(difference->planned_after.people, 900);
  EXPECT_EQ(difference->after.inside.within.jobs, 40);
  EXPECT_GT(difference->after.sources.size(), difference->before.sources.size());
  const auto text = json::write(compare_json(*after, asked, *difference, scenario, applied.changes, Language::en));
  EXPECT_THAT(text, HasSubstr(R"("planned":{"people":{"before":0,"after":900,"more":900})"));
  EXPECT_THAT(text, HasSubstr(R"("planned":{"before":32,"after":17,"saved":15})"));
  EXPECT_THAT(text, HasSubstr("3 trips faster, by 15.0 minutes at most"));
}

// --- laws, on random worlds

Feed running_feed() {
  auto feed = testing::random_feed();
  while (!build_network({feed})) feed = testing::random_feed();
  return feed;
}

std::unique_ptr<World> made(Feed feed) {
  auto network = build_network({std::move(feed)});
  if (!network) return nullptr;
  auto out = std::make_unique<World>(*std::move(network));
  finish(*out);
  return out;
}

Named random_stop(const Feed& feed) { return {feed.stops[*rc::gen::inRange<std::size_t>(0, feed.stops.size())].id, 1}; }

WhatIfAsked random_question(const Feed& feed, const World& world) {
  WhatIfAsked out{.place = random_stop(feed).text, .day = *rc::gen::inRange(world.network.first_day, world.network.last_day + 1), .time = *rc::gen::inRange(0, 30) * 60, .between = {}, .options = {}};
  out.between = {out.time, out.time + *rc::gen::inRange(1, 30) * 60};
  out.within = *rc::gen::inRange(1, 60) * 60;
  return out;
}

bool nowhere_later(const Difference& difference) {
  return std::ranges::all_of(difference.stops, [](const StopDifference& stop) {
    return stop.planned.after <= stop.planned.before && stop.median.after <= stop.median.before && stop.leave_at.after <= stop.leave_at.before;
  });
}
bool nowhere_earlier(const Difference& difference) {
  return std::ranges::all_of(difference.stops, [](const StopDifference& stop) {
    return stop.planned.after >= stop.planned.before && stop.median.after >= stop.median.before && stop.leave_at.after >= stop.leave_at.before;
  });
}
bool in_order(const Feed& feed) {
  return std::ranges::all_of(feed.trips, [&](const Trip& trip) {
    for (auto i = trip.first; i < trip.first + trip.count; ++i) {
      const auto& at = feed.stop_times[i];
      if (at.departure < at.arrival || (i > trip.first && at.arrival < feed.stop_times[i - 1].departure)) return false;
    }
    return true;
  });
}

RC_GTEST_PROP(Scenario, AddingAServiceNeverMakesAnythingLaterOrACircleSmaller, ()) {
  const auto feed = running_feed();
  Scenario scenario{.file = "s", .title = {}, .note = {}, .stops = {}, .removals = {}, .speedups = {}, .thickenings = {}, .additions = {}};
  Addition line{.name = {"N", 1}, .stops = {}, .arrivals = {}, .dwell = *rc::gen::inRange(0, 2) * 60, .first = *rc::gen::inRange(0, 20) * 60, .every = *rc::gen::inRange(1, 20) * 60, .both_directions = *rc::gen::arbitrary<bool>()};
  line.last = line.first + *rc::gen::inRange(0, 20) * 60;
  for (int n = *rc::gen::inRange(2, 5), k = 0; k < n; ++k) {
    line.stops.push_back(random_stop(feed));
    line.arrivals.push_back(k ? line.arrivals.back() + line.dwell + *rc::gen::inRange(1, 6) * 60 : 0);
  }
  scenario.additions.push_back(line);
  const auto applied = apply(feed, scenario);
  RC_ASSERT(applied.has_value());
  RC_ASSERT(in_order(applied->feed));
  const auto before = made(feed), after = made(applied->feed);
  RC_ASSERT(after->network.first_day == before->network.first_day && after->network.last_day == before->network.last_day);
  const auto asked = random_question(feed, *before);
  const auto difference = compare(*before, *after, asked);
  RC_ASSERT(difference.has_value());
  RC_ASSERT(nowhere_later(*difference));
  RC_ASSERT(difference->lost == 0 && difference->lost_planned == 0);
  RC_ASSERT(difference->after.sources.size() >= difference->before.sources.size());
}

RC_GTEST_PROP(Scenario, ThickeningNeverMakesAnythingLater, ()) {
  const auto feed = running_feed();
  Scenario scenario{.file = "s", .title = {}, .note = {}, .stops = {}, .removals = {}, .speedups = {}, .thickenings = {}, .additions = {}};
  Thickening how{.which = {.line = Named{"r", 1}, .trip = {}, .between = {}}};
  if (*rc::gen::arbitrary<bool>()) how.times = *rc::gen::inRange(2, 5);
  else how.every = *rc::gen::inRange(1, 10) * 60;
  scenario.thickenings.push_back(how);
  const auto applied = apply(feed, scenario);
  RC_PRE(applied.has_value());
  RC_ASSERT(in_order(applied->feed));
  const auto before = made(feed), after = made(applied->feed);
  const auto difference = compare(*before, *after, random_question(feed, *before));
  RC_ASSERT(difference.has_value());
  RC_ASSERT(nowhere_later(*difference));
}

RC_GTEST_PROP(Scenario, RemovingNeverMakesAnythingEarlier, ()) {
  const auto feed = running_feed();
  const auto gone = feed.trips[*rc::gen::inRange<std::size_t>(0, feed.trips.size())].id;
  Scenario scenario{.file = "s", .title = {}, .note = {}, .stops = {}, .removals = {{.which = {.line = {}, .trip = Named{gone, 1}, .between = {}}}}, .speedups = {}, .thickenings = {}, .additions = {}};
  const auto applied = apply(feed, scenario);
  RC_ASSERT(applied.has_value());
  const auto before = made(feed), after = made(applied->feed);
  RC_PRE(static_cast<bool>(after));
  const auto asked = random_question(feed, *before);
  RC_PRE(asked.day >= after->network.first_day && asked.day <= after->network.last_day);
  const auto difference = compare(*before, *after, asked);
  RC_ASSERT(difference.has_value());
  RC_ASSERT(nowhere_earlier(*difference));
  RC_ASSERT(difference->newly == 0 && difference->newly_planned == 0);
}

RC_GTEST_PROP(Scenario, AnEmptyOneAndFasterByNothingChangeNothing, ()) {
  const auto feed = running_feed();
  Scenario scenario{.file = "s", .title = {}, .note = {}, .stops = {}, .removals = {}, .speedups = {}, .thickenings = {}, .additions = {}};
  RC_ASSERT(same(apply(feed, scenario)->feed, feed));
  Speedup how{.which = {.line = Named{"r", 1}, .trip = {}, .between = {}}, .percent = {}, .minutes = {}, .to_minutes = {}};
  if (*rc::gen::arbitrary<bool>()) how.percent = 0;
  else how.minutes = 0;
  scenario.speedups.push_back(how);
  RC_ASSERT(same(apply(feed, scenario)->feed, feed));
}

RC_GTEST_PROP(Scenario, FasterTripsStillRunForward, ()) {
  const auto feed = running_feed();
  Scenario scenario{.file = "s", .title = {}, .note = {}, .stops = {}, .removals = {}, .speedups = {}, .thickenings = {}, .additions = {}};
  Speedup how{.which = {.line = {}, .trip = {}, .between = {}}, .percent = {}, .minutes = {}, .to_minutes = {}};
  if (*rc::gen::arbitrary<bool>()) how.which.line = Named{"r", 1};
  else how.which.between = {random_stop(feed), random_stop(feed)};
  if (*rc::gen::arbitrary<bool>()) how.percent = *rc::gen::inRange(0, 91);
  else how.minutes = *rc::gen::inRange(0, 4);
  scenario.speedups.push_back(how);
  const auto applied = apply(feed, scenario);
  RC_PRE(applied.has_value());
  RC_ASSERT(in_order(applied->feed));
  for (std::size_t t = 0; t < feed.trips.size(); ++t) {
    const auto& trip = feed.trips[t];
    for (auto i = trip.first; i < trip.first + trip.count; ++i) RC_ASSERT(applied->feed.stop_times[i].arrival <= feed.stop_times[i].arrival);
    RC_ASSERT(applied->feed.stop_times[trip.first].departure == feed.stop_times[trip.first].departure);
  }
}

}  // namespace
}  // namespace jiaoji::mobility
