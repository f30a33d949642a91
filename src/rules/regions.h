// Boxes taken from boxes, and what covers what: the arithmetic behind check and diff.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "rules/space.h"
#include "rules/table.h"

namespace jiaoji::rules {

// Tables that would take more words of boxes than this (128 MB) are not begun: their outcome is unknown.
inline constexpr std::size_t kBoxWordsMax = 16u << 20;

// What looking at some boxes costs: the wide ones of a column with thousands of constants cost more.
inline std::uint64_t looking_at(std::size_t boxes, std::size_t words) { return boxes * (8 + words) / 128; }

// How many boxes may still be looked at.
struct Budget {
  std::uint64_t left;
  bool spend(std::uint64_t boxes = 1) {
    left = left > boxes ? left - boxes : 0;
    return left > 0;
  }
};

// A rule as it competes: in the order of a list the first whose box holds the point wins.
struct Piece {
  Box box;
  int rule = -1;  // -1: several rules of a UNIQUE or ANY table match, or none: no rule answers
  feel::Value output;
};

// A region in which two tables answer differently (or, where asked for, alike).
struct Found {
  Box box;
  int rule_a, rule_b;
  feel::Value output_a, output_b;
};

// How many points of atoms a box holds; nothing when that is beyond 2^120.
using Volume = unsigned __int128;
std::optional<Volume> volume(const Space& space, const Box& box);

// Finds which boxes of a list can overlap one box, by its narrow dimensions.
class BoxIndex {
 public:
  BoxIndex(const Space& space, std::vector<const Box*> boxes);
  // Calls `take(i)` for each box i < `until` that overlaps `box`, in order; stops when it answers false or the budget ends.
  template <class Take>
  void overlapping(const Box& box, std::size_t until, Take take, Budget* budget = nullptr) const;

 private:
  const Space& space_;
  std::vector<const Box*> boxes_;
  std::vector<std::vector<std::vector<std::uint64_t>>> rows_;  // [dimension][atom] → which boxes hold it
  std::size_t words_ = 0;
};

template <class Take>
void BoxIndex::overlapping(const Box& box, std::size_t until, Take take, Budget* budget) const {
  // A dimension with few atoms rules most boxes out; one with many costs more than it saves.
  constexpr std::size_t kNarrow = 8;
  std::vector<std::uint64_t> candidates(words_, ~std::uint64_t{0}), some(words_);
  for (std::size_t d = 0; d < rows_.size(); ++d) {
    const auto& dimension = space_.dimensions()[d];
    std::size_t count = 0;
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) count += static_cast<std::size_t>(__builtin_popcountll(box[word]));
    if (count > kNarrow) continue;
    std::ranges::fill(some, 0);
    for (std::size_t atom = 0; atom < dimension.atoms(); ++atom) {
      if (!(box[dimension.first_word + atom / 64] >> (atom % 64) & 1)) continue;
      for (std::size_t word = 0; word < words_; ++word) some[word] |= rows_[d][atom][word];
    }
    for (std::size_t word = 0; word < words_; ++word) candidates[word] &= some[word];
  }
  for (std::size_t word = 0; word < words_; ++word) {
    if (word * 64 >= until) return;
    if (budget && !budget->spend(looking_at(static_cast<std::size_t>(__builtin_popcountll(candidates[word])), box.size()))) return;
    for (auto bits = candidates[word]; bits != 0; bits &= bits - 1) {
      const auto i = word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
      if (i >= until || i >= boxes_.size()) return;
      if (space_.overlap(box, *boxes_[i]) && !take(i)) return;
    }
  }
}

// `box` less all of `others`, as disjoint boxes; nothing when the budget ends. With `first_only` one box is enough.
std::optional<std::vector<Box>> remainder(const Space& space, const Box& box, std::vector<const Box*> others, Budget& budget, bool first_only = false);

// `box` less `others`, which do not overlap each other: what they cover is told by volumes alone, so that only boxes with something
// left are cut.
std::optional<std::vector<Box>> uncovered(const Space& space, const Box& box, std::vector<const Box*> others, Budget& budget, std::size_t most);

// A table as pieces in the order in which they win, its default last; conflicts of UNIQUE and ANY, which have no answer, first.
// Nothing when the budget ends or an output is computed (`why` says which).
std::optional<std::vector<Piece>> ordered_pieces(const Space& space, const DecisionTable& table, Budget& budget, Opaque& why);

}  // namespace jiaoji::rules
