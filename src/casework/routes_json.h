// Procedures and cases as the API shows them.
#pragma once

#include "casework/service.h"

namespace jiaoji::casework {

json::Value to_json(const ProcedureRow& row);
// With its elements, what keeps it from being deployed, and its versions.
json::Value to_json(const Definition& definition, const std::vector<ProcedureVersionRow>& versions, Language language);
json::Array elements_json(const Procedure& procedure, Language language);
json::Array problems_json(const std::vector<Problem>& problems, Language language);

json::Value to_json(const CaseRow& row, const std::string& party_name);
// A kept deadline with every step that led to its date, and where its clock stands at `now`; null when there is none.
json::Value due_json(const std::string& kept, const WorkCalendar& calendar, TimeMs now, TimeMs closed_at, Language language);
json::Value to_json(const TaskRow& task, const WorkCalendar& calendar, TimeMs now, bool may_do, const std::optional<Text>& amber, Language language);
json::Value to_json(const EvidenceRow& row);
json::Value to_json(const HandoverRow& row);
json::Array form_json(const std::vector<FormField>& form);

}  // namespace jiaoji::casework
