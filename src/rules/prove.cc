#include "rules/prove.h"

#include <algorithm>

#include "rules/collected.h"
#include "rules/solver.h"

namespace jiaoji::rules {

using feel::Value;
using Formula = Solver::Formula;
using Demand = Solver::Demand;

namespace {

constexpr int kPointsTried = 6;               // points that the tables may refuse before the answer is unknown
constexpr std::size_t kFactsCounted = 12;     // more: the facts are not counted to the last
constexpr std::size_t kSetsTried = 256;       // sets of facts
constexpr int kRoundsOfOneSet = 6;

const Text kOpen{"求解器在预算内没有答案", "the solver has no answer within its budget"};
const Text kRefused{"求解器找到的例子，按 34 位小数计算并不成立", "what the solver found does not hold in decimal arithmetic of 34 digits"};
const Text kProved{"按实数证明：在 34 位舍入之前", "proved over the real numbers: before rounding to 34 digits"};
const Text kFewest{"求解器给出一个例子，不列全部差异", "an example from the solver: the differences are not listed"};
const Text kNotCounted{"求解器给出一个例子，不列全部差异，也未证明事实最少", "an example from the solver: the differences are not listed, and fewer facts might do"};

// Where a point stands: the facts that matter at their values.
Region region(const Point& point, const std::vector<std::size_t>& facts) {
  Region out;
  for (std::size_t i = 0; i < point.size(); ++i) out.tests.push_back(std::ranges::find(facts, i) != facts.end() ? feel::literal(point[i]) : "-");
  out.example = point;
  return out;
}

// Points that an applicant might have: not negative where that can be, and of few digits.
class Points {
 public:
  explicit Points(Solver& solver, const Facts& facts) : solver_(solver), facts_(facts), likely_{solver.countable(), solver.not_negative()} {}

  Answer find(std::vector<Demand> demands, Point& found) {
    const auto answer = likely(demands, found);
    if (answer == Answer::yes) shorten(demands, found);
    return answer;
  }

  // Without a look at the digits. What made the point likely is demanded, too, from then on.
  Answer likely(std::vector<Demand>& demands, Point& found) {
    if (const auto any = solver_.solve(demands, found); any != Answer::yes) return any;
    for (const auto formula : likely_) {
      auto more = demands;
      more.push_back({formula, {}});
      Point other;
      if (solver_.solve(more, other) != Answer::yes) continue;
      demands = std::move(more);
      found = std::move(other);
      break;
    }
    return Answer::yes;
  }

 private:
  // Fact after fact is held at a rounded value, where a point with it is left. A fact that a demand holds is not asked for.
  void shorten(const std::vector<Demand>& demands, Point& point) {
    Held held(point.size());
    for (std::size_t i = 0; i < point.size(); ++i) {
      held[i] = point[i];
      const auto* number = point[i].number();
      if (!number || facts_.all()[i].kind != Fact::Kind::number) continue;
      for (const std::int64_t digits : {0, 2}) {
        const auto rounded = number->rounded(digits, Rounding::half_even);
        if (!rounded || *rounded == *number) break;
        auto narrower = held;
        narrower[i] = Value(*rounded);
        for (auto later = i + 1; later < point.size(); ++later) narrower[later] = std::nullopt;
        Point other;
        if (solver_.solve(joined(demands, narrower), other) != Answer::yes) continue;
        for (std::size_t k = 0; k <= i; ++k) other[k] = *narrower[k];
        point = std::move(other);
        held[i] = point[i];
        break;
      }
    }
  }

  static std::vector<Demand> joined(std::vector<Demand> demands, const Held& held) {
    for (auto& demand : demands) {
      if (demand.held.empty()) demand.held.resize(held.size());
      for (std::size_t i = 0; i < held.size(); ++i) {
        if (!demand.held[i]) demand.held[i] = held[i];
      }
    }
    return demands;
  }

  Solver& solver_;
  const Facts& facts_;
  const Formula likely_[2];
};

class DifferenceSearch {
 public:
  DifferenceSearch(const DecisionTable& a, const DecisionTable& b, const Facts& facts, Solver& solver, Formula differs)
      : a_(a), b_(b), facts_(facts), solver_(solver), points_(solver, facts) {
    const auto allowed = solver.allowed();
    wanted_ = solver.all_of(std::vector{differs, allowed});
    unwanted_ = solver.all_of(std::vector{solver.negation(differs), allowed});
  }

  Diff run() {
    Diff out;
    out.inputs = facts_.names();
    Point point;
    std::vector<Demand> demands{{wanted_, {}}};
    for (int i = 0; i < kPointsTried; ++i) {
      const auto answer = points_.find(demands, point);
      if (answer == Answer::no && i == 0) return out.note = kProved, out;
      if (answer != Answer::yes) return unknown(std::move(out), answer == Answer::open && i == 0 ? kOpen : kRefused);
      if (confirmed(point)) return found(std::move(out), point);
      demands.push_back({solver_.negation(solver_.at(point)), {}});
    }
    return unknown(std::move(out), kRefused);
  }

 private:
  static Diff unknown(Diff out, const Text& why) {
    out.outcome = Outcome::unknown;
    out.why = why;
    return out;
  }

  bool confirmed(const Point& point) const { return facts_.allows(point) && !same_answer(a_, b_, facts_.answer(a_, point), facts_.answer(b_, point)); }

  Diff found(Diff out, Point point) {
    std::vector<std::size_t> facts;
    for (std::size_t i = 0; i < point.size(); ++i) {
      if (solver_.asks(wanted_, i)) facts.push_back(i);
    }
    out.outcome = Outcome::found;
    out.all = false;
    out.note = count(facts, point) ? kFewest : kNotCounted;
    Difference one{region(point, facts), facts, -1, -1, facts_.rules_at(a_, point), facts_.rules_at(b_, point), facts_.answer(a_, point), facts_.answer(b_, point)};
    for (auto [table, rule, rules] : {std::tuple{&a_, &one.rule_a, &one.rules_a}, std::tuple{&b_, &one.rule_b, &one.rules_b}}) decider(*table, *rule, *rules);
    out.differences.push_back(std::move(one));
    return out;
  }

  // Of the rules that match the one that answers; all of them stay where they count together.
  static void decider(const DecisionTable& table, int& rule, std::vector<std::size_t>& rules) {
    const auto policy = table.source().hit_policy;
    if (collects(policy)) return;
    for (const auto candidate : table.order()) {
      if (rule < 0 && std::ranges::find(rules, candidate) != rules.end() && (policy != HitPolicy::unique || rules.size() == 1)) rule = static_cast<int>(candidate);
    }
    rules.clear();
  }

  // Makes the facts the fewest that, held, make the answers differ whatever the others are, and moves the point there. False when it
  // is not proved that fewer would not do.
  bool count(std::vector<std::size_t>& facts, Point& point) {
    const auto all = facts;
    if (all.size() > kFactsCounted) return false;
    bool proved = true;
    std::size_t tried = 0;
    for (std::size_t size = 0; size < all.size(); ++size) {
      for (std::size_t set = 0; set < (std::size_t{1} << all.size()); ++set) {
        if (static_cast<std::size_t>(__builtin_popcountll(set)) != size) continue;
        if (++tried > kSetsTried) return false;
        std::vector<std::size_t> some;
        for (std::size_t i = 0; i < all.size(); ++i) {
          if (set >> i & 1) some.push_back(all[i]);
        }
        const auto answer = suffices(some, point);
        proved = proved && answer != Answer::open;
        if (answer == Answer::yes) return facts = some, proved;
      }
    }
    return proved;
  }

  // Is there a value of these facts with which the answers differ for all values of the others? One that differs for all others seen
  // so far is tried; what speaks against it is seen from then on.
  Answer suffices(const std::vector<std::size_t>& facts, Point& point) {
    const auto is_held = [&](std::size_t i) { return std::ranges::find(facts, i) != facts.end(); };
    std::vector<Point> seen{point};
    for (int round = 0; round < kRoundsOfOneSet; ++round) {
      std::vector<Demand> demands;
      for (const auto& one : seen) {
        Held others(one.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
          if (!is_held(i)) others[i] = one[i];
        }
        demands.push_back({wanted_, std::move(others)});
      }
      Point candidate, against;
      if (const auto answer = points_.likely(demands, candidate); answer != Answer::yes) return answer;
      const auto answer = always(facts, candidate, against);
      if (answer == Answer::open) return answer;
      if (answer == Answer::no) {
        seen.push_back(against);
        continue;
      }
      shorten(facts, candidate);
      for (std::size_t i = 0; i < candidate.size(); ++i) candidate[i] = is_held(i) ? candidate[i] : point[i];
      if (!confirmed(candidate)) return Answer::open;
      point = std::move(candidate);
      return Answer::yes;
    }
    return Answer::open;
  }

  // Do the answers differ with these facts as in the point, whatever the others are? `against`: a point where they do not.
  Answer always(const std::vector<std::size_t>& facts, const Point& point, Point& against) {
    Held held(point.size());
    for (const auto i : facts) held[i] = point[i];
    const auto answer = solver_.solve(std::vector{Demand{unwanted_, held}}, against);
    return answer == Answer::no ? Answer::yes : answer == Answer::yes ? Answer::no : answer;
  }

  // Values of few digits, where they do as well.
  void shorten(const std::vector<std::size_t>& facts, Point& point) {
    for (const auto i : facts) {
      const auto* number = point[i].number();
      if (!number || number->is_zero()) continue;
      for (const auto& value : {std::optional(Decimal(0)), number->magnitude().rounded(0, Rounding::half_even), number->rounded(0, Rounding::half_even), number->rounded(2, Rounding::half_even)}) {
        if (!value || *value == *number) break;
        auto other = point;
        other[i] = Value(*value);
        Point against;
        if (always(facts, other, against) != Answer::yes) continue;
        point = std::move(other);
        break;
      }
    }
  }

  const DecisionTable &a_, &b_;
  const Facts& facts_;
  Solver& solver_;
  Points points_;
  Formula wanted_ = 0, unwanted_ = 0;
};

// ---- check

class FaultSearch {
 public:
  FaultSearch(const DecisionTable& table, const Facts& facts, Solver& solver, std::vector<Formula> matches)
      : table_(table), policy_(table.source().hit_policy), facts_(facts), solver_(solver), points_(solver, facts), matches_(std::move(matches)), allowed_(solver.allowed()) {
    for (std::size_t i = 0; i < facts.all().size(); ++i) everything_.push_back(i);
  }

  Check run() {
    out_.inputs = facts_.names();
    overlaps();
    shadowed();
    gap();
    if (!out_.overlaps.empty() || !out_.shadowed.empty() || !out_.gaps.empty()) out_.outcome = Outcome::found;
    else if (!whole_) out_.outcome = Outcome::unknown;
    if (out_.outcome != Outcome::unknown) out_.note = kProved;
    if (!whole_) out_.why = kOpen;
    return std::move(out_);
  }

 private:
  Answer ask(std::vector<Formula> formulas, Point& point) {
    formulas.push_back(allowed_);
    const auto answer = points_.find({{solver_.all_of(formulas), {}}}, point);
    whole_ = whole_ && answer != Answer::open;
    return answer;
  }

  void overlaps() {
    if (policy_ != HitPolicy::unique && policy_ != HitPolicy::any) return;
    for (std::size_t i = 1; i < matches_.size(); ++i) {
      Point point;
      const auto before = solver_.any_of(std::span(matches_).first(i));
      if (ask({matches_[i], before}, point) != Answer::yes) continue;
      for (std::size_t j = 0; j < i && out_.overlaps.size() < kFindingsMax; ++j) overlap(j, i);
    }
  }

  void overlap(std::size_t first, std::size_t second) {
    std::vector<Formula> formulas{matches_[first], matches_[second]};
    if (policy_ == HitPolicy::any) {
      const auto differ = solver_.outputs_differ(table_, first, second);
      if (!differ) return void(whole_ = false);
      formulas.push_back(*differ);
    }
    Point point;
    if (ask(formulas, point) != Answer::yes) return;
    const auto rules = facts_.rules_at(table_, point);
    const bool both = std::ranges::find(rules, first) != rules.end() && std::ranges::find(rules, second) != rules.end();
    if (both && facts_.allows(point) && facts_.answer(table_, point).is_null()) out_.overlaps.push_back({first, second, region(point, everything_)});
    else whole_ = false;
  }

  void shadowed() {
    const bool ordered = policy_ == HitPolicy::first || policy_ == HitPolicy::priority;
    std::vector<Formula> before;
    for (const auto rule : table_.order()) {
      Point point;
      const auto lost = solver_.negation(solver_.any_of(before));
      if (ask({matches_[rule], lost}, point) == Answer::no) out_.shadowed.push_back(rule);
      if (ordered) before.push_back(matches_[rule]);
    }
    std::ranges::sort(out_.shadowed);
  }

  void gap() {
    const auto otherwise = table_.constant_otherwise();
    if (collects(policy_) || !otherwise || !otherwise->is_null()) return;
    Point point;
    if (ask({solver_.negation(solver_.any_of(matches_))}, point) != Answer::yes) return;
    if (facts_.rules_at(table_, point).empty() && facts_.allows(point)) out_.gaps.push_back(region(point, everything_));
    else whole_ = false;
  }

  const DecisionTable& table_;
  const HitPolicy policy_;
  const Facts& facts_;
  Solver& solver_;
  Points points_;
  const std::vector<Formula> matches_;
  Formula allowed_;
  std::vector<std::size_t> everything_;
  bool whole_ = true;
  Check out_;
};

}  // namespace

Diff prove_diff(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget) {
  Diff out;
  out.outcome = Outcome::unknown;
  Opaque why;
  if (const auto facts = Facts::of({&a, &b}, why)) {
    Solver solver(*facts, budget);
    if (const auto differs = solver.differs(a, b, why)) return DifferenceSearch(a, b, *facts, solver, *differs).run();
  }
  out.why = why.text;
  return out;
}

Check prove_check(const DecisionTable& table, std::uint64_t budget) {
  Check out;
  out.outcome = Outcome::unknown;
  Opaque why;
  if (table.source().hit_policy == HitPolicy::priority && !table.is_constant()) {
    out.why = {"PRIORITY 表的输出不是常量", "a PRIORITY table whose outputs are computed"};
    return out;
  }
  if (const auto facts = Facts::of({&table}, why)) {
    Solver solver(*facts, budget);
    if (auto matches = solver.matches(table, why)) return FaultSearch(table, *facts, solver, *std::move(matches)).run();
  }
  out.why = why.text;
  return out;
}

}  // namespace jiaoji::rules
