#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "rules/analyse.h"
#include "rules/analyse_json.h"
#include "rules/asked.h"
#include "rules/commands.h"
#include "rules/explain.h"
#include "rules/commands_load.h"
#include "rules/population.h"

namespace jiaoji::rules {

namespace {

struct Options {
  std::string a, b, decision, firms;
};

struct Loaded {
  std::shared_ptr<const Compiled> model;
  const DecisionTable* table;
};
Result<Loaded> load(const std::string& file, const std::string& decision) {
  TRY(auto model, load_model(file));
  for (const auto& problem : model->problems()) {
    return fail(Code::invalid, problem.error.key, {file + "：" + problem.element + " " + problem.place + "：" + problem.error.detail.zh, file + ": " + problem.element + " " + problem.place + ": " + problem.error.detail.en});
  }
  const auto table = table_of(*model, decision);
  if (table) return Loaded{std::move(model), *table};
  return fail(table.error().code, table.error().key, {file + "：" + table.error().detail.zh, file + ": " + table.error().detail.en});
}

std::string where(const Cli& cli, const std::vector<std::string>& inputs, const Region& region) {
  std::string out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (region.tests[i] != "-") out += (out.empty() ? "" : cli.word({"，", ", "})) + inputs[i] + " " + region.tests[i];
  }
  return out.empty() ? cli.word({"任何输入", "any input"}) : out;
}

std::string example(const std::vector<std::string>& inputs, const Region& region, const std::vector<std::size_t>* facts = nullptr) {
  std::string out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!facts || std::ranges::find(*facts, i) != facts->end()) out += (out.empty() ? "" : ", ") + inputs[i] + " = " + feel::literal(region.example[i]);
  }
  return out;
}

void print_note(const Cli& cli, const Text& note) {
  if (!note.zh.empty()) cli.print(cli.word({"（" + note.zh + "）", "(" + note.en + ")"}));
}

Result<void> run_check(const Cli& cli, const Options& options) {
  TRY(const auto loaded, load(options.a, options.decision));
  const auto found = check(*loaded.table);
  if (cli.json) {
    cli.print_json(to_json(found, cli.language));
  } else {
    for (const auto& one : found.overlaps) cli.print(cli.word({fmt::format("重叠：规则 {} 和 {} 都命中 {}；例如 {}", one.first + 1, one.second + 1, where(cli, found.inputs, one.where), example(found.inputs, one.where)), fmt::format("overlap: rules {} and {} both match {}; for example {}", one.first + 1, one.second + 1, where(cli, found.inputs, one.where), example(found.inputs, one.where))}));
    for (const auto& gap : found.gaps) cli.print(cli.word({fmt::format("空缺：没有规则管 {}；例如 {}", where(cli, found.inputs, gap), example(found.inputs, gap)), fmt::format("gap: no rule takes {}; for example {}", where(cli, found.inputs, gap), example(found.inputs, gap))}));
    for (const auto rule : found.shadowed) cli.print(cli.word({fmt::format("遮蔽：规则 {} 永远不会起作用", rule + 1), fmt::format("shadowed: rule {} can never decide", rule + 1)}));
    if (found.outcome == Outcome::clean) cli.print(cli.word({"没有重叠、空缺或被遮蔽的规则", "no overlap, no gap, no shadowed rule"}));
    if (!found.why.zh.empty()) cli.print(cli.word({"未知：" + found.why.zh, "unknown: " + found.why.en}));
    print_note(cli, found.note);
  }
  if (found.outcome == Outcome::clean) return {};
  return fail(Code::conflict, "rules.check", {"决策表有问题或未能查完", "the table has faults, or could not be checked to the end"});
}

void print_rule(const Cli& cli, const Table& table, int rule, const std::vector<std::size_t>& rules, const feel::Value& output, const std::string& file) {
  std::string several;
  for (const auto one : rules) several += fmt::format("{}{}", several.empty() ? "" : ", ", one + 1);
  const auto text = !rules.empty() ? fmt::format(fmt::runtime(cli.word({"规则 {}", "rules {}"})), several) : rule < 0 ? cli.word({"没有规则命中", "no rule"}) : fmt::format(fmt::runtime(cli.word({"规则 {}", "rule {}"})), rule + 1);
  auto line = fmt::format("    {}: {} ({})", file, feel::literal(output), text);
  if (rule >= 0) {
    if (const auto from = in_words(table.rules[static_cast<std::size_t>(rule)].source, cli.language); !from.empty()) line += " " + from;
  }
  cli.print(line);
}

Result<void> run_diff(const Cli& cli, const Options& options) {
  TRY(const auto a, load(options.a, options.decision));
  TRY(const auto b, load(options.b, options.decision));
  auto found = diff(*a.table, *b.table);
  auto answer = to_json(found, a.table->source(), b.table->source(), cli.language);
  const auto witness = found.differences.empty() ? Difference{} : found.differences.front();
  std::vector<std::size_t> met;
  if (!options.firms.empty()) {
    TRY(const auto cases, read_cases(options.firms));
    met = count_cases(found, {a.model.get(), element_of(*a.model, a.table)}, {b.model.get(), element_of(*b.model, b.table)}, cases);
    answer = counted_json(found, met, a.table->source(), b.table->source(), cli.language);
    order_by_cases(found, met);
  }
  if (cli.json) {
    cli.print_json(answer);
    return {};
  }
  if (found.outcome == Outcome::clean) cli.print(cli.word({"相同：对任何申请人，两张表的结果都一样", "equal: for every applicant both tables give the same"}));
  if (found.outcome == Outcome::unknown) cli.print(cli.word({"未知：" + found.why.zh, "unknown: " + found.why.en}));
  print_note(cli, found.note);
  if (found.outcome != Outcome::found) return {};
  cli.print(cli.word(found.note.zh.empty() ? Text{"不同。事实最少的申请人：", "different. The applicant with the fewest facts: "} : Text{"不同。例如：", "different. For example: "}) + (witness.facts.empty() ? cli.word({"任何人", "anybody"}) : example(found.inputs, witness.where, &witness.facts)));
  print_rule(cli, a.table->source(), witness.rule_a, witness.rules_a, witness.output_a, options.a);
  print_rule(cli, b.table->source(), witness.rule_b, witness.rules_b, witness.output_b, options.b);
  if (!found.note.zh.empty()) return {};  // a solver's example stands for no list
  cli.print(cli.word({fmt::format("全部差异 {} 处{}：", found.differences.size(), found.all ? "" : "（未列全）"), fmt::format("{} regions of difference{}:", found.differences.size(), found.all ? "" : " (not all)")}));
  for (std::size_t i = 0; i < found.differences.size(); ++i) {
    const auto& one = found.differences[i];
    cli.print(fmt::format("  {}{}  {} | {}", met.empty() ? "" : cli.word({fmt::format("[{} 家] ", met[i]), fmt::format("[{} firms] ", met[i])}), where(cli, found.inputs, one.where), feel::literal(one.output_a), feel::literal(one.output_b)));
  }
  return {};
}

// The agreed table as a model of its own, with the inputs of the first model; what is open goes to standard error.
Result<void> run_merge(const Cli& cli, const Options& options) {
  TRY(const auto a, load(options.a, options.decision));
  TRY(const auto b, load(options.b, options.decision));
  auto both = merge(*a.table, *b.table);
  if (both.open.outcome == Outcome::unknown) return fail(Code::conflict, "rules.merge_unknown", both.open.why);
  auto model = a.model->models()[0];
  for (auto& element : model.elements) {
    if (element.kind != Element::Kind::decision || !element.logic || element.logic->table.get() != &a.table->source()) continue;
    Boxed logic = *element.logic;
    logic.table = std::make_shared<const Table>(both.agreed);
    element.logic = std::make_shared<const Boxed>(std::move(logic));
  }
  if (cli.json) {
    cli.print_json(json::object({{"agreed", write_model(model)}, {"open", to_json(both.open, a.table->source(), b.table->source(), cli.language)}}));
    return {};
  }
  cli.print(write_model(model));
  cli.say({fmt::format("一致的部分：{} 条规则；尚待两市决定：{} 处", both.agreed.rules.size(), both.open.differences.size()), fmt::format("agreed: {} rules; to be decided: {} regions", both.agreed.rules.size(), both.open.differences.size())});
  for (const auto& one : both.open.differences) cli.say({fmt::format("  {}：{} 还是 {}？", where(cli, both.open.inputs, one.where), feel::literal(one.output_a), feel::literal(one.output_b)), fmt::format("  {}: {} or {}?", where(cli, both.open.inputs, one.where), feel::literal(one.output_a), feel::literal(one.output_b))});
  return {};
}

CLI::App* add(CLI::App& rules, Cli& cli, const char* name, const char* what, bool two, Result<void> (*run)(const Cli&, const Options&)) {
  auto options = std::make_shared<Options>();
  auto* command = rules.add_subcommand(name, what);
  command->add_option(two ? "A" : "MODEL", options->a, "a .dmn file")->required();
  if (two) command->add_option("B", options->b, "the other .dmn file")->required();
  if (two) command->add_option("--firms", options->firms, "diff: known firms (CSV, .xlsx or .jsonl); the differences that meet most of them come first");
  command->add_option("--decision", options->decision, "the decision whose table is meant, where a model has several");
  command->callback(cli.runs([options, run, &cli] { return run(cli, *options); }));
  return command;
}

}  // namespace

void add_analysis(CLI::App& app, Cli& cli) {
  auto* rules = app.add_subcommand("rules", "what is wrong with a decision table, what differs between two, what both agree on");
  rules->require_subcommand(1);
  add(*rules, cli, "check", "overlaps, gaps and shadowed rules of a table, each with an example; exit 1 when there are any", false, run_check)->footer("example: jiaoji rules check standard.dmn --json");
  add(*rules, cli, "diff", "the smallest applicant to whom two tables answer differently, and all regions of difference", true, run_diff)->footer("example: jiaoji rules diff jinan.dmn qingdao.dmn");
  add(*rules, cli, "merge", "what both tables agree on as one table, and what must be decided", true, run_merge)->footer("example: jiaoji rules merge jinan.dmn qingdao.dmn > agreed.dmn");
  add_cases(*rules, cli);
}

}  // namespace jiaoji::rules
