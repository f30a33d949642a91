// One connection: what its statements report.
#include "store/connection.h"

#include <gtest/gtest.h>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

// Left after its first row, a statement commits when it is reset: the error must not be lost there. PRAGMA journal_mode
// was such a statement, and a server went on without its write-ahead log (fault.disk_sync found it).
TEST(ConnectionTest, AStatementThatIsLeftEarlyStillReportsThatItsCommitFailed) {
  TestStore store;
  auto db = *Connection::open(store.path(), Connection::Mode::create);
  ASSERT_TRUE(db->run("PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                      "CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"));
  auto outcome = db->first("INSERT INTO child (parent) VALUES (7) RETURNING parent", [](const Row& row) { return row.integer(0); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().key, "store.reference");
  EXPECT_EQ(*db->integer("SELECT COUNT(*) FROM child"), 0);
}

TEST(ConnectionTest, RemembersDamageOnceAndNotAMistake) {
  TestStore store;
  auto db = *Connection::open(store.path(), Connection::Mode::create);
  EXPECT_FALSE(db->run("SELECT nothing"));
  EXPECT_EQ(db->take_damage(), Damage::none);
  ASSERT_TRUE(db->run("CREATE TABLE t (x TEXT); PRAGMA max_page_count = 4"));
  EXPECT_FALSE(db->execute("INSERT INTO t (x) VALUES (?)", std::array<Cell, 1>{std::string(100'000, 'x')}));
  EXPECT_EQ(db->take_damage(), Damage::group);
  EXPECT_EQ(db->take_damage(), Damage::none);
}

}  // namespace
}  // namespace jiaoji::store
