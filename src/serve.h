// The server put together: store, region, market, HTTP. What `jiaoji serve` runs.
#pragma once

#include "base/cli.h"
#include "http/server.h"

namespace jiaoji {

struct ServeOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> limits;     // "name=value" of http::Limits
  int calls_a_minute = 6'000;
  bool secure_cookie = false;
  bool sm3 = false;                    // of a new journal
  std::string log = "-";               // "-" standard error, "" none, else a file
  std::string tiles, tiles_credit;     // base map of the circles (mobility/tiles.h); "" none
};

// Serves until SIGINT or SIGTERM, then drains. Prints where it listens.
Result<void> serve(const Cli& cli, const ServeOptions& options);

// Prints method, path and operation of every route, without serving: what a test holds against api/openapi.yaml.
Result<void> list_routes(const Cli& cli);

}  // namespace jiaoji
