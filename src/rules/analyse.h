// What is wrong with a table, and what differs between two: overlaps, gaps, shadowed rules; a concrete applicant whom one city
// passes and the other refuses; what both agree on.
//
// Rules are boxes (rules/space.h). Rules are joined pairwise and boxes subtracted locally, with a budget: past it the answer is
// "unknown", never a guess. Splitting the whole space recursively was tried elsewhere and does not end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "rules/space.h"
#include "rules/table.h"

namespace jiaoji::rules {

inline constexpr std::uint64_t kAnalysisBudget = 20'000'000;  // boxes looked at
inline constexpr std::size_t kFindingsMax = 1'000;            // of one kind, in one answer

enum class Outcome { clean, found, unknown };

// A region of inputs, as unary tests, and a point in it.
struct Region {
  std::vector<std::string> tests;      // one a dimension; "-": any
  std::vector<feel::Value> example;    // one a dimension
};

struct Check {
  struct Overlap {
    std::size_t first, second;  // rules, from 0
    Region where;
  };
  std::vector<std::string> inputs;     // the expressions of the dimensions
  std::vector<Overlap> overlaps;       // that break the hit policy: UNIQUE any, ANY with different outputs
  std::vector<std::size_t> shadowed;   // rules that can never decide
  std::vector<Region> gaps;            // inputs that no rule takes; none are looked for in COLLECT or with a default output
  Outcome outcome = Outcome::clean;
  Text why;                            // of unknown
  Text note;                           // how far the answer goes, where a solver gave it; else empty
};
Check check(const DecisionTable& table, std::uint64_t budget = kAnalysisBudget);

// One region in which two tables answer differently. A rule is its position from 0; -1: no rule (the default output, or null).
struct Difference {
  Region where;
  std::vector<std::size_t> facts;  // the dimensions that matter: whatever the others are, the answers differ
  int rule_a = -1, rule_b = -1;
  std::vector<std::size_t> rules_a, rules_b;  // where one of the tables collects: the rules that match at the example, from 0
  feel::Value output_a, output_b;             // at the example
};
struct Diff {
  std::vector<std::string> inputs;
  Outcome outcome = Outcome::clean;  // clean: equal · found: different · unknown
  Text why;
  Text note;                         // as of Check
  // The witness first: the one with the fewest facts. The others by how much they leave free.
  std::vector<Difference> differences;
  bool all = true;                   // false: more than kFindingsMax, or the budget ended before all were found
};
Diff diff(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget = kAnalysisBudget);

// The part on which both agree as one UNIQUE table over the dimensions, and the rest as differences to be decided.
struct Merge {
  Table agreed;
  Diff open;
};
Merge merge(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget = kAnalysisBudget);

}  // namespace jiaoji::rules
