#include "market/query.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace jiaoji::market {

namespace {
// A word that the need repeats counts more, but at most three times (k3 of BM25; measured).
constexpr double kRepeat = 2.0;
constexpr std::size_t kCharactersMax = 4000;    // of a question; more adds nothing but time
constexpr double kCommon = 0.1;                 // share of listings above which a single character tells nothing

// Robertson and Spärck Jones; the 1 inside keeps it above 0.
double rarity(double documents, double with_term) { return std::log(1 + (documents - with_term + 0.5) / (with_term + 0.5)); }

std::size_t hash(Term term) { return (term * 0x9e3779b97f4a7c15ull) >> 40; }
}  // namespace

std::vector<std::string_view> texts_by(const Listing& listing, const std::vector<TextField>& fields) {
  std::vector<std::string_view> out;
  for (std::size_t f = 0; f < fields.size(); ++f) out.push_back(text_of(listing, fields[f], f));
  return out;
}

TextQuery::TextQuery(const State& state, const std::vector<std::string_view>& texts, const State* background) : state_(state) {
  std::vector<Token> tokens;
  for (const auto text : texts) {
    auto& asked = asked_.emplace_back();
    if (tokens.size() > kCharactersMax * 2) continue;
    tokenize(text, asked);
    tokens.insert(tokens.end(), asked.begin(), asked.end());
  }
  std::ranges::sort(tokens, {}, &Token::term);
  const double all = static_cast<double>(std::max<std::int64_t>(1, state.documents + (background ? background->documents : 0)));
  struct Weighed { QueryTerm term; bool telling; };
  std::vector<Weighed> weighed;
  for (std::size_t i = 0; i < tokens.size();) {
    std::size_t end = i;
    while (end < tokens.size() && tokens[end].term == tokens[i].term) ++end;
    double with = 0;
    for (const State* counted : {&state, background})
      if (counted) for (const auto& in : counted->segments) with += in.segment->postings().find(tokens[i].term).documents - (in.removed ? in.removed->terms.of(tokens[i].term) : 0);
    const double often = static_cast<double>(end - i);
    if (with > 0) {
      const double idf = rarity(std::max(all, with), with);
      weighed.push_back({{tokens[i].term, idf * often * (kRepeat + 1) / (kRepeat + often)},
                         kind_of(tokens[i].term) != TermKind::unigram || with < kCommon * all || all < 10});
    }
    i = end;
  }
  if (weighed.size() > kQueryTermsMax) {
    std::ranges::stable_sort(weighed, std::ranges::greater{}, [](const Weighed& w) { return w.term.weight; });
    weighed.resize(kQueryTermsMax);
  }
  double sum = 0;
  for (const auto& w : weighed) sum += w.term.weight;
  slots_.assign(std::bit_ceil(weighed.size() * 4 + 4), {0, -1});
  for (const auto& w : weighed) {
    std::size_t at = hash(w.term.term) & (slots_.size() - 1);
    while (slots_[at].second >= 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {w.term.term, static_cast<std::int32_t>(terms_.size())};
    terms_.push_back({w.term.term, w.term.weight / sum});
    telling_.push_back(w.telling);
  }
}

bool TextQuery::asks() const {
  return std::ranges::any_of(asked_, [](const auto& tokens) { return !tokens.empty(); });
}

int TextQuery::index(Term term) const {
  for (std::size_t at = hash(term) & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].second < 0) return -1;
    if (slots_[at].first == term) return slots_[at].second;
  }
}

double TextQuery::value(const std::vector<std::string_view>& texts, std::vector<Found>* found) const {
  thread_local std::vector<Token> tokens;
  thread_local std::vector<double> frequency;
  frequency.assign(terms_.size(), 0);
  for (std::uint32_t f = 0; f < texts.size(); ++f) {
    tokens.clear();
    tokenize(texts[f], tokens);
    const TextField& field = state_.layout.fields[f];
    const double weight = field.weight / (1 - field.b + field.b * length_of(tokens) / state_.means[f]);
    for (const Token& token : tokens) {
      const int i = index(token.term);
      if (i < 0) continue;
      frequency[i] += weight;
      if (found) found->push_back({f, token.begin, token.end, i});
    }
  }
  double out = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) out += terms_[i].weight * frequency[i] / (kSaturation + frequency[i]);
  return out;
}

TextQuery::Shown TextQuery::show(const std::vector<Found>& found) const {
  Shown out{std::vector<std::vector<Span>>(state_.layout.fields.size()), std::vector<std::vector<Span>>(asked_.size())};
  const auto add = [](std::vector<Span>& spans, std::uint32_t begin, std::uint32_t end) {
    if (!spans.empty() && begin <= spans.back().end) spans.back().end = std::max(spans.back().end, end);
    else spans.push_back({begin, end});
  };
  std::vector<bool> answered(terms_.size(), false);
  for (const Found& f : found) {
    if (!telling_[f.term]) continue;
    answered[f.term] = true;
    add(out.listing[f.text], f.begin, f.end);
  }
  for (std::size_t t = 0; t < asked_.size(); ++t)
    for (const Token& token : asked_[t])
      if (const int i = index(token.term); i >= 0 && answered[i]) add(out.asking[t], token.begin, token.end);
  return out;
}

}  // namespace jiaoji::market
