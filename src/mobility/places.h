// What a user means by a place: a stop's id, a station, a city, or a coordinate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mobility/network.h"

namespace jiaoji::mobility {

enum class PlaceKind : std::uint8_t { stop, station, city, coordinate };

struct Place {
  PlaceKind kind = PlaceKind::stop;
  std::string asked;                  // as it was written
  std::string name;                   // of the stop, station or city; "36.66,117.00" of a coordinate
  geo::Point at;                      // of several stops: their middle
  std::vector<std::int32_t> stops;    // where journeys begin or end; none for a coordinate
  Mode access = Mode::walk;           // of a coordinate: how one gets from there to the first stop, or there from the last
};

// In this order: a city that the feeds name, with or without 市, standing for all its main stations (of railways, if it has any); a
// stop's id exactly; `lat,lon` in WGS-84; a station's name, with or without 站, all joined stops of it; with 市, the stations
// that begin with the name and end in a direction (济南市: 济南, 济南西, 济南东). Errors: `mobility.place_unknown` with names that are
// near, `mobility.place_ambiguous` when stations of that name lie apart, with the id of each.
Result<Place> find_place(const Network& network, std::string_view text);

// Names that contain `text`, the shortest first, at most `most`: for a field that suggests while one types.
std::vector<Place> suggest_places(const Network& network, std::string_view text, std::size_t most);

// The name without 市 or 站, where more than that is left.
std::string_view without(std::string_view text, std::string_view suffix);

// Whether anything stops there that is a railway: route types 2 and 100–117; not the subway of a city.
std::vector<bool> rail_stops(const Network& network);

}  // namespace jiaoji::mobility
