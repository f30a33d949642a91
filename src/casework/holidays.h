// Notices of holidays as files: our own TOML (programs/calendar-cn) and the JSON of the open project holiday-cn.
//
// TOML: year, title, number (may be absent), published, and [[holiday]]s with name, from, to and the make-up workdays `work`, as the sentences of a
// notice say it. JSON: {"year", "papers", "days": [{"name", "date", "isOffDay"}]}.
#pragma once

#include <string_view>

#include "casework/calendar.h"

namespace jiaoji::casework {

inline constexpr std::size_t kHolidayBytesMax = 256u << 10;  // a year is 6 KB as JSON

// Errors: calendar.file with `file` and line: a date that does not exist, from after to, a day twice, a day of another year.
Result<Notice> read_notice(std::string_view toml, std::string_view file);

// `published`: the day of publication, which the form does not state; kNoDay when nobody knows. A year without days is read as such.
// Errors: calendar.file with `file` and where in it ("/days/3/date"): what is no JSON, too large, unknown members, a date that does not
// exist, a date twice with different flags, a day of another year.
Result<Notice> read_holidays_json(std::string_view text, std::string_view file, Day published = kNoDay);

// Either, told apart by the first character: '{' begins JSON.
Result<Notice> read_holidays(std::string_view text, std::string_view file);

// `given` in place of all that `shipped` says of the same years, other years as they are. A given notice without days replaces nothing.
std::vector<Notice> replace_years(std::vector<Notice> shipped, std::vector<Notice> given);

}  // namespace jiaoji::casework
