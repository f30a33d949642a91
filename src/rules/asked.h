// Which decision or table of a model is meant: the one named, or the one that is plain.
#pragma once

#include <string>
#include <vector>

#include "rules/compile.h"

namespace jiaoji::rules {

// The decision named, else those that no other decision of the model requires. Error model.no_decision.
Result<std::vector<const CompiledElement*>> asked_decisions(const Compiled& model, const std::string& name);
// The decision table that is an element's logic; null when it is none.
const DecisionTable* table_in(const CompiledElement& element);
// The decision table of the decision named, or the only one. Errors: model.no_table, model.which_table.
Result<const DecisionTable*> table_of(const Compiled& model, const std::string& decision);

// The element whose logic a table is; null when none.
const CompiledElement* element_of(const Compiled& model, const DecisionTable* table);

}  // namespace jiaoji::rules
