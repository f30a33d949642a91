#include "store/group_writer.h"

#include <algorithm>
#include <cassert>
#include <future>

#include <fmt/format.h>
#include <sqlite3.h>

namespace jiaoji::store {

// What a change may do. Its entries join the group's only when the change succeeds.
class GroupWriter::InChange final : public Writer {
 public:
  InChange(Connection& db, Chain& chain, std::vector<Entry>& entries, TimeMs now) : db_(db), chain_(chain), entries_(entries), now_(now) {}

  Result<void> each(std::string_view sql, std::span<const Cell> parameters, const std::function<bool(const Row&)>& row) override {
    return db_.each(sql, parameters, row);
  }
  Result<std::int64_t> execute(std::string_view sql, std::span<const Cell> parameters) override { return db_.execute(sql, parameters); }
  Result<void> journal(Entry entry) override {
    entry.at = now_;
    chain_.extend(entry);
    TRY_VOID(insert_entry(db_, entry));
    entries_.push_back(std::move(entry));
    return {};
  }
  TimeMs now() const override { return now_; }

 private:
  Connection& db_;
  Chain& chain_;
  std::vector<Entry>& entries_;
  TimeMs now_;
};

GroupWriter::GroupWriter(std::unique_ptr<Connection> db, Chain chain, const Options& options)
    : db_(std::move(db)), chain_(std::move(chain)), options_(options), restart_at_pages_(16 * options.checkpoint_pages) {
  sqlite3_wal_hook(
      db_->raw(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<GroupWriter*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { run(); });
}

GroupWriter::~GroupWriter() { stop(); }

bool GroupWriter::stop() {
  if (!thread_.joinable()) return false;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  thread_.join();
  // After a failed sync the log must stay as it is: closing would otherwise copy pages out of it whose fate is unknown.
  sqlite3_db_config(db_->raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return healthy_ && sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) == SQLITE_OK;
}

void GroupWriter::let_log_go() { sqlite3_db_config(db_->raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr); }

void GroupWriter::follow(Follower follower) {
  std::lock_guard lock(followers_mutex_);
  followers_.push_back(std::move(follower));
}

// noexcept: see Follower.
void GroupWriter::tell_followers(std::span<const Entry> entries) noexcept {
  std::lock_guard lock(followers_mutex_);
  for (const auto& follower : followers_) follower(entries);
}

void GroupWriter::submit(Change change, Done done) {
  bool refused = false;
  {
    std::lock_guard lock(mutex_);
    refused = stopping_ || queue_.size() >= options_.queue_max;
    if (!refused) queue_.push_back({std::move(change), std::move(done)});
  }
  if (refused) return done(fail(busy_error()));
  arrived_.notify_one();
}

Result<void> GroupWriter::submit_and_wait(Change change) {
  assert(std::this_thread::get_id() != thread_.get_id() && "a change or a follower must not wait for another change");
  // Shared, because the answering thread still touches the promise when the waiting one has woken.
  auto answer = std::make_shared<std::promise<Result<void>>>();
  submit(std::move(change), [answer](Result<void> outcome) { answer->set_value(std::move(outcome)); });
  return answer->get_future().get();
}

void GroupWriter::run() {
  for (;;) {
    std::vector<Waiting> group;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.group_max));
      group.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
    }
    commit_group(std::move(group));
    if (healthy_ && log_pages_ >= options_.checkpoint_pages) checkpoint();
  }
}

// Answers only at the end, failures too: a change may have failed because of what a neighbour wrote ("exists already"),
// and that neighbour is not true before the commit.
void GroupWriter::commit_group(std::vector<Waiting> group) {
  if (!healthy_) {
    for (auto& waiting : group) waiting.done(fail(sync_failed()));
    return;
  }
  const Chain before = chain_;
  std::vector<Entry> entries;
  std::vector<Result<void>> outcomes;
  Result<void> group_outcome = db_->run("BEGIN IMMEDIATE");
  if (group_outcome) {
    outcomes = run_group(group, entries);
    const bool anything = std::ranges::any_of(outcomes, [](const auto& outcome) { return outcome.has_value(); });
    group_outcome = finish(anything);
  }
  if (!group_outcome) {
    roll_back();
    chain_ = before;
    auto error = healthy_ ? std::move(group_outcome).error() : sync_failed();
    if (error.code != Code::unavailable) error = write_failed(error.detail.en);
    for (auto& waiting : group) waiting.done(fail(error));
    return;
  }
  if (!entries.empty()) tell_followers(entries);
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done(std::move(outcomes[i]));
}

std::vector<Result<void>> GroupWriter::run_group(std::span<Waiting> group, std::vector<Entry>& entries) {
  std::vector<Result<void>> outcomes;
  outcomes.reserve(group.size());
  for (auto& waiting : group) {
    const Chain before = chain_;
    const auto entries_before = entries.size();
    outcomes.push_back(run_change(waiting.change, entries));
    if (outcomes.back()) continue;
    chain_ = before;
    entries.resize(entries_before);
  }
  return outcomes;
}

// When a savepoint cannot be taken or undone the connection has noted damage, and `finish` gives up the group.
Result<void> GroupWriter::run_change(const Change& change, std::vector<Entry>& entries) {
  TRY_VOID(db_->execute("SAVEPOINT change"));
  Result<void> outcome;
  try {
    InChange writer(*db_, chain_, entries, options_.clock->now());
    outcome = change(writer);
  } catch (const std::exception& bug) {
    outcome = fail(Code::internal, "store.change_threw", {fmt::format("程序内部错误：{}", bug.what()), fmt::format("internal error: {}", bug.what())});
  }
  if (!outcome) (void)db_->execute("ROLLBACK TO change");
  if (auto released = db_->execute("RELEASE change"); !released && outcome) outcome = fail(std::move(released).error());
  return outcome;
}

// Commits, or says why the group as a whole cannot stand.
Result<void> GroupWriter::finish(bool anything) {
  Result<void> outcome;
  if (!db_->in_transaction()) outcome = fail(write_failed("the transaction was rolled back by the database"));
  if (outcome && anything) outcome = save_head(*db_, chain_);
  const auto damage = db_->take_damage();
  if (outcome && damage != Damage::none) outcome = fail(write_failed("a statement of the group met a disk error"));
  if (outcome) outcome = db_->run(anything ? "COMMIT" : "ROLLBACK");
  if (std::max(damage, db_->take_damage()) == Damage::process) poison();
  return outcome;
}

void GroupWriter::roll_back() {
  if (db_->in_transaction()) (void)db_->run("ROLLBACK");
  if (db_->take_damage() == Damage::process) poison();
}

void GroupWriter::poison() { healthy_ = false; }

// SQLite's own automatic checkpoint swallows errors; here a failed sync is seen and counts like any other, so that the
// promise (never again an acknowledgement after a failed sync) has no exception that depends on which file it was.
void GroupWriter::checkpoint() {
  const bool restart = log_pages_ >= restart_at_pages_;
  const int code = sqlite3_wal_checkpoint_v2(db_->raw(), nullptr, restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (damage_of(code) == Damage::process) return poison();
  // Readers that never pause keep a log from starting over; waiting for them is tried each time that it has doubled.
  if (restart) restart_at_pages_ = code == SQLITE_OK ? 16 * options_.checkpoint_pages : 2 * log_pages_;
}

}  // namespace jiaoji::store
