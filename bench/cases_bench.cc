// Cases in the store: durable transitions a second with 64 clients (open a case, complete its task: two transitions), timers fired when
// 10,000 of 100,000 open cases are due, and the first page of an officer's inbox among 100,000 open tasks.
//
//   cases_bench [FOLDER] [SECONDS] [CASES]
//   cases_bench into DATA CASES     puts so many open cases, and as many closed ones, into a data folder of `jiaoji sample` (bench/inbox.sh)
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>

#include "casework/holidays_shipped.h"
#include "casework/service.h"
#include "region/records.h"

namespace {

using namespace jiaoji;
using namespace jiaoji::casework;
using Steady = std::chrono::steady_clock;

constexpr const char* kCity = "370100";
constexpr TimeMs kStart = 1'790'000'000'000;
constexpr int kDue = 10'000;

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

std::string procedure(const std::string& timer) {
  return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" name="bench" targetNamespace="urn:bench"><process id="p" isExecutable="true"><startEvent id="s"/>)"
         R"(<userTask id="t" name="办理" jiaoji:role="officer" jiaoji:due="5 workdays"/><endEvent id="e"/>)" + timer +
         R"(<sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process></definitions>)";
}

void must(const Result<void>& done) {
  if (!done) fmt::print("{}: {}\n", done.error().key, done.error().detail.en), std::exit(1);
}

std::string deploy(store::Database& db, Service& casework, const std::string& bpmn, bool with_place = true) {
  std::string id;
  must(db.write([&](store::Writer& writer) -> Result<void> {
    if (with_place) TRY_VOID(region::put_place(writer, {.code = kCity, .parent = "", .name = "济南市", .name_en = "Jinan", .lon = 117.1, .lat = 36.7}));
    TRY(const auto drafted, casework.draft(writer, region::system_actor(), {.program = "", .name = "bench", .city = kCity, .bpmn = bpmn}));
    TRY_VOID(casework.deploy(writer, region::system_actor(), drafted.id, drafted.version));
    id = drafted.id;
    return {};
  }));
  return id;
}

// `body` on so many threads until `seconds` are over or it says false; how often it ran.
template <class Body>
std::int64_t many(int clients, double seconds, Body body) {
  std::atomic<std::int64_t> count = 0;
  const auto start = Steady::now();
  std::vector<std::jthread> threads;
  for (int client = 0; client < clients; ++client) {
    threads.emplace_back([&] {
      while (seconds_since(start) < seconds && body()) ++count;
    });
  }
  threads.clear();
  return count;
}

void transitions(store::Database& db, Service& casework, double seconds) {
  const auto id = deploy(db, casework, procedure(""));
  const auto officer = region::system_actor();
  const auto start = Steady::now();
  std::atomic<std::int64_t> steps = 0;
  many(64, seconds, [&] {
    std::string task;
    must(db.write([&](store::Writer& writer) -> Result<void> {
      TRY(const auto row, casework.open(writer, officer, {.procedure = id, .process = "", .title = "bench", .party = "", .city = kCity, .answers = {}}));
      TRY(const auto tasks, list_tasks(writer, row.id));
      task = tasks[0].id;
      return {};
    }));
    must(db.write([&](store::Writer& writer) -> Result<void> {
      TRY_VOID(casework.complete(writer, officer, task, {}));
      return {};
    }));
    steps += 2;
    return true;
  });
  fmt::print("cases: {:.0f} durable transitions/s, 64 clients (goal 4,000)\n", static_cast<double>(steps) / seconds_since(start));
}

void timers(store::Database& db, Service& casework, ManualClock& clock, int cases) {
  const auto timer = [](const char* due) { return fmt::format(R"(<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition></boundaryEvent>)", due); };
  const auto soon = deploy(db, casework, procedure(timer("P1D"))), late = deploy(db, casework, procedure(timer("P30D")));
  std::atomic<int> opened = 0;
  many(64, 1e9, [&] {
    const int number = opened++;
    if (number >= cases) return false;
    must(db.write([&](store::Writer& writer) -> Result<void> {
      TRY_VOID(casework.open(writer, region::system_actor(), {.procedure = number < kDue ? soon : late, .process = "", .title = "bench", .party = "", .city = kCity, .answers = {}}));
      return {};
    }));
    return true;
  });
  const region::Actor officer{.account = "acc_bench", .name = "甲", .role = region::Role::officer, .city = kCity, .party = ""};
  std::vector<double> waits;
  for (int i = 0; i < 300; ++i) {
    const auto start = Steady::now();
    must(db.read([&](store::Reader& reader) -> Result<void> {
      TRY_VOID(casework.inbox(reader, officer, {.role = "", .city = "", .party = "", .case_id = "", .after = "", .open = true, .limit = 51}));
      return {};
    }));
    waits.push_back(seconds_since(start) * 1e3);
  }
  std::ranges::sort(waits);
  fmt::print("cases: first page of an inbox of {} open tasks: median {:.1f} ms, p99 {:.1f} ms (goal 50)\n", cases, waits[waits.size() / 2], waits[waits.size() * 99 / 100]);
  clock.advance(2LL * 86'400'000);
  const auto start = Steady::now();
  int fired = 0;
  for (;;) {
    const auto some = casework.fire_due(db, 1'000);
    if (!some) return must(std::unexpected(some.error()));
    fired += *some;
    if (*some == 0) break;
  }
  fmt::print("cases: {} due timers of {} open cases fired in {:.2f} s (goal 3)\n", fired, cases, seconds_since(start));
}

void put_cases(store::Database& db, Service& casework, int cases) {
  constexpr int kAtOnce = 200;
  const auto id = deploy(db, casework, procedure(""), false);
  const auto officer = region::system_actor();
  for (int number = 0; number < 2 * cases; number += kAtOnce) {
    must(db.write([&](store::Writer& writer) -> Result<void> {
      for (int i = 0; i < kAtOnce; ++i) {
        TRY(const auto row, casework.open(writer, officer, {.procedure = id, .process = "", .title = "bench", .party = "", .city = kCity, .answers = {}}));
        if (number >= cases) continue;
        TRY(const auto tasks, list_tasks(writer, row.id));
        TRY_VOID(casework.complete(writer, officer, tasks[0].id, {}));
      }
      return {};
    }));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "into") {
    const SystemClock now;
    auto db = store::open_sqlite({.path = std::string(argv[2]) + "/jiaoji.db", .clock = &now});
    if (!db) return fmt::print("{}\n", db.error().detail.en), 1;
    auto calendar = shipped_calendar();
    if (!calendar) return fmt::print("{}\n", calendar.error().detail.en), 1;
    Service casework(now, *std::move(calendar));
    return put_cases(**db, casework, std::atoi(argv[3])), 0;
  }
  const std::string folder = std::string(argc > 1 ? argv[1] : ".") + "/cases-bench.tmp";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  ManualClock clock(kStart);
  {
    auto db = store::open_sqlite({.path = folder + "/jiaoji.db", .clock = &clock});
    if (!db) return fmt::print("{}\n", db.error().detail.en), 1;
    auto calendar = shipped_calendar();
    if (!calendar) return fmt::print("{}\n", calendar.error().detail.en), 1;
    Service casework(clock, *std::move(calendar));
    transitions(**db, casework, argc > 2 ? std::atof(argv[2]) : 5);
    timers(**db, casework, clock, argc > 3 ? std::atoi(argv[3]) : 100'000);
  }
  std::filesystem::remove_all(folder);
}
