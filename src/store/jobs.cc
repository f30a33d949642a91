#include "store/jobs.h"

#include <array>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/json.h"
#include "store/jobs_live.h"

namespace jiaoji::store {

namespace {

constexpr const char* kColumns =
    "id, kind, account, city, parameters, state, result, error_key, error_zh, error_en, created_at, started_at, finished_at, cancel_asked";
constexpr std::string_view kInsert = R"sql(
  INSERT INTO job (id, kind, account, city, parameters, state, cancel_asked, result, error_key, error_zh, error_en, created_at, started_at, finished_at)
  VALUES (?, ?, ?, ?, ?, 'waiting', 0, '', '', '', '', ?, 0, 0)
)sql";
constexpr std::string_view kTake = "UPDATE job SET state = 'running', started_at = ? WHERE id = ? AND state = 'waiting'";
constexpr std::string_view kCancelWaiting = "UPDATE job SET state = 'cancelled', finished_at = ? WHERE id = ? AND state = 'waiting'";
constexpr std::string_view kAskedBefore = "UPDATE job SET cancel_asked = 1 WHERE id = ? AND cancel_asked = 0";
constexpr std::string_view kAskCancel = "UPDATE job SET cancel_asked = 1 WHERE id = ? AND state = 'running'";
constexpr std::string_view kFinish = R"sql(
  UPDATE job SET state = ?, result = ?, error_key = ?, error_zh = ?, error_en = ?, finished_at = ? WHERE id = ? AND state = 'running'
)sql";
constexpr std::string_view kAsked = "UPDATE job SET state = 'cancelled', finished_at = ? WHERE state = 'running' AND cancel_asked = 1";
constexpr std::string_view kTakeUp = "UPDATE job SET state = 'waiting', started_at = 0 WHERE state = 'running'";

constexpr std::array kStates{JobState::waiting, JobState::running, JobState::done, JobState::failed, JobState::cancelled};

Job to_job(const Row& row) {
  Job job{.id = row.string(0), .kind = row.string(1), .account = row.string(2), .city = row.string(3), .parameters = row.string(4)};
  for (const auto state : kStates) {
    if (row.text(5) == to_string(state)) job.state = state;
  }
  job.result = row.string(6);
  job.error_key = row.string(7);
  job.error = {row.string(8), row.string(9)};
  job.created_at = row.integer(10);
  job.started_at = row.integer(11);
  job.finished_at = row.integer(12);
  if (job.state == JobState::done) job.progress = 1;
  return job;
}

Result<Job> select_job(Reader& db, const std::string& id) {
  TRY(auto job, db.first(fmt::format("SELECT {} FROM job WHERE id = ?", kColumns), to_job, {id}));
  if (!job) return fail(Code::not_found, "job.not_found", {"没有这个任务", "there is no such job"});
  return *std::move(job);
}

Error unknown_kind(const std::string& kind) {
  return {Code::invalid, "job.unknown_kind", {fmt::format("没有“{}”这类任务", kind), fmt::format("there is no kind of job called {}", kind)}};
}

Result<void> note(Writer& db, const std::string& actor, const Job& job, const char* action, JobState state) {
  return db.journal({.actor = actor, .city = job.city, .action = action, .subject = job.id,
                     .after = json::write(json::object({{"kind", job.kind}, {"state", to_string(state)}}))});
}

}  // namespace

const char* to_string(JobState state) {
  switch (state) {
    case JobState::waiting: return "waiting";
    case JobState::running: return "running";
    case JobState::done: return "done";
    case JobState::failed: return "failed";
    case JobState::cancelled: return "cancelled";
  }
  return "";
}

// The queue of jobs, the threads that take from it, and what is known of running jobs beyond their rows.
struct Jobs::Inside : std::enable_shared_from_this<Jobs::Inside> {
  Inside(Database& database, const Clock& time, int count) : db(database), clock(time), at_once(count), live(time) {}

  void on_entries(std::span<const Entry> entries);
  void work_until_stopped();
  void run_one(const std::string& id);
  Result<std::string> do_work(const Job& job, Run& run) const;
  Result<void> finish(const Job& job, const Result<std::string>& outcome, bool asked_to_stop);
  bool wait_and_retry();

  Database& db;
  const Clock& clock;
  const int at_once;
  std::map<std::string, Work> works;
  LiveJobs live;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> queue;
  bool stopping = false;
  std::vector<std::thread> threads;
};

// Only what was committed is taken up: a submission whose transaction failed never gets here.
void Jobs::Inside::on_entries(std::span<const Entry> entries) {
  for (const auto& entry : entries) {
    if (!entry.action.starts_with("job.")) continue;
    if (entry.action == "job.submitted") {
      {
        std::lock_guard lock(mutex);
        queue.push_back(entry.subject);
      }
      changed.notify_one();
    }
    if (entry.action == "job.cancel_asked") live.cancel(entry.subject);
    live.touch(entry.subject);
  }
}

void Jobs::Inside::work_until_stopped() {
  for (;;) {
    std::string id;
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return stopping || !queue.empty(); });
      if (stopping) return;
      id = std::move(queue.front());
      queue.pop_front();
    }
    run_one(id);
  }
}

// A server whose disk is full keeps what is to be written and tries again; one that stops leaves it to the next start.
bool Jobs::Inside::wait_and_retry() {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, std::chrono::seconds(1), [&] { return stopping; });
  return !stopping && db.healthy();
}

void Jobs::Inside::run_one(const std::string& id) {
  std::optional<Job> job;
  const Change take = [&](Writer& w) -> Result<void> {
    job.reset();
    TRY(const auto taken, w.execute(kTake, {w.now(), id}));
    if (taken == 0) return {};  // cancelled while it waited
    TRY(job, select_job(w, id));
    return note(w, "system", *job, "job.started", JobState::running);
  };
  // Known before its row says so, so that a cancellation which sees the row finds it.
  const auto run = live.begin(id);
  while (!db.write(take)) {
    job.reset();
    if (!wait_and_retry()) return live.end(id);
  }
  if (job) {
    const auto outcome = do_work(*job, *run);
    while (!finish(*job, outcome, run->asked()) && wait_and_retry()) {
    }
  }
  live.end(id);
}

Result<std::string> Jobs::Inside::do_work(const Job& job, Run& run) const {
  const auto work = works.find(job.kind);
  if (work == works.end()) return fail(unknown_kind(job.kind));  // left by a program that knew it
  try {
    return work->second(job, run);
  } catch (const std::exception& bug) {
    return fail(Code::internal, "job.threw", {fmt::format("程序内部错误：{}", bug.what()), fmt::format("internal error: {}", bug.what())});
  }
}

Result<void> Jobs::Inside::finish(const Job& job, const Result<std::string>& outcome, bool asked_to_stop) {
  // Stopped by the end of the server, not by a person: its row stays `running`, and the next start runs it again.
  if (!outcome && !asked_to_stop && live.stopping()) return {};
  // Work that was done before it saw the cancellation stays done.
  const auto state = outcome ? JobState::done : asked_to_stop ? JobState::cancelled : JobState::failed;
  const Error none{.code = Code::internal, .key = "", .detail = {}};
  const Error& error = state == JobState::failed ? outcome.error() : none;
  return db.write([&](Writer& w) -> Result<void> {
    const std::array<Cell, 7> cells{to_string(state), outcome ? *outcome : std::string(), error.key, error.detail.zh, error.detail.en, w.now(), job.id};
    TRY_VOID(w.execute(kFinish, cells));
    return note(w, "system", job, fmt::format("job.{}", to_string(state)).c_str(), state);
  });
}

Jobs::Jobs(Database& db, const Clock& clock, int at_once) : inside_(std::make_shared<Inside>(db, clock, at_once)) {
  db.follow([weak = std::weak_ptr(inside_)](std::span<const Entry> entries) {
    if (const auto inside = weak.lock()) inside->on_entries(entries);
  });
}

Jobs::~Jobs() {
  {
    std::lock_guard lock(inside_->mutex);
    inside_->stopping = true;
  }
  inside_->live.stop();
  inside_->changed.notify_all();
  for (auto& thread : inside_->threads) thread.join();
}

void Jobs::handles(std::string kind, Work work) { inside_->works[std::move(kind)] = std::move(work); }

Result<void> Jobs::start() {
  auto& in = *inside_;
  TRY_VOID(in.db.write([](Writer& w) -> Result<void> {
    TRY_VOID(w.execute(kAsked, {w.now()}));
    TRY_VOID(w.execute(kTakeUp));
    return {};
  }));
  const auto to_id = [](const Row& row) { return row.string(0); };
  TRY(const auto left, in.db.read_as<std::vector<std::string>>(
                           [&](Reader& r) { return r.all("SELECT id FROM job WHERE state = 'waiting' ORDER BY created_at, id", to_id); }));
  {
    std::lock_guard lock(in.mutex);
    in.queue.insert(in.queue.begin(), left.begin(), left.end());  // one that stands twice is taken once
  }
  for (int i = 0; i < in.at_once; ++i) in.threads.emplace_back([&in] { in.work_until_stopped(); });
  return {};
}

Result<Job> Jobs::submit(Writer& db, std::string kind, std::string parameters, std::string account, std::string city) {
  if (!inside_->works.contains(kind)) return fail(unknown_kind(kind));
  Job job{.id = new_id(Job::kIdPrefix, inside_->clock), .kind = std::move(kind), .account = std::move(account), .city = std::move(city),
          .parameters = std::move(parameters), .created_at = db.now()};
  TRY_VOID(db.execute(kInsert, {job.id, job.kind, job.account, job.city, job.parameters, job.created_at}));
  TRY_VOID(note(db, job.account, job, "job.submitted", JobState::waiting));
  return job;
}

void Jobs::ask_to_stop(const std::string& id) { inside_->live.cancel(id); }

Result<void> Jobs::cancel(Writer& db, const std::string& id, const std::string& account) {
  TRY(const auto job, select_job(db, id));
  TRY(const auto waiting, db.execute(kCancelWaiting, {db.now(), id}));
  if (waiting > 0) return note(db, account, job, "job.cancelled", JobState::cancelled);
  TRY(const auto running, db.execute(kAskCancel, {id}));
  if (running > 0) return note(db, account, job, "job.cancel_asked", JobState::running);
  if (job.state == JobState::cancelled) {   // it heard ask_to_stop and ended before this
    TRY(const auto unsaid, db.execute(kAskedBefore, {id}));
    return unsaid > 0 ? note(db, account, job, "job.cancel_asked", JobState::cancelled) : Result<void>();
  }
  return fail(Code::conflict, "job.finished", {"任务已经结束，不能取消", "the job has ended and cannot be cancelled"});
}

Result<std::vector<Job>> Jobs::list(Reader& db, int limit) {
  TRY(auto jobs, db.all(fmt::format("SELECT {} FROM job ORDER BY created_at DESC, id DESC LIMIT ?", kColumns), to_job, {std::int64_t{limit}}));
  for (auto& job : jobs) inside_->live.fill(job);
  return jobs;
}

Result<Job> Jobs::find(Reader& db, const std::string& id) {
  TRY(auto job, select_job(db, id));
  inside_->live.fill(job);
  return job;
}

std::uint64_t Jobs::wait_news(const std::string& id, std::uint64_t version, int timeout_ms) { return inside_->live.wait_news(id, version, timeout_ms); }

}  // namespace jiaoji::store
