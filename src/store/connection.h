// One connection to a SQLite file: statements that are prepared once, cells bound and read, errors as values.
// All of SQLite's statement interface is used in connection.cc only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/sqlite_error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace jiaoji::store {

// Used by one thread at a time.
class Connection final : public Reader {
 public:
  enum class Mode { read_only, read_write, create };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection() override;
  Connection(const Connection&) = delete;

  Result<void> each(std::string_view sql, std::span<const Cell> parameters, const std::function<bool(const Row&)>& row) override;
  // Returns the number of rows changed.
  Result<std::int64_t> execute(std::string_view sql, std::span<const Cell> parameters = {});
  // Several statements without parameters, neither prepared nor kept: a migration, a pragma.
  Result<void> run(const std::string& statements);

  bool in_transaction() const;
  // The worst damage since the last call: a change may have swallowed the error, its group must not.
  Damage take_damage();
  sqlite3* raw() const { return db_; }

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  class Lease;  // a statement taken from the cache, reset and given back at the end of its scope

  explicit Connection(sqlite3* db) : db_(db) {}
  Result<void> bind(sqlite3_stmt* statement, std::span<const Cell> parameters, std::string_view sql);
  std::unexpected<Error> failed();
  void forget_idle_statements();

  sqlite3* db_;
  std::map<std::string, Prepared, std::less<>> prepared_;
  Damage damage_ = Damage::none;
};

}  // namespace jiaoji::store
