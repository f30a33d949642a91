// Retrieval against the plain sum over every posting.
#include "market/search.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <fmt/format.h>
#include <rapidcheck/gtest.h>

#include "market/match_testing.h"

namespace jiaoji::market {
namespace {

class Chance final : public Gate {
 public:
  explicit Chance(std::uint64_t seed) : seed_(seed) {}
  Admission admit(State::Place at) override {
    const auto n = (seed_ ^ (at.segment * 1000003 + at.document) * 0x9e3779b97f4a7c15ull) >> 59;
    return n < 16 ? Admission::yes : n < 24 ? Admission::near_miss : Admission::no;
  }

 private:
  std::uint64_t seed_;
};

// Every live document's score, by adding up all its postings.
std::map<std::pair<std::size_t, std::uint32_t>, std::uint32_t> plain_sums(const State& state, std::span<const QueryTerm> query) {
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint32_t> sums;
  const auto weights = quantise(query);
  for (std::size_t s = 0; s < state.segments.size(); ++s)
    for (std::size_t q = 0; q < query.size(); ++q) {
      const auto list = state.segments[s].segment->postings().find(query[q].term);
      Decoded block;
      for (std::size_t b = 0; b < list.blocks.size(); ++b) {
        decode(list, b, block);
        for (unsigned i = 0; i < list.blocks[b].count; ++i)
          if (state.live(s, block.documents[i])) sums[{s, block.documents[i]}] += weights[q] * block.impacts[i];
      }
    }
  return sums;
}

// A text of common and rare words: the n-th word of 40 is drawn n times as seldom.
std::string words(std::uint64_t& seed) {
  std::string text;
  for (int k = 0; k < 30; ++k) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    const auto spread = static_cast<double>(seed >> 11) * 0x1p-53;
    text += fmt::format("w{} ", static_cast<int>(std::pow(40.0, spread)));
  }
  return text;
}

RC_GTEST_PROP(Search, FindsWhatThePlainSumFinds, ()) {
  const testing_::World w;
  std::uint64_t seed = *rc::gen::arbitrary<std::uint64_t>();
  std::vector<Listing> listings;
  const int documents = *rc::gen::inRange(1, 9000);
  for (int d = 0; d < documents; ++d) listings.push_back(w.listing(Side::offer, "o" + std::to_string(d), "", "", "", words(seed)));
  Collection collection({text_fields(*w.program, Side::offer), Side::offer, nullptr});
  for (std::size_t begin = 0; begin < listings.size();) {
    const auto end = std::min(listings.size(), begin + static_cast<std::size_t>(*rc::gen::inRange(1, 6000)));
    std::vector<const Listing*> added;
    for (auto i = begin; i < end; ++i) added.push_back(&listings[i]);
    std::vector<std::string_view> removed;
    for (auto i = begin / 2; i < begin; i += 7) removed.push_back(listings[i].id);
    collection.apply(added, removed);
    begin = end;
  }
  const State& state = *collection.state();
  std::vector<QueryTerm> query;
  for (int q = *rc::gen::inRange(1, 12); q > 0; --q) {
    const auto term = U"w" + [](int n) { const auto s = std::to_string(n); return std::u32string(s.begin(), s.end()); }(*rc::gen::inRange(1, 41));
    query.push_back({word(term), 1.0 / *rc::gen::inRange(1, 50)});
  }
  std::ranges::sort(query, {}, &QueryTerm::term);
  query.erase(std::ranges::unique(query, {}, &QueryTerm::term).begin(), query.end());
  const auto top = static_cast<std::size_t>(*rc::gen::inRange(1, 60));
  Chance gate(seed);
  const Hits hits = search(state, query, top, 10, gate);

  std::vector<std::uint32_t> best, found;
  for (const auto& [at, score] : plain_sums(state, query))
    if (gate.admit({at.first, at.second}) == Admission::yes) best.push_back(score);
  std::ranges::sort(best, std::greater());
  best.resize(std::min(best.size(), top));
  const auto sums = plain_sums(state, query);
  for (const Hit& hit : hits.best) {
    RC_ASSERT(gate.admit(hit.at) == Admission::yes);
    RC_ASSERT(sums.at({hit.at.segment, hit.at.document}) == hit.score);
    found.push_back(hit.score);
  }
  RC_ASSERT(found == best);
  for (const Hit& hit : hits.near_misses) RC_ASSERT(gate.admit(hit.at) == Admission::near_miss);
}

// The first load is weighed with the lengths that it turns out to have: an index built with others ranks measurably worse.
TEST(Search, WeighsTheFirstLoadByItsOwnLengths) {
  const testing_::World w;
  std::vector<Listing> listings;
  for (int d = 0; d < 3000; ++d) {
    std::string text = d == 1234 ? "曲轴" : "";
    for (int k = 0; k < 200 + d % 50; ++k) text += "的";
    listings.push_back(w.listing(Side::offer, "o" + std::to_string(d), "", "", "", text));
  }
  std::vector<const Listing*> added;
  for (const auto& listing : listings) added.push_back(&listing);
  Collection collection({text_fields(*w.program, Side::offer), Side::offer, nullptr});
  collection.apply(added, {});
  const State& state = *collection.state();
  ASSERT_NEAR(state.means[1], 222, 5);
  const std::vector<QueryTerm> query = {{bigram(U'曲', U'轴'), 1}};
  class All final : public Gate { Admission admit(State::Place) override { return Admission::yes; } } all;
  const auto hits = search(state, query, 1, 0, all);
  ASSERT_EQ(hits.best.size(), 1u);
  const double frequency = 1 / (0.25 + 0.75 * 236 / state.means[1]);
  EXPECT_NEAR(hits.best[0].score / static_cast<double>(kWeightMax), 255 * frequency / (kSaturation + frequency), 1.5);
}

}  // namespace
}  // namespace jiaoji::market
