// Durable writes a second through Database::write: each writes one row and one journal entry, is synced, and is answered.
// Beside it, in the same run: the syncs that this disk does in a second, which is what one client without groups can reach.
//
//   store_bench [FOLDER] [CLIENTS] [SECONDS]
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>

#include "store/database.h"

namespace {

using namespace jiaoji;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

// 4 kB appended and synced, again and again.
double syncs_a_second(const std::string& folder) {
  const auto path = folder + "/sync.tmp";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  const std::string page(4096, 'x');
  const auto start = Steady::now();
  int count = 0;
  for (; seconds_since(start) < 1; ++count) {
    if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) || fdatasync(file) != 0) return 0;
  }
  close(file);
  unlink(path.c_str());
  return count / seconds_since(start);
}

Result<void> write_row(store::Writer& w, int client, int number) {
  const auto id = fmt::format("bench_{}_{}", client, number);
  const auto title = fmt::format("需要数控机床配套铸件，第 {} 批，材质 HT250，单件重量不超过 80 公斤", number);
  TRY_VOID(w.execute("INSERT INTO setting (key, value) VALUES (?, ?)", {id, title}));
  return w.journal({.actor = "acc_bench", .city = "jinan", .action = "bench.written", .subject = id, .after = "{\"title\":\"" + title + "\"}", .request = id});
}

struct Figures {
  double writes_a_second = 0, p50_ms = 0, p99_ms = 0;
};

Figures run(store::Database& db, int clients, double seconds) {
  std::vector<double> waits;
  std::mutex mutex;
  const auto start = Steady::now();
  {
    std::vector<std::jthread> threads;
    for (int client = 0; client < clients; ++client) {
      threads.emplace_back([&, client] {
        std::vector<double> mine;
        for (int number = 0; seconds_since(start) < seconds; ++number) {
          const auto begun = Steady::now();
          if (!db.write([&](store::Writer& w) { return write_row(w, client, number); })) return;
          mine.push_back(seconds_since(begun) * 1e3);
        }
        std::lock_guard lock(mutex);
        waits.insert(waits.end(), mine.begin(), mine.end());
      });
    }
  }
  if (waits.empty()) return {};
  const auto took = seconds_since(start);
  std::ranges::sort(waits);
  return {static_cast<double>(waits.size()) / took, waits[waits.size() / 2], waits[waits.size() * 99 / 100]};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = std::string(argc > 1 ? argv[1] : ".") + "/store-bench.tmp";
  const int clients = argc > 2 ? std::atoi(argv[2]) : 64;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 5;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const SystemClock clock;
  auto db = store::open_sqlite({.path = folder + "/bench.db", .clock = &clock});
  if (!db) {
    fmt::print(stderr, "{}\n", db.error().detail.en);
    return 1;
  }
  const double syncs = syncs_a_second(folder);
  const auto figures = run(**db, clients, seconds);
  db->reset();
  std::filesystem::remove_all(folder);
  fmt::print("store: {:.0f} durable writes/s (row + journal entry), {} clients, {} cores, WAL synchronous=FULL, {:.0f} s; p50 {:.1f} ms, p99 {:.1f} ms\n",
             figures.writes_a_second, clients, std::thread::hardware_concurrency(), seconds, figures.p50_ms, figures.p99_ms);
  fmt::print("store: this disk syncs {:.0f} times/s: {:.2f} writes a sync\n", syncs, figures.writes_a_second / syncs);
}
