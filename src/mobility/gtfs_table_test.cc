#include "mobility/gtfs_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/testing.h"
#include "mobility/times.h"

namespace jiaoji::mobility {
namespace {

using Cells = std::vector<std::vector<std::string>>;

std::string quoted(const std::string& cell, bool always) {
  if (!always && cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

RC_GTEST_PROP(Table, ReadsWhateverCellsWereWritten, ()) {
  const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab,\"\n;")));
  const auto rows = *rc::gen::container<Cells>(rc::gen::container<std::vector<std::string>>(3, cell));
  const bool always = *rc::gen::arbitrary<bool>(), last_newline = *rc::gen::arbitrary<bool>();
  const std::string newline = *rc::gen::element<std::string>("\n", "\r\n");
  std::string text = "x,y,z" + newline;
  Cells expected;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i ? "," : "") + quoted(row[i], always);
    text += newline;
    if (row[0].find_first_not_of("\n") != std::string::npos || row[1].find_first_not_of("\n") != std::string::npos || row[2].find_first_not_of("\n") != std::string::npos) expected.push_back(row);
  }
  if (!last_newline) text.resize(text.size() - newline.size());
  Notices notices;
  Table table("x.txt", text, "x! y! z!", notices);
  RC_ASSERT(table.usable());
  Cells read;
  const Column columns[] = {table.column("x"), table.column("y"), table.column("z")};
  while (table.next()) {
    RC_ASSERT(!table.faulty());
    auto& row = read.emplace_back();
    for (const auto column : columns) row.emplace_back(table.at(column).value);  // with its blanks
  }
  RC_ASSERT(read == expected);
}

TEST(Table, TimesGoTillAWeekAndNoFurther) {
  const struct { const char* cell; Seconds time; const char* key; } rows[] = {
      {"47:59:59", 172'799, ""}, {"00:00:00", 0, ""}, {"168:00:00", kDaySeconds * 7, ""}, {"168:00:01", kNone, "gtfs.time"}, {"8:05:00", 29'100, ""}, {"08:05:60", kNone, "gtfs.time"}, {"25:61:00", kNone, "gtfs.time"},
      {"0a:00:00", kNone, "gtfs.time"}, {"08:05:0x", kNone, "gtfs.time"}, {"-8:05:00", kNone, "gtfs.time"}, {"", kNone, ""}, {" 08:05:00", 29'100, "gtfs.blanks_around"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.cell);
    Notices notices;
    Table table("x.txt", std::string("t,u\n") + row.cell + ",1\n", "t! u", notices);
    ASSERT_TRUE(table.next());
    EXPECT_EQ(table.time(table.column("t")), row.time);
    EXPECT_EQ(notices.kept.empty() ? "" : notices.kept[0].key, row.key);
  }
}

// The rows of stop_times.txt in any order give the same trips.
RC_GTEST_PROP(Gtfs, TheOrderOfRowsDoesNotMatter, ()) {
  const auto good = good_tables();
  std::vector<std::string> lines;
  const auto& text = good.at("stop_times.txt");
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) lines.push_back(text.substr(at, text.find('\n', at) + 1 - at));
  const auto heading = lines[0];
  lines.erase(lines.begin());
  for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[*rc::gen::inRange<std::size_t>(0, i)]);
  std::string shuffled = heading;
  for (const auto& line : lines) shuffled += line;
  const auto read = read_all(feed_of({{"stop_times.txt", shuffled}})), expected = read_all(good);
  RC_ASSERT(read.errors == 0u);
  for (std::size_t t = 0; t < 3; ++t) {
    const auto &a = read.feed.trips[t], &b = expected.feed.trips[t];
    RC_ASSERT(a.id == b.id && a.count == b.count);
    for (std::uint32_t i = 0; i < a.count; ++i) {
      const auto &x = read.feed.stop_times[a.first + i], &y = expected.feed.stop_times[b.first + i];
      RC_ASSERT((x.stop == y.stop && x.arrival == y.arrival && x.departure == y.departure && x.pickup == y.pickup && x.drop_off == y.drop_off));
    }
  }
}

}  // namespace
}  // namespace jiaoji::mobility
