#include "rules/commands.h"

#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "rules/asked.h"
#include "rules/evaluate.h"
#include "rules/explain.h"
#include "rules/commands_load.h"
#include "rules/missing.h"

namespace jiaoji::rules {

namespace {

struct DecideOptions {
  std::string model, decision, input;
  bool explain = false, unknown = false;
};

feel::DateTime now() { return *feel::DateTime::at(static_cast<__int128>(SystemClock().now()) * 1'000'000, *feel::Zone::offset(0)); }

Result<feel::Context> inputs_of(std::string_view text) {
  TRY(const auto body, json::parse(text));
  if (!body.object()) return fail(Code::invalid, "model.input", {"输入应是一个 JSON 对象，如 {\"注册资本\": 500}", "the input should be a JSON object like {\"age\": 30}"});
  return *feel::from_json(body).context();
}

// The answers as one JSON object: {"decision": value, …}; alone when one decision was named.
Result<json::Value> decide_once(const Cli& cli, const Compiled& model, const std::vector<const CompiledElement*>& elements, const feel::Context& given, const DecideOptions& options) {
  TRY(const auto inputs, read_inputs(model, given));
  feel::Run run;
  run.now = now();
  Trace trace;
  if (options.explain) run.observer = &trace;
  Evaluation evaluation(model, inputs, run, options.unknown);
  json::Object answers;
  json::Array words;
  for (const auto* element : elements) {
    const auto value = evaluation.value(*element);
    if (run.stopped) return fail(run.limit_error());
    if (options.unknown) answers.set(element->name, to_json(what_is_missing(model, *element, inputs, value, now())));
    else answers.set(element->name, feel::to_json(value));
  }
  for (const auto& note : run.notes) {
    words.push_back(cli.word(note.text));
    if (!cli.json) cli.say(note.text);
  }
  if (!options.explain) return json::Value(std::move(answers));
  if (!cli.json) cli.print(in_words(trace, cli.language));
  return json::object({{"answers", std::move(answers)}, {"why", to_json(trace)}, {"notes", std::move(words)}});
}

Result<void> refuse_problems(const Cli& cli, const Compiled& model) {
  if (model.problems().empty()) return {};
  std::vector<Where> faults;
  for (const auto& problem : model.problems()) faults.push_back({problem.element + (problem.place.empty() ? "" : " / " + problem.place), problem.error.key, problem.error.detail});
  for (const auto& fault : faults) cli.say({fault.pointer + "：" + fault.detail.zh, fault.pointer + ": " + fault.detail.en});
  const auto& first = faults.front();
  return fail(Code::invalid, first.key, {first.pointer + "：" + first.detail.zh, first.pointer + ": " + first.detail.en}, faults);
}

Result<void> run_decide(const Cli& cli, const DecideOptions& options) {
  TRY(const auto model, load_model(options.model));
  TRY_VOID(refuse_problems(cli, *model));
  TRY(const auto elements, asked_decisions(*model, options.decision));
  const auto print = [&](const json::Value& answers) {
    const auto* object = answers.object();
    const bool alone = !options.decision.empty() && !options.explain && object && object->members.size() == 1;
    cli.print_json(alone ? object->members[0].second : answers);
  };
  TRY(const auto text, read_whole(options.input));
  // One object, or one a line: a batch goes on after a line that is wrong, and says which.
  if (auto whole = inputs_of(text)) {
    TRY(const auto answers, decide_once(cli, *model, elements, *whole, options));
    if (!options.explain || cli.json) print(answers);
    return {};
  } else if (text.find('\n') == std::string::npos) {
    return fail(whole.error());
  }
  std::istringstream lines(text);
  std::size_t number = 0, wrong = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto inputs = inputs_of(line);
    auto answers = inputs ? decide_once(cli, *model, elements, *inputs, options) : std::unexpected(inputs.error());
    if (answers) {
      print(*answers);
      continue;
    }
    ++wrong;
    cli.say({fmt::format("第 {} 行：{}", number, answers.error().detail.zh), fmt::format("line {}: {}", number, answers.error().detail.en)});
    cli.print_json(json::object({{"error", answers.error().key}, {"line", static_cast<std::int64_t>(number)}, {"detail", cli.word(answers.error().detail)}}));
  }
  if (wrong == 0) return {};
  return fail(Code::invalid, "model.batch", {fmt::format("{} 行中有 {} 行没有结果", number, wrong), fmt::format("{} of {} lines have no answer", wrong, number)});
}

void add_decide(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<DecideOptions>();
  auto* command = app.add_subcommand("decide", "evaluate the decisions of a DMN model");
  command->add_option("MODEL", options->model, "a .dmn file")->required();
  command->add_option("--decision", options->decision, "one decision or decision service by name (default: those that no other requires)");
  command->add_option("--input", options->input, "a JSON file with the inputs by name; one object a line is a batch; - reads standard input")->required();
  command->add_flag("--explain", options->explain, "which rules fired, which cells failed, what each value came from");
  command->add_flag("--unknown", options->unknown, "inputs that are not given are unknown: what is certain, what depends on which, what to ask next");
  command->footer("example: echo '{\"年营收\": 3000}' | jiaoji decide policy.dmn --input - --explain");
  command->callback(cli.runs([options, &cli] { return run_decide(cli, *options); }));
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  add_decide(app, cli);
  add_analysis(app, cli);
}

}  // namespace jiaoji::rules
