// When a timer of a procedure is due: dates, durations and cycles of ISO 8601, and working days by a calendar that the caller knows.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "casework/procedure.h"

namespace jiaoji::casework {

// One cycle comes no more often than this; without it, "R/PT0S" would never let go.
inline constexpr std::int64_t kCycleSecondsMin = 1;
inline constexpr std::int32_t kForever = -1;

struct Due {
  TimeMs at = 0;
  TimeMs first = 0;           // of a cycle: from where it counts, which may have passed
  std::int32_t again = 0;     // times after this one; kForever
  std::string interval;       // ISO 8601, of a cycle
  std::string deadline;       // of working days: what the caller wants to be kept with it
};

// What a timer's text or value says: "2026-10-10T09:00:00+08:00", "P3D", "P1M", "R3/PT10M", "R/2026-10-10T09:00:00+08:00/P1D". A time without
// a zone is China's. A time that has passed is due at once. None when it says nothing of its kind.
std::optional<Due> due_of(Timer::Kind kind, std::string_view text, TimeMs now);
// The same of a value of FEEL: a date, a date and time, a duration, or a text as above.
std::optional<Due> due_of(Timer::Kind kind, const feel::Value& value, TimeMs now);
// The next time of a cycle after the last one: whole intervals after the first, so that the 31st comes back after a short month, and the
// hour after a late start.
TimeMs next_due(TimeMs first, TimeMs last, std::string_view interval);

bool is_timer(const Timer& timer);

}  // namespace jiaoji::casework
