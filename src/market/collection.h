// Collection: the listings of one side as a few segments, newest last (a log-structured merge, O'Neil 1996). Readers hold a
// State; the writer makes the next one.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "market/market.h"
#include "market/segment.h"

namespace jiaoji::market {

// What readers see. Immutable.
struct State {
  std::vector<MergeInput> segments;
  Layout layout;
  MeanLengths means;                 // of what is left, mixed with a prior so that the first listing is not the norm
  std::int64_t documents = 0;        // not removed
  std::map<std::pair<std::uint64_t, Visibility>, Tally> tallies;   // by city

  struct Place { std::size_t segment; std::uint32_t document; };
  std::optional<Place> find(std::string_view id) const;
  bool live(std::size_t segment, std::uint32_t d) const {
    const auto& removed = segments[segment].removed;
    return !removed || !removed->has(d);
  }
  const Columns& columns(Place at) const { return segments[at.segment].segment->columns(at.document); }
  const Likeness& likeness(Place at) const { return segments[at.segment].segment->likeness(at.document); }
  std::span<const Mark> marks(Place at) const { return segments[at.segment].segment->marks(at.document); }
  std::string_view record(Place at) const { return segments[at.segment].segment->record(at.document); }
};

// The writer's side. One thread calls apply; a large merge runs on a thread of its own and is taken in by a later apply.
class Collection {
 public:
  explicit Collection(Layout layout);
  ~Collection();

  // Removes `removed`, then adds `added` (replacing listings of the same id). Ids in `added` are all different.
  void apply(std::span<const Listing* const> added, std::span<const std::string_view> removed);
  // Everything in one segment, now.
  void compact();
  std::shared_ptr<const State> state() const { return state_; }

 private:
  struct Pending;
  void take_out(State& next, std::string_view id) const;
  void count(State& next, const Columns& columns, std::span<const std::uint16_t> lengths, int sign) const;
  void expect(State& next, std::span<const Listing* const> added) const;
  void append(State& next, std::span<const Listing* const> added) const;
  void merge_small(State& next) const;
  void start_merge(const State& next);
  void take_merge(State& next, bool wait);

  std::shared_ptr<const State> state_;
  mutable std::vector<double> length_sums_;
  std::unique_ptr<Pending> pending_;
};

}  // namespace jiaoji::market
