#include "mobility/import.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/archive.h"
#include "base/cli.h"

namespace jiaoji::mobility {

namespace {

Error in_file(Error error, const std::string& path) {
  const auto name = std::filesystem::path(path).filename().string();
  error.detail = {name + "：" + error.detail.zh, name + ": " + error.detail.en};
  return error;
}

}  // namespace

Result<ReadFeed> read_feed(const std::string& path, const ReadOptions& options) {
  auto archive = Archive::open(path, {.key = "gtfs"});
  if (!archive) return fail(in_file(archive.error(), path));
  FeedFiles files;
  for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
  files.read = [&](const std::string& name) { return archive->read(name); };
  auto read = read_gtfs(files, options);
  if (!read) return fail(in_file(read.error(), path));
  read->feed.name = std::filesystem::path(path).stem().string();
  return read;
}

Result<LoadedWorld> load_world(const WorldFiles& files, const NetworkOptions& options) {
  LoadedWorld out;
  std::vector<Feed> feeds;
  for (const auto& path : files.feeds) {
    TRY(auto read, read_feed(path, {.skip_faulty = files.skip_faulty}));
    feeds.push_back(std::move(read.feed));
    out.read.push_back(std::move(read));
  }
  TRY(auto network, build_network(std::move(feeds), options));
  out.world = std::make_shared<World>(std::move(network));
  if (!files.streets.empty()) {
    TRY(const auto bytes, read_whole(files.streets));
    auto streets = read_pbf(bytes);
    if (!streets) return fail(in_file(streets.error(), files.streets));
    out.world->streets = *std::move(streets);
  }
  if (!files.points.empty()) {
    TRY(const auto bytes, read_whole(files.points));
    auto points = read_points(bytes);
    if (!points) return fail(in_file(points.error(), files.points));
    out.world->points = *std::move(points);
  }
  finish(*out.world);
  return out;
}

}  // namespace jiaoji::mobility
