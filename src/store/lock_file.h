// `<database>.lock`: who holds the database, and whether there should be one.
//
// The lock itself is the kernel's (flock) and ends with the process, however it ends. The file's text outlives it: the
// pid, and the state of the database, so that a file that went missing is told from one that never was.
#pragma once

#include <string>

#include "store/files.h"

namespace jiaoji::store {

class LockFile {
 public:
  enum class State {
    none,    // no database was made yet
    open,    // a server has it, or ended without closing it: file and write-ahead log belong together
    closed,  // the file alone holds everything
  };

  // Refused with `store.held` when another process has it.
  static Result<LockFile> take(const std::string& database);
  State state() const { return state_; }
  Result<void> mark(State state);  // durable; the old state stands when it fails

 private:
  LockFile(std::string path, Descriptor file, State state) : path_(std::move(path)), file_(std::move(file)), state_(state) {}
  Result<void> put(State state);

  std::string path_;
  Descriptor file_;
  State state_;
};

}  // namespace jiaoji::store
