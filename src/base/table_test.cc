#include "base/table.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zip.h>

namespace jiaoji::table {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Everything that a file says, heading first; or the key of its fault.
template <class Read>
std::pair<Rows, std::string> all_of(Read read) {
  Rows rows;
  const auto outcome = read([&](const std::vector<std::string>& h) { rows.push_back(h); return true; }, [&](Row& r) { rows.push_back(r.cells); return true; });
  return {rows, outcome ? "" : outcome.error().key};
}

std::pair<Rows, std::string> csv(std::string_view bytes, const Limits& limits = {}) {
  return all_of([&](const TakeHeading& h, const TakeRow& r) { return read_csv(bytes, limits, h, r); });
}

std::filesystem::path scratch(const char* name) { return std::filesystem::temp_directory_path() / (std::string("jiaoji-table-") + name + ".xlsx"); }

std::pair<Rows, std::string> xlsx(const std::filesystem::path& path, const Limits& limits = {}) {
  return all_of([&](const TakeHeading& h, const TakeRow& r) { return read_xlsx(path.string(), limits, h, r); });
}

// A workbook of raw parts, as a hostile or careless program would write it.
void write_zip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& parts) {
  const auto zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  for (const auto& [name, bytes] : parts) {
    zipOpenNewFileInZip(zip, name.c_str(), nullptr, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 6);
    zipWriteInFileInZip(zip, bytes.data(), static_cast<unsigned>(bytes.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
}

std::vector<std::pair<std::string, std::string>> workbook(const std::string& sheet) {
  return {{"xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>)"},
          {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)"},
          {"xl/worksheets/sheet1.xml", sheet}};
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const Rows expected = {{"名称", "城市"}, {"海尔", "青岛"}, {"多行\n“说明”,含\"引号\"", "济南"}};
  const std::string body = "名称,城市\r\n海尔,青岛\r\n\r\n\"多行\n“说明”,含\"\"引号\"\"\",济南\r\n";
  EXPECT_EQ(csv(body).first, expected);
  EXPECT_EQ(csv("\xEF\xBB\xBF" + body).first, expected);
  EXPECT_EQ(csv("\xC3\xFB\xB3\xC6,\xB3\xC7\xCA\xD0\n\xBA\xA3\xB6\xFB,\xC7\xE0\xB5\xBA").first, (Rows{{"名称", "城市"}, {"海尔", "青岛"}}));  // GB18030
}

TEST(Csv, NamesTheFault) {
  const struct { const char* name; std::string bytes; const char* key; const char* place; } rows[] = {
      {"stray quote", "a,b\n1,x\"y\n", "table.stray_quote", "row 2, column 2"},
      {"open quote", "a,b\n1,\"x\n", "table.open_quote", "row 2, column 2"},
      {"text after quote", "a,b\n\"1\"x,2\n", "table.after_quote", "row 2, column 1"},
      {"short row", "a,b\n1,2\n3\n", "table.ragged", "row 3, column 1"},
      {"long row", "a,b\n1,2,3\n", "table.ragged", "row 2, column 3"},
      {"CR only", "a,b\r1,2\r", "table.bare_return", "row 1, column 2"},
      {"NUL", std::string("a,b\n1,\0\n", 8), "table.nul", "row 2, column 1"},
      {"empty", "", "table.empty", "row 1, column 1"},
      {"neither encoding", "a,b\n1,\xff\xff\n", "table.encoding", "row 2, column 1"},
      {"cell of a megabyte", "a\n" + std::string(1 << 20, 'x'), "table.cell_too_large", "row 2, column 1"},
      {"too many columns", std::string(300, ','), "table.too_wide", "row 1, column 201"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto outcome = read_csv(row.bytes, {}, [](const auto&) { return true; }, [](Row&) { return true; });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().key, row.key);
    EXPECT_EQ(outcome.error().where.at(0).pointer, row.place);
  }
  EXPECT_EQ(csv("a\n1\n2\n3\n", {.rows = 2}).second, "table.too_long");
}

TEST(Guard, DisarmsFormulasAndGivesThemBack) {
  for (const char* armed : {"=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "  =1", "\xC2\xA0=1", "说明\n=1", "＝1", "'=1"}) {
    EXPECT_TRUE(guard(armed).starts_with('\'')) << armed;
    EXPECT_EQ(unguard(guard(armed)), armed);
  }
  for (const char* harmless : {"-12.5", "+86", "海尔", "", "'引号", "3-5 天"}) EXPECT_EQ(guard(harmless), harmless);
}

RC_GTEST_PROP(Guard, IsUndoneByReading, ()) {
  const auto cell = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("'=+-@ \n\t1a.")));
  RC_ASSERT(unguard(guard(cell)) == cell);
}

RC_GTEST_PROP(Csv, ReadsWhatItWrites, ()) {
  const auto width = *rc::gen::inRange(1, 5);
  const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("'=,\"\n a1-")));
  const auto rows = *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(static_cast<std::size_t>(width), cell));
  std::string out;
  std::vector<std::string> heading;
  for (int i = 0; i < width; ++i) heading.push_back("h" + std::to_string(i));
  write_csv_row(out, heading);
  for (const auto& row : rows) write_csv_row(out, row);
  auto [read, key] = csv(out);
  RC_ASSERT(key == "");
  read.erase(read.begin());
  RC_ASSERT(read == rows);
}

TEST(Xlsx, ReadsWhatItWrites) {
  const auto path = scratch("roundtrip");
  XlsxWriter out(path.string(), "供需");
  out.row({"名称", "说明"}, true);
  out.row({"海尔", "=cmd|'/C calc'!A0"});
  out.row({"", "第二列"});
  ASSERT_TRUE(out.finish());
  EXPECT_EQ(xlsx(path).first, (Rows{{"名称", "说明"}, {"海尔", "=cmd|'/C calc'!A0"}, {"", "第二列"}}));
}

TEST(Xlsx, RefusesWhatIsHostile) {
  const auto path = scratch("hostile");
  const std::string head = "<worksheet><sheetData>";
  const std::string row = R"(<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>)";
  const std::string bomb(64u << 20, ' ');
  const struct { const char* name; std::vector<std::pair<std::string, std::string>> parts; const char* key; } rows[] = {
      {"no workbook", {{"x", "y"}}, "xlsx.damaged"},
      {"bomb", workbook(head + row + bomb), "xlsx.too_large"},
      {"external entity", workbook("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + head + "&x;"), "xlsx.damaged"},
      {"cut off", workbook(head + row), "xlsx.damaged"},
      {"deep", workbook(std::string(100'000 * 3, '<')), "xlsx.damaged"},
      {"way out of the folder", {{"../../x", "y"}}, "xlsx.bad_name"},
      {"absolute", {{"/etc/x", "y"}}, "xlsx.bad_name"},
      {"same name twice", {{"a", "1"}, {"a", "2"}}, "xlsx.twice"},
      {"column XFD999", workbook(head + R"(<row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>)"), "table.too_wide"},
      {"formula error", workbook(head + row + R"(<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row></sheetData></worksheet>)"), "xlsx.error_cell"},
      {"text that is not there", workbook(head + R"(<row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>)"), "xlsx.damaged"},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    write_zip(path, r.parts);
    EXPECT_EQ(xlsx(path, {.unpacked_bytes = 16u << 20}).second, r.key);
  }
  std::ofstream(path) << "PK\x03\x04 not a zip";
  EXPECT_EQ(xlsx(path).second, "xlsx.damaged");
}

TEST(Xlsx, ReadsNumbersAsTheSheetShowsThem) {
  const auto path = scratch("numbers");
  write_zip(path, workbook(R"(<worksheet><sheetData><row><c t="inlineStr"><is><t>n</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row>)"
                           R"(<row><c><v>0.30000000000000004</v></c><c t="b"><v>1</v></c></row><row><c><v>46000</v></c></row></sheetData></worksheet>)"));
  EXPECT_EQ(xlsx(path).first, (Rows{{"n", "b"}, {"0.3", "是"}, {"46000", ""}}));
}

}  // namespace
}  // namespace jiaoji::table
