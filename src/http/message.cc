#include "http/message.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::http {

namespace {
std::string_view find(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) if (key == name) return value;
  return {};
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
}  // namespace

std::string_view Request::header(std::string_view name) const { return find(headers, name); }
std::string_view Request::parameter(std::string_view name) const { return find(parameters, name); }

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& [key, value] : query) if (key == name) return value;
  return std::nullopt;
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

Response json_response(const json::Value& value, int status) { return {.status = status, .body = json::write(value)}; }

int status_of(Code code) {
  switch (code) {  // no default: the compiler keeps the table complete
    case Code::invalid: return 400;
    case Code::not_found: return 404;
    case Code::conflict: return 409;
    case Code::stale: return 412;
    case Code::precondition_missing: return 428;
    case Code::forbidden: return 403;
    case Code::unauthenticated: return 401;
    case Code::too_many: return 429;
    case Code::too_large: return 413;
    case Code::unsupported: return 415;
    case Code::unavailable: return 503;
    case Code::internal: return 500;
  }
  return 500;
}

Response problem(const Error& error, const Request& request) {
  // What is well-formed but wrong in its fields is 422; what cannot be read at all is 400.
  const bool fields = error.code == Code::invalid && !error.where.empty();
  const int status = fields ? 422 : status_of(error.code);
  json::Array places;
  for (const auto& where : error.where)
    places.push_back(json::object({{"pointer", where.pointer}, {"key", where.key}, {"detail", where.detail.in(request.language)}}));
  // An internal error says nothing of its inside: the log holds it under the request's id.
  const Text hidden = {"服务器内部错误，已记录", "an error inside the server; it has been logged"};
  const auto& detail = error.code == Code::internal ? hidden : error.detail;
  Response response = json_response(json::object({{"type", "about:blank"},
                                                  {"title", error.key},
                                                  {"status", status},
                                                  {"detail", detail.in(request.language)},
                                                  {"key", error.key},
                                                  {"request_id", request.id},
                                                  {"errors", places}}),
                                    status);
  response.type = "application/problem+json";
  response.headers.emplace_back("content-language", request.language == Language::zh ? "zh-CN" : "en");
  if (status == 503 || status == 429) response.headers.emplace_back("retry-after", "1");
  return response;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) { out.push_back(' '); continue; }
    if (text[i] != '%') { out.push_back(text[i]); continue; }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
    out.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
    i += 2;
  }
  if (!text::is_utf8(out) || out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

std::optional<Pairs> parse_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto key = percent_decode(part.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!key || !value) return std::nullopt;
    pairs.emplace_back(*std::move(key), *std::move(value));
  }
  return pairs;
}

Language preferred_language(std::string_view accept) {
  const auto zh = accept.find("zh"), en = accept.find("en");
  return en != std::string_view::npos && (zh == std::string_view::npos || en < zh) ? Language::en : Language::zh;
}

std::string attachment(std::string_view file_name) {
  std::string encoded, plain;
  for (const char c : file_name) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    plain.push_back(safe ? c : '_');
    if (safe) encoded.push_back(c);
    else fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded);
}

}  // namespace jiaoji::http
