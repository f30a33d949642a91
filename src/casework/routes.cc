#include "casework/routes.h"

#include <set>

#include "base/ids.h"
#include "casework/form.h"
#include "casework/routes_json.h"
#include "region/records.h"

namespace jiaoji::casework {

using region::Access;
using region::Action;
using region::Answer;
using region::Call;
using region::may;

namespace {

constexpr std::size_t kBpmnBodyMax = 6u << 20;  // 4 MB of XML, escaped as JSON

std::optional<region::Visibility> visibility_of(json::Fields& in) {
  const auto given = in.optional_text("visibility", 10);
  if (!given) return std::nullopt;
  const auto found = region::parse_visibility(*given);
  if (!found) in.fault("visibility", "field.choice", {"应是 city、region 或 public", "should be city, region or public"});
  return found;
}

// The name of a party that the actor may see.
std::string party_name(store::Reader& db, region::Service& region, const region::Actor& actor, const std::string& id) {
  if (id.empty()) return {};
  const auto party = region.read_party(db, actor, id);
  return party ? party->name : "";
}

http::Response bpmn_response(const std::string& bpmn, const std::string& id) {
  return {.type = "application/xml", .body = bpmn, .shared_body = {}, .static_body = {}, .headers = {{"Content-Disposition", "attachment; filename=\"" + id + ".bpmn\""}}, .stream = {}};
}

void add_procedures(region::Api& api, Service& casework) {
  api.read("GET", "/api/v1/procedures", "listProcedures", [](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::procedure_read)) return fail(region::refusal(call.actor, Action::procedure_read));
    TRY(const auto page, region::page_of(call.request));
    TRY(auto rows, list_procedures(db, call.actor, call.request.query_value("program").value_or(""), page.after, page.limit + 1));
    const auto next = rows.size() > static_cast<std::size_t>(page.limit) ? rows[static_cast<std::size_t>(page.limit) - 1].id : std::string();
    if (!next.empty()) rows.resize(static_cast<std::size_t>(page.limit));
    json::Array items;
    for (const auto& row : rows) {
      if (row.deployed != 0 || may(call.actor, Action::procedure_write, row.subject())) items.push_back(to_json(row));
    }
    return region::page_response(call.request, std::move(items), next);
  }, Access::guests);

  api.write("POST", "/api/v1/procedures", "draftProcedure", [&casework](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    Draft draft{.program = in.optional_text("program", 60).value_or(""), .name = in.text("name", 120), .city = in.optional_text("city", 6).value_or(call.actor.city), .bpmn = in.text("bpmn", kProcedureBytesMax, true)};
    draft.visibility = visibility_of(in).value_or(region::Visibility::region);
    TRY_VOID(in.done());
    TRY(const auto row, casework.draft(db, call.actor, draft));
    return region::versioned_response(to_json(row), row.version, 201);
  }, kBpmnBodyMax);

  api.free("POST", "/api/v1/procedures/check", "checkProcedure", [](const Call& call) -> Answer {
    if (!may(call.actor, Action::procedure_read)) return fail(region::refusal(call.actor, Action::procedure_read));
    json::Fields in(call.body);
    const auto bpmn = in.text("bpmn", kProcedureBytesMax, true);
    TRY_VOID(in.done());
    TRY(const auto reading, casework::read_procedure(bpmn));
    return http::json_response(json::object({{"elements", elements_json(reading.procedure, call.request.language)}, {"problems", problems_json(reading.problems, call.request.language)}}));
  }, {.access = Access::signed_in, .raw = false, .body_max = kBpmnBodyMax});

  api.read("GET", "/api/v1/procedures/{id}", "getProcedure", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto number, region::number_of(call.request));
    const auto id = std::string(call.request.parameter("id"));
    TRY(const auto definition, casework.read_procedure(db, call.actor, id, number));
    TRY(const auto versions, list_procedure_versions(db, id));
    return region::versioned_response(to_json(definition, versions, call.request.language), definition.row.version);
  }, Access::guests);

  api.read("GET", "/api/v1/procedures/{id}/bpmn", "getProcedureFile", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto number, region::number_of(call.request));
    TRY(const auto definition, casework.read_procedure(db, call.actor, std::string(call.request.parameter("id")), number));
    return bpmn_response(definition.version.bpmn, definition.row.id);
  }, Access::guests);

  api.write("PATCH", "/api/v1/procedures/{id}", "changeProcedure", [&casework](const Call& call, store::Writer& db) -> Answer {
    TRY(const auto version, call.if_match());
    json::Fields in(call.body);
    ProcedureChange change{.name = in.optional_text("name", 120), .bpmn = in.optional_text("bpmn", kProcedureBytesMax, true), .visibility = visibility_of(in)};
    TRY_VOID(in.done());
    TRY(const auto row, casework.change(db, call.actor, std::string(call.request.parameter("id")), version, change));
    return region::versioned_response(to_json(row), row.version);
  }, kBpmnBodyMax);

  api.write("POST", "/api/v1/procedures/{id}/deploy", "deployProcedure", [&casework](const Call& call, store::Writer& db) -> Answer {
    TRY(const auto version, call.if_match());
    json::Fields in(call.body);
    TRY_VOID(in.done());
    TRY(const auto row, casework.deploy(db, call.actor, std::string(call.request.parameter("id")), version));
    return region::versioned_response(to_json(row), row.version);
  });
}

json::Array results_json(const std::map<std::string, std::int64_t>& results) {
  json::Array out;
  for (const auto& [result, cases] : results) out.push_back(json::object({{"result", result}, {"cases", cases}}));
  return out;
}

json::Value figures_json(const Figures& figures) {
  json::Array fields, outcomes;
  for (const auto& [outcome, cases] : figures.outcomes) outcomes.push_back(json::object({{"outcome", outcome}, {"cases", cases}}));
  for (const auto& field : figures.fields) {
    json::Array values;
    for (const auto& [value, counted] : field.values) values.push_back(json::object({{"value", value}, {"opened", counted.opened}, {"closed", counted.closed}, {"mean_days", counted.closed ? json::Value(counted.days / static_cast<double>(counted.closed)) : json::Value(nullptr)}, {"results", results_json(counted.results)}}));
    fields.push_back(json::object({{"name", field.name}, {"label", field.label}, {"values", std::move(values)}}));
  }
  return json::object({{"opened", figures.opened}, {"closed", figures.closed}, {"open", figures.opened - figures.closed}, {"outcomes", std::move(outcomes)}, {"results", results_json(figures.results)}, {"fields", std::move(fields)}});
}

json::Array moving_json(const std::vector<Service::Moving>& all, Language language) {
  json::Array out;
  for (const auto& [row, why_not, keeps] : all) {
    json::Array kept;
    for (const auto& one : keeps) kept.emplace_back(one.in(language));
    out.push_back(json::object({{"case", row.id}, {"number", row.number}, {"title", row.title}, {"procedure_number", row.procedure_number}, {"moves", !why_not}, {"why_not", why_not ? json::Value(why_not->detail.in(language)) : json::Value(nullptr)}, {"keeps", std::move(kept)}}));
  }
  return out;
}

void add_figures(region::Api& api, Service& casework) {
  api.read("GET", "/api/v1/procedures/{id}/figures", "getFigures", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto figures, casework.figures(db, call.actor, std::string(call.request.parameter("id"))));
    return http::json_response(figures_json(*figures));
  }, Access::guests);
}

// What a new version means for the cases that run by older ones: first told, then done.
void add_moving(region::Api& api, Service& casework) {
  api.read("GET", "/api/v1/procedures/{id}/moving", "listMovingCases", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto all, casework.moving(db, call.actor, std::string(call.request.parameter("id"))));
    return http::json_response(json::object({{"items", moving_json(all, call.request.language)}}));
  });
  api.write("POST", "/api/v1/procedures/{id}/moving", "moveCases", [&casework](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    TRY_VOID(in.done());
    TRY(const auto all, casework.move(db, call.actor, std::string(call.request.parameter("id"))));
    return http::json_response(json::object({{"items", moving_json(all, call.request.language)}}));
  });
}

// Who did something in the case, by the ids that stand in it.
Result<json::Array> people_json(store::Reader& db, const CaseView& view) {
  std::set<std::string> ids{view.row.opened_by};
  for (const auto& one : view.steps) ids.insert(one.account);
  for (const auto& one : view.tasks) ids.insert(one.account), ids.insert(one.closed_by);
  for (const auto& one : view.evidence) ids.insert(one.consented_by);
  for (const auto& one : view.handovers) ids.insert(one.sent_by), ids.insert(one.consented_by), ids.insert(one.answered_by);
  json::Array out;
  for (const auto& id : ids) {
    TRY(const auto account, region::find_account(db, id));
    if (account) out.push_back(json::object({{"id", id}, {"name", account->name}, {"role", to_string(account->role)}, {"city", account->city}}));
  }
  return out;
}

Result<json::Value> case_json(store::Reader& db, const CaseView& view, Service& casework, const region::Actor& actor, const std::string& party, TimeMs now, Language language) {
  auto out = to_json(view.row, party);
  auto& object = std::get<json::Object>(out.data);
  const auto& procedure = view.reading->procedure;
  const auto id_of = [&](Index at) { return procedure.nodes[static_cast<std::size_t>(at)].id; };
  json::Array tokens, waits, tasks, steps, stuck;
  for (const auto& item : view.state.items) {
    if (item.node != kNone) tokens.push_back(json::object({{"element", id_of(item.node)}, {"since", format_time(item.since)}}));
  }
  for (const auto& wait : view.state.waits) waits.push_back(json::object({{"element", id_of(wait.node)}, {"kind", to_string(wait.trigger)}, {"name", wait.name}, {"due_at", wait.trigger == Trigger::timer && wait.due < kNoDue ? json::Value(format_time(wait.due)) : json::Value(nullptr)}}));
  for (const auto& task : view.tasks) {
    TRY(const auto amber, casework.amber(db, view.row.procedure, task, view.row.due_at));
    tasks.push_back(to_json(task, casework.calendar(), now, casework.may_do(actor, task), amber, language));
  }
  for (const auto& step : view.steps) {
    const auto moves = json::parse(step.moves);
    steps.push_back(json::object({{"number", step.number}, {"at", format_time(step.at)}, {"account", step.account}, {"event", step.event}, {"element", step.element}, {"moves", moves ? *moves : json::Value(json::Array{})}}));
  }
  json::Array evidence, handovers;
  const auto today = moment_of(now, kZone);
  for (const auto& one : view.evidence) {
    auto value = to_json(one.evidence);
    const auto why = unusable(one.evidence, view.row.city, today ? today->day : 0);
    auto& members = std::get<json::Object>(value.data);
    members.set("consented_by", one.consented_by);
    members.set("consented_at", format_time(one.consented_at));
    members.set("unusable", why ? json::Value(why->in(language)) : json::Value(nullptr));
    evidence.push_back(std::move(value));
  }
  for (const auto& one : view.handovers) handovers.push_back(to_json(one));
  for (const auto at : stuck_at(view.state)) stuck.emplace_back(id_of(at));
  object.set("cities", json::Array(view.cities.begin(), view.cities.end()));
  object.set("procedure_name", view.procedure_name);
  object.set("due", due_json(view.row.due, casework.calendar(), now, view.row.closed_at, language));
  object.set("error", view.state.error);
  object.set("variables", to_json(view.state.variables()));
  object.set("withheld", json::Array(view.withheld.begin(), view.withheld.end()));
  object.set("evidence", std::move(evidence));
  object.set("handovers", std::move(handovers));
  object.set("tokens", std::move(tokens));
  object.set("waits", std::move(waits));
  object.set("stuck", std::move(stuck));
  object.set("tasks", std::move(tasks));
  object.set("steps", std::move(steps));
  object.set("elements", elements_json(procedure, language));
  TRY(auto people, people_json(db, view));
  object.set("people", std::move(people));
  return out;
}

void add_cases(region::Api& api, Service& casework, region::Service& region) {
  api.read("GET", "/api/v1/cases", "listCases", [&casework, &region](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    if (const auto outcome = call.request.query_value("outcome").value_or("running"); outcome != "running" && outcome != "completed" && outcome != "terminated" && outcome != "failed") return fail(Code::invalid, "query.outcome", {"outcome 应是 running、completed、terminated 或 failed", "outcome should be running, completed, terminated or failed"});
    TRY(auto rows, casework.cases(db, call.actor, {.city = "", .party = "", .procedure = call.request.query_value("procedure").value_or(""), .outcome = call.request.query_value("outcome").value_or(""), .text = call.request.query_value("q").value_or(""), .after = page.after, .limit = page.limit + 1}));
    const auto next = rows.size() > static_cast<std::size_t>(page.limit) ? rows[static_cast<std::size_t>(page.limit) - 1].id : std::string();
    if (!next.empty()) rows.resize(static_cast<std::size_t>(page.limit));
    json::Array items;
    for (const auto& row : rows) items.push_back(to_json(row, party_name(db, region, call.actor, row.party)));
    return region::page_response(call.request, std::move(items), next);
  });

  api.write("POST", "/api/v1/cases", "openCase", [&casework, &region](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    Opening opening{.procedure = in.text("procedure", 60), .process = in.optional_text("process", 200).value_or(""), .title = in.text("title", 200), .party = in.optional_text("party", 60).value_or(""), .city = in.optional_text("city", 6).value_or(""), .answers = {}};
    if (const auto* answers = in.optional_object("answers")) opening.answers = *answers;
    TRY_VOID(in.done());
    if (!opening.party.empty()) TRY_VOID(region.read_party(db, call.actor, opening.party));
    TRY(const auto row, casework.open(db, call.actor, opening));
    return region::versioned_response(to_json(row, party_name(db, region, call.actor, row.party)), row.version, 201);
  });

  api.read("GET", "/api/v1/cases/{id}", "getCase", [&api, &casework, &region](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto view, casework.read_case(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(const auto out, case_json(db, view, casework, call.actor, party_name(db, region, call.actor, view.row.party), api.clock().now(), call.request.language));
    return region::versioned_response(out, view.row.version);
  });

  api.read("GET", "/api/v1/cases/{id}/forecast", "getForecast", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto found, casework.likely(db, call.actor, std::string(call.request.parameter("id"))));
    if (!found) return http::json_response(json::object({{"median", nullptr}, {"late", nullptr}, {"amber", false}, {"drawn", 0}, {"tasks", json::Array{}}}));
    json::Array tasks;
    for (const auto& [task, likely] : found->tasks) tasks.push_back(json::object({{"task", task.id}, {"median", format_time(likely.median)}, {"late", format_time(likely.late)}, {"amber", task.due_at < kNoDue && likely.late > task.due_at}}));
    return http::json_response(json::object({{"median", format_time(found->forecast.median)}, {"late", found->forecast.late ? json::Value(format_time(found->forecast.late)) : json::Value(nullptr)}, {"amber", found->amber}, {"drawn", static_cast<std::int64_t>(found->forecast.drawn)}, {"tasks", std::move(tasks)}}));
  });

  api.read("GET", "/api/v1/cases/{id}/bpmn", "getCaseFile", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto view, casework.read_case(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(const auto version, find_procedure_version(db, view.row.procedure, view.row.procedure_number));
    return bpmn_response(version ? version->bpmn : "", view.row.number);
  });
}

json::Value message_json(const MessageRow& row) {
  return json::object({{"id", row.id.substr(row.id.find('/') + 1)}, {"name", row.name}, {"state", row.state}, {"case_number", row.state == "delivered" ? json::Value(row.case_number) : json::Value(nullptr)}, {"received_at", format_time(row.received_at)}, {"expires_at", format_time(row.expires_at)}});
}

// "1790000000000/tsk_…"
bool is_cursor(const std::string& after) {
  const auto cut = after.find('/');
  return cut != std::string::npos && cut > 0 && cut < 16 && after.find_first_not_of("0123456789") == cut && after.size() < 100;
}

Answer task_response(Service& casework, store::Writer& db, const TaskRow& task, Language language) {
  TRY(const auto of, find_case(db, task.case_id));
  TRY(const auto amber, casework.amber(db, of->procedure, task, of->due_at));
  return http::json_response(to_json(task, casework.calendar(), db.now(), true, amber, language));
}

void add_tasks(region::Api& api, Service& casework, region::Service& region) {
  api.read("GET", "/api/v1/tasks", "listTasks", [&api, &casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    const auto state = call.request.query_value("state").value_or("open");
    if (state != "open" && state != "closed") return fail(Code::invalid, "query.state", {"state 应是 open 或 closed", "state should be open or closed"});
    if (const auto kind = call.request.query_value("kind").value_or("user"); kind != "user" && kind != "service") return fail(Code::invalid, "query.kind", {"kind 应是 user 或 service", "kind should be user or service"});
    if (!page.after.empty() && !is_cursor(page.after)) return fail(Code::invalid, "query.after", {"after 应是上一页给出的 next", "after should be the next of the page before"});
    TRY(auto rows, casework.inbox(db, call.actor, {.role = "", .city = "", .party = "", .case_id = "", .kind = call.request.query_value("kind").value_or(""), .after = page.after, .open = state == "open", .limit = page.limit + 1}));
    std::string next;
    if (rows.size() > static_cast<std::size_t>(page.limit)) {
      rows.resize(static_cast<std::size_t>(page.limit));
      next = std::to_string(state == "open" ? rows.back().task.due_at : rows.back().task.closed_at) + "/" + rows.back().task.id;
    }
    json::Array items;
    for (const auto& row : rows) {
      TRY(const auto amber, casework.amber(db, row.procedure, row.task, row.case_due_at));
      auto one = to_json(row.task, casework.calendar(), api.clock().now(), casework.may_do(call.actor, row.task), amber, call.request.language);
      auto& object = std::get<json::Object>(one.data);
      object.set("number", row.number);
      object.set("title", row.title);
      object.set("procedure_name", row.procedure_name);
      object.set("case_city", row.case_city);
      object.set("illustrative", row.illustrative);
      items.push_back(std::move(one));
    }
    return region::page_response(call.request, std::move(items), next);
  });

  api.write("POST", "/api/v1/tasks/{id}/take", "takeTask", [&casework](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    TRY_VOID(in.done());
    TRY(const auto task, casework.take(db, call.actor, std::string(call.request.parameter("id"))));
    return task_response(casework, db, task, call.request.language);
  });

  api.write("POST", "/api/v1/tasks/{id}/release", "releaseTask", [&casework](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    TRY_VOID(in.done());
    TRY(const auto task, casework.release(db, call.actor, std::string(call.request.parameter("id"))));
    return task_response(casework, db, task, call.request.language);
  });

  api.write("POST", "/api/v1/tasks/{id}/complete", "completeTask", [&casework, &region](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto* answers = in.optional_object("answers");
    TRY_VOID(in.done());
    TRY(const auto row, casework.complete(db, call.actor, std::string(call.request.parameter("id")), answers ? *answers : json::Object{}));
    return region::versioned_response(to_json(row, party_name(db, region, call.actor, row.party)), row.version);
  });

  api.write("POST", "/api/v1/tasks/{id}/fail", "failTask", [&casework, &region](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto code = in.text("code", 200);
    TRY_VOID(in.done());
    TRY(const auto row, casework.fail_task(db, call.actor, std::string(call.request.parameter("id")), code));
    return region::versioned_response(to_json(row, party_name(db, region, call.actor, row.party)), row.version);
  });

}

void add_messages(region::Api& api, Service& casework) {
  api.read("GET", "/api/v1/messages", "listMessages", [&casework](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    if (const auto state = call.request.query_value("state").value_or(""); !state.empty() && state != "waiting" && state != "delivered" && state != "expired" && state != "failed") return fail(Code::invalid, "query.state", {"state 应是 waiting、delivered、expired 或 failed", "state should be waiting, delivered, expired or failed"});
    TRY(auto rows, casework.messages(db, call.actor, call.request.query_value("state").value_or(""), page.after, page.limit + 1));
    const auto next = rows.size() > static_cast<std::size_t>(page.limit) ? rows[static_cast<std::size_t>(page.limit) - 1].id : std::string();
    if (!next.empty()) rows.resize(static_cast<std::size_t>(page.limit));
    json::Array items;
    for (const auto& row : rows) items.push_back(message_json(row));
    return region::page_response(call.request, std::move(items), next);
  });

  api.write("POST", "/api/v1/messages", "sendMessage", [&api, &casework](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    Sent sent{.id = in.optional_text("id", 100).value_or(""), .name = in.text("name", 200), .key = in.optional_text("key", 200).value_or(""), .case_number = in.optional_text("case_number", 40).value_or(""), .procedure = in.optional_text("procedure", 60).value_or(""), .variables = {}};
    const auto* variables = in.optional_object("variables");
    TRY_VOID(in.done());
    if (variables) {
      TRY(sent.variables, read_answers(*variables, {}, "/variables"));
    }
    if (sent.id.empty()) sent.id = new_id("msg", api.clock());
    TRY(const auto row, casework.send(db, call.actor, sent));
    return http::json_response(message_json(row), 201);
  });
}

}  // namespace

void add_routes(region::Api& api, Service& casework, region::Service& region) {
  add_procedures(api, casework);
  add_moving(api, casework);
  add_figures(api, casework);
  add_cases(api, casework, region);
  add_tasks(api, casework, region);
  add_messages(api, casework);
}

}  // namespace jiaoji::casework
