#include "rules/analyse.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "rules/regions.h"

namespace jiaoji::rules {

using feel::Value;

namespace {

const Text kSpent{"预算用完，没有答案", "the budget is spent, there is no answer"};

Region region(const Space& space, const Box& box) {
  Region out;
  for (std::size_t d = 0; d < space.dimensions().size(); ++d) out.tests.push_back(space.tests(box, d));
  out.example = space.point(box);
  return out;
}

std::vector<std::string> expressions(const Space& space) {
  std::vector<std::string> out;
  for (const auto& dimension : space.dimensions()) out.push_back(dimension.expression);
  return out;
}

bool same(const Value& a, const Value& b) { return feel::identical(a, b); }

bool is_single(HitPolicy policy) { return policy != HitPolicy::collect && policy != HitPolicy::rule_order && policy != HitPolicy::output_order; }

std::vector<const Box*> pointers(const std::vector<Box>& boxes) {
  std::vector<const Box*> out;
  for (const auto& box : boxes) out.push_back(&box);
  return out;
}

// ---- check

bool find_overlaps(const Space& space, const DecisionTable& table, const std::vector<Box>& boxes, const BoxIndex& index, Budget& budget, Check& out) {
  const auto policy = table.source().hit_policy;
  if (policy != HitPolicy::unique && policy != HitPolicy::any) return true;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (space.empty(boxes[i])) continue;
    index.overlapping(boxes[i], i, [&](std::size_t j) {
      if (policy == HitPolicy::any) {
        const auto a = table.constant_output(i), b = table.constant_output(j);
        if (a && b && same(*a, *b)) return true;
      }
      if (out.overlaps.size() < kFindingsMax) out.overlaps.push_back({j, i, region(space, space.common(boxes[i], boxes[j]))});
      return budget.spend();
    });
    if (budget.left == 0) return false;
  }
  return true;
}

// A rule that earlier ones cover can never decide; in a table where all count, none is shadowed.
bool find_shadowed(const Space& space, const DecisionTable& table, const std::vector<Box>& boxes, Budget& budget, Check& out) {
  const auto policy = table.source().hit_policy;
  const bool in_order = policy == HitPolicy::first || policy == HitPolicy::priority;
  const auto order = table.order();
  std::vector<Box> sorted;
  for (const auto rule : order) sorted.push_back(boxes[rule]);
  const BoxIndex index(space, sorted);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (space.empty(sorted[i])) {
      out.shadowed.push_back(order[i]);
      continue;
    }
    if (!in_order) continue;
    std::vector<const Box*> winners;
    index.overlapping(sorted[i], i, [&](std::size_t j) { return winners.push_back(&sorted[j]), true; });
    const auto left = remainder(space, sorted[i], winners, budget, true);
    if (!left) return false;
    if (left->empty()) out.shadowed.push_back(order[i]);
  }
  std::ranges::sort(out.shadowed);
  return true;
}

bool find_gaps(const Space& space, const DecisionTable& table, const std::vector<Box>& boxes, Budget& budget, Check& out) {
  const auto otherwise = table.constant_otherwise();
  if (!is_single(table.source().hit_policy) || !otherwise || !otherwise->is_null()) return true;
  const auto left = remainder(space, space.all(), pointers(boxes), budget);
  if (!left) return false;
  for (const auto& box : space.merged(*left)) {
    if (out.gaps.size() < kFindingsMax) out.gaps.push_back(region(space, box));
  }
  return true;
}

}  // namespace

Check check(const DecisionTable& table, std::uint64_t budget_boxes) {
  Check out;
  Opaque why;
  const auto space = Space::of({&table}, why);
  if (!space) {
    out.outcome = Outcome::unknown;
    out.why = why.text;
    return out;
  }
  out.inputs = expressions(*space);
  Budget budget{budget_boxes};
  const auto boxes = space->boxes(table);
  const BoxIndex index(*space, boxes);
  const bool overlaps = find_overlaps(*space, table, boxes, index, budget, out);
  const bool shadowed = find_shadowed(*space, table, boxes, budget, out);
  const bool gaps = find_gaps(*space, table, boxes, budget, out);
  if (!out.overlaps.empty() || !out.shadowed.empty() || !out.gaps.empty()) out.outcome = Outcome::found;
  if (overlaps && shadowed && gaps) return out;
  out.why = kSpent;
  if (out.outcome == Outcome::clean) out.outcome = Outcome::unknown;
  return out;
}

// ---- diff

namespace {

struct Found {
  Box box;
  int rule_a, rule_b;
  Value output_a, output_b;
};

class Comparison {
 public:
  Comparison(const Space& space, const DecisionTable& a, const DecisionTable& b, Budget& budget) : space_(space), a_(a), b_(b), budget_(budget) {}

  // False when the budget ended or an output is computed (`why` says which).
  bool run(Opaque& why) {
    auto mine = pieces(space_, a_, budget_, why);
    if (!mine) return false;
    auto theirs = pieces(space_, b_, budget_, why);
    if (!theirs) return false;
    pieces_a_ = *std::move(mine), pieces_b_ = *std::move(theirs);
    for (const auto& piece : pieces_a_) boxes_a_.push_back(piece.box);
    for (const auto& piece : pieces_b_) boxes_b_.push_back(piece.box);
    const auto default_a = a_.constant_otherwise(), default_b = b_.constant_otherwise();
    if (!default_a || !default_b) {
      why.text = {"默认输出不是常量", "a default output is computed"};
      return false;
    }
    default_a_ = *default_a, default_b_ = *default_b;
    why.text = kSpent;
    const BoxIndex index_a(space_, boxes_a_), index_b(space_, boxes_b_);
    return pairs(index_b) && beyond(pieces_b_, boxes_a_, index_a, true) && beyond(pieces_a_, boxes_b_, index_b, false) && beyond_both();
  }

  std::vector<Found>& found() { return found_; }
  const std::vector<Found>& agreed() const { return agreed_; }

  // Is there a point in the box on which both agree? Nothing when the budget ends.
  std::optional<bool> agree_somewhere(const Box& box) {
    std::vector<Box> differing;
    for (const auto& one : found_) {
      if (space_.overlap(box, one.box)) differing.push_back(one.box);
    }
    const auto left = remainder(space_, box, pointers(differing), budget_, true);
    if (!left) return std::nullopt;
    return !left->empty();
  }

 private:
  bool add(Found found) {
    auto& list = same(found.output_a, found.output_b) ? agreed_ : found_;
    if (list.size() >= kPiecesMax) return false;
    list.push_back(std::move(found));
    return budget_.spend();
  }

  bool pairs(const BoxIndex& index_b) {
    bool enough = true;
    for (const auto& piece : pieces_a_) {
      index_b.overlapping(piece.box, pieces_b_.size(), [&](std::size_t j) {
        const auto& other = pieces_b_[j];
        return enough = add({space_.common(piece.box, other.box), piece.rule, other.rule, piece.output, other.output});
      });
      if (!enough) return false;
    }
    return true;
  }

  // What one table answers by a rule and the other by its default. `mine`: the pieces are of table b.
  bool beyond(const std::vector<Piece>& pieces, const std::vector<Box>& others, const BoxIndex& index, bool of_b) {
    for (const auto& piece : pieces) {
      std::vector<const Box*> blockers;
      index.overlapping(piece.box, others.size(), [&](std::size_t j) { return blockers.push_back(&others[j]), true; });
      const auto left = remainder(space_, piece.box, blockers, budget_);
      if (!left) return false;
      for (const auto& box : *left) {
        if (!add(of_b ? Found{box, -1, piece.rule, default_a_, piece.output} : Found{box, piece.rule, -1, piece.output, default_b_})) return false;
      }
    }
    return true;
  }

  bool beyond_both() {
    if (same(default_a_, default_b_)) return true;
    auto blockers = pointers(boxes_a_);
    for (const auto& box : boxes_b_) blockers.push_back(&box);
    const auto left = remainder(space_, space_.all(), blockers, budget_);
    if (!left) return false;
    for (const auto& box : *left) {
      if (!add({box, -1, -1, default_a_, default_b_})) return false;
    }
    return true;
  }

  static constexpr std::size_t kPiecesMax = 200'000;
  const Space& space_;
  const DecisionTable &a_, &b_;
  Budget& budget_;
  std::vector<Piece> pieces_a_, pieces_b_;
  std::vector<Box> boxes_a_, boxes_b_;
  Value default_a_, default_b_;
  std::vector<Found> found_, agreed_;
};

// Fewer, larger boxes: those of one pair of outputs and rules that fit together.
std::vector<Found> joined(const Space& space, const std::vector<Found>& found) {
  std::map<std::tuple<int, int, std::string, std::string>, std::vector<const Found*>> groups;
  for (const auto& one : found) groups[{one.rule_a, one.rule_b, feel::literal(one.output_a), feel::literal(one.output_b)}].push_back(&one);
  std::vector<Found> out;
  for (const auto& [_, members] : groups) {
    std::vector<Box> boxes;
    for (const auto* member : members) boxes.push_back(member->box);
    for (auto& box : space.merged(std::move(boxes))) out.push_back({std::move(box), members[0]->rule_a, members[0]->rule_b, members[0]->output_a, members[0]->output_b});
  }
  return out;
}

std::size_t constrained(const Space& space, const Box& box) {
  std::size_t out = 0;
  for (std::size_t d = 0; d < space.dimensions().size(); ++d) out += !space.is_free(box, d);
  return out;
}

// Frees one dimension after the other, as long as the answers differ everywhere in what is left: the facts that matter.
std::vector<std::size_t> fewest_facts(const Space& space, Comparison& comparison, const Box& start) {
  Box box = start;
  std::vector<std::size_t> facts;
  for (std::size_t d = 0; d < space.dimensions().size(); ++d) {
    if (space.is_free(box, d)) continue;
    Box freed = box;
    const auto& dimension = space.dimensions()[d];
    std::copy_n(space.all().begin() + static_cast<std::ptrdiff_t>(dimension.first_word), dimension.words, freed.begin() + static_cast<std::ptrdiff_t>(dimension.first_word));
    const auto agree = comparison.agree_somewhere(freed);
    if (agree && !*agree) box = std::move(freed);
    else facts.push_back(d);
  }
  return facts;
}

}  // namespace

namespace {

constexpr std::size_t kWitnessesTried = 64;  // regions whose facts are counted to the last

struct Compared {
  std::optional<Space> space;
  Diff diff;
  std::vector<Found> agreed;
};

Compared compared(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget_boxes) {
  Compared out;
  out.diff.outcome = Outcome::unknown;
  if (!is_single(a.source().hit_policy) || !is_single(b.source().hit_policy)) {
    out.diff.why = {"命中策略收集多条规则的表尚不能比较", "tables whose hit policy collects several rules cannot be compared"};
    return out;
  }
  Opaque why;
  out.space = Space::of({&a, &b}, why);
  if (!out.space) {
    out.diff.why = why.text;
    return out;
  }
  const auto& space = *out.space;
  out.diff.inputs = expressions(space);
  Budget budget{budget_boxes};
  Comparison comparison(space, a, b, budget);
  out.diff.all = comparison.run(why);
  out.agreed = comparison.agreed();
  auto found = joined(space, comparison.found());
  if (found.empty()) {
    out.diff.outcome = out.diff.all ? Outcome::clean : Outcome::unknown;
    if (!out.diff.all) out.diff.why = why.text;
    return out;
  }
  out.diff.outcome = Outcome::found;
  std::ranges::stable_sort(found, {}, [&](const Found& one) { return constrained(space, one.box); });
  for (std::size_t i = 0; i < found.size() && i < kFindingsMax; ++i) {
    auto& one = found[i];
    Difference difference{region(space, one.box), {}, one.rule_a, one.rule_b, std::move(one.output_a), std::move(one.output_b)};
    if (i < kWitnessesTried) {
      difference.facts = fewest_facts(space, comparison, one.box);
    } else {
      for (std::size_t d = 0; d < space.dimensions().size(); ++d) {
        if (!space.is_free(one.box, d)) difference.facts.push_back(d);
      }
    }
    out.diff.differences.push_back(std::move(difference));
  }
  out.diff.all = out.diff.all && found.size() <= kFindingsMax;
  std::ranges::stable_sort(out.diff.differences, {}, [](const Difference& one) { return one.facts.size(); });
  return out;
}

}  // namespace

Diff diff(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget) { return compared(a, b, budget).diff; }

Merge merge(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget) {
  auto both = compared(a, b, budget);
  Merge out;
  out.open = std::move(both.diff);
  out.agreed.hit_policy = HitPolicy::unique;
  if (!both.space) return out;
  const auto& space = *both.space;
  for (const auto& dimension : space.dimensions()) out.agreed.inputs.push_back({dimension.label, dimension.expression, "", ""});
  out.agreed.outputs = a.source().outputs;
  for (auto& clause : out.agreed.outputs) clause.otherwise.clear();
  // One group an answer, wherever it comes from; what no rule of either takes is left out.
  std::map<std::string, std::pair<const Found*, std::vector<Box>>> groups;
  for (const auto& one : both.agreed) {
    if (one.output_a.is_null()) continue;
    auto& group = groups[feel::literal(one.output_a)];
    if (!group.first) group.first = &one;
    group.second.push_back(one.box);
  }
  for (auto& [answer, group] : groups) {
    const auto texts = group.first->rule_a >= 0 ? a.source().rules[static_cast<std::size_t>(group.first->rule_a)].outputs : group.first->rule_b >= 0 ? b.source().rules[static_cast<std::size_t>(group.first->rule_b)].outputs : std::vector<std::string>{answer};
    for (const auto& box : space.merged(std::move(group.second))) {
      Rule rule;
      for (std::size_t d = 0; d < space.dimensions().size(); ++d) rule.tests.push_back(space.tests(box, d));
      rule.outputs = texts;
      out.agreed.rules.push_back(std::move(rule));
    }
  }
  return out;
}

}  // namespace jiaoji::rules
