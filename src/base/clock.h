// Time: always UTC, in milliseconds since 1970, always from an injected clock, so that no test sleeps.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace jiaoji {

using TimeMs = std::int64_t;  // milliseconds since 1970-01-01T00:00:00Z

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimeMs now() const override;
};

// A clock that a test sets.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs start) : now_(start) {}
  TimeMs now() const override { return now_; }
  void advance(TimeMs by) { now_ += by; }

 private:
  std::atomic<TimeMs> now_;
};

// "2026-11-20T08:30:00.000Z" (RFC 3339).
std::string format_time(TimeMs time);

// Days since 1970-01-01 of a calendar date "2026-11-20"; -1 << 31 when it is not a date (2026-02-30 is not).
constexpr std::int32_t kNoDay = INT32_MIN;
std::int32_t parse_day(std::string_view iso);
std::string format_day(std::int32_t days);

}  // namespace jiaoji
