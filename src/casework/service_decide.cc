#include "casework/service_decide.h"

#include <algorithm>

#include <fmt/format.h>

#include "rules/records.h"

namespace jiaoji::casework {

Service::Decide decide_by(rules::Service& rules) {
  return [&rules](store::Reader& db, const std::string& asked, const std::string& own_city, const std::string& procedure_city, const Variables& variables) -> Result<feel::Value> {
    const auto at = asked.find('@');
    const auto decision = asked.substr(0, at);
    const auto city = at == std::string::npos ? own_city : asked.substr(at + 1);
    const auto slash = std::min(decision.find('/'), decision.size());
    const auto hash = std::min(decision.find('#', slash), decision.size());
    const auto matter = slash == decision.size() ? "" : decision.substr(slash + 1, hash - slash - 1);
    const auto system = region::system_actor();
    TRY(const auto rows, rules::list_models(db, system, {.program = decision.substr(0, slash), .matter = matter, .city = city, .after = "", .limit = 1}));
    const bool seen = !rows.empty() && (rows[0].city == procedure_city || rows[0].visibility != region::Visibility::city);
    if (!seen || rows[0].published == 0) return fail(Code::conflict, "casework.decision", {fmt::format("{} 没有生效的决策“{}”", city, decision), fmt::format("{} has no decision \"{}\" in force", city, decision)});
    rules::Question question{.decision = hash == decision.size() ? "" : decision.substr(hash + 1), .number = 0, .inputs = {}, .unknown = false};
    TRY(const auto model, rules.read(db, system, rows[0].id, 0));
    for (const auto& element : model.compiled->elements()) {
      const auto* known = find(variables, element.name);
      if (element.kind == rules::Element::Kind::input && known) question.inputs.put(element.name, *known);
    }
    TRY(const auto decided, rules.decide(db, system, rows[0].id, question));
    return decided.answers.empty() ? feel::Value() : decided.answers.front().second;
  };
}

}  // namespace jiaoji::casework
