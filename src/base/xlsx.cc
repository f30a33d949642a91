#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <expat.h>
#include <fmt/format.h>
#include <xlsxwriter.h>

#include "base/archive.h"
#include "base/table.h"
#include "base/text.h"

namespace jiaoji::table {

namespace {

std::unexpected<Error> refuse(std::string key, Text what) { return fail(Code::invalid, std::move(key), std::move(what)); }

std::unexpected<Error> damaged() { return refuse("xlsx.damaged", {"不是完整的 .xlsx 文件，请用电子表格软件重新保存", "is not a whole .xlsx file: save it again with a spreadsheet program"}); }

constexpr std::size_t kRatioMax = 2'000;  // beyond what deflate can do: a sheet of empty styled cells packs a thousandfold

using Attributes = std::map<std::string, std::string, std::less<>>;

// What one part of the workbook tells its reader. Names are without their namespace prefix.
struct Handler {
  virtual ~Handler() = default;
  virtual void open(std::string_view, const Attributes&) {}
  virtual void close(std::string_view) {}
  virtual void text(std::string_view) {}
  bool stop = false;
  std::optional<Error> error;
};

std::string_view local(std::string_view name) { return name.substr(name.rfind(':') == std::string_view::npos ? 0 : name.rfind(':') + 1); }

// An expat parser that refuses any DOCTYPE: no entities, so nothing is opened and nothing expands.
class Sax {
 public:
  explicit Sax(Handler& handler) : handler_(handler), parser_(XML_ParserCreate(nullptr)) {
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, [](void* self, const char* name, const char** pairs) { static_cast<Sax*>(self)->open(name, pairs); },
                          [](void* self, const char* name) { --static_cast<Sax*>(self)->depth_, static_cast<Sax*>(self)->handler_.close(local(name)); });
    XML_SetCharacterDataHandler(parser_, [](void* self, const char* s, int n) { static_cast<Sax*>(self)->handler_.text({s, static_cast<std::size_t>(n)}); });
    XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const char*, const char*, const char*, int) { static_cast<Sax*>(self)->fail_parse(); });
  }
  ~Sax() { XML_ParserFree(parser_); }
  Sax(const Sax&) = delete;

  // False when the text is not well-formed or the handler wants no more.
  bool feed(const char* bytes, int size, bool last) { return !failed_ && XML_Parse(parser_, bytes, size, last) == XML_STATUS_OK && !failed_; }

 private:
  void open(const char* name, const char** pairs) {
    if (++depth_ > 64) return fail_parse();
    Attributes attributes;
    for (; *pairs; pairs += 2) attributes.emplace(local(pairs[0]), pairs[1]);
    handler_.open(local(name), attributes);
    if (handler_.stop) fail_parse();
  }
  void fail_parse() {
    failed_ = true;
    XML_StopParser(parser_, XML_FALSE);
  }
  Handler& handler_;
  XML_Parser parser_;
  int depth_ = 0;
  bool failed_ = false;
};

// Streams one part of the workbook through `handler`. False when there is no such part.
Result<bool> read_part(Archive& archive, const std::string& name, Handler& handler) {
  if (!archive.has(name)) return false;
  Sax sax(handler);
  bool good = true;
  TRY_VOID(archive.stream(name, [&](std::string_view piece) { return good = sax.feed(piece.data(), static_cast<int>(piece.size()), false); }));
  if (good) good = sax.feed("", 0, true);
  if (handler.error) return fail(*handler.error);
  if (handler.stop) return true;
  if (!good) return damaged();
  return true;
}

struct FirstSheet : Handler {  // xl/workbook.xml: the relation of the first sheet
  std::string relation;
  void open(std::string_view name, const Attributes& a) override {
    if (name == "sheet" && relation.empty() && a.contains("id")) relation = a.find("id")->second;
  }
};

struct Relations : Handler {  // xl/_rels/workbook.xml.rels
  std::map<std::string, std::string> targets;
  void open(std::string_view name, const Attributes& a) override {
    if (name == "Relationship" && a.contains("Id") && a.contains("Target")) targets[a.find("Id")->second] = a.find("Target")->second;
  }
};

struct SharedStrings : Handler {
  std::vector<std::string> strings;
  std::size_t bytes = 0;
  bool inside = false, phonetic = false;
  void open(std::string_view name, const Attributes&) override {
    if (name == "si") strings.emplace_back();
    else if (name == "rPh") phonetic = true;
    else if (name == "t") inside = !phonetic && !strings.empty();
  }
  void close(std::string_view name) override {
    if (name == "t") inside = false;
    else if (name == "rPh") phonetic = false;
  }
  void text(std::string_view s) override { if (inside) strings.back().append(s); }
};

// "BC" of "BC12" → 54; -1 when it is no reference.
int column_of(std::string_view reference) {
  int column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + (c - 'A' + 1);
    if (column > 20'000) return -1;
  }
  return column - 1;
}

struct SheetRows : Handler {
  const Limits& limits;
  const std::vector<std::string>& strings;
  const TakeHeading& heading;
  const TakeRow& take;
  std::vector<std::string> cells;
  std::size_t width = 0, row = 0, taken = 0;
  int column = -1;
  std::string type, value;
  bool in_value = false, seen_heading = false;

  SheetRows(const Limits& l, const std::vector<std::string>& s, const TakeHeading& h, const TakeRow& t) : limits(l), strings(s), heading(h), take(t) {}

  void give_up(std::string key, Text what) {
    const Text at = {fmt::format("第 {} 行第 {} 列：{}", row, column + 1, what.zh), fmt::format("row {}, column {}: {}", row, column + 1, what.en)};
    error = Error{Code::invalid, key, at, {Where{fmt::format("row {}, column {}", row, column + 1), key, what}}};
    stop = true;
  }

  void open(std::string_view name, const Attributes& a) override {
    if (name == "row") {
      cells.clear();
      column = -1;
      std::size_t number = row + 1;
      if (const auto r = a.find("r"); r != a.end()) std::from_chars(r->second.data(), r->second.data() + r->second.size(), number);
      row = number;
    } else if (name == "c") {
      const auto r = a.find("r"), t = a.find("t");
      column = r == a.end() ? column + 1 : column_of(r->second);
      if (column < 0 || static_cast<std::size_t>(column) >= limits.columns) return give_up("table.too_wide", {fmt::format("列数超过 {}", limits.columns), fmt::format("more than {} columns", limits.columns)});
      type = t == a.end() ? "n" : t->second;
      value.clear();
    } else if (name == "v" || name == "t") {
      in_value = true;
    }
  }

  void text(std::string_view s) override {
    if (!in_value) return;
    value.append(s);
    if (value.size() > limits.cell_bytes) give_up("table.cell_too_large", {fmt::format("单元格超过 {} 字节", limits.cell_bytes), fmt::format("the cell is larger than {} bytes", limits.cell_bytes)});
  }

  void close(std::string_view name) override {
    if (stop) return;
    if (name == "v" || name == "t") in_value = false;
    else if (name == "c") close_cell();
    else if (name == "row") close_row();
  }

  void close_cell() {
    if (type == "s") {
      std::size_t at = strings.size();
      std::from_chars(value.data(), value.data() + value.size(), at);
      if (at >= strings.size()) return give_up("xlsx.damaged", {"引用了不存在的文字", "points at a text that is not there"});
      value = strings[at];
    } else if (type == "b") {
      value = value == "1" ? "是" : "否";
    } else if (type == "e") {
      return give_up("xlsx.error_cell", {"单元格是公式错误 " + value, "the cell is a formula error " + value});
    } else if (type == "n" && value.find_first_of("eE.") != std::string::npos) {
      double number = 0;  // 0.30000000000000004 as the sheet shows it
      std::from_chars(value.data(), value.data() + value.size(), number);
      value = fmt::format("{:.15g}", number);
    }
    if (cells.size() <= static_cast<std::size_t>(column)) cells.resize(static_cast<std::size_t>(column) + 1);
    cells[static_cast<std::size_t>(column)] = text::trim(value);
  }

  void close_row() {
    while (!cells.empty() && cells.back().empty()) cells.pop_back();
    if (cells.empty()) return;
    if (!seen_heading) {
      seen_heading = true;
      width = cells.size();
      stop = !heading(cells);
      return;
    }
    column = static_cast<int>(cells.size()) - 1;
    if (cells.size() > width) return give_up("table.ragged", {fmt::format("这一行有 {} 列，表头有 {} 列", cells.size(), width), fmt::format("this row has {} columns, the heading {}", cells.size(), width)});
    if (++taken > limits.rows) return give_up("table.too_long", {fmt::format("超过 {} 行，请分成几个文件", limits.rows), fmt::format("more than {} rows: split the file", limits.rows)});
    cells.resize(width);
    for (auto& cell : cells) cell = unguard(cell);
    Row out{row, std::move(cells)};
    stop = !take(out);
    cells.clear();
  }
};

}  // namespace

Result<void> read_xlsx(const std::string& path, const Limits& limits, const TakeHeading& heading, const TakeRow& row) {
  TRY(auto archive, Archive::open(path, {.entries = limits.entries, .entry_bytes = limits.unpacked_bytes, .total_bytes = limits.unpacked_bytes, .ratio = kRatioMax, .key = "xlsx"}));
  FirstSheet first;
  Relations relations;
  TRY(const bool workbook, read_part(archive, "xl/workbook.xml", first));
  TRY(const bool related, read_part(archive, "xl/_rels/workbook.xml.rels", relations));
  if (!workbook || !related) return damaged();
  auto target = relations.targets[first.relation];
  if (target.starts_with("/")) target.erase(0, 1);
  else target = "xl/" + target;
  SharedStrings shared;
  TRY([[maybe_unused]] const bool any_strings, read_part(archive, "xl/sharedStrings.xml", shared));
  SheetRows rows(limits, shared.strings, heading, row);
  TRY(const bool sheet, read_part(archive, target, rows));
  if (!sheet) return damaged();
  if (!rows.seen_heading) return refuse("table.empty", {"表格是空的；请使用模板", "the sheet is empty: use the template"});
  return {};
}

struct XlsxWriter::Inside {
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_format* bold = nullptr;
  lxw_row_t row = 0;
  bool failed = false;
};

XlsxWriter::XlsxWriter(const std::string& path, const std::string& sheet) : inside_(std::make_unique<Inside>()) {
  lxw_workbook_options options{};
  options.constant_memory = 1;
  inside_->book = workbook_new_opt(path.c_str(), &options);
  inside_->sheet = workbook_add_worksheet(inside_->book, sheet.c_str());
  inside_->bold = workbook_add_format(inside_->book);
  format_set_bold(inside_->bold);
  worksheet_freeze_panes(inside_->sheet, 1, 0);
}

XlsxWriter::~XlsxWriter() {
  if (inside_->book) (void)finish();
}

void XlsxWriter::row(const std::vector<std::string>& cells, bool heading) {
  lxw_col_t column = 0;
  for (const auto& cell : cells) {
    // Written as a string and guarded all the same: who saves the sheet as CSV would set the formula free.
    inside_->failed |= worksheet_write_string(inside_->sheet, inside_->row, column++, guard(cell).c_str(), heading ? inside_->bold : nullptr) != LXW_NO_ERROR;
  }
  ++inside_->row;
}

Result<void> XlsxWriter::finish() {
  const bool failed = workbook_close(inside_->book) != LXW_NO_ERROR || inside_->failed;
  inside_->book = nullptr;
  if (failed) return fail(Code::unavailable, "xlsx.cannot_write", {"无法写出 .xlsx 文件（磁盘已满？）", "cannot write the .xlsx file (disk full?)"});
  return {};
}

}  // namespace jiaoji::table
