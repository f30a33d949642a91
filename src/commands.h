// Commands of the server as a whole: serve, journal, backup, restore, doctor.
#pragma once

namespace CLI {
class App;
}

namespace jiaoji {

class Cli;
void add_commands(CLI::App& app, Cli& cli);

}  // namespace jiaoji
