#include "market/records.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>


namespace jiaoji::market {

namespace {

using store::Cell;
using store::Row;

constexpr std::string_view kListing =
    "SELECT id, program, side, party, city, district, visibility, title, text, fields, codes, illustrative, source, status, import, external, version, "
    "created_at, updated_at, (SELECT name FROM party WHERE party.id = listing.party), (SELECT affiliation FROM party WHERE party.id = listing.party) FROM listing ";

std::string join_codes(const std::vector<std::string>& codes) { return fmt::format("{}", fmt::join(codes, ",")); }

std::vector<std::string> split_codes(std::string_view text) {
  std::vector<std::string> codes;
  while (!text.empty()) {
    const auto comma = text.find(',');
    codes.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return codes;
}

ListingRow to_listing(const Row& r) {
  ListingRow row;
  row.listing = {.id = r.string(0), .program = r.string(1), .side = parse_side(r.text(2)).value_or(Side::need), .party = r.string(3), .affiliation = r.string(20),
                 .city = r.string(4), .district = r.string(5), .visibility = parse_visibility(r.text(6)).value_or(Visibility::city), .title = r.string(7),
                 .text = r.string(8), .industries = split_codes(r.text(10)), .illustrative = r.integer(11) != 0, .version = r.integer(16)};
  row.fields = r.string(9);
  row.source = r.string(12);
  row.open = r.text(13) == "open";
  row.import = r.string(14);
  row.external = r.string(15);
  row.created_at = r.integer(17);
  row.updated_at = r.integer(18);
  row.party_name = r.string(19);
  return row;
}

constexpr std::string_view kDeal =
    "SELECT id, program, need, offer, need_party, offer_party, need_city, offer_city, need_version, offer_version, stage, reason, note, need_agreed, offer_agreed, "
    "version, created_at, updated_at FROM deal ";

DealRow to_deal(const Row& r) {
  return {r.string(0), r.string(1), r.string(2), r.string(3), r.string(4), r.string(5), r.string(6), r.string(7), r.integer(8), r.integer(9), r.string(10), r.string(11),
          r.string(12), r.integer(13) != 0, r.integer(14) != 0, r.integer(15), r.integer(16), r.integer(17)};
}

Result<void> done(Result<std::int64_t> changed) {
  if (!changed) return std::unexpected(std::move(changed).error());
  return {};
}

Result<void> done_once(Result<std::int64_t> changed) {
  if (!changed) return std::unexpected(std::move(changed).error());
  if (*changed == 1) return {};
  return fail(Code::stale, "edit.stale", {"别人已先修改，请刷新后再改", "somebody else changed it first: reload and edit again"});
}

// The deals that `actor` may see: of its party, of its city, or (a coordinator) between listings that the region sees.
region::Condition deals_of(const region::Actor& actor) {
  switch (region::reach(actor, region::Action::deal_read)) {
    case region::Reach::none: return {"1 = 0", {}};
    case region::Reach::own_party: return {"(need_party = ? OR offer_party = ?)", {actor.party, actor.party}};
    case region::Reach::own_city: return {"(need_city = ? OR offer_city = ?)", {actor.city, actor.city}};
    case region::Reach::visible:
      return {"NOT EXISTS (SELECT 1 FROM listing WHERE listing.visibility = 'city' AND (listing.id = deal.need OR listing.id = deal.offer))", {}};
    case region::Reach::all: return {"1 = 1", {}};
  }
  return {"1 = 0", {}};
}

}  // namespace

Result<void> read_fields(const Program& program, ListingRow& row) {
  TRY(const auto value, json::parse(row.fields.empty() ? "{}" : row.fields));
  TRY(row.listing.fields, parse_fields(program, row.listing.side, value, {}, "/fields", true));
  return {};
}

Result<std::vector<ListingRow>> list_listings(store::Reader& db, const region::Actor& actor, const ListingFilter& filter) {
  auto [condition, parameters] = region::seen_by(actor, "party");
  std::string sql = fmt::format("{}WHERE {} AND id > ?", kListing, condition);
  parameters.push_back(filter.after);
  const auto equal = [&](const char* column, const std::string& value) {
    if (!value.empty()) sql += fmt::format(" AND {} = ?", column), parameters.push_back(value);
  };
  equal("program", filter.program), equal("city", filter.city), equal("party", filter.party);
  if (filter.side) equal("side", to_string(*filter.side));
  if (filter.open) equal("status", *filter.open ? "open" : "withdrawn");
  sql += " ORDER BY id LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, to_listing, parameters);
}

Result<std::vector<ListingRow>> listings_by_ids(store::Reader& db, const std::vector<std::string>& ids) {
  if (ids.empty()) return std::vector<ListingRow>();
  std::vector<Cell> parameters(ids.begin(), ids.end());
  TRY(auto rows, db.all(fmt::format("{}WHERE id IN ({})", kListing, fmt::join(std::vector<char>(ids.size(), '?'), ", ")), to_listing, parameters));
  std::map<std::string_view, std::size_t> order;
  for (std::size_t i = 0; i < ids.size(); ++i) order[ids[i]] = i;
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return order[a.listing.id] < order[b.listing.id]; });
  return rows;
}

Result<std::optional<ListingRow>> find_listing(store::Reader& db, const std::string& id) { return db.first(std::string(kListing) + "WHERE id = ?", to_listing, {id}); }

Result<std::optional<ListingRow>> find_external(store::Reader& db, const std::string& party, const std::string& program, Side side, const std::string& external) {
  return db.first(std::string(kListing) + "WHERE party = ? AND external = ? AND program = ? AND side = ?", to_listing, {party, external, program, to_string(side)});
}

Result<void> each_open_listing(store::Reader& db, const std::string& party, const std::function<void(ListingRow)>& take) {
  std::string sql = std::string(kListing) + "WHERE status = 'open'";
  std::vector<Cell> parameters;
  if (!party.empty()) sql += " AND party = ?", parameters.push_back(party);
  return db.each(sql, parameters, [&](const Row& row) { return take(to_listing(row)), true; });
}

Result<std::int64_t> count_beyond_city(store::Reader& db, const std::string& party) {
  return db.integer("SELECT COUNT(*) FROM listing WHERE party = ? AND visibility <> 'city'", {party});
}

Result<void> insert_listing(store::Writer& db, const ListingRow& row) {
  const auto& l = row.listing;
  return done(db.execute("INSERT INTO listing (id, program, side, party, city, district, visibility, title, text, fields, codes, illustrative, source, status, import, "
                         "external, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {l.id, l.program, to_string(l.side), l.party, l.city, l.district, to_string(l.visibility), l.title, l.text, row.fields, join_codes(l.industries),
                          std::int64_t{l.illustrative}, row.source, row.open ? "open" : "withdrawn", row.import, row.external, l.version, row.created_at, row.updated_at}));
}

Result<void> update_listing(store::Writer& db, const ListingRow& row) {
  const auto& l = row.listing;
  return done_once(db.execute("UPDATE listing SET district = ?, visibility = ?, title = ?, text = ?, fields = ?, codes = ?, status = ?, import = ?, version = ?, "
                              "updated_at = ? WHERE id = ? AND version = ?",
                              {l.district, to_string(l.visibility), l.title, l.text, row.fields, join_codes(l.industries), row.open ? "open" : "withdrawn", row.import,
                               l.version, row.updated_at, l.id, l.version - 1}));
}

Result<std::vector<DealRow>> list_deals(store::Reader& db, const region::Actor& actor, const DealFilter& filter) {
  auto [condition, parameters] = deals_of(actor);
  std::string sql = fmt::format("{}WHERE {}", kDeal, condition);
  if (!filter.after.empty()) sql += " AND id < ?", parameters.push_back(filter.after);
  if (!filter.program.empty()) sql += " AND program = ?", parameters.push_back(filter.program);
  if (!filter.stage.empty()) sql += " AND stage = ?", parameters.push_back(filter.stage);
  if (!filter.listing.empty()) sql += " AND (need = ? OR offer = ?)", parameters.push_back(filter.listing), parameters.push_back(filter.listing);
  sql += " ORDER BY id DESC LIMIT ?";
  parameters.push_back(std::int64_t{filter.limit});
  return db.all(sql, to_deal, parameters);
}

Result<std::vector<DealRow>> all_deals(store::Reader& db) { return db.all(std::string(kDeal) + "ORDER BY id", to_deal); }
Result<std::optional<DealRow>> find_deal(store::Reader& db, const std::string& id) { return db.first(std::string(kDeal) + "WHERE id = ?", to_deal, {id}); }
Result<std::vector<DealRow>> deals_of_need(store::Reader& db, const std::string& need) { return db.all(std::string(kDeal) + "WHERE need = ?", to_deal, {need}); }

Result<std::optional<DealRow>> find_pair(store::Reader& db, const std::string& need, const std::string& offer) {
  return db.first(std::string(kDeal) + "WHERE need = ? AND offer = ?", to_deal, {need, offer});
}

Result<void> insert_deal(store::Writer& db, const DealRow& d) {
  return done(db.execute("INSERT INTO deal (id, program, need, offer, need_party, offer_party, need_city, offer_city, need_version, offer_version, stage, reason, note, "
                         "need_agreed, offer_agreed, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         {d.id, d.program, d.need, d.offer, d.need_party, d.offer_party, d.need_city, d.offer_city, d.need_version, d.offer_version, d.stage, d.reason, d.note,
                          std::int64_t{d.need_agreed}, std::int64_t{d.offer_agreed}, d.version, d.created_at, d.updated_at}));
}

Result<void> update_deal(store::Writer& db, const DealRow& d) {
  return done_once(db.execute("UPDATE deal SET need_version = ?, offer_version = ?, stage = ?, reason = ?, note = ?, need_agreed = ?, offer_agreed = ?, version = ?, "
                              "updated_at = ? WHERE id = ? AND version = ?",
                              {d.need_version, d.offer_version, d.stage, d.reason, d.note, std::int64_t{d.need_agreed}, std::int64_t{d.offer_agreed}, d.version, d.updated_at,
                               d.id, d.version - 1}));
}

Result<std::vector<IndustryCode>> all_codes(store::Reader& db) {
  return db.all("SELECT code, name, description, section FROM industry_code ORDER BY code",
                [](const Row& r) { return IndustryCode{r.string(0), r.string(1), r.string(2), r.string(3)}; });
}

Result<void> put_code(store::Writer& db, const IndustryCode& code) {
  TRY_VOID(db.execute("DELETE FROM industry_code WHERE code = ?", {code.code}));
  return done(db.execute("INSERT INTO industry_code (code, section, name, description) VALUES (?, ?, ?, ?)", {code.code, code.section, code.name, code.description}));
}

Result<std::vector<std::string>> disabled_programs(store::Reader& db) {
  return db.all("SELECT program FROM program_setting WHERE enabled = 0", [](const Row& r) { return r.string(0); });
}

Result<void> set_program_enabled(store::Writer& db, const std::string& program, bool enabled) {
  TRY_VOID(db.execute("DELETE FROM program_setting WHERE program = ?", {program}));
  return done(db.execute("INSERT INTO program_setting (program, enabled) VALUES (?, ?)", {program, std::int64_t{enabled}}));
}

Result<std::vector<std::pair<std::string, std::int64_t>>> count_parties(store::Reader& db, const region::Actor& actor) {
  const auto [condition, parameters] = region::seen_by(actor, "id");
  return db.all(fmt::format("SELECT city, COUNT(*) FROM party WHERE {} GROUP BY city", condition), [](const Row& r) { return std::pair(r.string(0), r.integer(1)); }, parameters);
}

Result<std::vector<StageCount>> count_deals(store::Reader& db, const region::Actor& actor) {
  const auto [condition, parameters] = deals_of(actor);
  return db.all(fmt::format("SELECT program, stage, COUNT(*) FROM deal WHERE {} GROUP BY program, stage", condition),
                [](const Row& r) { return StageCount{r.string(0), r.string(1), r.integer(2)}; }, parameters);
}

json::Value to_json(const ListingRow& row) {
  const auto& l = row.listing;
  json::Array codes(l.industries.begin(), l.industries.end());
  auto fields = json::parse(row.fields.empty() ? "{}" : row.fields);
  return json::object({{"id", l.id}, {"program", l.program}, {"side", to_string(l.side)},
                       {"party", json::object({{"id", l.party}, {"name", row.party_name}, {"city", l.city}})}, {"city", l.city}, {"district", l.district},
                       {"visibility", to_string(l.visibility)}, {"title", l.title}, {"text", l.text},
                       {"fields", fields ? *fields : json::Value(json::Object{})}, {"codes", std::move(codes)}, {"illustrative", l.illustrative}, {"source", row.source},
                       {"status", row.open ? "open" : "withdrawn"}, {"version", l.version}, {"created_at", format_time(row.created_at)}, {"updated_at", format_time(row.updated_at)}});
}

json::Value to_json(const DealRow& d) {
  return json::object({{"id", d.id}, {"program", d.program}, {"need", d.need}, {"offer", d.offer}, {"need_party", d.need_party}, {"offer_party", d.offer_party},
                       {"need_city", d.need_city}, {"offer_city", d.offer_city}, {"need_version", d.need_version}, {"offer_version", d.offer_version},
                       {"stage", d.stage}, {"reason", d.reason}, {"note", d.note}, {"need_agreed", d.need_agreed}, {"offer_agreed", d.offer_agreed}, {"version", d.version}});
}

namespace {
std::string string_of(const json::Value& value, std::string_view key) {
  const auto* member = value.find(key);
  return member && member->string() ? *member->string() : "";
}
std::int64_t whole_of(const json::Value& value, std::string_view key) {
  const auto* member = value.find(key);
  return member && member->number() ? member->number()->whole().value_or(0) : 0;
}
}  // namespace

Result<ListingRow> listing_from_json(const json::Value& value) {
  ListingRow row;
  const auto* party = value.find("party");
  const auto* codes = value.find("codes");
  const auto* fields = value.find("fields");
  const auto* illustrative = value.find("illustrative");
  if (!party || !codes || !codes->array() || !fields || !illustrative) return fail(Code::internal, "market.journal_entry", {"日志条目缺少字段", "a journal entry lacks members"});
  auto& l = row.listing;
  l.id = string_of(value, "id"), l.program = string_of(value, "program"), l.party = string_of(*party, "id");
  l.side = parse_side(string_of(value, "side")).value_or(Side::need);
  l.city = string_of(value, "city"), l.district = string_of(value, "district");
  l.visibility = parse_visibility(string_of(value, "visibility")).value_or(Visibility::city);
  l.title = string_of(value, "title"), l.text = string_of(value, "text");
  for (const auto& code : *codes->array()) if (code.string()) l.industries.push_back(*code.string());
  l.illustrative = illustrative->boolean() && *illustrative->boolean();
  l.version = whole_of(value, "version");
  l.affiliation = string_of(value, "affiliation");
  row.fields = json::write(*fields);
  row.open = string_of(value, "status") == "open";
  return row;
}

Result<DealRow> deal_from_json(const json::Value& value) {
  DealRow d;
  d.id = string_of(value, "id"), d.program = string_of(value, "program"), d.need = string_of(value, "need"), d.offer = string_of(value, "offer");
  d.need_version = whole_of(value, "need_version"), d.offer_version = whole_of(value, "offer_version");
  d.stage = string_of(value, "stage"), d.reason = string_of(value, "reason");
  return d;
}

}  // namespace jiaoji::market
