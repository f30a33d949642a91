#include "base/json_readable.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"

namespace jiaoji::json {

namespace {

bool is_text(const std::string& s) { return s.find('\0') == std::string::npos && text::is_utf8(s); }

// Whole numbers at once; of the others the parser knows which are none, or more than a double holds.
bool is_number(const std::string& s) {
  const bool digits = std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
  return (digits && !s.empty() && s.size() < 300 && (s[0] != '0' || s.size() == 1)) || parse(s).has_value();
}

bool each_once(const Object& object) {
  if (object.members.size() <= 16) {
    for (auto one = object.members.begin(); one != object.members.end(); ++one) {
      if (std::any_of(object.members.begin(), one, [&](const auto& other) { return other.first == one->first; })) return false;
    }
    return true;
  }
  std::unordered_set<std::string_view> seen;
  return std::ranges::all_of(object.members, [&](const auto& one) { return seen.insert(one.first).second; });
}

}  // namespace

bool can_be_read(const Value& value, int depth) {
  if (const auto* s = value.string()) return is_text(*s);
  if (const auto* n = value.number()) return is_number(n->spelling);
  if (const auto* list = value.array()) return depth > 0 && std::ranges::all_of(*list, [&](const Value& one) { return can_be_read(one, depth - 1); });
  if (const auto* object = value.object()) return depth > 0 && std::ranges::all_of(object->members, [&](const auto& one) { return is_text(one.first) && can_be_read(one.second, depth - 1); }) && each_once(*object);
  return true;
}

}  // namespace jiaoji::json
