// A railway timetable as an office fills it in by hand: one table, one row a stop of a train.
//
//   车次 train · 开行日期 dates (rail_days.h) · 站序 order · 车站 station · 城市 city · 到达 arrival · 出发 departure · 纬度 lat · 经度 lon ·
//   最小换乘分钟 min_change_minutes · 类型 type
//
// - Columns stand in any order; 站序, 城市, 最小换乘分钟 and 类型 may be missing. Without 站序 the rows stand in the order of the stops.
// - 开行日期 and 类型 may stay blank where the row before has the same train. A train with two sets of dates is two trips.
// - Arrival is blank at the first stop, departure at the last; elsewhere one of both is enough. A time earlier than the one before it is
//   on the next day: 0:20 after 23:50. A fraction of a day, as spreadsheets keep times, is a time too.
// - Coordinates (WGS-84) stand at a station's first row; where they are repeated they must be the same, as must city and minutes.
// - 类型: 高铁, 动车, 城际, 铁路, 地铁, 公交, 客运, 轮渡, their English names, or a GTFS route_type; blank: by the train's letter (G, D, C).
// A row with an error leaves out its train. All times are of Asia/Shanghai.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/table.h"
#include "mobility/gtfs.h"

namespace jiaoji::mobility {

// `name` is what notices call the file. Errors: as read_gtfs (`rail.faulty`, `rail.nothing_left`), and `table.…` when it is no table.
Result<ReadFeed> read_rail_csv(std::string_view name, std::string_view bytes, const ReadOptions& options);
// The same of rows that the caller read, from .xlsx for instance.
Result<ReadFeed> read_rail_rows(std::string_view name, const std::vector<std::string>& heading, const std::vector<table::Row>& rows, const ReadOptions& options);

// Heading and one train, to be filled in. CSV that reads without a notice.
std::string rail_template(Language language);

}  // namespace jiaoji::mobility
