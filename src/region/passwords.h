// Passwords and sign-in attempts.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"

namespace jiaoji::region {

// Argon2id with 64 MiB and three passes (OWASP's minimum: 19 MiB and two). At most `at_once` run at the same time, and
// no more than 64 wait, so that a flood of sign-ins takes neither the memory nor the processors of everybody else.
class Passwords {
 public:
  explicit Passwords(int at_once = 2) : free_(at_once) {}
  Result<std::string> hash(std::string_view password);
  // True when it fits. A `stored` of "" takes as long as a real one and never fits: an unknown login answers like a
  // wrong password. `unavailable` when too many wait.
  Result<bool> fits(std::string_view password, const std::string& stored);

 private:
  Result<void> enter();
  void leave();
  std::mutex mutex_;
  std::condition_variable ready_;
  int free_, waiting_ = 0;
};

// 10 to 128 characters, not the login, not one of the commonest (profile "asvs": length and no composition rules,
// OWASP ASVS 5.0, 6.2). The whole value counts, whatever its length.
Result<void> check_password(std::string_view password, std::string_view login, std::string_view pointer);

// Counts failures for each login and each address; within `window` more than `per_login` or `per_address` are refused
// before the password is looked at, the right one too. Kept in memory, at most 100,000 keys; a restart forgets.
class Attempts {
 public:
  struct Limits {
    int per_login = 10, per_address = 200;
    TimeMs window = 15 * 60'000;
  };
  Attempts(Limits limits, const Clock& clock) : limits_(limits), clock_(clock) {}
  bool allowed(const std::string& login, const std::string& address);
  void failed(const std::string& login, const std::string& address);
  void succeeded(const std::string& login);

 private:
  int recent(const std::string& key);
  const Limits limits_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<TimeMs>> failures_;
};

}  // namespace jiaoji::region
