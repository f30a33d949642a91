#include "base/clock.h"

#include <chrono>
#include <string_view>

#include <fmt/format.h>

namespace jiaoji {

namespace {
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Reads exactly `digits.size()` decimal digits; -1 when one is not a digit.
int number(std::string_view digits) {
  int value = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}
}  // namespace

TimeMs SystemClock::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string format_time(TimeMs time) {
  const auto day = (time >= 0 ? time : time - 86'399'999) / 86'400'000;
  const auto rest = time - day * 86'400'000;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_day(static_cast<std::int32_t>(day)), rest / 3'600'000, rest / 60'000 % 60,
                     rest / 1000 % 60, rest % 1000);
}

std::int32_t parse_day(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return kNoDay;
  const int y = number(iso.substr(0, 4)), m = number(iso.substr(5, 2)), d = number(iso.substr(8, 2));
  if (y < 0 || m < 0 || d < 0) return kNoDay;
  const year_month_day date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)}, std::chrono::day{static_cast<unsigned>(d)}};
  if (!date.ok()) return kNoDay;
  return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}

std::string format_day(std::int32_t days) {
  const year_month_day date{sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace jiaoji
