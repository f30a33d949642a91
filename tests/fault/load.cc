#include "load.h"

#include <array>
#include <mutex>
#include <random>
#include <thread>

#include <fmt/format.h>

namespace jiaoji::fault {

namespace {

using store::Writer;

constexpr int kRetriesMax = 10'000;
constexpr std::array<store::Cell, 0> kNone{};

// One client: knows its items, and chooses what to do next.
class Client {
 public:
  Client(store::Database& db, const Load& load, int number, const std::function<void(const std::string&)>& acknowledge)
      : db_(db), load_(load), number_(number), acknowledge_(acknowledge), random_(load.seed * 1'000'003 + static_cast<unsigned>(number)) {}

  void run() {
    for (int i = 0; i < load_.changes; ++i) change(i);
  }
  Outcome outcome;

 private:
  struct Step {
    std::string item, value;  // an empty value deletes
    bool fresh = false;
  };

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  std::string some_value() {
    // Mostly a form's length; some of several pages, so that they spill over.
    return std::string(below(20) == 0 ? 6'000 + below(6'000) : 20 + below(300), static_cast<char>('a' + below(26)));
  }

  std::vector<Step> plan() {
    std::vector<Step> steps;
    const auto kind = items_.size() < 2 ? 0 : below(10);
    if (kind < 4) steps.push_back({fmt::format("{}-{}-{}", load_.run, number_, born_++), some_value(), true});
    else if (kind < 7) steps.push_back({items_[below(items_.size())], some_value()});
    else if (kind < 9) steps.push_back({items_[below(items_.size())], ""});
    else steps = {{items_[0], some_value()}, {items_[1], some_value()}, {fmt::format("{}-{}-{}", load_.run, number_, born_++), some_value(), true}};
    return steps;
  }

  static Result<void> write_item(Writer& w, const Step& step) {
    if (step.value.empty()) {
      TRY_VOID(w.execute("DELETE FROM item WHERE id = ?", {step.item}));
    } else if (step.fresh) {
      TRY_VOID(w.execute("INSERT INTO item (id, value) VALUES (?, ?)", {step.item, step.value}));
    } else {
      TRY_VOID(w.execute("UPDATE item SET value = ? WHERE id = ?", {step.value, step.item}));
    }
    return {};
  }
  static Result<void> write_entry(Writer& w, const Step& step, const std::string& request) {
    const auto after = step.value.empty() ? std::string() : store::hash_hex(store::HashKind::sha256, step.value);
    return w.journal({.actor = "client", .action = "item.changed", .subject = step.item, .after = after, .request = request});
  }

  Result<void> write(const std::vector<Step>& steps, const std::string& request, bool fails) {
    auto outcome_of_items = db_.write([&](Writer& w) -> Result<void> {
      for (const auto& step : steps) {
        TRY_VOID(write_item(w, step));
        if (!load_.split) TRY_VOID(write_entry(w, step, request));
      }
      if (fails) return fail(Code::conflict, "fault.intended", {"有意失败", "meant to fail"});
      if (load_.early) acknowledge_(request);
      return {};
    });
    if (!load_.split || !outcome_of_items) return outcome_of_items;
    return db_.write([&](Writer& w) -> Result<void> {
      for (const auto& step : steps) TRY_VOID(write_entry(w, step, request));
      return {};
    });
  }

  void change(int i) {
    const bool fails = below(12) == 0;
    const auto steps = plan();
    const auto request = fmt::format("{}{}.{}.{}/{}", fails ? "fail-" : "", load_.run, number_, i, steps.size());
    for (int attempt = 0; attempt < kRetriesMax; ++attempt) {
      const auto answer = write(steps, request, fails);
      if (answer) {
        if (fails) outcome.faults.push_back(request + ": a change that failed was acknowledged");
        if (!load_.early) acknowledge_(request);
        return remember(steps);
      }
      const auto& key = answer.error().key;
      if (key == "fault.intended") return;
      ++outcome.refused;
      if (key != "store.write_failed" && key != "store.sync_failed") outcome.faults.push_back(fmt::format("{}: answered {}", request, key));
      if (key == "store.sync_failed" && db_.healthy()) outcome.faults.push_back("healthy after a failed sync");
      if (!load_.retry || !db_.healthy()) return;
      std::this_thread::yield();
    }
    outcome.faults.push_back(request + ": never taken");
  }

  void remember(const std::vector<Step>& steps) {
    for (const auto& step : steps) {
      if (step.fresh) items_.push_back(step.item);
      if (step.value.empty()) std::erase(items_, step.item);
    }
  }

  store::Database& db_;
  const Load& load_;
  const int number_;
  const std::function<void(const std::string&)>& acknowledge_;
  std::mt19937 random_;
  std::vector<std::string> items_;
  int born_ = 0;
};

}  // namespace

Outcome run_load(store::Database& db, const Load& load, const std::function<void(const std::string&)>& acknowledge) {
  Outcome all;
  const auto created = [&] {
    return db.write([](Writer& w) -> Result<void> {
      TRY_VOID(w.execute("CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, value TEXT NOT NULL)", kNone));
      return {};
    });
  };
  for (int attempt = 0; !created(); ++attempt) {
    ++all.refused;
    if (!load.retry || !db.healthy() || attempt > kRetriesMax) return all;
  }
  std::vector<Client> clients;
  for (int c = 0; c < load.clients; ++c) clients.emplace_back(db, load, c, acknowledge);
  {
    std::vector<std::jthread> threads;
    for (auto& client : clients) threads.emplace_back([&client] { client.run(); });
  }
  for (auto& client : clients) {
    all.refused += client.outcome.refused;
    all.faults.insert(all.faults.end(), client.outcome.faults.begin(), client.outcome.faults.end());
  }
  return all;
}

}  // namespace jiaoji::fault
