// The sample region's timetable, people and service areas (sample/), illustrative.
#pragma once

#include "mobility/service.h"

namespace jiaoji::mobility {

// For an empty database.
Result<void> make_sample(Service& service);

}  // namespace jiaoji::mobility
