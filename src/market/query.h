// What a listing's words ask of the other side, and how well one text answers.
//
// Retrieval sums quantised impacts; this computes the same BM25F anew for the few that were found, with the snapshot's own
// statistics, and knows which bytes matched.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "market/market.h"
#include "market/search.h"

namespace jiaoji::market {

class TextQuery {
 public:
  // The words of `texts` against `state`. At most kQueryTermsMax terms, the most telling ones.
  TextQuery(const State& state, const std::vector<std::string_view>& texts);

  bool asks() const { return asks_; }              // whether there are words at all, known to the state or not
  bool empty() const { return terms_.empty(); }
  // Weights add up to 1: a document with every term in every place would come to 1.
  const std::vector<QueryTerm>& terms() const { return terms_; }
  // How well a listing of the state answers, 0–1. `texts` by the state's text fields. O(characters).
  double value(const std::vector<std::string_view>& texts) const;

  // Which bytes of `text` are words that the query knows and that are worth showing: a single character that stands in every
  // tenth listing is not. `answer` are the texts of the other side: only what stands there, too, matched.
  std::vector<Span> spans(std::string_view text, const std::vector<std::string_view>& answer) const;

 private:
  int index(Term term) const;   // -1 when the query does not have it
  const State& state_;
  bool asks_ = false;
  std::vector<QueryTerm> terms_;
  std::vector<bool> telling_;
  std::vector<std::pair<Term, std::int32_t>> slots_;   // open addressing
};

// The texts of a listing in the order of `fields`.
std::vector<std::string_view> texts_by(const Listing& listing, const std::vector<TextField>& fields);

}  // namespace jiaoji::market
