// The space of all inputs that one or two tables tell apart, cut into atoms, and boxes in it: what check, diff and merge compute with.
//
// A dimension is an input expression. Its constants cut it: below 18, 18 itself, between 18 and 60 …, so that no cell can tell two
// values of one atom apart, and `<` differs from `<=` exactly. A box is a set of atoms in each dimension. A value that is missing
// (null) is no point of the space: an applicant has all facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feel/syntax.h"

namespace jiaoji::rules {

class DecisionTable;

struct Dimension {
  enum class Kind { any, truth, text, ordered };
  std::string expression, label;
  Kind kind = Kind::any;
  std::vector<feel::Value> constants;  // ordered: sorted, each once; text: the texts that are named
  std::vector<feel::Value> samples;    // one value of each atom
  std::vector<bool> valid;             // false: no value there (no day between two days), or not allowed
  std::size_t first_word = 0, words = 0;
  std::size_t atoms() const { return samples.size(); }
};

// The atoms of all dimensions side by side, each dimension in whole words of 64.
using Box = std::vector<std::uint64_t>;

// Why a table cannot be analysed: the cell and what about it.
struct Opaque {
  Text text;
};

class Space {
 public:
  // The dimensions of the tables together: an expression that both ask is one. Nothing when a column or cell is beyond constants
  // (`why` says which).
  static std::optional<Space> of(const std::vector<const DecisionTable*>& tables, Opaque& why);

  // One dimension cut by the constants of these cells; nothing when one of them is beyond constants. For rules/rule_index.h.
  static std::optional<Space> of_cells(const std::vector<const feel::Node*>& cells);
  // The box of one cell of such a space.
  Box cell(const feel::Node& tests) const;

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  const Box& all() const { return all_; }
  // The box of each rule of one of the tables.
  std::vector<Box> boxes(const DecisionTable& table) const;

  bool empty(const Box& box) const;              // some dimension has no atom
  bool overlap(const Box& a, const Box& b) const;  // O(words), stops at the first dimension where they part
  Box common(const Box& a, const Box& b) const;
  bool within(const Box& inner, const Box& outer) const;
  // a without b, as boxes that do not overlap.
  void subtract(const Box& a, const Box& b, std::vector<Box>& out) const;
  // The atoms of one dimension of the box are all its valid atoms.
  bool is_free(const Box& box, std::size_t dimension) const;
  // The value of the lowest atom of each dimension: a point of the box.
  std::vector<feel::Value> point(const Box& box) const;
  // The atoms of one dimension as unary tests: "[18..60)", "\"A\", \"B\"", "-".
  std::string tests(const Box& box, std::size_t dimension) const;
  // Joins boxes that differ in one dimension only, until none do.
  std::vector<Box> merged(std::vector<Box> boxes) const;

 private:
  void cut(Dimension& dimension);
  bool set_cell(Box& box, std::size_t dimension, const feel::Node& tests) const;
  bool set_test(Box& box, std::size_t dimension, const feel::Node& test) const;
  void set_span(Box& box, std::size_t dimension, std::size_t from, std::size_t until) const;
  std::optional<std::size_t> place(const Dimension& dimension, const feel::Value& constant) const;
  std::size_t dimension_of(const std::string& expression) const;
  bool bit(const Box& box, std::size_t dimension, std::size_t atom) const { return box[dimensions_[dimension].first_word + atom / 64] >> (atom % 64) & 1; }

  std::vector<Dimension> dimensions_;
  Box all_;
  std::size_t words_ = 0;
};

}  // namespace jiaoji::rules
