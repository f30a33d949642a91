#include "mobility/commands.h"

#include <CLI/CLI.hpp>

#include "base/cli.h"

namespace jiaoji::mobility {

void add_commands(CLI::App&, Cli&) {}

}  // namespace jiaoji::mobility
