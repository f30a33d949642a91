// `for`, `some`, `every` (DMN 1.5, 10.3.2.14): domains are walked, not built, so that 1..10^12 costs only the steps that are taken.
#pragma once

#include "feel/evaluate.h"

namespace jiaoji::feel {

Value for_each(const Node& node, Frame& frame);
Value quantified(const Node& node, Frame& frame, bool some);

}  // namespace jiaoji::feel
