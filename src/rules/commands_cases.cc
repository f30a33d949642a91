#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/table.h"
#include "base/text.h"
#include "rules/asked.h"
#include "rules/commands.h"
#include "rules/commands_load.h"
#include "rules/evaluate.h"

namespace jiaoji::rules {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kShown = 50;  // failures printed of one file

struct Tally {
  std::size_t passed = 0;
  std::vector<std::string> failures;
};

// One file: 用例 (its name), 模型 (370100/rd-subsidy, beside the folder of the cases), 决策 (may be left out), 应为, and the inputs by name.
class Cases {
 public:
  Cases(const Cli& cli, fs::path file) : cli_(cli), file_(std::move(file)), programs_(file_.parent_path().parent_path()) {}

  Result<Tally> run() {
    std::optional<Error> fault;
    TRY_VOID(table::read(file_.string(), {}, [&](const std::vector<std::string>& heading) { return names_ = heading, true; },
                         [&](table::Row& row) {
                           if (auto done = one(row); !done) fault = std::move(done).error();
                           return !fault;
                         }));
    if (fault) return fail(*std::move(fault));
    return std::move(tally_);
  }

 private:
  std::unexpected<Error> bad(std::size_t row, const Text& what) const {
    return fail(Code::invalid, "cases.row", {fmt::format("{} 第 {} 行：{}", file_.string(), row, what.zh), fmt::format("{} row {}: {}", file_.string(), row, what.en)});
  }

  Result<void> one(const table::Row& row) {
    std::string name, model_name, decision, expected;
    bool has_expected = false;
    feel::Context inputs;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const auto cell = text::trim(row.cells[i]);
      if (names_[i] == "用例") name = cell;
      else if (names_[i] == "模型") model_name = cell;
      else if (names_[i] == "决策") decision = cell;
      else if (names_[i] == "应为") expected = cell, has_expected = true;
      else if (!cell.empty()) inputs.put(names_[i], value_of_cell(cell));
    }
    if (model_name.empty() || !has_expected || expected.empty()) return bad(row.number, {"需要“模型”和“应为”两列", "the columns 模型 and 应为 must be filled in"});
    auto& model = models_[model_name];
    if (!model) {
      TRY(model, load_model((programs_ / (model_name + ".dmn")).string()));
    }
    TRY(const auto elements, asked_decisions(*model, decision));
    if (elements.size() != 1) return bad(row.number, {"模型有几个决策，请在“决策”一列指明", "the model has several decisions: name one in the column 决策"});
    // Facts that a model does not ask for may stand in the table: one table asks many models.
    std::erase_if(inputs.entries, [&](const auto& entry) {
      const auto* element = model->find(entry.first);
      return !element || element->kind != Element::Kind::input;
    });
    TRY(const auto given, read_inputs(*model, std::move(inputs)));
    feel::Run run;
    run.now = *feel::DateTime::at(static_cast<__int128>(SystemClock().now()) * 1'000'000, *feel::Zone::offset(0));
    const auto value = Evaluation(*model, given, run).value(*elements[0]);
    if (run.stopped) return fail(run.limit_error());
    const auto wanted = value_of_cell(expected);
    const bool same = wanted.is_null() || value.is_null() ? wanted.is_null() && value.is_null() : feel::equal(value, wanted).value_or(false) || feel::spelling(value) == expected;
    if (same) ++tally_.passed;
    else tally_.failures.push_back(cli_.word({fmt::format("{} 第 {} 行 {}：应为 {}，得到 {}", file_.string(), row.number, name, expected, feel::literal(value)), fmt::format("{} row {} {}: should be {}, is {}", file_.string(), row.number, name, expected, feel::literal(value))}));
    return {};
  }

  const Cli& cli_;
  const fs::path file_, programs_;
  std::vector<std::string> names_;
  std::map<std::string, std::shared_ptr<const Compiled>> models_;
  Tally tally_;
};

Result<void> run_cases(const Cli& cli, const std::vector<std::string>& paths) {
  std::size_t passed = 0, failed = 0;
  for (const auto& path : paths) {
    TRY(const auto tally, Cases(cli, fs::absolute(path)).run());
    passed += tally.passed, failed += tally.failures.size();
    for (std::size_t i = 0; i < std::min(kShown, tally.failures.size()); ++i) cli.print(tally.failures[i]);
  }
  if (cli.json) cli.print_json(json::object({{"passed", static_cast<std::int64_t>(passed)}, {"failed", static_cast<std::int64_t>(failed)}}));
  else cli.print(cli.word({fmt::format("{} 例通过，{} 例不符", passed, failed), fmt::format("{} cases passed, {} failed", passed, failed)}));
  if (failed == 0 && passed > 0) return {};
  return fail(Code::conflict, "cases.failed", {"有不符的用例，或没有用例", "there are cases that failed, or none at all"});
}

}  // namespace

void add_cases(CLI::App& rules, Cli& cli) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* command = rules.add_subcommand("cases", "decide worked cases from tables and compare with what they should be");
  command->add_option("FILES", *files, "CSV or .xlsx in a folder cases/ beside the cities' folders")->required();
  command->footer("example: jiaoji rules cases programs/policy-direct/cases/amounts.csv");
  command->callback(cli.runs([files, &cli] { return run_cases(cli, *files); }));
}

}  // namespace jiaoji::rules
