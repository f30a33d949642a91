#include "market/conditions.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "market/operands.h"
#include "market/when.h"

namespace jiaoji::market {

namespace {

Truth of(bool b) { return b ? Truth::yes : Truth::no; }
// Two amounts that differ by rounding alone are the same.
bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

Truth compare_numbers(Test test, double need, double offer) {
  if (test == Test::at_least) return of(offer >= need || same(offer, need));
  if (test == Test::at_most) return of(offer <= need || same(offer, need));
  return of(same(offer, need));
}

Truth compare_codes(Test test, CodeKind kind, CodeSpan need, CodeSpan offer) {
  const auto covered = [&](const std::string& code) { return std::ranges::any_of(offer, [&](const std::string& o) { return code_within(kind, code, o); }); };
  switch (test) {
    case Test::contains:
    case Test::within: return of(std::ranges::all_of(need, covered));
    case Test::overlaps:
      return of(std::ranges::any_of(need, [&](const std::string& n) {
        return std::ranges::any_of(offer, [&](const std::string& o) { return code_within(kind, n, o) || code_within(kind, o, n); });
      }));
    default: return of(need.size() == offer.size() && std::ranges::is_permutation(need, offer));
  }
}

Truth compare_days(Test test, Days need, Days offer) {
  if (test == Test::within) return of(offer.from <= need.from && need.until <= offer.until);
  if (test == Test::overlaps) return of(offer.from <= need.until && need.from <= offer.until);
  return of(need == offer);
}

// Compares one operand of the need with one of the offer. What the need leaves open, it does not demand: yes. What the offer
// does not say is unknown.
class Comparison final : public Rule {
 public:
  Comparison(const Program& program, const Condition& condition) : program_(program), condition_(condition), kind_(code_kind(condition.need, program.need)),
        shape_(shape_of(condition.need, program.need) == shape_of(condition.offer, program.offer) ? shape_of(condition.need, program.need) : Shape::other) {}

  Mark mark(Side side, const Listing& listing) const override {
    const Operand& operand = side == Side::need ? condition_.need : condition_.offer;
    if (operand.kind == Operand::Kind::fact) return kNoMark;
    const auto seen = read_operand(operand, program_.side(side), listing, {});
    if (const auto* d = std::get_if<double>(&seen)) return std::bit_cast<Mark>(*d);
    if (const auto* b = std::get_if<bool>(&seen)) return *b;
    if (const auto* d = std::get_if<Days>(&seen)) return Mark{static_cast<std::uint32_t>(d->from)} << 32 | static_cast<std::uint32_t>(d->until);
    if (const auto* c = std::get_if<CodeSpan>(&seen)) return side == Side::need ? code_bits_around(kind_, *c) : code_bits(kind_, *c);
    return kNoMark;
  }

  bool settled(Side side, const Listing& listing) const override {
    const Operand& operand = side == Side::need ? condition_.need : condition_.offer;
    if (operand.kind == Operand::Kind::fact) return false;
    const auto seen = read_operand(operand, program_.side(side), listing, {});
    const auto* flag = std::get_if<bool>(&seen);
    return seen.index() == 0 || (side == Side::need && condition_.test == Test::required && flag && !*flag);
  }

  bool refuses(Mark need, Mark offer) const override {
    if (need == kNoMark || offer == kNoMark) return false;
    const auto days = [](Mark m) { return Days{static_cast<std::int32_t>(m >> 32), static_cast<std::int32_t>(m)}; };
    switch (shape_) {
      case Shape::number: return compare_numbers(condition_.test, std::bit_cast<double>(need), std::bit_cast<double>(offer)) == Truth::no;
      case Shape::yes_no: return condition_.test == Test::required ? need > offer : need != offer;
      case Shape::dates: return compare_days(condition_.test, days(need), days(offer)) == Truth::no;
      // One code of the need that the offer lacks, or none in common.
      case Shape::options: return condition_.test == Test::overlaps ? (need & offer) == 0 : (need & ~offer) != 0;
      case Shape::tree: return condition_.test != Test::overlaps && (need & offer) == 0;
      case Shape::other: return false;
    }
    return false;
  }

  Truth truth(const Pair& pair) const override {
    return decide(read_operand(condition_.need, program_.need, *pair.need, pair), read_operand(condition_.offer, program_.offer, *pair.offer, pair));
  }

  Verdict verdict(const Pair& pair) const override {
    const auto need = read_operand(condition_.need, program_.need, *pair.need, pair);
    const auto offer = read_operand(condition_.offer, program_.offer, *pair.offer, pair);
    const auto* flag = std::get_if<bool>(&need);
    const bool demanded = need.index() != 0 && !(condition_.test == Test::required && flag && !*flag);
    Verdict out{condition_.id, condition_.label, decide(need, offer), demanded, show_operand(condition_.need, program_.need, need, condition_.unit, pair.names),
                show_operand(condition_.offer, program_.offer, offer, condition_.unit, pair.names), {}, {}};
    if (const auto says = says_of(condition_.offer, pair); !says.zh.empty()) out.offer_saw = {fmt::format("{}（{}）", out.offer_saw.zh, says.zh), fmt::format("{} ({})", out.offer_saw.en, says.en)};
    out.sentence = sentence(out, need);
    if (out.truth == Truth::unknown) {
      const bool fact = condition_.offer.kind == Operand::Kind::fact || condition_.need.kind == Operand::Kind::fact;
      out.to_pass = fact ? Text{"等这一项能够查到（例如载入两地的时刻表）", "this can be found out (a timetable of both places, for instance)"} : Text{"供给方补填此项", "the offer states this"};
    } else if (out.truth == Truth::no) {
      out.to_pass = to_pass(out);
    }
    return out;
  }

 private:
  Truth decide(const Seen& need, const Seen& offer) const {
    if (need.index() == 0) return condition_.need.kind == Operand::Kind::fact ? Truth::unknown : Truth::yes;
    if (condition_.test == Test::required && !std::get<bool>(need)) return Truth::yes;
    if (offer.index() == 0) return Truth::unknown;
    if (need.index() != offer.index()) return Truth::unknown;
    if (const auto* n = std::get_if<double>(&need)) return compare_numbers(condition_.test, *n, std::get<double>(offer));
    if (const auto* n = std::get_if<bool>(&need)) return of(*n == std::get<bool>(offer));
    if (const auto* n = std::get_if<Days>(&need)) return compare_days(condition_.test, *n, std::get<Days>(offer));
    if (const auto* n = std::get_if<CodeSpan>(&need)) return compare_codes(condition_.test, kind_, *n, std::get<CodeSpan>(offer));
    return of(text::fold_text(std::get<std::string_view>(need)) == text::fold_text(std::get<std::string_view>(offer)));
  }

  Text sentence(const Verdict& v, const Seen& need) const {
    if (need.index() == 0 && condition_.need.kind != Operand::Kind::fact)
      return {fmt::format("{}：需求没有要求", v.label.zh), fmt::format("{}: the need does not ask for it", v.label.en)};
    const char* zh = v.truth == Truth::yes ? "符合" : v.truth == Truth::no ? "不符合" : "未知";
    const char* en = v.truth == Truth::yes ? "met" : v.truth == Truth::no ? "not met" : "unknown";
    return {fmt::format("{}：{}（需求 {}，供给 {}）", v.label.zh, zh, v.need_saw.zh, v.offer_saw.zh),
            fmt::format("{}: {} (need {}, offer {})", v.label.en, en, v.need_saw.en, v.offer_saw.en)};
  }

  Text to_pass(const Verdict& v) const {
    if (!condition_.to_pass.zh.empty()) return condition_.to_pass;
    const auto say = [&](const char* zh, const char* en) {
      return Text{fmt::format(fmt::runtime(zh), v.need_saw.zh, v.offer_saw.zh), fmt::format(fmt::runtime(en), v.need_saw.en, v.offer_saw.en)};
    };
    switch (condition_.test) {
      case Test::at_least: return say("供给提高到 {0} 以上，或需求降到 {1}", "the offer reaches {0}, or the need asks for {1}");
      case Test::at_most: return say("供给降到 {0} 以下，或需求放宽到 {1}", "the offer comes down to {0}, or the need allows {1}");
      case Test::equals: return say("供给改为 {0}，或需求改为 {1}", "the offer becomes {0}, or the need becomes {1}");
      case Test::contains: return say("供给包括 {0}", "the offer includes {0}");
      case Test::overlaps: return say("供给与 {0} 有共同部分", "the offer shares something with {0}");
      case Test::within: return say("供给覆盖 {0}", "the offer covers {0}");
      case Test::required: return say("供给具备此项", "the offer has it");
    }
    return {};
  }

  enum class Shape { other, number, yes_no, dates, options, tree };
  // What both operands are; `other` when they differ, and for texts and facts.
  static Shape shape_of(const Operand& operand, const SideOf& side) {
    if (operand.kind == Operand::Kind::constant) return Shape::number;
    if (operand.kind == Operand::Kind::place || operand.kind == Operand::Kind::industries) return Shape::tree;
    if (operand.kind != Operand::Kind::field) return Shape::other;
    switch (side.fields[operand.field].type) {
      case FieldType::number:
      case FieldType::money: return Shape::number;
      case FieldType::yes_no: return Shape::yes_no;
      case FieldType::dates: return Shape::dates;
      case FieldType::code: return Shape::options;
      case FieldType::place:
      case FieldType::industry: return Shape::tree;
      case FieldType::text: return Shape::other;
    }
    return Shape::other;
  }

  const Program& program_;
  const Condition& condition_;
  const CodeKind kind_;
  const Shape shape_;
};

}  // namespace

Rules rules_of(const Program& program) {
  Rules out;
  for (const auto& condition : program.conditions) out.push_back(condition.when ? feel_rule(program, condition) : std::make_unique<Comparison>(program, condition));
  return out;
}

std::vector<Verdict> eligibility(const Rules& rules, const Pair& pair) {
  std::vector<Verdict> out;
  for (const auto& rule : rules) out.push_back(rule->verdict(pair));
  return out;
}

Truth overall(const std::vector<Verdict>& verdicts) {
  Truth out = Truth::yes;
  for (const auto& v : verdicts) {
    if (v.truth == Truth::no) return Truth::no;
    if (v.truth == Truth::unknown) out = Truth::unknown;
  }
  return out;
}

}  // namespace jiaoji::market
