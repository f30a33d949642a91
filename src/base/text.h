// Text: Unicode as the product sees it. Everything stored is valid UTF-8 without NUL; everything compared is folded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::text {

// True when `bytes` is valid UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

// A code point of a folded text, and the bytes of the original text that it came from.
struct Folded {
  char32_t code;
  std::uint32_t begin;  // byte offsets into the original
  std::uint32_t end;
};

// Folds for search and comparison: NFKC, case folded, traditional → simplified (OpenCC t2s), white space to ' '.
// Every code point keeps the span of the original that it came from, so that a match can be shown in the words
// that the user wrote. Input must be valid UTF-8. O(n).
std::vector<Folded> fold(std::string_view text);
void fold(std::string_view text, std::vector<Folded>& into);   // appends

// The folded text itself, for equality. fold_text("ＡＢＣ 濟南") == "abc 济南".
std::string fold_text(std::string_view text);

// Code points of valid UTF-8; and back.
std::u32string to_utf32(std::string_view text);
std::string to_utf8(std::u32string_view text);

// A Chinese character of any block, 〇 included.
constexpr bool is_han(char32_t c) {
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || c == 0x3007 || (c >= 0x20000 && c <= 0x3ffff) || (c >= 0xf900 && c <= 0xfaff);
}
bool is_word(char32_t code);         // a letter or a digit that is not Han

// How many columns of a terminal `text` fills: a Chinese character fills two.
int columns(std::string_view text);

// Cuts at most `max` code points, with "…" where something was cut.
std::string ellipsis(std::string_view text, std::size_t max);

// Trims white space at both ends (Unicode's, U+3000 too).
std::string trim(std::string_view text);

struct LineRules {
  std::size_t max = 200;        // code points
  bool newlines = false;        // may hold line breaks
  bool required = true;
};
// What a person typed into a field, made safe to store: trimmed, NFC. Refused with a reason: bytes that are no UTF-8, control
// characters, bidirectional overrides (U+202A–202E, U+2066–2069) and invisible characters (zero width), which let
// a name show otherwise than it is; too long; empty although required.
Result<std::string> clean(std::string_view text, const LineRules& rules, std::string_view pointer);

// Masks 18-digit identity numbers (GB 11643) inside free text: 110***********002X.
std::string mask_identity_numbers(std::string_view text);

}  // namespace jiaoji::text
