// Migrations: forward, whole, and never rewritten.
#include "store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

class MigrationsTest : public testing::Test {
 protected:
  std::vector<std::string> applied() {
    return *db_->all("SELECT name FROM migration ORDER BY number", [](const Row& row) { return row.string(0); });
  }
  std::string outcome(std::span<const Migration> steps) {
    auto done = migrate(*db_, steps, TestStore::kStart);
    return done ? "done" : done.error().key;
  }

  TestStore store_;
  std::unique_ptr<Connection> db_ = *Connection::open(store_.path(), Connection::Mode::create);
  const Migration one_{1, "one", "CREATE TABLE one (id INTEGER); CREATE TABLE more (id INTEGER);"};
  const Migration two_{2, "two", "INSERT INTO one (id) VALUES (1);"};
};

TEST_F(MigrationsTest, AppliesEachStepOnceAndInOrder) {
  EXPECT_EQ(outcome(std::array{one_}), "done");
  EXPECT_EQ(outcome(std::array{one_, two_}), "done");
  EXPECT_EQ(outcome(std::array{one_, two_}), "done");
  EXPECT_THAT(applied(), testing::ElementsAre("one", "two"));
  EXPECT_EQ(*db_->integer("SELECT COUNT(*) FROM one"), 1);
}

TEST_F(MigrationsTest, RefusesADatabaseOfANewerProgram) {
  ASSERT_EQ(outcome(std::array{one_, two_}), "done");
  EXPECT_EQ(outcome(std::array{one_}), "store.newer");
}

TEST_F(MigrationsTest, RefusesAStepThatWasEditedAfterwards) {
  ASSERT_EQ(outcome(std::array{one_}), "done");
  EXPECT_EQ(outcome(std::array{Migration{1, "one", "CREATE TABLE one (id INTEGER, extra INTEGER);"}, two_}), "store.migration_changed");
  EXPECT_THAT(applied(), testing::ElementsAre("one"));
}

TEST_F(MigrationsTest, AStepThatFailsLeavesNothingBehind) {
  const Migration broken{2, "broken", "CREATE TABLE half (id INTEGER); INSERT INTO nowhere (id) VALUES (1);"};
  EXPECT_EQ(outcome(std::array{one_, broken}), "store.sql");
  EXPECT_THAT(applied(), testing::ElementsAre("one"));
  EXPECT_EQ(*db_->integer("SELECT COUNT(*) FROM sqlite_master WHERE name = 'half'"), 0);
  EXPECT_EQ(outcome(std::array{one_, two_}), "done") << "the mended step applies";
}

// What stood before there were families is its own.
TEST_F(MigrationsTest, ACaseOfBeforeIsItsOwnFamily) {
  const auto all = embedded_migrations();
  ASSERT_EQ(outcome(all.first(9)), "done");
  ASSERT_TRUE(db_->execute("INSERT INTO cases (id, number, procedure, procedure_number, title, party, city, state, outcome, due_at, due, illustrative, opened_by, opened_at, closed_at, version) "
                           "VALUES ('cas_1', 'n', 'prc_1', 1, 't', '', '370100', '{}', 'running', 0, '', 0, '', 0, 0, 1)", {}));
  EXPECT_EQ(outcome(all), "done");
  EXPECT_THAT(*db_->all("SELECT family || result FROM cases", [](const Row& row) { return row.string(0); }), testing::ElementsAre("cas_1"));
}

TEST_F(MigrationsTest, TheEmbeddedOnesAreNumberedWithoutGaps) {
  int due = 1;
  for (const auto& step : embedded_migrations()) EXPECT_EQ(step.number, due++);
  EXPECT_EQ(embedded_migrations().front().name, "store");
  EXPECT_EQ(outcome(embedded_migrations()), "done");
}

}  // namespace
}  // namespace jiaoji::store
