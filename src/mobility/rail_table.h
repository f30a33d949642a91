// A rail table between its two readers: rows become calls of trains (rail_csv.cc), trains become trips (rail_trains.cc). Internal.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mobility/notices.h"

namespace jiaoji::mobility {

enum RailField : std::size_t { kTrain, kDates, kOrder, kStation, kCity, kArrival, kDeparture, kLat, kLon, kChange, kType, kFields };
struct RailHeading { std::string_view zh, en; bool must; };
inline constexpr RailHeading kRailHeadings[kFields] = {
    {"车次", "train", true}, {"开行日期", "dates", true}, {"站序", "order", false}, {"车站", "station", true}, {"城市", "city", false}, {"到达", "arrival", true},
    {"出发", "departure", true}, {"纬度", "lat", true}, {"经度", "lon", true}, {"最小换乘分钟", "min_change_minutes", false}, {"类型", "type", false}};

struct Call { std::size_t line; std::int64_t order; std::int32_t stop; Seconds arrival, departure; };
struct Train {
  std::string number, dates;
  std::optional<int> type;
  std::size_t line;
  std::vector<Call> calls;
  bool faulty = false;
};

struct RailTable {
  std::string_view file;
  std::array<std::string, kFields> names;  // of the columns as the file writes them; empty: it has none
  Notices notices;
  Feed feed;
  std::vector<Train> trains;
  std::unordered_map<std::string, std::int32_t> services;  // by the text of their dates; kNone: that is faulty
  std::size_t left_out = 0;

  std::string_view heading(RailField f) const { return names[f].empty() ? kRailHeadings[f].zh : std::string_view(names[f]); }
};

// Orders the calls of each train, carries its times past midnight and adds it to the feed, with its route.
void join_trains(RailTable& table);

}  // namespace jiaoji::mobility
