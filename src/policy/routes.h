// The API of policies for firms.
#pragma once

#include "policy/service.h"

namespace jiaoji::policy {

void add_routes(region::Api& api, Service& policies, region::Service& region);

}  // namespace jiaoji::policy
