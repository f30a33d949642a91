#include "feel/temporal.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::feel {

namespace {

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0)); }

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// Reads `text` from the front.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  bool end() const { return at == text.size(); }
  bool take(char c) {
    if (end() || text[at] != c) return false;
    ++at;
    return true;
  }
  // Between `least` and `most` digits.
  std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
    std::int64_t value = 0;
    const auto from = at;
    while (!end() && text[at] >= '0' && text[at] <= '9' && at - from < most) value = value * 10 + (text[at++] - '0');
    if (at - from < least || (!end() && text[at] >= '0' && text[at] <= '9')) return std::nullopt;
    return value;
  }
  // ".25" as nanoseconds; digits beyond the ninth are dropped.
  std::optional<std::int32_t> fraction() {
    std::int32_t value = 0;
    int count = 0;
    for (; !end() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
      if (count < 9) value = value * 10 + (text[at] - '0');
    }
    if (count == 0) return std::nullopt;
    for (; count < 9; ++count) value *= 10;
    return value;
  }
};

std::optional<Date> read_date(Cursor& in) {
  const bool negative = in.take('-');
  const auto from = in.at;
  const auto year = in.digits(4, 9);
  if (!year || (in.at - from > 4 && in.text[from] == '0') || !in.take('-')) return std::nullopt;
  const auto month = in.digits(2, 2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.digits(2, 2);
  if (!day) return std::nullopt;
  return Date::of(negative ? -*year : *year, *month, *day);
}

std::optional<Zone> read_zone(Cursor& in) {
  if (in.end()) return Zone{};
  if (in.take('Z') || in.take('z')) return in.end() ? Zone::offset(0) : std::nullopt;
  if (in.take('@')) {
    const auto id = in.text.substr(in.at);
    in.at = in.text.size();
    return Zone::named(id);
  }
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const auto hours = in.digits(2, 2);
  if (!hours || !in.take(':')) return std::nullopt;
  const auto minutes = in.digits(2, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::int64_t seconds = *hours * 3600 + *minutes * 60;
  if (in.take(':')) {
    const auto rest = in.digits(2, 2);
    if (!rest || *rest > 59) return std::nullopt;
    seconds += *rest;
  }
  return in.end() ? Zone::offset(west ? -seconds : seconds) : std::nullopt;
}

std::optional<Time> read_time(Cursor& in) {
  const auto hour = in.digits(2, 2);
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.digits(2, 2);
  if (!minute || !in.take(':')) return std::nullopt;
  const auto second = in.digits(2, 2);
  if (!second) return std::nullopt;
  std::int32_t nanos = 0;
  if (in.take('.')) {
    const auto fraction = in.fraction();
    if (!fraction) return std::nullopt;
    nanos = *fraction;
  }
  const auto zone = read_zone(in);
  if (!zone) return std::nullopt;
  return Time::of(*hour, *minute, *second, nanos, *zone);
}

std::string spelled_year(std::int32_t year) { return year < 0 ? fmt::format("-{:04}", -static_cast<std::int64_t>(year)) : fmt::format("{:04}", year); }

std::string spelled_fraction(std::int32_t nanos) {
  if (nanos == 0) return "";
  auto text = fmt::format(".{:09}", nanos);
  while (text.back() == '0') text.pop_back();
  return text;
}

}  // namespace

std::uint8_t days_in_month(std::int64_t year, int month) {
  constexpr std::uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

std::optional<Date> Date::of(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < -kYearMax || year > kYearMax || month < 1 || month > 12 || day < 1 || day > days_in_month(year, static_cast<int>(month))) return std::nullopt;
  return Date{static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

std::optional<Date> Date::parse(std::string_view text) {
  Cursor in{text};
  auto date = read_date(in);
  return in.end() ? date : std::nullopt;
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t Date::days() const {
  const std::int64_t y = static_cast<std::int64_t>(year) - (month <= 2);
  const std::int64_t era = floor_div(y, 400), of_era = y - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

std::optional<Date> Date::from_days(std::int64_t days) {
  if (days < -366LL * (kYearMax + 2LL) || days > 366LL * kYearMax) return std::nullopt;
  const std::int64_t z = days + 719'468, era = floor_div(z, 146'097), doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9;
  return of(yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1);
}

int Date::weekday() const { return static_cast<int>(((days() + 3) % 7 + 7) % 7) + 1; }
int Date::day_of_year() const { return static_cast<int>(days() - Date{year, 1, 1}.days()) + 1; }

int Date::week_of_year() const {
  const auto thursday = days() + 4 - weekday();  // the year of a week is the year of its Thursday
  const auto of = *from_days(thursday);
  return (of.day_of_year() - 1) / 7 + 1;
}

std::string Date::spelling() const { return fmt::format("{}-{:02}-{:02}", spelled_year(year), month, day); }

std::optional<Time> Time::of(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int32_t nanos, Zone zone) {
  if (hour == 24 && minute == 0 && second == 0 && nanos == 0) hour = 0;  // XML Schema: the end of a day
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  return Time{static_cast<std::uint8_t>(hour), static_cast<std::uint8_t>(minute), static_cast<std::uint8_t>(second), nanos, zone};
}

std::optional<Time> Time::parse(std::string_view text) {
  Cursor in{text};
  auto time = read_time(in);
  return in.end() ? time : std::nullopt;
}

DaysTime Time::since_midnight_utc() const { return {seconds() - offset_at_local(zone, seconds()), nanos}; }

std::string Time::spelling() const {
  auto text = fmt::format("{:02}:{:02}:{:02}{}", hour, minute, second, spelled_fraction(nanos));
  if (zone.kind == Zone::Kind::named) return text + "@" + zone.id();
  if (zone.kind == Zone::Kind::none) return text;
  if (zone.seconds == 0) return text + "Z";
  const auto east = std::abs(zone.seconds);
  text += fmt::format("{}{:02}:{:02}", zone.seconds < 0 ? '-' : '+', east / 3600, east / 60 % 60);
  if (east % 60 != 0) text += fmt::format(":{:02}", east % 60);
  return text;
}

std::optional<DateTime> DateTime::parse(std::string_view text) {
  Cursor in{text};
  const auto date = read_date(in);
  if (!date) return std::nullopt;
  if (in.end()) return DateTime{*date, {}};
  if (!in.take('T')) return std::nullopt;
  const bool end_of_day = in.text.substr(in.at, 2) == "24";
  const auto time = read_time(in);
  if (!time || !in.end()) return std::nullopt;
  if (!end_of_day) return DateTime{*date, *time};
  const auto next = Date::from_days(date->days() + 1);
  if (!next) return std::nullopt;
  return DateTime{*next, *time};
}

DaysTime DateTime::instant() const {
  const auto local = date.days() * kSecondsADay + time.seconds();
  return {local - offset_at_local(time.zone, local), time.nanos};
}

std::optional<DateTime> DateTime::at(__int128 utc_nanos, const Zone& zone) {
  const auto utc = DaysTime::of(utc_nanos);
  const auto local = utc.seconds + offset_at_instant(zone, utc.seconds);
  const auto date = Date::from_days(floor_div(local, kSecondsADay));
  if (!date) return std::nullopt;
  const auto of_day = local - date->days() * kSecondsADay;
  return DateTime{*date, *Time::of(of_day / 3600, of_day / 60 % 60, of_day % 60, utc.nanos, zone)};
}

std::string DateTime::spelling() const { return date.spelling() + "T" + time.spelling(); }

DaysTime DaysTime::of(__int128 nanos) {
  auto seconds = nanos / 1'000'000'000;
  auto rest = nanos % 1'000'000'000;
  if (rest < 0) rest += 1'000'000'000, --seconds;
  const __int128 most = INT64_MAX / 4;
  return {static_cast<std::int64_t>(std::clamp(seconds, -most, most)), static_cast<std::int32_t>(rest)};
}

std::optional<DaysTime> DaysTime::parse(std::string_view text) {
  Cursor in{text};
  const bool negative = in.take('-');
  if (!in.take('P')) return std::nullopt;
  __int128 total = 0;
  bool some = false, in_time = false;
  for (int last = -1; !in.end();) {
    if (!in_time && in.take('T')) {
      in_time = true;
      some = false;  // something must follow
      continue;
    }
    const auto number = in.digits(1, 15);
    if (!number) return std::nullopt;
    std::optional<std::int32_t> fraction;
    if (in.take('.')) {
      fraction = in.fraction().value_or(0);  // "0.S" is allowed
    }
    constexpr std::string_view units = "DHMS";
    constexpr std::int64_t lengths[] = {kSecondsADay, 3600, 60, 1};
    const auto unit = in.end() ? std::string_view::npos : units.find(in.text[in.at]);
    if (unit == std::string_view::npos || static_cast<int>(unit) <= last || (unit == 0) == in_time || (fraction && unit != 3)) return std::nullopt;
    last = static_cast<int>(unit);
    ++in.at;
    total += (static_cast<__int128>(*number) * lengths[unit]) * 1'000'000'000 + fraction.value_or(0);
    some = true;
  }
  if (!some) return std::nullopt;
  return of(negative ? -total : total);
}

std::string DaysTime::spelling() const {
  auto left = total();
  std::string out = left < 0 ? "-P" : "P";
  if (left < 0) left = -left;
  const auto nanos_left = static_cast<std::int32_t>(left % 1'000'000'000);
  const auto all = static_cast<std::int64_t>(left / 1'000'000'000);
  const auto days = all / kSecondsADay, rest = all % kSecondsADay;
  if (days != 0) out += fmt::format("{}D", days);
  if (rest == 0 && nanos_left == 0) return days != 0 ? out : "PT0S";
  out += "T";
  if (rest >= 3600) out += fmt::format("{}H", rest / 3600);
  if (rest / 60 % 60 != 0) out += fmt::format("{}M", rest / 60 % 60);
  if (rest % 60 != 0 || nanos_left != 0) out += fmt::format("{}{}S", rest % 60, spelled_fraction(nanos_left));
  return out;
}

std::optional<Months> Months::parse(std::string_view text) {
  Cursor in{text};
  const bool negative = in.take('-');
  if (!in.take('P')) return std::nullopt;
  std::int64_t total = 0;
  bool years = false, months = false;
  while (!in.end()) {
    const auto number = in.digits(1, 12);
    if (!number) return std::nullopt;
    if (!years && !months && in.take('Y')) {
      total += *number * 12;
      years = true;
    } else if (!months && in.take('M')) {
      total += *number;
      months = true;
    } else {
      return std::nullopt;
    }
  }
  if (!years && !months) return std::nullopt;
  return Months{negative ? -total : total};
}

std::string Months::spelling() const {
  if (months == 0) return "P0M";
  const auto all = months < 0 ? -months : months;
  std::string out = months < 0 ? "-P" : "P";
  if (all >= 12) out += fmt::format("{}Y", all / 12);
  if (all % 12 != 0) out += fmt::format("{}M", all % 12);
  return out;
}

std::optional<Date> add(const Date& date, const Months& months) {
  if (months.months > 12LL * 2 * kYearMax || months.months < -12LL * 2 * kYearMax) return std::nullopt;
  const auto all = static_cast<std::int64_t>(date.year) * 12 + date.month - 1 + months.months;
  const auto year = floor_div(all, 12);
  const auto month = static_cast<int>(all - year * 12) + 1;
  return Date::of(year, month, std::min(date.day, days_in_month(year, month)));
}

Months months_between(const DateTime& from, const DateTime& to) {
  auto months = (static_cast<std::int64_t>(to.date.year) - from.date.year) * 12 + to.date.month - from.date.month;
  const auto of_month = [](const DateTime& at) { return DaysTime{at.date.day * kSecondsADay + at.time.seconds(), at.time.nanos}; };
  if (months > 0 && of_month(to) < of_month(from)) --months;
  if (months < 0 && of_month(to) > of_month(from)) ++months;
  return {months};
}

}  // namespace jiaoji::feel
