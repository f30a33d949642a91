#include "mobility/shift.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jiaoji::mobility {
namespace {

using ::testing::HasSubstr;

constexpr geo::Point kJinan{36.667, 116.99};

std::vector<Stop> stops(int count, geo::Point (*as)(geo::Point), geo::Point first = kJinan) {
  std::vector<Stop> out;
  for (int i = 0; i < count; ++i) out.push_back({.id = fmt::format("s{}", i), .name = fmt::format("站{}", i), .at = as({first.lat + 0.02 * i, first.lon + 0.03 * i})});
  return out;
}
geo::Point same(geo::Point at) { return at; }
geo::Point north(geo::Point at) { return {at.lat + 0.005, at.lon}; }

ReadFeed feed_of(std::vector<Stop> with) {
  ReadFeed out;
  out.feed.name = "feed";
  out.feed.stops = std::move(with);
  return out;
}

TEST(Shift, StopsInGcj02AreMovedBackAndItIsNoted) {
  auto read = feed_of(stops(3, to_gcj02));
  convert_stops(read);
  const auto wanted = stops(3, same);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(geo::distance_metres(read.feed.stops[i].at, wanted[i].at), 0.01);
  ASSERT_EQ(read.notices.size(), 1u);
  EXPECT_EQ(read.notices[0].severity, Severity::note);
  EXPECT_EQ(read.notes, 1u);
  EXPECT_EQ(read.counts_by_key.at("stops.gcj02"), 1u);
  EXPECT_THAT(read.notices[0].detail.en, HasSubstr("3 stops moved by"));
}

TEST(Shift, OutsideOfChinaNothingIsMovedAndThatIsAWarning) {
  const geo::Point paris{48.85, 2.35};
  auto read = feed_of(stops(2, same, paris));
  convert_stops(read);
  EXPECT_EQ(read.feed.stops[0].at, paris);
  ASSERT_EQ(read.warnings, 1u);
  EXPECT_THAT(read.notices[0].detail.en, HasSubstr("none was moved"));
}

TEST(Shift, IsToldOnlyWhereTheOtherReadingFits) {
  struct Row { const char* name; Coordinates said; int count; geo::Point (*as)(geo::Point); bool told; };
  const Row rows[] = {
      {"the same places", Coordinates::wgs84, 6, same, false},
      {"shifted, and nobody said it", Coordinates::wgs84, 6, to_gcj02, true},
      {"too few to say", Coordinates::wgs84, 2, to_gcj02, false},
      {"off by as much in another direction", Coordinates::wgs84, 6, north, false},
      {"converted rightly", Coordinates::gcj02, 6, same, false},
      {"converted although it was none", Coordinates::gcj02, 6, from_gcj02, true},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto read = feed_of(stops(row.count, row.as));
    note_shift(read, row.said, stops(10, same));
    EXPECT_EQ(read.notices.size(), row.told ? 1u : 0u);
    if (!row.told || read.notices.empty()) continue;
    EXPECT_EQ(read.notices[0].key, "stops.looks_gcj02");
    EXPECT_EQ(read.notices[0].severity, Severity::note);
    EXPECT_THAT(read.notices[0].detail.en, HasSubstr(row.said == Coordinates::wgs84 ? "6 of 6 stops of a known name lie 150 to 1000 m beside it and would fall on it as GCJ-02" : "would fall on it as WGS-84"));
  }
}

TEST(Shift, StopsOfOtherNamesOrFarAwaySayNothing) {
  auto strangers = stops(6, to_gcj02);
  for (auto& stop : strangers) stop.name += "东";
  auto far = stops(6, same, {30, 110});
  for (auto with : {strangers, far}) {
    auto read = feed_of(with);
    note_shift(read, Coordinates::wgs84, stops(10, same));
    EXPECT_TRUE(read.notices.empty());
  }
}

TEST(Shift, AFewThatLieOffAmongManyThatFitAreNoShift) {
  auto mixed = stops(10, same);
  for (std::size_t i = 0; i < 4; ++i) mixed[i].at = to_gcj02(mixed[i].at);
  auto read = feed_of(mixed);
  note_shift(read, Coordinates::wgs84, stops(10, same));
  EXPECT_TRUE(read.notices.empty());
}

}  // namespace
}  // namespace jiaoji::mobility
