// The command `jiaoji clock due | between | calendar`: needs no data folder and no server.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
namespace casework {
void add_clock_commands(CLI::App& app, Cli& cli);
}  // namespace casework
}  // namespace jiaoji
