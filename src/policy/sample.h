// Made-up facts of the sample region's firms, marked illustrative.
#pragma once

#include "policy/service.h"

namespace jiaoji::policy {

// For an empty table, after the parties are there. The same every time.
Result<void> make_sample(store::Database& db, Service& policies);

// The vocabulary of the program that the binary carries.
Result<Vocabulary> carried_vocabulary();

}  // namespace jiaoji::policy
