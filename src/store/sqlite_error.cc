#include "store/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace jiaoji::store {

Damage damage_of(int code) {
  switch (code) {
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC: return Damage::process;
    default: break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT: return Damage::group;
    default: return Damage::none;
  }
}

namespace {

// "UNIQUE constraint failed: listing.id" → "listing.id"
std::string_view columns_of(std::string_view message) {
  const auto at = message.find(": ");
  return at == message.npos ? message : message.substr(at + 2);
}

Error constraint_error(int code, std::string_view message) {
  const auto columns = columns_of(message);
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {Code::conflict, "store.duplicate", {fmt::format("已存在相同的记录（{}）", columns), fmt::format("it exists already ({})", columns)}};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {Code::conflict, "store.reference", {"所引用的记录不存在，或仍被其他记录引用", "what it refers to does not exist, or is still referred to"}};
    default:
      return {Code::internal, "store.constraint", {fmt::format("数据不符合约束（{}）", columns), fmt::format("breaks a constraint ({})", columns)}};
  }
}

}  // namespace

Error sqlite_error(int code, std::string_view message) {
  if (damage_of(code) == Damage::process) return sync_failed();
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return constraint_error(code, message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::unavailable, "store.locked", {"数据库被其他进程占用，请稍后重试", "another process holds the database; try again"}};
    case SQLITE_FULL: return write_failed("the disk is full");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::internal, "store.damaged",
              {fmt::format("数据库文件已损坏（{}），请用备份恢复：jiaoji restore 备份文件", message),
               fmt::format("the database file is damaged ({}); put a backup in its place: jiaoji restore FILE", message)}};
    default: break;
  }
  if (damage_of(code) == Damage::group) return write_failed(fmt::format("{}, code {}", message, code));
  return {Code::internal, "store.sql", {fmt::format("数据库语句出错：{}", message), fmt::format("a statement failed: {}", message)}};
}

Error busy_error() {
  return {Code::unavailable, "store.busy", {"写入请求过多，请稍后重试", "too many changes are waiting; try again in a moment"}};
}

Error write_failed(std::string_view reason) {
  return {Code::unavailable, "store.write_failed",
          {fmt::format("写入失败（{}），没有保存任何内容，请稍后重试", reason),
           fmt::format("the change could not be written ({}); nothing of it was saved; try again", reason)}};
}

Error sync_failed() {
  return {Code::unavailable, "store.sync_failed",
          {"磁盘未能确认写入，服务器已停止接受修改；请检查磁盘后重新启动",
           "the disk did not confirm a write; this server takes no more changes: check the disk, then restart it"}};
}

}  // namespace jiaoji::store
