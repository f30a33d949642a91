// Reads GTFS (https://gtfs.org/schedule/reference/) into a Feed, and says all that is wrong with it.
//
// An error leaves out what it stands on (a row, a trip) and nothing else does; a warning keeps it; a note only says. The files
// come by name and a callable, so that the engine opens nothing. Rows may stand in any order; a file in GB18030 is read and noted.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "mobility/feed.h"

namespace jiaoji::mobility {

// `names` as an archive lists them: the tables may lie in a folder of it, the one nearest to the top that holds a stops.txt.
struct FeedFiles {
  std::vector<std::string> names;
  std::function<Result<std::string>(const std::string&)> read;
};

struct ReadOptions {
  bool skip_faulty = false;  // leave out what is faulty, instead of failing
  bool check_all = false;    // also what travel times do not need: shapes, addresses of web pages, colours
};

struct ReadFeed {
  Feed feed;
  std::vector<Notice> notices;                       // the first of each key in full (kNoticesPerKey)
  std::map<std::string, std::size_t> counts_by_key;  // exact
  std::size_t errors = 0, warnings = 0, notes = 0;
  std::size_t trips_left_out = 0;
  bool truncated = false;                            // more was noticed than `notices` holds
};

// O(bytes). Holds one unpacked file at a time beside the result.
// Errors: `gtfs.faulty` with the places, when there is an error notice and nothing may be skipped; `gtfs.nothing_left` when all was
// faulty. With both options it never fails: a check tells what it saw, and the feed may be empty.
Result<ReadFeed> read_gtfs(const FeedFiles& files, const ReadOptions& options);

}  // namespace jiaoji::mobility
