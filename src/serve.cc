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
#include "casework/holidays_shipped.h"
#include "casework/routes.h"
#include "casework/service_decide.h"
#include "casework/service_timers.h"
#include "http/page.h"
#include "http/status.h"
#include "log.h"
#include "market/commands.h"
#include "market/routes.h"
#include "mobility/routes.h"
#include "mobility/times.h"
#include "policy/routes.h"
#include "policy/sample.h"
#include "region/service.h"
#include "rules/routes.h"
#include "rules/sample.h"
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

Result<std::optional<mobility::TileSource>> tiles_of(const ServeOptions& options) {
  if (options.tiles.empty() && options.tiles_credit.empty()) return std::nullopt;
  if (options.tiles.empty()) return fail(Code::invalid, "tiles.url", {"--tiles-credit 需要 --tiles", "--tiles-credit needs --tiles"});
  TRY(auto source, mobility::parse_tiles(options.tiles, options.tiles_credit));
  return std::optional(std::move(source));
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

// A folder that goes when its owner does.
struct TemporaryFolder {
  std::string path;
  explicit TemporaryFolder(std::string made) : path(std::move(made)) {}
  TemporaryFolder(TemporaryFolder&& other) noexcept : path(std::exchange(other.path, {})) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);
  }
  static Result<TemporaryFolder> make() {
    auto name = (std::filesystem::temp_directory_path() / "jiaoji-XXXXXX").string();
    if (!mkdtemp(name.data())) return fail(Code::unavailable, "routes.folder", {"不能建立临时目录 " + name, "cannot make the temporary folder " + name});
    return TemporaryFolder(name);
  }
};

// The modules on one database, and the routes under which a server offers them.
struct Modules {
  http::Server* running = nullptr;
  store::Jobs jobs;
  http::Router router;
  region::Api api;
  region::Service region;
  rules::Service rules;
  policy::Service policies;
  mobility::Service mobility;
  market::Service market;
  casework::Service casework;
  casework::Papers papers;

  Modules(store::Database& db, const Clock& clock, const std::string& data, const ServeOptions& options, std::vector<rules::Matter> matters, policy::Vocabulary vocabulary, std::vector<std::shared_ptr<const market::Program>> programs, casework::WorkCalendar calendar)
      : jobs(db, clock), api(db, router, clock, {.calls_a_minute = options.calls_a_minute, .secure_cookie = options.secure_cookie}), region(db, clock), rules(clock, std::move(matters)), policies(clock, rules, std::move(vocabulary)), mobility(db, clock, data + "/mobility.cache"), market(db, clock, std::move(programs)), casework(clock, std::move(calendar)), papers(clock, casework) {
    region::add_routes(api, region);
    region::add_journal_routes(api);
    rules::add_routes(api, rules);
    policy::add_routes(api, policies, region);
    rules.know_firms([this](store::Reader& reader) { return policies.known_firms(reader); });
    mobility::add_routes(api, mobility, jobs, data + "/spool");
    mobility::add_jobs(jobs, db, mobility);
    market::add_routes(api, market, jobs, data + "/spool");
    market::add_jobs(jobs, db, market, region);
    market.know_travel([this](const std::string& from, const std::string& to) -> std::optional<market::Fact> {
      const auto travel = mobility.travel(from, to);
      if (!travel) return std::nullopt;
      return market::Fact{static_cast<double>(mobility::minutes_up(travel->seconds)), travel->says};
    });
    casework::add_routes(api, casework, region);
    casework::add_paper_routes(api, papers);
    casework.know_decisions(casework::decide_by(rules));
    region.guard_parties([this](store::Reader& reader, const region::Party& party) { return market.guard_party(reader, party); });
    api.quick("/api/v1/openapi.yaml", "getOpenapi", [](const http::Request&) { return http::Response{.type = "application/yaml", .static_body = embedded("api/openapi.yaml")}; });
    http::add_status_routes(router, {.ready = [this, &db] { return running && !running->draining() && db.healthy(); },
                                     .numbers = [this] { return running ? &running->numbers() : nullptr; },
                                     .gauges = {{"store_healthy", "1 while changes can be made durable.", [&db] { return db.healthy() ? 1.0 : 0.0; }}}});
    router.fallback(http::page_handler());
  }
};

}  // namespace

Result<void> list_routes(const Cli& cli) {
  static const SystemClock clock;
  TRY(const auto folder, TemporaryFolder::make());
  TRY(const auto db, store::open_sqlite({.path = folder.path + "/jiaoji.db", .readers = 1, .clock = &clock}));
  TRY(auto programs, market::load_programs(folder.path));
  TRY(auto matters, rules::carried_register());
  TRY(auto vocabulary, policy::carried_vocabulary());
  TRY(auto calendar, casework::shipped_calendar());
  const Modules modules(*db, clock, folder.path, {}, std::move(matters), std::move(vocabulary), std::move(programs), std::move(calendar));
  json::Array routes;
  for (const auto& route : modules.router.routes()) {
    if (!cli.json) cli.print(fmt::format("{:<7} {:<34} {}", route.method, route.pattern, route.operation));
    else routes.push_back(json::object({{"method", route.method}, {"path", route.pattern}, {"operation", route.operation}}));
  }
  if (cli.json) cli.print_json(routes);
  return {};
}

Result<void> serve(const Cli& cli, const ServeOptions& options) {
  const StopSignals stop;
  static const SystemClock clock;
  std::error_code made;
  std::filesystem::create_directories(cli.data, made);
  if (made) return fail(Code::unavailable, "serve.data", {"不能建立数据目录 " + cli.data, "cannot make the data folder " + cli.data});
  TRY(const auto log, Log::open(options.log));

  http::Options http_options{.address = options.address, .port = options.port, .clock = &clock, .log = [&log](const std::string& line) { log->line(line); }};
  for (const auto& limit : options.limits) TRY_VOID(set_limit(http_options.limits, limit));
  TRY(const auto tiles, tiles_of(options));
  if (tiles) http_options.image_origin = tiles->origin();

  TRY(const auto db, store::open_sqlite({.path = cli.database(), .readers = std::min(http_options.limits.workers, 8), .journal_hash = options.sm3 ? store::HashKind::sm3 : store::HashKind::sha256, .clock = &clock}));
  TRY(auto programs, market::load_programs(cli.data));
  TRY(auto matters, rules::carried_register());
  TRY(auto vocabulary, policy::carried_vocabulary());
  TRY(auto calendar, casework::shipped_calendar());
  Modules modules(*db, clock, cli.data, options, std::move(matters), std::move(vocabulary), std::move(programs), std::move(calendar));
  modules.mobility.draw_on(tiles);
  TRY_VOID(modules.market.load([&](double share) { cli.progress(share, {"读入供需", "reading listings"}); }));
  // A file that a newer reader refuses must not keep the whole server down: travel times are missing until it is replaced.
  if (const auto loaded = modules.mobility.load([&](double share, Text doing) { cli.progress(share, doing); }); !loaded) cli.complain(loaded.error());
  TRY_VOID(market::clean_spool(*db, cli.data + "/spool"));
  TRY_VOID(modules.jobs.start());
  const casework::Timers timers(*db, modules.casework, [&cli](const Error& error) { cli.complain(error); });

  http::Server server(std::move(http_options), std::move(modules.router));
  TRY_VOID(server.start());
  modules.running = &server;
  const auto address = fmt::format("http://{}:{}", options.address, server.port());
  cli.say({"jiaoji 已启动：" + address + "（Ctrl-C 停止）", "jiaoji serves at " + address + " (Ctrl-C stops it)"});
  stop.wait();
  cli.say({"正在停止：等待进行中的请求……", "stopping: waiting for requests under way …"});
  server.stop();
  modules.running = nullptr;
  return {};
}

}  // namespace jiaoji
