// Jobs: taken up when durable, watched, cancelled, and run again after a restart.
#include "store/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "store/testing.h"

namespace jiaoji::store {
namespace {

using Runner = Run;  // testing::Test has a Run of its own

constexpr int kLongMs = 20'000;  // ends a test that would hang; none waits that long when it passes

class JobsTest : public testing::Test {
 protected:
  // A job that ran to one of the end states.
  Job finished(Database& db, Jobs& jobs, const std::string& id) {
    std::uint64_t version = 0;
    for (;;) {
      version = jobs.wait_news(id, version, kLongMs);
      auto job = db.read_as<Job>([&](Reader& r) { return jobs.find(r, id); });
      if (!job || job->finished_at != 0) return job.value_or(Job{});
    }
  }
  std::string submit(Database& db, Jobs& jobs, const std::string& kind, const std::string& parameters = "{}") {
    auto job = db.write_as<Job>([&](Writer& w) { return jobs.submit(w, kind, parameters, "acc_1", "jinan"); });
    return job ? job->id : job.error().key;
  }
  std::string cancel(Database& db, Jobs& jobs, const std::string& id) {
    auto outcome = db.write([&](Writer& w) { return jobs.cancel(w, id, "acc_1"); });
    return outcome ? "asked" : outcome.error().key;
  }
  std::vector<std::string> actions(Database& db) {
    return *db.read_as<std::vector<std::string>>(
        [](Reader& r) { return r.all("SELECT action FROM journal ORDER BY seq", [](const Row& row) { return row.string(0); }); });
  }

  TestStore store_;
};

TEST_F(JobsTest, KeepsTheResultOfItsWork) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  jobs.handles("add", [](const Job& job, Runner&) -> Result<std::string> { return job.parameters + "!"; });
  ASSERT_TRUE(jobs.start());
  const auto job = finished(*db, jobs, submit(*db, jobs, "add", "[1]"));
  EXPECT_EQ(job.state, JobState::done);
  EXPECT_EQ(job.result, "[1]!");
  EXPECT_EQ(job.progress, 1);
  EXPECT_EQ(job.city, "jinan");
  EXPECT_THAT(actions(*db), testing::ElementsAre("job.submitted", "job.started", "job.done"));
}

TEST_F(JobsTest, KeepsWhyItsWorkFailed) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  jobs.handles("refuse", [](const Job&, Runner&) -> Result<std::string> { return fail(Code::invalid, "test.bad", {"坏", "bad"}); });
  jobs.handles("throw", [](const Job&, Runner&) -> Result<std::string> { throw std::runtime_error("bug"); });
  ASSERT_TRUE(jobs.start());
  const auto refused = finished(*db, jobs, submit(*db, jobs, "refuse"));
  EXPECT_EQ(refused.state, JobState::failed);
  EXPECT_EQ(refused.error_key, "test.bad");
  EXPECT_EQ(refused.error.zh, "坏");
  EXPECT_EQ(finished(*db, jobs, submit(*db, jobs, "throw")).error_key, "job.threw");
}

TEST_F(JobsTest, RefusesAKindThatNobodyHandles) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  EXPECT_EQ(submit(*db, jobs, "nothing"), "job.unknown_kind");
}

TEST_F(JobsTest, NeverRunsAJobWhoseSubmissionFailed) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::atomic<int> runs = 0;
  jobs.handles("count", [&](const Job&, Runner&) -> Result<std::string> { return std::to_string(++runs); });
  ASSERT_TRUE(jobs.start());
  auto outcome = db->write([&](Writer& w) -> Result<void> {
    TRY_VOID(jobs.submit(w, "count", "{}", "acc_1", ""));
    return fail(Code::conflict, "test.no", {"不", "no"});
  });
  EXPECT_FALSE(outcome);
  EXPECT_EQ(finished(*db, jobs, submit(*db, jobs, "count")).result, "1");
}

TEST_F(JobsTest, ShowsProgressAndTheTimeThatIsLeft) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::latch go(1);
  jobs.handles("slow", [&](const Job&, Runner& run) -> Result<std::string> {
    store_.clock.advance(10'000);
    run.progress(0.25, {"读取", "reading"});
    go.wait();
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  const auto id = submit(*db, jobs, "slow");
  Job job;
  for (std::uint64_t version = 0; job.progress == 0;) {
    version = jobs.wait_news(id, version, kLongMs);
    job = *db->read_as<Job>([&](Reader& r) { return jobs.find(r, id); });
  }
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.progress, 0.25);
  EXPECT_EQ(job.doing.zh, "读取");
  EXPECT_EQ(job.seconds_left, 30);
  go.count_down();
  EXPECT_EQ(finished(*db, jobs, id).state, JobState::done);
}

TEST_F(JobsTest, PublishesProgressAtMostFourTimesASecond) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::uint64_t before = 0, after_burst = 0, after_pause = 0;
  jobs.handles("chatty", [&](const Job& job, Runner& run) -> Result<std::string> {
    before = jobs.wait_news(job.id, 0, 0);
    for (int i = 0; i < 1'000; ++i) run.progress(i / 2'000.0, {"", ""});
    after_burst = jobs.wait_news(job.id, 0, 0);
    store_.clock.advance(250);
    run.progress(0.6, {"", ""});
    after_pause = jobs.wait_news(job.id, 0, 0);
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  finished(*db, jobs, submit(*db, jobs, "chatty"));
  EXPECT_EQ(after_burst, before + 1);
  EXPECT_EQ(after_pause, before + 2);
}

TEST_F(JobsTest, ARunningJobSeesThatItIsCancelled) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::latch running(1);
  jobs.handles("endless", [&](const Job&, Runner& run) -> Result<std::string> {
    running.count_down();
    while (!run.cancelled()) std::this_thread::yield();
    return fail(Code::conflict, "test.stopped", {"停", "stopped"});
  });
  ASSERT_TRUE(jobs.start());
  const auto id = submit(*db, jobs, "endless");
  running.wait();
  EXPECT_EQ(cancel(*db, jobs, id), "asked");
  const auto job = finished(*db, jobs, id);
  EXPECT_EQ(job.state, JobState::cancelled);
  EXPECT_EQ(job.error_key, "");
  EXPECT_EQ(cancel(*db, jobs, id), "asked") << "twice is once";
  EXPECT_THAT(actions(*db), testing::ElementsAre("job.submitted", "job.started", "job.cancel_asked", "job.cancelled"));
  EXPECT_EQ(cancel(*db, jobs, "job_none"), "job.not_found");
}

TEST_F(JobsTest, AJobThatHoldsTheWriterHearsThatItIsCancelled) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::latch writing(1);
  jobs.handles("import", [&](const Job&, Runner& run) -> Result<std::string> {
    TRY_VOID(db->write([&](Writer&) -> Result<void> {
      writing.count_down();
      while (!run.asked()) std::this_thread::yield();
      return fail(Code::conflict, "test.stopped", {"停", "stopped"});
    }));
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  const auto id = submit(*db, jobs, "import");
  writing.wait();
  jobs.ask_to_stop(id);
  EXPECT_EQ(cancel(*db, jobs, id), "asked");
  EXPECT_EQ(finished(*db, jobs, id).state, JobState::cancelled);
  EXPECT_THAT(actions(*db), testing::UnorderedElementsAre("job.submitted", "job.started", "job.cancel_asked", "job.cancelled"));
}

TEST_F(JobsTest, AWaitingJobThatIsCancelledNeverRuns) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::latch go(1);
  std::atomic<int> runs = 0;
  jobs.handles("block", [&](const Job&, Runner&) -> Result<std::string> {
    ++runs;
    go.wait();
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  const auto first = submit(*db, jobs, "block"), second = submit(*db, jobs, "block");
  EXPECT_EQ(cancel(*db, jobs, second), "asked");
  EXPECT_EQ(finished(*db, jobs, second).state, JobState::cancelled);
  go.count_down();
  EXPECT_EQ(finished(*db, jobs, first).state, JobState::done);
  EXPECT_EQ(runs, 1);
}

TEST_F(JobsTest, RunsAgainWhatWasRunningWhenTheServerStopped) {
  std::string running_id, waiting_id;
  {
    auto db = store_.open();
    Jobs jobs(*db, store_.clock);
    std::latch running(1);
    jobs.handles("import", [&](const Job&, Runner& run) -> Result<std::string> {
      running.count_down();
      while (!run.cancelled()) std::this_thread::yield();
      return fail(Code::conflict, "test.stopped", {"停", "stopped"});
    });
    ASSERT_TRUE(jobs.start());
    running_id = submit(*db, jobs, "import");
    waiting_id = submit(*db, jobs, "import");
    running.wait();
  }
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  std::vector<std::string> order;
  jobs.handles("import", [&](const Job& job, Runner&) -> Result<std::string> {
    order.push_back(job.id);
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  EXPECT_EQ(finished(*db, jobs, running_id).state, JobState::done);
  EXPECT_EQ(finished(*db, jobs, waiting_id).state, JobState::done);
  EXPECT_THAT(order, testing::ElementsAre(running_id, waiting_id));
}

TEST_F(JobsTest, AJobThatTheNewProgramDoesNotKnowFailsAndSaysSo) {
  std::string id;
  {
    auto db = store_.open();
    Jobs jobs(*db, store_.clock);
    jobs.handles("old", [](const Job&, Runner&) -> Result<std::string> { return "{}"; });
    id = submit(*db, jobs, "old");  // never started
  }
  auto db = store_.open();
  Jobs jobs(*db, store_.clock);
  ASSERT_TRUE(jobs.start());
  EXPECT_EQ(finished(*db, jobs, id).error_key, "job.unknown_kind");
}

TEST_F(JobsTest, RunsAsManyAtOnceAsAsked) {
  auto db = store_.open();
  Jobs jobs(*db, store_.clock, 3);
  std::latch together(3);  // passes only when three run at the same time
  jobs.handles("meet", [&](const Job&, Runner&) -> Result<std::string> {
    together.arrive_and_wait();
    return "{}";
  });
  ASSERT_TRUE(jobs.start());
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(submit(*db, jobs, "meet"));
  for (const auto& id : ids) EXPECT_EQ(finished(*db, jobs, id).state, JobState::done);
  EXPECT_EQ(db->read_as<std::vector<Job>>([&](Reader& r) { return jobs.list(r, 2); })->size(), 2u);
}

}  // namespace
}  // namespace jiaoji::store
