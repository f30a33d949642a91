// The commands `jiaoji policy match` and `jiaoji policy reach`, on files, and `jiaoji policy facts`.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::policy {

void add_commands(CLI::App& app, Cli& cli);
void add_facts(CLI::App& policy, Cli& cli);  // `jiaoji policy facts`: into the store; called by add_commands

}  // namespace jiaoji::policy
