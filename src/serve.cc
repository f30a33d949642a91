#include "serve.h"

#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "base/embedded.h"
#include "http/page.h"
#include "http/status.h"
#include "log.h"
#include "market/commands.h"
#include "market/routes.h"
#include "region/service.h"
#include "store/jobs.h"

namespace jiaoji {

namespace {

Result<void> set_limit(http::Limits& limits, const std::string& text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const bool number = equals != std::string::npos && std::from_chars(text.data() + equals + 1, end, value).ptr == end;
  const auto seconds = [&](std::chrono::seconds& field) { field = std::chrono::seconds(value); };
  const auto count = [&](auto& field) { field = static_cast<std::remove_reference_t<decltype(field)>>(value); };
  const std::map<std::string, std::function<void()>> known = {
      {"head_bytes", [&] { count(limits.head_bytes); }}, {"headers", [&] { count(limits.headers); }}, {"connections", [&] { count(limits.connections); }},
      {"queue", [&] { count(limits.queue); }}, {"streams", [&] { count(limits.streams); }}, {"workers", [&] { count(limits.workers); }},
      {"network_threads", [&] { count(limits.network_threads); }}, {"idle", [&] { seconds(limits.idle); }}, {"head", [&] { seconds(limits.head); }},
      {"body_bytes_a_second", [&] { count(limits.body_bytes_a_second); }}, {"write", [&] { seconds(limits.write); }},
      {"request", [&] { seconds(limits.request); }}, {"drain", [&] { seconds(limits.drain); }}};
  const auto at = known.find(name);
  if (at != known.end() && number && value > 0 && value < 1'000'000'000) return at->second(), Result<void>();
  std::string names;
  for (const auto& [key, set] : known) names += (names.empty() ? "" : ", ") + key;
  return fail(Code::invalid, "serve.limit", {fmt::format("--limit {} 无效；写作 名称=正整数，名称有：{}", text, names), fmt::format("--limit {} is invalid: write name=positive number, names are: {}", text, names)});
}

// The signals that stop a server are waited for by one thread and blocked in all others.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
  }
  void wait() const {
    int received = 0;
    sigwait(&set_, &received);
  }

 private:
  sigset_t set_;
};

}  // namespace

Result<void> serve(const Cli& cli, const ServeOptions& options) {
  const StopSignals stop;
  static const SystemClock clock;
  std::error_code made;
  std::filesystem::create_directories(cli.data, made);
  if (made) return fail(Code::unavailable, "serve.data", {"不能建立数据目录 " + cli.data, "cannot make the data folder " + cli.data});
  TRY(const auto log, Log::open(options.log));

  http::Options http_options{.address = options.address, .port = options.port, .clock = &clock, .log = [&log](const std::string& line) { log->line(line); }};
  for (const auto& limit : options.limits) TRY_VOID(set_limit(http_options.limits, limit));

  TRY(const auto db, store::open_sqlite({.path = cli.database(), .readers = std::min(http_options.limits.workers, 8), .journal_hash = options.sm3 ? store::HashKind::sm3 : store::HashKind::sha256, .clock = &clock}));
  store::Jobs jobs(*db, clock);
  http::Router router;
  http::Server* running = nullptr;
  region::Api api(*db, router, clock, {.calls_a_minute = options.calls_a_minute, .secure_cookie = options.secure_cookie});
  region::Service region_service(*db, clock);
  region::add_routes(api, region_service);
  region::add_journal_routes(api);
  TRY(auto programs, market::load_programs(cli.data));
  market::Service market(*db, clock, std::move(programs));
  TRY_VOID(market.load([&](double share) { cli.progress(share, {"读入供需", "reading listings"}); }));
  market::add_routes(api, market, jobs, cli.data + "/spool");
  market::add_jobs(jobs, *db, market, region_service);
  api.quick("/api/v1/openapi.yaml", "getOpenapi", [](const http::Request&) { return http::Response{.type = "application/yaml", .static_body = embedded("api/openapi.yaml")}; });
  http::add_status_routes(router, {.ready = [&] { return running && !running->draining() && db->healthy(); },
                                   .numbers = [&] { return running ? &running->numbers() : nullptr; },
                                   .gauges = {{"store_healthy", "1 while changes can be made durable.", [&] { return db->healthy() ? 1.0 : 0.0; }}}});
  router.fallback(http::page_handler());
  TRY_VOID(jobs.start());

  http::Server server(std::move(http_options), std::move(router));
  TRY_VOID(server.start());
  running = &server;
  const auto address = fmt::format("http://{}:{}", options.address, server.port());
  cli.say({"jiaoji 已启动：" + address + "（Ctrl-C 停止）", "jiaoji serves at " + address + " (Ctrl-C stops it)"});
  stop.wait();
  cli.say({"正在停止：等待进行中的请求……", "stopping: waiting for requests under way …"});
  server.stop();
  running = nullptr;
  return {};
}

}  // namespace jiaoji
