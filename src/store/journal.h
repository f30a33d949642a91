// The journal: one entry for each change of state, in the same transaction, chained by hash.
//
// hash = H(canonical bytes of the entry, with the hash of the entry before it). Whoever changes, removes or inserts an entry
// must rewrite every later one; `verify` walks the chain and names the first entry that does not fit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace jiaoji::store {

class Reader;

enum class HashKind { sha256, sm3 };  // SM3: GB/T 32905-2016

struct Entry {
  std::int64_t seq = 0;      // 1, 2, 3 … without gaps
  TimeMs at = 0;
  std::string actor;         // account id, or "system"
  std::string city;          // whose rows were changed; "" for the region
  std::string action;        // "listing.created"
  std::string subject;       // id of what was changed
  std::string before;        // JSON, "" when it did not exist
  std::string after;         // JSON, "" when it is gone
  std::string request;       // id of the request that caused it
  std::string previous;      // hash of the entry before, 64 hex digits
  std::string hash;
};

// The bytes that are hashed: every field with its length before it, so that no two entries share them.
std::string canonical(const Entry& entry);
std::string hash_hex(HashKind kind, std::string_view bytes);

struct Verdict {
  std::int64_t entries = 0;     // how many were read
  std::int64_t broken = 0;      // seq of the first entry that does not fit; 0 when all do
  Text reason;
  std::string head;             // hash of the last good entry
};
// Walks the whole journal. O(entries). `progress` gets 0–1.
Result<Verdict> verify_journal(Reader& db, const std::function<void(double)>& progress);

}  // namespace jiaoji::store
