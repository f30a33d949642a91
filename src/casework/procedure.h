// Procedure: 办事流程. A BPMN 2.0 file (ISO/IEC 19510), read and checked once, run many times.
//
// What this engine does not execute is a Problem with its element, never skipped: a procedure with problems can be drawn and kept, not
// deployed. Expressions are FEEL. Elements are found by index; an index is an element's place in its vector.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "casework/deadline.h"
#include "feel/parser.h"
#include "feel/value.h"

namespace jiaoji::casework {

inline constexpr std::size_t kProcedureBytesMax = 4u << 20;
inline constexpr std::size_t kElementsMax = 5'000;
inline constexpr int kSubprocessDepthMax = 20;
inline constexpr std::string_view kBpmnNamespace = "http://www.omg.org/spec/BPMN/20100524/MODEL";
inline constexpr std::string_view kOwnNamespace = "https://jiaoji.dev/bpmn";  // roles, cities, forms, decisions of tasks

using Index = std::int32_t;
inline constexpr Index kNone = -1;

// A FEEL expression and the variables that it speaks of, in the order of its slots.
struct Formula {
  std::string source;
  std::vector<std::string> variables;
  feel::Expression expression;
};
using FormulaPointer = std::shared_ptr<const Formula>;
// Names that nothing declares are variables of the case. Errors: as feel::parse_expression.
Result<FormulaPointer> compile(std::string_view source);

enum class Kind : std::uint8_t { start, end, catching, throwing, boundary, task, exclusive, parallel, inclusive, event_based, complex, subprocess, call };
enum class Task : std::uint8_t { none, manual, user, service, send, receive, script, business_rule };
enum class Trigger : std::uint8_t { none, timer, message, signal, error, escalation, condition, link, cancel, compensation, terminate };

struct Timer {
  enum class Kind : std::uint8_t { date, duration, cycle };
  Kind kind = Kind::duration;
  std::string text;         // ISO 8601: "2026-10-10T09:00:00+08:00", "P3D", "R3/PT10M"; or
  FormulaPointer formula;   // FEEL that gives it; with `workdays` a number
  bool workdays = false;    // "5 workdays", "5个工作日"
};

// What an event throws or waits for. `name`: of the message, signal or link; the code of the error or escalation, empty for any; the
// activity to be compensated, empty for all.
struct EventDefinition {
  Trigger trigger = Trigger::none;
  std::string name;
  FormulaPointer key;       // of a message: with its name it tells whom it is for
  Timer timer;
  FormulaPointer condition;
  bool awaited = true;      // of a compensation: what throws it goes on when all is undone
};

struct Loop {
  enum class Kind : std::uint8_t { none, standard, sequential, parallel };
  enum class Behavior : std::uint8_t { all, none, one };
  Kind kind = Kind::none;
  FormulaPointer condition;                 // standard: while it holds; else: done when it holds
  bool test_before = false;
  std::int32_t maximum = 0;                 // 0: none
  FormulaPointer cardinality;
  std::string collection, item;             // one instance for each element of the list `collection`, which it finds as `item`
  std::string output, output_item;          // where the instances' `output_item` are gathered
  Behavior behavior = Behavior::all;        // when the event is thrown: none: at each end; one: at the first
  Index event = kNone;                      // of Procedure::definitions
};

// What a person is asked, when a case is opened or a task is done. `type`: text, number, yes_no, date, choice.
struct FormField {
  std::string name, label, type = "text";
  std::vector<std::string> options;         // of a choice
  bool required = false;
  bool office_only = false;                 // not shown to the applicant
};
inline constexpr std::size_t kFormFieldsMax = 100;

struct Node {
  std::string id, name, documentation;
  Kind kind = Kind::task;
  Task task = Task::none;
  Index container = 0;                      // where it stands
  Index body = kNone;                       // of a subprocess or call: the container that it runs
  std::vector<Index> incoming, outgoing;    // flows
  Index default_flow = kNone;
  Index attached_to = kNone;                // of a boundary event
  std::vector<Index> boundaries;            // of an activity
  bool interrupting = true;
  bool parallel_multiple = false;           // a catching event that waits for all its definitions
  bool by_event = false;                    // an event subprocess
  bool transaction = false, ad_hoc = false, ad_hoc_sequential = false;
  bool cancels_rest = true;                 // of an ad hoc subprocess that is over by its condition
  bool instantiates = false;                // a receive task or event gateway that starts the process
  bool for_compensation = false;
  Index compensation = kNone;               // of an activity: what undoes it
  int start_quantity = 1, completion_quantity = 1;
  std::vector<EventDefinition> definitions;
  Loop loop;
  FormulaPointer script;                    // also the activation condition of a complex gateway, the completion condition of an ad hoc subprocess
  std::string result;                       // the variable that takes a script's or decision's value; empty: a context's entries
  std::string decision;                     // "model#decision" of a business rule task
  std::string message;                      // of a send or receive task
  FormulaPointer key;
  std::string service;                      // of a service task: who is called
  std::string role, city;                   // of a user task; of its lane where the task says nothing. A city may be "=variable"
  std::vector<FormField> form;
  std::optional<Rule> due;                  // of a task that waits
  std::optional<double> effort_hours;       // what somebody is busy with it, for simulations
  std::string suspends;                     // why clocks stand still while the task is open (补正, 听证); empty: they run on
  // Of an inclusive join, for each incoming flow: the nodes from which it can be reached without passing the join (bit by node).
  std::vector<std::vector<bool>> upstream;
  std::size_t line = 0;
};

struct Flow {
  std::string id, name;
  Index from = kNone, to = kNone;
  FormulaPointer condition;
  std::optional<double> share;              // how often it is taken, 0–1, for simulations
};

// A process or the inside of a subprocess.
struct Container {
  Index node = kNone;                       // the subprocess; kNone of a process
  std::string id, name, city;               // city: that of the participant whose process it is
  std::optional<Rule> due;                  // of a process: when the whole case is due
  std::vector<FormField> form;              // what its opening asks
  bool executable = true;
  bool global_task = false;                 // holds one task, for call activities
  std::vector<Index> nodes;
  std::vector<Index> starts;                // where it begins: start events without a trigger; without any, what no flow leads to
  std::vector<Index> event_subprocesses;
};

struct Procedure {
  std::string id, name, ns;                 // of the definitions
  std::vector<Node> nodes;
  std::vector<Flow> flows;
  std::vector<Container> containers;
  std::vector<EventDefinition> definitions; // that stand outside of any process

  Index find_node(std::string_view id) const;
  Index find_process(std::string_view id) const;  // its container
};

struct Problem {
  std::string element;                      // its id; empty: the file
  std::size_t line = 0;
  std::string key;                          // procedure.unsupported, or what is wrong: procedure.…
  Text text;
};
struct Reading {
  Procedure procedure;
  std::vector<Problem> problems;            // none: it can be deployed
};
// Errors, with line and column: procedure.xml, .too_large, .not_utf8, .doctype, .namespace, .element, .too_many, .deep.
Result<Reading> read_procedure(std::string_view bpmn);

const char* to_string(Kind kind);
const char* to_string(Task task);
const char* to_string(Trigger trigger);

}  // namespace jiaoji::casework
