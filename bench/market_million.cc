// A million listings: how fast the index is built, what it holds in memory, how long a match with eligibility and full
// explanation takes.   market_million [LISTINGS] [QUERIES]
#include <malloc.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "market/commands.h"
#include "market/market.h"
#include "market/sample.h"

using namespace jiaoji;
using namespace jiaoji::market;
using Clock_ = std::chrono::steady_clock;

namespace {

double seconds_since(Clock_::time_point began) { return std::chrono::duration<double>(Clock_::now() - began).count(); }
std::size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

// What a program's field may hold, made from a number: enough to make conditions answer yes, no and unknown.
FieldValue value_of(const Field& field, std::uint64_t n) {
  if (n % 5 == 0) return {};
  switch (field.type) {
    case FieldType::number: return static_cast<double>(10 + n % 5000);
    case FieldType::money: return Money{static_cast<std::int64_t>(100 + n % 90'000)};
    case FieldType::dates: return Days{20'700 + static_cast<int>(n % 300), 20'800 + static_cast<int>(n % 300)};
    case FieldType::place: return Codes{fmt::format("37{:02}00", 1 + n % 11)};
    case FieldType::code: return field.options.empty() ? FieldValue() : FieldValue(Codes{field.options[n % field.options.size()].code});
    case FieldType::yes_no: return n % 3 != 0;
    default: return {};
  }
}

std::size_t characters(std::string_view text) { return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; })); }

Listing listing_of(const Program& program, const SampleWords& words, Side side, std::uint64_t n) {
  auto said = words.make(side, n, 7);
  // An offer of 200 characters: what one text does not fill, the next one begins.
  for (std::uint64_t more = 1; side == Side::offer && characters(said.title) + characters(said.text) < 200; ++more) said.text += words.make(side, n + more * 1'000'003, 7).text;
  for (auto over = side == Side::offer ? characters(said.title) + characters(said.text) - 200 : 0; over > 0; said.text.pop_back()) over -= (said.text.back() & 0xc0) != 0x80;
  Listing l{.id = fmt::format("lst_{:032}", n), .program = program.id, .side = side, .party = fmt::format("pty_{:032}", n / 8), .city = fmt::format("37{:02}00", 1 + n % 11)};
  l.title = std::move(said.title), l.text = std::move(said.text), l.industries = {said.code};
  l.visibility = n % 10 == 0 ? Visibility::city : Visibility::region;
  for (const auto& field : program.side(side).fields) l.fields.push_back(value_of(field, n * 2654435761u + l.fields.size() * 97));
  return l;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000, queries = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000;
  const auto programs = load_programs("/nonexistent");
  if (!programs) return fmt::print(stderr, "{}\n", programs.error().detail.en), 1;
  const auto program = *std::ranges::find(*programs, "supply-demand", &Program::id);
  const SampleWords words;
  Market market(*programs);
  double build = 0, text_bytes = 0, written = 0;
  malloc_trim(0);
  const auto before = heap();
  std::vector<Change> batch;
  for (std::uint64_t n = 0; n < count;) {
    batch.clear();
    for (; batch.size() < 20'000 && n < count; ++n) {
      auto l = listing_of(*program, words, Side::offer, n);
      text_bytes += static_cast<double>(l.title.size() + l.text.size());
      written += static_cast<double>(characters(l.title) + characters(l.text));
      batch.emplace_back(Upsert{std::move(l)});
    }
    const auto began = Clock_::now();
    if (const auto done = market.apply(batch); !done) return 1;
    build += seconds_since(began);
  }
  const auto began = Clock_::now();
  market.compact();
  build += seconds_since(began);
  batch = {};
  malloc_trim(0);
  const double memory = static_cast<double>(heap() - before);
  const auto n = static_cast<double>(count);
  fmt::print("million: {} listings of {:.0f} characters: built at {:.0f}/s (goal 50,000), {:.0f} bytes a listing beyond its text (goal 1,500)\n", count, written / n, n / build, (memory - text_bytes) / n);

  std::vector<double> times;
  std::size_t found = 0;
  for (std::uint64_t q = 0; q < queries; ++q) {
    auto need = listing_of(*program, words, Side::need, 900'000'000 + q * 31);
    need.id.clear();
    const auto start = Clock_::now();
    const auto answer = match(*market.snapshot(), {.asking = need, .viewer = {.city = "370200", .signed_in = true}, .top = 10});
    times.push_back(seconds_since(start) * 1000);
    if (answer) found += answer->matches.size();
  }
  std::ranges::sort(times);
  fmt::print("million: top 10 with eligibility and explanation, {} needs of ~100 characters: p50 {:.1f} ms, p99 {:.1f} ms (goal 20), {:.1f} found on average\n", queries, times[times.size() / 2],
             times[times.size() * 99 / 100], static_cast<double>(found) / static_cast<double>(queries));
}
