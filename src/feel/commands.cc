#include "feel/commands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "feel/evaluate.h"

namespace jiaoji::feel {

namespace {

struct Options {
  std::string expression, context;
};

// The names of all members, at any depth: those with spaces are known to the parser then.
void collect_members(const Value& value, std::vector<std::string>& out) {
  if (const auto* list = value.list()) {
    for (const auto& item : *list) collect_members(item, out);
  }
  if (const auto* context = value.context()) {
    for (const auto& [name, member] : context->entries) {
      out.push_back(name);
      collect_members(member, out);
    }
  }
}

Result<void> run_feel(const Cli& cli, const Options& options) {
  Scope scope;
  std::vector<Value> variables;
  if (!options.context.empty()) {
    TRY(const auto text, read_whole(options.context));
    TRY(const auto body, json::parse(text));
    if (!body.object()) return fail(Code::invalid, "feel.context", {"上下文应是一个 JSON 对象，如 {\"年龄\": 30}", "the context should be a JSON object like {\"age\": 30}"});
    const auto context = from_json(body);
    collect_members(context, scope.members);
    for (const auto& [name, value] : context.context()->entries) {
      scope.variables.push_back(name);
      variables.push_back(value);
    }
  }
  TRY(const auto expression, parse_expression(options.expression, scope));
  Run run;
  run.now = *DateTime::at(static_cast<__int128>(SystemClock().now()) * 1'000'000, *Zone::offset(0));
  TRY(const auto value, evaluate(expression, variables, run));
  if (cli.json) cli.print_json(to_json(value));
  else cli.print(literal(value));
  for (const auto& note : run.notes) cli.say(note.text);
  return {};
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("feel", "evaluate an expression (FEEL of DMN 1.5); why something is null stands on standard error");
  command->add_option("EXPRESSION", options->expression, "the expression")->required();
  command->add_option("--context", options->context, "a JSON file whose members are the names; - reads standard input");
  command->footer("example: jiaoji feel 'sum(for i in 1..3 return i * 注册资本)' --context firm.json");
  command->callback(cli.runs([options, &cli] { return run_feel(cli, *options); }));
}

}  // namespace jiaoji::feel
