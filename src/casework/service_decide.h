// The seam between procedures and decision tables.
#pragma once

#include "casework/service.h"
#include "rules/service.h"

namespace jiaoji::casework {

// "unified-standards/eia-path#审批路径": that decision of the model in force of the city that handles the case, from the case's variables of
// its inputs' names; with "@370200" behind it, of that city. Error: casework.decision, when the city has none.
Service::Decide decide_by(rules::Service& rules);

}  // namespace jiaoji::casework
