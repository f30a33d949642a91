// Every departure of a window: from one place to all stops, as a step function of time for each stop.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mobility/search.h"

namespace jiaoji::mobility {

// Leaving at `departure` (and no later) arrives at `arrival`: the best journeys, none of which is both earlier away and later there.
struct Journey {
  Seconds departure = 0, arrival = 0;
  bool operator==(const Journey&) const = default;
};

struct Profile {
  Seconds from = 0, to = 0;               // departures in [from, to]
  std::vector<std::uint32_t> first;       // stops + 1
  std::vector<Journey> journeys;          // of each stop, departures rising; the last may leave after `to` (its departure is then `to`)
  std::vector<Seconds> on_foot;           // walking all the way from a start; kNever when too far

  std::span<const Journey> of(std::int32_t stop) const {
    return {journeys.data() + first[static_cast<std::size_t>(stop)], journeys.data() + first[static_cast<std::size_t>(stop) + 1]};
  }
  // Leaving at `time` (within the window): arrival, waiting included; kNever when there is none.
  Seconds arrival(std::int32_t stop, Seconds time) const;
};

// Of rows that hold a journey those that no other beats: departures rise, and whoever leaves later arrives later.
template <class Row, class ToJourney = std::identity>
std::vector<Row> undominated(std::vector<Row> rows, ToJourney journey = {}) {
  std::ranges::stable_sort(rows, {}, [&](const Row& row) { return std::pair(journey(row).departure, -journey(row).arrival); });
  std::vector<Row> out;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (out.empty() || journey(*row).arrival < journey(out.back()).arrival) out.push_back(*row);
  }
  std::ranges::reverse(out);
  return out;
}

// rRAPTOR (Delling, Pajor, Werneck 2015, section 4.2): the departures of the window from the last to the first, each search keeping
// what later ones found.
Profile profile(const Timetable& timetable, Search& search, std::span<const Access> starts, Seconds from, Seconds to, const SearchOptions& options = {});

// Minutes over a window, in seconds. `departures` are all `step` seconds from `from` to before `to`.
struct Spread {
  Seconds planned = kNever;               // shortest: the best departure, chosen with the timetable in hand; no wait before it
  Seconds median = kNever;                // of leaving at every minute, waiting included; kNever when half cannot make it
  Seconds p90 = kNever;
  double average = 0;                     // of the departures that make it
  int departures = 0;                     // of the window
  int arriving = 0;                       // that make it at all
  int within = 0;                         // that make it within the limit
  std::optional<Seconds> first, last;     // of the departures within the limit
};
Spread spread(std::span<const Journey> journeys, Seconds on_foot, Seconds from, Seconds to, Seconds limit, Seconds step = 60);

}  // namespace jiaoji::mobility
