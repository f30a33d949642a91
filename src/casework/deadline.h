// When something is due: the rule of a deadline, what stopped and what extended it, and the date with every step that led there.
//
// Terms in working days leave out holidays (行政许可法 Art. 82); the day of the event does not count (民法典 Art. 201); terms in months end
// on the day of the same number, or on the last of a month that has none (Art. 202); when the last day is a holiday, the day after
// the holiday is the last (Art. 203). The rule belongs to each deadline, since laws and cities differ: two cities are two questions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "casework/clock_time.h"

namespace jiaoji::casework {

inline constexpr std::int32_t kDaysMax = 10'000, kMonthsMax = 600;   // of a term with all extensions
inline constexpr std::size_t kSuspensionsMax = 100, kExtensionsMax = 100;

enum class Unit : std::uint8_t { workdays, days, months };
enum class OnHoliday : std::uint8_t { next, keep, previous };

struct Rule {
  std::int32_t amount = 0;                     // 0: the day of the event itself
  Unit unit = Unit::workdays;
  bool first_day_counts = false;
  OnHoliday on_holiday = OnHoliday::next;      // when the last day is no working day
  int ends_at = kMinutesADay;                  // minute of the last day at which the term ends: 1440 the end of the day, 1020 at 17:00 (Art. 203)
  std::optional<int> after_hours = {};         // minute from which an event counts as of the next working day; so does one on a day off
  std::string zone = std::string(kZone);       // IANA name
  std::string clause = {};                     // where the rule stands
  bool operator==(const Rule&) const = default;
};

// From `from` up to, not including, `to` no day counts (补正 materials to be mended, expert review, hearing); without `to` the clock stands
// still. May overlap others, begin before the event, or lie after the end, when it changes nothing.
struct Suspension {
  Day from = 0;
  std::optional<Day> to = {};
  std::string reason = {}, clause = {};
};

// More of the rule's unit. Whether it was granted in time is for the procedure to judge.
struct Extension {
  Day on = 0;
  std::int32_t amount = 0;
  std::string who = {}, reason = {}, clause = {};
};

struct Question {
  Rule rule;
  Moment start;
  std::vector<Suspension> suspensions = {};
  std::vector<Extension> extensions = {};
};

enum class StepKind : std::uint8_t { start, moved, extended, counted, make_up, weekend, holiday, suspended, stopped, rolled, kept, provisional, due };
std::string_view to_string(StepKind kind);

// A run of days that were treated alike, or an event. step_text() says it in words.
struct Step {
  StepKind kind = StepKind::counted;
  Day from = 0, to = 0;        // both included; rolled: the last day of the term, and the day to which it moved
  std::int32_t count = 0;      // counted, make_up: how many; extended: by how many; stopped: how many are left
  std::int32_t counted = 0;    // of the term, after this step
  std::string name = {};       // of the holiday, the reason, or the year without a notice
  std::string who = {}, source = {};  // source: the notice of a holiday, or the clause
};

struct Deadline {
  std::optional<Day> due = {};         // none: an open suspension stops the clock
  std::optional<TimeMs> due_at = {};   // the instant from which it is overdue
  bool provisional = false;            // a day was judged by its weekday alone: the date may move when that year's notice is published
  std::int32_t total = 0;              // days of the term, in its unit, extensions included; months as calendar days
  std::int32_t counted = 0;            // of them; less than total only when stopped
  Day first = 0, last = 0;             // the first day that may count; the last that did, before rolling (the day before `first`: none)
  std::vector<Step> steps = {};        // in order
};

// O(days from start to due). Counting calendar days needs no calendar, so that only the rolling of such a term can be provisional. Rolling
// forward skips suspended days, unless the term is of no days; rolling back never passes the event: then the term rolls forward.
// Errors: clock.amount, clock.zone, clock.time_of_day, clock.suspension, clock.extension, calendar.not_covered (the event lies before
// the calendar or after 2199).
Result<Deadline> due(const WorkCalendar& calendar, const Question& question);

// A day inside a suspension.
bool is_suspended(const Question& question, Day day);

// "2026-10-01 至 2026-10-07：国庆节放假，不计（国办发明电〔2025〕7号）".
Text step_text(const Step& step, const Rule& rule);
Text unit_text(Unit unit, std::int32_t amount);  // "3 个工作日", "3 workdays"

}  // namespace jiaoji::casework
