#include "casework/holidays.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "casework/calendar_testing.h"

namespace jiaoji::casework {
namespace {

std::string toml_fault(std::string_view text) {
  const auto notice = read_notice(text, "2026.toml");
  return notice ? "ok" : notice.error().key + " " + notice.error().detail.en;
}

constexpr std::string_view kHead = "year = 2026\ntitle = \"t\"\npublished = \"2025-11-04\"\n";

TEST(Holidays, ANoticeInTomlNamesItsFaultWithTheLine) {
  const struct { const char* name; const char* rest; const char* fault; } rows[] = {
      {"good", "[[holiday]]\nname = \"国庆节\"\nfrom = \"2026-10-01\"\nto = \"2026-10-07\"\nwork = [\"2026-10-10\"]\n", "ok"},
      {"no such day", "[[holiday]]\nname = \"x\"\nfrom = \"2026-02-30\"\nto = \"2026-03-01\"\n", "calendar.file 2026.toml:6: holiday \"?\": from: there is no day \"2026-02-30\"; write \"2026-10-01\""},
      {"backwards", "[[holiday]]\nname = \"x\"\nfrom = \"2026-10-07\"\nto = \"2026-10-01\"\n", "calendar.file 2026.toml:4: holiday \"?\": to is before from"},
      {"a make-up day inside the holiday", "[[holiday]]\nname = \"x\"\nfrom = \"2026-10-01\"\nto = \"2026-10-07\"\nwork = [\"2026-10-03\"]\n", "calendar.file 2026.toml:8: holiday \"?\": 2026-10-03 stands twice, once off and once worked"},
      {"of another year", "[[holiday]]\nname = \"x\"\nfrom = \"2027-01-01\"\nto = \"2027-01-01\"\n", "calendar.file 2026.toml: 2027-01-01 is no day of the notice for 2026: it must be between 2025-12-26 and 2026-12-31"},
      {"a misspelt key", "[[holiday]]\nname = \"x\"\nfrom = \"2026-10-01\"\nto = \"2026-10-01\"\nworks = []\n", "calendar.file 2026.toml:8: holiday \"?\": there is no key \"works\"; allowed: from, name, to, work"},
      {"a whole season", "[[holiday]]\nname = \"x\"\nfrom = \"2026-01-01\"\nto = \"2026-10-01\"\n", "calendar.file 2026.toml:4: holiday \"?\": a holiday has at most 31 days"},
      {"a name without a name", "[[holiday]]\nname = \"\"\nfrom = \"2026-10-01\"\nto = \"2026-10-01\"\n", "calendar.file 2026.toml:5: holiday \"?\": name: must not be empty"},
      {"a name with a control character", "[[holiday]]\nname = \"a\\u0007\"\nfrom = \"2026-10-01\"\nto = \"2026-10-01\"\n", "calendar.file 2026.toml:5: holiday \"?\": name: character 2 is the control character U+0007: remove it"},
      {"no holidays", "", "calendar.file 2026.toml:1: calendar: holiday is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(toml_fault(std::string(kHead) + row.rest), row.fault);
  }
  EXPECT_EQ(toml_fault("year = 2026.5\n"), "calendar.file 2026.toml:1: calendar: year must be a whole number from 1950 to 2199");
  EXPECT_EQ(toml_fault(std::string(kHolidayBytesMax + 1, ' ')), "calendar.file 2026.toml: the file is too large: at most 256 KiB");
}

std::string json_fault(std::string_view days) {
  const auto notice = read_holidays_json("{\"year\": 2026, \"papers\": [], \"days\": " + std::string(days) + "}", "x.json");
  return notice ? "ok" : notice.error().key + " " + notice.error().detail.en;
}

TEST(Holidays, JsonOfHolidayCnIsReadStrictly) {
  const struct { const char* name; const char* days; const char* fault; } rows[] = {
      {"good", R"([{"name": "元旦", "date": "2026-01-01", "isOffDay": true}])", "ok"},
      {"nothing yet", "[]", "ok"},
      {"late December of the year before", R"([{"name": "元旦", "date": "2025-12-31", "isOffDay": true}])", "ok"},
      {"a day twice alike", R"([{"name": "a", "date": "2026-10-01", "isOffDay": true}, {"name": "b", "date": "2026-10-01", "isOffDay": true}])", "ok"},
      {"a day twice, off and worked", R"([{"name": "a", "date": "2026-10-01", "isOffDay": true}, {"name": "a", "date": "2026-10-01", "isOffDay": false}])", "calendar.file x.json: /days/1/date: 2026-10-01 stands twice, once off and once worked"},
      {"no such day", R"([{"name": "a", "date": "2026-02-30", "isOffDay": true}])", "calendar.file x.json: /days/0/date: date: there is no day \"2026-02-30\"; write \"2026-10-01\""},
      {"a day of the year after", R"([{"name": "a", "date": "2027-01-01", "isOffDay": true}])", "calendar.file x.json: 2027-01-01 is no day of the notice for 2026: it must be between 2025-12-26 and 2026-12-31"},
      {"a flag as text", R"([{"name": "a", "date": "2026-01-01", "isOffDay": "yes"}])", "calendar.file x.json: /days/0/isOffDay: must be true or false"},
      {"no flag", R"([{"name": "a", "date": "2026-01-01"}])", "calendar.file x.json: /days/0/isOffDay: is required"},
      {"an unknown member", R"([{"name": "a", "date": "2026-01-01", "isOffDay": true, "type": 1}])", "calendar.file x.json: /days/0/type: is not a field here; known are: name, date, isOffDay"},
      {"no day at all", R"([7])", "calendar.file x.json: /days/0: must be a JSON object {…} (3 faults)"},
      {"no list", "{}", "calendar.file x.json: /days: must be a list […]"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(json_fault(row.days), row.fault);
  }
  const auto whole = [](std::string_view text) { const auto notice = read_holidays_json(text, "x.json"); return notice ? "ok" : notice.error().key + " " + notice.error().detail.en; };
  EXPECT_EQ(whole("{\"year\": 2026, \"papers\": []}"), "calendar.file x.json: /days: is required");
  EXPECT_EQ(whole("{\"year\": 1066, \"days\": []}"), "calendar.file x.json: /year: must be between 1950 and 2199");
  EXPECT_TRUE(whole("{\"year\": 2026").starts_with("calendar.file x.json: "));
  EXPECT_TRUE(whole(std::string(kHolidayBytesMax + 1, ' ')).starts_with("calendar.file x.json: "));
}

TEST(Holidays, TheTwoFormsAreToldApartAndAPublicationIsKept) {
  EXPECT_EQ(read_holidays("\n {\"year\": 2027, \"days\": []}", "x")->year, 2027);
  EXPECT_EQ(read_holidays(std::string(kHead) + "[[holiday]]\nname = \"x\"\nfrom = \"2026-10-01\"\nto = \"2026-10-01\"\n", "x")->known_from, on("2025-11-04"));
  EXPECT_EQ(read_holidays_json("{\"year\": 2027, \"days\": []}", "x", on("2026-11-01"))->known_from, on("2026-11-01"));
  EXPECT_FALSE(read_holidays("", "x"));
}

TEST(Holidays, AGivenYearReplacesTheShippedOneWithItsAmendments) {
  const Notice other{.year = 2020, .days = {{on("2020-06-01"), "x", true}}};
  const auto notices = replace_years(shipped(), {other, {.year = 2026}});
  EXPECT_EQ(std::ranges::count(notices, 2020, &Notice::year), 1);
  const auto all = *WorkCalendar::of(notices);
  EXPECT_TRUE(all.is_workday(on("2020-10-01")));
  EXPECT_FALSE(all.is_workday(on("2020-06-01")));
  EXPECT_FALSE(all.is_workday(on("2026-10-01"))) << "an empty year replaces nothing";
}

RC_GTEST_PROP(Holidays, AnyBytesAreReadOrRefused, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("{", "}", "[", "]", "\"year\":", "2026", ",", "\"days\":", "\"date\":\"2026-01-01\"", "\"name\":\"a\"", "\"isOffDay\":true", "year = 2026\n", "[[holiday]]\n", "from = \"2026-01-01\"\n", "\xE5", "\"", "\n"));
  std::string text;
  for (const auto& word : words) text += word;
  const auto notice = read_holidays(text, "x");
  RC_ASSERT(notice || (notice.error().key == "calendar.file" && !notice.error().detail.zh.empty()));
}

}  // namespace
}  // namespace jiaoji::casework
