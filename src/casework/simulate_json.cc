#include "casework/simulate_json.h"

namespace jiaoji::casework {

json::Value to_json(const Simulation& found, Language language) {
  json::Object percentiles;
  for (const auto& [percent, days] : found.percentiles) percentiles.set("p" + std::to_string(percent), days ? json::Value(*days) : json::Value(nullptr));
  json::Array tasks, roles, assumptions;
  for (const auto& one : found.tasks) tasks.push_back(json::object({{"element", one.element}, {"name", one.name}, {"role", one.role}, {"done", one.done}, {"work_hours", one.work_hours}, {"wait_hours", one.wait_hours}, {"critical_share", one.critical_share}}));
  for (const auto& one : found.roles) roles.push_back(json::object({{"role", one.role}, {"people", one.people}, {"busy_share", one.busy_share}, {"saved_days", one.saved_days}}));
  for (const auto& one : found.assumptions) assumptions.emplace_back(one.in(language));
  return json::object({{"runs", found.runs}, {"finished", found.finished}, {"mean_days", found.mean_days}, {"days", std::move(percentiles)}, {"serial_days", found.serial_days}, {"parallel_days", found.parallel_days}, {"tasks", std::move(tasks)}, {"staff", std::move(roles)}, {"assumptions", std::move(assumptions)}});
}

}  // namespace jiaoji::casework
