// One fault at a time in a good feed: each must be named with its file, line, column and severity, and no other error beside it.
#include <algorithm>

#include <gtest/gtest.h>

#include "mobility/testing.h"

namespace jiaoji::mobility {
namespace {

constexpr auto kError = Severity::error, kWarning = Severity::warning, kNote = Severity::note;

struct Fault {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  Severity severity;
  const char* key;
  std::size_t line;
  const char* field;
};

const Fault kFaults[] = {
    // agency.txt
    {"no time zone", "agency.txt", "A,Bus,https://bus.example,Asia/Shanghai", "A,Bus,https://bus.example,", kError, "gtfs.value_missing", 2, "agency_timezone"},
    {"time zone that is none", "agency.txt", "https://bus.example,Asia/Shanghai", "https://bus.example,Asia/Jinan", kError, "gtfs.timezone", 2, "agency_timezone"},
    {"two time zones", "agency.txt", "https://tram.example,Asia/Shanghai", "https://tram.example,Europe/Vilnius", kError, "gtfs.timezone_differs", 3, "agency_timezone"},
    {"agency id twice", "agency.txt", "T,Tram", "A,Tram", kError, "gtfs.id_twice", 3, "agency_id"},
    {"agency without id", "agency.txt", "\nT,Tram", "\n,Tram", kError, "gtfs.agency_id_missing", 3, "agency_id"},
    {"agency without name", "agency.txt", "A,Bus", "A,", kWarning, "gtfs.name_missing", 2, "agency_name"},
    {"address that is none", "agency.txt", "https://tram.example", "tram.example", kWarning, "gtfs.url", 3, "agency_url"},
    {"agency time zone column gone", "agency.txt", ",agency_timezone", ",zone", kError, "gtfs.column_missing", 1, "agency_timezone"},
    // stops.txt
    {"stop id twice", "stops.txt", "C,Court", "B,Court", kError, "gtfs.id_twice", 6, "stop_id"},
    {"stop without id", "stops.txt", "E,Gate", ",Gate", kError, "gtfs.value_missing", 7, "stop_id"},
    {"stop without name", "stops.txt", "B,Bridge", "B,", kWarning, "gtfs.name_missing", 5, "stop_name"},
    {"latitude missing", "stops.txt", "Bridge,36.6800", "Bridge,", kError, "gtfs.coordinate_missing", 5, "stop_lat"},
    {"latitude beyond the pole", "stops.txt", "Bridge,36.6800", "Bridge,96.68", kError, "gtfs.number", 5, "stop_lat"},
    {"latitude with a comma for a point", "stops.txt", "Bridge,36.6800", "Bridge,\"36,68\"", kError, "gtfs.number", 5, "stop_lat"},
    {"longitude that is no number", "stops.txt", "36.6800,117.0300", "36.6800,117°", kError, "gtfs.number", 5, "stop_lon"},
    {"longitude nan", "stops.txt", "36.6800,117.0300", "36.6800,nan", kError, "gtfs.number", 5, "stop_lon"},
    {"stop at 0, 0", "stops.txt", "36.6800,117.0300", "0,0", kError, "gtfs.point_near_origin", 5, "stop_lat"},
    {"stop at the pole", "stops.txt", "36.6800,117.0300", "89.99,117.03", kError, "gtfs.point_near_pole", 5, "stop_lat"},
    {"location type 9", "stops.txt", "117.0400,0,", "117.0400,9,", kWarning, "gtfs.value_unexpected", 6, "location_type"},
    {"parent that is not there", "stops.txt", "117.0201,0,P", "117.0201,0,Q", kError, "gtfs.reference_missing", 3, "parent_station"},
    {"parent that is no station", "stops.txt", "117.0201,0,P", "117.0201,0,B", kError, "gtfs.parent_type", 3, "parent_station"},
    {"station with a parent", "stops.txt", "117.0200,1,", "117.0200,1,P", kError, "gtfs.parent_of_station", 2, "parent_station"},
    {"entrance without a station", "stops.txt", "117.0203,2,P", "117.0203,2,", kError, "gtfs.parent_missing", 7, "parent_station"},
    {"platform far from its station", "stops.txt", "36.6701,117.0201", "36.6901,117.0201", kWarning, "gtfs.far_from_parent", 3, "parent_station"},
    {"station without stops", "stops.txt", "C,Court", "Z,Zoo,36.6,117.1,1,\nC,Court", kNote, "gtfs.station_empty", 6, "stop_id"},
    {"stop that nothing serves", "stops.txt", "C,Court", "Z,Zoo,36.6,117.1,0,\nC,Court", kWarning, "gtfs.stop_unused", 6, "stop_id"},
    {"blanks around a value", "stops.txt", "C,Court", "C , Court", kWarning, "gtfs.blanks_around", 6, "stop_id"},
    {"row with a cell too many", "stops.txt", "117.0203,2,P", "117.0203,2,P,x", kError, "gtfs.row_long", 7, ""},
    {"row with a cell too few", "stops.txt", "117.0300,,", "117.0300,", kWarning, "gtfs.row_short", 5, ""},
    {"quote never closed", "stops.txt", "E,Gate", "E,\"Gate", kError, "gtfs.open_quote", 7, ""},
    {"text after a quote", "stops.txt", "E,Gate", "E,\"Gate\"x", kError, "gtfs.after_quote", 7, ""},
    {"no stop_id column", "stops.txt", "stop_id", "id", kError, "gtfs.column_missing", 1, "stop_id"},
    {"column twice", "stops.txt", "stop_id,stop_name", "stop_id,stop_id,stop_name", kError, "gtfs.column_twice", 1, "stop_id"},
    {"column that GTFS does not know", "stops.txt", "stop_name", "name", kNote, "gtfs.column_unknown", 1, "name"},
    // routes.txt
    {"route id twice", "routes.txt", "R2,T", "R1,T", kError, "gtfs.id_twice", 3, "route_id"},
    {"route of no agency", "routes.txt", "R2,T", "R2,X", kError, "gtfs.reference_missing", 3, "agency_id"},
    {"route without agency", "routes.txt", "R2,T", "R2,", kWarning, "gtfs.value_missing", 3, "agency_id"},
    {"route without a name", "routes.txt", "2,Tram to Court", ",", kWarning, "gtfs.name_missing", 3, "route_short_name"},
    {"route type missing", "routes.txt", ",900,", ",,", kError, "gtfs.value_missing", 3, "route_type"},
    {"route type unknown", "routes.txt", ",900,", ",950,", kWarning, "gtfs.route_type", 3, "route_type"},
    {"route type a word", "routes.txt", ",900,", ",tram,", kError, "gtfs.number", 3, "route_type"},
    {"colour that is none", "routes.txt", "0073AC", "blue", kWarning, "gtfs.colour", 2, "route_color"},
    {"route twice by name", "routes.txt", "R2,T,2,Tram to Court,900", "R2,A,1,Plaza to Court,3", kWarning, "gtfs.route_name_twice", 3, "route_short_name"},
    {"route that no trip uses", "routes.txt", "R2,T", "R3,T,3,Nowhere,900,\nR2,T", kWarning, "gtfs.route_unused", 3, "route_id"},
    // calendars
    {"calendar ends before it starts", "calendar.txt", "20260930", "20260830", kError, "gtfs.dates_reversed", 2, "end_date"},
    {"date that is none", "calendar.txt", "20260930", "20260931", kError, "gtfs.date", 2, "end_date"},
    {"weekday that is neither 0 nor 1", "calendar.txt", "W,1", "W,2", kError, "gtfs.number", 2, "monday"},
    {"weekday missing", "calendar.txt", "W,1", "W,", kError, "gtfs.value_missing", 2, "monday"},
    {"service without id", "calendar.txt", "\nW,1", "\n,1", kError, "gtfs.value_missing", 2, "service_id"},
    {"dates a millennium apart", "calendar.txt", "20260930", "30260930", kError, "gtfs.dates_too_far", 2, "end_date"},
    {"service that never runs", "calendar.txt", "W,1,1,1,1,1,0,0", "W,0,0,0,0,0,0,0", kWarning, "gtfs.service_never_runs", 2, "service_id"},
    {"service that no trip uses", "calendar.txt", "\nW,1", "\nX,1,1,1,1,1,1,1,20260901,20260930\nW,1", kWarning, "gtfs.service_unused", 2, "service_id"},
    {"exception on a day that is none", "calendar_dates.txt", "20260906", "2026-09-06", kError, "gtfs.date", 2, "date"},
    {"exception type 3", "calendar_dates.txt", "20260925,2", "20260925,3", kError, "gtfs.number", 3, "exception_type"},
    {"two exceptions on one day", "calendar_dates.txt", "W,20260925,2", "W,20260925,2\nW,20260925,1", kError, "gtfs.exception_twice", 4, "date"},
    // trips.txt
    {"trip id twice", "trips.txt", "D,T3", "D,T1", kError, "gtfs.id_twice", 4, "trip_id"},
    {"trip of no route", "trips.txt", "R2,W", "R9,W", kError, "gtfs.reference_missing", 3, "route_id"},
    {"trip of no service", "trips.txt", "R2,W", "R2,X", kError, "gtfs.reference_missing", 3, "service_id"},
    {"trip of no shape", "trips.txt", "T3,,S1", "T3,,S7", kWarning, "gtfs.shape_missing", 4, "shape_id"},
    {"trip without stops", "trips.txt", "R2,W,T2", "R2,W,T9,,\nR2,W,T2", kError, "gtfs.trip_without_stops", 3, "trip_id"},
    // stop_times.txt
    {"unknown stop", "stop_times.txt", "08:06:00,B", "08:06:00,Z", kError, "gtfs.reference_missing", 3, "stop_id"},
    {"unknown trip", "stop_times.txt", "T1,08:00:00,08:00:00,P1", "T9,07:00:00,07:00:00,P1,0,,\nT1,08:00:00,08:00:00,P1", kError, "gtfs.reference_missing", 2, "trip_id"},
    {"a station as stop", "stop_times.txt", "09:00:00,P1", "09:00:00,P", kError, "gtfs.stop_type", 7, "stop_id"},
    {"minutes over 59", "stop_times.txt", "08:05:00", "25:70:00", kError, "gtfs.time", 3, "arrival_time"},
    {"digits lost", "stop_times.txt", "T1,08:05:00", "T1,8:5:0", kError, "gtfs.time", 3, "arrival_time"},
    {"a time beyond a week", "stop_times.txt", "24:05:00,24:05:00", "24:05:00,200:00:00", kError, "gtfs.time", 6, "departure_time"},
    {"no seconds", "stop_times.txt", "T1,08:05:00", "T1,08:05", kWarning, "gtfs.time_without_seconds", 3, "arrival_time"},
    {"departure before arrival", "stop_times.txt", "08:05:00,08:06:00", "08:05:00,08:04:00", kError, "gtfs.departure_before_arrival", 3, "departure_time"},
    {"times decrease", "stop_times.txt", "08:12:00,08:12:00", "08:02:00,08:12:00", kError, "gtfs.times_decrease", 4, "arrival_time"},
    {"midnight not counted on", "stop_times.txt", "24:05:00,24:05:00", "00:05:00,00:05:00", kError, "gtfs.times_decrease", 6, "arrival_time"},
    {"only an arrival", "stop_times.txt", "08:05:00,08:06:00", "08:05:00,", kWarning, "gtfs.one_time_only", 3, "departure_time"},
    {"no time at the first stop", "stop_times.txt", "T1,08:00:00,08:00:00", "T1,,", kError, "gtfs.edge_without_time", 2, "departure_time"},
    {"no time at the last stop", "stop_times.txt", "T1,08:12:00,08:12:00", "T1,,", kError, "gtfs.edge_without_time", 4, "arrival_time"},
    {"sequence repeated", "stop_times.txt", "B,2", "B,3", kError, "gtfs.sequence_twice", 4, "stop_sequence"},
    {"sequence negative", "stop_times.txt", "B,2", "B,-2", kError, "gtfs.number", 3, "stop_sequence"},
    {"sequence missing", "stop_times.txt", "B,2", "B,", kError, "gtfs.value_missing", 3, "stop_sequence"},
    {"trip with one stop", "stop_times.txt", "T2,24:05:00,24:05:00,C,5,,\n", "", kError, "gtfs.trip_too_short", 5, "trip_id"},
    {"faster than anything drives", "stop_times.txt", "09:10:00,09:10:00", "09:00:01,09:00:01", kWarning, "gtfs.fast_travel", 8, "arrival_time"},
    {"pickup type 7", "stop_times.txt", "P1,1,0,1", "P1,1,7,1", kWarning, "gtfs.value_unexpected", 2, "pickup_type"},
    {"cut short in a row", "stop_times.txt", "T3,09:10:00,09:10:00,C,2,,\n", "T3,09:1", kError, "gtfs.value_missing", 8, "stop_sequence"},
    // the others
    {"headway 0", "frequencies.txt", "12:00:00,600", "12:00:00,0", kError, "gtfs.number", 2, "headway_secs"},
    {"ends before it starts", "frequencies.txt", "12:00:00", "08:00:00", kError, "gtfs.times_reversed", 2, "end_time"},
    {"frequency of no trip", "frequencies.txt", "T3", "T9", kError, "gtfs.reference_missing", 2, "trip_id"},
    {"frequencies overlap", "frequencies.txt", "600,0\n", "600,0\nT3,11:00:00,13:00:00,900,0\n", kError, "gtfs.frequencies_overlap", 3, "start_time"},
    {"exact_times 2", "frequencies.txt", "600,0", "600,2", kWarning, "gtfs.value_unexpected", 2, "exact_times"},
    {"transfer to no stop", "transfers.txt", "P1,P2", "P1,P9", kError, "gtfs.reference_missing", 2, "to_stop_id"},
    {"transfer time negative", "transfers.txt", "2,120", "2,-120", kError, "gtfs.number", 2, "min_transfer_time"},
    {"minimum time without time", "transfers.txt", "2,120", "2,", kWarning, "gtfs.transfer_without_time", 2, "min_transfer_time"},
    {"transfer at an entrance", "transfers.txt", "P1,P2", "P1,E", kError, "gtfs.transfer_stop_type", 2, "to_stop_id"},
    {"transfer type 8", "transfers.txt", "2,120", "8,120", kWarning, "gtfs.value_unexpected", 2, "transfer_type"},
    {"pathway to no stop", "pathways.txt", "E,P2", "E,P9", kError, "gtfs.reference_missing", 3, "to_stop_id"},
    {"pathway to a station", "pathways.txt", "E,P2", "E,P", kError, "gtfs.pathway_to_station", 3, "to_stop_id"},
    {"pathway id twice", "pathways.txt", "W2", "W1", kError, "gtfs.id_twice", 3, "pathway_id"},
    {"pathway mode 9", "pathways.txt", "P2,2,1", "P2,9,1", kError, "gtfs.number", 3, "pathway_mode"},
    {"exit gate both ways", "pathways.txt", "P2,2,1", "P2,7,1", kWarning, "gtfs.pathway_exit_both_ways", 3, "is_bidirectional"},
    {"feed ends before it starts", "feed_info.txt", "20261231", "20251231", kError, "gtfs.dates_reversed", 2, "feed_end_date"},
    {"publisher without a name", "feed_info.txt", "City,", ",", kWarning, "gtfs.value_missing", 2, "feed_publisher_name"},
    {"shape that no trip uses", "shapes.txt", "S1,36.67", "S2,36.67,117.02,1,0\nS1,36.67", kWarning, "gtfs.shape_unused", 2, "shape_id"},
    {"shape point twice", "shapes.txt", "117.04,2", "117.04,1", kError, "gtfs.sequence_twice", 3, "shape_pt_sequence"},
    {"shape point off the earth", "shapes.txt", "36.69", "136.69", kError, "gtfs.number", 3, "shape_pt_lat"},
    {"shape distance decreases", "shapes.txt", "2,3.5", "2,3.5\nS1,36.7,117.05,3,1", kWarning, "gtfs.shape_distance_decreases", 4, "shape_dist_traveled"},
};

std::string all_of(const ReadFeed& read) {
  std::string out;
  for (const auto& n : read.notices) out += n.key + " " + n.file + ":" + std::to_string(n.line) + " " + n.field + " [" + n.value + "] " + n.detail.en + "\n";
  return out;
}

TEST(GtfsFaults, EachIsNamedWithFileLineAndColumn) {
  EXPECT_GE(std::size(kFaults), 60u);
  for (const auto& fault : kFaults) {
    SCOPED_TRACE(fault.name);
    const auto read = read_all(with(fault.file, fault.from, fault.to));
    const auto named = std::ranges::any_of(read.notices, [&](const Notice& n) {
      return n.key == fault.key && n.severity == fault.severity && n.file == fault.file && n.line == fault.line && n.field == fault.field;
    });
    EXPECT_TRUE(named) << all_of(read);
    // A lost column or calendar takes more with it; whatever else is told then is a consequence.
    const std::string key = fault.key;
    const bool spreads = key == "gtfs.column_missing" || key == "gtfs.column_twice" || key == "gtfs.column_unknown" || key == "gtfs.id_twice" || key == "gtfs.value_missing" || key == "gtfs.agency_id_missing" || key == "gtfs.open_quote";
    if (!spreads) { EXPECT_EQ(read.errors, fault.severity == kError ? 1u : 0u) << all_of(read); }
    for (const auto& n : read.notices) EXPECT_TRUE(!n.detail.zh.empty() && !n.detail.en.empty() && n.detail.zh != n.detail.en);
  }
}

TEST(GtfsFaults, MissingAndStrangeFilesAreNamed) {
  for (const char* file : {"agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"}) {
    SCOPED_TRACE(file);
    const auto gone = read_all(feed_of({{file, ""}}));
    EXPECT_TRUE(std::ranges::any_of(gone.notices, [&](const Notice& n) { return n.key == "gtfs.file_missing" && n.file == file && n.line == 0 && n.severity == kError; })) << all_of(gone);
    const auto heading_only = read_all(feed_of({{file, good_tables()[file].substr(0, good_tables()[file].find('\n') + 1)}}));
    EXPECT_TRUE(std::ranges::any_of(heading_only.notices, [&](const Notice& n) { return n.key == "gtfs.table_empty" && n.file == file && n.severity == kError; })) << all_of(heading_only);
    const auto utf16 = read_all(feed_of({{file, std::string("\xff\xfe" "a\0b\0", 6)}}));
    EXPECT_TRUE(std::ranges::any_of(utf16.notices, [&](const Notice& n) { return n.key == "gtfs.encoding" && n.file == file && n.severity == kError; })) << all_of(utf16);
    const auto returns = read_all(feed_of({{file, "a,b\rc,d\r"}}));
    EXPECT_TRUE(std::ranges::any_of(returns.notices, [&](const Notice& n) { return n.key == "gtfs.bare_return" && n.file == file; })) << all_of(returns);
  }
  const auto no_calendar = read_all(feed_of({{"calendar.txt", ""}, {"calendar_dates.txt", ""}}));
  EXPECT_EQ(no_calendar.counts_by_key.at("gtfs.file_missing"), 1u);
  const auto strange = read_all(feed_of({{"readme.pdf", "x"}, {"inner.zip", "PK"}}));
  EXPECT_EQ(strange.counts_by_key.at("gtfs.file_unknown"), 2u);
  EXPECT_EQ(strange.errors + strange.warnings, 0u);
}

TEST(GtfsFaults, TablesThatTravelTimesDoNotNeedAreCheckedOnlyWhenAsked) {
  const auto tables = feed_of({{"fare_attributes.txt", "fare_id,price,currency_type\nF,,CNY\n"}, {"levels.txt", "level_id,level_name\nL,x\n"}, {"shapes.txt", "broken"}});
  const auto checked = read_all(tables);
  EXPECT_TRUE(std::ranges::any_of(checked.notices, [](const Notice& n) { return n.key == "gtfs.value_missing" && n.file == "fare_attributes.txt" && n.line == 2 && n.field == "price"; })) << all_of(checked);
  EXPECT_TRUE(std::ranges::any_of(checked.notices, [](const Notice& n) { return n.key == "gtfs.column_missing" && n.file == "levels.txt" && n.field == "level_index"; })) << all_of(checked);
  const auto read = read_gtfs(files_of(tables), {});
  ASSERT_TRUE(read) << read.error().detail.en;
  EXPECT_EQ(all_of(*read), "");
}

TEST(GtfsFaults, ATransferBetweenFarPlacesIsFlagged) {
  auto tables = with("transfers.txt", "P1,P2", "P1,Z");
  tables["stops.txt"] += "Z,Zibo,36.8000,118.0500,,\n";
  const auto read = read_all(tables);
  EXPECT_EQ(read.counts_by_key.count("gtfs.transfer_far"), 1u) << all_of(read);
}

TEST(GtfsFaults, AFileThatCannotBeReadIsNamedWithItsReason) {
  auto files = files_of(good_tables());
  files.read = [inner = files.read](const std::string& name) -> Result<std::string> {
    if (name == "trips.txt") return fail(Code::invalid, "archive.damaged", {"坏了", "the packed file is cut short or damaged"});
    return inner(name);
  };
  const auto read = read_gtfs(files, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where.at(0).key, "gtfs.file_unreadable");
  EXPECT_NE(read.error().where[0].detail.en.find("cut short"), std::string::npos);
}

}  // namespace
}  // namespace jiaoji::mobility
