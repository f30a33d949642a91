// The calendar of working days: Monday to Friday, less public holidays, plus make-up workdays.
//
// China's State Council announces each year's holidays in a notice, in the autumn before; make-up workdays (调休) are weekend days that are
// worked instead. A notice also speaks of the last days of the year before it (New Year), and a later notice may amend an earlier one
// (2020: the Spring Festival was extended on 27 January). Each notice therefore carries the day on which it was published, so that a
// date can be reckoned *as known on* a day. Where no notice speaks, Monday to Friday is assumed, and said to be assumed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace jiaoji::casework {

using Day = std::int32_t;  // days since 1970-01-01, as base/clock.h has them

inline constexpr int kYearMin = 1950, kYearMax = 2199;     // of a notice, and of a day that is asked about
inline constexpr std::size_t kNoticesMax = 400, kNoticeDaysMax = 400;
// A notice may speak of these days of the year before its own. The earliest that one did is 29 December (for 2008 and 2019); three more
// are kept as a margin. Until next year's notice is published they are assumed, too.
inline constexpr int kLateDecember = 26;

struct NoticeDay {
  Day day = 0;
  std::string name;     // of the holiday: 国庆节; of a make-up workday: the holiday that it makes up for
  bool is_off = false;
  bool operator==(const NoticeDay&) const = default;
};

struct Notice {
  int year = 0;
  std::string title, number;  // number: of the document, may be empty
  Day known_from = kNoDay;    // the day on which it was published; kNoDay: not stated, counts as known all along
  std::vector<NoticeDay> days;
};

enum class DayKind : std::uint8_t { workday, make_up, weekend, holiday };
std::string_view to_string(DayKind kind);

// What a day is, and by whose word. Views live as long as the calendar.
struct DayFacts {
  DayKind kind = DayKind::workday;
  int missing = 0;                 // the year whose notice is not known, so that only the weekday is: the answer is provisional; 0: none
  std::string_view name = {};      // of the holiday
  const Notice* notice = nullptr;  // that names the day
  bool is_workday() const { return kind <= DayKind::make_up; }
};

class WorkCalendar {
 public:
  // Notices in any order. Of two that name the same day, the one published later holds; of two published on one day, the later in the list.
  // A notice without days says nothing. Errors: calendar.empty, calendar.too_many, calendar.year, calendar.day (in neither the year nor
  // 26 to 31 December before it).
  static Result<WorkCalendar> of(std::vector<Notice> notices);

  // The same calendar as it was known at the end of `day`. The years it covers begin where they did: a year whose notice came out later
  // is assumed, not refused. O(days of the notices).
  WorkCalendar as_known_on(Day day) const;

  // O(1). Any day; before first_day() and after the last notice only the weekday is known.
  DayFacts facts(Day day) const;
  bool is_workday(Day day) const { return facts(day).is_workday(); }

  Day first_day() const { return first_day_; }             // 1 January of the first year with a notice: nothing earlier can be asked
  static Day last_day();                                   // 31 December of kYearMax
  const std::vector<Notice>& notices() const { return notices_; }  // in the order in which they hold
  std::vector<int> years() const;                          // with a notice, ascending
  std::string covered() const;                             // "2020–2026", "2020–2022、2024"
  // Errors: calendar.not_covered, with the years that are; `what` names the day in the message: "--start".
  Result<void> check_covered(Day day, std::string_view what) const;

 private:
  struct Cell {
    DayKind kind = DayKind::workday;
    std::int16_t missing = 0;
    std::int16_t notice = -1;
    std::int16_t entry = -1;
  };
  void fill();
  bool has_notice(int year) const;

  std::vector<Notice> notices_;
  Day first_day_ = 0;
  std::vector<Cell> cells_;  // from first_day_ to the end of the last year with a notice
};

int year_of(Day day);
int weekday_of(Day day);  // 1 Monday … 7 Sunday
Day day_of(int year, int month, int day);

// A holiday in the two languages: 国庆节, "National Day"; a name that is not known stays as it is.
Text holiday_text(std::string_view name);
// "2026-10-10（周六）", "2026-10-10 (Sat)".
Text day_text(Day day);

}  // namespace jiaoji::casework
