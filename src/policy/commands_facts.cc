#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/credit_code.h"
#include "base/table.h"
#include "base/text.h"
#include "policy/commands.h"
#include "policy/sample.h"

namespace jiaoji::policy {

namespace {

const SystemClock kClock;
constexpr std::size_t kFaultsShown = 100;

struct Line {
  std::size_t number = 0;
  std::string party;  // a name or a credit code
  json::Object facts;
};

// Every row with its facts as they will be stored; what is wrong in all rows at once.
Result<std::vector<Line>> read_lines(const std::string& path, const Vocabulary& vocabulary, std::vector<Text>& faults) {
  std::vector<std::string> names;
  std::vector<Line> out;
  TRY_VOID(table::read(path, {}, [&](const std::vector<std::string>& heading) { return names = heading, true; },
                       [&](table::Row& row) {
                         std::map<std::string, std::string> cells;
                         for (std::size_t i = 0; i < names.size(); ++i) cells[names[i]] = row.cells[i];
                         const auto facts = read_facts(vocabulary, cells, fmt::format("{}:{}", path, row.number));
                         if (!facts) return faults.push_back(facts.error().detail), true;
                         Line line{row.number, text::trim(cells.contains("单位") ? cells["单位"] : cells["企业"]), {}};
                         for (const auto& [name, value] : facts->entries) line.facts.set(name, feel::to_json(value));
                         out.push_back(std::move(line));
                         return true;
                       }));
  if (std::ranges::find(names, "单位") == names.end() && std::ranges::find(names, "企业") == names.end()) faults.insert(faults.begin(), Text{"缺少“单位”一列（名称或统一社会信用代码）", "the column 单位 is missing (name or credit code)"});
  return out;
}

Result<std::optional<region::Party>> party_of(store::Reader& db, const std::string& name) {
  if (const auto code = parse_credit_code(name, "")) return region::find_party_by_credit_code(db, *code);
  return region::find_party_by_name(db, region::system_actor(), name, "");
}

Result<void> take_facts(const Cli& cli, const std::string& path, bool dry_run) {
  TRY(auto vocabulary, carried_vocabulary());
  std::vector<Text> faults;
  TRY(const auto lines, read_lines(path, vocabulary, faults));
  TRY(const auto db, store::open_sqlite({.path = cli.database(), .readers = 1, .clock = &kClock}));
  rules::Service rules(kClock);
  Service policies(kClock, rules, std::move(vocabulary));
  std::size_t taken = 0;
  const auto done = db->write([&](store::Writer& writer) -> Result<void> {
    for (const auto& line : lines) {
      TRY(const auto party, party_of(writer, line.party));
      if (!party) {
        faults.push_back({fmt::format("{}:{}：没有单位“{}”", path, line.number, line.party), fmt::format("{}:{}: there is no party \"{}\"", path, line.number, line.party)});
        continue;
      }
      TRY(auto row, find_facts(writer, party->id));
      for (const auto& [name, value] : line.facts.members) row.facts.set(name, value);  // an empty cell leaves what is known
      TRY_VOID(policies.write_facts(writer, region::system_actor(), *party, row.version, row.facts));
      ++taken;
    }
    // Leaves nothing behind: all rows or none.
    if (dry_run || !faults.empty()) return fail(Code::conflict, "facts.not_taken", {"没有写入", "nothing was written"});
    return {};
  });
  for (std::size_t i = 0; i < std::min(kFaultsShown, faults.size()); ++i) cli.print(cli.word(faults[i]));
  if (!faults.empty()) return fail(Code::invalid, "facts.rows", {fmt::format("{} 行有误，没有写入任何一行", faults.size()), fmt::format("{} rows are wrong; none was written", faults.size())});
  if (!done && !(dry_run && done.error().key == "facts.not_taken")) return done;
  cli.say(dry_run ? Text{fmt::format("{} 行都正确（试导入，没有写入）", taken), fmt::format("all {} rows are right (dry run, nothing written)", taken)} : Text{fmt::format("已写入 {} 家企业的事实", taken), fmt::format("facts of {} firms written", taken)});
  return {};
}

}  // namespace

void add_facts(CLI::App& policy, Cli& cli) {
  struct Options {
    std::string file;
    bool dry_run = false;
  };
  auto options = std::make_shared<Options>();
  auto* command = policy.add_subcommand("facts", "take what is known of firms from a table; no server may be running");
  command->add_option("FILE", options->file, "CSV or .xlsx: 单位 (name or credit code), facts as columns; an empty cell changes nothing")->required();
  command->add_flag("--dry-run", options->dry_run, "only say what is wrong");
  command->footer("example: jiaoji policy facts firms.xlsx --dry-run");
  command->callback(cli.runs([options, &cli] { return take_facts(cli, options->file, options->dry_run); }));
}

}  // namespace jiaoji::policy
