// Dijkstra's algorithm with a binary heap, from many places at once; and the times to places on edges.
//
// One direction is computed only: going backward is going forward with every edge turned round.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <tuple>

#include "mobility/streets_parts.h"

namespace jiaoji::mobility {

namespace {

constexpr std::uint32_t kMillisecondsMax = 1'000'000'000;  // 11 days: sums of three stay within 32 bits

// A place on an edge, in milliseconds, for one direction of the edge.
struct OnEdge {
  bool open = false;
  std::uint32_t whole = 0, before = 0;  // of the edge, and from where the direction begins to the place
};

// `along`: from the edge's `from` to its `to`, in the direction of going.
OnEdge on_edge(const StreetEdge& edge, const Snap& at, const Going& going, bool along) {
  const bool with = along != going.backward;  // with the edge's own nodes, once backward is turned round
  const auto modes = with ? edge.use.along : edge.use.against;
  if (!(modes & bit(going.mode))) return {};
  const double per_metre = milliseconds_per_metre(going, with ? edge.use.kmh_along : edge.use.kmh_against);
  const auto whole = milliseconds(edge.metres, per_metre), part = std::min(milliseconds(at.along, per_metre), whole);
  return {true, whole, along ? part : whole - part};
}

// The crossing at which the place lies, if it does; a mode that may use the edge may stand there whichever way it is open.
std::optional<std::uint32_t> crossing(const StreetEdge& edge, const Snap& at) {
  if (at.along <= 0) return edge.from;
  if (at.along >= edge.metres) return edge.to;
  return {};
}

std::uint32_t beside(const Snap& at, const Going& going) { return milliseconds(at.metres, 3600 / std::max(going.walk_kmh, 0.01)); }

class Search {
 public:
  Search(const Streets& streets, const Going& going, Seconds limit, Reached& into) : streets_(streets), into_(into), mode_(bit(going.mode)) {
    if (into.at_node.size() != streets.nodes.size()) {
      into.at_node.assign(streets.nodes.size(), Reached::kFar);
    } else {
      for (const auto n : into.nodes) into.at_node[n] = Reached::kFar;
    }
    into.nodes.clear(), into.origins.clear(), into.heap.clear();
    into.going = going;
    into.limit = static_cast<std::uint32_t>(std::clamp<std::int64_t>(std::int64_t{limit} * 1000, 0, kMillisecondsMax));
    per_metre_ = milliseconds_per_metre(going, 0);
  }

  void start(const Start& start) {
    if (!start.at || start.after < 0) return;
    const auto at = std::int64_t{start.after} * 1000 + beside(start.at, into_.going);
    if (at > into_.limit) return;
    const auto& edge = streets_.edges[start.at.edge];
    if (const auto node = crossing(edge, start.at)) offer(*node, static_cast<std::uint32_t>(at));
    for (const bool along : {true, false}) {
      const auto place = on_edge(edge, start.at, into_.going, along);
      if (!place.open) continue;
      into_.origins.push_back({start.at.edge * 2 + (along ? 0u : 1u), place.before, static_cast<std::uint32_t>(at)});
      offer(along ? edge.to : edge.from, static_cast<std::uint32_t>(at) + (place.whole - place.before));
    }
  }

  // Until stop(time of the nearest node that is left) says so.
  template <class Stop>
  void run(Stop stop) {
    const auto by_edge = [](const Reached::Origin& a, const Reached::Origin& b) { return std::tie(a.edge, a.along, a.at) < std::tie(b.edge, b.along, b.at); };
    std::sort(into_.origins.begin(), into_.origins.end(), by_edge);
    auto& heap = into_.heap;
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), std::greater<>());
      const auto time = static_cast<std::uint32_t>(heap.back() >> 32), node = static_cast<std::uint32_t>(heap.back());
      heap.pop_back();
      if (time != into_.at_node[node]) continue;
      if (stop(time)) return;
      for (auto i = streets_.first_exit[node]; i < streets_.first_exit[node + 1]; ++i) {
        const auto& exit = streets_.exits[i];
        if (!((into_.going.backward ? exit.in : exit.out) & mode_)) continue;
        const double per_metre = mode_ == bit(Mode::drive) ? milliseconds_per_metre(into_.going, into_.going.backward ? exit.kmh_in : exit.kmh_out) : per_metre_;
        offer(exit.to, time + milliseconds(exit.metres, per_metre));
      }
    }
  }

 private:
  void offer(std::uint32_t node, std::uint32_t time) {
    auto& at = into_.at_node[node];
    if (time > into_.limit || time >= at) return;
    if (at == Reached::kFar) into_.nodes.push_back(node);
    at = time;
    into_.heap.push_back(std::uint64_t{time} << 32 | node);
    std::push_heap(into_.heap.begin(), into_.heap.end(), std::greater<>());
  }

  const Streets& streets_;
  Reached& into_;
  Modes mode_;
  double per_metre_;  // of all edges alike; not for cars
};

// When the place is reached; more than the limit: it is not.
std::uint32_t milliseconds_to(const Streets& streets, const Reached& reached, const Snap& place) {
  const auto& edge = streets.edges[place.edge];
  const auto node_there = crossing(edge, place);
  std::uint32_t best = node_there ? reached.at_node[*node_there] : Reached::kFar;
  for (const bool along : {true, false}) {
    const auto on = on_edge(edge, place, reached.going, along);
    if (!on.open) continue;
    const auto node = reached.at_node[along ? edge.from : edge.to];
    if (node != Reached::kFar) best = std::min(best, node + on.before);
    const auto number = place.edge * 2 + (along ? 0u : 1u);
    auto origin = std::lower_bound(reached.origins.begin(), reached.origins.end(), number, [](const Reached::Origin& o, std::uint32_t n) { return o.edge < n; });
    for (; origin != reached.origins.end() && origin->edge == number && origin->along <= on.before; ++origin) best = std::min(best, origin->at + (on.before - origin->along));
  }
  return best == Reached::kFar ? best : best + beside(place, reached.going);
}

}  // namespace

void travel(const Streets& streets, std::span<const Start> starts, const Going& going, Seconds limit, Reached& into) {
  Search search(streets, going, limit, into);
  for (const auto& start : starts) search.start(start);
  search.run([](std::uint32_t) { return false; });
}

Seconds to_point(const Streets& streets, const Reached& reached, const Snap& place) {
  if (!place) return kNone;
  const auto time = milliseconds_to(streets, reached, place);
  return time > reached.limit ? kNone : static_cast<Seconds>((time + 999) / 1000);
}

void to_points(const Streets& streets, const Reached& reached, const SnappedPoints& places, std::vector<Seconds>& into) {
  assert(places.mode == reached.going.mode);
  into.resize(places.at.size());
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = to_point(streets, reached, places.at[i]);
}

Seconds seconds(const Streets& streets, const Snap& from, const Snap& to, const Going& going, Seconds limit, Reached& scratch) {
  const auto& target = going.backward ? from : to;
  Search search(streets, going, limit, scratch);
  if (!target) return kNone;
  search.start({going.backward ? to : from, 0});
  const auto& edge = streets.edges[target.edge];
  // Nothing better can come once both ends of the target's edge are settled, or are farther than the best way found.
  search.run([&](std::uint32_t time) {
    const auto a = scratch.at_node[edge.from], b = scratch.at_node[edge.to];
    return (a != Reached::kFar && b != Reached::kFar && a <= time && b <= time) || milliseconds_to(streets, scratch, target) <= time;
  });
  return to_point(streets, scratch, target);
}

Seconds straight_line_seconds(geo::Point a, geo::Point b, double kmh, double detour) {
  // Up, but for the last digits of the arithmetic: 1,000 m at 1 m/s are 1,000 s.
  return static_cast<Seconds>(std::min(std::ceil(geo::distance_metres(a, b) * detour * 3.6 / std::max(kmh, 0.01) - 1e-6), 1e9));
}

}  // namespace jiaoji::mobility
