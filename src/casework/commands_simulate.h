// `jiaoji case simulate`: a procedure with many cases, before the first one.
#pragma once

namespace CLI {
class App;
}
namespace jiaoji {
class Cli;
}

namespace jiaoji::casework {

void add_simulate_command(CLI::App& app, Cli& cli);

}  // namespace jiaoji::casework
