#include "mobility/import.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/archive.h"
#include "base/cli.h"
#include "base/table.h"
#include "mobility/rail_csv.h"

namespace jiaoji::mobility {

namespace {

Error in_file(Error error, const std::string& path) {
  const auto name = std::filesystem::path(path).filename().string();
  error.detail = {name + "：" + error.detail.zh, name + ": " + error.detail.en};
  return error;
}

// The plain rail table, from a CSV or a workbook.
Result<ReadFeed> read_table(const std::string& path, const std::string& name, const ReadOptions& options) {
  std::vector<std::string> heading;
  std::vector<table::Row> rows;
  const auto done = table::read(path, {}, [&](const std::vector<std::string>& cells) { return heading = cells, true; }, [&](table::Row& row) { return rows.push_back(std::move(row)), true; });
  if (!done) return fail(in_file(done.error(), path));
  auto read = read_rail_rows(name, heading, rows, options);
  if (!read) return fail(in_file(read.error(), path));
  read->feed.name = std::filesystem::path(path).stem().string();
  return read;
}

}  // namespace

Result<ReadFeed> read_feed(const std::string& path, const ReadOptions& options) {
  const auto name = std::filesystem::path(path).filename().string();
  if (name.ends_with(".csv") || name.ends_with(".xlsx")) return read_table(path, name, options);
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
  if (!files.zones.empty()) {
    TRY(const auto bytes, read_whole(files.zones));
    auto zones = read_zones(bytes);
    if (!zones) return fail(in_file(zones.error(), files.zones));
    out.world->zones = *std::move(zones);
  }
  finish(*out.world);
  return out;
}

}  // namespace jiaoji::mobility
