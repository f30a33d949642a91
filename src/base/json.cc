#include "base/json.h"

#include <charconv>
#include <cmath>
#include <unordered_set>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"

namespace jiaoji::json {

namespace {

namespace sj = simdjson::ondemand;

Error syntax(std::string key, Text detail) { return Error{Code::invalid, std::move(key), std::move(detail), {}}; }

Error malformed() { return syntax("json.malformed", {"不是有效的 JSON", "is not valid JSON"}); }

// The grammar of RFC 8259, section 6, which simdjson's raw token does not promise.
bool is_number(std::string_view s) {
  std::size_t i = 0;
  const auto digits = [&] {
    const auto from = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
    return i > from;
  };
  if (i < s.size() && s[i] == '-') ++i;
  if (i < s.size() && s[i] == '0') ++i;
  else if (!digits()) return false;
  if (i < s.size() && s[i] == '.') { ++i; if (!digits()) return false; }
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    ++i;
    if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == s.size();
}

// Builds our tree while it walks every byte of theirs: only so are faults seen in fields that nobody reads.
class Walk {
 public:
  explicit Walk(const Limits& limits) : limits_(limits) {}

  template <class Node>
  Result<Value> value(Node&& node, int depth) {
    if (depth > limits_.depth)
      return fail(syntax("json.too_deep", {fmt::format("嵌套超过 {} 层", limits_.depth), fmt::format("is nested deeper than {} levels", limits_.depth)}));
    sj::json_type type;
    if (node.type().get(type)) return fail(malformed());
    switch (type) {
      case sj::json_type::object: return object(node, depth);
      case sj::json_type::array: return array(node, depth);
      case sj::json_type::string: return string(node);
      case sj::json_type::number: return number(node);
      case sj::json_type::boolean: {
        bool b;
        if (node.get_bool().get(b)) return fail(malformed());
        return Value(b);
      }
      case sj::json_type::null: {
        bool null;
        if (node.is_null().get(null) || !null) return fail(malformed());
        return Value(nullptr);
      }
    }
    return fail(malformed());
  }

 private:
  template <class Node>
  Result<Value> object(Node&& node, int depth) {
    sj::object from;
    if (node.get_object().get(from)) return fail(malformed());
    Object to;
    std::unordered_set<std::string> seen;
    for (auto field : from) {
      std::string_view key;
      if (field.unescaped_key().get(key)) return fail(malformed());
      std::string name(key);
      TRY_VOID(check(name));
      if (!seen.insert(name).second)
        return fail(syntax("json.duplicate_key", {fmt::format("“{}”出现了两次", text::ellipsis(name, 40)),
                                                  fmt::format("\"{}\" stands twice", text::ellipsis(name, 40))}));
      sj::value child;
      if (field.value().get(child)) return fail(malformed());
      TRY(auto read, value(child, depth + 1));
      to.members.emplace_back(std::move(name), std::move(read));
    }
    return Value(std::move(to));
  }

  template <class Node>
  Result<Value> array(Node&& node, int depth) {
    sj::array from;
    if (node.get_array().get(from)) return fail(malformed());
    Array to;
    for (auto element : from) {
      sj::value child;
      if (element.get(child)) return fail(malformed());
      TRY(auto read, value(child, depth + 1));
      to.push_back(std::move(read));
    }
    return Value(std::move(to));
  }

  template <class Node>
  Result<Value> string(Node&& node) {
    std::string_view s;
    if (node.get_string().get(s)) return fail(malformed());
    std::string copy(s);
    TRY_VOID(check(copy));
    return Value(std::move(copy));
  }

  template <class Node>
  Result<Value> number(Node&& node) {
    std::string_view raw;
    if constexpr (requires { node.raw_json_token().get(raw); }) {
      if (node.raw_json_token().get(raw)) return fail(malformed());
    } else {
      raw = node.raw_json_token();
    }
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n' || raw.back() == '\t' || raw.back() == '\r')) raw.remove_suffix(1);
    if (!is_number(raw)) return fail(malformed());
    Number n{std::string(raw), 0};
    // get_double also moves simdjson on; it refuses what a double cannot hold (1e400), which may still be well-formed JSON.
    const bool refused = node.get_double().get(n.value) != simdjson::SUCCESS;
    if (refused) n.value = raw.starts_with('-') ? -HUGE_VAL : HUGE_VAL;
    return refused ? fail(syntax("json.number_range", {fmt::format("数字 {} 太大", text::ellipsis(raw, 40)), fmt::format("the number {} is too large", text::ellipsis(raw, 40))}))
                   : Result<Value>(wrap(std::move(n)));
  }

  static Value wrap(Number n) {
    Value v;
    v.data = std::move(n);
    return v;
  }

  static Result<void> check(const std::string& s) {
    if (s.find('\0') != std::string::npos) return fail(syntax("json.nul", {"文字中有 NUL 字符", "a string holds the NUL character"}));
    if (!text::is_utf8(s)) return fail(syntax("json.not_utf8", {"文字不是有效的 UTF-8", "a string is not valid UTF-8"}));
    return {};
  }

  Limits limits_;
};

// Nesting, counted before simdjson sees the bytes: its own limit is 1,024 levels, and ours must hold first.
bool deeper_than(std::string_view text, int depth) {
  int level = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      else if (c == '"') quoted = false;
    } else if (c == '"') quoted = true;
    else if (c == '[' || c == '{') { if (++level > depth) return true; }
    else if (c == ']' || c == '}') --level;
  }
  return false;
}

}  // namespace

std::optional<std::int64_t> Number::scaled(int places) const {
  const auto e = spelling.find_first_of("eE");
  std::string digits;
  int exponent = places;
  bool behind_point = false;
  for (const char c : std::string_view(spelling).substr(0, e)) {
    if (c == '.') behind_point = true;
    else if (c != '-') digits += c, exponent -= behind_point;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  if (e != std::string::npos) {
    const auto* from = spelling.data() + e + 1 + (spelling[e + 1] == '+');
    int written = 0;
    if (std::from_chars(from, spelling.data() + spelling.size(), written).ec != std::errc() || std::abs(written) > 1000) return std::nullopt;
    exponent += written;
  }
  while (digits.back() == '0') digits.pop_back(), ++exponent;
  if (exponent < 0 || exponent > 18) return std::nullopt;
  digits.append(static_cast<std::size_t>(exponent), '0');
  const bool negative = spelling.front() == '-';
  std::uint64_t n = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), n).ec != std::errc() || n > std::uint64_t{INT64_MAX} + negative) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - n : n);
}

const Value* Object::find(std::string_view key) const {
  for (const auto& [name, value] : members) if (name == key) return &value;
  return nullptr;
}

void Object::set(std::string key, Value value) {
  for (auto& member : members) if (member.first == key) { member.second = std::move(value); return; }
  members.emplace_back(std::move(key), std::move(value));
}

Value::Value(std::int64_t n) : data(Number{std::to_string(n), static_cast<double>(n)}) {}

Value::Value(double n) {
  if (!std::isfinite(n)) return;  // JSON has no word for it: null
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, n).ptr;
  data = Number{std::string(buffer, end), n};
}

const Value* Value::find(std::string_view key) const {
  const auto* o = object();
  return o ? o->find(key) : nullptr;
}

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes)
    return fail(Error{Code::too_large, "json.too_large", {fmt::format("超过 {} 字节", limits.bytes), fmt::format("is larger than {} bytes", limits.bytes)}, {}});
  if (!text::is_utf8(text)) return fail(syntax("json.not_utf8", {"不是有效的 UTF-8", "is not valid UTF-8"}));
  if (text.starts_with("\xEF\xBB\xBF")) return fail(syntax("json.byte_order_mark", {"以字节顺序标记（BOM）开头", "starts with a byte order mark"}));
  if (deeper_than(text, limits.depth))
    return fail(syntax("json.too_deep", {fmt::format("嵌套超过 {} 层", limits.depth), fmt::format("is nested deeper than {} levels", limits.depth)}));
  thread_local sj::parser parser;
  const simdjson::padded_string padded(text);
  sj::document document;
  if (parser.iterate(padded).get(document)) return fail(malformed());
  TRY(auto value, Walk(limits).value(document, 0));
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS && rest < padded.data() + padded.size()) return fail(syntax("json.trailing", {"JSON 结束后还有别的内容", "something follows the end of the JSON"}));
  return value;
}

Value object(std::vector<std::pair<std::string, Value>> members) { return Value(Object{std::move(members)}); }

void write_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else out.push_back(c);
    }
  }
  out.push_back('"');
}

namespace {
void write_to(std::string& out, const Value& value) {
  if (const auto* b = value.boolean()) out += *b ? "true" : "false";
  else if (const auto* n = value.number()) out += n->spelling;
  else if (const auto* s = value.string()) write_string(out, *s);
  else if (const auto* a = value.array()) {
    out.push_back('[');
    for (std::size_t i = 0; i < a->size(); ++i) {
      if (i) out.push_back(',');
      write_to(out, (*a)[i]);
    }
    out.push_back(']');
  } else if (const auto* o = value.object()) {
    out.push_back('{');
    for (std::size_t i = 0; i < o->members.size(); ++i) {
      if (i) out.push_back(',');
      write_string(out, o->members[i].first);
      out.push_back(':');
      write_to(out, o->members[i].second);
    }
    out.push_back('}');
  } else out += "null";
}
}  // namespace

std::string write(const Value& value) {
  std::string out;
  write_to(out, value);
  return out;
}

}  // namespace jiaoji::json
