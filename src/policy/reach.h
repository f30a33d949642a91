// Policy → firms: whom a policy (or a draft of one) reaches, and at what cost.
#pragma once

#include <span>

#include "policy/policy.h"

namespace jiaoji::policy {

struct Firm {
  std::string id, name, city;  // of its party
  feel::Context facts;
};

struct CityReach {
  std::string city;
  std::size_t firms = 0, reached = 0, unknown = 0;  // unknown: a fact is missing, so nobody can tell
  Fen cost = 0;                                     // if every firm that is reached applied
  Fen largest = 0;                                  // of it, what one firm gets
};
struct Reached {
  const Firm* firm = nullptr;
  Fen amount = 0;
};
struct Reach {
  feel::Date day;  // that was asked about: the day given, moved into the days on which the policy is open
  std::vector<CityReach> cities;  // by city
  std::vector<Reached> reached;   // the largest amount first
};

// One pass. Error: feel.limit.
Result<Reach> reach(const Policy& policy, std::span<const Firm> firms, feel::Date day);

}  // namespace jiaoji::policy
