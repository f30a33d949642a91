// State of a case: where its tokens are, what it waits for, what it knows. A value: written as JSON, read back equal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "casework/procedure.h"
#include "feel/value.h"

namespace jiaoji::casework {

using ItemId = std::uint32_t;  // from 1 up within a case, never used again; 0: none

// The variables of a case, in the order in which they were set. Values are those that survive JSON: a date is its text.
using Variables = std::vector<std::pair<std::string, feel::Value>>;

const feel::Value* find(const Variables& variables, std::string_view name);  // null when there is none
void put(Variables& variables, std::string_view name, feel::Value value);   // replaces or appends

// Something that runs or waits. The first is the case itself.
struct Item {
  enum class Kind : std::uint8_t { scope, task, event, gateway, body, compensation };
  ItemId id = 0;
  ItemId parent = 0;                   // the scope that it runs in, or the body of which it is an instance
  Kind kind = Kind::scope;
  Index node = kNone;                  // of the case itself: none
  Index container = kNone;             // of a scope
  TimeMs since = 0;
  // Of a body: instances in all, begun, ended. Of an instance: its number, from 1, in `begun`.
  std::int32_t count = 0, begun = 0, ended = 0;
  std::vector<Index> pending;          // ad hoc: what is still to run; compensation: what is still to be undone
  std::vector<Index> done;             // of a scope: activities that ended and can be undone, in their order
  bool cancelling = false;             // of a compensation: the transaction is given up after it
  Variables variables;                 // of the case, a called process, an instance
};

// What an item waits for.
struct Wait {
  ItemId id = 0;
  ItemId item = 0;                     // who waits; of a boundary event its activity; of an event subprocess its scope
  Index node = kNone;                  // the event
  std::int32_t definition = 0;         // which of its definitions
  Trigger trigger = Trigger::none;
  std::string name;                    // of a message or signal
  TimeMs due = 0;                      // of a timer
  TimeMs first = 0;                    // of a cycle, see timer.h
  std::int32_t again = 0;
  std::string interval;
  std::string deadline;                // of a timer of working days: the caller's question, see timer.h
  bool held = false;                   // of a condition: it held when last asked
};

// Tokens that arrived and wait for others.
struct Arrived {
  ItemId scope = 0;
  Index node = kNone;
  Index flow = kNone;                  // kNone: those of an activity with a start quantity
  std::int32_t count = 0;
};

struct State {
  enum class Outcome : std::uint8_t { running, completed, terminated, failed };
  Outcome outcome = Outcome::running;
  std::string error;                   // failed: the code that nobody caught
  ItemId last_id = 0;
  Variables left;                      // of a case that has ended: what it knew
  std::vector<Item> items;             // by id
  std::vector<Wait> waits;             // by id
  std::vector<Arrived> arrived;

  const Item* find(ItemId id) const;
  const Wait* find_wait(ItemId id) const;
  bool open() const { return outcome == Outcome::running; }
  const Variables& variables() const { return items.empty() ? left : items.front().variables; }
};

// What a case may hold as JSON: enough for a thousand tasks, and little enough to be read at every step.
inline constexpr std::size_t kStateBytesMax = 2u << 20;
inline constexpr int kStateDepthMax = 60;

json::Value to_json(const State& state);
// As it is kept. Errors: casework.too_large, casework.too_deep, when it could not be read again.
Result<std::string> keep(const State& state);
Result<State> read_kept_state(std::string_view text, const Procedure& procedure);
// Error: casework.state, when it is none of this procedure's.
Result<State> read_state(const json::Value& in, const Procedure& procedure);

json::Value to_json(const Variables& variables);
Variables read_variables(const json::Object& in);

const char* to_string(State::Outcome outcome);

}  // namespace jiaoji::casework
