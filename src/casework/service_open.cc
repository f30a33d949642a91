// How cases begin: by hand, by a message, by a timer.
#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "casework/form.h"
#include "casework/service.h"
#include "region/service.h"

namespace jiaoji::casework {

using region::Action;
using region::Actor;
using region::may;

namespace {

constexpr TimeMs kStartRetryMs = 3'600'000;  // of a timer by which no case could be opened

// The first time of a cycle after `now`: what was missed while the server was down comes once.
TimeMs next_time(const StartRow& row, TimeMs now) {
  auto due = row.due_at;
  while (due <= now) due = next_due(row.first_at, due, row.every);
  return due;
}

}  // namespace

Result<CaseRow> Service::open(store::Writer& db, const Actor& actor, const Opening& opening) {
  TRY(const auto definition, read_procedure(db, actor, opening.procedure, 0));
  if (definition.version.deployed_at == 0) return fail(Code::conflict, "casework.not_deployed", {"这个流程还没有部署，不能办事", "the procedure is not deployed yet; no case can run by it"});
  const auto& procedure = definition.reading->procedure;
  const auto runs = [](const Container& one) { return one.node == kNone && one.executable && !one.global_task; };
  const auto node = opening.node.empty() ? kNone : procedure.find_node(opening.node);
  if (node == kNone && !opening.node.empty()) return fail(Code::conflict, "casework.no_start", {"流程里已经没有这个启动事件", "the procedure has that start event no more"});
  Index container = node == kNone ? kNone : procedure.nodes[static_cast<std::size_t>(node)].container;
  for (Index i = 0; i < static_cast<Index>(procedure.containers.size()) && container == kNone; ++i) {
    const auto& one = procedure.containers[static_cast<std::size_t>(i)];
    if (runs(one) && (opening.process.empty() ? !one.starts.empty() : one.id == opening.process)) container = i;
  }
  if (container == kNone) return fail(Code::invalid, "casework.no_start", {"这个流程没有可以直接开始的过程", "nothing in this procedure can be started by hand"});
  auto asked = opening;
  asked.illustrative = opening.illustrative || definition.row.illustrative;
  const auto& process = procedure.containers[static_cast<std::size_t>(container)];
  const auto& own = process.city.empty() ? definition.row.city : process.city;
  if (asked.city.empty()) asked.city = own;
  if (actor.role == region::Role::member) asked.party = actor.party;
  const bool allowed = actor.system() || (actor.role == region::Role::member && may(actor, Action::case_write, {asked.city, asked.party, region::Visibility::city})) || (actor.role == region::Role::officer && actor.city == asked.city && may(actor, Action::case_write));
  // By the procedure of another city only where it says so: its own city or that of the pool. An officer opens at the own counter.
  if (actor.role == region::Role::member && asked.city != own) return fail(Code::invalid, "casework.other_city", {"这个流程由另一个市办理", "another city handles this procedure"}, {{"/city", "casework.other_city", {"这个流程由另一个市办理", "another city handles this procedure"}}});
  if (!allowed) return fail(region::refusal(actor, Action::case_write));
  TRY_VOID(region::check_place(db, asked.city, "", "/city"));
  TRY(const auto variables, read_answers(asked.answers, process.form, "/answers"));
  TRY_VOID(may_set(db, actor, {.party = asked.party}, procedure, variables, process.form));
  return open_as(db, actor, definition.row.id, definition.version.number, *definition.reading, asked, container, node, variables);
}

Result<CaseRow> Service::open_as(store::Writer& db, const Actor& actor, const std::string& procedure, std::int64_t number, const Reading& reading, const Opening& opening, Index container, Index node, const Variables& variables) {
  TRY(const auto today, moment_of(db.now(), kZone));
  const std::int64_t year = year_of(today.day);
  TRY(const auto last, next_number(db, opening.city, year));
  CaseRow row{.id = new_id(CaseRow::kIdPrefix, clock_), .number = fmt::format("{}-{}-{:06}", opening.city, year, last), .procedure = procedure, .procedure_number = number, .family = {}, .title = opening.title, .party = opening.party, .city = opening.city, .state = "", .outcome = to_string(State::Outcome::running), .result = {}, .due_at = kNoDue, .due = {}, .illustrative = opening.illustrative, .opened_by = actor.account, .opened_at = db.now(), .closed_at = 0, .version = 0};
  row.family = opening.family.empty() ? row.id : opening.family;
  if (const auto& rule = reading.procedure.containers[static_cast<std::size_t>(container)].due) {
    TRY(const auto start, moment_of(db.now(), rule->zone));
    const Question question{.rule = *rule, .start = start};
    TRY(row.due_at, reckon(question));
    row.due = keep(question);
  }
  Step first{.event = {.kind = Event::Kind::start, .container = container, .node = node, .name = row.number, .variables = variables}, .name = "opened", .element = node == kNone ? "" : reading.procedure.nodes[static_cast<std::size_t>(node)].id};
  TRY_VOID(step(db, actor, row, first));
  return row;
}

// What starts the version that has just been put in force, in place of what started the one before.
Result<void> Service::arm_starts(store::Writer& db, const std::string& id, const Procedure& procedure) {
  TRY(const auto before, list_starts(db, id));
  TRY_VOID(drop_starts(db, id));
  const Surroundings surroundings{.decide = nullptr, .workdays = workdays()};
  for (const auto& process : procedure.containers) {
    if (process.node != kNone || !process.executable || process.global_task) continue;
    for (const auto at : process.nodes) {
      const auto& node = procedure.nodes[static_cast<std::size_t>(at)];
      if (node.kind == Kind::task && node.instantiates && !node.key) TRY_VOID(put_start(db, {.procedure = id, .node = node.id, .definition = 0, .kind = "message", .name = node.message, .due_at = kNoDue}));
      if (node.kind != Kind::start) continue;
      for (std::int32_t i = 0; i < static_cast<std::int32_t>(node.definitions.size()); ++i) {
        const auto& definition = node.definitions[static_cast<std::size_t>(i)];
        StartRow row{.procedure = id, .node = node.id, .definition = i, .kind = to_string(definition.trigger), .name = definition.name, .due_at = kNoDue};
        if (definition.trigger == Trigger::timer) {
          if (std::ranges::any_of(process.form, &FormField::required)) return fail(Code::invalid, "procedure.start_form", {fmt::format("“{}”由定时器启动，而启动时要填必填项：没有人填", node.id), fmt::format("\"{}\" is started by a timer, and its form requires answers that nobody gives", node.id)});
          TRY(const auto due, start_due(procedure, at, i, db.now(), surroundings));
          row.due_at = due.at, row.first_at = due.first, row.again = due.again, row.every = due.interval;
          // What fired goes on as it was; what had passed before there was a procedure does not come again.
          const auto was = std::ranges::find_if(before, [&](const StartRow& one) { return one.kind == row.kind && one.node == row.node && one.definition == row.definition && one.name == definition.timer.text; });
          row.name = definition.timer.text;
          if (was != before.end()) row = *was;
          else if (row.every.empty() && definition.timer.kind == Timer::Kind::date && due.at <= db.now()) row.due_at = kNoDue;
          else if (!row.every.empty() && due.first < db.now()) row.due_at = next_time(row, db.now());
        } else if (definition.trigger == Trigger::condition) {
          return fail(Code::invalid, "procedure.condition_start", {fmt::format("“{}”由条件启动：还没有件时没有可以判断的数据，请用消息或定时器", node.id), fmt::format("\"{}\" is started by a condition: before there is a case there is nothing to judge; use a message or a timer", node.id)});
        } else if (definition.trigger != Trigger::message || definition.key) {
          continue;  // signals, and messages with a key, come from other cases of the procedure
        }
        TRY_VOID(put_start(db, row));
      }
    }
  }
  return {};
}

Result<std::optional<CaseRow>> Service::open_by_message(store::Writer& db, const Actor& actor, const std::string& procedure, const std::string& name, const Variables& variables) {
  TRY(const auto definition, read_procedure(db, actor, procedure, 0));
  TRY(const auto start, find_message_start(db, procedure, name));
  if (!start) return std::optional<CaseRow>();
  const auto answers = to_json(variables);
  TRY(auto row, open(db, actor, {.procedure = procedure, .process = "", .node = start->node, .title = definition.row.name, .party = "", .city = "", .answers = *answers.object()}));
  return std::optional(std::move(row));
}

Result<int> Service::start_due_cases(store::Database& db, int limit) {
  std::vector<StartRow> due;
  TRY_VOID(db.read([&](store::Reader& reader) -> Result<void> {
    TRY(due, due_starts(reader, clock_.now(), limit));
    return {};
  }));
  for (const auto& one : due) {
    // The next time is written with the case: neither twice nor never.
    const auto opened = db.write([&](store::Writer& writer) -> Result<void> {
      TRY(auto row, find_start(writer, one.procedure, one.node, one.definition));
      if (!row || row->due_at > writer.now()) return {};
      TRY(const auto procedure, find_procedure(writer, one.procedure));
      TRY_VOID(open(writer, region::system_actor(), {.procedure = one.procedure, .process = "", .node = one.node, .title = procedure ? procedure->name : "", .party = "", .city = "", .answers = {}}));
      row->due_at = row->again == 0 ? kNoDue : next_time(*row, writer.now());
      if (row->again > 0) --row->again;
      return put_start(writer, *row);
    });
    if (opened) continue;
    TRY_VOID(db.write([&](store::Writer& writer) -> Result<void> {
      TRY(auto row, find_start(writer, one.procedure, one.node, one.definition));
      if (!row) return {};
      row->due_at = writer.now() + kStartRetryMs;
      TRY_VOID(put_start(writer, *row));
      TRY(const auto procedure, find_procedure(writer, one.procedure));
      return writer.journal(region::entry_of(region::system_actor(), "procedure.start_failed", one.procedure, procedure ? procedure->city : "", nullptr, json::object({{"element", one.node}, {"key", opened.error().key}, {"detail", opened.error().detail.zh}})));
    }));
  }
  return static_cast<int>(due.size());
}

}  // namespace jiaoji::casework
