// Travel times, one thread unless said: one to all, windows, all pairs, loading.   mobility_bench FOLDER
// For a comparison: mobility_bench FEED DATE MIN_CHANGE SECONDS STOP… prints JSON: what each stop's question took and what it answered.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>

#include "base/archive.h"
#include "base/clock.h"
#include "base/json.h"
#include "mobility/gtfs.h"
#include "mobility/prepared.h"
#include "mobility/reach.h"
#include "mobility/times.h"

using namespace jiaoji;
using namespace jiaoji::mobility;

namespace {

double now_ms() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "{}\n", result.error().detail.en);
  std::exit(1);
}

Feed read(const std::string& path) {
  auto archive = must(Archive::open(path));
  FeedFiles files;
  for (const auto& entry : archive.entries()) files.names.push_back(entry.name);
  files.read = [&](const std::string& name) { return archive.read(name); };
  return must(read_gtfs(files, {.skip_faulty = true})).feed;
}

struct Loaded {
  std::shared_ptr<World> world;
  double read_ms = 0, join_ms = 0;
};
Loaded load(const std::vector<std::string>& paths) {
  const double begin = now_ms();
  std::vector<Feed> feeds;
  for (const auto& path : paths) feeds.push_back(read(path));
  const double middle = now_ms();
  auto world = std::make_shared<World>(must(build_network(std::move(feeds))));
  const double end = now_ms();
  finish(*world);
  return {world, middle - begin, end - middle};
}

std::vector<std::int32_t> served(const Timetable& timetable) {
  std::vector<std::int32_t> out;
  for (std::uint32_t s = 0; s < timetable.stops; ++s) {
    if (timetable.at_first[s + 1] > timetable.at_first[s]) out.push_back(static_cast<std::int32_t>(s));
  }
  return out;
}

// Mean and slowest over up to `most` stops spread over all, each question asked three times and its best taken.
std::string over_stops(const std::vector<std::int32_t>& stops, std::size_t most, const std::function<void(std::int32_t)>& ask) {
  double sum = 0, slowest = 0;
  int count = 0;
  for (std::size_t i = 0; i < stops.size(); i += std::max<std::size_t>(1, stops.size() / most), ++count) {
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
      const double begin = now_ms();
      ask(stops[i]);
      best = std::min(best, now_ms() - begin);
    }
    sum += best, slowest = std::max(slowest, best);
  }
  return fmt::format("mean {:.4f} ms, slowest {:.4f} ms of {} stops", sum / count, slowest, count);
}

struct Case {
  const char* name;
  std::vector<std::string> feeds;
  const char* date;
  Seconds at;
};

void one_to_all(const Case& row, const World& world, bool walking) {
  const auto timetable = must(timetable_of(world.network, parse_day(row.date), {.service_day_only = true, .min_change_everywhere = 120, .walking = walking}));
  Search search(timetable);
  const auto stops = served(timetable);
  const auto name = fmt::format("{}{}, {} at {}", row.name, walking ? ", walking between stops" : "", row.date, format_time_of_day(row.at));
  const auto ask = [&](Seconds limit) {
    return over_stops(stops, 300, [&](std::int32_t stop) {
      const Access access{.stop = stop};
      search.run({&access, 1}, row.at, {.latest = limit ? row.at + limit : kNever - 1});
    });
  };
  fmt::print("one to all with changes, {}: {}; within 90 minutes: {}\n", name, ask(0), ask(5400));
  const auto windows = [&](Seconds from, Seconds to, std::size_t most) {
    return over_stops(stops, most, [&](std::int32_t stop) {
      const Access access{.stop = stop};
      profile(timetable, search, {&access, 1}, from, to);
    });
  };
  fmt::print("window to all, {}: two hours {}; 06:00–22:00 {}\n", name, windows(row.at, row.at + 7200, 60), windows(6 * 3600, 22 * 3600, 20));
}

void all_pairs(const Case& row, World& world, std::size_t most, bool window, unsigned threads) {
  const Day day = parse_day(row.date);
  const TimetableOptions options{.service_day_only = true, .min_change_everywhere = 120, .walking = false};
  MatrixAsked asked{.from = {}, .to = {}, .day = day, .time = row.at, .until = window ? std::optional(row.at + 7200) : std::nullopt, .options = options, .threads = threads};
  const auto stops = served(*must(world.days.of(world.network, day, options, false)));
  for (std::size_t i = 0; i < stops.size() && asked.from.size() < most; i += std::max<std::size_t>(1, stops.size() / most)) asked.from.push_back(must(find_place(world.network, world.network.feed.stops[static_cast<std::size_t>(stops[i])].id)));
  asked.to = asked.from;
  const double begin = now_ms();
  const auto answer = must(matrix(world, asked));
  fmt::print("matrix {} × {}, {}, {}, {} threads: {:.3f} s\n", answer.size(), answer.size(), row.name, window ? "two hours" : "leave at", threads, (now_ms() - begin) / 1e3);
}

int compare(int count, char** words) {
  const auto loaded = load({words[1]});
  const auto timetable = must(timetable_of(loaded.world->network, parse_day(words[2]), {.service_day_only = true, .min_change_everywhere = std::atoi(words[3]), .walking = false}));
  Search search(timetable);
  json::Array out;
  for (int i = 5; i < count; ++i) {
    const Access access{.stop = must(find_place(loaded.world->network, words[i])).stops.front()};
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
      const double begin = now_ms();
      search.run({&access, 1}, std::atoi(words[4]));
      best = std::min(best, now_ms() - begin);
    }
    json::Object arrivals;
    for (std::uint32_t s = 0; s < timetable.stops; ++s) {
      if (search.arrival(static_cast<std::int32_t>(s)) != kNever) arrivals.set(loaded.world->network.feed.stops[s].id, search.arrival(static_cast<std::int32_t>(s)));
    }
    out.push_back(json::object({{"stop", words[i]}, {"ms", best}, {"arrivals", std::move(arrivals)}}));
  }
  fmt::print("{}\n", json::write(out));
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count > 5) return compare(count, words);
  if (count != 2) return fmt::print(stderr, "mobility_bench FOLDER\n"), 2;
  const std::string folder = std::string(words[1]) + "/";
  const Case rows[] = {{"rail", {folder + "cn-hsr-2016.gtfs.zip"}, "2016-03-02", 8 * 3600}, {"Vilnius", {folder + "vilnius_gtfs.zip"}, "2016-05-11", 8 * 3600}, {"Porto Alegre buses", {folder + "r5r-poa/poa_eptc.zip"}, "2019-05-13", 14 * 3600}};
  for (const auto& row : rows) {
    const auto loaded = load(row.feeds);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("load {}: read {:.3f} s, joined {:.3f} s, peak so far {} MB\n", row.name, loaded.read_ms / 1e3, loaded.join_ms / 1e3, usage.ru_maxrss >> 10);
    const auto bytes = write_prepared(loaded.world->network, row.name);
    const double begin = now_ms();
    const auto back = read_prepared(bytes, row.name);
    fmt::print("restart {}: {:.3f} s from {} MB of prepared form\n", row.name, back ? (now_ms() - begin) / 1e3 : -1, bytes.size() >> 20);
    one_to_all(row, *loaded.world, false);
    one_to_all(row, *loaded.world, true);
    if (std::string_view(row.name) == "rail") all_pairs(row, *loaded.world, 100'000, true, 2);
    else all_pairs(row, *loaded.world, 183, false, 1);
  }
}
