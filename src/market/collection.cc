#include "market/collection.h"

#include <algorithm>
#include <atomic>
#include <future>

#include "market/record.h"

namespace jiaoji::market {

namespace {
// Merging: a run of neighbours is merged when it holds kFanIn segments of one size class, so that a listing is copied
// log_8(n) times. Above kMergeHere documents the copy runs beside the writer.
constexpr std::size_t kFanIn = 8;
constexpr std::uint32_t kMergeHere = 20'000;
constexpr std::size_t kChunk = 40'000;         // listings that one thread indexes at a time
constexpr double kPriorListings = 100;         // weight of the prior lengths
constexpr double kPriorTitle = 15, kPriorText = 120;

constexpr std::size_t kSample = 2000;          // listings that a large batch's mean lengths are estimated from

MeanLengths means_of(const std::vector<double>& sums, double documents) {
  MeanLengths means;
  for (std::size_t f = 0; f < sums.size(); ++f) means.push_back((sums[f] + kPriorListings * (f == 1 ? kPriorText : kPriorTitle)) / (documents + kPriorListings));
  return means;
}

int size_class(std::uint32_t documents) {
  int level = 0;
  for (std::size_t n = documents / 64; n >= kFanIn; n /= kFanIn) ++level;
  return level;
}

// Neighbours that are worth merging: the longest tail whose members are no larger than the class of the run.
struct Run { std::size_t begin = 0, end = 0; };
Run run_to_merge(const std::vector<MergeInput>& segments) {
  for (std::size_t end = segments.size(); end > 0; --end) {
    const int level = size_class(segments[end - 1].segment->documents());
    std::size_t begin = end;
    while (begin > 0 && size_class(segments[begin - 1].segment->documents()) <= level) --begin;
    if (end - begin >= kFanIn) return {begin, end};
  }
  return {};
}

// Marks `d` as removed. A bitmap that a published state shares is copied first; one that this batch has copied is ours.
void remove(MergeInput& in, std::uint32_t d, const Layout& layout) {
  if (!in.removed || in.removed.use_count() > 1) in.removed = in.removed ? std::make_shared<Removed>(*in.removed) : std::make_shared<Removed>();
  auto& removed = const_cast<Removed&>(*in.removed);
  removed.bits.resize((in.segment->documents() + 63) / 64, 0);
  removed.bits[d / 64] |= std::uint64_t{1} << (d % 64);
  ++removed.count;
  removed.terms.add(terms_of(unpack(in.segment->record(d)), layout));
}
}  // namespace

// A merge under way: what went in, and the segment that will come out.
struct Collection::Pending {
  std::vector<MergeInput> inputs;
  std::future<std::shared_ptr<const Segment>> result;
};

Collection::Collection(Layout layout) : length_sums_(layout.fields.size(), 0) {
  auto state = std::make_shared<State>();
  state->means = means_of(length_sums_, 0);
  state->layout = std::move(layout);
  state_ = state;
}

Collection::~Collection() = default;   // a future of std::async waits for its thread

std::optional<State::Place> State::find(std::string_view id) const {
  for (std::size_t s = segments.size(); s-- > 0;)
    if (const auto d = segments[s].segment->find(id); d >= 0 && live(s, static_cast<std::uint32_t>(d))) return Place{s, static_cast<std::uint32_t>(d)};
  return {};
}

void Collection::count(State& next, const Columns& columns, std::span<const std::uint16_t> lengths, int sign) const {
  next.documents += sign;
  Tally& tally = next.tallies[{columns.city, columns.visibility}];
  tally.listings += sign;
  tally.illustrative += columns.illustrative ? sign : 0;
  for (std::size_t f = 0; f < lengths.size(); ++f) length_sums_[f] += sign * lengths[f];
}

void Collection::take_out(State& next, std::string_view id) const {
  const auto at = next.find(id);
  if (!at) return;
  auto& in = next.segments[at->segment];
  count(next, in.segment->columns(at->document), in.segment->lengths(at->document), -1);
  remove(in, at->document, next.layout);
}

// What `means` will be like after a batch that outweighs what is there, from a sample of it: the index is built with them.
void Collection::expect(State& next, std::span<const Listing* const> added) const {
  const std::size_t step = added.size() / kSample + 1, sampled = (added.size() + step - 1) / step;
  std::vector<Token> tokens;
  auto sums = length_sums_;
  for (std::size_t i = 0; i < added.size(); i += step) {
    for (std::size_t f = 0; f < sums.size(); ++f) {
      tokens.clear();
      tokenize(text_of(*added[i], next.layout.fields[f], f), tokens);
      sums[f] += length_of(tokens) * static_cast<double>(added.size()) / static_cast<double>(sampled);
    }
  }
  next.means = means_of(sums, static_cast<double>(next.documents) + static_cast<double>(added.size()));
}

void Collection::append(State& next, std::span<const Listing* const> added) const {
  if (std::ssize(added) > next.documents) expect(next, added);
  std::vector<std::span<const Listing* const>> chunks;
  for (std::size_t begin = 0; begin < added.size(); begin += kChunk) chunks.push_back(added.subspan(begin, std::min(kChunk, added.size() - begin)));
  std::vector<std::shared_ptr<const Segment>> built(chunks.size());
  std::atomic<std::size_t> turn = 0;
  const auto work = [&] {
    for (std::size_t i; (i = turn++) < chunks.size();) built[i] = build_segment(chunks[i], next.layout, next.means);
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t n = 1; n < std::min<std::size_t>(chunks.size(), std::thread::hardware_concurrency()); ++n) helpers.emplace_back(work);
    work();
  }
  for (auto& segment : built) {
    for (std::uint32_t d = 0; d < segment->documents(); ++d) count(next, segment->columns(d), segment->lengths(d), 1);
    next.segments.push_back({std::move(segment), nullptr});
  }
}

void Collection::apply(std::span<const Listing* const> added, std::span<const std::string_view> removed) {
  auto next = std::make_shared<State>(*state_);
  take_merge(*next, false);
  for (const auto id : removed) take_out(*next, id);
  if (next->documents > 0) for (const Listing* listing : added) take_out(*next, listing->id);
  if (!added.empty()) append(*next, added);
  next->means = means_of(length_sums_, static_cast<double>(next->documents));
  std::erase_if(next->segments, [](const MergeInput& in) { return in.removed && in.removed->count == in.segment->documents(); });
  merge_small(*next);
  start_merge(*next);
  state_ = next;
}

void Collection::merge_small(State& next) const {
  while (true) {
    const Run run = run_to_merge(next.segments);
    const auto inputs = std::span(next.segments).subspan(run.begin, run.end - run.begin);
    std::uint32_t documents = 0;
    for (const auto& in : inputs) documents += in.segment->documents();
    if (inputs.empty() || documents > kMergeHere) return;
    next.segments[run.begin] = {merge_segments(inputs), nullptr};
    next.segments.erase(next.segments.begin() + static_cast<std::ptrdiff_t>(run.begin) + 1, next.segments.begin() + static_cast<std::ptrdiff_t>(run.end));
  }
}

void Collection::start_merge(const State& next) {
  if (pending_) return;
  const Run run = run_to_merge(next.segments);
  std::uint64_t documents = 0;
  for (std::size_t s = run.begin; s < run.end; ++s) documents += next.segments[s].segment->documents();
  if (run.begin == run.end || documents >= kDocumentsMax) return;
  pending_ = std::make_unique<Pending>();
  pending_->inputs.assign(next.segments.begin() + static_cast<std::ptrdiff_t>(run.begin), next.segments.begin() + static_cast<std::ptrdiff_t>(run.end));
  pending_->result = std::async(std::launch::async, [inputs = pending_->inputs] { return merge_segments(inputs); });
}

void Collection::take_merge(State& next, bool wait) {
  if (!pending_ || (!wait && pending_->result.wait_for(std::chrono::seconds(0)) != std::future_status::ready)) return;
  MergeInput merged{pending_->result.get(), nullptr};
  const auto was_input = [&](const MergeInput& in) {
    return std::ranges::any_of(pending_->inputs, [&](const MergeInput& input) { return input.segment == in.segment; });
  };
  // What was removed while the merge ran is removed from its result.
  auto late = std::make_shared<Removed>();
  late->bits.resize((merged.segment->documents() + 63) / 64, 0);
  std::uint32_t out = 0;
  for (const auto& input : pending_->inputs) {
    const auto now = std::ranges::find_if(next.segments, [&](const MergeInput& in) { return in.segment == input.segment; });
    for (std::uint32_t d = 0; d < input.segment->documents(); ++d) {
      if (input.removed && input.removed->has(d)) continue;
      const bool gone = now == next.segments.end() || (now->removed && now->removed->has(d));
      if (gone) {
        late->bits[out / 64] |= std::uint64_t{1} << (out % 64);
        ++late->count;
        late->terms.add(terms_of(unpack(merged.segment->record(out)), next.layout));
      }
      ++out;
    }
  }
  if (late->count > 0) merged.removed = late;
  const auto first = std::ranges::find_if(next.segments, was_input);
  const auto at = first - next.segments.begin();
  std::erase_if(next.segments, was_input);
  if (late->count < merged.segment->documents()) next.segments.insert(next.segments.begin() + at, merged);
  pending_.reset();
}

void Collection::compact() {
  auto next = std::make_shared<State>(*state_);
  take_merge(*next, true);
  if (next->segments.size() > 1 || (!next->segments.empty() && next->segments[0].removed)) next->segments = {{merge_segments(next->segments), nullptr}};
  state_ = next;
}

}  // namespace jiaoji::market
