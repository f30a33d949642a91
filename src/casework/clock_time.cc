#include "casework/clock_time.h"

#include <fmt/format.h>

#include "base/text.h"
#include "feel/temporal.h"

namespace jiaoji::casework {

namespace {

constexpr TimeMs kDayMs = 86'400'000, kMinuteMs = 60'000;

Result<feel::Zone> zone_of(std::string_view id) {
  if (const auto zone = feel::Zone::named(id)) return *zone;
  const std::string shown = text::is_utf8(id) ? text::ellipsis(id, 40) : "?";
  return fail(Code::invalid, "clock.zone", {fmt::format("没有时区“{}”，应为 IANA 名称，如 Asia/Shanghai", shown), fmt::format("there is no time zone \"{}\"; write an IANA name such as Asia/Shanghai", shown)});
}

}  // namespace

std::optional<int> parse_minute(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1000; };
  if (text.size() != 5 || text[2] != ':') return {};
  const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > kMinutesADay) return {};
  return hour * 60 + minute;
}

std::string format_minute(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

Result<Moment> moment_of(TimeMs time, std::string_view zone) {
  TRY(const auto rules, zone_of(zone));
  const auto second = time >= 0 ? time / 1000 : (time - 999) / 1000;
  const TimeMs local = time + TimeMs{1000} * feel::offset_at_instant(rules, second);
  const TimeMs day = local >= 0 ? local / kDayMs : (local - kDayMs + 1) / kDayMs;
  return Moment{static_cast<Day>(day), static_cast<int>((local - day * kDayMs) / kMinuteMs)};
}

Result<TimeMs> instant_of(Day day, int minute, std::string_view zone) {
  TRY(const auto rules, zone_of(zone));
  const TimeMs local = day * kDayMs + minute * kMinuteMs;
  return local - TimeMs{1000} * feel::offset_at_local(rules, local / 1000);
}

Result<Moment> parse_moment(std::string_view text, std::string_view zone, std::string_view what) {
  TRY_VOID(zone_of(zone));
  const auto shown = text::is_utf8(text) ? text::ellipsis(text, 40) : std::string("?");
  const auto wrong = fail(Code::invalid, "clock.time", {fmt::format("{}：没有“{}”这个日期或时间，应写作 2026-09-30 或 2026-09-30T16:45", what, shown),
                                                         fmt::format("{}: there is no date or time \"{}\"; write 2026-09-30 or 2026-09-30T16:45", what, shown)});
  if (text.size() < 10 || text.size() > 40) return wrong;
  const Day day = parse_day(text.substr(0, 10));
  if (day == kNoDay) return wrong;
  if (text.size() == 10) return Moment{day};
  std::string spelled(text);
  spelled[10] = spelled[10] == ' ' ? 'T' : spelled[10];
  if (spelled.size() == 16) spelled += ":00";  // FEEL wants seconds
  const auto time = spelled[10] == 'T' ? feel::DateTime::parse(spelled) : std::nullopt;
  if (!time) return wrong;
  if (time->time.zone.kind == feel::Zone::Kind::none) return Moment{day, time->time.seconds() / 60};
  return moment_of(time->instant().seconds * 1000, zone);
}

}  // namespace jiaoji::casework
