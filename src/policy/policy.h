// A policy for firms (惠企政策) as a decision model, and what it gives to one firm.
//
// Its model has two decisions: `金额`, the amount in 万元 (nothing or 0: the firm does not fit), and `政策`, a context of constants:
//   发文, 条款        texts: where it stands
//   受理开始, 受理截止  dates: applications are taken from the first to the second, both included
//   只享其一          texts: of all policies that name the same one, a firm takes one
//   合计上限          [{类, 万元}]: all policies that name the same 类 pay at most that much together
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/facts.h"
#include "rules/compile.h"
#include "rules/trace.h"

namespace jiaoji::policy {

// Money inside this folder: fen, whole. 1 万元 is 1,000,000 fen.
using Fen = std::int64_t;
inline constexpr Fen kFenMax = 1'000'000'000'000;  // a million 万元: what a million firms get still fits
inline constexpr std::size_t kGroupsMax = 50;      // of one policy, of 只享其一 and of 合计上限
Decimal in_wan(Fen fen);                               // as 万元

struct Cap {
  std::string group;
  Fen most = 0;
};

struct Policy {
  std::string id, city, title, document, article;
  std::int64_t number = 0;  // of the version
  bool illustrative = false;
  feel::Date opens, closes;
  std::vector<std::string> only_one;
  std::vector<Cap> caps;
  std::shared_ptr<const rules::Compiled> model;
  const rules::CompiledElement* amount = nullptr;
  bool open_on(feel::Date day) const { return opens <= day && day <= closes; }
  std::vector<std::string> inputs() const;  // the facts that it asks for, in the order of the model
};

// Fills in what the model says of itself. Errors: policy.model, which entry is missing or of the wrong kind.
Result<Policy> read_policy(std::string id, std::string city, std::shared_ptr<const rules::Compiled> model);

inline constexpr std::uint64_t kFitSteps = 500'000;  // of one policy for one firm: about 50 ms; guests ask for all policies at once

struct Fit {
  Fen amount = 0;                    // whether or not the policy is open
  std::vector<std::string> missing;  // the facts that it still depends on; then `amount` is 0
  std::uint64_t steps = 0;           // that it took
};
// What the policy gives on `day`. Errors: feel.limit, policy.amount (beyond kFenMax). `trace` may be null.
Result<Fit> fit(const Policy& policy, const feel::Context& facts, feel::Date day, rules::Trace* trace);

}  // namespace jiaoji::policy
