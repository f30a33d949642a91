#include "store/backup.h"

#include <array>
#include <fstream>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/reader_pool.h"
#include "store/sqlite_file.h"

namespace jiaoji::store {

namespace {

constexpr int kPagesAStep = 256;
constexpr std::string_view kSealPrefix = "\njiaoji backup sha256 ";
constexpr std::size_t kSealSize = kSealPrefix.size() + 64 + 1;
constexpr std::size_t kChunk = 1 << 20;
// Shares of the work in the progress that is shown: copying, then checking.
constexpr double kCopyShare = 0.5, kJournalShare = 0.4;

std::unexpected<Error> unusable(const std::string& file, const Text& why) {
  return fail(Code::invalid, "store.backup_damaged",
              {fmt::format("备份文件 {} 不能使用：{}", file, why.zh), fmt::format("the backup {} cannot be used: {}", file, why.en)});
}

// SHA-256 of the first `bytes` bytes of `file`, as hex.
Result<std::string> hash_file(const std::string& file, std::int64_t bytes) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::vector<char> chunk(kChunk);
  while (bytes > 0) {
    const auto wanted = std::min<std::int64_t>(bytes, static_cast<std::int64_t>(kChunk));
    if (!in.read(chunk.data(), wanted)) return fail(file_error(file));
    EVP_DigestUpdate(context.get(), chunk.data(), static_cast<std::size_t>(wanted));
    bytes -= wanted;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

// Copies page by page through SQLite. The source keeps one snapshot: without it every commit meanwhile would start the
// copy over, and under steady load it would never end.
Result<void> copy_pages(const std::string& path, const std::string& to, const std::function<void(double)>& progress) {
  TRY(auto source, open_reader(path));
  TRY(auto target, Connection::open(to, Connection::Mode::create));
  TRY_VOID(source->execute("BEGIN"));
  TRY_VOID(source->integer("SELECT COUNT(*) FROM migration"));
  sqlite3_backup* copy = sqlite3_backup_init(target->raw(), "main", source->raw(), "main");
  if (!copy) return fail(sqlite_error(sqlite3_extended_errcode(target->raw()), sqlite3_errmsg(target->raw())));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    code = sqlite3_backup_step(copy, kPagesAStep);
    const double total = std::max(1, sqlite3_backup_pagecount(copy));
    progress(1 - sqlite3_backup_remaining(copy) / total);
  }
  sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) return fail(sqlite_error(code, sqlite3_errstr(code)));
  // One file, with nothing beside it; a server that opens it turns the write-ahead log on again.
  return target->run("PRAGMA journal_mode = DELETE");
}

// What a copy must be to stand for the database.
Result<void> check_content(const std::string& file, const std::function<void(double)>& progress) {
  TRY_VOID(check_header(file));
  TRY(auto db, Connection::open(file, Connection::Mode::read_only));
  auto sound = db->first("PRAGMA integrity_check(1)", [](const Row& row) { return row.string(0); });
  if (!sound) return unusable(file, sound.error().detail);
  if (*sound != "ok") return unusable(file, {fmt::format("数据库结构已损坏（{}）", sound->value_or("")), fmt::format("damaged structure ({})", sound->value_or(""))});
  TRY(const auto verdict, verify_journal(*db, progress));
  if (verdict.broken != 0) return unusable(file, verdict.reason);
  return {};
}

Result<void> seal(const std::string& file) {
  TRY(const auto hash, hash_file(file, file_size(file)));
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << kSealPrefix << hash << '\n';
  out.close();
  if (!out) return fail(file_error(file));
  return sync_file(file);
}

// The size of the database inside the backup, when its checksum is right.
Result<std::int64_t> check_seal(const std::string& file) {
  const auto size = file_size(file);
  if (size < 0) return fail(Code::not_found, "store.no_file", {fmt::format("没有文件 {}", file), fmt::format("there is no file {}", file)});
  const auto content = size - static_cast<std::int64_t>(kSealSize);
  std::string line(kSealSize, '\0');
  std::ifstream in(file, std::ios::binary);
  if (content <= 0 || !in.seekg(content) || !in.read(line.data(), static_cast<std::streamsize>(line.size())) || !line.starts_with(kSealPrefix)) {
    return unusable(file, {"不是 jiaoji backup 生成的文件，或不完整", "it was not made by jiaoji backup, or is cut short"});
  }
  TRY(const auto hash, hash_file(file, content));
  if (line.substr(kSealPrefix.size(), 64) != hash) return unusable(file, {"内容与其校验值不符", "its content does not match its checksum"});
  return content;
}

Result<void> make_verified_copy(const std::string& path, const std::string& to, const std::function<void(double)>& progress) {
  TRY_VOID(copy_pages(path, to, [&](double share) { progress(share * kCopyShare); }));
  TRY_VOID(check_content(to, [&](double share) { progress(kCopyShare + share * kJournalShare); }));
  TRY_VOID(seal(to));
  return {};
}

}  // namespace

Result<void> backup_sqlite(const std::string& path, const std::string& file, const std::function<void(double)>& progress) {
  if (file_exists(file)) {
    return fail(Code::conflict, "store.file_exists", {fmt::format("文件 {} 已存在，不会覆盖", file), fmt::format("{} exists and is not overwritten", file)});
  }
  const auto report = [&](double share) { if (progress) progress(share); };
  const auto partial = file + ".partial";
  unlink(partial.c_str());
  auto made = make_verified_copy(path, partial, report);
  if (made) made = move_file(partial, file);
  if (!made) unlink(partial.c_str());
  if (made) report(1);
  return made;
}

Result<void> restore_sqlite(const std::string& backup, const std::string& path) {
  TRY(auto lock, LockFile::take(path));
  TRY(const auto size, check_seal(backup));
  const auto restoring = path + ".restoring";
  TRY_VOID(copy_file(backup, restoring, size, {}));
  if (auto sound = check_content(restoring, {}); !sound) {
    unlink(restoring.c_str());
    return sound;
  }
  // The old file goes with its log, the log first: cut short between the two, the server refuses to start with half.
  for (const char* suffix : {"-wal", ""}) {
    if (file_exists(path + suffix)) TRY_VOID(move_file(path + suffix, path + ".before-restore" + suffix));
  }
  unlink((path + "-shm").c_str());
  TRY_VOID(move_file(restoring, path));
  return lock.mark(LockFile::State::closed);
}

}  // namespace jiaoji::store
