#include "store/files.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jiaoji::store {

namespace {

constexpr std::size_t kChunk = 1 << 20;

Result<void> sync_path(const std::string& path, int flags) {
  const Descriptor file(open(path.c_str(), flags | O_CLOEXEC));
  if (!file.ok() || fsync(file.get()) != 0) return fail(file_error(path));
  return {};
}

Result<void> write_all(int fd, const char* bytes, std::size_t size, const std::string& path) {
  while (size > 0) {
    const auto written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(file_error(path));
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

}  // namespace

Error file_error(const std::string& path) {
  const int number = errno;
  const char* reason = std::strerror(number);
  const Code code = number == ENOENT ? Code::not_found : Code::unavailable;
  return {code, number == ENOENT ? "store.no_file" : "store.file_failed", {fmt::format("{}：{}", path, reason), fmt::format("{}: {}", path, reason)}};
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool file_exists(const std::string& path) { return file_size(path) >= 0; }

std::int64_t file_size(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_size : -1;
}

Result<void> sync_file(const std::string& path) { return sync_path(path, O_RDONLY); }

Result<void> sync_folder(const std::string& path_in_it) { return sync_path(folder_of(path_in_it), O_RDONLY | O_DIRECTORY); }

Result<void> move_file(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) return fail(file_error(from));
  return sync_folder(to);
}

Result<void> copy_file(const std::string& from, const std::string& to, std::int64_t bytes, const std::function<void(double)>& progress) {
  const Descriptor in(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.ok()) return fail(file_error(from));
  const Descriptor out(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out.ok()) return fail(file_error(to));
  std::vector<char> chunk(kChunk);
  for (std::int64_t done = 0; done < bytes;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(bytes - done, static_cast<std::int64_t>(kChunk)));
    const auto got = ::read(in.get(), chunk.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(file_error(from));
    TRY_VOID(write_all(out.get(), chunk.data(), static_cast<std::size_t>(got), to));
    done += got;
    if (progress) progress(static_cast<double>(done) / static_cast<double>(bytes));
  }
  if (fsync(out.get()) != 0) return fail(file_error(to));
  return {};
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace jiaoji::store
