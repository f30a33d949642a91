// A disk that fails: the n-th sync or write answers EIO, or there is no space for a while.
//
// After a failed sync nothing is acknowledged any more and what was stays durable, although the kernel now holds the lost
// pages for clean; a next start takes up the rest. After a failed write the server goes on without a restart and takes
// every change. The planted fault is a sync that fails and says it did not: code that ignores the return value.
//
//   fault_disk_errors SHIM WRITER sync|write|full
#include <fmt/format.h>

#include <algorithm>

#include "disk.h"
#include "harness.h"
#include "load.h"

namespace {

using namespace jiaoji;
using namespace jiaoji::fault;

constexpr int kPoints = 200;  // n = 1…200

struct Tally {
  int runs = 0, hit = 0, not_started = 0, refused_word = 0, bad = 0;
  std::string first;
  void complain(const std::string& what) {
    ++bad;
    if (first.empty()) first = what;
  }
};

bool was_hit(const std::vector<Event>& events, const std::string& complaint) {
  for (const auto& event : events) {
    if (event.record.what == What::sync_failed) return true;
  }
  return complaint.contains("store.") || complaint.contains("refused");
}

// After a failed sync the process must not even try another commit: no write to the log may follow.
bool went_on_writing(const std::vector<Event>& events) {
  bool failed = false;
  std::uint32_t log = UINT32_MAX;
  for (const auto& [record, text] : events) {
    if (record.what == What::create && text.ends_with("-wal")) log = record.file;
    if (record.what == What::sync_failed) failed = true;
    if (failed && record.what == What::write && record.file == log) return true;
  }
  return false;
}

// Where to cut: four times at the end, and four times between the failed sync and the end.
std::vector<std::size_t> moments(const std::vector<Event>& events, std::mt19937& random) {
  const auto failed = std::ranges::find(events, What::sync_failed, [](const Event& event) { return event.record.what; });
  const auto first = static_cast<std::size_t>(failed - events.begin());
  std::vector<std::size_t> at(4, events.size());
  for (int i = 0; i < 4 && first < events.size(); ++i) at.push_back(std::uniform_int_distribution<std::size_t>(first, events.size())(random));
  return at;
}

// Cuts the power and judges what is left. A disk for each cut: the failed sync falls out differently each time.
void judge_cuts(const std::vector<Event>& events, const std::string& name, Tally& tally) {
  const Folder found;
  std::mt19937 random(1);
  for (const auto at : moments(events, random)) {
    Disk disk(events, random);
    disk.play(at);
    disk.cut(found.path());
    if (const auto judgement = judge_folder(found.path(), disk.acknowledged()); !judgement.good()) {
      return tally.complain(fmt::format("{}, cut at {} of {}: corrupt {}, lost {}, halves {}, chain {}: {}", name, at, events.size(), judgement.corrupt,
                                        judgement.lost, judgement.halves, judgement.broken_chain, judgement.reason));
    }
  }
}

// Starts the server once more on the same machine (no power cut: the kernel's pages stand) and cuts the power afterwards:
// acknowledgements of the second run must not stand on pages that the first one lost.
void judge_restart(const Harness& harness, const Folder& work, const std::string& name, Tally& tally) {
  const auto again = harness.run(work, {"clients=4", "changes=8", "run=again"}, {});
  if (again.status != 0) return tally.complain(fmt::format("{}: the next start ended with {}: {}", name, again.status, again.complaint));
  judge_cuts(read_trace(again.trace), name + ", after the next start", tally);
}

Tally torment(const Harness& harness, const std::string& call, const std::string& how, bool retry, int step = 1) {
  Tally tally;
  for (int n = 1; n <= kPoints; n += step) {
    const auto name = fmt::format("{}:{}{}", call, n, how);
    const Folder work;
    const auto run = harness.run(work, {"clients=4", "changes=60", fmt::format("seed={}", n), retry ? "retry=1" : "retry=0", "checkpoint=20"}, {.fail = name});
    const auto events = read_trace(run.trace);
    ++tally.runs;
    tally.hit += was_hit(events, run.complaint);
    tally.not_started += run.status == 3;
    if (run.status != 0 && run.status != 3) tally.complain(fmt::format("{}: the writer ended with {}: {}", name, run.status, run.complaint));
    if (how == ":EIO" && went_on_writing(events)) tally.complain(name + ": wrote on after a failed sync");
    judge_cuts(events, name, tally);
    if (how != ":LIE") judge_restart(harness, work, name, tally);
  }
  fmt::print("{:>6} {:<12} {} runs, {} met the fault, {} could not start, {} broke their word{}{}\n", call, how, tally.runs, tally.hit, tally.not_started,
             tally.bad, tally.first.empty() ? "" : "; first: ", tally.first);
  std::fflush(stdout);
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const Harness harness{argv[1], argv[2]};
  const std::string part = argv[3];
  const bool sync = part == "sync", full = part == "full";
  const auto tally = torment(harness, sync ? "sync" : "write", full ? "+40:ENOSPC" : ":EIO", !sync);
  bool passed = tally.bad == 0 && tally.hit > kPoints / 2;
  if (!full) {
    const auto planted = torment(harness, part, ":LIE", false, 5);
    if (planted.bad == 0) fmt::print("  a call that fails unseen went unnoticed\n");
    passed = passed && planted.bad > 0;
  }
  fmt::print("{}\n", passed ? "passed" : "FAILED");
  return passed ? 0 : 1;
}
