// Memory (记忆): what confirmed deals taught. A need that resembles earlier needs lifts the offers that were accepted for those.
#pragma once

#include <string>
#include <unordered_map>

#include "market/snapshot.h"

namespace jiaoji::market {

// Why an offer is lifted: the sum over similar earlier needs of likeness · what the deal taught, at most 1.
struct Lift {
  double value = 0;            // −1 to 1
  double best = 0;             // of the one need that says most
  std::string need, title;     // that need
  Text stage;                  // how far its deal came
};

// By offer id. A need never remembers itself (the same id), and nobody learns from needs that the viewer may not see.
// Nearest neighbours: at most kNeighbours earlier needs.
std::unordered_map<std::string, Lift> remember(const Stall& stall, const Listing& need, const Viewer& viewer);

}  // namespace jiaoji::market
