#include "region/commands.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "region/service.h"

namespace jiaoji::region {

namespace {

const SystemClock kClock;

Result<std::unique_ptr<store::Database>> open(const Cli& cli) {
  std::error_code ignored;
  std::filesystem::create_directories(cli.data, ignored);
  return store::open_sqlite({.path = cli.database(), .readers = 1, .clock = &kClock});
}

// Never as an argument: it would stand in the list of processes and in the shell's history.
Result<std::string> ask_password(const Cli& cli) {
  if (isatty(STDIN_FILENO)) {
    const char* typed = getpass(cli.word({"密码：", "password: "}).c_str());
    return std::string(typed ? typed : "");
  }
  std::string line;
  if (!std::getline(std::cin, line)) return fail(Code::invalid, "account.no_password", {"请从标准输入给出密码", "give the password on standard input"});
  return line;
}

Result<void> list(const Cli& cli) {
  TRY(const auto db, store::open_sqlite_reader(cli.database()));
  TRY(const auto accounts, db->read_as<std::vector<Account>>([](store::Reader& r) { return list_accounts(r); }));
  if (cli.json) {
    json::Array items;
    for (const auto& account : accounts) items.push_back(to_json(account));
    cli.print_json(std::move(items));
    return {};
  }
  for (const auto& a : accounts) cli.print(fmt::format("{} {} {} {}{}", pad(a.login, 20), pad(to_string(a.role), 14), pad(a.city, 8), a.name, a.disabled ? "  (disabled)" : ""));
  return {};
}

Result<void> create(const Cli& cli, NewAccount from, const std::string& role) {
  const auto parsed = parse_role(role);
  if (!parsed) return fail(Code::invalid, "account.role", {"角色应为 member、officer、coordinator、administrator 或 auditor", "a role is member, officer, coordinator, administrator or auditor"});
  from.role = *parsed;
  TRY(from.password, ask_password(cli));
  TRY(const auto db, open(cli));
  Service service(*db, kClock);
  TRY(const auto hash, service.hash_password(from));
  TRY(const auto account, db->write_as<Account>([&](store::Writer& w) { return service.create_account(w, system_actor(), from, hash); }));
  if (cli.json) cli.print_json(to_json(account));
  else cli.say({"已建立账号 " + account.login, "created the account " + account.login});
  return {};
}

Result<void> change(const Cli& cli, const std::string& login, std::optional<bool> disabled, bool password) {
  std::string hash;
  std::string word;
  if (password) { TRY(word, ask_password(cli)); }
  TRY(const auto db, open(cli));
  Service service(*db, kClock);
  if (password) {
    TRY_VOID(check_password(word, login, "password"));
    TRY(hash, service.passwords().hash(word));
  }
  TRY(const auto account, db->write_as<Account>([&](store::Writer& w) -> Result<Account> {
    TRY(const auto found, find_account_by_login(w, login));
    if (!found) return fail(Code::not_found, "account.not_found", {"没有这个账号：" + login, "there is no account " + login});
    return service.change_account(w, system_actor(), found->id, found->version, {.disabled = disabled}, hash);
  }));
  cli.say({"已修改账号 " + account.login, "changed the account " + account.login});
  return {};
}

}  // namespace

void add_commands(CLI::App& app, Cli& cli) {
  auto* account = app.add_subcommand("account", "who may sign in; while a server runs, use its page");
  account->require_subcommand(1);
  auto* list_command = account->add_subcommand("list", "list accounts");
  list_command->footer("example: jiaoji account list --json");
  list_command->callback(cli.runs([&cli] { return list(cli); }));

  auto from = std::make_shared<NewAccount>();
  auto role = std::make_shared<std::string>();
  auto* create_command = account->add_subcommand("create", "create an account; the password is read from standard input");
  create_command->add_option("LOGIN", from->login)->required();
  create_command->add_option("--name", from->name, "name that is shown")->required();
  create_command->add_option("--role", *role, "member, officer, coordinator, administrator, auditor")->required();
  create_command->add_option("--city", from->city, "code of the city, of officers and members (370200)");
  create_command->add_option("--party", from->party, "id of the party, of members");
  create_command->footer("example: jiaoji account create wang --name 王敏 --role officer --city 370200 < password.txt");
  create_command->callback(cli.runs([=, &cli] { return create(cli, *from, *role); }));

  auto login = std::make_shared<std::string>();
  const auto one = [&](const char* name, const char* help, std::optional<bool> disabled, bool password) {
    auto* command = account->add_subcommand(name, help);
    command->add_option("LOGIN", *login)->required();
    command->footer(fmt::format("example: jiaoji account {} wang", name));
    command->callback(cli.runs([=, &cli] { return change(cli, *login, disabled, password); }));
  };
  one("disable", "end the account's sessions and let it sign in no more", true, false);
  one("enable", "let a disabled account sign in again", false, false);
  one("password", "set a new password, read from standard input", std::nullopt, true);
}

}  // namespace jiaoji::region
