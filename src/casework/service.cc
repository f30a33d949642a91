#include "casework/service.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/form.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::may;

namespace {

std::unexpected<Error> no_procedure() { return fail(Code::not_found, "procedure.not_found", {"没有这个流程", "there is no such procedure"}); }
std::unexpected<Error> no_task() { return fail(Code::not_found, "casework.task_not_found", {"没有这项任务", "there is no such task"}); }
std::unexpected<Error> no_case() { return fail(Code::not_found, "casework.not_found", {"没有这件事", "there is no such case"}); }

json::Value summary(const ProcedureRow& row) {
  return json::object({{"program", row.program}, {"name", row.name}, {"city", row.city}, {"visibility", to_string(row.visibility)}, {"deployed", row.deployed}, {"draft", row.draft}, {"version", row.version}});
}

Result<ProcedureRow> find_writable(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_procedure(db, id));
  if (!row || !may(actor, Action::procedure_read, row->subject())) return no_procedure();
  if (!may(actor, Action::procedure_write, row->subject())) return fail(region::refusal(actor, Action::procedure_write));
  return *std::move(row);
}

Error with_places(const Reading& reading) {
  Error error{Code::invalid, "procedure.problems", {fmt::format("有 {} 处问题，不能部署", reading.problems.size()), fmt::format("{} problems; it cannot be deployed", reading.problems.size())}, {}};
  for (const auto& one : reading.problems) error.where.push_back({fmt::format("line {} {}", one.line, one.element), one.key, one.text});
  return error;
}

}  // namespace

// ---- procedures

std::shared_ptr<const Reading> Service::kept_reading(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = kept_.find(key);
  if (known == kept_.end()) return nullptr;
  used_.splice(used_.begin(), used_, known->second);
  return known->second->second;
}

std::shared_ptr<const Reading> Service::keep_reading(const std::string& key, std::shared_ptr<const Reading> reading) {
  const std::lock_guard lock(mutex_);
  if (kept_.contains(key)) return reading;
  used_.emplace_front(key, reading);
  kept_[key] = used_.begin();
  if (used_.size() > kReadingsMax) {
    kept_.erase(used_.back().first);
    used_.pop_back();
  }
  return reading;
}

namespace {

// A deployed version never changes; a draft is another text whenever it is saved.
std::string key_of(const std::string& procedure, std::int64_t number) { return fmt::format("{}/{}", procedure, number); }

}  // namespace

Result<std::shared_ptr<const Reading>> Service::reading_of(const ProcedureVersionRow& version) {
  const auto key = key_of(version.procedure, version.number);
  if (version.deployed_at != 0) {
    if (auto known = kept_reading(key)) return known;
  }
  TRY(auto reading, casework::read_procedure(version.bpmn));
  auto fresh = std::make_shared<const Reading>(std::move(reading));
  return version.deployed_at == 0 ? fresh : keep_reading(key, std::move(fresh));
}

Result<std::shared_ptr<const Reading>> Service::reading_of(store::Reader& db, const CaseRow& row) {
  if (auto known = kept_reading(key_of(row.procedure, row.procedure_number))) return known;
  TRY(const auto version, find_procedure_version(db, row.procedure, row.procedure_number));
  if (!version) return fail(Code::internal, "casework.no_procedure", {"这件事的流程不见了", "the case's procedure is gone"});
  return reading_of(*version);
}

Result<ProcedureRow> Service::draft(store::Writer& db, const Actor& actor, const Draft& draft) {
  if (!may(actor, Action::procedure_write, {draft.city, "", draft.visibility})) return fail(region::refusal(actor, Action::procedure_write));
  TRY_VOID(region::check_place(db, draft.city, "", "/city"));
  TRY_VOID(casework::read_procedure(draft.bpmn));
  ProcedureRow row{.id = new_id(ProcedureRow::kIdPrefix, clock_), .program = draft.program, .name = draft.name, .city = draft.city, .visibility = draft.visibility, .illustrative = draft.illustrative, .draft = 1, .created_at = db.now(), .updated_at = db.now()};
  TRY_VOID(insert_procedure(db, row));
  TRY_VOID(put_procedure_version(db, {row.id, 1, draft.bpmn, actor.account, db.now(), 0}));
  TRY_VOID(db.journal(region::entry_of(actor, "procedure.drafted", row.id, row.city, nullptr, summary(row))));
  return row;
}

Result<ProcedureRow> Service::change(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const ProcedureChange& change) {
  TRY(const auto found, find_writable(db, actor, id));
  auto row = found;
  if (change.name) row.name = *change.name;
  if (change.visibility) row.visibility = *change.visibility;
  if (change.bpmn) {
    TRY_VOID(casework::read_procedure(*change.bpmn));
    if (row.draft == 0) row.draft = row.deployed + 1;
    TRY_VOID(put_procedure_version(db, {row.id, row.draft, *change.bpmn, actor.account, db.now(), 0}));
  }
  row.version = version + 1;
  row.updated_at = db.now();
  TRY_VOID(update_procedure(db, row));
  TRY_VOID(db.journal(region::entry_of(actor, "procedure.changed", row.id, row.city, summary(found), summary(row))));
  return row;
}

Result<ProcedureRow> Service::deploy(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version) {
  TRY(const auto found, find_writable(db, actor, id));
  auto row = found;
  if (row.draft == 0) return fail(Code::conflict, "procedure.no_draft", {"没有待部署的草稿", "there is no draft to be deployed"});
  TRY(auto text, find_procedure_version(db, id, row.draft));
  if (!text) return no_procedure();
  TRY(const auto reading, reading_of(*text));
  if (!reading->problems.empty()) return fail(with_places(*reading));
  text->deployed_at = db.now();
  TRY_VOID(put_procedure_version(db, *text));
  TRY_VOID(arm_starts(db, id, reading->procedure));
  row.deployed = row.draft;
  row.draft = 0;
  row.version = version + 1;
  row.updated_at = db.now();
  TRY_VOID(update_procedure(db, row));
  TRY_VOID(db.journal(region::entry_of(actor, "procedure.deployed", row.id, row.city, summary(found), summary(row))));
  return row;
}

Result<Definition> Service::read_procedure(store::Reader& db, const Actor& actor, const std::string& id, std::int64_t number) {
  TRY(auto row, find_procedure(db, id));
  if (!row || !may(actor, Action::procedure_read, row->subject())) return no_procedure();
  const bool may_write = may(actor, Action::procedure_write, row->subject());
  if (number == 0) number = row->deployed ? row->deployed : may_write ? row->draft : 0;
  TRY(auto version, find_procedure_version(db, id, number));
  // A draft is nobody's business but its city's.
  if (!version || (version->deployed_at == 0 && !may_write)) return fail(Code::not_found, "procedure.no_version", {"没有这个版本", "there is no such version"});
  TRY(auto reading, reading_of(*version));
  return Definition{*std::move(row), *std::move(version), std::move(reading), may_write};
}

// ---- who may

// A case is its applicant's, and that of every city which has handled it; what more than one city has handled is the region's, too.
bool Service::may_case(const Actor& actor, Action action, const CaseRow& row, const std::vector<std::string>& cities) const {
  const auto visibility = cities.size() > 1 ? region::Visibility::region : region::Visibility::city;
  if (actor.role == region::Role::coordinator || actor.system()) return may(actor, action, {"", "", visibility});
  return std::ranges::any_of(cities, [&](const std::string& city) { return may(actor, action, {city, row.party, visibility}); });
}

Result<CaseRow> Service::find_seen(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_case(db, id));
  if (!row) return no_case();
  TRY(const auto cities, cities_of_case(db, row->id));
  if (may_case(actor, Action::case_read, *row, cities)) return *std::move(row);
  if (actor.role != region::Role::coordinator) return no_case();
  // Of one city's cases the coordinator sees those that have had a task for the coordinator.
  TRY(const auto tasks, list_tasks(db, row->id));
  if (std::ranges::none_of(tasks, [](const TaskRow& one) { return one.role == "coordinator"; })) return no_case();
  return *std::move(row);
}

bool Service::may_do(const Actor& actor, const TaskRow& task) const {
  if (actor.system()) return true;
  if (task.role == "applicant") return actor.role == region::Role::member && !actor.party.empty() && actor.party == task.party;
  if (task.role == "coordinator") return actor.role == region::Role::coordinator;
  return actor.role == region::Role::officer && actor.city == task.city;
}

// ---- cases

Result<Service::OpenTask> Service::open_task(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto task, find_task(db, id));
  if (!task) return no_task();
  auto row = find_seen(db, actor, task->case_id);
  if (!row) return no_task();
  if (!may_do(actor, *task)) return fail(Code::forbidden, "casework.not_yours", task->role == "applicant" ? Text{"这项任务由申请人办理", "this task is for the applicant"} : task->role == "coordinator" ? Text{"这项任务由区域协调员办理", "this task is for the coordinator"} : Text{"这项任务由另一个市的经办人办理", "this task is for officers of another city"});
  if (task->closed_at != 0) return fail(Code::conflict, "casework.no_task", {"这项任务已经办过或已取消", "that task has been completed or cancelled"});
  return OpenTask{*std::move(task), *std::move(row)};
}

namespace {

Result<void> not_taken(const TaskRow& task, const Actor& actor) {
  if (task.account.empty() || task.account == actor.account) return {};
  return fail(Code::conflict, "casework.taken", {"这项任务已由别人领走，可先请他退回", "somebody else has taken that task on; it can be given back first"});
}

}  // namespace

Result<CaseRow> Service::complete(store::Writer& db, const Actor& actor, const std::string& id, const json::Object& answers) {
  TRY(auto open, open_task(db, actor, id));
  auto& [task, row] = open;
  TRY_VOID(not_taken(task, actor));
  TRY(const auto reading, reading_of(db, row));
  const auto at = reading->procedure.find_node(task.node);
  if (at == kNone) return fail(Code::internal, "casework.no_procedure", {"这项任务不在流程里", "the task is not in the procedure"});
  const auto& form = reading->procedure.nodes[static_cast<std::size_t>(at)].form;
  TRY(const auto variables, read_answers(answers, form, "/answers"));
  TRY_VOID(may_set(db, actor, row, reading->procedure, variables, form));
  TRY_VOID(not_under_way(db, row));
  TRY_VOID(step(db, actor, row, {.event = {.kind = Event::Kind::complete, .item = static_cast<ItemId>(task.item), .name = {}, .variables = variables}, .name = "completed", .element = task.node}));
  return std::move(row);
}

Result<CaseRow> Service::fail_task(store::Writer& db, const Actor& actor, const std::string& id, const std::string& code) {
  TRY(auto open, open_task(db, actor, id));
  auto& [task, row] = open;
  TRY_VOID(not_taken(task, actor));
  TRY(const auto reading, reading_of(db, row));
  const auto& procedure = reading->procedure;
  const auto at = procedure.find_node(task.node);
  // An applicant takes only a way that is drawn at the task itself: what is caught further out is the office's.
  const auto catches = [&](Index boundary) { return std::ranges::any_of(procedure.nodes[static_cast<std::size_t>(boundary)].definitions, [&](const EventDefinition& one) { return one.trigger == Trigger::error && one.name == code; }); };
  if (actor.role == region::Role::member && (at == kNone || std::ranges::none_of(procedure.nodes[static_cast<std::size_t>(at)].boundaries, catches))) return fail(Code::forbidden, "casework.not_caught", {fmt::format("这项任务没有“{}”这条路", code), fmt::format("the task has no way for \"{}\"", code)});
  TRY_VOID(step(db, actor, row, {.event = {.kind = Event::Kind::fail, .item = static_cast<ItemId>(task.item), .name = code, .variables = {}}, .name = "failed", .element = task.node}));
  if (row.outcome == to_string(State::Outcome::failed)) return fail(Code::conflict, "casework.not_caught", {fmt::format("流程里没有接住错误“{}”的地方，整件事会因此中止", code), fmt::format("nothing in the procedure catches the error \"{}\": the whole case would break off", code)});
  return std::move(row);
}

Result<TaskRow> Service::take(store::Writer& db, const Actor& actor, const std::string& id) {
  TRY(auto open, open_task(db, actor, id));
  auto& [task, row] = open;
  TRY_VOID(not_taken(task, actor));
  if (task.account == actor.account) return std::move(task);
  task.account = actor.account;
  TRY_VOID(take_task(db, id, task.account));
  TRY_VOID(note(db, actor, row, "taken", task.node));
  TRY_VOID(db.journal(region::entry_of(actor, "task.taken", task.id, row.city, json::object({{"account", ""}}), json::object({{"account", task.account}}))));
  return std::move(task);
}

Result<TaskRow> Service::release(store::Writer& db, const Actor& actor, const std::string& id) {
  TRY(auto open, open_task(db, actor, id));
  auto& [task, row] = open;
  if (task.account.empty()) return std::move(task);
  const auto before = std::exchange(task.account, "");
  TRY_VOID(take_task(db, id, ""));
  TRY_VOID(note(db, actor, row, "released", task.node));
  TRY_VOID(db.journal(region::entry_of(actor, "task.released", task.id, row.city, json::object({{"account", before}}), json::object({{"account", ""}}))));
  return std::move(task);
}

Result<void> Service::note(store::Writer& db, const Actor& actor, CaseRow& row, const std::string& event, const std::string& element) {
  row.version += 1;
  TRY_VOID(update_case(db, row));
  return insert_step(db, {row.id, row.version, db.now(), actor.account, event, element, "[]"});
}

Result<CaseView> Service::read_case(store::Reader& db, const Actor& actor, const std::string& id) {
  CaseView out;
  TRY(out.row, find_seen(db, actor, id));
  TRY(out.cities, cities_of_case(db, out.row.id));
  TRY(out.reading, reading_of(db, out.row));
  TRY(const auto procedure, find_procedure(db, out.row.procedure));
  if (procedure) out.procedure_name = procedure->name;
  TRY(out.state, read_kept_state(out.row.state, out.reading->procedure));
  TRY(out.tasks, list_tasks(db, out.row.id));
  TRY(out.steps, list_steps(db, out.row.id));
  TRY(out.evidence, list_case_evidence(db, out.row.id));
  TRY(out.handovers, list_handovers(db, out.row.id));
  TRY(const auto unseen, hidden(db, actor, out.row, out.reading->procedure));
  out.withheld = unseen.variables;
  const auto is_hidden = [&](const auto& variable) { return unseen.hides(variable.first); };
  for (auto& item : out.state.items) std::erase_if(item.variables, is_hidden);
  std::erase_if(out.state.left, is_hidden);
  std::erase_if(out.evidence, [&](const CaseEvidenceRow& one) { return unseen.hides_evidence(one.evidence.id); });
  // What was asked and did not come about is no business of other offices, nor are the words between the two ends.
  if (actor.role != region::Role::member && !actor.system()) {
    std::erase_if(out.handovers, [&](const HandoverRow& one) { return one.from_city != actor.city && !one.went(); });
    for (auto& one : out.handovers) {
      if (one.from_city != actor.city && one.to_city != actor.city) one.reason.clear(), one.answer.clear(), one.paper.clear();
    }
  }
  return out;
}

Result<std::vector<CaseRow>> Service::cases(store::Reader& db, const Actor& actor, CaseFilter filter) {
  if (!may(actor, Action::case_read)) return fail(region::refusal(actor, Action::case_read));
  if (actor.role == region::Role::member) filter.party = actor.party;
  if (actor.role == region::Role::officer) filter.city = actor.city;
  if (filter.party.empty() && actor.role == region::Role::member) return std::vector<CaseRow>{};
  filter.of_several_cities = actor.role == region::Role::coordinator;
  return list_cases(db, filter);
}

Result<std::vector<InboxRow>> Service::inbox(store::Reader& db, const Actor& actor, TaskFilter filter) {
  if (!may(actor, Action::case_read)) return fail(region::refusal(actor, Action::case_read));
  switch (actor.role) {
    case region::Role::member:
      if (actor.party.empty()) return std::vector<InboxRow>{};
      filter.role = "applicant", filter.party = actor.party;
      break;
    case region::Role::officer: filter.role = "officer", filter.city = actor.city; break;
    case region::Role::coordinator: filter.role = "coordinator"; break;
    default: return std::vector<InboxRow>{};
  }
  return list_inbox(db, filter);
}

Result<MessageRow> Service::send(store::Writer& db, const Actor& actor, const Sent& sent) {
  if (!may(actor, Action::case_write)) return fail(region::refusal(actor, Action::case_write));
  const auto name = message_name(sent.name, sent.key);
  const auto variables = json::write(to_json(sent.variables));
  // Ids are the sender's own: somebody else's message of the same id is another one.
  MessageRow row{.id = actor.account + "/" + sent.id, .name = name, .case_number = sent.case_number, .family = "", .sender = actor, .variables = variables, .state = "waiting", .received_at = db.now(), .expires_at = db.now() + kMessageKeptMs};
  TRY(const auto known, find_message(db, row.id));
  if (known) {
    TRY(const auto meant, sent.case_number.empty() ? Result<std::optional<CaseRow>>(std::nullopt) : find_case(db, sent.case_number));
    const bool same_case = sent.case_number.empty() || known->case_number == sent.case_number || (meant && known->case_number == meant->number);
    if (known->name == name && known->variables == variables && same_case) return *known;
    return fail(Code::conflict, "message.reused", {fmt::format("编号“{}”已用于另一条消息", sent.id), fmt::format("the id \"{}\" was used for another message", sent.id)});
  }
  std::vector<std::string> listening;
  if (!sent.case_number.empty()) {
    TRY(const auto target, find_seen(db, actor, sent.case_number));
    listening = {target.id};
  } else {
    TRY(listening, listening_cases(db, {.kind = "message", .name = name, .procedure = "", .family = "", .party = actor.role == region::Role::member ? actor.party : "", .city = actor.role == region::Role::officer ? actor.city : "", .limit = 1'000}));
  }
  std::optional<Error> refused;
  for (const auto& id : listening) {
    TRY(auto target, find_case(db, id));
    TRY(const auto cities, cities_of_case(db, id));
    if (!target || !may_case(actor, Action::case_write, *target, cities)) continue;
    TRY(const auto reading, reading_of(db, *target));
    if (const auto allowed = may_set(db, actor, *target, reading->procedure, sent.variables, {}); !allowed) {
      refused = allowed.error();
      continue;
    }
    bool heard = false;
    TRY_VOID(step(db, actor, *target, {.event = {.kind = Event::Kind::message, .name = name, .variables = sent.variables}, .name = "message", .element = sent.name}, &heard));
    if (!heard) continue;
    row.state = "delivered", row.case_number = target->number;
    break;
  }
  if (row.state == "waiting" && refused) return fail(*std::move(refused));
  if (row.state == "waiting" && !sent.procedure.empty()) {
    TRY(const auto opened, open_by_message(db, actor, sent.procedure, name, sent.variables));
    if (opened) row.state = "delivered", row.case_number = opened->number;
  }
  TRY_VOID(put_message(db, row));
  TRY_VOID(db.journal(region::entry_of(actor, "message.received", row.id, actor.city, nullptr, json::object({{"name", name}, {"case_number", row.case_number}, {"state", row.state}}))));
  return row;
}

Result<std::vector<MessageRow>> Service::messages(store::Reader& db, const Actor& actor, const std::string& state, const std::string& before, int limit) {
  if (!may(actor, Action::case_write) || actor.role != region::Role::officer) return fail(region::refusal(actor, Action::case_write));
  return list_messages(db, actor.city, state, before, limit);
}

Result<int> Service::expire_messages(store::Database& db) {
  constexpr int kAtOnce = 200;
  std::vector<MessageRow> old;
  TRY_VOID(db.read([&](store::Reader& reader) -> Result<void> {
    TRY(old, messages_to_expire(reader, clock_.now(), kAtOnce));
    return {};
  }));
  if (old.empty()) return 0;
  TRY_VOID(db.write([&](store::Writer& writer) -> Result<void> {
    for (const auto& one : old) {
      TRY(auto found, find_message(writer, one.id));
      if (!found || found->state != "waiting") continue;  // heard meanwhile
      auto& row = *found;
      row.state = "expired";
      TRY_VOID(put_message(writer, row));
      TRY_VOID(writer.journal(region::entry_of(region::system_actor(), "message.expired", row.id, row.sender.city, nullptr, json::object({{"name", row.name}, {"received_at", format_time(row.received_at)}}))));
    }
    return {};
  }));
  return static_cast<int>(old.size());
}

}  // namespace jiaoji::casework
