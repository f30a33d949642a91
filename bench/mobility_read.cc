// How long a GTFS zip takes to become a feed, unpacking included, and the memory of it.   mobility_read FEED.zip [runs]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "base/archive.h"
#include "mobility/gtfs.h"

using namespace jiaoji;
using Clock = std::chrono::steady_clock;

int main(int count, char** arguments) {
  if (count < 2) return fmt::print(stderr, "usage: mobility_read FEED.zip [runs]\n"), 2;
  double best = 1e9;
  const int runs = count > 2 ? std::max(1, std::atoi(arguments[2])) : 5;
  for (int run = 0; run < runs; ++run) {
    const auto start = Clock::now();
    auto archive = Archive::open(arguments[1]);
    if (!archive) return fmt::print(stderr, "{}\n", archive.error().detail.en), 1;
    mobility::FeedFiles files;
    for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
    files.read = [&](const std::string& name) { return archive->read(name); };
    const auto read = mobility::read_gtfs(files, {.skip_faulty = true});
    if (!read) return fmt::print(stderr, "{}\n", read.error().detail.en), 1;
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    if (run) continue;
    rusage use;
    getrusage(RUSAGE_SELF, &use);
    fmt::print("{} trips, {} stop times, {} errors, {} warnings, peak {} MB\n", read->feed.trips.size(), read->feed.stop_times.size(), read->errors, read->warnings, use.ru_maxrss >> 10);
  }
  fmt::print("{}: {:.3f} s (best of {})\n", arguments[1], best, runs);
}
