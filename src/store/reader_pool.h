// The reading connections. Each read has one to itself and sees one snapshot; more reads than connections wait their turn.
#pragma once

#include <condition_variable>
#include <mutex>

#include "store/connection.h"

namespace jiaoji::store {

class ReaderPool {
 public:
  static Result<std::unique_ptr<ReaderPool>> open(const std::string& path, int connections);
  Result<void> read(const std::function<Result<void>(Reader&)>& read);

 private:
  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> idle) : idle_(std::move(idle)) {}

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// A connection that only reads, and leaves the write-ahead log alone.
Result<std::unique_ptr<Connection>> open_reader(const std::string& path);

}  // namespace jiaoji::store
