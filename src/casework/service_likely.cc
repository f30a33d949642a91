#include <algorithm>

#include <fmt/format.h>

#include "casework/service.h"

namespace jiaoji::casework {

namespace {

constexpr int kForecastRuns = 100;
constexpr std::size_t kPacesMax = 1'000;       // procedures
constexpr TimeMs kPacesKeptMs = 10 * 60'000;

double nine_in_ten(std::vector<double>& all) {
  const auto at = all.begin() + static_cast<std::ptrdiff_t>((all.size() * 9 + 9) / 10 - 1);
  std::ranges::nth_element(all, at);
  return *at;
}

std::string days(double hours) { return fmt::format("{:.1f}", hours / kHoursADay); }

}  // namespace

KnownHours known_hours(const WorkCalendar& calendar, const std::vector<DoneRow>& done) {
  KnownHours out;
  if (done.empty()) return out;
  const WorkingHours hours(calendar, std::ranges::min(done, {}, &DoneRow::opened_at).opened_at);
  for (const auto& one : done) out[one.node].push_back(hours.between(one.opened_at, one.closed_at));
  return out;
}

Result<std::optional<Service::Likely>> Service::likely(store::Reader& db, const region::Actor& actor, const std::string& id) {
  TRY(const auto row, find_seen(db, actor, id));
  if (row.closed_at != 0) return std::optional<Likely>();
  TRY(const auto reading, reading_of(db, row));
  TRY(const auto state, read_kept_state(row.state, reading->procedure));
  TRY(const auto done, list_done(db, row.procedure, kDoneMax));
  TRY(auto found, forecast(reading->procedure, calendar_, state, known_hours(calendar_, done), clock_.now(), kForecastRuns));
  if (!found) return std::optional<Likely>();
  Likely out{.forecast = *std::move(found), .amber = false, .tasks = {}};
  if (row.due_at < kNoDue) out.amber = out.forecast.late == 0 || out.forecast.late > row.due_at;
  TRY(const auto tasks, list_tasks(db, row.id));
  for (const auto& one : out.forecast.tasks) {
    const auto task = std::ranges::find_if(tasks, [&](const TaskRow& t) { return t.closed_at == 0 && t.item == static_cast<std::int64_t>(one.item); });
    if (task != tasks.end()) out.tasks.emplace_back(*task, one);
  }
  // A case without a date of its own is as late as its tasks.
  if (row.due_at >= kNoDue && row.due.empty()) out.amber = std::ranges::any_of(out.tasks, [](const auto& one) { return one.first.due_at < kNoDue && one.second.late > one.first.due_at; });
  return std::optional(std::move(out));
}

Result<std::shared_ptr<const Service::Paces>> Service::paces(store::Reader& db, const std::string& procedure) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = paces_.find(procedure);
    if (known != paces_.end() && clock_.now() - known->second.first < kPacesKeptMs) return known->second.second;
  }
  TRY(auto rows, list_done(db, procedure, kDoneMax));
  std::erase_if(rows, [](const DoneRow& one) { return one.case_closed_at == 0; });
  const auto from = rows.empty() ? clock_.now() : std::ranges::min(rows, {}, &DoneRow::opened_at).opened_at;
  auto made = std::make_shared<Paces>(Paces{WorkingHours(calendar_, from), {}});
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> took;
  for (const auto& row : rows) {
    auto& [task, rest] = took[row.node];
    task.push_back(made->hours.between(row.opened_at, row.closed_at));
    rest.push_back(made->hours.between(row.opened_at, row.case_closed_at));
  }
  for (auto& [node, both] : took) {
    if (both.first.size() >= kKnownFewest) made->known[node] = {nine_in_ten(both.first), nine_in_ten(both.second)};
  }
  const std::lock_guard lock(mutex_);
  if (paces_.size() >= kPacesMax) paces_.clear();
  paces_[procedure] = {clock_.now(), made};
  return made;
}

Result<std::optional<Text>> Service::amber(store::Reader& db, const std::string& procedure, const TaskRow& task, TimeMs case_due_at) {
  const auto now = clock_.now();
  const auto due = std::min(task.due_at, case_due_at);
  if (task.closed_at != 0 || due >= kNoDue || due < now) return std::optional<Text>();
  TRY(const auto all, paces(db, procedure));
  const auto hours = [&](TimeMs from, TimeMs to) { return all->hours.between(from, to); };
  if (const auto pace = all->known.find(task.node); pace != all->known.end()) {
    const auto& [own, rest] = pace->second;
    if (task.due_at < kNoDue && own > hours(task.opened_at, task.due_at)) return std::optional(Text{fmt::format("这一步十件里有九件用了不超过 {} 个工作日，照此会过期", days(own)), fmt::format("nine in ten took up to {} workdays at this step: that is too late here", days(own))});
    if (case_due_at < kNoDue && rest > hours(task.opened_at, case_due_at)) return std::optional(Text{fmt::format("从这一步到办结，十件里有九件用了不超过 {} 个工作日，照此全程会过期", days(rest)), fmt::format("from this step to the end nine in ten took up to {} workdays: the whole would be late", days(rest))});
  }
  if (task.due_at < kNoDue && hours(now, task.due_at) <= std::max(hours(task.opened_at, task.due_at) / 5, double{kHoursADay})) return std::optional(Text{"时限快到了", "the term is almost over"});
  if (case_due_at < kNoDue && hours(now, case_due_at) <= kHoursADay) return std::optional(Text{"全程时限不到一个工作日了", "less than a workday is left of the whole term"});
  return std::optional<Text>();
}

}  // namespace jiaoji::casework
