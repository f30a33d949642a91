// The writing thread: takes waiting changes in groups and makes each group durable with one sync.
//
// One at a time each change runs inside a savepoint, so one that fails leaves nothing and its neighbours everything. After
// COMMIT the followers see the group's entries, then every change is answered: what was acknowledged is durable and visible.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/connection.h"
#include "store/journal_chain.h"

namespace jiaoji::store {

class GroupWriter {
 public:
  using Done = std::function<void(Result<void>)>;

  GroupWriter(std::unique_ptr<Connection> db, Chain chain, const Options& options);
  ~GroupWriter();
  // Finishes what waits, then brings the write-ahead log back into the file. True when the file alone holds everything.
  // The log stays beside it unless it is let go.
  bool stop();
  void let_log_go();

  void submit(Change change, Done done);
  Result<void> submit_and_wait(Change change);
  void follow(Follower follower);
  bool healthy() const { return healthy_; }

 private:
  struct Waiting {
    Change change;
    Done done;
  };
  class InChange;  // the Writer that a change sees

  void run();
  void commit_group(std::vector<Waiting> group);
  std::vector<Result<void>> run_group(std::span<Waiting> group, std::vector<Entry>& entries);
  Result<void> run_change(const Change& change, std::vector<Entry>& entries);
  Result<void> finish(bool anything);
  void tell_followers(std::span<const Entry> entries) noexcept;
  void roll_back();
  void poison();
  void checkpoint();

  std::unique_ptr<Connection> db_;
  Chain chain_;
  const Options options_;
  std::mutex followers_mutex_;
  std::vector<Follower> followers_;
  std::atomic<bool> healthy_ = true;
  int log_pages_ = 0;        // pages in the write-ahead log, told by SQLite after each commit
  int restart_at_pages_;     // a log that grew to this size is restarted even if readers must be waited for

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  std::thread thread_;       // last: starts when everything above stands
};

}  // namespace jiaoji::store
