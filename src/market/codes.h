// Industry codes (行业代码) as GB/T 4754-2017 builds them: a section letter, then 2, 3 and 4 digits, each the ancestor of the
// next. What two codes share is their common ancestor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jiaoji::market {

// "C" or 2 to 4 digits.
bool is_industry_code(std::string_view code);
// The section of a code of 2 to 4 digits, '\0' when no section holds it (GB/T 4754-2017, table 1).
char industry_section(std::string_view code);

// 1 for the same class (4 digits), .7 the same group (3), .4 the same division (2), .1 the same section, else 0. A code
// that is less exact than the other shares what it says: "34" with "3451" is .4.
double code_likeness(std::string_view a, std::string_view b);

// Codes and their ancestors of 2 digits or more, each once: what the index holds of them.
std::vector<std::string> code_ancestors(const std::vector<std::string>& codes);
// What each level adds to code_likeness, by number of digits: .4 at 2, .3 at 3, .3 at 4.
double code_level_gain(std::string_view code);

}  // namespace jiaoji::market
