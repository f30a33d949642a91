// Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4–9): parsing, spelling, calendar arithmetic, time zones.
//
// The calendar is the proleptic Gregorian one, years -999,999,999 to 999,999,999; fractions of a second to nanoseconds.
// A value may have no zone (local), an offset (+08:00, Z) or a named zone of the IANA table (@Asia/Shanghai).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiaoji::feel {

inline constexpr std::int64_t kSecondsADay = 86'400;
inline constexpr std::int32_t kYearMax = 999'999'999;

struct Date {
  std::int32_t year = 1970;
  std::uint8_t month = 1, day = 1;
  static std::optional<Date> of(std::int64_t year, std::int64_t month, std::int64_t day);  // none when there is no such day
  static std::optional<Date> from_days(std::int64_t days);                                // days since 1970-01-01
  static std::optional<Date> parse(std::string_view text);                                // "2026-02-28", "-0044-03-15"
  std::int64_t days() const;                                                              // since 1970-01-01
  int weekday() const;                                                                    // 1 Monday … 7 Sunday
  int day_of_year() const;
  int week_of_year() const;  // ISO 8601
  std::string spelling() const;
  auto operator<=>(const Date&) const = default;
};
std::uint8_t days_in_month(std::int64_t year, int month);

struct Zone {
  enum class Kind : std::uint8_t { none, offset, named };
  Kind kind = Kind::none;
  std::uint16_t name = 0;     // an index into the table of named zones
  std::int32_t seconds = 0;   // the offset east of Greenwich
  static std::optional<Zone> offset(std::int64_t seconds);  // within ±14 hours … 18 as XML Schema and ISO allow
  static std::optional<Zone> named(std::string_view id);    // "Asia/Shanghai"
  std::string id() const;                                   // of a named zone
  bool operator==(const Zone&) const = default;
};
// Seconds east of Greenwich at a local time; 0 for no zone.
std::int32_t offset_at_local(const Zone& zone, std::int64_t local_seconds);
std::int32_t offset_at_instant(const Zone& zone, std::int64_t utc_seconds);

// Days and time duration: whole seconds (floor) and 0..999,999,999 nanoseconds.
struct DaysTime {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  static std::optional<DaysTime> parse(std::string_view text);  // "P2DT3H4M5.5S", "-PT1M"
  static DaysTime of(__int128 nanos);
  __int128 total() const { return static_cast<__int128>(seconds) * 1'000'000'000 + nanos; }  // in nanoseconds
  std::string spelling() const;
  auto operator<=>(const DaysTime&) const = default;
};

// Years and months duration.
struct Months {
  std::int64_t months = 0;
  static std::optional<Months> parse(std::string_view text);  // "P1Y2M"
  std::string spelling() const;
  auto operator<=>(const Months&) const = default;
};

struct Time {
  std::uint8_t hour = 0, minute = 0, second = 0;
  std::int32_t nanos = 0;
  Zone zone = {};
  static std::optional<Time> of(std::int64_t hour, std::int64_t minute, std::int64_t second, std::int32_t nanos, Zone zone);
  static std::optional<Time> parse(std::string_view text);  // "09:30:00", "09:30:00.25+08:00", "09:30:00@Asia/Shanghai"
  std::int32_t seconds() const { return hour * 3600 + minute * 60 + second; }
  DaysTime since_midnight_utc() const;  // local time less its offset
  std::string spelling() const;
  bool operator==(const Time&) const = default;
};

struct DateTime {
  Date date;
  Time time;
  static std::optional<DateTime> parse(std::string_view text);  // "2026-02-28T09:30:00+08:00"; a date alone is its midnight
  static std::optional<DateTime> at(__int128 utc_nanos, const Zone& zone);
  DaysTime instant() const;  // since 1970-01-01T00:00:00 UTC; without a zone as if the zone were UTC
  std::string spelling() const;
  bool operator==(const DateTime&) const = default;
};

std::optional<Date> add(const Date& date, const Months& months);  // the last day of the month when there is no such day
// Whole months from one to the other, rounded towards zero (DMN 1.5, years and months duration).
Months months_between(const DateTime& from, const DateTime& to);

}  // namespace jiaoji::feel
