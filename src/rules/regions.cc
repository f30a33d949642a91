#include "rules/regions.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::rules {

using feel::Value;

namespace {

std::size_t atoms_in(const Space& space, const Box& box, std::size_t d) {
  const auto& dimension = space.dimensions()[d];
  std::size_t out = 0;
  for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) out += static_cast<std::size_t>(__builtin_popcountll(box[word]));
  return out;
}

// In how many dimensions `box` sticks out of `other`: so many boxes are left of it.
std::size_t sticks_out(const Space& space, const Box& box, const Box& other) {
  std::size_t out = 0;
  for (const auto& dimension : space.dimensions()) {
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) {
      if ((box[word] & ~other[word]) == 0) continue;
      ++out;
      break;
    }
  }
  return out;
}

// Takes from `box` all that sticks out of it in one dimension at most: there the rest is one box again. A column of ten thousand
// constants is done by this alone, where cutting box by box took a minute.
void shave(const Space& space, Box& box, const std::vector<const Box*>& others) {
  for (const auto* other : others) {
    const Dimension* only = nullptr;
    bool apart = false;  // they part in some dimension, or the box sticks out in several
    for (const auto& dimension : space.dimensions()) {
      bool meets = false, sticks = false;
      for (auto word = dimension.first_word; word < dimension.first_word + dimension.words && !(meets && sticks); ++word) {
        meets = meets || (box[word] & (*other)[word]) != 0;
        sticks = sticks || (box[word] & ~(*other)[word]) != 0;
      }
      apart = apart || !meets || (sticks && only);
      if (apart) break;
      if (sticks) only = &dimension;
    }
    if (apart) continue;
    if (!only) {
      std::ranges::fill(box, 0);
      return;
    }
    for (auto word = only->first_word; word < only->first_word + only->words; ++word) box[word] &= ~(*other)[word];
  }
}

// Cuts by the box that leaves the fewest pieces, so that what covers everything is seen at once. False when the budget ended.
bool subtract_all(const Space& space, Box box, const std::vector<const Box*>& others, Budget& budget, bool first_only, std::vector<Box>& out) {
  std::vector<const Box*> overlapping;
  const Box* best = nullptr;
  std::size_t fewest = ~std::size_t{0};
  if (!budget.spend(1 + looking_at(2 * others.size(), box.size()))) return false;
  shave(space, box, others);
  if (space.empty(box)) return true;
  for (const auto* other : others) {
    if (!space.overlap(box, *other)) continue;
    const auto pieces = sticks_out(space, box, *other);
    if (pieces == 0) return true;
    overlapping.push_back(other);
    if (pieces < fewest) best = other, fewest = pieces;
  }
  if (!best) {
    out.push_back(box);
    return true;
  }
  std::erase(overlapping, best);
  std::vector<Box> parts;
  space.subtract(box, *best, parts);
  for (const auto& part : parts) {
    if (!subtract_all(space, part, overlapping, budget, first_only, out)) return false;
    if (first_only && !out.empty()) return true;
  }
  return true;
}

// Volumes say whether anything is left before a box is cut.
bool cut_uncovered(const Space& space, Box box, const std::vector<const Box*>& others, Budget& budget, std::size_t most, std::vector<Box>& out) {
  if (out.size() >= most) return true;
  if (!budget.spend(1 + looking_at(2 * others.size(), box.size()))) return false;
  shave(space, box, others);
  if (space.empty(box)) return true;
  const auto whole = *volume(space, box);
  Volume covered = 0, largest = 0;
  std::vector<const Box*> overlapping;
  const Box* best = nullptr;
  for (const auto* other : others) {
    if (!space.overlap(box, *other)) continue;
    const auto inside = *volume(space, space.common(box, *other));
    covered += inside;
    overlapping.push_back(other);
    if (inside > largest) largest = inside, best = other;
  }
  if (covered >= whole) return true;
  if (!best) {
    out.push_back(box);
    return true;
  }
  std::erase(overlapping, best);
  std::vector<Box> parts;
  space.subtract(box, *best, parts);
  for (const auto& part : parts) {
    if (!cut_uncovered(space, part, overlapping, budget, most, out)) return false;
  }
  return true;
}

std::vector<const Box*> pointers(const std::vector<Piece>& pieces) {
  std::vector<const Box*> out;
  for (const auto& piece : pieces) out.push_back(&piece.box);
  return out;
}

}  // namespace

std::optional<Volume> volume(const Space& space, const Box& box) {
  constexpr Volume most = static_cast<Volume>(1) << 120;
  Volume out = 1;
  for (std::size_t d = 0; d < space.dimensions().size(); ++d) {
    const auto atoms = atoms_in(space, box, d);
    if (atoms != 0 && out > most / atoms) return std::nullopt;
    out *= atoms;
  }
  return out;
}

BoxIndex::BoxIndex(const Space& space, std::vector<const Box*> boxes) : space_(space), boxes_(std::move(boxes)), words_((boxes_.size() + 63) / 64) {
  constexpr std::size_t kIndexWordsMax = 64u << 20;  // 512 MB of bits; beyond that every box is looked at
  std::size_t total = 0;
  for (const auto& dimension : space.dimensions()) total += dimension.atoms() * words_;
  if (total > kIndexWordsMax) return;
  for (const auto& dimension : space.dimensions()) {
    auto& rows = rows_.emplace_back(dimension.atoms(), std::vector<std::uint64_t>(words_));
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
      for (std::size_t word = 0; word < dimension.words; ++word) {
        for (auto bits = (*boxes_[i])[dimension.first_word + word]; bits != 0; bits &= bits - 1) {
          rows[word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits))][i / 64] |= std::uint64_t{1} << (i % 64);
        }
      }
    }
  }
}

std::optional<std::vector<Box>> remainder(const Space& space, const Box& box, std::vector<const Box*> others, Budget& budget, bool first_only) {
  std::vector<Box> out;
  if (space.empty(box)) return out;
  if (!subtract_all(space, box, others, budget, first_only, out)) return std::nullopt;
  return out;
}

std::optional<std::vector<Box>> uncovered(const Space& space, const Box& box, std::vector<const Box*> others, Budget& budget, std::size_t most) {
  std::vector<Box> out;
  if (space.empty(box)) return out;
  if (!volume(space, box)) return remainder(space, box, std::move(others), budget);
  if (!cut_uncovered(space, box, others, budget, most, out)) return std::nullopt;
  return out;
}

std::optional<std::vector<Piece>> ordered_pieces(const Space& space, const DecisionTable& table, Budget& budget, Opaque& why) {
  constexpr std::size_t kConflictsMax = 20'000;
  const auto policy = table.source().hit_policy;
  auto given = space.boxes(table);
  std::vector<Piece> rules;
  for (const auto rule : table.order()) {
    const auto output = table.constant_output(rule);
    if (!output) {
      why.text = {fmt::format("第 {} 条规则的输出不是常量", rule + 1), fmt::format("the output of rule {} is computed", rule + 1)};
      return std::nullopt;
    }
    if (!space.empty(given[rule])) rules.push_back({std::move(given[rule]), static_cast<int>(rule), *output});
  }
  const auto otherwise = table.constant_otherwise();
  if (!otherwise) {
    why.text = {"默认输出不是常量", "the default output is computed"};
    return std::nullopt;
  }
  std::vector<Piece> out;
  if (policy == HitPolicy::unique || policy == HitPolicy::any) {
    const BoxIndex index(space, pointers(rules));
    for (std::size_t i = 0; i < rules.size(); ++i) {
      index.overlapping(rules[i].box, i, [&](std::size_t j) {
        if (policy == HitPolicy::unique || !feel::identical(rules[i].output, rules[j].output)) out.push_back({space.common(rules[i].box, rules[j].box), -1, Value()});
        return budget.spend() && out.size() <= kConflictsMax;
      });
      if (budget.left > 0 && out.size() <= kConflictsMax) continue;
      why.text = {"规则重叠太多，预算用完", "the rules overlap too much, the budget is spent"};
      return std::nullopt;
    }
  }
  std::ranges::move(rules, std::back_inserter(out));
  out.push_back({space.all(), -1, *otherwise});
  return out;
}

}  // namespace jiaoji::rules
