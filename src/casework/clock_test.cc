#include "casework/clock.h"

#include <gtest/gtest.h>

#include "casework/calendar_testing.h"
#include "casework/clock_json.h"

namespace jiaoji::casework {
namespace {

TimeMs at(std::string_view text) {
  const auto moment = *parse_moment(text, kZone, "test");
  return *instant_of(moment.day, moment.minute.value_or(0), kZone);
}

// "running 1 used 2 left": the clock of five working days from Monday, 16 November 2026.
std::string state_of(std::string_view now, std::vector<Suspension> suspensions = {}) {
  const auto state = state_at(calendar(), {.rule = {.amount = 5, .ends_at = 17 * 60}, .start = {on("2026-11-16")}, .suspensions = std::move(suspensions)}, at(now));
  if (!state) return state.error().key;
  return std::string(to_string(state->phase)) + " " + std::to_string(state->used) + " used " + std::to_string(state->left) + " left" + (state->overdue ? " " + std::to_string(state->overdue) + " over" : "");
}

TEST(Clock, SaysHowItStands) {
  const std::vector<Suspension> mending = {{on("2026-11-18"), on("2026-11-20")}}, open = {{on("2026-11-18"), {}}};
  const struct { const char* name; const char* now; std::vector<Suspension> suspensions; const char* state; } rows[] = {
      {"before the event", "2026-11-15 12:00", {}, "not_started 0 used 5 left"},
      {"on the day of the event", "2026-11-16 12:00", {}, "running 0 used 5 left"},
      {"on the first day", "2026-11-17 00:00", {}, "running 1 used 4 left"},
      {"over the weekend", "2026-11-21 12:00", {}, "running 4 used 1 left"},
      {"on the last day", "2026-11-23 16:59", {}, "running 5 used 0 left"},
      {"at its hour", "2026-11-23 17:00", {}, "overdue 5 used 0 left"},
      {"the next day", "2026-11-24 00:00", {}, "overdue 5 used 0 left 1 over"},
      {"over a weekend late", "2026-11-30 00:00", {}, "overdue 5 used 0 left 5 over"},
      {"suspended", "2026-11-19 12:00", mending, "suspended 1 used 4 left"},
      {"going on", "2026-11-20 12:00", mending, "running 2 used 3 left"},
      {"before an open one", "2026-11-17 12:00", open, "running 1 used 4 left"},
      {"in an open one", "2026-12-31 12:00", open, "suspended 1 used 4 left"},
      {"before the calendar", "2019-12-31 12:00", {}, "calendar.not_covered"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(state_of(row.now, row.suspensions), row.state);
  }
}

TEST(Clock, DaysLeftGoUpToTheDayThatTheHolidayMovedItTo) {
  const auto state = *state_at(calendar(), {.rule = {.amount = 3, .unit = Unit::days}, .start = {on("2026-09-30")}}, at("2026-10-02"));
  EXPECT_EQ(*state.deadline.due, on("2026-10-08"));
  EXPECT_EQ(state.used, 2);
  EXPECT_EQ(state.left, 6);
}

TEST(Clock, TwoCitiesAreTwoQuestions) {
  const Moment start{on("2026-09-28"), 9 * 60};
  const auto qingdao = *due(calendar(), {.rule = {.amount = 5}, .start = start}), yantai = *due(calendar(), {.rule = {.amount = 5, .unit = Unit::days}, .start = start});
  EXPECT_EQ(format_day(*qingdao.due), "2026-10-10");
  EXPECT_EQ(format_day(*yantai.due), "2026-10-08");
}

TEST(Clock, CountsTheWorkingDaysBetween) {
  const struct { const char* from; const char* to; bool first; int workdays; int days; } rows[] = {
      {"2026-09-30", "2026-10-10", false, 3, 10}, {"2026-09-30", "2026-10-10", true, 4, 11}, {"2026-10-01", "2026-10-07", true, 0, 7},
      {"2026-01-01", "2026-12-31", true, 248, 365}, {"2026-09-30", "2026-09-30", false, 0, 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.from);
    const auto between = *workdays_between(calendar(), on(row.from), on(row.to), row.first);
    EXPECT_EQ(between.workdays, row.workdays);
    EXPECT_EQ(between.days, row.days);
  }
  EXPECT_EQ(workdays_between(calendar(), on("2026-10-10"), on("2026-09-30")).error().key, "clock.between");
  EXPECT_EQ(workdays_between(calendar(), on("2020-01-01"), on("2060-01-01")).error().key, "clock.between");
  EXPECT_EQ(workdays_between(calendar(), on("2019-01-01"), on("2026-01-01")).error().key, "calendar.not_covered");
}

TEST(Clock, ReadsDaysAndTimesOfAZone) {
  const struct { const char* text; const char* zone; const char* day; std::optional<int> minute; } rows[] = {
      {"2026-09-30", "Asia/Shanghai", "2026-09-30", {}},
      {"2026-09-30 16:45", "Asia/Shanghai", "2026-09-30", 1005},
      {"2026-09-30T16:45:59", "Asia/Shanghai", "2026-09-30", 1005},
      {"2026-09-30T16:45:00Z", "Asia/Shanghai", "2026-10-01", 45},
      {"2026-09-30T00:45:00+08:00", "Europe/Berlin", "2026-09-29", 18 * 60 + 45},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto moment = parse_moment(row.text, row.zone, "x");
    ASSERT_TRUE(moment) << moment.error().detail.en;
    EXPECT_EQ(*moment, (Moment{on(row.day), row.minute}));
  }
  for (const char* text : {"", "2026-02-30", "2026-09-31T10:00", "2026-09-30T25:00", "2026-09-30x10:00", "tomorrow", "2026-09-30T16:4", "\xE5\xE5\xE5\xE5\xE5\xE5\xE5\xE5\xE5\xE5\xE5"}) {
    const auto moment = parse_moment(text, kZone, "--start");
    ASSERT_FALSE(moment) << text;
    EXPECT_EQ(moment.error().key, "clock.time");
  }
  EXPECT_EQ(parse_moment("2026-02-30", kZone, "--start").error().detail.en, "--start: there is no date or time \"2026-02-30\"; write 2026-09-30 or 2026-09-30T16:45");
  EXPECT_EQ(*moment_of(-1, kZone), (Moment{0, 7 * 60 + 59}));
  for (const char* text : {"24:01", "7:00", "12:60", "ab:cd", "-1:00", "12:345"}) EXPECT_FALSE(parse_minute(text)) << text;
  EXPECT_EQ(parse_minute("24:00"), 1440);
}

TEST(Clock, IsWrittenAsJson) {
  const Question q{.rule = {.amount = 1}, .start = {on("2026-11-19")}};
  EXPECT_EQ(json::write(deadline_json(*due(calendar(), q), q.rule, Language::zh)),
            R"({"due":"2026-11-20","due_time":"24:00","due_at":"2026-11-20T16:00:00.000Z","provisional":false,"total":1,"counted":1,"steps":[)"
            R"({"kind":"start","from":"2026-11-19","to":"2026-11-19","counted":0,"text":"2026-11-19（周四）：事项发生，当日不计入，期限 1 个工作日"},)"
            R"({"kind":"counted","from":"2026-11-20","to":"2026-11-20","count":1,"counted":1,"text":"2026-11-20（周五）：计 1 个工作日（第 1 日）"},)"
            R"({"kind":"due","from":"2026-11-20","to":"2026-11-20","counted":1,"text":"截止 2026-11-20（周五） 24:00"}]})");
  EXPECT_EQ(json::write(state_json({.phase = Phase::suspended, .used = 1, .left = 4})), R"({"phase":"suspended","used":1,"left":4,"overdue":0})");
}

}  // namespace
}  // namespace jiaoji::casework
