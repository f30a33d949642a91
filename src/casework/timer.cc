#include "casework/timer.h"

#include <algorithm>
#include <charconv>

namespace jiaoji::casework {

namespace {

constexpr std::int32_t kChinaSeconds = 8 * 3600;

feel::Zone china() { return *feel::Zone::offset(kChinaSeconds); }

TimeMs ms(const feel::DaysTime& time) { return static_cast<TimeMs>(time.total() / 1'000'000); }

std::optional<TimeMs> instant(std::string_view text) {
  auto at = feel::DateTime::parse(text);
  if (!at) return std::nullopt;
  if (at->time.zone.kind == feel::Zone::Kind::none) at->time.zone = china();
  if (at->date.year < 1970 || at->date.year > 9999) return std::nullopt;
  return ms(at->instant());
}

// So many durations after a moment; months by China's calendar. A duration below zero is none.
std::optional<TimeMs> after(TimeMs moment, std::string_view duration, std::int64_t times = 1) {
  if (const auto days = feel::DaysTime::parse(duration)) {
    if (days->seconds < 0 || days->seconds > 400LL * 366 * 86'400) return std::nullopt;
    return moment + times * ms(*days);
  }
  const auto months = feel::Months::parse(duration);
  if (!months || months->months < 0 || months->months > 400 * 12) return std::nullopt;
  auto local = feel::DateTime::at(static_cast<__int128>(moment) * 1'000'000, china());
  if (!local) return std::nullopt;
  const auto date = feel::add(local->date, {months->months * times});
  if (!date) return std::nullopt;
  local->date = *date;
  return ms(local->instant());
}

std::optional<Due> cycle(std::string_view text, TimeMs now) {
  if (!text.starts_with('R')) return std::nullopt;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto times = text.substr(1, slash - 1);
  std::int32_t count = kForever;
  if (!times.empty()) {
    const auto [end, failed] = std::from_chars(times.data(), times.data() + times.size(), count);
    if (failed != std::errc() || end != times.data() + times.size() || count < 1 || count > 1'000'000) return std::nullopt;
  }
  auto rest = text.substr(slash + 1);
  std::optional<TimeMs> first;
  if (const auto second = rest.find('/'); second != std::string_view::npos) {
    first = instant(rest.substr(0, second));
    if (!first) return std::nullopt;
    rest = rest.substr(second + 1);
  }
  const auto next = after(now, rest);
  if (!next || *next - now < kCycleSecondsMin * 1000) return std::nullopt;
  const auto begin = first.value_or(*next);
  return Due{.at = std::max(now, begin), .first = begin, .again = count == kForever ? kForever : count - 1, .interval = std::string(rest), .deadline = {}};
}

}  // namespace

std::optional<Due> due_of(Timer::Kind kind, std::string_view text, TimeMs now) {
  std::optional<TimeMs> at;
  switch (kind) {
    case Timer::Kind::date: at = instant(text); break;
    case Timer::Kind::duration: at = after(now, text); break;
    case Timer::Kind::cycle: return cycle(text, now);
  }
  if (!at) return std::nullopt;
  return Due{.at = std::max(now, *at), .first = 0, .again = 0, .interval = {}, .deadline = {}};
}

std::optional<Due> due_of(Timer::Kind kind, const feel::Value& value, TimeMs now) {
  if (const auto* text = value.string()) return due_of(kind, std::string_view(*text), now);
  if (kind == Timer::Kind::date && (value.date() || value.date_time())) return due_of(kind, std::string_view(feel::spelling(value)), now);
  if (kind == Timer::Kind::duration && (value.days_time() || value.months())) return due_of(kind, std::string_view(feel::spelling(value)), now);
  return std::nullopt;
}

TimeMs next_due(TimeMs first, TimeMs last, std::string_view interval) {
  const auto length = after(first, interval).value_or(first) - first;
  if (length < kCycleSecondsMin * 1000) return last + kCycleSecondsMin * 1000;
  // Months differ by a tenth: from a number that is surely too small, up to the one wanted.
  const bool exact = feel::DaysTime::parse(interval).has_value();
  auto times = std::max<std::int64_t>(exact ? (last - first) / length : (last - first) / length * 4 / 5, 1);
  for (;; ++times) {
    const auto at = after(first, interval, times);
    if (!at) return last + length;
    if (*at > last) return *at;
  }
}

bool is_timer(const Timer& timer) { return due_of(timer.kind, std::string_view(timer.text), 0).has_value(); }

}  // namespace jiaoji::casework
