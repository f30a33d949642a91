// Earliest arrival and fewest changes by one pass over all connections of a day in the order of departure.
//
// Dibbelt, Pajor, Strasser, Wagner: "Connection Scan Algorithm", Journal of Experimental Algorithmics 23 (2018); here each stop keeps
// its earliest time for every number of rides, so that the changes are exact too. It wins where nearly every trip has a pattern of
// its own, as on a railway.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "mobility/timetable.h"

namespace jiaoji::mobility {

// Where public transport may be entered: at a stop, at once, or after a walk of `seconds`, after which one does not walk on to another stop.
struct Access {
  std::int32_t stop = 0;
  Seconds seconds = 0;
  bool on_foot = false;
};

struct SearchOptions {
  Seconds latest = kNever - 1;  // arrivals after it do not count
  int changes_max = 250;
};

class Scan {
 public:
  // Answers arrival and rides of every stop (kNever and 0 where it does not come to). False when a journey of more than kRidesMax
  // rides might be the best: ask RAPTOR then. Only for a timetable with connections.
  bool run(const Timetable& timetable, std::span<const Access> starts, Seconds depart, const SearchOptions& options);
  Seconds arrival(std::size_t stop) const { return arrival_[stop]; }
  int rides(std::size_t stop) const { return rides_[stop]; }

 private:
  static constexpr int kRidesMax = 15;
  using Ready = std::array<Seconds, kRidesMax + 1>;  // [k]: when one can board next having used at most k rides; never rising

  std::vector<Ready> ready_;
  std::vector<std::uint8_t> on_;                      // rides of whoever sits on the run; kRidesMax + 1: nobody
  std::vector<Seconds> arrival_;
  std::vector<std::uint8_t> rides_;
};

}  // namespace jiaoji::mobility
