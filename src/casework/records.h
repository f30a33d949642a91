// Rows of procedures, cases, tasks and what they wait for. The only SQL of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "region/permissions.h"
#include "store/database.h"

namespace jiaoji::casework {

// `deployed` and `draft` are numbers of versions; 0: none.
struct ProcedureRow {
  static constexpr const char* kIdPrefix = "prc";
  std::string id, program, name, city;
  region::Visibility visibility = region::Visibility::region;
  bool illustrative = false;
  std::int64_t deployed = 0, draft = 0;
  std::int64_t version = 1;  // of the row, for If-Match
  TimeMs created_at = 0, updated_at = 0;
  region::Subject subject() const { return {city, "", visibility}; }
};
struct ProcedureVersionRow {
  std::string procedure;
  std::int64_t number = 0;
  std::string bpmn, author;
  TimeMs created_at = 0, deployed_at = 0;  // 0: a draft
};

Result<std::vector<ProcedureRow>> list_procedures(store::Reader& db, const region::Actor& actor, const std::string& program, const std::string& after, int limit);  // those that the actor sees, by id
Result<std::optional<ProcedureRow>> find_procedure(store::Reader& db, const std::string& id);
Result<void> insert_procedure(store::Writer& db, const ProcedureRow& row);
Result<void> update_procedure(store::Writer& db, const ProcedureRow& row);  // `stale` when the stored version is not one less
Result<std::optional<ProcedureVersionRow>> find_procedure_version(store::Reader& db, const std::string& procedure, std::int64_t number);
Result<std::vector<ProcedureVersionRow>> list_procedure_versions(store::Reader& db, const std::string& procedure);  // the newest first, without their texts
Result<void> put_procedure_version(store::Writer& db, const ProcedureVersionRow& row);                              // inserts, or replaces a draft

// A start event of the version in force: of a message by its name, or of a timer. `due_at` to `every`: as casework/timer.h has them.
struct StartRow {
  std::string procedure, node;
  std::int64_t definition = 0;
  std::string kind, name;               // kind: message, timer; name: the message's, or what the timer says
  TimeMs due_at = 0, first_at = 0;
  std::int64_t again = 0;
  std::string every;
};
Result<void> drop_starts(store::Writer& db, const std::string& procedure);
Result<void> put_start(store::Writer& db, const StartRow& row);  // inserts, or replaces
Result<std::optional<StartRow>> find_message_start(store::Reader& db, const std::string& procedure, const std::string& name);
Result<std::vector<StartRow>> list_starts(store::Reader& db, const std::string& procedure);
Result<std::vector<StartRow>> due_starts(store::Reader& db, TimeMs now, int limit);
Result<std::optional<StartRow>> find_start(store::Reader& db, const std::string& procedure, const std::string& node, std::int64_t definition);

inline constexpr TimeMs kNoDue = 253'402'300'799'000;  // the end of 9999: sorts behind every date

struct CaseRow {
  static constexpr const char* kIdPrefix = "cas";
  std::string id, number, procedure;
  std::int64_t procedure_number = 0;
  std::string family;                   // id of the case that was opened by hand; its own, or that of the case whose message began it
  std::string title, party, city, state, outcome;
  std::string result;                   // name of the end that was reached last, such as 办结：不予登记
  TimeMs due_at = 0;                    // kNoDue when it has none, or its clock stands still
  std::string due;                      // the kept question
  bool illustrative = false;
  std::string opened_by;
  TimeMs opened_at = 0, closed_at = 0;  // 0: open
  std::int64_t version = 1;
};
struct CaseFilter {
  std::string city, party, procedure, outcome, text, after;
  bool of_several_cities = false;
  int limit = 50;
};
// Those of a city, of a party, or all; the newest first.
Result<std::vector<CaseRow>> list_cases(store::Reader& db, const CaseFilter& filter);
Result<std::string> stamp_of_cases(store::Reader& db, const std::string& procedure);  // another one when any of them has changed
// The running cases of versions before `number`, the oldest first.
Result<std::vector<CaseRow>> cases_of_older_versions(store::Reader& db, const std::string& procedure, std::int64_t number, int limit);
Result<std::optional<CaseRow>> find_case(store::Reader& db, const std::string& id_or_number);
Result<std::vector<std::string>> cities_of_case(store::Reader& db, const std::string& id);
Result<void> insert_case(store::Writer& db, const CaseRow& row);
Result<void> update_case(store::Writer& db, const CaseRow& row);  // `stale` when the stored version is not one less
Result<void> add_case_city(store::Writer& db, const std::string& id, const std::string& city);
Result<void> drop_case_city(store::Writer& db, const std::string& id, const std::string& city);
// The next of the city's numbers of the year, from 1.
Result<std::int64_t> next_number(store::Writer& db, const std::string& city, std::int64_t year);

struct TaskRow {
  static constexpr const char* kIdPrefix = "tsk";
  std::string id, case_id;
  std::int64_t item = 0;
  std::string node, name, kind;         // kind: user, service
  std::string role, city, party;        // who may do it: officers of `city`, members of `party`, or coordinators
  std::string account;                  // who took it on; "" nobody
  TimeMs opened_at = 0, due_at = 0;     // due_at: kNoDue when it has none
  std::string due;                      // the kept question
  TimeMs closed_at = 0;
  std::string closed_by, how;           // completed, failed, cancelled
  std::string service;                  // whom a service task calls
};
struct TaskFilter {
  std::string role, city, party, case_id, kind, after;
  bool open = true;
  int limit = 50;
};
struct InboxRow {
  TaskRow task;
  std::string number, title, procedure, procedure_name, case_city;
  bool illustrative = false;            // of the case
  TimeMs case_due_at = 0;
};
// What is due first comes first; of closed ones, what ended last.
Result<std::vector<InboxRow>> list_inbox(store::Reader& db, const TaskFilter& filter);
// Completed tasks of the procedure's cases, those of the cases closed last first, of open ones last.
struct DoneRow {
  std::string node;
  TimeMs opened_at = 0, closed_at = 0;
  TimeMs case_closed_at = 0;            // 0: open
};
Result<std::vector<DoneRow>> list_done(store::Reader& db, const std::string& procedure, int limit);
Result<std::vector<TaskRow>> list_tasks(store::Reader& db, const std::string& case_id);  // in their order; of more than 5,000 the open and the newest
Result<std::optional<TaskRow>> find_task(store::Reader& db, const std::string& id);
Result<void> insert_task(store::Writer& db, const TaskRow& row);
Result<void> set_task_due(store::Writer& db, const std::string& id, TimeMs due_at, const std::string& due);
Result<void> set_task_city(store::Writer& db, const std::string& id, const std::string& city);
Result<void> take_task(store::Writer& db, const std::string& id, const std::string& account);
Result<void> close_task(store::Writer& db, const std::string& case_id, std::int64_t item, TimeMs at, const std::string& account, const std::string& how);

struct TimerRow {
  std::string case_id;
  std::int64_t wait = 0;
  TimeMs due_at = 0;
};
Result<std::vector<TimerRow>> due_timers(store::Reader& db, TimeMs now, int limit);
Result<void> put_timer(store::Writer& db, const TimerRow& row);
Result<void> drop_timer(store::Writer& db, const std::string& case_id, std::int64_t wait);
Result<void> put_listener(store::Writer& db, const std::string& case_id, std::int64_t wait, const std::string& kind, const std::string& name);
Result<void> drop_listener(store::Writer& db, const std::string& case_id, std::int64_t wait);
// The oldest first; of one procedure and one family, where given.
struct ListenerFilter {
  std::string kind, name, procedure, family, party, city;
  int limit = 200;
};
Result<std::vector<std::string>> listening_cases(store::Reader& db, const ListenerFilter& filter);

struct MessageRow {
  std::string id, name, case_number, family;     // family: of the case that sent it; "" from outside
  region::Actor sender;
  std::string variables, state;                  // state: waiting, delivered, expired
  TimeMs received_at = 0, expires_at = 0;
};
Result<std::optional<MessageRow>> find_message(store::Reader& db, const std::string& id);
Result<void> put_message(store::Writer& db, const MessageRow& row);  // inserts, or replaces
Result<std::vector<MessageRow>> list_messages(store::Reader& db, const std::string& city, const std::string& state, const std::string& before, int limit);  // the newest first
Result<std::vector<MessageRow>> messages_to_expire(store::Reader& db, TimeMs now, int limit);
Result<std::vector<MessageRow>> waiting_messages(store::Reader& db, const std::string& name, const CaseRow& row, TimeMs now);  // that may be for the case, the oldest first

struct StepRow {
  std::string case_id;
  std::int64_t number = 0;
  TimeMs at = 0;
  std::string account, event, element, moves;
};
Result<void> insert_step(store::Writer& db, const StepRow& row);
Result<std::vector<StepRow>> list_steps(store::Reader& db, const std::string& case_id);  // in their order; the newest 5,000

}  // namespace jiaoji::casework
