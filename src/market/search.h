// Retrieval: the documents with the greatest sum of weight · impact, among those that the caller admits.
//
// MaxScore over windows of documents: in each window the lists whose block maxima together cannot reach the threshold are
// only looked into for documents that the others found (Turtle and Flood 1995; windows as in Lucene's MaxScoreBulkScorer).
// Nothing that could be among the best is passed over: a test holds it against the exhaustive sum.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "market/collection.h"

namespace jiaoji::market {

struct QueryTerm {
  Term term;
  double weight;      // > 0; only ratios count
};

enum class Admission { no, near_miss, yes };
// Asked only for documents that would be among the best. `no` takes nobody's place.
class Gate {
 public:
  virtual ~Gate() = default;
  virtual Admission admit(State::Place at) = 0;
  virtual void soon(State::Place) const {}   // will be asked about it: what it reads may be fetched
};

struct Hit {
  State::Place at;
  std::uint32_t score = 0;   // sum of quantised weight · impact
};
struct Hits {
  std::vector<Hit> best;         // best first
  std::vector<Hit> near_misses;  // best first: those that score above the last of `best`
  bool more = false;             // `best` was filled
};

inline constexpr std::size_t kQueryTermsMax = 256;
// Weights as retrieval sees them: the greatest becomes kWeightMax, so that a score fits 32 bits.
inline constexpr std::uint32_t kWeightMax = 8191;
std::vector<std::uint32_t> quantise(std::span<const QueryTerm> query);

Hits search(const State& state, std::span<const QueryTerm> query, std::size_t top, std::size_t near_misses, Gate& gate);
// Without words: newest first.
Hits newest(const State& state, std::size_t top, std::size_t near_misses, Gate& gate);

}  // namespace jiaoji::market
