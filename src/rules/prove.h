// check and diff of tables that are beyond boxes: cells between inputs, computed inputs and outputs. By formulas (rules/solver.h).
//
// An answer is a point that the tables themselves have confirmed, a proof over the real numbers that there is none, or unknown.
#pragma once

#include "rules/analyse.h"

namespace jiaoji::rules {

// One difference at most, and none of the regions: the point, and the facts that make the answers differ whatever the others are.
Diff prove_diff(const DecisionTable& a, const DecisionTable& b, std::uint64_t budget);

// As check, with one point for each overlap and one for all gaps.
Check prove_check(const DecisionTable& table, std::uint64_t budget);

}  // namespace jiaoji::rules
