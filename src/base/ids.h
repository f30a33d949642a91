// Ids: UUIDv7 (RFC 9562) as text with a prefix that names the thing, "lst_01932c07-...". They sort by time of birth.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace jiaoji {

// An id of one kind of thing: Id<Listing> and Id<Party> do not mix. `T::kIdPrefix` is its prefix ("lst").
template <class T>
struct Id {
  std::string value;
  auto operator<=>(const Id&) const = default;
  bool empty() const { return value.empty(); }
};

// A new UUIDv7 with `prefix_` before it. Ids of one process never go backwards, not even within a millisecond.
std::string new_id(std::string_view prefix, const Clock& clock);

template <class T>
Id<T> new_id(const Clock& clock) {
  return Id<T>{new_id(T::kIdPrefix, clock)};
}

// True when `text` has the form of an id with this prefix.
bool is_id(std::string_view text, std::string_view prefix);

// `bytes` random bytes from the system's generator, as lower-case hex.
std::string random_hex(std::size_t bytes);

}  // namespace jiaoji
