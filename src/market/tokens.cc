#include "market/tokens.h"

#include <algorithm>
#include <string>

namespace jiaoji::market {

namespace {

Term fnv(Term seed, char32_t c) { return (seed ^ c) * 0x100000001b3ull; }
constexpr Term kSeed = 0xcbf29ce484222325ull;
constexpr Term kMask = (Term{1} << 60) - 1;

// What may stand inside a word between two letters or digits: PLC-300, 3.5, 1/2, A_1, C++ (a tail is left off).
bool joins(char32_t c) { return c == U'-' || c == U'.' || c == U'/' || c == U'_' || c == U'+'; }

class Words {
 public:
  Words(const std::vector<text::Folded>& codes, std::vector<Token>& out) : codes_(codes), out_(out) {}

  // Reads the word that starts at `i`; returns the position behind it.
  std::size_t read(std::size_t i) {
    const std::size_t begin = i;
    std::size_t pieces = 0, piece = i;
    Term whole = kSeed, part = kSeed;
    const auto put = [&](Term hash, std::size_t from, std::size_t to) {
      out_.push_back({Term{3} << 60 | (hash & kMask), codes_[from].begin, codes_[to - 1].end});
    };
    const std::size_t slot = out_.size();
    while (true) {
      while (i < codes_.size() && text::is_word(codes_[i].code)) whole = fnv(whole, codes_[i].code), part = fnv(part, codes_[i].code), ++i;
      ++pieces;
      put(part, piece, i);
      if (i + 1 >= codes_.size() || !joins(codes_[i].code) || !text::is_word(codes_[i + 1].code)) break;
      whole = fnv(whole, codes_[i].code);
      piece = ++i;
      part = kSeed;
    }
    if (pieces > 1) {
      put(whole, begin, i);
      std::swap(out_[slot], out_.back());
    }
    return i;
  }

 private:
  const std::vector<text::Folded>& codes_;
  std::vector<Token>& out_;
};

}  // namespace

Term word(std::u32string_view folded) {
  Term hash = kSeed;
  for (const char32_t c : folded) hash = fnv(hash, c);
  return Term{3} << 60 | (hash & kMask);
}

Term code_term(std::string_view code) {
  Term hash = kSeed;
  for (const char c : code) hash = fnv(hash, static_cast<unsigned char>(c));
  return Term{4} << 60 | (hash & kMask);
}

void tokenize(std::string_view text, std::vector<Token>& out) {
  thread_local std::vector<text::Folded> codes;
  codes.clear();
  text::fold(text, codes);
  out.reserve(out.size() + codes.size() * 2);
  Words words(codes, out);
  for (std::size_t i = 0; i < codes.size();) {
    const auto& at = codes[i];
    if (text::is_han(at.code)) {
      out.push_back({unigram(at.code), at.begin, at.end});
      if (i + 1 < codes.size() && text::is_han(codes[i + 1].code)) out.push_back({bigram(at.code, codes[i + 1].code), at.begin, codes[i + 1].end});
      ++i;
    } else if (text::is_word(at.code)) {
      i = words.read(i);
    } else {
      ++i;
    }
  }
}

double length_of(const std::vector<Token>& tokens) {
  return static_cast<double>(std::ranges::count_if(tokens, [](const Token& t) { return kind_of(t.term) != TermKind::bigram; }));
}

}  // namespace jiaoji::market
