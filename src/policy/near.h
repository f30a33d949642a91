// What a firm lacks: the smallest changes of its facts after which a decision turns out better ("two more patents, or wait 40 days").
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/facts.h"
#include "rules/compile.h"

namespace jiaoji::policy {

inline constexpr int kWaitDaysMax = 400;
inline constexpr std::size_t kNearEvaluations = 6'000;   // of one question
inline constexpr std::uint64_t kNearSteps = 1'000'000;   // of one question: about a tenth of a second, whatever the model asks

struct Step {
  std::string fact;
  feel::Value from, to;
};
// All steps together (or the wait alone) make the decision worth `worth`.
struct Near {
  std::vector<Step> steps;
  int wait_days = 0;
  double worth = 0;
};

// How a decision turned out: what it is worth (more is better), and which rules made it so. A change that only moves the worth within
// the same rules (a share of one's spending) is no near miss.
struct Outcome {
  double worth = 0;
  std::string rules;
  std::uint64_t steps = 0;  // that it took to judge
};
using Judge = std::function<Outcome(const feel::Context& facts)>;  // facts hold kAskedOn

// The nearest changes, at most `most`: first all that one fact or waiting alone can do (the least of each fact for each better outcome),
// and only when there is none, two or three facts together. Candidates are the bounds that the model's tables ask for; where a table asks
// for a sum or a share of facts, the bound is found by halving, to three digits. Every one was judged; when the evaluations or
// `steps_max` are spent, those found until then are told. Only facts that the vocabulary says
// a firm can move, and that are known, are moved. Deterministic.
std::vector<Near> find_near(const rules::Compiled& model, const Vocabulary& vocabulary, const feel::Context& facts, const Judge& judge, std::size_t most,
                           std::uint64_t steps_max = kNearSteps);

}  // namespace jiaoji::policy
