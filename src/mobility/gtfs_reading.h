// What the readers of the tables share while one feed is read. Internal to gtfs*.cc.
//
// Order: agencies, stops, routes, calendars, (shapes), trips, stop times, then what refers to all of them. A row that was left out for a
// fault of its own stays known as kLeftOut, so that what refers to it is left out too without a second error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "mobility/gtfs.h"
#include "mobility/gtfs_table.h"

namespace jiaoji::mobility {

inline constexpr std::int32_t kLeftOut = -2;

// The ids of one table → place in its vector and line. Keeps its own copy of each id, close together.
class Ids {
 public:
  struct Entry { std::int32_t at = kNone; std::uint32_t line = 0; };
  Entry find(std::string_view id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? Entry{} : found->second;
  }
  bool add(std::string_view id, Entry entry);  // false: it is there already
  void leave_out(std::string_view id);
  void renumber(const std::vector<std::int32_t>& moved);
  void reserve(std::size_t count) { entries_.reserve(count); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  boost::unordered_flat_map<std::string_view, Entry, std::hash<std::string_view>> entries_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t free_ = 0;
  char* at_ = nullptr;
};

struct Reading {
  const FeedFiles& files;
  const ReadOptions& options;
  std::string folder;                     // "" or "gtfs/"
  Notices notices = {};
  Feed feed = {};
  Ids agencies = {}, stops = {}, routes = {}, services = {}, trips = {}, shapes = {};
  std::vector<std::uint32_t> trip_lines = {};
  std::vector<bool> trip_faulty = {}, trip_seen = {};
  std::vector<bool> stop_used = {}, route_used = {}, service_used = {}, shape_used = {};
  std::size_t trips_left_out = 0;

  // nullptr when the feed has no such file (an error if it must) or it cannot be read.
  enum class Presence { required, optional };
  std::unique_ptr<Table> open(std::string_view file, Presence presence);
  bool has(std::string_view file) const;
  // The place of what a row refers to: kNone when the cell is blank or there is no such id (an error that names it), kLeftOut when that row
  // was left out.
  std::int32_t refer(Table& table, Column column, const Ids& ids, std::string_view file, bool must = true);
  // Adds the id of a row of `file`; false (an error) when it stands twice. A faulty row is added as kLeftOut.
  bool add_id(Table& table, Column column, std::string_view id, Ids& ids, std::size_t at);
};

// The columns that GTFS knows of a file, with `!` behind those without which it says nothing; empty: no such file.
std::string_view columns_of(std::string_view file);

void read_agencies(Reading& r);
void read_stops(Reading& r);
void read_routes(Reading& r);
void read_calendars(Reading& r);
void read_shapes(Reading& r);
void read_trips(Reading& r);
void read_stop_times(Reading& r);
void read_frequencies(Reading& r);
void read_transfers(Reading& r);
void read_pathways(Reading& r);
void read_feed_info(Reading& r);
void check_others(Reading& r);
void check_use(Reading& r);               // what nothing refers to

// A rough look at an address, a colour, a zone: what is checked is said by the notice.
void check_url(Table& table, Column column);
void check_colour(Table& table, Column column);
bool is_timezone(std::string_view name);

// Fills the blanks (kNone) between known times of one trip. `along` is how far each stop lies from the first, in any unit, never
// decreasing; where it does not grow between two known times, the stops share the time evenly.
void interpolate(std::vector<Seconds>& arrival, std::vector<Seconds>& departure, const std::vector<double>& along);

}  // namespace jiaoji::mobility
