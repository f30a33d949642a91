// The decision models that the programs bring along (programs/<program>/<city>/<matter>.dmn), for the sample region.
#pragma once

#include "rules/service.h"

namespace jiaoji::rules {

// Stores and publishes each, marked illustrative. For an empty database.
Result<void> make_sample(store::Database& db, Service& rules);

// The register that the binary carries.
Result<std::vector<Matter>> carried_register();

}  // namespace jiaoji::rules
