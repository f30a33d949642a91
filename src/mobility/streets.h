// Streets: the ways of an OpenStreetMap extract as a graph to walk, cycle and drive on.
//
// read_pbf (or streets_of, from memory) -> Streets. Nodes stand only at crossings and ends; each edge keeps its geometry, its length and who may
// use it in which direction. snap() finds the street beside a place, travel() the time to every node within a limit, to_points() the
// time to many places. Times are whole milliseconds inside, so that a sum does not depend on its order: a walk takes as long as
// the walk back. A Streets is never changed once built; any number of threads may ask it, each with a Reached of its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/geo.h"
#include "base/result.h"
#include "mobility/feed.h"

namespace jiaoji::mobility {

enum class Mode : std::uint8_t { walk = 0, cycle = 1, drive = 2 };
using Modes = std::uint8_t;  // bit 1 << mode
constexpr Modes bit(Mode mode) { return static_cast<Modes>(1u << static_cast<unsigned>(mode)); }

// Who may use a way along its nodes and against them, and how fast a car goes there.
struct Use {
  Modes along = 0, against = 0;
  std::uint8_t kmh_along = 0, kmh_against = 0;
  bool stopping = true;                  // false on motorways: nobody gets in or out there, snap() passes them by for cars
  bool operator==(const Use&) const = default;
};
using Tags = std::span<const std::pair<std::string_view, std::string_view>>;
Use use_of(Tags tags);                   // nobody, when it is no street

struct StreetNode { std::int64_t id = 0; geo::Point at; };
struct StreetWay { std::int64_t id = 0; std::vector<std::int64_t> nodes; Use use; };

struct StreetLimits {
  std::size_t header_bytes = 64u << 10;  // a blob header and a blob, as the format has it (wiki.openstreetmap.org/wiki/PBF_Format)
  std::size_t blob_bytes = 32u << 20;
  std::size_t unpacked_bytes = 32u << 20;        // of one blob
  std::size_t total_bytes = std::size_t{16} << 30;  // unpacked, of the file
  std::size_t ways = 20'000'000;         // with a highway tag
  std::size_t way_nodes = 100'000'000;   // of all those ways
  std::size_t way_tags = 1'000;          // of one way
  // Pieces of fewer nodes than this that hang on nothing are closed to the mode (a path in a courtyard would catch every stop
  // beside it); the largest piece always stays. R5 takes 40.
  std::size_t island_nodes = 40;
};

// What was met while reading: to show beside the streets.
struct StreetCounts {
  std::size_t blobs = 0, nodes_in_file = 0, ways_in_file = 0;
  std::size_t ways = 0;                  // of use to somebody
  std::size_t ways_cut = 0;              // lack nodes (at the border of an extract): the pieces between them are kept
  std::size_t nodes_missing = 0;
  std::size_t ways_without_length = 0;   // fewer than two places: skipped
  std::size_t loops = 0;                 // rings with one crossing: split in the middle
  std::array<std::size_t, 3> island_edges{};  // closed to each mode, see StreetLimits::island_nodes
};

// Degrees times 10^7, as OpenStreetMap keeps them.
struct StreetPoint { std::int32_t lat = 0, lon = 0; };
inline geo::Point to_point(StreetPoint p) { return {p.lat * 1e-7, p.lon * 1e-7}; }

struct StreetEdge {
  std::uint32_t from = 0, to = 0;
  std::uint32_t shape = 0;               // first of its points; the last is shape_of(edge).back()
  float metres = 0;
  Use use;
};
// An edge as seen from one of its ends.
struct StreetExit {
  std::uint32_t to = 0, edge = 0;
  float metres = 0;
  Modes out = 0, in = 0;                 // who may leave by it, who may come by it
  std::uint8_t kmh_out = 0, kmh_in = 0;
};

struct Streets {
  std::vector<StreetPoint> nodes;
  std::vector<StreetEdge> edges;
  std::vector<StreetPoint> shapes;       // of all edges, both ends included
  std::vector<std::uint32_t> first_exit; // nodes + 1
  std::vector<StreetExit> exits;
  StreetCounts counts;
  // Which pieces of which edges pass through a cell of a grid, for snap().
  struct Grid {
    std::int32_t south = 0, west = 0;    // degrees times 10^7
    std::int32_t cell_lat = 1, cell_lon = 1;
    std::int32_t rows = 0, columns = 0;
    std::vector<std::uint32_t> first, edge, piece;  // piece: place in `shapes` of its first point
  } grid;
  std::span<const StreetPoint> shape_of(std::uint32_t edge) const;
};

// Errors: pbf.cut_short, pbf.damaged, pbf.too_large, pbf.unsupported; each says at which byte of the file and what would be right.
Result<Streets> read_pbf(std::string_view bytes, const StreetLimits& limits = {});
// The same from memory. Nodes in any order, the first of two with the same id counts. Error: pbf.too_large.
Result<Streets> streets_of(std::vector<StreetNode> nodes, std::span<const StreetWay> ways, const StreetLimits& limits = {});

inline constexpr double kWalkKmh = 4.5, kCycleKmh = 15;
inline constexpr double kSnapMetres = 500;  // no street within this: the place is off the streets
struct Going {
  Mode mode = Mode::walk;
  double walk_kmh = kWalkKmh;            // also from the place to the street, in every mode
  double cycle_kmh = kCycleKmh;
  double drive_factor = 1;               // times the streets' own speeds
  bool backward = false;                 // times to the place, not from it
};

// The nearest place on a street that the mode may use.
struct Snap {
  std::uint32_t edge = kNowhere;
  float along = 0;                       // metres from the edge's beginning
  float metres = 0;                      // from the place to the street
  geo::Point at;                         // on the street
  static constexpr std::uint32_t kNowhere = 0xffffffff;
  explicit operator bool() const { return edge != kNowhere; }
};
Snap snap(const Streets& streets, geo::Point place, Mode mode, double metres_max = kSnapMetres);

// A fixed set of places (stops, population), snapped once.
struct SnappedPoints {
  Mode mode = Mode::walk;
  std::vector<Snap> at;
};
SnappedPoints snap_all(const Streets& streets, std::span<const geo::Point> places, Mode mode, double metres_max = kSnapMetres);

// Where a journey on the streets begins, and the time that has then passed.
struct Start { Snap at; Seconds after = 0; };

// What travel() found, and its memory: hand the same one in again and nothing is allocated. Milliseconds; kFar: not within the limit.
struct Reached {
  static constexpr std::uint32_t kFar = 0xffffffff;
  Going going;
  std::uint32_t limit = 0;               // milliseconds
  std::vector<std::uint32_t> at_node;    // kFar, or when the node is reached
  std::vector<std::uint32_t> nodes;      // those that were reached, in the order in which they were
  struct Origin { std::uint32_t edge = 0, along = 0, at = 0; };  // along: milliseconds from the edge's beginning, in the direction of going
  std::vector<Origin> origins;           // by edge
  std::vector<std::uint64_t> heap;       // scratch
};

// From one place, or from many with a head start each, to every node within the limit. The same input gives the same output.
void travel(const Streets& streets, std::span<const Start> starts, const Going& going, Seconds limit, Reached& into);
// Whole seconds, rounded up, to each of the places; kNone: not within the limit. O(places).
void to_points(const Streets& streets, const Reached& reached, const SnappedPoints& places, std::vector<Seconds>& into);
Seconds to_point(const Streets& streets, const Reached& reached, const Snap& place);
// One pair, stopping as soon as it is known; kNone: not within the limit.
Seconds seconds(const Streets& streets, const Snap& from, const Snap& to, const Going& going, Seconds limit, Reached& scratch);

// Without streets. The real way is longer than the straight line by the factor: 1.3 is a default between the 1.27 of a square grid of
// streets, averaged over all directions (4/pi), and the 1.2 to 1.4 commonly measured in cities; a region that knows better says so.
inline constexpr double kDetour = 1.3;
Seconds straight_line_seconds(geo::Point a, geo::Point b, double kmh, double detour = kDetour);

}  // namespace jiaoji::mobility
