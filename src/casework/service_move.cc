#include <algorithm>

#include "casework/migrate.h"
#include "casework/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::may;

namespace {

constexpr int kListedMax = 2'000;  // of one call
constexpr int kMovedMax = 500;     // of one call: it is one transaction, and others wait

}  // namespace

Result<Service::InForce> Service::in_force(store::Reader& db, const CaseRow& row, const Definition& to) {
  InForce out;
  TRY(out.from, reading_of(db, row));
  TRY(out.before, read_kept_state(row.state, out.from->procedure));
  TRY(out.after, migrate(out.from->procedure, to.reading->procedure, out.before));
  out.after.number = row.number;  // one that was opened before there were draws has none
  return out;
}

Result<std::vector<Service::Moving>> Service::moving(store::Reader& db, const Actor& actor, const std::string& procedure) {
  TRY(const auto to, read_procedure(db, actor, procedure, 0));
  if (!may(actor, Action::procedure_write, to.row.subject())) return fail(region::refusal(actor, Action::procedure_write));
  TRY(auto rows, cases_of_older_versions(db, procedure, to.row.deployed, kListedMax));
  std::vector<Moving> out;
  for (auto& row : rows) {
    TRY(const auto cities, cities_of_case(db, row.id));
    if (!may_case(actor, Action::case_read, row, cities)) continue;
    const auto moved = in_force(db, row, to);
    const auto why_not = moved ? std::nullopt : std::optional(moved.error());
    out.push_back({std::move(row), why_not, moved ? kept_by_migration(moved->from->procedure, to.reading->procedure, moved->before) : std::vector<Text>{}});
  }
  return out;
}

Result<std::vector<Service::Moving>> Service::move(store::Writer& db, const Actor& actor, const std::string& procedure) {
  TRY(auto all, moving(db, actor, procedure));
  TRY(const auto to, read_procedure(db, actor, procedure, 0));
  // Those that move come first in the answer; the rest is for the next call.
  std::ranges::stable_partition(all, [](const Moving& one) { return !one.why_not; });
  if (all.size() > kMovedMax) all.resize(kMovedMax);
  for (auto& [row, why_not, keeps] : all) {
    if (why_not) continue;
    TRY(auto moved, in_force(db, row, to));
    auto& [from, old, state] = moved;
    // What stood the clocks still may not do so in the new version.
    const auto was = suspended_by(from->procedure, old);
    TRY_VOID(move_timers(to.reading->procedure, was, old, state, db.now()));
    TRY_VOID(move_clocks(db, row, to.reading->procedure, was, state));
    TRY_VOID(write_waits(db, row, old, state));
    const auto before = row.procedure_number;
    TRY(row.state, keep(state));
    row.procedure_number = to.row.deployed;
    TRY_VOID(note(db, actor, row, "moved", ""));
    TRY_VOID(db.journal(region::entry_of(actor, "case.moved", row.id, row.city, json::object({{"procedure_number", before}}), json::object({{"procedure_number", row.procedure_number}}))));
  }
  return all;
}

}  // namespace jiaoji::casework
