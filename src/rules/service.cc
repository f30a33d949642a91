#include "rules/service.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.h"
#include "rules/asked.h"

namespace jiaoji::rules {

using region::Action;
using region::Actor;
using region::may;

namespace {

std::unexpected<Error> not_found() { return fail(Code::not_found, "model.not_found", {"没有这个标准", "there is no such model"}); }

json::Value summary(const ModelRow& row) {
  return json::object({{"program", row.program}, {"matter", row.matter}, {"city", row.city}, {"title", row.title}, {"visibility", to_string(row.visibility)}, {"published", row.published}, {"draft", row.draft}, {"version", row.version}});
}

constexpr int kCasesMax = 10'000;  // decided cases of a model that a comparison looks at

feel::DateTime at(TimeMs now) { return *feel::DateTime::at(static_cast<__int128>(now) * 1'000'000, *feel::Zone::offset(0)); }

}  // namespace

namespace {

// The refusal of a text that came as the member `xml` of a body.
std::unexpected<Error> of_body(Error error) {
  if (error.where.empty()) error.where = {{"/xml", error.key, error.detail}};
  return fail(std::move(error));
}

}  // namespace

Result<std::shared_ptr<const Compiled>> Service::compile(const std::string& xml) const {
  auto read = read_model(xml);
  if (!read) return of_body(std::move(read).error());
  return compile(*std::move(read));
}

Result<std::shared_ptr<const Compiled>> Service::compile(Model model) const {
  if (!model.imports.empty()) return fail(Code::unsupported, "model.imports", {"存入的模型暂不能导入别的模型", "a stored model cannot import another yet"});
  std::vector<Model> models;
  models.push_back(std::move(model));
  auto out = Compiled::of(std::move(models));
  if (!out) return of_body(std::move(out).error());
  return out;
}

Result<std::shared_ptr<const Compiled>> Service::compiled(const VersionRow& version) {
  const auto key = fmt::format("{}/{}/{}", version.model, version.number, version.published_at ? version.published_at : -version.created_at);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = kept_.find(key); known != kept_.end()) {
      used_.splice(used_.begin(), used_, known->second);
      return known->second->second;
    }
  }
  TRY(auto fresh, compile(version.xml));
  const std::lock_guard lock(mutex_);
  if (kept_.contains(key)) return fresh;
  used_.emplace_front(key, fresh);
  kept_[key] = used_.begin();
  if (used_.size() > kCompiledMax) {
    kept_.erase(used_.back().first);
    used_.pop_back();
  }
  return fresh;
}

Result<ModelView> Service::read(store::Reader& db, const Actor& actor, const std::string& id, std::int64_t number) {
  TRY(auto row, find_model(db, id));
  if (!row || !may(actor, Action::model_read, row->subject())) return not_found();
  const bool may_write = may(actor, Action::model_write, row->subject());
  if (number == 0) number = row->published ? row->published : may_write ? row->draft : 0;
  TRY(auto version, find_version(db, id, number));
  // A draft is nobody's business but its city's.
  if (!version || (version->published_at == 0 && !may_write)) return fail(Code::not_found, "model.no_version", {"没有这个版本", "there is no such version"});
  TRY(auto ready, compiled(*version));
  return ModelView{*std::move(row), *std::move(version), std::move(ready), may_write};
}

Result<Decided> Service::decide_at(const ModelView& view, const Question& question, TimeMs time) const {
  TRY(const auto elements, asked_decisions(*view.compiled, question.decision));
  TRY(const auto inputs, read_inputs(*view.compiled, question.inputs));
  Decided out{.number = view.shown.number, .answers = {}, .missing = {}, .trace = {}, .compiled = view.compiled, .notes = {}};
  feel::Run run;
  run.now = at(time);
  run.observer = &out.trace;
  Evaluation evaluation(*view.compiled, inputs, run, question.unknown);
  for (const auto* element : elements) {
    auto value = evaluation.value(*element);
    if (run.stopped) return fail(run.limit_error());
    if (question.unknown) out.missing.emplace_back(element->name, what_is_missing(*view.compiled, *element, inputs, value, run.now));
    out.answers.emplace_back(element->name, std::move(value));
  }
  for (auto& note : run.notes) out.notes.push_back(std::move(note.text));
  return out;
}

Result<Decided> Service::decide(store::Reader& db, const Actor& actor, const std::string& id, const Question& question) {
  TRY(const auto view, read(db, actor, id, question.number));
  return decide_at(view, question, clock_.now());
}

namespace {

std::string answers_json(const Decided& decided) {
  json::Object out;
  for (const auto& [name, value] : decided.answers) out.set(name, feel::to_json(value));
  return json::write(json::Value(std::move(out)));
}

}  // namespace

Result<DecidedRow> Service::record(store::Writer& db, const Actor& actor, const std::string& id, const Question& question, const std::string& subject) {
  TRY(const auto view, read(db, actor, id, question.number));
  if (!may(actor, Action::decision, view.row.subject())) return fail(region::refusal(actor, Action::decision));
  if (view.shown.published_at == 0) return fail(Code::conflict, "model.draft", {"草稿不能用来作决定，请先发布", "a draft decides nothing: publish it first"});
  DecidedRow row{.id = new_id(DecidedRow::kIdPrefix, clock_), .model = id, .number = view.shown.number, .decision = question.decision, .subject = subject, .city = view.row.city,
                 .inputs = json::write(feel::to_json(feel::Value(question.inputs))), .answers = {}, .account = actor.account, .at = db.now()};
  TRY(const auto decided, decide_at(view, question, row.at));
  row.answers = answers_json(decided);
  TRY_VOID(insert_decided(db, row));
  // The inputs are the applicant's; the journal tells what was decided by which version.
  TRY(const auto answers, json::parse(row.answers));
  TRY_VOID(db.journal(region::entry_of(actor, "model.decided", row.id, row.city, {}, json::object({{"model", id}, {"number", row.number}, {"subject", subject}, {"answers", answers}}))));
  return row;
}

Result<Again> Service::again(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_decided(db, id));
  const auto absent = [] { return fail(Code::not_found, "decision.not_found", {"没有这个决定", "there is no such decision"}); };
  if (!row || !may(actor, Action::decision, {row->city, "", region::Visibility::city})) return absent();
  TRY(const auto view, read(db, actor, row->model, row->number));
  TRY(const auto inputs, json::parse(row->inputs));
  TRY(const auto decided, decide_at(view, {.decision = row->decision, .number = row->number, .inputs = *feel::from_json(inputs).context()}, row->at));
  Again out{*std::move(row), answers_json(decided), false};
  out.same = out.answers == out.row.answers;
  return out;
}

Result<std::vector<DecidedRow>> Service::decided(store::Reader& db, const Actor& actor, const std::string& id, const std::string& before, int limit) {
  TRY(const auto view, read(db, actor, id));
  if (!may(actor, Action::decision, view.row.subject())) return fail(region::refusal(actor, Action::decision));
  return list_decided(db, id, before, limit);
}

Result<TwoTables> Service::tables(store::Reader& db, const Actor& actor, const std::string& a, const std::string& b, const std::string& decision) {
  TwoTables out;
  TRY(out.a, read(db, actor, a));
  TRY(out.b, read(db, actor, b));
  TRY(out.table_a, table_of(*out.a.compiled, decision));
  TRY(out.table_b, table_of(*out.b.compiled, decision));
  if (!may(actor, Action::reach)) return out;
  for (const auto& model : {a, b}) {
    TRY(const auto rows, list_decided(db, model, "", kCasesMax));
    for (const auto& row : rows) {
      TRY(const auto inputs, json::parse(row.inputs));
      out.cases.push_back(*feel::from_json(inputs).context());
    }
  }
  if (firms_) {
    TRY(auto firms, firms_(db));
    std::ranges::move(firms, std::back_inserter(out.cases));
  }
  return out;
}

namespace {

// The model of a text with some of its tables replaced.
Result<Model> with_tables(const std::string& xml, const Change& change) {
  TRY(auto model, read_model(xml));
  for (const auto& [decision, table] : change.tables) {
    const auto element = std::ranges::find_if(model.elements, [&](const Element& one) { return one.kind == Element::Kind::decision && one.name == decision; });
    if (element == model.elements.end() || !element->logic || !element->logic->table) {
      const Text detail{fmt::format("没有名为“{}”的决策表", decision), fmt::format("there is no decision table \"{}\"", decision)};
      return fail(Code::invalid, "model.no_table", detail, {{"/tables/" + decision, "model.no_table", detail}});
    }
    Boxed logic = *element->logic;
    logic.table = std::make_shared<const Table>(table);
    element->logic = std::make_shared<const Boxed>(std::move(logic));
  }
  return model;
}

}  // namespace

Result<std::shared_ptr<const Compiled>> Service::compile_change(store::Reader& db, const Actor& actor, const std::string& id, const Change& change, std::int64_t& number) {
  TRY(const auto latest, read(db, actor, id, change.number));
  const bool from_draft = change.number == 0 && latest.may_write && latest.row.draft != 0;
  TRY(const auto base, read(db, actor, id, from_draft ? latest.row.draft : latest.shown.number));
  number = base.shown.number;
  if (change.tables.empty()) return compile(change.xml);
  TRY(auto model, with_tables(base.shown.xml, change));
  return compile(std::move(model));
}

Result<ModelRow> Service::create(store::Writer& db, const Actor& actor, ModelRow row, const std::string& xml, const std::string& note) {
  if (!may(actor, Action::model_write, row.subject())) return fail(region::refusal(actor, Action::model_write));
  TRY_VOID(compile(xml));
  row.id = new_id(ModelRow::kIdPrefix, clock_);
  row.published = 0, row.draft = 1, row.version = 1;
  row.created_at = row.updated_at = db.now();
  TRY_VOID(insert_model(db, row));
  TRY_VOID(put_version(db, {row.id, 1, xml, note, actor.account, db.now(), 0}));
  TRY_VOID(db.journal(region::entry_of(actor, "model.created", row.id, row.city, {}, summary(row))));
  return row;
}

Result<ModelRow> Service::writable(store::Reader& db, const Actor& actor, const std::string& id, std::int64_t version) {
  TRY(auto row, find_model(db, id));
  if (!row || !may(actor, Action::model_read, row->subject())) return not_found();
  if (!may(actor, Action::model_write, row->subject())) return fail(region::refusal(actor, Action::model_write));
  if (row->version != version) return fail(Code::stale, "model.stale", {"别人刚改过这个标准，请先载入最新内容", "somebody else changed this model just now: load it again first"});
  return *std::move(row);
}

Result<ModelRow> Service::save_draft(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const Change& change, const std::string& note) {
  TRY(auto row, writable(db, actor, id, version));
  auto xml = change.xml;
  if (!change.tables.empty()) {
    TRY(const auto base, find_version(db, id, change.number ? change.number : row.draft ? row.draft : row.published));
    if (!base) return fail(Code::not_found, "model.no_version", {"没有这个版本", "there is no such version"});
    TRY(const auto model, with_tables(base->xml, change));
    xml = write_model(model);
  }
  TRY_VOID(compile(xml));
  const auto before = summary(row);
  if (row.draft == 0) {
    TRY(const auto versions, list_versions(db, id));
    row.draft = versions.empty() ? 1 : versions.front().number + 1;
  }
  ++row.version;
  row.updated_at = db.now();
  TRY_VOID(update_model(db, row));
  TRY_VOID(put_version(db, {row.id, row.draft, xml, note, actor.account, db.now(), 0}));
  TRY_VOID(db.journal(region::entry_of(actor, "model.drafted", row.id, row.city, before, summary(row))));
  return row;
}

Result<ModelRow> Service::publish(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version) {
  TRY(auto row, writable(db, actor, id, version));
  if (row.draft == 0) return fail(Code::conflict, "model.no_draft", {"没有可以发布的草稿", "there is no draft to publish"});
  TRY(auto draft, find_version(db, id, row.draft));
  if (!draft) return not_found();
  TRY(const auto ready, compile(draft->xml));
  if (!ready->problems().empty()) {
    std::vector<Where> faults;
    for (const auto& problem : ready->problems()) faults.push_back({problem.element + (problem.place.empty() ? "" : " / " + problem.place), problem.error.key, problem.error.detail});
    return fail(Code::invalid, "model.problems", {"草稿里有无法使用的内容，改好再发布", "the draft holds texts that cannot be used: mend them first"}, std::move(faults));
  }
  const auto before = summary(row);
  row.published = row.draft;
  row.draft = 0;
  ++row.version;
  row.updated_at = draft->published_at = db.now();
  TRY_VOID(update_model(db, row));
  TRY_VOID(put_version(db, *draft));
  TRY_VOID(db.journal(region::entry_of(actor, "model.published", row.id, row.city, before, summary(row))));
  return row;
}

}  // namespace jiaoji::rules
