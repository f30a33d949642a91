#include "region/service.h"

#include <fmt/format.h>

#include "base/credit_code.h"
#include "base/text.h"

namespace jiaoji::region {

namespace {

constexpr TimeMs kSessionLasts = 12 * 3'600'000;

Error wrong_sign_in() {
  return {Code::unauthenticated, "account.wrong_sign_in", {"登录名或密码不对；连续多次输错会暂停登录 15 分钟", "login or password is wrong; too many failures pause signing in for 15 minutes"}, {}};
}

Result<void> check_login(const std::string& login, std::string_view pointer) {
  const bool good = login.size() >= 2 && login.size() <= 40 && login.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
  if (good) return {};
  const Text detail = {"登录名为 2 到 40 个小写字母、数字或 . _ -", "a login is 2 to 40 lower-case letters, digits or . _ -"};
  return fail(Code::invalid, "account.login", detail, {Where{std::string(pointer), "account.login", detail}});
}

// A member belongs to a party, an officer to a city, the others to neither.
Result<void> check_belongs(store::Reader& db, const Account& account) {
  const auto refuse = [](const char* pointer, Text detail) { return fail(Code::invalid, "account.belongs", detail, {Where{pointer, "account.belongs", detail}}); };
  if (account.role == Role::officer && account.city.empty()) return refuse("/city", {"城市工作人员必须属于一个城市", "a city officer belongs to a city"});
  if (account.role == Role::member) {
    TRY(const auto party, find_party(db, account.party));
    if (!party) return refuse("/party", {"企业成员必须属于一个已登记的单位", "an enterprise member belongs to a registered party"});
    if (party->city != account.city) return refuse("/city", {"与单位所在城市不一致", "is not the city of the party"});
    return {};
  }
  if (!account.party.empty()) return refuse("/party", {"只有企业成员属于单位", "only an enterprise member belongs to a party"});
  if (account.role != Role::officer && !account.city.empty()) return refuse("/city", {"区域角色不属于某个城市", "a role of the region belongs to no city"});
  return account.city.empty() ? Result<void>() : check_place(db, account.city, "", "/city");
}

Result<std::int64_t> count_administrators(store::Reader& db) { return db.integer("SELECT COUNT(*) FROM account WHERE role = 'administrator' AND disabled = 0"); }

Result<std::string> party_affiliation(store::Reader& db, const Actor& actor, const Party& party) {
  if (party.affiliation.empty() || party.affiliation == party.id) return party.id;
  TRY(const auto head, find_party(db, party.affiliation));
  if (!head || !may(actor, Action::party_read, head->subject())) return fail(Code::invalid, "party.affiliation", {"所属集团不存在", "the head of the group does not exist"}, {Where{"/affiliation", "party.affiliation", {"没有这个单位", "there is no such party"}}});
  return head->affiliation;  // one level: groups cannot make a ring (I014)
}

}  // namespace

Result<void> check_place(store::Reader& db, const std::string& city, const std::string& district, std::string_view pointer) {
  TRY(const auto cities, db.integer("SELECT COUNT(*) FROM place WHERE code = ? AND parent = ''", {city}));
  const Text detail = {fmt::format("没有代码为“{}”的城市", text::ellipsis(city, 20)), fmt::format("there is no city with the code \"{}\"", text::ellipsis(city, 20))};
  if (cities == 0) return fail(Code::invalid, "place.unknown", detail, {Where{std::string(pointer), "place.unknown", detail}});
  if (district.empty()) return {};
  TRY(const auto districts, db.integer("SELECT COUNT(*) FROM place WHERE code = ? AND parent = ?", {district, city}));
  const Text wrong = {"该区县不属于所选城市", "this district is not one of the city"};
  if (districts == 0) return fail(Code::invalid, "place.unknown", wrong, {Where{"/district", "place.unknown", wrong}});
  return {};
}

Result<SignedIn> Service::sign_in(const std::string& login, const std::string& password, const std::string& address, const std::string& request) {
  TRY(const auto account, db_.read_as<std::optional<Account>>([&](store::Reader& db) { return find_account_by_login(db, login); }));
  const bool allowed = attempts_.allowed(login, address);
  // The password is hashed in every case, so that an answer's time tells nothing.
  TRY(const bool fits, passwords_.fits(password, account && allowed ? account->password_hash : ""));
  if (!fits || account->disabled) {
    attempts_.failed(login, address);
    // Once it is locked nothing more is written, or a flood of attempts would fill the journal.
    // An unknown login is written down, too (not what was typed: it may be a password), and so takes as long.
    if (allowed) {
      TRY_VOID(db_.write([&](store::Writer& db) {
        const auto who = account.value_or(Account{.id = "unknown"});
        auto entry = entry_of(who.actor(), "account.sign_in_failed", who.id, who.city, {}, json::object({{"address", address}}));
        entry.request = request;
        return db.journal(std::move(entry));
      }));
    }
    return fail(wrong_sign_in());
  }
  attempts_.succeeded(login);
  SignedIn in{*account, random_hex(32), random_hex(16)};
  TRY_VOID(db_.write([&](store::Writer& db) -> Result<void> {
    TRY_VOID(db.execute("DELETE FROM session WHERE expires_at < ?", {db.now()}));
    TRY_VOID(insert_session(db, {store::hash_hex(store::HashKind::sha256, in.cookie), account->id, in.csrf, db.now(), db.now() + kSessionLasts}));
    auto entry = entry_of(account->actor(), "account.signed_in", account->id, account->city, {}, json::object({{"address", address}}));
    entry.request = request;
    return db.journal(std::move(entry));
  }));
  return in;
}

Result<void> Service::sign_out(store::Writer& db, const Call& call) {
  if (call.session.empty()) return {};
  TRY_VOID(delete_session(db, call.session));
  return db.journal(entry_of(call, "account.signed_out", call.actor.account, call.actor.city, {}, {}));
}

Result<void> Service::change_password(const Call& call, const std::string& before, const std::string& after) {
  TRY(auto account, db_.read_as<std::optional<Account>>([&](store::Reader& db) { return find_account(db, call.actor.account); }));
  if (!account) return fail(wrong_sign_in());
  TRY(const bool fits, passwords_.fits(before, account->password_hash));
  const Text wrong = {"现在的密码不对", "the present password is wrong"};
  if (!fits) return fail(Code::invalid, "password.wrong", wrong, {Where{"/before", "password.wrong", wrong}});
  TRY_VOID(check_password(after, account->login, "/after"));
  TRY(const auto hash, passwords_.hash(after));
  return db_.write([&](store::Writer& db) -> Result<void> {
    TRY(account, find_account(db, call.actor.account));   // again: hashing takes long, and it may have been disabled meanwhile
    if (!account || account->disabled) return fail(wrong_sign_in());
    account->password_hash = hash;
    ++account->version;
    account->updated_at = db.now();
    TRY_VOID(update_account(db, *account));
    TRY_VOID(delete_sessions(db, account->id));
    return db.journal(entry_of(call, "account.password_changed", account->id, account->city, {}, {}));
  });
}

Result<std::string> Service::hash_password(const NewAccount& account) {
  TRY_VOID(check_login(account.login, "/login"));
  TRY_VOID(check_password(account.password, account.login, "/password"));
  return passwords_.hash(account.password);
}

Result<Account> Service::create_account(store::Writer& db, const Actor& actor, const NewAccount& from, std::string password_hash) {
  if (!may(actor, Action::account_manage)) return fail(refusal(actor, Action::account_manage));
  Account account{.id = new_id(Account::kIdPrefix, clock_), .login = from.login, .name = from.name, .role = from.role, .city = from.city, .party = from.party,
                  .password_hash = std::move(password_hash), .created_at = db.now(), .updated_at = db.now()};
  TRY_VOID(check_belongs(db, account));
  const Text taken = {"登录名已被使用", "this login is taken"};
  TRY(const auto other, find_account_by_login(db, account.login));
  if (other) return fail(Code::conflict, "account.login_taken", taken, {Where{"/login", "account.login_taken", taken}});
  TRY_VOID(insert_account(db, account));
  TRY_VOID(db.journal(entry_of(actor, "account.created", account.id, account.city, {}, to_json(account))));
  return account;
}

Result<Account> Service::change_account(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const AccountChange& change,
                                        const std::string& password_hash) {
  if (!may(actor, Action::account_manage)) return fail(refusal(actor, Action::account_manage));
  TRY(auto found, find_account(db, id));
  if (!found) return fail(Code::not_found, "account.not_found", {"没有这个账号", "there is no such account"});
  auto account = *found;
  if (account.version != version) return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
  // Nobody gives himself rights (G015), and the last administrator stays (G016).
  const bool demoted = account.role == Role::administrator && ((change.role && *change.role != Role::administrator) || change.disabled.value_or(false));
  if (account.id == actor.account && (change.role || change.disabled))
    return fail(Code::forbidden, "account.own_rights", {"不能修改自己的角色或停用自己", "nobody changes their own role or disables themselves"});
  TRY(const auto administrators, count_administrators(db));
  if (demoted && administrators <= 1) return fail(Code::conflict, "account.last_administrator", {"这是最后一个管理员，不能停用或改角色", "this is the last administrator"});
  if (change.name) account.name = *change.name;
  if (change.role) account.role = *change.role;
  if (change.city) account.city = *change.city;
  if (change.party) account.party = *change.party;
  if (change.disabled) account.disabled = *change.disabled;
  if (!password_hash.empty()) account.password_hash = password_hash;
  ++account.version;
  account.updated_at = db.now();
  TRY_VOID(check_belongs(db, account));
  TRY_VOID(update_account(db, account));
  // What a person may do changes at once: every session of the account ends.
  TRY_VOID(delete_sessions(db, account.id));
  TRY_VOID(db.journal(entry_of(actor, "account.changed", account.id, account.city, to_json(*found), to_json(account))));
  return account;
}

Result<std::pair<Token, std::string>> Service::create_token(store::Writer& db, const Call& call, const std::string& name, int days) {
  if (!may(call.actor, Action::token_own)) return fail(refusal(call.actor, Action::token_own));
  TRY(const auto count, db.integer("SELECT COUNT(*) FROM token WHERE account = ?", {call.actor.account}));
  if (count >= 50) return fail(Code::conflict, "token.too_many", {"最多 50 个令牌，请先删除不用的", "at most 50 tokens: delete one that is not used"});
  const std::string secret = "jj_" + random_hex(32);
  Token token{new_id(Token::kIdPrefix, clock_), store::hash_hex(store::HashKind::sha256, secret), call.actor.account, name, db.now(),
              db.now() + std::int64_t{days} * 86'400'000};
  TRY_VOID(insert_token(db, token));
  TRY_VOID(db.journal(entry_of(call, "token.created", token.id, call.actor.city, {}, to_json(token))));
  return std::pair{token, secret};
}

Result<Party> Service::create_party(store::Writer& db, const Actor& actor, Party party) {
  if (!may(actor, Action::party_write)) return fail(refusal(actor, Action::party_write));
  TRY_VOID(check_place(db, party.city, party.district, "/city"));
  party.id = new_id(Party::kIdPrefix, clock_);
  if (!may(actor, Action::party_write, party.subject())) return fail(refusal(actor, Action::party_write));
  if (!party.credit_code.empty()) {
    TRY(party.credit_code, parse_credit_code(party.credit_code, "/credit_code"));
    TRY(const auto other, find_party_by_credit_code(db, party.credit_code));
    const Text detail = {"该统一社会信用代码已登记", "this credit code is registered already"};
    if (other) return fail(Code::conflict, "party.credit_code_taken", detail, {Where{"/credit_code", "party.credit_code_taken", detail}});
  }
  TRY(party.affiliation, party_affiliation(db, actor, party));
  party.version = 1;
  party.created_at = party.updated_at = db.now();
  TRY_VOID(insert_party(db, party));
  TRY_VOID(db.journal(entry_of(actor, "party.created", party.id, party.city, {}, to_json(party, true))));
  return party;
}

Result<Party> Service::change_party(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const PartyChange& change) {
  TRY(const auto before, read_party(db, actor, id));
  if (!may(actor, Action::party_write, before.subject())) return fail(refusal(actor, Action::party_write));
  if (before.version != version) return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
  Party party = before;
  const auto take = [](std::string& field, const std::optional<std::string>& value) { if (value) field = *value; };
  take(party.name, change.name), take(party.kind, change.kind), take(party.district, change.district), take(party.about, change.about);
  take(party.affiliation, change.affiliation), take(party.contact_name, change.contact_name), take(party.contact_phone, change.contact_phone);
  if (change.visibility) party.visibility = *change.visibility;
  if (change.credit_code) party.credit_code = *change.credit_code;
  if (change.credit_code && !party.credit_code.empty()) { TRY(party.credit_code, parse_credit_code(party.credit_code, "/credit_code")); }
  TRY_VOID(check_place(db, party.city, party.district, "/city"));
  if (party.affiliation != before.affiliation) {
    TRY(party.affiliation, party_affiliation(db, actor, party));
    TRY(const auto others, count_affiliated(db, id));
    const Text heads = {"本单位是集团的牵头单位，请先让成员单位改属", "this party heads a group: give its members another group first"};
    if (others > 0 && party.affiliation != id) return fail(Code::invalid, "party.heads_group", heads, {Where{"/affiliation", "party.heads_group", heads}});
  }
  if (guard_) TRY_VOID(guard_(db, party));
  ++party.version;
  party.updated_at = db.now();
  TRY_VOID(update_party(db, party));
  TRY_VOID(db.journal(entry_of(actor, "party.changed", party.id, party.city, to_json(before, true), to_json(party, true))));
  return party;
}

Result<Party> Service::read_party(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(const auto party, find_party(db, id));
  if (!party || !may(actor, Action::party_read, party->subject())) return fail(Code::not_found, "party.not_found", {"没有这个单位", "there is no such party"});
  return *party;
}

}  // namespace jiaoji::region
