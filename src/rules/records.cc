#include "rules/records.h"

#include "region/records.h"

namespace jiaoji::rules {

namespace {

using store::done, store::Row;

constexpr std::string_view kModel = "SELECT id, program, matter, city, title, visibility, illustrative, published, draft, version, created_at, updated_at FROM model ";

ModelRow to_model(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), r.string(4), region::parse_visibility(r.text(5)).value_or(region::Visibility::city), r.integer(6) != 0, r.integer(7), r.integer(8), r.integer(9), r.integer(10), r.integer(11)};
}

}  // namespace

Result<std::vector<ModelRow>> list_models(store::Reader& db, const region::Actor& actor, const ModelFilter& filter) {
  auto [sql, parameters] = region::seen_by(actor, "city");
  sql = std::string(kModel) + "WHERE " + sql + " AND id > ?";
  parameters.push_back(filter.after);
  for (const auto& [column, value] : {std::pair<std::string, const std::string&>{"program", filter.program}, {"matter", filter.matter}, {"city", filter.city}}) {
    if (!value.empty()) sql += " AND " + column + " = ?", parameters.push_back(value);
  }
  sql += " ORDER BY id LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, to_model, parameters);
}

Result<std::optional<ModelRow>> find_model(store::Reader& db, const std::string& id) { return db.first(std::string(kModel) + "WHERE id = ?", to_model, {id}); }

Result<void> insert_model(store::Writer& db, const ModelRow& m) {
  return done(db.execute("INSERT INTO model (id, program, matter, city, title, visibility, illustrative, published, draft, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {m.id, m.program, m.matter, m.city, m.title, to_string(m.visibility), std::int64_t{m.illustrative}, m.published, m.draft, m.version, m.created_at, m.updated_at}));
}

Result<void> update_model(store::Writer& db, const ModelRow& m) {
  TRY(const auto rows, db.execute("UPDATE model SET title = ?, visibility = ?, published = ?, draft = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
                                  {m.title, to_string(m.visibility), m.published, m.draft, m.version, m.updated_at, m.id, m.version - 1}));
  if (rows == 1) return {};
  return fail(Code::stale, "model.stale", {"别人刚改过这个标准，请先载入最新内容", "somebody else changed this model just now: load it again first"});
}

Result<std::optional<VersionRow>> find_version(store::Reader& db, const std::string& model, std::int64_t number) {
  return db.first("SELECT model, number, xml, note, author, created_at, published_at FROM model_version WHERE model = ? AND number = ?",
                  [](const Row& r) { return VersionRow{r.string(0), r.integer(1), r.string(2), r.string(3), r.string(4), r.integer(5), r.integer(6)}; }, {model, number});
}

Result<std::vector<VersionRow>> list_versions(store::Reader& db, const std::string& model) {
  return db.all("SELECT model, number, note, author, created_at, published_at FROM model_version WHERE model = ? ORDER BY number DESC LIMIT 200",
                [](const Row& r) { return VersionRow{r.string(0), r.integer(1), "", r.string(2), r.string(3), r.integer(4), r.integer(5)}; }, {model});
}

Result<void> put_version(store::Writer& db, const VersionRow& v) {
  TRY_VOID(db.execute("DELETE FROM model_version WHERE model = ? AND number = ? AND published_at = 0", {v.model, v.number}));
  return done(db.execute("INSERT INTO model_version (model, number, xml, note, author, created_at, published_at) VALUES (?, ?, ?, ?, ?, ?, ?)", {v.model, v.number, v.xml, v.note, v.author, v.created_at, v.published_at}));
}

namespace {

constexpr std::string_view kDecided = "SELECT id, model, number, decision, subject, city, inputs, answers, account, at FROM decided ";
DecidedRow to_decided(const Row& r) { return {r.string(0), r.string(1), r.integer(2), r.string(3), r.string(4), r.string(5), r.string(6), r.string(7), r.string(8), r.integer(9)}; }

}  // namespace

Result<void> insert_decided(store::Writer& db, const DecidedRow& d) {
  return done(db.execute("INSERT INTO decided (id, model, number, decision, subject, city, inputs, answers, account, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {d.id, d.model, d.number, d.decision, d.subject, d.city, d.inputs, d.answers, d.account, d.at}));
}

Result<std::optional<DecidedRow>> find_decided(store::Reader& db, const std::string& id) { return db.first(std::string(kDecided) + "WHERE id = ?", to_decided, {id}); }

Result<std::vector<DecidedRow>> list_decided(store::Reader& db, const std::string& model, const std::string& before, int limit) {
  // Ids grow with time (UUID 7).
  return db.all(std::string(kDecided) + "WHERE model = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?", to_decided, {model, before, before, std::int64_t{limit}});
}

}  // namespace jiaoji::rules
