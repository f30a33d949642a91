// Two tables of which one or both collect: what they answer depends on which rules match together, not on which one wins.
//
// The space is split by the rules in which the tables differ, until every part knows its matching rules; rules that both tables have
// cancel out where the aggregation allows it, so that a scoring table with one changed rule is one region and not one for each
// combination of all others.
#pragma once

#include <vector>

#include "rules/regions.h"

namespace jiaoji::rules {

inline constexpr std::size_t kCollectedRulesMax = 4'000;     // of both tables together
inline constexpr std::size_t kCollectedRegionsMax = 20'000;  // listed at most

// Whether all rules that match count, not one of them.
bool collects(HitPolicy policy);

// The rules of a table, by their boxes, that hold a point, in their order.
std::vector<std::size_t> rules_at(const Space& space, const std::vector<Box>& boxes, const Box& point);

// Whether two answers count as one. COLLECT without aggregation gives its hits in no order (DMN 1.5, 8.2.11), so that a list of it is
// compared as a bag.
bool same_answer(const DecisionTable& a, const DecisionTable& b, const feel::Value& left, const feel::Value& right);

// Finds the regions where the answers of two constant tables differ, disjoint. Their outputs are those of the rules that do not cancel out; ask the tables at
// a point for what they answer there. False when not all were found: `why` says why.
bool compare_collected(const Space& space, const DecisionTable& a, const DecisionTable& b, Budget& budget, std::vector<Found>& out, Opaque& why);

}  // namespace jiaoji::rules
