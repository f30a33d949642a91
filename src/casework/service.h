// Use cases of casework: draft and deploy procedures, open cases, do tasks, send messages, let timers fire. Each asks `may` and writes state,
// tasks, timers, history and journal in the one transaction it is given, so that a crash leaves either all of a step or none.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "casework/advance.h"
#include "casework/deadline_kept.h"
#include "casework/records.h"
#include "casework/records_evidence.h"
#include "casework/simulate.h"
#include "region/api.h"

namespace jiaoji::casework {

inline constexpr TimeMs kMessageKeptMs = 30LL * 86'400'000;  // a message that nobody waits for
inline constexpr int kDeliveriesMax = 200;                   // of one step, case to case

struct Draft {
  std::string program, name, city, bpmn;
  region::Visibility visibility = region::Visibility::region;
  bool illustrative = false;
};
struct ProcedureChange {
  std::optional<std::string> name, bpmn;
  std::optional<region::Visibility> visibility;
};
struct Definition {
  ProcedureRow row;
  ProcedureVersionRow version;
  std::shared_ptr<const Reading> reading;
  bool may_write = false;
};

struct Opening {
  std::string procedure;      // its id
  std::string process;        // when the file has several; "" its first that runs
  std::string node = {};      // the start event that something else than a hand starts
  std::string title, party, city;
  json::Object answers;       // to what the process asks
  std::string family;         // of the case whose message opens it
  bool illustrative = false;
};
struct CaseView {
  CaseRow row;
  std::vector<std::string> cities;
  std::string procedure_name;
  std::shared_ptr<const Reading> reading;
  State state;
  std::vector<TaskRow> tasks;
  std::vector<StepRow> steps;
  std::vector<CaseEvidenceRow> evidence;
  std::vector<HandoverRow> handovers;
  std::vector<std::string> withheld;  // names of variables that the actor's city may not see; their values are gone from `state`
};
// What of a case an actor does not see.
struct Hidden {
  std::vector<std::string> variables, evidence;  // names, ids: withheld when the case was handed over
  std::vector<std::string> office_only;          // names that an applicant does not see, sorted
  struct Only {
    std::vector<std::string> variables, evidence;
  };
  std::optional<Only> only;                      // what the city sees to which the case was sent, before it receives it
  bool hides(const std::string& variable) const;
  bool hides_evidence(const std::string& id) const;
};
struct Sent {
  std::string id;             // the sender's: the same id again changes nothing
  std::string name, key, case_number;
  std::string procedure;      // whose start event it may open a case by, when no case hears it
  Variables variables;
};

// Counts of a procedure's cases; each case once, whatever cities it went through. The values of a field add up to `opened`.
struct Figures {
  struct Counted {
    std::int64_t opened = 0, closed = 0;
    double days = 0;            // working days of the closed ones, in all
    std::map<std::string, std::int64_t> results;  // of the closed ones, by the end that they reached
  };
  struct Field {
    std::string name, label;
    std::map<std::string, Counted> values;  // "": not answered
  };
  std::int64_t opened = 0, closed = 0;
  std::map<std::string, std::int64_t> outcomes, results;
  std::vector<Field> fields;    // choices and yes or no, of any step
};

inline constexpr int kDoneMax = 5'000;  // completed tasks that simulations draw from
// Working hours from opening to end: waiting for somebody is in them.
KnownHours known_hours(const WorkCalendar& calendar, const std::vector<DoneRow>& done);

class Service {
 public:
  Service(const Clock& clock, WorkCalendar calendar) : clock_(clock), calendar_(std::move(calendar)) {}

  const WorkCalendar& calendar() const { return calendar_; }

  // What other folders know. A decision is "program/matter#decision", of the city that handles the case.
  // Of another city's models those only that the city whose procedure asks may see, too.
  using Decide = std::function<Result<feel::Value>(store::Reader&, const std::string& decision, const std::string& city, const std::string& procedure_city, const Variables&)>;
  void know_decisions(Decide decide) { decide_ = std::move(decide); }

  Result<ProcedureRow> draft(store::Writer& db, const region::Actor& actor, const Draft& draft);
  // Errors: `stale`; procedure.… with the place in the file when it cannot be read at all. Problems are for deploy().
  Result<ProcedureRow> change(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version, const ProcedureChange& change);
  // Error: procedure.problems, with a Where for each element.
  Result<ProcedureRow> deploy(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version);
  // Version `number`; 0: the deployed one, or the draft for those who may write. Error: procedure.not_found.
  Result<Definition> read_procedure(store::Reader& db, const region::Actor& actor, const std::string& id, std::int64_t number);

  Result<CaseRow> open(store::Writer& db, const region::Actor& actor, const Opening& opening);
  // Errors: casework.not_found, also for what may not be seen; casework.no_task; casework.not_yours; request.invalid for answers.
  Result<CaseRow> complete(store::Writer& db, const region::Actor& actor, const std::string& task, const json::Object& answers);
  Result<TaskRow> take(store::Writer& db, const region::Actor& actor, const std::string& task);
  // The task failed with the code of an error that the procedure catches. Errors: as complete(); casework.not_caught.
  Result<CaseRow> fail_task(store::Writer& db, const region::Actor& actor, const std::string& task, const std::string& code);
  // Gives a task back, also one that a colleague took.
  Result<TaskRow> release(store::Writer& db, const region::Actor& actor, const std::string& task);
  // What became of it: delivered, waiting, or what it was when its id comes again.
  Result<MessageRow> send(store::Writer& db, const region::Actor& actor, const Sent& sent);
  // Messages of the officer's city: what was heard, what nobody waits for yet, what nobody waited for in time.
  Result<std::vector<MessageRow>> messages(store::Reader& db, const region::Actor& actor, const std::string& state, const std::string& before, int limit);
  Result<int> expire_messages(store::Database& db);
  Result<CaseView> read_case(store::Reader& db, const region::Actor& actor, const std::string& id_or_number);
  // When an open case is likely to end. None for one that has ended, or that hardly ever ends in the simulation.
  struct Likely {
    Forecast forecast;
    bool amber = false;         // nine in ten end after the case's due date
    std::vector<std::pair<TaskRow, ForecastTask>> tasks;
  };
  Result<std::optional<Likely>> likely(store::Reader& db, const region::Actor& actor, const std::string& id_or_number);
  // Why an open task is likely to be late, or to make its case late: of closed cases nine in ten took longer than its term (from five known on),
  // or a fifth of the term is left, or one working day. None: it is in time, has no date, or the date has passed.
  Result<std::optional<Text>> amber(store::Reader& db, const std::string& procedure, const TaskRow& task, TimeMs case_due_at);
  Result<std::vector<CaseRow>> cases(store::Reader& db, const region::Actor& actor, CaseFilter filter);
  // What waits for the actor; what is due first comes first.
  Result<std::vector<InboxRow>> inbox(store::Reader& db, const region::Actor& actor, TaskFilter filter);
  bool may_do(const region::Actor& actor, const TaskRow& task) const;
  // Error: casework.not_found, also for what may not be seen.
  Result<CaseRow> find_seen(store::Reader& db, const region::Actor& actor, const std::string& id_or_number);
  // The officers' open tasks that are for the city which handles the case, and not for one by name, are for `to_city`.
  Result<void> give_tasks(store::Writer& db, const CaseRow& row, const std::string& to_city);
  Result<Hidden> hidden(store::Reader& db, const region::Actor& actor, const CaseRow& row, const Procedure& procedure);
  // Whether a case of the officer's city holds it, and it was not withheld from that city.
  Result<bool> sees_evidence(store::Reader& db, const region::Actor& actor, const std::string& evidence);
  // Error: handover.under_way. What was agreed to and sent does not change on its way.
  Result<void> not_under_way(store::Reader& db, const CaseRow& row);
  // A step of the case's history that moves nothing.
  Result<void> note(store::Writer& db, const region::Actor& actor, CaseRow& row, const std::string& event, const std::string& element);

  // The running cases of older versions, and whether each can move to the one in force; with `apply`, those that can are moved.
  // Error: refusal to all but officers of the procedure's city.
  struct Moving {
    CaseRow row;
    std::optional<Error> why_not;
    std::vector<Text> keeps;    // of its old version, when it moves
  };
  Result<std::vector<Moving>> moving(store::Reader& db, const region::Actor& actor, const std::string& procedure);
  Result<std::vector<Moving>> move(store::Writer& db, const region::Actor& actor, const std::string& procedure);

  // Not of questions whose answers are for the office only.
  Result<std::shared_ptr<const Figures>> figures(store::Reader& db, const region::Actor& actor, const std::string& procedure);

  // Opens the cases that timers of start events are due for; how many.
  Result<int> start_due_cases(store::Database& db, int limit);
  // Fires timers that are due, `limit` at most, in transactions of their own; how many.
  Result<int> fire_due(store::Database& db, int limit);

 private:
  struct Step {
    Event event;
    std::string name, element;  // for the history
  };
  Result<std::shared_ptr<const Reading>> reading_of(const ProcedureVersionRow& version);
  // Of the version that the case runs by; its text is read once.
  Result<std::shared_ptr<const Reading>> reading_of(store::Reader& db, const CaseRow& row);
  std::shared_ptr<const Reading> kept_reading(const std::string& key);
  std::shared_ptr<const Reading> keep_reading(const std::string& key, std::shared_ptr<const Reading> reading);
  // Whether the actor may give these variables beside those of `asked`, the form that is answered: not what the procedure computes or asks in
  // any form, not what was withheld from the city; an applicant, not what the procedure decides on. Errors: casework.withheld, casework.not_asked.
  Result<void> may_set(store::Reader& db, const region::Actor& actor, const CaseRow& row, const Procedure& procedure, const Variables& variables, const std::vector<FormField>& asked);
  struct OpenTask {
    TaskRow task;
    CaseRow row;
  };
  // An open task that the actor may do. Errors: casework.task_not_found, casework.not_yours, casework.no_task.
  Result<OpenTask> open_task(store::Reader& db, const region::Actor& actor, const std::string& task);
  bool may_case(const region::Actor& actor, region::Action action, const CaseRow& row, const std::vector<std::string>& cities) const;
  struct InForce {
    std::shared_ptr<const Reading> from;
    State before, after;
  };
  // The case's state by its version and by the one in force. Error: casework.cannot_move.
  Result<InForce> in_force(store::Reader& db, const CaseRow& row, const Definition& to);
  Result<CaseRow> open_as(store::Writer& db, const region::Actor& actor, const std::string& procedure, std::int64_t number, const Reading& reading, const Opening& opening, Index container, Index node, const Variables& variables);

  // service_open.cc
  Result<void> arm_starts(store::Writer& db, const std::string& procedure, const Procedure& of);
  // The case that the message starts; none when nothing in the procedure waits for it.
  Result<std::optional<CaseRow>> open_by_message(store::Writer& db, const region::Actor& actor, const std::string& procedure, const std::string& name, const Variables& variables);

  // service_step.cc
  // Working days by the calendar, kept as a question that clocks can stop.
  std::function<Result<Due>(std::int64_t, TimeMs)> workdays() const;
  // Advances the case and all that it calls or is called by, in this transaction. Updates `row`. `heard` tells whether a message was.
  Result<void> step(store::Writer& db, const region::Actor& actor, CaseRow& row, const Step& step, bool* heard = nullptr);
  struct Stepped {
    std::vector<Thrown> thrown;
    bool listens = false;       // it waits for a message for which it did not wait before
  };
  Surroundings surroundings_of(store::Reader& db, const CaseRow& row);  // which both must outlive it
  Result<std::optional<Error>> cannot(store::Reader& db, const CaseRow& row, const Event& event);
  Result<Stepped> step_once(store::Writer& db, const region::Actor& actor, CaseRow& row, const Step& step, bool* heard);
  Result<void> deliver(store::Writer& db, const region::Actor& actor, const std::string& from_case, const Thrown& thrown, int& left);
  Result<void> write_waits(store::Writer& db, const CaseRow& row, const State& before, const State& after);
  Result<void> write_tasks(store::Writer& db, const region::Actor& actor, const CaseRow& row, const Procedure& procedure, const State& after, const Effects& effects);
  // Stops or starts the clocks of the case and its open tasks, as the tasks that suspend them open and close.
  // `was`: by what they stood before.
  Result<void> move_clocks(store::Writer& db, CaseRow& row, const Procedure& procedure, const std::string& was, const State& after);
  // Why the clocks of a case stand still: the first of its open tasks that suspends them. Empty: they run.
  static std::string suspended_by(const Procedure& procedure, const State& state);
  // The same of its timers of working days.
  Result<void> move_timers(const Procedure& procedure, const std::string& was, const State& before, State& after, TimeMs at) const;
  Result<TimeMs> reckon(const Question& question) const;  // kNoDue when its clock stands still
  Result<Figures> count(store::Reader& db, const Definition& definition);  // service_figures.cc
  Result<TaskRow> task_of(store::Reader& db, const CaseRow& row, const Procedure& procedure, const State& state, ItemId item);
  Result<void> hear_kept(store::Writer& db, const region::Actor& actor, CaseRow& row, int& left);

  // Working hours that nine in ten took: of the task itself, and of the case from the task's opening on.
  struct Pace {
    double task = 0, rest = 0;
  };
  struct Paces {
    WorkingHours hours;
    std::map<std::string, Pace> known;  // by element; those of which at least five are known
  };
  Result<std::shared_ptr<const Paces>> paces(store::Reader& db, const std::string& procedure);

  const Clock& clock_;
  const WorkCalendar calendar_;
  Decide decide_;
  // Readings of versions, by procedure and number; used last stands first.
  static constexpr std::size_t kReadingsMax = 500;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<const Reading>>> used_;
  std::map<std::string, decltype(used_)::iterator> kept_;
  // By procedure, and since when.
  std::map<std::string, std::pair<TimeMs, std::shared_ptr<const Paces>>> paces_;
  // By procedure and version, and what they were counted from.
  std::map<std::string, std::pair<std::string, std::shared_ptr<const Figures>>> figures_;
};

}  // namespace jiaoji::casework
