// The API's front door: every module registers its operations here. It authenticates, refuses forged requests, limits
// rates, answers retries with the first answer, and writes refusals into the journal, so that no handler can forget to.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/json.h"
#include "http/router.h"
#include "region/permissions.h"
#include "store/database.h"

namespace jiaoji::region {

// What a handler sees of a call.
struct Call {
  const http::Request& request;
  const Actor& actor;
  json::Value body;             // parsed, when the operation takes JSON
  std::string session;          // hash of the session that carries the call; "" with a token

  // The version in If-Match ("3"). Errors: absent (428), not a version of ours (`*` neither: an edit names what it saw).
  Result<std::int64_t> if_match() const;
};

struct Page {
  std::string after;
  int limit = 50;
};
// ?limit= (1–200) and ?after= of a list.
Result<Page> page_of(const http::Request& request, int limit_max = 200);
// ?number= of a version, from 1; 0 when it is not given.
Result<std::int64_t> number_of(const http::Request& request);
// The list's answer: {"items": […], "next": cursor or null} with Link: rel="next".
http::Response page_response(const http::Request& request, json::Array items, const std::string& next);
// One thing with its version as ETag.
http::Response versioned_response(const json::Value& value, std::int64_t version, int status = 200);

using Answer = Result<http::Response>;

// Whether an operation may be called without signing in; the handler asks region::may all the same.
enum class Access { signed_in, guests };
struct Free {
  Access access = Access::signed_in;
  bool raw = false;                     // takes any body, not JSON
  std::size_t body_max = 1u << 20;
};

class Api {
 public:
  struct Options {
    int calls_a_minute = 6'000;   // of one account or token; 0: no limit
    bool secure_cookie = false;   // behind TLS: __Host- prefix and Secure
  };
  Api(store::Database& db, http::Router& router, const Clock& clock, Options options);

  // Reads: one snapshot for the whole answer.
  void read(std::string method, std::string path, std::string operation, std::function<Answer(const Call&, store::Reader&)> handler, Access access = Access::signed_in);
  // Works without a transaction of its own, or opens several (sign-in, uploads). Takes JSON unless `raw`.
  void free(std::string method, std::string path, std::string operation, std::function<Answer(const Call&)> handler, Free how = {});
  // Changes: everything inside one transaction with the journal and, when the call carries an Idempotency-Key, with the answer
  // kept for retries.
  void write(std::string method, std::string path, std::string operation, std::function<Answer(const Call&, store::Writer&)> handler, std::size_t body_max = 1u << 20);
  // Answers from memory on the network thread; no authentication.
  void quick(std::string path, std::string operation, http::Handler handler);

  store::Database& db() { return db_; }
  const Clock& clock() const { return clock_; }
  bool secure_cookie() const { return options_.secure_cookie; }
  const char* cookie_name() const { return options_.secure_cookie ? "__Host-jiaoji" : "jiaoji_session"; }

 private:
  struct Caller {
    Actor actor;
    std::string session, csrf;
  };
  Result<Caller> authenticate(const http::Request& request);
  Result<void> admit(const http::Request& request, const Caller& caller, bool guests, bool changes);
  http::Response answer(const http::Request& request, const Caller& caller, Answer outcome);
  Answer run_write(const http::Request& request, const Call& call, const std::function<Answer(const Call&, store::Writer&)>& handler);
  bool within_rate(const std::string& account);

  store::Database& db_;
  http::Router& router_;
  const Clock& clock_;
  const Options options_;
  std::mutex rate_mutex_;
  struct Bucket { double left; TimeMs at; };
  std::map<std::string, Bucket> buckets_;
};

// One journal entry of `actor` about a row of `city`.
store::Entry entry_of(const Call& call, std::string action, std::string subject, std::string city, const json::Value& before, const json::Value& after);
store::Entry entry_of(const Actor& actor, std::string action, std::string subject, std::string city, const json::Value& before, const json::Value& after);

}  // namespace jiaoji::region
