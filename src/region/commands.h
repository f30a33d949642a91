// `jiaoji account …`: accounts from the command line of the machine itself, where nobody needs to be signed in.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::region {

void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji::region
