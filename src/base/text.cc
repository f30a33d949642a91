#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <opencc/SimpleConverter.hpp>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace jiaoji::text {

namespace {

// Decodes one code point at `i` of valid UTF-8 and moves `i` behind it.
char32_t next(std::string_view s, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char b = byte(i);
  if (b < 0x80) return s[i++];
  if (b < 0xe0) return i += 2, static_cast<char32_t>((b & 0x1f) << 6 | (byte(i - 1) & 0x3f));
  if (b < 0xf0) return i += 3, static_cast<char32_t>((b & 0x0f) << 12 | (byte(i - 2) & 0x3f) << 6 | (byte(i - 1) & 0x3f));
  i += 4;
  return static_cast<char32_t>((b & 0x07) << 18 | (byte(i - 3) & 0x3f) << 12 | (byte(i - 2) & 0x3f) << 6 | (byte(i - 1) & 0x3f));
}

void append(std::string& out, char32_t c) {
  const auto put = [&](unsigned v) { out.push_back(static_cast<char>(v)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  if (c < 0x10000) return put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
}

// The folding of every code point of the Basic Multilingual Plane, made once: ICU and OpenCC character by character are a
// hundred times too slow for an index that must take 50,000 listings a second.
class FoldTable {
 public:
  static const FoldTable& get() {
    static const FoldTable table;
    return table;
  }

  // A code point that folds on its own to exactly one code point; 0 when it needs the slow way.
  char32_t single(char32_t c) const { return c < 0x10000 ? single_[c] : 0; }
  // True when nothing before `c` can change what it folds to.
  bool starts(char32_t c) const { return nfkc_->hasBoundaryBefore(static_cast<UChar32>(c)); }

  // Folds a cluster of code points that belong together (a letter and its combining marks, an astral character).
  std::u32string cluster(std::u32string_view from) const {
    const auto source = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(from.data()), static_cast<int32_t>(from.size()));
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString folded = nfkc_->normalize(source, status);
    std::u32string out;
    for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
      char32_t c = static_cast<char32_t>(folded.char32At(i));
      if (u_isUWhiteSpace(static_cast<UChar32>(c))) c = U' ';
      out.push_back(c < 0x10000 && simple_[c] ? simple_[c] : c);
    }
    return out;
  }

 private:
  FoldTable() {
    UErrorCode status = U_ZERO_ERROR;
    nfkc_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
    load_simplified();
    for (char32_t c = 1; c < 0x10000; ++c) {
      if (c >= 0xd800 && c < 0xe000) continue;
      if (!nfkc_->isInert(static_cast<UChar32>(c)) && !nfkc_->hasBoundaryBefore(static_cast<UChar32>(c))) continue;
      const auto folded = cluster(std::u32string_view(&c, 1));
      if (folded.size() == 1) single_[c] = folded[0];
    }
  }

  // Traditional → simplified, character by character (OpenCC t2s). Its phrase rules (乾隆 keeps 乾) do not matter
  // here: need and offer are folded alike.
  void load_simplified() {
    std::string lines;
    std::vector<char32_t> order;
    for (char32_t c = 0x3400; c < 0xa000; ++c) {
      append(lines, c);
      lines.push_back('\n');
      order.push_back(c);
    }
    const std::string converted = opencc::SimpleConverter("t2s.json").Convert(lines);
    std::size_t i = 0;
    for (const char32_t c : order) {
      if (i >= converted.size()) break;
      const char32_t to = next(converted, i);
      if (i < converted.size() && converted[i] == '\n' && to != c) simple_[c] = to;
      while (i < converted.size() && converted[i] != '\n') ++i;
      ++i;
    }
  }

  const icu::Normalizer2* nfkc_ = nullptr;
  std::array<char32_t, 0x10000> single_{}, simple_{};
};

bool invisible_or_bidi(char32_t c) {
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x00ad ||
         c == 0x061c || c == 0x180e || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

bool is_utf8(std::string_view s) {
  const auto tail = [&](std::size_t i) { return i < s.size() && (static_cast<unsigned char>(s[i]) & 0xc0) == 0x80; };
  for (std::size_t i = 0; i < s.size();) {
    // Eight ASCII bytes at a time: files of digits are tens of megabytes.
    std::uint64_t eight;
    while (i + sizeof eight <= s.size() && (std::memcpy(&eight, s.data() + i, sizeof eight), (eight & 0x8080808080808080u) == 0)) i += sizeof eight;
    if (i >= s.size()) break;
    const auto b = static_cast<unsigned char>(s[i]);
    if (b < 0x80) { ++i; continue; }
    const int length = b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    if (length == 0) return false;
    for (int k = 1; k < length; ++k) if (!tail(i + k)) return false;
    const auto second = static_cast<unsigned char>(s[i + 1]);
    if ((b == 0xe0 && second < 0xa0) || (b == 0xed && second > 0x9f) || (b == 0xf0 && second < 0x90) || (b == 0xf4 && second > 0x8f)) return false;
    i += length;
  }
  return true;
}

void fold(std::string_view text, std::vector<Folded>& into) {
  const auto& table = FoldTable::get();
  std::size_t begin = 0, end = 0;
  for (char32_t c = text.empty() ? 0 : next(text, end); begin < text.size();) {
    // The next code point decides whether this one stands alone.
    std::size_t ahead = end;
    char32_t following = ahead < text.size() ? next(text, ahead) : 0;
    const bool alone = following == 0 || table.single(following) != 0 || table.starts(following);
    if (const char32_t one = table.single(c); one && alone) {
      into.push_back({one, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    } else {
      std::u32string cluster(1, c);
      while (end < text.size() && !table.starts(following)) {
        cluster.push_back(following);
        end = ahead;
        following = ahead < text.size() ? next(text, ahead) : 0;
      }
      for (const char32_t folded : table.cluster(cluster)) into.push_back({folded, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    }
    begin = end, end = ahead, c = following;
  }
}

std::vector<Folded> fold(std::string_view text) {
  std::vector<Folded> out;
  out.reserve(text.size() / 2);
  fold(text, out);
  return out;
}

std::string fold_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const auto& f : fold(text)) append(out, f.code);
  return out;
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) out.push_back(next(text, i));
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append(out, c);
  return out;
}

bool is_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return !is_han(c) && u_isalnum(static_cast<UChar32>(c));
}

int columns(std::string_view text) {
  int width = 0;
  for (const char32_t c : to_utf32(text)) {
    if (u_getCombiningClass(static_cast<UChar32>(c)) != 0) continue;
    const int kind = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_EAST_ASIAN_WIDTH);
    width += kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

std::string ellipsis(std::string_view text, std::size_t max) {
  const auto codes = to_utf32(text);
  if (codes.size() <= max) return std::string(text);
  return to_utf8(std::u32string_view(codes).substr(0, max)) + "…";
}

std::string trim(std::string_view text) {
  const auto codes = to_utf32(text);
  const auto space = [](char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0; };
  std::size_t begin = 0, end = codes.size();
  while (begin < end && space(codes[begin])) ++begin;
  while (end > begin && space(codes[end - 1])) --end;
  return to_utf8(std::u32string_view(codes).substr(begin, end - begin));
}

Result<std::string> clean(std::string_view text, const LineRules& rules, std::string_view pointer) {
  const auto refuse = [&](std::string key, Text detail) {
    return fail(Code::invalid, key, detail, {Where{std::string(pointer), key, detail}});
  };
  if (text.size() > rules.max * 4 + 64)  // a code point has at most four bytes: refuse before reading ten megabytes
    return refuse("text.too_long", {fmt::format("太长：最多 {} 个字", rules.max), fmt::format("too long: at most {} characters", rules.max)});
  if (!is_utf8(text)) return refuse("text.not_utf8", {"不是有效的 UTF-8 文字", "is not valid UTF-8"});
  UErrorCode status = U_ZERO_ERROR;
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  icu::Normalizer2::getNFCInstance(status)->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
  composed = trim(composed);
  std::size_t count = 0;
  for (const char32_t c : to_utf32(composed)) {
    ++count;
    const bool newline = c == '\n' || c == '\t' || c == '\r';
    if (newline && rules.newlines) continue;
    if (newline) return refuse("text.line_break", {"不能换行", "must be one line"});
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe)
      return refuse("text.control_character", {fmt::format("第 {} 个字是控制字符 U+{:04X}，请删除", count, static_cast<unsigned>(c)),
                                               fmt::format("character {} is the control character U+{:04X}: remove it", count, static_cast<unsigned>(c))});
    if (invisible_or_bidi(c))
      return refuse("text.invisible_character",
                    {fmt::format("第 {} 个字是看不见的字符 U+{:04X}，会让文字显示得与实际不同，请删除", count, static_cast<unsigned>(c)),
                     fmt::format("character {} is invisible (U+{:04X}) and would make the text look other than it is: remove it", count,
                                 static_cast<unsigned>(c))});
  }
  if (count > rules.max)
    return refuse("text.too_long", {fmt::format("太长：{} 个字，最多 {} 个", count, rules.max),
                                    fmt::format("too long: {} characters, at most {}", count, rules.max)});
  if (rules.required && composed.empty()) return refuse("text.empty", {"不能为空", "must not be empty"});
  return composed;
}

std::string mask_identity_numbers(std::string_view text) {
  static constexpr int kWeight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};  // GB 11643-1999, 4.3
  static constexpr char kCheck[] = "10X98765432";
  std::string out(text);
  const auto digit = [&](std::size_t i) { return i < out.size() && out[i] >= '0' && out[i] <= '9'; };
  for (std::size_t i = 0; i + 18 <= out.size(); ++i) {
    if (i > 0 && digit(i - 1)) continue;
    int sum = 0;
    bool digits = true;
    for (std::size_t k = 0; k < 17 && digits; ++k) digits = digit(i + k), sum += digits ? (out[i + k] - '0') * kWeight[k] : 0;
    if (!digits || digit(i + 18)) continue;
    const char last = out[i + 17] == 'x' ? 'X' : out[i + 17];
    if (last != kCheck[sum % 11]) continue;
    for (std::size_t k = 3; k < 14; ++k) out[i + k] = '*';
  }
  return out;
}

}  // namespace jiaoji::text
