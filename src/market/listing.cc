#include "market/listing.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "market/codes.h"
#include "market/units.h"

namespace jiaoji::market {

const char* to_string(Visibility visibility) {
  switch (visibility) {
    case Visibility::city: return "city";
    case Visibility::region: return "region";
    case Visibility::everyone: return "public";
  }
  return "";
}

std::optional<Visibility> parse_visibility(std::string_view text) {
  for (const auto v : {Visibility::city, Visibility::region, Visibility::everyone}) if (text == to_string(v)) return v;
  return {};
}

namespace {

constexpr std::size_t kTextMax = 4000;   // characters of a text field without its own max
constexpr std::size_t kCodesMax = 50;    // codes of one field
constexpr double kYuanMax = 9e13;        // in fen within 64 bits, and exact as a double

// Reads one field and keeps what was wrong.
class FieldReader {
 public:
  FieldReader(const Field& field, const KnownCodes& known, std::string pointer, std::vector<Where>& faults)
      : field_(field), known_(known), pointer_(std::move(pointer)), faults_(faults) {}

  FieldValue read(const json::Value& value) {
    switch (field_.type) {
      case FieldType::text: return read_text(value);
      case FieldType::code:
      case FieldType::industry:
      case FieldType::place: return read_codes(value);
      case FieldType::number: return read_number(value);
      case FieldType::money: return read_money(value);
      case FieldType::dates: return read_dates(value);
      case FieldType::yes_no: break;
    }
    if (const bool* b = value.boolean()) return *b;
    return wrong_type("true 或 false", "true or false");
  }

 private:
  FieldValue fault(std::string key, Text detail, std::string_view member = "") {
    faults_.push_back({pointer_ + std::string(member), std::move(key), std::move(detail)});
    return {};
  }
  FieldValue wrong_type(std::string_view zh, std::string_view en, std::string_view member = "") {
    return fault("market.wrong_type", {fmt::format("{}应当是{}", field_.label.zh, zh), fmt::format("{} must be {}", field_.label.en, en)}, member);
  }

  FieldValue read_text(const json::Value& value) {
    const auto* s = value.string();
    if (!s) return wrong_type("文字", "a text");
    auto clean = text::clean(*s, {field_.max ? static_cast<std::size_t>(*field_.max) : kTextMax, true, false}, pointer_);
    if (!clean) {
      for (auto& where : clean.error().where) faults_.push_back(where);
      return {};
    }
    if (clean->empty()) return {};
    return *clean;
  }

  FieldValue read_codes(const json::Value& value) {
    Codes codes;
    if (const auto* one = value.string()) {
      add_code(codes, *one, "");
    } else if (const auto* many = value.array()) {
      if (many->size() > (field_.many ? kCodesMax : 1))
        return fault("market.too_many", {fmt::format("{}最多选 {} 项", field_.label.zh, field_.many ? kCodesMax : 1),
                                         fmt::format("{} takes at most {}", field_.label.en, field_.many ? kCodesMax : 1)});
      for (std::size_t i = 0; i < many->size(); ++i) {
        const auto* s = (*many)[i].string();
        if (s) add_code(codes, *s, fmt::format("/{}", i));
        else wrong_type("代码（文字）", "a code, as text", fmt::format("/{}", i));
      }
    } else {
      return wrong_type(field_.many ? "代码或代码的列表" : "代码（文字）", field_.many ? "a code or a list of codes" : "a code, as text");
    }
    if (codes.empty()) return {};
    return codes;
  }

  void add_code(Codes& codes, const std::string& code, std::string_view member) {
    if (code.empty()) return;
    if (std::ranges::find(codes, code) != codes.end()) return;
    const auto& known = field_.type == FieldType::industry ? known_.industry : known_.place;
    bool right = false;
    if (field_.type == FieldType::code) right = std::ranges::any_of(field_.options, [&](const Option& o) { return o.code == code; });
    else if (field_.type == FieldType::industry) right = is_industry_code(code) && (!known || known(code));
    else right = code.size() <= 12 && (!known || known(code));
    if (right) return codes.push_back(code);
    std::string allowed;
    for (const auto& option : field_.options) allowed += (allowed.empty() ? "" : ", ") + option.code;
    const auto said = text::is_utf8(code) ? text::ellipsis(code, 40) : std::string("?");
    if (field_.type == FieldType::code)
      fault("market.unknown_code", {fmt::format("{}没有“{}”，可选：{}", field_.label.zh, said, allowed), fmt::format("{} has no \"{}\"; allowed: {}", field_.label.en, said, allowed)}, member);
    else if (field_.type == FieldType::industry)
      fault("market.unknown_code", {fmt::format("没有行业代码“{}”（GB/T 4754：门类字母或 2–4 位数字）", said),
                                    fmt::format("there is no industry code \"{}\" (GB/T 4754: a section letter or 2 to 4 digits)", said)}, member);
    else
      fault("market.unknown_code", {fmt::format("没有地区代码“{}”（GB/T 2260，如 370100）", said), fmt::format("there is no place code \"{}\" (GB/T 2260, such as 370100)", said)}, member);
  }

  bool in_range(double n) {
    if (field_.min && n < *field_.min) {
      fault("market.too_small", {fmt::format("{}不能小于 {}{}", field_.label.zh, *field_.min, unit_behind()), fmt::format("{} must be at least {}{}", field_.label.en, *field_.min, unit_behind())});
      return false;
    }
    if (field_.max && n > *field_.max) {
      fault("market.too_large", {fmt::format("{}不能大于 {}{}", field_.label.zh, *field_.max, unit_behind()), fmt::format("{} must be at most {}{}", field_.label.en, *field_.max, unit_behind())});
      return false;
    }
    return true;
  }
  std::string unit_behind() const { return field_.type == FieldType::money ? " 元" : field_.unit.empty() ? "" : " " + field_.unit; }

  FieldValue read_number(const json::Value& value) {
    double n = 0;
    if (const auto* number = value.number()) {
      n = number->value;
    } else if (const auto* object = value.object()) {
      if (!only_members(*object, {"value", "unit"})) return {};
      const auto* amount = object->find("value");
      const auto* unit = object->find("unit");
      if (!amount || !amount->number()) return wrong_type("数字", "a number", "/value");
      if (unit && !unit->string()) return wrong_type("单位（文字）", "a unit, as text", "/unit");
      n = amount->number()->value;
      if (unit) {
        const auto converted = convert_unit(n, *unit->string(), field_.unit);
        if (!converted) return unknown_unit(*unit->string());
        n = *converted;
      }
    } else {
      return wrong_type("数字，或 {\"value\": 数字, \"unit\": 单位}", "a number, or {\"value\": number, \"unit\": text}");
    }
    if (!std::isfinite(n)) return wrong_type("有限的数", "a finite number");
    if (!in_range(n)) return {};
    return n == 0 ? 0.0 : n;   // -0 is 0
  }

  FieldValue unknown_unit(std::string_view unit) {
    const auto allowed = field_.unit.empty() ? std::string() : fmt::format("{}", fmt::join(units_like(field_.unit), ", "));
    const auto said = text::ellipsis(unit, 20);
    if (allowed.empty())
      return fault("market.unknown_unit", {fmt::format("{}没有单位", field_.label.zh), fmt::format("{} has no unit", field_.label.en)}, "/unit");
    return fault("market.unknown_unit", {fmt::format("{}不能用单位“{}”，可用：{}", field_.label.zh, said, allowed),
                                         fmt::format("{} cannot be in \"{}\"; allowed: {}", field_.label.en, said, allowed)}, "/unit");
  }

  FieldValue read_money(const json::Value& value) {
    const json::Number* given = nullptr;
    int places = 2;   // yuan have two decimals, fen none
    if (const auto* number = value.number()) {
      given = number;
    } else if (const auto* object = value.object()) {
      if (!only_members(*object, {"yuan", "fen"})) return {};
      const auto* in_yuan = object->find("yuan");
      const auto* in_fen = object->find("fen");
      if ((in_yuan == nullptr) == (in_fen == nullptr)) return wrong_type("{\"yuan\": 元} 或 {\"fen\": 分}", "{\"yuan\": …} or {\"fen\": …}");
      const auto* number_in = (in_yuan ? in_yuan : in_fen)->number();
      if (!number_in) return wrong_type("数字", "a number", in_yuan ? "/yuan" : "/fen");
      given = number_in, places = in_yuan ? 2 : 0;
    } else {
      return wrong_type("金额（元）", "an amount in yuan");
    }
    const double yuan = places == 2 ? given->value : given->value / 100;
    if (!std::isfinite(yuan) || std::abs(yuan) > kYuanMax) return fault("market.too_large", {fmt::format("{}超出可记的金额", field_.label.zh), fmt::format("{} is beyond what can be kept", field_.label.en)});
    if (yuan < 0 && !(field_.min && *field_.min < 0)) return fault("market.negative_money", {fmt::format("{}不能为负", field_.label.zh), fmt::format("{} must not be negative", field_.label.en)});
    const auto fen = given->scaled(places);
    if (!fen)
      return fault("market.not_whole_fen", {fmt::format("{}精确到分（两位小数）", field_.label.zh), fmt::format("{} has at most two decimals", field_.label.en)});
    if (!in_range(yuan)) return {};
    return Money{*fen};
  }

  FieldValue read_dates(const json::Value& value) {
    Days days;
    if (const auto* one = value.string()) {
      days.from = days.until = parse_day(*one);
      if (days.from == kNoDay) return bad_date("");
      return days;
    }
    const auto* object = value.object();
    if (!object) return wrong_type("{\"from\": 日期, \"until\": 日期}", "{\"from\": date, \"until\": date}");
    if (!only_members(*object, {"from", "until"})) return {};
    const auto* from = object->find("from");
    const auto* until = object->find("until");
    if (!from || !from->string() || (days.from = parse_day(*from->string())) == kNoDay) return bad_date("/from");
    if (!until || !until->string() || (days.until = parse_day(*until->string())) == kNoDay) return bad_date("/until");
    if (days.until < days.from)
      return fault("market.ends_before_start", {fmt::format("{}的结束日期早于开始日期", field_.label.zh), fmt::format("{} ends before it starts", field_.label.en)}, "/until");
    return days;
  }
  FieldValue bad_date(std::string_view member) {
    return fault("market.not_a_date", {fmt::format("{}不是日期，应写作 2026-11-20", field_.label.zh), fmt::format("{} is no date; write 2026-11-20", field_.label.en)}, member);
  }

  bool only_members(const json::Object& object, std::initializer_list<std::string_view> allowed) {
    bool right = true;
    for (const auto& [key, value] : object.members) {
      if (std::ranges::find(allowed, key) != allowed.end()) continue;
      right = false;
      fault("request.unknown_field", {fmt::format("没有“{}”这一项", text::ellipsis(key, 40)), fmt::format("there is no member \"{}\"", text::ellipsis(key, 40))}, "/" + text::ellipsis(key, 40));
    }
    return right;
  }

  const Field& field_;
  const KnownCodes& known_;
  const std::string pointer_;
  std::vector<Where>& faults_;
};

Error invalid(std::vector<Where> faults) {
  const Text first = faults.front().detail;
  return {Code::invalid, "market.fields_invalid", first, std::move(faults)};
}

}  // namespace

Result<std::vector<FieldValue>> parse_fields(const Program& program, Side side, const json::Value& object, const KnownCodes& known,
                                             std::string_view pointer, bool partial) {
  const auto& fields = program.side(side).fields;
  std::vector<FieldValue> out(fields.size());
  std::vector<Where> faults;
  const auto* members = object.object();
  if (!members && !object.is_null())
    return fail(invalid({{std::string(pointer), "market.wrong_type", {"字段应当是一个对象 {\"字段\": 值}", "fields must be an object {\"field\": value}"}}}));
  if (members) {
    for (const auto& [key, value] : members->members) {
      const int at = program.side(side).position(key);
      const auto shown = text::ellipsis(key, 40);
      if (at < 0) faults.push_back({std::string(pointer) + "/" + shown, "market.unknown_field", {fmt::format("没有字段“{}”", shown), fmt::format("there is no field \"{}\"", shown)}});
      else out[at] = FieldReader(fields[at], known, std::string(pointer) + "/" + key, faults).read(value);
    }
  }
  for (std::size_t i = 0; i < fields.size() && !partial; ++i) {
    const std::string at = std::string(pointer) + "/" + fields[i].id;
    const bool faulty = std::ranges::any_of(faults, [&](const Where& w) { return w.pointer.starts_with(at) && (w.pointer.size() == at.size() || w.pointer[at.size()] == '/'); });
    if (fields[i].required && out[i].index() == 0 && !faulty)
      faults.push_back({at, "market.missing_field", {fmt::format("请填写{}", fields[i].label.zh), fmt::format("{} is missing", fields[i].label.en)}});
  }
  if (!faults.empty()) return fail(invalid(std::move(faults)));
  return out;
}

}  // namespace jiaoji::market
