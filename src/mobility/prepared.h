// A network as bytes, so that a restart does not read the feeds again.
//
// The form belongs to this version of the program on this kind of machine: what does not fit (another version, another byte order, damage) is
// refused, and the network built from its feeds again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mobility/network.h"

namespace jiaoji::mobility {

// `of` names what the network was built from (hashes of its files); read_prepared answers only for the same.
std::string write_prepared(const Network& network, std::string_view of);
std::optional<Network> read_prepared(std::string_view bytes, std::string_view of);

}  // namespace jiaoji::mobility
