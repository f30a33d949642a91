#include "mobility/rail_days.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/clock.h"

namespace jiaoji::mobility {
namespace {

// "2026-09-01 +2": the first day, and how many run. Or the fault in English.
std::string said(std::string_view text) {
  const auto days = parse_running_days(text);
  if (!days) return days.error().en;
  return format_day(days->first) + " +" + std::to_string(std::count(days->runs.begin(), days->runs.end(), true));
}

TEST(RunningDays, AreReadAsOfficesWriteThem) {
  const struct { const char* text; const char* days; } rows[] = {
      {"2026-09-01..2026-09-30", "2026-09-01 +30"},
      {"2026-09-01至2026-09-30 每日", "2026-09-01 +30"},
      {"2026-09-01 ~ 2026-09-30 daily", "2026-09-01 +30"},
      {"2026年9月1日至2026年9月30日", "2026-09-01 +30"},
      {"20260901..20260930", "2026-09-01 +30"},
      {"2026/9/1..2026/9/30", "2026-09-01 +30"},
      {"46266..46295", "2026-09-01 +30"},                                    // as a spreadsheet keeps dates
      {"2026-09-01..2026-09-30 weekdays 12345", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 12345", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 weekdays", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 工作日", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 周一至周五", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 星期一到星期五", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 Mon..Fri", "2026-09-01 +22"},
      {"2026-09-01..2026-09-30 周末", "2026-09-05 +8"},
      {"2026-09-01..2026-09-30 周六、周日", "2026-09-05 +8"},
      {"2026-09-01..2026-09-30 周六日", "2026-09-05 +8"},
      {"2026-09-01..2026-09-30 saturday sunday", "2026-09-05 +8"},
      {"2026-09-01..2026-09-30 周六至周一", "2026-09-05 +12"},
      {"2026-09-01;2026-09-02", "2026-09-01 +2"},
      {"2026-09-02，2026-09-01", "2026-09-01 +2"},
      {"2026-09-01..2026-09-30 except 2026-09-25", "2026-09-01 +29"},
      {"2026-09-01..2026-09-30 weekdays 12345 except 2026-09-25; 2026-09-28..2026-09-30", "2026-09-01 +18"},
      {"2026-09-01至2026-09-30 每日 除2026-09-25、2026-09-26外", "2026-09-01 +28"},
      {"2026-09-01..2026-09-30 工作日; 2026-10-10", "2026-09-01 +23"},        // a make-up Saturday
      {"2026-09-01..2026-09-30 除 2026-09-01..2026-09-30 周末", "2026-09-01 +22"},
      {"", "a date is missing, such as 2026-09-01..2026-12-31 weekdays 12345"},
      {"每日", "a date such as 2026-09-01 should stand at \"每日\""},
      {"2026-09-31", "there is no date \"2026-09-31\"; write 2026-09-01"},
      {"2026-09-30..2026-09-01", "the last day is before the first"},
      {"2026-09-01..2206-09-30", "the days lie more than ten years apart"},
      {"2026-09-01..", "a date is missing, such as 2026-09-01..2026-12-31"},
      {"2026-09-01..2026-09-30 weekdays 1189", "\"1189\" is no set of weekdays; Monday is 1, Sunday is 7, as in 12345"},
      {"2026-09-05..2026-09-06 工作日", "runs on no day"},
      {"2026-09-01 except 2026-09-01", "runs on no day"},
      {"2026-09-01 often", "\"often\" is not understood; write as in 2026-09-01..2026-12-31 weekdays 12345"},
      {"2026-09-01..2026-09-30 周一至", "a weekday should follow the range sign"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(said(row.text), row.days);
  }
}

RC_GTEST_PROP(RunningDays, AnyTextIsReadOrRefused, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("2026-09-01", "2026-12-31", "..", ";", "except", "除", "周一", "至", "日", "1234567", "每日", "46266", " ", "\xE5", "x", "99999999"));
  std::string text;
  for (const auto& word : words) text += word;
  const auto days = parse_running_days(text);
  RC_ASSERT((!days || (!days->runs.empty() && days->runs.front() && days->runs.back())));
}

}  // namespace
}  // namespace jiaoji::mobility
