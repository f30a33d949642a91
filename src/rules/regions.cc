#include "rules/regions.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::rules {

using feel::Value;

BoxIndex::BoxIndex(const Space& space, const std::vector<Box>& boxes) : space_(space), boxes_(boxes), words_((boxes.size() + 63) / 64) {
  constexpr std::size_t kIndexWordsMax = 64u << 20;  // 512 MB of bits; beyond that every box is looked at
  std::size_t total = 0;
  for (const auto& dimension : space.dimensions()) total += dimension.atoms() * words_;
  if (total > kIndexWordsMax) return;
  for (const auto& dimension : space.dimensions()) {
    auto& rows = rows_.emplace_back(dimension.atoms(), std::vector<std::uint64_t>(words_));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      for (std::size_t atom = 0; atom < dimension.atoms(); ++atom) {
        if (boxes[i][dimension.first_word + atom / 64] >> (atom % 64) & 1) rows[atom][i / 64] |= std::uint64_t{1} << (i % 64);
      }
    }
  }
}

namespace {

// Depth first: what is left after all of `others` from `at` on. False when the budget ended.
bool subtract_all(const Space& space, const Box& box, const std::vector<const Box*>& others, std::size_t at, Budget& budget, bool first_only, std::vector<Box>& out) {
  for (; at < others.size(); ++at) {
    if (!budget.spend()) return false;
    if (!space.overlap(box, *others[at])) continue;
    if (space.within(box, *others[at])) return true;
    std::vector<Box> parts;
    space.subtract(box, *others[at], parts);
    for (const auto& part : parts) {
      if (!subtract_all(space, part, others, at + 1, budget, first_only, out)) return false;
      if (first_only && !out.empty()) return true;
    }
    return true;
  }
  out.push_back(box);
  return true;
}

}  // namespace

std::optional<std::vector<Box>> remainder(const Space& space, const Box& box, const std::vector<const Box*>& others, Budget& budget, bool first_only) {
  std::vector<Box> out;
  if (space.empty(box)) return out;
  if (!subtract_all(space, box, others, 0, budget, first_only, out)) return std::nullopt;
  return out;
}

std::optional<std::vector<Piece>> pieces(const Space& space, const DecisionTable& table, Budget& budget, Opaque& why) {
  const auto policy = table.source().hit_policy;
  const auto given = space.boxes(table);
  std::vector<Piece> rules;  // in the order in which they win
  std::vector<Box> boxes;
  for (const auto rule : table.order()) {
    const auto output = table.constant_output(rule);
    if (!output) {
      why.text = {fmt::format("第 {} 条规则的输出不是常量", rule + 1), fmt::format("the output of rule {} is computed", rule + 1)};
      return std::nullopt;
    }
    if (space.empty(given[rule])) continue;
    rules.push_back({given[rule], static_cast<int>(rule), *output});
    boxes.push_back(given[rule]);
  }
  const BoxIndex index(space, boxes);
  const auto over = [&] {
    why.text = {"规则重叠太多，预算用完", "the rules overlap too much, the budget is spent"};
    return std::nullopt;
  };
  // Where two rules of a UNIQUE table match, or two of an ANY table that differ, there is no answer: that wins over both.
  std::vector<Box> conflicts;
  if (policy == HitPolicy::unique || policy == HitPolicy::any) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      bool enough = true;
      index.overlapping(boxes[i], i, [&](std::size_t j) {
        if (policy == HitPolicy::unique || !feel::equal(rules[i].output, rules[j].output).value_or(false)) conflicts.push_back(space.common(boxes[i], boxes[j]));
        enough = budget.spend() && conflicts.size() <= 100'000;
        return enough;
      });
      if (!enough) return over();
    }
  }
  std::vector<Piece> out;
  std::vector<const Box*> earlier;
  for (const auto& conflict : conflicts) {
    const auto left = remainder(space, conflict, earlier, budget);
    if (!left) return over();
    for (const auto& box : *left) out.push_back({box, -1, Value()});
    earlier.push_back(&conflict);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    std::vector<const Box*> winners;
    for (const auto& conflict : conflicts) {
      if (space.overlap(boxes[i], conflict)) winners.push_back(&conflict);
    }
    if (policy != HitPolicy::unique) index.overlapping(boxes[i], i, [&](std::size_t j) { return winners.push_back(&boxes[j]), true; });
    const auto left = remainder(space, boxes[i], winners, budget);
    if (!left) return over();
    for (const auto& box : *left) out.push_back({box, rules[i].rule, rules[i].output});
  }
  return out;
}

}  // namespace jiaoji::rules
