// Yes, no, or unknown: what a condition, a claim, a rule answers. Unknown neither passes nor fails.
#pragma once

#include <cstdint>

namespace jiaoji {

enum class Truth : std::uint8_t { yes, no, unknown };

constexpr const char* to_string(Truth truth) {
  switch (truth) {
    case Truth::yes: return "yes";
    case Truth::no: return "no";
    case Truth::unknown: return "unknown";
  }
  return "";
}

}  // namespace jiaoji
