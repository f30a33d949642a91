#include "commands.h"

#include <unistd.h>

#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "serve.h"
#include "store/backup.h"
#include "store/database.h"

namespace jiaoji {

namespace {

void add_serve(CLI::App& app, Cli& cli) {
  auto options = std::make_shared<ServeOptions>();
  auto* command = app.add_subcommand("serve", "serve the page and the API until Ctrl-C");
  command->add_option("--address", options->address, "address to listen on (default 127.0.0.1: this machine only)");
  command->add_option("--port", options->port, "port (default 8080; 0 takes a free one)");
  command->add_option("--limit", options->limits, "name=value, may be repeated; see docs/operating.md");
  command->add_option("--calls-a-minute", options->calls_a_minute, "of one account (default 6000; 0: no limit)");
  command->add_flag("--secure-cookie", options->secure_cookie, "behind TLS: cookies are sent over https only");
  command->add_flag("--sm3", options->sm3, "chain a new journal with SM3 instead of SHA-256");
  command->add_option("--tiles", options->tiles, "base map of the circles: https://host/{z}/{x}/{y}.png of a lawful source; see docs/operating.md");
  command->add_option("--tiles-credit", options->tiles_credit, "who made it and its approval number (审图号), shown on the map");
  command->add_option("--log", options->log, "one JSON line a request: a file, - for standard error (default), none");
  command->footer("example: jiaoji serve --data ./data --port 8080 --log requests.log");
  command->callback(cli.runs([options, &cli] {
    if (options->log == "none") options->log.clear();
    return serve(cli, *options);
  }));
}

void add_routes(CLI::App& app, Cli& cli) {
  auto* command = app.add_subcommand("routes", "list the operations of the API");
  command->footer("example: jiaoji routes --json");
  command->callback(cli.runs([&cli] { return list_routes(cli); }));
}

Result<void> verify(Cli& cli) {
  TRY(const auto verdict, store::verify_sqlite(cli.database(), [&](double share) { cli.progress(share, {"核验日志", "verifying the journal"}); }));
  if (cli.json) {
    cli.print_json(json::object({{"entries", verdict.entries}, {"broken", verdict.broken}, {"reason", cli.word(verdict.reason)}, {"head", verdict.head}}));
  } else if (verdict.broken == 0) {
    cli.print(cli.word({fmt::format("日志完整：{} 条，末条摘要 {}", verdict.entries, verdict.head), fmt::format("the journal is whole: {} entries, head {}", verdict.entries, verdict.head)}));
  }
  if (verdict.broken == 0) return {};
  return fail(Code::conflict, "journal.broken", {fmt::format("第 {} 条日志不符：{}", verdict.broken, verdict.reason.zh), fmt::format("journal entry {} does not fit: {}", verdict.broken, verdict.reason.en)});
}

void add_journal(CLI::App& app, Cli& cli) {
  auto* journal = app.add_subcommand("journal", "the journal of every change");
  journal->require_subcommand(1);
  auto* command = journal->add_subcommand("verify", "walk the chain of hashes and name the first broken entry; a server may be running");
  command->footer("example: jiaoji journal verify --data ./data");
  command->callback(cli.runs([&cli] { return verify(cli); }));
}

void add_backup(CLI::App& app, Cli& cli) {
  auto file = std::make_shared<std::string>();
  auto* backup = app.add_subcommand("backup", "write a whole and verified copy; a server may be running");
  backup->add_option("FILE", *file, "where to; must not exist")->required();
  backup->footer("example: jiaoji backup /media/usb/jiaoji-2026-11-20.db");
  backup->callback(cli.runs([file, &cli]() -> Result<void> {
    TRY_VOID(store::backup_sqlite(cli.database(), *file, [&](double share) { cli.progress(share, {"备份", "backing up"}); }));
    cli.say({"已备份并核验：" + *file, "backed up and verified: " + *file});
    return {};
  }));

  auto from = std::make_shared<std::string>();
  auto yes = std::make_shared<bool>(false);
  auto* restore = app.add_subcommand("restore", "put a backup in place of the data; no server may be running");
  restore->add_option("FILE", *from, "a file that `jiaoji backup` wrote")->required();
  restore->add_flag("--yes", *yes, "do not ask");
  restore->footer("example: jiaoji restore jiaoji-2026-11-20.db --yes");
  restore->callback(cli.runs([from, yes, &cli]() -> Result<void> {
    if (std::error_code none; !*yes && std::filesystem::exists(cli.database(), none)) {
      if (!isatty(STDIN_FILENO)) return fail(Code::invalid, "restore.ask", {"这会替换现有数据；确认请加 --yes", "this replaces the data that is there: add --yes"});
      cli.say({"这会用备份替换 " + cli.database() + "（原文件保留为 .before-restore）。输入 yes 继续：", "This replaces " + cli.database() + " (kept as .before-restore). Type yes to go on:"});
      std::string answer;
      std::getline(std::cin, answer);
      if (answer != "yes") return fail(Code::invalid, "restore.declined", {"未恢复", "nothing was restored"});
    }
    std::error_code ignored;
    std::filesystem::create_directories(cli.data, ignored);
    TRY_VOID(store::restore_sqlite(*from, cli.database()));
    cli.say({"已恢复：" + cli.database(), "restored: " + cli.database()});
    return {};
  }));
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  add_serve(app, cli);
  add_routes(app, cli);
  add_journal(app, cli);
  add_backup(app, cli);
}

}  // namespace jiaoji
