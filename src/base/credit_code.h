// The unified social credit code of an organisation (统一社会信用代码, GB 32100-2015).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace jiaoji {

// NFKC and upper case first, so that a code typed in full width is the same code. Refuses a wrong length (15 digits,
// the licence number before 2015, has its own message), a letter outside the code's alphabet (I, O, S, V, Z) and a
// wrong check character, naming the right one.
Result<std::string> parse_credit_code(std::string_view text, std::string_view pointer);

// The check character of the first 17 characters; '\0' when one of them is outside the alphabet.
char credit_code_check(std::string_view first17);

}  // namespace jiaoji
