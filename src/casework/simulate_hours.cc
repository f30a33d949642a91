#include <algorithm>

#include "casework/clock_time.h"
#include "casework/simulate.h"

namespace jiaoji::casework {

namespace {

constexpr TimeMs kDayMs = 86'400'000, kHourMs = 3'600'000;
constexpr TimeMs kChinaMs = 8 * kHourMs;
constexpr TimeMs kOpens = 9 * kHourMs, kCloses = kOpens + kHoursADay * kHourMs;
constexpr int kYears = 40;

Day day_at(TimeMs time) { return static_cast<Day>((time + kChinaMs) / kDayMs); }
TimeMs midnight(Day day) { return static_cast<TimeMs>(day) * kDayMs - kChinaMs; }

}  // namespace

WorkingHours::WorkingHours(const WorkCalendar& calendar, TimeMs from) : first_(day_at(from)) {
  for (Day day = first_; day < first_ + kYears * 366; ++day) workdays_.push_back(day <= WorkCalendar::last_day() && day >= calendar.first_day() ? calendar.is_workday(day) : true);
}

bool WorkingHours::workday(Day day) const { return day < first_ || static_cast<std::size_t>(day - first_) >= workdays_.size() || workdays_[static_cast<std::size_t>(day - first_)]; }

TimeMs WorkingHours::after(TimeMs from, double hours) const {
  auto left = static_cast<TimeMs>(hours * kHourMs);
  for (auto day = day_at(from);; ++day) {
    if (!workday(day)) continue;
    const auto opens = std::max(from, midnight(day) + kOpens), closes = midnight(day) + kCloses;
    if (opens >= closes) continue;
    if (opens + left <= closes) return opens + left;
    left -= closes - opens;
  }
}

double WorkingHours::between(TimeMs from, TimeMs to) const {
  TimeMs sum = 0;
  for (auto day = day_at(from); midnight(day) < to; ++day) {
    if (!workday(day)) continue;
    const auto opens = std::max(from, midnight(day) + kOpens), closes = std::min(to, midnight(day) + kCloses);
    if (opens < closes) sum += closes - opens;
  }
  return static_cast<double>(sum) / kHourMs;
}

}  // namespace jiaoji::casework
