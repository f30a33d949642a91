#include <cmath>

#include "mobility/gtfs_reading.h"

namespace jiaoji::mobility {

void interpolate(std::vector<Seconds>& arrival, std::vector<Seconds>& departure, const std::vector<double>& along) {
  for (std::size_t from = 0, to; from + 1 < arrival.size(); from = to) {
    for (to = from + 1; arrival[to] == kNone; ++to) {}  // the last one is known
    const double length = along[to] - along[from];
    const Seconds span = arrival[to] - departure[from];
    for (auto i = from + 1; i < to; ++i) {
      // Products first, so that what divides without a rest stays whole: 7/10 of 180 is 126, in doubles 125.99….
      const double part = length > 0 ? (along[i] - along[from]) * span / length : static_cast<double>(i - from) * span / static_cast<double>(to - from);
      arrival[i] = departure[i] = departure[from] + static_cast<Seconds>(std::floor(part));
    }
  }
}

}  // namespace jiaoji::mobility
