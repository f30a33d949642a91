#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/records_evidence.h"
#include "casework/service.h"
#include "casework/timer.h"
#include "region/records.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Actor;

namespace {

const char* to_string(Move::What what) {
  switch (what) {
    case Move::What::entered: return "entered";
    case Move::What::left: return "left";
    case Move::What::began: return "began";
    case Move::What::did: return "did";
    case Move::What::cancelled: return "cancelled";
    case Move::What::flow: return "flow";
    case Move::What::caught: return "caught";
  }
  return "";
}

// The journal shows what was answered by name, and proves it by a hash: it is read by others than the case.
json::Array names_of(const Variables& variables) {
  json::Array out;
  for (const auto& [name, value] : variables) out.emplace_back(name);
  return out;
}

// [what, element, item]: a case of a thousand steps is read as a whole, so that each is short.
std::string moves_json(const Procedure& procedure, const std::vector<Move>& moves) {
  json::Array out;
  for (const auto& move : moves) {
    if (move.at == kNone) continue;
    const auto& id = move.what == Move::What::flow ? procedure.flows[static_cast<std::size_t>(move.at)].id : procedure.nodes[static_cast<std::size_t>(move.at)].id;
    out.emplace_back(json::Array{to_string(move.what), id, static_cast<std::int64_t>(move.item)});
  }
  return json::write(json::Value(std::move(out)));
}

}  // namespace

Result<void> Service::step(store::Writer& db, const Actor& actor, CaseRow& row, const Step& first, bool* heard) {
  TRY(const auto done, step_once(db, actor, row, first, heard));
  int left = kDeliveriesMax;
  for (const auto& one : done.thrown) TRY_VOID(deliver(db, actor, row.id, one, left));
  if (done.listens) TRY_VOID(hear_kept(db, actor, row, left));
  if (done.thrown.empty()) return {};
  // What it called may have called it: the row that the caller shows is the last one.
  TRY(const auto last, find_case(db, row.id));
  if (last) row = *last;
  return {};
}

Surroundings Service::surroundings_of(store::Reader& db, const CaseRow& row) {
  return {.decide = [this, &db, &row](const std::string& decision, const Variables& variables) -> Result<feel::Value> {
        if (!decide_) return fail(Code::unavailable, "casework.decision", {"这里不能作决策", "no decisions can be taken here"});
        TRY(const auto asks, find_procedure(db, row.procedure));
        return decide_(db, decision, row.city, asks ? asks->city : "", variables);
      },
      .workdays = workdays()};
}

// Nothing when the case can take the step; else why not. Nothing is written.
Result<std::optional<Error>> Service::cannot(store::Reader& db, const CaseRow& row, const Event& event) {
  TRY(const auto reading, reading_of(db, row));
  TRY(auto state, read_kept_state(row.state, reading->procedure));
  const auto done = advance(reading->procedure, std::move(state), event, clock_.now(), surroundings_of(db, row));
  return done ? std::optional<Error>() : std::optional(done.error());
}

Result<Service::Stepped> Service::step_once(store::Writer& db, const Actor& actor, CaseRow& row, const Step& now, bool* heard) {
  TRY(const auto reading, reading_of(db, row));
  const auto& procedure = reading->procedure;
  State before;
  if (!row.state.empty()) {
    TRY(before, read_kept_state(row.state, procedure));
  }
  const auto surroundings = surroundings_of(db, row);
  TRY(auto done, advance(procedure, before, now.event, db.now(), surroundings));
  if (heard) *heard = done.effects.heard;
  const bool message = now.event.kind == Event::Kind::message || now.event.kind == Event::Kind::signal;
  if (message && !done.effects.heard) return Stepped{};
  const auto was = suspended_by(procedure, before);
  TRY_VOID(move_timers(procedure, was, before, done.state, db.now()));
  TRY(row.state, keep(done.state));
  row.outcome = to_string(done.state.outcome);
  if (done.state.items.empty() && row.closed_at == 0) row.closed_at = db.now();
  for (const auto& move : done.effects.moves) {
    const auto* node = move.what == Move::What::entered && move.at != kNone ? &procedure.nodes[static_cast<std::size_t>(move.at)] : nullptr;
    if (node && node->kind == Kind::end && procedure.containers[static_cast<std::size_t>(node->container)].node == kNone) row.result = node->name;
  }
  row.version += 1;
  TRY_VOID(move_clocks(db, row, procedure, was, done.state));
  TRY_VOID(row.version == 1 ? insert_case(db, row) : update_case(db, row));
  TRY_VOID(write_waits(db, row, before, done.state));
  TRY_VOID(write_tasks(db, actor, row, procedure, done.state, done.effects));
  TRY_VOID(insert_step(db, {row.id, row.version, db.now(), actor.account, now.name, now.element, moves_json(procedure, done.effects.moves)}));
  TRY_VOID(db.journal(region::entry_of(actor, "case." + now.name, row.id, row.city, nullptr,
                                       json::object({{"number", row.number}, {"element", now.element}, {"version", row.version}, {"outcome", row.outcome}, {"answered", names_of(now.event.variables)}, {"sha256", store::hash_hex(store::HashKind::sha256, json::write(to_json(now.event.variables)))}}))));
  Stepped out{.thrown = std::move(done.effects.thrown)};
  for (const auto& wait : done.state.waits) out.listens = out.listens || (wait.trigger == Trigger::message && !before.find_wait(wait.id));
  return out;
}

Result<void> Service::write_waits(store::Writer& db, const CaseRow& row, const State& before, const State& after) {
  for (const auto& wait : before.waits) {
    if (after.find_wait(wait.id)) continue;
    if (wait.trigger == Trigger::timer) TRY_VOID(drop_timer(db, row.id, wait.id));
    if (wait.trigger == Trigger::message || wait.trigger == Trigger::signal) TRY_VOID(drop_listener(db, row.id, wait.id));
  }
  for (const auto& wait : after.waits) {
    const auto* was = before.find_wait(wait.id);
    if (wait.trigger == Trigger::timer && (!was || was->due != wait.due)) TRY_VOID(put_timer(db, {row.id, wait.id, wait.due}));
    if (!was && (wait.trigger == Trigger::message || wait.trigger == Trigger::signal)) TRY_VOID(put_listener(db, row.id, wait.id, casework::to_string(wait.trigger), wait.name));
  }
  return {};
}

Result<TimeMs> Service::reckon(const Question& question) const {
  TRY(const auto deadline, due(calendar_, question));
  return deadline.due_at.value_or(kNoDue);
}

std::string Service::suspended_by(const Procedure& procedure, const State& state) {
  for (const auto& item : state.items) {
    if (item.kind == Item::Kind::task && !procedure.nodes[static_cast<std::size_t>(item.node)].suspends.empty()) return procedure.nodes[static_cast<std::size_t>(item.node)].suspends;
  }
  return {};
}

std::function<Result<Due>(std::int64_t, TimeMs)> Service::workdays() const {
  return [this](std::int64_t days, TimeMs from) -> Result<Due> {
    TRY(const auto start, moment_of(from, kZone));
    const Question question{.rule = {.amount = static_cast<std::int32_t>(days)}, .start = start};
    TRY(const auto at, reckon(question));
    return Due{.at = at, .first = 0, .again = 0, .interval = {}, .deadline = keep(question)};
  };
}

Result<void> Service::move_timers(const Procedure& procedure, const std::string& was, const State& before, State& after, TimeMs at) const {
  const auto is = suspended_by(procedure, after);
  TRY(const auto now, moment_of(at, kZone));
  for (auto& wait : after.waits) {
    if (wait.deadline.empty()) continue;
    // A timer at what stands the clocks still runs on: it is what ends the standstill.
    const auto* item = after.find(wait.item);
    if (item && item->node != kNone && !procedure.nodes[static_cast<std::size_t>(item->node)].suspends.empty()) continue;
    const bool stood = !was.empty() && before.find_wait(wait.id);
    if (stood == !is.empty()) continue;
    TRY(auto question, read_kept_deadline(wait.deadline));
    if (is.empty()) resume(question, now.day);
    else suspend(question, now.day, is);
    TRY(wait.due, reckon(question));
    wait.deadline = keep(question);
  }
  return {};
}

Result<void> Service::move_clocks(store::Writer& db, CaseRow& row, const Procedure& procedure, const std::string& was, const State& after) {
  const auto is = suspended_by(procedure, after);
  if (was.empty() == is.empty()) return {};
  TRY(const auto now, moment_of(db.now(), kZone));
  const auto moved = [&](TimeMs& due_at, std::string& kept) -> Result<void> {
    if (kept.empty()) return {};
    TRY(auto question, read_kept_deadline(kept));
    if (is.empty()) resume(question, now.day);
    else suspend(question, now.day, is);
    TRY(due_at, reckon(question));
    kept = keep(question);
    return {};
  };
  TRY_VOID(moved(row.due_at, row.due));
  TRY(const auto tasks, list_tasks(db, row.id));
  for (const auto& task : tasks) {
    const auto at = procedure.find_node(task.node);
    if (task.closed_at != 0 || at == kNone || !procedure.nodes[static_cast<std::size_t>(at)].suspends.empty()) continue;
    auto due_at = task.due_at;
    auto kept = task.due;
    TRY_VOID(moved(due_at, kept));
    if (kept != task.due) TRY_VOID(set_task_due(db, task.id, due_at, kept));
  }
  return {};
}

Result<TaskRow> Service::task_of(store::Reader& db, const CaseRow& row, const Procedure& procedure, const State& state, ItemId id) {
  const auto& item = *state.find(id);
  const auto& node = procedure.nodes[static_cast<std::size_t>(item.node)];
  TaskRow task{.id = new_id(TaskRow::kIdPrefix, clock_), .case_id = row.id, .item = id, .node = node.id, .name = node.name.empty() ? node.id : node.name, .kind = casework::to_string(node.task), .role = node.role.empty() ? "officer" : node.role, .city = node.city.empty() ? row.city : node.city, .party = {}, .account = {}, .opened_at = item.since, .due_at = kNoDue, .due = {}, .closed_at = 0, .closed_by = {}, .how = {}, .service = node.service};
  if (task.city.starts_with('=')) {
    const auto wanted = task.city.substr(1);
    const auto* found = find(state.variables(), wanted);
    if (!found || !found->string()) return fail(Code::conflict, "casework.city", {fmt::format("“{}”由哪个市办理，要由变量“{}”说明，而它没有值", task.name, wanted), fmt::format("which city does \"{}\" is told by the variable \"{}\", which has no value", task.name, wanted)}, {{node.id, "casework.city", {}}});
    task.city = *found->string();
  }
  // For an applicant who cannot sign in the counter does it.
  if (task.role == "applicant") {
    TRY(const auto signs, region::signs_in(db, row.party));
    if (!signs) task.role = "officer";
  }
  if (task.role == "applicant") task.party = row.party;
  if (!node.due) return task;
  TRY(const auto start, moment_of(item.since, node.due->zone));
  Question question{.rule = *node.due, .start = start};
  if (const auto why = suspended_by(procedure, state); !why.empty() && node.suspends.empty()) suspend(question, start.day, why);
  TRY(task.due_at, reckon(question));
  task.due = keep(question);
  return task;
}

Result<void> Service::write_tasks(store::Writer& db, const Actor& actor, const CaseRow& row, const Procedure& procedure, const State& after, const Effects& effects) {
  for (const auto& move : effects.moves) {
    const bool closes = move.what == Move::What::left || move.what == Move::What::did || move.what == Move::What::cancelled;
    if (!closes || move.item == 0 || move.at == kNone || procedure.nodes[static_cast<std::size_t>(move.at)].kind != Kind::task) continue;
    TRY_VOID(close_task(db, row.id, move.item, db.now(), actor.account, move.what == Move::What::cancelled ? "cancelled" : "completed"));
  }
  for (const auto id : effects.opened) {
    if (!after.find(id)) continue;  // gone again in the same step
    TRY(const auto task, task_of(db, row, procedure, after, id));
    if (task.city != row.city) TRY_VOID(region::check_place(db, task.city, "", "/answers"));
    TRY_VOID(insert_task(db, task));
    if (task.role == "officer" && task.city != row.city) TRY_VOID(add_case_city(db, row.id, task.city));
  }
  return {};
}

Result<void> Service::give_tasks(store::Writer& db, const CaseRow& row, const std::string& to_city) {
  TRY(const auto reading, reading_of(db, row));
  TRY(const auto tasks, list_tasks(db, row.id));
  for (const auto& task : tasks) {
    const auto at = reading->procedure.find_node(task.node);
    if (task.closed_at == 0 && task.role == "officer" && at != kNone && reading->procedure.nodes[static_cast<std::size_t>(at)].city.empty()) TRY_VOID(set_task_city(db, task.id, to_city));
  }
  return {};
}

// ---- from case to case

Result<void> Service::deliver(store::Writer& db, const Actor& actor, const std::string& from_case, const Thrown& out, int& left) {
  const auto* kind = casework::to_string(out.trigger);
  TRY(const auto from, find_case(db, from_case));
  // What was withheld from an office does not reach it by a message.
  auto thrown = out;
  TRY(const auto handovers, list_handovers(db, from_case));
  if (!handovers.empty()) {
    TRY(const auto sends, reading_of(db, *from));
    TRY(const auto unseen, hidden(db, {.account = "", .name = "", .role = region::Role::coordinator, .city = "", .party = ""}, *from, sends->procedure));
    std::erase_if(thrown.variables, [&](const auto& one) { return unseen.hides(one.first); });
  }
  // A message is for the sender's family, one with a key and a signal for all cases of its procedure: never for strangers by its bare name.
  const bool for_family = thrown.trigger == Trigger::message && thrown.name.find('#') == std::string::npos;
  TRY(const auto listening, listening_cases(db, {.kind = kind, .name = thrown.name, .procedure = from->procedure, .family = for_family ? from->family : "", .limit = kDeliveriesMax + 1}));
  const auto again = [&](CaseRow& target, const Step& next, bool* heard) -> Result<void> {
    if (--left < 0) return fail(Code::conflict, "casework.endless", {fmt::format("一步之内各件之间的消息超过 {} 条：流程互相呼叫，停不下来", kDeliveriesMax), fmt::format("more than {} messages between cases in one step: the procedures call one another without end", kDeliveriesMax)});
    TRY(const auto why_not, cannot(db, target, next.event));
    if (why_not) return note(db, actor, target, "message_failed", why_not->key);
    TRY(const auto more, step_once(db, actor, target, next, heard));
    for (const auto& one : more.thrown) TRY_VOID(deliver(db, actor, target.id, one, left));
    return {};
  };
  for (const auto& id : listening) {
    if (id == from_case && thrown.trigger == Trigger::signal) continue;  // heard within its own step
    TRY(auto target, find_case(db, id));
    if (!target) continue;
    bool heard = false;
    TRY_VOID(again(*target, {.event = {.kind = thrown.trigger == Trigger::message ? Event::Kind::message : Event::Kind::signal, .name = thrown.name, .variables = thrown.trigger == Trigger::message ? thrown.variables : Variables{}}, .name = kind, .element = thrown.name}, &heard));
    if (heard && thrown.trigger == Trigger::message) return {};
  }
  // A process of the same procedure that this starts.
  TRY(const auto reading, reading_of(db, *from));
  const auto& procedure = reading->procedure;
  for (Index container = 0; container < static_cast<Index>(procedure.containers.size()); ++container) {
    const auto& process = procedure.containers[static_cast<std::size_t>(container)];
    if (process.node != kNone || !process.executable) continue;
    for (const auto at : process.nodes) {
      const auto& node = procedure.nodes[static_cast<std::size_t>(at)];
      const bool starts = (node.kind == Kind::start && std::ranges::any_of(node.definitions, [&](const EventDefinition& one) { return one.trigger == thrown.trigger && one.name == thrown.name; })) ||
                          (node.kind == Kind::task && node.instantiates && thrown.trigger == Trigger::message && node.message == thrown.name);
      if (!starts) continue;
      if (--left < 0) return fail(Code::conflict, "casework.endless", {fmt::format("一步之内各件之间的消息超过 {} 条", kDeliveriesMax), fmt::format("more than {} messages between cases in one step", kDeliveriesMax)});
      Opening opening{.procedure = from->procedure, .process = process.id, .title = from->title, .party = from->party, .city = process.city.empty() ? from->city : process.city, .answers = {}, .family = from->family, .illustrative = from->illustrative};
      TRY_VOID(open_as(db, actor, from->procedure, from->procedure_number, *reading, opening, container, at, thrown.variables));
      if (thrown.trigger == Trigger::message) return {};
    }
  }
  if (thrown.trigger != Trigger::message) return {};
  return put_message(db, {.id = new_id("msg", clock_), .name = thrown.name, .case_number = {}, .family = from->family, .sender = {.account = actor.account, .name = "", .role = region::Role::officer, .city = from->city, .party = ""}, .variables = json::write(to_json(thrown.variables)), .state = "waiting", .received_at = db.now(), .expires_at = db.now() + kMessageKeptMs});
}

// Messages that came before the case waited for them.
Result<void> Service::hear_kept(store::Writer& db, const Actor& actor, CaseRow& row, int& left) {
  for (;;) {
    TRY(const auto current, find_case(db, row.id));
    if (!current || current->closed_at != 0) return {};
    row = *current;
    TRY(const auto reading, reading_of(db, row));
    TRY(const auto state, read_kept_state(row.state, reading->procedure));
    bool heard = false;
    TRY(const auto cities, cities_of_case(db, row.id));
    for (const auto& wait : state.waits) {
      if (wait.trigger != Trigger::message || heard) continue;
      TRY(auto messages, waiting_messages(db, wait.name, row, db.now()));
      // One from outside is heard only when its sender may write this case.
      std::erase_if(messages, [&](const MessageRow& one) {
        const auto given = json::parse(one.variables);
        return one.family.empty() && (!may_case(one.sender, region::Action::case_write, row, cities) || !given || !may_set(db, one.sender, row, reading->procedure, read_variables(*given->object()), {}));
      });
      if (messages.empty()) continue;
      auto& message = messages.front();
      if (--left < 0) return fail(Code::conflict, "casework.endless", {"一步之内各件之间的消息太多", "too many messages between cases in one step"});
      TRY(const auto variables, json::parse(message.variables));
      const auto& by = message.family.empty() ? message.sender : actor;
      const Step next{.event = {.kind = Event::Kind::message, .name = wait.name, .variables = read_variables(*variables.object())}, .name = "message", .element = wait.name};
      // One that cannot be heard does not stand in the way: it is told in the case, and the next one is heard.
      TRY(const auto why_not, cannot(db, row, next.event));
      if (why_not) {
        message.state = "failed", message.case_number = row.number;
        TRY_VOID(put_message(db, message));
        TRY_VOID(note(db, by, row, "message_failed", why_not->key));
        heard = true;
        continue;
      }
      TRY(const auto done, step_once(db, by, row, next, &heard));
      message.state = "delivered", message.case_number = row.number;
      TRY_VOID(put_message(db, message));
      for (const auto& one : done.thrown) TRY_VOID(deliver(db, actor, row.id, one, left));
    }
    if (!heard) return {};
  }
}

// ---- timers

namespace {

constexpr TimeMs kTimerRetryMs = 3'600'000;  // of a timer that could not fire

}  // namespace

Result<int> Service::fire_due(store::Database& db, int limit) {
  std::vector<TimerRow> due;
  TRY_VOID(db.read([&](store::Reader& reader) -> Result<void> {
    TRY(due, due_timers(reader, clock_.now(), limit));
    return {};
  }));
  const Actor timer{.account = "system", .name = "timer", .role = region::Role::administrator, .city = {}, .party = {}};
  constexpr std::size_t kAtOnce = 64;
  int fired = 0;
  for (std::size_t from = 0; from < due.size(); from += kAtOnce) {
    const auto to = std::min(due.size(), from + kAtOnce);
    const auto fire = [&](std::size_t first, std::size_t last) {
      return db.write([&, first, last](store::Writer& writer) -> Result<void> {
        for (auto i = first; i < last; ++i) {
          TRY(auto row, find_case(writer, due[i].case_id));
          if (!row) continue;
          TRY_VOID(step(writer, timer, *row, {.event = {.kind = Event::Kind::timer, .item = static_cast<ItemId>(due[i].wait), .name = {}, .variables = {}}, .name = "timer", .element = {}}));
        }
        return {};
      });
    };
    if (fire(from, to)) {
      fired += static_cast<int>(to - from);
      continue;
    }
    // One of them cannot be fired: each alone, and that one is told in its case and not tried again.
    for (auto i = from; i < to; ++i) {
      const auto alone = fire(i, i + 1);
      if (alone) {
        ++fired;
        continue;
      }
      const auto& error = alone.error();
      if (error.key == "casework.not_due") continue;  // its clock was stopped meanwhile
      const bool needless = error.key == "casework.no_wait" || error.key == "casework.ended";  // what fired before it ended its wait
      TRY_VOID(db.write([&](store::Writer& writer) -> Result<void> {
        if (needless) return drop_timer(writer, due[i].case_id, due[i].wait);
        // Tried again later: a table may be published, a calendar may come. The case says so once.
        TRY_VOID(put_timer(writer, {due[i].case_id, due[i].wait, writer.now() + kTimerRetryMs}));
        TRY(auto row, find_case(writer, due[i].case_id));
        TRY(const auto steps, list_steps(writer, due[i].case_id));
        if (!row || (!steps.empty() && steps.back().event == "timer_failed" && steps.back().element == error.key)) return {};
        TRY_VOID(note(writer, timer, *row, "timer_failed", error.key));
        return writer.journal(region::entry_of(timer, "case.timer_failed", row->id, row->city, nullptr, json::object({{"key", error.key}, {"detail", error.detail.zh}})));
      }));
    }
  }
  return fired;
}

}  // namespace jiaoji::casework
