#include <algorithm>

#include <fmt/format.h>

#include "casework/machine.h"

namespace jiaoji::casework {

using feel::Value;

Result<void> Machine::begin(ItemId scope, Index at) {
  if (node(at).loop.kind != Loop::Kind::none) return begin_body(scope, at);
  return begin_once(scope, at, 0);
}

Result<void> Machine::begin_body(ItemId scope, Index at) {
  const auto& here = node(at);
  const auto& loop = here.loop;
  std::int64_t count = 0;
  if (loop.cardinality) {
    TRY(const auto value, evaluate(*loop.cardinality, scope, here));
    const auto whole = value.number() ? value.number()->whole() : std::nullopt;
    if (!whole || *whole < 0 || *whole > kInstancesMax) return wrong(Code::conflict, "casework.instances", here, {fmt::format("实例个数应是 0 到 {} 的整数，不是 {}", kInstancesMax, feel::spelling(value)), fmt::format("the number of instances should be a whole number from 0 to {}, not {}", kInstancesMax, feel::spelling(value))});
    count = *whole;
  } else if (!loop.collection.empty()) {
    const auto* value = look_up(scope, loop.collection);
    const auto* list = value ? value->list() : nullptr;
    if (!list || list->size() > static_cast<std::size_t>(kInstancesMax)) return wrong(Code::conflict, "casework.instances", here, {fmt::format("“{}”应是至多 {} 项的列表", loop.collection, kInstancesMax), fmt::format("\"{}\" should be a list of at most {} elements", loop.collection, kInstancesMax)});
    count = static_cast<std::int64_t>(list->size());
  }
  const auto body = add(scope, Item::Kind::body, at).id;
  item(body).count = static_cast<std::int32_t>(count);
  moved(Move::What::entered, body, at);
  bool nothing = count == 0;
  if (loop.kind == Loop::Kind::standard) {
    item(body).variables.emplace_back("loopCounter", 0);
    nothing = false;
    if (loop.test_before && loop.condition) {
      TRY(const bool first, holds(*loop.condition, body, here));
      nothing = !first;
    }
  }
  if (!loop.output.empty()) item(body).variables.emplace_back(loop.output, feel::List{});
  if (nothing) {
    remove(body);
    if (!loop.output.empty()) assign(scope, loop.output, feel::List{});
    moved(Move::What::left, body, at);
    return ended(scope, at);
  }
  TRY_VOID(arm_boundaries(body, at));
  const auto at_first = loop.kind == Loop::Kind::parallel ? count : 1;
  for (std::int64_t i = 0; i < at_first; ++i) jobs_.push_back({Job::Kind::instance, body, kNone, {}});
  return {};
}

Result<void> Machine::next_instance(ItemId body) {
  const auto number = ++item(body).begun;
  const auto at = item(body).node;
  if (node(at).loop.kind == Loop::Kind::standard) put(item(body).variables, "loopCounter", number);
  return begin_once(body, at, number);
}

// One run of the activity; as an instance of a body with what only it knows.
Result<void> Machine::begin_once(ItemId parent, Index at, std::int32_t number) {
  const auto& here = node(at);
  const bool instance = number > 0;
  const bool waits = here.kind != Kind::task || here.task == Task::user || here.task == Task::service || here.task == Task::receive;
  if (!waits && !instance) {
    moved(Move::What::entered, 0, at);
    TRY_VOID(at_once(parent, here));
    moved(Move::What::left, 0, at);
    return ended(parent, at);
  }
  const auto id = add(parent, here.kind == Kind::task ? Item::Kind::task : Item::Kind::scope, at).id;
  if (instance) {
    auto& variables = item(id).variables;
    item(id).begun = number;
    variables.emplace_back("loopCounter", number);
    if (!here.loop.collection.empty()) {
      const auto* list = look_up(parent, here.loop.collection);
      const bool there = list && list->list() && static_cast<std::size_t>(number) <= list->list()->size();
      variables.emplace_back(here.loop.item, there ? (*list->list())[static_cast<std::size_t>(number - 1)] : Value());
    }
    if (!here.loop.output_item.empty()) put(variables, here.loop.output_item, Value());
  }
  moved(instance ? Move::What::began : Move::What::entered, id, at);
  if (!instance) TRY_VOID(arm_boundaries(id, at));
  if (!alive(id)) return {};
  if (here.kind != Kind::task) {
    item(id).container = here.body;
    TRY_VOID(arm_event_subprocesses(id, here.body));
    open_scope(id, here.body);
    return {};
  }
  if (!waits) {
    TRY_VOID(at_once(id, here));
    if (item(parent).kind == Item::Kind::body) return instance_ended(id);
  }
  if (here.task == Task::receive) return arm(id, at, at);
  effects_.opened.push_back(id);
  return {};
}

// Tasks that wait for nobody.
Result<void> Machine::at_once(ItemId scope, const Node& here) {
  const auto at = static_cast<Index>(&here - procedure_.nodes.data());
  switch (here.task) {
    case Task::send: return throw_message(scope, here.message, here.key, at);
    case Task::script: {
      TRY_VOID(draw(scope, here));
      TRY(const auto value, evaluate(*here.script, scope, here));
      return take_result(scope, here, value);
    }
    case Task::business_rule: {
      TRY_VOID(draw(scope, here));
      TRY(const auto value, decide(scope, here));
      return take_result(scope, here, value);
    }
    default: return {};
  }
}

void Machine::open_scope(ItemId id, Index of) {
  const auto at = item(id).node;
  const auto& starts = container(of).starts;
  if (at != kNone && node(at).ad_hoc && node(at).ad_hoc_sequential) {
    item(id).pending.assign(starts.rbegin(), starts.rend());  // the next stands last
    return;
  }
  for (const auto start : starts) jobs_.push_back({Job::Kind::enter, id, start, {}});
}

Result<void> Machine::ended(ItemId parent, Index at) {
  if (item(parent).kind == Item::Kind::compensation) return {};  // the next is undone when this one is at rest
  if (node(at).compensation != kNone) item(parent).done.push_back(at);
  const auto around = item(parent).node;
  if (around != kNone && node(around).ad_hoc && node(around).script) {
    TRY(const bool enough, holds(*node(around).script, parent, node(around)));
    if (enough) {
      if (node(around).cancels_rest) interrupt(parent);
      item(parent).pending.clear();
      return {};
    }
  }
  return leave(parent, at, node(at).completion_quantity);
}

// `id` is the instance, whose item is still there; its body goes on, or ends.
Result<void> Machine::instance_ended(ItemId id) {
  const auto body = item(id).parent;
  const auto at = item(id).node;
  const auto& here = node(at);
  const auto& loop = here.loop;
  if (!loop.output.empty() && !loop.output_item.empty()) {
    const auto* gathered = look_up(body, loop.output);
    const auto* value = look_up(id, loop.output_item);
    auto list = gathered && gathered->list() ? *gathered->list() : feel::List{};
    list.push_back(value ? *value : Value());
    put(item(body).variables, loop.output, Value(std::move(list)));
  }
  moved(Move::What::did, id, at);
  remove(id);
  const auto ended_now = ++item(body).ended;
  if (loop.event != kNone && (loop.behavior == Loop::Behavior::none || (loop.behavior == Loop::Behavior::one && ended_now == 1))) {
    const auto& event = procedure_.definitions[static_cast<std::size_t>(loop.event)];
    // What the activity itself throws does not interrupt it (workflow pattern 9, structured discriminator: the others end, too).
    for (const auto boundary : here.boundaries) {
      if (std::ranges::any_of(node(boundary).definitions, [&](const EventDefinition& one) { return one.trigger == event.trigger && one.name == event.name; })) {
        moved(Move::What::caught, body, boundary);
        TRY_VOID(leave(scope_of(body), boundary));
      }
    }
    effects_.thrown.push_back({event.trigger, event.name, at, seen_from(body)});
  }
  const auto& now = item(body);
  bool over = false;
  if (loop.kind == Loop::Kind::standard) {
    over = loop.maximum > 0 && now.begun >= loop.maximum;
    if (!over && loop.condition) {
      TRY(const bool again, holds(*loop.condition, body, here));
      over = !again;
    }
  } else {
    over = now.ended >= now.count;
    if (!over && loop.condition) {
      auto& variables = item(body).variables;
      put(variables, "numberOfInstances", now.count);
      put(variables, "numberOfCompletedInstances", now.ended);
      put(variables, "numberOfActiveInstances", (loop.kind == Loop::Kind::parallel ? now.count : now.begun) - now.ended);
      put(variables, "numberOfTerminatedInstances", 0);
      TRY(over, holds(*loop.condition, body, here));
    }
  }
  if (!over) {
    if (loop.kind != Loop::Kind::parallel) jobs_.push_back({Job::Kind::instance, body, kNone, {}});
    return {};
  }
  const auto scope = item(body).parent;
  interrupt(body);
  if (!loop.output.empty()) {
    const auto gathered = *look_up(body, loop.output);
    assign(scope, loop.output, gathered);
  }
  keep_undoable(body);
  remove(body);
  moved(Move::What::left, body, at);
  return ended(scope, at);
}

Result<void> Machine::complete(const Event& event) {
  const auto* found = state_.find(event.item);
  if (!found || found->kind != Item::Kind::task || node(found->node).task == Task::receive) return fail(Code::conflict, "casework.no_task", {"这项任务已经办过或已取消", "that task has been completed or cancelled"});
  const Item task = *found;
  assign_all(task.id, event.variables);
  if (event.kind == Event::Kind::fail) return throw_error(task.id, event.name);
  if (item(task.parent).kind == Item::Kind::body) return instance_ended(task.id);
  remove(task.id);
  moved(Move::What::left, task.id, task.node);
  return ended(task.parent, task.node);
}

// Nothing runs in it any more.
Result<void> Machine::close_scope(ItemId id) {
  const Item scope = item(id);
  if (scope.node != kNone && node(scope.node).ad_hoc && !scope.pending.empty()) {
    item(id).pending.pop_back();
    jobs_.push_back({Job::Kind::enter, id, scope.pending.back(), {}});
    return {};
  }
  if (scope.parent == 0) {
    if (state_.outcome == State::Outcome::running) state_.outcome = State::Outcome::completed;
    moved(Move::What::left, id, kNone);
    state_.waits.clear();
    state_.arrived.clear();
    state_.left = state_.variables();
    state_.items.clear();
    return {};
  }
  const auto& here = node(scope.node);
  keep_undoable(id);
  if (here.by_event) {
    remove(id);
    moved(Move::What::left, id, scope.node);
    return {};
  }
  if (here.kind == Kind::call) {
    // It gives back what it set, not what it had as an instance.
    for (const auto& [name, value] : scope.variables) {
      if (name != "loopCounter" && name != here.loop.item && name != here.loop.output_item) assign(scope.parent, name, value);
    }
  }
  if (item(scope.parent).kind == Item::Kind::body) return instance_ended(id);
  remove(id);
  moved(Move::What::left, id, scope.node);
  return ended(scope.parent, scope.node);
}

// ---- compensation

bool Machine::stands_in(Index at, Index activity) const {
  for (auto inside = at; inside != kNone; inside = container(node(inside).container).node) {
    if (inside == activity) return true;
  }
  return false;
}

// What was done inside can still be undone from outside, unless the whole has its own way.
void Machine::keep_undoable(ItemId id) {
  const auto& inside = item(id);
  auto& around = item(inside.parent);
  if (around.kind != Item::Kind::compensation && node(inside.node).compensation == kNone) around.done.insert(around.done.end(), inside.done.begin(), inside.done.end());
}

// Undoes what was done in the scope, last first, once all else is at rest; then the event at `at` goes on. An event subprocess undoes
// what was done where it stands.
void Machine::compensate(ItemId scope, Index at, bool cancelling) {
  const auto asked_for = [&](Index done) {
    return cancelling || std::ranges::any_of(node(at).definitions, [&](const EventDefinition& one) { return one.trigger == Trigger::compensation && (one.name.empty() || stands_in(done, procedure_.find_node(one.name))); });
  };
  std::vector<Index> undo;
  for (auto of = scope;; of = item(of).parent) {
    auto& done = item(of).done;
    const auto asked = std::ranges::stable_partition(done, [&](Index one) { return !asked_for(one); });
    undo.insert(undo.begin(), asked.begin(), asked.end());
    done.erase(asked.begin(), asked.end());
    if (item(of).node == kNone || !node(item(of).node).by_event) break;
  }
  auto& made = add(scope, Item::Kind::compensation, at);
  made.cancelling = cancelling;
  made.pending = std::move(undo);
}

Result<void> Machine::next_compensation(ItemId id) {
  auto& pending = item(id).pending;
  if (!pending.empty()) {
    const auto handler = node(pending.back()).compensation;
    pending.pop_back();
    return begin(id, handler);
  }
  const auto scope = item(id).parent;
  const auto at = item(id).node;
  const bool cancelling = item(id).cancelling;
  remove(id);
  moved(Move::What::left, 0, at);
  if (!cancelling) {
    const bool goes_on = node(at).kind == Kind::throwing && std::ranges::all_of(node(at).definitions, &EventDefinition::awaited);
    return goes_on ? leave(scope, at) : Result<void>{};
  }
  const auto transaction = item(scope).node;
  const auto whole = item(item(scope).parent).kind == Item::Kind::body ? item(scope).parent : scope;
  for (const auto boundary : node(transaction).boundaries) {
    if (std::ranges::none_of(node(boundary).definitions, [](const EventDefinition& one) { return one.trigger == Trigger::cancel; })) continue;
    const auto outer = scope_of(whole);
    moved(Move::What::caught, whole, boundary);
    cancel(whole);
    return leave(outer, boundary);
  }
  return {};
}

}  // namespace jiaoji::casework
