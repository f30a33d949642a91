#include "casework/service_timers.h"

namespace jiaoji::casework {

namespace {

constexpr auto kLookEvery = std::chrono::seconds(1);
constexpr int kAtOnce = 1'000;

}  // namespace

Timers::Timers(store::Database& db, Service& casework, std::function<void(const Error&)> complain) {
  thread_ = std::thread([this, &db, &casework, complain = std::move(complain)] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      const auto fired = casework.fire_due(db, kAtOnce);
      if (!fired) complain(fired.error());
      if (const auto started = casework.start_due_cases(db, kAtOnce); !started) complain(started.error());
      if (const auto expired = casework.expire_messages(db); !expired) complain(expired.error());
      lock.lock();
      if (fired && *fired == kAtOnce) continue;
      stop_.wait_for(lock, kLookEvery, [this] { return stopping_; });
    }
  });
}

Timers::~Timers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

}  // namespace jiaoji::casework
