#include <algorithm>

#include "casework/service.h"

namespace jiaoji::casework {

namespace {

constexpr int kForecastRuns = 100;
constexpr int kDoneMax = 5'000;  // completed tasks that are drawn from

}  // namespace

Result<std::optional<Service::Likely>> Service::likely(store::Reader& db, const region::Actor& actor, const std::string& id) {
  TRY(const auto row, find_seen(db, actor, id));
  if (row.closed_at != 0) return std::optional<Likely>();
  TRY(const auto reading, reading_of(db, row));
  TRY(const auto state, read_kept_state(row.state, reading->procedure));
  TRY(const auto done, list_done(db, row.procedure, kDoneMax));
  KnownHours known;
  if (!done.empty()) {
    const WorkingHours hours(calendar_, std::ranges::min(done, {}, &DoneRow::opened_at).opened_at);
    for (const auto& one : done) known[one.node].push_back(hours.between(one.opened_at, one.closed_at));
  }
  TRY(auto found, forecast(reading->procedure, calendar_, state, known, clock_.now(), kForecastRuns));
  if (!found) return std::optional<Likely>();
  Likely out{.forecast = *std::move(found), .amber = false, .tasks = {}};
  out.amber = row.due_at < kNoDue && (out.forecast.late == 0 || out.forecast.late > row.due_at);
  TRY(const auto tasks, list_tasks(db, row.id));
  for (const auto& one : out.forecast.tasks) {
    const auto task = std::ranges::find_if(tasks, [&](const TaskRow& t) { return t.closed_at == 0 && t.item == static_cast<std::int64_t>(one.item); });
    if (task != tasks.end()) out.tasks.emplace_back(*task, one);
  }
  return std::optional(std::move(out));
}

}  // namespace jiaoji::casework
