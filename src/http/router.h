// The router: which handler answers which method and path. Every route carries the operation id under which
// api/openapi.yaml describes it; a test holds the two together.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace jiaoji::http {

// Where a handler runs. `quick` handlers answer from memory on the network thread and must not block.
enum class Runs { quick, pooled };

using Handler = std::function<Response(const Request&)>;

struct Route {
  std::string method;
  std::string pattern;         // "/api/v1/listings/{id}"
  std::string operation;       // operationId in api/openapi.yaml
  Handler handler;
  Runs runs = Runs::pooled;
  std::size_t body_max = 1u << 20;
};

class Router {
 public:
  void add(Route route);
  // Answers what no route matches below a path that is not the API's (the page).
  void fallback(Handler handler) { fallback_ = std::move(handler); }

  struct Found {
    const Route* route = nullptr;
    Pairs parameters;
    std::string allowed;        // methods that the path knows, when only the method is wrong
  };
  // `path` is decoded. O(routes).
  Found find(std::string_view method, std::string_view path) const;
  const Handler& fallback() const { return fallback_; }
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> segments_;
  Handler fallback_;
};

}  // namespace jiaoji::http
