#include "casework/deadline.h"

#include <algorithm>

#include <fmt/format.h>

#include "casework/deadline_walk.h"
#include "feel/temporal.h"

namespace jiaoji::casework {

namespace {

std::unexpected<Error> wrong(std::string key, Text what) { return fail(Code::invalid, std::move(key), std::move(what)); }

std::int32_t amount_max(Unit unit) { return unit == Unit::months ? kMonthsMax : kDaysMax; }

Result<void> check_amounts(const Question& question) {
  const auto max = amount_max(question.rule.unit);
  const auto out_of_range = [&](std::int64_t n) { return wrong("clock.amount", {fmt::format("期限为 {}，应在 0 到 {} 之间（含延长）", n, unit_text(question.rule.unit, max).zh), fmt::format("the term is {}; it must be between 0 and {}, extensions included", n, unit_text(question.rule.unit, max).en)}); };
  if (question.extensions.size() > kExtensionsMax) return wrong("clock.extension", {fmt::format("最多延长 {} 次", kExtensionsMax), fmt::format("at most {} extensions", kExtensionsMax)});
  std::int64_t total = question.rule.amount;
  if (total < 0 || total > max) return out_of_range(total);
  for (const auto& extension : question.extensions) {
    if (extension.amount <= 0) return wrong("clock.extension", {fmt::format("延长 {}：应大于 0", extension.amount), fmt::format("an extension by {}: it must be more than 0", extension.amount)});
    total += extension.amount;
    if (total > max) return out_of_range(total);
  }
  return {};
}

Result<void> check_suspensions(const Question& question) {
  if (question.suspensions.size() > kSuspensionsMax) return wrong("clock.suspension", {fmt::format("最多中止 {} 次", kSuspensionsMax), fmt::format("at most {} suspensions", kSuspensionsMax)});
  for (const auto& suspension : question.suspensions) {
    if (!suspension.to || (*suspension.to > suspension.from && *suspension.to <= WorkCalendar::last_day())) continue;
    return wrong("clock.suspension", {fmt::format("中止自 {} 到 {}：恢复之日应晚于中止之日，且不晚于 {}", format_day(suspension.from), format_day(*suspension.to), format_day(WorkCalendar::last_day())),
                                      fmt::format("suspended from {} to {}: the day of going on must be after the day of stopping and not after {}", format_day(suspension.from), format_day(*suspension.to), format_day(WorkCalendar::last_day()))});
  }
  return {};
}

Result<void> check(const WorkCalendar& calendar, const Question& question) {
  const auto& rule = question.rule;
  TRY_VOID(check_amounts(question));
  TRY_VOID(check_suspensions(question));
  TRY_VOID(moment_of(0, rule.zone));
  for (const auto minute : {std::optional(rule.ends_at), rule.after_hours, question.start.minute}) {
    if (minute && (*minute < 0 || *minute > kMinutesADay)) return wrong("clock.time_of_day", {fmt::format("{} 分不是一天之内的时刻，应为 0 到 1440", *minute), fmt::format("minute {} is no time of a day: 0 to 1440", *minute)});
  }
  return calendar.check_covered(question.start.day, "start");
}

const Suspension* suspension_at(const Question& question, Day day) {
  for (const auto& suspension : question.suspensions) {
    if (day >= suspension.from && (!suspension.to || day < *suspension.to)) return &suspension;
  }
  return nullptr;
}

// One that never ends, from its first day on: nothing counts any more.
const Suspension* open_at(const Question& question, Day day) {
  for (const auto& suspension : question.suspensions) {
    if (!suspension.to && day >= suspension.from) return &suspension;
  }
  return nullptr;
}

// The calendar days of a term in months that begins with the event on `start`: 民法典 Art. 202. Counting the first day, it ends on the day
// before the one of the same number, but still on the last of a month that has none: 1 to 31 March is a month, and so is 31 March to 30 April.
std::int32_t days_of_months(Day start, std::int32_t months, bool first_day_counts) {
  if (months == 0) return 0;
  const auto from = *feel::Date::from_days(start);
  const auto end = *feel::add(from, {months});
  const auto last = end.days() - (first_day_counts && end.day == from.day ? 1 : 0);
  return static_cast<std::int32_t>(last - start + (first_day_counts ? 1 : 0));
}

class Reckoning {
 public:
  Reckoning(const WorkCalendar& calendar, const Question& question) : question_(question), rule_(question.rule), walk_(calendar, out_.steps) {}

  Result<Deadline> run() {
    const Day start = begin();
    out_.first = rule_.first_day_counts ? start : start + 1;
    out_.total = terms(start);
    const bool complete = count(start);
    out_.counted = walk_.counted();
    const auto last_day = complete ? roll(start) : std::nullopt;
    out_.provisional = walk_.provisional();
    walk_.end();
    if (!last_day) return std::move(out_);
    out_.due = *last_day;
    TRY(out_.due_at, instant_of(*last_day, rule_.ends_at, rule_.zone));
    out_.steps.push_back({.kind = StepKind::due, .from = *last_day, .to = *last_day, .counted = out_.counted});
    return std::move(out_);
  }

 private:
  // The day as of which the event counts.
  Day begin() {
    Day day = question_.start.day;
    out_.steps.push_back({.kind = StepKind::start, .from = day, .to = day, .source = rule_.clause});
    if (!rule_.after_hours) return day;
    if (question_.start.minute.value_or(0) < *rule_.after_hours && walk_.ask(day).is_workday()) return day;
    do ++day;
    while (!walk_.ask(day).is_workday());
    out_.steps.push_back({.kind = StepKind::moved, .from = question_.start.day, .to = day});
    return day;
  }

  std::int32_t terms(Day start) {
    std::int32_t amount = rule_.amount;
    for (const auto& extension : question_.extensions) {
      amount += extension.amount;
      out_.steps.push_back({.kind = StepKind::extended, .from = extension.on, .to = extension.on, .count = extension.amount, .name = extension.reason, .who = extension.who, .source = extension.clause});
    }
    return rule_.unit == Unit::months ? days_of_months(start, amount, rule_.first_day_counts) : amount;
  }

  // False when an open suspension stops the clock before all days are counted.
  bool count(Day start) {
    out_.last = out_.total == 0 ? start : out_.first - 1;
    for (Day day = out_.first; walk_.counted() < out_.total; ++day) {
      if (const auto* open = open_at(question_, day)) return stop(day, *open);
      if (const auto* suspension = suspension_at(question_, day)) {
        walk_.add_suspended(day, *suspension);
        continue;
      }
      const auto before = walk_.counted();
      if (rule_.unit != Unit::workdays) walk_.add_plain(day);
      else if (const auto facts = walk_.ask(day); true) walk_.add(step_of(facts.kind), day, facts);
      if (walk_.counted() > before) out_.last = day;
    }
    return true;
  }

  bool stop(Day day, const Suspension& open) {
    out_.steps.push_back({.kind = StepKind::stopped, .from = day, .to = day, .count = out_.total - walk_.counted(), .counted = walk_.counted(), .name = open.reason, .source = open.clause});
    return false;
  }

  // The last day, moved off a holiday as the rule has it. None when an open suspension begins before a working day is found.
  std::optional<Day> roll(Day start) {
    const Day last = out_.last;
    if (rule_.unit == Unit::workdays && out_.total > 0) return last;  // always a working day
    if (rule_.on_holiday == OnHoliday::keep) return keep(last);
    if (walk_.ask(last).is_workday()) return last;
    if (rule_.on_holiday == OnHoliday::previous) {
      Day day = last;
      while (day >= start && !walk_.ask(day).is_workday()) --day;
      if (day >= start) return rolled(last, day);
    }
    const bool counts = out_.total > 0;  // a term of no days is not stopped by anything
    for (Day day = last;; ++day) {
      if (const auto* open = open_at(question_, day); open && counts) return stop(day, *open), std::nullopt;
      const auto* suspension = counts ? suspension_at(question_, day) : nullptr;
      const auto facts = walk_.ask(day);
      if (!suspension && facts.is_workday()) return rolled(last, day);
      if (suspension) walk_.add_suspended(day, *suspension);
      else walk_.add(step_of(facts.kind), day, facts);
    }
  }

  std::optional<Day> keep(Day last) {
    const auto facts = walk_.peek(last);
    if (!facts.is_workday()) out_.steps.push_back({.kind = StepKind::kept, .from = last, .to = last, .counted = walk_.counted(), .name = std::string(facts.name)});
    return last;
  }

  std::optional<Day> rolled(Day from, Day to) {
    const auto facts = walk_.peek(from);
    out_.steps.push_back({.kind = StepKind::rolled, .from = from, .to = to, .counted = walk_.counted(), .name = std::string(facts.name)});
    return to;
  }

  const Question& question_;
  const Rule& rule_;
  Deadline out_;
  Walk walk_;
};

}  // namespace

bool is_suspended(const Question& question, Day day) { return suspension_at(question, day) != nullptr; }

Result<Deadline> due(const WorkCalendar& calendar, const Question& question) {
  TRY_VOID(check(calendar, question));
  return Reckoning(calendar, question).run();
}

}  // namespace jiaoji::casework
