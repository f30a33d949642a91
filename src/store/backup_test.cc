// Backup and restore: whole under load, and nothing flipped gets through.
#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

Result<void> write_pair(Writer& w, int i) {
  TRY_VOID(set(w, "left." + std::to_string(i), std::string(static_cast<std::size_t>(i % 500), 'x')));
  TRY_VOID(w.journal({.action = "test", .subject = std::to_string(i)}));
  return set(w, "right." + std::to_string(i), "");
}

class BackupTest : public testing::Test {
 protected:
  std::string restore(const std::string& name) {
    auto done = restore_sqlite(store_.path(name), store_.path());
    return done ? "done" : done.error().key;
  }
  TestStore store_;
};

TEST_F(BackupTest, RestoresWhatWasBackedUpAndKeepsTheOldFile) {
  auto db = store_.open();
  ASSERT_TRUE(db->write([](Writer& w) { return set(w, "a", "then"); }));
  std::vector<double> shares;
  ASSERT_TRUE(db->backup(store_.path("a.backup"), [&](double share) { shares.push_back(share); }));
  EXPECT_TRUE(std::ranges::is_sorted(shares));
  EXPECT_EQ(shares.back(), 1);
  ASSERT_TRUE(db->write([](Writer& w) { return set(w, "a", "later"); }));
  EXPECT_EQ(restore("a.backup"), "store.held") << "not under a running server";
  db.reset();
  EXPECT_EQ(restore("a.backup"), "done");
  EXPECT_EQ(get(*store_.open(), "a"), "then");
  std::filesystem::rename(store_.path("test.db.before-restore"), store_.path());
  EXPECT_EQ(get(*store_.open(), "a"), "later");
}

// Each backup is taken while four clients write, then restored elsewhere: every row has its twin and its entry.
TEST_F(BackupTest, IsWholeAndVerifiedWhileTheDatabaseIsWrittenTo) {
  auto db = store_.open({.checkpoint_pages = 50});
  std::atomic<bool> stop = false;
  std::atomic<int> next = 0;
  std::vector<std::jthread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&] {
      while (!stop && next < 20'000) EXPECT_TRUE(db->write([i = next++](Writer& w) { return write_pair(w, i); }));
    });
  }
  for (int round = 0; round < 20; ++round) {
    const auto name = "b" + std::to_string(round);
    const int before = static_cast<int>(journal_length(*db));
    ASSERT_TRUE(db->backup(store_.path(name), {}));
    ASSERT_TRUE(restore_sqlite(store_.path(name), store_.path("copy.db")));
    auto copy = *open_sqlite({.path = store_.path("copy.db"), .clock = &store_.clock});
    EXPECT_GE(journal_length(*copy), before) << "what was acknowledged before the backup began is in it";
    EXPECT_EQ(count_settings(*copy), 2 * journal_length(*copy));
    EXPECT_EQ(broken_entry(*copy), 0);
  }
  stop = true;
}

TEST_F(BackupTest, RefusesABackupWithAnyBitFlipped) {
  {
    auto db = store_.open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(db->write([i](Writer& w) { return write_pair(w, i); }));
    ASSERT_TRUE(db->backup(store_.path("whole"), {}));
  }
  const auto whole = store_.bytes("whole"), before = store_.bytes("test.db");
  std::mt19937 random(1);
  for (int flip = 0; flip < 300; ++flip) {
    auto bytes = whole;
    auto& byte = bytes[std::uniform_int_distribution<std::size_t>(0, bytes.size() - 1)(random)];
    byte = static_cast<char>(byte ^ 1 << flip % 8);
    store_.put("flipped", bytes);
    ASSERT_EQ(restore("flipped"), "store.backup_damaged") << flip;
  }
  EXPECT_EQ(store_.bytes("test.db"), before);
  EXPECT_EQ(restore("whole"), "done");
}

TEST_F(BackupTest, RefusesWhatIsNoBackup) {
  {
    auto db = store_.open();
    ASSERT_TRUE(db->backup(store_.path("whole"), {}));
  }
  const auto whole = store_.bytes("whole");
  store_.put("empty", "");
  store_.put("cut", whole.substr(0, whole.size() / 2));
  store_.put("text", std::string(10'000, 'x'));
  for (const char* name : {"empty", "cut", "text", "test.db"}) EXPECT_EQ(restore(name), "store.backup_damaged") << name;
  EXPECT_EQ(restore("nowhere"), "store.no_file");
}

TEST_F(BackupTest, NeverOverwritesAFile) {
  auto db = store_.open();
  store_.put("precious", "x");
  auto outcome = db->backup(store_.path("precious"), {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().key, "store.file_exists");
  EXPECT_EQ(store_.bytes("precious"), "x");
  EXPECT_FALSE(db->backup(store_.path(), {}));
  EXPECT_FALSE(db->backup(store_.path("no/folder"), {}));
}

TEST_F(BackupTest, RestoresWhereTheDatabaseIsGone) {
  ASSERT_TRUE(store_.open()->backup(store_.path("whole"), {}));
  std::filesystem::remove(store_.path());
  EXPECT_FALSE(store_.try_open());
  EXPECT_EQ(restore("whole"), "done");
  EXPECT_TRUE(store_.try_open());
}

}  // namespace
}  // namespace jiaoji::store
