#include "casework/clock.h"

#include <algorithm>

#include <fmt/format.h>

#include "casework/deadline_walk.h"

namespace jiaoji::casework {

namespace {

bool counts(const WorkCalendar& calendar, const Rule& rule, Day day) { return rule.unit != Unit::workdays || calendar.is_workday(day); }

// Days from `from` to `to`, both included, that the rule counts and nothing suspends.
std::int32_t running_days(const WorkCalendar& calendar, const Question& question, Day from, Day to) {
  std::int32_t n = 0;
  for (Day day = from; day <= to; ++day) n += counts(calendar, question.rule, day) && !is_suspended(question, day);
  return n;
}

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::not_started: return "not_started";
    case Phase::running: return "running";
    case Phase::suspended: return "suspended";
    case Phase::overdue: return "overdue";
  }
  return "";
}

Result<ClockState> state_at(const WorkCalendar& calendar, const Question& question, TimeMs now) {
  ClockState out;
  TRY(out.deadline, due(calendar, question));
  TRY(const auto moment, moment_of(now, question.rule.zone));
  const Day today = moment.day;
  TRY_VOID(calendar.check_covered(today, "now"));
  const auto& end = out.deadline;
  out.used = std::min(end.total, running_days(calendar, question, end.first, end.due ? std::min(today, *end.due) : today));
  out.left = end.due ? running_days(calendar, question, std::max(today + 1, end.first), *end.due) : end.total - out.used;
  if (end.due_at && now >= *end.due_at) {
    out.phase = Phase::overdue;
    for (Day day = *end.due + 1; day <= today; ++day) out.overdue += counts(calendar, question.rule, day);
  } else if (today < question.start.day) {
    out.phase = Phase::not_started;
  } else {
    out.phase = is_suspended(question, today) ? Phase::suspended : Phase::running;
  }
  return out;
}

Result<Between> workdays_between(const WorkCalendar& calendar, Day from, Day to, bool first_day_counts) {
  TRY_VOID(calendar.check_covered(from, "from"));
  TRY_VOID(calendar.check_covered(to, "to"));
  if (to < from) return fail(Code::invalid, "clock.between", {fmt::format("{} 早于 {}，请交换", format_day(to), format_day(from)), fmt::format("{} is before {}: exchange them", format_day(to), format_day(from))});
  if (to - from > kDaysMax) return fail(Code::invalid, "clock.between", {fmt::format("两日相距 {} 日，最多 {} 日", to - from, kDaysMax), fmt::format("the dates lie {} days apart; at most {}", to - from, kDaysMax)});
  Between out;
  Walk walk(calendar, out.steps);
  const Day first = first_day_counts ? from : from + 1;
  for (Day day = first; day <= to; ++day) {
    const auto facts = walk.ask(day);
    walk.add(step_of(facts.kind), day, facts);
  }
  out.workdays = walk.counted();
  out.days = to - first + 1;
  out.provisional = walk.provisional();
  walk.end();
  return out;
}

}  // namespace jiaoji::casework
