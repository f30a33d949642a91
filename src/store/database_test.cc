// The database as its users see it: changes that stand or fall alone, groups, followers, readers, limits.
#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

using testing::ElementsAre;

class DatabaseTest : public testing::Test {
 protected:
  TestStore store_;
};

TEST_F(DatabaseTest, ReadsWhatWasWritten) {
  auto db = store_.open();
  ASSERT_TRUE(db->write([](Writer& w) { return set(w, "a", "1"); }));
  EXPECT_EQ(get(*db, "a"), "1");
}

TEST_F(DatabaseTest, KeepsWhatWasWrittenOverARestart) {
  ASSERT_TRUE(store_.open()->write([](Writer& w) { return set(w, "a", "1"); }));
  EXPECT_EQ(get(*store_.open(), "a"), "1");
}

TEST_F(DatabaseTest, LeavesOneFileAndItsLockWhenItIsClosed) {
  ASSERT_TRUE(store_.open()->write([](Writer& w) { return set(w, "a", "1"); }));
  EXPECT_THAT(store_.files(), testing::UnorderedElementsAre("test.db", "test.db.lock"));
}

TEST_F(DatabaseTest, ReadsEveryKindOfCell) {
  auto db = store_.open();
  const std::string with_nul("a\0b", 3);
  const auto to_words = [](const Row& row) {
    return std::vector<std::string>{std::to_string(row.integer(0)), std::to_string(row.number(1)), row.string(2), row.null(3) ? "null" : "", row.string(3)};
  };
  auto words = db->read_as<std::vector<std::string>>([&](Reader& r) -> Result<std::vector<std::string>> {
    TRY(auto found, r.first("SELECT ?, ?, ?, ?", to_words, {std::int64_t{9007199254740993}, 0.5, with_nul, std::monostate{}}));
    return *found;
  });
  ASSERT_TRUE(words);
  EXPECT_THAT(*words, ElementsAre("9007199254740993", "0.500000", with_nul, "null", ""));
}

// The undo data of one change grew past what SQLite keeps in memory: its spilling must not be taken for a full disk.
TEST_F(DatabaseTest, TakesAChangeThatRewritesALot) {
  auto db = store_.open();
  const auto rewrite = [&](const std::string& word) {
    return db->write([&](Writer& w) -> Result<void> {
      for (int i = 0; i < 5'000; ++i) TRY_VOID(set(w, "row" + std::to_string(i), word + std::string(4'000, 'x')));
      return {};
    });
  };
  ASSERT_TRUE(rewrite("a"));
  const auto again = rewrite("b");
  ASSERT_TRUE(again) << again.error().detail.en;
  EXPECT_EQ(get(*db, "row4999").substr(0, 2), "bx");
}

TEST_F(DatabaseTest, LeavesNothingOfAChangeThatFails) {
  auto db = store_.open();
  auto outcome = db->write([](Writer& w) -> Result<void> {
    TRY_VOID(set(w, "a", "1"));
    TRY_VOID(w.journal({.action = "test", .subject = "a"}));
    return fail(Code::conflict, "test.no", {"不", "no"});
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().key, "test.no");
  EXPECT_EQ(get(*db, "a"), "");
  EXPECT_EQ(journal_length(*db), 0);
}

TEST_F(DatabaseTest, LeavesNothingOfAChangeThatThrows) {
  auto db = store_.open();
  auto outcome = db->write([](Writer& w) -> Result<void> {
    TRY_VOID(set(w, "a", "1"));
    throw std::runtime_error("bug");
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().key, "store.change_threw");
  EXPECT_EQ(get(*db, "a"), "");
  EXPECT_TRUE(db->write([](Writer& w) { return set(w, "b", "2"); }));
}

TEST_F(DatabaseTest, AFailedChangeTakesNothingFromItsNeighboursInTheGroup) {
  auto db = store_.open();
  std::vector<std::vector<std::string>> groups;
  db->follow([&](std::span<const Entry> entries) {
    groups.emplace_back();
    for (const auto& entry : entries) groups.back().push_back(entry.subject);
  });
  Held held(*db);  // the writing thread waits, so that the next five make one group
  std::vector<std::string> outcomes(5);
  std::latch answered(5);
  for (int i = 0; i < 5; ++i) {
    db->write_async(
        [i](Writer& w) -> Result<void> {
          const auto name = std::to_string(i);
          TRY_VOID(set(w, name, "here"));
          TRY_VOID(w.journal({.action = "test", .subject = name}));
          if (i % 2 == 1) return fail(Code::conflict, "test.odd", {"奇数", "odd"});
          return {};
        },
        [&, i](Result<void> outcome) {
          outcomes[static_cast<std::size_t>(i)] = outcome ? "done" : outcome.error().key;
          answered.count_down();
        });
  }
  held.release();
  answered.wait();
  EXPECT_THAT(outcomes, ElementsAre("done", "test.odd", "done", "test.odd", "done"));
  EXPECT_THAT(groups, ElementsAre(ElementsAre("0", "2", "4")));
  EXPECT_EQ(get(*db, "1"), "");
  EXPECT_EQ(get(*db, "4"), "here");
  EXPECT_EQ(broken_entry(*db), 0);
}

TEST_F(DatabaseTest, FollowersSeeEveryEntryInOrderBeforeTheChangeIsAnswered) {
  auto db = store_.open();
  std::vector<std::int64_t> seen;  // by the writing thread only, read after the last answer
  db->follow([&](std::span<const Entry> entries) {
    for (const auto& entry : entries) seen.push_back(entry.seq);
  });
  std::vector<std::jthread> clients;
  std::atomic<int> unseen = 0;
  std::atomic<std::int64_t> highest = 0;
  db->follow([&](std::span<const Entry> entries) { highest = entries.back().seq; });
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        std::int64_t mine = 0;
        ASSERT_TRUE(db->write([&](Writer& w) -> Result<void> {
          TRY_VOID(w.journal({.action = "test"}));
          TRY(mine, w.integer("SELECT MAX(seq) FROM journal"));
          return {};
        }));
        if (highest < mine) ++unseen;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(unseen, 0);
  ASSERT_EQ(seen.size(), 200u);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<std::int64_t>(i + 1));
}

TEST_F(DatabaseTest, AReaderSeesOneSnapshotFromItsFirstQueryOn) {
  auto db = store_.open();
  ASSERT_TRUE(db->write([](Writer& w) { return set(w, "a", "old"); }));
  ASSERT_TRUE(db->read([&](Reader& r) -> Result<void> {
    constexpr auto kSelect = "SELECT value FROM setting WHERE key = 'a'";
    const auto text = [](const Row& row) { return row.string(0); };
    EXPECT_EQ(r.first(kSelect, text)->value(), "old");
    EXPECT_TRUE(db->write([](Writer& w) { return set(w, "a", "new"); }));
    EXPECT_EQ(r.first(kSelect, text)->value(), "old");
    return {};
  }));
  EXPECT_EQ(get(*db, "a"), "new");
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
  auto db = store_.open();
  auto outcome = db->read([](Reader& r) -> Result<void> { return r.each("DELETE FROM setting", {}, [](const Row&) { return true; }); });
  EXPECT_FALSE(outcome);
}

TEST_F(DatabaseTest, TheSameQueryMayRunInsideItsOwnRows) {
  auto db = store_.open();
  ASSERT_TRUE(db->write([](Writer& w) -> Result<void> {
    TRY_VOID(set(w, "a", "1"));
    return set(w, "b", "2");
  }));
  int pairs = 0;
  ASSERT_TRUE(db->read([&](Reader& r) {
    constexpr auto kSelect = "SELECT key FROM setting WHERE key IN ('a', 'b')";
    return r.each(kSelect, {}, [&](const Row&) { return r.each(kSelect, {}, [&](const Row&) { return ++pairs > 0; }).has_value(); });
  }));
  EXPECT_EQ(pairs, 4);
}

TEST_F(DatabaseTest, NamesWhatIsWrongWithAStatement) {
  auto db = store_.open();
  const struct {
    const char* name;
    const char* sql;
    std::vector<Cell> cells;
    const char* key;
    Code code;
  } rows[] = {
      {"a twin", "INSERT INTO setting (key, value) VALUES ('journal.hash', '')", {}, "store.duplicate", Code::conflict},
      {"a missing value", "INSERT INTO setting (key, value) VALUES ('x', NULL)", {}, "store.constraint", Code::internal},
      {"no such table", "SELECT 1 FROM nowhere", {}, "store.sql", Code::internal},
      {"a parameter short", "SELECT ?", {}, "store.sql", Code::internal},
      {"a parameter too many", "SELECT 1", {std::int64_t{1}}, "store.sql", Code::internal},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto outcome = db->write([&](Writer& w) -> Result<void> {
      TRY_VOID(w.execute(row.sql, row.cells));
      return {};
    });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().key, row.key);
    EXPECT_EQ(outcome.error().code, row.code);
  }
}

TEST_F(DatabaseTest, ManyStatementsDoNotFillTheCache) {
  auto db = store_.open();
  ASSERT_TRUE(db->read([](Reader& r) -> Result<void> {
    for (int i = 0; i < 1'000; ++i) TRY_VOID(r.integer("SELECT " + std::to_string(i)));
    return {};
  }));
}

TEST_F(DatabaseTest, RefusesChangesBeyondTheQueueAtOnce) {
  auto db = store_.open({.queue_max = 3});
  Held held(*db);
  std::atomic<int> written = 0, busy = 0;
  std::latch answered(5);
  for (int i = 0; i < 5; ++i) {
    db->write_async([i](Writer& w) { return set(w, std::to_string(i), "x"); },
                    [&](Result<void> outcome) {
                      if (outcome) ++written;
                      if (!outcome && outcome.error().key == "store.busy") ++busy;
                      answered.count_down();
                    });
  }
  EXPECT_EQ(busy, 2) << "refused while the writer is still held";
  held.release();
  answered.wait();
  EXPECT_EQ(written, 3);
  EXPECT_TRUE(db->write([](Writer& w) { return set(w, "later", "x"); }));
}

TEST_F(DatabaseTest, FinishesWaitingChangesWhenItIsClosed) {
  std::atomic<int> written = 0;
  {
    auto db = store_.open();
    for (int i = 0; i < 500; ++i) {
      db->write_async([i](Writer& w) { return set(w, std::to_string(i), "x"); }, [&](Result<void> outcome) { written += outcome ? 1 : 0; });
    }
  }
  EXPECT_EQ(written, 500);
  EXPECT_EQ(count_settings(*store_.open()), 500);
}

TEST_F(DatabaseTest, StampsEntriesWithItsOwnClock) {
  auto db = store_.open();
  store_.clock.advance(5'000);
  ASSERT_TRUE(db->write([](Writer& w) { return w.journal({.action = "test"}); }));
  auto at = db->read_as<std::int64_t>([](Reader& r) { return r.integer("SELECT at FROM journal"); });
  EXPECT_EQ(*at, TestStore::kStart + 5'000);
}

}  // namespace
}  // namespace jiaoji::store
