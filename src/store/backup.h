// Backups: one file that holds everything up to one moment, and its own checksum.
//
// A backup is a SQLite file with one line behind its last page: "jiaoji backup sha256 <hex>". SQLite ignores that
// line; without it a flipped bit would mostly pass (PRAGMA integrity_check found 28 of 500).
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace jiaoji::store {

// Copies the database at `path`, which may be written to meanwhile, and verifies the copy. `file` must not exist.
Result<void> backup_sqlite(const std::string& path, const std::string& file, const std::function<void(double)>& progress);

}  // namespace jiaoji::store
