// read_pbf: any bytes as a file, and as the block inside of a good blob; streets that are read can be walked on.
#include <cstdlib>

#include <protozero/pbf_writer.hpp>

#include "mobility/streets.h"

using namespace jiaoji::mobility;

namespace {

std::string blob(const std::string& type, std::string_view block) {
  std::string content, head, out;
  protozero::pbf_writer(content).add_bytes(1, block.data(), block.size());  // not packed, so that the fuzzer's bytes stand as they are
  protozero::pbf_writer writer(head);
  writer.add_string(1, type);
  writer.add_int32(3, static_cast<std::int32_t>(content.size()));
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(head.size() >> shift & 0xff);
  return out + head + content;
}

void read(std::string_view file) {
  const auto streets = read_pbf(file, {.unpacked_bytes = 1u << 20, .island_nodes = 0});
  if (!streets || streets->edges.empty()) return;
  const auto middle = to_point(streets->shapes[streets->shapes.size() / 2]);
  Reached reached, scratch;
  for (const auto mode : {Mode::walk, Mode::cycle, Mode::drive}) {
    const Start start{snap(*streets, middle, mode), 0};
    if (!start.at) continue;
    travel(*streets, {&start, 1}, {.mode = mode}, 3600, reached);
    for (const auto node : reached.nodes) {
      const auto there = snap(*streets, to_point(streets->nodes[node]), mode);
      if (there && to_point(*streets, reached, there) != seconds(*streets, start.at, there, {.mode = mode}, 3600, scratch)) std::abort();
      break;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(blob("OSMHeader", "") + blob("OSMData", bytes));
  return 0;
}
