// What a condition or a part of the score reads from a listing: one value in one of few shapes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "market/conditions.h"

namespace jiaoji::market {

// monostate: not said. Numbers are in the field's unit, money in yuan. Codes and texts are borrowed from the listing.
using CodeSpan = std::span<const std::string>;
using Seen = std::variant<std::monostate, double, bool, Days, CodeSpan, std::string_view>;

Seen read_operand(const Operand& operand, const SideOf& side, const Listing& listing, const Pair& pair);
// Of a fact, where it says what it comes from: "100 分钟（济南东 07:09 → …）"; else empty.
Text says_of(const Operand& operand, const Pair& pair);
Text show_operand(const Operand& operand, const SideOf& side, const Seen& seen, std::string_view unit, const Names* names);

// Codes of options are equal or not; places (GB/T 2260) and industries (GB/T 4754) lie in one another.
enum class CodeKind { option, place, industry };
CodeKind code_kind(const Operand& operand, const SideOf& side);
// True when `inner` is `outer` or lies in it: 370102 in 370100 in 370000; 3451 in 345 in 34 in C.
bool code_within(CodeKind kind, std::string_view inner, std::string_view outer);
// Codes as bits of 64, by a hash: when `inner` lies in `outer`, code_bits_around({inner}) and code_bits({outer}) share a bit.
// Of options code_bits_around is code_bits.
std::uint64_t code_bits(CodeKind kind, CodeSpan codes);
std::uint64_t code_bits_around(CodeKind kind, CodeSpan codes);

}  // namespace jiaoji::market
