// Tables as formulas, and points at which formulas hold: the theorem prover Z3 behind a small door, so that no other file sees it.
//
// Numbers are real numbers here, and of 34 digits where applications are decided: what is found must be asked again of the tables
// (Facts::answer), and "there is none" holds before rounding. Null is encoded as FEEL has it: a division by zero is null, a comparison
// with null is null, a test that is null does not hold.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rules/facts.h"

namespace jiaoji::rules {

// What some facts are held at; the others are free.
using Held = std::vector<std::optional<feel::Value>>;

enum class Answer { yes, no, open };  // open: the budget or the method ended

class Solver {
 public:
  using Formula = std::size_t;
  struct Demand {
    Formula formula;
    Held held;  // empty: nothing is
  };

  // `budget`: steps of Z3 over all questions together, which are the same on every machine. A clock ends them, too: a millisecond for
  // each thousand.
  Solver(const Facts& facts, std::uint64_t budget);
  ~Solver();

  // Formulas over the facts. Nothing when a table is beyond them; `why` says what is.
  std::optional<Formula> differs(const DecisionTable& a, const DecisionTable& b, Opaque& why);
  std::optional<std::vector<Formula>> matches(const DecisionTable& table, Opaque& why);             // of each rule
  std::optional<Formula> outputs_differ(const DecisionTable& table, std::size_t rule, std::size_t other);  // of two rules
  Formula all_of(std::span<const Formula> formulas);
  Formula any_of(std::span<const Formula> formulas);
  Formula negation(Formula formula);
  Formula allowed();       // the facts are what they may be
  Formula not_negative();  // no number is below zero
  Formula countable();     // every number is zero, or at least one
  Formula at(const Point& point);

  // Whether the facts of a formula speak of this one at all.
  bool asks(Formula formula, std::size_t fact) const;
  // A point at which all demands hold: a fact that a demand holds is that value in it, and a free one is the same in all.
  Answer solve(std::span<const Demand> demands, Point& found);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace jiaoji::rules
