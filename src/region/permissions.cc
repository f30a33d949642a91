#include "region/permissions.h"

namespace jiaoji::region {

namespace {

constexpr Reach none = Reach::none, party = Reach::own_party, city = Reach::own_city, visible = Reach::visible, all = Reach::all;

// Rows: Action, in its order. Columns: guest, member, officer, coordinator, administrator, auditor.
constexpr Reach kTable[kActions][6] = {
    /* listing_read   */ {visible, visible, visible, visible, visible, visible},
    /* listing_write  */ {none, party, city, none, none, none},
    /* match          */ {none, visible, visible, visible, none, none},
    /* deal_read      */ {none, party, city, visible, none, none},
    /* deal_write     */ {none, party, city, visible, none, none},
    /* party_read     */ {visible, visible, visible, visible, visible, visible},
    /* party_write    */ {none, party, city, none, none, none},
    /* contact_read   */ {none, party, city, none, none, none},
    /* import         */ {none, party, city, none, none, none},
    /* export_        */ {none, visible, visible, visible, none, none},
    /* journal_read   */ {none, none, city, none, none, all},
    /* account_manage */ {none, none, none, none, all, none},
    /* program_manage */ {none, none, none, none, all, none},
    /* job_read       */ {none, party, city, none, all, none},
    /* token_own      */ {none, visible, visible, visible, visible, visible},
    /* model_read     */ {visible, visible, visible, visible, visible, visible},
    /* model_write    */ {none, none, city, none, none, none},
    /* facts_read     */ {none, party, city, none, none, none},
    /* facts_write    */ {none, party, city, none, none, none},
    /* decision       */ {none, none, city, none, none, none},
    /* reach          */ {none, none, visible, visible, none, none},
    /* network_read   */ {visible, visible, visible, visible, visible, visible},
    /* network_write  */ {none, none, city, visible, none, none},
    /* procedure_read */ {visible, visible, visible, visible, visible, visible},
    /* procedure_write*/ {none, none, city, none, none, none},
    /* case_read      */ {none, party, city, visible, none, none},
    /* case_write     */ {none, party, city, visible, none, none},
};

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::member: return "member";
    case Role::officer: return "officer";
    case Role::coordinator: return "coordinator";
    case Role::administrator: return "administrator";
    case Role::auditor: return "auditor";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : kRoles) if (text == to_string(role)) return role;
  return std::nullopt;
}

const char* to_string(Visibility visibility) {
  switch (visibility) {
    case Visibility::city: return "city";
    case Visibility::region: return "region";
    case Visibility::everyone: return "public";
  }
  return "";
}

std::optional<Visibility> parse_visibility(std::string_view text) {
  for (const auto v : {Visibility::city, Visibility::region, Visibility::everyone}) if (text == to_string(v)) return v;
  return std::nullopt;
}

Actor system_actor() { return {.account = "system", .name = "system", .role = Role::administrator}; }

Reach reach(const Actor& actor, Action action) {
  if (actor.system()) return all;
  const int column = actor.signed_in() ? 1 + static_cast<int>(actor.role) : 0;
  return kTable[static_cast<int>(action)][column];
}

bool sees(const Actor& actor, const Subject& subject) {
  if (actor.system() || subject.visibility == Visibility::everyone) return true;
  if (!actor.signed_in()) return false;
  if (subject.visibility == Visibility::region) return true;
  // An administrator or a coordinator has no city of its own, and so sees no city's own rows.
  return (!actor.city.empty() && actor.city == subject.city) || (!actor.party.empty() && actor.party == subject.party);
}

bool may(const Actor& actor, Action action) { return reach(actor, action) != none; }

bool may(const Actor& actor, Action action, const Subject& subject) {
  switch (reach(actor, action)) {
    case Reach::none: return false;
    case Reach::own_party: return !actor.party.empty() && actor.party == subject.party;
    case Reach::own_city: return !actor.city.empty() && actor.city == subject.city;
    case Reach::visible: return sees(actor, subject);
    case Reach::all: return true;
  }
  return false;
}

Error refusal(const Actor& actor, Action) {
  if (!actor.signed_in()) return {Code::unauthenticated, "access.sign_in", {"请先登录", "sign in first"}, {}};
  return {Code::forbidden, "access.forbidden", {"您的角色不能进行此操作", "your role does not allow this"}, {}};
}

}  // namespace jiaoji::region
