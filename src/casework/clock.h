// The clock as it stands at an instant: running, suspended or overdue, days used and left; and the working days between two dates.
#pragma once

#include "casework/deadline.h"

namespace jiaoji::casework {

enum class Phase : std::uint8_t { not_started, running, suspended, overdue };
std::string_view to_string(Phase phase);

// Counts are in the rule's unit; months in calendar days. Today counts as used: on the first day that counts, one is used.
struct ClockState {
  Phase phase = Phase::running;
  std::int32_t used = 0;     // days of the term up to today; never more than the term
  std::int32_t left = 0;     // days after today up to the due date, as moved off a holiday; 0 on the last day. Stopped: of the term
  std::int32_t overdue = 0;  // days after the due date up to today; 0 on the due date itself, after its hour
  Deadline deadline = {};
};

// At `now`, by the zone of the rule. Errors: as due(), and calendar.not_covered when `now` lies outside of the calendar.
Result<ClockState> state_at(const WorkCalendar& calendar, const Question& question, TimeMs now);

struct Between {
  std::int32_t workdays = 0, days = 0;
  bool provisional = false;
  std::vector<Step> steps = {};
};

// The working days after `from` up to and including `to`, so that between(start, due(start, n)) is n; with `first_day_counts`, `from` too.
// Errors: calendar.not_covered, clock.between (`to` before `from`, or more than kDaysMax days between them).
Result<Between> workdays_between(const WorkCalendar& calendar, Day from, Day to, bool first_day_counts = false);

}  // namespace jiaoji::casework
