// Migrations: forward-only steps of the schema, src/store/migrations/NNNN_name.sql, carried in the binary.
//
// Each step and its row in `migration` are one transaction, so a database is at one step or the next, never between. A
// step that was released is never edited: its hash stands in the row, and a binary with another text refuses.
#pragma once

#include <span>
#include <string_view>

#include "store/connection.h"

namespace jiaoji::store {

struct Migration {
  int number;              // 1, 2, 3 … without gaps
  std::string_view name;   // "store"
  std::string_view sql;
};

// Those that this binary carries, in order. Generated at build time by tools/embed_migrations.cmake.
std::span<const Migration> embedded_migrations();

// Brings `db` to the last of `migrations`. Errors: `store.newer` when the database knows a later step than this binary,
// `store.migration_changed` when a step was edited after it was applied.
Result<void> migrate(Connection& db, std::span<const Migration> migrations, TimeMs now);

}  // namespace jiaoji::store
