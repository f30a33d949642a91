#include "feel/token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "feel/syntax.h"

namespace jiaoji::feel {

namespace {

// One code point at `at` and how many bytes it takes; the source is valid UTF-8.
struct Point {
  char32_t code = 0;
  std::uint32_t length = 1;
};
Point point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const auto first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (first < 0xF0) return {(first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

struct Span {
  char32_t from, to;
};

bool within(char32_t c, const auto& spans) {
  return std::ranges::any_of(spans, [&](const Span& span) { return c >= span.from && c <= span.to; });
}

// Grammar rules 61 (white space), 28 (name start char), 29 (name part char).
bool is_space(char32_t c) {
  static constexpr std::array<Span, 12> spans = {{{0x09, 0x0D}, {0x20, 0x20}, {0x85, 0x85}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200B}, {0x2028, 0x2029},
                                                  {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}}};
  return within(c, spans);
}
bool starts_name(char32_t c) {
  static constexpr std::array<Span, 16> spans = {{{'?', '?'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D},
                                                  {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}}};
  return within(c, spans) && !is_space(c);
}
bool continues_name(char32_t c) { return starts_name(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040; }

constexpr std::string_view kSigns[] = {"..", "**", "!=", "<=", ">=", "->", "+", "-", "*", "/", "=", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "'", "%", "&", "|", "#", "$", ";"};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> all() {
    while (true) {
      TRY_VOID(skip());
      if (at_ == source_.size()) break;
      TRY_VOID(next());
    }
    out_.push_back({Token::Kind::end, here(), here(), ""});
    return std::move(out_);
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(at_); }
  bool follows(std::string_view text) const { return source_.substr(at_, text.size()) == text; }
  bool digit_at(std::size_t at) const { return at < source_.size() && source_[at] >= '0' && source_[at] <= '9'; }

  Result<void> skip() {
    while (at_ < source_.size()) {
      if (follows("//")) {
        while (at_ < source_.size() && source_[at_] != '\n' && source_[at_] != '\r') ++at_;
      } else if (follows("/*")) {
        const auto end = source_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return fail(syntax_error(source_, at_, {"注释没有结束，应以 */ 结尾", "a comment that does not end: close it with */"}));
        at_ = end + 2;
      } else if (const auto point = point_at(source_, at_); is_space(point.code)) {
        at_ += point.length;
      } else {
        return {};
      }
    }
    return {};
  }

  Result<void> next() {
    const auto from = here();
    if (digit_at(at_) || (source_[at_] == '.' && digit_at(at_ + 1))) return number(from);
    if (source_[at_] == '"') return string(from, Token::Kind::string);
    if (source_[at_] == '@') {
      ++at_;
      TRY_VOID(skip());
      if (at_ == source_.size() || source_[at_] != '"') return fail(syntax_error(source_, from, {"@ 后面应是引号中的日期、时刻或时长，如 @\"2026-02-28\"", "@ is followed by a date, time or duration in quotes: @\"2026-02-28\""}));
      return string(from, Token::Kind::at_string);
    }
    if (starts_name(point_at(source_, at_).code)) {
      while (at_ < source_.size() && continues_name(point_at(source_, at_).code)) at_ += point_at(source_, at_).length;
      out_.push_back({Token::Kind::word, from, here(), std::string(source_.substr(from, at_ - from))});
      return {};
    }
    for (const auto sign : kSigns) {
      if (!follows(sign)) continue;
      at_ += sign.size();
      out_.push_back({Token::Kind::sign, from, here(), std::string(sign)});
      return {};
    }
    const auto odd = source_.substr(at_, point_at(source_, at_).length);
    return fail(syntax_error(source_, from, {fmt::format("“{}”在表达式中没有意义", odd), fmt::format("\"{}\" means nothing in an expression", odd)}));
  }

  Result<void> number(std::uint32_t from) {
    while (digit_at(at_)) ++at_;
    if (at_ < source_.size() && source_[at_] == '.' && digit_at(at_ + 1)) {
      ++at_;
      while (digit_at(at_)) ++at_;
    }
    if (at_ < source_.size() && (source_[at_] == 'e' || source_[at_] == 'E')) {
      const auto sign = at_ + 1 < source_.size() && (source_[at_ + 1] == '+' || source_[at_ + 1] == '-') ? 1u : 0u;
      if (digit_at(at_ + 1 + sign)) {
        at_ += 1 + sign;
        while (digit_at(at_)) ++at_;
      }
    }
    out_.push_back({Token::Kind::number, from, here(), std::string(source_.substr(from, at_ - from))});
    return {};
  }

  // \uXXXX and \UXXXXXX; a pair of surrogates is one code point.
  bool unicode(std::string& out) {
    const auto read = [&](std::size_t at, std::size_t length) -> std::optional<char32_t> {
      if (at + length > source_.size()) return std::nullopt;
      char32_t code = 0;
      for (std::size_t i = 0; i < length; ++i) {
        const char c = source_[at + i];
        const auto digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return std::nullopt;
        code = code * 16 + static_cast<char32_t>(digit);
      }
      return code;
    };
    const std::size_t length = source_[at_ + 1] == 'u' ? 4 : 6;
    auto code = read(at_ + 2, length);
    if (!code) return false;
    auto used = 2 + length;
    if (*code >= 0xD800 && *code < 0xDC00 && source_.substr(at_ + used, 2) == "\\u") {
      const auto low = read(at_ + used + 2, 4);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        used += 6;
      }
    }
    if ((*code >= 0xD800 && *code < 0xE000) || *code > 0x10FFFF) return false;
    out += text::to_utf8({&*code, 1});
    at_ += used;
    return true;
  }

  Result<void> string(std::uint32_t from, Token::Kind kind) {
    const auto open = at_++;
    std::string out;
    while (at_ < source_.size() && source_[at_] != '"') {
      if (source_[at_] != '\\' || at_ + 1 == source_.size()) {
        out += source_[at_++];
        continue;
      }
      const char escaped = source_[at_ + 1];
      if (escaped == 'u' || escaped == 'U') {
        if (!unicode(out)) return fail(syntax_error(source_, at_, {"\\u 后面应是四位十六进制数，\\U 后面六位", "\\u is followed by four hexadecimal digits, \\U by six"}));
        continue;
      }
      constexpr std::string_view from_letters = "nrt\"'\\", to = "\n\r\t\"'\\";
      const auto known = from_letters.find(escaped);
      if (known == std::string_view::npos) out += '\\', out += escaped;  // \d of a regular expression stays as it is
      else out += to[known];
      at_ += 2;
    }
    if (at_ == source_.size()) return fail(syntax_error(source_, open, {"引号没有结束", "a string that does not end: close the quotes"}));
    ++at_;
    out_.push_back({kind, from, here(), std::move(out)});
    return {};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> out_;
};

}  // namespace

bool is_keyword(std::string_view word) {
  static constexpr std::string_view words[] = {"for", "in", "return", "if", "then", "else", "some", "every", "satisfies", "function", "external", "and", "or", "between", "instance", "of", "true", "false", "null", "not"};
  return std::ranges::find(words, word) != std::end(words);
}

Result<std::vector<Token>> tokens_of(std::string_view source) {
  if (source.size() > kSourceMax) return fail(Code::too_large, "feel.source_long", {fmt::format("表达式太长：{} 字节，上限 {}", source.size(), kSourceMax), fmt::format("the expression is too long: {} bytes, the limit is {}", source.size(), kSourceMax)});
  if (!text::is_utf8(source)) return fail(Code::invalid, "feel.not_utf8", {"表达式不是有效的 UTF-8", "the expression is no valid UTF-8"});
  return Lexer(source).all();
}

Error syntax_error(std::string_view source, std::size_t at, Text what) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < std::min(at, source.size()); ++i) {
    if (source[i] == '\n') ++line, column = 1;
    else if ((static_cast<unsigned char>(source[i]) & 0xC0) != 0x80) ++column;
  }
  return {Code::invalid, "feel.syntax", {fmt::format("第 {} 行第 {} 个字：{}", line, column, what.zh), fmt::format("line {}, column {}: {}", line, column, what.en)}, {}};
}

bool is_name(std::string_view text) {
  if (text.empty() || !text::is_utf8(text) || is_keyword(text) || !starts_name(point_at(text, 0).code)) return false;
  for (std::size_t at = 0; at < text.size(); at += point_at(text, at).length) {
    const auto c = point_at(text, at).code;
    if (!continues_name(c) && c != ' ') return false;
  }
  return text.back() != ' ';
}

std::string name_of(std::string_view text) {
  std::string out;
  bool space = false;
  if (!text::is_utf8(text)) return std::string(text);
  for (std::size_t at = 0; at < text.size();) {
    const auto point = point_at(text, at);
    if (is_space(point.code)) {
      space = !out.empty();
    } else {
      if (space) out += ' ';
      space = false;
      out += text.substr(at, point.length);
    }
    at += point.length;
  }
  return out;
}

}  // namespace jiaoji::feel
