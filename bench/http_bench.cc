// The product's HTTP server with one handler that answers 1 kB of JSON from memory: the peer of nginx in bench/http.sh.
#include <signal.h>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "http/server.h"

int main(int argc, char** argv) {
  if (argc != 3 || sodium_init() < 0) return std::fprintf(stderr, "usage: http_bench PORT FILE\n"), 2;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::FILE* file = std::fopen(argv[2], "rb");
  if (!file) return 2;
  std::string bytes(1024, ' ');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  static const jiaoji::SystemClock clock;
  jiaoji::http::Router router;
  const auto body = std::make_shared<const std::string>(std::move(bytes));
  router.add({"GET", "/answer.json", "answer", [body](const jiaoji::http::Request&) { return jiaoji::http::Response{.shared_body = body}; }, jiaoji::http::Runs::quick});
  jiaoji::http::Server server({.port = static_cast<std::uint16_t>(std::atoi(argv[1])), .clock = &clock}, std::move(router));
  if (const auto started = server.start(); !started) return std::fprintf(stderr, "%s\n", started.error().detail.en.c_str()), 1;
  int received = 0;
  sigwait(&set, &received);
  server.stop();
}
