// The thread that lets timers of cases fire when they are due.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "casework/service.h"

namespace jiaoji::casework {

class Timers {
 public:
  // Looks every second; what is due is fired at once, however long the server was down. `complain` hears what could not be read or written.
  Timers(store::Database& db, Service& casework, std::function<void(const Error&)> complain);
  ~Timers();

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace jiaoji::casework
