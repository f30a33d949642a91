// A draw (抽签) that nobody can steer once the case is open, and anybody can do again: from the number of the case and the id of the element.
#pragma once

#include <string_view>

#include "base/decimal.h"

namespace jiaoji::casework {

// In [0, 1), six digits: the first 8 hexadecimal digits of SHA-256("370100-2026-000001/sample") as a whole number, divided by 2^32, rounded
// down. `printf 370100-2026-000001/sample | sha256sum` shows them. Who knows the number of a case knows its draw: it decides without
// favour, it does not surprise.
Decimal drawn(std::string_view number, std::string_view element);

}  // namespace jiaoji::casework
