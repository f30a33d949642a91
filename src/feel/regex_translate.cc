#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "feel/regex.h"

namespace jiaoji::feel {

namespace {

// Unicode blocks of XML Schema 1.0, part 2, F.1.1 that a text of ours may hold, as ranges of PCRE2's class syntax.
struct Block {
  std::u32string_view name;
  std::string_view range;
};
constexpr Block kBlocks[] = {
    {U"BasicLatin", "\\x{0}-\\x{7F}"}, {U"Latin-1Supplement", "\\x{80}-\\x{FF}"}, {U"LatinExtended-A", "\\x{100}-\\x{17F}"}, {U"LatinExtended-B", "\\x{180}-\\x{24F}"},
    {U"IPAExtensions", "\\x{250}-\\x{2AF}"}, {U"SpacingModifierLetters", "\\x{2B0}-\\x{2FF}"}, {U"CombiningDiacriticalMarks", "\\x{300}-\\x{36F}"}, {U"Greek", "\\x{370}-\\x{3FF}"},
    {U"GreekandCoptic", "\\x{370}-\\x{3FF}"}, {U"Cyrillic", "\\x{400}-\\x{4FF}"}, {U"Armenian", "\\x{530}-\\x{58F}"}, {U"Hebrew", "\\x{590}-\\x{5FF}"}, {U"Arabic", "\\x{600}-\\x{6FF}"},
    {U"Devanagari", "\\x{900}-\\x{97F}"}, {U"Thai", "\\x{E00}-\\x{E7F}"}, {U"Tibetan", "\\x{F00}-\\x{FFF}"}, {U"Georgian", "\\x{10A0}-\\x{10FF}"}, {U"HangulJamo", "\\x{1100}-\\x{11FF}"},
    {U"Mongolian", "\\x{1800}-\\x{18AF}"}, {U"LatinExtendedAdditional", "\\x{1E00}-\\x{1EFF}"}, {U"GreekExtended", "\\x{1F00}-\\x{1FFF}"}, {U"GeneralPunctuation", "\\x{2000}-\\x{206F}"},
    {U"SuperscriptsandSubscripts", "\\x{2070}-\\x{209F}"}, {U"CurrencySymbols", "\\x{20A0}-\\x{20CF}"}, {U"LetterlikeSymbols", "\\x{2100}-\\x{214F}"}, {U"NumberForms", "\\x{2150}-\\x{218F}"},
    {U"Arrows", "\\x{2190}-\\x{21FF}"}, {U"MathematicalOperators", "\\x{2200}-\\x{22FF}"}, {U"MiscellaneousTechnical", "\\x{2300}-\\x{23FF}"}, {U"EnclosedAlphanumerics", "\\x{2460}-\\x{24FF}"},
    {U"BoxDrawing", "\\x{2500}-\\x{257F}"}, {U"GeometricShapes", "\\x{25A0}-\\x{25FF}"}, {U"MiscellaneousSymbols", "\\x{2600}-\\x{26FF}"}, {U"Dingbats", "\\x{2700}-\\x{27BF}"},
    {U"CJKRadicalsSupplement", "\\x{2E80}-\\x{2EFF}"}, {U"KangxiRadicals", "\\x{2F00}-\\x{2FDF}"}, {U"CJKSymbolsandPunctuation", "\\x{3000}-\\x{303F}"}, {U"Hiragana", "\\x{3040}-\\x{309F}"},
    {U"Katakana", "\\x{30A0}-\\x{30FF}"}, {U"Bopomofo", "\\x{3100}-\\x{312F}"}, {U"EnclosedCJKLettersandMonths", "\\x{3200}-\\x{32FF}"}, {U"CJKCompatibility", "\\x{3300}-\\x{33FF}"},
    {U"CJKUnifiedIdeographsExtensionA", "\\x{3400}-\\x{4DB5}"}, {U"CJKUnifiedIdeographs", "\\x{4E00}-\\x{9FFF}"}, {U"YiSyllables", "\\x{A000}-\\x{A48F}"}, {U"HangulSyllables", "\\x{AC00}-\\x{D7A3}"},
    {U"CJKCompatibilityIdeographs", "\\x{F900}-\\x{FAFF}"}, {U"CJKCompatibilityForms", "\\x{FE30}-\\x{FE4F}"}, {U"HalfwidthandFullwidthForms", "\\x{FF00}-\\x{FFEF}"},
};

// \i and \c: the characters that begin and continue a name of XML 1.0 (fifth edition).
constexpr std::string_view kNameStart = ":_A-Za-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}";
constexpr std::string_view kNameMore = "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}";

constexpr std::u32string_view kMustEscape = U".\\?*+{}()[]|^$-";  // what \ may stand before, with n r t

std::string literal_of(char32_t c) {
  if (c < 0x80 && !std::isalnum(static_cast<int>(c))) return fmt::format("\\x{{{:X}}}", static_cast<std::uint32_t>(c));
  return text::to_utf8({&c, 1});
}

class Translator {
 public:
  Translator(std::u32string pattern, bool spaced, bool all) : in_(std::move(pattern)), spaced_(spaced), all_(all) {}

  Result<std::string> all() {
    TRY_VOID(alternatives());
    if (!end()) return bad("多出一个右括号 )", "a ) that closes nothing");
    return std::move(out_);
  }

 private:
  bool end() const { return at_ >= in_.size(); }
  char32_t here() const { return end() ? U'\0' : in_[at_]; }
  bool is(char32_t c) const { return !end() && in_[at_] == c; }
  bool take(char32_t c) {
    if (!is(c)) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (spaced_ && (is(U' ') || is(U'\t') || is(U'\n') || is(U'\r'))) ++at_;
  }
  std::unexpected<Error> bad(std::string_view zh, std::string_view en) const {
    return fail(Code::invalid, "feel.regex", {fmt::format("正则表达式第 {} 个字：{}", at_ + 1, zh), fmt::format("regular expression, character {}: {}", at_ + 1, en)});
  }

  Result<void> alternatives() {
    if (++depth_ > 100) return bad("括号嵌套太深", "brackets in brackets, too deep");
    while (true) {
      skip_space();
      if (end() || is(U')')) break;
      if (take(U'|')) {
        out_ += '|';
        continue;
      }
      TRY_VOID(piece());
    }
    --depth_;
    return {};
  }

  Result<void> piece() {
    if (is(U'^') || is(U'$')) {
      out_ += static_cast<char>(in_[at_++]);
      return quantifier();
    }
    TRY_VOID(atom());
    return quantifier();
  }

  Result<void> atom() {
    const auto c = here();
    if (c == U'(') return group();
    if (c == U'[') {
      TRY(const auto set, char_class());
      out_ += set;
      return {};
    }
    if (c == U'\\') return escape();
    if (c == U'.') {
      ++at_;
      out_ += all_ ? "(?s:.)" : "[^\\n\\r]";
      return {};
    }
    if (c == U'?' || c == U'*' || c == U'+' || c == U'{') return bad("数量词前面没有东西", "a quantifier without anything before it");
    if (c == U'}' || c == U']') return bad("要写这个括号本身，前面加 \\", "write \\ before this bracket to mean itself");
    ++at_;
    out_ += literal_of(c);
    return {};
  }

  Result<void> group() {
    ++at_;
    const bool counted = !is(U'?');
    if (!counted) {
      if (at_ + 1 >= in_.size() || in_[at_ + 1] != U':') return bad("(? 后面只能是冒号：(?:…)", "(? may only begin (?:…)");
      at_ += 2;
    }
    const auto number = counted ? ++groups_ : 0;
    out_ += counted ? "(" : "(?:";
    TRY_VOID(alternatives());
    if (!take(U')')) return bad("括号没有结束", "a ( that is not closed");
    out_ += ")";
    if (counted) closed_.push_back(number);
    return {};
  }

  Result<void> quantifier() {
    skip_space();
    if (is(U'?') || is(U'*') || is(U'+')) {
      out_ += static_cast<char>(in_[at_++]);
    } else if (take(U'{')) {
      TRY_VOID(counts());
    } else {
      return {};
    }
    skip_space();
    if (take(U'?')) out_ += '?';
    skip_space();
    if (is(U'?') || is(U'*') || is(U'+') || is(U'{')) return bad("两个数量词连在一起", "two quantifiers in a row");
    return {};
  }

  Result<void> counts() {
    const auto number = [&]() -> std::optional<int> {
      int value = 0;
      const auto from = at_;
      while (!end() && in_[at_] >= U'0' && in_[at_] <= U'9' && at_ - from < 6) value = value * 10 + static_cast<int>(in_[at_++] - U'0');
      return at_ == from ? std::nullopt : std::optional(value);
    };
    const auto least = number();
    if (!least) return bad("{ 后面应是次数", "{ is followed by a count");
    std::optional<int> most = least;
    const bool open = take(U',');
    if (open) most = number();
    if (!take(U'}')) return bad("次数没有结束，应以 } 结尾", "a count that is not closed: }");
    if (most && *most < *least) return bad("最多次数小于最少次数", "the greatest count is below the least");
    if (*least > 1000 || most.value_or(0) > 1000) return bad("次数不能超过 1000", "a count above 1000");
    out_ += open ? fmt::format("{{{},{}}}", *least, most ? std::to_string(*most) : "") : fmt::format("{{{}}}", *least);
    return {};
  }

  // \1 … : refers to the closed group with the longest such number.
  Result<void> back_reference() {
    std::size_t number = 0;
    do {
      const auto longer = number * 10 + (in_[at_] - U'0');
      if (number != 0 && longer > groups_) break;
      number = longer;
      ++at_;
    } while (!end() && in_[at_] >= U'0' && in_[at_] <= U'9');
    if (std::ranges::find(closed_, number) == closed_.end()) return bad("引用的组还没有结束或不存在", "this refers to a group that is not closed or not there");
    out_ += fmt::format("\\g{{{}}}", number);
    return {};
  }

  Result<void> escape() {
    ++at_;
    if (end()) return bad("\\ 后面没有字符", "nothing after \\");
    if (here() >= U'1' && here() <= U'9') return back_reference();
    TRY(const auto set, escaped());
    if (!negative_.empty()) out_ += "[^" + std::exchange(negative_, {}) + "]";
    else out_ += set.is_set ? "[" + set.text + "]" : set.text;
    return {};
  }

  struct Set {
    std::string text;    // inside [ ]
    bool is_set = false; // more than one character
    char32_t code = 0;   // of a single one
  };

  // What stands after a backslash, as it is written inside a class.
  Result<Set> escaped() {
    const auto c = in_[at_++];
    switch (c) {
      case U'n': return Set{"\\n", false, U'\n'};
      case U'r': return Set{"\\r", false, U'\r'};
      case U't': return Set{"\\t", false, U'\t'};
      case U'd': return Set{"\\p{Nd}", true};
      case U'D': return Set{"\\P{Nd}", true};
      case U's': return Set{" \\t\\n\\r", true};
      case U'S': return Set{"\\x{0}-\\x{8}\\x{B}\\x{C}\\x{E}-\\x{1F}\\x{21}-\\x{10FFFF}", true};
      case U'w': return Set{"\\p{L}\\p{M}\\p{N}\\p{S}", true};  // all but punctuation, separators, others
      case U'W': return Set{"\\p{P}\\p{Z}\\p{C}", true};
      case U'i': return Set{std::string(kNameStart), true};
      case U'c': return Set{std::string(kNameStart) + std::string(kNameMore), true};
      case U'I': return negated_set(std::string(kNameStart));
      case U'C': return negated_set(std::string(kNameStart) + std::string(kNameMore));
      case U'p': case U'P': return property(c == U'P');
      default: break;
    }
    if (kMustEscape.find(c) == std::u32string_view::npos) {
      --at_;
      return bad("没有这种转义", "there is no such escape");
    }
    return Set{literal_of(c), false, c};
  }

  // A negated set cannot stand inside a class of PCRE2: it is written as what it leaves.
  Result<Set> negated_set(const std::string& positive) {
    negative_ += positive;
    return Set{"", true};
  }

  Result<Set> property(bool negative) {
    if (!take(U'{')) return bad("\\p 后面应是 {类别}", "\\p is followed by {category}");
    const auto close = in_.find(U'}', at_);
    if (close == std::u32string::npos) return bad("类别没有结束，应以 } 结尾", "a category that is not closed: }");
    const auto name = std::u32string_view(in_).substr(at_, close - at_);
    if (name.starts_with(U"Is")) {
      const auto block = std::ranges::find(kBlocks, name.substr(2), &Block::name);
      if (block == std::end(kBlocks)) return bad("没有这个字符区", "there is no such block");
      at_ = close + 1;
      if (negative) return negated_set(std::string(block->range));
      return Set{std::string(block->range), true};
    }
    constexpr std::u32string_view categories[] = {U"L", U"Lu", U"Ll", U"Lt", U"Lm", U"Lo", U"M", U"Mn", U"Mc", U"Me", U"N", U"Nd", U"Nl", U"No", U"P", U"Pc", U"Pd", U"Ps", U"Pe", U"Pi", U"Pf", U"Po", U"Z", U"Zs", U"Zl", U"Zp", U"S", U"Sm", U"Sc", U"Sk", U"So", U"C", U"Cc", U"Cf", U"Co", U"Cn"};
    if (std::ranges::find(categories, name) == std::end(categories)) return bad("没有这个类别", "there is no such category");
    at_ = close + 1;
    return Set{fmt::format("\\{}{{{}}}", negative ? 'P' : 'p', text::to_utf8(name)), true};
  }

  // A class as an expression that matches one character: with a subtraction it becomes (?:(?!subtracted)[…]).
  Result<std::string> char_class() {
    if (++depth_ > 100) return bad("方括号嵌套太深", "classes in classes, too deep");
    ++at_;
    const bool negative = take(U'^');
    const auto outer = std::exchange(negative_, {});
    std::vector<std::string> negatives;  // of \I, \C, \P{Is…}: sets whose complement belongs here
    std::string set, subtracted;
    bool some = false;
    while (true) {
      if (end()) return bad("方括号没有结束", "a [ that is not closed");
      if (is(U']') && some) break;
      if (is(U'-') && at_ + 1 < in_.size() && in_[at_ + 1] == U'[') {
        if (!some) return bad("减去之前没有字符", "nothing to subtract from");
        ++at_;
        TRY(subtracted, char_class());
        if (!is(U']')) return bad("减去的部分之后应是 ]", "a subtraction is followed by ]");
        break;
      }
      TRY_VOID(class_item(set));
      if (!negative_.empty()) negatives.push_back(std::exchange(negative_, {}));
      some = true;
    }
    ++at_;
    --depth_;
    negative_ = outer;
    return written(negative, set, negatives, subtracted);
  }

  static std::string written(bool negative, const std::string& set, const std::vector<std::string>& negatives, const std::string& subtracted) {
    std::string one;
    if (!set.empty()) one = "[" + set + "]";
    for (const auto& other : negatives) one += (one.empty() ? "" : "|") + ("[^" + other + "]");
    if (!negatives.empty() && (negatives.size() > 1 || !set.empty())) one = "(?:" + one + ")";
    if (negative) one = negatives.empty() ? "[^" + set + "]" : "(?:(?!" + one + ")(?s:.))";
    return subtracted.empty() ? one : "(?:(?!" + subtracted + ")" + one + ")";
  }

  Result<void> class_item(std::string& set) {
    TRY(const auto from, class_char());
    if (!is(U'-') || at_ + 1 >= in_.size() || in_[at_ + 1] == U']' || in_[at_ + 1] == U'[') {
      set += from.text;
      return {};
    }
    if (from.is_set) return bad("区间的一端是一类字符", "a class cannot be the end of a range");
    ++at_;
    TRY(const auto to, class_char());
    if (to.is_set) return bad("区间的一端是一类字符", "a class cannot be the end of a range");
    if (to.code < from.code) return bad("区间的两端颠倒了", "a range that ends before it begins");
    set += from.text + "-" + to.text;
    return {};
  }

  Result<Set> class_char() {
    if (end()) return bad("方括号没有结束", "a [ that is not closed");
    const auto c = in_[at_++];
    if (c == U'\\') {
      if (end()) return bad("\\ 后面没有字符", "nothing after \\");
      return escaped();
    }
    if (c == U'[' || c == U']') {
      --at_;
      return bad("方括号里要写 [ 或 ]，前面加 \\", "write \\ before [ or ] inside a class");
    }
    return Set{literal_of(c), false, c};
  }

  std::u32string in_;
  bool spaced_ = false, all_ = false;  // flags x, s
  std::size_t at_ = 0, groups_ = 0;
  int depth_ = 0;
  std::vector<std::size_t> closed_;
  std::string out_, negative_;
};

}  // namespace

Result<std::string> translate_pattern(std::string_view pattern, std::string_view flags) {
  if (flags.find('q') != std::string_view::npos) return std::string(pattern);
  return Translator(text::to_utf32(pattern), flags.find('x') != std::string_view::npos, flags.find('s') != std::string_view::npos).all();
}

}  // namespace jiaoji::feel
