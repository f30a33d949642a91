// Whom a difference meets: how many of known cases fall into each region in which two tables answer differently.
#pragma once

#include <span>
#include <vector>

#include "base/json.h"
#include "rules/analyse.h"
#include "rules/compile.h"

namespace jiaoji::rules {

// A table within its model, as the cases meet it.
struct Asked {
  const Compiled* model;
  const CompiledElement* element;
};

// For each difference how many cases fall into it; a case that lacks a fact falls into none. O(cases × differences) at worst.
std::vector<std::size_t> count_cases(const Diff& diff, const Asked& a, const Asked& b, std::span<const feel::Context> cases);

// The differences that meet most cases first, else as they stood; `counts` goes with them.
void order_by_cases(Diff& diff, std::vector<std::size_t>& counts);

// The differences as JSON, ordered, each with its `cases`; the witness is that of `diff`, the one with the fewest facts.
json::Value counted_json(const Diff& diff, const std::vector<std::size_t>& counts, const Table& a, const Table& b, Language language);

}  // namespace jiaoji::rules
