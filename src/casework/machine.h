// The inside of advance(): one step at work on its own copy of the state. Nobody else includes this.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "casework/advance.h"
#include "casework/timer.h"

namespace jiaoji::casework {

// What the formulas of one step may do together: steps of FEEL and bytes of text, about a tenth of a second.
inline constexpr std::uint64_t kStepFuel = 1'000'000;
inline constexpr std::uint64_t kStepBytes = 16u << 20;

class Machine {
 public:
  Machine(const Procedure& procedure, State state, TimeMs now, const Surroundings& surroundings) : procedure_(procedure), state_(std::move(state)), now_(now), surroundings_(surroundings) {}

  Result<void> take(const Event& event);
  Result<Due> start_due(Index at, std::int32_t definition);
  Advanced result() && { return {std::move(state_), std::move(effects_)}; }

 private:
  // What is still to do in this step, first come first served.
  struct Job {
    enum class Kind : std::uint8_t { flow, enter, instance, signal, trigger };
    Kind kind = Kind::flow;
    ItemId scope = 0;        // or the body; of a trigger the wait
    Index at = kNone;        // the flow or node
    std::string name;        // of a signal
  };

  // machine.cc: moving
  Result<void> start(const Event& event);
  Result<void> drain();
  Result<void> work(const Job& job);
  Result<void> arrive(ItemId scope, Index flow);
  Result<void> enter(ItemId scope, Index node);
  Result<void> leave(ItemId scope, Index node, int times = 1);
  Result<void> leave_gateway(ItemId scope, Index node);
  Result<void> end(ItemId scope, Index node);
  Result<void> throw_events(ItemId scope, Index node, bool& goes_on);
  // Decides what only stillness can: conditions, inclusive joins, the ends of scopes. True when something moved.
  Result<bool> settle();
  Result<bool> ask_conditions();
  Result<bool> fire_join();
  bool can_still_reach(ItemId scope, const Node& join, const std::vector<bool>& has_token) const;
  bool waits_for_joins_only(ItemId scope, const Node& join) const;
  Result<bool> end_scope();
  Result<void> complex(ItemId scope, Index node);

  // machine_activity.cc: activities, their instances and ends
  Result<void> begin(ItemId scope, Index node);
  Result<void> begin_body(ItemId scope, Index node);
  Result<void> next_instance(ItemId body);
  Result<void> begin_once(ItemId parent, Index node, std::int32_t number);
  Result<void> at_once(ItemId item, const Node& node);
  void open_scope(ItemId item, Index container);
  // The activity has ended and its item is gone; goes on after it.
  Result<void> ended(ItemId parent, Index node);
  Result<void> instance_ended(ItemId body);
  Result<void> complete(const Event& event);
  Result<void> close_scope(ItemId scope);
  void compensate(ItemId scope, Index node, bool cancelling);
  Result<void> next_compensation(ItemId item);
  void keep_undoable(ItemId item);
  bool stands_in(Index node, Index activity) const;

  // machine_events.cc: waiting and being called
  Result<void> arm(ItemId item, Index node, Index event_node);
  Result<void> arm_boundaries(ItemId item, Index node);
  Result<void> arm_event_subprocesses(ItemId scope, Index container);
  Result<void> trigger(ItemId wait, const Variables& variables);
  Result<void> trigger_start(ItemId scope, Index node);
  void rearm_or_drop(ItemId wait, bool keep);
  Result<void> throw_error(ItemId from, const std::string& code);
  enum class Caught : std::uint8_t { no, beside, instead };  // instead: what threw it was interrupted
  // To the nearest that catches it; nobody has to hear an escalation.
  Result<Caught> throw_from(ItemId from, Trigger trigger, const std::string& code);
  Result<void> throw_message(ItemId scope, const std::string& name, const FormulaPointer& key, Index node);
  void throw_signal(ItemId scope, const std::string& name, Index node);
  Result<Caught> catch_at(ItemId item, Trigger trigger, const std::string& code, Index came_from);
  Result<void> cancel_transaction(ItemId scope, Index node);
  void cancel(ItemId item);
  void interrupt(ItemId scope);   // cancels all that runs in it; it stays
  void drop_waits(ItemId item);
  void remove(ItemId item);
  Result<Due> due_of_timer(const EventDefinition& definition, const Node& node, ItemId scope) const;

  // machine_data.cc: variables and expressions
  const feel::Value* look_up(ItemId item, std::string_view name) const;
  void assign(ItemId item, const std::string& name, feel::Value value);
  void assign_all(ItemId item, const Variables& variables);
  Variables seen_from(ItemId item) const;
  Result<feel::Value> evaluate(const Formula& formula, ItemId item, const Node& node) const;
  // The name under which a message is sent and waited for: with its key, when it has one.
  Result<std::string> addressed(const std::string& name, const FormulaPointer& key, ItemId item, const Node& node) const;
  Result<bool> holds(const Formula& formula, ItemId item, const Node& node) const;
  // Of an event: what speaks of things that are not known yet has not come about.
  Result<bool> has_come(const Formula& formula, ItemId item, const Node& node) const;
  Result<bool> truth(const feel::Value& value, const Formula& formula, ItemId item, const Node& node) const;
  Result<void> take_result(ItemId item, const Node& node, const feel::Value& value);

  Item& item(ItemId id);
  const Item& item(ItemId id) const { return *state_.find(id); }
  bool alive(ItemId id) const { return state_.find(id) != nullptr; }
  Item& add(ItemId parent, Item::Kind kind, Index node);
  ItemId scope_of(ItemId item) const;  // the scope around it, past bodies
  const Node& node(Index at) const { return procedure_.nodes[static_cast<std::size_t>(at)]; }
  const Flow& flow(Index at) const { return procedure_.flows[static_cast<std::size_t>(at)]; }
  const Container& container(Index at) const { return procedure_.containers[static_cast<std::size_t>(at)]; }
  void moved(Move::What what, ItemId item, Index at) { effects_.moves.push_back({what, item, at}); }
  Arrived* arrived_at(ItemId scope, Index node, Index flow);
  std::unexpected<Error> wrong(Code code, const char* key, const Node& node, const Text& what) const;

  const Procedure& procedure_;
  State state_;
  Effects effects_;
  TimeMs now_;
  const Surroundings& surroundings_;
  std::deque<Job> jobs_;
  int moves_ = 0;
  mutable std::uint64_t fuel_ = kStepFuel;   // of all formulas of this step
  mutable std::uint64_t made_bytes_ = 0;
  bool ask_ = false;          // a variable changed: conditions are to be asked
};

// `flow` of the token that a complex join leaves behind when it has fired, until nothing can reach it any more.
inline constexpr Index kFired = -2;

}  // namespace jiaoji::casework
