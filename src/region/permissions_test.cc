#include "region/permissions.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace jiaoji::region {
namespace {

const Action kActionsInOrder[] = {Action::listing_read, Action::listing_write, Action::match, Action::deal_read, Action::deal_write, Action::party_read, Action::party_write,
                                  Action::contact_read, Action::import, Action::export_, Action::journal_read, Action::account_manage, Action::program_manage,
                                  Action::job_read, Action::token_own, Action::model_read, Action::model_write, Action::facts_read, Action::facts_write, Action::decision, Action::reach, Action::network_read, Action::network_write,
                                  Action::procedure_read, Action::procedure_write, Action::case_read, Action::case_write};

Actor guest() { return {}; }
Actor someone(Role role, std::string city = "", std::string party = "") { return {"acc_1", "甲", role, std::move(city), std::move(party)}; }

// Six worlds for each actor: own or foreign row × city, region, public. 1 where the action is allowed. Written by hand from the
// issue: a city keeps its rows, an auditor changes nothing, an administrator administers and does no business.
//                        own: city region public   foreign: city region public
struct Cell { const char* action; const char* actor; const char* allowed; };

TEST(Permissions, CellByCell) {
  const std::map<std::string, Actor> actors = {
      {"guest", guest()},
      {"member", someone(Role::member, "370200", "pty_1")},
      {"officer", someone(Role::officer, "370200")},
      {"coordinator", someone(Role::coordinator)},
      {"administrator", someone(Role::administrator)},
      {"auditor", someone(Role::auditor)},
  };
  const std::map<std::string, Action> actions = {
      {"listing_read", Action::listing_read}, {"listing_write", Action::listing_write}, {"match", Action::match}, {"deal_read", Action::deal_read},
      {"deal_write", Action::deal_write}, {"party_read", Action::party_read}, {"party_write", Action::party_write}, {"contact_read", Action::contact_read},
      {"import", Action::import}, {"export", Action::export_}, {"journal_read", Action::journal_read}, {"account_manage", Action::account_manage},
      {"program_manage", Action::program_manage}, {"job_read", Action::job_read}, {"token_own", Action::token_own}, {"model_read", Action::model_read}, {"model_write", Action::model_write},
      {"facts_read", Action::facts_read}, {"facts_write", Action::facts_write}, {"decision", Action::decision}, {"reach", Action::reach}, {"network_read", Action::network_read}, {"network_write", Action::network_write},
      {"procedure_read", Action::procedure_read}, {"procedure_write", Action::procedure_write}, {"case_read", Action::case_read}, {"case_write", Action::case_write}};
  // Own rows are of city 370200 and party pty_1; foreign ones of 370100 and pty_2.
  const Cell cells[] = {
      {"listing_read", "guest", "001 001"},  {"listing_read", "member", "111 011"},  {"listing_read", "officer", "111 011"},
      {"listing_read", "coordinator", "011 011"}, {"listing_read", "administrator", "011 011"}, {"listing_read", "auditor", "011 011"},
      {"listing_write", "guest", "000 000"}, {"listing_write", "member", "111 000"}, {"listing_write", "officer", "111 000"},
      {"listing_write", "coordinator", "000 000"}, {"listing_write", "administrator", "000 000"}, {"listing_write", "auditor", "000 000"},
      {"match", "guest", "000 000"}, {"match", "member", "111 011"}, {"match", "officer", "111 011"}, {"match", "coordinator", "011 011"},
      {"match", "administrator", "000 000"}, {"match", "auditor", "000 000"},
      {"deal_read", "guest", "000 000"}, {"deal_read", "member", "111 000"}, {"deal_read", "officer", "111 000"}, {"deal_read", "coordinator", "011 011"},
      {"deal_read", "administrator", "000 000"}, {"deal_read", "auditor", "000 000"},
      {"deal_write", "guest", "000 000"}, {"deal_write", "member", "111 000"}, {"deal_write", "officer", "111 000"}, {"deal_write", "coordinator", "011 011"},
      {"deal_write", "administrator", "000 000"}, {"deal_write", "auditor", "000 000"},
      {"party_read", "guest", "001 001"}, {"party_read", "member", "111 011"}, {"party_read", "officer", "111 011"}, {"party_read", "coordinator", "011 011"},
      {"party_read", "administrator", "011 011"}, {"party_read", "auditor", "011 011"},
      {"party_write", "guest", "000 000"}, {"party_write", "member", "111 000"}, {"party_write", "officer", "111 000"}, {"party_write", "coordinator", "000 000"},
      {"party_write", "administrator", "000 000"}, {"party_write", "auditor", "000 000"},
      {"contact_read", "guest", "000 000"}, {"contact_read", "member", "111 000"}, {"contact_read", "officer", "111 000"}, {"contact_read", "coordinator", "000 000"},
      {"contact_read", "administrator", "000 000"}, {"contact_read", "auditor", "000 000"},
      {"import", "guest", "000 000"}, {"import", "member", "111 000"}, {"import", "officer", "111 000"}, {"import", "coordinator", "000 000"},
      {"import", "administrator", "000 000"}, {"import", "auditor", "000 000"},
      {"export", "guest", "000 000"}, {"export", "member", "111 011"}, {"export", "officer", "111 011"}, {"export", "coordinator", "011 011"},
      {"export", "administrator", "000 000"}, {"export", "auditor", "000 000"},
      {"journal_read", "guest", "000 000"}, {"journal_read", "member", "000 000"}, {"journal_read", "officer", "111 000"}, {"journal_read", "coordinator", "000 000"},
      {"journal_read", "administrator", "000 000"}, {"journal_read", "auditor", "111 111"},
      {"account_manage", "guest", "000 000"}, {"account_manage", "member", "000 000"}, {"account_manage", "officer", "000 000"},
      {"account_manage", "coordinator", "000 000"}, {"account_manage", "administrator", "111 111"}, {"account_manage", "auditor", "000 000"},
      {"program_manage", "guest", "000 000"}, {"program_manage", "member", "000 000"}, {"program_manage", "officer", "000 000"},
      {"program_manage", "coordinator", "000 000"}, {"program_manage", "administrator", "111 111"}, {"program_manage", "auditor", "000 000"},
      {"job_read", "guest", "000 000"}, {"job_read", "member", "111 000"}, {"job_read", "officer", "111 000"}, {"job_read", "coordinator", "000 000"},
      {"job_read", "administrator", "111 111"}, {"job_read", "auditor", "000 000"},
      {"token_own", "guest", "000 000"}, {"token_own", "member", "111 011"}, {"token_own", "officer", "111 011"}, {"token_own", "coordinator", "011 011"},
      {"token_own", "administrator", "011 011"}, {"token_own", "auditor", "011 011"},
      {"model_read", "guest", "001 001"}, {"model_read", "member", "111 011"}, {"model_read", "officer", "111 011"}, {"model_read", "coordinator", "011 011"},
      {"model_read", "administrator", "011 011"}, {"model_read", "auditor", "011 011"},
      {"model_write", "guest", "000 000"}, {"model_write", "member", "000 000"}, {"model_write", "officer", "111 000"}, {"model_write", "coordinator", "000 000"},
      {"model_write", "administrator", "000 000"}, {"model_write", "auditor", "000 000"},
      {"facts_read", "guest", "000 000"}, {"facts_read", "member", "111 000"}, {"facts_read", "officer", "111 000"}, {"facts_read", "coordinator", "000 000"}, {"facts_read", "administrator", "000 000"}, {"facts_read", "auditor", "000 000"},
      {"facts_write", "guest", "000 000"}, {"facts_write", "member", "111 000"}, {"facts_write", "officer", "111 000"}, {"facts_write", "coordinator", "000 000"}, {"facts_write", "administrator", "000 000"}, {"facts_write", "auditor", "000 000"},
      {"decision", "guest", "000 000"}, {"decision", "member", "000 000"}, {"decision", "officer", "111 000"}, {"decision", "coordinator", "000 000"}, {"decision", "administrator", "000 000"}, {"decision", "auditor", "000 000"},
      {"reach", "guest", "000 000"}, {"reach", "member", "000 000"}, {"reach", "officer", "111 011"}, {"reach", "coordinator", "011 011"}, {"reach", "administrator", "000 000"}, {"reach", "auditor", "000 000"},
      {"network_read", "guest", "001 001"}, {"network_read", "member", "111 011"}, {"network_read", "officer", "111 011"}, {"network_read", "coordinator", "011 011"}, {"network_read", "administrator", "011 011"}, {"network_read", "auditor", "011 011"},
      {"network_write", "guest", "000 000"}, {"network_write", "member", "000 000"}, {"network_write", "officer", "111 000"}, {"network_write", "coordinator", "011 011"}, {"network_write", "administrator", "000 000"}, {"network_write", "auditor", "000 000"},
      {"procedure_read", "guest", "001 001"}, {"procedure_read", "member", "111 011"}, {"procedure_read", "officer", "111 011"}, {"procedure_read", "coordinator", "011 011"}, {"procedure_read", "administrator", "011 011"}, {"procedure_read", "auditor", "011 011"},
      {"procedure_write", "guest", "000 000"}, {"procedure_write", "member", "000 000"}, {"procedure_write", "officer", "111 000"}, {"procedure_write", "coordinator", "000 000"}, {"procedure_write", "administrator", "000 000"}, {"procedure_write", "auditor", "000 000"},
      {"case_read", "guest", "000 000"}, {"case_read", "member", "111 000"}, {"case_read", "officer", "111 000"}, {"case_read", "coordinator", "011 011"}, {"case_read", "administrator", "000 000"}, {"case_read", "auditor", "000 000"},
      {"case_write", "guest", "000 000"}, {"case_write", "member", "111 000"}, {"case_write", "officer", "111 000"}, {"case_write", "coordinator", "011 011"}, {"case_write", "administrator", "000 000"}, {"case_write", "auditor", "000 000"},
  };
  ASSERT_EQ(std::size(cells), actors.size() * actions.size());
  for (const auto& cell : cells) {
    SCOPED_TRACE(std::string(cell.action) + " by " + cell.actor);
    std::string allowed;
    for (const bool own : {true, false}) {
      for (const auto visibility : {Visibility::city, Visibility::region, Visibility::everyone})
        allowed += may(actors.at(cell.actor), actions.at(cell.action), {own ? "370200" : "370100", own ? "pty_1" : "pty_2", visibility}) ? '1' : '0';
      if (own) allowed += ' ';
    }
    EXPECT_EQ(allowed, cell.allowed);
  }
}

// The promise that no table may break, asked a million times of random actors and rows.
TEST(Permissions, NobodySeesAnotherCitysRows) {
  std::uint64_t state = 20260101;
  const auto pick = [&](std::size_t n) { return (state = state * 6364136223846793005u + 1442695040888963407u, static_cast<std::size_t>(state >> 33) % n); };
  const char* cities[] = {"", "370100", "370200", "370300"};
  const char* parties[] = {"", "pty_1", "pty_2"};
  for (int i = 0; i < 1'000'000; ++i) {
    const auto actor = pick(6) == 0 ? guest() : someone(kRoles[pick(5)], cities[pick(4)], parties[pick(3)]);
    const Subject row{cities[1 + pick(3)], parties[pick(3)], Visibility::city};
    const bool own = (!actor.city.empty() && actor.city == row.city) || (!actor.party.empty() && actor.party == row.party);
    if (own) continue;
    for (const auto action : kActionsInOrder) {
      // The auditor reads the journal and an administrator's work is not about rows.
      const bool about_rows = action != Action::journal_read && action != Action::account_manage && action != Action::program_manage && action != Action::job_read;
      if (about_rows) { ASSERT_FALSE(may(actor, action, row)) << static_cast<int>(action) << " by " << to_string(actor.role) << " of " << actor.city; }
    }
  }
}

TEST(Permissions, RolesAndVisibilitiesReadBackAsWritten) {
  for (const Role role : kRoles) EXPECT_EQ(parse_role(to_string(role)), role);
  for (const auto v : {Visibility::city, Visibility::region, Visibility::everyone}) EXPECT_EQ(parse_visibility(to_string(v)), v);
  EXPECT_FALSE(parse_role("root"));
  EXPECT_FALSE(parse_visibility(""));
}

}  // namespace
}  // namespace jiaoji::region
