#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "casework/machine.h"

namespace jiaoji::casework {

namespace {

// Which of the events takes what was thrown: the one that names its code before the one for all.
Index catcher(const Procedure& procedure, const std::vector<Index>& events, Trigger trigger, const std::string& code) {
  for (const auto& wanted : {code, std::string()}) {
    for (const auto at : events) {
      if (std::ranges::any_of(procedure.nodes[static_cast<std::size_t>(at)].definitions, [&](const EventDefinition& one) { return one.trigger == trigger && one.name == wanted; })) return at;
    }
  }
  return kNone;
}

}  // namespace

Result<Due> Machine::due_of_timer(const EventDefinition& definition, const Node& at, ItemId scope) const {
  const auto& timer = definition.timer;
  if (!timer.formula) {
    if (const auto due = due_of(timer.kind, std::string_view(timer.text), now_)) return *due;
  } else {
    TRY(const auto value, evaluate(*timer.formula, scope, at));
    if (timer.workdays) {
      const auto days = value.number() ? value.number()->whole() : std::nullopt;
      if (!days || *days < 0 || *days > 100'000) return wrong(Code::conflict, "casework.timer", at, {fmt::format("工作日数“{}”应是 0 到 100000 的整数", feel::spelling(value)), fmt::format("\"{}\" working days: should be a whole number from 0 to 100,000", feel::spelling(value))});
      if (!surroundings_.workdays) return wrong(Code::unavailable, "casework.timer", at, {"没有工作日历", "there is no calendar of working days"});
      return surroundings_.workdays(*days, now_);
    }
    if (const auto due = due_of(timer.kind, value, now_)) return *due;
    return wrong(Code::conflict, "casework.timer", at, {fmt::format("定时器的值“{}”不是时间或时长", feel::spelling(value)), fmt::format("the timer's value \"{}\" is no time or duration", feel::spelling(value))});
  }
  return wrong(Code::conflict, "casework.timer", at, {fmt::format("“{}”不是时间或时长", timer.text), fmt::format("\"{}\" is no time or duration", timer.text)});
}

Result<Due> Machine::start_due(Index at, std::int32_t definition) {
  const auto root = add(0, Item::Kind::scope, kNone).id;  // nothing is known yet
  return due_of_timer(node(at).definitions.at(static_cast<std::size_t>(definition)), node(at), root);
}

Result<void> Machine::arm(ItemId waiting, Index /*unused*/, Index event_node) {
  const auto& event = node(event_node);
  const auto add_wait = [&](Trigger trigger, std::int32_t definition, std::string name) -> Wait& {
    state_.waits.push_back({.id = ++state_.last_id, .item = waiting, .node = event_node, .definition = definition, .trigger = trigger, .name = std::move(name)});
    return state_.waits.back();
  };
  if (event.kind == Kind::task) {
    TRY(auto name, addressed(event.message, event.key, waiting, event));
    add_wait(Trigger::message, 0, std::move(name));
    return {};
  }
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(event.definitions.size()); ++i) {
    const auto& definition = event.definitions[static_cast<std::size_t>(i)];
    switch (definition.trigger) {
      case Trigger::message:
      case Trigger::signal: {
        TRY(auto name, addressed(definition.name, definition.key, waiting, event));
        add_wait(definition.trigger, i, std::move(name));
        break;
      }
      case Trigger::timer: {
        TRY(auto due, due_of_timer(definition, event, waiting));
        auto& wait = add_wait(Trigger::timer, i, {});
        wait.due = due.at, wait.first = due.first, wait.again = due.again, wait.interval = std::move(due.interval), wait.deadline = std::move(due.deadline);
        break;
      }
      case Trigger::condition: {
        TRY(const bool held, has_come(*definition.condition, waiting, event));
        auto& wait = add_wait(Trigger::condition, i, {});
        wait.held = held;
        if (held) jobs_.push_back({Job::Kind::trigger, wait.id, kNone, {}});
        break;
      }
      default: break;  // errors, escalations, cancellations and compensations are looked for when they are thrown
    }
  }
  return {};
}

Result<void> Machine::arm_boundaries(ItemId waiting, Index at) {
  for (const auto boundary : node(at).boundaries) TRY_VOID(arm(waiting, at, boundary));
  return {};
}

Result<void> Machine::arm_event_subprocesses(ItemId scope, Index of) {
  for (const auto sub : container(of).event_subprocesses) {
    for (const auto inner : container(node(sub).body).nodes) {
      if (node(inner).kind == Kind::start) TRY_VOID(arm(scope, sub, inner));
    }
  }
  return {};
}

// After a non-interrupting event: it waits on, unless it was a timer that has no more times.
void Machine::rearm_or_drop(ItemId id, bool keep) {
  const auto found = std::ranges::find(state_.waits, id, &Wait::id);
  if (found == state_.waits.end()) return;
  if (found->trigger == Trigger::timer && found->again != 0) {
    found->due = next_due(found->first, found->due, found->interval);
    if (found->again > 0) --found->again;
  } else if (!keep || found->trigger == Trigger::timer) {
    state_.waits.erase(found);
  }
}

Result<void> Machine::trigger(ItemId id, const Variables& variables) {
  const auto* found = state_.find_wait(id);
  if (!found) return {};
  const Wait wait = *found;
  const auto& event = node(wait.node);
  moved(Move::What::caught, wait.item, wait.node);
  if (event.kind == Kind::boundary) {
    const auto scope = scope_of(wait.item);
    assign_all(scope, variables);
    if (event.interrupting) cancel(wait.item);
    else rearm_or_drop(id, true);
    return leave(scope, wait.node);
  }
  if (event.kind == Kind::start) {
    assign_all(wait.item, variables);
    if (!event.interrupting) rearm_or_drop(id, true);
    return trigger_start(wait.item, wait.node);
  }
  assign_all(wait.item, variables);
  const auto scope = scope_of(wait.item);
  const auto& waiting = item(wait.item);
  if (waiting.kind == Item::Kind::task) {  // a receive task
    const auto parent = waiting.parent;
    if (item(parent).kind == Item::Kind::body) return instance_ended(wait.item);
    remove(wait.item);
    moved(Move::What::left, wait.item, wait.node);
    return ended(parent, wait.node);
  }
  if (waiting.kind == Item::Kind::event && event.parallel_multiple) {
    std::erase_if(state_.waits, [&](const Wait& one) { return one.id == id; });
    if (std::ranges::any_of(state_.waits, [&](const Wait& one) { return one.item == wait.item; })) return {};
  }
  const auto stood = waiting.node;
  remove(wait.item);
  moved(Move::What::left, wait.item, stood);
  return event.kind == Kind::task ? ended(scope, wait.node) : leave(scope, wait.node);
}

// An event subprocess begins: instead of all that runs in its scope, or beside it.
Result<void> Machine::trigger_start(ItemId scope, Index start) {
  const auto sub = container(node(start).container).node;
  if (node(start).interrupting) {
    interrupt(scope);
    // No other begins; what waits at the boundary of the whole waits on.
    std::erase_if(state_.waits, [&](const Wait& one) { return one.item == scope && node(one.node).kind == Kind::start; });
  }
  const auto inner = add(scope, Item::Kind::scope, sub).id;
  item(inner).container = node(sub).body;
  moved(Move::What::entered, inner, sub);
  TRY_VOID(arm_event_subprocesses(inner, node(sub).body));
  return leave(inner, start);
}

// Whether an event subprocess in this item, or a boundary event on it, takes what was thrown.
Result<Machine::Caught> Machine::catch_at(ItemId id, Trigger trigger, const std::string& code, Index came_from) {
  const Item at = item(id);
  if (at.kind == Item::Kind::scope) {
    std::vector<Index> starts;
    for (const auto sub : container(at.container).event_subprocesses) {
      if (sub != came_from) std::ranges::copy_if(container(node(sub).body).nodes, std::back_inserter(starts), [&](Index inner) { return node(inner).kind == Kind::start; });
    }
    if (const auto start = catcher(procedure_, starts, trigger, code); start != kNone) {
      moved(Move::What::caught, id, start);
      TRY_VOID(trigger_start(id, start));
      return node(start).interrupting ? Caught::instead : Caught::beside;
    }
  }
  if (at.node == kNone || at.kind == Item::Kind::compensation || item(at.parent).kind == Item::Kind::body) return Caught::no;
  const auto boundary = catcher(procedure_, node(at.node).boundaries, trigger, code);
  if (boundary == kNone) return Caught::no;
  moved(Move::What::caught, id, boundary);
  const auto scope = scope_of(id);
  if (node(boundary).interrupting) cancel(id);
  TRY_VOID(leave(scope, boundary));
  return node(boundary).interrupting ? Caught::instead : Caught::beside;
}

Result<Machine::Caught> Machine::throw_from(ItemId from, Trigger trigger, const std::string& code) {
  Index came_from = kNone;
  for (auto at = from; at != 0;) {
    const auto parent = item(at).parent;
    const auto stands_at = item(at).node;
    TRY(const auto caught, catch_at(at, trigger, code, came_from));
    if (caught != Caught::no) return caught;
    came_from = stands_at;
    at = parent;
  }
  return Caught::no;
}

Result<void> Machine::throw_error(ItemId from, const std::string& code) {
  TRY(const auto caught, throw_from(from, Trigger::error, code));
  if (caught != Caught::no) return {};
  const auto root = state_.items.front().id;
  interrupt(root);
  drop_waits(root);
  moved(Move::What::cancelled, root, kNone);
  state_.left = state_.variables();
  state_.items.clear();
  state_.outcome = State::Outcome::failed;
  state_.error = code;
  jobs_.clear();
  return {};
}

Result<void> Machine::throw_message(ItemId scope, const std::string& name, const FormulaPointer& key, Index at) {
  TRY(auto to, addressed(name, key, scope, node(at)));
  effects_.thrown.push_back({Trigger::message, std::move(to), at, seen_from(scope)});
  return {};
}

void Machine::throw_signal(ItemId scope, const std::string& name, Index at) {
  effects_.thrown.push_back({Trigger::signal, name, at, seen_from(scope)});
  jobs_.push_back({Job::Kind::signal, scope, at, name});
}

Result<void> Machine::cancel_transaction(ItemId scope, Index at) {
  interrupt(scope);
  drop_waits(scope);
  compensate(scope, at, true);
  return {};
}

void Machine::drop_waits(ItemId id) {
  std::erase_if(state_.waits, [&](const Wait& one) { return one.item == id; });
}

void Machine::remove(ItemId id) {
  drop_waits(id);
  std::erase_if(state_.arrived, [&](const Arrived& one) { return one.scope == id; });
  std::erase_if(jobs_, [&](const Job& job) { return job.kind != Job::Kind::trigger && job.kind != Job::Kind::signal && job.scope == id; });
  std::erase_if(state_.items, [&](const Item& one) { return one.id == id; });
}

void Machine::interrupt(ItemId scope) {
  std::vector<ItemId> inside;
  for (const auto& one : state_.items) {
    if (one.parent == scope) inside.push_back(one.id);
  }
  for (const auto id : inside) cancel(id);
  std::erase_if(state_.arrived, [&](const Arrived& one) { return one.scope == scope; });
  std::erase_if(jobs_, [&](const Job& job) { return job.kind != Job::Kind::trigger && job.kind != Job::Kind::signal && job.scope == scope; });
  item(scope).pending.clear();
}

void Machine::cancel(ItemId id) {
  interrupt(id);
  moved(Move::What::cancelled, id, item(id).node);
  remove(id);
}

}  // namespace jiaoji::casework
