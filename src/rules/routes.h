// The operations of the API on decision models.
#pragma once

#include "rules/service.h"

namespace jiaoji::rules {

void add_routes(region::Api& api, Service& rules);

}  // namespace jiaoji::rules
