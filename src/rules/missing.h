// Deciding with facts that nobody has told yet: what is certain, what depends on which facts, what to ask next (row E4).
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "rules/evaluate.h"

namespace jiaoji::rules {

struct Missing {
  bool certain = false;
  feel::Value value;                    // when it is certain
  std::vector<std::string> depends_on;  // the facts that can still change the answer: "年营收", "企业.专利数"
  // The fewest facts that can settle it, by trying the values that the model tells apart; empty when the search found none
  // within its budget. Of several sets as small, the one that settles most of the values tried.
  std::vector<std::string> ask;
};

// `value`: what an Evaluation with unknown facts answered for `element`.
Missing what_is_missing(const Compiled& model, const CompiledElement& element, const feel::Context& inputs, const feel::Value& value, const feel::DateTime& now);

json::Value to_json(const Missing& missing);

}  // namespace jiaoji::rules
