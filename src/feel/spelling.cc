#include <algorithm>

#include <fmt/format.h>

#include "feel/function.h"
#include "feel/syntax.h"
#include "feel/value.h"

namespace jiaoji::feel {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else out += c;
  }
  return out + "\"";
}

// A key needs quotes when it is no name.
std::string key(const std::string& name) { return is_name(name) ? name : quoted(name); }

std::string spelled_range(const Range& range) {
  switch (range.sign) {
    case Range::Sign::none: break;
    case Range::Sign::equal: return fmt::format("(= {})", literal(range.start));
    case Range::Sign::not_equal: return fmt::format("(!= {})", literal(range.start));
    case Range::Sign::less: return fmt::format("(< {})", literal(range.end));
    case Range::Sign::less_equal: return fmt::format("(<= {})", literal(range.end));
    case Range::Sign::greater: return fmt::format("(> {})", literal(range.start));
    case Range::Sign::greater_equal: return fmt::format("(>= {})", literal(range.start));
  }
  return fmt::format("{}{} .. {}{}", range.start_included ? '[' : '(', literal(range.start), literal(range.end), range.end_included ? ']' : ')');
}

std::string inside(const Value& value, int depth, bool source);

std::string spelled(const Value& value, int depth, bool source) {
  if (depth > 200) return "…";
  if (value.is_null()) return "null";
  if (const auto* truth = value.boolean()) return *truth ? "true" : "false";
  if (const auto* number = value.number()) return number->spelling();
  if (const auto* text = value.string()) return *text;
  if (const auto* date = value.date()) return date->spelling();
  if (const auto* time = value.time()) return time->spelling();
  if (const auto* at = value.date_time()) return at->spelling();
  if (const auto* duration = value.days_time()) return duration->spelling();
  if (const auto* months = value.months()) return months->spelling();
  if (const auto* range = value.range()) return spelled_range(*range);
  if (value.unknown()) return "unknown";
  std::string out;
  if (const auto* list = value.list()) {
    for (const auto& item : *list) out += (out.empty() ? "" : ", ") + inside(item, depth + 1, source);
    return "[" + out + "]";
  }
  if (const auto* context = value.context()) {
    for (const auto& [name, held] : context->entries) out += (out.empty() ? "" : ", ") + key(name) + ": " + inside(held, depth + 1, source);
    return "{" + out + "}";
  }
  for (const auto& parameter : value.function()->parameters) out += (out.empty() ? "" : ", ") + parameter.name;
  return "function(" + out + ")";
}

// Inside a list or a context a string stands in quotes.
std::string inside(const Value& value, int depth, bool source) {
  if (value.string()) return quoted(*value.string());
  if (source && (value.date() || value.time() || value.date_time() || value.days_time() || value.months())) return "@" + quoted(spelled(value, depth, source));
  return spelled(value, depth, source);
}

}  // namespace

std::string spelling(const Value& value) { return spelled(value, 0, false); }
std::string literal(const Value& value) { return inside(value, 0, true); }

Value from_json(const json::Value& in) {
  if (const auto* truth = in.boolean()) return *truth;
  if (const auto* number = in.number()) return Decimal::parse(number->spelling);
  if (const auto* text = in.string()) return *text;
  if (const auto* array = in.array()) {
    List out;
    out.reserve(array->size());
    for (const auto& item : *array) out.push_back(from_json(item));
    return out;
  }
  if (const auto* object = in.object()) {
    Context out;
    out.entries.reserve(object->members.size());
    for (const auto& [name, member] : object->members) out.entries.emplace_back(name, from_json(member));  // the reader refuses a key twice
    return out;
  }
  return {};
}

json::Value to_json(const Value& value) {
  if (value.is_null() || value.unknown()) return nullptr;
  if (const auto* truth = value.boolean()) return *truth;
  if (const auto* number = value.number()) {
    json::Value out;
    out.data = json::Number{number->spelling(), number->approximate()};
    return out;
  }
  if (const auto* list = value.list()) {
    json::Array out;
    for (const auto& item : *list) out.push_back(to_json(item));
    return out;
  }
  if (const auto* context = value.context()) {
    json::Object out;
    for (const auto& [name, held] : context->entries) out.members.emplace_back(name, to_json(held));
    return out;
  }
  return spelling(value);
}

namespace {
struct Names {
  std::string_view en, zh;
};
Names names(const Value& value) {
  if (value.is_null()) return {"null", "空值"};
  if (value.boolean()) return {"boolean", "真假"};
  if (value.number()) return {"number", "数字"};
  if (value.string()) return {"string", "文字"};
  if (value.date()) return {"date", "日期"};
  if (value.time()) return {"time", "时刻"};
  if (value.date_time()) return {"date and time", "日期时刻"};
  if (value.days_time()) return {"days and time duration", "天时长"};
  if (value.months()) return {"years and months duration", "年月时长"};
  if (value.list()) return {"list", "列表"};
  if (value.context()) return {"context", "一组字段"};
  if (value.range()) return {"range", "区间"};
  if (value.unknown()) return {"unknown", "未知"};
  return {"function", "函数"};
}
}  // namespace

std::string_view type_name(const Value& value) { return names(value).en; }
std::string_view type_name_zh(const Value& value) { return names(value).zh; }

}  // namespace jiaoji::feel
