#include "http/page.h"

#include <array>

#include "base/embedded.h"

namespace jiaoji::http {

namespace {

std::string_view type_of(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes{{
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"}, {".svg", "image/svg+xml"},
      {".png", "image/png"}, {".ico", "image/x-icon"}, {".json", "application/json"}, {".webmanifest", "application/manifest+json"}, {".txt", "text/plain; charset=utf-8"}}};
  for (const auto& [ending, type] : kTypes) if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

Response file_response(const Request& request, const std::string& name, std::string_view bytes) {
  Response response{.type = std::string(type_of(name)), .static_body = bytes};
  const auto compressed = embedded(name + ".br");
  if (!compressed.empty()) {
    response.headers.emplace_back("vary", "accept-encoding");
    if (request.header("accept-encoding").find("br") != std::string_view::npos) {
      response.static_body = compressed;
      response.headers.emplace_back("content-encoding", "br");
    }
  }
  const bool hashed = name.find("/assets/") != std::string::npos;
  response.headers.emplace_back("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  return response;
}

}  // namespace

Handler page_handler() {
  return [](const Request& request) -> Response {
    const std::string name = "web/dist" + (request.path == "/" ? "/index.html" : request.path);
    if (const auto bytes = embedded(name); !bytes.empty() && !name.ends_with(".br")) return file_response(request, name, bytes);
    const bool place = !request.path.starts_with("/api/") && request.path.find('.') == std::string::npos && (request.method == "GET" || request.method == "HEAD");
    if (const auto index = embedded("web/dist/index.html"); place && !index.empty()) return file_response(request, "web/dist/index.html", index);
    return problem({Code::not_found, "http.not_found", {"没有这个地址", "there is nothing at this address"}, {}}, request);
  };
}

}  // namespace jiaoji::http
