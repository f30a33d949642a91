#include "policy/routes.h"

#include <algorithm>
#include <cmath>

#include "rules/explain.h"

namespace jiaoji::policy {

using region::Action;
using region::Answer;
using region::Call;
using region::may;

namespace {

// Fewer firms than these of a city whose figures the asker may not read are not told: one firm would be known by its amount. Nor is a cost
// of which one firm makes up more than half, and others only to two digits: a draft may pay one firm its revenue and the rest a fen. Counts
// are told in fives, so that two drafts that differ by one firm tell nothing of it.
constexpr std::size_t kCountedFewest = 5;
constexpr std::int64_t kCostDigits = 2;
constexpr std::size_t kNamesMax = 500;

json::Array list(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

json::Array faults_json(const std::vector<std::pair<std::string, Error>>& faults, Language language) {
  json::Array out;
  for (const auto& [id, error] : faults) out.push_back(json::object({{"id", id}, {"detail", error.detail.in(language)}}));
  return out;
}

json::Value to_json(const Fact& fact) {
  return json::object({{"name", fact.name}, {"label", fact.label}, {"type", to_string(fact.type)}, {"unit", fact.unit}, {"options", list(fact.options)}, {"change", to_string(fact.change)}, {"whole", fact.whole}});
}

Fen roughly(Fen cost) {
  Fen unit = 1;
  for (const auto most = static_cast<Fen>(std::pow(10, kCostDigits)); cost / unit >= most;) unit *= 10;
  return (cost + unit / 2) / unit * unit;
}

std::int64_t counted(std::size_t firms, bool reads) { return static_cast<std::int64_t>(reads ? firms : firms / kCountedFewest * kCountedFewest); }

json::Value to_json(const Reach& reach, const region::Actor& actor) {
  json::Array cities, firms;
  for (const auto& city : reach.cities) {
    const bool reads = may(actor, Action::facts_read, {city.city, "", region::Visibility::city});
    const bool few = !reads && city.reached > 0 && city.reached < kCountedFewest;
    const bool one_firm = !reads && city.largest > city.cost / 2;
    cities.push_back(json::object({{"city", city.city}, {"firms", static_cast<std::int64_t>(city.firms)}, {"reached", few ? json::Value(nullptr) : json::Value(counted(city.reached, reads))},
                                   {"unknown", counted(city.unknown, reads)}, {"cost", few || one_firm ? json::Value(nullptr) : wan_json(reads ? city.cost : roughly(city.cost))}}));
  }
  for (const auto& one : reach.reached) {
    if (firms.size() < kNamesMax && may(actor, Action::facts_read, {one.firm->city, one.firm->id, region::Visibility::city})) firms.push_back(json::object({{"party", one.firm->id}, {"name", one.firm->name}, {"city", one.firm->city}, {"amount", wan_json(one.amount)}}));
  }
  return json::object({{"day", reach.day.spelling()}, {"cities", std::move(cities)}, {"firms", std::move(firms)}});
}

json::Value to_json(const FactsRow& row) {
  return json::object({{"party", row.party}, {"facts", row.facts}, {"illustrative", row.illustrative}, {"version", row.version}, {"updated_at", row.version ? json::Value(format_time(row.updated_at)) : json::Value(nullptr)}});
}

json::Value to_json(const Near& near) {
  constexpr const char* grades[] = {"", "D", "C", "B", "A"};
  return json::object({{"steps", steps_json(near)}, {"wait_days", near.wait_days}, {"grade", grades[static_cast<int>(near.worth)]}});
}

json::Value to_json(const Firmness& firmness) {
  const auto whole = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  return json::object({{"rank", whole(firmness.rank)}, {"of", whole(firmness.of)}, {"best_by_one", whole(firmness.best_by_one)}, {"worst_by_one", whole(firmness.worst_by_one)}, {"best_bound", whole(firmness.best_bound)}, {"worst_bound", whole(firmness.worst_bound)}});
}

json::Value to_json(const Stands& stands, Language language) {
  json::Array ladders;
  for (const auto& ladder : stands.ladders) {
    json::Array rungs;
    for (const auto& rung : ladder.rungs) {
      json::Array conditions;
      for (const auto& one : rung.conditions) conditions.push_back(json::object({{"label", one.label}, {"test", one.test}, {"saw", feel::to_json(one.saw)}, {"holds", one.holds}, {"unknown", one.unknown}}));
      rungs.push_back(json::object({{"name", rung.name}, {"reached", rung.reached}, {"open", rung.open}, {"conditions", std::move(conditions)}, {"source", rules::to_json(rung.source)}}));
    }
    ladders.push_back(json::object({{"model", ladder.model}, {"title", ladder.title}, {"rungs", std::move(rungs)}}));
  }
  json::Value productivity = nullptr;
  if (const auto& of = stands.productivity) {
    json::Array indicators, ways;
    for (const auto& one : of->standing.indicators) indicators.push_back(json::object({{"name", one.name}, {"value", one.value}, {"weight", one.weight}}));
    for (const auto& one : of->lifts) ways.push_back(to_json(one));
    productivity = json::object({{"model", of->model}, {"title", of->title}, {"city", of->city}, {"score", of->standing.score}, {"grade", of->standing.grade}, {"missing", list(of->standing.missing)}, {"indicators", std::move(indicators)},
                                 {"lifts", std::move(ways)}, {"firmness", of->firmness ? to_json(*of->firmness) : json::Value(nullptr)}});
  }
  return json::object({{"day", stands.day.spelling()}, {"ladders", std::move(ladders)}, {"productivity", std::move(productivity)}, {"unusable", faults_json(stands.unusable, language)}});
}

// A day of the question: "2026-11-21", else today.
Result<feel::Date> day_of(const std::optional<std::string>& text, const Service& policies) {
  if (!text) return policies.today();
  if (const auto day = feel::Date::parse(*text)) return *day;
  Text detail{"day 应是日期，如 2026-11-21", "day should be a date such as 2026-11-21"};
  return fail(Code::invalid, "policy.day", detail, {{"/day", "policy.day", detail}});
}

// What may be asked about a firm: facts, or a stored party whose facts those given replace (what if).
struct FirmQuestion {
  feel::Context facts;
  std::string party, city;  // a stored one and its city; "": none
  feel::Date day;
};
using FirmAnswer = std::function<Result<json::Value>(store::Reader&, const Call&, const FirmQuestion&)>;

void add_question(region::Api& api, Service& policies, region::Service& region, const char* path, const char* operation, FirmAnswer answer) {
  api.free("POST", path, operation, [&api, &policies, &region, answer = std::move(answer)](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto party = in.optional_text("party", 60);
    const auto* facts = in.optional_object("facts");
    const auto day_text = in.optional_text("day", 10);
    if (!party && !facts) in.fault("facts", "field.missing", {"请给出 facts 或 party", "give facts or party"});
    TRY_VOID(in.done());
    FirmQuestion asked{.facts = {}, .party = party.value_or(""), .city = "", .day = {}};
    TRY(asked.day, day_of(day_text, policies));
    feel::Context given;
    if (facts) {
      TRY(given, read_facts(policies.vocabulary(), *facts, "/facts"));
    }
    TRY(const auto body, api.db().read_as<json::Value>([&](store::Reader& db) -> Result<json::Value> {
      if (party) {
        TRY(const auto row, region.read_party(db, call.actor, *party));
        TRY(const auto stored, policies.read_facts(db, call.actor, row));
        TRY(asked.facts, policies.context_of(stored.facts));
        asked.city = row.city;
      }
      for (const auto& [name, value] : given.entries) asked.facts.put(name, value);
      return answer(db, call, asked);
    }));
    return http::json_response(body);
  }, {.access = region::Access::guests});
}

void add_firm_side(region::Api& api, Service& policies, region::Service& region) {
  api.read("GET", "/api/v1/policies", "listPolicies", [&policies](const Call& call, store::Reader& db) -> Answer {
    std::vector<std::pair<std::string, Error>> faults;
    TRY(const auto found, policies.policies(db, call.actor, &faults));
    json::Array facts, items;
    for (const auto& fact : policies.vocabulary().facts) facts.push_back(to_json(fact));
    for (const auto& policy : found) items.push_back(to_json(*policy, policies.today()));
    return http::json_response(json::object({{"day", policies.today().spelling()}, {"facts", std::move(facts)}, {"items", std::move(items)}, {"unusable", faults_json(faults, call.request.language)}}));
  }, region::Access::guests);

  add_question(api, policies, region, "/api/v1/policies/match", "matchPolicies", [&policies](store::Reader& db, const Call& call, const FirmQuestion& asked) -> Result<json::Value> {
    TRY(const auto matched, policies.match(db, call.actor, asked.facts, asked.day));
    return to_json(matched, call.request.language);
  });
  add_question(api, policies, region, "/api/v1/standing", "getStanding", [&policies](store::Reader& db, const Call& call, const FirmQuestion& asked) -> Result<json::Value> {
    TRY(const auto stands, policies.stands(db, call.actor, asked.facts, {asked.party, asked.city}, asked.day));
    return to_json(stands, call.request.language);
  });

  api.read("GET", "/api/v1/parties/{id}/facts", "getFacts", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto party, region.read_party(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(const auto row, policies.read_facts(db, call.actor, party));
    return region::versioned_response(to_json(row), row.version);
  });
  api.write("PUT", "/api/v1/parties/{id}/facts", "putFacts", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto* facts = in.optional_object("facts");
    if (!facts) in.fault("facts", "field.missing", {"请给出 facts", "give facts"});
    TRY_VOID(in.done());
    TRY(const auto version, call.if_match());
    TRY(const auto party, region.read_party(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(const auto row, policies.write_facts(db, call.actor, party, version, *facts));
    return region::versioned_response(to_json(row), row.version);
  });
}

void add_office_side(region::Api& api, Service& policies) {
  api.read("GET", "/api/v1/standing/ranking", "getRanking", [&policies](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto ranked, policies.ranking(db, call.actor, policies.today()));
    json::Array items;
    for (const auto& firm : ranked.firms) items.push_back(json::object({{"party", firm.party}, {"name", firm.name}, {"score", firm.standing.score}, {"grade", firm.standing.grade}, {"firmness", to_json(firm.firmness)}}));
    return http::json_response(json::object({{"model", ranked.by.model}, {"title", ranked.by.title}, {"city", ranked.by.city}, {"unknown", static_cast<std::int64_t>(ranked.unknown)}, {"items", std::move(items)}}));
  });
  api.free("POST", "/api/v1/policies/{id}/reach", "reachOfPolicy", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto number = in.optional_integer("number", 1, 1'000'000).value_or(0);
    const auto day_text = in.optional_text("day", 10);
    TRY_VOID(in.done());
    TRY(const auto day, day_of(day_text, policies));
    TRY(const auto found, api.db().read_as<Reaches>([&](store::Reader& db) { return policies.reach(db, call.actor, std::string(call.request.parameter("id")), number, day); }));
    return http::json_response(json::object({{"policy", to_json(*found.asked, day)}, {"reach", to_json(found.reach, call.actor)},
                                             {"in_force", found.in_force ? to_json(found.before, call.actor) : json::Value(nullptr)}}));
  });
}

}  // namespace

void add_routes(region::Api& api, Service& policies, region::Service& region) {
  add_firm_side(api, policies, region);
  add_office_side(api, policies);
}

}  // namespace jiaoji::policy
