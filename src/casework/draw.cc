#include "casework/draw.h"

#include <array>
#include <string>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace jiaoji::casework {

Decimal drawn(std::string_view number, std::string_view element, TimeMs at) {
  const auto text = fmt::format("{}/{}/{}", number, element, format_time(at));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < 4; ++i) first = first << 8 | hash[i];
  return *Decimal::parse(fmt::format("0.{:06}", first * 1'000'000 >> 32));
}

}  // namespace jiaoji::casework
