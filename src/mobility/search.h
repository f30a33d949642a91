// Earliest arrival from one place to all stops, with the fewest changes: RAPTOR, or a scan of the connections where that is faster.
//
// Delling, Pajor, Werneck: "Round-Based Public Transit Routing", Transportation Science 49(3), 2015. Round k finds what k rides reach; every
// arrival is the earliest, and its changes are the fewest with which that arrival is possible. A change on foot walks once:
// footpaths are not chained.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mobility/scan.h"
#include "mobility/timetable.h"

namespace jiaoji::mobility {

// A trip that may be boarded at a position of its pattern.
struct Boarding {
  std::uint32_t pattern = 0, position = 0, trip = 0;
};

// A ride or a walk. Times are those of the timetable; of a reversed one they are negated and the legs run backwards.
struct Leg {
  bool on_foot = false;
  std::int32_t from = 0, to = 0;
  Seconds departure = 0, arrival = 0;
  std::uint32_t run = 0;                                // Timetable::runs, of a ride
  std::uint32_t board = 0, alight = 0, pattern = 0;     // positions on the pattern, of a ride
};

// Keeps its memory from one question to the next: make one for each thread. The timetable must outlive it.
class Search {
 public:
  explicit Search(const Timetable& timetable);

  // Answers are read with the functions below until the next call. O(rounds × stops of the patterns met).
  void run(std::span<const Access> starts, Seconds depart, const SearchOptions& options = {});
  // The same, and remembers how each stop was reached.
  void run_with_legs(std::span<const Access> starts, Seconds depart, const SearchOptions& options = {});
  // After run(): boards these trips, which leave before everything that was searched so far, and keeps the labels, because nothing that leaves
  // later can be beaten by arriving later (rRAPTOR, ibid. section 4.2). Only what now arrives earlier is found, and listed in
  // improved(). Changes are not kept. To be called in falling order of departure; `depart` is when one sets out.
  void run_earlier(std::span<const Boarding> boardings, std::span<const Access> starts, Seconds depart);
  std::span<const std::int32_t> improved() const { return improved_; }

  Seconds arrival(std::int32_t stop) const;              // kNever when it cannot be reached
  int changes(std::int32_t stop) const { return rides_[static_cast<std::size_t>(stop)] > 1 ? rides_[static_cast<std::size_t>(stop)] - 1 : 0; }
  // From a start to `stop`, after run_with_legs; empty for a start itself and for what was not reached. The walk to a start is not among them.
  std::vector<Leg> legs(std::int32_t stop) const;

 private:
  struct Hot {
    Seconds ride;   // earliest arrival by a ride, or standing there at the beginning; latest + 1 when none
    Seconds ready;  // earliest boarding by the round before, when that round improved it; else kNever
  };
  struct Ride {
    std::uint32_t pattern = 0, trip = 0, board = 0, alight = 0;
  };
  struct Round {                                         // of run_with_legs
    std::vector<Ride> ride;                              // how a stop was reached in this round
    std::vector<std::int32_t> walked_from;               // where one walked from to board there; kNone: by the ride itself
  };

  template <bool kWalk, bool kLegs>
  void search(std::span<const Access> starts, Seconds depart);
  template <bool kWalk, bool kLegs>
  void begin(std::span<const Access> starts, Seconds depart);
  template <bool kWalk, bool kLegs, bool kKeep>
  void rounds(int first);
  template <bool kWalk, bool kKeep>
  void earlier(std::span<const Boarding> boardings, std::span<const Access> starts, Seconds depart);
  template <bool kWalk, bool kLegs, bool kKeep>
  void ride(std::uint32_t p, int round);
  template <bool kWalk, bool kLegs, bool kKeep>
  void alight(std::size_t stop, Seconds at, int round, const Ride& ride);
  template <bool kLegs, bool kKeep>
  void walk_all(int round);
  std::uint32_t ride_on(const Pattern& pattern, std::uint32_t trip, std::uint32_t position);
  template <bool kKeep>
  void note_improved(std::int32_t stop);
  void take_marked();
  void collect_patterns();
  void clear(const SearchOptions& options);
  bool scan(std::span<const Access> starts, Seconds depart, const SearchOptions& options);
  void offer_ready(std::int32_t stop, Seconds ready);
  Round& round_at(int round);

  const Timetable& timetable_;
  Seconds latest_ = 0;
  int rounds_max_ = 0;
  std::vector<Hot> hot_;
  std::vector<Seconds> next_ready_, best_ready_, best_;
  std::vector<std::uint8_t> rides_;
  std::vector<std::int32_t> marked_, next_marked_, rode_, improved_;
  std::vector<std::uint8_t> rode_now_, improved_now_;
  std::vector<std::uint32_t> first_position_, queue_;
  std::vector<std::uint32_t> ridden_from_;                 // of run_earlier, each run: everything after this position is known
  Scan scan_;
  std::vector<Round> rounds_;
  std::size_t rounds_used_ = 0;
  std::vector<std::int32_t> best_walked_from_;           // of run_with_legs: kNone when the best arrival is by ride
};

}  // namespace jiaoji::mobility
