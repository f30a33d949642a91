// `jiaoji match | find | import | export | sample | market`: the market from the command line.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "market/program.h"

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}
namespace jiaoji::store {
class Database;
}

namespace jiaoji::market {

// `more_sample`: what folders above add to `jiaoji sample`.
void add_commands(CLI::App& app, Cli& cli, std::function<Result<void>(store::Database&)> more_sample);

// The programs that the binary carries and those in DATA/programs/*/program.toml, which replace carried ones of the same id.
// In the order of their ids. An invalid file is an error that names file and line.
Result<std::vector<std::shared_ptr<const Program>>> load_programs(const std::string& data);

}  // namespace jiaoji::market
