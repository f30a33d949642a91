// Times of day and dates in the spellings of timetables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mobility/feed.h"

namespace jiaoji::mobility {

inline constexpr Seconds kDaySeconds = 86'400;
inline constexpr Seconds kTimeMax = 7 * kDaySeconds;  // a trip of a week is the longest that is read

// "8:05", "08:05", "08:05:30", "25:10:00" → seconds after the start of the service day. Nothing when it is no such time or beyond
// kTimeMax; blanks around it are ignored.
std::optional<Seconds> parse_time(std::string_view text);
// "08:05", "08:05:30" when there are seconds; past midnight "25:10".
std::string format_time_of_day(Seconds time);

constexpr std::int32_t minutes_up(Seconds time) { return (time + 59) / 60; }  // whole minutes, rounded up

// Monday is 0; 1970-01-01 was a Thursday.
constexpr int weekday(Day day) { return static_cast<int>(((std::int64_t{day} + 3) % 7 + 7) % 7); }

// "20160302" → day; nothing when there is no such date.
std::optional<Day> parse_gtfs_date(std::string_view text);

}  // namespace jiaoji::mobility
