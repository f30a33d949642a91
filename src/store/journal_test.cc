// The journal: what is hashed, and that no change to it goes unseen.
#include "store/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "store/connection.h"
#include "store/testing.h"

namespace jiaoji::store {
namespace {

constexpr const char* kColumns[] = {"at", "actor", "city", "action", "subject", "before", "after", "request", "previous", "hash"};

Entry entry_number(int i) {
  return {.actor = "acc_" + std::to_string(i % 7), .city = i % 2 ? "jinan" : "qingdao", .action = "listing.changed",
          .subject = "lst_" + std::to_string(i), .before = "{\"quantity\":" + std::to_string(i) + "}",
          .after = "{\"quantity\":" + std::to_string(i + 1) + ",\"title\":\"减速机\"}", .request = "req_" + std::to_string(i)};
}

class JournalTest : public testing::Test {
 protected:
  void fill(int entries, Options given = {}) {
    auto db = store_.open(std::move(given));
    for (int i = 0; i < entries; ++i) {
      db->write_async(
          [this, i](Writer& w) {
            store_.clock.advance(1);
            return w.journal(entry_number(i));
          },
          [](Result<void> outcome) { EXPECT_TRUE(outcome); });
    }
  }
  // Around the store, as somebody with the file in hand would.
  std::unique_ptr<Connection> hand() { return *Connection::open(store_.path(), Connection::Mode::read_write); }
  Verdict verify(Reader& db) {
    auto verdict = verify_journal(db, {});
    return verdict ? *verdict : Verdict{.broken = -1, .reason = verdict.error().detail};
  }

  TestStore store_;
};

TEST(HashTest, IsTheStandardOne) {
  EXPECT_EQ(hash_hex(HashKind::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4, example 1
  EXPECT_EQ(hash_hex(HashKind::sm3, "abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");     // GB/T 32905-2016, A.1
}

RC_GTEST_PROP(CanonicalTest, NoTwoEntriesShareTheirBytes, (std::array<std::string, 3> a, std::array<std::string, 3> b)) {
  const Entry one{.actor = a[0], .city = a[1], .action = a[2]}, other{.actor = b[0], .city = b[1], .action = b[2]};
  RC_ASSERT((canonical(one) == canonical(other)) == (a == b));
}

TEST(CanonicalTest, MovingALetterOverABorderChangesTheBytes) {
  EXPECT_NE(canonical({.actor = "ab", .city = "c"}), canonical({.actor = "a", .city = "bc"}));
  EXPECT_NE(canonical({.before = "x"}), canonical({.after = "x"}));
}

TEST_F(JournalTest, AnUntouchedJournalVerifies) {
  fill(2'500);
  std::vector<double> shares;
  auto verdict = verify_sqlite(store_.path(), [&](double share) { shares.push_back(share); });
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->entries, 2'500);
  EXPECT_EQ(verdict->broken, 0);
  EXPECT_THAT(shares, testing::ElementsAre(0.4, 0.8, 1));
}

TEST_F(JournalTest, AnEmptyJournalVerifies) {
  fill(0);
  EXPECT_EQ(verify(*hand()).broken, 0);
}

TEST_F(JournalTest, KeepsItsHashWhateverTheSettingOfALaterRun) {
  fill(3, {.journal_hash = HashKind::sm3});
  fill(3, {.journal_hash = HashKind::sha256});
  auto db = hand();
  EXPECT_EQ(verify(*db).entries, 6);
  EXPECT_EQ(verify(*db).broken, 0);
  auto kind = db->first("SELECT value FROM setting WHERE key = 'journal.hash'", [](const Row& row) { return row.string(0); });
  EXPECT_EQ(kind->value(), "sm3");
}

// The promise of RELIABILITY: 1,000 flips of a bit in stored journal bytes, each named with its entry.
TEST_F(JournalTest, NamesTheEntryOfEachOfAThousandFlippedBits) {
  constexpr int kEntries = 60, kFlips = 1'000;
  fill(kEntries);
  auto db = hand();
  std::mt19937 random(1);
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (int flip = 0; flip < kFlips; ++flip) {
    const auto seq = static_cast<std::int64_t>(pick(kEntries) + 1);
    const std::string column = kColumns[pick(std::size(kColumns))];
    auto value = *db->first("SELECT CAST(" + column + " AS TEXT) FROM journal WHERE seq = ?", [](const Row& row) { return row.string(0); }, {seq});
    const auto original = *value;
    auto& byte = (*value)[pick(value->size())];
    byte = static_cast<char>(byte ^ 1 << pick(8));
    ASSERT_TRUE(db->run("BEGIN"));
    ASSERT_TRUE(db->execute("UPDATE journal SET " + column + " = ? WHERE seq = ?", std::array<Cell, 2>{*value, seq}));
    const auto verdict = verify(*db);
    ASSERT_EQ(verdict.broken, seq) << column << ": " << original << " → " << *value;
    ASSERT_FALSE(verdict.reason.zh.empty());
    ASSERT_TRUE(db->run("ROLLBACK"));
  }
  EXPECT_EQ(verify(*db).broken, 0);
}

TEST_F(JournalTest, NamesWhereEntriesWereRemovedInsertedOrSwapped) {
  const struct {
    const char* name;
    const char* sql;
    std::int64_t broken;
  } rows[] = {
      {"the first removed", "DELETE FROM journal WHERE seq = 1", 1},
      {"one in the middle removed", "DELETE FROM journal WHERE seq = 5", 5},
      {"the last removed", "DELETE FROM journal WHERE seq = 10", 10},
      {"the tail cut", "DELETE FROM journal WHERE seq > 6", 7},
      {"all removed", "DELETE FROM journal", 1},
      {"removed and renumbered", "DELETE FROM journal WHERE seq = 5; UPDATE journal SET seq = seq - 1 WHERE seq > 5", 5},
      {"two swapped", "UPDATE journal SET seq = 100 WHERE seq = 3; UPDATE journal SET seq = 3 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 100", 3},
      {"one invented at the end", "INSERT INTO journal SELECT 11, at, actor, city, action, subject, before, after, request, hash, hash FROM journal WHERE seq = 10", 11},
      {"the recorded end moved back", "UPDATE setting SET value = '9 ' || (SELECT hash FROM journal WHERE seq = 9) WHERE key = 'journal.head'", 10},
      {"the recorded end removed", "DELETE FROM setting WHERE key = 'journal.head'", -1},
      {"the kind of hash changed", "UPDATE setting SET value = 'sm3' WHERE key = 'journal.hash'", 1},
  };
  fill(10);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto db = hand();
    ASSERT_TRUE(db->run("BEGIN"));
    ASSERT_TRUE(db->run(row.sql));
    EXPECT_EQ(verify(*db).broken, row.broken);
    ASSERT_TRUE(db->run("ROLLBACK"));
  }
}

TEST_F(JournalTest, ABrokenTailIsNotWrittenOn) {
  fill(10);
  ASSERT_TRUE(hand()->run("UPDATE journal SET after = '{}' WHERE seq = 8"));
  auto opened = store_.try_open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().key, "store.journal_broken");
  EXPECT_THAT(opened.error().detail.en, testing::HasSubstr("entry 8"));
}

TEST_F(JournalTest, AChangeThatFailedLeavesNoGap) {
  auto db = store_.open();
  for (int i = 0; i < 9; ++i) {
    (void)db->write([i](Writer& w) -> Result<void> {
      TRY_VOID(w.journal(entry_number(i)));
      if (i % 3 == 0) return fail(Code::conflict, "test.no", {"不", "no"});
      return {};
    });
  }
  EXPECT_EQ(journal_length(*db), 6);
  EXPECT_EQ(broken_entry(*db), 0);
}

}  // namespace
}  // namespace jiaoji::store
