// The store: rows, transactions, and the journal, behind one interface that SQLite serves now and PostgreSQL later.
//
// One thread writes. It takes waiting changes in groups, runs each between savepoints, and commits the group with one
// sync; a change is answered when its group is durable and every follower has seen its journal entries. Readers have
// connections of their own and never wait. SQL is portable: `?` for parameters, no triggers, no vendor functions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/journal.h"

namespace jiaoji::store {

// What a column holds or a parameter binds. Yes/no is 0 or 1; hashes are hex text.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

// One row of an answer, valid inside the callback only. Columns count from 0; the readers are forgiving (NULL reads as
// 0 or "") except where `maybe_` is in the name.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::int64_t integer(int column) const = 0;
  virtual double number(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual bool null(int column) const = 0;
  std::string string(int column) const { return std::string(text(column)); }
  std::optional<std::string> maybe_string(int column) const { return null(column) ? std::nullopt : std::optional(string(column)); }
  std::optional<std::int64_t> maybe_integer(int column) const { return null(column) ? std::nullopt : std::optional(integer(column)); }
};

// A consistent view: everything read through one Reader comes from one snapshot.
class Reader {
 public:
  virtual ~Reader() = default;

  // Calls `row` for each row of the answer, in order, until it returns false.
  virtual Result<void> each(std::string_view sql, std::span<const Cell> parameters, const std::function<bool(const Row&)>& row) = 0;

  template <class To>
  auto all(std::string_view sql, To to, const std::vector<Cell>& parameters = {}) -> Result<std::vector<decltype(to(std::declval<const Row&>()))>> {
    std::vector<decltype(to(std::declval<const Row&>()))> rows;
    TRY_VOID(each(sql, parameters, [&](const Row& row) { rows.push_back(to(row)); return true; }));
    return rows;
  }
  // The first row, or nothing.
  template <class To>
  auto first(std::string_view sql, To to, const std::vector<Cell>& parameters = {}) -> Result<std::optional<decltype(to(std::declval<const Row&>()))>> {
    std::optional<decltype(to(std::declval<const Row&>()))> found;
    TRY_VOID(each(sql, parameters, [&](const Row& row) { found = to(row); return false; }));
    return found;
  }
  // One whole number (a count); 0 when there is no row.
  Result<std::int64_t> integer(std::string_view sql, const std::vector<Cell>& parameters = {});
};

// Inside one change. Nothing that is done through it is seen by anybody before the change is durable; a change that
// returns an error leaves nothing behind.
class Writer : public Reader {
 public:
  // Returns the number of rows changed. A breach of a unique key is `conflict` with key "store.duplicate".
  virtual Result<std::int64_t> execute(std::string_view sql, std::span<const Cell> parameters = {}) = 0;
  Result<std::int64_t> execute(std::string_view sql, const std::vector<Cell>& parameters) { return execute(sql, std::span<const Cell>(parameters)); }
  // Appends one entry to the journal, in the same transaction; fills in its number, time and hashes.
  virtual Result<void> journal(Entry entry) = 0;
  virtual TimeMs now() const = 0;
};

// A change of rows whose number nobody asks for.
inline Result<void> done(const Result<std::int64_t>& rows) {
  if (!rows) return fail(rows.error());
  return {};
}

struct Options {
  std::string path;                    // the SQLite file; its folder must exist
  int readers = 4;                     // reading connections
  std::size_t queue_max = 10'000;      // changes waiting for the writer; more are refused: `unavailable`, "store.busy"
  std::size_t group_max = 256;         // changes in one commit
  int checkpoint_pages = 1'000;        // the write-ahead log goes back into the file when it holds as many pages
  HashKind journal_hash = HashKind::sha256;  // for a new journal; an existing one keeps its own
  std::string synchronous = "FULL";    // NORMAL only in the test that proves that FULL is needed
  const Clock* clock = nullptr;        // never null
};

using Change = std::function<Result<void>(Writer&)>;
// Sees the committed entries of a group, in order, on the writing thread, before the changes are answered. It must not
// throw: memory that lost step with the journal would answer wrongly, so that ends the process.
using Follower = std::function<void(std::span<const Entry>)>;

class Database {
 public:
  virtual ~Database() = default;

  // Runs `change` on the writing thread and waits until it is durable. Never call from inside a change.
  virtual Result<void> write(Change change) = 0;
  // The same without waiting: `done` is called on the writing thread (at once on the caller's when the queue is full).
  virtual void write_async(Change change, std::function<void(Result<void>)> done) = 0;
  // Runs `read` on one snapshot. Waits for a free connection.
  virtual Result<void> read(const std::function<Result<void>(Reader&)>& read) = 0;
  // Registers before the first write.
  virtual void follow(Follower follower) = 0;
  // A whole and verified copy while the database is written to. `progress` gets 0–1.
  virtual Result<void> backup(const std::string& file, const std::function<void(double)>& progress) = 0;
  // False after a failed sync: from then on nothing is acknowledged until a restart (a failed fsync may have lost pages).
  virtual bool healthy() const = 0;

  template <class T>
  Result<T> write_as(std::function<Result<T>(Writer&)> change) {
    std::optional<T> value;
    TRY_VOID(write([&](Writer& w) -> Result<void> {
      auto outcome = change(w);
      if (!outcome) return std::unexpected(std::move(outcome).error());
      value = *std::move(outcome);
      return {};
    }));
    return *std::move(value);
  }
  template <class T>
  Result<T> read_as(const std::function<Result<T>(Reader&)>& query) {
    std::optional<T> value;
    TRY_VOID(read([&](Reader& r) -> Result<void> {
      auto outcome = query(r);
      if (!outcome) return std::unexpected(std::move(outcome).error());
      value = *std::move(outcome);
      return {};
    }));
    return *std::move(value);
  }
};

// Opens (or creates) the database, runs the migrations that are missing, checks the tail of the journal.
// Errors: the file is held by another server (`store.held`, names its pid), is newer than this binary (`store.newer`), is
// missing or damaged although there was one (`store.missing`, `store.damaged`), ends in a broken journal
// (`store.journal_broken`), cannot be written. A database that was there is never silently replaced by an empty one.
Result<std::unique_ptr<Database>> open_sqlite(const Options& options);

// The database at `path` for reading alone, also while a server holds it: needs no lock, and every write is refused
// (`store.read_only`). Errors: there is none (`store.missing`), it was made by another version (`store.other_version`).
Result<std::unique_ptr<Database>> open_sqlite_reader(const std::string& path);

// Walks the journal of the database at `path`, which a server may be serving: needs no lock and changes nothing.
Result<Verdict> verify_sqlite(const std::string& path, const std::function<void(double)>& progress);

// Puts a backup in place of the database at `path`, which no server may hold; verifies it first. The old file is kept
// beside it as `path.before-restore`.
Result<void> restore_sqlite(const std::string& backup, const std::string& path);

}  // namespace jiaoji::store
