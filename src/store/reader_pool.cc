#include "store/reader_pool.h"

#include <algorithm>

#include <sqlite3.h>

namespace jiaoji::store {

Result<std::unique_ptr<Connection>> open_reader(const std::string& path) {
  // Not SQLITE_OPEN_READONLY: a reader of a write-ahead log keeps its mark in the shared index.
  TRY(auto connection, Connection::open(path, Connection::Mode::read_write));
  // Closing the last connection must not write: only the writing thread judges the outcome of a sync.
  sqlite3_db_config(connection->raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  TRY_VOID(connection->run("PRAGMA query_only = ON; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0"));
  return connection;
}

Result<std::unique_ptr<ReaderPool>> ReaderPool::open(const std::string& path, int connections) {
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < std::max(1, connections); ++i) {
    TRY(auto connection, open_reader(path));
    idle.push_back(std::move(connection));
  }
  return std::unique_ptr<ReaderPool>(new ReaderPool(std::move(idle)));
}

Result<void> ReaderPool::read(const std::function<Result<void>(Reader&)>& read) {
  // Gives the connection back, its snapshot ended, also when `read` throws.
  struct Borrowed {
    ReaderPool& pool;
    std::unique_ptr<Connection> connection;
    ~Borrowed() {
      if (connection->in_transaction()) (void)connection->run("ROLLBACK");
      {
        std::lock_guard lock(pool.mutex_);
        pool.idle_.push_back(std::move(connection));
      }
      pool.returned_.notify_one();
    }
  };
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty(); });
    connection = std::move(idle_.back());  // the last used first: its cache is warm
    idle_.pop_back();
  }
  Borrowed borrowed{*this, std::move(connection)};
  TRY_VOID(borrowed.connection->execute("BEGIN"));
  return read(*borrowed.connection);
}

}  // namespace jiaoji::store
