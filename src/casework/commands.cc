#include "casework/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "casework/holidays_shipped.h"
#include "casework/procedure.h"
#include "casework/sample.h"
#include "casework/service_decide.h"

namespace jiaoji::casework {

namespace {

Result<void> check_file(const Cli& cli, const std::string& path) {
  TRY(const auto text, read_whole(path, kProcedureBytesMax));
  TRY(const auto reading, read_procedure(text));
  if (cli.json) {
    json::Array problems;
    for (const auto& one : reading.problems) problems.push_back(json::object({{"element", one.element}, {"line", static_cast<std::int64_t>(one.line)}, {"key", one.key}, {"detail", one.text.in(cli.language)}}));
    cli.print_json(json::object({{"elements", static_cast<std::int64_t>(reading.procedure.nodes.size())}, {"problems", std::move(problems)}}));
  } else {
    for (const auto& one : reading.problems) cli.print(cli.word({fmt::format("第 {} 行 {}：{}", one.line, one.element, one.text.zh), fmt::format("line {} {}: {}", one.line, one.element, one.text.en)}));
  }
  if (reading.problems.empty()) return cli.say({"可以部署", "it can be deployed"}), Result<void>{};
  return fail(Code::invalid, "procedure.problems", {fmt::format("有 {} 处问题，不能部署", reading.problems.size()), fmt::format("{} problems; it cannot be deployed", reading.problems.size())});
}

}  // namespace

Result<void> make_sample_cases(store::Database& db) {
  static const SystemClock clock;
  rules::Service standards(clock);
  TRY(auto calendar, shipped_calendar());
  Service casework(clock, std::move(calendar));
  casework.know_decisions(decide_by(standards));
  return make_sample(db, casework);
}

void add_commands(CLI::App& app, Cli& cli) {
  auto* procedure = app.add_subcommand("procedure", "procedures as BPMN 2.0");
  procedure->require_subcommand(1);
  auto path = std::make_shared<std::string>();
  auto* check = procedure->add_subcommand("check", "says what keeps a procedure from being deployed, by element");
  check->add_option("FILE", *path, "a BPMN 2.0 file")->required();
  check->footer("example: jiaoji procedure check approval.bpmn");
  check->callback(cli.runs([&cli, path] { return check_file(cli, *path); }));
}

}  // namespace jiaoji::casework
