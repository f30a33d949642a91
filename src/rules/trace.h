// Why a decision came out as it did: kept by the evaluation itself, table by table.
#pragma once

#include <string>
#include <vector>

#include "feel/run.h"
#include "feel/value.h"
#include "rules/table.h"

namespace jiaoji::rules {

// A cell that did not hold, with the value that it saw.
struct FailedCell {
  std::size_t input = 0;
  feel::Value saw;
  bool unknown = false;
};
struct RuleTrace {
  std::size_t rule = 0;
  bool fired = false;
  std::vector<FailedCell> failed;  // empty for a rule that fired
};
struct TableTrace {
  const DecisionTable* table = nullptr;
  std::string decision;  // the element whose logic it is
  std::vector<feel::Value> inputs;
  std::vector<RuleTrace> rules;
};
struct DecisionTrace {
  std::string decision;
  feel::Value value;
  std::vector<std::pair<std::string, feel::Value>> from;  // the inputs and decisions that it was given
};

// Watches a run. Only made where an explanation is asked for: each failed cell is looked at.
class Trace final : public feel::Observer {
 public:
  enum class Of { all_rules, fired_rules };  // fired_rules: where a table is asked thousands of times and only what fired is wanted
  Trace() = default;
  explicit Trace(Of of) : of_(of) {}
  void enter(const std::string& decision) { inside_.push_back(decision); }
  void leave(feel::Value value, std::vector<std::pair<std::string, feel::Value>> from);
  void table(const DecisionTable& table, const std::vector<feel::Value>& inputs, const std::vector<std::size_t>& fired, feel::Frame& frame);

  std::vector<DecisionTrace> decisions;  // in the order in which they were decided
  std::vector<TableTrace> tables;

 private:
  Of of_ = Of::all_rules;
  std::vector<std::string> inside_;
};

}  // namespace jiaoji::rules
