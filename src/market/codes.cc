#include "market/codes.h"

#include <algorithm>
#include <array>

namespace jiaoji::market {

namespace {
constexpr double kSection = 0.1, kDivision = 0.4, kGroup = 0.7, kClass = 1.0;
bool digits(std::string_view s) { return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; }); }
}  // namespace

bool is_industry_code(std::string_view code) {
  if (code.size() == 1) return code[0] >= 'A' && code[0] <= 'T';
  return code.size() >= 2 && code.size() <= 4 && digits(code) && industry_section(code) != '\0';
}

char industry_section(std::string_view code) {
  struct Range { int last; char section; };   // divisions up to `last` belong to `section`
  static constexpr std::array kRanges = {Range{5, 'A'}, Range{12, 'B'}, Range{43, 'C'}, Range{46, 'D'}, Range{50, 'E'}, Range{52, 'F'}, Range{60, 'G'},
                                         Range{62, 'H'}, Range{65, 'I'}, Range{69, 'J'}, Range{70, 'K'}, Range{72, 'L'}, Range{75, 'M'}, Range{79, 'N'},
                                         Range{82, 'O'}, Range{83, 'P'}, Range{85, 'Q'}, Range{90, 'R'}, Range{96, 'S'}, Range{97, 'T'}};
  if (code.size() < 2 || !digits(code.substr(0, 2))) return '\0';
  const int division = (code[0] - '0') * 10 + (code[1] - '0');
  if (division == 0) return '\0';
  for (const auto& range : kRanges) if (division <= range.last) return range.section;
  return '\0';
}

double code_likeness(std::string_view a, std::string_view b) {
  const auto section = [](std::string_view c) { return c.size() == 1 ? c[0] : industry_section(c); };
  if (a.empty() || b.empty() || section(a) == '\0' || section(a) != section(b)) return 0;
  std::size_t same = 0;
  while (same < std::min(a.size(), b.size()) && a[same] == b[same]) ++same;
  if (a.size() == 1 || b.size() == 1 || same < 2) return kSection;
  return same == 2 ? kDivision : same == 3 ? kGroup : kClass;
}

std::vector<std::string> code_ancestors(const std::vector<std::string>& codes) {
  std::vector<std::string> out;
  for (const auto& code : codes)
    for (std::size_t length = 2; length <= code.size(); ++length) out.push_back(code.substr(0, length));
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

double code_level_gain(std::string_view code) {
  return code.size() == 2 ? kDivision : code.size() == 3 ? kGroup - kDivision : code.size() == 4 ? kClass - kGroup : 0;
}

}  // namespace jiaoji::market
