#include "mobility/import.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/archive.h"
#include "base/cli.h"
#include "base/table.h"
#include "mobility/rail_csv.h"
#include "mobility/shift.h"

namespace jiaoji::mobility {

namespace {

Error in_file(Error error, const std::string& name) {
  error.detail = {name + "：" + error.detail.zh, name + ": " + error.detail.en};
  return error;
}

template <class T>
Result<T> named(Result<T> result, const std::string& name) {
  if (!result) return fail(in_file(std::move(result).error(), name));
  return result;
}

Result<ReadFeed> of_archive(Result<Archive> archive, const ReadOptions& options) {
  if (!archive) return fail(std::move(archive).error());
  FeedFiles files;
  for (const auto& entry : archive->entries()) files.names.push_back(entry.name);
  files.read = [&](const std::string& name) { return archive->read(name); };
  return read_gtfs(files, options);
}

constexpr ArchiveLimits kLimits{.key = "gtfs"};

// The plain rail table of a workbook.
Result<ReadFeed> of_workbook(const std::string& path, const std::string& name, const ReadOptions& options) {
  std::vector<std::string> heading;
  std::vector<table::Row> rows;
  TRY_VOID(table::read(path, {}, [&](const std::vector<std::string>& cells) { return heading = cells, true; }, [&](table::Row& row) { return rows.push_back(std::move(row)), true; }));
  return read_rail_rows(name, heading, rows, options);
}

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// The districts of two tables are one when they bear the same name.
void join(PointSet& all, PointSet&& more) {
  std::vector<std::int32_t> number;
  for (auto& name : more.districts) {
    const auto at = std::ranges::find(all.districts, name);
    number.push_back(static_cast<std::int32_t>(at - all.districts.begin()));
    if (at == all.districts.end()) all.districts.push_back(name);
  }
  for (const auto d : more.district) all.district.push_back(d == kNone ? kNone : number[static_cast<std::size_t>(d)]);
  append(all.ids, std::move(more.ids)), append(all.at, std::move(more.at)), append(all.population, std::move(more.population)), append(all.jobs, std::move(more.jobs));
  all.others.clear();  // columns of one table alone cannot be summed over both
  all.has_population = all.has_population || more.has_population;
  all.has_jobs = all.has_jobs || more.has_jobs;
}

}  // namespace

Result<ReadFeed> read_feed(const std::string& path, const ReadOptions& options, Coordinates coordinates) {
  const auto name = std::filesystem::path(path).filename().string();
  auto read = named(name.ends_with(".csv") || name.ends_with(".xlsx") ? of_workbook(path, name, options) : of_archive(Archive::open(path, kLimits), options), name);
  if (read) read->feed.name = std::filesystem::path(path).stem().string();
  if (read && coordinates == Coordinates::gcj02) convert_stops(*read);
  return read;
}

Result<ReadFeed> read_feed_bytes(const std::string& name, std::string_view bytes, const ReadOptions& options, Coordinates coordinates) {
  auto read = named(bytes.starts_with("PK") ? of_archive(Archive::of_bytes(bytes, kLimits), options) : read_rail_csv(name, bytes, options), name);
  if (read) read->feed.name = std::filesystem::path(name).stem().string();
  if (read && coordinates == Coordinates::gcj02) convert_stops(*read);
  return read;
}

Result<std::string> workbook_as_csv(const std::string& path) {
  std::string out;
  TRY_VOID(table::read(path, {}, [&](const std::vector<std::string>& cells) { return table::write_csv_row(out, cells), true; }, [&](table::Row& row) { return table::write_csv_row(out, row.cells), true; }));
  return out;
}

void Gathering::add(ReadFeed read) {
  feeds_.push_back(std::move(read.feed));
  read.feed = {.name = feeds_.back().name};
  read_.push_back(std::move(read));
}

Result<void> Gathering::add_streets(const std::string& name, std::string_view bytes) {
  TRY(auto streets, named(read_pbf(bytes), name));
  streets_ = std::make_shared<const Streets>(std::move(streets));
  return {};
}

Result<void> Gathering::add_points(const std::string& name, std::string_view bytes, Coordinates coordinates) {
  TRY(auto points, named(read_points(bytes, {.coordinates = coordinates}), name));
  if (points_.size() == 0) points_ = std::move(points);
  else join(points_, std::move(points));
  return {};
}

Result<void> Gathering::add_zones(const std::string& name, std::string_view bytes) {
  TRY(auto zones, named(read_zones(bytes), name));
  append(zones_, std::move(zones));
  return {};
}

Result<std::shared_ptr<const World>> Gathering::build(const NetworkOptions& options) {
  TRY(auto network, build_network(std::move(feeds_), options));
  return build_on(std::move(network));
}

std::shared_ptr<const World> Gathering::build_on(Network network) {
  auto world = std::make_shared<World>(std::move(network));
  world->streets = std::move(streets_);
  world->points = std::move(points_);
  world->zones = std::move(zones_);
  finish(*world);
  return world;
}

Result<std::shared_ptr<const World>> load_world(const WorldFiles& files, Gathering& into) {
  for (const auto& path : files.feeds) {
    TRY(auto read, read_feed(path, {.skip_faulty = true}));
    into.add(std::move(read));
  }
  const auto with = [&](const std::string& path, auto take) -> Result<void> {
    if (path.empty()) return {};
    TRY(const auto bytes, read_whole(path));
    return take(std::filesystem::path(path).filename().string(), bytes);
  };
  TRY_VOID(with(files.streets, [&](const std::string& name, std::string_view bytes) { return into.add_streets(name, bytes); }));
  TRY_VOID(with(files.points, [&](const std::string& name, std::string_view bytes) { return into.add_points(name, bytes); }));
  TRY_VOID(with(files.zones, [&](const std::string& name, std::string_view bytes) { return into.add_zones(name, bytes); }));
  return into.build();
}

}  // namespace jiaoji::mobility
