#include "rules/analyse.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "rules/collected.h"
#include "rules/prove.h"
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

constexpr std::uint64_t kBudgetOfOneRule = 200'000;  // boxes looked at for one rule, or one pair

bool same(const Value& a, const Value& b) { return feel::identical(a, b); }

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
    }, &budget);
    if (budget.left == 0) return false;
  }
  return true;
}

// Every rule less those that win over it, as boxes that do not overlap: a rule of which nothing is left can never decide, and
// what none of the boxes covers is a gap. A table where all rules count has neither.
bool find_shadowed_and_gaps(const Space& space, const DecisionTable& table, const std::vector<Box>& boxes, Budget& budget, Check& out) {
  const auto policy = table.source().hit_policy;
  std::vector<Box> sorted;
  const auto order = table.order();
  for (const auto rule : order) sorted.push_back(boxes[rule]);
  const BoxIndex index(space, pointers(sorted));
  std::vector<Box> covered;
  bool complete = false, whole = true;  // complete: a rule took all that was left; whole: no budget ended
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (complete || space.empty(sorted[i])) {
      if (space.empty(sorted[i]) || policy == HitPolicy::first || policy == HitPolicy::priority) out.shadowed.push_back(order[i]);
      continue;
    }
    if (collects(policy)) continue;
    std::vector<const Box*> winners;
    index.overlapping(sorted[i], i, [&](std::size_t j) { return winners.push_back(&sorted[j]), true; }, &budget);
    const bool takes_all = space.within(space.all(), sorted[i]);
    Budget own{std::min(budget.left, kBudgetOfOneRule)};
    const auto left = takes_all ? uncovered(space, sorted[i], pointers(covered), own, 1) : remainder(space, sorted[i], winners, own);
    budget.spend(kBudgetOfOneRule - own.left);
    if (!left) {
      whole = false;
      continue;
    }
    if (left->empty() && (policy == HitPolicy::first || policy == HitPolicy::priority)) out.shadowed.push_back(order[i]);
    covered.insert(covered.end(), left->begin(), left->end());
    complete = complete || takes_all;
  }
  std::ranges::sort(out.shadowed);
  const auto otherwise = table.constant_otherwise();
  if (!whole || complete || collects(policy) || !otherwise || !otherwise->is_null()) return whole;
  const auto gaps = uncovered(space, space.all(), pointers(covered), budget, kFindingsMax);
  if (!gaps) return false;
  for (const auto& gap : space.merged(*gaps)) out.gaps.push_back(region(space, gap));
  return true;
}

}  // namespace

Check check(const DecisionTable& table, std::uint64_t budget_boxes) {
  Check out;
  Opaque why;
  const bool outputs_matter = table.source().hit_policy == HitPolicy::any || table.source().hit_policy == HitPolicy::priority;
  const auto space = Space::of({&table}, why);
  if (!space || (outputs_matter && !table.is_constant())) return prove_check(table, budget_boxes);
  out.inputs = expressions(*space);
  Budget budget{budget_boxes};
  if (table.source().rules.size() * space->all().size() > kBoxWordsMax) {
    out.outcome = Outcome::unknown;
    out.why = kSpent;
    return out;
  }
  const auto boxes = space->boxes(table);
  const bool overlaps = find_overlaps(*space, table, boxes, BoxIndex(*space, pointers(boxes)), budget, out);
  const bool rest = find_shadowed_and_gaps(*space, table, boxes, budget, out);
  if (!out.overlaps.empty() || !out.shadowed.empty() || !out.gaps.empty()) out.outcome = Outcome::found;
  if (overlaps && rest) return out;
  out.why = kSpent;
  if (out.outcome == Outcome::clean) out.outcome = Outcome::unknown;
  return out;
}

// ---- diff

namespace {

// Two lists of competing pieces. A point is answered differently where the first piece of one list that holds it and the first of
// the other have different outputs: each such pair's common box, less all that wins over either.
class Comparison {
 public:
  Comparison(const Space& space, std::vector<Piece> a, std::vector<Piece> b, Budget& budget) : space_(space), a_(std::move(a)), b_(std::move(b)), index_a_(space, boxes(a_)), index_b_(space, boxes(b_)), budget_(budget) {}

  // Finds the regions of the pairs with different outputs, or (`agreeing`) with the same. False when a budget ended.
  bool run(bool agreeing, std::vector<Found>& out) {
    bool whole = true;
    for (std::size_t i = 0; i < a_.size() && budget_.left > 0; ++i) {
      index_b_.overlapping(a_[i].box, b_.size(), [&](std::size_t j) {
        if (same(a_[i].output, b_[j].output) == agreeing) whole = pair(i, j, out) && whole;
        return budget_.spend();
      });
    }
    return whole && budget_.left > 0;
  }

 private:
  static std::vector<const Box*> boxes(const std::vector<Piece>& pieces) {
    std::vector<const Box*> out;
    for (const auto& piece : pieces) out.push_back(&piece.box);
    return out;
  }

  bool pair(std::size_t i, std::size_t j, std::vector<Found>& out) {
    const auto box = space_.common(a_[i].box, b_[j].box);
    // Two versions of one table: the other's rule of the same place most often takes it all.
    if (i < j && i < b_.size() && space_.within(box, b_[i].box)) return true;
    if (j < i && j < a_.size() && space_.within(box, a_[j].box)) return true;
    std::vector<const Box*> winners;
    index_a_.overlapping(box, i, [&](std::size_t k) { return winners.push_back(&a_[k].box), true; });
    index_b_.overlapping(box, j, [&](std::size_t k) { return winners.push_back(&b_[k].box), true; });
    Budget own{std::min(budget_.left, kBudgetOfOneRule)};
    auto left = remainder(space_, box, winners, own);
    budget_.spend(kBudgetOfOneRule - own.left);
    const bool whole = left.has_value();
    if (!left) {  // too much to list: one point of it, if that can be had
      own = Budget{kBudgetOfOneRule};
      left = remainder(space_, box, winners, own, true);
    }
    if (!left) return false;
    for (auto& one : *left) out.push_back({std::move(one), a_[i].rule, b_[j].rule, a_[i].output, b_[j].output});
    return whole;
  }

  const Space& space_;
  const std::vector<Piece> a_, b_;
  const BoxIndex index_a_, index_b_;
  Budget& budget_;
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

// Do the answers differ everywhere in the box? The regions found do not overlap, so that their volumes tell.
bool differs_everywhere(const Space& space, const std::vector<Found>& found, const Box& box) {
  const auto whole = volume(space, box);
  if (!whole) return false;
  Volume differing = 0;
  for (const auto& one : found) {
    if (space.overlap(box, one.box)) differing += *volume(space, space.common(box, one.box));
  }
  return differing == *whole;
}

// The fewest facts of a region: the smallest set of dimensions that, held as they are in the region, leave all others free. Sets are
// tried by size as long as there are few; else one dimension after the other is freed.
std::vector<std::size_t> fewest_facts(const Space& space, const std::vector<Found>& found, const Box& start) {
  std::vector<std::size_t> held;
  for (std::size_t d = 0; d < space.dimensions().size(); ++d) {
    if (!space.is_free(start, d)) held.push_back(d);
  }
  const auto with = [&](const std::vector<std::size_t>& facts) {
    Box box = space.all();
    for (const auto d : facts) {
      const auto& dimension = space.dimensions()[d];
      std::copy_n(start.begin() + static_cast<std::ptrdiff_t>(dimension.first_word), dimension.words, box.begin() + static_cast<std::ptrdiff_t>(dimension.first_word));
    }
    return box;
  };
  constexpr std::size_t kSetsTried = 1'024;
  if (held.size() <= 10) {
    for (std::size_t size = 0; size < held.size(); ++size) {
      for (std::size_t set = 0; set < (std::size_t{1} << held.size()) && set < kSetsTried; ++set) {
        if (static_cast<std::size_t>(__builtin_popcountll(set)) != size) continue;
        std::vector<std::size_t> facts;
        for (std::size_t i = 0; i < held.size(); ++i) {
          if (set >> i & 1) facts.push_back(held[i]);
        }
        if (differs_everywhere(space, found, with(facts))) return facts;
      }
    }
    return held;
  }
  for (std::size_t i = 0; i < held.size();) {
    auto fewer = held;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (differs_everywhere(space, found, with(fewer))) held = fewer;
    else ++i;
  }
  return held;
}

}  // namespace

namespace {

constexpr std::size_t kWitnessesTried = 64;  // regions whose facts are counted to the last

struct Compared {
  std::optional<Space> space;
  Diff diff;
  std::vector<Found> agreed;
};

// The regions of difference (and, where asked for, of agreement) of two tables whose outputs are constants.
bool find_regions(const Space& space, const DecisionTable& a, const DecisionTable& b, Budget& budget, std::vector<Found>& differing, std::vector<Found>* agreed, Opaque& why) {
  if (collects(a.source().hit_policy) || collects(b.source().hit_policy)) {
    if (!agreed) return compare_collected(space, a, b, budget, differing, why);
    why.text = {"命中策略收集多条规则的表不能合并", "tables whose hit policy collects several rules cannot be merged"};
    return false;
  }
  auto mine = ordered_pieces(space, a, budget, why);
  auto theirs = mine ? ordered_pieces(space, b, budget, why) : std::nullopt;
  if (!theirs) return false;
  Comparison comparison(space, *std::move(mine), *std::move(theirs), budget);
  why.text = kSpent;
  const bool whole = comparison.run(false, differing);
  return (!agreed || comparison.run(true, *agreed)) && whole;
}

// One atom of each dimension: the lowest of the box.
Box lowest(const Space& space, const Box& box) {
  Box out = box;
  for (const auto& dimension : space.dimensions()) {
    bool taken = false;
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) {
      out[word] = taken ? 0 : out[word] & (~out[word] + 1);
      taken = taken || out[word] != 0;
    }
  }
  return out;
}

// Which rules match at the examples, and what the tables answer there: of tables that collect.
void tell_hits(const Space& space, const DecisionTable& a, const DecisionTable& b, const std::vector<Found>& found, std::vector<Difference>& differences) {
  const auto boxes_a = space.boxes(a), boxes_b = space.boxes(b);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    const auto point = lowest(space, found[i].box);
    auto& one = differences[i];
    one.rules_a = rules_at(space, boxes_a, point);
    one.rules_b = rules_at(space, boxes_b, point);
    one.output_a = a.answer_of(one.rules_a);
    one.output_b = b.answer_of(one.rules_b);
  }
}

Compared compared(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget_boxes, bool agreeing) {
  Compared out;
  out.diff.outcome = Outcome::unknown;
  Opaque why;
  out.space = Space::of({&a, &b}, why);
  if (!out.space || !a.is_constant() || !b.is_constant()) {
    if (agreeing) out.diff.why = out.space ? Text{"输出不全是常量的表不能合并", "tables whose outputs are computed cannot be merged"} : why.text;
    else out.diff = prove_diff(a, b, budget_boxes);
    out.space.reset();
    return out;
  }
  const auto& space = *out.space;
  out.diff.inputs = expressions(space);
  Budget budget{budget_boxes};
  std::vector<Found> regions;
  out.diff.all = find_regions(space, a, b, budget, regions, agreeing ? &out.agreed : nullptr, why);
  if (!out.diff.all && (agreeing || regions.empty())) {
    out.diff.why = why.text;
    return out;
  }
  if (regions.empty()) {
    out.diff.outcome = Outcome::clean;
    return out;
  }
  out.diff.outcome = Outcome::found;
  auto found = joined(space, regions);
  std::ranges::stable_sort(found, {}, [&](const Found& one) { return constrained(space, one.box); });
  for (std::size_t i = 0; i < found.size() && i < kFindingsMax; ++i) {
    auto& one = found[i];
    Difference difference{region(space, one.box), {}, one.rule_a, one.rule_b, {}, {}, std::move(one.output_a), std::move(one.output_b)};
    if (i < kWitnessesTried) {
      difference.facts = fewest_facts(space, regions, one.box);
    } else {
      for (std::size_t d = 0; d < space.dimensions().size(); ++d) {
        if (!space.is_free(one.box, d)) difference.facts.push_back(d);
      }
    }
    out.diff.differences.push_back(std::move(difference));
  }
  if (collects(a.source().hit_policy) || collects(b.source().hit_policy)) tell_hits(space, a, b, found, out.diff.differences);
  out.diff.all = out.diff.all && found.size() <= kFindingsMax;
  std::ranges::stable_sort(out.diff.differences, {}, [](const Difference& one) { return one.facts.size(); });
  return out;
}

}  // namespace

Diff diff(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget) { return compared(a, b, budget, false).diff; }

Merge merge(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget) {
  auto both = compared(a, b, budget, true);
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
