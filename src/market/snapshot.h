// Snapshot: everything that an answer is computed from, at one moment. Readers share it; nothing in it changes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "market/collection.h"
#include "market/market.h"
#include "market/sharded.h"

namespace jiaoji::market {

// A deal that teaches: what `need` asked for, `offer` met.
struct Deal {
  std::string id, offer;
  double teaches = 0;
  Text stage;
};

// One program's side of a snapshot.
struct Stall {
  std::shared_ptr<const Program> program;
  std::shared_ptr<const Rules> rules;
  std::shared_ptr<const State> needs, offers;
  std::shared_ptr<const State> remembered;   // needs that deals teach about
  Sharded<std::vector<Deal>> deals;          // by need
  const State& side(Side s) const { return s == Side::need ? *needs : *offers; }
};

struct DroppedVersions { std::int64_t need = 0, offer = 0; };

class Snapshot {
 public:
  std::map<std::string, Stall, std::less<>> stalls;   // by program
  Sharded<DroppedVersions> dropped;                   // by need and offer: dropped_key
  std::int64_t sequence = 0;

  const Stall* stall(std::string_view program) const {
    const auto at = stalls.find(program);
    return at == stalls.end() ? nullptr : &at->second;
  }
};
// Whether the viewer may see a document, by its columns.
bool sees(const Viewer& viewer, const Columns& columns);
inline std::string dropped_key(std::string_view need, std::string_view offer) { return std::string(need) + '\n' + std::string(offer); }

}  // namespace jiaoji::market
