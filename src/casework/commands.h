// Procedures from the command line, without a server; and the cases of `jiaoji sample`.
#pragma once

#include "base/result.h"

namespace CLI {
class App;
}
namespace jiaoji {
class Cli;
}
namespace jiaoji::store {
class Database;
}

namespace jiaoji::casework {

void add_commands(CLI::App& app, Cli& cli);
// Procedures and cases for a sample region whose parties and decision models are there.
Result<void> make_sample_cases(store::Database& db);

}  // namespace jiaoji::casework
