#include "market/search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <queue>

namespace jiaoji::market {

namespace {

constexpr std::uint32_t kWindow = 4096;
constexpr std::size_t kAhead = 8;      // candidates whose columns are fetched while one is looked at

// The best seen so far and the score that a document must exceed.
class Best {
 public:
  explicit Best(std::size_t top) : top_(top) { heap_.reserve(top + 1); }
  std::uint32_t threshold() const { return heap_.size() < top_ ? 0 : heap_.front().score; }
  bool full() const { return heap_.size() >= top_; }
  void add(const Hit& hit) {
    if (top_ == 0 || (full() && hit.score <= heap_.front().score)) return;
    if (full()) std::ranges::pop_heap(heap_, worse), heap_.pop_back();
    heap_.push_back(hit);
    std::ranges::push_heap(heap_, worse);
  }
  std::vector<Hit> take() {
    std::ranges::stable_sort(heap_, [](const Hit& a, const Hit& b) {
      if (a.score != b.score) return a.score > b.score;
      return a.at.segment != b.at.segment ? a.at.segment > b.at.segment : a.at.document > b.at.document;
    });
    return std::move(heap_);
  }

 private:
  static bool worse(const Hit& a, const Hit& b) { return a.score > b.score; }
  std::size_t top_;
  std::vector<Hit> heap_;
};

// Reads one list forwards. Windows and candidates only ever ask for later documents.
struct Cursor {
  PostingList list;
  std::uint32_t weight = 0;
  std::size_t block = 0;             // first that may hold what is asked next
  std::size_t decoded_block = SIZE_MAX;
  std::uint32_t bound = 0;           // most that the list can give within the window
  std::unique_ptr<Decoded> decoded;

  bool done() const { return block >= list.blocks.size(); }
  void skip_to(std::uint32_t document) {
    while (!done() && list.blocks[block].last < document) ++block;
  }
  // The greatest contribution to documents of [begin, end).
  void enter(std::uint32_t begin, std::uint32_t end) {
    skip_to(begin);
    bound = 0;
    std::uint32_t impact = 0;
    for (std::size_t b = block; b < list.blocks.size(); ++b) {
      if (b > 0 && list.blocks[b - 1].last + 1 >= end) break;
      impact = std::max<std::uint32_t>(impact, list.blocks[b].impact_max);
      if (list.blocks[b].last >= end) break;
    }
    bound = impact * weight;
  }
  const Decoded& open(std::size_t b) {
    if (!decoded) decoded = std::make_unique<Decoded>();
    if (decoded_block != b) decode(list, b, *decoded), decoded_block = b;
    return *decoded;
  }
};

class WindowSearch {
 public:
  WindowSearch(const State& state, std::size_t segment, Gate& gate, Best& best, Best& near_misses)
      : state_(state), segment_(segment), gate_(gate), best_(best), near_misses_(near_misses) {}

  void run(std::span<const QueryTerm> query, std::span<const std::uint32_t> weights) {
    const Segment& segment = *state_.segments[segment_].segment;
    cursors_.reserve(query.size());
    for (std::size_t i = 0; i < query.size(); ++i)
      if (auto list = segment.postings().find(query[i].term); !list.blocks.empty()) cursors_.push_back({list, weights[i], 0, SIZE_MAX, 0, nullptr});
    for (std::uint32_t begin = 0; begin < segment.documents(); begin += kWindow) {
      window(begin, std::min(begin + kWindow, segment.documents()));
      std::erase_if(cursors_, [](const Cursor& c) { return c.done(); });
      if (cursors_.empty()) return;
    }
  }

 private:
  void window(std::uint32_t begin, std::uint32_t end) {
    live_.clear();
    for (Cursor& cursor : cursors_) {
      cursor.enter(begin, end);
      if (cursor.bound > 0) live_.push_back(&cursor);
    }
    std::ranges::sort(live_, {}, &Cursor::bound);
    const std::uint32_t threshold = best_.threshold();
    std::size_t essential = 0;
    std::uint32_t rest = 0;   // what the lists before `essential` can add together
    while (essential < live_.size() && rest + live_[essential]->bound <= threshold) rest += live_[essential++]->bound;
    if (essential == live_.size()) return;
    for (std::size_t i = essential; i < live_.size(); ++i) accumulate(*live_[i], begin, end);
    collect(begin, rest > 0 ? threshold - std::min(threshold, rest) : threshold);
    for (std::size_t i = essential; i-- > 0 && !candidates_.empty();) {
      look_up(*live_[i]);
      rest -= live_[i]->bound;
      if (threshold > rest) std::erase_if(candidates_, [&](const Candidate& c) { return c.score + rest <= threshold; });
    }
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (i + kAhead < candidates_.size()) gate_.soon({segment_, candidates_[i + kAhead].document});
      offer(candidates_[i]);
    }
  }

  // Adds an essential list to the window's sums and marks whom it touched.
  void accumulate(Cursor& cursor, std::uint32_t begin, std::uint32_t end) {
    for (std::size_t b = cursor.block; b < cursor.list.blocks.size(); ++b) {
      const Block& block = cursor.list.blocks[b];
      if (b > 0 && cursor.list.blocks[b - 1].last + 1 >= end) return;
      const Decoded& decoded = cursor.open(b);
      unsigned i = 0, stop = block.count;
      while (i < stop && decoded.documents[i] < begin) ++i;
      while (stop > i && decoded.documents[stop - 1] >= end) --stop;
      for (; i < stop; ++i) {
        const std::uint32_t at = decoded.documents[i] - begin;
        sums_[at] += cursor.weight * decoded.impacts[i];
        touched_[at / 64] |= std::uint64_t{1} << (at % 64);
      }
      if (block.last >= end) return;
    }
  }

  // Takes everybody above `floor` out of the window, and clears it.
  void collect(std::uint32_t begin, std::uint32_t floor) {
    candidates_.clear();
    for (std::size_t w = 0; w < touched_.size(); ++w) {
      for (std::uint64_t bits = touched_[w]; bits != 0; bits &= bits - 1) {
        const auto at = static_cast<std::uint32_t>(w * 64 + std::countr_zero(bits));
        if (sums_[at] > floor) candidates_.push_back({begin + at, sums_[at]});
        sums_[at] = 0;
      }
      touched_[w] = 0;
    }
  }

  struct Candidate { std::uint32_t document, score; };
  void look_up(Cursor& cursor) {
    std::size_t b = cursor.block, i = 0;
    for (Candidate& candidate : candidates_) {
      const std::size_t before = b;
      while (b < cursor.list.blocks.size() && cursor.list.blocks[b].last < candidate.document) ++b;
      if (b >= cursor.list.blocks.size()) return;
      if (b != before) i = 0;
      const Decoded& decoded = cursor.open(b);
      while (decoded.documents[i] < candidate.document) ++i;
      if (decoded.documents[i] == candidate.document) candidate.score += cursor.weight * decoded.impacts[i];
    }
  }

  void offer(const Candidate& candidate) {
    if (best_.full() && candidate.score <= best_.threshold()) return;
    if (!state_.live(segment_, candidate.document)) return;
    const Hit hit{{segment_, candidate.document}, candidate.score};
    switch (gate_.admit(hit.at)) {
      case Admission::yes: return best_.add(hit);
      case Admission::near_miss: return near_misses_.add(hit);
      case Admission::no: return;
    }
  }

  const State& state_;
  const std::size_t segment_;
  Gate& gate_;
  Best& best_;
  Best& near_misses_;
  std::vector<Cursor> cursors_;
  std::vector<Cursor*> live_;
  std::vector<Candidate> candidates_;
  std::array<std::uint32_t, kWindow> sums_{};
  std::array<std::uint64_t, kWindow / 64> touched_{};
};

Hits finish(Best& best, Best& near_misses) {
  Hits out;
  const std::uint32_t threshold = best.threshold();
  out.more = best.full();
  out.best = best.take();
  out.near_misses = near_misses.take();
  std::erase_if(out.near_misses, [&](const Hit& hit) { return hit.score < threshold; });
  return out;
}

}  // namespace

std::vector<std::uint32_t> quantise(std::span<const QueryTerm> query) {
  double most = 0;
  for (const auto& q : query) most = std::max(most, q.weight);
  std::vector<std::uint32_t> out;
  for (const auto& q : query) out.push_back(std::max(1u, static_cast<std::uint32_t>(std::lround(q.weight / most * kWeightMax))));
  return out;
}

Hits search(const State& state, std::span<const QueryTerm> query, std::size_t top, std::size_t near_misses, Gate& gate) {
  const auto weights = quantise(query);
  Best best(top), near(near_misses);
  // The largest segment first: it sets the threshold for the others.
  std::vector<std::size_t> order(state.segments.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return state.segments[i].segment->documents(); });
  for (const std::size_t segment : order) std::make_unique<WindowSearch>(state, segment, gate, best, near)->run(query, weights);
  return finish(best, near);
}

Hits newest(const State& state, std::size_t top, std::size_t near_misses, Gate& gate) {
  Best best(top), near(near_misses);
  for (std::size_t s = state.segments.size(); s-- > 0 && !best.full();) {
    for (std::uint32_t d = state.segments[s].segment->documents(); d-- > 0 && !best.full();) {
      if (!state.live(s, d)) continue;
      const Hit hit{{s, d}, 0};
      const Admission admission = gate.admit(hit.at);
      if (admission == Admission::yes) best.add({hit.at, 1});
      if (admission == Admission::near_miss) near.add({hit.at, 1});
    }
  }
  return finish(best, near);
}

}  // namespace jiaoji::market
