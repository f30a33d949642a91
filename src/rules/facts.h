// The facts that tables compute with, and what the tables answer when the facts are given: for cells, inputs and outputs that are more
// than constants.
//
// A fact has the type that the model gives it, or else the one that the cells ask for: `年营收 * 2` asks for a number.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/space.h"
#include "rules/table.h"

namespace jiaoji::rules {

struct Fact {
  enum class Kind { none, number, truth, text, date };  // none: nothing asks for it
  std::string name;               // "年营收", "企业.年营收"
  std::vector<std::string> path;  // the name, then members
  Kind kind = Kind::none;
  std::vector<std::vector<feel::NodePtr>> allowed;  // of each table that limits it: the tests that must hold
};

// A value for each fact.
using Point = std::vector<feel::Value>;

// The name of the built-in function that a call calls; empty for any other.
std::string called(const feel::Node& call);
// The date that a call of date with constants gives; nothing for any other call.
std::optional<feel::Value> constant_date(const feel::Node& call);

// The facts of one or two tables. Refers to the tables, which must outlive it.
class Facts {
 public:
  // Nothing when a text is beyond arithmetic, comparison, if, min, max, abs, floor and ceiling over numbers, texts that are compared,
  // truth values and dates, or when a fact's type is open; `why` says where.
  static std::optional<Facts> of(const std::vector<const DecisionTable*>& tables, Opaque& why);

  const std::vector<Fact>& all() const { return facts_; }
  std::vector<std::string> names() const;
  // The fact that a node (a name, or a path of names) is; nothing when it is none.
  std::optional<std::size_t> find(const feel::Node& node) const;

  // What the table answers at a point: the evaluation that decides applications, in decimal arithmetic.
  feel::Value answer(const DecisionTable& table, const Point& point) const;
  // The rules that match there, from 0, in the order of the table.
  std::vector<std::size_t> rules_at(const DecisionTable& table, const Point& point) const;
  // Whether the point keeps to what the facts may be.
  bool allows(const Point& point) const;

 private:
  friend class Typing;
  struct Frame {
    std::map<std::string, std::size_t> roots;  // the first name of a fact → its slot
    std::size_t slots = 0;
  };
  std::vector<feel::Value> frame(const DecisionTable& table, const Point& point) const;

  std::vector<Fact> facts_;
  std::map<const DecisionTable*, Frame> frames_;
};

}  // namespace jiaoji::rules
