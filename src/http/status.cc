#include "http/status.h"

#include <memory>

#include <fmt/format.h>

namespace jiaoji::http {

namespace {

std::string prometheus(const Status& status) {
  std::string out;
  const auto line = [&](const char* name, const char* type, const char* help, double value) {
    fmt::format_to(std::back_inserter(out), "# HELP jiaoji_{0} {1}\n# TYPE jiaoji_{0} {2}\njiaoji_{0} {3}\n", name, help, type, value);
  };
  if (const auto* n = status.numbers()) {
    out += "# HELP jiaoji_http_requests_total Requests answered, by class of status.\n# TYPE jiaoji_http_requests_total counter\n";
    for (int digit = 1; digit <= 5; ++digit) fmt::format_to(std::back_inserter(out), "jiaoji_http_requests_total{{status=\"{}xx\"}} {}\n", digit, n->status[digit].load());
    out += "# HELP jiaoji_http_request_seconds Time from the first byte of a request to its answer.\n# TYPE jiaoji_http_request_seconds histogram\n";
    static constexpr const char* kBounds[] = {"0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "1", "+Inf"};
    std::int64_t sum = 0;
    for (int i = 0; i < 8; ++i) {
      sum += n->seconds_under[i].load();
      fmt::format_to(std::back_inserter(out), "jiaoji_http_request_seconds_bucket{{le=\"{}\"}} {}\n", kBounds[i], sum);
    }
    fmt::format_to(std::back_inserter(out), "jiaoji_http_request_seconds_sum {}\njiaoji_http_request_seconds_count {}\n", static_cast<double>(n->micros.load()) / 1e6, sum);
    line("http_refused_total", "counter", "Requests refused because the queue was full.", static_cast<double>(n->refused.load()));
    line("http_connections", "gauge", "Connections open now.", static_cast<double>(n->connections.load()));
    line("http_waiting", "gauge", "Requests waiting for the pool.", static_cast<double>(n->waiting.load()));
    line("http_streams", "gauge", "Exports and event streams open now.", static_cast<double>(n->streams.load()));
  }
  for (const auto& gauge : status.gauges) line(gauge.name.c_str(), "gauge", gauge.help.c_str(), gauge.value());
  return out;
}

}  // namespace

void add_status_routes(Router& router, Status from) {
  const auto status = std::make_shared<Status>(std::move(from));
  const auto quick = [&](const char* path, const char* operation, Handler handler) { router.add({"GET", path, operation, std::move(handler), Runs::quick}); };
  quick("/health/live", "live", [](const Request&) { return json_response(json::object({{"live", true}})); });
  quick("/health/ready", "ready", [status](const Request&) {
    const bool ready = status->ready();
    return json_response(json::object({{"ready", ready}}), ready ? 200 : 503);
  });
  quick("/metrics", "metrics", [status](const Request&) { return Response{.type = "text/plain; version=0.0.4; charset=utf-8", .body = prometheus(*status)}; });
}

}  // namespace jiaoji::http
