#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "market/listing.h"

// Field values between JSON, what people type, and what people read.
namespace jiaoji::market {

namespace {

// 1234567.5 → "1,234,567.5"
std::string grouped(double n) {
  std::string s = fmt::format("{:.10g}", n);
  if (s.find('e') != std::string::npos) return s;
  std::size_t end = std::min(s.find('.'), s.size());
  const std::size_t first = s.starts_with('-') ? 1 : 0;
  for (; end > first + 3; ) s.insert(end -= 3, ",");
  return s;
}

// Shortest digits that read back equal, never 1e+05.
std::string plain(double n) {
  char buffer[400];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, n, std::chars_format::fixed).ptr};
}

std::string yuan(Money money) {
  const std::int64_t fen = money.fen;
  return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", std::abs(fen) / 100, std::abs(fen) % 100);
}

// Splits "1.2万件" into number and unit; commas between digits are for reading only.
struct Amount {
  json::Number number;
  std::string unit;
  bool ok = false;
};
Amount parse_amount(std::string_view typed) {
  std::string digits;
  std::size_t i = 0;
  while (i < typed.size() && (std::isdigit(static_cast<unsigned char>(typed[i])) || typed[i] == '.' || typed[i] == ',' || ((typed[i] == '-' || typed[i] == '+') && i == 0))) {
    if (typed[i] != ',' && typed[i] != '+') digits.push_back(typed[i]);
    ++i;
  }
  // "1.2E+05", as spreadsheets write what is long.
  if (i + 2 < typed.size() && (typed[i] == 'e' || typed[i] == 'E') && (typed[i + 1] == '+' || typed[i + 1] == '-' || std::isdigit(static_cast<unsigned char>(typed[i + 1]))))
    do digits.push_back(typed[i++]); while (i < typed.size() && (std::isdigit(static_cast<unsigned char>(typed[i])) || typed[i - 1] == 'e' || typed[i - 1] == 'E'));
  Amount out;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.number.value);
  out.ok = error == std::errc() && end == digits.data() + digits.size();
  out.number.spelling = std::move(digits);
  out.unit = text::trim(typed.substr(i));
  return out;
}

json::Value typed_codes(const Field& field, std::string_view typed) {
  json::Array codes;
  std::string one;
  const auto put = [&] {
    one = text::trim(one);
    for (const auto& option : field.options) if (one == option.label.zh || one == option.label.en) one = option.code;
    if (!one.empty()) codes.push_back(one);
    one.clear();
  };
  for (const char32_t c : text::to_utf32(typed)) {
    if (c == U';' || c == U'；' || c == U'、' || c == U'|' || c == U',' || c == U'，') put();
    else one += text::to_utf8(std::u32string_view(&c, 1));
  }
  put();
  return codes;
}

// The JSON value that says what was typed; a form that cannot be read stays text, so that the reader names the fault.
json::Value typed_to_json(const Field& field, const std::string& typed) {
  switch (field.type) {
    case FieldType::text: return typed;
    case FieldType::code:
    case FieldType::industry:
    case FieldType::place: return typed_codes(field, typed);
    case FieldType::number: {
      const auto amount = parse_amount(typed);
      if (!amount.ok) return typed;
      return amount.unit.empty() ? json::Value(amount.number.value) : json::object({{"value", amount.number.value}, {"unit", amount.unit}});
    }
    case FieldType::money: {
      const auto amount = parse_amount(typed);
      if (!amount.ok) return typed;
      for (const auto& [unit, places] : {std::pair{"", 0}, {"元", 0}, {"万元", 4}, {"亿元", 8}}) {
        if (amount.unit != unit) continue;
        const auto fen = amount.number.scaled(2 + places);
        return fen ? json::object({{"fen", *fen}}) : json::Value(amount.number.value);   // no whole fen: the reader says so
      }
      return typed;
    }
    case FieldType::dates: {
      for (const std::string_view between : {"..", "–", "至", "~", "/"})
        if (const auto at = typed.find(between); at != std::string::npos)
          return json::object({{"from", text::trim(typed.substr(0, at))}, {"until", text::trim(typed.substr(at + between.size()))}});
      return typed;
    }
    case FieldType::yes_no: {
      const auto folded = text::fold_text(typed);
      for (const std::string_view yes : {"是", "有", "yes", "y", "true", "1"}) if (folded == yes) return true;
      for (const std::string_view no : {"否", "无", "no", "n", "false", "0"}) if (folded == no) return false;
      return typed;
    }
  }
  return typed;
}

}  // namespace

Result<FieldValue> parse_field_text(const Field& field, std::string_view typed, const KnownCodes& known, std::string_view pointer) {
  if (!text::is_utf8(typed)) return fail(Code::invalid, "text.not_utf8", {"不是有效的 UTF-8 文字", "is not valid UTF-8"}, {{std::string(pointer), "text.not_utf8", {"不是有效的 UTF-8 文字", "is not valid UTF-8"}}});
  const std::string trimmed = text::trim(typed);
  if (trimmed.empty()) return FieldValue{};
  // A program of this one field, so that one reader knows every fault.
  Program single;
  single.need.fields = {field};
  auto values = parse_fields(single, Side::need, json::object({{field.id, typed_to_json(field, trimmed)}}), known, "", true);
  if (values) return values->front();
  for (auto& where : values.error().where) where.pointer = pointer;
  return fail(std::move(values.error()));
}

json::Value fields_to_json(const Program& program, Side side, const std::vector<FieldValue>& values) {
  json::Object out;
  const auto& fields = program.side(side).fields;
  for (std::size_t i = 0; i < std::min(fields.size(), values.size()); ++i) {
    const FieldValue& value = values[i];
    json::Value to;
    if (value.index() == 0) continue;
    if (const auto* s = std::get_if<std::string>(&value)) to = *s;
    if (const auto* d = std::get_if<double>(&value)) to = *d;
    if (const auto* b = std::get_if<bool>(&value)) to = *b;
    if (const auto* m = std::get_if<Money>(&value)) to = static_cast<double>(m->fen) / 100;
    if (const auto* d = std::get_if<Days>(&value)) to = json::object({{"from", format_day(d->from)}, {"until", format_day(d->until)}});
    if (const auto* codes = std::get_if<Codes>(&value)) {
      if (fields[i].many) to = json::Array(codes->begin(), codes->end());
      else if (!codes->empty()) to = codes->front();
    }
    out.members.emplace_back(fields[i].id, std::move(to));
  }
  return out;
}

Text show_field(const Field& field, const FieldValue& value) {
  if (const auto* s = std::get_if<std::string>(&value)) return {*s, *s};
  if (const auto* d = std::get_if<double>(&value)) {
    const std::string s = grouped(*d) + (field.unit.empty() ? "" : " " + field.unit);
    return {s, s};
  }
  if (const auto* m = std::get_if<Money>(&value)) {
    std::string s = yuan(*m);
    const std::string shown = grouped(static_cast<double>(m->fen / 100)) + s.substr(s.size() - 3);
    return {shown + " 元", "CNY " + shown};
  }
  if (const auto* d = std::get_if<Days>(&value)) {
    const std::string s = d->from == d->until ? format_day(d->from) : format_day(d->from) + " – " + format_day(d->until);
    return {s, s};
  }
  if (const auto* b = std::get_if<bool>(&value)) return *b ? Text{"是", "yes"} : Text{"否", "no"};
  if (const auto* codes = std::get_if<Codes>(&value)) {
    Text out;
    for (const auto& code : *codes) {
      const auto option = std::ranges::find(field.options, code, &Option::code);
      if (!out.zh.empty()) out.zh += "、", out.en += ", ";
      out.zh += option == field.options.end() ? code : option->label.zh;
      out.en += option == field.options.end() ? code : option->label.en;
    }
    return out;
  }
  return {"未填", "not given"};
}

std::string field_to_text(const Field&, const FieldValue& value) {
  if (const auto* s = std::get_if<std::string>(&value)) return *s;
  if (const auto* d = std::get_if<double>(&value)) return plain(*d);
  if (const auto* m = std::get_if<Money>(&value)) return yuan(*m);
  if (const auto* d = std::get_if<Days>(&value)) return format_day(d->from) + ".." + format_day(d->until);
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "是" : "否";
  if (const auto* codes = std::get_if<Codes>(&value)) return fmt::format("{}", fmt::join(*codes, ";"));
  return "";
}

}  // namespace jiaoji::market
