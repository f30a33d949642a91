#include "store/connection.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <sqlite3.h>

namespace jiaoji::store {

namespace {

constexpr std::size_t kPreparedMax = 256;             // statements kept by one connection
constexpr int kSavepointMemory = 120 << 10;           // bytes of undo data before a change spills into a temporary file
constexpr int kBusyTimeoutMs = 5'000;

// Savepoints write undo data, in memory at first. The limit is also the size of the pieces that are spilled, and must stay below
// 128 KiB: SQLite's unix layer writes `size & 0x1ffff` bytes at once, so a piece of 16 MiB wrote nothing and came back as
// "disk is full" (seen at 246,000 listings).
void configure_once() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kSavepointMemory); });
}

class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double number(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* bytes = sqlite3_column_text(statement_, column);
    if (!bytes) return {};
    return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  bool null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

 private:
  sqlite3_stmt* statement_;
};

int bind_cell(sqlite3_stmt* statement, int position, const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return sqlite3_bind_int64(statement, position, *whole);
  if (const auto* number = std::get_if<double>(&cell)) return sqlite3_bind_double(statement, position, *number);
  if (const auto* text = std::get_if<std::string>(&cell))
    return sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  return sqlite3_bind_null(statement, position);
}

}  // namespace

// The cells stay the caller's until the statement is reset, so they are bound without a copy.
class Connection::Lease {
 public:
  Lease(Connection& connection, std::string_view sql) {
    auto found = connection.prepared_.find(sql);
    if (found == connection.prepared_.end() || found->second.in_use) {
      // A statement that is in use (a query inside the rows of the same query) gets a twin that is not kept.
      const bool keep = found == connection.prepared_.end();
      if (keep && connection.prepared_.size() >= kPreparedMax) connection.forget_idle_statements();
      code_ = sqlite3_prepare_v3(connection.db_, sql.data(), static_cast<int>(sql.size()), keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement_, nullptr);
      if (code_ != SQLITE_OK || !keep || !statement_) return;
      found = connection.prepared_.emplace(std::string(sql), Prepared{statement_}).first;
    }
    kept_ = &found->second;
    kept_->in_use = true;
    statement_ = kept_->statement;
  }
  ~Lease() {
    if (kept_) {
      sqlite3_reset(statement_);
      sqlite3_clear_bindings(statement_);
      kept_->in_use = false;
    } else {
      sqlite3_finalize(statement_);
    }
  }
  Lease(const Lease&) = delete;
  bool ok() const { return code_ == SQLITE_OK && statement_; }
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
  Prepared* kept_ = nullptr;
  int code_ = SQLITE_OK;
};

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  configure_once();
  const int flags = mode == Mode::read_only ? SQLITE_OPEN_READONLY
                    : mode == Mode::read_write ? SQLITE_OPEN_READWRITE
                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Connection> connection(new Connection(raw));
  if (code != SQLITE_OK) {
    const std::string reason = raw ? sqlite3_errmsg(raw) : "out of memory";
    return fail(Code::unavailable, "store.cannot_open",
                {fmt::format("无法打开数据库 {}：{}", path, reason), fmt::format("cannot open the database {}: {}", path, reason)});
  }
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, prepared] : prepared_) sqlite3_finalize(prepared.statement);
  sqlite3_close_v2(db_);
}

Result<void> Connection::each(std::string_view sql, std::span<const Cell> parameters, const std::function<bool(const Row&)>& row) {
  Lease lease(*this, sql);
  if (!lease.ok()) return failed();
  TRY_VOID(bind(lease.get(), parameters, sql));
  for (;;) {
    const int code = sqlite3_step(lease.get());
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return failed();
    if (row(StatementRow(lease.get()))) continue;
    // A statement that writes and is left early commits here, and that may fail (PRAGMA journal_mode is one).
    if (sqlite3_reset(lease.get()) != SQLITE_OK) return failed();
    return {};
  }
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Cell> parameters) {
  TRY_VOID(each(sql, parameters, [](const Row&) { return true; }));
  return sqlite3_changes64(db_);
}

Result<void> Connection::run(const std::string& statements) {
  if (sqlite3_exec(db_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failed();
  return {};
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

Damage Connection::take_damage() { return std::exchange(damage_, Damage::none); }

Result<void> Connection::bind(sqlite3_stmt* statement, std::span<const Cell> parameters, std::string_view sql) {
  const int wanted = sqlite3_bind_parameter_count(statement);
  if (wanted != static_cast<int>(parameters.size())) {
    return fail(Code::internal, "store.sql", {fmt::format("语句需要 {} 个参数，得到 {} 个：{}", wanted, parameters.size(), sql),
                                              fmt::format("the statement takes {} parameters and got {}: {}", wanted, parameters.size(), sql)});
  }
  for (int i = 0; i < wanted; ++i) {
    if (bind_cell(statement, i + 1, parameters[static_cast<std::size_t>(i)]) != SQLITE_OK) return failed();
  }
  return {};
}

std::unexpected<Error> Connection::failed() {
  const int code = sqlite3_extended_errcode(db_);
  damage_ = std::max(damage_, damage_of(code));
  return fail(sqlite_error(code, sqlite3_errmsg(db_)));
}

void Connection::forget_idle_statements() {
  std::erase_if(prepared_, [](auto& item) {
    if (item.second.in_use) return false;
    sqlite3_finalize(item.second.statement);
    return true;
  });
}

Result<std::int64_t> Reader::integer(std::string_view sql, const std::vector<Cell>& parameters) {
  TRY(auto found, first(sql, [](const Row& row) { return row.integer(0); }, parameters));
  return found.value_or(0);
}

}  // namespace jiaoji::store
