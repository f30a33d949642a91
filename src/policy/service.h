// Use cases of policies for firms: what fits a firm, whom a policy reaches, what is known of a firm. Each asks `may`; changes write the
// journal inside the transaction they are given.
#pragma once

#include <map>

#include "policy/match.h"
#include "policy/reach.h"
#include "policy/records.h"
#include "policy/standing.h"
#include "region/service.h"
#include "rules/service.h"

namespace jiaoji::policy {

struct Reaches {
  std::shared_ptr<const Policy> asked, in_force;  // in_force: when another version is
  Reach reach, before;
  std::vector<Firm> firms;                        // what the reaches point at
};

struct StoredFirm {
  std::string party, city;  // "": it is not stored
};
struct LadderOf {
  std::string model, title;
  std::vector<Rung> rungs;
};
struct ProductivityOf {
  std::string model, title, city;
  Standing standing;
  std::vector<Near> lifts;
  std::optional<Firmness> firmness;  // among its own city's firms; of a stored firm whose facts are all known
};
struct Stands {
  feel::Date day;
  std::vector<LadderOf> ladders;
  std::optional<ProductivityOf> productivity;  // by the model of the firm's city
  std::vector<std::pair<std::string, Error>> unusable;  // models in force that could not be asked, which stand in nobody's way
};
struct RankedFirm {
  std::string party, name;
  Standing standing;
  Firmness firmness;
};
struct RankedFirms {
  ProductivityOf by;               // the model alone
  std::vector<RankedFirm> firms;   // the best first
  std::size_t unknown = 0;         // firms of which a fact is missing
};

class Service {
 public:
  Service(const Clock& clock, rules::Service& rules, Vocabulary vocabulary) : clock_(clock), rules_(rules), vocabulary_(std::move(vocabulary)) {}

  const Vocabulary& vocabulary() const { return vocabulary_; }
  feel::Date today() const;  // in China

  // The policies in force that the actor sees. A model that is no policy is left out and told in `faults`.
  Result<std::vector<std::shared_ptr<const Policy>>> policies(store::Reader& db, const region::Actor& actor, std::vector<std::pair<std::string, Error>>* faults = nullptr);
  Result<Matched> match(store::Reader& db, const region::Actor& actor, const feel::Context& facts, feel::Date day);
  // Of version `number` (0: the one in force) beside the one in force. Firms of all cities are counted; for names see `may_name`.
  Result<Reaches> reach(store::Reader& db, const region::Actor& actor, const std::string& id, std::int64_t number, feel::Date day);

  // How a firm stands. A stored one has a rank, with `facts` instead of what is stored of it: among the firms of its own city, never
  // among another's, whose figures its rank would tell.
  Result<Stands> stands(store::Reader& db, const region::Actor& actor, const feel::Context& facts, const StoredFirm& firm, feel::Date day);
  // The firms of the actor's city. Errors: refusal (officers only), productivity.none.
  Result<RankedFirms> ranking(store::Reader& db, const region::Actor& actor, feel::Date day);

  // What is stored of a party, with its city. Error: party.not_found, also for what may not be seen.
  Result<FactsRow> read_facts(store::Reader& db, const region::Actor& actor, const region::Party& party) const;
  // Facts as they are stored, as tables take them.
  Result<feel::Context> context_of(const json::Object& facts) const;
  // What is known of every firm of the region, for counting whom a difference meets.
  Result<std::vector<feel::Context>> known_firms(store::Reader& db) const;
  // Replaces them. Errors: facts.invalid, `stale`.
  Result<FactsRow> write_facts(store::Writer& db, const region::Actor& actor, const region::Party& party, std::int64_t version, const json::Object& facts, bool illustrative = false);

 private:
  Result<std::shared_ptr<const Policy>> policy(store::Reader& db, const region::Actor& actor, const std::string& id, std::int64_t number);
  Result<std::vector<rules::ModelView>> models(store::Reader& db, const region::Actor& actor, std::string_view program, const std::string& city);
  Result<ProductivityOf> productivity_of(store::Reader& db, const rules::ModelView& view, const feel::Context& facts, const StoredFirm& firm, feel::Date day);
  Result<RankedFirms> rank_city(store::Reader& db, const rules::ModelView& model, feel::Date day);
  Result<std::vector<Firm>> firms(store::Reader& db, const std::string& city) const;
  void add_city(json::Object& facts, const std::string& code, const std::map<std::string, std::string>& names) const;

  const Clock& clock_;
  rules::Service& rules_;
  const Vocabulary vocabulary_;
};

}  // namespace jiaoji::policy
