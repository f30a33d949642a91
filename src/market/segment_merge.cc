#include <algorithm>

#include "market/segment.h"

namespace jiaoji::market {

// Documents of the inputs follow each other in the order of the inputs; removed ones are left out.
class SegmentMerger {
 public:
  explicit SegmentMerger(std::span<const MergeInput> inputs) : inputs_(inputs) {}

  std::shared_ptr<const Segment> run() {
    auto out = std::make_shared<Segment>();
    copy_documents(*out);
    copy_postings(*out);
    out->index_ids();
    return out;
  }

 private:
  void copy_documents(Segment& out) {
    std::size_t documents = 0, bytes = 0;
    for (const auto& in : inputs_) {
      documents += in.segment->documents() - (in.removed ? in.removed->count : 0);
      bytes += in.segment->records_.size();
    }
    out.fields_ = inputs_.empty() ? 0 : inputs_[0].segment->fields_;
    out.rules_ = inputs_.empty() ? 0 : inputs_[0].segment->rules_;
    out.lengths_.reserve(documents * out.fields_);
    out.marks_.reserve(documents * out.rules_);
    out.columns_.reserve(documents);
    out.likeness_.reserve(documents);
    out.offsets_.reserve(documents + 1);
    out.records_.reserve(bytes);
    for (const auto& in : inputs_) {
      auto& to = places_.emplace_back(in.segment->documents(), kGone);
      for (std::uint32_t d = 0; d < in.segment->documents(); ++d) {
        if (in.removed && in.removed->has(d)) continue;
        to[d] = out.documents();
        out.columns_.push_back(in.segment->columns_[d]);
        out.likeness_.push_back(in.segment->likeness_[d]);
        out.records_.append(in.segment->record(d));
        out.offsets_.push_back(out.records_.size());
        const auto lengths = in.segment->lengths(d);
        out.lengths_.insert(out.lengths_.end(), lengths.begin(), lengths.end());
        const auto marks = in.segment->marks(d);
        out.marks_.insert(out.marks_.end(), marks.begin(), marks.end());
      }
    }
    out.records_.shrink_to_fit();
  }

  // Walks the inputs' sorted terms side by side; a term of one input takes its place in the order and its postings are moved.
  void copy_postings(Segment& out) {
    struct At { Term term; std::uint32_t input; std::size_t i; };
    const auto later = [](const At& a, const At& b) { return a.term != b.term ? a.term > b.term : a.input > b.input; };
    std::vector<At> heap;
    for (std::uint32_t n = 0; n < inputs_.size(); ++n)
      if (inputs_[n].segment->postings().terms() > 0) heap.push_back({inputs_[n].segment->postings().term(0), n, 0});
    std::ranges::make_heap(heap, later);
    std::vector<Posting> merged;
    while (!heap.empty()) {
      const Term term = heap.front().term;
      merged.clear();
      while (!heap.empty() && heap.front().term == term) {
        std::ranges::pop_heap(heap, later);
        At& at = heap.back();
        const Postings& postings = inputs_[at.input].segment->postings();
        append(postings.list(at.i), places_[at.input], merged);
        if (++at.i < postings.terms()) at.term = postings.term(at.i), std::ranges::push_heap(heap, later);
        else heap.pop_back();
      }
      if (!merged.empty()) out.postings_.append(term, merged);
    }
    out.postings_.finish();
  }

  void append(const PostingList& list, const std::vector<std::uint32_t>& to, std::vector<Posting>& merged) {
    for (std::size_t b = 0; b < list.blocks.size(); ++b) {
      decode(list, b, decoded_);
      for (unsigned i = 0; i < list.blocks[b].count; ++i)
        if (const std::uint32_t d = to[decoded_.documents[i]]; d != kGone) merged.push_back({d, decoded_.impacts[i]});
    }
  }

  static constexpr std::uint32_t kGone = UINT32_MAX;
  std::span<const MergeInput> inputs_;
  std::vector<std::vector<std::uint32_t>> places_;   // new document by input and old document
  Decoded decoded_;
};

std::shared_ptr<const Segment> merge_segments(std::span<const MergeInput> inputs) { return SegmentMerger(inputs).run(); }

}  // namespace jiaoji::market
