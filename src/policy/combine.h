// The best lawful combination: which of the policies that fit a firm it should take when some exclude each other (只享其一) and some pay
// only up to a sum together (合计上限).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace jiaoji::policy {

inline constexpr std::uint64_t kCombineNodes = 2'000'000;   // of one search
inline constexpr std::uint64_t kCombineWork = 200'000'000;  // candidates looked at in all of them: about a second at worst

struct Candidate {
  Fen amount = 0;
  std::vector<std::string> only_one;
  std::vector<Cap> caps;
};

struct Taken {
  std::size_t candidate = 0;
  Fen paid = 0;  // at most its amount, less where a cap is full
};
struct Left {
  std::size_t candidate = 0;
  std::string because;   // the only_one or the cap that leaves no room
  bool capped = false;
};
struct Combination {
  Fen total = 0;
  std::vector<Taken> taken;  // in the order of the candidates
  std::vector<Left> left;
  bool exact = true;         // no combination pays more
  Fen at_most = 0;           // none can pay more than this; the total when exact
};

// Branch and bound over the candidates, the largest first; the bound of a branch leaves out the exclusions or the caps, whichever is less.
// Of equal totals the one with fewest policies. Where two policies name a cap
// differently, the lower counts. Caps may lie within each other; when they cross (neither within the other), the sum paid is lawful but may
// not be the most, and `exact` says no.
Combination combine(const std::vector<Candidate>& candidates, std::uint64_t nodes_max = kCombineNodes);

}  // namespace jiaoji::policy
