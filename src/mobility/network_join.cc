#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "mobility/near.h"
#include "mobility/network.h"

namespace jiaoji::mobility {

namespace {

// The change between two stops: one for each direction.
class Changes {
 public:
  explicit Changes(std::size_t stops) : from_(stops) {}
  void offer(std::int32_t from, std::int32_t to, Seconds seconds) {  // the shortest way on foot
    if (from == to) return;
    auto [it, fresh] = from_[static_cast<std::size_t>(from)].emplace(to, Footpath{to, seconds});
    if (!fresh) it->second.seconds = std::min(it->second.seconds, seconds);
  }
  void walk(std::int32_t from, std::int32_t to, Seconds seconds) { from_[static_cast<std::size_t>(from)][to] = {to, seconds}; }
  void change(std::int32_t from, std::int32_t to, Seconds walking, Seconds least) {
    offer(from, to, walking);
    from_[static_cast<std::size_t>(from)][to].change = least;
  }
  void forbid(std::int32_t from, std::int32_t to) { from_[static_cast<std::size_t>(from)].erase(to); }
  void write(Network& network) const {
    network.footpath_first.assign(1, 0);
    network.footpaths.clear();
    for (const auto& row : from_) {
      for (const auto& [to, path] : row) network.footpaths.push_back(path);
      network.footpath_first.push_back(static_cast<std::uint32_t>(network.footpaths.size()));
    }
  }

 private:
  std::vector<std::map<std::int32_t, Footpath>> from_;
};

Seconds on_foot(const NetworkOptions& options, double metres) {
  return static_cast<Seconds>(std::ceil(metres * options.detour / (options.walk_kmh / 3.6)));
}

struct Joined {
  std::vector<std::uint32_t> root;
  std::uint32_t find(std::uint32_t s) {
    while (root[s] != s) s = root[s] = root[root[s]];
    return s;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    a = find(a), b = find(b);
    if (a != b) root[std::max(a, b)] = std::min(a, b);
  }
};

void join_names(const Network& network, Joined& joined) {
  std::map<std::pair<std::string, std::string>, std::vector<std::uint32_t>> named;
  const auto& stops = network.feed.stops;
  for (std::size_t s = 0; s < stops.size(); ++s) {
    if (!stops[s].name.empty() && (stops[s].holds_passengers() || stops[s].type == LocationType::station)) named[{stops[s].name, stops[s].city}].push_back(static_cast<std::uint32_t>(s));
  }
  for (const auto& [name, members] : named) {
    const double metres = name.second.empty() ? network.options.join_metres_no_city : network.options.join_metres_max;
    // A name that stands very often ("Main Street" in a national feed) is joined only with what is near in the list.
    constexpr std::size_t kMembersMax = 64;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < std::min(members.size(), i + kMembersMax); ++j) {
        if (geo::distance_metres(stops[members[i]].at, stops[members[j]].at) <= metres) joined.join(members[i], members[j]);
      }
    }
  }
}

// The stops that a row of transfers.txt or pathways.txt speaks of: itself, or all of a station.
std::vector<std::int32_t> members(const Network& network, const std::vector<std::vector<std::int32_t>>& children, std::int32_t stop) {
  const auto& own = children[static_cast<std::size_t>(stop)];
  if (own.empty()) return {stop};
  auto out = own;
  if (network.feed.stops[static_cast<std::size_t>(stop)].holds_passengers()) out.push_back(stop);
  return out;
}

void take_transfers(Network& network, const std::vector<std::vector<std::int32_t>>& children, Changes& changes) {
  for (const auto& transfer : network.feed.transfers) {
    for (const auto from : members(network, children, transfer.from)) {
      for (const auto to : members(network, children, transfer.to)) {
        auto& own = network.min_change[static_cast<std::size_t>(from)];
        const auto walking = on_foot(network.options, geo::distance_metres(network.feed.stops[static_cast<std::size_t>(from)].at, network.feed.stops[static_cast<std::size_t>(to)].at));
        switch (transfer.type) {
          case TransferType::impossible:
            if (from == to) own = kImpossible; else changes.forbid(from, to);
            break;
          case TransferType::timed:
          case TransferType::minimum_time: {
            const Seconds least = transfer.min_seconds != kNone ? transfer.min_seconds : transfer.type == TransferType::timed ? 0 : kNone;
            if (least == kNone) break;
            if (from == to) own = least; else changes.change(from, to, std::min(walking, least), least);
            break;
          }
          case TransferType::recommended:
            changes.offer(from, to, walking);
            break;
        }
      }
    }
  }
}

// Ways through a station, by all its nodes: the shortest between each two of its stops (Floyd–Warshall over the few nodes of each piece
// would be the same; pathways are few, so plain Bellman–Ford from each stop serves).
void take_pathways(const Network& network, Changes& changes) {
  if (network.feed.pathways.empty()) return;
  std::vector<std::vector<Footpath>> ways(network.feed.stops.size());
  for (const auto& way : network.feed.pathways) {
    ways[static_cast<std::size_t>(way.from)].push_back({way.to, way.seconds});
    if (way.both_ways) ways[static_cast<std::size_t>(way.to)].push_back({way.from, way.seconds});
  }
  for (std::size_t s = 0; s < ways.size(); ++s) {
    if (ways[s].empty() || !network.feed.stops[s].holds_passengers()) continue;
    std::map<std::int32_t, Seconds> reached{{static_cast<std::int32_t>(s), 0}};
    std::vector<std::int32_t> todo{static_cast<std::int32_t>(s)};
    while (!todo.empty()) {
      const auto at = todo.back();
      todo.pop_back();
      for (const auto& way : ways[static_cast<std::size_t>(at)]) {
        const Seconds seconds = reached[at] + way.seconds;
        const auto [it, fresh] = reached.emplace(way.to, seconds);
        if (!fresh && it->second <= seconds) continue;
        it->second = seconds;
        todo.push_back(way.to);
      }
    }
    for (const auto& [to, seconds] : reached) {
      if (network.feed.stops[static_cast<std::size_t>(to)].holds_passengers() && to != static_cast<std::int32_t>(s)) changes.walk(static_cast<std::int32_t>(s), to, seconds);
    }
  }
}

}  // namespace

void join_stops(Network& network) {
  const auto& stops = network.feed.stops;
  Joined joined;
  joined.root.resize(stops.size());
  std::iota(joined.root.begin(), joined.root.end(), 0u);
  std::vector<std::vector<std::int32_t>> children(stops.size());
  network.min_change.assign(stops.size(), kNone);
  for (std::size_t s = 0; s < stops.size(); ++s) {
    if (stops[s].parent != kNone) {
      joined.join(static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(stops[s].parent));
      if (stops[s].holds_passengers()) children[static_cast<std::size_t>(stops[s].parent)].push_back(static_cast<std::int32_t>(s));
      network.min_change[s] = stops[static_cast<std::size_t>(stops[s].parent)].min_change;
    }
    if (stops[s].min_change != kNone) network.min_change[s] = stops[s].min_change;
  }
  join_names(network, joined);
  network.station.resize(stops.size());
  std::vector<std::vector<std::int32_t>> together(stops.size());
  for (std::size_t s = 0; s < stops.size(); ++s) {
    network.station[s] = joined.find(static_cast<std::uint32_t>(s));
    if (stops[s].holds_passengers()) together[network.station[s]].push_back(static_cast<std::int32_t>(s));
  }
  Changes changes(stops.size());
  std::vector<geo::Point> places;
  for (const auto& stop : stops) places.push_back(stop.at);
  const Near near(places, network.options.walk_metres_max);
  for (std::size_t s = 0; s < stops.size(); ++s) {
    if (!stops[s].holds_passengers()) continue;
    near.within(stops[s].at, network.options.walk_metres_max, [&](std::uint32_t to, double metres) {
      if (stops[to].holds_passengers()) changes.offer(static_cast<std::int32_t>(s), static_cast<std::int32_t>(to), on_foot(network.options, metres));
    });
    for (const auto to : together[network.station[s]]) {
      changes.offer(static_cast<std::int32_t>(s), to, on_foot(network.options, geo::distance_metres(stops[s].at, stops[static_cast<std::size_t>(to)].at)));
    }
  }
  take_pathways(network, changes);
  take_transfers(network, children, changes);
  changes.write(network);
}

}  // namespace jiaoji::mobility
