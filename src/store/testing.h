// For tests: a store in a folder of its own, and the shortest ways to write and read a value.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "base/clock.h"
#include "store/database.h"

namespace jiaoji::store {

// A folder that is gone with the test, and a clock that stands still.
class TestStore {
 public:
  static constexpr TimeMs kStart = 1'780'000'000'000;

  TestStore() {
    auto pattern = (std::filesystem::temp_directory_path() / "jiaoji-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TestStore() { std::filesystem::remove_all(folder_); }
  TestStore(const TestStore&) = delete;

  std::string path(const std::string& name = "test.db") const { return folder_ / name; }

  Options options(Options given = {}) const {
    given.path = path();
    given.clock = &clock;
    return given;
  }
  Result<std::unique_ptr<Database>> try_open(Options given = {}) { return open_sqlite(options(std::move(given))); }
  std::unique_ptr<Database> open(Options given = {}) {
    auto db = try_open(std::move(given));
    if (!db) throw std::runtime_error(db.error().detail.en);
    return *std::move(db);
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) names.push_back(file.path().filename());
    return names;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(const std::string& name, const std::string& bytes) const { std::ofstream(path(name), std::ios::binary) << bytes; }

  mutable ManualClock clock{kStart};

 private:
  std::filesystem::path folder_;
};

// Keeps the writing thread inside a change until released, so that what is submitted meanwhile makes one group.
class Held {
 public:
  explicit Held(Database& db) {
    db.write_async(
        [this](Writer&) -> Result<void> {
          std::unique_lock lock(mutex_);
          inside_ = true;
          changed_.notify_all();
          changed_.wait(lock, [&] { return released_; });
          return {};
        },
        [this](Result<void>) {
          std::lock_guard lock(mutex_);
          answered_ = true;
          changed_.notify_all();
        });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_; });
  }
  ~Held() {
    release();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answered_; });
  }
  void release() {
    std::lock_guard lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool inside_ = false, released_ = false, answered_ = false;
};

inline Result<void> set(Writer& w, const std::string& key, const std::string& value) {
  TRY_VOID(w.execute("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", {key, value}));
  return {};
}

inline std::string get(Database& db, const std::string& key) {
  auto value = db.read_as<std::optional<std::string>>([&](Reader& r) {
    return r.first("SELECT value FROM setting WHERE key = ?", [](const Row& row) { return row.string(0); }, {key});
  });
  return value && *value ? **value : "";
}

// Settings other than the store's own.
inline std::int64_t count_settings(Database& db) {
  return *db.read_as<std::int64_t>([](Reader& r) { return r.integer("SELECT COUNT(*) FROM setting WHERE key NOT LIKE 'journal.%'"); });
}
inline std::int64_t journal_length(Database& db) {
  return *db.read_as<std::int64_t>([](Reader& r) { return r.integer("SELECT COUNT(*) FROM journal"); });
}
inline std::int64_t broken_entry(Database& db) {
  return db.read_as<Verdict>([](Reader& r) { return verify_journal(r, {}); })->broken;
}

}  // namespace jiaoji::store
