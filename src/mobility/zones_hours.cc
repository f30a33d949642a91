// Hours: the grammar of zones.h, and when they open and close.
#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "mobility/times.h"
#include "mobility/zones.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kTextMax = 4'000, kRulesMax = 200, kSpansMax = 10;
constexpr std::string_view kWeekdays[] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
constexpr std::uint8_t kEveryDay = 0x7f;


class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Hours> run() {
    Hours hours;
    hours.text = std::string(text_);
    if (text_.size() > kTextMax) return wrong("时间过长", "the hours are too long");
    skip();
    if (take("24/7")) return ended() ? Result<Hours>(std::move(hours)) : wrong("24/7 之后不能再有内容", "nothing may follow 24/7");
    do {
      if (hours.rules.size() >= kRulesMax) return wrong("规则过多", "there are too many rules");
      TRY(auto rule, this->rule());
      hours.rules.push_back(std::move(rule));
    } while (take(";"));
    if (!ended()) return wrong("应为“;”或结尾", "a ';' or the end is right");
    return hours;
  }

 private:
  void skip() { while (at_ < text_.size() && text_[at_] == ' ') ++at_; }
  bool ended() const { return at_ == text_.size(); }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    skip();
    return true;
  }

  std::unexpected<Error> wrong(std::string_view zh, std::string_view en) const {
    const auto line = [](std::string_view s) { return text::is_utf8(s) ? text::ellipsis(s, 20) : std::string("?"); };
    const auto rest = line(text_.substr(at_));
    return fail(Code::invalid, "zones.hours",
                {fmt::format("营运时间第 {} 个字符处“{}”：{}。例：Mo-Fr 07:00-22:00; Sa,Su 09:00-26:00; 2026-10-01 off", at_ + 1, rest, zh),
                 fmt::format("hours, character {}, at '{}': {}. Example: Mo-Fr 07:00-22:00; Sa,Su 09:00-26:00; 2026-10-01 off", at_ + 1, rest, en)},
                {{fmt::format("character {}", at_ + 1), "zones.hours", {std::string(zh), std::string(en)}}});
  }

  Result<HoursRule> rule() {
    HoursRule rule;
    if (const auto day = weekday_here(); day >= 0) {
      TRY_VOID(weekdays(rule));
    } else if (text_.size() - at_ > 4 && text_[at_ + 4] == '-') {
      TRY_VOID(dates(rule));
    } else {
      rule.weekdays = kEveryDay;
    }
    if (take("off")) return rule;
    do {
      if (rule.spans.size() >= kSpansMax) return wrong("一天内时段过多", "there are too many spans in a day");
      const auto begin = at_;
      TRY(const auto span, this->span());
      for (const auto& other : rule.spans) {
        if (span.start < other.end && other.start < span.end) {
          at_ = begin;
          return wrong("与同一天前面的时段重叠", "it overlaps an earlier span of the same day");
        }
      }
      rule.spans.push_back(span);
    } while (take(","));
    return rule;
  }

  int weekday_here() const {
    const auto here = text_.substr(at_, 2);
    const auto* day = std::find(std::begin(kWeekdays), std::end(kWeekdays), here);
    return day == std::end(kWeekdays) ? -1 : static_cast<int>(day - std::begin(kWeekdays));
  }

  Result<int> one_weekday() {
    const auto day = weekday_here();
    if (day < 0) return wrong("应为 Mo Tu We Th Fr Sa Su 之一", "one of Mo Tu We Th Fr Sa Su is right");
    at_ += 2;
    skip();
    return day;
  }

  Result<void> weekdays(HoursRule& rule) {
    do {
      TRY(const auto first, one_weekday());
      auto last = first;
      if (take("-")) {
        TRY(last, one_weekday());
      }
      for (int day = first;; day = (day + 1) % 7) {  // Sa-Mo runs over the week's end
        rule.weekdays = static_cast<std::uint8_t>(rule.weekdays | 1u << day);
        if (day == last) break;
      }
    } while (take(","));
    return {};
  }

  Result<Day> date() {
    const auto day = parse_day(text_.substr(at_, 10));
    if (day == kNoDay) return wrong("应为日期，如 2026-10-01", "a date such as 2026-10-01 is right");
    at_ += 10;
    skip();
    return day;
  }

  Result<void> dates(HoursRule& rule) {
    TRY(rule.first, date());
    rule.last = rule.first;
    if (!take("-")) return {};
    const auto begin = at_;
    TRY(rule.last, date());
    if (rule.last >= rule.first) return {};
    at_ = begin;
    return wrong("结束日期早于开始日期", "the last date is before the first");
  }

  Result<Seconds> time(Seconds most) {
    const auto digit = [this](std::size_t i) { return at_ + i < text_.size() && text_[at_ + i] >= '0' && text_[at_ + i] <= '9' ? text_[at_ + i] - '0' : -1; };
    const bool form = digit(0) >= 0 && digit(1) >= 0 && at_ + 2 < text_.size() && text_[at_ + 2] == ':' && digit(3) >= 0 && digit(4) >= 0 && digit(5) < 0;
    const int hour = form ? digit(0) * 10 + digit(1) : 99, minute = form ? digit(3) * 10 + digit(4) : 99;
    const Seconds time = hour * 3600 + minute * 60;
    if (!form || minute > 59 || time > most) {
      const auto end = format_time_of_day(most);
      return wrong(fmt::format("应为 00:00 至 {} 的时刻", end), fmt::format("a time from 00:00 to {} is right", end));
    }
    at_ += 5;
    skip();
    return time;
  }

  Result<Span> span() {
    Span span;
    TRY(span.start, time(kDaySeconds - 60));
    if (!take("-")) return wrong("应为“-”和结束时刻", "a '-' and the time of the end are right");
    TRY(span.end, time(2 * kDaySeconds));
    if (span.end <= span.start) span.end += kDaySeconds;
    return span;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::int64_t instant(Moment now) { return std::int64_t{now.day} * kDaySeconds + now.time; }
Day day_of(std::int64_t instant) { return static_cast<Day>((instant >= 0 ? instant : instant - kDaySeconds + 1) / kDaySeconds); }
Moment moment(std::int64_t instant) { return {day_of(instant), static_cast<Seconds>(instant - std::int64_t{day_of(instant)} * kDaySeconds)}; }

// The latest end of the spans that run at the instant; the instant itself when none does.
std::int64_t end_of(const Hours& hours, std::int64_t at) {
  auto end = at;
  for (const Day day : {day_of(at) - 1, day_of(at)}) {
    const auto midnight = std::int64_t{day} * kDaySeconds;
    for (const auto& span : hours.on(day)) {
      if (midnight + span.start <= at && at < midnight + span.end) end = std::max(end, midnight + span.end);
    }
  }
  return end;
}

}  // namespace

const std::vector<Span>& Hours::on(Day day) const {
  static const std::vector<Span> kNever, kAlways{{0, kDaySeconds}};
  if (rules.empty()) return kAlways;
  for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
    if (rule->weekdays ? rule->weekdays >> weekday(day) & 1 : day >= rule->first && day <= rule->last) return rule->spans;
  }
  return kNever;
}

Result<Hours> parse_hours(std::string_view text) { return Parser(text).run(); }

bool open(const Hours& hours, Moment now) { return end_of(hours, instant(now)) > instant(now); }

std::optional<Moment> closes(const Hours& hours, Moment now) {
  const auto begin = instant(now), horizon = begin + std::int64_t{kDaysAhead} * kDaySeconds;
  auto end = begin;
  for (auto next = end_of(hours, end); next > end; next = end_of(hours, end)) {
    end = next;
    if (end > horizon) return {};
  }
  if (end == begin) return {};
  return moment(end);
}

std::optional<Moment> opens(const Hours& hours, Moment now) {
  const auto begin = instant(now);
  if (end_of(hours, begin) > begin) return {};
  for (Day day = day_of(begin), last = day + kDaysAhead; day <= last; ++day) {
    std::optional<std::int64_t> first;
    for (const auto& span : hours.on(day)) {
      const auto start = std::int64_t{day} * kDaySeconds + span.start;
      if (start > begin && (!first || start < *first)) first = start;
    }
    if (first) return moment(*first);
  }
  return {};
}

}  // namespace jiaoji::mobility
