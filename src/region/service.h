// Use cases of the region: sign in and out, accounts, tokens, parties. Each asks `may`, changes rows and writes the journal
// inside the transaction that it is given.
#pragma once

#include <memory>

#include "region/api.h"
#include "region/passwords.h"
#include "region/records.h"

namespace jiaoji::region {

struct SignedIn {
  Account account;
  std::string cookie;      // the secret itself, once
  std::string csrf;
};

struct NewAccount {
  std::string login, name;
  Role role = Role::member;
  std::string city, party, password;
};
// What a change leaves alone is absent.
struct AccountChange {
  std::optional<std::string> name, city, party, password;
  std::optional<Role> role;
  std::optional<bool> disabled;
};
struct PartyChange {
  std::optional<std::string> credit_code, name, kind, district, affiliation, about, contact_name, contact_phone;
  std::optional<Visibility> visibility;
};

class Service {
 public:
  Service(store::Database& db, const Clock& clock) : db_(db), clock_(clock), attempts_({}, clock) {}

  // One message for an unknown login, a wrong password, a disabled account and too many attempts: G001.
  Result<SignedIn> sign_in(const std::string& login, const std::string& password, const std::string& address, const std::string& request);
  Result<void> sign_out(store::Writer& db, const Call& call);
  Result<void> change_password(const Call& call, const std::string& before, const std::string& after);

  Result<std::string> hash_password(const NewAccount& account);        // outside the transaction: it takes 0.1 s
  Result<Account> create_account(store::Writer& db, const Actor& actor, const NewAccount& account, std::string password_hash);
  Result<Account> change_account(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const AccountChange& change,
                                 const std::string& password_hash);
  Result<std::pair<Token, std::string>> create_token(store::Writer& db, const Call& call, const std::string& name, int days);

  Result<Party> create_party(store::Writer& db, const Actor& actor, Party party);
  Result<Party> change_party(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const PartyChange& change);
  // Asked before a party changes: folders above refuse what their own rows do not allow.
  using PartyGuard = std::function<Result<void>(store::Reader&, const Party&)>;
  void guard_parties(PartyGuard guard) { guard_ = std::move(guard); }
  // `not_found` for what the actor may not see, with the same words as for what is not there.
  Result<Party> read_party(store::Reader& db, const Actor& actor, const std::string& id);

  Passwords& passwords() { return passwords_; }

 private:
  store::Database& db_;
  const Clock& clock_;
  Passwords passwords_;
  Attempts attempts_;
  PartyGuard guard_;
};

// A city's code, checked against the places of the region.
Result<void> check_place(store::Reader& db, const std::string& city, const std::string& district, std::string_view pointer);

void add_routes(Api& api, Service& service);
void add_journal_routes(Api& api);

}  // namespace jiaoji::region
