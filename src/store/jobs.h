// Jobs: work that takes longer than a request. A job has progress, can be cancelled, and survives a restart: what was
// running when the server stopped is run again from its parameters, so a job's work must be all or nothing, and harmless
// to repeat: the power may fail after the work's last write and before the row says `done`.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/database.h"

namespace jiaoji::store {

enum class JobState { waiting, running, done, failed, cancelled };
const char* to_string(JobState state);

struct Job {
  static constexpr const char* kIdPrefix = "job";
  std::string id, kind, account, city;
  std::string parameters;     // JSON
  JobState state = JobState::waiting;
  double progress = 0;        // 0–1
  Text doing;                 // what it is doing now
  double seconds_left = -1;   // -1: not known yet
  std::string result;         // JSON, when done
  std::string error_key;
  Text error;                 // when failed
  TimeMs created_at = 0, started_at = 0, finished_at = 0;
};

// What a running job sees of its runner.
class Run {
 public:
  virtual ~Run() = default;
  virtual bool cancelled() const = 0;   // by a person, or by the end of the server
  virtual bool asked() const = 0;       // by a person: it will not run again
  // Cheap to call often: kept in memory, published at most four times a second.
  virtual void progress(double share, Text doing) = 0;
};

// The work of one kind of job: returns its result as JSON. A cancelled job returns any error; nothing of it may stay.
using Work = std::function<Result<std::string>(const Job&, Run&)>;

// Submitted jobs are taken up by following the journal, so they run once their change is durable. `submit`, `cancel` and
// every change of state leave an entry: job.submitted, .started, .cancel_asked, .done, .failed, .cancelled.
class Jobs {
 public:
  // `at_once`: how many jobs run at the same time.
  // Before the first write: it follows the journal.
  Jobs(Database& db, const Clock& clock, int at_once = 1);
  ~Jobs();  // lets running jobs see `cancelled`, waits, and leaves them to be run again at the next start

  void handles(std::string kind, Work work);     // before start()
  Result<void> start();                          // takes up what the last run left
  Result<Job> submit(Writer& db, std::string kind, std::string parameters, std::string account, std::string city);
  // The running job sees it at once, even while it holds the writer. Before cancel(), which writes it down.
  void ask_to_stop(const std::string& id);
  // Who may cancel is the caller's business. Refused with `job.finished` when it is too late; twice is once.
  Result<void> cancel(Writer& db, const std::string& id, const std::string& account);
  Result<std::vector<Job>> list(Reader& db, int limit);    // the newest first
  Result<Job> find(Reader& db, const std::string& id);     // with the live progress of a running one
  // Blocks until the job has news after `version` (0 at first, which never blocks), `timeout_ms` passed or the server
  // stops; the new version.
  std::uint64_t wait_news(const std::string& id, std::uint64_t version, int timeout_ms);

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace jiaoji::store
