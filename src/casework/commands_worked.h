// `jiaoji procedure cases`: worked cases of procedures, played and compared.
#pragma once

namespace CLI {
class App;
}
namespace jiaoji {
class Cli;
}

namespace jiaoji::casework {

// After add_commands: it is a command of `procedure`.
void add_worked_command(CLI::App& app, Cli& cli);

}  // namespace jiaoji::casework
