// The base map beneath the circles (底图): tiles of a source that the operator names; without one the map is a schematic.
//
// jiaoji ships no tiles and no borders. In mainland China a map that is shown to others needs a source with an approval number (审图号,
// 地图管理条例), which is why a source without its credit is refused. Tiles are Web Mercator in WGS-84.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jiaoji::mobility {

struct TileSource {
  std::string url;     // with {z}, {x} and {y}
  std::string credit;  // shown on the map as it stands
  // "https://tiles.example.cn": what the page's Content-Security-Policy lets images come from.
  std::string origin() const;
};

inline constexpr std::size_t kTileUrlMax = 500, kTileCreditMax = 200;

// Errors tiles.url (what is wrong with it) and tiles.credit. The URL goes into a header and the credit onto a page: whatever could end
// either early is refused instead of escaped. http is for a tile server on this machine alone, by 127.0.0.1, localhost or [::1].
Result<TileSource> parse_tiles(std::string_view url, std::string_view credit);

}  // namespace jiaoji::mobility
