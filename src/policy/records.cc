#include "policy/records.h"

namespace jiaoji::policy {

using store::Row;

Result<FactsRow> find_facts(store::Reader& db, const std::string& party) {
  struct Stored {
    std::string facts;
    FactsRow row;
  };
  TRY(auto found, db.first("SELECT facts, illustrative, version, updated_at FROM firm_facts WHERE party = ?", [&](const Row& r) {
    return Stored{r.string(0), {.party = party, .facts = {}, .illustrative = r.integer(1) != 0, .version = r.integer(2), .updated_at = r.integer(3)}};
  }, {party}));
  if (!found) return FactsRow{.party = party};
  TRY(const auto facts, json::parse(found->facts));
  if (facts.object()) found->row.facts = *facts.object();
  return std::move(found->row);
}

Result<void> put_facts(store::Writer& db, const FactsRow& row) {
  TRY_VOID(db.execute("DELETE FROM firm_facts WHERE party = ?", {row.party}));
  TRY_VOID(db.execute("INSERT INTO firm_facts (party, facts, illustrative, version, updated_at) VALUES (?, ?, ?, ?, ?)",
                      {row.party, json::write(json::Value(row.facts)), std::int64_t{row.illustrative}, row.version, row.updated_at}));
  return {};
}

Result<std::vector<FirmRow>> list_firms(store::Reader& db, const std::string& city) {
  const std::string sql = "SELECT p.id, p.name, p.city, f.facts FROM firm_facts f JOIN party p ON p.id = f.party " + std::string(city.empty() ? "" : "WHERE p.city = ? ") + "ORDER BY p.name, p.id";
  std::vector<store::Cell> parameters;
  if (!city.empty()) parameters.emplace_back(city);
  return db.all(sql, [](const Row& r) { return FirmRow{r.string(0), r.string(1), r.string(2), r.string(3)}; }, parameters);
}

}  // namespace jiaoji::policy
