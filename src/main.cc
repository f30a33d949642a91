// The command line: lists the modules and their commands, and nothing else.
#include <sodium.h>

#include <CLI/CLI.hpp>

#include "base/cli.h"
#include "casework/commands.h"
#include "casework/commands_clock.h"
#include "casework/commands_simulate.h"
#include "casework/commands_worked.h"
#include "commands.h"
#include "feel/commands.h"
#include "market/commands.h"
#include "mobility/commands.h"
#include "region/commands.h"
#include "policy/commands.h"
#include "rules/commands.h"

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  jiaoji::Cli cli;
  CLI::App app("jiaoji：区域协同服务器。供需匹配、解释与跟踪 / finds and runs what crosses the border between cities");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--data", cli.data, "data folder (default ./data)");
  app.add_flag("--json", cli.json, "print JSON");
  app.add_flag("-q,--quiet", cli.quiet, "no words and no progress");
  app.set_version_flag("--version", "jiaoji " JIAOJI_VERSION);
  app.footer("example: jiaoji serve --port 8080");
  jiaoji::add_commands(app, cli);
  jiaoji::region::add_commands(app, cli);
  jiaoji::feel::add_commands(app, cli);
  jiaoji::rules::add_commands(app, cli);
  jiaoji::policy::add_commands(app, cli);
  jiaoji::mobility::add_commands(app, cli);
  jiaoji::market::add_commands(app, cli, jiaoji::casework::make_sample_cases);
  jiaoji::casework::add_commands(app, cli);
  jiaoji::casework::add_clock_commands(app, cli);
  jiaoji::casework::add_simulate_command(app, cli);
  jiaoji::casework::add_worked_command(app, cli);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return cli.status;
}
