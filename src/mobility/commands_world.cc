#include "mobility/commands_world.h"

#include <cmath>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"
#include "mobility/service.h"

namespace jiaoji::mobility {

namespace {

const SystemClock kClock;

// The region's own, from the data folder; beside a server that holds it.
Result<std::shared_ptr<const World>> stored_world(const Cli& cli) {
  if (!std::filesystem::exists(cli.database())) {
    return fail(Code::invalid, "mobility.no_feed", {"请用 --feed 给出时刻表（GTFS 的 zip 或文件夹，或铁路 CSV），或用 --data 指明已载入时刻表的数据目录", "name a timetable with --feed (a GTFS zip or folder, or a rail CSV), or with --data a folder that has one"});
  }
  TRY(const auto db, store::open_sqlite_reader(cli.database()));
  Service service(*db, kClock);
  TRY_VOID(service.load());
  if (service.illustrative()) cli.say({"示意数据，不代表真实时刻", "illustrative data, not a real timetable"});
  return service.world();
}

// Each file is checked beside those that are there, then stored: a refused one leaves the region as it was.
Result<void> load_files(const Cli& cli, const WorldFiles& files, bool skip_faulty, bool gcj02, const std::string& source) {
  if (files.feeds.empty() && files.streets.empty() && files.points.empty() && files.zones.empty()) return fail(Code::invalid, "mobility.nothing", {"请给出要载入的文件", "name a file to load"});
  if (gcj02 && files.feeds.empty() && files.points.empty()) TRY_VOID(check_coordinates({.kind = FileKind::streets, .name = "", .bytes = "", .source = "", .gcj02 = true}));
  std::error_code ignored;
  std::filesystem::create_directories(cli.data, ignored);
  TRY(const auto db, store::open_sqlite({.path = cli.database(), .readers = 2, .clock = &kClock}));
  Service service(*db, kClock);
  const auto load = [&](FileKind kind, const std::string& path) -> Result<void> {
    NewFile file{.kind = kind, .name = std::filesystem::path(path).filename().string(), .bytes = {}, .source = source, .skip_faulty = skip_faulty, .gcj02 = gcj02 && (kind == FileKind::timetable || kind == FileKind::points)};
    if (std::filesystem::is_directory(path)) return fail(Code::invalid, "mobility.folder", {path + " 是文件夹：请先压缩成 zip 再载入", path + " is a folder: pack it as a zip to load it"});
    if (file.name.ends_with(".xlsx")) {
      TRY(file.bytes, workbook_as_csv(path));
      file.name.replace(file.name.size() - 4, 4, "csv");
    } else {
      TRY(file.bytes, read_whole(path));
    }
    TRY(const auto added, service.add(region::system_actor(), std::move(file), [&](double share, const Text& doing) { cli.progress(share, doing); }));
    cli.say({fmt::format("已载入 {}{}", added.row.name, added.read && added.read->trips_left_out ? fmt::format("，{} 个车次有错误未采用", added.read->trips_left_out) : ""),
             fmt::format("loaded {}{}", added.row.name, added.read && added.read->trips_left_out ? fmt::format(", {} faulty trips left out", added.read->trips_left_out) : "")});
    for (const auto& notice : added.read ? added.read->notices : std::vector<Notice>()) {
      if (notice.key.starts_with("stops.")) cli.say(notice.detail);
    }
    return {};
  };
  for (const auto& path : files.feeds) TRY_VOID(load(FileKind::timetable, path));
  if (!files.streets.empty()) TRY_VOID(load(FileKind::streets, files.streets));
  if (!files.points.empty()) TRY_VOID(load(FileKind::points, files.points));
  if (!files.zones.empty()) TRY_VOID(load(FileKind::zones, files.zones));
  return {};
}

}  // namespace

void add_load(CLI::App& mobility, Cli& cli) {
  struct Options {
    WorldFiles files;
    bool skip_faulty = false, gcj02 = false;
    std::string source;
  };
  const auto options = std::make_shared<Options>();
  auto* command = mobility.add_subcommand("load", "load timetables, streets, people, zones into the region");
  command->add_option("feed", options->files.feeds, "GTFS zip, rail CSV or workbook");
  command->add_option("--streets", options->files.streets, "OpenStreetMap extract (.pbf)");
  command->add_option("--points", options->files.points, "people and jobs (.csv)");
  command->add_option("--zones", options->files.zones, "service areas with hours (.geojson)");
  command->add_flag("--skip-faulty", options->skip_faulty, "leave out faulty trips instead of refusing the file");
  command->add_flag("--gcj02", options->gcj02, "coordinates of timetables and points are in GCJ-02 (Chinese map services): convert them");
  command->add_option("--source", options->source, "who published it");
  command->footer("example: jiaoji mobility load rail.zip bus.zip --streets city.osm.pbf --points people.csv --data ./data");
  command->callback(cli.runs([&cli, options] { return load_files(cli, options->files, options->skip_faulty, options->gcj02, options->source); }));
}

Result<std::shared_ptr<const World>> world_of(const Cli& cli, const CommandOptions& options) {
  if (options.files.feeds.empty()) return stored_world(cli);
  Gathering gathering;
  auto world = load_world(options.files, gathering);
  for (const auto& read : gathering.read()) {
    if (read.errors) cli.say({fmt::format("时刻表有 {} 处错误，{} 个车次未采用（用 jiaoji mobility check 查看）", read.errors, read.trips_left_out), fmt::format("the timetable has {} errors, {} trips are left out (see jiaoji mobility check)", read.errors, read.trips_left_out)});
  }
  return world;
}

std::string whole_minutes(Seconds seconds) { return seconds == kNever ? "–" : fmt::format("{:.0f}", std::ceil(seconds / 60.0)); }

void add_world(CLI::App& command, CommandOptions& options) {
  command.add_option("--feed", options.files.feeds, "timetable: GTFS zip or folder, or rail CSV; may be repeated");
  command.add_option("--streets", options.files.streets, "OpenStreetMap extract (.pbf) to walk on");
  command.add_option("--points", options.files.points, "people and jobs (.csv)");
  command.add_option("--access", options.access, "how one gets from lat,lon to the first stop (or there from the last)")->check(CLI::IsMember({"walk", "cycle", "drive"}));
  command.add_option("--min-change", options.min_change, "seconds for every change, instead of what feeds and stations set")->check(CLI::Range(0, 7200));
  command.add_option("--buffer", options.buffer, "seconds more for every change, so that tight ones are safe")->check(CLI::Range(0, 7200));
  command.add_flag("--no-walking", options.no_walking, "no change on foot between stops");
  command.add_flag("--service-day-only", options.service_day_only, "without the trips of the days before and after");
}

}  // namespace jiaoji::mobility
