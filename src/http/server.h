// The HTTP/1.1 server: reads requests within limits, runs handlers, writes answers, drains and stops.
//
// Each network thread owns its connections, so that no lock stands on the way of a request. Handlers that may wait run in a
// pool with a bounded queue; when it is full the answer is 503 at once. TLS and HTTP/2 are a reverse proxy's work.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "http/router.h"

namespace jiaoji::http {

// Every limit has a name here, an option `--limit name=value`, and a line in docs/operating.md.
struct Limits {
  std::size_t head_bytes = 16u << 10;      // request line and headers: 431 above
  std::size_t headers = 100;               // header fields: 431 above
  std::size_t connections = 10'000;        // open at once; more wait in the system's queue
  std::size_t queue = 2'000;               // requests waiting for the pool: 503 above
  std::size_t streams = 64;                // open exports and event streams: 503 above
  int workers = 32;                        // threads of the pool; most wait for the disk
  int network_threads = 2;
  std::chrono::seconds idle{75};           // keep-alive without a request
  std::chrono::seconds head{10};           // from the first byte to the end of the head
  std::size_t body_bytes_a_second = 1'000; // slower bodies are cut off, after 10 s of grace
  std::chrono::seconds write{30};          // an answer that nobody takes
  std::chrono::seconds request{5};         // a request that waited longer for the pool is not begun: 503
  std::chrono::seconds drain{10};          // after the signal to stop
};

struct Numbers {  // for /metrics
  std::atomic<std::int64_t> requests{0}, errors{0}, refused{0}, connections{0}, waiting{0}, streams{0};
  std::atomic<std::int64_t> status[6]{};               // by first digit
  std::atomic<std::int64_t> seconds_under[8]{};        // 1, 5, 10, 25, 50, 100, 1000 ms, more
  std::atomic<std::int64_t> micros{0};
};

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  Limits limits;
  const Clock* clock = nullptr;                        // never null
  std::function<void(const std::string&)> log;         // one JSON line a request; may be empty
  std::string image_origin;                            // whence the page may draw images besides its own; "": from nowhere else
};

class Server {
 public:
  Server(Options options, Router router);
  ~Server();

  // Binds and starts. Errors: the port is taken, the address is not ours.
  Result<void> start();
  std::uint16_t port() const;
  // No new connections; what runs may finish within limits.drain; then everything is closed. Blocks.
  void stop();
  bool draining() const;
  const Numbers& numbers() const;

  struct Inside;

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace jiaoji::http
