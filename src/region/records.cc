#include "region/records.h"

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::region {

namespace {

using store::Cell;
using store::Row;

constexpr std::string_view kParty =
    "SELECT id, credit_code, name, kind, city, district, affiliation, visibility, about, contact_name, contact_phone, illustrative, source, "
    "version, created_at, updated_at FROM party ";

Party to_party(const Row& r) {
  return {.id = r.string(0), .credit_code = r.string(1), .name = r.string(2), .kind = r.string(3), .city = r.string(4), .district = r.string(5),
          .affiliation = r.string(6), .visibility = parse_visibility(r.text(7)).value_or(Visibility::city), .about = r.string(8),
          .contact_name = r.string(9), .contact_phone = r.string(10), .illustrative = r.integer(11) != 0, .source = r.string(12),
          .version = r.integer(13), .created_at = r.integer(14), .updated_at = r.integer(15)};
}

Cell or_null(const std::string& text) { return text.empty() ? Cell{} : Cell{text}; }

constexpr std::string_view kAccount =
    "SELECT id, login, name, role, city, party, password_hash, disabled, version, created_at, updated_at FROM account ";

Account to_account(const Row& r) {
  return {.id = r.string(0), .login = r.string(1), .name = r.string(2), .role = parse_role(r.text(3)).value_or(Role::member), .city = r.string(4),
          .party = r.string(5), .password_hash = r.string(6), .disabled = r.integer(7) != 0, .version = r.integer(8), .created_at = r.integer(9),
          .updated_at = r.integer(10)};
}

constexpr std::string_view kCooperation =
    "SELECT id, from_name, from_party, from_city, to_name, to_party, to_city, relation, subject, status, source, note FROM cooperation ";

Cooperation to_cooperation(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), r.string(4), r.string(5), r.string(6), r.string(7), r.string(8), r.string(9), r.string(10), r.string(11)};
}

Token to_token(const Row& r) { return {r.string(0), r.string(1), r.string(2), r.string(3), r.integer(4), r.integer(5)}; }

Result<void> done(Result<std::int64_t> changed) {
  if (!changed) return std::unexpected(std::move(changed).error());
  return {};
}

// One row must have changed; none means that somebody else was faster.
Result<void> done_once(Result<std::int64_t> changed) {
  if (!changed) return std::unexpected(std::move(changed).error());
  if (*changed == 1) return {};
  return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
}

// Escapes what LIKE would read as a pattern.
std::string like(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "%";
}

}  // namespace

Condition seen_by(const Actor& actor, std::string_view party_column) {
  if (actor.system()) return {"1 = 1", {}};
  if (!actor.signed_in()) return {"visibility = 'public'", {}};
  Condition condition{"(visibility IN ('public', 'region')", {}};
  if (!actor.city.empty()) condition.sql += " OR city = ?", condition.parameters.push_back(actor.city);
  if (!actor.party.empty()) condition.sql += fmt::format(" OR {} = ?", party_column), condition.parameters.push_back(actor.party);
  condition.sql += ")";
  return condition;
}

Result<std::vector<Place>> all_places(store::Reader& db) {
  return db.all("SELECT code, parent, name, name_en, lon, lat FROM place ORDER BY code",
                [](const Row& r) { return Place{r.string(0), r.string(1), r.string(2), r.string(3), r.number(4), r.number(5)}; });
}

Result<void> put_place(store::Writer& db, const Place& p) {
  TRY_VOID(db.execute("DELETE FROM place WHERE code = ?", {p.code}));
  return done(db.execute("INSERT INTO place (code, parent, name, name_en, lon, lat) VALUES (?, ?, ?, ?, ?, ?)", {p.code, p.parent, p.name, p.name_en, p.lon, p.lat}));
}

Result<std::vector<Party>> list_parties(store::Reader& db, const Actor& actor, const PartyFilter& filter) {
  auto [sql, parameters] = seen_by(actor, "id");
  sql = std::string(kParty) + "WHERE " + sql + " AND id > ?";
  parameters.push_back(filter.after);
  if (!filter.city.empty()) sql += " AND city = ?", parameters.push_back(filter.city);
  if (!filter.text.empty()) sql += " AND name_folded LIKE ? ESCAPE '\\'", parameters.push_back(like(text::fold_text(filter.text)));
  sql += " ORDER BY id LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, to_party, parameters);
}

Result<std::optional<Party>> find_party(store::Reader& db, const std::string& id) { return db.first(std::string(kParty) + "WHERE id = ?", to_party, {id}); }

Result<std::optional<Party>> find_party_by_credit_code(store::Reader& db, const std::string& code) {
  return db.first(std::string(kParty) + "WHERE credit_code = ?", to_party, {code});
}

Result<std::optional<Party>> find_party_by_name(store::Reader& db, const Actor& actor, const std::string& name, const std::string& city) {
  TRY(const auto named, db.all(std::string(kParty) + "WHERE name_folded = ? ORDER BY id LIMIT 100", to_party, {text::fold_text(name)}));
  std::optional<Party> found;
  for (const auto& party : named)
    if (may(actor, Action::party_read, party.subject()) && (!found || (found->city != city && party.city == city))) found = party;
  return found;
}

Result<std::int64_t> count_affiliated(store::Reader& db, const std::string& head) {
  return db.integer("SELECT COUNT(*) FROM party WHERE affiliation = ? AND id <> ?", {head, head});
}

Result<void> insert_party(store::Writer& db, const Party& p) {
  return done(db.execute("INSERT INTO party (id, credit_code, name, name_folded, kind, city, district, affiliation, visibility, about, contact_name, "
                         "contact_phone, illustrative, source, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {p.id, or_null(p.credit_code), p.name, text::fold_text(p.name), p.kind, p.city, p.district, p.affiliation.empty() ? p.id : p.affiliation,
                          to_string(p.visibility), p.about, p.contact_name, p.contact_phone, std::int64_t{p.illustrative}, p.source, p.version, p.created_at, p.updated_at}));
}

Result<void> update_party(store::Writer& db, const Party& p) {
  return done_once(db.execute("UPDATE party SET credit_code = ?, name = ?, name_folded = ?, kind = ?, district = ?, affiliation = ?, visibility = ?, about = ?, "
                              "contact_name = ?, contact_phone = ?, version = ?, updated_at = ? WHERE id = ? AND version = ?",
                              {or_null(p.credit_code), p.name, text::fold_text(p.name), p.kind, p.district, p.affiliation, to_string(p.visibility), p.about,
                               p.contact_name, p.contact_phone, p.version, p.updated_at, p.id, p.version - 1}));
}

Result<std::vector<Cooperation>> list_cooperations(store::Reader& db, const std::string& party, const std::string& city) {
  std::string sql(kCooperation);
  std::vector<Cell> parameters;
  if (!party.empty()) sql += "WHERE from_party = ? OR to_party = ? ", parameters = {party, party};
  else if (!city.empty()) sql += "WHERE from_city = ? OR to_city = ? ", parameters = {city, city};
  return db.all(sql + "ORDER BY id LIMIT 1000", to_cooperation, parameters);
}

Result<void> insert_cooperation(store::Writer& db, const Cooperation& c) {
  return done(db.execute("INSERT INTO cooperation (id, from_name, from_party, from_city, to_name, to_party, to_city, relation, subject, status, source, note) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {c.id, c.from_name, c.from_party, c.from_city, c.to_name, c.to_party, c.to_city, c.relation, c.subject, c.status, c.source, c.note}));
}

Result<std::vector<Account>> list_accounts(store::Reader& db) { return db.all(std::string(kAccount) + "ORDER BY login LIMIT 1000", to_account); }
Result<std::optional<Account>> find_account(store::Reader& db, const std::string& id) { return db.first(std::string(kAccount) + "WHERE id = ?", to_account, {id}); }
Result<std::optional<Account>> find_account_by_login(store::Reader& db, const std::string& login) {
  return db.first(std::string(kAccount) + "WHERE login = ?", to_account, {login});
}

Result<bool> signs_in(store::Reader& db, const std::string& party) {
  if (party.empty()) return false;
  TRY(const auto accounts, db.integer("SELECT COUNT(*) FROM account WHERE party = ? AND role = 'member' AND disabled = 0", {party}));
  return accounts > 0;
}

Result<void> insert_account(store::Writer& db, const Account& a) {
  return done(db.execute("INSERT INTO account (id, login, name, role, city, party, password_hash, disabled, version, created_at, updated_at) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {a.id, a.login, a.name, to_string(a.role), a.city, a.party, a.password_hash, std::int64_t{a.disabled}, a.version, a.created_at, a.updated_at}));
}

Result<void> update_account(store::Writer& db, const Account& a) {
  return done_once(db.execute("UPDATE account SET name = ?, role = ?, city = ?, party = ?, password_hash = ?, disabled = ?, version = ?, updated_at = ? "
                              "WHERE id = ? AND version = ?",
                              {a.name, to_string(a.role), a.city, a.party, a.password_hash, std::int64_t{a.disabled}, a.version, a.updated_at, a.id, a.version - 1}));
}

Result<void> insert_session(store::Writer& db, const Session& s) {
  return done(db.execute("INSERT INTO session (hash, account, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?)", {s.hash, s.account, s.csrf, s.created_at, s.expires_at}));
}
Result<std::optional<Session>> find_session(store::Reader& db, const std::string& hash) {
  return db.first("SELECT hash, account, csrf, created_at, expires_at FROM session WHERE hash = ?",
                  [](const Row& r) { return Session{r.string(0), r.string(1), r.string(2), r.integer(3), r.integer(4)}; }, {hash});
}
Result<void> delete_sessions(store::Writer& db, const std::string& account) { return done(db.execute("DELETE FROM session WHERE account = ?", {account})); }
Result<void> delete_session(store::Writer& db, const std::string& hash) { return done(db.execute("DELETE FROM session WHERE hash = ?", {hash})); }

Result<void> insert_token(store::Writer& db, const Token& t) {
  return done(db.execute("INSERT INTO token (id, hash, account, name, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)", {t.id, t.hash, t.account, t.name, t.created_at, t.expires_at}));
}
Result<std::optional<Token>> find_token(store::Reader& db, const std::string& hash) {
  return db.first("SELECT id, hash, account, name, created_at, expires_at FROM token WHERE hash = ?", to_token, {hash});
}
Result<std::vector<Token>> list_tokens(store::Reader& db, const std::string& account) {
  return db.all("SELECT id, hash, account, name, created_at, expires_at FROM token WHERE account = ? ORDER BY id LIMIT 200", to_token, {account});
}
Result<bool> delete_token(store::Writer& db, const std::string& id, const std::string& account) {
  TRY(const auto changed, db.execute("DELETE FROM token WHERE id = ? AND account = ?", {id, account}));
  return changed == 1;
}

json::Value to_json(const Place& p) {
  return json::object({{"code", p.code}, {"parent", p.parent}, {"name", p.name}, {"name_en", p.name_en}, {"lon", p.lon}, {"lat", p.lat}});
}

json::Value to_json(const Party& p, bool with_contact) {
  auto value = json::object({{"id", p.id}, {"credit_code", p.credit_code}, {"name", p.name}, {"kind", p.kind}, {"city", p.city}, {"district", p.district},
                             {"affiliation", p.affiliation}, {"visibility", to_string(p.visibility)}, {"about", p.about},
                             {"illustrative", p.illustrative}, {"source", p.source}, {"version", p.version},
                             {"created_at", format_time(p.created_at)}, {"updated_at", format_time(p.updated_at)}});
  auto& members = std::get<json::Object>(value.data);
  if (with_contact) members.set("contact", json::object({{"name", p.contact_name}, {"phone", p.contact_phone}}));
  return value;
}

json::Value to_json(const Cooperation& c) {
  return json::object({{"id", c.id}, {"from", json::object({{"name", c.from_name}, {"party", c.from_party}, {"city", c.from_city}})},
                       {"to", json::object({{"name", c.to_name}, {"party", c.to_party}, {"city", c.to_city}})}, {"relation", c.relation},
                       {"subject", c.subject}, {"status", c.status}, {"source", c.source}, {"note", c.note}});
}

json::Value to_json(const Account& a) {
  return json::object({{"id", a.id}, {"login", a.login}, {"name", a.name}, {"role", to_string(a.role)}, {"city", a.city}, {"party", a.party},
                       {"disabled", a.disabled}, {"version", a.version}, {"created_at", format_time(a.created_at)}, {"updated_at", format_time(a.updated_at)}});
}

json::Value to_json(const Token& t) {
  return json::object({{"id", t.id}, {"name", t.name}, {"created_at", format_time(t.created_at)}, {"expires_at", format_time(t.expires_at)}});
}

}  // namespace jiaoji::region
