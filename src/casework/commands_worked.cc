#include "casework/commands_worked.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "casework/service_worked.h"

namespace jiaoji::casework {

namespace {

Result<void> run_cases(const Cli& cli, const std::vector<std::string>& files) {
  std::size_t passed = 0, failed = 0;
  json::Array all;
  for (const auto& file : files) {
    TRY(const auto played, play_worked(file));
    for (const auto& one : played) {
      ++(one.differences.empty() ? passed : failed);
      json::Array differences;
      for (const auto& text : one.differences) differences.emplace_back(cli.word(text));
      if (cli.json) all.push_back(json::object({{"file", file}, {"title", one.title}, {"passed", one.differences.empty()}, {"differences", differences}}));
      else if (one.differences.empty()) cli.say({fmt::format("通过 {}", one.title), fmt::format("passed {}", one.title)});
      for (const auto& text : one.differences) {
        if (!cli.json) cli.print(cli.word(text));
      }
    }
  }
  if (cli.json) cli.print_json(json::object({{"passed", static_cast<std::int64_t>(passed)}, {"failed", static_cast<std::int64_t>(failed)}, {"cases", std::move(all)}}));
  else cli.print(cli.word({fmt::format("{} 例通过，{} 例不符", passed, failed), fmt::format("{} cases passed, {} failed", passed, failed)}));
  if (failed == 0) return {};
  return fail(Code::conflict, "cases.failed", {"有不符的用例", "there are cases that failed"});
}

}  // namespace

void add_worked_command(CLI::App& app, Cli& cli) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* command = app.get_subcommand("procedure")->add_subcommand("cases", "plays worked cases and compares them with what they should be");
  command->add_option("FILES", *files, "TOML in the folder cases/ of a program")->required();
  command->footer("example: jiaoji procedure cases programs/petitions/cases/five-letters.toml");
  command->callback(cli.runs([files, &cli] { return run_cases(cli, *files); }));
}

}  // namespace jiaoji::casework
