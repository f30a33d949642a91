#include "casework/holidays.h"

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/toml_file.h"

namespace jiaoji::casework {

namespace {

constexpr std::size_t kHolidaysMax = 40, kNameMax = 40, kTitleMax = 200;  // names and titles in characters

Text no_such_day(std::string_view key, std::string_view text) {
  const auto shown = text::ellipsis(text, 30);
  return {fmt::format("{}：没有“{}”这一天，应写作 \"2026-10-01\"", key, shown), fmt::format("{}: there is no day \"{}\"; write \"2026-10-01\"", key, shown)};
}

Text twice(Day day) {
  return {fmt::format("{} 出现两次，一次放假、一次上班", format_day(day)), fmt::format("{} stands twice, once off and once worked", format_day(day))};
}

// Adds a day; false when it already stands with the other flag.
bool put(Notice& notice, std::map<Day, bool>& seen, NoticeDay day) {
  const auto [at, added] = seen.emplace(day.day, day.is_off);
  if (at->second != day.is_off) return false;
  if (added) notice.days.push_back(std::move(day));
  return true;
}

// A text that is safe to show; empty only when `required` is not set.
std::string toml_words(toml_file::Table& in, std::string_view key, std::size_t max, bool required = true) {
  const auto raw = required ? in.text(key) : in.text(key, "");
  auto words = text::clean(raw, {.max = max, .required = required}, key);
  if (!words) in.fail_at(*in.raw().get(key), fmt::format("{}：{}", key, words.error().detail.zh), fmt::format("{}: {}", key, words.error().detail.en));
  return *std::move(words);
}

Day toml_day(toml_file::Table& in, std::string_view key) {
  const auto text = in.text(key);
  const Day day = parse_day(text);
  if (day == kNoDay) {
    const auto what = no_such_day(key, text);
    in.fail_at(*in.raw().get(key), what.zh, what.en);
  }
  return day;
}

void read_holiday(toml_file::Table& in, Notice& notice, std::map<Day, bool>& seen) {
  const auto name = toml_words(in, "name", kNameMax);
  const Day from = toml_day(in, "from"), to = toml_day(in, "to");
  if (to < from) in.fail_here("to 早于 from", "to is before from");
  if (to - from > 31) in.fail_here("一个假期最多 31 天", "a holiday has at most 31 days");
  for (Day day = from; day <= to; ++day) {
    if (!put(notice, seen, {day, name, true})) in.fail_here(twice(day).zh, twice(day).en);
  }
  const auto* work = in.take("work", false);
  if (!work) return;
  if (!work->is_array()) in.fail_at(*work, "work 应为一列日期：[\"2026-10-10\"]", "work must be a list of days: [\"2026-10-10\"]");
  for (const auto& item : *work->as_array()) {
    const auto text = item.value<std::string>().value_or("");
    const Day day = item.is_string() ? parse_day(text) : kNoDay;
    if (day == kNoDay) in.fail_at(item, no_such_day("work", text).zh, no_such_day("work", text).en);
    if (!put(notice, seen, {day, name, false})) in.fail_at(item, twice(day).zh, twice(day).en);
  }
}

// One fault of a JSON file, with the file's name before it.
std::unexpected<Error> in_file(std::string_view file, const Error& error) {
  return fail(Code::invalid, "calendar.file", {fmt::format("{}：{}", file, error.detail.zh), fmt::format("{}: {}", file, error.detail.en)}, error.where);
}

Result<Notice> checked(Notice notice, std::string_view file) {
  std::ranges::stable_sort(notice.days, {}, &NoticeDay::day);
  if (notice.days.empty()) return notice;
  if (const auto fits = WorkCalendar::of({notice}); !fits) return in_file(file, fits.error());
  return notice;
}

}  // namespace

Result<Notice> read_notice(std::string_view toml, std::string_view file) {
  if (toml.size() > kHolidayBytesMax) return in_file(file, {Code::invalid, "", {"文件太大，最多 256 KiB", "the file is too large: at most 256 KiB"}});
  auto notice = toml_file::read<Notice>(toml, file, "calendar.file", [](const toml::table& table) -> Notice {
    toml_file::Table in(table, "calendar");
    Notice out;
    const auto year = in.number("year");
    if (!year || *year != std::floor(*year) || *year < kYearMin || *year > kYearMax) in.fail_here(fmt::format("year 应为 {} 到 {} 的整数", kYearMin, kYearMax), fmt::format("year must be a whole number from {} to {}", kYearMin, kYearMax));
    out.year = static_cast<int>(*year);
    out.title = toml_words(in, "title", kTitleMax);
    out.number = toml_words(in, "number", kTitleMax, false);
    out.known_from = toml_day(in, "published");
    std::map<Day, bool> seen;
    in.each("holiday", kHolidaysMax, true, [&](toml_file::Table& holiday) { read_holiday(holiday, out, seen); });
    in.done();
    return out;
  });
  if (!notice) return notice;
  return checked(*std::move(notice), file);
}

Result<Notice> read_holidays_json(std::string_view text, std::string_view file, Day published) {
  const auto body = json::parse(text, {.depth = 8, .bytes = kHolidayBytesMax});
  if (!body) return in_file(file, body.error());
  Notice out;
  out.known_from = published;
  json::Fields in(*body);
  out.year = static_cast<int>(in.integer("year", kYearMin, kYearMax));
  out.title = file.substr(file.rfind('/') + 1);  // the form has no title
  for (const char* known : {"$schema", "$id", "papers"}) in.any(known);
  const auto* days = in.optional_array("days");
  if (!days && in.done()) in.fault("days", "field.missing", {"必填", "is required"});
  if (const auto done = in.done(); !done) return in_file(file, done.error());
  if (days->size() > kNoticeDaysMax) return in_file(file, {Code::invalid, "", {fmt::format("days 最多 {} 个", kNoticeDaysMax), fmt::format("days has more than {} entries", kNoticeDaysMax)}});
  std::map<Day, bool> seen;
  for (std::size_t i = 0; i < days->size(); ++i) {
    json::Fields entry((*days)[i], fmt::format("/days/{}", i));
    const auto name = entry.text("name", kNameMax), date = entry.text("date", kNameMax);
    const bool is_off = entry.boolean("isOffDay");
    const Day day = parse_day(date);
    if (day == kNoDay && !date.empty()) entry.fault("date", "calendar.date", no_such_day("date", date));
    else if (day != kNoDay && !put(out, seen, {day, name, is_off})) entry.fault("date", "calendar.twice", twice(day));
    if (const auto done = entry.done(); !done) return in_file(file, done.error());
  }
  return checked(std::move(out), file);
}

Result<Notice> read_holidays(std::string_view text, std::string_view file) {
  const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && text[first] == '{' ? read_holidays_json(text.substr(first), file) : read_notice(text, file);
}

std::vector<Notice> replace_years(std::vector<Notice> shipped, std::vector<Notice> given) {
  std::erase_if(given, [](const Notice& notice) { return notice.days.empty(); });
  std::erase_if(shipped, [&](const Notice& notice) { return std::ranges::find(given, notice.year, &Notice::year) != given.end(); });
  for (auto& notice : given) shipped.push_back(std::move(notice));
  return shipped;
}

}  // namespace jiaoji::casework
