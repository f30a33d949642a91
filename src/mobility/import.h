// Files in: timetables, streets, people and jobs, zones, from paths.
#pragma once

#include <string>
#include <vector>

#include "mobility/gtfs.h"
#include "mobility/world.h"

namespace jiaoji::mobility {

// GTFS (zip or folder) or the plain rail table (.csv, .xlsx), by what it is. Errors name the file.
Result<ReadFeed> read_feed(const std::string& path, const ReadOptions& options);

struct WorldFiles {
  std::vector<std::string> feeds;
  std::string streets, points, zones;  // none when empty
  bool skip_faulty = true;
};
struct LoadedWorld {
  std::shared_ptr<World> world;
  std::vector<ReadFeed> read;          // of each feed, without its Feed
};
Result<LoadedWorld> load_world(const WorldFiles& files, const NetworkOptions& options = {});

}  // namespace jiaoji::mobility
