// Eligibility (资格): every hard condition of a program answers yes, no or unknown about a pair, and says what it saw.
//
// Never a low score in disguise. Rule is the one door: ready-made tests (conditions.cc), which leave marks in the index, and FEEL (when.cc).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/truth.h"
#include "market/listing.h"

namespace jiaoji::market {

struct Verdict {
  std::string condition;     // its id
  Text label;
  Truth truth = Truth::unknown;
  bool demanded = true;      // false: the need leaves it open, so yes says little
  Text need_saw, offer_saw;  // the values as read, "未填" when not said
  Text sentence;             // "产能 5,000 件 低于需求 8,000 件"
  Text to_pass;              // when not yes: what would make it pass
};

// Named facts about a pair from neighbour engines (travel minutes, a policy's answer). Absent is unknown.
struct Fact { double value = 0; Text says; };
using Facts = std::function<std::optional<Fact>(std::string_view name, const Listing& need, const Listing& offer)>;

// What codes of places and industries are called, for whoever reads an answer; "" when there is no such code.
using Names = std::function<Text(std::string_view code)>;

// The two listings with their columns; `facts` and `names` may be null.
struct Pair {
  const Program* program;
  const Listing* need;
  const Listing* offer;
  const Facts* facts = nullptr;
  const Names* names = nullptr;
};

// What the index keeps of a listing for one rule, so that most refusals need not read the listing. kNoMark refuses nothing.
using Mark = std::uint64_t;
inline constexpr Mark kNoMark = ~Mark{0};

class Rule {
 public:
  virtual ~Rule() = default;
  virtual Mark mark(Side, const Listing&) const { return kNoMark; }
  // True when this listing alone settles that truth() is never no.
  virtual bool settled(Side, const Listing&) const { return false; }
  // True only when truth() is no for every pair with these marks.
  virtual bool refuses(Mark, Mark) const { return false; }
  virtual Truth truth(const Pair& pair) const = 0;      // cheap: asked inside retrieval
  virtual Verdict verdict(const Pair& pair) const = 0;  // the same answer with its reasons
};

// The rules of a program, in its order. They refer to `program`, which must outlive them.
using Rules = std::vector<std::unique_ptr<const Rule>>;
Rules rules_of(const Program& program);

// Asks every condition. O(conditions).
std::vector<Verdict> eligibility(const Rules& rules, const Pair& pair);
// yes when all are, no when one is, else unknown.
Truth overall(const std::vector<Verdict>& verdicts);

}  // namespace jiaoji::market
