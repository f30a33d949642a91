// One table of a feed: its rows as views over its bytes, its fields as values, every fault in either told with line and column.
//
// A cell is never copied unless it holds doubled quotes. After an error in a row faulty() is true: the caller leaves the row out.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mobility/notices.h"

namespace jiaoji::mobility {

struct Column {
  std::string_view name;
  int at = -1;  // -1: the file has none
  explicit operator bool() const { return at >= 0; }
};

class Table {
 public:
  // `columns` are those that the format knows, "stop_id! stop_name …", with `!` where the file must have one. `bytes` are UTF-8 or GB18030.
  Table(std::string_view file, std::string bytes, std::string_view columns, Notices& notices);
  Table(const Table&) = delete;
  bool usable() const { return usable_; }  // false: unreadable, or a column is missing without which it says nothing
  Column column(std::string_view name) const;

  bool next();                             // to the next row that is not blank
  std::size_t line() const { return line_; }
  bool faulty() const { return faulty_; }
  void fault() { faulty_ = true; }
  At at(Column column) const { return {file_, line_, column.name, raw(column)}; }
  Notices& notices() { return notices_; }
  std::size_t lines() const;               // about how many there are, for reserve

  // Without the blanks around it, which are a warning. Valid until next() when it held doubled quotes, else as long as the table.
  std::string_view text(Column column) {
    const auto cell = raw(column);
    if (cell.empty() || (static_cast<unsigned char>(cell.front()) > ' ' && static_cast<unsigned char>(cell.back()) > ' ')) return cell;
    return trimmed(column, cell);
  }
  std::string_view required(Column column);  // an error when it is empty
  std::optional<std::int64_t> integer(Column column, std::int64_t least, std::int64_t most);
  std::optional<double> number(Column column, double least, double most);
  // A number from 0 to `most`; blank is `otherwise`; a greater one is a warning and `otherwise`.
  int choice(Column column, int otherwise, int most);
  Seconds time(Column column);               // kNone when it is blank or an error
  std::optional<Day> date(Column column);

  // Calls error() of the notices and marks the row.
  template <class... A>
  void error(std::string_view key, Column column, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    faulty_ = true;
    notices_.error(key, at(column), zh, en, args...);
  }

 private:
  std::string_view raw(Column column) const { return column.at < 0 ? std::string_view() : cells_[static_cast<std::size_t>(column.at)]; }
  std::string_view trimmed(Column column, std::string_view cell);
  bool decode();
  void read_heading(std::string_view columns);
  void scan();
  const char* quoted(const char* at, std::string_view& cell);
  bool blank() const;

  std::string_view file_;
  std::string bytes_;
  Notices& notices_;
  bool usable_ = false, faulty_ = false, told_blank_ = false, in_heading_ = true;
  std::vector<std::string> names_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::size_t line_ = 0, next_line_ = 1, row_cells_ = 0;
};

}  // namespace jiaoji::mobility
