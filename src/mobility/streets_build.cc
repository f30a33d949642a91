// From ways to a graph: nodes at crossings and ends, edges between them, pieces that hang on nothing closed.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "mobility/streets.h"
#include "mobility/streets_parts.h"

namespace jiaoji::mobility {

namespace {

constexpr std::uint32_t kUnknown = 0xffffffff;

std::int32_t e7(double degrees) { return static_cast<std::int32_t>(std::lround(degrees * 1e7)); }

bool on_earth(geo::Point p) { return p.lat >= -90 && p.lat <= 90 && p.lon >= -180 && p.lon <= 180; }

// Cuts ways into edges. Places are numbers in the sorted list of ids.
class Builder {
 public:
  Builder(Streets& streets, std::vector<StreetNode>& nodes) : out_(streets), nodes_(nodes) {}

  Result<void> run(std::span<const StreetWay> ways, const StreetLimits& limits) {
    std::size_t total = 0;
    for (const auto& way : ways) total += way.nodes.size();
    if (ways.size() > limits.ways) return too_many("ways", "道路", limits.ways);
    if (total > limits.way_nodes) return too_many("nodes of ways", "道路结点", limits.way_nodes);
    std::erase_if(nodes_, [](const StreetNode& n) { return !on_earth(n.at); });
    const auto by_id = [](const StreetNode& a, const StreetNode& b) { return a.id < b.id; };
    if (!std::is_sorted(nodes_.begin(), nodes_.end(), by_id)) std::stable_sort(nodes_.begin(), nodes_.end(), by_id);
    nodes_.erase(std::unique(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) { return a.id == b.id; }), nodes_.end());
    node_of_.assign(nodes_.size(), kUnknown);
    touched_.assign(nodes_.size(), 0);
    places_.reserve(total + ways.size());
    for (const auto& way : ways) take(way);
    for (const auto& piece : pieces_) cut(piece);
    return {};
  }

 private:
  struct Piece { std::size_t first = 0, count = 0; Use use; };

  static std::unexpected<Error> too_many(const char* what, const char* zh, std::size_t most) {
    return fail(Code::too_large, "pbf.too_large", {fmt::format("{}超过 {}：请先截取较小的区域", zh, most), fmt::format("more than {} {}: cut out a smaller region first", most, what)});
  }

  // Splits a way where its nodes are missing and notes how often each place is passed.
  void take(const StreetWay& way) {
    if (way.use.along == 0 && way.use.against == 0) return;
    auto& counts = out_.counts;
    const auto missing_before = counts.nodes_missing;
    Piece piece{places_.size(), 0, way.use};
    bool any = false;
    const auto end_piece = [&] {
      if (piece.count >= 2) {
        pieces_.push_back(piece), any = true;
        for (std::size_t i = 0; i < piece.count; ++i) touch(places_[piece.first + i], i == 0 || i + 1 == piece.count);
      } else {
        places_.resize(piece.first);
      }
      piece = {places_.size(), 0, way.use};
    };
    for (const auto id : way.nodes) {
      const auto place = find(id);
      if (place == kUnknown) {
        ++counts.nodes_missing;
        end_piece();
      } else if (piece.count == 0 || places_.back() != place) {  // the same node twice on end is one
        places_.push_back(place), ++piece.count;
      }
    }
    end_piece();
    if (counts.nodes_missing != missing_before) ++counts.ways_cut;
    ++(any ? counts.ways : counts.ways_without_length);
  }

  // Ways run along neighbouring ids more often than not: look beside the last one first.
  std::uint32_t find(std::int64_t id) {
    if (last_ + 1 < nodes_.size() && nodes_[last_ + 1].id == id) return static_cast<std::uint32_t>(++last_);
    const auto at = std::lower_bound(nodes_.begin(), nodes_.end(), id, [](const StreetNode& n, std::int64_t i) { return n.id < i; });
    if (at == nodes_.end() || at->id != id) return kUnknown;
    last_ = static_cast<std::size_t>(at - nodes_.begin());
    return static_cast<std::uint32_t>(last_);
  }

  void touch(std::uint32_t place, bool end) {
    auto& t = touched_[place];
    t = static_cast<std::uint8_t>(std::min(2, t + (end ? 2 : 1)));
  }

  std::uint32_t node(std::uint32_t place) {
    auto& n = node_of_[place];
    if (n == kUnknown) {
      n = static_cast<std::uint32_t>(out_.nodes.size());
      out_.nodes.push_back({e7(nodes_[place].at.lat), e7(nodes_[place].at.lon)});
    }
    return n;
  }

  void cut(const Piece& piece) {
    std::size_t begin = piece.first;
    const std::size_t end = piece.first + piece.count;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (touched_[places_[i]] < 2) continue;
      if (places_[i] == places_[begin] && i - begin >= 2) {  // a ring with one crossing
        ++out_.counts.loops;
        const auto middle = begin + (i - begin) / 2;
        edge(begin, middle, piece.use);
        begin = middle;
      }
      edge(begin, i, piece.use);
      begin = i;
    }
  }

  void edge(std::size_t begin, std::size_t end, Use use) {
    StreetEdge edge{node(places_[begin]), node(places_[end]), static_cast<std::uint32_t>(out_.shapes.size()), 0, use};
    double metres = 0;
    for (auto i = begin; i <= end; ++i) {
      const auto at = nodes_[places_[i]].at;
      if (i > begin) metres += geo::distance_metres(nodes_[places_[i - 1]].at, at);
      out_.shapes.push_back({e7(at.lat), e7(at.lon)});
    }
    edge.metres = static_cast<float>(metres);
    out_.edges.push_back(edge);
  }

  Streets& out_;
  std::vector<StreetNode>& nodes_;
  std::vector<std::uint32_t> node_of_, places_;
  std::vector<std::uint8_t> touched_;
  std::vector<Piece> pieces_;
  std::size_t last_ = 0;
};

std::uint32_t root(std::vector<std::uint32_t>& parent, std::uint32_t n) {
  while (parent[n] != n) n = parent[n] = parent[parent[n]];
  return n;
}

// Pieces that hang together whichever way one may go: a courtyard behind a oneway gate is no island.
void close_islands(Streets& streets, std::size_t nodes_min) {
  const auto count = static_cast<std::uint32_t>(streets.nodes.size());
  std::vector<std::uint32_t> parent(count), size(count);
  for (unsigned m = 0; m < 3; ++m) {
    const auto mode = bit(static_cast<Mode>(m));
    std::iota(parent.begin(), parent.end(), 0u);
    for (const auto& e : streets.edges) {
      if ((e.use.along | e.use.against) & mode) {
        const auto a = root(parent, e.from), b = root(parent, e.to);
        parent[std::max(a, b)] = std::min(a, b);
      }
    }
    std::fill(size.begin(), size.end(), 0u);
    for (std::uint32_t n = 0; n < count; ++n) ++size[root(parent, n)];
    const auto largest = count ? *std::max_element(size.begin(), size.end()) : 0;
    const auto least = std::min<std::size_t>(nodes_min, largest);
    for (auto& e : streets.edges) {
      if (!((e.use.along | e.use.against) & mode) || size[root(parent, e.from)] >= least) continue;
      e.use.along = static_cast<Modes>(e.use.along & ~mode), e.use.against = static_cast<Modes>(e.use.against & ~mode);
      ++streets.counts.island_edges[m];
    }
  }
}

void link(Streets& streets) {
  auto& first = streets.first_exit;
  first.assign(streets.nodes.size() + 1, 0);
  for (const auto& e : streets.edges) ++first[e.from + 1], ++first[e.to + 1];
  std::partial_sum(first.begin(), first.end(), first.begin());
  streets.exits.resize(first.back());
  auto next = first;
  for (std::uint32_t i = 0; i < streets.edges.size(); ++i) {
    const auto& e = streets.edges[i];
    streets.exits[next[e.from]++] = {e.to, i, e.metres, e.use.along, e.use.against, e.use.kmh_along, e.use.kmh_against};
    streets.exits[next[e.to]++] = {e.from, i, e.metres, e.use.against, e.use.along, e.use.kmh_against, e.use.kmh_along};
  }
}

}  // namespace

std::span<const StreetPoint> Streets::shape_of(std::uint32_t edge) const {
  const auto end = edge + 1 < edges.size() ? edges[edge + 1].shape : static_cast<std::uint32_t>(shapes.size());
  return {shapes.data() + edges[edge].shape, shapes.data() + end};
}

Result<Streets> streets_of(std::vector<StreetNode> nodes, std::span<const StreetWay> ways, const StreetLimits& limits) {
  Streets streets;
  TRY_VOID(Builder(streets, nodes).run(ways, limits));
  nodes = {};
  close_islands(streets, limits.island_nodes);
  link(streets);
  make_grid(streets);
  return streets;
}

}  // namespace jiaoji::mobility
