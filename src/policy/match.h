// Firm → policies: all that fit it, what it lacks for the others, and which to take together.
#pragma once

#include "policy/combine.h"
#include "policy/near.h"

namespace jiaoji::policy {

// What a policy is worth to a firm on the day that its facts ask about, in fen: nothing while it is closed. Keeps a reference.
Judge judge_of(const Policy& policy);

struct FitRow {
  const Policy* policy = nullptr;
  Fen amount = 0;                    // whether or not the policy is open on the day
  std::vector<std::string> missing;  // facts that it still depends on
  rules::Trace why;
  std::vector<Near> near;            // the worth is in fen
  std::optional<Error> fault;        // its model could not be asked to the end
};
struct Matched {
  feel::Date day;
  std::vector<std::shared_ptr<const Policy>> policies;  // what the rows point at
  std::vector<FitRow> rows;                             // one a policy; the largest amount that can be had on the day first
  std::vector<std::size_t> combined;                    // the rows that `best` chose from
  Combination best;
};
Matched match(std::vector<std::shared_ptr<const Policy>> policies, const Vocabulary& vocabulary, const feel::Context& facts, feel::Date day);

json::Value to_json(const Policy& policy, feel::Date day);
json::Value to_json(const Matched& matched, Language language);
json::Value wan_json(Fen fen);
json::Array steps_json(const Near& near);  // [{"fact", "from", "to"}]

}  // namespace jiaoji::policy
