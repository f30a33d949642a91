// Rows of the region: places, parties, cooperations, accounts, sessions, tokens. The only SQL of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "region/permissions.h"
#include "store/database.h"

namespace jiaoji::region {

struct Place {
  std::string code, parent, name, name_en;
  double lon = 0, lat = 0;
};

struct Party {
  static constexpr const char* kIdPrefix = "pty";
  std::string id, credit_code, name, kind, city, district, affiliation;
  Visibility visibility = Visibility::region;
  std::string about, contact_name, contact_phone;
  bool illustrative = false;
  std::string source;
  std::int64_t version = 1;
  TimeMs created_at = 0, updated_at = 0;
  Subject subject() const { return {city, id, visibility}; }
};

// What two parties do together, as `source` reports it. Status 签署 signed, 促成 arranged, 推动 promoted, 探讨 explored.
struct Cooperation {
  static constexpr const char* kIdPrefix = "coo";
  std::string id, from_name, from_party, from_city, to_name, to_party, to_city, relation, subject, status, source, note;
};

struct Account {
  static constexpr const char* kIdPrefix = "acc";
  std::string id, login, name;
  Role role = Role::member;
  std::string city, party, password_hash;
  bool disabled = false;
  std::int64_t version = 1;
  TimeMs created_at = 0, updated_at = 0;
  Actor actor() const { return {id, name, role, city, party}; }
};

struct Token {
  static constexpr const char* kIdPrefix = "tok";
  std::string id, hash, account, name;
  TimeMs created_at = 0, expires_at = 0;
};

struct Session {
  std::string hash, account, csrf;
  TimeMs created_at = 0, expires_at = 0;
};

Result<std::vector<Place>> all_places(store::Reader& db);
Result<void> put_place(store::Writer& db, const Place& place);

struct PartyFilter {
  std::string text, city;          // part of the name; "" for all
  std::string after;               // cursor: the last id of the page before
  int limit = 50;
};
// Only rows that `actor` sees, in the order of their ids.
Result<std::vector<Party>> list_parties(store::Reader& db, const Actor& actor, const PartyFilter& filter);
Result<std::optional<Party>> find_party(store::Reader& db, const std::string& id);
Result<std::optional<Party>> find_party_by_credit_code(store::Reader& db, const std::string& code);
// Of several that bear the name and that `actor` sees: the one of `city`, else the oldest.
Result<std::optional<Party>> find_party_by_name(store::Reader& db, const Actor& actor, const std::string& name, const std::string& city);
Result<std::int64_t> count_affiliated(store::Reader& db, const std::string& head);   // parties of its group besides itself
Result<void> insert_party(store::Writer& db, const Party& party);
Result<void> update_party(store::Writer& db, const Party& party);  // `stale` when the version in the row is not party.version - 1

Result<std::vector<Cooperation>> list_cooperations(store::Reader& db, const std::string& party, const std::string& city);
Result<void> insert_cooperation(store::Writer& db, const Cooperation& row);

Result<std::vector<Account>> list_accounts(store::Reader& db);
Result<std::optional<Account>> find_account(store::Reader& db, const std::string& id);
Result<std::optional<Account>> find_account_by_login(store::Reader& db, const std::string& login);
Result<bool> signs_in(store::Reader& db, const std::string& party);  // whether somebody can sign in for it
Result<void> insert_account(store::Writer& db, const Account& account);
Result<void> update_account(store::Writer& db, const Account& account);

Result<void> insert_session(store::Writer& db, const Session& session);
Result<std::optional<Session>> find_session(store::Reader& db, const std::string& hash);
Result<void> delete_sessions(store::Writer& db, const std::string& account);  // all of one account
Result<void> delete_session(store::Writer& db, const std::string& hash);

Result<void> insert_token(store::Writer& db, const Token& token);
Result<std::optional<Token>> find_token(store::Reader& db, const std::string& hash);
Result<std::vector<Token>> list_tokens(store::Reader& db, const std::string& account);
Result<bool> delete_token(store::Writer& db, const std::string& id, const std::string& account);

// The SQL condition, with its parameters, that keeps only rows which `actor` sees. `table` must have the columns
// city, visibility and `party_column`.
struct Condition {
  std::string sql;
  std::vector<store::Cell> parameters;
};
Condition seen_by(const Actor& actor, std::string_view party_column);

json::Value to_json(const Place& place);
json::Value to_json(const Party& party, bool with_contact);
json::Value to_json(const Cooperation& row);
json::Value to_json(const Account& account);   // never the hash
json::Value to_json(const Token& token);       // never the hash

}  // namespace jiaoji::region
