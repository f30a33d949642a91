// What the sample region and programs/circles bring along: reads cleanly, and says what its README says.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "mobility/claim.h"
#include "mobility/rail_csv.h"
#include "mobility/scenario.h"

namespace jiaoji::mobility {
namespace {

const std::string kPrograms = JIAOJI_PROGRAMS, kSample = kPrograms + "/../sample/";

std::string whole(const std::filesystem::path& path) {
  std::stringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

std::vector<std::filesystem::path> in_folder(const std::string& folder) {
  std::vector<std::filesystem::path> out;
  for (const auto& file : std::filesystem::directory_iterator(kPrograms + "/circles/" + folder)) out.push_back(file.path());
  std::ranges::sort(out);
  return out;
}

const World& sample() {
  static const auto world = [] {
    auto read = read_rail_csv("rail.csv", whole(kSample + "rail.csv"), {.check_all = true}).value();
    EXPECT_EQ(read.errors + read.warnings + read.notes, 0u);
    auto out = std::make_unique<World>(*build_network({std::move(read.feed)}));
    out->points = read_points(whole(kSample + "points.csv")).value();
    finish(*out);
    return out;
  }();
  return *world;
}

const Day kDay = parse_day("2026-11-20");

TEST(Circles, EveryClaimOfTheProgramCanBeJudgedOnTheSample) {
  const auto files = in_folder("claims");
  EXPECT_GE(files.size(), 4u);
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    const auto claim = read_claim(whole(file), file.filename().string());
    ASSERT_TRUE(claim) << claim.error().detail.en;
    const auto verdict = judge(sample(), *claim, kDay);
    ASSERT_TRUE(verdict) << verdict.error().detail.en;
    EXPECT_NE(verdict->all.planned, Truth::unknown);
    EXPECT_NE(verdict->doors.planned, Truth::unknown) << verdict->doors.reason.en;
  }
}

TEST(Circles, EveryScenarioOfTheProgramChangesTheSample) {
  const auto files = in_folder("scenarios");
  EXPECT_GE(files.size(), 5u);
  for (const auto& file : files) {
    SCOPED_TRACE(file);
    const auto scenario = read_scenario(whole(file), file.filename().string());
    ASSERT_TRUE(scenario) << scenario.error().detail.en;
    auto applied = apply(sample().network.feed, *scenario);
    ASSERT_TRUE(applied) << applied.error().detail.en;
    int trips = 0;
    for (const auto& change : applied->changes) trips += change.added + change.removed + change.changed;
    EXPECT_GT(trips, 10);
    EXPECT_TRUE(world_with(sample(), std::move(applied->feed)));
  }
}

TEST(Circles, TheSampleIsPlausible) {
  struct Row { const char *from, *to; int least, most; };  // minutes of the best departure from 6 to 22
  const Row rows[] = {{"济南", "青岛", 95, 110}, {"济南", "淄博", 25, 35}, {"济南", "潍坊", 60, 75}, {"济南", "泰安", 15, 20}, {"青岛", "烟台", 95, 125}, {"青岛", "威海", 130, 180}, {"青岛", "日照", 30, 75}, {"济南", "日照", 100, 140}, {"潍坊", "烟台", 85, 125}};
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.from) + row.to);
    const MatrixAsked asked{.from = {find_place(sample().network, std::string(row.from) + "市").value()}, .to = {find_place(sample().network, std::string(row.to) + "市").value()}, .day = kDay, .time = 6 * 3600, .until = 22 * 3600, .options = {}};
    const auto minutes = (*matrix(sample(), asked))[0][0] / 60;
    EXPECT_GE(minutes, row.least);
    EXPECT_LE(minutes, row.most);
  }
}

}  // namespace
}  // namespace jiaoji::mobility
