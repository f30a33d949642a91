// Use cases of the market: listings, matches, deals, programs. Each asks `may`, changes rows and writes the journal inside the
// transaction it is given; the index follows the journal and shows a change before the change is answered.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "market/classify.h"
#include "market/market.h"
#include "market/records.h"
#include "region/api.h"
#include "store/database.h"

namespace jiaoji::market {

// What a person gives of a listing. On a change, what is absent stays as it is.
struct ListingInput {
  std::optional<std::string> district, title, text;
  std::optional<Visibility> visibility;
  std::optional<json::Value> fields;
  std::optional<std::vector<std::string>> codes;
  std::optional<bool> open;
};

// Where a listing comes from, when no person typed it.
struct Origin {
  std::string import, external, source;
  bool illustrative = false;
};

struct MatchQuestion {
  std::string program;
  Side side = Side::need;             // that asks
  std::string listing;                // stored; or the words below
  ListingInput input;
  std::vector<std::string> cities;    // only these; empty: all
  int top = 10;
};
struct MatchView {
  Listing asking;
  MatchAnswer answer;
  std::map<std::string, ListingRow> rows;      // of every listing in the answer
  std::map<std::string, DealRow> deals;           // by the other listing's id, when `asking` is stored
  std::int64_t micros = 0;                     // of the engine
};

struct DealChange {
  bool agree = false;
  std::string stage, reason;
  std::optional<std::string> note;
};

// Programs and code table change seldom; everything else lives in the market's snapshots.
class Service {
 public:
  Service(store::Database& db, const Clock& clock, std::vector<std::shared_ptr<const Program>> programs);
  // Reads everything into memory and begins to follow the journal. Call once, before the first change. `progress` gets 0–1.
  Result<void> load(const std::function<void(double)>& progress = {});

  const std::vector<std::shared_ptr<const Program>>& programs() const { return programs_; }
  Result<std::shared_ptr<const Program>> program(const std::string& id) const;          // `not_found`
  bool enabled(const std::string& program) const;
  Result<void> enable(store::Writer& db, const region::Actor& actor, const std::string& program, bool enabled);

  Result<ListingRow> create(store::Writer& db, const region::Actor& actor, const std::string& program, Side side, const std::string& party, const ListingInput& input,
                            const Origin& origin = {});
  Result<ListingRow> change(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version, const ListingInput& input, const Origin& origin = {});
  // `not_found` for what is not there and for what the actor may not see, in the same words.
  Result<ListingRow> read(store::Reader& db, const region::Actor& actor, const std::string& id);
  std::vector<std::string> search(const std::string& program, Side side, const std::string& words, const region::Actor& actor, int top) const;
  Result<MatchView> match(store::Reader& db, const region::Actor& actor, const MatchQuestion& question);

  Result<DealRow> introduce(store::Writer& db, const region::Actor& actor, const std::string& need, const std::string& offer, const std::string& note);
  Result<DealRow> change_deal(store::Writer& db, const region::Actor& actor, const std::string& id, std::int64_t version, const DealChange& change);
  Result<DealRow> read_deal(store::Reader& db, const region::Actor& actor, const std::string& id);
  // Refuses to hide a party whose listings are seen beyond its city.
  Result<void> guard_party(store::Reader& db, const region::Party& party) const;
  // For which sides the actor speaks: of its party, or of its city.
  static std::vector<Side> sides_of(const region::Actor& actor, const DealRow& deal);

  std::vector<Proposal> propose_codes(std::string_view text) const;
  const std::vector<IndustryCode>& codes() const { return codes_; }
  Result<void> reload_codes();
  KnownCodes known_codes() const;
  // Open listings that the actor sees, by program, side and city; those of other places not at all.
  struct SideCount { std::string program, city; Side side; Tally tally; };
  std::vector<SideCount> count_listings(const region::Actor& actor) const;
  // Where `fact.travel_minutes` comes from: minutes between two cities by name, with the journey. Without it the fact is unknown. Before the
  // first question.
  using Travel = std::function<std::optional<Fact>(const std::string& from, const std::string& to)>;
  void know_travel(Travel travel);
  Text name_of_code(std::string_view code) const;   // of a place or an industry; "" when there is none

 private:
  struct Checked { std::vector<FieldValue> fields; std::string json; };
  Result<void> take_input(const Program& program, ListingRow& row, const ListingInput& input, bool created) const;
  void follow(std::span<const store::Entry> entries);
  Result<void> follow_entry(const store::Entry& entry, std::vector<Change>& changes);
  Result<void> add_deal(store::Reader& db, const DealRow& deal, std::vector<Change>& changes);
  Result<void> allowed(store::Reader& db, const Program& program, const DealRow& deal, const Stage& stage);
  Result<DealRow> move(store::Writer& db, const region::Actor& actor, const Program& program, DealRow deal, const DealChange& change);

  store::Database& db_;
  const Clock& clock_;
  std::vector<std::shared_ptr<const Program>> programs_;
  Market market_;
  std::vector<IndustryCode> codes_;
  std::unique_ptr<Classifier> classifier_;
  struct NamedPlace { std::string parent; Text name; };
  std::map<std::string, NamedPlace, std::less<>> places_;   // by code
  mutable std::shared_mutex settings_;
  std::vector<std::string> disabled_;
  Facts facts_;
};

Viewer viewer_of(const region::Actor& actor);
// A party that its city keeps to itself has no listing beyond the city: the listing bears its name.
inline const Text kBeyondParty = {"单位仅本市可见，供需信息不能超出本市；请先放宽单位的可见范围", "the party is visible to its city only, and so is what it lists: widen the party first"};

}  // namespace jiaoji::market
