// What is known of a firm, in the words that the decision tables use: the vocabulary of a program, and reading a firm's facts by it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "feel/value.h"

namespace jiaoji::policy {

// The day that is asked about; every table may use it, no firm has it.
inline constexpr std::string_view kAskedOn = "申报日期";
inline constexpr std::size_t kFactsMax = 200;  // of one vocabulary

// How a firm can move a fact: a number up, a number down, from no to yes or up the options; or not at all.
enum class Change { none, grow, shrink, gain };
enum class FactType { number, boolean, date, choice };
const char* to_string(Change change);
const char* to_string(FactType type);

struct Fact {
  std::string name, label;  // as the tables write it (Chinese); in English
  FactType type = FactType::number;
  std::string unit;
  std::vector<std::string> options;  // of a choice, from the lowest
  Change change = Change::none;
  bool whole = false;                // a number without fraction
};

struct Vocabulary {
  std::vector<Fact> facts;
  const Fact* find(std::string_view name) const;
};

// programs/firm-facts/program.toml. Errors: policy.program (file, line, what would be right).
Result<Vocabulary> read_vocabulary(std::string_view toml, std::string_view file);

// {"年营收万元": 1200, "成立日期": "2021-03-01"}; null leaves a fact unknown. Errors: facts.invalid with a Where for every fault.
Result<feel::Context> read_facts(const Vocabulary& vocabulary, const json::Object& facts, const std::string& pointer);
// Cells of a table by its headings: 是/否 or true/false, numbers with or without thousands' commas; an empty cell is unknown. Columns that
// are no fact are left alone.
Result<feel::Context> read_facts(const Vocabulary& vocabulary, const std::map<std::string, std::string>& cells, const std::string& place);

}  // namespace jiaoji::policy
