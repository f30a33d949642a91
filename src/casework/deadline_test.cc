#include "casework/deadline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "casework/calendar_testing.h"

namespace jiaoji::casework {
namespace {

std::string due_of(const Question& question, const WorkCalendar& known = calendar()) {
  const auto answer = due(known, question);
  if (!answer) return answer.error().key;
  return (answer->due ? format_day(*answer->due) : "stopped") + (answer->provisional ? "?" : "");
}

constexpr auto kWork = Unit::workdays;
constexpr auto kDays = Unit::days;
constexpr auto kMonths = Unit::months;

TEST(Deadline, CountsWorkingDays) {
  const struct { const char* name; const char* start; int amount; const char* due; } rows[] = {
      {"over a weekend", "2026-09-04", 1, "2026-09-07"},
      {"a make-up Saturday counts", "2026-09-30", 3, "2026-10-10"},
      {"a make-up Sunday before the holiday counts", "2026-09-18", 1, "2026-09-20"},
      {"the Spring Festival between two make-up Saturdays", "2026-02-13", 2, "2026-02-24"},
      {"its make-up Saturday afterwards", "2026-02-24", 4, "2026-02-28"},
      {"five days over Labour Day", "2026-04-30", 4, "2026-05-09"},
      {"from a Saturday", "2026-09-05", 1, "2026-09-07"},
      {"from within a holiday", "2026-10-03", 1, "2026-10-08"},
      {"two make-up days in a row", "2023-10-06", 2, "2023-10-08"},
      {"an ordinary week", "2026-11-16", 4, "2026-11-20"},
      {"no day at all on a working day", "2026-09-30", 0, "2026-09-30"},
      {"no day at all on a holiday", "2026-10-01", 0, "2026-10-08"},
      {"over New Year of 2023, which begins in December", "2022-12-30", 1, "2023-01-03"},
      {"twenty days over National Day", "2026-09-18", 20, "2026-10-22"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_of({.rule = {.amount = row.amount}, .start = {on(row.start)}}), row.due);
  }
}

TEST(Deadline, CountsCalendarDaysAndMonthsAndRollsTheLast) {
  const struct { const char* name; const char* start; int amount; Unit unit; bool first; OnHoliday roll; const char* due; } rows[] = {
      {"days into a holiday", "2026-09-26", 10, kDays, false, OnHoliday::next, "2026-10-08"},
      {"days into a holiday, kept", "2026-09-26", 10, kDays, false, OnHoliday::keep, "2026-10-06"},
      {"days into a holiday, before it", "2026-09-26", 10, kDays, false, OnHoliday::previous, "2026-09-30"},
      {"before the event there is nothing", "2026-10-02", 2, kDays, false, OnHoliday::previous, "2026-10-08"},
      {"days onto a make-up Saturday", "2026-09-30", 10, kDays, false, OnHoliday::next, "2026-10-10"},
      {"the first day counts", "2026-09-30", 10, kDays, true, OnHoliday::next, "2026-10-09"},
      {"a month", "2026-03-10", 1, kMonths, false, OnHoliday::next, "2026-04-10"},
      {"a month to a shorter one", "2026-01-31", 1, kMonths, false, OnHoliday::keep, "2026-02-28"},
      {"a month to a shorter one, a make-up Saturday", "2026-01-31", 1, kMonths, false, OnHoliday::next, "2026-02-28"},
      {"a month whose first day counts", "2026-03-01", 1, kMonths, true, OnHoliday::keep, "2026-03-31"},
      {"a month without that number whose first day counts", "2026-03-31", 1, kMonths, true, OnHoliday::keep, "2026-04-30"},
      {"to the 29th of February", "2023-08-31", 6, kMonths, false, OnHoliday::keep, "2024-02-29"},
      {"a year into National Day", "2025-10-01", 12, kMonths, false, OnHoliday::next, "2026-10-08"},
      {"a workday whose first day counts, on a Sunday", "2026-09-06", 1, kWork, true, OnHoliday::next, "2026-09-07"},
      {"a workday whose first day counts", "2026-09-07", 1, kWork, true, OnHoliday::next, "2026-09-07"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_of({.rule = {.amount = row.amount, .unit = row.unit, .first_day_counts = row.first, .on_holiday = row.roll}, .start = {on(row.start)}}), row.due);
  }
}

TEST(Deadline, AnEventAfterHoursCountsAsOfTheNextWorkingDay) {
  const struct { const char* name; const char* day; std::optional<int> minute; const char* due; } rows[] = {
      {"in hours", "2026-09-04", 16 * 60 + 59, "2026-09-07"},
      {"at the hour", "2026-09-04", 17 * 60, "2026-09-08"},
      {"a day without its hour", "2026-09-04", {}, "2026-09-07"},
      {"on a Saturday", "2026-09-05", 9 * 60, "2026-09-08"},
      {"on a make-up Saturday", "2026-10-10", 9 * 60, "2026-10-12"},
      {"on the eve of National Day", "2026-09-30", 20 * 60, "2026-10-09"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_of({.rule = {.amount = 1, .after_hours = 17 * 60}, .start = {on(row.day), row.minute}}), row.due);
  }
}

TEST(Deadline, DaysOfASuspensionDoNotCount) {
  const struct { const char* name; int amount; Unit unit; std::vector<Suspension> suspensions; const char* due; } rows[] = {
      {"five days of which three are working days", 3, kWork, {{on("2026-11-18"), on("2026-11-23")}}, "2026-11-24"},
      {"the day of going on counts", 1, kWork, {{on("2026-11-17"), on("2026-11-18")}}, "2026-11-18"},
      {"two that overlap count once", 3, kWork, {{on("2026-11-18"), on("2026-11-20")}, {on("2026-11-19"), on("2026-11-23")}}, "2026-11-24"},
      {"after the end it changes nothing", 3, kWork, {{on("2026-11-20"), on("2026-12-01")}}, "2026-11-19"},
      {"before the event it changes nothing", 3, kWork, {{on("2026-11-01"), on("2026-11-17")}}, "2026-11-19"},
      {"open: the end is not known", 3, kWork, {{on("2026-11-18"), {}}}, "stopped"},
      {"open, but only after the end", 3, kWork, {{on("2026-11-20"), {}}}, "2026-11-19"},
      {"calendar days", 3, kDays, {{on("2026-11-17"), on("2026-11-20")}}, "2026-11-23"},
      {"a month", 1, kMonths, {{on("2026-11-20"), on("2026-11-22")}}, "2026-12-18"},
      {"rolled into it, the end waits", 5, kDays, {{on("2026-11-23"), on("2026-11-25")}}, "2026-11-25"},
      {"rolled into an open one", 5, kDays, {{on("2026-11-23"), {}}}, "stopped"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_of({.rule = {.amount = row.amount, .unit = row.unit}, .start = {on("2026-11-16")}, .suspensions = row.suspensions}), row.due);
  }
  EXPECT_EQ(due_of({.rule = {}, .start = {on("2026-11-21")}, .suspensions = {{on("2026-11-20"), {}}}}), "2026-11-23") << "a term of no days is not stopped";
  const auto stopped = *due(calendar(), {.rule = {.amount = 5}, .start = {on("2026-11-16")}, .suspensions = {{on("2026-11-18"), {}, "补正材料"}}});
  EXPECT_EQ(stopped.counted, 1);
  EXPECT_EQ(step_text(stopped.steps.back(), {}).en, "2026-11-18 (Wed): stopped, 补正材料; 1 workday counted, 4 workdays left");
}

TEST(Deadline, IsProvisionalWhenAWeekdayIsAllThatIsKnown) {
  const struct { const char* name; const char* start; int amount; Unit unit; OnHoliday roll; const char* due; } rows[] = {
      {"up to 25 December", "2026-12-24", 1, kWork, OnHoliday::next, "2026-12-25"},
      {"the last days wait for the next notice", "2026-12-25", 1, kWork, OnHoliday::next, "2026-12-28?"},
      {"into 2027", "2026-12-25", 10, kWork, OnHoliday::next, "2027-01-08?"},
      {"calendar days that end there", "2026-12-25", 14, kDays, OnHoliday::next, "2027-01-08?"},
      {"calendar days that stay need no calendar", "2026-12-25", 14, kDays, OnHoliday::keep, "2027-01-08"},
      {"calendar days that only pass through", "2025-12-20", 60, kDays, OnHoliday::next, "2026-02-24"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(due_of({.rule = {.amount = row.amount, .unit = row.unit, .on_holiday = row.roll}, .start = {on(row.start)}}), row.due);
  }
  const Question february{.rule = {.amount = 3}, .start = {on("2020-01-23")}};
  EXPECT_EQ(due_of(february, calendar().as_known_on(on("2020-01-20"))), "2020-02-03");
  EXPECT_EQ(due_of(february, calendar().as_known_on(on("2020-02-01"))), "2020-02-05");
  EXPECT_EQ(due_of({.rule = {.amount = 5}, .start = {on("2020-12-30")}}, calendar().as_known_on(on("2020-11-24"))), "2021-01-06?");
  EXPECT_EQ(due_of({.rule = {.amount = 5}, .start = {on("2020-12-30")}}, calendar().as_known_on(on("2020-11-25"))), "2021-01-07");
}

std::vector<std::string> steps_of(const Question& question) {
  std::vector<std::string> out;
  const auto answer = *due(calendar(), question);
  for (const auto& step : answer.steps) out.push_back(step_text(step, question.rule).en);
  return out;
}

TEST(Deadline, EveryDateExplainsItself) {
  const Question national{.rule = {.amount = 3, .clause = "行政许可法 Art. 82"}, .start = {on("2026-09-30")}};
  EXPECT_EQ(steps_of(national), (std::vector<std::string>{
      "2026-09-30 (Wed): the event; the day does not count, the term is 3 workdays (行政许可法 Art. 82)",
      "2026-10-01 to 2026-10-07: National Day, not counted (国办发明电〔2025〕7号)",
      "2026-10-08 to 2026-10-09: 2 workdays (no. 1–2)",
      "2026-10-10 (Sat): worked to make up for National Day: 1 workday (no. 3) (国办发明电〔2025〕7号)",
      "due 2026-10-10 (Sat) 24:00"}));
  const Question all{.rule = {.amount = 2, .unit = kDays, .ends_at = 17 * 60 + 30, .after_hours = 17 * 60}, .start = {on("2026-12-17"), 18 * 60},
                     .suspensions = {{on("2026-12-21"), on("2026-12-23"), "专家评审", "第十二条"}}, .extensions = {{on("2026-12-21"), 2, "王科长", "情况复杂", "第四十二条"}}};
  EXPECT_EQ(steps_of(all), (std::vector<std::string>{
      "2026-12-17 (Thu): the event; the day does not count, the term is 2 days",
      "an event after hours or on a day off, 2026-12-17 (Thu), counts as of 2026-12-18 (Fri)",
      "2026-12-21 (Mon): extended by 2 days by 王科长, 情况复杂 (第四十二条)",
      "2026-12-19 to 2026-12-20: 2 days (no. 1–2)",
      "2026-12-21 to 2026-12-22: suspended, 专家评审, not counted (第十二条)",
      "2026-12-23 to 2026-12-24: 2 days (no. 3–4)",
      "due 2026-12-24 (Thu) 17:30"}));
  EXPECT_EQ(steps_of({.rule = {.amount = 1, .unit = kDays}, .start = {on("2026-12-25")}}), (std::vector<std::string>{
      "2026-12-25 (Fri): the event; the day does not count, the term is 1 day",
      "2026-12-26 (Sat): 1 day (no. 1)",
      "2026-12-26 to 2026-12-27: weekend, not counted",
      "the last day, 2026-12-26 (Sat), is a day off (weekend): moved on to 2026-12-28 (Mon)",
      "provisional: the holidays of 2027 are not announced; 2026-12-26 to 2026-12-28 judged by weekday",
      "due 2026-12-28 (Mon) 24:00"}));
}

TEST(Deadline, EndsAtAnInstantOfItsZone) {
  const auto at = [](Rule rule) { rule.amount = 1; const auto answer = due(calendar(), {.rule = rule, .start = {on("2026-11-19")}}); return answer ? format_time(*answer->due_at) : answer.error().key; };
  EXPECT_EQ(at({}), "2026-11-20T16:00:00.000Z");
  EXPECT_EQ(at({.ends_at = 17 * 60}), "2026-11-20T09:00:00.000Z");
  EXPECT_EQ(at({.zone = "Europe/Berlin"}), "2026-11-20T23:00:00.000Z");
  EXPECT_EQ(at({.zone = "Asia/Qingdao"}), "clock.zone");
  EXPECT_EQ(at({.ends_at = 1441}), "clock.time_of_day");
}

TEST(Deadline, RefusesWhatIsNoQuestion) {
  const auto key = [](Question question) { question.start = {on("2026-09-30")}; return due_of(question); };
  EXPECT_EQ(key({.rule = {.amount = -1}}), "clock.amount");
  EXPECT_EQ(key({.rule = {.amount = kDaysMax + 1}}), "clock.amount");
  EXPECT_EQ(key({.rule = {.amount = kMonthsMax + 1, .unit = kMonths}}), "clock.amount");
  EXPECT_EQ(key({.rule = {.amount = kDaysMax}, .extensions = {{0, 1}}}), "clock.amount");
  EXPECT_EQ(key({.rule = {.amount = 1}, .extensions = {{0, 0}}}), "clock.extension");
  EXPECT_EQ(key({.rule = {.amount = 1}, .suspensions = {{on("2026-10-10"), on("2026-10-10")}}}), "clock.suspension");
  EXPECT_EQ(key({.rule = {.amount = 1}, .suspensions = {{0, on("9999-01-01")}}}), "clock.suspension");
  EXPECT_EQ(key({.rule = {.amount = 1}, .suspensions = std::vector<Suspension>(kSuspensionsMax + 1, {0, 1})}), "clock.suspension");
  EXPECT_EQ(due_of({.rule = {.amount = 1}, .start = {on("2019-12-31")}}), "calendar.not_covered");
  EXPECT_EQ(due_of({.rule = {.amount = kDaysMax}, .start = {WorkCalendar::last_day()}}).back(), '?');
}

}  // namespace
}  // namespace jiaoji::casework
