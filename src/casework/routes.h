// Procedures, cases, tasks and messages over HTTP.
#pragma once

#include "casework/service.h"
#include "region/api.h"
#include "region/service.h"

namespace jiaoji::casework {

void add_routes(region::Api& api, Service& casework, region::Service& region);

}  // namespace jiaoji::casework
