// The commands `jiaoji policy match` and `jiaoji policy reach`: on files, without a server.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::policy {

void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji::policy
