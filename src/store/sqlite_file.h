// The database file itself: made in one step, told apart from a damaged or a foreign one, opened for writing.
#pragma once

#include "store/connection.h"
#include "store/lock_file.h"

namespace jiaoji::store {

// "jiao": stands in the file's header, so that another program's SQLite file is not taken for ours.
constexpr std::int64_t kApplicationId = 0x6a69616f;

// Makes a new database with every migration beside `path` and renames it into place: an empty or half-made file at
// `path` is therefore always damage.
Result<void> create_database(const std::string& path, HashKind kind, TimeMs now);

// Refuses a file that is empty, cut, another program's, or no SQLite file. Reads the first 100 bytes only, and only
// while no connection is open: closing the file would drop the locks of this process's connections (POSIX).
Result<void> check_header(const std::string& path);

// Refuses to begin with nothing, or with half, where the lock file or a write-ahead log says that there was more.
Result<void> check_nothing_is_missing(const std::string& path, LockFile::State state);

// The writing connection: write-ahead log, durable commits, and the log of the last run taken into the file.
Result<std::unique_ptr<Connection>> open_for_writing(const std::string& path, const std::string& synchronous);

}  // namespace jiaoji::store
