#include "market/operands.h"

#include <algorithm>

#include <fmt/format.h>

#include "market/codes.h"

namespace jiaoji::market {

Seen read_operand(const Operand& operand, const SideOf& side, const Listing& listing, const Pair& pair) {
  switch (operand.kind) {
    case Operand::Kind::none: return {};
    case Operand::Kind::constant: return operand.constant;
    case Operand::Kind::place: {
      const std::string& place = listing.district.empty() ? listing.city : listing.district;
      if (place.empty()) return {};
      return CodeSpan(&place, 1);
    }
    case Operand::Kind::industries:
      if (listing.industries.empty()) return {};
      return CodeSpan(listing.industries);
    case Operand::Kind::fact: {
      if (!pair.facts || !*pair.facts) return {};
      const auto fact = (*pair.facts)(operand.fact, *pair.need, *pair.offer);
      return fact ? Seen(fact->value) : Seen();
    }
    case Operand::Kind::field: break;
  }
  if (operand.field >= static_cast<int>(std::min(side.fields.size(), listing.fields.size()))) return {};
  const FieldValue& value = listing.fields[operand.field];
  if (const auto* d = std::get_if<double>(&value)) return *d;
  if (const auto* m = std::get_if<Money>(&value)) return static_cast<double>(m->fen) / 100;
  if (const auto* d = std::get_if<Days>(&value)) return *d;
  if (const auto* b = std::get_if<bool>(&value)) return *b;
  if (const auto* c = std::get_if<Codes>(&value)) return CodeSpan(*c);
  if (const auto* s = std::get_if<std::string>(&value)) return std::string_view(*s);
  return {};
}

Text says_of(const Operand& operand, const Pair& pair) {
  if (operand.kind != Operand::Kind::fact || !pair.facts || !*pair.facts) return {};
  const auto fact = (*pair.facts)(operand.fact, *pair.need, *pair.offer);
  return fact ? fact->says : Text{};
}

Text show_operand(const Operand& operand, const SideOf& side, const Seen& seen, std::string_view unit, const Names* names) {
  if (const auto* codes = std::get_if<CodeSpan>(&seen); codes && names && *names && code_kind(operand, side) != CodeKind::option) {
    Text out;
    for (const auto& code : *codes) {
      const Text name = (*names)(code);
      out.zh += (out.zh.empty() ? "" : "、") + (name.zh.empty() ? code : name.zh);
      out.en += (out.en.empty() ? "" : ", ") + (name.en.empty() ? code : name.en);
    }
    return out;
  }
  Field field;
  if (operand.kind == Operand::Kind::field) field = side.fields[operand.field];
  if (field.unit.empty()) field.unit = unit;
  FieldValue value;
  if (const auto* d = std::get_if<double>(&seen)) value = *d;
  if (const auto* b = std::get_if<bool>(&seen)) value = *b;
  if (const auto* d = std::get_if<Days>(&seen)) value = *d;
  if (const auto* s = std::get_if<std::string_view>(&seen)) value = std::string(*s);
  if (const auto* c = std::get_if<CodeSpan>(&seen)) value = Codes(c->begin(), c->end());
  if (field.type == FieldType::money)
    if (const auto* d = std::get_if<double>(&seen)) value = Money{static_cast<std::int64_t>(*d * 100 + (*d < 0 ? -0.5 : 0.5))};
  return show_field(field, value);
}

CodeKind code_kind(const Operand& operand, const SideOf& side) {
  if (operand.kind == Operand::Kind::place) return CodeKind::place;
  if (operand.kind == Operand::Kind::industries) return CodeKind::industry;
  if (operand.kind != Operand::Kind::field) return CodeKind::option;
  const FieldType type = side.fields[operand.field].type;
  return type == FieldType::place ? CodeKind::place : type == FieldType::industry ? CodeKind::industry : CodeKind::option;
}

namespace {

// GB/T 2260: two digits each for province, city, district; what is not said is 00.
std::string_view said_of_place(std::string_view code) {
  while (code.size() > 2 && code.ends_with("00")) code.remove_suffix(2);
  return code;
}

std::uint64_t bit_of(std::string_view code) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return std::uint64_t{1} << (hash * 0x9e3779b97f4a7c15ull >> 58);
}

}  // namespace

bool code_within(CodeKind kind, std::string_view inner, std::string_view outer) {
  if (inner == outer) return true;
  if (kind == CodeKind::industry) return outer.size() == 1 ? industry_section(inner) == outer[0] : inner.starts_with(outer);
  if (kind == CodeKind::option) return false;
  const auto prefix = said_of_place(outer);
  return prefix.size() < outer.size() && inner.starts_with(prefix);
}

std::uint64_t code_bits(CodeKind kind, CodeSpan codes) {
  std::uint64_t bits = 0;
  for (const std::string& code : codes) bits |= bit_of(kind == CodeKind::place ? said_of_place(code) : std::string_view(code));
  return bits;
}

std::uint64_t code_bits_around(CodeKind kind, CodeSpan codes) {
  std::uint64_t bits = code_bits(kind, codes);
  if (kind == CodeKind::option) return bits;
  for (const std::string& code : codes) {
    for (std::size_t size = kind == CodeKind::place ? 2 : 1; size < code.size(); ++size) bits |= bit_of(std::string_view(code).substr(0, size));
    const char section = kind == CodeKind::industry ? industry_section(code) : '\0';
    if (section) bits |= bit_of({&section, 1});
  }
  return bits;
}

}  // namespace jiaoji::market
