// How a firm stands: on the ladder of firms (优质企业梯度), and by what it yields on its land (亩产效益).
#pragma once

#include <span>

#include "policy/near.h"
#include "policy/policy.h"
#include "rules/trace.h"

namespace jiaoji::policy {

// One condition of a rung, with what the firm has.
struct Condition {
  std::string label, test;
  feel::Value saw;
  bool holds = false, unknown = false;
};
struct Rung {
  std::string name;
  bool reached = false, open = false;  // open: a fact is missing that decides
  std::vector<Condition> conditions;   // of the rule that lacks the fewest
  rules::Source source;
};
// The rungs of a model: its decision tables whose rules answer true, in the order of the model. Error: feel.limit.
Result<std::vector<Rung>> ladder(const rules::Compiled& model, const feel::Context& facts, feel::Date day);

struct Indicator {
  std::string name;
  double value = 0, weight = 0;  // 1 at the benchmark; points
};
struct Standing {
  double score = 0;
  std::string grade;
  std::vector<Indicator> indicators;
  std::vector<std::string> missing;  // facts that are not known; then nothing above counts
  std::uint64_t steps = 0;           // that it took
};
// Errors: productivity.model (a decision is missing or of the wrong kind, a number too large), feel.limit (kFitSteps).
Result<Standing> standing(const rules::Compiled& model, const feel::Context& facts, feel::Date day);
// What lifts the grade. The worth is 4 for A … 1 for D.
std::vector<Near> lifts(const rules::Compiled& model, const Vocabulary& vocabulary, const feel::Context& facts, feel::Date day);

// How firm a rank is when weights move by `share` (0.1: a tenth). 1 is the best.
struct Firmness {
  std::size_t rank = 1, of = 1;                     // of `of` firms
  std::size_t best_by_one = 1, worst_by_one = 1;    // when any one weight moves up or down, exactly
  std::size_t best_bound = 1, worst_bound = 1;      // when all move at once as they like: no rank is outside
};
// Error: productivity.model, when two have not the same indicators with the same weights.
Result<void> check_same_indicators(std::span<const Standing> all);
// Ranks firms that passed check_same_indicators. For the bound: another firm can pass only if some weights within the box rank it higher,
// Σ w·d + share·Σ w·|d| > 0 with d the difference of indicators; those who can are counted, though not all may at once.
class Ranking {
 public:
  Ranking(std::span<const Standing> all, double share);  // keeps the span. O(n log n) for each weight
  Firmness of(std::size_t one) const;                    // O(n)

 private:
  std::span<const Standing> all_;
  double share_;
  struct Scenario {
    std::size_t moved;
    double times;
    std::vector<double> scores;  // descending
  };
  std::vector<Scenario> scenarios_;  // the first moves nothing
};

}  // namespace jiaoji::policy
