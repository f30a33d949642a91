// Illustrative procedures and cases of the sample region.
#pragma once

#include "casework/service.h"

namespace jiaoji::casework {

// The carried procedures, deployed, and a few cases at different stages. After the sample's parties and decision models.
Result<void> make_sample(store::Database& db, Service& casework);

}  // namespace jiaoji::casework
