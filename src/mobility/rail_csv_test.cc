#include "mobility/rail_csv.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mobility/times.h"

namespace jiaoji::mobility {
namespace {

const std::string kHead = "车次,开行日期,站序,车站,城市,到达,出发,纬度,经度,最小换乘分钟,类型\n";
const std::string kGood =
    "G1,2026-09-01..2026-09-30 工作日,1,济南西,济南,,23:20,36.668,116.892,20,高铁\n"
    "G1,,2,泰安,泰安,23:37,23:39,36.190,117.050,,\n"
    "G1,,3,徐州东,徐州,0:20,,34.220,117.290,,\n"
    "G2,2026-09-01..2026-09-30 每日,1,徐州东,,,8:00,,,,\n"
    "G2,,2,济南西,,9:10,,,,,\n";

ReadFeed read(const std::string& text) { return read_rail_csv("rail.csv", text, {.skip_faulty = true, .check_all = true}).value(); }

std::string all_of(const ReadFeed& read) {
  std::string out;
  for (const auto& n : read.notices) out += n.key + " " + std::to_string(n.line) + " " + n.field + " [" + n.value + "] " + n.detail.en + "\n";
  return out;
}

std::vector<std::string> times_of(const Feed& feed, std::size_t trip) {
  std::vector<std::string> out;
  for (auto i = feed.trips[trip].first; i < feed.trips[trip].first + feed.trips[trip].count; ++i) {
    const auto& at = feed.stop_times[i];
    out.push_back(feed.stops[static_cast<std::size_t>(at.stop)].name + " " + format_time_of_day(at.arrival) + " " + format_time_of_day(at.departure));
  }
  return out;
}

TEST(RailCsv, GivesTheSameFeedAsGtfsWould) {
  const auto got = read(kHead + kGood);
  EXPECT_EQ(all_of(got), "");
  const auto& feed = got.feed;
  ASSERT_EQ(feed.stops.size(), 3u);
  EXPECT_EQ(feed.stops[0].city, "济南");
  EXPECT_EQ(feed.stops[0].min_change, 1200);
  EXPECT_EQ(feed.stops[1].min_change, kNone);
  EXPECT_DOUBLE_EQ(feed.stops[2].at.lat, 34.220);
  ASSERT_EQ(feed.trips.size(), 2u);
  EXPECT_EQ(feed.trips[0].id, "G1");
  EXPECT_EQ(feed.routes[0].type, 101);
  EXPECT_EQ(feed.routes[1].type, 101);  // by its letter
  EXPECT_THAT(times_of(feed, 0), testing::ElementsAre("济南西 23:20 23:20", "泰安 23:37 23:39", "徐州东 24:20 24:20"));
  EXPECT_FALSE(feed.stop_times[0].drop_off);
  EXPECT_FALSE(feed.stop_times[2].pickup);
  EXPECT_EQ(std::ranges::count(feed.services[0].runs, true), 22);
  EXPECT_EQ(std::ranges::count(feed.services[1].runs, true), 30);
  EXPECT_EQ(feed.timezone, "Asia/Shanghai");
}

TEST(RailCsv, TakesOtherWaysOfWritingTheSame) {
  const auto expected = times_of(read(kHead + kGood).feed, 0);
  const std::string english = "train,dates,order,station,city,arrival,departure,lat,lon,min_change_minutes,type\n";
  const struct { const char* name; std::string text; } rows[] = {
      {"English headings", english + kGood},
      {"headings in capitals", "Train,Dates,Order,Station,City,Arrival,Departure,Lat,Lon,Min_Change_Minutes,Type\n" + kGood},
      {"rows in another order", kHead + "G1,2026-09-01..2026-09-30 工作日,30,徐州东,徐州,0:20,,34.220,117.290,,\nG1,,10,济南西,济南,,23:20,36.668,116.892,20,高铁\nG1,,20,泰安,泰安,23:37,23:39,36.190,117.050,,\n"},
      {"no order", "车次,开行日期,车站,到达,出发,纬度,经度\nG1,2026-09-01,济南西,,23:20,36.668,116.892\nG1,,泰安,23:37,23:39,36.190,117.050\nG1,,徐州东,0:20,,34.220,117.290\n"},
      {"seconds and hours past 24", kHead + "G1,2026-09-01,1,济南西,,,23:20:00,36.668,116.892,,\nG1,,2,泰安,,23:37:00,23:39:00,36.19,117.05,,\nG1,,3,徐州东,,24:20:00,,34.22,117.29,,\n"},
      {"fractions of a day", kHead + "G1,2026-09-01,1,济南西,,,0.972222222222222,36.668,116.892,,\nG1,,2,泰安,,0.984027777777778,0.985416666666667,36.19,117.05,,\nG1,,3,徐州东,,0.0138888888888889,,34.22,117.29,,\n"},
      {"dashes at the ends", kHead + "G1,2026-09-01,1,济南西,,--,23:20,36.668,116.892,,\nG1,,2,泰安,,23:37,23:39,36.19,117.05,,\nG1,,3,徐州东,,0:20,--,34.22,117.29,,\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = read(row.text);
    EXPECT_EQ(all_of(got), "");
    EXPECT_EQ(times_of(got.feed, 0), expected);
  }
}

TEST(RailCsv, ATrainWithTwoSetsOfDatesIsTwoTrips) {
  const auto got = read(kHead + kGood + "G1,2026-10-01..2026-10-07,1,济南西,,,7:00,,,,\nG1,,2,徐州东,,8:30,,,,,\n");
  EXPECT_EQ(all_of(got), "");
  ASSERT_EQ(got.feed.trips.size(), 3u);
  EXPECT_EQ(got.feed.trips[2].id, "G1#2");
  EXPECT_EQ(got.feed.trips[2].name, "G1");
  EXPECT_EQ(got.feed.trips[2].route, got.feed.trips[0].route);
  EXPECT_EQ(got.feed.routes.size(), 2u);
}

TEST(RailCsv, EachFaultIsNamedWithItsLineAndColumn) {
  const struct { const char* name; const char* from; const char* to; const char* key; std::size_t line; const char* field; Severity severity; } rows[] = {
      {"no train", "G2,,2", ",,2", "rail.value_missing", 6, "车次", Severity::error},
      {"no dates", "G2,2026-09-01..2026-09-30 每日", "G2,", "rail.value_missing", 5, "开行日期", Severity::error},
      {"date that is none", "2026-09-30 每日", "2026-09-31 每日", "rail.dates", 5, "开行日期", Severity::error},
      {"order twice", "G1,,3", "G1,,2", "rail.order_twice", 4, "站序", Severity::error},
      {"order a word", "G1,,3", "G1,,last", "rail.number", 4, "站序", Severity::error},
      {"no station", "3,徐州东", "3,", "rail.value_missing", 4, "车站", Severity::error},
      {"another city", "徐州东,,,8:00", "徐州东,淮北,,8:00", "rail.contradiction", 5, "城市", Severity::error},
      {"time that is none", "23:37,23:39", "23:77,23:39", "rail.time", 3, "到达", Severity::error},
      {"no time at all", "23:37,23:39", ",", "rail.value_missing", 3, "出发", Severity::error},
      {"time far too early", "9:10", "7:10", "rail.times_decrease", 6, "到达", Severity::error},
      {"no coordinates", "36.190,117.050", ",", "rail.coordinate_missing", 3, "纬度", Severity::error},
      {"half a coordinate", "36.190,117.050", "36.190,", "rail.value_missing", 3, "经度", Severity::error},
      {"latitude off the earth", "36.190", "136.190", "rail.number", 3, "纬度", Severity::error},
      {"at 0, 0", "36.190,117.050", "0,0", "rail.point_near_origin", 3, "纬度", Severity::error},
      {"another place", "徐州东,,,8:00,,", "徐州东,,,8:00,34.300,117.290", "rail.contradiction", 5, "纬度", Severity::error},
      {"another minimum", "济南西,,9:10,,,,,", "济南西,,9:10,,,,15,", "rail.contradiction", 6, "最小换乘分钟", Severity::error},
      {"unknown type", "高铁", "飞毯", "rail.type", 2, "类型", Severity::error},
      {"one stop", "G2,,2,济南西,,9:10,,,,,\n", "", "rail.trip_too_short", 5, "车次", Severity::error},
      {"faster than anything runs", "9:10", "8:01", "rail.fast_travel", 6, "到达", Severity::warning},
      {"two timetables on one day", "G2,2026-09-01..2026-09-30 每日,1,徐州东,,,8:00,,,,\nG2", "G1,2026-09-01..2026-09-30 每日,1,徐州东,,,8:00,,,,\nG1", "rail.train_twice", 5, "开行日期", Severity::warning},
      {"column missing", "出发", "开车", "rail.column_missing", 1, "出发", Severity::error},
      {"column unknown", "城市", "局", "rail.column_unknown", 1, "局", Severity::note},
      {"column twice", "城市", "车站", "rail.column_twice", 1, "车站", Severity::error},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto text = kHead + kGood;
    const auto at = text.find(row.from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(row.from).size(), row.to);
    const auto got = read(text);
    EXPECT_TRUE(std::ranges::any_of(got.notices, [&](const Notice& n) { return n.key == row.key && n.line == row.line && n.field == row.field && n.severity == row.severity && n.file == "rail.csv"; })) << all_of(got);
    for (const auto& stop : got.feed.stops) EXPECT_GT(stop.at.lat, 1);
  }
}

TEST(RailCsv, AFaultLeavesOutItsTrainAndNothingElse) {
  auto text = kHead + kGood;
  text.replace(text.find("23:37"), 5, "later");
  const auto got = read_rail_csv("rail.csv", text, {.skip_faulty = true});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->trips_left_out, 1u);
  ASSERT_EQ(got->feed.trips.size(), 1u);
  EXPECT_EQ(got->feed.trips[0].id, "G2");
  const auto strict = read_rail_csv("rail.csv", text, {});
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().key, "rail.faulty");
  EXPECT_EQ(strict.error().where.at(0).pointer, "rail.csv:3 到达");
  EXPECT_EQ(read_rail_csv("rail.csv", "", {}).error().key, "table.empty");
  EXPECT_EQ(read_rail_csv("rail.csv", kHead, {.skip_faulty = true}).error().key, "rail.nothing_left");
}

// As a workbook keeps what was typed: dates as day numbers, times as parts of a day.
TEST(RailCsv, ReadsRowsOfAWorkbook) {
  const std::vector<std::string> heading = {"车次", "开行日期", "车站", "到达", "出发", "纬度", "经度"};
  const std::vector<table::Row> rows = {{2, {"1461", "46266", "济南", "", "0.333333333333333", "36.67", "116.99"}}, {5, {"1461", "", "泰安", "0.375", "", "36.19", "117.12"}}, {6, {"1461", "", "x", "0.4", "", "nan", "117"}}};
  const auto got = read_rail_rows("车次.xlsx", heading, {rows[0], rows[1]}, {});
  ASSERT_TRUE(got) << got.error().detail.en;
  EXPECT_THAT(times_of(got->feed, 0), testing::ElementsAre("济南 08:00 08:00", "泰安 09:00 09:00"));
  EXPECT_EQ(got->feed.routes[0].type, 2);
  const auto bad = read_rail_rows("车次.xlsx", heading, rows, {});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().where.at(0).pointer, "车次.xlsx:6 纬度");
}

TEST(RailCsv, TheTemplateReadsWithoutANotice) {
  for (const auto language : {Language::zh, Language::en}) {
    const auto got = read_rail_csv("template.csv", rail_template(language), {});
    ASSERT_TRUE(got) << got.error().detail.en;
    EXPECT_EQ(all_of(*got), "");
    EXPECT_EQ(got->feed.trips.size(), 1u);
    EXPECT_EQ(got->feed.stops.size(), 2u);
  }
}

}  // namespace
}  // namespace jiaoji::mobility
