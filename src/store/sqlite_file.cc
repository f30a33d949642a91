#include "store/sqlite_file.h"

#include <array>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/journal_chain.h"
#include "store/migrations.h"

namespace jiaoji::store {

namespace {

constexpr std::size_t kHeader = 100;               // SQLite file format, 1.3: the database header
constexpr std::size_t kApplicationIdOffset = 68;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

std::unexpected<Error> damaged(const std::string& path, const Text& why) {
  return fail(Code::internal, "store.damaged",
              {fmt::format("数据库文件 {} {}。没有做任何改动。恢复备份：jiaoji restore 备份文件；要重新开始，请移走该文件及其 -wal、.lock 文件", path, why.zh),
               fmt::format("the database file {} {}. Nothing was changed. Put a backup in its place with jiaoji restore FILE, or move it and its -wal "
                           "and .lock files away to start afresh",
                           path, why.en)});
}

std::unexpected<Error> missing(const std::string& path, const std::string& witness) {
  return fail(Code::internal, "store.missing",
              {fmt::format("数据库文件 {} 不见了，但 {} 表明它曾经存在。恢复备份：jiaoji restore 备份文件；要重新开始，请删除 {}", path, witness, witness),
               fmt::format("the database file {} is gone, though {} shows that there was one. Put a backup in its place with jiaoji restore FILE, "
                           "or delete {} to start afresh",
                           path, witness, witness)});
}

Result<void> fill(const std::string& path, HashKind kind, TimeMs now) {
  TRY(auto db, Connection::open(path, Connection::Mode::create));
  // Nothing is synced on the way: the whole file is, before it gets its name.
  TRY_VOID(db->run(fmt::format("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA application_id = {}", kApplicationId)));
  TRY_VOID(migrate(*db, embedded_migrations(), now));
  return create_chain(*db, kind);
}

}  // namespace

Result<void> create_database(const std::string& path, HashKind kind, TimeMs now) {
  const auto fresh = path + ".new";
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) unlink((fresh + suffix).c_str());  // of a creation that was cut short
  TRY_VOID(fill(fresh, kind, now));
  TRY_VOID(sync_file(fresh));
  return move_file(fresh, path);
}

Result<void> check_header(const std::string& path) {
  const auto size = file_size(path);
  if (size == 0) return damaged(path, {"是空的", "is empty"});
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return fail(file_error(path));
  std::array<unsigned char, kHeader> header{};
  if (pread(file.get(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()))
    return damaged(path, {"不完整", "is cut short"});
  if (std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) return damaged(path, {"不是 SQLite 数据库", "is not a SQLite database"});
  std::int64_t application = 0;
  for (std::size_t i = 0; i < 4; ++i) application = application << 8 | header[kApplicationIdOffset + i];
  if (application != kApplicationId) return damaged(path, {"不是本程序的数据库", "belongs to another program"});
  return {};
}

Result<void> check_nothing_is_missing(const std::string& path, LockFile::State state) {
  const auto log = path + "-wal";
  if (!file_exists(path)) {
    if (state != LockFile::State::none) return missing(path, path + ".lock");
    if (file_size(log) > 0) return missing(path, log);
    return {};
  }
  // The log is durable in its folder before the state becomes `open`, and `closed` is written before it is removed.
  if (state == LockFile::State::open && !file_exists(log)) {
    return fail(Code::internal, "store.missing",
                {fmt::format("{} 不见了：上次运行没有正常结束，最近的修改只保存在该文件中。请把它放回原处，或恢复备份：jiaoji restore 备份文件；"
                             "若确认放弃这些修改，请删除 {}.lock",
                             log, path),
                 fmt::format("{} is gone: the last run did not end in order, and the latest changes stand only in that file. Put it back, or put a "
                             "backup in place with jiaoji restore FILE; to give those changes up, delete {}.lock",
                             log, path)});
  }
  return {};
}

Result<std::unique_ptr<Connection>> open_for_writing(const std::string& path, const std::string& synchronous) {
  TRY(auto db, Connection::open(path, Connection::Mode::read_write));
  TRY(const auto mode, db->first("PRAGMA journal_mode = WAL", [](const Row& row) { return row.string(0); }));
  if (mode != "wal") {
    return fail(Code::unavailable, "store.cannot_open",
                {"该磁盘不支持数据库的预写日志", "the disk does not support the database's write-ahead log"});
  }
  TRY_VOID(db->run(fmt::format("PRAGMA synchronous = {}; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536", synchronous)));
  // A run that met a failed sync left log pages that the kernel holds for clean although the disk never got them. Taking
  // the log into the file writes its pages anew and begins an empty log, so no later commit stands on lost ground.
  const int code = sqlite3_wal_checkpoint_v2(db->raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(code, sqlite3_errmsg(db->raw())));
  // The log is created by the first statement; from here on it will be found again.
  TRY_VOID(sync_folder(path));
  return db;
}

}  // namespace jiaoji::store
