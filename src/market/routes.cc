#include "market/routes.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "market/routes_json.h"

namespace jiaoji::market {

using region::Access;
using region::Action;
using region::Answer;
using region::Call;
using region::may;

namespace {

const std::vector<std::string> kSides = {"need", "offer"}, kVisibilities = {"city", "region", "public"}, kStatuses = {"open", "withdrawn"};

// The members that a listing's creation, its change and a match share.
ListingInput read_input(json::Fields& in) {
  ListingInput input{.district = in.optional_text("district", 20), .title = in.optional_text("title", 120), .text = in.optional_text("text", 4000, true)};
  if (const auto v = in.choice("visibility", kVisibilities, ""); !v.empty()) input.visibility = parse_visibility(v);
  if (const auto* fields = in.any("fields")) input.fields = *fields;
  if (const auto* codes = in.optional_array("codes")) {
    input.codes.emplace();
    for (const auto& code : *codes) {
      if (code.string() && code.string()->size() <= 10) input.codes->push_back(*code.string());
      else in.fault("codes", "field.not_text", {"应为行业代码的列表", "must be a list of industry codes"});
    }
  }
  return input;
}

Result<std::optional<Side>> side_of(const http::Request& request) {
  const auto given = request.query_value("side");
  if (!given) return std::optional<Side>();
  const auto side = parse_side(*given);
  if (!side) return fail(Code::invalid, "query.side", {"side 应为 need 或 offer", "side must be need or offer"});
  return side;
}

void add_overview(region::Api& api, Service& market) {
  api.read("GET", "/api/v1/overview", "getOverview", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto places, region::all_places(db));
    TRY(const auto parties, count_parties(db, call.actor));
    TRY(const auto deals, count_deals(db, call.actor));
    TRY(const auto rows, region::list_cooperations(db, "", ""));
    std::map<std::string, std::int64_t> party_counts(parties.begin(), parties.end());
    std::map<std::pair<std::string, Side>, std::int64_t> by_city, by_program;
    std::map<std::pair<std::string, std::string>, std::int64_t> between;
    std::int64_t illustrative = 0;
    for (const auto& c : market.count_listings(call.actor)) by_city[{c.city, c.side}] += c.tally.listings, by_program[{c.program, c.side}] += c.tally.listings, illustrative += c.tally.illustrative;
    for (const auto& row : rows) if (!row.from_city.empty() && !row.to_city.empty()) ++between[std::minmax(row.from_city, row.to_city)];
    json::Array cities, stages, cooperations, programs;
    for (const auto& p : places)
      if (p.parent.empty())
        cities.push_back(json::object({{"code", p.code}, {"name", p.name}, {"name_en", p.name_en}, {"lon", p.lon}, {"lat", p.lat}, {"parties", party_counts[p.code]},
                                       {"needs", by_city[{p.code, Side::need}]}, {"offers", by_city[{p.code, Side::offer}]}}));
    for (const auto& d : deals) stages.push_back(json::object({{"program", d.program}, {"stage", d.stage}, {"count", d.count}}));
    for (const auto& [pair, count] : between) cooperations.push_back(json::object({{"from_city", pair.first}, {"to_city", pair.second}, {"count", count}}));
    for (const auto& p : market.programs())
      programs.push_back(json::object({{"program", p->id}, {"needs", by_program[{p->id, Side::need}]}, {"offers", by_program[{p->id, Side::offer}]}}));
    return http::json_response(json::object({{"at", format_time(api.clock().now())}, {"cities", std::move(cities)}, {"deals", std::move(stages)},
                                             {"cooperations", std::move(cooperations)}, {"programs", std::move(programs)}, {"illustrative", illustrative}}));
  }, Access::guests);
}

void add_programs(region::Api& api, Service& market) {
  api.quick("/api/v1/programs", "listPrograms", [&market](const http::Request& request) {
    json::Array items;
    for (const auto& p : market.programs()) items.push_back(to_json(*p, market.enabled(p->id)));
    return region::page_response(request, std::move(items), "");
  });
  api.quick("/api/v1/programs/{id}", "getProgram", [&market](const http::Request& request) {
    const auto p = market.program(std::string(request.parameter("id")));
    return p ? http::json_response(to_json(**p, market.enabled((*p)->id))) : http::problem(p.error(), request);
  });
  api.write("PATCH", "/api/v1/programs/{id}", "changeProgram", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const bool enabled = in.boolean("enabled");
    TRY_VOID(in.done());
    const std::string id(call.request.parameter("id"));
    TRY_VOID(market.enable(db, call.actor, id, enabled));
    TRY(const auto p, market.program(id));
    return http::json_response(to_json(*p, enabled));
  });
  api.read("GET", "/api/v1/codes", "listCodes", [&](const Call& call, store::Reader&) -> Answer {
    const auto q = text::fold_text(call.request.query_value("q").value_or(""));
    json::Array items;
    for (const auto& code : market.codes())
      if (items.size() < 200 && (q.empty() || code.code.starts_with(q) || text::fold_text(code.name).find(q) != std::string::npos)) items.push_back(to_json(code));
    return region::page_response(call.request, std::move(items), "");
  }, Access::guests);
  api.free("POST", "/api/v1/codes/suggest", "suggestCodes", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    const auto text = in.text("text", 4000, true);
    TRY_VOID(in.done());
    json::Array items;
    for (const auto& proposal : market.propose_codes(text)) items.push_back(to_json(proposal));
    return http::json_response(json::object({{"items", std::move(items)}}));
  });
}

// A search ranks at most 200 listings of one program and side; without one of them, of every. Its pages are cut from that:
// `after` is a number of rows.
Result<std::vector<ListingRow>> search(Service& market, store::Reader& db, const Call& call, const ListingFilter& filter, const std::string& words) {
  std::vector<std::string> ids;
  for (const auto& p : market.programs()) {
    if (!filter.program.empty() && filter.program != p->id) continue;
    for (const Side side : {Side::need, Side::offer}) {
      if (filter.side && *filter.side != side) continue;
      for (auto& id : market.search(p->id, side, words, call.actor, 200)) ids.push_back(std::move(id));
    }
  }
  if (ids.size() > 800) ids.resize(800);
  TRY(auto rows, listings_by_ids(db, ids));
  std::erase_if(rows, [&](const ListingRow& row) {
    return (!filter.city.empty() && row.listing.city != filter.city) || (!filter.party.empty() && row.listing.party != filter.party) ||
           !may(call.actor, Action::listing_read, row.subject());
  });
  if (rows.size() > 200) rows.resize(200);
  return rows;
}

void add_listings(region::Api& api, Service& market) {
  api.read("GET", "/api/v1/listings", "listListings", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto page, region::page_of(call.request));
    const auto value = [&](const char* name) { return call.request.query_value(name).value_or(""); };
    ListingFilter filter{.program = value("program"), .city = value("city"), .party = value("party"), .after = page.after, .limit = page.limit + 1};
    TRY(filter.side, side_of(call.request));
    if (const auto status = value("status"); !status.empty()) filter.open = status == "open";
    std::vector<ListingRow> rows;
    std::string next;
    const auto limit = static_cast<std::size_t>(page.limit);
    if (const auto words = value("q"); !words.empty()) {
      TRY(rows, search(market, db, call, filter, words.substr(0, 2000)));
      std::size_t from = 0;
      std::from_chars(page.after.data(), page.after.data() + page.after.size(), from);
      rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(from, rows.size())));
      if (rows.size() > limit) rows.resize(limit), next = std::to_string(from + limit);
    } else {
      TRY(rows, list_listings(db, call.actor, filter));
      if (rows.size() > limit) rows.pop_back(), next = rows.back().listing.id;
    }
    json::Array items;
    for (const auto& row : rows) items.push_back(to_json(row));
    return region::page_response(call.request, std::move(items), next);
  }, Access::guests);

  api.read("GET", "/api/v1/listings/{id}", "getListing", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto row, market.read(db, call.actor, std::string(call.request.parameter("id"))));
    return region::versioned_response(to_json(row), row.listing.version);
  }, Access::guests);

  api.write("POST", "/api/v1/listings", "createListing", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto program = in.text("program", 60), side = in.choice("side", kSides), party = in.text("party", 60);
    const auto input = read_input(in);
    for (const auto& [name, given] : {std::pair{"title", input.title.has_value()}, {"text", input.text.has_value()}})
      if (!given) in.fault(name, "field.missing", {"必填", "is required"});
    TRY_VOID(in.done());
    TRY(const auto row, market.create(db, call.actor, program, *parse_side(side), party, input));
    return region::versioned_response(to_json(row), row.listing.version, 201);
  });

  api.write("PATCH", "/api/v1/listings/{id}", "changeListing", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    auto input = read_input(in);
    if (const auto status = in.choice("status", kStatuses, ""); !status.empty()) input.open = status == "open";
    TRY_VOID(in.done());
    TRY(const auto version, call.if_match());
    TRY(const auto row, market.change(db, call.actor, std::string(call.request.parameter("id")), version, input));
    return region::versioned_response(to_json(row), row.listing.version);
  });

  api.free("POST", "/api/v1/match", "match", [&](const Call& call) -> Answer {
    json::Fields in(call.body);
    MatchQuestion question{.program = in.text("program", 60), .side = parse_side(in.choice("side", kSides, "need")).value_or(Side::need), .listing = in.optional_text("listing", 60).value_or("")};
    question.top = static_cast<int>(in.optional_integer("top", 1, 50).value_or(10));
    if (const auto* cities = in.optional_array("cities"))
      for (const auto& city : *cities) {
        if (city.string()) question.cities.push_back(*city.string());
        else in.fault("cities", "field.not_text", {"应为城市代码的列表", "must be a list of city codes"});
      }
    question.input = read_input(in);
    TRY_VOID(in.done());
    return api.db().read_as<http::Response>([&](store::Reader& db) -> Answer {
      TRY(const auto view, market.match(db, call.actor, question));
      return http::json_response(to_json(view, question.program, api.clock().now(), call.request.language));
    });
  });
}

Result<DealSideView> view_side(store::Reader& db, const Call& call, const DealRow& deal, Side side, bool own) {
  DealSideView view;
  TRY(view.row, find_listing(db, side == Side::need ? deal.need : deal.offer));
  TRY(view.party, region::find_party(db, side == Side::need ? deal.need_party : deal.offer_party));
  view.visible = own || (view.row && may(call.actor, Action::listing_read, view.row->subject()));
  view.contact = own || (deal.need_agreed && deal.offer_agreed && !Service::sides_of(call.actor, deal).empty());
  return view;
}

Result<json::Value> deal_json(store::Reader& db, const Call& call, const DealRow& deal) {
  const auto mine = Service::sides_of(call.actor, deal);
  const auto own = [&](Side side) { return std::find(mine.begin(), mine.end(), side) != mine.end(); };
  TRY(const auto need, view_side(db, call, deal, Side::need, own(Side::need)));
  TRY(const auto offer, view_side(db, call, deal, Side::offer, own(Side::offer)));
  return to_json(deal, need, offer, mine);
}

Result<json::Array> history_of(store::Reader& db, const std::string& deal) {
  return db.all("SELECT at, (SELECT name FROM account WHERE account.id = journal.actor), action, after FROM journal WHERE subject = ? ORDER BY seq LIMIT 200",
                [](const store::Row& r) {
                  const auto after = json::parse(r.text(3));
                  const auto* stage = after ? after->find("stage") : nullptr;
                  return json::object({{"at", format_time(r.integer(0))}, {"actor", r.string(1)}, {"action", r.string(2)}, {"stage", stage ? *stage : json::Value("")}});
                },
                {deal});
}

void add_deals(region::Api& api, Service& market) {
  api.read("GET", "/api/v1/deals", "listDeals", [](const Call& call, store::Reader& db) -> Answer {
    if (!may(call.actor, Action::deal_read)) return fail(region::refusal(call.actor, Action::deal_read));
    TRY(const auto page, region::page_of(call.request));
    const auto value = [&](const char* name) { return call.request.query_value(name).value_or(""); };
    TRY(auto deals, list_deals(db, call.actor, {.program = value("program"), .listing = value("listing"), .stage = value("stage"), .after = page.after, .limit = page.limit + 1}));
    std::string next;
    if (static_cast<int>(deals.size()) > page.limit) deals.pop_back(), next = deals.back().id;
    json::Array items;
    for (const auto& deal : deals) {
      TRY(auto item, deal_json(db, call, deal));
      items.push_back(std::move(item));
    }
    return region::page_response(call.request, std::move(items), next);
  });
  api.read("GET", "/api/v1/deals/{id}", "getDeal", [&](const Call& call, store::Reader& db) -> Answer {
    TRY(const auto deal, market.read_deal(db, call.actor, std::string(call.request.parameter("id"))));
    TRY(auto value, deal_json(db, call, deal));
    TRY(auto history, history_of(db, deal.id));
    std::get<json::Object>(value.data).set("history", std::move(history));
    return region::versioned_response(value, deal.version);
  });
  api.write("POST", "/api/v1/deals", "introduce", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    const auto need = in.text("need", 60), offer = in.text("offer", 60), note = in.optional_text("note", 2000, true).value_or("");
    TRY_VOID(in.done());
    TRY(const auto deal, market.introduce(db, call.actor, need, offer, note));
    TRY(const auto value, deal_json(db, call, deal));
    return region::versioned_response(value, deal.version, 201);
  });
  api.write("PATCH", "/api/v1/deals/{id}", "changeDeal", [&](const Call& call, store::Writer& db) -> Answer {
    json::Fields in(call.body);
    DealChange change{.agree = in.boolean("agree", false), .stage = in.optional_text("stage", 40).value_or(""), .reason = in.optional_text("reason", 60).value_or(""),
                      .note = in.optional_text("note", 2000, true)};
    TRY_VOID(in.done());
    TRY(const auto version, call.if_match());
    TRY(const auto deal, market.change_deal(db, call.actor, std::string(call.request.parameter("id")), version, change));
    TRY(const auto value, deal_json(db, call, deal));
    return region::versioned_response(value, deal.version);
  });
}

}  // namespace

void add_file_routes(region::Api& api, Service& market, store::Jobs& jobs, const std::string& spool);  // routes_files.cc

void add_routes(region::Api& api, Service& market, store::Jobs& jobs, const std::string& spool) {
  add_overview(api, market);
  add_programs(api, market);
  add_listings(api, market);
  add_deals(api, market);
  add_file_routes(api, market, jobs, spool);
}

}  // namespace jiaoji::market
