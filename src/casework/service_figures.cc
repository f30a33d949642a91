#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "casework/service.h"

namespace jiaoji::casework {

namespace {

constexpr int kCountedMax = 20'000;  // cases that one question looks at, the newest
constexpr std::size_t kFiguresMax = 1'000;  // procedures whose figures are kept

// Questions with few answers: what can be counted without telling anybody's words.
std::vector<FormField> countable(const Procedure& procedure) {
  std::vector<FormField> out;
  const auto take = [&](const std::vector<FormField>& form) {
    for (const auto& field : form) {
      const bool known = std::ranges::find(out, field.name, &FormField::name) != out.end();
      if (!known && !field.office_only && (field.type == "choice" || field.type == "yes_no")) out.push_back(field);
    }
  };
  for (const auto& one : procedure.containers) take(one.form);
  for (const auto& one : procedure.nodes) take(one.form);
  return out;
}

std::string value_of(const Variables& variables, const std::string& name) {
  const auto* found = find(variables, name);
  return !found || found->is_null() ? "" : feel::spelling(*found);
}

}  // namespace

Result<std::shared_ptr<const Figures>> Service::figures(store::Reader& db, const region::Actor& actor, const std::string& id) {
  TRY(const auto definition, read_procedure(db, actor, id, 0));
  TRY(const auto stamp, stamp_of_cases(db, id));
  const auto key = fmt::format("{}/{}", id, definition.version.number);
  {
    const std::lock_guard lock(mutex_);
    const auto known = figures_.find(key);
    if (known != figures_.end() && known->second.first == stamp) return known->second.second;
  }
  TRY(auto made, count(db, definition));
  const std::lock_guard lock(mutex_);
  if (figures_.size() >= kFiguresMax) figures_.clear();
  return (figures_[key] = {stamp, std::make_shared<const Figures>(std::move(made))}).second;
}

Result<Figures> Service::count(store::Reader& db, const Definition& definition) {
  const auto fields = countable(definition.reading->procedure);
  Figures out;
  for (const auto& field : fields) out.fields.push_back({.name = field.name, .label = field.label, .values = {}});
  TRY(const auto rows, list_cases(db, {.city = "", .party = "", .procedure = definition.row.id, .outcome = "", .text = "", .after = "", .limit = kCountedMax}));
  if (rows.empty()) return out;
  const WorkingHours hours(calendar_, rows.back().opened_at);
  for (const auto& row : rows) {
    const bool closed = row.closed_at != 0;
    ++out.opened;
    if (closed) ++out.closed, ++out.results[row.result];
    ++out.outcomes[row.outcome];
    TRY(const auto reading, reading_of(db, row));
    TRY(const auto state, read_kept_state(row.state, reading->procedure));
    const double days = closed ? hours.between(row.opened_at, row.closed_at) / kHoursADay : 0;
    for (auto& field : out.fields) {
      auto& counted = field.values[value_of(state.variables(), field.name)];
      ++counted.opened;
      if (closed) ++counted.closed, ++counted.results[row.result], counted.days += days;
    }
  }
  return out;
}

}  // namespace jiaoji::casework
