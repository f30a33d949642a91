// Rows of the market: listings, deals, industry codes. The only SQL of this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "market/classify.h"
#include "market/listing.h"
#include "region/records.h"
#include "store/database.h"

namespace jiaoji::market {

// A listing with what only its row knows.
struct ListingRow {
  Listing listing;              // fields are empty until read_fields
  std::string fields;           // JSON, as stored
  std::string party_name;
  std::string source;
  bool open = true;             // false: withdrawn
  std::string import, external; // the job that brought it; what its party calls it
  TimeMs created_at = 0, updated_at = 0;
  region::Subject subject() const { return {listing.city, listing.party, static_cast<region::Visibility>(listing.visibility)}; }
};
static_assert(static_cast<int>(Visibility::city) == static_cast<int>(region::Visibility::city));
static_assert(static_cast<int>(Visibility::everyone) == static_cast<int>(region::Visibility::everyone));

// Reads the stored JSON into the typed values of the listing. Rows were checked when they were written.
Result<void> read_fields(const Program& program, ListingRow& row);

struct ListingFilter {
  std::string program, city, party, after;
  std::optional<Side> side;
  std::optional<bool> open;
  int limit = 50;
};
Result<std::vector<ListingRow>> list_listings(store::Reader& db, const region::Actor& actor, const ListingFilter& filter);
Result<std::vector<ListingRow>> listings_by_ids(store::Reader& db, const std::vector<std::string>& ids);  // in the order of `ids`
Result<std::optional<ListingRow>> find_listing(store::Reader& db, const std::string& id);
// The listing that its party calls `external`, in this program and on this side.
Result<std::optional<ListingRow>> find_external(store::Reader& db, const std::string& party, const std::string& program, Side side, const std::string& external);
Result<void> each_open_listing(store::Reader& db, const std::string& party, const std::function<void(ListingRow)>& take);  // party "": all
Result<std::int64_t> count_beyond_city(store::Reader& db, const std::string& party);   // listings that others than the city see
Result<void> insert_listing(store::Writer& db, const ListingRow& row);
Result<void> update_listing(store::Writer& db, const ListingRow& row);   // `stale` when the stored version is not one less

struct DealRow {
  static constexpr const char* kIdPrefix = "dea";
  std::string id, program, need, offer, need_party, offer_party, need_city, offer_city;
  std::int64_t need_version = 0, offer_version = 0;
  std::string stage, reason, note;
  bool need_agreed = false, offer_agreed = false;
  std::int64_t version = 1;
  TimeMs created_at = 0, updated_at = 0;
};
struct DealFilter {
  std::string program, listing, stage, after;
  int limit = 50;
};
Result<std::vector<DealRow>> list_deals(store::Reader& db, const region::Actor& actor, const DealFilter& filter);
Result<std::vector<DealRow>> all_deals(store::Reader& db);
Result<std::vector<DealRow>> deals_of_need(store::Reader& db, const std::string& need);
Result<std::optional<DealRow>> find_deal(store::Reader& db, const std::string& id);
Result<std::optional<DealRow>> find_pair(store::Reader& db, const std::string& need, const std::string& offer);
Result<void> insert_deal(store::Writer& db, const DealRow& deal);
Result<void> update_deal(store::Writer& db, const DealRow& deal);

Result<std::vector<IndustryCode>> all_codes(store::Reader& db);
Result<void> put_code(store::Writer& db, const IndustryCode& code);

Result<std::vector<std::string>> disabled_programs(store::Reader& db);
Result<void> set_program_enabled(store::Writer& db, const std::string& program, bool enabled);

// The region in figures; only rows that `actor` sees.
Result<std::vector<std::pair<std::string, std::int64_t>>> count_parties(store::Reader& db, const region::Actor& actor);  // by city
struct StageCount { std::string program, stage; std::int64_t count; };
Result<std::vector<StageCount>> count_deals(store::Reader& db, const region::Actor& actor);

json::Value to_json(const ListingRow& row);
json::Value to_json(const DealRow& deal);         // as the journal keeps it
// A listing's row from its journal entry (to_json's inverse, as far as the engine needs it).
Result<ListingRow> listing_from_json(const json::Value& value);
Result<DealRow> deal_from_json(const json::Value& value);

}  // namespace jiaoji::market
