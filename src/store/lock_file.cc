#include "store/lock_file.h"

#include <array>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace jiaoji::store {

namespace {

constexpr std::array<std::string_view, 3> kStates{"none", "open", "closed"};

// "1234 open\n"
struct Content {
  std::string pid;
  LockFile::State state = LockFile::State::none;
};

Content read_content(int fd) {
  char bytes[64];
  const auto got = pread(fd, bytes, sizeof bytes, 0);
  const std::string_view text(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
  Content content{std::string(text.substr(0, text.find(' ')))};
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (text.ends_with(fmt::format(" {}\n", kStates[i]))) content.state = static_cast<LockFile::State>(i);
  }
  return content;
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& database) {
  auto path = database + ".lock";
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) return fail(file_error(path));
  const bool locked = flock(file.get(), LOCK_EX | LOCK_NB) == 0;
  const auto content = read_content(file.get());
  if (!locked) {
    const auto pid = content.pid.empty() ? std::string("?") : content.pid;
    return fail(Code::conflict, "store.held", {fmt::format("数据库 {} 正由进程 {} 使用：请在它的网页或 API 上操作，或先停止它", database, pid),
                                               fmt::format("the database {} is in use by process {}: use its page or API, or stop it first", database, pid)});
  }
  LockFile lock(std::move(path), std::move(file), content.state);
  TRY_VOID(lock.mark(content.state));  // our pid
  TRY_VOID(sync_folder(database));
  return lock;
}

// One line of fixed length, written over the old one: well within a sector, so a power cut leaves the old or the new.
Result<void> LockFile::put(State state) {
  const auto line = fmt::format("{:<10} {:>6}\n", getpid(), kStates[static_cast<std::size_t>(state)]);
  if (pwrite(file_.get(), line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) return fail(file_error(path_));
  return {};
}

Result<void> LockFile::mark(State state) {
  TRY_VOID(put(state));
  if (fdatasync(file_.get()) != 0) {
    auto error = file_error(path_);
    (void)put(state_);  // what could not be promised is taken back
    return fail(std::move(error));
  }
  state_ = state;
  return {};
}

}  // namespace jiaoji::store
