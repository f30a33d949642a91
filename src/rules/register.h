// The register of matters of a program of standards (program.toml, kind = "standards"): what both cities decide, with or without a table yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::rules {

inline constexpr std::size_t kMattersMax = 5'000;

struct Matter {
  std::string id;
  Text label;
};

// Errors: standards.program (file, line, what would be right).
Result<std::vector<Matter>> read_register(std::string_view toml, std::string_view file);

}  // namespace jiaoji::rules
