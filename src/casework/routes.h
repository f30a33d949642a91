// Procedures, cases, tasks, messages, evidence and handovers over HTTP.
#pragma once

#include "casework/service_evidence.h"
#include "region/api.h"
#include "region/service.h"

namespace jiaoji::casework {

void add_routes(region::Api& api, Service& casework, region::Service& region);
void add_paper_routes(region::Api& api, Papers& papers);  // evidence and handovers

}  // namespace jiaoji::casework
