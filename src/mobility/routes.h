// The API of mobility: travel times, circles, and the files that they come from. Job kind `mobility`.
#pragma once

#include "mobility/service.h"
#include "region/api.h"
#include "region/service.h"
#include "store/jobs.h"

namespace jiaoji::mobility {

void add_routes(region::Api& api, Service& service, store::Jobs& jobs, const std::string& spool);
void add_file_routes(region::Api& api, Service& service, store::Jobs& jobs, const std::string& spool);  // called by add_routes
void add_judge_routes(region::Api& api, Service& service);  // called by add_routes
// ?name=true or false. Error mobility.flag: anything else, so that a wish in other words is not passed over.
Result<bool> flag_of(const region::Call& call, const char* name, bool otherwise);
void add_jobs(store::Jobs& jobs, store::Database& db, Service& service);

}  // namespace jiaoji::mobility
