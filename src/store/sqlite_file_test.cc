// Opening: who holds the database, and every way in which its file can be missing or wrong. Nothing is ever begun empty
// where there was something, and a refusal changes no file.
#include "store/sqlite_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

using testing::HasSubstr;

class SqliteFileTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_.open()->write([](Writer& w) -> Result<void> {
      TRY_VOID(set(w, "a", "1"));
      return w.journal({.action = "test"});
    }));
  }
  std::string key_of_opening() {
    auto db = store_.try_open();
    detail_ = db ? "" : db.error().detail.en;
    return db ? "opened" : db.error().key;
  }
  void remove(const std::string& name) { std::filesystem::remove(store_.path(name)); }
  // Leaves the files as a process that was killed leaves them: the last write stands in the log only.
  void crash() {
    const auto child = fork();
    if (child == 0) {
      auto db = store_.try_open();
      const bool written = db && (*db)->write([](Writer& w) { return set(w, "a", "in the log"); });
      _exit(written ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
  }

  TestStore store_;
  std::string detail_;
};

TEST_F(SqliteFileTest, ASecondServerIsToldWhoHoldsTheDatabase) {
  auto first = store_.open();
  EXPECT_EQ(key_of_opening(), "store.held");
  EXPECT_THAT(detail_, HasSubstr("process " + std::to_string(getpid())));
  first.reset();
  EXPECT_EQ(key_of_opening(), "opened");
}

TEST_F(SqliteFileTest, IsReadBesideAServerThatHoldsIt) {
  EXPECT_EQ(open_sqlite_reader(store_.path("none")).error().key, "store.missing");
  auto db = store_.open();
  ASSERT_TRUE(db->write([](Writer& w) { return w.journal({.actor = "a", .action = "b.c", .subject = "d"}); }));
  const auto reader = open_sqlite_reader(store_.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(*(*reader)->read_as<std::int64_t>([](Reader& r) { return r.integer("SELECT count(*) FROM journal WHERE action = 'b.c'"); }), 1);
  EXPECT_EQ((*reader)->write([](Writer&) { return Result<void>(); }).error().key, "store.read_only");
  ASSERT_TRUE(db->write([](Writer& w) { return w.journal({.actor = "a", .action = "b.c", .subject = "e"}); }));
  EXPECT_EQ(*(*reader)->read_as<std::int64_t>([](Reader& r) { return r.integer("SELECT count(*) FROM journal WHERE action = 'b.c'"); }), 2);
}

TEST_F(SqliteFileTest, TakesUpTheLogOfAProcessThatDied) {
  crash();
  EXPECT_EQ(get(*store_.open(), "a"), "in the log");
}

TEST_F(SqliteFileTest, RefusesWithoutTheLogOfAProcessThatDied) {
  crash();
  remove("test.db-wal");
  EXPECT_EQ(key_of_opening(), "store.missing");
  EXPECT_THAT(detail_, HasSubstr("-wal is gone"));
  remove("test.db.lock");  // what the message says to do to give the changes up
  EXPECT_EQ(key_of_opening(), "opened");
  EXPECT_EQ(get(*store_.open(), "a"), "1");
}

TEST_F(SqliteFileTest, RefusesToStartAfreshWhenTheFileIsGone) {
  remove("test.db");
  EXPECT_EQ(key_of_opening(), "store.missing");
  EXPECT_FALSE(std::filesystem::exists(store_.path()));
  remove("test.db.lock");
  EXPECT_EQ(key_of_opening(), "opened");
}

TEST_F(SqliteFileTest, RefusesToStartAfreshBesideALog) {
  crash();
  remove("test.db");
  remove("test.db.lock");
  EXPECT_EQ(key_of_opening(), "store.missing");
}

TEST_F(SqliteFileTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  const auto whole = store_.bytes("test.db");
  auto other_program = whole;
  other_program.replace(68, 4, std::string(4, '\0'));
  const struct {
    const char* name;
    std::string bytes;
    const char* says;
  } rows[] = {
      {"empty", "", "is empty"},
      {"cut within its header", whole.substr(0, 50), "cut short"},
      {"zeros", std::string(whole.size(), '\0'), "not a SQLite database"},
      {"text", std::string(4096, 'x'), "not a SQLite database"},
      {"of another program", other_program, "another program"},
      {"cut in the middle", whole.substr(0, whole.size() / 2), "damaged"},
      {"zeros behind the header", whole.substr(0, 100) + std::string(whole.size() - 100, '\0'), "damaged"},
  };
  for (const auto& row : rows) {
    for (const bool with_lock : {true, false}) {
      SCOPED_TRACE(row.name);
      if (!with_lock) remove("test.db.lock");
      store_.put("test.db", row.bytes);
      EXPECT_EQ(key_of_opening(), "store.damaged");
      EXPECT_THAT(detail_, HasSubstr(row.says));
      EXPECT_THAT(detail_, HasSubstr("jiaoji restore"));
      EXPECT_EQ(store_.bytes("test.db"), row.bytes);
    }
  }
}

TEST_F(SqliteFileTest, RefusesADatabaseOfANewerProgram) {
  {
    auto hand = *Connection::open(store_.path(), Connection::Mode::read_write);
    ASSERT_TRUE(hand->run("INSERT INTO migration (number, name, hash, applied_at) VALUES (9999, 'future', '', 0)"));
  }
  EXPECT_EQ(key_of_opening(), "store.newer");
  EXPECT_THAT(detail_, HasSubstr("future"));
}

TEST_F(SqliteFileTest, CleansUpACreationThatWasCutShort) {
  for (const char* name : {"test.db", "test.db.lock"}) remove(name);
  store_.put("test.db.new", "half");
  EXPECT_EQ(key_of_opening(), "opened");
  EXPECT_FALSE(std::filesystem::exists(store_.path("test.db.new")));
}

TEST_F(SqliteFileTest, SaysWhenItsFolderIsMissing) {
  auto db = open_sqlite({.path = store_.path("no/such/folder.db"), .clock = &store_.clock});
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().key, "store.no_file");
}

}  // namespace
}  // namespace jiaoji::store
