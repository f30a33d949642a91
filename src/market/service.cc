#include "market/service.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::market {

using region::Action;
using region::Actor;
using region::may;

namespace {

constexpr std::size_t kTitleMax = 120, kTextMax = 4'000, kCodesMax = 5;

std::unexpected<Error> beyond_party() { return fail(Code::invalid, "listing.beyond_party", kBeyondParty, {Where{"/visibility", "listing.beyond_party", kBeyondParty}}); }

Error not_found() { return {Code::not_found, "listing.not_found", {"没有这条供需信息", "there is no such listing"}, {}}; }

// Keeps an identity number that somebody wrote into a text from ever being stored.
Result<std::string> clean(const std::string& text, std::size_t max, bool newlines, const char* pointer) {
  TRY(const auto cleaned, text::clean(text, {.max = max, .newlines = newlines}, pointer));
  return text::mask_identity_numbers(cleaned);
}

}  // namespace

Viewer viewer_of(const Actor& actor) { return {.city = actor.city, .party = actor.party, .signed_in = actor.signed_in(), .all_cities = actor.system()}; }

Service::Service(store::Database& db, const Clock& clock, std::vector<std::shared_ptr<const Program>> programs)
    : db_(db), clock_(clock), programs_(programs), market_(std::move(programs)), classifier_(std::make_unique<Classifier>(std::vector<IndustryCode>())) {}

Result<void> Service::load(const std::function<void(double)>& progress) {
  db_.follow([this](std::span<const store::Entry> entries) { follow(entries); });
  TRY_VOID(reload_codes());
  return db_.read([&](store::Reader& db) -> Result<void> {
    TRY(const auto places, region::all_places(db));
    for (const auto& place : places) places_[place.code] = {place.parent, {place.name, place.name_en}};
    TRY(disabled_, disabled_programs(db));
    TRY(const auto total, db.integer("SELECT COUNT(*) FROM listing WHERE status = 'open'"));
    std::vector<Change> batch;
    std::int64_t seen = 0;
    Result<void> outcome;
    TRY_VOID(each_open_listing(db, "", [&](ListingRow row) {
      if (!outcome) return;
      if (progress && ++seen % 10'000 == 0) progress(static_cast<double>(seen) / static_cast<double>(total));
      const auto p = program(row.listing.program);
      if (!p) return;  // of a program that is no longer there: kept in the store, offered to nobody
      if (outcome = read_fields(**p, row); !outcome) return;
      batch.emplace_back(Upsert{std::move(row.listing)});
      if (batch.size() == 20'000) outcome = market_.apply(batch), batch.clear();
    }));
    TRY_VOID(std::move(outcome));
    TRY(const auto deals, all_deals(db));
    for (const auto& deal : deals) TRY_VOID(add_deal(db, deal, batch));
    return market_.apply(batch);
  });
}

Result<void> Service::reload_codes() {
  TRY(codes_, db_.read_as<std::vector<IndustryCode>>([](store::Reader& db) { return all_codes(db); }));
  classifier_ = std::make_unique<Classifier>(codes_);
  return {};
}

std::vector<Service::SideCount> Service::count_listings(const Actor& actor) const {
  std::vector<SideCount> out;
  const auto snapshot = market_.snapshot();
  for (const auto& p : programs_)
    for (const auto& [code, place] : places_)
      if (place.parent.empty())
        for (const Side side : {Side::need, Side::offer}) out.push_back({p->id, code, side, market::count(*snapshot, p->id, side, code, viewer_of(actor))});
  return out;
}

// From the city of the need to that of the offer.
void Service::know_travel(Travel travel) {
  facts_ = [this, travel = std::move(travel)](std::string_view name, const Listing& need, const Listing& offer) -> std::optional<Fact> {
    if (name != "travel_minutes" || need.city.empty() || offer.city.empty()) return std::nullopt;
    return travel(name_of_code(need.city).zh, name_of_code(offer.city).zh);
  };
}

Text Service::name_of_code(std::string_view code) const {
  if (const auto place = places_.find(code); place != places_.end()) return place->second.name;
  const auto industry = std::ranges::find(codes_, code, &IndustryCode::code);
  return industry == codes_.end() ? Text() : Text{industry->name, industry->name};
}

KnownCodes Service::known_codes() const {
  KnownCodes known;
  known.place = [this](std::string_view code) { return places_.contains(std::string(code)); };
  if (!codes_.empty()) known.industry = [this](std::string_view code) { return classifier_->knows(code); };
  return known;
}

std::vector<Proposal> Service::propose_codes(std::string_view text) const { return classifier_->propose(text, 5); }

// ---- the index follows the journal -----------------------------------------------------------------------------------------------

void Service::follow(std::span<const store::Entry> entries) {
  std::vector<Change> changes;
  for (const auto& entry : entries) {
    // An entry that cannot be read is a bug of ours: the index would answer wrongly from here on, so the process ends and
    // rebuilds it from the rows.
    if (const auto outcome = follow_entry(entry, changes); !outcome) throw std::runtime_error("market: journal entry " + std::to_string(entry.seq) + ": " + outcome.error().detail.en);
  }
  if (const auto outcome = market_.apply(changes); !outcome) throw std::runtime_error("market: " + outcome.error().detail.en);
}

Result<void> Service::follow_entry(const store::Entry& entry, std::vector<Change>& changes) {
  const auto upsert = [&](ListingRow row) -> Result<void> {
    const auto p = program(row.listing.program);
    if (!p) return {};
    if (!row.open) return changes.emplace_back(Remove{row.listing.id}), Result<void>();
    TRY_VOID(read_fields(**p, row));
    changes.emplace_back(Upsert{std::move(row.listing)});
    return {};
  };
  if (entry.action.starts_with("listing.")) {
    TRY(const auto value, json::parse(entry.after));
    TRY(auto row, listing_from_json(value));
    const auto id = row.listing.id;
    TRY_VOID(upsert(std::move(row)));
    if (entry.action == "listing.created") return {};
    return db_.read([&](store::Reader& db) -> Result<void> {  // what its deals taught is seen no further than itself
      TRY(const auto deals, deals_of_need(db, id));
      for (const auto& deal : deals) TRY_VOID(add_deal(db, deal, changes));
      return {};
    });
  }
  if (entry.action.starts_with("deal.")) {
    TRY(const auto value, json::parse(entry.after));
    TRY(const auto deal, deal_from_json(value));
    return db_.read([&](store::Reader& db) { return add_deal(db, deal, changes); });
  }
  if (entry.action == "party.changed") {  // its group may be another: every listing of the party says so
    Result<void> outcome;
    TRY_VOID(db_.read([&](store::Reader& db) { return each_open_listing(db, entry.subject, [&](ListingRow row) { if (outcome) outcome = upsert(std::move(row)); }); }));
    return outcome;
  }
  return {};
}

Result<void> Service::add_deal(store::Reader& db, const DealRow& deal, std::vector<Change>& changes) {
  const auto p = program(deal.program);
  const Stage* stage = p ? (*p)->stage(deal.stage) : nullptr;
  if (!stage) return {};
  TRY(auto need, find_listing(db, deal.need));
  if (!need) return {};
  TRY_VOID(read_fields(**p, *need));
  changes.emplace_back(Learn{deal.id, std::move(need->listing), deal.offer, stage->teaches, stage->label});
  changes.emplace_back(Drop{deal.need, deal.offer, stage->drops ? deal.need_version : 0, stage->drops ? deal.offer_version : 0});
  return {};
}

// ---- programs ----------------------------------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const Program>> Service::program(const std::string& id) const {
  for (const auto& p : programs_) if (p->id == id) return p;
  return fail(Code::not_found, "program.not_found", {"没有这个项目：" + text::ellipsis(id, 40), "there is no program " + text::ellipsis(id, 40)});
}

bool Service::enabled(const std::string& program) const {
  std::shared_lock lock(settings_);
  return std::find(disabled_.begin(), disabled_.end(), program) == disabled_.end();
}

Result<void> Service::enable(store::Writer& db, const Actor& actor, const std::string& id, bool on) {
  if (!may(actor, Action::program_manage)) return fail(region::refusal(actor, Action::program_manage));
  TRY(const auto p, program(id));
  TRY_VOID(set_program_enabled(db, id, on));
  TRY_VOID(db.journal(region::entry_of(actor, on ? "program.enabled" : "program.disabled", id, "", {}, json::object({{"enabled", on}}))));
  std::unique_lock lock(settings_);
  std::erase(disabled_, id);
  if (!on) disabled_.push_back(id);
  return {};
}

// ---- listings ----------------------------------------------------------------------------------------------------------------------------

Result<void> Service::take_input(const Program& program, ListingRow& row, const ListingInput& input, bool created) const {
  auto& l = row.listing;
  std::vector<Where> faults;
  const auto note = [&](const Error& error) { faults.insert(faults.end(), error.where.begin(), error.where.end()); };
  const auto take = [&](std::string& field, const std::optional<std::string>& value, std::size_t max, bool newlines, const char* pointer) {
    if (!value && !created) return;
    if (auto cleaned = clean(value.value_or(""), max, newlines, pointer)) field = *std::move(cleaned);
    else note(cleaned.error());
  };
  take(l.title, input.title, kTitleMax, false, "/title");
  take(l.text, input.text, kTextMax, true, "/text");
  if (input.district && !input.district->empty() && (!places_.contains(*input.district) || places_.at(*input.district).parent != l.city))
    faults.push_back({"/district", "place.unknown", {"该区县不属于单位所在城市", "this district is not one of the party's city"}});
  if (input.district) l.district = *input.district;
  if (input.visibility) l.visibility = *input.visibility;
  if (input.fields || created) {
    auto fields = parse_fields(program, l.side, input.fields.value_or(json::Value(json::Object{})), known_codes());
    if (fields) l.fields = *std::move(fields);
    else note(fields.error());
  } else if (auto stored = json::parse(row.fields)) {
    if (auto fields = parse_fields(program, l.side, *stored, {}, "/fields", true)) l.fields = *std::move(fields);
  }
  if (input.codes) {
    l.industries = *input.codes;
    if (l.industries.size() > kCodesMax) faults.push_back({"/codes", "listing.codes", {fmt::format("最多 {} 个行业代码", kCodesMax), fmt::format("at most {} industry codes", kCodesMax)}});
    for (std::size_t i = 0; i < l.industries.size() && !codes_.empty(); ++i)
      if (!classifier_->knows(l.industries[i])) faults.push_back({fmt::format("/codes/{}", i), "listing.code_unknown", {"没有这个行业代码", "is not an industry code"}});
  }
  if (input.open) row.open = *input.open;
  if (faults.empty()) return row.fields = json::write(fields_to_json(program, l.side, l.fields)), Result<void>();
  const auto& first = faults.front();
  return fail(Code::invalid, "request.invalid", {first.pointer + "：" + first.detail.zh, first.pointer + ": " + first.detail.en}, faults);
}

Result<ListingRow> Service::create(store::Writer& db, const Actor& actor, const std::string& program_id, Side side, const std::string& party_id, const ListingInput& input,
                                   const Origin& origin) {
  if (!may(actor, Action::listing_write)) return fail(region::refusal(actor, Action::listing_write));
  TRY(const auto p, program(program_id));
  if (!enabled(program_id)) return fail(Code::conflict, "program.disabled", {"该项目已停用", "this program is switched off"});
  TRY(const auto party, region::find_party(db, party_id));
  const Text unknown = {"没有这个单位", "there is no such party"};
  if (!party || !may(actor, Action::party_read, party->subject())) return fail(Code::invalid, "party.not_found", unknown, {Where{"/party", "party.not_found", unknown}});
  ListingRow row;
  row.listing = {.id = new_id(Listing::kIdPrefix, clock_), .program = program_id, .side = side, .party = party_id, .affiliation = party->affiliation, .city = party->city,
                 .district = party->district, .illustrative = origin.illustrative};
  row.party_name = party->name;
  row.source = origin.source, row.import = origin.import, row.external = origin.external;
  const bool hidden = party->visibility == region::Visibility::city;
  if (hidden) row.listing.visibility = Visibility::city;
  TRY_VOID(take_input(*p, row, input, true));
  if (hidden && row.listing.visibility != Visibility::city) return beyond_party();
  if (!may(actor, Action::listing_write, row.subject())) return fail(region::refusal(actor, Action::listing_write));
  row.created_at = row.updated_at = db.now();
  TRY_VOID(insert_listing(db, row));
  auto after = to_json(row);
  std::get<json::Object>(after.data).set("affiliation", row.listing.affiliation);
  TRY_VOID(db.journal(region::entry_of(actor, "listing.created", row.listing.id, row.listing.city, {}, after)));
  return row;
}

Result<ListingRow> Service::change(store::Writer& db, const Actor& actor, const std::string& id, std::int64_t version, const ListingInput& input, const Origin& origin) {
  TRY(auto row, read(db, actor, id));
  if (!may(actor, Action::listing_write, row.subject())) return fail(region::refusal(actor, Action::listing_write));
  if (row.listing.version != version) return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
  TRY(const auto p, program(row.listing.program));
  const auto before = to_json(row);
  TRY_VOID(take_input(*p, row, input, false));
  if (row.listing.visibility != Visibility::city) {
    TRY(const auto party, region::find_party(db, row.listing.party));
    if (party && party->visibility == region::Visibility::city) return beyond_party();
  }
  if (!origin.import.empty()) row.import = origin.import;
  ++row.listing.version;
  row.updated_at = db.now();
  TRY_VOID(update_listing(db, row));
  auto after = to_json(row);
  std::get<json::Object>(after.data).set("affiliation", row.listing.affiliation);
  const char* action = !input.open ? "listing.changed" : *input.open ? "listing.reopened" : "listing.withdrawn";
  TRY_VOID(db.journal(region::entry_of(actor, action, id, row.listing.city, before, after)));
  return row;
}

Result<ListingRow> Service::read(store::Reader& db, const Actor& actor, const std::string& id) {
  TRY(auto row, find_listing(db, id));
  if (!row || !may(actor, Action::listing_read, row->subject())) return fail(not_found());
  return *std::move(row);
}

Result<void> Service::guard_party(store::Reader& db, const region::Party& party) const {
  if (party.visibility != region::Visibility::city) return {};
  TRY(const auto beyond, count_beyond_city(db, party.id));
  const Text detail = {fmt::format("有 {} 条供需信息超出本市可见，请先收窄它们", beyond), fmt::format("{} listings are seen beyond the city: narrow them first", beyond)};
  if (beyond > 0) return fail(Code::invalid, "party.listings_beyond", detail, {Where{"/visibility", "party.listings_beyond", detail}});
  return {};
}

std::vector<std::string> Service::search(const std::string& program, Side side, const std::string& words, const Actor& actor, int top) const {
  return find(*market_.snapshot(), program, side, words, viewer_of(actor), top);
}

// ---- matching ------------------------------------------------------------------------------------------------------------------------------

Result<MatchView> Service::match(store::Reader& db, const Actor& actor, const MatchQuestion& question) {
  if (!may(actor, Action::match)) return fail(region::refusal(actor, Action::match));
  MatchView view;
  TRY(const auto p, program(question.program));
  if (!enabled(question.program)) return fail(Code::conflict, "program.disabled", {"该项目已停用", "this program is switched off"});
  if (!question.listing.empty()) {
    TRY(auto row, read(db, actor, question.listing));
    if (row.listing.program != question.program)
      return fail(Code::invalid, "match.program", {"该供需信息属于另一个项目", "this listing belongs to another program"}, {Where{"/listing", "match.program", {"属于另一个项目", "belongs to another program"}}});
    TRY_VOID(read_fields(*p, row));
    view.asking = std::move(row.listing);
  } else {
    ListingRow row;
    row.listing = {.program = question.program, .side = question.side, .party = actor.party, .city = actor.city, .visibility = Visibility::city};
    if (!actor.party.empty()) {
      TRY(const auto party, region::find_party(db, actor.party));
      if (party) row.listing.affiliation = party->affiliation, row.listing.district = party->district;
    }
    auto& l = row.listing;
    TRY(l.title, text::clean(question.input.title.value_or(""), {.max = kTitleMax, .required = false}, "/title"));
    TRY(l.text, text::clean(question.input.text.value_or(""), {.max = kTextMax, .newlines = true, .required = false}, "/text"));
    // Only being tried: what is not filled in yet answers "unknown", it is no fault.
    TRY(l.fields, parse_fields(*p, question.side, question.input.fields.value_or(json::Value(json::Object{})), known_codes(), "/fields", true));
    l.industries = question.input.codes.value_or(std::vector<std::string>());
    view.asking = std::move(l);
  }
  const auto began = std::chrono::steady_clock::now();
  // Cities are a wish, not a condition: more are fetched, and those elsewhere are left out.
  const int fetch = question.cities.empty() ? question.top : kTopMax;
  TRY(view.answer, market::match(*market_.snapshot(), {.asking = view.asking, .viewer = viewer_of(actor), .top = fetch, .near_misses = question.cities.empty() ? 5 : 50,
                                                               .facts = facts_,
                                                               .names = [this](std::string_view code) { return name_of_code(code); }}));
  view.micros = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
  std::vector<std::string> ids;
  for (auto* list : {&view.answer.matches, &view.answer.near_misses, &view.answer.refused}) {
    if (!question.cities.empty())
      std::erase_if(*list, [&](const Match& m) { return std::find(question.cities.begin(), question.cities.end(), m.listing.city) == question.cities.end(); });
    if (list->size() > static_cast<std::size_t>(question.top)) list->resize(static_cast<std::size_t>(question.top));
    for (const auto& m : *list) ids.push_back(m.listing.id);
  }
  TRY(auto rows, listings_by_ids(db, ids));
  for (auto& row : rows) {
    if (!view.asking.id.empty()) {
      const bool need = view.asking.side == Side::need;
      TRY(auto deal, find_pair(db, need ? view.asking.id : row.listing.id, need ? row.listing.id : view.asking.id));
      if (deal) view.deals.emplace(row.listing.id, *std::move(deal));
    }
    auto id = row.listing.id;
    view.rows.emplace(std::move(id), std::move(row));
  }
  return view;
}

}  // namespace jiaoji::market
