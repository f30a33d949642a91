// A market program: what a market is, as data. programs/<id>/program.toml names its two sides, their typed fields, the
// hard conditions between them, the parts of the score with their weights, and the stages of a deal.
//
// No code knows a field by name: another market is another folder.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jiaoji::market {

enum class Side { need, offer };  // 需求, 供给
inline constexpr Side other(Side side) { return side == Side::need ? Side::offer : Side::need; }
const char* to_string(Side side);
std::optional<Side> parse_side(std::string_view text);

enum class FieldType { text, code, industry, number, money, dates, place, yes_no };
const char* to_string(FieldType type);

struct Option {
  std::string code;
  Text label;
};

struct Field {
  std::string id;
  Text label, help;
  FieldType type = FieldType::text;
  bool required = false;
  bool many = false;               // code, industry, place: a list of codes
  std::optional<double> min, max;  // number: in `unit`; money: in yuan; text: max characters
  std::string unit;                // number: the canonical unit, in which the value is kept
  std::vector<Option> options;     // code: what may be chosen
  double search_weight = 0;        // text: weight in the text index (BM25F); 0 is not searched
};

// What a condition or a part compares: a field of the side, one of the columns that every listing has ("listing.place",
// "listing.industries"), or a named fact about the pair ("fact.travel_minutes").
struct Operand {
  enum class Kind { none, field, place, industries, fact, constant };
  Kind kind = Kind::none;
  int field = -1;         // position in the side's fields
  std::string fact = {};  // name without "fact."
  double constant = 0;
};

// How need and offer are compared. Reads "offer <test> need": the offer's capacity is at least the need's quantity.
enum class Test { at_least, at_most, equals, contains, overlaps, within, required };

class When;  // market/when.h

// Either a ready-made test of two operands, which the index speeds up, or `when`, any question in FEEL.
struct Condition {
  std::string id;
  Text label;     // "产能不低于需求量"
  Text to_pass;   // what would make it pass
  Test test = Test::equals;
  Operand need, offer;
  std::string unit;  // for the sentence
  std::shared_ptr<const When> when = nullptr;
};

enum class PartKind { text, codes, memory, same_place, close, fact };
struct Part {
  std::string id;
  Text label;
  PartKind kind = PartKind::text;
  double weight = 0;     // most that the part can contribute
  Operand need, offer;   // close
  std::string fact;      // fact: its name; 1 at `best`, 0 at `worst`, a straight line between
  double best = 0, worst = 1;
};

struct Stage {
  std::string id;
  Text label;
  double teaches = 0;   // how much a deal that reached it teaches, 0–1; below 0 teaches against
  bool ends = false;    // nothing follows
  bool drops = false;   // ends without result; asks for one of the reasons
  std::shared_ptr<const When> when = nullptr;  // null: a deal may come here whenever it goes forward
  Text otherwise = {};  // what is said when `when` does not hold
};

struct SideOf {
  Text label;
  std::vector<Field> fields;
  int position(std::string_view field) const;  // -1 when there is none
};

struct Program {
  std::string id;
  Text label, about;
  SideOf need, offer;
  double title_weight = 0.4, text_weight = 1.0;   // in the text index, of every listing
  std::vector<Condition> conditions;
  std::vector<Part> parts;
  std::vector<Stage> stages;
  std::vector<Option> drop_reasons;

  const SideOf& side(Side s) const { return s == Side::need ? need : offer; }
  const Stage* stage(std::string_view id_of_stage) const;
};

// False for a program of another kind (kind = "standards"), which is not this engine's. What cannot be parsed is taken for a market,
// so that parse_program says what is wrong.
bool is_market(std::string_view toml);
// Reads program.toml. Errors are `market.program_invalid`, each with file and line, what is wrong and what would be right.
Result<Program> parse_program(std::string_view toml, std::string_view file_name);

}  // namespace jiaoji::market
