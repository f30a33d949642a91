#include "mobility/gtfs.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/gtfs_reading.h"
#include "mobility/testing.h"
#include "mobility/times.h"

namespace jiaoji::mobility {
namespace {

std::string all_of(const ReadFeed& read) {
  std::string out;
  for (const auto& n : read.notices) out += n.key + " " + n.file + ":" + std::to_string(n.line) + " " + n.field + " " + n.detail.en + "\n";
  return out;
}

std::vector<std::string> times_of(const Feed& feed, const std::string& trip) {
  std::vector<std::string> out;
  for (const auto& t : feed.trips) {
    if (t.id != trip) continue;
    for (auto i = t.first; i < t.first + t.count; ++i) {
      const auto& at = feed.stop_times[i];
      out.push_back(feed.stops[static_cast<std::size_t>(at.stop)].id + " " + format_time_of_day(at.arrival) + " " + format_time_of_day(at.departure));
    }
  }
  return out;
}

TEST(Gtfs, TheGoodFeedReadsWithoutANotice) {
  const auto read = read_all(good_tables());
  EXPECT_EQ(all_of(read), "");
  EXPECT_EQ(read.errors + read.warnings + read.notes, 0u);
  EXPECT_EQ(read.trips_left_out, 0u);
}

TEST(Gtfs, JoinsTheTablesByNumber) {
  const auto feed = read_all(good_tables()).feed;
  EXPECT_EQ(feed.timezone, "Asia/Shanghai");
  ASSERT_EQ(feed.stops.size(), 6u);
  EXPECT_EQ(feed.stops[1].parent, 0);
  EXPECT_EQ(feed.stops[0].type, LocationType::station);
  EXPECT_EQ(feed.stops[3].timezone, "Asia/Shanghai");
  EXPECT_EQ(feed.routes[1].type, 900);
  EXPECT_EQ(feed.routes[1].agency, "T");
  ASSERT_EQ(feed.trips.size(), 3u);
  EXPECT_EQ(feed.trips[1].name, "K2");
  EXPECT_EQ(feed.trips[1].route, 1);
  EXPECT_THAT(times_of(feed, "T1"), testing::ElementsAre("P1 08:00 08:00", "B 08:05 08:06", "C 08:12 08:12"));
  EXPECT_THAT(times_of(feed, "T2"), testing::ElementsAre("P2 23:50 23:50", "C 24:05 24:05"));
  EXPECT_TRUE(feed.stop_times[0].pickup);
  EXPECT_FALSE(feed.stop_times[0].drop_off);
  EXPECT_FALSE(feed.stop_times[2].pickup);
  ASSERT_EQ(feed.frequencies.size(), 1u);
  EXPECT_EQ(feed.frequencies[0].trip, 2);
  EXPECT_EQ(feed.frequencies[0].headway, 600);
  ASSERT_EQ(feed.transfers.size(), 1u);
  EXPECT_EQ(feed.transfers[0].min_seconds, 120);
  EXPECT_EQ(feed.transfers[0].type, TransferType::minimum_time);
  ASSERT_EQ(feed.pathways.size(), 2u);
  EXPECT_EQ(feed.pathways[0].seconds, 45);
  EXPECT_EQ(feed.pathways[1].seconds, 107);  // 133 m at 1.33 m/s and ten steps at 0.7 s
}

TEST(Gtfs, CalendarAndExceptionsBecomeDays) {
  const auto feed = read_all(good_tables()).feed;
  ASSERT_EQ(feed.services.size(), 2u);
  const auto day = [](const char* text) { return *parse_gtfs_date(text); };
  const auto& week = feed.services[0];
  EXPECT_EQ(week.first, day("20260901"));
  EXPECT_EQ(std::ranges::count(week.runs, true), 21);  // 22 working days from Tuesday on, without the 25th
  EXPECT_TRUE(week.on(day("20260924")));
  EXPECT_FALSE(week.on(day("20260925")));
  EXPECT_FALSE(week.on(day("20260926")));
  EXPECT_FALSE(week.on(day("20261001")));
  EXPECT_TRUE(feed.services[1].on(day("20260906")));
  EXPECT_EQ(feed.services[1].runs.size(), 1u);
}

TEST(Gtfs, EitherCalendarFileMayBeMissing) {
  const auto only_dates = read_all(feed_of({{"calendar.txt", ""}, {"calendar_dates.txt", "service_id,date,exception_type\nD,20260906,1\nW,20260907,1\nW,20260910,1\n"}}));
  EXPECT_EQ(all_of(only_dates), "");
  EXPECT_EQ(only_dates.feed.trips.size(), 3u);
  const auto only_week = read_all(feed_of({{"calendar_dates.txt", ""}, {"trips.txt", "route_id,service_id,trip_id\nR1,W,T1\nR2,W,T2\nR1,W,T3\n"}, {"shapes.txt", ""}}));
  EXPECT_EQ(all_of(only_week), "");
  EXPECT_EQ(only_week.feed.trips.size(), 3u);
}

// How files differ that say the same.
TEST(Gtfs, ReadsFilesAsTheyAreWritten) {
  const std::string stops = good_tables()["stops.txt"];
  const auto crlf = [](std::string s) {
    for (std::size_t at = 0; (at = s.find('\n', at)) != std::string::npos; at += 2) s.insert(at, "\r");
    return s;
  };
  const struct { const char* name; std::string text; const char* keys; } rows[] = {
      {"BOM", "\xEF\xBB\xBF" + stops, ""},
      {"CRLF", crlf(stops), ""},
      {"no newline at the end", stops.substr(0, stops.size() - 1), ""},
      {"blank lines", "\n" + stops + "\n\r\n , \n", "gtfs.row_blank"},
      {"columns in another order", "stop_lon,stop_lat,stop_name,stop_id,parent_station,location_type\n117.02,36.67,Plaza,P,,1\n117.0201,36.6701,a,P1,P,\n117.0202,36.6702,b,P2,P,\n117.03,36.68,c,B,,\n117.04,36.69,d,C,,\n117.0203,36.6703,e,E,P,2\n", ""},
      {"quoted newline, comma and quote", "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nP,\"Pla\nza, \"\"the\"\" one\",36.67,117.02,1,\n" + stops.substr(stops.find("P1,")), ""},
      {"blanks in the heading", "stop_id, stop_name" + stops.substr(stops.find(",stop_lat")), "gtfs.blanks_around"},
      {"an extra column", "x_colour,stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n7,P,p,36.67,117.02,1,\n7,P1,a,36.67,117.02,,P\n7,P2,b,36.67,117.02,,P\n7,B,c,36.68,117.03,,\n7,C,d,36.69,117.04,,\n7,E,e,36.67,117.02,2,P\n", "gtfs.column_unknown"},
      {"GB18030", "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nP,\xBC\xC3\xC4\xCF,36.67,117.02,1,\n" + stops.substr(stops.find("P1,")), "gtfs.not_utf8"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto read = read_all(feed_of({{"stops.txt", row.text}}));
    std::string keys;
    for (const auto& [key, count] : read.counts_by_key) keys += (keys.empty() ? "" : " ") + key;
    EXPECT_EQ(keys, row.keys) << all_of(read);
    EXPECT_EQ(read.errors, 0u);
    EXPECT_EQ(read.feed.trips.size(), 3u);
  }
}

TEST(Gtfs, WhatStandsInsideAStationTakesItsPlaceAndZone) {
  auto tables = with("stops.txt", "E,Gate,36.6703,117.0203,2,P", "E,Gate,36.6703,117.0203,2,P\nN,,,,3,P\nX,,,,4,P1\nO,,,,3,");
  tables["pathways.txt"] += "W3,E,N,1,1,,30,\nW4,E,O,1,1,,30,\n";
  auto& stops = tables["stops.txt"];
  for (std::size_t at = 0, line = 0; (at = stops.find('\n', at)) != std::string::npos; ++line) {
    const std::string zone = line == 0 ? ",stop_timezone" : line == 1 ? ",Asia/Urumqi" : ",";
    stops.insert(at, zone), at += zone.size() + 1;
  }
  const auto read = read_all(tables);
  EXPECT_EQ(read.counts_by_key.at("gtfs.parent_missing"), 1u) << all_of(read);
  EXPECT_EQ(read.errors, 1u);
  const auto& feed = read.feed;
  ASSERT_EQ(feed.stops.size(), 9u);
  EXPECT_EQ(feed.stops[1].timezone, "Asia/Urumqi");   // P1, of its station
  EXPECT_EQ(feed.stops[3].timezone, "Asia/Shanghai");  // B, of the agency
  EXPECT_EQ(feed.stops[6].at, feed.stops[0].at);
  EXPECT_EQ(feed.stops[7].at, feed.stops[1].at);
  EXPECT_EQ(feed.pathways.size(), 3u);                // none to the node that is nowhere
}

TEST(Gtfs, ReadsNamesInQuotesAndInGB18030) {
  const auto stops = good_tables()["stops.txt"];
  const auto heading = stops.substr(0, stops.find('\n') + 1), others = stops.substr(stops.find("P1,"));
  EXPECT_EQ(read_all(feed_of({{"stops.txt", heading + "P,\"Pla\nza, \"\"the\"\" one\",36.67,117.02,1,\n" + others}})).feed.stops[0].name, "Pla\nza, \"the\" one");
  EXPECT_EQ(read_all(feed_of({{"stops.txt", heading + "P,\xBC\xC3\xC4\xCF,36.67,117.02,1,\n" + others}})).feed.stops[0].name, "济南");
}

TEST(Gtfs, LinesAreThoseOfTheFileBehindQuotedNewlines) {
  const auto read = read_all(with("stops.txt", "P,Plaza,36.6700,117.0200,1,\nP1,Plaza 1,36.6701", "P,\"Pla\nza\",36.6700,117.0200,1,\nP1,Plaza 1,north"));
  ASSERT_EQ(read.errors, 1u);
  EXPECT_EQ(read.notices[0].line, 4u);
}

TEST(Gtfs, FindsTheTablesInAFolderAndIgnoresWhatMacsLeave) {
  Tables tables;
  for (const auto& [name, text] : good_tables()) tables["2026/feed/" + name] = text, tables["2026/feed/old/" + name] = "broken", tables["__MACOSX/2026/feed/._" + name] = "x";
  tables["__MACOSX/stops.txt"] = "x";
  const auto read = read_all(tables);
  EXPECT_EQ(read.errors, 0u) << all_of(read);
  EXPECT_EQ(read.feed.trips.size(), 3u);
}

TEST(Gtfs, IdsAreTextsExactly) {
  auto tables = good_tables();
  tables["stops.txt"] += "0522,North,36.70,117.05,,\n522,South,36.60,117.00,,\n";
  tables["stop_times.txt"] += "T3,09:30:00,09:30:00,0522,3,,\nT3,10:00:00,10:00:00,522,4,,\n";
  const auto read = read_all(tables);
  EXPECT_EQ(all_of(read), "");
  EXPECT_THAT(times_of(read.feed, "T3"), testing::ElementsAre("P1 09:00 09:00", "C 09:10 09:10", "0522 09:30 09:30", "522 10:00 10:00"));
}

TEST(Gtfs, IdsMayHoldQuotesCommasAndNewlines) {
  auto tables = good_tables();
  for (const char* file : {"trips.txt", "stop_times.txt", "frequencies.txt", "shapes.txt"}) {
    for (const char* id : {"T1", "T2", "T3", "S1"}) {
      auto& text = tables[file];
      const auto odd = "\"a \"\"long\"\", odd\nid " + std::string(id) + "\"";
      for (std::size_t at = 0; (at = text.find(id, at)) != std::string::npos; at += odd.size()) text.replace(at, 2, odd);
    }
  }
  const auto read = read_all(tables);
  EXPECT_EQ(all_of(read), "");
  EXPECT_THAT(times_of(read.feed, "a \"long\", odd\nid T2"), testing::ElementsAre("P2 23:50 23:50", "C 24:05 24:05"));
}

TEST(Gtfs, RowsOfATripMayStandAnywhere) {
  const auto mixed = read_all(feed_of({{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
                                                          "T1,08:12:00,08:12:00,C,300\nT2,24:05:00,24:05:00,C,5\nT1,08:00:00,08:00:00,P1,7\nT3,09:00:00,09:00:00,P1,1\nT2,23:50:00,23:50:00,P2,1\nT3,09:10:00,09:10:00,C,2\nT1,08:05:00,08:06:00,B,20\n"}}));
  EXPECT_EQ(all_of(mixed), "");
  EXPECT_THAT(times_of(mixed.feed, "T1"), testing::ElementsAre("P1 08:00 08:00", "B 08:05 08:06", "C 08:12 08:12"));
  EXPECT_THAT(times_of(mixed.feed, "T2"), testing::ElementsAre("P2 23:50 23:50", "C 24:05 24:05"));
}

TEST(Gtfs, BlankTimesAreSharedOut) {
  const std::string head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled\nT2,23:50:00,23:50:00,P2,1,\nT2,24:05:00,24:05:00,C,5,\nT3,09:00:00,09:00:00,P1,1,\nT3,09:10:00,09:10:00,C,2,\n";
  const struct { const char* name; std::string rows; const char* middle; } cases[] = {
      {"by shape_dist_traveled", "T1,08:00:00,08:00:00,P1,1,10\nT1,,,B,2,12.5\nT1,08:10:00,08:10:00,C,3,20\n", "B 08:02:30 08:02:30"},
      {"evenly when one of those is missing", "T1,08:00:00,08:00:00,P1,1,10\nT1,,,B,2,\nT1,08:10:00,08:10:00,C,3,20\n", "B 08:05 08:05"},
      {"evenly where all is one place", "T1,08:00:00,08:00:00,C,1,\nT1,,,C,2,\nT1,08:10:00,08:10:00,C,3,\n", "C 08:05 08:05"},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.name);
    const auto read = read_all(feed_of({{"stop_times.txt", head + row.rows}}));
    EXPECT_EQ(read.errors, 0u) << all_of(read);
    const auto times = times_of(read.feed, "T1");
    ASSERT_EQ(times.size(), 3u);
    EXPECT_EQ(times[1], row.middle);
  }
}

// In doubles (7/10) * 180 is 125.99…: each second counts where a change is tight.
TEST(Gtfs, BlankTimesSharedEvenlyAreExactToTheSecond) {
  for (int n = 2; n < 60; ++n) {
    for (Seconds span = 60; span <= 3600; span += 60) {
      std::vector<Seconds> arrival(static_cast<std::size_t>(n) + 1, kNone), departure;
      std::vector<double> along;
      for (int i = 0; i <= n; ++i) along.push_back(i);
      arrival.front() = 0, arrival.back() = span;
      departure = arrival;
      interpolate(arrival, departure, along);
      for (int i = 0; i <= n; ++i) ASSERT_EQ(arrival[static_cast<std::size_t>(i)], span * i / n) << i << " of " << n << " in " << span;
    }
  }
}

RC_GTEST_PROP(Gtfs, InterpolatedTimesNeverDecreaseAndKeepWhatIsKnown, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(2, 12);
  std::vector<Seconds> arrival(count), departure(count);
  std::vector<double> along(count);
  Seconds now = 0;
  double far = 0;
  for (std::size_t i = 0; i < count; ++i) {
    arrival[i] = now += *rc::gen::inRange(0, 1000);
    departure[i] = now += *rc::gen::inRange(0, 100);
    along[i] = far += *rc::gen::inRange(0, 3);
    if (i != 0 && i + 1 != count && *rc::gen::arbitrary<bool>()) arrival[i] = departure[i] = kNone;
  }
  const auto known = arrival;
  interpolate(arrival, departure, along);
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT((known[i] == kNone || arrival[i] == known[i]));
    RC_ASSERT(departure[i] >= arrival[i]);
    RC_ASSERT((i == 0 || arrival[i] >= departure[i - 1]));
  }
}

TEST(Gtfs, AFaultyTripIsLeftOutAndTheRestKept) {
  auto tables = good_tables();
  tables["stop_times.txt"].replace(tables["stop_times.txt"].find("08:05:00,08:06:00"), 17, "07:05:00,07:06:00");
  const auto read = read_gtfs(files_of(tables), {.skip_faulty = true}).value();
  EXPECT_EQ(read.errors, 1u);
  EXPECT_EQ(read.trips_left_out, 1u);
  ASSERT_EQ(read.feed.trips.size(), 2u);
  EXPECT_EQ(read.feed.trips[0].id, "T2");
  EXPECT_THAT(times_of(read.feed, "T3"), testing::ElementsAre("P1 09:00 09:00", "C 09:10 09:10"));
  EXPECT_EQ(read.feed.frequencies.at(0).trip, 1);  // T3 moved up
}

TEST(Gtfs, WhatRefersToSomethingLeftOutGoesWithItWithoutASecondError) {
  const auto read = read_all(with("stops.txt", "C,Court,36.6900,117.0400", "C,Court,,117.0400"));
  EXPECT_EQ(read.errors, 1u) << all_of(read);
  EXPECT_EQ(read.trips_left_out, 3u);
  EXPECT_TRUE(read.feed.trips.empty());
  EXPECT_TRUE(read.feed.frequencies.empty());
}

TEST(Gtfs, AnErrorFailsUnlessFaultyRowsMayBeSkipped) {
  const auto tables = with("stop_times.txt", "T3,09:10:00", "T3,25:70:00");
  const auto strict = read_gtfs(files_of(tables), {});
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().key, "gtfs.faulty");
  ASSERT_EQ(strict.error().where.size(), 1u);
  EXPECT_EQ(strict.error().where[0].pointer, "stop_times.txt:8 arrival_time");
  EXPECT_NE(strict.error().detail.en.find("25:70:00"), std::string::npos);
  EXPECT_TRUE(read_gtfs(files_of(tables), {.skip_faulty = true}));
  const auto nothing = read_gtfs(files_of({{"stops.txt", "stop_id\n"}}), {.skip_faulty = true});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().key, "gtfs.nothing_left");
  EXPECT_TRUE(read_gtfs(files_of({}), {.skip_faulty = true, .check_all = true}));
}

TEST(Gtfs, AHopelessFileIsCountedAndNotKept) {
  std::string rows = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n";
  for (int i = 0; i < 5000; ++i) rows += "nobody,08:00:00,08:00:00,P1,1\n";
  const auto read = read_all(feed_of({{"stop_times.txt", rows}}));
  EXPECT_EQ(read.counts_by_key.at("gtfs.reference_missing"), 5000u);  // the frequency of T3 goes with its trip, in silence
  EXPECT_LE(read.notices.size(), 3 * kNoticesPerKey);
  EXPECT_TRUE(read.truncated);
}

TEST(Gtfs, TripsOnDemandAndTransfersWithinAVehicleAreNoted) {
  const auto flexible = read_all(feed_of({{"stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_id,start_pickup_drop_off_window,end_pickup_drop_off_window\n"
                                                             "T1,,,,1,zone,08:00:00,10:00:00\nT1,,,,2,zone,08:00:00,10:00:00\nT2,23:50:00,23:50:00,P2,1,,,\nT2,24:05:00,24:05:00,C,2,,,\nT3,09:00:00,09:00:00,P1,1,,,\nT3,09:10:00,09:10:00,C,2,,,\n"}}));
  EXPECT_EQ(flexible.errors, 0u) << all_of(flexible);
  EXPECT_EQ(flexible.counts_by_key.at("gtfs.flexible"), 2u);
  EXPECT_EQ(flexible.trips_left_out, 1u);
  const auto seated = read_all(feed_of({{"transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time,from_trip_id,to_trip_id\n,,4,,T1,T2\nP1,P2,2,60,T1,T2\nP1,P2,0,,,\n"}}));
  EXPECT_EQ(seated.errors + seated.warnings, 0u) << all_of(seated);
  EXPECT_EQ(seated.counts_by_key.at("gtfs.transfer_in_seat"), 1u);
  EXPECT_EQ(seated.counts_by_key.at("gtfs.transfer_special"), 1u);
  EXPECT_EQ(seated.feed.transfers.size(), 1u);
}

}  // namespace
}  // namespace jiaoji::mobility
