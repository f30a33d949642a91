// kill -9 under load, again and again, each time followed by a start and a full check. It proves
// nothing about durability (the kernel keeps what was written), but that no start finds half a change, and that each
// start is quick. The planted fault, a row written outside its entry's transaction, must be found.
// Every third kill comes at a moment of the start.
//
//   fault_kill WRITER [KILLS]
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <random>
#include <thread>

#include "harness.h"
#include "load.h"

namespace {

using namespace jiaoji;
using namespace jiaoji::fault;

struct Child {
  int pid, output;
};

Child start(const std::string& writer, const std::string& folder, const std::string& run, bool split) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const auto run_argument = "run=" + run, split_argument = fmt::format("split={}", split ? 1 : 0);
  const int pid = fork();
  if (pid == 0) {
    dup2(pipes[1], STDOUT_FILENO);
    execl(writer.c_str(), writer.c_str(), folder.c_str(), "clients=16", "changes=100000", run_argument.c_str(), split_argument.c_str(), nullptr);
    _exit(127);
  }
  close(pipes[1]);
  return {pid, pipes[0]};
}

// Kills the child `after` its start, or after its first acknowledgement, and returns what it acknowledged. A line is
// written in one piece.
std::vector<std::string> kill_after(const Child& child, std::chrono::milliseconds after, bool in_load) {
  std::string text;
  if (in_load) {
    text.resize(1 << 16);
    const auto first = read(child.output, text.data(), text.size());
    text.resize(first > 0 ? static_cast<std::size_t>(first) : 0);
  }
  std::jthread killer([&] {
    std::this_thread::sleep_for(after);
    kill(child.pid, SIGKILL);
  });
  char chunk[1 << 16];
  for (ssize_t got; (got = read(child.output, chunk, sizeof chunk)) > 0;) text.append(chunk, static_cast<std::size_t>(got));
  killer.join();
  close(child.output);
  wait_for(child.pid);
  std::vector<std::string> lines;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) lines.push_back(text.substr(at, end - at));
  return lines;
}

struct Tally {
  int kills = 0, bad = 0, halves = 0;
  std::size_t acknowledged = 0;
  double slowest_start_ms = 0;
};

constexpr int kKillsOfOneDatabase = 20;  // then a new one, so that creating is killed too and checking stays quick

Tally torment(const std::string& writer, int kills, bool split) {
  const SystemClock clock;
  std::mt19937 random(1);
  Tally tally;
  std::optional<Folder> work;
  std::vector<std::string> acknowledged;
  for (int i = 0; i < kills; ++i) {
    if (i % kKillsOfOneDatabase == 0) {
      work.emplace();
      acknowledged.clear();
    }
    const auto child = start(writer, work->path(), fmt::format("k{}-", i), split);
    const auto lines = kill_after(child, std::chrono::milliseconds(std::uniform_int_distribution<>(0, 40)(random)), i % 3 != 0);
    acknowledged.insert(acknowledged.end(), lines.begin(), lines.end());
    tally.acknowledged += lines.size();
    ++tally.kills;
    const auto begun = std::chrono::steady_clock::now();
    auto db = store::open_sqlite({.path = work->path() + kDatabase, .clock = &clock});
    tally.slowest_start_ms = std::max(tally.slowest_start_ms, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    if (!db) {
      fmt::print("kill {}: {}\n", i, db.error().detail.en);
      ++tally.bad;
      break;
    }
    Judgement judgement;
    (void)(*db)->read([&](store::Reader& r) -> Result<void> {
      judgement = judge(r, acknowledged);
      return {};
    });
    tally.bad += !judgement.good();
    tally.halves += judgement.halves;
  }
  fmt::print("{} kill -9{}: {} acknowledged changes, {} starts found something wrong ({} halves), slowest start {:.0f} ms\n", tally.kills,
             split ? " (planted: row and entry apart)" : "", tally.acknowledged, tally.bad, tally.halves, tally.slowest_start_ms);
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int kills = argc > 2 ? std::atoi(argv[2]) : 200;
  bool passed = torment(argv[1], kills, false).bad == 0;
  const bool noticed = torment(argv[1], 10, true).halves > 0;
  if (!noticed) fmt::print("  the planted fault went unnoticed\n");
  passed = passed && noticed;
  fmt::print("{}\n", passed ? "passed" : "FAILED");
  return passed ? 0 : 1;
}
