#include "base/ids.h"

#include <cctype>
#include <mutex>

#include <fmt/format.h>
#include <sodium.h>

namespace jiaoji {

std::string new_id(std::string_view prefix, const Clock& clock) {
  // RFC 9562 method 1: the 12 bits behind the version count ids of one millisecond, so that order is kept.
  static std::mutex mutex;
  static TimeMs last = 0;
  static unsigned counter = 0;
  TimeMs now;
  unsigned count;
  {
    std::lock_guard lock(mutex);
    now = std::max(clock.now(), last);
    counter = now == last ? counter + 1 : 0;
    if (counter > 0xfff) ++now, counter = 0;
    last = now;
    count = counter;
  }
  unsigned char random[8];
  randombytes_buf(random, sizeof random);
  random[0] = static_cast<unsigned char>((random[0] & 0x3f) | 0x80);
  const auto ms = static_cast<std::uint64_t>(now);
  return fmt::format("{}_{:08x}-{:04x}-7{:03x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}", prefix, ms >> 16, ms & 0xffff, count,
                     random[0], random[1], random[2], random[3], random[4], random[5], random[6], random[7]);
}

bool is_id(std::string_view text, std::string_view prefix) {
  if (text.size() != prefix.size() + 37 || !text.starts_with(prefix) || text[prefix.size()] != '_') return false;
  const auto uuid = text.substr(prefix.size() + 1);
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = uuid[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0'), hex(bytes * 2 + 1, '\0');
  randombytes_buf(raw.data(), raw.size());
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  hex.pop_back();
  return hex;
}

}  // namespace jiaoji
