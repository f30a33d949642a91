// Answers of the clock as JSON: dates as "2026-10-10", instants as RFC 3339 in UTC, words in one language.
#pragma once

#include "base/json.h"
#include "casework/clock.h"

namespace jiaoji::casework {

// {"kind", "from", "to", "count"?, "counted", "name"?, "who"?, "source"?, "text"}
json::Value step_json(const Step& step, const Rule& rule, Language language);
// {"due": date or null, "due_time": "24:00", "due_at", "provisional", "total", "counted", "steps"}
json::Value deadline_json(const Deadline& deadline, const Rule& rule, Language language);
// {"phase", "used", "left", "overdue"}, beside the deadline.
json::Value state_json(const ClockState& state);
// {"workdays", "days", "provisional", "steps"}
json::Value between_json(const Between& between, Language language);
// {"years": [{"year", "title", "number"?, "published"?, "days": [{"date", "name", "is_off"}]}]}, of one year or of all (0).
json::Value calendar_json(const WorkCalendar& calendar, int year);

}  // namespace jiaoji::casework
