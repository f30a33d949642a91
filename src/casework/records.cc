#include "casework/records.h"

#include <fmt/format.h>

#include "region/records.h"

namespace jiaoji::casework {

namespace {

using store::done, store::Row;

constexpr std::string_view kProcedure = "SELECT id, program, name, city, visibility, illustrative, deployed, draft, version, created_at, updated_at FROM procedure ";
ProcedureRow to_procedure(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), region::parse_visibility(r.text(4)).value_or(region::Visibility::city), r.integer(5) != 0, r.integer(6), r.integer(7), r.integer(8), r.integer(9), r.integer(10)};
}

constexpr std::string_view kCase = "SELECT c.id, c.number, c.procedure, c.procedure_number, c.family, c.title, c.party, c.city, c.state, c.outcome, c.result, c.due_at, c.due, c.illustrative, c.opened_by, c.opened_at, c.closed_at, c.version FROM cases c ";
CaseRow to_case(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.integer(3), r.string(4), r.string(5), r.string(6), r.string(7), r.string(8), r.string(9), r.string(10), r.integer(11), r.string(12), r.integer(13) != 0, r.string(14), r.integer(15), r.integer(16), r.integer(17)};
}

constexpr std::string_view kTaskColumns = "t.id, t.case_id, t.item, t.node, t.name, t.kind, t.role, t.city, t.party, t.account, t.opened_at, t.due_at, t.due, t.closed_at, t.closed_by, t.how, t.service";
TaskRow to_task(const Row& r) {
  return {r.string(0), r.string(1), r.integer(2), r.string(3), r.string(4), r.string(5), r.string(6), r.string(7), r.string(8), r.string(9), r.integer(10), r.integer(11), r.string(12), r.integer(13), r.string(14), r.string(15), r.string(16)};
}

}  // namespace

// ---- procedures

Result<std::vector<ProcedureRow>> list_procedures(store::Reader& db, const region::Actor& actor, const std::string& program, const std::string& after, int limit) {
  auto [sql, parameters] = region::seen_by(actor, "city");
  sql = std::string(kProcedure) + "WHERE " + sql + " AND id > ?";
  parameters.push_back(after);
  if (!program.empty()) sql += " AND program = ?", parameters.push_back(program);
  sql += " ORDER BY id LIMIT ?";
  parameters.push_back(std::int64_t{limit});
  return db.all(sql, to_procedure, parameters);
}

Result<std::optional<ProcedureRow>> find_procedure(store::Reader& db, const std::string& id) { return db.first(std::string(kProcedure) + "WHERE id = ?", to_procedure, {id}); }

Result<void> insert_procedure(store::Writer& db, const ProcedureRow& p) {
  return done(db.execute("INSERT INTO procedure (id, program, name, city, visibility, illustrative, deployed, draft, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {p.id, p.program, p.name, p.city, to_string(p.visibility), std::int64_t{p.illustrative}, p.deployed, p.draft, p.version, p.created_at, p.updated_at}));
}

Result<void> update_procedure(store::Writer& db, const ProcedureRow& p) {
  TRY(const auto rows, db.execute("UPDATE procedure SET name = ?, visibility = ?, deployed = ?, draft = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
                                  {p.name, to_string(p.visibility), p.deployed, p.draft, p.version, p.updated_at, p.id, p.version - 1}));
  if (rows == 1) return {};
  return fail(Code::stale, "procedure.stale", {"别人刚改过这个流程，请先载入最新内容", "somebody else changed this procedure just now: load it again first"});
}

Result<std::optional<ProcedureVersionRow>> find_procedure_version(store::Reader& db, const std::string& procedure, std::int64_t number) {
  return db.first("SELECT procedure, number, bpmn, author, created_at, deployed_at FROM procedure_version WHERE procedure = ? AND number = ?",
                  [](const Row& r) { return ProcedureVersionRow{r.string(0), r.integer(1), r.string(2), r.string(3), r.integer(4), r.integer(5)}; }, {procedure, number});
}

Result<std::vector<ProcedureVersionRow>> list_procedure_versions(store::Reader& db, const std::string& procedure) {
  return db.all("SELECT procedure, number, author, created_at, deployed_at FROM procedure_version WHERE procedure = ? ORDER BY number DESC LIMIT 200",
                [](const Row& r) { return ProcedureVersionRow{r.string(0), r.integer(1), "", r.string(2), r.integer(3), r.integer(4)}; }, {procedure});
}

Result<void> put_procedure_version(store::Writer& db, const ProcedureVersionRow& v) {
  TRY_VOID(db.execute("DELETE FROM procedure_version WHERE procedure = ? AND number = ? AND deployed_at = 0", {v.procedure, v.number}));
  return done(db.execute("INSERT INTO procedure_version (procedure, number, bpmn, author, created_at, deployed_at) VALUES (?, ?, ?, ?, ?, ?)", {v.procedure, v.number, v.bpmn, v.author, v.created_at, v.deployed_at}));
}

namespace {

constexpr std::string_view kStart = "SELECT procedure, node, definition, kind, name, due_at, first_at, again, every FROM procedure_start ";
StartRow to_start(const Row& r) { return {r.string(0), r.string(1), r.integer(2), r.string(3), r.string(4), r.integer(5), r.integer(6), r.integer(7), r.string(8)}; }

}  // namespace

Result<void> drop_starts(store::Writer& db, const std::string& procedure) { return done(db.execute("DELETE FROM procedure_start WHERE procedure = ?", {procedure})); }

Result<void> put_start(store::Writer& db, const StartRow& s) {
  TRY_VOID(db.execute("DELETE FROM procedure_start WHERE procedure = ? AND node = ? AND definition = ?", {s.procedure, s.node, s.definition}));
  return done(db.execute("INSERT INTO procedure_start (procedure, node, definition, kind, name, due_at, first_at, again, every) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", {s.procedure, s.node, s.definition, s.kind, s.name, s.due_at, s.first_at, s.again, s.every}));
}

Result<std::optional<StartRow>> find_message_start(store::Reader& db, const std::string& procedure, const std::string& name) { return db.first(std::string(kStart) + "WHERE procedure = ? AND kind = 'message' AND name = ? ORDER BY node LIMIT 1", to_start, {procedure, name}); }

Result<std::vector<StartRow>> list_starts(store::Reader& db, const std::string& procedure) { return db.all(std::string(kStart) + "WHERE procedure = ?", to_start, {procedure}); }

Result<std::vector<StartRow>> due_starts(store::Reader& db, TimeMs now, int limit) { return db.all(std::string(kStart) + "WHERE kind = 'timer' AND due_at <= ? ORDER BY due_at LIMIT ?", to_start, {now, std::int64_t{limit}}); }

Result<std::optional<StartRow>> find_start(store::Reader& db, const std::string& procedure, const std::string& node, std::int64_t definition) { return db.first(std::string(kStart) + "WHERE procedure = ? AND node = ? AND definition = ?", to_start, {procedure, node, definition}); }

// ---- cases

Result<std::vector<CaseRow>> list_cases(store::Reader& db, const CaseFilter& filter) {
  std::string sql(kCase);
  std::vector<store::Cell> parameters;
  // Of a city by its own index, which is in order: sorting all its cases took 0.7 s of 200,000.
  const std::string id = filter.city.empty() ? "c.id" : "y.case_id";
  if (!filter.city.empty()) sql += "JOIN case_city y ON y.case_id = c.id AND y.city = ? ", parameters.push_back(filter.city);
  sql += "WHERE 1 = 1";
  if (!filter.after.empty()) sql += " AND " + id + " < ?", parameters.push_back(filter.after);
  if (!filter.party.empty()) sql += " AND c.party = ?", parameters.push_back(filter.party);
  if (!filter.procedure.empty()) sql += " AND c.procedure = ?", parameters.push_back(filter.procedure);
  if (!filter.outcome.empty()) sql += " AND c.outcome = ?", parameters.push_back(filter.outcome);
  if (filter.of_several_cities) sql += " AND c.id IN (SELECT n.case_id FROM case_city n GROUP BY n.case_id HAVING COUNT(*) > 1)";
  if (!filter.text.empty()) sql += " AND (instr(c.title, ?) > 0 OR instr(c.number, ?) > 0)", parameters.push_back(filter.text), parameters.push_back(filter.text);
  sql += " ORDER BY " + id + " DESC LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, to_case, parameters);
}

Result<std::string> stamp_of_cases(store::Reader& db, const std::string& procedure) {
  TRY(const auto stamp, db.first("SELECT COUNT(*), COALESCE(SUM(version), 0) FROM cases WHERE procedure = ?", [](const Row& r) { return fmt::format("{}/{}", r.integer(0), r.integer(1)); }, {procedure}));
  return stamp.value_or("");
}

Result<std::vector<CaseRow>> cases_of_older_versions(store::Reader& db, const std::string& procedure, std::int64_t number, int limit) {
  return db.all(std::string(kCase) + "WHERE c.procedure = ? AND c.procedure_number < ? AND c.closed_at = 0 ORDER BY c.id LIMIT ?", to_case, {procedure, number, std::int64_t{limit}});
}

Result<std::optional<CaseRow>> find_case(store::Reader& db, const std::string& id) { return db.first(std::string(kCase) + (id.starts_with("cas_") ? "WHERE c.id = ?" : "WHERE c.number = ?"), to_case, {id}); }

Result<std::vector<std::string>> cities_of_case(store::Reader& db, const std::string& id) {
  return db.all("SELECT city FROM case_city WHERE case_id = ? ORDER BY city", [](const Row& r) { return r.string(0); }, {id});
}

Result<void> insert_case(store::Writer& db, const CaseRow& c) {
  TRY_VOID(db.execute("INSERT INTO cases (id, number, procedure, procedure_number, family, title, party, city, state, outcome, result, due_at, due, illustrative, opened_by, opened_at, closed_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      {c.id, c.number, c.procedure, c.procedure_number, c.family, c.title, c.party, c.city, c.state, c.outcome, c.result, c.due_at, c.due, std::int64_t{c.illustrative}, c.opened_by, c.opened_at, c.closed_at, c.version}));
  return done(db.execute("INSERT INTO case_city (city, case_id) VALUES (?, ?)", {c.city, c.id}));
}

Result<void> update_case(store::Writer& db, const CaseRow& c) {
  TRY(const auto rows, db.execute("UPDATE cases SET procedure_number = ?, title = ?, city = ?, state = ?, outcome = ?, result = ?, due_at = ?, due = ?, closed_at = ?, version = ? WHERE id = ? AND version = ?",
                                  {c.procedure_number, c.title, c.city, c.state, c.outcome, c.result, c.due_at, c.due, c.closed_at, c.version, c.id, c.version - 1}));
  if (rows == 1) return {};
  return fail(Code::stale, "casework.stale", {"这件事刚有别的变动，请先载入最新内容", "the case changed just now: load it again first"});
}

Result<void> add_case_city(store::Writer& db, const std::string& id, const std::string& city) {
  TRY(const auto there, db.integer("SELECT COUNT(*) FROM case_city WHERE city = ? AND case_id = ?", {city, id}));
  if (there > 0) return {};
  return done(db.execute("INSERT INTO case_city (city, case_id) VALUES (?, ?)", {city, id}));
}

Result<void> drop_case_city(store::Writer& db, const std::string& id, const std::string& city) { return done(db.execute("DELETE FROM case_city WHERE city = ? AND case_id = ?", {city, id})); }

Result<std::int64_t> next_number(store::Writer& db, const std::string& city, std::int64_t year) {
  TRY(const auto rows, db.execute("UPDATE case_counter SET last = last + 1 WHERE city = ? AND year = ?", {city, year}));
  if (rows == 0) TRY_VOID(db.execute("INSERT INTO case_counter (city, year, last) VALUES (?, ?, 1)", {city, year}));
  return db.integer("SELECT last FROM case_counter WHERE city = ? AND year = ?", {city, year});
}

// ---- tasks

Result<std::vector<InboxRow>> list_inbox(store::Reader& db, const TaskFilter& filter) {
  std::string sql = fmt::format("SELECT {}, c.number, c.title, c.procedure, p.name, c.city, c.illustrative, c.due_at FROM task t JOIN cases c ON c.id = t.case_id JOIN procedure p ON p.id = c.procedure WHERE ", kTaskColumns);
  std::vector<store::Cell> parameters;
  sql += filter.open ? "t.closed_at = 0" : "t.closed_at > 0";
  if (filter.role == "coordinator") sql += " AND t.role = 'coordinator'";  // said outright: its index holds only these
  else if (!filter.role.empty()) sql += " AND t.role = ?", parameters.push_back(filter.role);
  for (const auto& [column, value] : {std::pair<const char*, const std::string&>{"t.city", filter.city}, {"t.party", filter.party}, {"t.case_id", filter.case_id}, {"t.kind", filter.kind}}) {
    if (!value.empty()) sql += fmt::format(" AND {} = ?", column), parameters.push_back(value);
  }
  // The cursor is the due date (of closed ones the end) and the id of the last row.
  const auto cut = filter.after.find('/');
  if (cut != std::string::npos) {
    const std::int64_t due = std::strtoll(filter.after.c_str(), nullptr, 10);
    sql += filter.open ? " AND (t.due_at > ? OR (t.due_at = ? AND t.id > ?))" : " AND (t.closed_at < ? OR (t.closed_at = ? AND t.id < ?))";
    parameters.push_back(due), parameters.push_back(due), parameters.push_back(filter.after.substr(cut + 1));
  }
  sql += filter.open ? " ORDER BY t.due_at, t.id LIMIT ?" : " ORDER BY t.closed_at DESC, t.id DESC LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, [](const Row& r) { return InboxRow{to_task(r), r.string(17), r.string(18), r.string(19), r.string(20), r.string(21), r.integer(22) != 0, r.integer(23)}; }, parameters);
}

Result<std::vector<DoneRow>> list_done(store::Reader& db, const std::string& procedure, int limit) {
  return db.all("SELECT t.node, t.opened_at, t.closed_at, c.closed_at FROM cases c JOIN task t ON t.case_id = c.id WHERE c.procedure = ? AND c.illustrative = 0 AND t.how = 'completed' ORDER BY c.closed_at DESC LIMIT ?",
                [](const Row& r) { return DoneRow{r.string(0), r.integer(1), r.integer(2), r.integer(3)}; }, {procedure, std::int64_t{limit}});
}

Result<std::vector<TaskRow>> list_tasks(store::Reader& db, const std::string& case_id) { return db.all(fmt::format("SELECT {0} FROM (SELECT {0} FROM task t WHERE t.case_id = ? ORDER BY t.closed_at > 0, t.item DESC LIMIT 5000) AS t ORDER BY t.opened_at, t.item", kTaskColumns), to_task, {case_id}); }

Result<std::optional<TaskRow>> find_task(store::Reader& db, const std::string& id) { return db.first(fmt::format("SELECT {} FROM task t WHERE t.id = ?", kTaskColumns), to_task, {id}); }

Result<void> insert_task(store::Writer& db, const TaskRow& t) {
  return done(db.execute("INSERT INTO task (id, case_id, item, node, name, kind, role, city, party, account, opened_at, due_at, due, closed_at, closed_by, how, service) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {t.id, t.case_id, t.item, t.node, t.name, t.kind, t.role, t.city, t.party, t.account, t.opened_at, t.due_at, t.due, t.closed_at, t.closed_by, t.how, t.service}));
}

Result<void> set_task_due(store::Writer& db, const std::string& id, TimeMs due_at, const std::string& due) { return done(db.execute("UPDATE task SET due_at = ?, due = ? WHERE id = ?", {due_at, due, id})); }

Result<void> set_task_city(store::Writer& db, const std::string& id, const std::string& city) { return done(db.execute("UPDATE task SET city = ?, account = '' WHERE id = ?", {city, id})); }

Result<void> take_task(store::Writer& db, const std::string& id, const std::string& account) { return done(db.execute("UPDATE task SET account = ? WHERE id = ?", {account, id})); }

Result<void> close_task(store::Writer& db, const std::string& case_id, std::int64_t item, TimeMs at, const std::string& account, const std::string& how) {
  return done(db.execute("UPDATE task SET closed_at = ?, closed_by = ?, how = ? WHERE case_id = ? AND item = ? AND closed_at = 0", {at, account, how, case_id, item}));
}

// ---- what cases wait for

Result<std::vector<TimerRow>> due_timers(store::Reader& db, TimeMs now, int limit) {
  return db.all("SELECT case_id, wait, due_at FROM case_timer WHERE due_at <= ? ORDER BY due_at LIMIT ?", [](const Row& r) { return TimerRow{r.string(0), r.integer(1), r.integer(2)}; }, {now, std::int64_t{limit}});
}

Result<void> put_timer(store::Writer& db, const TimerRow& t) {
  TRY(const auto rows, db.execute("UPDATE case_timer SET due_at = ? WHERE case_id = ? AND wait = ?", {t.due_at, t.case_id, t.wait}));
  if (rows == 1) return {};
  return done(db.execute("INSERT INTO case_timer (case_id, wait, due_at) VALUES (?, ?, ?)", {t.case_id, t.wait, t.due_at}));
}

Result<void> drop_timer(store::Writer& db, const std::string& case_id, std::int64_t wait) { return done(db.execute("DELETE FROM case_timer WHERE case_id = ? AND wait = ?", {case_id, wait})); }

Result<void> put_listener(store::Writer& db, const std::string& case_id, std::int64_t wait, const std::string& kind, const std::string& name) {
  return done(db.execute("INSERT INTO case_listener (case_id, wait, kind, name) VALUES (?, ?, ?, ?)", {case_id, wait, kind, name}));
}

Result<void> drop_listener(store::Writer& db, const std::string& case_id, std::int64_t wait) { return done(db.execute("DELETE FROM case_listener WHERE case_id = ? AND wait = ?", {case_id, wait})); }

Result<std::vector<std::string>> listening_cases(store::Reader& db, const ListenerFilter& filter) {
  std::string sql = "SELECT DISTINCT l.case_id FROM case_listener l JOIN cases c ON c.id = l.case_id WHERE l.kind = ? AND l.name = ?";
  std::vector<store::Cell> parameters{filter.kind, filter.name};
  if (!filter.procedure.empty()) sql += " AND c.procedure = ?", parameters.push_back(filter.procedure);
  if (!filter.family.empty()) sql += " AND c.family = ?", parameters.push_back(filter.family);
  if (!filter.party.empty()) sql += " AND c.party = ?", parameters.push_back(filter.party);
  if (!filter.city.empty()) sql += " AND EXISTS (SELECT 1 FROM case_city y WHERE y.case_id = c.id AND y.city = ?)", parameters.push_back(filter.city);
  sql += " ORDER BY l.case_id LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, [](const Row& r) { return r.string(0); }, parameters);
}

namespace {

constexpr std::string_view kMessage = "SELECT id, name, case_number, family, account, role, city, party, variables, state, received_at, expires_at FROM case_message ";
MessageRow to_message(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), {.account = r.string(4), .name = "", .role = region::parse_role(r.text(5)).value_or(region::Role::member), .city = r.string(6), .party = r.string(7)}, r.string(8), r.string(9), r.integer(10), r.integer(11)};
}

}  // namespace

Result<std::optional<MessageRow>> find_message(store::Reader& db, const std::string& id) { return db.first(std::string(kMessage) + "WHERE id = ?", to_message, {id}); }

Result<void> put_message(store::Writer& db, const MessageRow& m) {
  TRY_VOID(db.execute("DELETE FROM case_message WHERE id = ?", {m.id}));
  return done(db.execute("INSERT INTO case_message (id, name, case_number, family, account, role, city, party, variables, state, received_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", {m.id, m.name, m.case_number, m.family, m.sender.account, std::string(to_string(m.sender.role)), m.sender.city, m.sender.party, m.variables, m.state, m.received_at, m.expires_at}));
}

Result<std::vector<MessageRow>> list_messages(store::Reader& db, const std::string& city, const std::string& state, const std::string& before, int limit) {
  std::string sql(kMessage);
  std::vector<store::Cell> parameters{city};
  sql += "WHERE city = ?";
  if (!state.empty()) sql += " AND state = ?", parameters.push_back(state);
  if (!before.empty()) sql += " AND id < ?", parameters.push_back(before);
  sql += " ORDER BY id DESC LIMIT ?";
  parameters.push_back(std::int64_t{limit});
  return db.all(sql, to_message, parameters);
}

Result<std::vector<MessageRow>> messages_to_expire(store::Reader& db, TimeMs now, int limit) { return db.all(std::string(kMessage) + "WHERE state = 'waiting' AND expires_at <= ? ORDER BY expires_at LIMIT ?", to_message, {now, std::int64_t{limit}}); }

Result<std::vector<MessageRow>> waiting_messages(store::Reader& db, const std::string& name, const CaseRow& row, TimeMs now) {
  return db.all(std::string(kMessage) + "WHERE state = 'waiting' AND name = ? AND expires_at > ? AND (case_number = '' OR case_number = ?) AND (family = ? OR (family = '' AND (role NOT IN ('member', 'officer') OR (role = 'member' AND party = ?) OR (role = 'officer' AND city IN (SELECT y.city FROM case_city y WHERE y.case_id = ?))))) "
                "ORDER BY received_at, id LIMIT 100", to_message, {name, now, row.number, row.family, row.party, row.id});
}

Result<void> insert_step(store::Writer& db, const StepRow& s) {
  return done(db.execute("INSERT INTO case_step (case_id, number, at, account, event, element, moves) VALUES (?, ?, ?, ?, ?, ?, ?)", {s.case_id, s.number, s.at, s.account, s.event, s.element, s.moves}));
}

Result<std::vector<StepRow>> list_steps(store::Reader& db, const std::string& case_id) {
  return db.all("SELECT * FROM (SELECT case_id, number, at, account, event, element, moves FROM case_step WHERE case_id = ? ORDER BY number DESC LIMIT 5000) AS newest ORDER BY number",
                [](const Row& r) { return StepRow{r.string(0), r.integer(1), r.integer(2), r.string(3), r.string(4), r.string(5), r.string(6)}; }, {case_id});
}

}  // namespace jiaoji::casework
