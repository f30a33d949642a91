// Segment: some listings of one side, indexed once and never changed. What a search touches for every document lies in
// columns; the listings themselves are packed records behind them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "market/conditions.h"
#include "market/listing.h"
#include "market/postings.h"

namespace jiaoji::market {

// The texts of a listing that are searched, in the same order everywhere: title, text, then the side's text fields with a
// search weight.
struct TextField {
  std::string where;
  int field = -1;        // position in Listing::fields; -1 for title and text
  double weight = 1;     // BM25F
  double b = 0.75;       // how much a long text is held against it
};
std::vector<TextField> text_fields(const Program& program, Side side);
// How the listings of one side are indexed.
struct Layout {
  std::vector<TextField> fields;
  Side side = Side::need;
  std::shared_ptr<const Rules> rules;   // may be null: nothing is kept for eligibility
};
// The words of its texts, sorted, each once.
std::vector<Term> terms_of(const Listing& listing, const Layout& layout);
std::string_view text_of(const Listing& listing, const TextField& field, std::size_t position);

// BM25F (Zaragoza, Craswell, Taylor, Saria, Robertson 2004): frequencies of the fields are weighted and normalised by each
// field's length first, and saturate together.
inline constexpr double kSaturation = 2.0;   // k1; the upper end of what the literature uses, measured on judged questions and codes

// Mean lengths, in characters and words, by text field.
using MeanLengths = std::vector<double>;

// A document's columns. Names are kept as 64-bit hashes: two of a million collide once in 37 million regions.
// 32 bytes, so that one line of the cache holds them: the gate reads them for every candidate.
struct alignas(32) Columns {
  std::uint64_t party, affiliation, city;
  Visibility visibility;
  bool illustrative = false;
};
// What tells near-duplicates.
struct Likeness {
  std::uint64_t text = 0;          // hash of all tokens in order: the same text
  std::uint64_t similarity = 0;    // simhash of bigrams and words (Charikar 2002)
};
std::uint64_t name_hash(std::string_view name);   // 0 for ""

class Segment {
 public:
  std::uint32_t documents() const { return static_cast<std::uint32_t>(columns_.size()); }
  const Columns& columns(std::uint32_t d) const { return columns_[d]; }
  const Likeness& likeness(std::uint32_t d) const { return likeness_[d]; }
  std::string_view record(std::uint32_t d) const { return std::string_view(records_).substr(offsets_[d], offsets_[d + 1] - offsets_[d]); }
  std::int64_t find(std::string_view id) const;    // document or -1
  const Postings& postings() const { return postings_; }
  // Characters and words of each text field.
  std::span<const std::uint16_t> lengths(std::uint32_t d) const { return std::span(lengths_).subspan(d * fields_, fields_); }
  // What each rule of the program keeps of it.
  std::span<const Mark> marks(std::uint32_t d) const { return std::span(marks_).subspan(d * rules_, rules_); }
  std::size_t bytes() const;

 private:
  friend std::shared_ptr<const Segment> build_segment(std::span<const Listing* const>, const Layout&, const MeanLengths&);
  friend class SegmentMerger;
  void index_ids();

  std::vector<Columns> columns_;
  std::vector<Likeness> likeness_;
  std::vector<std::uint64_t> offsets_ = {0};
  std::string records_;
  std::vector<std::uint32_t> ids_;       // open addressing: document + 1 by hash of its id
  Postings postings_;
  std::vector<std::uint16_t> lengths_;   // by document and text field
  std::vector<Mark> marks_;              // by document and rule
  std::size_t fields_ = 0;               // text fields
  std::size_t rules_ = 0;
};

// Indexes listings (at most kDocumentsMax, ids all different). `means` are those of the collection at this moment: they
// only steer retrieval; the score that is shown is computed anew from the snapshot's own.
std::shared_ptr<const Segment> build_segment(std::span<const Listing* const> listings, const Layout& layout, const MeanLengths& means);

// How many removed documents held a term. Runs of sorted counts, each at most half as long as the one before it, so that a copy
// shares them and an addition costs O(log n) a term.
class GoneTerms {
 public:
  void add(std::vector<Term> terms);   // of one document; sorted, each once
  std::uint32_t of(Term term) const;

 private:
  using Run = std::vector<std::pair<Term, std::uint32_t>>;
  std::vector<std::shared_ptr<const Run>> runs_;
};

// One bit a document: removed or replaced since the segment was made.
struct Removed {
  std::vector<std::uint64_t> bits;
  std::uint32_t count = 0;
  GoneTerms terms;                     // their postings stay until the segment is merged: they are counted out by this
  bool has(std::uint32_t d) const { return !bits.empty() && (bits[d / 64] >> (d % 64) & 1); }
};
struct MergeInput {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Removed> removed;   // may be null
};
// One segment of what is left of several. Postings are copied, not computed anew. O(postings).
std::shared_ptr<const Segment> merge_segments(std::span<const MergeInput> inputs);

}  // namespace jiaoji::market
