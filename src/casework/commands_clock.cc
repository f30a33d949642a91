#include "casework/commands_clock.h"

#include <charconv>
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/text.h"
#include "casework/clock_json.h"
#include "casework/holidays_shipped.h"

namespace jiaoji::casework {

namespace {

struct Options {
  std::string start, workdays, days, months, on_holiday = "next", ends_at = "24:00", after_hours, zone{kZone}, as_known_on, at, clause;
  std::vector<std::string> suspensions, extensions, calendars;
  bool first_day_counts = false;
  std::string from, to, year;
};

std::unexpected<Error> wrong(const char* key, Text what) { return fail(Code::invalid, key, std::move(what)); }

std::string shown(std::string_view text) { return text::is_utf8(text) ? text::ellipsis(text, 40) : "?"; }

Result<Day> day_from(std::string_view text, std::string_view what) {
  if (const Day day = parse_day(text); day != kNoDay) return day;
  return wrong("clock.date", {fmt::format("{}：没有“{}”这一天，应写作 2026-09-30", what, shown(text)), fmt::format("{}: there is no day \"{}\"; write 2026-09-30", what, shown(text))});
}

Result<std::int32_t> amount_from(std::string_view text, std::string_view what, std::int32_t min, std::int32_t max) {
  std::int32_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error == std::errc() && end == text.data() + text.size() && n >= min && n <= max) return n;
  return wrong("clock.amount", {fmt::format("{}：“{}”应为 {} 到 {} 的整数", what, shown(text), min, max), fmt::format("{}: \"{}\" must be a whole number from {} to {}", what, shown(text), min, max)});
}

Result<int> minute_from(std::string_view text, std::string_view what) {
  if (const auto minute = parse_minute(text)) return *minute;
  return wrong("clock.time_of_day", {fmt::format("{}：没有“{}”这个时刻，应写作 17:30", what, shown(text)), fmt::format("{}: there is no time of day \"{}\"; write 17:30", what, shown(text))});
}

Result<Notice> notice_of(const Cli& cli, const std::string& path, bool as_known) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return wrong("calendar.file", {path + "：是文件夹，应为一个文件", path + ": is a folder; name a file"});
  if (const auto size = std::filesystem::file_size(path, error); !error && size > kHolidayBytesMax) return wrong("calendar.file", {path + "：文件太大，最多 256 KiB", path + ": the file is too large: at most 256 KiB"});
  TRY(const auto text, read_whole(path));
  TRY(auto notice, read_holidays(text, path));
  if (notice.days.empty()) cli.say({fmt::format("{}：{} 年没有任何日子，该年仍按未公布计", path, notice.year), fmt::format("{}: names no day of {}, which stays as it was", path, notice.year)});
  else if (as_known && notice.known_from == kNoDay) cli.say({fmt::format("{}：未载公布日期，按一向已知计", path), fmt::format("{}: states no day of publication; counts as known all along", path)});
  return notice;
}

Result<WorkCalendar> calendar_of(const Cli& cli, const Options& options) {
  TRY(auto notices, shipped_notices());
  std::vector<Notice> given;
  for (const auto& path : options.calendars) {
    TRY(auto notice, notice_of(cli, path, !options.as_known_on.empty()));
    given.push_back(std::move(notice));
  }
  TRY(auto calendar, WorkCalendar::of(replace_years(std::move(notices), std::move(given))));
  if (options.as_known_on.empty()) return calendar;
  TRY(const auto known, day_from(options.as_known_on, "--as-known-on"));
  return calendar.as_known_on(known);
}

Result<Rule> rule_of(const Options& options) {
  TRY(const auto clause, text::clean(options.clause, {.max = 200, .required = false}, "--clause"));
  Rule rule{.first_day_counts = options.first_day_counts, .zone = options.zone, .clause = clause};
  const struct { const std::string& text; const char* name; Unit unit; } terms[] = {{options.workdays, "--workdays", Unit::workdays}, {options.days, "--days", Unit::days}, {options.months, "--months", Unit::months}};
  int stated = 0;
  for (const auto& term : terms) {
    if (term.text.empty()) continue;
    ++stated;
    rule.unit = term.unit;
    TRY(rule.amount, amount_from(term.text, term.name, 0, term.unit == Unit::months ? kMonthsMax : kDaysMax));
  }
  if (stated != 1) return wrong("clock.unit", {fmt::format("--workdays、--days、--months 应恰好写一个，写了 {} 个", stated), fmt::format("exactly one of --workdays, --days and --months is needed; there are {}", stated)});
  if (options.on_holiday == "keep") rule.on_holiday = OnHoliday::keep;
  else if (options.on_holiday == "previous") rule.on_holiday = OnHoliday::previous;
  else if (options.on_holiday != "next") return wrong("clock.on_holiday", {fmt::format("--on-holiday 没有“{}”，可用：next（顺延）、keep（不变）、previous（提前）", shown(options.on_holiday)), fmt::format("--on-holiday has no \"{}\"; allowed: next, keep, previous", shown(options.on_holiday))});
  TRY(rule.ends_at, minute_from(options.ends_at, "--ends-at"));
  if (options.after_hours.empty()) return rule;
  TRY(rule.after_hours, minute_from(options.after_hours, "--after-hours"));
  return rule;
}

// FROM..TO, or FROM.. while it lasts.
Result<Suspension> suspension_of(const std::string& text) {
  const auto cut = text.find("..");
  if (cut == std::string::npos) return wrong("clock.suspension", {fmt::format("--suspend：“{}”应写作 2026-10-08..2026-10-15（恢复之日不含在内），或 2026-10-08..", shown(text)), fmt::format("--suspend: \"{}\" should read 2026-10-08..2026-10-15 (the day of going on counts again), or 2026-10-08..", shown(text))});
  Suspension out;
  TRY(out.from, day_from(text.substr(0, cut), "--suspend"));
  if (cut + 2 == text.size()) return out;
  TRY(out.to, day_from(text.substr(cut + 2), "--suspend"));
  return out;
}

Result<Question> question_of(const Options& options) {
  Question out;
  TRY(out.rule, rule_of(options));
  TRY(out.start, parse_moment(options.start, options.zone, "--start"));
  for (const auto& text : options.suspensions) {
    TRY(auto suspension, suspension_of(text));
    out.suspensions.push_back(std::move(suspension));
  }
  for (const auto& text : options.extensions) {
    Extension extension{.on = out.start.day};
    TRY(extension.amount, amount_from(text, "--extend", 1, kDaysMax));
    out.extensions.push_back(std::move(extension));
  }
  return out;
}

void print_steps(const Cli& cli, const std::vector<Step>& steps, const Rule& rule) {
  for (const auto& step : steps) cli.print((step.kind == StepKind::due ? "= " : "  ") + cli.word(step_text(step, rule)));
}

Text state_text(const ClockState& state, Unit unit) {
  unit = unit == Unit::months ? Unit::days : unit;
  const auto used = unit_text(unit, state.used), left = unit_text(unit, state.left), over = unit_text(unit, state.overdue);
  switch (state.phase) {
    case Phase::not_started: return {"尚未起算，期限剩 " + left.zh, "not started, " + left.en + " to go"};
    case Phase::running: return {fmt::format("计时中：已用 {}，剩 {}", used.zh, left.zh), fmt::format("running: {} used, {} left", used.en, left.en)};
    case Phase::suspended: return {fmt::format("中止中：已用 {}，剩 {}", used.zh, left.zh), fmt::format("suspended: {} used, {} left", used.en, left.en)};
    case Phase::overdue: return {"已逾期 " + over.zh, "overdue by " + over.en};
  }
  return {};
}

Result<void> run_due(const Cli& cli, const Options& options) {
  TRY(const auto question, question_of(options));
  TRY(const auto calendar, calendar_of(cli, options));
  TRY_VOID(calendar.check_covered(question.start.day, "--start"));
  std::optional<ClockState> state;
  if (!options.at.empty()) {
    TRY(const auto at, parse_moment(options.at, options.zone, "--at"));
    TRY_VOID(calendar.check_covered(at.day, "--at"));
    TRY(const auto now, instant_of(at.day, at.minute.value_or(0), options.zone));
    TRY(state, state_at(calendar, question, now));
  }
  TRY(const auto deadline, due(calendar, question));
  if (cli.json) {
    auto out = deadline_json(deadline, question.rule, cli.language);
    if (state) std::get<json::Object>(out.data).set("state", state_json(*state));
    return cli.print_json(out), Result<void>{};
  }
  print_steps(cli, deadline.steps, question.rule);
  if (state) cli.print("  " + cli.word(state_text(*state, question.rule.unit)));
  return {};
}

Result<void> run_between(const Cli& cli, const Options& options) {
  TRY(const auto from, day_from(options.from, "FROM"));
  TRY(const auto to, day_from(options.to, "TO"));
  TRY(const auto calendar, calendar_of(cli, options));
  TRY(const auto between, workdays_between(calendar, from, to, options.first_day_counts));
  if (cli.json) return cli.print_json(between_json(between, cli.language)), Result<void>{};
  print_steps(cli, between.steps, {});
  cli.print("= " + cli.word(unit_text(Unit::workdays, between.workdays)) + cli.word({"，共 ", ", "}) + cli.word(unit_text(Unit::days, between.days)));
  return {};
}

Result<void> run_calendar(const Cli& cli, const Options& options) {
  int year = 0;
  if (!options.year.empty()) {
    TRY(year, amount_from(options.year, "YEAR", kYearMin, kYearMax));
  }
  TRY(const auto calendar, calendar_of(cli, options));
  const auto years = calendar.years();
  if (year != 0 && std::ranges::find(years, year) == years.end())
    return fail(Code::not_found, "calendar.not_covered", {fmt::format("没有 {} 年的安排；有：{}", year, calendar.covered()), fmt::format("there is no notice of {}; there are: {}", year, calendar.covered())});
  if (cli.json) return cli.print_json(calendar_json(calendar, year)), Result<void>{};
  for (const auto& notice : calendar.notices()) {
    if (year != 0 && notice.year != year) continue;
    cli.print(fmt::format("{}  {}{}{}", notice.year, notice.title, notice.number.empty() ? "" : "，" + notice.number, notice.known_from == kNoDay ? "" : cli.word({"，公布于 ", ", published "}) + format_day(notice.known_from)));
    for (const auto& day : notice.days) cli.print("  " + pad(cli.word(day_text(day.day)), 20) + cli.word(day.is_off ? Text{"放假  ", "off     "} : Text{"上班  ", "worked  "}) + cli.word(holiday_text(day.name)));
  }
  return {};
}

void add_calendar_options(CLI::App& command, Options& options) {
  command.add_option("--calendar", options.calendars, "holidays as TOML or holiday-cn JSON, in place of the carried ones of the same year")->allow_extra_args(false);
  command.add_option("--as-known-on", options.as_known_on, "only notices that were published by the end of this day count");
}

void add_due(CLI::App& app, Cli& cli, const std::shared_ptr<Options>& options) {
  auto* command = app.add_subcommand("due", "when a term ends, with every step that led there");
  command->add_option("--start", options->start, "day or time of the event")->required();
  command->add_option("--workdays", options->workdays, "term in working days");
  command->add_option("--days", options->days, "term in calendar days");
  command->add_option("--months", options->months, "term in months");
  command->add_flag("--first-day-counts", options->first_day_counts, "the day of the event counts");
  command->add_option("--on-holiday", options->on_holiday, "a last day that is no working day: next (default), keep or previous");
  command->add_option("--suspend", options->suspensions, "FROM..TO: from FROM up to, not including, TO no day counts; FROM.. while it lasts")->allow_extra_args(false);
  command->add_option("--extend", options->extensions, "more of the same unit")->allow_extra_args(false);
  command->add_option("--ends-at", options->ends_at, "time of the last day at which the term ends (default 24:00)");
  command->add_option("--after-hours", options->after_hours, "an event from this time on, or on a day off, counts as of the next working day");
  command->add_option("--at", options->at, "also says how the clock stands at this time; of a day alone, at its beginning");
  command->add_option("--zone", options->zone, "time zone (default Asia/Shanghai)");
  command->add_option("--clause", options->clause, "where the rule stands");
  add_calendar_options(*command, *options);
  command->footer("example: jiaoji clock due --start 2026-09-30 --workdays 3 --json");
  command->callback(cli.runs([options, &cli] { return run_due(cli, *options); }));
}

}  // namespace

void add_clock_commands(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<Options>();
  auto* clock = app.add_subcommand("clock", "working days: when a term ends, how many lie between, the calendars");
  clock->require_subcommand(1);
  clock->footer("example: jiaoji clock due --start 2026-09-30 --workdays 3");
  add_due(*clock, cli, options);

  auto* between = clock->add_subcommand("between", "working days after FROM up to and including TO");
  between->add_option("FROM", options->from, "day, which does not count")->required();
  between->add_option("TO", options->to, "day, which counts")->required();
  between->add_flag("--first-day-counts", options->first_day_counts, "FROM counts, too");
  add_calendar_options(*between, *options);
  between->footer("example: jiaoji clock between 2026-09-30 2026-10-10");
  between->callback(cli.runs([options, &cli] { return run_between(cli, *options); }));

  auto* calendar = clock->add_subcommand("calendar", "the notices of holidays, of one year or of all");
  calendar->add_option("YEAR", options->year, "as 2026");
  add_calendar_options(*calendar, *options);
  calendar->footer("example: jiaoji clock calendar 2026");
  calendar->callback(cli.runs([options, &cli] { return run_calendar(cli, *options); }));
}

}  // namespace jiaoji::casework
