// Moving a running case to another version of its procedure.
#pragma once

#include "casework/procedure.h"
#include "casework/state.h"

namespace jiaoji::casework {

// The state as the other version knows it: elements are the same when they have the same id, kind and surroundings. Pure.
// Error: casework.cannot_move, naming every element at which the case stands and which the other version has not, or has otherwise.
Result<State> migrate(const Procedure& from, const Procedure& to, const State& state);

// What a case that moves keeps from its old version: boundary events of open activities that are new there, and new roles, cities and terms of
// open tasks hold from the next time on.
std::vector<Text> kept_by_migration(const Procedure& from, const Procedure& to, const State& state);

}  // namespace jiaoji::casework
