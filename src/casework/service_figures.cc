#include <algorithm>
#include <map>

#include "casework/service.h"

namespace jiaoji::casework {

namespace {

constexpr int kCountedMax = 20'000;  // cases that one question looks at, the newest

// Questions with few answers: what can be counted without telling anybody's words.
std::vector<FormField> countable(const Procedure& procedure) {
  std::vector<FormField> out;
  const auto take = [&](const std::vector<FormField>& form) {
    for (const auto& field : form) {
      const bool known = std::ranges::find(out, field.name, &FormField::name) != out.end();
      if (!known && (field.type == "choice" || field.type == "yes_no")) out.push_back(field);
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

Result<Figures> Service::figures(store::Reader& db, const region::Actor& actor, const std::string& id) {
  TRY(const auto definition, read_procedure(db, actor, id, 0));
  const auto fields = countable(definition.reading->procedure);
  Figures out;
  for (const auto& field : fields) out.fields.push_back({.name = field.name, .label = field.label, .values = {}});
  TRY(const auto rows, list_cases(db, {.city = "", .party = "", .procedure = id, .outcome = "", .text = "", .after = "", .limit = kCountedMax}));
  if (rows.empty()) return out;
  const WorkingHours hours(calendar_, rows.back().opened_at);
  for (const auto& row : rows) {
    ++out.opened;
    if (row.closed_at != 0) ++out.closed;
    ++out.outcomes[row.outcome];
    TRY(const auto reading, reading_of(db, row));
    TRY(const auto state, read_kept_state(row.state, reading->procedure));
    const double days = row.closed_at ? hours.between(row.opened_at, row.closed_at) / kHoursADay : 0;
    for (auto& field : out.fields) {
      const auto value = value_of(state.variables(), field.name);
      auto& counted = field.values[value];
      ++counted.opened;
      if (row.closed_at != 0) ++counted.closed, counted.days += days;
    }
  }
  return out;
}

}  // namespace jiaoji::casework
