// Whether a value that was built here can be kept as JSON: told from the value, without parsing its text again.
#pragma once

#include "base/json.h"

namespace jiaoji::json {

// Whether parse() takes what write() makes of this value, size apart, without making it: nesting, keys, text and numbers.
bool can_be_read(const Value& value, int depth);

}  // namespace jiaoji::json
