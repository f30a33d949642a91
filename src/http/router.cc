#include "http/router.h"

#include <cassert>

namespace jiaoji::http {

namespace {
// Calls `segment` for each part between slashes; stops when it returns false.
template <class F>
bool for_segments(std::string_view path, F segment) {
  while (!path.empty()) {
    path.remove_prefix(path.front() == '/');
    const auto end = path.find('/');
    if (!segment(path.substr(0, end))) return false;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return true;
}
}  // namespace

void Router::add(Route route) {
  std::vector<std::string> parts;
  for_segments(route.pattern, [&](std::string_view s) { return parts.emplace_back(s), true; });
  routes_.push_back(std::move(route));
  segments_.push_back(std::move(parts));
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (std::size_t r = 0; r < routes_.size(); ++r) {
    const auto& parts = segments_[r];
    std::size_t i = 0;
    Pairs parameters;
    const bool matched = for_segments(path, [&](std::string_view s) {
      if (i >= parts.size()) return false;
      const auto& part = parts[i++];
      if (part.starts_with('{')) return parameters.emplace_back(part.substr(1, part.size() - 2), s), !s.empty();
      return part == s;
    });
    if (!matched || i != parts.size()) continue;
    if (routes_[r].method == wanted) return {&routes_[r], std::move(parameters), {}};
    if (found.allowed.find(routes_[r].method) == std::string::npos) found.allowed += (found.allowed.empty() ? "" : ", ") + routes_[r].method;
  }
  return found;
}

}  // namespace jiaoji::http
