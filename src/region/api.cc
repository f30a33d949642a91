#include "region/api.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "region/records.h"

namespace jiaoji::region {

namespace {

constexpr std::size_t kKeyMax = 255;                 // of an Idempotency-Key
constexpr TimeMs kAnswersKept = 24 * 3'600'000;      // for retries
constexpr std::size_t kBucketsMax = 100'000;

Error refuse(Code code, std::string key, Text detail) { return {code, std::move(key), std::move(detail), {}}; }

bool is_json(std::string_view type) {
  if (!type.starts_with("application/json")) return false;
  type.remove_prefix(16);
  while (type.starts_with(' ') || type.starts_with(';')) type.remove_prefix(1);
  return type.empty() || type == "charset=utf-8" || type == "charset=UTF-8";
}

Result<json::Value> body_of(const http::Request& request) {
  if (request.body.empty() && request.header("content-type").empty()) return json::Value(json::Object{});
  if (!is_json(request.header("content-type")))
    return fail(Code::unsupported, "request.not_json", {"请以 Content-Type: application/json（UTF-8）发送", "send it as Content-Type: application/json (UTF-8)"});
  return json::parse(request.body);
}

Result<std::string> idempotency_key(const http::Request& request) {
  bool present = false;
  for (const auto& [name, value] : request.headers) present |= name == "idempotency-key";
  const auto key = request.header("idempotency-key");
  if (!present) return std::string();
  const bool visible = std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kKeyMax || !visible)
    return fail(Code::invalid, "request.idempotency_key", {"Idempotency-Key 应为 1 到 255 个可见 ASCII 字符", "Idempotency-Key must be 1 to 255 visible ASCII characters"});
  return std::string(key);
}

}  // namespace

Result<std::int64_t> Call::if_match() const {
  auto tag = request.header("if-match");
  if (tag.empty()) return fail(Code::precondition_missing, "edit.if_match_missing", {"请用 If-Match 注明所依据的版本（ETag）", "name the version that was seen (its ETag) in If-Match"});
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
  if (error != std::errc() || end != tag.data() + tag.size())
    return fail(Code::stale, "edit.if_match", {"If-Match 不是本服务器给出的版本", "If-Match is not a version that this server gave"});
  return version;
}

Result<Page> page_of(const http::Request& request, int limit_max) {
  Page page;
  page.after = request.query_value("after").value_or("");
  if (page.after.size() > 100) return fail(Code::invalid, "page.after", {"after 无效：请用上一页给出的值", "after is invalid: use the value of the page before"});
  if (const auto limit = request.query_value("limit")) {
    const auto end = limit->data() + limit->size();
    const auto [at, error] = std::from_chars(limit->data(), end, page.limit);
    if (error != std::errc() || at != end || page.limit < 1 || page.limit > limit_max)
      return fail(Code::invalid, "page.limit", {fmt::format("limit 应为 1 到 {} 的整数", limit_max), fmt::format("limit must be a whole number from 1 to {}", limit_max)});
  }
  return page;
}

Result<std::int64_t> number_of(const http::Request& request) {
  const auto given = request.query_value("number");
  if (!given) return 0;
  std::int64_t number = 0;
  const auto [end, bad] = std::from_chars(given->data(), given->data() + given->size(), number);
  if (bad == std::errc() && end == given->data() + given->size() && number > 0) return number;
  return fail(Code::invalid, "query.number", {"number 应是版本号，如 2", "number should be that of a version, such as 2"});
}

http::Response page_response(const http::Request& request, json::Array items, const std::string& next) {
  auto response = http::json_response(json::object({{"items", std::move(items)}, {"next", next.empty() ? json::Value() : json::Value(next)}}));
  if (!next.empty()) response.headers.emplace_back("link", fmt::format("<{}?after={}>; rel=\"next\"", request.path, next));
  return response;
}

http::Response versioned_response(const json::Value& value, std::int64_t version, int status) {
  auto response = http::json_response(value, status);
  response.headers.emplace_back("etag", fmt::format("\"{}\"", version));
  return response;
}

Api::Api(store::Database& db, http::Router& router, const Clock& clock, Options options)
    : db_(db), router_(router), clock_(clock), options_(options) {}

Result<Api::Caller> Api::authenticate(const http::Request& request) {
  const auto bearer = request.header("authorization");
  const auto cookie = request.cookie(cookie_name());
  if (bearer.empty() && cookie.empty()) return Caller{};
  const auto expired = refuse(Code::unauthenticated, "access.expired", {"登录已失效，请重新登录", "the sign-in has ended: sign in again"});
  return db_.read_as<Caller>([&](store::Reader& db) -> Result<Caller> {
    Caller caller;
    std::string account_id;
    if (bearer.starts_with("Bearer ")) {
      TRY(const auto token, find_token(db, store::hash_hex(store::HashKind::sha256, bearer.substr(7))));
      if (!token || token->expires_at < clock_.now()) return fail(expired);
      account_id = token->account;
    } else if (!bearer.empty()) {
      return fail(refuse(Code::unauthenticated, "access.scheme", {"只接受 Authorization: Bearer 令牌", "only Authorization: Bearer tokens are taken"}));
    } else {
      TRY(const auto session, find_session(db, store::hash_hex(store::HashKind::sha256, cookie)));
      if (!session || session->expires_at < clock_.now()) return caller;  // a guest again; the page asks to sign in
      account_id = session->account;
      caller.session = session->hash;
      caller.csrf = session->csrf;
    }
    TRY(const auto account, find_account(db, account_id));
    if (!account || account->disabled) return fail(expired);
    caller.actor = account->actor();
    return caller;
  });
}

Result<void> Api::admit(const http::Request& request, const Caller& caller, bool guests, bool changes) {
  if (!caller.actor.signed_in() && !guests) return fail(refusal(caller.actor, Action::listing_read));
  if (!within_rate(caller.actor.signed_in() ? caller.actor.account : "guest:" + request.remote))
    return fail(refuse(Code::too_many, "access.too_many_calls", {fmt::format("每分钟最多 {} 次请求，请稍后再试", options_.calls_a_minute),
                                                                 fmt::format("at most {} calls a minute: try again shortly", options_.calls_a_minute)}));
  if (!changes) return {};
  // A page of another site can send a form with our cookie, but cannot read the token and cannot hide where it comes from.
  const auto site = request.header("sec-fetch-site");
  const bool foreign = !site.empty() && site != "same-origin" && site != "none";
  const bool forged = !caller.session.empty() && (request.header("x-csrf-token") != caller.csrf || caller.csrf.empty());
  if (foreign || forged)
    return fail(refuse(Code::forbidden, "access.forged", {"请求缺少或带有错误的 X-CSRF-Token，请刷新页面后重试", "the X-CSRF-Token is missing or wrong: reload the page and try again"}));
  return {};
}

bool Api::within_rate(const std::string& account) {
  if (options_.calls_a_minute <= 0) return true;
  const double a_minute = options_.calls_a_minute;
  std::lock_guard lock(rate_mutex_);
  if (buckets_.size() > kBucketsMax) buckets_.clear();
  const TimeMs now = clock_.now();
  auto [at, fresh] = buckets_.try_emplace(account, Bucket{a_minute, now});
  auto& bucket = at->second;
  bucket.left = std::min(a_minute, bucket.left + a_minute * static_cast<double>(now - bucket.at) / 60'000);
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

http::Response Api::answer(const http::Request& request, const Caller& caller, Answer outcome) {
  if (outcome) return *std::move(outcome);
  const auto& error = outcome.error();
  if (error.code == Code::forbidden && caller.actor.signed_in()) {
    // A refusal is an event like any other (RELIABILITY.md, audit). When the journal cannot be written the answer stands.
    (void)db_.write([&](store::Writer& db) {
      store::Entry entry;
      entry.actor = caller.actor.account;
      entry.city = caller.actor.city;
      entry.action = "access.refused";
      entry.subject = request.method + " " + request.path.substr(0, 200);
      entry.after = json::write(json::object({{"key", error.key}}));
      entry.request = request.id;
      return db.journal(std::move(entry));
    });
  }
  return http::problem(error, request);
}

Answer Api::run_write(const http::Request& request, const Call& call, const std::function<Answer(const Call&, store::Writer&)>& handler) {
  TRY(const auto key, idempotency_key(request));
  const auto fingerprint = key.empty() ? std::string() : store::hash_hex(store::HashKind::sha256, request.method + "\n" + request.target + "\n" + request.body);
  return db_.write_as<http::Response>([&](store::Writer& db) -> Answer {
    if (!key.empty()) {
      struct Kept { std::string hash; http::Response response; };
      TRY(auto kept, db.first("SELECT request_hash, status, content_type, body FROM idempotency WHERE principal = ? AND key = ?",
                              [](const store::Row& r) { return Kept{r.string(0), {.status = static_cast<int>(r.integer(1)), .type = r.string(2), .body = r.string(3)}}; },
                              {call.actor.account, key}));
      if (kept && kept->hash != fingerprint)
        return fail(Code::invalid, "request.idempotency_reused",
                    {"同一个 Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request"},
                    {Where{"header:Idempotency-Key", "request.idempotency_reused", {"请换一个新的值", "use a new value"}}});
      if (kept) {
        if (const auto value = json::parse(kept->response.body))
          if (const auto* version = value->find("version"); version && version->number())
            kept->response.headers.emplace_back("etag", fmt::format("\"{}\"", version->number()->spelling));
        kept->response.headers.emplace_back("idempotent-replayed", "true");
        return std::move(kept->response);
      }
    }
    TRY(auto response, handler(call, db));
    if (!key.empty()) {
      TRY_VOID(db.execute("DELETE FROM idempotency WHERE at < ?", {db.now() - kAnswersKept}));
      TRY_VOID(db.execute("INSERT INTO idempotency (principal, key, request_hash, status, content_type, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                          {call.actor.account, key, fingerprint, std::int64_t{response.status}, response.type, response.body, db.now()}));
    }
    return response;
  });
}

void Api::read(std::string method, std::string path, std::string operation, std::function<Answer(const Call&, store::Reader&)> handler, Access access) {
  router_.add({std::move(method), std::move(path), std::move(operation), [this, handler = std::move(handler), access](const http::Request& request) {
                 auto caller = authenticate(request);
                 if (!caller) return http::problem(caller.error(), request);
                 if (auto admitted = admit(request, *caller, access == Access::guests, false); !admitted) return answer(request, *caller, std::unexpected(admitted.error()));
                 const Call call{request, caller->actor, {}, caller->session};
                 return answer(request, *caller, db_.read_as<http::Response>([&](store::Reader& db) { return handler(call, db); }));
               }});
}

void Api::free(std::string method, std::string path, std::string operation, std::function<Answer(const Call&)> handler, Free how) {
  const bool changes = method != "GET";
  router_.add({std::move(method), std::move(path), std::move(operation),
               [this, handler = std::move(handler), how, changes](const http::Request& request) {
                 auto caller = authenticate(request);
                 if (!caller) return http::problem(caller.error(), request);
                 if (auto admitted = admit(request, *caller, how.access == Access::guests, changes); !admitted) return answer(request, *caller, std::unexpected(admitted.error()));
                 auto body = how.raw || !changes ? Result<json::Value>(json::Value()) : body_of(request);
                 if (!body) return http::problem(body.error(), request);
                 return answer(request, *caller, handler({request, caller->actor, *std::move(body), caller->session}));
               },
               http::Runs::pooled, how.body_max});
}

void Api::write(std::string method, std::string path, std::string operation, std::function<Answer(const Call&, store::Writer&)> handler, std::size_t body_max) {
  router_.add({std::move(method), std::move(path), std::move(operation), [this, handler = std::move(handler)](const http::Request& request) {
                 auto caller = authenticate(request);
                 if (!caller) return http::problem(caller.error(), request);
                 if (auto admitted = admit(request, *caller, false, true); !admitted) return answer(request, *caller, std::unexpected(admitted.error()));
                 auto body = body_of(request);
                 if (!body) return http::problem(body.error(), request);
                 const Call call{request, caller->actor, *std::move(body), caller->session};
                 return answer(request, *caller, run_write(request, call, handler));
               },
               http::Runs::pooled, body_max});
}

void Api::quick(std::string path, std::string operation, http::Handler handler) {
  router_.add({"GET", std::move(path), std::move(operation), std::move(handler), http::Runs::quick});
}

store::Entry entry_of(const Actor& actor, std::string action, std::string subject, std::string city, const json::Value& before, const json::Value& after) {
  store::Entry entry;
  entry.actor = actor.account;
  entry.city = std::move(city);
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  if (!before.is_null()) entry.before = json::write(before);
  if (!after.is_null()) entry.after = json::write(after);
  return entry;
}

store::Entry entry_of(const Call& call, std::string action, std::string subject, std::string city, const json::Value& before, const json::Value& after) {
  auto entry = entry_of(call.actor, std::move(action), std::move(subject), std::move(city), before, after);
  entry.request = call.request.id;
  return entry;
}

}  // namespace jiaoji::region
