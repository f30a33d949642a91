// Power cuts: 10,000 moments of a mixed load, at each of which the disk forgets what was not synced. And the proof that
// this test would notice: the same with synchronous=NORMAL, with early answers, with a row and its entry in two changes,
// and with a disk that forgets names, must fail.
//
//   fault_power_cut SHIM WRITER [CUTS]
#include <fmt/format.h>

#include <algorithm>

#include "disk.h"
#include "harness.h"
#include "load.h"

namespace {

using namespace jiaoji;
using namespace jiaoji::fault;

struct Tally {
  int cuts = 0, corrupt = 0, with_loss = 0, lost = 0, with_halves = 0, undone = 0, broken_chains = 0, refused = 0, opened = 0;
  std::string first;  // what was wrong first
  bool good() const { return corrupt + with_loss + with_halves + undone + broken_chains + refused == 0; }
  void add(const Judgement& judgement) {
    corrupt += judgement.corrupt;
    with_loss += judgement.lost > 0;
    lost += judgement.lost;
    with_halves += judgement.halves > 0;
    undone += judgement.undone > 0;
    broken_chains += judgement.broken_chain;
    if (first.empty() && !judgement.good()) first = judgement.reason;
  }
  void print(const std::string& name) const {
    fmt::print("{:<34} {:>5} cuts: {} corrupt, {} lost acknowledged changes ({} changes), {} left half changes, {} held failed changes, "
               "{} broken chains, {} of {} refused to start{}{}\n",
               name, cuts, corrupt, with_loss, lost, with_halves, undone, broken_chains, refused, opened, first.empty() ? "" : "; first: ", first);
    std::fflush(stdout);
  }
};

// The server itself starts from what was found, takes a change, and still agrees with its journal.
bool starts(const std::string& folder, const std::vector<std::string>& acknowledged, std::string& reason) {
  const SystemClock clock;
  auto db = store::open_sqlite({.path = folder + kDatabase, .readers = 1, .clock = &clock});
  if (!db) return reason = db.error().detail.en, false;
  const auto written = (*db)->write([](store::Writer& w) { return w.journal({.action = "test.started"}); });
  if (!written) return reason = written.error().detail.en, false;
  Judgement judgement;
  (void)(*db)->read([&](store::Reader& r) -> Result<void> {
    judgement = judge(r, acknowledged);
    return {};
  });
  reason = judgement.reason;
  return judgement.good();
}

constexpr int kStartEvery = 10;  // a full start costs ten times a look

Tally cut_many(const std::vector<Event>& events, int cuts, unsigned seed, const std::string& folder) {
  std::mt19937 random(seed);
  std::vector<std::size_t> moments;
  for (int i = 0; i < cuts; ++i) moments.push_back(std::uniform_int_distribution<std::size_t>(1, events.size())(random));
  std::ranges::sort(moments);
  Disk disk(events, random);
  Tally tally{.cuts = cuts};
  for (int i = 0; i < cuts; ++i) {
    disk.play(moments[static_cast<std::size_t>(i)]);
    disk.cut(folder);
    tally.add(judge_folder(folder, disk.acknowledged()));
    if (i % kStartEvery != 0) continue;
    ++tally.opened;
    std::string reason;
    if (starts(folder, disk.acknowledged(), reason)) continue;
    ++tally.refused;
    if (tally.first.empty()) tally.first = reason;
  }
  return tally;
}

struct Scenario {
  std::string name;
  std::vector<std::string> arguments;
  std::string fail = "";
};

Tally play(const Harness& harness, const Scenario& scenario, int cuts, unsigned seed) {
  const Folder work, found;
  const auto run = harness.run(work, scenario.arguments, {.fail = scenario.fail, .sync_us = 200});
  if (run.status != 0) fmt::print("the writer ended with {}\n", run.status);
  auto tally = cut_many(read_trace(run.trace), cuts, seed, found.path());
  tally.print(scenario.name);
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const Harness harness{argv[1], argv[2]};
  const int cuts = argc > 3 ? std::atoi(argv[3]) : 10'000;
  constexpr int kTraces = 5;
  bool passed = true;
  for (unsigned seed = 1; seed <= kTraces; ++seed) {
    // The last two traces hold three runs each: closing, opening again and what lies between are cut too.
    const bool restarts = seed > 3;
    const Scenario scenario{restarts ? "FULL, 64 clients, 3 runs" : "FULL, 64 clients",
                            {fmt::format("seed={}", seed), restarts ? "changes=7" : "changes=20", restarts ? "rounds=3" : "rounds=1"}};
    passed = play(harness, scenario, cuts / kTraces, seed).good() && passed;
  }
  const Scenario planted[] = {{"planted: synchronous=NORMAL", {"synchronous=NORMAL", "changes=15"}},
                              {"planted: early acknowledgement", {"early=1", "changes=15"}},
                              {"planted: row and entry apart", {"split=1", "changes=15"}},
                              {"planted: the disk forgets names", {"changes=15"}, "folder:1+999:LIE"}};
  for (const auto& scenario : planted) {
    const auto tally = play(harness, scenario, 200, 1);
    const bool noticed = scenario.arguments.front() == "split=1" ? tally.with_halves > 0 : tally.with_loss > 0;
    if (!noticed) fmt::print("  this fault went unnoticed\n");
    passed = passed && noticed;
  }
  fmt::print("{}\n", passed ? "passed" : "FAILED");
  return passed ? 0 : 1;
}
