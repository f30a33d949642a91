// Files as the store needs them: made durable, replaced in one step, copied whole.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace jiaoji::store {

// The error of the system call that just failed on `path` (errno).
Error file_error(const std::string& path);

std::string folder_of(const std::string& path);
bool file_exists(const std::string& path);
std::int64_t file_size(const std::string& path);  // -1 when there is none

Result<void> sync_file(const std::string& path);
// A new or renamed file is only sure to be found again when its folder is synced too.
Result<void> sync_folder(const std::string& path_in_it);
// Renames and makes the renaming durable.
Result<void> move_file(const std::string& from, const std::string& to);
// Copies the first `bytes` bytes of `from` into the new file `to` and syncs it. `progress` gets 0–1.
Result<void> copy_file(const std::string& from, const std::string& to, std::int64_t bytes, const std::function<void(double)>& progress);

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

}  // namespace jiaoji::store
