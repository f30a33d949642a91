// When something happened, as an office sees it: a day of its own zone and, when it is known, the minute.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "casework/calendar.h"

namespace jiaoji::casework {

inline constexpr std::string_view kZone = "Asia/Shanghai";
inline constexpr int kMinutesADay = 1440;

struct Moment {
  Day day = 0;
  std::optional<int> minute = {};  // 0 … 1439; none: only the day is known
  bool operator==(const Moment&) const = default;
};

// "2026-09-30", "2026-09-30T16:45", "2026-09-30 16:45:00", all in `zone`, or with an offset: "2026-09-30T08:45:00Z".
// `what` names the place in the error. Errors: clock.zone, clock.time with what would be right.
Result<Moment> parse_moment(std::string_view text, std::string_view zone, std::string_view what);

// An instant in `zone`, an IANA name. Errors: clock.zone.
Result<Moment> moment_of(TimeMs time, std::string_view zone);

// The instant of a local time; minute 1440 is the midnight that ends the day. A time that a zone leaves out (its clocks going forward)
// is read with the offset before. Errors: clock.zone.
Result<TimeMs> instant_of(Day day, int minute, std::string_view zone);

// "17:30" as minutes after midnight; 24:00 is 1440. None when it is no time of day.
std::optional<int> parse_minute(std::string_view text);
std::string format_minute(int minute);

}  // namespace jiaoji::casework
