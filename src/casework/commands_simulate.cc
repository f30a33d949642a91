#include "casework/commands_simulate.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "casework/holidays_shipped.h"
#include "casework/service.h"
#include "casework/simulate.h"
#include "casework/simulate_json.h"

namespace jiaoji::casework {

namespace {

struct Options {
  std::string file, process, arrivals = "1/day", start;
  std::vector<std::string> staff;
  int runs = 10'000;
  std::uint64_t seed = 1;
};

Result<double> arrivals_of(std::string text) {
  if (text.ends_with("/day")) text.resize(text.size() - 4);
  const auto number = Decimal::parse(text);
  if (number && number->approximate() > 0) return number->approximate();
  return fail(Code::invalid, "simulate.arrivals", {fmt::format("--arrivals “{}” 应写作 5/day", text), fmt::format("--arrivals \"{}\" should be written 5/day", text)});
}

Result<std::pair<std::string, int>> staff_of(const std::string& text) {
  const auto equals = text.find('=');
  int people = 0;
  if (equals != std::string::npos) std::from_chars(text.data() + equals + 1, text.data() + text.size(), people);
  if (equals != std::string::npos && equals > 0 && people > 0) return std::pair(text.substr(0, equals), people);
  return fail(Code::invalid, "simulate.staff", {fmt::format("--staff “{}” 应写作 officer=3", text), fmt::format("--staff \"{}\" should be written officer=3", text)});
}

void print(const Cli& cli, const Simulation& found) {
  cli.print(cli.word({fmt::format("{} 件中 {} 件办结；平均 {:.1f} 个工作日", found.runs, found.finished, found.mean_days), fmt::format("{} of {} cases ended; {:.1f} working days on average", found.finished, found.runs, found.mean_days)}));
  for (const auto& [percent, days] : found.percentiles) {
    if (days) cli.print(cli.word({fmt::format("  {:>3}% 的件在 {:.1f} 个工作日内", percent, *days), fmt::format("  {:>3}% within {:.1f} working days", percent, *days)}));
    else cli.print(cli.word({fmt::format("  {:>3}% 的件：没有这么多办结", percent), fmt::format("  {:>3}%: so many did not end", percent)}));
  }
  cli.print(cli.word({fmt::format("各任务一件接一件：{:.1f} 个工作日；并行（最长的一路）：{:.1f}", found.serial_days, found.parallel_days), fmt::format("tasks one after another: {:.1f} working days; as they run side by side (the longest path): {:.1f}", found.serial_days, found.parallel_days)}));
  for (const auto& task : found.tasks) {
    cli.print(cli.word({fmt::format("  {} 办理 {:.1f} 时，等人 {:.1f} 时，在关键路径上 {:.0f}%", pad(task.name, 24), task.work_hours, task.wait_hours, task.critical_share * 100), fmt::format("  {} work {:.1f} h, waiting {:.1f} h, on the critical path {:.0f}%", pad(task.name, 24), task.work_hours, task.wait_hours, task.critical_share * 100)}));
  }
  for (const auto& role : found.roles) {
    cli.print(cli.word({fmt::format("{}：{} 人，忙 {:.0f}%；增加一人，每件平均早 {:.2f} 个工作日", role.role, role.people, role.busy_share * 100, role.saved_days), fmt::format("{}: {} people, busy {:.0f}%; one more saves a case {:.2f} working days on average", role.role, role.people, role.busy_share * 100, role.saved_days)}));
  }
  for (const auto& text : found.assumptions) cli.say(text);
}

// What tasks took in cases of the procedures in the data folder that have the process; nothing where there is no folder.
Result<KnownHours> closed_cases(const Cli& cli, const WorkCalendar& calendar, const std::string& process) {
  if (!std::filesystem::exists(cli.database())) return KnownHours{};
  TRY(const auto db, store::open_sqlite_reader(cli.database()));
  std::vector<DoneRow> done;
  TRY_VOID(db->read([&](store::Reader& reader) -> Result<void> {
    std::string after;
    for (;;) {
      TRY(const auto rows, list_procedures(reader, region::system_actor(), "", after, 200));
      if (rows.empty()) return {};
      after = rows.back().id;
      for (const auto& row : rows) {
        TRY(const auto version, find_procedure_version(reader, row.id, row.deployed));
        if (!version) continue;
        const auto reading = read_procedure(version->bpmn);
        if (!reading || reading->procedure.find_process(process) == kNone) continue;
        TRY(auto more, list_done(reader, row.id, kDoneMax));
        done.insert(done.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      }
    }
  }));
  return known_hours(calendar, done);
}

Result<void> run(const Cli& cli, const Options& options) {
  TRY(const auto text, read_whole(options.file, kProcedureBytesMax));
  TRY(const auto reading, read_procedure(text));
  if (!reading.problems.empty()) return fail(Code::invalid, reading.problems[0].key, {fmt::format("第 {} 行 {}：{}", reading.problems[0].line, reading.problems[0].element, reading.problems[0].text.zh), fmt::format("line {} {}: {}", reading.problems[0].line, reading.problems[0].element, reading.problems[0].text.en)});
  SimulationAsked asked{.runs = options.runs, .seed = options.seed};
  asked.container = kNone;
  for (Index i = 0; i < static_cast<Index>(reading.procedure.containers.size()) && asked.container == kNone; ++i) {
    const auto& one = reading.procedure.containers[static_cast<std::size_t>(i)];
    if (one.node == kNone && one.executable && !one.starts.empty() && (options.process.empty() || one.id == options.process)) asked.container = i;
  }
  if (asked.container == kNone) return fail(Code::invalid, "casework.no_start", {"文件里没有可以开始的流程" + options.process, "the file has no process that can be started " + options.process});
  const auto& nodes = reading.procedure.nodes;
  for (const auto& one : options.staff) {
    const auto role = one.substr(0, one.find('='));
    if (std::ranges::find(nodes, role, &Node::role) == nodes.end()) return fail(Code::invalid, "simulate.staff", {fmt::format("流程里没有角色“{}”", role), fmt::format("the procedure has no role \"{}\"", role)});
  }
  TRY(asked.arrivals_a_day, arrivals_of(options.arrivals));
  for (const auto& one : options.staff) {
    TRY(const auto role, staff_of(one));
    asked.staff.insert(role);
  }
  const auto start = options.start.empty() ? format_day(static_cast<std::int32_t>(SystemClock().now() / 86'400'000)) : options.start;
  TRY(const auto moment, parse_moment(start, kZone, "--start"));
  TRY(asked.start, instant_of(moment.day, moment.minute.value_or(0), kZone));
  TRY(const auto calendar, shipped_calendar());
  TRY_VOID(calendar.check_covered(moment.day, "--start"));
  TRY(asked.known, closed_cases(cli, calendar, reading.procedure.containers[static_cast<std::size_t>(asked.container)].id));
  std::size_t known = 0;
  for (const auto& [element, hours] : asked.known) known += hours.size() >= kKnownFewest ? hours.size() : 0;
  if (known > 0) cli.say({fmt::format("用时取自 {} 里办过的 {} 项任务；其中含等人的时间", cli.data, known), fmt::format("hours are those of {} tasks done in {}; waiting for somebody is in them", known, cli.data)});
  TRY(const auto found, simulate(reading.procedure, calendar, asked));
  if (cli.json) cli.print_json(to_json(found, cli.language));
  else print(cli, found);
  return {};
}

}  // namespace

void add_simulate_command(CLI::App& app, Cli& cli) {
  auto* cases = app.add_subcommand("case", "cases: knowing beforehand");
  cases->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* command = cases->add_subcommand("simulate", "how long cases of a procedure take, where they wait, and whom one more person helps");
  command->add_option("PROCEDURE", options->file, "a BPMN 2.0 file")->required();
  command->add_option("--process", options->process, "which, when the file has several");
  command->add_option("--runs", options->runs, "how many cases (default 10000)");
  command->add_option("--arrivals", options->arrivals, "how many come a day: 5/day (default 1/day)");
  command->add_option("--staff", options->staff, "people of a role: officer=3; a role that is not named is never busy");
  command->add_option("--seed", options->seed, "other draws with another number");
  command->add_option("--start", options->start, "the first day (default today)");
  command->footer("example: jiaoji case simulate programs/eia-commitment/eia-commitment.bpmn --arrivals 5/day --staff officer=3");
  command->callback(cli.runs([&cli, options] { return run(cli, *options); }));
}

}  // namespace jiaoji::casework
