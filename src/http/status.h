// Health and figures: /health/live, /health/ready, /metrics.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "http/server.h"

namespace jiaoji::http {

// Figures that other modules add to /metrics: name with unit, help, value.
struct Gauge {
  std::string name, help;
  std::function<double()> value;
};

struct Status {
  std::function<bool()> ready;                 // false: /health/ready answers 503
  std::function<const Numbers*()> numbers;     // null before the server is made
  std::vector<Gauge> gauges;
};
void add_status_routes(Router& router, Status status);

}  // namespace jiaoji::http
