#include <fmt/format.h>

#include "base/text.h"
#include "region/service.h"

namespace jiaoji::region {

namespace {

std::vector<std::string> role_names() {
  std::vector<std::string> names;
  for (const Role role : kRoles) names.emplace_back(to_string(role));
  return names;
}

const std::vector<std::string> kPartyKinds = {"enterprise", "institute", "university", "government", "platform", "park", "finance", "other"};
const std::vector<std::string> kVisibilities = {"city", "region", "public"};

json::Value session_json(const Actor& actor, const std::string& csrf) {
  if (!actor.signed_in()) return json::object({{"account", nullptr}, {"csrf_token", nullptr}});
  return json::object({{"account", json::object({{"id", actor.account}, {"name", actor.name}, {"role", to_string(actor.role)}, {"city", actor.city}, {"party", actor.party}})},
                       {"csrf_token", csrf}});
}

void add_session(Api& api, Service& service) {
  api.read("GET", "/api/v1/session", "getSession", [](const Call& call, store::Reader& db) -> Answer {
    std::string csrf;
    if (!call.session.empty()) {
      TRY(const auto session, find_session(db, call.session));
      if (session) csrf = session->csrf;
    }
    return http::json_response(session_json(call.actor, csrf));
  }, Access::guests);

  api.free("POST", "/api/v1/session", "signIn", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto login = in.text("login", 40);
    const auto* password = in.any("password");
    if (!password || !password->string() || password->string()->size() > 512)
      in.fault("password", "field.missing", {"请填写密码（最多 128 个字）", "give the password (at most 128 characters)"});
    TRY_VOID(in.done());
    TRY(const auto signed_in, service.sign_in(login, *password->string(), call.request.remote, call.request.id));
    auto response = http::json_response(session_json(signed_in.account.actor(), signed_in.csrf));
    response.headers.emplace_back("set-cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200{}", api.cookie_name(), signed_in.cookie,
                                                            api.secure_cookie() ? "; Secure" : ""));
    return response;
  }, {.access = Access::guests});

  api.write("DELETE", "/api/v1/session", "signOut", [&](const Call& call, store::Writer& db) -> Answer {
    TRY_VOID(service.sign_out(db, call));
    http::Response response{.status = 204};
    response.headers.emplace_back("set-cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0", api.cookie_name()));
    return response;
  });

  api.free("POST", "/api/v1/session/password", "changePassword", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto before = in.text("before", 128), after = in.text("after", 128);
    TRY_VOID(in.done());
    TRY_VOID(service.change_password(call, before, after));
    return http::Response{.status = 204};
  });
}

void add_accounts(Api& api, Service& service) {
  api.read("GET", "/api/v1/accounts", "listAccounts", [](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::account_manage)) return fail(refusal(call.actor, Action::account_manage));
    TRY(const auto accounts, list_accounts(db));
    json::Array items;
    for (const auto& account : accounts) items.push_back(to_json(account));
    return page_response(call.request, std::move(items), "");
  });

  // The password is hashed before the transaction begins: it takes a tenth of a second, and one thread writes.
  api.free("POST", "/api/v1/accounts", "createAccount", [&](const Call& call) -> Answer {
    if (!may(call.actor, Action::account_manage)) return fail(refusal(call.actor, Action::account_manage));
    json::Fields in(call.body);
    NewAccount from{.login = in.text("login", 40), .name = in.text("name", 60), .role = parse_role(in.choice("role", role_names())).value_or(Role::member),
                    .city = in.optional_text("city", 20).value_or(""), .party = in.optional_text("party", 60).value_or(""), .password = in.text("password", 128)};
    TRY_VOID(in.done());
    TRY(const auto hash, service.hash_password(from));
    TRY(const auto account, api.db().write_as<Account>([&](store::Writer& db) { return service.create_account(db, call.actor, from, hash); }));
    return versioned_response(to_json(account), account.version, 201);
  });

  api.free("PATCH", "/api/v1/accounts/{id}", "changeAccount", [&](const Call& call) -> Answer {
    if (!may(call.actor, Action::account_manage)) return fail(refusal(call.actor, Action::account_manage));
    json::Fields in(call.body);
    AccountChange change{.name = in.optional_text("name", 60), .city = in.optional_text("city", 20), .party = in.optional_text("party", 60), .password = in.optional_text("password", 128)};
    if (const auto role = in.choice("role", role_names(), ""); !role.empty()) change.role = parse_role(role);
    if (in.any("disabled")) change.disabled = in.boolean("disabled");
    TRY_VOID(in.done());
    std::string hash;
    if (change.password) {
      TRY_VOID(check_password(*change.password, "", "/password"));
      TRY(hash, service.passwords().hash(*change.password));
    }
    TRY(const auto version, call.if_match());
    TRY(const auto account, api.db().write_as<Account>([&](store::Writer& db) {
      return service.change_account(db, call.actor, std::string(call.request.parameter("id")), version, change, hash);
    }));
    return versioned_response(to_json(account), account.version);
  });
}

void add_tokens(Api& api, Service& service) {
  api.read("GET", "/api/v1/tokens", "listTokens", [](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto tokens, list_tokens(db, call.actor.account));
    json::Array items;
    for (const auto& token : tokens) items.push_back(to_json(token));
    return page_response(call.request, std::move(items), "");
  });

  // Not kept for retries: the secret is shown once and stands nowhere else.
  api.free("POST", "/api/v1/tokens", "createToken", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto name = in.text("name", 60);
    const auto days = in.optional_integer("days", 1, 366).value_or(90);
    TRY_VOID(in.done());
    using Made = std::pair<Token, std::string>;
    TRY(const auto made, api.db().write_as<Made>([&](store::Writer& db) { return service.create_token(db, call, name, static_cast<int>(days)); }));
    auto value = to_json(made.first);
    std::get<json::Object>(value.data).set("secret", made.second);
    return http::json_response(value, 201);
  });

  api.write("DELETE", "/api/v1/tokens/{id}", "deleteToken", [](const Call& call, store::Writer& db) -> Answer {
    const std::string id(call.request.parameter("id"));
    TRY(const bool deleted, delete_token(db, id, call.actor.account));
    if (!deleted) return fail(Code::not_found, "token.not_found", {"没有这个令牌", "there is no such token"});
    TRY_VOID(db.journal(entry_of(call, "token.deleted", id, call.actor.city, {}, {})));
    return http::Response{.status = 204};
  });
}

void add_parties(Api& api, Service& service) {
  api.read("GET", "/api/v1/cities", "listCities", [](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto places, all_places(db));
    json::Array cities;
    for (const auto& city : places) {
      if (!city.parent.empty()) continue;
      json::Array districts;
      for (const auto& place : places) if (place.parent == city.code) districts.push_back(to_json(place));
      auto value = to_json(city);
      std::get<json::Object>(value.data).set("districts", std::move(districts));
      cities.push_back(std::move(value));
    }
    return page_response(call.request, std::move(cities), "");
  }, Access::guests);

  api.read("GET", "/api/v1/parties", "listParties", [](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, page_of(call.request));
    PartyFilter filter{.text = call.request.query_value("q").value_or(""), .city = call.request.query_value("city").value_or(""), .after = page.after, .limit = page.limit + 1};
    TRY(auto parties, list_parties(db, call.actor, filter));
    std::string next;
    if (static_cast<int>(parties.size()) > page.limit) parties.pop_back(), next = parties.back().id;
    json::Array items;
    for (const auto& party : parties) items.push_back(to_json(party, may(call.actor, Action::contact_read, party.subject())));
    return page_response(call.request, std::move(items), next);
  }, Access::guests);

  api.read("GET", "/api/v1/parties/{id}", "getParty", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto party, service.read_party(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(const auto rows, list_cooperations(db, party.id, ""));
    json::Array cooperations;
    for (const auto& row : rows) cooperations.push_back(to_json(row));
    auto value = to_json(party, may(call.actor, Action::contact_read, party.subject()));
    std::get<json::Object>(value.data).set("cooperations", std::move(cooperations));
    return versioned_response(value, party.version);
  }, Access::guests);

  api.write("POST", "/api/v1/parties", "createParty", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    Party party{.credit_code = in.optional_text("credit_code", 40).value_or(""), .name = in.text("name", 100), .kind = in.choice("kind", kPartyKinds, "enterprise"),
                .city = in.text("city", 20), .district = in.optional_text("district", 20).value_or(""), .affiliation = in.optional_text("affiliation", 60).value_or(""),
                .visibility = parse_visibility(in.choice("visibility", kVisibilities, "region")).value_or(Visibility::region),
                .about = in.optional_text("about", 2000, true).value_or(""), .contact_name = in.optional_text("contact_name", 60).value_or(""),
                .contact_phone = in.optional_text("contact_phone", 40).value_or("")};
    TRY_VOID(in.done());
    TRY(const auto created, service.create_party(db, call.actor, party));
    return versioned_response(to_json(created, true), created.version, 201);
  });

  api.write("PATCH", "/api/v1/parties/{id}", "changeParty", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    PartyChange change{.credit_code = in.optional_text("credit_code", 40), .name = in.optional_text("name", 100), .district = in.optional_text("district", 20),
                       .affiliation = in.optional_text("affiliation", 60), .about = in.optional_text("about", 2000, true),
                       .contact_name = in.optional_text("contact_name", 60), .contact_phone = in.optional_text("contact_phone", 40)};
    if (change.name && change.name->empty()) in.fault("name", "field.missing", {"必填", "is required"});
    if (const auto kind = in.choice("kind", kPartyKinds, ""); !kind.empty()) change.kind = kind;
    if (const auto visibility = in.choice("visibility", kVisibilities, ""); !visibility.empty()) change.visibility = parse_visibility(visibility);
    TRY_VOID(in.done());
    TRY(const auto version, call.if_match());
    TRY(const auto party, service.change_party(db, call.actor, std::string(call.request.parameter("id")), version, change));
    return versioned_response(to_json(party, true), party.version);
  });

  api.read("GET", "/api/v1/cooperations", "listCooperations", [](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto rows, list_cooperations(db, "", call.request.query_value("city").value_or("")));
    json::Array items;
    for (const auto& row : rows) items.push_back(to_json(row));
    return page_response(call.request, std::move(items), "");
  }, Access::guests);
}

}  // namespace

void add_routes(Api& api, Service& service) {
  add_session(api, service);
  add_accounts(api, service);
  add_tokens(api, service);
  add_parties(api, service);
}

}  // namespace jiaoji::region
