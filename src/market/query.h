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
  // The words of `texts` against `state`. At most kQueryTermsMax terms, the most telling ones. Words are known and
  // counted in `state` and, if given, in `background`: a few remembered needs alone do not tell what is rare.
  TextQuery(const State& state, const std::vector<std::string_view>& texts, const State* background = nullptr);

  bool asks() const;            // whether there are words at all, known to the state or not
  bool empty() const { return terms_.empty(); }
  // Weights add up to 1: a document with every term in every place would come to 1.
  const std::vector<QueryTerm>& terms() const { return terms_; }
  // A word of the question where a listing has it: in which text, which bytes.
  struct Found { std::uint32_t text, begin, end; std::int32_t term; };
  // How well a listing of the state answers, 0–1. `texts` by the state's text fields; appends to `found`, if any. O(characters).
  double value(const std::vector<std::string_view>& texts, std::vector<Found>* found = nullptr) const;

  // Which bytes are words that stand on both sides and that are worth showing: a single character that stands in every tenth
  // listing is not. By the text fields of the state; by the texts of the question.
  struct Shown { std::vector<std::vector<Span>> listing, asking; };
  Shown show(const std::vector<Found>& found) const;

 private:
  int index(Term term) const;   // -1 when the query does not have it
  const State& state_;
  std::vector<std::vector<Token>> asked_;              // by text of the question
  std::vector<QueryTerm> terms_;
  std::vector<bool> telling_;
  std::vector<std::pair<Term, std::int32_t>> slots_;   // open addressing
};

// The texts of a listing in the order of `fields`.
std::vector<std::string_view> texts_by(const Listing& listing, const std::vector<TextField>& fields);

}  // namespace jiaoji::market
