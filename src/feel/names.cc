#include "feel/names.h"

#include <algorithm>

#include "feel/syntax.h"

namespace jiaoji::feel {

void NameTable::add(std::string_view name) {
  const auto clean = name_of(name);
  const auto tokens = tokens_of(clean);
  if (!tokens || tokens->size() < 2) return;  // nothing that could be written in an expression
  Entry entry{{}, clean};
  for (const auto& token : *tokens) {
    if (token.kind != Token::Kind::end) entry.words.push_back(clean.substr(token.at, token.end - token.at));
  }
  auto& entries = by_first_word_[entry.words.front()];
  if (std::ranges::any_of(entries, [&](const Entry& other) { return other.words == entry.words; })) return;
  const auto after = std::ranges::find_if(entries, [&](const Entry& other) { return other.words.size() < entry.words.size(); });
  entries.insert(after, std::move(entry));
}

NameTable::Found NameTable::longest(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const {
  const auto spelled = [&](std::size_t i) { return source.substr(tokens[i].at, tokens[i].end - tokens[i].at); };
  const auto entries = by_first_word_.find(std::string(spelled(from)));
  if (entries == by_first_word_.end()) return {};
  for (const auto& entry : entries->second) {
    if (from + entry.words.size() > tokens.size()) continue;
    bool same = true;
    for (std::size_t i = 0; same && i < entry.words.size(); ++i) same = spelled(from + i) == entry.words[i];
    if (same) return {entry.words.size(), entry.name};
  }
  return {};
}

}  // namespace jiaoji::feel
