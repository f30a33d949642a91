#include "store/migrations.h"

#include <array>

#include <fmt/format.h>

namespace jiaoji::store {

namespace {

constexpr const char* kCreateTable = R"sql(
  CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at BIGINT NOT NULL)
)sql";
constexpr std::string_view kSelect = "SELECT number, name, hash FROM migration ORDER BY number";
constexpr std::string_view kInsert = "INSERT INTO migration (number, name, hash, applied_at) VALUES (?, ?, ?, ?)";

struct Applied {
  std::int64_t number;
  std::string name, hash;
};

std::string hash_of(const Migration& step) { return hash_hex(HashKind::sha256, step.sql); }

// The applied steps must be the first ones of ours, word for word.
Result<void> check_applied(std::span<const Applied> applied, std::span<const Migration> ours) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const auto& row = applied[i];
    if (i >= ours.size()) {
      return fail(Code::conflict, "store.newer",
                  {fmt::format("数据库由更新版本的程序建立（第 {} 步 {}，本程序只到第 {} 步），请使用新版本", row.number, row.name, ours.size()),
                   fmt::format("the database belongs to a newer version (step {} {}, this one knows {}): use that version", row.number, row.name, ours.size())});
    }
    if (row.number != ours[i].number || row.hash != hash_of(ours[i])) {
      return fail(Code::conflict, "store.migration_changed",
                  {fmt::format("数据库的第 {} 步（{}）与本程序的不同，本程序不是由该数据库的程序升级而来", row.number, row.name),
                   fmt::format("step {} ({}) of the database is not the one of this program: it does not continue the program that made the database",
                               row.number, row.name)});
    }
  }
  return {};
}

Result<void> apply(Connection& db, const Migration& step, TimeMs now) {
  TRY_VOID(db.run(std::string(step.sql)));
  TRY_VOID(db.execute(kInsert, std::array<Cell, 4>{std::int64_t{step.number}, std::string(step.name), hash_of(step), now}));
  return {};
}

}  // namespace

Result<void> migrate(Connection& db, std::span<const Migration> migrations, TimeMs now) {
  TRY_VOID(db.run(kCreateTable));
  TRY(const auto applied, db.all(kSelect, [](const Row& row) { return Applied{row.integer(0), row.string(1), row.string(2)}; }));
  TRY_VOID(check_applied(applied, migrations));
  for (const auto& step : migrations.subspan(applied.size())) {
    TRY_VOID(db.run("BEGIN IMMEDIATE"));
    auto done = apply(db, step, now);
    if (done) done = db.run("COMMIT");
    if (!done) {
      if (db.in_transaction()) (void)db.run("ROLLBACK");
      auto error = std::move(done).error();
      error.detail.zh = fmt::format("升级数据库第 {} 步（{}）失败：{}", step.number, step.name, error.detail.zh);
      error.detail.en = fmt::format("step {} ({}) of the schema failed: {}", step.number, step.name, error.detail.en);
      return fail(std::move(error));
    }
  }
  return {};
}

}  // namespace jiaoji::store
