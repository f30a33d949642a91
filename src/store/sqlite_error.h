// What SQLite's result codes mean to jiaoji: which error a caller sees, and how bad it is for the writing thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jiaoji::store {

// What a failed statement means for the group of changes that it stands in.
enum class Damage {
  none,     // the statement's own fault: a breach of a constraint, wrong SQL
  group,    // the disk is full or refused a write: the group is rolled back, the next one may succeed
  process,  // a sync failed: pages may be lost that the kernel now holds for clean, so nothing may be acknowledged again
};

// `code` is SQLite's extended result code.
Damage damage_of(int code);

// The error for the caller. `message` is SQLite's own, for the log; it names columns, never values.
Error sqlite_error(int code, std::string_view message);

Error busy_error();                                  // store.busy: the queue of changes is full
Error write_failed(std::string_view reason);         // store.write_failed: rolled back, may be tried again
Error sync_failed();                                 // store.sync_failed: this process writes no more

}  // namespace jiaoji::store
