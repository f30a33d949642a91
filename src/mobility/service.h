// Use cases of mobility: take files in, keep the region's world in memory, answer about it. Each asks `may`.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "mobility/import.h"
#include "mobility/records.h"
#include "mobility/tiles.h"
#include "mobility/travel.h"

namespace jiaoji::mobility {

struct NewFile {
  FileKind kind = FileKind::timetable;
  std::string name, bytes, source;
  bool skip_faulty = false;     // leave out faulty trips instead of refusing the file
  bool illustrative = false;
  bool gcj02 = false;           // of a timetable or points: the coordinates are in GCJ-02
  Coordinates coordinates() const { return gcj02 ? Coordinates::gcj02 : Coordinates::wgs84; }
};
// Error mobility.gcj02: streets and zones are in WGS-84 by their formats.
Result<void> check_coordinates(const NewFile& file);

struct Added {
  FileRow row;
  std::optional<ReadFeed> read; // of a timetable: what was noticed
};

class Service {
 public:
  using Progress = std::function<void(double share, Text doing)>;

  // `cache`: a file that may be lost, in which the network is kept as it was built (prepared.h); "" for none.
  Service(store::Database& db, const Clock& clock, std::string cache = "") : db_(db), clock_(clock), cache_(std::move(cache)) {}

  // Builds the world out of the stored files. A file that can no longer be read is an error: it was read when it came.
  Result<void> load(const Progress& progress = {});
  // Error: mobility.none while there is no timetable.
  Result<std::shared_ptr<const World>> world() const;
  // The same, or null.
  std::shared_ptr<const World> world_or_null() const;
  bool illustrative() const;
  // Today in China where the timetable has it, else its first day: what is shown before anybody chose.
  Day default_day(const World& world) const;

  // Builds a world with the new file, and only then stores and uses it: a refused file changes nothing. Errors: refusal, those of the
  // readers, mobility.twice (the same bytes again), mobility.no_timetable_yet, mobility.too_large, mobility.cancelled (nothing is stored then).
  Result<Added> add(const region::Actor& actor, NewFile file, const Progress& progress = {}, const std::function<bool()>& cancelled = {});
  // Error: mobility.file_not_found, refusal, mobility.last_timetable while other files need it.
  Result<void> remove(const region::Actor& actor, const std::string& id);

  // Planned minutes between two cities on the day that is shown by default; nothing while there is no timetable.
  std::optional<Travel> travel(const std::string& from, const std::string& to) const;

  // What the page draws beneath its map. Set before anybody asks; nothing: a schematic.
  void draw_on(std::optional<TileSource> tiles) { tiles_ = std::move(tiles); }
  const std::optional<TileSource>& tiles() const { return tiles_; }

  const Clock& clock() const { return clock_; }
  store::Database& db() const { return db_; }

 private:
  Result<std::shared_ptr<const World>> build(const std::vector<FileRow>& rows, const NewFile* more, std::optional<ReadFeed>* read, const Progress& progress) const;
  void use(std::shared_ptr<const World> world, bool illustrative);
  std::optional<Network> read_cache(const std::string& of) const;
  void write_cache(const Network& network, const std::string& of) const;

  store::Database& db_;
  const Clock& clock_;
  const std::string cache_;
  std::optional<TileSource> tiles_;
  std::mutex changing_;          // one change at a time
  mutable std::mutex mutex_;     // of what follows
  std::shared_ptr<const World> world_;
  bool illustrative_ = false;
  mutable std::shared_ptr<const TravelTimes> travel_;
};

inline constexpr std::size_t kFileBytesMax = std::size_t{96} << 20, kFilesMax = 200;

}  // namespace jiaoji::mobility
