#include "rules/routes.h"

#include <algorithm>

#include "base/text.h"
#include "rules/analyse_json.h"
#include "rules/asked.h"
#include "rules/explain.h"
#include "rules/population.h"
#include "rules/table_json.h"

namespace jiaoji::rules {

using region::Access;
using region::Action;
using region::Answer;
using region::Call;
using region::may;

namespace {

constexpr std::size_t kModelBodyMax = 900u << 10;      // the API takes bodies of 1 MB
constexpr std::size_t kChangeBodyMax = 8u << 20;       // 10,000 rules of ten cells with their sources are 3 MB
constexpr std::uint64_t kCheckBudget = 5'000'000;  // about a tenth of a second; the command line takes more

json::Value to_json(const ModelRow& row) {
  return json::object({{"id", row.id}, {"program", row.program}, {"matter", row.matter}, {"city", row.city}, {"title", row.title}, {"visibility", to_string(row.visibility)}, {"illustrative", row.illustrative},
                       {"published", row.published}, {"draft", row.draft}, {"version", row.version}, {"updated_at", format_time(row.updated_at)}});
}

// What one finds in a model: the texts that cannot be used, and the findings of each table.
json::Array problems_json(const Compiled& model, Language language) {
  json::Array out;
  for (const auto& problem : model.problems()) {
    if (out.size() == kFindingsMax) break;
    out.push_back(json::object({{"element", problem.element}, {"place", problem.place}, {"pointer", problem.pointer}, {"detail", problem.error.detail.in(language)}}));
  }
  return out;
}

json::Value check_json(const Compiled& model, std::int64_t number, Language language) {
  json::Array tables;
  for (const auto& element : model.elements()) {
    const auto* table = table_in(element);
    if (!table) continue;
    auto one = to_json(check(*table, kCheckBudget), language);
    std::get<json::Object>(one.data).set("decision", element.name);
    tables.push_back(std::move(one));
  }
  return json::object({{"number", number}, {"problems", problems_json(model, language)}, {"tables", std::move(tables)}});
}

json::Value elements_json(const Compiled& model) {
  json::Array out;
  for (const auto& element : model.elements()) {
    if (element.model != 0) continue;
    constexpr const char* kinds[] = {"input", "decision", "knowledge", "service", "authority"};
    std::string allowed;
    if (element.type) {
      for (const auto& rule : element.type->allowed) allowed += (allowed.empty() ? "" : "; ") + rule.text;
    }
    json::Array needs;
    for (const auto& variable : element.variables) needs.push_back(variable.name);
    const auto& logic = element.source->logic;
    json::Value table = nullptr, text = nullptr;
    if (logic && logic->table) table = to_json(*logic->table);
    if (logic && logic->kind == Boxed::Kind::literal) text = logic->text;
    out.push_back(json::object({{"kind", kinds[static_cast<int>(element.kind)]}, {"name", element.name}, {"type", feel::spelling(element.type)}, {"allowed", allowed}, {"question", element.source->question},
                                {"description", element.source->description}, {"needs", std::move(needs)}, {"table", std::move(table)}, {"text", std::move(text)}}));
  }
  return out;
}

json::Value to_json(const ModelView& view, const std::vector<VersionRow>& versions, const http::Request& request) {
  auto out = to_json(view.row);
  auto& object = std::get<json::Object>(out.data);
  json::Array history;
  for (const auto& version : versions) {
    if (version.published_at == 0 && !view.may_write) continue;
    history.push_back(json::object({{"number", version.number}, {"note", version.note}, {"author", version.author}, {"created_at", format_time(version.created_at)}, {"published_at", version.published_at ? json::Value(format_time(version.published_at)) : json::Value(nullptr)}}));
  }
  object.set("number", view.shown.number);
  object.set("may_write", view.may_write);
  object.set("description", view.compiled->models()[0].description);
  object.set("elements", elements_json(*view.compiled));
  object.set("problems", problems_json(*view.compiled, request.language));
  object.set("history", std::move(history));
  return out;
}

// A change of a model: its whole text as `xml`, or `tables` by decision that replace those of version `number`.
Result<Change> change_of(json::Fields& in, const json::Value& body) {
  Change out;
  const bool has_tables = body.find("tables") != nullptr;
  if (has_tables == (body.find("xml") != nullptr)) in.fault("xml", "model.xml_or_tables", {"请给出 xml 或 tables 中的一个", "give either xml or tables"});
  out.xml = in.optional_text("xml", kModelBodyMax, true).value_or("");
  if (!has_tables && out.xml.empty()) in.fault("xml", "field.missing", {"必填", "is required"});
  out.number = in.optional_integer("number", 1, 1'000'000).value_or(0);
  const auto* tables = in.optional_object("tables");
  if (has_tables && tables && tables->members.empty()) in.fault("tables", "field.missing", {"至少要有一张表", "needs at least one table"});
  TRY_VOID(in.done());
  if (!tables) return out;
  for (const auto& [decision, value] : tables->members) {
    TRY(auto table, read_table(value, "/tables/" + text::ellipsis(decision, 60)));
    out.tables.emplace_back(decision, std::move(table));
  }
  return out;
}

// With how many known cases meet each difference, for those who may count; most first. The witness stays the one with fewest facts.
json::Value differences_json(const TwoTables& both, bool counts, Language language) {
  const auto found = diff(*both.table_a, *both.table_b, kCheckBudget);
  if (!counts) return to_json(found, both.table_a->source(), both.table_b->source(), language);
  const auto met = count_cases(found, {both.a.compiled.get(), element_of(*both.a.compiled, both.table_a)}, {both.b.compiled.get(), element_of(*both.b.compiled, both.table_b)}, both.cases);
  return counted_json(found, met, both.table_a->source(), both.table_b->source(), language);
}

json::Value to_json(const DecidedRow& row) {
  const auto inputs = json::parse(row.inputs), answers = json::parse(row.answers);
  return json::object({{"id", row.id}, {"model", row.model}, {"number", row.number}, {"decision", row.decision}, {"subject", row.subject}, {"inputs", inputs ? *inputs : json::Value()}, {"answers", answers ? *answers : json::Value()},
                       {"account", row.account}, {"at", format_time(row.at)}});
}

void add_decided(region::Api& api, Service& rules) {
  api.write("POST", "/api/v1/models/{id}/decisions", "recordDecision", [&rules](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto subject = in.text("subject", 120);
    Question question{.decision = in.optional_text("decision", 200).value_or(""), .number = in.optional_integer("number", 1, 1'000'000).value_or(0), .inputs = {}, .unknown = false};
    const auto* inputs = in.optional_object("inputs");
    TRY_VOID(in.done());
    if (inputs) question.inputs = *feel::from_json(json::Value(*inputs)).context();
    TRY(const auto row, rules.record(db, call.actor, std::string(call.request.parameter("id")), question, subject));
    return http::json_response(to_json(row), 201);
  });
  api.read("GET", "/api/v1/models/{id}/decisions", "listDecisions", [&rules](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    TRY(const auto rows, rules.decided(db, call.actor, std::string(call.request.parameter("id")), page.after, page.limit + 1));
    json::Array items;
    for (const auto& row : rows) {
      if (items.size() < static_cast<std::size_t>(page.limit)) items.push_back(to_json(row));
    }
    return region::page_response(call.request, std::move(items), rows.size() > static_cast<std::size_t>(page.limit) ? rows[static_cast<std::size_t>(page.limit) - 1].id : "");
  });
  api.read("GET", "/api/v1/decisions/{id}", "decideAgain", [&rules](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto again, rules.again(db, call.actor, std::string(call.request.parameter("id"))));
    auto out = to_json(again.row);
    TRY(auto answers, json::parse(again.answers));
    auto& object = std::get<json::Object>(out.data);
    object.set("again", std::move(answers));
    object.set("same", again.same);
    return http::json_response(out);
  });
}

void add_reading(region::Api& api, Service& rules) {
  api.read("GET", "/api/v1/models", "listModels", [](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    const auto value = [&](const char* name) { return std::string(call.request.query_value(name).value_or("")); };
    TRY(const auto rows, list_models(db, call.actor, {value("program"), value("matter"), value("city"), page.after, page.limit + 1}));
    json::Array items;
    for (const auto& row : rows) {
      if (items.size() < static_cast<std::size_t>(page.limit)) items.push_back(to_json(row));
    }
    return region::page_response(call.request, std::move(items), rows.size() > static_cast<std::size_t>(page.limit) ? rows[static_cast<std::size_t>(page.limit) - 1].id : "");
  }, Access::guests);
  api.read("GET", "/api/v1/models/{id}", "getModel", [&rules](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto number, region::number_of(call.request));
    const std::string id(call.request.parameter("id"));
    TRY(const auto view, rules.read(db, call.actor, id, number));
    TRY(const auto versions, list_versions(db, id));
    return region::versioned_response(to_json(view, versions, call.request), view.row.version);
  }, Access::guests);
  api.read("GET", "/api/v1/models/{id}/xml", "getModelXml", [&rules](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto number, region::number_of(call.request));
    TRY(const auto view, rules.read(db, call.actor, std::string(call.request.parameter("id")), number));
    return http::Response{.type = "application/xml", .body = view.shown.xml};
  }, Access::guests);
  // Read first, analysed after: seconds of analysis must not hold a snapshot.
  api.free("GET", "/api/v1/models/{id}/check", "checkModel", [&api, &rules](const Call& call) -> Answer {
    TRY(const auto number, region::number_of(call.request));
    TRY(const auto view, api.db().read_as<ModelView>([&](store::Reader& db) { return rules.read(db, call.actor, std::string(call.request.parameter("id")), number); }));
    TRY(const auto found, rules.analyse([&] { return check_json(*view.compiled, view.shown.number, call.request.language); }));
    return http::json_response(found);
  }, {.access = Access::guests});
  api.free("GET", "/api/v1/models/{id}/differences/{other}", "compareModels", [&api, &rules](const Call& call) -> Answer {
    TRY(const auto both, api.db().read_as<TwoTables>([&](store::Reader& db) {
      return rules.tables(db, call.actor, std::string(call.request.parameter("id")), std::string(call.request.parameter("other")), std::string(call.request.query_value("decision").value_or("")));
    }));
    TRY(auto out, rules.analyse([&] { return differences_json(both, may(call.actor, Action::reach), call.request.language); }));
    auto& object = std::get<json::Object>(out.data);
    object.set("a", to_json(both.a.row));
    object.set("b", to_json(both.b.row));
    object.set("number_a", both.a.shown.number);
    object.set("number_b", both.b.shown.number);
    return http::json_response(out);
  }, {.access = Access::guests});
  api.free("GET", "/api/v1/models/{id}/agreement/{other}", "agreeModels", [&api, &rules](const Call& call) -> Answer {
    TRY(const auto both, api.db().read_as<TwoTables>([&](store::Reader& db) {
      return rules.tables(db, call.actor, std::string(call.request.parameter("id")), std::string(call.request.parameter("other")), std::string(call.request.query_value("decision").value_or("")));
    }));
    TRY(const auto found, rules.analyse([&] { return merge(*both.table_a, *both.table_b, kCheckBudget); }));
    const bool known = found.open.outcome != Outcome::unknown;
    const auto* element = element_of(*both.a.compiled, both.table_a);
    return http::json_response(json::object({{"decision", element ? element->name : ""}, {"agreed", known ? to_json(found.agreed) : json::Value(nullptr)}, {"open", to_json(found.open, both.table_a->source(), both.table_b->source(), call.request.language)}}));
  }, {.access = Access::guests});
  api.read("GET", "/api/v1/standards", "listStandards", [matters = rules.matters()](const Call&, store::Reader&) -> Answer {
    json::Array items;
    for (const auto& matter : matters) items.push_back(json::object({{"id", matter.id}, {"label", json::object({{"zh", matter.label.zh}, {"en", matter.label.en}})}}));
    return http::json_response(json::object({{"items", std::move(items)}}));
  }, Access::guests);
}

void add_deciding(region::Api& api, Service& rules) {
  api.free("POST", "/api/v1/models/{id}/decide", "decide", [&api, &rules](const Call& call) -> Answer {
    json::Fields in(call.body);
    Question question{.decision = in.optional_text("decision", 200).value_or(""), .number = in.optional_integer("number", 1, 1'000'000).value_or(0), .inputs = {}, .unknown = in.boolean("unknown", false)};
    const auto* inputs = in.optional_object("inputs");
    TRY_VOID(in.done());
    if (inputs) question.inputs = *feel::from_json(json::Value(*inputs)).context();
    TRY(const auto decided, api.db().read_as<Decided>([&](store::Reader& db) { return rules.decide(db, call.actor, std::string(call.request.parameter("id")), question); }));
    json::Object answers, missing;
    for (const auto& [name, value] : decided.answers) answers.set(name, feel::to_json(value));
    for (const auto& [name, value] : decided.missing) missing.set(name, to_json(value));
    json::Array notes;
    for (const auto& note : decided.notes) notes.push_back(note.in(call.request.language));
    return http::json_response(json::object({{"number", decided.number}, {"answers", std::move(answers)}, {"missing", std::move(missing)}, {"why", to_json(decided.trace)}, {"notes", std::move(notes)}}));
  }, {.access = Access::guests});
}

// What is typed and not stored: checked as it will be when it is.
void add_checking(region::Api& api, Service& rules) {
  api.free("POST", "/api/v1/models/{id}/check", "checkChange", [&api, &rules](const Call& call) -> Answer {
    json::Fields in(call.body);
    TRY(const auto change, change_of(in, call.body));
    std::int64_t number = 0;
    TRY(const auto compiled, api.db().read_as<std::shared_ptr<const Compiled>>([&](store::Reader& db) { return rules.compile_change(db, call.actor, std::string(call.request.parameter("id")), change, number); }));
    TRY(const auto found, rules.analyse([&] { return check_json(*compiled, number, call.request.language); }));
    return http::json_response(found);
  }, {.body_max = kChangeBodyMax});
}

void add_writing(region::Api& api, Service& rules) {
  api.write("POST", "/api/v1/models", "createModel", [&rules](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    ModelRow row;
    row.program = in.text("program", 60);
    row.matter = in.text("matter", 60);
    row.city = in.optional_text("city", 6).value_or(call.actor.city);
    row.title = in.text("title", 120);
    row.visibility = *region::parse_visibility(in.choice("visibility", {"city", "region", "public"}, "region"));
    const auto xml = in.text("xml", kModelBodyMax, true);
    const auto note = in.optional_text("note", 400).value_or("");
    TRY_VOID(in.done());
    TRY(const auto created, rules.create(db, call.actor, std::move(row), xml, note));
    return region::versioned_response(to_json(created), created.version, 201);
  });
  api.write("PUT", "/api/v1/models/{id}/draft", "saveDraft", [&rules](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto note = in.optional_text("note", 400).value_or("");
    TRY(const auto change, change_of(in, call.body));
    TRY(const auto version, call.if_match());
    TRY(const auto row, rules.save_draft(db, call.actor, std::string(call.request.parameter("id")), version, change, note));
    return region::versioned_response(to_json(row), row.version);
  }, kChangeBodyMax);
  api.write("POST", "/api/v1/models/{id}/publish", "publishModel", [&rules](const Call& call, store::Writer& db) -> Answer {
    TRY(const auto version, call.if_match());
    TRY(const auto row, rules.publish(db, call.actor, std::string(call.request.parameter("id")), version));
    return region::versioned_response(to_json(row), row.version);
  });
}

}  // namespace

void add_routes(region::Api& api, Service& rules) {
  add_reading(api, rules);
  add_deciding(api, rules);
  add_decided(api, rules);
  add_checking(api, rules);
  add_writing(api, rules);
}

}  // namespace jiaoji::rules
