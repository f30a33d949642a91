#include "casework/routes_json.h"

#include <fmt/format.h>

#include "casework/clock_json.h"

namespace jiaoji::casework {

namespace {

json::Value time_or_null(TimeMs time) { return time == 0 || time >= kNoDue ? json::Value(nullptr) : json::Value(format_time(time)); }
json::Value text_or_null(const FormulaPointer& formula) { return formula ? json::Value(formula->source) : json::Value(nullptr); }

json::Value term_json(const std::optional<Rule>& rule, Language language) {
  if (!rule) return nullptr;
  return json::object({{"text", unit_text(rule->unit, rule->amount).in(language)}, {"clause", rule->clause}});
}

std::string says(const EventDefinition& one) {
  switch (one.trigger) {
    case Trigger::timer: return one.timer.formula ? one.timer.formula->source + (one.timer.workdays ? " workdays" : "") : one.timer.text;
    case Trigger::condition: return one.condition ? one.condition->source : "";
    default: return one.name;
  }
}

json::Value element_json(const Procedure& procedure, const Node& node, Language language) {
  json::Array events, outgoing;
  for (const auto& one : node.definitions) events.push_back(json::object({{"trigger", to_string(one.trigger)}, {"says", says(one)}}));
  for (const auto at : node.outgoing) {
    const auto& flow = procedure.flows[static_cast<std::size_t>(at)];
    outgoing.push_back(json::object({{"id", flow.id}, {"name", flow.name}, {"to", procedure.nodes[static_cast<std::size_t>(flow.to)].id}, {"condition", text_or_null(flow.condition)}, {"default", at == node.default_flow}}));
  }
  const auto& container = procedure.containers[static_cast<std::size_t>(node.container)];
  const auto attached = node.attached_to == kNone ? json::Value(nullptr) : json::Value(procedure.nodes[static_cast<std::size_t>(node.attached_to)].id);
  return json::object({{"id", node.id}, {"name", node.name}, {"documentation", node.documentation}, {"kind", to_string(node.kind)}, {"task", node.kind == Kind::task ? json::Value(to_string(node.task)) : json::Value(nullptr)},
                       {"inside", container.node == kNone ? container.id : procedure.nodes[static_cast<std::size_t>(container.node)].id}, {"attached_to", attached}, {"interrupting", node.interrupting}, {"role", node.role}, {"city", node.city},
                       {"due", term_json(node.due, language)}, {"suspends", node.suspends}, {"decision", node.decision}, {"form", form_json(node.form)}, {"events", std::move(events)}, {"outgoing", std::move(outgoing)}});
}

}  // namespace

json::Array form_json(const std::vector<FormField>& form) {
  json::Array out;
  for (const auto& field : form) out.push_back(json::object({{"name", field.name}, {"label", field.label}, {"type", field.type}, {"options", json::Array(field.options.begin(), field.options.end())}, {"required", field.required}, {"office_only", field.office_only}}));
  return out;
}

json::Array elements_json(const Procedure& procedure, Language language) {
  json::Array out;
  for (const auto& node : procedure.nodes) out.push_back(element_json(procedure, node, language));
  return out;
}

json::Array problems_json(const std::vector<Problem>& problems, Language language) {
  json::Array out;
  for (const auto& one : problems) out.push_back(json::object({{"element", one.element}, {"line", static_cast<std::int64_t>(one.line)}, {"key", one.key}, {"detail", one.text.in(language)}}));
  return out;
}

json::Value to_json(const ProcedureRow& row) {
  return json::object({{"id", row.id}, {"program", row.program}, {"name", row.name}, {"city", row.city}, {"visibility", to_string(row.visibility)}, {"illustrative", row.illustrative}, {"deployed", row.deployed}, {"draft", row.draft}, {"version", row.version}, {"updated_at", format_time(row.updated_at)}});
}

json::Value to_json(const Definition& definition, const std::vector<ProcedureVersionRow>& versions, Language language) {
  auto out = to_json(definition.row);
  auto& object = std::get<json::Object>(out.data);
  const auto& procedure = definition.reading->procedure;
  json::Array history, processes;
  for (const auto& version : versions) {
    if (version.deployed_at == 0 && !definition.may_write) continue;
    history.push_back(json::object({{"number", version.number}, {"author", version.author}, {"created_at", format_time(version.created_at)}, {"deployed_at", time_or_null(version.deployed_at)}}));
  }
  for (const auto& one : procedure.containers) {
    if (one.node != kNone || one.global_task || !one.executable) continue;
    processes.push_back(json::object({{"id", one.id}, {"name", one.name}, {"city", one.city}, {"by_hand", !one.starts.empty()}, {"due", term_json(one.due, language)}, {"form", form_json(one.form)}}));
  }
  object.set("number", definition.version.number);
  object.set("may_write", definition.may_write);
  object.set("processes", std::move(processes));
  object.set("elements", elements_json(procedure, language));
  object.set("problems", problems_json(definition.reading->problems, language));
  object.set("history", std::move(history));
  return out;
}

json::Value due_json(const std::string& kept, const WorkCalendar& calendar, TimeMs now, TimeMs closed_at, Language language) {
  if (kept.empty()) return nullptr;
  const auto question = read_kept_deadline(kept);
  if (!question) return nullptr;
  // A task that is done is judged by the moment when it was done.
  const auto state = state_at(calendar, *question, closed_at ? closed_at : now);
  if (!state) return nullptr;
  auto out = deadline_json(state->deadline, question->rule, language);
  auto& object = std::get<json::Object>(out.data);
  const auto clock = state_json(*state);
  for (const auto& [key, value] : clock.object()->members) object.set(key, value);
  object.set("clause", question->rule.clause);
  object.set("term", unit_text(question->rule.unit, question->rule.amount).in(language));
  return out;
}

json::Value to_json(const CaseRow& row, const std::string& party_name) {
  return json::object({{"id", row.id}, {"number", row.number}, {"title", row.title}, {"procedure", row.procedure}, {"procedure_number", row.procedure_number}, {"party", row.party.empty() ? json::Value(nullptr) : json::object({{"id", row.party}, {"name", party_name}})}, {"city", row.city},
                       {"outcome", row.outcome}, {"result", row.result}, {"illustrative", row.illustrative}, {"opened_at", format_time(row.opened_at)}, {"closed_at", time_or_null(row.closed_at)}, {"due_at", time_or_null(row.due_at)}, {"version", row.version}});
}

json::Value to_json(const EvidenceRow& row) {
  return json::object({{"id", row.id}, {"party", row.party}, {"name", row.name}, {"kind", row.kind}, {"issuer", row.issuer}, {"city", row.city}, {"grade", row.grade}, {"accepted_by", json::Array(row.accepted_by.begin(), row.accepted_by.end())}, {"valid_from", row.valid_from}, {"valid_until", row.valid_until},
                       {"sha256", row.sha256}, {"file_name", row.file_name}, {"created_at", format_time(row.created_at)}, {"withdrawn_at", time_or_null(row.withdrawn_at)}});
}

json::Value to_json(const HandoverRow& row) {
  return json::object({{"id", row.id}, {"case", row.case_id}, {"from_city", row.from_city}, {"to_city", row.to_city}, {"reason", row.reason}, {"sha256", row.sha256}, {"state", row.state}, {"sent_by", row.sent_by}, {"sent_at", format_time(row.sent_at)}, {"consented_by", row.consented_by}, {"consented_at", time_or_null(row.consented_at)}, {"paper", row.paper}, {"answered_by", row.answered_by}, {"answered_at", time_or_null(row.answered_at)}, {"answer", row.answer}});
}

json::Value to_json(const TaskRow& task, const WorkCalendar& calendar, TimeMs now, bool may_do, const std::optional<Text>& amber, Language language) {
  return json::object({{"id", task.id}, {"case", task.case_id}, {"element", task.node}, {"name", task.name}, {"kind", task.kind}, {"role", task.role}, {"city", task.city}, {"account", task.account}, {"may_do", may_do && task.closed_at == 0}, {"opened_at", format_time(task.opened_at)},
                       {"due_at", time_or_null(task.due_at)}, {"due", due_json(task.due, calendar, now, task.closed_at, language)}, {"closed_at", time_or_null(task.closed_at)}, {"closed_by", task.closed_by}, {"how", task.how}, {"service", task.service}, {"amber", amber.has_value()}, {"amber_why", amber ? amber->in(language) : std::string()}});
}

}  // namespace jiaoji::casework
