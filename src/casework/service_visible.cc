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

// The role whose tasks the actor does.
std::string role_of(const Actor& actor) { return actor.role == Role::member ? "applicant" : actor.role == Role::coordinator ? "coordinator" : "officer"; }

}  // namespace

Result<Hidden> Service::hidden(store::Reader& db, const Actor& actor, const CaseRow& row, const Procedure& procedure) {
  Hidden out;
  if (actor.system()) return out;
  if (actor.role == Role::member) {
    for (const auto& node : procedure.nodes) {
      for (const auto& field : node.form) {
        if (field.office_only) out.office_only.push_back(field.name);
      }
    }
    // A procedure may ask tens of thousands of things.
    std::ranges::sort(out.office_only);
    out.office_only.erase(std::ranges::unique(out.office_only).begin(), out.office_only.end());
    return out;
  }
  // What a handover withheld is for the city that did so, and for the applicant; for no other office, however the case goes on, unless it is
  // sent to that office later.
  TRY(const auto handovers, list_handovers(db, row.id));
  for (const auto& one : handovers) {
    if (one.from_city == actor.city || one.state == "asked" || one.state == "refused" || one.state == "withdrawn") continue;
    const auto content = json::parse(one.content);
    if (!content) return fail(Code::internal, "handover.unreadable", {"移交内容读不出来", "what was handed over cannot be read"});
    if (one.to_city == actor.city) {
      const auto* sent = content->find("variables");
      std::erase_if(out.variables, [&](const std::string& name) { return sent && sent->find(name); });
      const auto* evidence = content->find("evidence");
      for (const auto& piece : evidence && evidence->array() ? *evidence->array() : json::Array{}) {
        if (const auto* id = piece.find("id"); id && id->string()) std::erase(out.evidence, *id->string());
      }
    }
    for (auto& name : texts_in(*content, "withheld")) out.variables.push_back(std::move(name));
    for (auto& id : texts_in(*content, "withheld_evidence")) out.evidence.push_back(std::move(id));
  }
  return out;
}

Result<bool> Service::sees_evidence(store::Reader& db, const Actor& actor, const std::string& evidence) {
  TRY(const auto cases, cases_with_evidence(db, evidence, actor.city));
  for (const auto& id : cases) {
    TRY(const auto row, find_case(db, id));
    if (!row) continue;
    TRY(const auto reading, reading_of(db, *row));
    TRY(const auto unseen, hidden(db, actor, *row, reading->procedure));
    if (!has(unseen.evidence, evidence)) return true;
  }
  return false;
}

Result<void> Service::may_set(store::Reader& db, const Actor& actor, const CaseRow& row, const Procedure& procedure, const Variables& variables, const std::vector<FormField>& asked) {
  if (actor.system()) return {};
  TRY(const auto unseen, row.id.empty() ? Hidden{} : hidden(db, actor, row, procedure));
  const auto mine = role_of(actor);
  for (const auto& [name, value] : variables) {
    if (has(unseen.variables, name)) return fail(Code::forbidden, "casework.withheld", {fmt::format("“{}”没有移交给贵市，不能改", name), fmt::format("\"{}\" was not handed over to your city and cannot be changed", name)});
    if (asks(asked, name)) continue;
    bool others = false, own = false;
    for (const auto& node : procedure.nodes) {
      if (!asks(node.form, name)) continue;
      const auto role = node.role.empty() ? "officer" : node.role;
      (role == mine || (role == "applicant" && mine == "officer" && row.party.empty()) ? own : others) = true;
    }
    if (others && !own) return fail(Code::forbidden, "casework.not_asked", {fmt::format("“{}”由别人填写，您不能填", name), fmt::format("\"{}\" is asked of others; you cannot answer it", name)}, {{"/" + name, "casework.not_asked", {}}});
  }
  return {};
}

}  // namespace jiaoji::casework
