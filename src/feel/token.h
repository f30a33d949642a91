// The words of FEEL (DMN 1.5, 10.3.1.2 and 10.3.1.3): names, numbers, strings, signs. A name with spaces is several tokens here;
// the parser joins them, since that depends on which names are in scope.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::feel {

inline constexpr std::size_t kSourceMax = 1u << 20;  // bytes of one expression

struct Token {
  enum class Kind : std::uint8_t { word, number, string, at_string, sign, end };
  Kind kind = Kind::end;
  std::uint32_t at = 0, end = 0;  // bytes of the source
  std::string text;               // of a string: without quotes and escapes
  bool operator==(std::string_view other) const { return (kind == Kind::word || kind == Kind::sign) && text == other; }
};

// All tokens and an end. Errors feel.syntax with line and column.
Result<std::vector<Token>> tokens_of(std::string_view source);
// An error that says where in the source it is.
Error syntax_error(std::string_view source, std::size_t at, Text what);
bool is_keyword(std::string_view word);

}  // namespace jiaoji::feel
