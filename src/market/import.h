// Imports and exports: tables that offices hold, into listings and parties and back.
//
// A dry run does everything but write. What is taken is taken in one transaction: all good rows or, as asked, nothing when one
// is bad. The same file again changes nothing; a row that changed changes its listing alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "market/service.h"
#include "region/service.h"

namespace jiaoji::market {

enum class TableKind { parties, listings };
std::optional<TableKind> parse_table_kind(std::string_view text);

struct ImportRequest {
  TableKind kind = TableKind::listings;
  std::string program;               // of listings
  Side side = Side::need;
  std::string path;                  // CSV or .xlsx
  bool dry_run = false, all_or_nothing = false;
  std::string import;                // id that the rows remember
};

struct RowFault {
  std::size_t row = 0;               // as the file counts, heading = 1
  std::string column, key;
  Text detail;
};
struct ImportResult {
  static constexpr std::size_t kFaultsMax = 1'000;   // more are counted, not listed
  std::int64_t rows = 0, good = 0, bad = 0, taken = 0, unchanged = 0;
  bool dry_run = false;
  std::vector<RowFault> faults;
};

struct Watch {
  std::function<void(double, Text)> progress = [](double, Text) {};
  std::function<bool()> cancelled = [] { return false; };
};

// Errors: the file cannot be read as a table, a column is unknown or missing, cancelled. Faults of single rows stand in the result.
Result<ImportResult> run_import(store::Database& db, Service& market, region::Service& region, const region::Actor& actor, const ImportRequest& request, const Watch& watch);
json::Value to_json(const ImportResult& result, Language language);

// The heading of a table, and one row as an example (which an import passes over).
struct Template { std::vector<std::string> heading, example; };
Template template_of(const Program* program, Side side, TableKind kind);

// One row of an export, in the columns of the template.
std::vector<std::string> to_cells(const Program& program, const ListingRow& row);
Result<std::vector<std::string>> to_cells(store::Reader& db, const region::Actor& actor, const region::Party& party);  // contact and group as far as the actor sees them

}  // namespace jiaoji::market
