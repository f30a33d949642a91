#include "region/passwords.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "base/text.h"

namespace jiaoji::region {

namespace {
constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 64u << 20;
constexpr int kWaitingMax = 64;
constexpr std::size_t kKeysMax = 100'000;
}  // namespace

Result<void> Passwords::enter() {
  std::unique_lock lock(mutex_);
  if (waiting_ >= kWaitingMax) return fail(Code::unavailable, "account.sign_in_busy", {"同时登录的人太多，请稍后再试", "too many are signing in: try again shortly"});
  ++waiting_;
  ready_.wait(lock, [this] { return free_ > 0; });
  --waiting_;
  --free_;
  return {};
}

void Passwords::leave() {
  {
    std::lock_guard lock(mutex_);
    ++free_;
  }
  ready_.notify_one();
}

Result<std::string> Passwords::hash(std::string_view password) {
  TRY_VOID(enter());
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const int failed = crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13);
  leave();
  if (failed) return fail(Code::unavailable, "account.no_memory", {"内存不足，请稍后再试", "not enough memory: try again shortly"});
  return std::string(out.data());
}

Result<bool> Passwords::fits(std::string_view password, const std::string& stored) {
  // Of no password: the salt and hash are zeros, so nothing fits, in the time that a real one takes.
  static const std::string kNobody =
      "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  TRY_VOID(enter());
  const auto& against = stored.empty() ? kNobody : stored;
  const bool fit = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  leave();
  return fit && !stored.empty();
}

Result<void> check_password(std::string_view password, std::string_view login, std::string_view pointer) {
  const auto refuse = [&](std::string key, Text detail) { return fail(Code::invalid, key, detail, {Where{std::string(pointer), key, detail}}); };
  if (password.size() > 512 || !text::is_utf8(password) || password.find('\0') != std::string_view::npos || text::to_utf32(password).size() > 128)
    return refuse("password.too_long", {"密码最多 128 个字，不能含 NUL", "a password has at most 128 characters and no NUL"});
  if (text::to_utf32(password).size() < 10) return refuse("password.too_short", {"密码至少 10 个字", "a password has at least 10 characters"});
  static constexpr std::array kCommon = {"1234567890", "0123456789", "qwertyuiop", "password123", "password1234", "1q2w3e4r5t", "a123456789", "woaini1314", "0987654321"};
  const auto folded = text::fold_text(password);
  if (std::find(kCommon.begin(), kCommon.end(), folded) != kCommon.end() || folded == text::fold_text(login) ||
      std::all_of(folded.begin(), folded.end(), [&](char c) { return c == folded[0]; }))
    return refuse("password.too_common", {"这个密码太常见或与登录名相同，请换一个", "this password is too common or equals the login: choose another"});
  return {};
}

int Attempts::recent(const std::string& key) {
  const auto at = failures_.find(key);
  if (at == failures_.end()) return 0;
  while (!at->second.empty() && at->second.front() < clock_.now() - limits_.window) at->second.pop_front();
  const int count = static_cast<int>(at->second.size());
  if (count == 0) failures_.erase(at);
  return count;
}

bool Attempts::allowed(const std::string& login, const std::string& address) {
  std::lock_guard lock(mutex_);
  return recent("l:" + login) < limits_.per_login && recent("a:" + address) < limits_.per_address;
}

void Attempts::failed(const std::string& login, const std::string& address) {
  std::lock_guard lock(mutex_);
  if (failures_.size() > kKeysMax) failures_.clear();
  failures_["l:" + login].push_back(clock_.now());
  failures_["a:" + address].push_back(clock_.now());
}

void Attempts::succeeded(const std::string& login) {
  std::lock_guard lock(mutex_);
  failures_.erase("l:" + login);
}

}  // namespace jiaoji::region
