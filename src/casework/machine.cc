#include "casework/machine.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace jiaoji::casework {

Result<void> Machine::take(const Event& event) {
  if (event.kind == Event::Kind::start) {
    TRY_VOID(start(event));
    return drain();
  }
  if (state_.items.empty()) return fail(Code::conflict, "casework.ended", {"这件事已经办结，不能再办", "the case has ended; nothing can be done in it any more"});
  switch (event.kind) {
    case Event::Kind::complete:
    case Event::Kind::fail: TRY_VOID(complete(event)); break;
    case Event::Kind::timer: {
      const auto* wait = state_.find_wait(event.item);
      if (!wait || wait->trigger != Trigger::timer) return fail(Code::conflict, "casework.no_wait", {"这个定时器已不在等待", "that timer waits no more"});
      if (wait->due > now_) return fail(Code::conflict, "casework.not_due", {"这个定时器还没到时间", "that timer is not due yet"});
      TRY_VOID(trigger(event.item, event.variables));
      break;
    }
    case Event::Kind::message: {
      const auto found = std::ranges::find_if(state_.waits, [&](const Wait& one) { return one.trigger == Trigger::message && one.name == event.name; });
      if (found == state_.waits.end()) return {};
      effects_.heard = true;
      TRY_VOID(trigger(found->id, event.variables));
      break;
    }
    case Event::Kind::signal:
      for (const auto& wait : state_.waits) {
        if (wait.trigger == Trigger::signal && wait.name == event.name) effects_.heard = true;
      }
      if (!effects_.heard) return {};
      assign_all(state_.items.front().id, event.variables);
      jobs_.push_back({Job::Kind::signal, state_.items.front().id, kNone, event.name});
      break;
    case Event::Kind::set: assign_all(state_.items.front().id, event.variables); break;
    case Event::Kind::start: break;
  }
  return drain();
}

Result<void> Machine::start(const Event& event) {
  const bool known = event.container >= 0 && event.container < static_cast<Index>(procedure_.containers.size());
  const bool at_node = event.node == kNone || (known && std::ranges::find(container(event.container).nodes, event.node) != container(event.container).nodes.end());
  if (state_.last_id != 0) return fail(Code::conflict, "casework.started", {"这件事已经开始了", "the case has begun already"});
  if (!known || !at_node || container(event.container).node != kNone) return fail(Code::not_found, "casework.no_start", {"没有这个流程", "there is no such process"});
  state_.number = event.name;
  const auto root = add(0, Item::Kind::scope, kNone).id;
  item(root).container = event.container;
  moved(Move::What::entered, root, kNone);
  assign_all(root, event.variables);
  TRY_VOID(arm_event_subprocesses(root, event.container));
  if (event.node == kNone) {
    const auto& starts = container(event.container).starts;
    if (starts.empty()) return fail(Code::conflict, "casework.no_start", {"这个流程只能由消息、信号或定时器启动", "this process is started by a message, a signal or a timer only"});
    for (const auto at : starts) jobs_.push_back({Job::Kind::enter, root, at, {}});
    return {};
  }
  const auto& at = node(event.node);
  if (at.kind == Kind::event_based) return fail(Code::invalid, "casework.no_start", {"应指明事件网关后面的事件", "name the event after the gateway"});
  moved(Move::What::caught, root, event.node);
  // Behind a parallel event gateway the others are waited for from now on (BPMN 2.0.2, 10.6.6).
  const auto gateway = at.incoming.empty() ? kNone : flow(at.incoming[0]).from;
  if (gateway != kNone && node(gateway).kind == Kind::event_based && node(gateway).parallel_multiple) {
    for (const auto f : node(gateway).outgoing) {
      if (flow(f).to != event.node) jobs_.push_back({Job::Kind::flow, root, f, {}});
    }
  }
  return leave(root, event.node);
}

Result<void> Machine::drain() {
  for (;;) {
    while (!jobs_.empty()) {
      if (++moves_ > kMovesMax || state_.items.size() > kItemsMax) {
        std::vector<std::string> path;
        for (auto move = effects_.moves.rbegin(); move != effects_.moves.rend() && path.size() < 12; ++move) {
          if (move->what == Move::What::flow) path.insert(path.begin(), node(flow(move->at).to).id);
        }
        const auto way = fmt::format("{}", fmt::join(path, " → "));
        return fail(Code::conflict, "casework.endless", {fmt::format("走了 {} 步还没有停下等待：流程里有不会停的循环，最后走过 {}", kMovesMax, way), fmt::format("{} moves without a wait: the procedure loops without end, at last over {}", kMovesMax, way)});
      }
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      TRY_VOID(work(job));
      if (state_.outcome == State::Outcome::failed) return {};
    }
    TRY(const bool moved_on, settle());
    if (!moved_on) return {};
  }
}

Result<void> Machine::work(const Job& job) {
  switch (job.kind) {
    case Job::Kind::flow: return arrive(job.scope, job.at);
    case Job::Kind::enter: return enter(job.scope, job.at);
    case Job::Kind::instance: return next_instance(job.scope);
    case Job::Kind::trigger: return trigger(job.scope, {});
    case Job::Kind::signal: {
      std::vector<ItemId> waiting;
      for (const auto& wait : state_.waits) {
        if (wait.trigger == Trigger::signal && wait.name == job.name) waiting.push_back(wait.id);
      }
      for (const auto id : waiting) TRY_VOID(trigger(id, {}));
      return {};
    }
  }
  return {};
}

// ---- along the flows

Result<void> Machine::arrive(ItemId scope, Index through) {
  const auto at = flow(through).to;
  const auto& to = node(at);
  const auto count = [&](Index of) -> Arrived& {
    if (auto* there = arrived_at(scope, at, of)) return ++there->count, *there;
    return state_.arrived.emplace_back(Arrived{scope, at, of, 1});
  };
  if (to.kind == Kind::task || to.kind == Kind::subprocess || to.kind == Kind::call) {
    if (to.start_quantity == 1) return enter(scope, at);
    auto& there = count(kNone);
    if (there.count < to.start_quantity) return {};
    there.count -= to.start_quantity;
    std::erase_if(state_.arrived, [](const Arrived& one) { return one.count == 0; });
    return enter(scope, at);
  }
  const bool joins = to.incoming.size() > 1 && (to.kind == Kind::parallel || to.kind == Kind::inclusive || (to.kind == Kind::complex && to.script));
  if (!joins) return enter(scope, at);
  count(through);
  if (to.kind == Kind::complex) return complex(scope, at);
  if (to.kind == Kind::inclusive) return {};  // decided when all else stands still
  if (!std::ranges::all_of(to.incoming, [&](Index f) { return arrived_at(scope, at, f); })) return {};
  for (const auto f : to.incoming) --arrived_at(scope, at, f)->count;
  std::erase_if(state_.arrived, [](const Arrived& one) { return one.count == 0; });
  return enter(scope, at);
}

// A complex join fires once, when its condition on `activationCount` holds, and takes what else comes in silence until nothing more can come.
Result<void> Machine::complex(ItemId scope, Index at) {
  const auto take_all = [&] { std::erase_if(state_.arrived, [&](const Arrived& one) { return one.scope == scope && one.node == at && one.flow != kFired; }); };
  if (arrived_at(scope, at, kFired)) return take_all(), Result<void>{};
  std::int64_t tokens = 0;
  for (const auto& one : state_.arrived) {
    if (one.scope == scope && one.node == at) tokens += one.count;
  }
  const auto counting = add(scope, Item::Kind::event, at).id;
  item(counting).variables.emplace_back("activationCount", tokens);
  const auto held = holds(*node(at).script, counting, node(at));
  remove(counting);
  if (!held) return std::unexpected(held.error());
  if (!*held) return {};
  take_all();
  state_.arrived.push_back({scope, at, kFired, 1});
  return enter(scope, at);
}

Result<void> Machine::enter(ItemId scope, Index at) {
  const auto& here = node(at);
  switch (here.kind) {
    case Kind::task:
    case Kind::subprocess:
    case Kind::call: return begin(scope, at);
    case Kind::end: return end(scope, at);
    case Kind::throwing: {
      moved(Move::What::entered, 0, at);
      bool goes_on = true;
      TRY_VOID(throw_events(scope, at, goes_on));
      if (!goes_on) return {};
      moved(Move::What::left, 0, at);
      return leave(scope, at);
    }
    case Kind::event_based: {
      const auto waiting = add(scope, Item::Kind::gateway, at).id;
      moved(Move::What::entered, waiting, at);
      for (const auto f : here.outgoing) TRY_VOID(arm(waiting, at, flow(f).to));
      return {};
    }
    case Kind::catching: {
      if (here.definitions.empty() || here.definitions[0].trigger == Trigger::link) break;
      const auto waiting = add(scope, Item::Kind::event, at).id;
      moved(Move::What::entered, waiting, at);
      return arm(waiting, at, at);
    }
    default: break;
  }
  moved(Move::What::entered, 0, at);
  moved(Move::What::left, 0, at);
  return leave(scope, at);
}

Result<void> Machine::leave(ItemId scope, Index at, int times) {
  const auto& from = node(at);
  if (from.kind == Kind::exclusive || from.kind == Kind::inclusive || from.kind == Kind::complex) return leave_gateway(scope, at);
  const auto take = [&](Index f) {
    for (int i = 0; i < times; ++i) {
      moved(Move::What::flow, 0, f);
      jobs_.push_back({Job::Kind::flow, scope, f, {}});
    }
  };
  // Of an activity: all flows without a condition, those whose condition holds, and the default when no condition does.
  bool conditional = false, held_any = false;
  for (const auto f : from.outgoing) {
    if (f == from.default_flow) continue;
    if (!flow(f).condition || from.kind == Kind::parallel || from.kind == Kind::event_based) {
      take(f);
      continue;
    }
    conditional = true;
    TRY(const bool held, holds(*flow(f).condition, scope, from));
    if (held) take(f), held_any = true;
  }
  if (from.default_flow != kNone && (!conditional || !held_any)) take(from.default_flow), held_any = true;
  if (conditional && !held_any && std::ranges::all_of(from.outgoing, [&](Index f) { return flow(f).condition != nullptr; })) {
    return wrong(Code::conflict, "casework.no_path", from, {"后面的条件都不成立，也没有默认连线", "no condition after it holds, and there is no default flow"});
  }
  return {};
}

Result<void> Machine::leave_gateway(ItemId scope, Index at) {
  const auto& from = node(at);
  std::vector<Index> taken;
  for (const auto f : from.outgoing) {
    if (f == from.default_flow) continue;
    if (!flow(f).condition) {
      taken.push_back(f);
    } else {
      TRY(const bool held, holds(*flow(f).condition, scope, from));
      if (held) taken.push_back(f);
    }
    if (!taken.empty() && from.kind == Kind::exclusive) break;
  }
  if (taken.empty() && from.default_flow != kNone) taken.push_back(from.default_flow);
  if (taken.empty() && !from.outgoing.empty()) return wrong(Code::conflict, "casework.no_path", from, {"网关后面的条件都不成立，也没有默认连线", "no condition after the gateway holds, and it has no default flow"});
  for (const auto f : taken) {
    moved(Move::What::flow, 0, f);
    jobs_.push_back({Job::Kind::flow, scope, f, {}});
  }
  return {};
}

Result<void> Machine::end(ItemId scope, Index at) {
  moved(Move::What::entered, 0, at);
  bool goes_on = true;
  TRY_VOID(throw_events(scope, at, goes_on));
  if (goes_on) moved(Move::What::left, 0, at);
  return {};
}

// What a throwing or end event throws. `goes_on` false: what was thrown ended its scope, or it is waited for.
Result<void> Machine::throw_events(ItemId scope, Index at, bool& goes_on) {
  for (const auto& one : node(at).definitions) {
    switch (one.trigger) {
      case Trigger::message: TRY_VOID(throw_message(scope, one.name, one.key, at)); break;
      case Trigger::signal: throw_signal(scope, one.name, at); break;
      case Trigger::escalation: {
        TRY(const auto caught, throw_from(scope, Trigger::escalation, one.name));
        if (caught == Caught::instead) return goes_on = false, Result<void>{};
        break;
      }
      case Trigger::error: goes_on = false; return throw_error(scope, one.name);
      case Trigger::cancel: goes_on = false; return cancel_transaction(scope, at);
      case Trigger::compensation:
        compensate(scope, at, false);
        goes_on = !one.awaited;
        return {};
      case Trigger::terminate:
        moved(Move::What::left, 0, at);
        goes_on = false;
        interrupt(scope);
        drop_waits(scope);
        if (item(scope).parent == 0) state_.outcome = State::Outcome::terminated;
        return {};
      case Trigger::link:
        goes_on = false;
        moved(Move::What::left, 0, at);
        for (const auto other : container(node(at).container).nodes) {
          const auto& to = node(other);
          if (to.kind == Kind::catching && !to.definitions.empty() && to.definitions[0].trigger == Trigger::link && to.definitions[0].name == one.name) return enter(scope, other);
        }
        return {};
      default: break;
    }
    if (!alive(scope)) return goes_on = false, Result<void>{};
  }
  return {};
}

// ---- what only stillness decides

Result<bool> Machine::settle() {
  TRY(const bool asked, ask_conditions());
  if (asked) return true;
  TRY(const bool joined, fire_join());
  if (joined) return true;
  return end_scope();
}

Result<bool> Machine::ask_conditions() {
  if (!ask_) return false;
  ask_ = false;
  std::vector<ItemId> held;
  for (auto& wait : state_.waits) {
    if (wait.trigger != Trigger::condition) continue;
    const auto& event = node(wait.node);
    TRY(const bool now, has_come(*event.definitions[static_cast<std::size_t>(wait.definition)].condition, wait.item, event));
    if (now && !wait.held) held.push_back(wait.id);
    wait.held = now;
  }
  for (const auto id : held) jobs_.push_back({Job::Kind::trigger, id, kNone, {}});
  return !held.empty();
}

// Whether a token that stands elsewhere in the scope may still come over an incoming flow that has none, and over none that has one.
bool Machine::can_still_reach(ItemId scope, const Node& join, const std::vector<bool>& has_token) const {
  const auto self = static_cast<Index>(&join - procedure_.nodes.data());
  const auto may_come = [&](Index from) {
    bool to_empty = false;
    for (std::size_t i = 0; i < join.incoming.size(); ++i) {
      if (!join.upstream[i][static_cast<std::size_t>(from)]) continue;
      if (has_token[i]) return false;
      to_empty = true;
    }
    return to_empty;
  };
  return std::ranges::any_of(state_.items, [&](const Item& one) { return one.parent == scope && one.node != kNone && !node(one.node).by_event && may_come(one.node); }) ||
         std::ranges::any_of(state_.arrived, [&](const Arrived& one) { return one.scope == scope && one.node != self && one.flow != kFired && may_come(one.node); });
}

// Whether nothing that runs can come to the join on any way, so that only tokens at other joins hold it: they wait for one another.
bool Machine::waits_for_joins_only(ItemId scope, const Node& join) const {
  return std::ranges::none_of(state_.items, [&](const Item& one) {
    return one.parent == scope && one.node != kNone && std::ranges::any_of(join.upstream, [&](const auto& nodes) { return nodes[static_cast<std::size_t>(one.node)]; });
  });
}

Result<bool> Machine::fire_join() {
  if (state_.arrived.empty()) return false;
  const auto fire = [&](ItemId scope, Index at) -> Result<bool> {
    for (auto& one : state_.arrived) {
      if (one.scope == scope && one.node == at) --one.count;
    }
    std::erase_if(state_.arrived, [](const Arrived& one) { return one.count == 0; });
    TRY_VOID(enter(scope, at));
    return true;
  };
  const auto waiting = state_.arrived;
  for (const auto& one : waiting) {
    const auto& join = node(one.node);
    if (one.flow == kFired) {
      if (!can_still_reach(one.scope, join, std::vector<bool>(join.incoming.size()))) std::erase_if(state_.arrived, [&](const Arrived& other) { return other.scope == one.scope && other.node == one.node && other.flow == kFired; });
      continue;
    }
    if (join.kind != Kind::inclusive) continue;
    std::vector<bool> has_token;
    for (const auto f : join.incoming) has_token.push_back(arrived_at(one.scope, one.node, f) != nullptr);
    if (!can_still_reach(one.scope, join, has_token)) return fire(one.scope, one.node);
  }
  // By the letter of the standard they would wait for ever: the first goes.
  for (const auto& one : waiting) {
    if (one.flow != kFired && node(one.node).kind == Kind::inclusive && waits_for_joins_only(one.scope, node(one.node))) return fire(one.scope, one.node);
  }
  return false;
}

// Ends the first scope in which nothing runs, waits or can arrive any more; or takes the next step of a compensation at rest.
Result<bool> Machine::end_scope() {
  std::vector<bool> busy(state_.items.size());
  const auto is_busy = [&](ItemId id) { busy[static_cast<std::size_t>(state_.find(id) - state_.items.data())] = true; };
  for (const auto& one : state_.items) {
    if (one.parent != 0) is_busy(one.parent);
  }
  for (const auto& one : state_.arrived) {
    if (one.flow != kFired) is_busy(one.scope);
  }
  for (std::size_t i = 0; i < state_.items.size(); ++i) {
    const auto& one = state_.items[i];
    if (busy[i] || (one.kind != Item::Kind::scope && one.kind != Item::Kind::compensation)) continue;
    TRY_VOID(one.kind == Item::Kind::scope ? close_scope(one.id) : next_compensation(one.id));
    return true;
  }
  return false;
}

}  // namespace jiaoji::casework
