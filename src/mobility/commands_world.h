// What the commands `jiaoji mobility …` share: the options that name a world, and how it is loaded.
#pragma once

#include <memory>
#include <string>

#include "mobility/import.h"

namespace CLI {
class App;
}

namespace jiaoji {
class Cli;
}

namespace jiaoji::mobility {

struct CommandOptions {
  WorldFiles files;
  std::string access = "walk";
  std::string place, other, depart, arrive, between = "06:00-22:00", date, from_file, to_file;
  double within = -1;  // minutes; -1: not said
  Seconds min_change = kNone, buffer = 0;
  bool no_walking = false, service_day_only = false, geojson = false, backward = false, gcj02 = false;
  unsigned threads = 1;

  TimetableOptions timetable() const { return {.service_day_only = service_day_only, .min_change_everywhere = min_change, .change_buffer = buffer, .walking = !no_walking}; }
};

// --feed, --streets, --points and how changes are made.
void add_world(CLI::App& command, CommandOptions& options);
// Of the feeds named, or of the data folder. Says what was left out. Errors mobility.no_feed, mobility.none, and those of load_world.
Result<std::shared_ptr<const World>> world_of(const Cli& cli, const CommandOptions& options);
// Rounded up, "–" for kNever.
std::string whole_minutes(Seconds seconds);

// load: into the store.
void add_load(CLI::App& mobility, Cli& cli);
// claim, whatif, nearest and zone (commands_judge.cc).
void add_judging(CLI::App& mobility, Cli& cli);

}  // namespace jiaoji::mobility
