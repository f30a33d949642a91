#include "policy/service.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace jiaoji::policy {

using region::Action;
using region::Actor;
using region::may;

namespace {

constexpr std::string_view kPolicies = "policy-direct", kProductivity = "land-productivity", kLadder = "ladder";  // programs
constexpr std::string_view kCityFact = "注册地";
constexpr double kWeightShare = 0.1;           // how far the weights are moved
constexpr int kModelsMax = 1'000;              // policies in force that one question looks at

// "济南市" → "济南": as the tables write it.
std::string short_name(std::string name) {
  if (name.ends_with("市")) name.resize(name.size() - std::string_view("市").size());
  return name;
}

Result<std::map<std::string, std::string>> city_names(store::Reader& db) {
  TRY(const auto places, region::all_places(db));
  std::map<std::string, std::string> out;
  for (const auto& place : places) out[place.code] = short_name(place.name);
  return out;
}

std::unexpected<Error> no_party() { return fail(Code::not_found, "party.not_found", {"没有这个主体", "there is no such party"}); }

}  // namespace

feel::Date Service::today() const { return feel::DateTime::at(static_cast<__int128>(clock_.now()) * 1'000'000, *feel::Zone::offset(8 * 3600))->date; }

Result<std::shared_ptr<const Policy>> Service::policy(store::Reader& db, const Actor& actor, const std::string& id, std::int64_t number) {
  TRY(auto view, rules_.read(db, actor, id, number));
  TRY(auto out, read_policy(id, view.row.city, view.compiled));
  out.number = view.shown.number;
  out.illustrative = view.row.illustrative;
  return std::make_shared<const Policy>(std::move(out));
}

Result<std::vector<std::shared_ptr<const Policy>>> Service::policies(store::Reader& db, const Actor& actor, std::vector<std::pair<std::string, Error>>* faults) {
  TRY(const auto rows, rules::list_models(db, actor, {.program = std::string(kPolicies), .matter = "", .city = "", .after = "", .limit = kModelsMax}));
  std::vector<std::shared_ptr<const Policy>> out;
  for (const auto& row : rows) {
    if (row.published == 0) continue;
    auto one = policy(db, actor, row.id, row.published);
    if (one) out.push_back(*std::move(one));
    else if (faults) faults->emplace_back(row.id, std::move(one).error());
  }
  return out;
}

Result<Matched> Service::match(store::Reader& db, const Actor& actor, const feel::Context& facts, feel::Date day) {
  TRY(auto found, policies(db, actor));
  return policy::match(std::move(found), vocabulary_, facts, day);
}

Result<Reaches> Service::reach(store::Reader& db, const Actor& actor, const std::string& id, std::int64_t number, feel::Date day) {
  if (!may(actor, Action::reach)) return fail(region::refusal(actor, Action::reach));
  Reaches out;
  TRY(out.asked, policy(db, actor, id, number));
  TRY(const auto model, rules::find_model(db, id));
  if (model && model->published != 0 && model->published != out.asked->number) {
    TRY(out.in_force, policy(db, actor, id, model->published));
  }
  TRY(out.firms, firms(db, ""));
  TRY(out.reach, policy::reach(*out.asked, out.firms, day));
  if (out.in_force) {
    TRY(out.before, policy::reach(*out.in_force, out.firms, day));
  }
  return out;
}

Result<std::vector<Firm>> Service::firms(store::Reader& db, const std::string& city) const {
  TRY(const auto rows, list_firms(db, city));
  TRY(const auto names, city_names(db));
  std::vector<Firm> out;
  for (const auto& row : rows) {
    TRY(auto facts, json::parse(row.facts));
    auto& object = std::get<json::Object>(facts.data);
    add_city(object, row.city, names);
    TRY(auto context, context_of(object));
    out.push_back({row.party, row.name, row.city, std::move(context)});
  }
  return out;
}

Result<std::vector<feel::Context>> Service::known_firms(store::Reader& db) const {
  TRY(auto all, firms(db, ""));
  std::vector<feel::Context> out;
  for (auto& firm : all) out.push_back(std::move(firm.facts));
  return out;
}

Result<std::vector<rules::ModelView>> Service::models(store::Reader& db, const Actor& actor, std::string_view program, const std::string& city) {
  TRY(const auto rows, rules::list_models(db, actor, {.program = std::string(program), .matter = "", .city = city, .after = "", .limit = kModelsMax}));
  std::vector<rules::ModelView> out;
  for (const auto& row : rows) {
    if (row.published == 0) continue;
    TRY(auto view, rules_.read(db, actor, row.id, row.published));
    out.push_back(std::move(view));
  }
  return out;
}

Result<RankedFirms> Service::rank_city(store::Reader& db, const rules::ModelView& model, feel::Date day) {
  RankedFirms out{.by = {.model = model.row.id, .title = model.row.title, .city = model.row.city, .standing = {}, .lifts = {}, .firmness = {}}, .firms = {}, .unknown = 0};
  TRY(const auto all, firms(db, model.row.city));
  std::vector<Standing> standings;
  for (const auto& firm : all) {
    TRY(auto one, standing(*model.compiled, firm.facts, day));
    if (!one.missing.empty()) {
      ++out.unknown;
      continue;
    }
    standings.push_back(one);
    out.firms.push_back({firm.id, firm.name, std::move(one), {}});
  }
  TRY_VOID(check_same_indicators(standings));
  const Ranking ranking(standings, kWeightShare);
  for (std::size_t i = 0; i < standings.size(); ++i) out.firms[i].firmness = ranking.of(i);
  std::ranges::stable_sort(out.firms, {}, [](const RankedFirm& firm) { return firm.firmness.rank; });
  return out;
}

Result<RankedFirms> Service::ranking(store::Reader& db, const Actor& actor, feel::Date day) {
  if (!may(actor, Action::facts_read) || actor.role != region::Role::officer) return fail(region::refusal(actor, Action::facts_read));
  TRY(const auto found, models(db, actor, kProductivity, actor.city));
  if (found.empty()) return fail(Code::not_found, "productivity.none", {"本市还没有发布亩产效益评价", "the city has published no evaluation of output per mu yet"});
  return rank_city(db, found[0], day);
}

Result<Stands> Service::stands(store::Reader& db, const Actor& actor, const feel::Context& facts, const StoredFirm& firm, feel::Date day) {
  Stands out{.day = day, .ladders = {}, .productivity = {}};
  TRY(const auto ladders, models(db, actor, kLadder, ""));
  for (const auto& view : ladders) {
    auto rungs = ladder(*view.compiled, facts, day);
    if (rungs) out.ladders.push_back({view.row.id, view.row.title, *std::move(rungs)});
    else out.unusable.emplace_back(view.row.id, std::move(rungs).error());
  }
  TRY(const auto names, city_names(db));
  const auto* city_name = facts.find(kCityFact);
  const auto city = std::ranges::find_if(names, [&](const auto& one) { return city_name && city_name->string() && one.second == *city_name->string(); });
  if (city == names.end()) return out;
  TRY(const auto found, models(db, actor, kProductivity, city->first));
  if (found.empty()) return out;
  const auto& view = found[0];
  auto own = productivity_of(db, view, facts, firm, day);
  if (own) out.productivity = *std::move(own);
  else out.unusable.emplace_back(view.row.id, std::move(own).error());
  return out;
}

Result<ProductivityOf> Service::productivity_of(store::Reader& db, const rules::ModelView& view, const feel::Context& facts, const StoredFirm& firm, feel::Date day) {
  auto out = ProductivityOf{.model = view.row.id, .title = view.row.title, .city = view.row.city, .standing = {}, .lifts = {}, .firmness = {}};
  TRY(out.standing, standing(*view.compiled, facts, day));
  if (!out.standing.missing.empty()) return out;
  out.lifts = lifts(*view.compiled, vocabulary_, facts, day);
  if (firm.party.empty() || firm.city != view.row.city) return out;
  TRY(auto ranked, rank_city(db, view, day));
  const auto own = std::ranges::find(ranked.firms, firm.party, &RankedFirm::party);
  std::vector<Standing> standings;
  for (const auto& one : ranked.firms) standings.push_back(one.standing);
  const auto at = static_cast<std::size_t>(own - ranked.firms.begin());
  if (own == ranked.firms.end()) standings.push_back(out.standing);
  else standings[at] = out.standing;
  TRY_VOID(check_same_indicators(standings));
  out.firmness = Ranking(standings, kWeightShare).of(at);
  return out;
}

// A party's city goes without saying.
void Service::add_city(json::Object& facts, const std::string& code, const std::map<std::string, std::string>& names) const {
  const auto* city = vocabulary_.find(kCityFact);
  const auto name = names.find(code);
  if (!city || facts.find(kCityFact) || name == names.end()) return;
  facts.set(std::string(kCityFact), std::ranges::find(city->options, name->second) != city->options.end() ? name->second : city->options.back());
}

Result<feel::Context> Service::context_of(const json::Object& facts) const {
  // What an older vocabulary knew and this one does not stays stored and is not used.
  json::Object known;
  for (const auto& [name, value] : facts.members) {
    if (vocabulary_.find(name)) known.set(name, value);
  }
  return policy::read_facts(vocabulary_, known, "");
}

Result<FactsRow> Service::read_facts(store::Reader& db, const Actor& actor, const region::Party& party) const {
  if (!may(actor, Action::facts_read, party.subject())) return no_party();
  TRY(auto row, find_facts(db, party.id));
  TRY(const auto names, city_names(db));
  add_city(row.facts, party.city, names);
  return row;
}

Result<FactsRow> Service::write_facts(store::Writer& db, const Actor& actor, const region::Party& party, std::int64_t version, const json::Object& facts, bool illustrative) {
  if (!may(actor, Action::facts_read, party.subject())) return no_party();
  if (!may(actor, Action::facts_write, party.subject())) return fail(region::refusal(actor, Action::facts_write));
  TRY_VOID(policy::read_facts(vocabulary_, facts, "/facts"));
  TRY(auto row, find_facts(db, party.id));
  if (row.version != version) return fail(Code::stale, "facts.stale", {"别人刚改过这家企业的事实，请先载入最新内容", "somebody else changed what is known of this firm just now: load it again first"});
  // The journal is read by auditors, who do not see a firm's figures: it tells which facts changed.
  json::Array changed;
  for (const auto& fact : vocabulary_.facts) {
    const auto *before = row.facts.find(fact.name), *after = facts.find(fact.name);
    if ((before ? json::write(*before) : "null") != (after ? json::write(*after) : "null")) changed.emplace_back(fact.name);
  }
  row.facts = facts;
  row.illustrative = illustrative;
  ++row.version;
  row.updated_at = db.now();
  TRY_VOID(put_facts(db, row));
  TRY_VOID(db.journal(region::entry_of(actor, "facts.written", party.id, party.city, {}, json::object({{"changed", std::move(changed)}, {"version", row.version}}))));
  return row;
}

}  // namespace jiaoji::policy
