// Finds the rules of a table that an input can match, without asking row by row: each column is cut into atoms by its constants
// (rules/space.h), and each atom knows its rules as a set of bits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "feel/syntax.h"
#include "rules/space.h"

namespace jiaoji::rules {

class RuleIndex {
 public:
  RuleIndex() = default;
  // tests[rule][input]. Columns that would take more than kColumnBytesMax are not indexed.
  explicit RuleIndex(const std::vector<std::vector<feel::NodePtr>>& tests);

  // The rules that the indexed columns allow for these values, as bits. Answers which columns say nothing here, because they are not
  // indexed or the value is of another type than their constants: their cells must be asked. O(columns × (log atoms + rules / 64)).
  std::vector<bool> narrow(const std::vector<feel::Value>& inputs, std::vector<std::uint64_t>& rules) const;
  // Whether this cell must be asked although its column is indexed: it asks for more than constants.
  bool must_ask(std::size_t rule, std::size_t input) const { return !columns_[input].beyond.empty() && columns_[input].beyond[rule]; }

 private:
  static constexpr std::size_t kColumnBytesMax = 64u << 20;
  using Bits = std::vector<std::uint64_t>;

  struct Column {
    bool indexed = false;
    bool asks_nothing = false;                       // every cell is "-"
    std::optional<Space> space;
    Bits always;                                     // rules that hold in every atom, and those to be asked
    Bits for_null;
    std::vector<std::vector<std::uint32_t>> sparse;  // by atom: the other rules, as numbers …
    std::vector<Bits> dense;                         // … or as bits, where they are many
    std::vector<bool> beyond;                        // by rule; empty: none
  };
  void build(Column& column, const std::vector<std::vector<feel::NodePtr>>& tests, std::size_t input) const;
  static std::optional<std::size_t> atom_of(const Dimension& dimension, const feel::Value& value);

  std::size_t rules_ = 0, words_ = 0;
  std::vector<Column> columns_;
};

}  // namespace jiaoji::rules
