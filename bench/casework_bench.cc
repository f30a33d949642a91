// How often a second a case starts and ends in memory: three tasks that pass on at once, split and joined (bench/casework/three.bpmn), read
// once. The state is kept as JSON and read again at each start, too, as the store does it.   casework_bench FILE
#include <chrono>

#include <fmt/format.h>

#include "base/cli.h"
#include "casework/advance.h"

using namespace jiaoji;
using namespace jiaoji::casework;
using Steady = std::chrono::steady_clock;

int main(int argc, char** argv) {
  const auto file = read_whole(argc > 1 ? argv[1] : "bench/casework/three.bpmn");
  if (!file) return fmt::print(stderr, "{}\n", file.error().detail.en), 1;
  const auto reading = read_procedure(*file);
  if (!reading || !reading->problems.empty()) return fmt::print(stderr, "it cannot be run\n"), 1;
  const auto rate = [&](bool kept) {
    constexpr int kCases = 50'000;
    double best = 0;
    for (int run = 0; run < 3; ++run) {
      const auto begin = Steady::now();
      for (int i = 0; i < kCases; ++i) {
        const auto done = advance(reading->procedure, {}, {.kind = Event::Kind::start, .container = 0, .name = {}, .variables = {}}, 1'800'000'000'000);
        if (!done || done->state.outcome != State::Outcome::completed) std::abort();
        if (kept && !read_state(*json::parse(json::write(to_json(done->state))), reading->procedure)) std::abort();
      }
      best = std::max(best, kCases / std::chrono::duration<double>(Steady::now() - begin).count());
    }
    return best;
  };
  const auto plain = rate(false);
  fmt::print("{}\n", json::write(json::object({{"per_second", static_cast<std::int64_t>(plain)}, {"per_second_with_json", static_cast<std::int64_t>(rate(true))}})));
}
