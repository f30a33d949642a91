#include "mobility/times.h"

#include <fmt/format.h>

#include "base/clock.h"

namespace jiaoji::mobility {

std::optional<Seconds> parse_time(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::int32_t parts[3] = {0, 0, 0};
  int part = 0, digits = 0;
  for (const char c : text) {
    if (c == ':') {
      if (digits == 0 || part == 2) return {};
      ++part, digits = 0;
    } else if (c >= '0' && c <= '9') {
      if (++digits > (part == 0 ? 3 : 2)) return {};
      parts[part] = parts[part] * 10 + (c - '0');
    } else {
      return {};
    }
  }
  // "8:5:0" is refused: minutes and seconds have two digits, so that a lost digit is seen.
  if (part == 0 || digits != 2 || parts[1] > 59 || parts[2] > 59) return {};
  const auto first = text.find(':');
  if (part == 2 && text.find(':', first + 1) - first != 3) return {};
  const Seconds time = parts[0] * 3600 + parts[1] * 60 + parts[2];
  if (time > kTimeMax) return {};
  return time;
}

std::string format_time_of_day(Seconds time) {
  if (time < 0) return "-" + format_time_of_day(-time);
  const auto out = fmt::format("{:02}:{:02}", time / 3600, time / 60 % 60);
  return time % 60 ? fmt::format("{}:{:02}", out, time % 60) : out;
}

std::optional<Day> parse_gtfs_date(std::string_view text) {
  if (text.size() != 8) return {};
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
  }
  const auto day = parse_day(fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2)));
  if (day == kNoDay) return {};
  return day;
}

}  // namespace jiaoji::mobility
