// The commands `jiaoji decide` and `jiaoji rules …`: on files, without a server.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
namespace rules {
void add_commands(CLI::App& app, Cli& cli);
void add_analysis(CLI::App& app, Cli& cli);  // check, diff, merge; called by add_commands
}  // namespace rules
}  // namespace jiaoji
