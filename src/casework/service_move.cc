#include "casework/migrate.h"
#include "casework/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::may;

namespace {

constexpr int kMovedMax = 10'000;  // of one call

}  // namespace

Result<State> Service::state_in_force(store::Reader& db, const CaseRow& row, const Definition& to) {
  TRY(const auto from, reading_of(db, row));
  TRY(const auto state, read_kept_state(row.state, from->procedure));
  return migrate(from->procedure, to.reading->procedure, state);
}

Result<std::vector<Service::Moving>> Service::moving(store::Reader& db, const Actor& actor, const std::string& procedure) {
  TRY(const auto to, read_procedure(db, actor, procedure, 0));
  if (!may(actor, Action::procedure_write, to.row.subject())) return fail(region::refusal(actor, Action::procedure_write));
  TRY(auto rows, cases_of_older_versions(db, procedure, to.row.deployed, kMovedMax));
  std::vector<Moving> out;
  for (auto& row : rows) {
    TRY(const auto cities, cities_of_case(db, row.id));
    if (!may_case(actor, Action::case_read, row, cities)) continue;
    const auto state = state_in_force(db, row, to);
    out.push_back({std::move(row), state ? std::nullopt : std::optional(state.error())});
  }
  return out;
}

Result<std::vector<Service::Moving>> Service::move(store::Writer& db, const Actor& actor, const std::string& procedure) {
  TRY(auto all, moving(db, actor, procedure));
  TRY(const auto to, read_procedure(db, actor, procedure, 0));
  for (auto& [row, why_not] : all) {
    if (why_not) continue;
    TRY(const auto state, state_in_force(db, row, to));
    const auto before = row.procedure_number;
    TRY(row.state, keep(state));
    row.procedure_number = to.row.deployed;
    TRY_VOID(note(db, actor, row, "moved", ""));
    TRY_VOID(db.journal(region::entry_of(actor, "case.moved", row.id, row.city, json::object({{"procedure_number", before}}), json::object({{"procedure_number", row.procedure_number}}))));
  }
  return all;
}

}  // namespace jiaoji::casework
