#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::policy {

// `jiaoji policy match`, `jiaoji policy reach`: on files, without a server.
void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji::policy
