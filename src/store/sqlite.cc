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

}  // namespace

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
