#include "market/program.h"

#include <algorithm>

namespace jiaoji::market {

const char* to_string(Side side) { return side == Side::need ? "need" : "offer"; }

std::optional<Side> parse_side(std::string_view text) {
  if (text == "need") return Side::need;
  if (text == "offer") return Side::offer;
  return {};
}

const char* to_string(FieldType type) {
  switch (type) {
    case FieldType::text: return "text";
    case FieldType::code: return "code";
    case FieldType::industry: return "industry";
    case FieldType::number: return "number";
    case FieldType::money: return "money";
    case FieldType::dates: return "dates";
    case FieldType::place: return "place";
    case FieldType::yes_no: return "yes_no";
  }
  return "";
}

int SideOf::position(std::string_view field) const {
  const auto at = std::ranges::find(fields, field, &Field::id);
  return at == fields.end() ? -1 : static_cast<int>(at - fields.begin());
}

const Stage* Program::stage(std::string_view id_of_stage) const {
  const auto at = std::ranges::find(stages, id_of_stage, &Stage::id);
  return at == stages.end() ? nullptr : &*at;
}

}  // namespace jiaoji::market
