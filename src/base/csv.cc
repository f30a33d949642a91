#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include "base/table.h"
#include "base/text.h"

namespace jiaoji::table {

namespace {

std::unexpected<Error> refuse(std::string key, std::size_t row, std::size_t column, Text what) {
  const Where where{fmt::format("row {}, column {}", row, column), key, what};
  return fail(Code::invalid, std::move(key), {fmt::format("第 {} 行第 {} 列：{}", row, column, what.zh), fmt::format("row {}, column {}: {}", row, column, what.en)}, {where});
}

bool plain_number(std::string_view s) {
  if (s.starts_with('-') || s.starts_with('+')) s.remove_prefix(1);
  const auto dot = s.find('.');
  const auto digits = [](std::string_view d) { return !d.empty() && d.find_first_not_of("0123456789") == std::string_view::npos; };
  return dot == std::string_view::npos ? digits(s) : digits(s.substr(0, dot)) && digits(s.substr(dot + 1));
}

// True when some line of the cell, behind spaces, begins as a formula does.
bool runs(std::string_view cell) {
  if (plain_number(cell)) return false;
  while (true) {
    auto line = cell.substr(0, cell.find('\n'));
    while (line.starts_with(' ') || line.starts_with("\xC2\xA0") || line.starts_with("\xE3\x80\x80"))
      line.remove_prefix(line.starts_with(' ') ? 1 : line.starts_with("\xC2\xA0") ? 2 : 3);
    // Full-width signs are formulas too in some spreadsheets.
    for (const std::string_view sign : {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"}) if (line.starts_with(sign)) return true;
    const auto next = cell.find('\n');
    if (next == std::string_view::npos) return false;
    cell.remove_prefix(next + 1);
  }
}

std::string_view without_apostrophes(std::string_view cell) {
  while (cell.starts_with('\'')) cell.remove_prefix(1);
  return cell;
}

// One pass over the text, one cell at a time.
class CsvReader {
 public:
  CsvReader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  // Passes over lines with nothing on them; a quoted empty cell is not nothing.
  bool ended() {
    for (;;) {
      const auto rest = text_.substr(at_);
      if (!rest.starts_with('\n') && !rest.starts_with("\r\n")) return rest.empty();
      at_ += rest[0] == '\r' ? 2 : 1;
      ++row_;
    }
  }
  std::size_t row() const { return row_; }

  Result<std::vector<std::string>> line() {
    std::vector<std::string> cells;
    ++row_;
    for (bool more = true; more;) {
      column_ = cells.size() + 1;
      if (column_ > limits_.columns) return refuse("table.too_wide", row_, column_, {fmt::format("列数超过 {}", limits_.columns), fmt::format("more than {} columns", limits_.columns)});
      TRY(auto cell, at_ < text_.size() && text_[at_] == '"' ? quoted() : bare());
      if (cell.size() > limits_.cell_bytes)
        return refuse("table.cell_too_large", row_, column_, {fmt::format("单元格超过 {} 字节", limits_.cell_bytes), fmt::format("the cell is larger than {} bytes", limits_.cell_bytes)});
      cells.push_back(std::move(cell));
      TRY(more, separator());
    }
    return cells;
  }

 private:
  Result<std::string> bare() {
    const auto end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
    if (end < text_.size() && text_[end] == '"')
      return refuse("table.stray_quote", row_, column_, {"单元格中间有引号；含引号的单元格要整体加引号，内部引号写两个", "a quote inside the cell: put the whole cell in quotes and write the inner one twice"});
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  Result<std::string> quoted() {
    std::string cell;
    for (++at_;;) {
      const auto quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return refuse("table.open_quote", row_, column_, {"引号到文件末尾都没有闭合", "the quote that opens here is never closed"});
      cell.append(text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (at_ >= text_.size() || text_[at_] != '"') return cell;
      cell.push_back('"');
      ++at_;
    }
  }

  // True when another cell follows on this line.
  Result<bool> separator() {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    if (c == ',') return true;
    if (c == '\n') return false;
    if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') return ++at_, false;
    if (c == '\r') return refuse("table.bare_return", row_, column_, {"行尾只有回车（CR），请存为 CRLF 或 LF 换行", "a line ends in a bare CR: save it with CRLF or LF"});
    return refuse("table.after_quote", row_, column_, {"引号闭合后还有内容", "something follows the closing quote"});
  }

  std::string_view text_;
  const Limits& limits_;
  std::size_t at_ = 0, row_ = 0, column_ = 1;
};

}  // namespace

std::string guard(std::string_view cell) { return (runs(without_apostrophes(cell)) ? "'" : "") + std::string(cell); }

std::string unguard(std::string_view cell) {
  if (cell.starts_with('\'') && runs(without_apostrophes(cell))) cell.remove_prefix(1);
  return std::string(cell);
}

Result<std::string> decode(std::string_view bytes) {
  if (const auto nul = bytes.find('\0'); nul != std::string_view::npos) {
    const auto row = 1 + std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    return refuse("table.nul", static_cast<std::size_t>(row), 1, {"有 NUL 字符；若为 UTF-16 请另存为 UTF-8", "a NUL character; if this is UTF-16, save it as UTF-8"});
  }
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(3);
  if (text::is_utf8(bytes)) return std::string(bytes);
  UErrorCode status = U_ZERO_ERROR;
  UConverter* from = ucnv_open("gb18030", &status);
  UConverter* to = ucnv_open("UTF-8", &status);
  ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::string out(bytes.size() * 2 + 16, '\0');
  char* target = out.data();
  const char* source = bytes.data();
  ucnv_convertEx(to, from, &target, out.data() + out.size(), &source, bytes.data() + bytes.size(), nullptr, nullptr, nullptr, nullptr, true, true, &status);
  out.resize(static_cast<std::size_t>(target - out.data()));
  ucnv_close(from);
  ucnv_close(to);
  if (U_SUCCESS(status) && text::is_utf8(out)) return out;
  const auto row = 1 + std::count(bytes.data(), source, '\n');
  return refuse("table.encoding", static_cast<std::size_t>(row), 1, {"既不是 UTF-8 也不是 GB18030 编码", "is neither UTF-8 nor GB18030"});
}

Result<void> read_csv(std::string_view bytes, const Limits& limits, const TakeHeading& heading, const TakeRow& row) {
  TRY(const auto text, decode(bytes));
  CsvReader in(text, limits);
  if (in.ended()) return refuse("table.empty", 1, 1, {"文件是空的；请使用模板", "the file is empty: use the template"});
  TRY(auto names, in.line());
  for (auto& name : names) name = text::trim(name);
  if (!heading(names)) return {};
  std::size_t count = 0;
  while (!in.ended()) {
    TRY(auto cells, in.line());
    if (cells.size() != names.size())
      return refuse("table.ragged", in.row(), cells.size(), {fmt::format("这一行有 {} 列，表头有 {} 列", cells.size(), names.size()),
                                                             fmt::format("this row has {} columns, the heading {}", cells.size(), names.size())});
    if (++count > limits.rows) return refuse("table.too_long", in.row(), 1, {fmt::format("超过 {} 行，请分成几个文件", limits.rows), fmt::format("more than {} rows: split the file", limits.rows)});
    for (auto& cell : cells) cell = unguard(cell);
    Row out{in.row(), std::move(cells)};
    if (!row(out)) return {};
  }
  return {};
}

Result<void> read(const std::string& path, const Limits& limits, const TakeHeading& heading, const TakeRow& row) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Code::not_found, "table.no_file", {"打不开文件：" + path, "cannot open the file: " + path});
  char magic[4] = {};
  in.read(magic, 4);
  if (std::string_view(magic, 4) == "PK\x03\x04") return read_xlsx(path, limits, heading, row);
  in.clear();
  in.seekg(0);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return read_csv(bytes, limits, heading, row);
}

void write_csv_row(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i) out.push_back(',');
    const auto cell = guard(cells[i]);
    // One empty cell alone would read as an empty line.
    const bool quote = cell.find_first_of(",\"\r\n") != std::string::npos || (cells.size() == 1 && cell.empty());
    if (!quote) { out += cell; continue; }
    out.push_back('"');
    for (const char c : cell) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out += "\r\n";
}

}  // namespace jiaoji::table
