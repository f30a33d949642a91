#include <charconv>
#include <cmath>

#include "mobility/gtfs_table.h"
#include "mobility/times.h"

namespace jiaoji::mobility {

std::string_view Table::trimmed(Column column, std::string_view cell) {
  const auto whole = cell;
  while (!cell.empty() && static_cast<unsigned char>(cell.front()) <= ' ') cell.remove_prefix(1);
  while (!cell.empty() && static_cast<unsigned char>(cell.back()) <= ' ') cell.remove_suffix(1);
  notices_.warning("gtfs.blanks_around", {file_, line_, column.name, whole}, "“{}”前后有空格，已忽略", "blanks around \"{}\" were ignored", cell);
  return cell;
}

std::string_view Table::required(Column column) {
  const auto cell = text(column);
  if (cell.empty()) error("gtfs.value_missing", column, "{} 不能为空", "{} must not be blank", column.name);
  return cell;
}

std::optional<std::int64_t> Table::integer(Column column, std::int64_t least, std::int64_t most) {
  const auto cell = text(column);
  if (cell.empty()) return {};
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (problem == std::errc() && end == cell.data() + cell.size() && value >= least && value <= most) return value;
  error("gtfs.number", column, "{} 应当是 {} 到 {} 的整数，而不是“{}”", "{} must be a whole number from {} to {}, not \"{}\"", column.name, least, most, cell);
  return {};
}

std::optional<double> Table::number(Column column, double least, double most) {
  const auto cell = text(column);
  if (cell.empty()) return {};
  double value = 0;
  const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (problem == std::errc() && end == cell.data() + cell.size() && std::isfinite(value) && value >= least && value <= most) return value;
  error("gtfs.number", column, "{} 应当是 {} 到 {} 的数，而不是“{}”", "{} must be a number from {} to {}, not \"{}\"", column.name, least, most, cell);
  return {};
}

int Table::choice(Column column, int otherwise, int most) {
  const auto cell = text(column);
  if (cell.empty()) return otherwise;
  if (cell.size() == 1 && cell[0] >= '0' && cell[0] <= '0' + most) return cell[0] - '0';
  const auto value = integer(column, INT32_MIN, INT32_MAX);
  if (!value) return otherwise;
  notices_.warning("gtfs.value_unexpected", at(column), "{} 只能是 0 到 {}；按 {} 读", "{} is one of 0 to {}; it was read as {}", column.name, most, otherwise);
  return otherwise;
}

Seconds Table::time(Column column) {
  const auto cell = text(column);
  if (cell.empty()) return kNone;
  if (cell.size() == 8 && cell[2] == ':' && cell[5] == ':') {  // nearly all are written so
    const auto digit = [&](std::size_t i) { return static_cast<unsigned>(cell[i] - '0'); };
    const unsigned h1 = digit(0), h = digit(1), m1 = digit(3), m = digit(4), s1 = digit(6), s = digit(7);
    const auto time = static_cast<Seconds>((h1 * 10 + h) * 3600 + (m1 * 10 + m) * 60 + s1 * 10 + s);
    if (h1 < 10 && h < 10 && m1 < 6 && m < 10 && s1 < 6 && s < 10 && time <= kTimeMax) return time;
  }
  const auto time = parse_time(cell);
  if (!time) {
    error("gtfs.time", column, "“{}”不是时间；应写作 HH:MM:SS，如 08:05:00，过夜写 25:10:00", "\"{}\" is no time; write HH:MM:SS such as 08:05:00, and 25:10:00 after midnight", cell);
    return kNone;
  }
  if (cell.find(':') == cell.rfind(':')) notices_.warning("gtfs.time_without_seconds", at(column), "“{}”没有秒；GTFS 规定 HH:MM:SS", "\"{}\" has no seconds; GTFS wants HH:MM:SS", cell);
  return *time;
}

std::optional<Day> Table::date(Column column) {
  const auto cell = text(column);
  if (cell.empty()) return {};
  const auto day = parse_gtfs_date(cell);
  if (!day) error("gtfs.date", column, "“{}”不是日期；应写作 YYYYMMDD，如 20260901", "\"{}\" is no date; write YYYYMMDD such as 20260901", cell);
  return day;
}

}  // namespace jiaoji::mobility
