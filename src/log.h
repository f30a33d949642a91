// The log: one JSON line an event, to standard error or a file, written behind the request's back.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace jiaoji {

class Log {
 public:
  // "-" standard error, "" nothing, else a file, which is appended to.
  static Result<std::shared_ptr<Log>> open(const std::string& target);
  virtual ~Log() = default;
  virtual void line(const std::string& json) = 0;   // never blocks on the disk: dropped when 8,192 lines wait
};

}  // namespace jiaoji
