// The commands `jiaoji decide` and `jiaoji rules …`: on files, without a server.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
namespace rules {
void add_commands(CLI::App& app, Cli& cli);
void add_analysis(CLI::App& app, Cli& cli);  // check, diff, merge, cases; called by add_commands
void add_cases(CLI::App& rules, Cli& cli);   // called by add_analysis
}  // namespace rules
}  // namespace jiaoji
