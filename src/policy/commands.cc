#include "policy/commands.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/embedded.h"
#include "base/table.h"
#include "policy/match.h"
#include "policy/reach.h"
#include "policy/sample.h"
#include "rules/commands_load.h"

namespace jiaoji::policy {

namespace {

struct Options {
  std::string facts, day, policies, draft, firms;
};

Result<feel::Date> day_of(const std::string& text) {
  if (text.empty()) return feel::DateTime::at(static_cast<__int128>(SystemClock().now()) * 1'000'000, *feel::Zone::offset(8 * 3600))->date;
  if (const auto day = feel::Date::parse(text)) return *day;
  return fail(Code::invalid, "policy.day", {"--day 应是日期，如 2026-11-21", "--day should be a date such as 2026-11-21"});
}

Result<Policy> of_file(const std::string& path) {
  TRY(auto model, rules::load_model(path));
  for (const auto& problem : model->problems()) return fail(Code::invalid, problem.error.key, {fmt::format("{}：{} {}：{}", path, problem.element, problem.place, problem.error.detail.zh), fmt::format("{}: {} {}: {}", path, problem.element, problem.place, problem.error.detail.en)});
  return read_policy(std::filesystem::path(path).stem().string(), std::filesystem::path(path).parent_path().filename().string(), std::move(model));
}

// Those of a folder (<city>/<policy>.dmn), or those that the program brings along.
Result<std::vector<Policy>> policies_of(const std::string& folder) {
  std::vector<Policy> out;
  if (!folder.empty()) {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none)) {
      if (entry.path().extension() == ".dmn") paths.push_back(entry.path().string());
    }
    if (paths.empty()) return fail(Code::not_found, "policy.none", {folder + " 里没有 .dmn 文件", "no .dmn file in " + folder});
    std::ranges::sort(paths);
    for (const auto& path : paths) {
      TRY(auto one, of_file(path));
      out.push_back(std::move(one));
    }
    return out;
  }
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with("programs/policy-direct/") || !file.path.ends_with(".dmn")) continue;
    std::vector<rules::Model> models;
    TRY(auto model, rules::read_model(file.bytes));
    models.push_back(std::move(model));
    TRY(auto compiled, rules::Compiled::of(std::move(models)));
    const std::filesystem::path path(file.path);
    TRY(auto one, read_policy(path.stem().string(), path.parent_path().filename().string(), std::move(compiled)));
    one.illustrative = true;
    out.push_back(std::move(one));
  }
  return out;
}

std::string money(Fen fen) { return in_wan(fen).spelling() + " 万元"; }

std::string in_words(const Near& near, const Cli& cli) {
  if (near.wait_days) return cli.word({fmt::format("再等 {} 天", near.wait_days), fmt::format("wait {} days", near.wait_days)});
  std::string out;
  for (const auto& step : near.steps) out += (out.empty() ? "" : cli.word({"，并且", " and "})) + fmt::format("{} {} → {}", step.fact, feel::spelling(step.from), feel::spelling(step.to));
  return out;
}

Result<void> match(const Cli& cli, const Options& options) {
  TRY(const auto vocabulary, carried_vocabulary());
  TRY(const auto text, read_whole(options.facts));
  TRY(const auto body, json::parse(text));
  if (!body.object()) return fail(Code::invalid, "facts.invalid", {"事实应是一个 JSON 对象，如 {\"注册地\": \"济南\"}", "the facts should be a JSON object such as {\"注册地\": \"济南\"}"});
  TRY(const auto facts, read_facts(vocabulary, *body.object(), ""));
  TRY(const auto day, day_of(options.day));
  TRY(const auto policies, policies_of(options.policies));
  std::vector<std::shared_ptr<const Policy>> shared;
  for (const auto& one : policies) shared.push_back(std::make_shared<const Policy>(one));
  const auto matched = policy::match(std::move(shared), vocabulary, facts, day);
  if (cli.json) return cli.print_json(to_json(matched, cli.language)), Result<void>();
  for (const auto& row : matched.rows) {
    const bool open = row.policy->open_on(day);
    if (row.amount > 0) cli.print(fmt::format("{} {} {}", open ? "✓" : "…", pad(money(row.amount), 14), row.policy->title) + (open ? cli.word({fmt::format("（{} 截止）", row.policy->closes.spelling()), fmt::format(" (until {})", row.policy->closes.spelling())}) : cli.word({fmt::format("（{} 至 {} 受理）", row.policy->opens.spelling(), row.policy->closes.spelling()), fmt::format(" (open {} to {})", row.policy->opens.spelling(), row.policy->closes.spelling())})));
    if (row.fault) cli.print(fmt::format("! {}：{}", row.policy->title, cli.word(row.fault->detail)));
    for (const auto& near : row.near) cli.print(cli.word({fmt::format("  {} {}：{} 则 {}", row.amount > 0 ? "↑" : "差", row.policy->title, in_words(near, cli), money(static_cast<Fen>(near.worth))), fmt::format("  {} {}: {} gives {}", row.amount > 0 ? "↑" : "near", row.policy->title, in_words(near, cli), money(static_cast<Fen>(near.worth)))}));
    if (!row.missing.empty()) cli.print(fmt::format("? {}：{}", row.policy->title, fmt::join(row.missing, "、")));
  }
  cli.print(cli.word({fmt::format("最佳组合 {}{}", money(matched.best.total), matched.best.exact ? "" : fmt::format("（至多 {}）", money(matched.best.at_most))), fmt::format("best combination {}{}", money(matched.best.total), matched.best.exact ? "" : fmt::format(" (at most {})", money(matched.best.at_most)))}));
  for (const auto& one : matched.best.taken) cli.print(fmt::format("  + {} {}", pad(money(one.paid), 14), matched.rows[matched.combined[one.candidate]].policy->title));
  for (const auto& one : matched.best.left) cli.print(fmt::format("  - {} {}（{}）", pad(money(matched.rows[matched.combined[one.candidate]].amount), 14), matched.rows[matched.combined[one.candidate]].policy->title, one.because.empty() ? cli.word({"合计上限互相交叉", "caps that cross"}) : one.capped ? cli.word({one.because + " 已到上限", one.because + " is at its cap"}) : cli.word({one.because + " 只能享受一项", "only one of " + one.because})));
  return {};
}

// A table without any fact would reach nobody, and of two columns of one name only one could count: both are slips of the file.
std::optional<Error> heading_fault(const std::vector<std::string>& names, const Vocabulary& vocabulary, const std::string& path) {
  std::string known;
  for (const auto& fact : vocabulary.facts) {
    known += (known.empty() ? "" : "、") + fact.name;
    if (std::ranges::count(names, fact.name) > 1) return Error{Code::invalid, "facts.column_twice", {fmt::format("{}：列“{}”有两次", path, fact.name), fmt::format("{}: the column \"{}\" stands twice", path, fact.name)}, {}};
  }
  if (std::ranges::any_of(names, [&](const std::string& name) { return vocabulary.find(name) != nullptr; })) return {};
  return Error{Code::invalid, "facts.no_column", {fmt::format("{}：没有一列是事实；可用的列：企业、{}", path, known), fmt::format("{}: no column is a fact; known are: 企业、{}", path, known)}, {}};
}

Result<std::vector<Firm>> firms_of(const std::string& path, const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  std::vector<Firm> out;
  std::optional<Error> fault;
  TRY_VOID(table::read(path, {.rows = 2'000'000}, [&](const std::vector<std::string>& heading) { return names = heading, fault = heading_fault(names, vocabulary, path), !fault; },
                       [&](table::Row& row) {
                         std::map<std::string, std::string> cells;
                         for (std::size_t i = 0; i < names.size(); ++i) cells[names[i]] = row.cells[i];
                         auto facts = read_facts(vocabulary, cells, fmt::format("{}:{}", path, row.number));
                         if (!facts) return fault = std::move(facts).error(), false;
                         out.push_back({std::to_string(row.number), cells["企业"], cells["注册地"], *std::move(facts)});
                         return true;
                       }));
  if (fault) return fail(*std::move(fault));
  return out;
}

Result<void> reach_of(const Cli& cli, const Options& options) {
  TRY(const auto vocabulary, carried_vocabulary());
  TRY(const auto policy, of_file(options.draft));
  TRY(const auto day, day_of(options.day));
  TRY(const auto firms, firms_of(options.firms, vocabulary));
  TRY(const auto found, reach(policy, firms, day));
  if (cli.json) {
    json::Array cities;
    for (const auto& city : found.cities) cities.push_back(json::object({{"city", city.city}, {"firms", static_cast<std::int64_t>(city.firms)}, {"reached", static_cast<std::int64_t>(city.reached)}, {"unknown", static_cast<std::int64_t>(city.unknown)}, {"cost", wan_json(city.cost)}}));
    json::Array reached;
    for (const auto& one : found.reached) reached.push_back(json::object({{"row", one.firm->id}, {"name", one.firm->name}, {"amount", wan_json(one.amount)}}));
    cli.print_json(json::object({{"day", found.day.spelling()}, {"cities", std::move(cities)}, {"firms", std::move(reached)}}));
    return {};
  }
  cli.print(cli.word({"城市      企业    可享  不能判断  万元", "city      firms  reached  unknown  万元"}));
  for (const auto& city : found.cities) cli.print(fmt::format("{}{:>6}{:>8}{:>9}  {}", pad(city.city, 8), city.firms, city.reached, city.unknown, in_wan(city.cost).spelling()));
  return {};
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  auto* policy = app.add_subcommand("policy", "policies for firms: which fit, whom they reach");
  policy->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* one = policy->add_subcommand("match", "the policies that fit a firm, what it lacks for others, and what to combine");
  one->add_option("--facts", options->facts, "a JSON object of facts; - is standard input")->required();
  one->add_option("--day", options->day, "the day of the application (default today)");
  one->add_option("--policies", options->policies, "a folder of .dmn files (default: the illustrative ones that the program carries)");
  one->footer("example: jiaoji policy match --facts firm.json --day 2026-11-21");
  one->callback(cli.runs([options, &cli] { return match(cli, *options); }));
  auto* all = policy->add_subcommand("reach", "how many firms of each city a policy, or a draft, reaches and what it costs");
  all->add_option("DRAFT", options->draft, "a .dmn file")->required();
  all->add_option("--firms", options->firms, "CSV or .xlsx: one firm a row, facts as columns, 企业 its name")->required();
  all->add_option("--day", options->day, "the day that is asked about (default today)");
  all->footer("example: jiaoji policy reach draft.dmn --firms firms.csv");
  all->callback(cli.runs([options, &cli] { return reach_of(cli, *options); }));
  add_facts(*policy, cli);
}

}  // namespace jiaoji::policy
