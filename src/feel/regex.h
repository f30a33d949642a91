// The regular expressions of FEEL: those of XQuery 1.0 and XPath 2.0 Functions and Operators, 7.6, run by PCRE2.
//
// What XPath does not know (look around, \b, possessive, named groups, inline flags) is refused instead of silently taken;
// what PCRE2 does not know (class subtraction, \i \c, blocks) is translated. A pattern that backtracks for ever ends by a limit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::feel {

inline constexpr std::size_t kPatternMax = 10'000;         // bytes of a pattern
inline constexpr std::uint64_t kMatchSteps = 3'000'000;    // of one call, whatever the length of its text
inline constexpr std::size_t kRegexResultMax = 16u << 20;  // bytes of what replace and split give

// What a call has done so far: parts of the pattern tried, and 32 bytes of text run over count one.
struct Meter {
  std::uint64_t steps = 0;
  std::size_t at = 0;  // of the text, when last counted
};

// Compiled once, used by any number of threads.
class Regex {
 public:
  // Errors: feel.regex (what is wrong and where), feel.regex_flags. Flags: any of "smixq".
  static Result<std::shared_ptr<const Regex>> compile(std::string_view pattern, std::string_view flags);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  // Does the pattern match anywhere in the text? Error feel.regex_limit.
  Result<bool> matches(std::string_view text, Meter& meter) const;
  // Every match replaced; $1 … are groups, \$ and \\ the signs. Errors feel.regex_replacement, feel.regex_empty (the pattern matches nothing at all), feel.regex_limit.
  Result<std::string> replace(std::string_view text, std::string_view replacement, Meter& meter) const;
  // The pieces between the matches (fn:tokenize). Errors feel.regex_empty, feel.regex_limit.
  Result<std::vector<std::string>> split(std::string_view text, Meter& meter) const;

 private:
  struct Compiled;
  explicit Regex(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// The pattern in PCRE2's syntax; for regex.cc and its tests.
Result<std::string> translate_pattern(std::string_view pattern, std::string_view flags);

}  // namespace jiaoji::feel
