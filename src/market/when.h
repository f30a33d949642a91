// FEEL over a pair of listings: what a condition or a stage of a program asks with `when = "offer.capacity >= need.quantity * 1.1"`.
//
// `need` and `offer` are contexts of the side's fields by id (numbers in the field's unit, money in yuan, dates a range of days, codes a
// list or a text), with `place` (a code of GB/T 2260) and `industries`; `fact` holds named facts about the pair; `deal`, in a stage, has
// stage, need_agreed, offer_agreed and days (since it was introduced). What a listing does not say is unknown, not null.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feel/evaluate.h"
#include "market/conditions.h"

namespace jiaoji::market {

struct DealState {
  std::string stage;
  bool need_agreed = false, offer_agreed = false;
  std::int64_t days = 0;
};

class When {
 public:
  // Errors: market.when, with what is wrong: FEEL that cannot be read, a name or a field that is not there. `of_deal`: of a stage.
  static Result<std::shared_ptr<const When>> parse(const std::string& source, const SideOf& need, const SideOf& offer, bool of_deal);

  const std::string& source() const { return expression_.source; }
  // The operands that it reads, as they stand: for showing what it saw.
  const std::vector<Operand>& read_of(Side side) const { return side == Side::need ? need_ : offer_; }
  // True, false, or unknown with the facts that are missing ("offer.price"); null when it is no question of yes or no.
  feel::Value ask(const Pair& pair, const DealState* deal = nullptr) const;

 private:
  feel::Value context(Side side, const Pair& pair) const;
  feel::Expression expression_;
  std::vector<Operand> need_, offer_;
  std::vector<std::string> facts_;
};

// The rule of a condition that has `when`.
std::unique_ptr<const Rule> feel_rule(const Program& program, const Condition& condition);

// A ready-made test as FEEL: it answers the same (conditions_test.cc). Empty for places, industries and texts, whose comparison FEEL has not.
std::string feel_of(const Program& program, const Condition& condition);

}  // namespace jiaoji::market
