// open_sqlite: puts the writing thread, the reading connections and the lock together.
#include <cassert>

#include "store/backup.h"
#include "store/group_writer.h"
#include "store/migrations.h"
#include "store/reader_pool.h"
#include "store/sqlite_file.h"

namespace jiaoji::store {

namespace {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, LockFile lock, std::unique_ptr<ReaderPool> readers, std::unique_ptr<GroupWriter> writer)
      : path_(std::move(path)), lock_(std::move(lock)), readers_(std::move(readers)), writer_(std::move(writer)) {}

  ~SqliteDatabase() override {
    readers_.reset();  // first: the log is only emptied when nobody reads from it
    if (writer_->stop() && lock_.mark(LockFile::State::closed)) writer_->let_log_go();
  }

  Result<void> write(Change change) override { return writer_->submit_and_wait(std::move(change)); }
  void write_async(Change change, std::function<void(Result<void>)> done) override { writer_->submit(std::move(change), std::move(done)); }
  Result<void> read(const std::function<Result<void>(Reader&)>& read) override { return readers_->read(read); }
  void follow(Follower follower) override { writer_->follow(std::move(follower)); }
  Result<void> backup(const std::string& file, const std::function<void(double)>& progress) override {
    return backup_sqlite(path_, file, progress);
  }
  bool healthy() const override { return writer_->healthy(); }

 private:
  std::string path_;
  LockFile lock_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<GroupWriter> writer_;
};

class ReadOnlyDatabase final : public Database {
 public:
  ReadOnlyDatabase(std::string path, std::unique_ptr<ReaderPool> readers) : path_(std::move(path)), readers_(std::move(readers)) {}

  Result<void> write(Change) override { return refused(); }
  void write_async(Change, std::function<void(Result<void>)> done) override { done(refused()); }
  Result<void> read(const std::function<Result<void>(Reader&)>& read) override { return readers_->read(read); }
  void follow(Follower) override {}
  Result<void> backup(const std::string& file, const std::function<void(double)>& progress) override { return backup_sqlite(path_, file, progress); }
  bool healthy() const override { return true; }

 private:
  static Result<void> refused() { return fail(Code::unavailable, "store.read_only", {"只读打开，不能写入", "opened for reading: nothing can be written"}); }
  std::string path_;
  std::unique_ptr<ReaderPool> readers_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite_reader(const std::string& path) {
  if (!file_exists(path)) return fail(Code::not_found, "store.missing", {"没有数据库 " + path + "：请检查 --data；新建用 jiaoji serve 或 jiaoji sample", "there is no database " + path + ": check --data; jiaoji serve or jiaoji sample makes one"});
  TRY_VOID(check_header(path));
  TRY(auto readers, ReaderPool::open(path, 2));
  std::int64_t step = 0;
  TRY_VOID(readers->read([&](Reader& db) -> Result<void> {
    TRY(step, db.integer("SELECT max(number) FROM migration"));
    return {};
  }));
  if (step != std::ssize(embedded_migrations()))
    return fail(Code::conflict, "store.other_version", {"数据库属于另一个版本：请用同一版本的程序", "the database belongs to another version: use the program of that version"});
  return std::make_unique<ReadOnlyDatabase>(path, std::move(readers));
}

Result<std::unique_ptr<Database>> open_sqlite(const Options& options) {
  assert(options.clock);
  const auto& path = options.path;
  TRY(auto lock, LockFile::take(path));
  TRY_VOID(check_nothing_is_missing(path, lock.state()));
  if (!file_exists(path)) TRY_VOID(create_database(path, options.journal_hash, options.clock->now()));
  TRY_VOID(check_header(path));
  TRY(auto connection, open_for_writing(path, options.synchronous));
  TRY_VOID(migrate(*connection, embedded_migrations(), options.clock->now()));
  TRY(auto chain, load_chain(*connection));
  TRY(auto readers, ReaderPool::open(path, options.readers));
  TRY_VOID(lock.mark(LockFile::State::open));
  auto writer = std::make_unique<GroupWriter>(std::move(connection), std::move(chain), options);
  return std::make_unique<SqliteDatabase>(path, std::move(lock), std::move(readers), std::move(writer));
}

Result<Verdict> verify_sqlite(const std::string& path, const std::function<void(double)>& progress) {
  TRY(auto db, open_reader(path));
  TRY_VOID(db->execute("BEGIN"));
  return verify_journal(*db, progress);
}

}  // namespace jiaoji::store
