// Base64 (RFC 4648, 4) with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jiaoji {

std::string to_base64(std::string_view bytes);
// None when it is not base64, or not whole.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace jiaoji
