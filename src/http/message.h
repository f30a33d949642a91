// Request and Response: what a handler sees and returns. No type of the network library reaches past server.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace jiaoji::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string id;       // "req_…": stands in the log line, in the header X-Request-Id and in every error answer
  std::string method;   // "GET"
  std::string path;     // decoded: "/api/v1/listings/lst_…"
  std::string target;   // as sent, for the log
  std::string remote;   // address of the peer
  Pairs query;          // decoded, in order
  Pairs headers;        // names in lower case
  Pairs parameters;     // of the route: {id}
  std::string body;
  Language language = Language::zh;

  std::string_view header(std::string_view name) const;      // "" when absent
  std::string_view parameter(std::string_view name) const;
  std::optional<std::string> query_value(std::string_view name) const;
  std::string_view cookie(std::string_view name) const;
};

// What streams piece by piece: appends to `out` and returns true, or returns false at the end. May block.
using Stream = std::function<bool(std::string& out)>;

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // instead of `body`: answers held in memory
  std::string_view static_body;                    // instead of both: files inside the binary
  Pairs headers;
  Stream stream;                                   // instead of all three: exports, server-sent events
};

Response json_response(const json::Value& value, int status = 200);

// RFC 9457. `key` and `request_id` are extension members; `errors` lists the places.
Response problem(const Error& error, const Request& request);
int status_of(Code code);

// Percent-decoding of one path segment or query word; nothing when it is malformed (%zz) or not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::optional<Pairs> parse_query(std::string_view query);
// The language that the header Accept-Language prefers; Chinese when it does not say.
Language preferred_language(std::string_view accept);
// Content-Disposition for a file of any name (RFC 6266, RFC 8187).
std::string attachment(std::string_view file_name);

}  // namespace jiaoji::http
