// A listing (需求 / 供给): what one party needs or offers, as a plain value; and its fields from and to JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "market/program.h"

namespace jiaoji::market {

// `city`: its city and its party; `region`: everybody signed in; `everyone`: guests too ("public").
enum class Visibility : std::uint8_t { city, region, everyone };
const char* to_string(Visibility visibility);
std::optional<Visibility> parse_visibility(std::string_view text);

using Codes = std::vector<std::string>;               // codes of options, industries (GB/T 4754) or places (GB/T 2260)
struct Money { std::int64_t fen = 0; auto operator<=>(const Money&) const = default; };
struct Days { std::int32_t from = 0, until = 0; auto operator<=>(const Days&) const = default; };  // days since 1970, both included
// monostate: not said. text → string; code, industry, place → Codes; number → double in the field's unit.
using FieldValue = std::variant<std::monostate, std::string, Codes, double, Money, Days, bool>;

struct Listing {
  static constexpr const char* kIdPrefix = "lst";
  std::string id;
  std::string program;
  Side side = Side::need;
  std::string party;            // "" when nobody's yet (a need that is only being tried)
  std::string affiliation;      // group of affiliated parties; "" is none
  std::string city, district;   // GB/T 2260 codes
  Visibility visibility = Visibility::region;
  std::string title, text;
  std::vector<FieldValue> fields;        // by position in the program's side
  std::vector<std::string> industries;   // GB/T 4754-2017: "3451", "345", "34" or "C"
  bool illustrative = false;
  std::int64_t version = 1;
  bool operator==(const Listing&) const = default;
};

// Which codes exist, for fields of type industry and place; an empty function accepts every code of the right form.
struct KnownCodes {
  std::function<bool(std::string_view)> industry, place;
};

// A JSON object of field id → value into values by position. Forms: text "…"; code, industry, place "c" or ["c", …];
// number 12 (in the field's unit) or {"value": 1.2, "unit": "万件"}; money 1234.50 (yuan) or {"yuan": …} or {"fen": …};
// dates {"from": "2026-11-20", "until": "2026-12-31"}; yes_no true. What is not said is left out.
// Reports every fault at once, `where` by JSON pointer under `pointer`. With `partial`, required fields may be missing.
Result<std::vector<FieldValue>> parse_fields(const Program& program, Side side, const json::Value& object, const KnownCodes& known = {},
                                             std::string_view pointer = "/fields", bool partial = false);
// One field from what a person typed ("1.2万件", "2026-01-01..2026-12-31", "是", "3451;3452"), for CSV and the command line.
Result<FieldValue> parse_field_text(const Field& field, std::string_view typed, const KnownCodes& known = {}, std::string_view pointer = "");

// Back to JSON: members that are said, in the program's order, in the first form that parse_fields reads.
json::Value fields_to_json(const Program& program, Side side, const std::vector<FieldValue>& values);
// As a person reads it: "1,200 件", "12.50 元", "2026-01-01 – 2026-12-31".
Text show_field(const Field& field, const FieldValue& value);
// The inverse of parse_field_text, for CSV.
std::string field_to_text(const Field& field, const FieldValue& value);

}  // namespace jiaoji::market
