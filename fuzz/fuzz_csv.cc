// read_csv: rows that are read can be written and read again.
#include <cstdlib>

#include "base/table.h"

using jiaoji::table::Row;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::vector<std::vector<std::string>> rows, again;
  const auto take = [](auto& into) {
    return std::pair([&into](const std::vector<std::string>& heading) { return into.push_back(heading), true; }, [&into](Row& row) { return into.push_back(row.cells), true; });
  };
  const auto [heading, row] = take(rows);
  if (!jiaoji::table::read_csv({reinterpret_cast<const char*>(data), size}, {}, heading, row) || rows.empty()) return 0;
  std::string text(jiaoji::table::kByteOrderMark);  // as every export begins
  for (const auto& cells : rows) jiaoji::table::write_csv_row(text, cells);
  const auto [heading_again, row_again] = take(again);
  if (!jiaoji::table::read_csv(text, {.cell_bytes = 1u << 20}, heading_again, row_again)) std::abort();
  rows.erase(rows.begin()), again.erase(again.begin());
  if (rows != again) std::abort();
  return 0;
}
