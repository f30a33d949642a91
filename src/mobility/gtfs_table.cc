#include "mobility/gtfs_table.h"

#include <algorithm>
#include <cstring>

#include "base/table.h"
#include "base/text.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kColumnsMax = 200;
constexpr std::ptrdiff_t kRowBytesMax = 1 << 20;

std::string_view without_blanks(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return s;
}

}  // namespace

Table::Table(std::string_view file, std::string bytes, std::string_view columns, Notices& notices) : file_(file), bytes_(std::move(bytes)), notices_(notices) {
  usable_ = decode();
  if (!usable_) return;
  at_ = bytes_.data();
  end_ = at_ + bytes_.size();
  if (bytes_.starts_with(table::kByteOrderMark)) at_ += table::kByteOrderMark.size();
  read_heading(columns);
}

bool Table::decode() {
  if (bytes_.find('\0') == std::string::npos && text::is_utf8(bytes_)) return true;
  auto decoded = table::decode(bytes_);
  if (!decoded) {
    notices_.error("gtfs.encoding", {file_}, "文件既不是 UTF-8 也不是 GB18030（{}）；请另存为 UTF-8", "the file is neither UTF-8 nor GB18030 ({}): save it as UTF-8", decoded.error().detail.en);
    return false;
  }
  bytes_ = *std::move(decoded);
  notices_.warning("gtfs.not_utf8", {file_}, "文件不是 UTF-8，按 GB18030 读取；GTFS 规定用 UTF-8", "the file is not UTF-8 and was read as GB18030; GTFS wants UTF-8");
  return true;
}

void Table::read_heading(std::string_view columns) {
  usable_ = false;
  cells_.resize(kColumnsMax);
  while (at_ < end_) {
    line_ = next_line_;
    scan();
    if (!blank()) break;
  }
  in_heading_ = false;
  const auto count = std::min(row_cells_, kColumnsMax);
  if (line_ == 0 || blank()) return notices_.error("gtfs.table_empty", {file_}, "文件是空的，应当有表头和数据行", "the file is empty; it should have a heading and rows");
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = without_blanks(cells_[i]);
    if (name.size() != cells_[i].size()) notices_.warning("gtfs.blanks_around", {file_, line_, name, cells_[i]}, "列名前后有空格，已忽略", "blanks around the column's name were ignored");
    if (name.find('\r') != std::string_view::npos) {
      return notices_.error("gtfs.bare_return", {file_, line_}, "行尾只有回车（CR），请存为 CRLF 或 LF 换行", "lines end in a bare CR: save the file with CRLF or LF");
    }
    if (name.empty()) notices_.warning("gtfs.column_unnamed", {file_, line_}, "第 {} 列没有列名", "column {} has no name", i + 1);
    else if (std::ranges::find(names_, name) != names_.end()) notices_.error("gtfs.column_twice", {file_, line_, name}, "列 {} 出现两次，只用第一列", "column {} stands twice; the first is used", name);
    names_.emplace_back(name);
  }
  bool whole = true;
  std::vector<std::string_view> known;
  for (std::size_t at = 0; at < columns.size();) {
    const auto end = std::min(columns.find(' ', at), columns.size());
    auto name = columns.substr(at, end - at);
    at = end + 1;
    const bool must = name.ends_with('!');
    if (must) name.remove_suffix(1);
    known.push_back(name);
    if (!must || column(name)) continue;
    whole = false;
    notices_.error("gtfs.column_missing", {file_, line_, name}, "缺少必需的列 {}", "the required column {} is missing", name);
  }
  for (const auto& name : names_) {
    if (!name.empty() && std::ranges::find(known, name) == known.end()) notices_.note("gtfs.column_unknown", {file_, line_, name}, "GTFS 没有列 {}，已忽略", "GTFS knows no column {}; it was ignored", name);
  }
  if (row_cells_ > kColumnsMax) whole = false, notices_.error("gtfs.too_wide", {file_, line_}, "超过 {} 列", "more than {} columns", kColumnsMax);
  cells_.resize(names_.size());
  usable_ = whole;
}

Column Table::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  return {name, found == names_.end() ? -1 : static_cast<int>(found - names_.begin())};
}

// By the first 64 KiB: counting them all would cost as much as reading half of them.
std::size_t Table::lines() const {
  const auto rest = end_ - at_, look = std::min<std::ptrdiff_t>(rest, 64 << 10);
  const auto seen = std::count(at_, at_ + look, '\n') + 1;
  return static_cast<std::size_t>(rest == look ? seen : seen * (rest / look + 1));
}

bool Table::blank() const {
  return std::ranges::all_of(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(std::min(row_cells_, cells_.size())), [](std::string_view c) { return without_blanks(c).empty(); });
}

bool Table::next() {
  while (at_ < end_) {
    line_ = next_line_;
    faulty_ = false;
    if (!unescaped_.empty()) unescaped_.clear();
    scan();
    if ((cells_[0].empty() || static_cast<unsigned char>(cells_[0][0]) <= ' ') && !faulty_ && blank()) {
      if (!told_blank_) notices_.note("gtfs.row_blank", {file_, line_}, "有空行，已跳过", "a blank line was passed over");
      told_blank_ = true;
      continue;
    }
    const auto width = names_.size();
    if (row_cells_ < width) notices_.warning("gtfs.row_short", {file_, line_}, "这一行有 {} 列，表头有 {} 列；缺的按空白读", "this row has {} cells, the heading {}; those missing were read as blank", row_cells_, width);
    return true;
  }
  return false;
}

// One row into cells_. Commas and line breaks inside quotes belong to the cell.
void Table::scan() {
  const char* const begin = at_;
  std::size_t n = 0;
  bool surplus = false;
  for (const char* p = at_;; ++p) {
    std::string_view cell;
    if (p < end_ && *p == '"') {
      p = quoted(p, cell);
    } else {
      const char* const first = p;
      while (p < end_ && *p != ',' && *p != '\n') ++p;
      cell = {first, static_cast<std::size_t>(p - first)};
      if (p == end_ || *p == '\n') {
        if (cell.ends_with('\r')) cell.remove_suffix(1);
      }
    }
    if (n < cells_.size()) cells_[n] = cell;
    else surplus |= !cell.empty();
    ++n;
    if (p < end_ && *p == ',') continue;
    if (p < end_) ++next_line_;
    at_ = p < end_ ? p + 1 : end_;
    break;
  }
  for (std::size_t i = n; i < cells_.size(); ++i) cells_[i] = {};
  row_cells_ = n;
  if (in_heading_) return;
  if (surplus) {
    faulty_ = true;
    notices_.error("gtfs.row_long", {file_, line_}, "这一行有 {} 列，表头只有 {} 列；含逗号的内容要加引号", "this row has {} cells, the heading {}: put what holds a comma in quotes", n, names_.size());
  }
  if (at_ - begin > kRowBytesMax) {
    faulty_ = true;
    notices_.error("gtfs.row_too_large", {file_, line_}, "这一行超过 {} MB", "this row is larger than {} MB", kRowBytesMax >> 20);
  }
}

// From the opening quote to the comma or the line's end behind the closing one.
const char* Table::quoted(const char* at, std::string_view& cell) {
  const char* first = ++at;
  std::string* own = nullptr;  // once a doubled quote was met
  for (;;) {
    const auto* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end_ - at)));
    if (!quote) {
      faulty_ = true;
      notices_.error("gtfs.open_quote", {file_, line_}, "引号到文件末尾都没有闭合，此后的行都读不到", "a quote is never closed; the rows after it cannot be read");
      cell = {};
      return end_;
    }
    next_line_ += static_cast<std::size_t>(std::count(at, quote, '\n'));
    if (quote + 1 < end_ && quote[1] == '"') {
      if (!own) own = &unescaped_.emplace_back();
      own->append(at, quote + 1);
      at = quote + 2;
      continue;
    }
    if (own) own->append(at, quote);
    cell = own ? std::string_view(*own) : std::string_view(first, static_cast<std::size_t>(quote - first));
    at = quote + 1;
    break;
  }
  const char* const after = at;
  while (at < end_ && *at != ',' && *at != '\n') ++at;
  if (!without_blanks({after, static_cast<std::size_t>(at - after)}).empty()) {
    faulty_ = true;
    notices_.error("gtfs.after_quote", {file_, line_, {}, {after, static_cast<std::size_t>(at - after)}}, "引号闭合后还有内容；内部的引号要写两个", "something follows the closing quote: write a quote inside twice");
  }
  return at;
}

}  // namespace jiaoji::mobility
