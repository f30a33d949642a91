// Small worlds of streets for the tests, drawn in metres around a place.
#pragma once

#include <zlib.h>

#include <map>
#include <string>
#include <vector>

#include <protozero/pbf_writer.hpp>

#include "mobility/streets.h"
#include "mobility/streets_parts.h"

namespace jiaoji::mobility::testing {

inline constexpr geo::Point kCentre{36.65, 117.1};
inline geo::Point metres(double east, double north) { return Plane(kCentre).back({east, north}); }

using TagList = std::vector<std::pair<std::string, std::string>>;
inline Use used(const TagList& tags) {
  std::vector<std::pair<std::string_view, std::string_view>> views(tags.begin(), tags.end());
  return use_of(views);
}

struct StreetWorld {
  std::vector<StreetNode> nodes;
  std::vector<std::pair<std::vector<std::int64_t>, TagList>> ways;

  std::vector<StreetWay> street_ways() const {
    std::vector<StreetWay> out;
    for (const auto& [ids, tags] : ways) out.push_back({static_cast<std::int64_t>(out.size() + 1), ids, used(tags)});
    return out;
  }
  Streets streets(StreetLimits limits = {.island_nodes = 0}) const { return streets_of(nodes, street_ways(), limits).value(); }
};

// Letters are nodes, one column 10 m east and one row 10 m south of the other; the first row is the north. 'a' has the id 97.
inline StreetWorld drawn(const std::vector<std::string>& rows, std::vector<std::pair<std::string, TagList>> ways) {
  StreetWorld world;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      if (rows[r][c] != ' ' && rows[r][c] != '.') world.nodes.push_back({rows[r][c], metres(10.0 * static_cast<double>(c), -10.0 * static_cast<double>(r))});
    }
  }
  for (auto& [letters, tags] : ways) world.ways.push_back({{letters.begin(), letters.end()}, std::move(tags)});
  return world;
}
inline geo::Point place(const StreetWorld& world, char letter) {
  for (const auto& node : world.nodes) {
    if (node.id == letter) return node.at;
  }
  return {};
}

inline std::string pbf_blob(const std::string& type, const std::string& block, bool packed = true) {
  std::string content, head, out;
  if (packed) {
    std::string zipped(compressBound(block.size()), '\0');
    auto length = static_cast<uLongf>(zipped.size());
    compress(reinterpret_cast<Bytef*>(zipped.data()), &length, reinterpret_cast<const Bytef*>(block.data()), block.size());
    zipped.resize(length);
    protozero::pbf_writer writer(content);
    writer.add_int32(2, static_cast<std::int32_t>(block.size()));
    writer.add_bytes(3, zipped);
  } else {
    protozero::pbf_writer(content).add_bytes(1, block);
  }
  protozero::pbf_writer writer(head);
  writer.add_string(1, type);
  writer.add_int32(3, static_cast<std::int32_t>(content.size()));
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(head.size() >> shift & 0xff);
  return out + head + content;
}

inline std::string pbf_header(const std::string& feature = "DenseNodes") {
  std::string block;
  protozero::pbf_writer writer(block);
  writer.add_string(4, "OsmSchema-V0.6");
  writer.add_string(4, feature);
  return pbf_blob("OSMHeader", block);
}

inline std::string pbf_nodes(const StreetWorld& world, bool dense) {
  std::string block, group, table;
  std::vector<std::int64_t> ids, lats, lons;
  StreetNode last;
  std::int64_t lat = 0, lon = 0;
  protozero::pbf_writer in(group);
  for (const auto& node : world.nodes) {
    const auto a = std::llround(node.at.lat * 1e7), o = std::llround(node.at.lon * 1e7);
    if (dense) {
      ids.push_back(node.id - last.id), lats.push_back(a - lat), lons.push_back(o - lon);
      last = node, lat = a, lon = o;
    } else {
      protozero::pbf_writer one(in, 1);
      one.add_sint64(1, node.id), one.add_sint64(8, a), one.add_sint64(9, o);
    }
  }
  if (dense) {
    protozero::pbf_writer one(in, 2);
    one.add_packed_sint64(1, ids.begin(), ids.end()), one.add_packed_sint64(8, lats.begin(), lats.end()), one.add_packed_sint64(9, lons.begin(), lons.end());
  }
  protozero::pbf_writer(table).add_string(1, "");
  protozero::pbf_writer writer(block);
  writer.add_message(1, table), writer.add_message(2, group);
  return pbf_blob("OSMData", block);
}

inline std::string pbf_ways(const StreetWorld& world, bool packed = true) {
  std::string block, group, table;
  std::map<std::string, std::uint32_t> strings;
  protozero::pbf_writer words(table);
  words.add_string(1, "");
  const auto number = [&](const std::string& word) {
    const auto [at, is_new] = strings.try_emplace(word, static_cast<std::uint32_t>(strings.size() + 1));
    if (is_new) words.add_string(1, word);
    return at->second;
  };
  protozero::pbf_writer in(group);
  for (std::size_t i = 0; i < world.ways.size(); ++i) {
    std::vector<std::uint32_t> keys, values;
    std::vector<std::int64_t> refs;
    for (const auto& [key, value] : world.ways[i].second) keys.push_back(number(key)), values.push_back(number(value));
    std::int64_t last = 0;
    for (const auto id : world.ways[i].first) refs.push_back(id - last), last = id;
    protozero::pbf_writer way(in, 3);
    way.add_int64(1, static_cast<std::int64_t>(i + 1));
    way.add_packed_uint32(2, keys.begin(), keys.end()), way.add_packed_uint32(3, values.begin(), values.end()), way.add_packed_sint64(8, refs.begin(), refs.end());
  }
  protozero::pbf_writer writer(block);
  writer.add_message(1, table), writer.add_message(2, group);
  return pbf_blob("OSMData", block, packed);
}

}  // namespace jiaoji::mobility::testing
