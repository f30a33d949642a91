// Rows of what is known of firms. The only SQL of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/database.h"

namespace jiaoji::policy {

struct FactsRow {
  std::string party;
  json::Object facts;
  bool illustrative = false;
  std::int64_t version = 0;  // 0: nothing is stored
  TimeMs updated_at = 0;
};
Result<FactsRow> find_facts(store::Reader& db, const std::string& party);
Result<void> put_facts(store::Writer& db, const FactsRow& row);  // inserts, or replaces

// Every firm with facts, by its name; of one city, or of all ("").
struct FirmRow {
  std::string party, name, city, facts;
};
Result<std::vector<FirmRow>> list_firms(store::Reader& db, const std::string& city);

}  // namespace jiaoji::policy
