#include "casework/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "casework/advance.h"
#include "casework/holidays.h"

namespace jiaoji::casework {
namespace {

constexpr TimeMs kMonday = 1'772'380'800'000;  // 2026-03-02 in China

// A calendar of weekdays: one notice without days.
WorkCalendar weekdays() {
  std::vector<Notice> notices;
  for (int year = 2020; year <= 2060; ++year) notices.push_back({.year = year, .title = "x", .number = "", .days = {{day_of(year, 1, 1), "元旦", true}}});
  return *WorkCalendar::of(std::move(notices));
}

Procedure read(const std::string& inside) {
  const auto reading = read_procedure(R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d"><process id="p" isExecutable="true">)" + inside + "</process></definitions>");
  EXPECT_TRUE(reading && reading->problems.empty()) << (reading ? reading->problems.empty() ? "" : reading->problems[0].text.en : reading.error().detail.en);
  return reading->procedure;
}
std::string task(const char* id, const char* effort) { return std::string("<userTask id=\"") + id + "\" jiaoji:role=\"officer\" jiaoji:effort=\"" + effort + "\"/>"; }
std::string flow(const char* id, const char* from, const char* to) { return std::string("<sequenceFlow id=\"") + id + "\" sourceRef=\"" + from + "\" targetRef=\"" + to + "\"/>"; }

const std::string kParallel = "<startEvent id=\"s\"/><parallelGateway id=\"g\"/>" + task("long", "40") + task("short", "4") + "<parallelGateway id=\"j\"/><endEvent id=\"e\"/>" + flow("1", "s", "g") + flow("2", "g", "long") + flow("3", "g", "short") + flow("4", "long", "j") + flow("5", "short", "j") + flow("6", "j", "e");

TEST(Simulate, TheLongBranchIsTheCriticalOne) {
  const auto found = simulate(read(kParallel), weekdays(), {.runs = 2'000, .start = kMonday});
  ASSERT_TRUE(found) << found.error().detail.en;
  EXPECT_EQ(found->finished, 2'000);
  EXPECT_EQ(found->tasks[0].element, "long");
  EXPECT_GT(found->tasks[0].critical_share, 0.99);
  EXPECT_LT(found->tasks[1].critical_share, 0.01);
  // Nobody is named, so nobody is busy: a case takes as long as its long branch, and both together one after another.
  EXPECT_NEAR(found->parallel_days, found->tasks[0].work_hours / kHoursADay, 0.01);
  EXPECT_NEAR(found->serial_days, (found->tasks[0].work_hours + found->tasks[1].work_hours) / kHoursADay, 0.01);
  EXPECT_NEAR(found->mean_days, found->parallel_days, 0.01);
  EXPECT_EQ(found->tasks[0].wait_hours, 0);
}

TEST(Simulate, TheSameSeedGivesTheSameAnswerAndAnotherAnother) {
  const auto procedure = read(kParallel);
  const SimulationAsked asked{.runs = 500, .arrivals_a_day = 0.2, .staff = {{"officer", 2}}, .start = kMonday};
  auto other = asked;
  other.seed = 2;
  EXPECT_EQ(simulate(procedure, weekdays(), asked)->mean_days, simulate(procedure, weekdays(), asked)->mean_days);
  EXPECT_NE(simulate(procedure, weekdays(), asked)->mean_days, simulate(procedure, weekdays(), other)->mean_days);
}

// One desk with one clerk: who comes at random and takes a time with a known spread waits as Pollaczek and Khinchine say.
TEST(Simulate, AQueueOfOneWaitsAsTheFormulaSays) {
  const auto procedure = read("<startEvent id=\"s\"/>" + task("t", "4") + "<endEvent id=\"e\"/>" + flow("1", "s", "t") + flow("2", "t", "e"));
  const double low = 2, likely = 4, high = 8.01;
  const double mean = (low + likely + high) / 3, variance = (low * low + likely * likely + high * high - low * likely - low * high - likely * high) / 18;
  const double rate = 1.0 / 8;  // an hour; one a day of eight hours
  const double load = rate * mean;
  const double waits = rate * (variance + mean * mean) / (2 * (1 - load));
  const auto found = simulate(procedure, weekdays(), {.runs = 20'000, .arrivals_a_day = 1, .staff = {{"officer", 1}}, .start = kMonday});
  ASSERT_TRUE(found) << found.error().detail.en;
  EXPECT_NEAR(found->tasks[0].work_hours, mean, 0.05);
  EXPECT_NEAR(found->tasks[0].wait_hours, waits, 0.1 * waits);
  EXPECT_NEAR(found->roles[0].busy_share, load, 0.02);
  EXPECT_GT(found->roles[0].saved_days, 0);
}

TEST(Simulate, DrawsOnClosedCasesWhenThereAreEnough) {
  const auto procedure = read("<startEvent id=\"s\"/>" + task("t", "4") + "<endEvent id=\"e\"/>" + flow("1", "s", "t") + flow("2", "t", "e"));
  const auto found = simulate(procedure, weekdays(), {.runs = 200, .start = kMonday, .known = {{"t", {10, 10, 10, 10, 10}}}});
  EXPECT_EQ(found->tasks[0].work_hours, 10);
  const auto few = simulate(procedure, weekdays(), {.runs = 200, .start = kMonday, .known = {{"t", {10, 10, 10, 10}}}});
  EXPECT_LT(few->tasks[0].work_hours, 8.02);
}

TEST(Simulate, SharesOfWaysAreKept) {
  const auto procedure = read("<startEvent id=\"s\"/><exclusiveGateway id=\"g\" default=\"3\"/>" + task("a", "1") + task("b", "1") + flow("1", "s", "g") + "<sequenceFlow id=\"2\" sourceRef=\"g\" targetRef=\"a\" jiaoji:share=\"0.8\"><conditionExpression>金额 &gt; 3</conditionExpression></sequenceFlow>" + flow("3", "g", "b"));
  const auto found = simulate(procedure, weekdays(), {.runs = 10'000, .start = kMonday});
  ASSERT_TRUE(found) << found.error().detail.en;
  EXPECT_NEAR(static_cast<double>(found->tasks[0].done), 8'000, 150);
}

TEST(Simulate, RefusesWhatMakesNoSense) {
  const auto procedure = read(kParallel);
  EXPECT_EQ(simulate(procedure, weekdays(), {.runs = 0, .start = kMonday}).error().key, "simulate.runs");
  EXPECT_EQ(simulate(procedure, weekdays(), {.runs = kRunsMax + 1, .start = kMonday}).error().key, "simulate.runs");
  EXPECT_EQ(simulate(procedure, weekdays(), {.arrivals_a_day = 0, .start = kMonday}).error().key, "simulate.arrivals");
  EXPECT_EQ(simulate(procedure, weekdays(), {.staff = {{"officer", 0}}, .start = kMonday}).error().key, "simulate.staff");
}

TEST(WorkingHours, ADayHasEightAndAWeekendNone) {
  const WorkingHours hours(weekdays(), kMonday);
  constexpr TimeMs hour = 3'600'000, day = 24 * hour;
  EXPECT_EQ(hours.after(kMonday, 0.5), kMonday + 9 * hour + hour / 2);
  EXPECT_EQ(hours.after(kMonday + 16 * hour, 2), kMonday + day + 10 * hour);
  EXPECT_EQ(hours.after(kMonday + 4 * day + 16 * hour, 2), kMonday + 7 * day + 10 * hour);
  EXPECT_DOUBLE_EQ(hours.between(kMonday, kMonday + 7 * day), 40);
}

TEST(Forecast, SaysWhenAnOpenCaseIsLikelyToEnd) {
  const auto procedure = read("<startEvent id=\"s\"/>" + task("a", "8") + task("b", "16") + "<endEvent id=\"e\"/>" + flow("1", "s", "a") + flow("2", "a", "b") + flow("3", "b", "e"));
  const auto state = advance(procedure, {}, {.kind = Event::Kind::start, .container = 0, .name = {}, .variables = {}}, kMonday)->state;
  const auto found = forecast(procedure, weekdays(), state, {}, kMonday, 300);
  ASSERT_TRUE(found && *found);
  constexpr TimeMs day = 86'400'000;
  EXPECT_GT((*found)->median, kMonday + 2 * day);
  EXPECT_LT((*found)->median, kMonday + 5 * day);
  EXPECT_LT((*found)->median, (*found)->late);
  EXPECT_EQ((*found)->tasks.size(), 1u);
}

}  // namespace
}  // namespace jiaoji::casework
