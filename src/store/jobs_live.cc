#include "store/jobs_live.h"

#include <algorithm>

namespace jiaoji::store {

namespace {
constexpr TimeMs kPublishEveryMs = 250;
}

bool LiveRun::cancelled() const { return asked_ || jobs_.stopping(); }

void LiveRun::progress(double share, Text doing) { jobs_.update(*this, share, std::move(doing)); }

std::shared_ptr<LiveRun> LiveJobs::begin(const std::string& id) {
  auto run = std::make_shared<LiveRun>(*this, id, clock_.now());
  std::lock_guard lock(mutex_);
  running_[id] = run;
  return run;
}

void LiveJobs::end(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    running_.erase(id);
  }
  touch(id);
}

void LiveJobs::cancel(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (const auto found = running_.find(id); found != running_.end()) found->second->asked_ = true;
}

void LiveJobs::touch(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    ++version_of(id);
  }
  changed_.notify_all();
}

void LiveJobs::fill(Job& job) const {
  std::lock_guard lock(mutex_);
  const auto found = running_.find(job.id);
  if (found == running_.end() || job.state != JobState::running) return;
  const auto& run = *found->second;
  job.progress = run.share_;
  job.doing = run.doing_;
  const auto seconds = static_cast<double>(clock_.now() - run.started_at_) / 1000;
  if (run.share_ > 0) job.seconds_left = seconds * (1 - run.share_) / run.share_;
}

std::uint64_t LiveJobs::wait_news(const std::string& id, std::uint64_t version, int timeout_ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return stopping_ || version_of(id) != version; });
  return version_of(id);
}

void LiveJobs::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void LiveJobs::update(LiveRun& run, double share, Text doing) {
  {
    std::lock_guard lock(mutex_);
    run.share_ = std::clamp(share, 0.0, 1.0);
    run.doing_ = std::move(doing);
    const auto now = clock_.now();
    if (run.published_at_ != INT64_MIN && now - run.published_at_ < kPublishEveryMs && run.share_ < 1) return;
    run.published_at_ = now;
    ++version_of(run.id_);
  }
  changed_.notify_all();
}

std::uint64_t& LiveJobs::version_of(const std::string& id) { return versions_[std::hash<std::string>()(id) % versions_.size()]; }

}  // namespace jiaoji::store
