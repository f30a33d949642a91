// What is known of running jobs beyond their rows: progress, a wish to stop, and who waits for news. In memory only: a
// progress that cost a sync four times a second would slow down the writes of everybody else.
#pragma once

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>

#include "store/jobs.h"

namespace jiaoji::store {

class LiveJobs;

class LiveRun final : public Run {
 public:
  LiveRun(LiveJobs& jobs, std::string id, TimeMs started_at) : jobs_(jobs), id_(std::move(id)), started_at_(started_at) {}
  bool cancelled() const override;
  void progress(double share, Text doing) override;
  bool asked() const override { return asked_; }

 private:
  friend class LiveJobs;
  LiveJobs& jobs_;
  const std::string id_;
  const TimeMs started_at_;
  std::atomic<bool> asked_ = false;
  // Guarded by the mutex of `jobs_`.
  double share_ = 0;
  Text doing_;
  TimeMs published_at_ = INT64_MIN;
};

class LiveJobs {
 public:
  explicit LiveJobs(const Clock& clock) : clock_(clock) { versions_.fill(1); }

  std::shared_ptr<LiveRun> begin(const std::string& id);
  void end(const std::string& id);
  void cancel(const std::string& id);
  void touch(const std::string& id);  // there is news
  void fill(Job& job) const;          // the live part of a running job
  std::uint64_t wait_news(const std::string& id, std::uint64_t version, int timeout_ms);
  void stop();                        // every run sees `cancelled`, everyone who waits wakes
  bool stopping() const { return stopping_; }

 private:
  friend class LiveRun;
  void update(LiveRun& run, double share, Text doing);
  std::uint64_t& version_of(const std::string& id);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  std::map<std::string, std::shared_ptr<LiveRun>> running_;
  // Versions by hash of the id: a fixed size, at the price that two jobs may share news, which costs one read.
  std::array<std::uint64_t, 1024> versions_;
};

}  // namespace jiaoji::store
