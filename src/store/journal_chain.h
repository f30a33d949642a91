// The end of the journal's chain: what the writing thread carries from entry to entry.
//
// The number and hash of the last entry also stand in `setting`, written in the same transaction. Cutting off the
// journal's tail is noticed unless that row is changed to match; against somebody who changes both, only a witness
// outside the database helps.
#pragma once

#include <string>

#include "store/connection.h"
#include "store/journal.h"

namespace jiaoji::store {

struct Chain {
  HashKind kind = HashKind::sha256;
  std::int64_t seq = 0;  // of the last entry; 0 when there is none
  std::string head;      // its hash; 64 zeros when there is none

  // Gives `entry` its number, the hash before it and its own, and moves on to it.
  void extend(Entry& entry);
};

// Writes the settings of a new journal.
Result<void> create_chain(Connection& db, HashKind kind);
// Reads where the chain ends, and walks its last entries: a chain that is broken there is not written on.
Result<Chain> load_chain(Reader& db);
// Records the end of the chain; part of every group that added entries.
Result<void> save_head(Connection& db, const Chain& chain);

Result<void> insert_entry(Connection& db, const Entry& entry);

}  // namespace jiaoji::store
