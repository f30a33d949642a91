// One step of a case: advance(procedure, state, event, now) → (state, effects). Pure: no clock, no disk; what it cannot know itself comes in
// as a callable. On an error the case stands where it stood.
//
// Tokens move breadth first, in the order in which they were made, so that the same events give the same state. Inclusive joins decide by
// what can still reach them (BPMN 2.0.2, table 13.3), never by counting.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "casework/procedure.h"
#include "casework/state.h"
#include "casework/timer.h"

namespace jiaoji::casework {

inline constexpr int kMovesMax = 10'000;      // of one step: an endless loop without a wait ends here
inline constexpr int kInstancesMax = 1'000;   // of one multi-instance activity
inline constexpr std::size_t kItemsMax = 20'000;

// How a message is called that is for those only who have its key; without one, by its name alone.
std::string message_name(const std::string& name, const std::string& key);

struct Event {
  enum class Kind : std::uint8_t { start, complete, fail, timer, message, signal, set };
  Kind kind = Kind::start;
  Index container = kNone;   // start: the process
  Index node = kNone;        // start: the event that starts it; kNone: its plain start
  ItemId item = 0;           // complete, fail: the task; timer: the wait
  std::string name;          // message, signal; fail: the error's code
  Variables variables;
};

// What happened, for the journal and the diagram; in its order.
struct Move {
  enum class What : std::uint8_t { entered, left, began, did, cancelled, flow, caught };  // began, did: one instance of several
  What what = What::entered;
  ItemId item = 0;           // of a flow: none
  Index at = kNone;          // the node; of a flow, the flow
};
struct Thrown {
  Trigger trigger = Trigger::message;  // or signal
  std::string name;
  Index node = kNone;
  Variables variables;
};
struct Effects {
  std::vector<Move> moves;
  std::vector<ItemId> opened;          // tasks that wait for somebody now
  std::vector<Thrown> thrown;          // for other cases; within this one they were heard already
  bool heard = false;                  // a message or signal found somebody
};

// What the step cannot know.
struct Surroundings {
  // The value of a business rule task's decision.
  std::function<Result<feel::Value>(const std::string& decision, const Variables& variables)> decide;
  // When so many working days from `now` are over.
  std::function<Result<Due>(std::int64_t workdays, TimeMs now)> workdays;
};

struct Advanced {
  State state;
  Effects effects;
};
// Errors: casework.no_task (completed already, or never there), casework.no_wait, casework.ended, casework.no_start, casework.no_path,
// casework.condition, casework.expression, casework.timer, casework.instances, casework.script, casework.decision, casework.endless.
Result<Advanced> advance(const Procedure& procedure, State state, const Event& event, TimeMs now, const Surroundings& surroundings = {});

// When the timer of a start event is due that nothing has started yet. Errors: casework.timer, casework.expression.
Result<Due> start_due(const Procedure& procedure, Index node, std::int32_t definition, TimeMs now, const Surroundings& surroundings);

// The joins whose tokens wait for others that can never come: a mistake of the procedure's. Empty while anything can still happen.
std::vector<Index> stuck_at(const State& state);

}  // namespace jiaoji::casework
