// Simulations as JSON.
#pragma once

#include "base/json.h"
#include "casework/simulate.h"

namespace jiaoji::casework {

json::Value to_json(const Simulation& found, Language language);

}  // namespace jiaoji::casework
