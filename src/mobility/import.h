// Files in: timetables, streets, people and jobs, zones, from paths or from bytes that the store holds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mobility/gtfs.h"
#include "mobility/points.h"
#include "mobility/world.h"

namespace jiaoji::mobility {

// GTFS (zip or folder) or the plain rail table (.csv, .xlsx), by its name; stops in GCJ-02 are converted. Errors name the file.
Result<ReadFeed> read_feed(const std::string& path, const ReadOptions& options, Coordinates coordinates = Coordinates::wgs84);
// The same of bytes (no workbook).
Result<ReadFeed> read_feed_bytes(const std::string& name, std::string_view bytes, const ReadOptions& options, Coordinates coordinates = Coordinates::wgs84);
// A workbook as CSV, so that the store holds text.
Result<std::string> workbook_as_csv(const std::string& path);

// Gathers the files of a region, then builds its world. Several timetables and street extracts of one kind add up, except streets: the last
// one counts.
class Gathering {
 public:
  void add(ReadFeed read);
  Result<void> add_streets(const std::string& name, std::string_view bytes);
  Result<void> add_points(const std::string& name, std::string_view bytes, Coordinates coordinates = Coordinates::wgs84);
  Result<void> add_zones(const std::string& name, std::string_view bytes);
  Result<std::shared_ptr<const World>> build(const NetworkOptions& options = {});
  // The same with a network that was built before.
  std::shared_ptr<const World> build_on(Network network);
  // Of each timetable, in order, without its feed.
  const std::vector<ReadFeed>& read() const { return read_; }

 private:
  std::vector<Feed> feeds_;
  std::vector<ReadFeed> read_;
  std::shared_ptr<const Streets> streets_;
  PointSet points_;
  std::vector<Zone> zones_;
};

struct WorldFiles {
  std::vector<std::string> feeds;
  std::string streets, points, zones;  // none when empty
};
// For the command line: faulty rows are left out, and told in Gathering::read.
Result<std::shared_ptr<const World>> load_world(const WorldFiles& files, Gathering& into);

}  // namespace jiaoji::mobility
