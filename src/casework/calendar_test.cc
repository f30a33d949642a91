#include <cstdlib>

#include <gtest/gtest.h>

#include "base/json.h"
#include "casework/calendar_testing.h"

namespace jiaoji::casework {
namespace {

TEST(Calendar, SaysWhatADayIsAndByWhoseWord) {
  const struct { const char* name; const char* day; DayKind kind; const char* holiday; const char* number; } rows[] = {
      {"a Monday", "2026-03-02", DayKind::workday, "", ""},
      {"a Saturday", "2026-03-07", DayKind::weekend, "", ""},
      {"National Day", "2026-10-01", DayKind::holiday, "国庆节", "国办发明电〔2025〕7号"},
      {"a make-up Saturday", "2026-10-10", DayKind::make_up, "国庆节", "国办发明电〔2025〕7号"},
      {"a make-up Sunday", "2025-01-26", DayKind::make_up, "春节", "国办发明电〔2024〕12号"},
      {"New Year in the last days of the year before", "2022-12-31", DayKind::holiday, "元旦", "国办发明电〔2022〕16号"},
      {"a make-up Saturday that became a holiday", "2020-02-01", DayKind::holiday, "春节", "国办发明电〔2020〕1号"},
      {"the Monday after", "2020-02-03", DayKind::workday, "", ""},
      {"an ordinary Friday that the first notice left alone", "2020-01-31", DayKind::holiday, "春节", "国办发明电〔2020〕1号"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto facts = calendar().facts(on(row.day));
    EXPECT_EQ(facts.kind, row.kind);
    EXPECT_EQ(facts.name, row.holiday);
    EXPECT_EQ(facts.notice ? facts.notice->number : "", row.number);
    EXPECT_EQ(facts.missing, 0);
  }
}

TEST(Calendar, KnowsOnlyWhatWasPublished) {
  const auto before = calendar().as_known_on(on("2020-01-26")), after = calendar().as_known_on(on("2020-01-27"));
  EXPECT_EQ(before.facts(on("2020-02-01")).kind, DayKind::make_up);
  EXPECT_EQ(after.facts(on("2020-02-01")).kind, DayKind::holiday);
  EXPECT_EQ(before.facts(on("2020-01-31")).kind, DayKind::workday);
  EXPECT_EQ(after.facts(on("2021-02-11")).missing, 2021);
  EXPECT_EQ(after.facts(on("2021-02-11")).kind, DayKind::workday) << "a Thursday, by its weekday alone";
  const auto nothing = calendar().as_known_on(on("2019-01-01"));
  EXPECT_EQ(nothing.facts(on("2020-10-01")).missing, 2020);
  EXPECT_EQ(nothing.first_day(), on("2020-01-01")) << "what is covered does not shrink: it is assumed, not refused";
}

TEST(Calendar, TheLastDaysOfAYearWaitForTheNextNotice) {
  EXPECT_EQ(calendar().facts(on("2026-12-25")).missing, 0);
  EXPECT_EQ(calendar().facts(on("2026-12-26")).missing, 2027);
  EXPECT_EQ(calendar().facts(on("2026-12-31")).missing, 2027);
  EXPECT_EQ(calendar().facts(on("2027-01-01")).missing, 2027);
  EXPECT_EQ(calendar().facts(on("2025-12-31")).missing, 0);
  EXPECT_EQ(calendar().facts(on("2150-01-01")).missing, 2150);
}

TEST(Calendar, ANoticeWithoutDaysSaysNothing) {
  auto notices = shipped();
  notices.push_back({.year = 2027, .title = "empty"});
  const auto with_empty = *WorkCalendar::of(notices);
  EXPECT_EQ(with_empty.covered(), "2020–2026");
  EXPECT_EQ(with_empty.facts(on("2027-03-01")).missing, 2027);
  EXPECT_EQ(WorkCalendar::of({{.year = 2027}}).error().key, "calendar.empty");
}

TEST(Calendar, RefusesWhatItDoesNotCover) {
  EXPECT_TRUE(calendar().check_covered(on("2020-01-01"), "x"));
  const auto early = calendar().check_covered(on("2019-12-31"), "--start");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().key, "calendar.not_covered");
  EXPECT_EQ(early.error().detail.en, "--start: 2019-12-31 is outside of the calendar, which begins on 2020-01-01; years with a notice: 2020–2026");
  EXPECT_FALSE(calendar().check_covered(on("2200-01-01"), "x"));
  EXPECT_EQ(WorkCalendar::of({{.year = 2026, .days = {{on("2026-10-01"), "国庆节", true}}}, {.year = 2024, .days = {{on("2024-10-01"), "国庆节", true}}}})->covered(), "2024、2026");
}

TEST(Calendar, ADayOfAnotherYearIsRefused) {
  const auto of = [](const char* day) { return WorkCalendar::of({{.year = 2026, .days = {{on(day), "x", true}}}}); };
  EXPECT_TRUE(of("2025-12-26"));
  EXPECT_EQ(of("2025-12-25").error().key, "calendar.day");
  EXPECT_EQ(of("2027-01-01").error().key, "calendar.day");
  EXPECT_EQ(WorkCalendar::of({{.year = 1900, .days = {{0, "x", true}}}}).error().key, "calendar.year");
}

// The open project holiday-cn reads the same notices by machine; here they were entered as sentences.
TEST(Calendar, ShippedDaysAreThoseOfHolidayCn) {
  const char* shared = std::getenv("JIAOJI_SHARED");
  if (!shared) GTEST_SKIP() << "JIAOJI_SHARED is not set";
  const auto folder = std::filesystem::path(shared) / "data/holiday-cn";
  std::vector<Notice> theirs;
  for (int year = 2020; year <= 2027; ++year) {
    const auto name = std::to_string(year) + ".json";
    auto notice = read_holidays_json(file_text(folder / name), name);
    ASSERT_TRUE(notice) << notice.error().detail.en;
    theirs.push_back(*std::move(notice));
  }
  const auto other = *WorkCalendar::of(theirs);
  int days = 0;
  for (Day day = on("2020-01-01"); day <= on("2026-12-31"); ++day, ++days) {
    const auto ours = calendar().facts(day), its = other.facts(day);
    EXPECT_EQ(ours.is_workday(), its.is_workday()) << format_day(day);
    EXPECT_EQ(ours.missing, its.missing) << format_day(day);
    if (ours.kind == DayKind::workday) continue;
    EXPECT_EQ(ours.kind, its.kind) << format_day(day);
    EXPECT_EQ(ours.name, its.name) << format_day(day);
  }
  EXPECT_EQ(days, 2557);
}

}  // namespace
}  // namespace jiaoji::casework
