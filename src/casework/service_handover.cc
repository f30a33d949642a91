#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/service_evidence.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::Role;

namespace {

std::unexpected<Error> no_handover() { return fail(Code::not_found, "handover.not_found", {"没有这次移交", "there is no such handover"}); }

bool officer_of(const Actor& actor, const std::string& city) { return actor.system() || (actor.role == Role::officer && actor.city == city); }

json::Value summary(const HandoverRow& row) { return json::object({{"case", row.case_id}, {"from_city", row.from_city}, {"to_city", row.to_city}, {"sha256", row.sha256}, {"state", row.state}}); }

std::vector<std::string> names_in(const json::Value& content, std::string_view key) {
  std::vector<std::string> out;
  const auto* found = content.find(key);
  if (!found || !found->array()) return out;
  for (const auto& one : *found->array()) {
    if (one.string()) out.push_back(*one.string());
  }
  return out;
}

}  // namespace

// What a handover withheld is for the city that did so, and for the applicant; for no other office, however the case goes on.
Result<std::vector<std::string>> Service::withheld(store::Reader& db, const Actor& actor, const CaseRow& row) {
  std::vector<std::string> out;
  if (actor.role == Role::member || actor.system()) return out;
  TRY(const auto handovers, list_handovers(db, row.id));
  for (const auto& one : handovers) {
    const auto content = json::parse(one.content);
    if (!content || one.from_city == actor.city) continue;
    for (auto& name : names_in(*content, "withheld")) out.push_back(std::move(name));
  }
  return out;
}

Result<HandoverRow> Papers::hand_over(store::Writer& db, const Actor& actor, const std::string& case_id, const std::string& to_city, const std::string& reason, const std::vector<std::string>& withheld) {
  TRY(const auto row, casework_.find_seen(db, actor, case_id));
  if (!officer_of(actor, row.city)) return fail(region::refusal(actor, Action::case_write));
  if (row.closed_at != 0) return fail(Code::conflict, "casework.ended", {"这件事已经办结，不能移交", "the case has ended; it cannot be handed over"});
  TRY_VOID(region::check_place(db, to_city, "", "/to_city"));
  if (to_city == row.city) return fail(Code::invalid, "handover.same_city", {"这件事已经在这个市办理", "that city handles the case already"});
  TRY(const auto before, list_handovers(db, row.id));
  if (std::ranges::any_of(before, [](const HandoverRow& one) { return one.state == "sent"; })) return fail(Code::conflict, "handover.under_way", {"上一次移交还没有回执", "the last handover has no answer yet"});
  TRY(const auto view, casework_.read_case(db, actor, row.id));
  for (const auto& name : withheld) {
    if (!find(view.state.variables(), name)) return fail(Code::invalid, "handover.unknown", {fmt::format("这件事没有“{}”这一项", name), fmt::format("the case has no \"{}\"", name)}, {{"/withheld", "handover.unknown", {}}});
  }
  json::Object variables;
  json::Array evidence, kept_back;
  for (const auto& [name, value] : view.state.variables()) {
    if (std::ranges::find(withheld, name) == withheld.end()) variables.set(name, feel::to_json(value));
    else kept_back.emplace_back(name);
  }
  for (const auto& one : view.evidence) evidence.push_back(json::object({{"id", one.evidence.id}, {"name", one.evidence.name}, {"grade", one.evidence.grade}, {"sha256", one.evidence.sha256}}));
  HandoverRow made{.id = new_id(HandoverRow::kIdPrefix, clock_), .case_id = row.id, .from_city = row.city, .to_city = to_city, .reason = reason, .content = {}, .sha256 = {}, .state = "sent", .sent_by = actor.account, .sent_at = db.now(), .answered_by = {}, .answered_at = 0, .answer = {}};
  made.content = json::write(json::object({{"number", row.number}, {"title", row.title}, {"procedure", row.procedure}, {"procedure_number", row.procedure_number}, {"party", row.party}, {"variables", std::move(variables)}, {"withheld", std::move(kept_back)}, {"evidence", std::move(evidence)}}));
  made.sha256 = store::hash_hex(store::HashKind::sha256, made.content);
  TRY_VOID(put_handover(db, made));
  TRY_VOID(add_case_city(db, row.id, to_city));
  TRY_VOID(db.journal(region::entry_of(actor, "handover.sent", made.id, row.city, nullptr, summary(made))));
  return made;
}

Result<HandoverRow> Papers::answer(store::Writer& db, const Actor& actor, const std::string& id, bool received, const std::string& why) {
  TRY(auto row, find_handover(db, id));
  if (!row) return no_handover();
  auto found = casework_.find_seen(db, actor, row->case_id);
  if (!found) return no_handover();
  auto of = *std::move(found);
  if (!officer_of(actor, row->to_city)) return fail(region::refusal(actor, Action::case_write));
  const std::string state = received ? "received" : "returned";
  if (row->state == state) return *std::move(row);
  if (row->state != "sent") return fail(Code::conflict, "handover.answered", {"这次移交已经有回执了", "that handover has been answered already"});
  if (received && of.closed_at != 0) return fail(Code::conflict, "casework.ended", {"这件事已经办结，只能退回", "the case has ended meanwhile; it can only be returned"});
  row->state = state, row->answered_by = actor.account, row->answered_at = db.now(), row->answer = why;
  TRY_VOID(put_handover(db, *row));
  if (received) {
    TRY_VOID(casework_.give_tasks(db, of, row->to_city));
    of.city = row->to_city;
    of.version += 1;
    TRY_VOID(update_case(db, of));
    TRY_VOID(insert_step(db, {of.id, of.version, db.now(), actor.account, "handed_over", row->to_city, "[]"}));
  }
  if (!received) {
    // Who sent it back has no more to do with it, unless it has had a task or the case before.
    TRY(const auto tasks, list_tasks(db, of.id));
    TRY(const auto others, list_handovers(db, of.id));
    const bool had = std::ranges::any_of(tasks, [&](const TaskRow& one) { return one.city == row->to_city; }) || std::ranges::any_of(others, [&](const HandoverRow& one) { return one.from_city == row->to_city || (one.to_city == row->to_city && one.state == "received"); });
    if (!had) TRY_VOID(drop_case_city(db, of.id, row->to_city));
  }
  TRY_VOID(db.journal(region::entry_of(actor, "handover." + state, row->id, row->to_city, nullptr, summary(*row))));
  return *std::move(row);
}

}  // namespace jiaoji::casework
