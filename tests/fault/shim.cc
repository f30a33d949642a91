// Loaded with LD_PRELOAD: records what a process does to the files of one folder, and makes the disk fail when asked.
//
//   FAULT_TRACE   the trace to append to
//   FAULT_FOLDER  the folder, as realpath names it; -shm files are left out (they are mapped memory, rebuilt at opening)
//   FAULT_SYNC_US how long a sync takes; none is real, since the power cut is not either
//   FAULT_FAIL    "sync:7:EIO", "write:7:ENOSPC", "write:7+40:EIO" (from the 7th, 40 times); "sync:7:LIE",
//                 "write:7:LIE" and "folder:1+999:LIE" say that it was done, though nothing was
//
// A sync is recorded with the point where it began: a write that another thread made meanwhile is not covered by it.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <mutex>
#include <string>

#include "trace.h"

namespace {

using jiaoji::fault::Record;
using jiaoji::fault::What;

constexpr std::uint32_t kFolder = UINT32_MAX;  // "file number" of a descriptor of the folder itself

template <class F>
F* real(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
}

struct Fault {
  std::string call;
  long first = 0, count = 0, seen = 0;
  int error = 0;  // 0: lie
};

struct State {
  std::mutex mutex;
  int trace = -1;
  std::string folder;
  long sync_us = 0;
  Fault fault;
  std::uint64_t records = 0;
  std::uint32_t files = 0;
  std::map<std::string, std::uint32_t> names;
  std::map<int, std::uint32_t> open;

  State() {
    const auto text = [](const char* name) { return std::string(getenv(name) ? getenv(name) : ""); };
    folder = text("FAULT_FOLDER");
    sync_us = atol(text("FAULT_SYNC_US").c_str());
    trace = static_cast<int>(syscall(SYS_openat, AT_FDCWD, text("FAULT_TRACE").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    parse_fault(text("FAULT_FAIL"));
    continue_trace(text("FAULT_TRACE"));
  }

  // A second process on the same folder goes on with the numbers of the first.
  void continue_trace(const std::string& path) {
    const int in = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY | O_CLOEXEC));
    Record record;
    while (syscall(SYS_read, in, &record, sizeof record) == static_cast<long>(sizeof record)) {
      ++records;
      std::string content(record.length, '\0');
      if (record.length > 0 && syscall(SYS_read, in, content.data(), content.size()) != static_cast<long>(content.size())) abort();
      follow_name(record, content);
    }
    syscall(SYS_close, in);
  }

  void follow_name(const Record& record, const std::string& content) {
    if (record.what == What::create) {
      names[content] = record.file;
      files = record.file + 1;
    }
    if (record.what == What::unlink) names.erase(content);
    if (record.what != What::rename) return;
    const auto middle = content.find('\0');
    names[content.substr(middle + 1)] = names[content.substr(0, middle)];
    names.erase(content.substr(0, middle));
  }

  void parse_fault(const std::string& text) {
    if (text.empty()) return;
    const auto colon = text.find(':'), last = text.rfind(':');
    fault.call = text.substr(0, colon);
    const auto range = text.substr(colon + 1, last - colon - 1);
    const auto plus = range.find('+');
    fault.first = atol(range.c_str());
    fault.count = plus == range.npos ? 1 : atol(range.c_str() + plus + 1);
    const auto error = text.substr(last + 1);
    fault.error = error == "EIO" ? EIO : error == "ENOSPC" ? ENOSPC : 0;
  }

  // The name inside the folder; empty when the path is elsewhere or not of interest.
  std::string name_of(const char* path) const {
    if (strncmp(path, folder.c_str(), folder.size()) != 0 || path[folder.size()] != '/') return {};
    const std::string name(path + folder.size() + 1);
    return name.ends_with("-shm") ? "" : name;
  }

  void record(Record record, const void* bytes = nullptr, std::size_t length = 0) {
    record.length = static_cast<std::uint32_t>(length);
    std::string all(reinterpret_cast<const char*>(&record), sizeof record);
    if (length) all.append(static_cast<const char*>(bytes), length);
    if (syscall(SYS_write, trace, all.data(), all.size()) != static_cast<long>(all.size())) abort();
    ++records;
  }

  // True when this call is to fail (or to lie).
  bool fails(const char* call) {
    if (fault.call != call) return false;
    ++fault.seen;
    return fault.seen >= fault.first && fault.seen < fault.first + fault.count;
  }
};

State& state() {
  static auto* const the_state = new State;  // never destroyed: calls come until the very end
  return *the_state;
}

int opened(int fd, const char* path, bool existed) {
  auto& s = state();
  if (fd < 0) return fd;
  const std::lock_guard lock(s.mutex);
  s.open.erase(fd);
  if (s.folder == path) s.open[fd] = kFolder;
  const auto name = s.name_of(path);
  if (name.empty()) return fd;
  auto known = s.names.find(name);
  if (!existed || known == s.names.end()) {
    known = s.names.insert_or_assign(name, s.files++).first;
    s.record({.what = What::create, .file = known->second}, name.data(), name.size());
  }
  s.open[fd] = known->second;
  return fd;
}

int open_through(const char* symbol, const char* path, int flags, mode_t mode) {
  struct stat info;
  const bool existed = stat(path, &info) == 0;
  return opened(real<int(const char*, int, ...)>(symbol)(path, flags, mode), path, existed);
}

// The file's number, or nothing when the descriptor is not of the folder.
const std::uint32_t* traced(State& s, int fd) {
  const auto found = s.open.find(fd);
  return found == s.open.end() ? nullptr : &found->second;
}

ssize_t write_through(int fd, const void* bytes, std::size_t length, off64_t offset, bool at_offset) {
  auto& s = state();
  const std::lock_guard lock(s.mutex);
  const auto* file = traced(s, fd);
  if (file && s.fails("write")) return s.fault.error ? (errno = s.fault.error, -1) : static_cast<ssize_t>(length);
  if (file && !at_offset) offset = lseek64(fd, 0, SEEK_CUR);
  const auto done = at_offset ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
  if (file && done > 0) s.record({.what = What::write, .file = *file, .offset = static_cast<std::uint64_t>(offset)}, bytes, static_cast<std::size_t>(done));
  return done;
}

int sync_through(int fd) {
  auto& s = state();
  std::uint64_t mark = 0;
  {
    const std::lock_guard lock(s.mutex);
    if (!traced(s, fd)) return 0;
    mark = s.records;
  }
  const timespec pause{0, s.sync_us * 1000};
  nanosleep(&pause, nullptr);
  const std::lock_guard lock(s.mutex);
  const auto* file = traced(s, fd);
  if (!file) return 0;
  if (*file == kFolder) {
    if (!s.fails("folder")) s.record({.what = What::folder_sync, .mark = mark});
    return 0;
  }
  const bool fails = s.fails("sync");
  s.record({.what = fails ? What::sync_failed : What::sync, .file = *file, .mark = mark});
  if (fails && s.fault.error) return errno = s.fault.error, -1;
  return 0;
}

int truncate_through(int fd, off64_t length) {
  auto& s = state();
  const std::lock_guard lock(s.mutex);
  const int done = static_cast<int>(syscall(SYS_ftruncate, fd, length));
  const auto* file = traced(s, fd);
  if (file && done == 0) s.record({.what = What::truncate, .file = *file, .offset = static_cast<std::uint64_t>(length)});
  return done;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = va_arg(rest, mode_t);
  va_end(rest);
  return open_through("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = va_arg(rest, mode_t);
  va_end(rest);
  return open_through("open64", path, flags, mode);
}
int close(int fd) {
  {
    auto& s = state();
    const std::lock_guard lock(s.mutex);
    s.open.erase(fd);
  }
  return static_cast<int>(syscall(SYS_close, fd));
}
ssize_t write(int fd, const void* bytes, std::size_t length) { return write_through(fd, bytes, length, 0, false); }
ssize_t pwrite(int fd, const void* bytes, std::size_t length, off_t offset) { return write_through(fd, bytes, length, offset, true); }
ssize_t pwrite64(int fd, const void* bytes, std::size_t length, off64_t offset) { return write_through(fd, bytes, length, offset, true); }
int ftruncate(int fd, off_t length) noexcept { return truncate_through(fd, length); }
int ftruncate64(int fd, off64_t length) noexcept { return truncate_through(fd, length); }
int fsync(int fd) { return sync_through(fd); }
int fdatasync(int fd) { return sync_through(fd); }

int unlink(const char* path) noexcept {
  auto& s = state();
  const std::lock_guard lock(s.mutex);
  const int done = static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
  const auto name = s.name_of(path);
  if (done == 0 && !name.empty()) {
    s.names.erase(name);
    s.record({.what = What::unlink}, name.data(), name.size());
  }
  return done;
}

int rename(const char* from, const char* to) noexcept {
  auto& s = state();
  const std::lock_guard lock(s.mutex);
  const int done = static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
  const auto old_name = s.name_of(from), new_name = s.name_of(to);
  if (done == 0 && !old_name.empty()) {
    s.names[new_name] = s.names[old_name];
    s.names.erase(old_name);
    const auto both = old_name + '\0' + new_name;
    s.record({.what = What::rename}, both.data(), both.size());
  }
  return done;
}

// The traced program calls this when it has told somebody that something is saved.
void fault_acknowledge(const char* text, std::size_t length) {
  auto& s = state();
  const std::lock_guard lock(s.mutex);
  s.record({.what = What::acknowledge}, text, length);
}
}
