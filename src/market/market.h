// Market (市场): finds who on the other side can meet a listing, and says why.
//
// retrieve -> eligible -> score -> explain. Listings lie in an immutable Snapshot that readers hold as long as they like;
// one writer applies changes in batches and publishes the next Snapshot. No file, socket or database.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "market/conditions.h"
#include "market/listing.h"
#include "market/program.h"

namespace jiaoji::market {

// Who asks. Rows that the viewer may not see are left out inside the index: neither shown, nor counted, nor in anybody's place.
struct Viewer {
  std::string city, party;
  bool signed_in = false;
  bool all_cities = false;   // the system itself
};
bool sees(const Viewer& viewer, std::string_view city, Visibility visibility, std::string_view party);

// ---- changes -------------------------------------------------------------------------------------------------------------------------
struct Upsert { Listing listing; };
struct Remove { std::string id; };     // withdrawn
// A deal reached a stage: it teaches that `offer` fits what `need` asked for. The same `id` again replaces what it taught;
// teaches 0 forgets it. A need that was withdrawn meanwhile still teaches: it comes along as a value.
struct Learn { std::string deal; Listing need; std::string offer; double teaches = 0; Text stage; };
// The pair was dropped: not offered again until either listing has another version. Versions 0 forget it.
struct Drop { std::string need, offer; std::int64_t need_version = 0, offer_version = 0; };
using Change = std::variant<Upsert, Remove, Learn, Drop>;

// ---- question and answer ---------------------------------------------------------------------------------------------------------------
struct MatchRequest {
  Listing asking;              // of either side; need not be in the market (id may be "")
  Viewer viewer;
  int top = 10;                // at most kTopMax
  int near_misses = 5;
  Facts facts;                 // travel time, policies, chains; may be empty
  Names names;                 // may be empty: codes are shown as they are
};
inline constexpr int kTopMax = 200;

struct Span { std::uint32_t begin = 0, end = 0; };   // bytes of the original text
// What matched in one text: where "title", "text" or the id of a field.
struct Matched { std::string where; std::vector<Span> spans; };

struct ScorePart {
  std::string id;
  Text label;
  double value = 0;          // 0–1
  double weight = 0;
  double contribution = 0;   // value · weight
  bool known = true;         // false: nothing to compare, counts as 0
  Text because;              // "同一城市", "与 … 的需求相似，当时已交付"
};

struct Match {
  Listing listing;
  double score = 0;                    // sum of the parts' contributions
  Truth eligible = Truth::unknown;     // yes: every condition yes; unknown: none no
  std::vector<Verdict> conditions;
  std::vector<ScorePart> parts;
  std::vector<Matched> matched_asking, matched_listing;
  std::vector<std::string> duplicates;  // ids of listings that say the same, collapsed into this one
  std::string like;                     // id of the earlier listing whose deal lifted this one; "" none
};

struct MatchAnswer {
  std::vector<Match> matches;       // best first
  std::vector<Match> near_misses;   // exactly one condition fails: its verdict says what would make it pass
  std::vector<Match> refused;       // two conditions or more fail: the first that words brought up
  std::int64_t listings = 0;        // of the other side that the viewer may see and that are not the asking party's
  std::int64_t sequence = 0;        // of the snapshot
};

class Snapshot;  // immutable; defined in snapshot.h
Result<MatchAnswer> match(const Snapshot& snapshot, const MatchRequest& request);
// How many listings of one side the viewer sees: of one city, or of all when `city` is "".
struct Tally { std::int64_t listings = 0, illustrative = 0; };
Tally count(const Snapshot& snapshot, std::string_view program, Side side, std::string_view city, const Viewer& viewer);
// Free text over one side, nothing weighed but the text: for lists with a search box. Ids, best first.
std::vector<std::string> find(const Snapshot& snapshot, std::string_view program, Side side, std::string_view words, const Viewer& viewer, int top);

class Market {
 public:
  explicit Market(std::vector<std::shared_ptr<const Program>> programs);
  ~Market();

  // Any thread. Never waits for a writer.
  std::shared_ptr<const Snapshot> snapshot() const;

  // One writer thread. All changes become visible together; O(batch) plus merging that is paid geometrically (large merges run
  // on a thread of their own). A listing of an unknown program is an error and nothing is applied.
  Result<void> apply(std::span<const Change> changes);
  void compact();                  // merges everything into one segment a side: after a bulk load
  std::size_t memory_bytes() const;  // index and records, texts included

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jiaoji::market
