// Who may do what: one table, asked by every use case, over every path.
//
// A city keeps its rows: what is visible to `city` is seen by the accounts of that city and by the party that owns it, by
// nobody else, whatever the role. What the table does not allow is refused.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jiaoji::region {

enum class Role { member, officer, coordinator, administrator, auditor };
inline constexpr std::array kRoles = {Role::member, Role::officer, Role::coordinator, Role::administrator, Role::auditor};
const char* to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

// `city`: the accounts of its city; `region`: everybody who is signed in; `everyone`: guests too ("public").
enum class Visibility { city, region, everyone };
const char* to_string(Visibility visibility);
std::optional<Visibility> parse_visibility(std::string_view text);

enum class Action {
  listing_read,     // one, a list, a search, a match, an export, a count
  listing_write,    // create, edit, withdraw, restore
  match,            // ask what fits
  deal_read,
  deal_write,       // introduce, agree, move along, drop
  party_read,
  party_write,
  contact_read,     // name and telephone of a party
  import,           // take in a file
  export_,          // give out a file
  journal_read,
  account_manage,
  program_manage,
  job_read,
  token_own,        // API tokens of one's own
  model_read,       // a decision model in force: read, decide, check, compare
  model_write,      // draft and publish
  facts_read,       // what is known of a firm: its revenue, its taxes
  facts_write,
  decision,         // record what was decided by a model, and read it
  reach,            // how many firms of each city a policy reaches: counts, no names
  network_read,     // travel times, circles, the files they come from: public
  network_write,    // load and remove timetables, streets, people, zones
  procedure_read,   // a procedure in force: its diagram and its steps
  procedure_write,  // draft and deploy
  case_read,        // a case: where it stands, its dates, its tasks
  case_write,       // open one, do its tasks, send it messages
};
inline constexpr int kActions = 27;

struct Actor {
  std::string account;      // "" is a guest, "system" the command line
  std::string name;
  Role role = Role::member;
  std::string city;         // code of the city; "" for the region's roles
  std::string party;        // of an enterprise member
  bool signed_in() const { return !account.empty(); }
  bool system() const { return account == "system"; }
};
Actor system_actor();       // the command line on the machine itself: may do everything

// What is acted on. Empty: nothing in particular ("may this actor at all?").
struct Subject {
  std::string_view city;
  std::string_view party;
  Visibility visibility = Visibility::region;
};

// How far a role reaches with an action.
enum class Reach {
  none,
  own_party,   // rows of the actor's party
  own_city,    // rows of the actor's city
  visible,     // rows whose visibility includes the actor
  all,
};
Reach reach(const Actor& actor, Action action);

// True when some row could be allowed: for showing a page or starting a search that filters by row.
bool may(const Actor& actor, Action action);
bool may(const Actor& actor, Action action, const Subject& subject);
// Whether a row's visibility includes the actor, apart from any action.
bool sees(const Actor& actor, const Subject& subject);

// The refusal: `forbidden` when signed in, `unauthenticated` for a guest.
Error refusal(const Actor& actor, Action action);

}  // namespace jiaoji::region
