// The OpenStreetMap PBF format (wiki.openstreetmap.org/wiki/PBF_Format): blobs of zlib, each a block of nodes, ways or relations.
//
// Two passes over the file: the ways first, to know which nodes are wanted, so that the nodes of houses and woods are never
// kept. protozero throws on broken bytes; that is caught here, blob by blob, and becomes an Error with the place in the file.
#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <zlib.h>

#include <protozero/pbf_reader.hpp>

#include "mobility/streets_parts.h"

namespace jiaoji::mobility {

namespace {

using protozero::data_view;
using protozero::pbf_reader;
using protozero::tag_and_type;
constexpr auto kVarint = protozero::pbf_wire_type::varint;
constexpr auto kBytes = protozero::pbf_wire_type::length_delimited;

std::unexpected<Error> refuse(const char* key, std::size_t byte, Text what) {
  const Where where{fmt::format("byte {}", byte), key, what};
  const auto code = std::string_view(key) == "pbf.too_large" ? Code::too_large : std::string_view(key) == "pbf.unsupported" ? Code::unsupported : Code::invalid;
  return fail(code, key, {fmt::format("第 {} 字节：{}", byte, what.zh), fmt::format("at byte {}: {}", byte, what.en)}, {where});
}

std::unexpected<Error> damaged(std::size_t byte, std::string zh, std::string en) { return refuse("pbf.damaged", byte, {std::move(zh), std::move(en)}); }

// Thrown inside a block, where protozero throws as well; caught in `guarded`.
struct Broken { const char* zh; const char* en; bool too_large = false; };

template <class Work>
Result<void> guarded(std::size_t byte, Work work) {
  try {
    return work();
  } catch (const protozero::exception& e) {
    return damaged(byte, fmt::format("此处的数据块不是合法的 protobuf（{}）：请重新下载文件", e.what()), fmt::format("the block here is no valid protobuf ({}): fetch the file again", e.what()));
  } catch (const Broken& b) {
    return refuse(b.too_large ? "pbf.too_large" : "pbf.damaged", byte, {b.zh, b.en});
  }
}

struct Blob {
  std::size_t byte = 0;                  // of the file
  bool header = false;                   // OSMHeader, not OSMData
  std::string_view data;
};

// The blob at `at`, and `at` behind it. Other types than OSMHeader and OSMData are passed over, as the format asks.
Result<std::optional<Blob>> next_blob(std::string_view file, std::size_t& at, const StreetLimits& limits) {
  const auto begin = at;
  const auto short_by = [&](std::size_t need, const char* zh, const char* en) {
    return refuse("pbf.cut_short", begin, {fmt::format("{}需要 {} 字节，文件只剩 {} 字节：文件不完整，请重新下载", zh, need, file.size() - at), fmt::format("{} needs {} bytes and the file has only {} more: it is cut short, fetch it again", en, need, file.size() - at)});
  };
  if (file.size() - at < 4) return short_by(4, "长度字段", "the length");
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(file[at++]);
  if (length > limits.header_bytes)
    return damaged(begin, fmt::format("块头长度 {} 超过 {}：这里不是 OSM PBF 数据块", length, limits.header_bytes), fmt::format("a blob header of {} bytes, at most {} are right: this is no blob of an OSM PBF file", length, limits.header_bytes));
  if (file.size() - at < length) return short_by(length, "块头", "the blob header");
  std::string_view type;
  std::int64_t size = -1;
  TRY_VOID(guarded(begin, [&]() -> Result<void> {
    pbf_reader head(data_view(file.data() + at, length));
    while (head.next()) {
      if (head.tag_and_type() == tag_and_type(1, kBytes)) {
        const auto view = head.get_view();
        type = {view.data(), view.size()};
      } else if (head.tag_and_type() == tag_and_type(3, kVarint)) {
        size = head.get_int32();
      } else {
        head.skip();
      }
    }
    return {};
  }));
  at += length;
  if (type.empty() || size < 0) return damaged(begin, "块头缺少类型或长度", "the blob header lacks a type or a length");
  if (static_cast<std::size_t>(size) > limits.blob_bytes) return refuse("pbf.too_large", begin, {fmt::format("数据块 {} 字节，最多 {}", size, limits.blob_bytes), fmt::format("a blob of {} bytes, at most {} are read", size, limits.blob_bytes)});
  if (file.size() - at < static_cast<std::size_t>(size)) return short_by(static_cast<std::size_t>(size), "数据块", "the blob");
  const Blob blob{begin, type == "OSMHeader", file.substr(at, static_cast<std::size_t>(size))};
  at += static_cast<std::size_t>(size);
  if (!blob.header && type != "OSMData") return std::nullopt;
  return blob;
}

Result<void> inflate_into(std::string& out, data_view packed, std::size_t size, std::size_t byte) {
  out.resize(size);
  auto length = static_cast<uLongf>(size);
  const auto outcome = uncompress(reinterpret_cast<Bytef*>(out.data()), &length, reinterpret_cast<const Bytef*>(packed.data()), static_cast<uLong>(packed.size()));
  if (outcome != Z_OK || length != size)
    return damaged(byte, fmt::format("zlib 数据解压失败，应得 {} 字节：请重新下载文件", size), fmt::format("the zlib data here does not unpack to the {} bytes that it says: fetch the file again", size));
  return {};
}

// The bytes of a blob, unpacked into `buffer` where they are packed.
Result<data_view> unpack(const Blob& blob, std::string& buffer, const StreetLimits& limits) {
  data_view raw, packed;
  std::int64_t size = -1;
  bool is_raw = false, is_packed = false;
  int other = 0;
  TRY_VOID(guarded(blob.byte, [&]() -> Result<void> {
    pbf_reader in(data_view(blob.data.data(), blob.data.size()));
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(1, kBytes)) raw = in.get_view(), is_raw = true;
      else if (in.tag_and_type() == tag_and_type(2, kVarint)) size = in.get_int32();
      else if (in.tag_and_type() == tag_and_type(3, kBytes)) packed = in.get_view(), is_packed = true;
      else other = static_cast<int>(in.tag()), in.skip();
    }
    return {};
  }));
  if (is_raw) return raw;
  if (!is_packed && other) return refuse("pbf.unsupported", blob.byte, {"数据块的压缩方式不是 zlib：请用 osmium cat -f pbf,pbf_compression=zlib 转换", "the blob is packed otherwise than by zlib: convert it with osmium cat -f pbf,pbf_compression=zlib"});
  if (!is_packed || size < 0) return damaged(blob.byte, "数据块没有内容或没有注明解压后的长度", "the blob has no content, or does not say how long it is unpacked");
  if (static_cast<std::size_t>(size) > limits.unpacked_bytes) return refuse("pbf.too_large", blob.byte, {fmt::format("数据块解压后 {} 字节，最多 {}", size, limits.unpacked_bytes), fmt::format("a blob of {} bytes when unpacked, at most {} are read", size, limits.unpacked_bytes)});
  TRY_VOID(inflate_into(buffer, packed, static_cast<std::size_t>(size), blob.byte));
  return data_view(buffer.data(), buffer.size());
}

// What a file demands of its reader beyond this cannot be ignored.
Result<void> check_header(const Blob& blob, data_view block) {
  return guarded(blob.byte, [&]() -> Result<void> {
    pbf_reader in(block);
    while (in.next()) {
      if (in.tag_and_type() != tag_and_type(4, kBytes)) { in.skip(); continue; }
      const auto view = in.get_view();
      const std::string_view feature(view.data(), view.size());
      if (feature == "OsmSchema-V0.6" || feature == "DenseNodes" || feature == "LocationsOnWays") continue;
      return refuse("pbf.unsupported", blob.byte, {"文件要求读取程序支持 OsmSchema-V0.6、DenseNodes 以外的功能：请换用当前数据的普通导出（不含历史版本）", "the file demands more of its reader than OsmSchema-V0.6 and DenseNodes: use a plain extract, without history"});
    }
    return {};
  });
}

struct Block {
  std::vector<data_view> strings, groups;
  std::int64_t granularity = 100, lat_offset = 0, lon_offset = 0;
};

void read_block(data_view bytes, Block& block) {
  block.strings.clear(), block.groups.clear();
  block.granularity = 100, block.lat_offset = block.lon_offset = 0;
  pbf_reader in(bytes);
  while (in.next()) {
    if (in.tag_and_type() == tag_and_type(1, kBytes)) {
      pbf_reader table(in.get_view());
      while (table.next()) {
        if (table.tag_and_type() == tag_and_type(1, kBytes)) block.strings.push_back(table.get_view());
        else table.skip();
      }
    } else if (in.tag_and_type() == tag_and_type(2, kBytes)) {
      block.groups.push_back(in.get_view());
    } else if (in.tag_and_type() == tag_and_type(17, kVarint)) {
      block.granularity = in.get_int32();
    } else if (in.tag_and_type() == tag_and_type(19, kVarint)) {
      block.lat_offset = in.get_int64();
    } else if (in.tag_and_type() == tag_and_type(20, kVarint)) {
      block.lon_offset = in.get_int64();
    } else {
      in.skip();
    }
  }
}

// Differences of hostile files wrap round instead of overflowing.
std::int64_t add(std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b)); }

class Ways {
 public:
  Ways(const StreetLimits& limits, StreetCounts& counts) : limits_(limits), counts_(counts) {}

  void read(const Block& block, data_view group) {
    pbf_reader in(group);
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(3, kBytes)) way(block, in.get_view());
      else in.skip();
    }
  }

  std::vector<StreetWay> ways;

 private:
  void way(const Block& block, data_view bytes) {
    ++counts_.ways_in_file;
    pbf_reader in(bytes);
    StreetWay way;
    protozero::iterator_range<pbf_reader::const_uint32_iterator> keys, values;
    protozero::iterator_range<pbf_reader::const_sint64_iterator> refs;
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(1, kVarint)) way.id = in.get_int64();
      else if (in.tag_and_type() == tag_and_type(2, kBytes)) keys = in.get_packed_uint32();
      else if (in.tag_and_type() == tag_and_type(3, kBytes)) values = in.get_packed_uint32();
      else if (in.tag_and_type() == tag_and_type(8, kBytes)) refs = in.get_packed_sint64();
      else in.skip();
    }
    tags_.clear();
    auto value = values.begin();
    for (const auto key : keys) {
      if (value == values.end()) throw Broken{"道路的键比值多", "a way has more keys than values"};
      if (tags_.size() >= limits_.way_tags) throw Broken{"道路的标签过多", "a way has too many tags", true};
      tags_.emplace_back(text(block, key), text(block, *value++));
    }
    if (value != values.end()) throw Broken{"道路的值比键多", "a way has more values than keys"};
    way.use = use_of(tags_);
    if (way.use.along == 0 && way.use.against == 0) return;
    std::int64_t id = 0;
    for (const auto difference : refs) {
      if (++refs_ > limits_.way_nodes) throw Broken{"道路结点过多：请先截取较小的区域", "too many nodes of ways: cut out a smaller region first", true};
      way.nodes.push_back(id = add(id, difference));
    }
    if (ways.size() >= limits_.ways) throw Broken{"道路过多：请先截取较小的区域", "too many ways: cut out a smaller region first", true};
    ways.push_back(std::move(way));
  }

  static std::string_view text(const Block& block, std::uint32_t number) {
    if (number >= block.strings.size()) throw Broken{"标签指向不存在的字符串", "a tag points to a string that is not there"};
    return {block.strings[number].data(), block.strings[number].size()};
  }

  const StreetLimits& limits_;
  StreetCounts& counts_;
  std::vector<std::pair<std::string_view, std::string_view>> tags_;
  std::size_t refs_ = 0;
};

class Nodes {
 public:
  Nodes(const std::vector<StreetWay>& ways, StreetCounts& counts) : counts_(counts) {
    for (const auto& way : ways) wanted_.insert(wanted_.end(), way.nodes.begin(), way.nodes.end());
    std::sort(wanted_.begin(), wanted_.end());
    wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
    kept_.resize(wanted_.size());
  }

  void read(const Block& block, data_view group) {
    pbf_reader in(group);
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(1, kBytes)) one(block, in.get_view());
      else if (in.tag_and_type() == tag_and_type(2, kBytes)) dense(block, in.get_view());
      else in.skip();
    }
  }

  std::vector<StreetNode> nodes;

 private:
  void one(const Block& block, data_view bytes) {
    pbf_reader in(bytes);
    std::int64_t id = 0, lat = 0, lon = 0;
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(1, kVarint)) id = in.get_sint64();
      else if (in.tag_and_type() == tag_and_type(8, kVarint)) lat = in.get_sint64();
      else if (in.tag_and_type() == tag_and_type(9, kVarint)) lon = in.get_sint64();
      else in.skip();
    }
    keep(block, id, lat, lon);
  }

  void dense(const Block& block, data_view bytes) {
    pbf_reader in(bytes);
    protozero::iterator_range<pbf_reader::const_sint64_iterator> ids, lats, lons;
    while (in.next()) {
      if (in.tag_and_type() == tag_and_type(1, kBytes)) ids = in.get_packed_sint64();
      else if (in.tag_and_type() == tag_and_type(8, kBytes)) lats = in.get_packed_sint64();
      else if (in.tag_and_type() == tag_and_type(9, kBytes)) lons = in.get_packed_sint64();
      else in.skip();
    }
    auto lat = lats.begin();
    auto lon = lons.begin();
    std::int64_t id = 0, at_lat = 0, at_lon = 0;
    for (const auto difference : ids) {
      if (lat == lats.end() || lon == lons.end()) throw Broken{"结点编号比坐标多", "there are more ids of nodes than coordinates"};
      id = add(id, difference), at_lat = add(at_lat, *lat++), at_lon = add(at_lon, *lon++);
      keep(block, id, at_lat, at_lon);
    }
    if (lat != lats.end() || lon != lons.end()) throw Broken{"坐标比结点编号多", "there are more coordinates than ids of nodes"};
  }

  void keep(const Block& block, std::int64_t id, std::int64_t lat, std::int64_t lon) {
    ++counts_.nodes_in_file;
    // Files are sorted by id, most of them: what is wanted next lies just ahead.
    if (next_ >= wanted_.size() || (next_ > 0 && wanted_[next_ - 1] >= id)) next_ = 0;
    for (int step = 0; step < 8 && next_ < wanted_.size() && wanted_[next_] < id; ++step) ++next_;
    if (next_ < wanted_.size() && wanted_[next_] < id) next_ = static_cast<std::size_t>(std::lower_bound(wanted_.begin() + static_cast<std::ptrdiff_t>(next_), wanted_.end(), id) - wanted_.begin());
    if (next_ >= wanted_.size() || wanted_[next_] != id || kept_[next_]) return;
    kept_[next_] = true;
    // Exact below 2^53 nanodegrees; a place off the earth is dropped by streets_of.
    const auto degrees = [&](std::int64_t offset, std::int64_t value) { return 1e-9 * (static_cast<double>(offset) + static_cast<double>(block.granularity) * static_cast<double>(value)); };
    nodes.push_back({id, {degrees(block.lat_offset, lat), degrees(block.lon_offset, lon)}});
  }

  StreetCounts& counts_;
  std::vector<std::int64_t> wanted_;
  std::vector<bool> kept_;
  std::size_t next_ = 0;
};

// One pass over all blobs; take(block, group) returns what it does with each group of each data block.
class Passes {
 public:
  Passes(std::string_view file, const StreetLimits& limits) : file_(file), limits_(limits) {}

  template <class Take>
  Result<void> run(Take take) {
    bool begun = false;
    std::size_t total = 0;
    blobs_ = 0;
    for (std::size_t at = 0; at < file_.size();) {
      const auto begin = at;
      TRY(const auto blob, next_blob(file_, at, limits_));
      ++blobs_;
      if (!blob) continue;
      TRY(const auto bytes, unpack(*blob, buffer_, limits_));
      if ((total += bytes.size()) > limits_.total_bytes) return refuse("pbf.too_large", begin, {fmt::format("解压后超过 {} 字节：请先截取较小的区域", limits_.total_bytes), fmt::format("more than {} bytes when unpacked: cut out a smaller region first", limits_.total_bytes)});
      if (blob->header) {
        begun = true;
        TRY_VOID(check_header(*blob, bytes));
        continue;
      }
      if (!begun) return damaged(begin, "第一个数据块应为 OSMHeader", "the first blob ought to be an OSMHeader");
      TRY_VOID(guarded(begin, [&]() -> Result<void> {
        read_block(bytes, block_);
        for (const auto group : block_.groups) take(block_, group);
        return {};
      }));
    }
    if (!begun) return refuse("pbf.cut_short", file_.size(), {"文件没有 OSMHeader 块：这不是 OSM PBF 文件", "no OSMHeader blob: this is no OSM PBF file"});
    return {};
  }
  std::size_t blobs() const { return blobs_; }

 private:
  std::string_view file_;
  const StreetLimits& limits_;
  std::string buffer_;
  Block block_;
  std::size_t blobs_ = 0;
};

}  // namespace

Result<Streets> read_pbf(std::string_view bytes, const StreetLimits& limits) {
  StreetCounts counts;
  Passes passes(bytes, limits);
  Ways ways(limits, counts);
  TRY_VOID(passes.run([&](const Block& block, data_view group) { ways.read(block, group); }));
  Nodes nodes(ways.ways, counts);
  TRY_VOID(passes.run([&](const Block& block, data_view group) { nodes.read(block, group); }));
  TRY(auto streets, streets_of(std::move(nodes.nodes), ways.ways, limits));
  streets.counts.blobs = passes.blobs();
  streets.counts.nodes_in_file = counts.nodes_in_file, streets.counts.ways_in_file = counts.ways_in_file;
  return streets;
}

}  // namespace jiaoji::mobility
