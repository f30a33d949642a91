// A draw (抽签) that nobody can steer and nobody knows beforehand, and that anybody can do again afterwards: from the number of the case, the id of
// the element, and the moment of the step, as the case's history shows it.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/decimal.h"

namespace jiaoji::casework {

// In [0, 1), six digits: the first 8 hexadecimal digits of SHA-256("370100-2026-000001/sample/2026-11-21T01:00:00.000Z") as a whole number,
// divided by 2^32, rounded down. `printf … | sha256sum` shows them. The moment is in milliseconds: it cannot be met by trying.
Decimal drawn(std::string_view number, std::string_view element, TimeMs at);

}  // namespace jiaoji::casework
