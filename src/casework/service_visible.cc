// What of a case an actor sees, and which of its variables the actor may set.
#include <algorithm>

#include <fmt/format.h>

#include "casework/records_evidence.h"
#include "casework/service.h"

namespace jiaoji::casework {

using region::Actor;
using region::Role;

namespace {

std::vector<std::string> texts_in(const json::Value& content, std::string_view key) {
  std::vector<std::string> out;
  const auto* found = content.find(key);
  if (!found || !found->array()) return out;
  for (const auto& one : *found->array()) {
    if (one.string()) out.push_back(*one.string());
  }
  return out;
}

bool has(const std::vector<std::string>& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

bool asks(const std::vector<FormField>& form, const std::string& name) { return std::ranges::find(form, name, &FormField::name) != form.end(); }

std::vector<std::string> members_of(const json::Value& content) {
  std::vector<std::string> out;
  const auto* sent = content.find("variables");
  if (!sent || !sent->object()) return out;
  for (const auto& [name, value] : sent->object()->members) out.push_back(name);
  return out;
}

std::vector<std::string> ids_of(const json::Value& content) {
  std::vector<std::string> out;
  const auto* sent = content.find("evidence");
  if (!sent || !sent->array()) return out;
  for (const auto& one : *sent->array()) {
    if (const auto* id = one.find("id"); id && id->string()) out.push_back(*id->string());
  }
  return out;
}

// A script without a result gives a context: its entries stand before a colon in its text.
bool assigns(const Node& node, const std::string& name) {
  if (node.task != Task::script || !node.result.empty() || !node.script) return false;
  const auto& text = node.script->source;
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const auto after = text.find_first_not_of(" \t\n\"", at + name.size());
    if (after != std::string::npos && text[after] == ':') return true;
  }
  return false;
}

// Names that the procedure itself gives a value or asks in a form, of whomever: nobody else sets them.
bool is_settled(const Procedure& procedure, const std::string& name) {
  const auto settles = [&](const Node& node) { return node.result == name || node.draw == name || asks(node.form, name) || assigns(node, name); };
  return std::ranges::any_of(procedure.nodes, settles) || std::ranges::any_of(procedure.containers, [&](const Container& one) { return asks(one.form, name); });
}

// Names on which the procedure decides: in a condition, script, key, timer or loop.
bool is_read(const Procedure& procedure, const std::string& name) {
  const auto reads = [&](const FormulaPointer& formula) { return formula && std::ranges::find(formula->variables, name) != formula->variables.end(); };
  return std::ranges::any_of(procedure.flows, [&](const Flow& one) { return reads(one.condition); }) || std::ranges::any_of(procedure.nodes, [&](const Node& one) {
           return reads(one.script) || reads(one.key) || one.city == "=" + name || reads(one.loop.cardinality) || one.loop.collection == name || reads(one.loop.condition) || std::ranges::any_of(one.definitions, [&](const EventDefinition& event) { return reads(event.condition) || reads(event.key) || reads(event.timer.formula); });
         });
}

}  // namespace

Result<Hidden> Service::hidden(store::Reader& db, const Actor& actor, const CaseRow& row, const Procedure& procedure) {
  Hidden out;
  if (actor.system()) return out;
  if (actor.role == Role::member) {
    const auto take = [&](const std::vector<FormField>& form) {
      for (const auto& field : form) {
        if (field.office_only) out.office_only.push_back(field.name);
      }
    };
    for (const auto& node : procedure.nodes) take(node.form);
    for (const auto& process : procedure.containers) take(process.form);
    std::ranges::sort(out.office_only);  // a procedure may ask tens of thousands of things
    return out;
  }
  // What a handover withheld is for the city that did so, and for the applicant; for no other office, however the case goes on, unless it is
  // sent to that office later, or that office has had it before.
  TRY(const auto handovers, list_handovers(db, row.id));
  std::vector<std::string> known, known_evidence;
  for (const auto& one : handovers) {
    const bool from = one.from_city == actor.city, to = one.to_city == actor.city;
    if (!from && !one.went()) continue;
    TRY(const auto content, json::parse(one.content));
    const auto sent = members_of(content), papers = ids_of(content);
    const auto withheld = texts_in(content, "withheld"), withheld_papers = texts_in(content, "withheld_evidence");
    if (from || to) known.insert(known.end(), sent.begin(), sent.end()), known_evidence.insert(known_evidence.end(), papers.begin(), papers.end());
    if (from) {
      known.insert(known.end(), withheld.begin(), withheld.end()), known_evidence.insert(known_evidence.end(), withheld_papers.begin(), withheld_papers.end());
      continue;
    }
    out.variables.insert(out.variables.end(), withheld.begin(), withheld.end());
    out.evidence.insert(out.evidence.end(), withheld_papers.begin(), withheld_papers.end());
    // Until it is received the other city sees what was sent, and nothing that came since.
    if (to && one.state == "sent") out.only = Hidden::Only{sent, papers};
  }
  std::erase_if(out.variables, [&](const std::string& name) { return has(known, name); });
  std::erase_if(out.evidence, [&](const std::string& id) { return has(known_evidence, id); });
  return out;
}

bool Hidden::hides(const std::string& name) const { return has(variables, name) || std::ranges::binary_search(office_only, name) || (only && !has(only->variables, name)); }
bool Hidden::hides_evidence(const std::string& id) const { return has(evidence, id) || (only && !has(only->evidence, id)); }

Result<bool> Service::sees_evidence(store::Reader& db, const Actor& actor, const std::string& evidence) {
  TRY(const auto cases, cases_with_evidence(db, evidence, actor.city));
  for (const auto& id : cases) {
    TRY(const auto row, find_case(db, id));
    if (!row) continue;
    TRY(const auto reading, reading_of(db, *row));
    TRY(const auto unseen, hidden(db, actor, *row, reading->procedure));
    if (!unseen.hides_evidence(evidence)) return true;
  }
  return false;
}

Result<void> Service::may_set(store::Reader& db, const Actor& actor, const CaseRow& row, const Procedure& procedure, const Variables& variables, const std::vector<FormField>& asked) {
  if (actor.system()) return {};
  std::optional<Hidden> unseen;
  for (const auto& [name, value] : variables) {
    if (asks(asked, name)) continue;
    if (is_settled(procedure, name) || (actor.role == Role::member && is_read(procedure, name))) return fail(Code::forbidden, "casework.not_asked", {fmt::format("这里没有问“{}”，不能由此填写", name), fmt::format("\"{}\" is not asked here; it cannot be set this way", name)}, {{"/" + name, "casework.not_asked", {"这里没有问这一项", "is not asked here"}}});
    if (row.id.empty()) continue;
    if (!unseen) {
      TRY(unseen, hidden(db, actor, row, procedure));
    }
    if (has(unseen->variables, name)) return fail(Code::forbidden, "casework.withheld", {fmt::format("“{}”没有移交给贵市，不能改", name), fmt::format("\"{}\" was not handed over to your city and cannot be changed", name)});
  }
  return {};
}

Result<void> Service::not_under_way(store::Reader& db, const CaseRow& row) {
  TRY(const auto under_way, is_handed_over(db, row.id));
  if (!under_way) return {};
  return fail(Code::conflict, "handover.under_way", {"正在移交：等回执，或由移出的市撤回以后再办", "it is being handed over: wait for the receipt, or withdraw it first"});
}

}  // namespace jiaoji::casework
