// Procedures from the command line, without a server.
#pragma once

namespace CLI {
class App;
}
namespace jiaoji {
class Cli;
}

namespace jiaoji::casework {

void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji::casework
