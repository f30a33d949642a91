// Decision tables ready to be asked (DMN 1.5, chapter 8): which rules match, and what the hit policy makes of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feel/evaluate.h"
#include "feel/names.h"
#include "rules/model.h"
#include "rules/rule_index.h"

namespace jiaoji::rules {

struct Problem;

class DecisionTable final : public feel::Extension {
 public:
  // Parses the clauses and cells in the scope of `names`. Texts that cannot be parsed count as null and are told in `problems`.
  static std::shared_ptr<const DecisionTable> of(std::shared_ptr<const Table> table, feel::Names& names, const feel::Types& types, const std::string& element, std::vector<Problem>& problems);

  feel::Value evaluate(feel::Frame& frame) const override;

  const Table& source() const { return *table_; }
  const std::vector<std::vector<feel::NodePtr>>& tests() const { return tests_; }      // [rule][input]
  const std::vector<std::vector<feel::NodePtr>>& outputs() const { return outputs_; }  // [rule][output]
  const std::vector<feel::NodePtr>& inputs() const { return inputs_; }
  // What an input may be, as unary tests: its input values, else what its type allows. Empty: anything.
  const std::vector<feel::NodePtr>& allowed(std::size_t input) const { return allowed_[input]; }
  const std::vector<feel::NodePtr>& defaults() const { return otherwise_; }  // one an output; null: none
  const feel::TypePtr& input_type(std::size_t input) const { return input_types_[input]; }  // null: any
  // The type of a fact by its names (a variable, then members), the first of which is in that slot; null when it is not known.
  feel::TypePtr type_of(const std::vector<std::string>& path, std::size_t slot) const;
  bool input_is_boolean(std::size_t input) const { return input_types_[input] && input_types_[input]->kind == feel::Type::Kind::boolean; }
  // The value of a rule's outputs when all are constants.
  std::optional<feel::Value> constant_output(std::size_t rule) const;
  std::optional<feel::Value> constant_otherwise() const;  // null where there is no default
  // The rules in the order in which they win: of PRIORITY by their outputs, else as they stand.
  std::vector<std::size_t> order() const;
  bool is_constant() const;  // all outputs and the default are
  // What the table answers when just these rules match, in the order of the table; their outputs and the default must be constants.
  feel::Value answer_of(const std::vector<std::size_t>& rules) const;
  std::size_t question_slot() const { return question_; }

 private:
  struct Hit {
    std::size_t rule;
    feel::Value value;
  };
  // Rules that match, in order (only the first when that decides), and those that an unknown fact leaves open.
  std::vector<std::size_t> matches(feel::Frame& frame, const std::vector<feel::Value>& inputs, std::vector<std::size_t>& unsure) const;
  std::vector<std::size_t> matches_by_index(feel::Frame& frame, const std::vector<feel::Value>& inputs) const;
  feel::Value output(std::size_t rule, feel::Frame& frame) const;
  feel::Value otherwise(feel::Frame& frame) const;
  feel::Value decide(const std::vector<Hit>& hits, feel::Frame& frame) const;
  feel::Value undecided(const std::vector<Hit>& hits, const std::vector<std::size_t>& unsure, const std::vector<feel::Value>& inputs, feel::Frame& frame) const;
  feel::Value aggregated(const std::vector<Hit>& hits, feel::Frame& frame) const;
  std::vector<Hit> by_priority(std::vector<Hit> hits) const;
  feel::Value named(std::vector<feel::Value> values) const;

  std::shared_ptr<const Table> table_;
  std::vector<feel::NodePtr> inputs_, otherwise_;
  std::vector<std::vector<feel::NodePtr>> allowed_;
  std::vector<std::vector<feel::NodePtr>> tests_, outputs_;
  std::vector<feel::TypePtr> input_types_, output_types_, variable_types_;
  std::vector<std::vector<feel::Value>> priorities_;  // of each output: its allowed values, the best first
  std::size_t question_ = 0;
  RuleIndex index_;
};

}  // namespace jiaoji::rules
