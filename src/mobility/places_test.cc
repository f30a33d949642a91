#include "mobility/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mobility/testing_worlds.h"

namespace jiaoji::mobility {
namespace {

// 济南 is the id and the name of a station and the name of a city with three; 南站 is two stations far apart, 东站 two that are joined.
Network network() {
  testing::World world;
  world.trip({{"济南", "08:00"}, {"济南西", "08:10"}, {"济南东", "08:20"}}).trip({{"公交", "08:00"}, {"济南", "08:10"}});
  world.trip({{"n1", "08:00"}, {"n2", "09:00"}, {"e1", "09:10"}, {"e2", "09:20"}});
  auto feed = world.feed();
  feed.routes.push_back({.id = "bus", .name = "bus", .type = 3});
  feed.trips[1].route = 1;
  for (auto& stop : feed.stops) {
    if (stop.id.starts_with("济南") || stop.id == "公交") stop.city = "济南市";
    if (stop.id.starts_with("n")) stop.name = "南站";
    if (stop.id.starts_with("e")) stop.name = "东站", stop.at = {36.5, 118};
  }
  return *build_network({feed});
}

std::vector<std::string> ids(const Network& of, const Place& place) {
  std::vector<std::string> out;
  for (const auto stop : place.stops) out.push_back(of.feed.stops[static_cast<std::size_t>(stop)].id);
  return out;
}

TEST(Places, MeanWhatTheirNamesSay) {
  const auto of = network();
  struct Row { const char* text; PlaceKind kind; std::vector<std::string> stops; };
  const Row rows[] = {
      {"济南", PlaceKind::city, {"济南", "济南西", "济南东"}}, {"济南市", PlaceKind::city, {"济南", "济南西", "济南东"}}, {"济南站", PlaceKind::station, {"济南"}}, {"济南西", PlaceKind::stop, {"济南西"}},
      {"n1", PlaceKind::stop, {"n1"}}, {"东站", PlaceKind::station, {"e1", "e2"}}, {"东", PlaceKind::station, {"e1", "e2"}}, {" 36.5 , 118 ", PlaceKind::coordinate, {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto place = find_place(of, row.text);
    ASSERT_TRUE(place) << place.error().detail.en;
    EXPECT_EQ(place->kind, row.kind);
    EXPECT_EQ(ids(of, *place), row.stops);
  }
}

TEST(Places, ANameOfStationsFarApartAsksWhich) {
  const auto of = network();
  const auto place = find_place(of, "南站");
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().key, "mobility.place_ambiguous");
  EXPECT_THAT(place.error().detail.en, ::testing::AllOf(::testing::HasSubstr("n1"), ::testing::HasSubstr("n2")));
}

TEST(Places, AnUnknownOneIsToldWithNamesThatAreNear) {
  const auto of = network();
  const auto place = find_place(of, "济");
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().key, "mobility.place_unknown");
  EXPECT_THAT(place.error().detail.en, ::testing::HasSubstr("济南"));
  EXPECT_EQ(find_place(of, "91,0").error().key, "mobility.place_range");
}

}  // namespace
}  // namespace jiaoji::mobility
