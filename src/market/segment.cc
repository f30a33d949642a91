#include "market/segment.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "market/codes.h"
#include "market/record.h"

namespace jiaoji::market {

std::vector<TextField> text_fields(const Program& program, Side side) {
  std::vector<TextField> out = {{"title", -1, program.title_weight, 0.5}, {"text", -1, program.text_weight, 0.75}};
  const auto& fields = program.side(side).fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].type == FieldType::text && fields[i].search_weight > 0) out.push_back({fields[i].id, static_cast<int>(i), fields[i].search_weight, 0.75});
  return out;
}

std::string_view text_of(const Listing& listing, const TextField& field, std::size_t position) {
  if (position == 0) return listing.title;
  if (position == 1) return listing.text;
  if (field.field >= static_cast<int>(listing.fields.size())) return {};
  const auto* text = std::get_if<std::string>(&listing.fields[field.field]);
  return text ? std::string_view(*text) : std::string_view();
}

std::uint64_t name_hash(std::string_view name) {
  if (name.empty()) return 0;
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  hash ^= hash >> 32, hash *= 0x9e3779b97f4a7c15ull, hash ^= hash >> 29;
  return hash | 1;   // never 0
}

namespace {

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30, x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 27, x *= 0x94d049bb133111ebull;
  return x ^ x >> 31;
}

// Term → number, open addressing. The one hot table of the build: std::unordered_map takes three times as long.
class TermTable {
 public:
  std::uint32_t number(Term term) {
    if (terms_.size() * 2 >= slots_.size()) grow();
    for (std::size_t at = mix(term) & mask_;; at = (at + 1) & mask_) {
      if (slots_[at].term == term) return slots_[at].number;
      if (slots_[at].term != 0) continue;
      slots_[at] = {term, static_cast<std::uint32_t>(terms_.size())};
      terms_.push_back(term);
      return slots_[at].number;
    }
  }
  const std::vector<Term>& terms() const { return terms_; }

 private:
  struct Slot { Term term = 0; std::uint32_t number = 0; };
  void grow() {
    mask_ = std::max<std::size_t>(1 << 10, slots_.size() * 2) - 1;
    slots_.assign(mask_ + 1, {});
    for (std::uint32_t n = 0; n < terms_.size(); ++n) {
      std::size_t at = mix(terms_[n]) & mask_;
      while (slots_[at].term != 0) at = (at + 1) & mask_;
      slots_[at] = {terms_[n], n};
    }
  }
  std::vector<Slot> slots_;
  std::vector<Term> terms_;
  std::size_t mask_ = 0;
};

// Sum of weighted, length-normalised frequencies of each term of one document.
class Frequencies {
 public:
  Frequencies() : slots_(1 << 10) {}
  void clear() {
    for (const std::uint32_t at : used_) slots_[at].term = 0;
    used_.clear();
  }
  void add(Term term, float weight) {
    if (used_.size() * 2 >= slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = mix(term) & mask;; at = (at + 1) & mask) {
      if (slots_[at].term == term) return void(slots_[at].weight += weight);
      if (slots_[at].term != 0) continue;
      slots_[at] = {term, weight};
      return used_.push_back(static_cast<std::uint32_t>(at));
    }
  }
  template <class F>
  void each(F&& f) const {
    for (const std::uint32_t at : used_) f(slots_[at].term, slots_[at].weight);
  }

 private:
  struct Slot { Term term = 0; float weight = 0; };
  void grow() {
    std::vector<Slot> held;
    each([&](Term term, float weight) { held.push_back({term, weight}); });
    slots_.assign(slots_.size() * 2, {});
    used_.clear();
    for (const auto& slot : held) add(slot.term, slot.weight);
  }
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> used_;
};

std::uint8_t impact(float frequency) {
  const double saturated = frequency / (kSaturation + frequency);
  return static_cast<std::uint8_t>(std::clamp(std::lround(saturated * 255), 1l, 255l));
}

// Collects (term number, posting) in the order of documents, then sorts them by term in two passes.
class Inverter {
 public:
  Inverter(const std::vector<TextField>& fields, const MeanLengths& means) : fields_(fields), means_(means) {}

  void add(const Listing& listing, std::uint32_t document, Likeness& likeness, std::vector<std::uint16_t>& lengths) {
    frequencies_.clear();
    std::uint64_t order = 0;
    std::array<int, 64> votes{};
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      tokens_.clear();
      tokenize(text_of(listing, fields_[f], f), tokens_);
      const double length = length_of(tokens_);
      lengths.push_back(static_cast<std::uint16_t>(std::min(length, 65535.0)));
      const auto weight = static_cast<float>(fields_[f].weight / (1 - fields_[f].b + fields_[f].b * length / means_[f]));
      for (const Token& token : tokens_) {
        frequencies_.add(token.term, weight);
        order = mix(order ^ token.term);
        if (kind_of(token.term) != TermKind::unigram) vote(votes, mix(token.term));
      }
    }
    likeness.text = order;
    for (std::size_t bit = 0; bit < 64; ++bit) likeness.similarity |= std::uint64_t{votes[bit] > 0} << bit;
    frequencies_.each([&](Term term, float frequency) { put(term, document, impact(frequency)); });
    for (const std::string& code : code_ancestors(listing.industries)) put(code_term(code), document, 255);
  }

  Postings finish() {
    const auto& terms = table_.terms();
    std::vector<std::uint32_t> order(terms.size()), begin(terms.size() + 1, 0);
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return terms[i]; });
    for (const std::uint32_t number : numbers_) ++begin[number + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    std::vector<Posting> sorted(postings_.size());
    auto next = begin;
    for (std::size_t i = 0; i < postings_.size(); ++i) sorted[next[numbers_[i]]++] = postings_[i];
    Postings out;
    for (const std::uint32_t i : order) out.append(terms[i], std::span(sorted).subspan(begin[i], begin[i + 1] - begin[i]));
    out.finish();
    return out;
  }

 private:
  static void vote(std::array<int, 64>& votes, std::uint64_t hash) {
    for (std::size_t bit = 0; bit < 64; ++bit) votes[bit] += static_cast<int>(hash >> bit & 1) * 2 - 1;
  }
  void put(Term term, std::uint32_t document, std::uint8_t value) {
    numbers_.push_back(table_.number(term));
    postings_.push_back({document, value});
  }

  const std::vector<TextField>& fields_;
  const MeanLengths& means_;
  std::vector<Token> tokens_;
  Frequencies frequencies_;
  TermTable table_;
  std::vector<std::uint32_t> numbers_;
  std::vector<Posting> postings_;
};

}  // namespace

std::vector<Term> terms_of(const Listing& listing, const Layout& layout) {
  std::vector<Token> tokens;
  for (std::size_t f = 0; f < layout.fields.size(); ++f) tokenize(text_of(listing, layout.fields[f], f), tokens);
  std::vector<Term> out;
  for (const Token& token : tokens) out.push_back(token.term);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

void GoneTerms::add(std::vector<Term> terms) {
  auto fresh = std::make_shared<Run>();
  for (const Term term : terms) fresh->emplace_back(term, 1);
  while (!runs_.empty() && runs_.back()->size() < 2 * fresh->size()) {
    auto both = std::make_shared<Run>();
    const Run &a = *runs_.back(), &b = *fresh;
    both->reserve(a.size() + b.size());
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
      if (j == b.size() || (i < a.size() && a[i].first < b[j].first)) both->push_back(a[i++]);
      else if (i == a.size() || b[j].first < a[i].first) both->push_back(b[j++]);
      else both->emplace_back(a[i].first, a[i].second + b[j].second), ++i, ++j;
    }
    fresh = std::move(both);
    runs_.pop_back();
  }
  runs_.push_back(std::move(fresh));
}

std::uint32_t GoneTerms::of(Term term) const {
  std::uint32_t out = 0;
  for (const auto& run : runs_) {
    const auto found = std::ranges::lower_bound(*run, term, {}, &std::pair<Term, std::uint32_t>::first);
    if (found != run->end() && found->first == term) out += found->second;
  }
  return out;
}

std::shared_ptr<const Segment> build_segment(std::span<const Listing* const> listings, const Layout& layout, const MeanLengths& means) {
  auto segment = std::make_shared<Segment>();
  Inverter inverter(layout.fields, means);
  segment->fields_ = layout.fields.size();
  segment->rules_ = layout.rules ? layout.rules->size() : 0;
  segment->lengths_.reserve(listings.size() * segment->fields_);
  segment->marks_.reserve(listings.size() * segment->rules_);
  segment->columns_.reserve(listings.size());
  segment->likeness_.reserve(listings.size());
  segment->offsets_.reserve(listings.size() + 1);
  for (const Listing* listing : listings) {
    inverter.add(*listing, segment->documents(), segment->likeness_.emplace_back(), segment->lengths_);
    segment->columns_.push_back({name_hash(listing->party), name_hash(listing->affiliation), name_hash(listing->city), listing->visibility, listing->illustrative});
    if (layout.rules) for (const auto& rule : *layout.rules) segment->marks_.push_back(rule->mark(layout.side, *listing));
    pack(*listing, segment->records_);
    segment->offsets_.push_back(segment->records_.size());
  }
  segment->records_.shrink_to_fit();
  segment->postings_ = inverter.finish();
  segment->index_ids();
  return segment;
}

void Segment::index_ids() {
  ids_.assign(std::bit_ceil(std::max<std::size_t>(2, columns_.size() * 3 / 2)), 0);
  const std::size_t mask = ids_.size() - 1;
  for (std::uint32_t d = 0; d < documents(); ++d) {
    std::size_t at = name_hash(id_of(record(d))) >> 1 & mask;
    while (ids_[at] != 0) at = (at + 1) & mask;
    ids_[at] = d + 1;
  }
}

std::int64_t Segment::find(std::string_view id) const {
  const std::size_t mask = ids_.size() - 1;
  for (std::size_t at = name_hash(id) >> 1 & mask; ids_[at] != 0; at = (at + 1) & mask)
    if (id_of(record(ids_[at] - 1)) == id) return ids_[at] - 1;
  return -1;
}

std::size_t Segment::bytes() const {
  return sizeof *this + columns_.capacity() * sizeof(Columns) + likeness_.capacity() * sizeof(Likeness) + offsets_.capacity() * sizeof(std::uint64_t) + records_.capacity() +
         ids_.capacity() * sizeof(std::uint32_t) + lengths_.capacity() * sizeof(std::uint16_t) + marks_.capacity() * sizeof(Mark) + postings_.bytes();
}

}  // namespace jiaoji::market
