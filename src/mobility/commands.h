// The commands `jiaoji mobility …`: on a feed without a server, or on the region's loaded timetables.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::mobility {

void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji::mobility
