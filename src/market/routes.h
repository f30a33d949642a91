// The market's operations of the API.
#pragma once

#include <string>

#include "market/service.h"
#include "region/service.h"
#include "store/jobs.h"

namespace jiaoji::market {

// `spool`: folder for uploaded files until their import ran.
void add_routes(region::Api& api, Service& market, store::Jobs& jobs, const std::string& spool);
// Removes uploads that no job will read any more: what a crash left. Before the jobs start.
Result<void> clean_spool(store::Database& db, const std::string& spool);
// Makes `jobs` able to run imports. Before jobs.start().
void add_jobs(store::Jobs& jobs, store::Database& db, Service& market, region::Service& region);

}  // namespace jiaoji::market
