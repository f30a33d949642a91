// The command `jiaoji feel`: needs no data folder and no server.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
namespace feel {
void add_commands(CLI::App& app, Cli& cli);
}  // namespace feel
}  // namespace jiaoji
