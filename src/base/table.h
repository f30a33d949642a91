// Tables that people hold: CSV and .xlsx, in and out.
//
// CSV is RFC 4180 in UTF-8, with or without a byte order mark, else GB18030. An .xlsx is read as a stream within limits, so that
// a zip bomb or a sheet of a million empty cells is refused after a few megabytes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::table {

struct Limits {
  std::size_t rows = 200'000;            // below the heading
  std::size_t columns = 200;
  std::size_t cell_bytes = 64u << 10;
  std::size_t unpacked_bytes = 256u << 20;  // of all parts of an .xlsx that are read
  std::size_t entries = 2'000;           // files inside an .xlsx
};

// `number` is the row as the file counts, heading = 1.
struct Row {
  std::size_t number = 0;
  std::vector<std::string> cells;        // as many as the heading has; formula guards removed (see guard)
};

// Calls `heading` once and `row` for each row that is not empty, in order, until one returns false. Every fault in the form of
// the file (a stray quote, a short row, a bad character) is an error that names row and column. `name` says what the file
// is called; its content decides what it is.
using TakeHeading = std::function<bool(const std::vector<std::string>&)>;
using TakeRow = std::function<bool(Row&)>;
Result<void> read_csv(std::string_view bytes, const Limits& limits, const TakeHeading& heading, const TakeRow& row);
Result<void> read_xlsx(const std::string& path, const Limits& limits, const TakeHeading& heading, const TakeRow& row);
// Either, by content.
Result<void> read(const std::string& path, const Limits& limits, const TakeHeading& heading, const TakeRow& row);

// UTF-8 of UTF-8 (with or without mark) or GB18030 bytes. Error: neither, or a NUL, with the line.
Result<std::string> decode(std::string_view bytes);

// A cell that a spreadsheet would run as a formula gets an apostrophe before it; reading takes it away again.
// unguard(guard(x)) == x for every x, and plain numbers stay numbers.
std::string guard(std::string_view cell);
std::string unguard(std::string_view cell);

// Appends one CSV line, guarded and quoted where needed, ended by CR LF.
void write_csv_row(std::string& out, const std::vector<std::string>& cells);
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // spreadsheets need it to see UTF-8

// Writes an .xlsx with constant memory.
class XlsxWriter {
 public:
  // `path` is made or replaced. Errors come out of finish().
  XlsxWriter(const std::string& path, const std::string& sheet);
  ~XlsxWriter();
  void row(const std::vector<std::string>& cells, bool heading = false);
  Result<void> finish();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace jiaoji::table
