#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/service_evidence.h"
#include "region/records.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::Role;

namespace {

std::unexpected<Error> bad(const char* field, const char* key, const Text& what) { return fail(Code::invalid, key, what, {{field, key, what}}); }
std::unexpected<Error> no_handover() { return fail(Code::not_found, "handover.not_found", {"没有这次移交", "there is no such handover"}); }

bool officer_of(const Actor& actor, const std::string& city) { return actor.system() || (actor.role == Role::officer && actor.city == city); }

json::Value summary(const HandoverRow& row) { return json::object({{"case", row.case_id}, {"from_city", row.from_city}, {"to_city", row.to_city}, {"sha256", row.sha256}, {"state", row.state}, {"paper", row.paper}}); }

// What is sent: the case, those variables and pieces of evidence that go along, and the names of those that do not.
json::Value content_of(const CaseView& view, const Sending& sending) {
  json::Object variables;
  json::Array evidence, withheld, withheld_evidence;
  for (const auto& [name, value] : view.state.variables()) {
    if (std::ranges::find(sending.withheld, name) == sending.withheld.end()) variables.set(name, feel::to_json(value));
    else withheld.emplace_back(name);
  }
  for (const auto& [one, by, at] : view.evidence) {
    if (!sending.evidence || std::ranges::find(*sending.evidence, one.id) != sending.evidence->end()) evidence.push_back(json::object({{"id", one.id}, {"name", one.name}, {"grade", one.grade}, {"sha256", one.sha256}}));
    else withheld_evidence.emplace_back(one.id);
  }
  return json::object({{"number", view.row.number}, {"title", view.row.title}, {"procedure", view.row.procedure}, {"procedure_number", view.row.procedure_number}, {"party", view.row.party}, {"variables", std::move(variables)}, {"withheld", std::move(withheld)}, {"evidence", std::move(evidence)}, {"withheld_evidence", std::move(withheld_evidence)}});
}

}  // namespace

Result<HandoverRow> Papers::hand_over(store::Writer& db, const Actor& actor, const std::string& case_id, const Sending& sending) {
  TRY(auto row, casework_.find_seen(db, actor, case_id));
  if (!officer_of(actor, row.city)) return fail(region::refusal(actor, Action::case_write));
  if (row.closed_at != 0) return fail(Code::conflict, "casework.ended", {"这件事已经办结，不能移交", "the case has ended; it cannot be handed over"});
  TRY_VOID(region::check_place(db, sending.to_city, "", "/to_city"));
  if (sending.to_city == row.city) return bad("/to_city", "handover.same_city", {"这件事已经在这个市办理", "that city handles the case already"});
  TRY_VOID(casework_.not_under_way(db, row));
  TRY(const auto view, casework_.read_case(db, actor, row.id));
  for (const auto& name : sending.withheld) {
    if (!find(view.state.variables(), name)) return bad("/withheld", "handover.unknown", {fmt::format("这件事没有“{}”这一项", name), fmt::format("the case has no \"{}\"", name)});
  }
  for (const auto& id : sending.evidence.value_or(std::vector<std::string>{})) {
    if (std::ranges::none_of(view.evidence, [&](const CaseEvidenceRow& one) { return one.evidence.id == id; })) return bad("/evidence", "handover.unknown_evidence", {fmt::format("这件事没有材料“{}”", id), fmt::format("the case has no evidence \"{}\"", id)});
  }
  // The applicant agrees first; one who cannot sign in has done so on paper.
  TRY(const auto asks, region::signs_in(db, row.party));
  if (asks && !sending.paper.empty()) return bad("/paper", "handover.paper", {"申请人有账号，要由他自己在系统里同意", "the applicant has an account and agrees there"});
  if (!asks && !row.party.empty() && sending.paper.empty()) return bad("/paper", "handover.no_paper", {"申请人没有账号：请写明他的书面同意在哪里（如档案号）", "the applicant has no account: say where the consent on paper is kept"});
  HandoverRow made{.id = new_id(HandoverRow::kIdPrefix, clock_), .case_id = row.id, .from_city = row.city, .to_city = sending.to_city, .reason = sending.reason, .content = json::write(content_of(view, sending)), .sha256 = {}, .state = asks ? "asked" : "sent", .sent_by = actor.account, .sent_at = db.now(), .consented_by = {}, .consented_at = 0, .paper = sending.paper, .answered_by = {}, .answered_at = 0, .answer = {}};
  made.sha256 = store::hash_hex(store::HashKind::sha256, made.content);
  return put(db, actor, row, std::move(made));
}

// Stores what became of a handover: a step of the case, the journal, and who has to do with the case.
Result<HandoverRow> Papers::put(store::Writer& db, const Actor& actor, CaseRow& of, HandoverRow row) {
  TRY_VOID(put_handover(db, row));
  if (row.state == "sent") TRY_VOID(add_case_city(db, of.id, row.to_city));
  if (row.state == "returned" || row.state == "withdrawn") {
    // The other city has no more to do with it, unless it has had a task or the case before.
    TRY(const auto tasks, list_tasks(db, of.id));
    TRY(const auto others, list_handovers(db, of.id));
    const bool had = of.city == row.to_city || std::ranges::any_of(tasks, [&](const TaskRow& one) { return one.city == row.to_city; }) || std::ranges::any_of(others, [&](const HandoverRow& one) { return one.from_city == row.to_city || (one.to_city == row.to_city && one.state == "received"); });
    if (!had) TRY_VOID(drop_case_city(db, of.id, row.to_city));
  }
  TRY_VOID(casework_.note(db, actor, of, "handover_" + row.state, row.to_city));
  TRY_VOID(db.journal(region::entry_of(actor, "handover." + row.state, row.id, actor.role == Role::member ? of.city : actor.city, nullptr, summary(row))));
  return row;
}

Result<Papers::Found> Papers::found(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_handover(db, id));
  if (!row) return no_handover();
  auto of = casework_.find_seen(db, actor, row->case_id);
  if (!of) return no_handover();
  return Found{*std::move(row), *std::move(of)};
}

Result<HandoverRow> Papers::answer(store::Writer& db, const Actor& actor, const std::string& id, Answer answer, const std::string& why) {
  TRY(auto both, found(db, actor, id));
  auto& [row, of] = both;
  const bool asked = answer == Answer::agreed || answer == Answer::refused;
  const bool own = answer == Answer::withdrawn ? officer_of(actor, row.from_city) : asked ? actor.role == Role::member && !of.party.empty() && actor.party == of.party : officer_of(actor, row.to_city);
  if (!own) return asked && actor.role != Role::administrator ? std::unexpected<Error>(fail(Code::forbidden, "handover.consent", {"同不同意，要申请人自己说", "only the applicant can agree or not"})) : fail(region::refusal(actor, Action::case_write));
  const char* const states[] = {"sent", "refused", "received", "returned", "withdrawn"};
  const std::string state = states[static_cast<int>(answer)];
  if (row.state == state) return std::move(row);
  const bool waits = row.state == (asked ? "asked" : "sent") || (answer == Answer::withdrawn && row.state == "asked");
  if (!waits) return fail(Code::conflict, "handover.answered", {"这次移交已经有答复了", "that handover has been answered already"});
  if ((answer == Answer::received || answer == Answer::agreed) && of.closed_at != 0) return fail(Code::conflict, "casework.ended", {"这件事已经办结，不再移交", "the case has ended meanwhile; it is not handed over any more"});
  row.state = state;
  if (answer == Answer::agreed) row.consented_by = actor.account, row.consented_at = db.now();
  else row.answered_by = actor.account, row.answered_at = db.now(), row.answer = why;
  if (answer == Answer::received) {
    TRY_VOID(casework_.give_tasks(db, of, row.to_city));
    of.city = row.to_city;
  }
  return put(db, actor, of, std::move(row));
}

Result<HandoverRow> Papers::read_handover(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto both, found(db, actor, id));
  auto& [row, of] = both;
  // What was sent is for both ends and the applicant: to another office something else may have been withheld.
  const bool end = actor.system() || actor.role == Role::member || officer_of(actor, row.from_city) || (officer_of(actor, row.to_city) && row.went());
  if (!end) row.content.clear();
  if (actor.role != Role::member) return std::move(row);
  // Answers for the office only go along and are not shown to the applicant, who is told so.
  TRY(const auto view, casework_.read_case(db, actor, of.id));
  TRY(const auto unseen, casework_.hidden(db, actor, of, view.reading->procedure));
  TRY(auto content, json::parse(row.content));
  auto* variables = std::get<json::Object>(content.data).find("variables");
  const auto whole = variables && variables->object() ? *variables->object() : json::Object{};
  json::Object shown;
  for (const auto& [name, value] : whole.members) {
    if (!unseen.hides(name)) shown.set(name, value);
  }
  if (shown.members.size() == whole.members.size()) return std::move(row);
  auto& members = std::get<json::Object>(content.data);
  members.set("office_only", static_cast<std::int64_t>(whole.members.size() - shown.members.size()));
  members.set("variables", std::move(shown));
  row.content = json::write(content);
  return std::move(row);
}

Result<std::vector<WaitingHandover>> Papers::waiting(store::Reader& db, const Actor& actor) {
  if (!region::may(actor, Action::case_read)) return fail(region::refusal(actor, Action::case_read));
  if (actor.role == Role::officer) return waiting_handovers(db, "", actor.city);
  if (actor.role == Role::member && !actor.party.empty()) return waiting_handovers(db, actor.party, "");
  return std::vector<WaitingHandover>{};
}

}  // namespace jiaoji::casework
