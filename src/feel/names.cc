#include "feel/names.h"

#include <algorithm>

#include "feel/builtin.h"
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

namespace {

// The names of the language itself, made once: most expressions are parsed in less time than it takes to list them.
const NameTable& builtin_table() {
  static const auto table = [] {
    NameTable out;
    for (const auto& name : builtin_names()) out.add(name);
    return out;
  }();
  return table;
}

const NameTable& property_table() {
  static const auto table = [] {
    NameTable out;
    for (const auto* property : {"time offset", "start included", "end included"}) out.add(property);
    return out;
  }();
  return table;
}

NameTable::Found longer(NameTable::Found a, NameTable::Found b) { return a.tokens >= b.tokens ? a : b; }

}  // namespace

NameTable::Found Names::longest_name(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const { return longer(known_.longest(source, tokens, from), builtin_table().longest(source, tokens, from)); }
NameTable::Found Names::longest_member(std::string_view source, const std::vector<Token>& tokens, std::size_t from) const { return longer(members_.longest(source, tokens, from), property_table().longest(source, tokens, from)); }

Names::Names(const Scope& scope, Types types) : types_(std::move(types)), variable_types_(scope.types), levels_(1) {
  for (const auto& member : scope.members) members_.add(member);
  for (const auto& variable : scope.variables) declare(variable);
}

std::int32_t Names::declare(std::string_view name) {
  const auto slot = static_cast<std::int32_t>(levels_.back().next_slot++);
  auto clean = name_of(name);
  if (clean.find_first_of(" .-+*/'") != std::string::npos) known_.add(clean);
  names_.push_back({std::move(clean), slot, levels_.size() - 1, false});
  return slot;
}

std::int32_t Names::declare_element() {
  const auto slot = declare("item");
  names_.back().is_element = true;
  ++filters_;
  return slot;
}

void Names::leave(std::size_t names) {
  for (; names > 0; --names) {
    if (names_.back().is_element) --filters_;
    names_.pop_back();
  }
}

void Names::back_to(const Mark& mark) {
  names_.resize(mark.names);
  levels_.resize(mark.levels);
  unknown_names.resize(mark.unknown);
  filters_ = mark.filters;
}

void Names::open_function() { levels_.emplace_back(); }

void Names::close_function(Node& function) {
  const auto level = levels_.size() - 1;
  while (!names_.empty() && names_.back().level == level) leave(1);
  for (const auto& [outer, inner] : levels_.back().captures) function.captures.push_back({static_cast<std::size_t>(outer), static_cast<std::size_t>(inner)});
  function.slot_count = levels_.back().next_slot;
  levels_.pop_back();
}

TypePtr Names::type_of(const Node& fact) const {
  if (fact.kind == Kind::name) return fact.slots.empty() && fact.slot >= 0 && static_cast<std::size_t>(fact.slot) < variable_types_.size() && levels_.size() == 1 ? variable_types_[static_cast<std::size_t>(fact.slot)] : nullptr;
  if (fact.kind != Kind::path) return nullptr;
  const auto of = type_of(fact.a());
  if (!of) return nullptr;
  const auto found = std::ranges::find(of->members, fact.text, &std::pair<std::string, TypePtr>::first);
  return found == of->members.end() ? nullptr : found->second;
}

const Names::Name* Names::find(std::string_view name) const {
  const auto found = std::find_if(names_.rbegin(), names_.rend(), [&](const Name& known) { return known.name == name; });
  return found == names_.rend() ? nullptr : &*found;
}

std::int32_t Names::slot_here(const Name& name) {
  auto slot = name.slot;
  for (auto level = name.level + 1; level < levels_.size(); ++level) {
    auto& captures = levels_[level].captures;
    const auto known = captures.find(slot);
    if (known == captures.end()) {
      const auto inner = static_cast<std::int32_t>(levels_[level].next_slot++);
      captures.emplace(slot, inner);
      slot = inner;
    } else {
      slot = known->second;
    }
  }
  return slot;
}

}  // namespace jiaoji::feel
