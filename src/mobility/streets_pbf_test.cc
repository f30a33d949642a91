#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mobility/streets_testing.h"

namespace jiaoji::mobility {
namespace {

using testing::drawn;
using testing::pbf_blob;
using testing::pbf_header;
using testing::pbf_nodes;
using testing::pbf_ways;
using testing::StreetWorld;

const StreetWorld& world() {
  static const StreetWorld w = drawn({"a    b    c", "     d     "}, {{"abc", {{"highway", "residential"}, {"name", "解放路"}}}, {"bd", {{"highway", "footway"}}}, {"ac", {{"waterway", "canal"}}}});
  return w;
}

std::string key_of(std::string_view bytes, const StreetLimits& limits = {}) {
  const auto streets = read_pbf(bytes, limits);
  return streets ? "" : streets.error().key;
}

TEST(Pbf, IsReadInEveryFormOfNodesAndBlobs) {
  const auto expected = world().streets();
  const std::string files[] = {pbf_header() + pbf_nodes(world(), true) + pbf_ways(world()), pbf_header() + pbf_nodes(world(), false) + pbf_ways(world(), false),
                               pbf_header() + pbf_ways(world()) + pbf_blob("Preview", "anything") + pbf_nodes(world(), true)};
  for (const auto& file : files) {
    const auto got = read_pbf(file);
    ASSERT_TRUE(got) << got.error().detail.en;
    EXPECT_EQ(got->counts.nodes_in_file, 4u);
    EXPECT_EQ(got->counts.ways_in_file, 3u);
    EXPECT_EQ(got->counts.ways, 2u);
    ASSERT_EQ(got->edges.size(), expected.edges.size());
    for (std::size_t i = 0; i < expected.edges.size(); ++i) {
      EXPECT_EQ(got->edges[i].use, expected.edges[i].use);
      EXPECT_NEAR(got->edges[i].metres, expected.edges[i].metres, 0.02);
    }
  }
}

TEST(Pbf, SaysAtWhichByteItIsCutShort) {
  const auto head = pbf_header(), nodes = pbf_nodes(world(), true), ways = pbf_ways(world());
  const auto file = head + nodes + ways;
  for (std::size_t length = 0; length < file.size(); ++length) {
    SCOPED_TRACE(length);
    if (length == head.size() || length == head.size() + nodes.size()) continue;  // between two blobs nobody can see it
    const auto got = read_pbf(std::string_view(file).substr(0, length));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().key, "pbf.cut_short");
    const auto begin = length < head.size() ? 0 : length < head.size() + nodes.size() ? head.size() : head.size() + nodes.size();
    EXPECT_EQ(got.error().where.at(0).pointer, "byte " + std::to_string(begin));
  }
}

TEST(Pbf, NamesWhatIsWrong) {
  const auto head = pbf_header();
  std::string lzma, short_zlib;
  protozero::pbf_writer(lzma).add_bytes(4, "x");
  {
    protozero::pbf_writer writer(short_zlib);
    writer.add_int32(2, 100);
    writer.add_bytes(3, "no zlib");
  }
  const auto blob = [](const std::string& content) {  // its content as it stands
    std::string h;
    protozero::pbf_writer writer(h);
    writer.add_string(1, "OSMData");
    writer.add_int32(3, static_cast<std::int32_t>(content.size()));
    return std::string{0, 0, 0, static_cast<char>(h.size())} + h + content;
  };
  std::string huge_head;
  {
    protozero::pbf_writer writer(huge_head);
    writer.add_string(1, "OSMData");
    writer.add_int32(3, 40 << 20);
  }
  std::string bomb;
  protozero::pbf_writer(bomb).add_int32(2, 40 << 20), protozero::pbf_writer(bomb).add_bytes(3, "x");
  const struct { const char* name; std::string file; const char* key; } rows[] = {
      {"nothing", "", "pbf.cut_short"},
      {"a zip", "PK\x03\x04 something else", "pbf.damaged"},
      {"no header", pbf_ways(world()), "pbf.damaged"},
      {"history", pbf_header("HistoricalInformation"), "pbf.unsupported"},
      {"lzma", head + blob(lzma), "pbf.unsupported"},
      {"no zlib inside", head + blob(short_zlib), "pbf.damaged"},
      {"blob of 40 MB", head + std::string{0, 0, 0, static_cast<char>(huge_head.size())} + huge_head, "pbf.too_large"},
      {"bomb", head + blob(bomb), "pbf.too_large"},
      {"empty blob", head + blob(""), "pbf.damaged"},
      {"a tag that points nowhere", head + pbf_blob("OSMData", "\x12\x08\x1a\x06\x12\x01\x63\x1a\x01\x63"), "pbf.damaged"},
      {"more keys than values", head + pbf_blob("OSMData", "\x12\x05\x1a\x03\x12\x01\x01"), "pbf.damaged"},
      {"a length beyond the block", head + pbf_blob("OSMData", "\x12\x50\x1a"), "pbf.damaged"},
      {"a wire type that is none", head + pbf_blob("OSMData", "\x17"), "pbf.damaged"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = read_pbf(row.file);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().key, row.key);
    EXPECT_EQ(got.error().where.size(), 1u);
  }
  EXPECT_EQ(key_of(head + pbf_nodes(world(), true) + pbf_ways(world()), {.ways = 1}), "pbf.too_large");
  EXPECT_EQ(key_of(head + pbf_nodes(world(), true) + pbf_ways(world()), {.way_nodes = 4}), "pbf.too_large");
  EXPECT_EQ(key_of(head + pbf_nodes(world(), true) + pbf_ways(world()), {.way_tags = 1}), "pbf.too_large");
  EXPECT_EQ(key_of(head + pbf_nodes(world(), true) + pbf_ways(world()), {.total_bytes = 10}), "pbf.too_large");
}

TEST(Pbf, NodesOffTheEarthAreMissing) {
  auto far = world();
  far.nodes[0].at = {95, 10};
  const auto got = read_pbf(pbf_header() + pbf_nodes(far, true) + pbf_ways(far)).value();
  EXPECT_EQ(got.counts.nodes_missing, 1u);
  EXPECT_EQ(got.edges.size(), 2u);
}

RC_GTEST_PROP(Pbf, SurvivesAnyChange, ()) {
  auto file = pbf_header() + pbf_nodes(world(), *rc::gen::arbitrary<bool>()) + pbf_ways(world(), false);
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) file[*rc::gen::inRange<std::size_t>(0, file.size())] = *rc::gen::arbitrary<char>();
  const auto got = read_pbf(file);
  if (got) {
    Reached reached;
    const Start start{snap(*got, testing::kCentre, Mode::walk), 0};
    travel(*got, {&start, 1}, {}, 1800, reached);
  }
}

// The extracts beside the project, when they are there.
std::string shared(const char* name) {
  const char* folder = std::getenv("JIAOJI_SHARED");
  if (!folder) return {};
  std::ifstream in(std::string(folder) + "/data/gtfs/" + name, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

TEST(Pbf, RealExtractsArePlausible) {
  const struct { const char* file; geo::Point centre; std::size_t ways, nodes; } rows[] = {
      {"r5r-poa/poa_osm.pbf", {-30.03, -51.22}, 10'000, 1000}, {"r5r-spo/spo_osm.pbf", {-23.55, -46.63}, 5'000, 1000}, {"motis-osm/test_case.osm.pbf", {50.107, 8.663}, 1'000, 300}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.file);
    const auto bytes = shared(row.file);
    if (bytes.empty()) GTEST_SKIP() << "JIAOJI_SHARED is not set";
    const auto streets = read_pbf(bytes);
    ASSERT_TRUE(streets) << streets.error().detail.en;
    EXPECT_GT(streets->counts.ways, row.ways);
    EXPECT_LT(streets->counts.nodes_missing, 1000u);
    Reached reached;
    for (const auto mode : {Mode::walk, Mode::cycle, Mode::drive}) {
      const Start start{snap(*streets, row.centre, mode), 0};
      ASSERT_TRUE(start.at);
      travel(*streets, {&start, 1}, {.mode = mode}, 1800, reached);
      EXPECT_GT(reached.nodes.size(), mode == Mode::walk ? row.nodes / 2 : 50);
      if (mode != Mode::walk) continue;
      for (const auto node : reached.nodes) ASSERT_GE(reached.at_node[node] + 1000.0, geo::distance_metres(start.at.at, to_point(streets->nodes[node])) * 800);  // nobody beats the straight line
    }
    std::mt19937 dice(7);
    for (int i = 0; i < 50; ++i) {
      const auto cut = read_pbf(std::string_view(bytes).substr(0, dice() % bytes.size()));
      ASSERT_FALSE(cut);
      EXPECT_EQ(cut.error().key, "pbf.cut_short");
    }
  }
}

}  // namespace
}  // namespace jiaoji::mobility
