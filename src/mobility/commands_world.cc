#include "mobility/commands_world.h"

#include <cmath>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/cli.h"

namespace jiaoji::mobility {

Result<std::shared_ptr<const World>> world_of(const Cli& cli, const CommandOptions& options) {
  if (options.files.feeds.empty()) return fail(Code::invalid, "mobility.no_feed", {"请用 --feed 给出时刻表（GTFS 的 zip 或文件夹，或铁路 CSV）", "name a timetable with --feed (a GTFS zip or folder, or a rail CSV)"});
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
  command.add_option("--min-change", options.min_change, "seconds for every change, instead of what feeds and stations set")->check(CLI::Range(0, 7200));
  command.add_option("--buffer", options.buffer, "seconds more for every change, so that tight ones are safe")->check(CLI::Range(0, 7200));
  command.add_flag("--no-walking", options.no_walking, "no change on foot between stops");
  command.add_flag("--service-day-only", options.service_day_only, "without the trips of the days before and after");
}

}  // namespace jiaoji::mobility
