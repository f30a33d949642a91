#include "rules/solver.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>
#include <z3++.h>

#include "rules/collected.h"

namespace jiaoji::rules {

using feel::Kind;
using feel::Node;
using feel::Value;

namespace {

constexpr int kStepsOfAMillisecond = 1'000;
constexpr int kMillisecondsOfOne = 5'000;
constexpr std::size_t kRulesEncodedMax = 3'000;
constexpr unsigned kDegreeMax = 2;  // of what is multiplied; more, or sums of products, were seen to keep Z3 for minutes past its clock
const Text kSumOfProducts{"事实之积或商又相加减", "a sum of products or quotients of facts"};
constexpr const char* kMegabytesMax = "1024";

// What cannot be written as a formula: a limit of this file, not of Z3. Caught at the public functions.
struct Beyond {
  Text text;
};

// A value that may be null; `value` means nothing then. `degree`: how many facts are multiplied in it.
struct Term {
  Fact::Kind kind;
  z3::expr value, null;
  unsigned degree = 0;
};

z3::context& prepared(z3::context& context) {
  static const bool once = (z3::set_param("memory_max_size", kMegabytesMax), true);  // in MB; past it Z3 throws
  return (void)once, context;
}

}  // namespace

struct Solver::Impl {
  using K = Fact::Kind;

  Impl(const Facts& of, std::uint64_t budget) : facts(of), left(budget), until(std::chrono::steady_clock::now() + std::chrono::milliseconds(budget / kStepsOfAMillisecond + 1)) {
    prepared(context);
    for (std::size_t i = 0; i < facts.all().size(); ++i) variables.push_back(context.constant(fmt::format("f{}", i).c_str(), sort(facts.all()[i].kind)));
  }

  // Texts are only compared for equality, and there are as many as there are reals: so the whole stays within real arithmetic, which
  // Z3 decides. Dates are days.
  z3::sort sort(K kind) { return kind == K::truth ? context.bool_sort() : kind == K::date ? context.int_sort() : context.real_sort(); }
  z3::expr truth(bool value) { return context.bool_val(value); }
  Term known(K kind, const z3::expr& value) { return {kind, value, truth(false)}; }
  Term nothing(K kind = K::none) { return {kind, kind == K::truth ? truth(false) : kind == K::date ? context.int_val(0) : context.real_val(0), truth(true)}; }

  // ---- values

  z3::expr constant(const Value& value) {
    if (const auto* number = value.number()) {
      const auto text = number->spelling();
      if (text.find_first_of("eE") != std::string::npos) throw Beyond{{"数太大或太小", "a number that is too large or too small"}};
      return context.real_val(text.c_str());
    }
    if (const auto* boolean = value.boolean()) return truth(*boolean);
    if (const auto* date = value.date()) return context.int_val(static_cast<std::int64_t>(date->days()));
    if (const auto* text = value.string()) return context.real_val(static_cast<int>(texts.try_emplace(*text, texts.size()).first->second));
    throw Beyond{{"常量的类型不能分析", "a constant of a type that is not analysed"}};
  }

  Term literal(const Value& value) {
    if (value.is_null()) return nothing();
    const auto kind = value.number() ? K::number : value.boolean() ? K::truth : value.string() ? K::text : K::date;
    return known(kind, constant(value));
  }

  // The value of a fact in a model that Z3 found.
  Value decoded(const z3::expr& value, K kind) {
    if (kind == K::truth) return value.is_true();
    auto text = value.is_algebraic() ? value.get_decimal_string(40) : Z3_get_numeral_string(context, value);
    bool exact = !value.is_algebraic();
    std::erase(text, '?');
    const auto slash = text.find('/');
    auto number = Decimal::parse(text.substr(0, slash));
    if (number && slash != std::string::npos) {
      const auto below = Decimal::parse(text.substr(slash + 1));
      const auto quotient = below ? number->divided_by(*below) : std::nullopt;
      const auto back = quotient ? quotient->times(*below) : std::nullopt;
      exact = back && *back == *number;
      number = quotient;
    }
    if (!number) return {};
    // A value without end is told, and asked for again, by a near one of few digits.
    if (kind == K::number && !exact && number->magnitude() > *Decimal::parse("0.001")) return number->rounded(6, Rounding::half_even);
    if (kind == K::date) return number->whole() ? Value(feel::Date::from_days(*number->whole())) : Value();
    if (kind != K::text) return *number;
    for (const auto& [known_text, code] : texts) {
      if (*number == Decimal(static_cast<std::int64_t>(code))) return known_text;
    }
    return others.try_emplace(number->spelling(), other_text()).first->second;  // a text that nobody names
  }

  std::string other_text() const {
    auto out = others.empty() ? std::string("（其他）") : fmt::format("（其他{}）", others.size() + 1);
    while (texts.contains(out)) out += "′";
    return out;
  }

  // ---- expressions

  z3::expr holds(const Term& term) { return !term.null && term.value; }
  z3::expr fails(const Term& term) { return !term.null && !term.value; }

  // feel::equal: null is null and nothing else.
  z3::expr same(const Term& a, const Term& b) {
    if (a.kind != b.kind) return a.null && b.null;
    return (a.null && b.null) || (!a.null && !b.null && a.value == b.value);
  }

  Term pick(const z3::expr& condition, const Term& yes, const Term& no) {
    const auto kind = yes.kind == K::none ? no.kind : yes.kind;
    if (yes.kind != no.kind && yes.kind != K::none && no.kind != K::none) throw Beyond{{"结果的类型不一", "results of several types"}};
    const auto one = yes.kind == kind ? yes.value : nothing(kind).value, other = no.kind == kind ? no.value : nothing(kind).value;
    return {kind, z3::ite(condition, one, other), z3::ite(condition, yes.null, no.null), std::max(yes.degree, no.degree)};
  }

  Term compared(Kind how, const Term& a, const Term& b) {
    if (how == Kind::equal) return known(K::truth, same(a, b));
    if (how == Kind::not_equal) return known(K::truth, !same(a, b));
    if (a.kind != b.kind) return nothing(K::truth);  // one is the constant null
    const auto& l = a.value;
    const auto& r = b.value;
    return {K::truth, how == Kind::less ? l < r : how == Kind::less_equal ? l <= r : how == Kind::greater ? l > r : l >= r, a.null || b.null};
  }

  Term number(const Node& node, const Term* tested) {
    auto out = expression(node, tested);
    if (out.kind == K::none) return nothing(K::number);
    if (out.kind != K::number) throw Beyond{{"这里要数", "a number is asked for here"}};
    return out;
  }

  Term truth_of(const Node& node, const Term* tested) {
    auto out = expression(node, tested);
    if (out.kind == K::none) return nothing(K::truth);
    if (out.kind != K::truth) throw Beyond{{"这里要真假", "a truth value is asked for here"}};
    return out;
  }

  Term arithmetic(const Node& node, const Term* tested) {
    const auto a = number(node.a(), tested), b = number(node.b(), tested);
    const auto null = a.null || b.null;
    const auto larger = std::max(a.degree, b.degree), together = a.degree + b.degree;
    if ((node.kind == Kind::add || node.kind == Kind::subtract) && a.degree > 1 && b.degree > 1) throw Beyond{kSumOfProducts};
    if (node.kind == Kind::add) return {K::number, a.value + b.value, null, larger};
    if (node.kind == Kind::subtract) return {K::number, a.value - b.value, null, larger};
    if (together > kDegreeMax) throw Beyond{{"三个以上的事实相乘或相除", "a product or quotient of more than two facts"}};
    products = products || (together == kDegreeMax && b.degree > 0);
    if (node.kind == Kind::multiply) return {K::number, a.value * b.value, null, together};
    return {K::number, a.value / b.value, null || b.value == 0, together};
  }

  Term both(const Node& node, const Term* tested) {
    const auto a = truth_of(node.a(), tested), b = truth_of(node.b(), tested);
    if (node.kind == Kind::conjunction) {
      const auto no = fails(a) || fails(b);
      return {K::truth, !no, !no && (a.null || b.null)};
    }
    const auto yes = holds(a) || holds(b);
    return {K::truth, yes, !yes && (a.null || b.null)};
  }

  Term between(const Node& node, const Term* tested) {
    const auto value = expression(node.a(), tested), low = expression(node.b(), tested), high = expression(node.c(), tested);
    const auto above = compared(Kind::greater_equal, value, low), below = compared(Kind::less_equal, value, high);
    const auto no = fails(above) || fails(below);
    return {K::truth, !no, !no && (above.null || below.null)};
  }

  Term call(const Node& node, const Term* tested) {
    if (const auto date = constant_date(node)) return literal(*date);
    const auto name = called(node);
    if (name == "not") {
      const auto a = truth_of(*node.parts[1], tested);
      return {K::truth, !a.value, a.null};
    }
    const bool listed = node.parts[1]->kind == Kind::list;
    const std::span parts = listed ? std::span(node.parts[1]->parts) : std::span(node.parts).subspan(1);
    auto out = number(*parts[0], tested);
    if (name == "abs") return {K::number, z3::ite(out.value < 0, -out.value, out.value), out.null, out.degree};
    if (name == "floor") return {K::number, to_real(down(out.value)), out.null, out.degree};
    if (name == "ceiling") return {K::number, -to_real(down(-out.value)), out.null, out.degree};
    for (const auto& part : parts.subspan(1)) {
      const auto next = number(*part, tested);
      out.value = name == "sum" ? out.value + next.value : z3::ite(name == "min" ? next.value < out.value : next.value > out.value, next.value, out.value);
      out.null = out.null || next.null;
      if (name == "sum" && out.degree > 1 && next.degree > 1) throw Beyond{kSumOfProducts};
      out.degree = std::max(out.degree, next.degree);
    }
    return out;
  }

  z3::expr down(const z3::expr& real) { return z3::expr(context, Z3_mk_real2int(context, real)); }

  // `tested`: what `?` is, inside of a unary test.
  Term expression(const Node& node, const Term* tested) {
    switch (node.kind) {
      case Kind::literal: return literal(node.value);
      case Kind::name:
        if (node.text == "?" && tested) return *tested;
        [[fallthrough]];
      case Kind::path: {
        const auto fact = facts.find(node);
        if (!fact || facts.all()[*fact].kind == K::none) throw Beyond{{fmt::format("看不出“{}”的类型，请在模型里写明", node.text), fmt::format("the type of \"{}\" is open: state it in the model", node.text)}};
        return {facts.all()[*fact].kind, variables[*fact], truth(false), 1};
      }
      case Kind::negate: {
        const auto a = number(node.a(), tested);
        return {K::number, -a.value, a.null, a.degree};
      }
      case Kind::add: case Kind::subtract: case Kind::multiply: case Kind::divide: return arithmetic(node, tested);
      case Kind::equal: case Kind::not_equal: case Kind::less: case Kind::less_equal: case Kind::greater: case Kind::greater_equal: return compared(node.kind, expression(node.a(), tested), expression(node.b(), tested));
      case Kind::conjunction: case Kind::disjunction: return both(node, tested);
      case Kind::between: return between(node, tested);
      case Kind::in: return any_test(node, 1, expression(node.a(), tested));
      case Kind::if_else: return pick(holds(truth_of(node.a(), tested)), expression(node.b(), tested), expression(node.c(), tested));
      case Kind::call: return call(node, tested);
      default: throw Beyond{{"表达式不能分析", "an expression that is not analysed"}};
    }
  }

  // ---- unary tests

  Term any_test(const Node& node, std::size_t from, const Term& tested) {
    auto yes = truth(false), null = truth(false);
    for (auto i = from; i < node.parts.size(); ++i) {
      const auto one = test(*node.parts[i], tested);
      yes = yes || holds(one);
      null = null || one.null;
    }
    return {K::truth, yes, !yes && null};
  }

  // feel::contains and what stands around it: a range of two nulls is null, one null makes it unanswered.
  Term in_range(const Node& node, const Term& tested) {
    const auto start = expression(node.a(), &tested), end = expression(node.b(), &tested);
    const auto above = compared(node.start_included ? Kind::greater_equal : Kind::greater, tested, start), below = compared(node.end_included ? Kind::less_equal : Kind::less, tested, end);
    const auto none = start.null && end.null;
    const auto inside = (start.null || above.value) && (end.null || below.value);
    const auto open = node.sign == feel::Range::Sign::none ? start.null || end.null || tested.null : tested.null;
    return {K::truth, z3::ite(none, tested.null, inside), !none && open};
  }

  Term test(const Node& node, const Term& tested) {
    switch (node.kind) {
      case Kind::test_any: return known(K::truth, truth(true));
      case Kind::tests: return any_test(node, 0, tested);
      case Kind::test_not: {
        const auto any = any_test(node, 0, tested);
        return {K::truth, !any.value, any.null};
      }
      case Kind::test_compare: return compared(node.compare, tested, expression(node.a(), nullptr));
      case Kind::test_value: break;
      default: throw Beyond{{"单元格不能分析", "a cell that is not analysed"}};
    }
    const auto& value = node.a();
    if (node.asks_itself) return truth_of(value, &tested);
    if (value.kind == Kind::range) return in_range(value, tested);
    if (value.kind == Kind::list) {
      auto yes = truth(false);
      for (const auto& part : value.parts) yes = yes || (part->kind == Kind::range ? holds(in_range(*part, tested)) : same(tested, expression(*part, nullptr)));
      return known(K::truth, yes);
    }
    const auto term = expression(value, nullptr);
    if (term.kind == K::truth && tested.kind != K::truth && value.kind != Kind::literal) {
      return known(K::truth, z3::ite(!term.null && !tested.null, term.value, term.null && tested.null));
    }
    return known(K::truth, same(tested, term));
  }

  // ---- tables

  std::vector<z3::expr> rules(const DecisionTable& table) {
    if (table.tests().size() > kRulesEncodedMax) throw Beyond{{fmt::format("需要求解的表超过 {} 条规则", kRulesEncodedMax), fmt::format("a table that asks for a solver, with more than {} rules", kRulesEncodedMax)}};
    std::vector<std::optional<Term>> inputs(table.inputs().size());
    std::vector<z3::expr> out;
    for (const auto& rule : table.tests()) {
      auto match = truth(true);
      for (std::size_t i = 0; i < rule.size(); ++i) {
        if (rule[i]->kind == Kind::test_any) continue;
        if (!inputs[i]) inputs[i] = expression(*table.inputs()[i], nullptr);
        match = match && holds(test(*rule[i], *inputs[i]));
      }
      out.push_back(match.simplify());
    }
    return out;
  }

  // The answer of a table: `none`, that it is null as a whole; else a value for each output.
  struct Outputs {
    z3::expr none;
    std::vector<Term> terms;
  };

  Outputs row(const std::vector<feel::NodePtr>& nodes) {
    Outputs out{truth(false), {}};
    for (const auto& node : nodes) out.terms.push_back(node ? expression(*node, nullptr) : nothing());
    return out;
  }

  Outputs otherwise(const DecisionTable& table) {
    auto out = row(table.defaults());
    if (std::ranges::none_of(table.defaults(), [](const auto& node) { return node != nullptr; })) out.none = truth(true);
    return out;
  }

  Outputs pick(const z3::expr& condition, const Outputs& yes, const Outputs& no) {
    Outputs out{z3::ite(condition, yes.none, no.none), {}};
    for (std::size_t i = 0; i < yes.terms.size(); ++i) out.terms.push_back(pick(condition, yes.terms[i], no.terms[i]));
    return out;
  }

  z3::expr same(const DecisionTable& a, const Outputs& mine, const DecisionTable& b, const Outputs& theirs) {
    const auto null = [](const Outputs& one) { return one.terms.size() == 1 ? one.none || one.terms[0].null : one.none; };
    const auto neither = !null(mine) && !null(theirs);
    auto all = truth(mine.terms.size() == theirs.terms.size());
    for (std::size_t i = 0; i < mine.terms.size() && mine.terms.size() == theirs.terms.size(); ++i) {
      // A single output stands for itself; several are found by their names.
      const auto& outputs = b.source().outputs;
      const auto other = mine.terms.size() == 1 ? 0 : static_cast<std::size_t>(std::ranges::find(outputs, a.source().outputs[i].name, &OutputClause::name) - outputs.begin());
      all = all && (other < theirs.terms.size() ? same(mine.terms[i], theirs.terms[other]) : truth(false));
    }
    return (neither && all) || (null(mine) && null(theirs));
  }

  Outputs answer(const DecisionTable& table) {
    const auto hits = rules(table);
    const auto policy = table.source().hit_policy;
    if (policy == HitPolicy::priority && !table.is_constant()) throw Beyond{{"PRIORITY 表的输出不是常量", "a PRIORITY table whose outputs are computed"}};
    if (collects(policy)) return aggregated(table, hits);
    // From the last rule to the first: the first that matches has the last word.
    auto out = otherwise(table);
    auto order = table.order();
    auto conflict = truth(false), seen = truth(false);
    for (const auto rule : order) {
      conflict = conflict || (seen && hits[rule]);
      seen = seen || hits[rule];
    }
    std::ranges::reverse(order);
    for (const auto rule : order) out = pick(hits[rule], row(table.outputs()[rule]), out);
    if (policy == HitPolicy::any) {
      conflict = truth(false);
      for (const auto rule : order) conflict = conflict || (hits[rule] && !same(table, row(table.outputs()[rule]), table, out));
    }
    if (policy == HitPolicy::unique || policy == HitPolicy::any) out.none = out.none || conflict;
    return out;
  }

  Outputs aggregated(const DecisionTable& table, const std::vector<z3::expr>& hits) {
    const auto how = table.source().aggregation;
    if (how == Aggregation::none) throw Beyond{{"收集成列表的表，带有算出的格", "a table that collects a list, with computed cells"}};
    if (table.source().outputs.size() != 1) throw Beyond{{"有几个输出的汇总", "an aggregation of several outputs"}};
    auto some = truth(false);
    auto out = how == Aggregation::count || how == Aggregation::sum ? known(K::number, context.real_val(0)) : nothing(K::number);
    for (std::size_t rule = 0; rule < hits.size(); ++rule) {
      const auto& hit = hits[rule];
      const auto value = how == Aggregation::count ? known(K::number, context.real_val(1)) : number(*table.outputs()[rule][0], nullptr);
      if (how == Aggregation::count || how == Aggregation::sum) {
        if (out.degree > 1 && value.degree > 1) throw Beyond{kSumOfProducts};
        out = {K::number, out.value + z3::ite(hit, value.value, context.real_val(0)), out.null || (hit && value.null), std::max(out.degree, value.degree)};
      } else {
        const auto better = !some || (how == Aggregation::min ? value.value < out.value : value.value > out.value);
        out = {K::number, z3::ite(hit && better, value.value, out.value), z3::ite(hit, (some && out.null) || value.null, out.null)};
      }
      some = some || hit;
    }
    if (how != Aggregation::count) out.null = out.null || !some;
    // The default answers where nothing matches; a default of null leaves it to the aggregation.
    const auto fallback = otherwise(table);
    const auto given = !some && !fallback.none && !fallback.terms[0].null;
    return {truth(false), {pick(given, fallback.terms[0], out)}};
  }

  // ---- questions

  z3::expr with(const z3::expr& formula, const Held& held) {
    z3::expr_vector from(context), to(context);
    for (std::size_t i = 0; i < held.size(); ++i) {
      if (!held[i]) continue;
      from.push_back(variables[i]);
      to.push_back(facts.all()[i].kind == K::none ? context.real_val(0) : constant(*held[i]));
    }
    auto out = formula;
    return out.substitute(from, to);
  }

  Formula keep(const z3::expr& formula) {
    formulas.push_back(formula);
    return formulas.size() - 1;
  }

  template <class Condition>
  Formula of_numbers(Condition condition) {
    auto all = truth(true);
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (facts.all()[i].kind == K::number) all = all && condition(variables[i]);
    }
    return keep(all);
  }

  Answer solve(std::span<const Demand> demands, Point& found) {
    const auto now = std::chrono::steady_clock::now();
    if (left == 0 || now >= until) return Answer::open;
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(until - now).count();
    context.set("rlimit", static_cast<int>(std::min<std::uint64_t>(left, 0x7fffffff)));
    context.set("timeout", std::min(kMillisecondsOfOne, static_cast<int>(wait) + 1));
    // The plain solver is made in a moment, others take milliseconds; but with products it does not heed the clock.
    auto solver = products ? (z3::tactic(context, "simplify") & z3::tactic(context, "qfnra-nlsat")).mk_solver() : z3::solver(context, z3::solver::simple());
    auto result = asked(solver, demands);
    if (result == z3::unknown && left > 0 && !products) {
      solver = z3::solver(context);
      result = asked(solver, demands);
    }
    if (result == z3::unknown) return Answer::open;
    if (result == z3::unsat) return Answer::no;
    const auto model = solver.get_model();
    found.assign(variables.size(), Value());
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const auto kind = facts.all()[i].kind;
      found[i] = kind == K::none ? Value(0) : decoded(model.eval(variables[i], true), kind);
      for (const auto& demand : demands) {
        if (!demand.held.empty() && demand.held[i] && demands.size() == 1) found[i] = *demand.held[i];
      }
      if (found[i].is_null()) return Answer::open;
    }
    return Answer::yes;
  }

  z3::check_result asked(z3::solver& solver, std::span<const Demand> demands) {
    for (const auto& demand : demands) solver.add(with(formulas[demand.formula], demand.held));
    const auto result = solver.check();
    spend(solver.statistics());
    return result;
  }

  // The counter runs over the whole context.
  void spend(const z3::stats& statistics) {
    for (unsigned i = 0; i < statistics.size(); ++i) {
      if (statistics.key(i) != "rlimit count") continue;
      const std::uint64_t count = statistics.uint_value(i);
      const auto used = count - std::min(count, counted);
      counted = std::max(counted, count);
      left -= std::min(left, used + 1);
    }
  }

  z3::context context;
  const Facts& facts;
  std::uint64_t left, counted = 0;
  std::chrono::steady_clock::time_point until;
  bool products = false;  // of facts, or quotients
  std::vector<z3::expr> variables, formulas;
  std::map<std::string, std::size_t> texts;
  std::map<std::string, std::string> others;
};

namespace {

// Runs what may meet a limit of this file or an exception of Z3 (memory).
template <class Make>
auto guarded(Make make, Opaque& why) -> std::optional<decltype(make())> {
  try {
    return make();
  } catch (const Beyond& beyond) {
    why.text = beyond.text;
  } catch (const z3::exception& exception) {
    why.text = {fmt::format("求解器：{}", exception.msg()), fmt::format("the solver: {}", exception.msg())};
  }
  return std::nullopt;
}

}  // namespace

Solver::Solver(const Facts& facts, std::uint64_t budget) : impl_(std::make_unique<Impl>(facts, budget)) {}
Solver::~Solver() = default;

std::optional<Solver::Formula> Solver::differs(const DecisionTable& a, const DecisionTable& b, Opaque& why) {
  return guarded([&] { return impl_->keep(!impl_->same(a, impl_->answer(a), b, impl_->answer(b))); }, why);
}

std::optional<std::vector<Solver::Formula>> Solver::matches(const DecisionTable& table, Opaque& why) {
  return guarded([&] {
    std::vector<Formula> out;
    for (const auto& rule : impl_->rules(table)) out.push_back(impl_->keep(rule));
    return out;
  }, why);
}

std::optional<Solver::Formula> Solver::outputs_differ(const DecisionTable& table, std::size_t rule, std::size_t other) {
  Opaque why;
  return guarded([&] { return impl_->keep(!impl_->same(table, impl_->row(table.outputs()[rule]), table, impl_->row(table.outputs()[other]))); }, why);
}

Solver::Formula Solver::all_of(std::span<const Formula> formulas) {
  auto out = impl_->truth(true);
  for (const auto formula : formulas) out = out && impl_->formulas[formula];
  return impl_->keep(out);
}

Solver::Formula Solver::any_of(std::span<const Formula> formulas) {
  auto out = impl_->truth(false);
  for (const auto formula : formulas) out = out || impl_->formulas[formula];
  return impl_->keep(out);
}

Solver::Formula Solver::negation(Formula formula) { return impl_->keep(!impl_->formulas[formula]); }

Solver::Formula Solver::allowed() {
  auto all = impl_->truth(true);
  for (std::size_t i = 0; i < impl_->facts.all().size(); ++i) {
    const auto& fact = impl_->facts.all()[i];
    if (fact.allowed.empty() || fact.kind == Fact::Kind::none) continue;
    // Tests that cannot be written are left to Facts::allows, which every point must meet.
    Opaque why;
    const auto some = guarded([&] {
      auto any = impl_->truth(false);
      for (const auto& tests : fact.allowed) {
        auto every = impl_->truth(true);
        for (const auto& test : tests) every = every && impl_->holds(impl_->test(*test, impl_->known(fact.kind, impl_->variables[i])));
        any = any || every;
      }
      return any;
    }, why);
    if (some) all = all && *some;
  }
  return impl_->keep(all);
}

Solver::Formula Solver::not_negative() {
  return impl_->of_numbers([](const z3::expr& number) { return number >= 0; });
}

Solver::Formula Solver::countable() {
  return impl_->of_numbers([](const z3::expr& number) { return number == 0 || number >= 1; });
}

Solver::Formula Solver::at(const Point& point) {
  auto all = impl_->truth(true);
  for (std::size_t i = 0; i < point.size(); ++i) {
    if (impl_->facts.all()[i].kind != Fact::Kind::none) all = all && impl_->variables[i] == impl_->constant(point[i]);
  }
  return impl_->keep(all);
}

bool Solver::asks(Formula formula, std::size_t fact) const {
  const auto& whole = impl_->formulas[formula];
  z3::expr_vector from(impl_->context), to(impl_->context);
  from.push_back(impl_->variables[fact]);
  to.push_back(impl_->context.constant("other", impl_->variables[fact].get_sort()));
  auto copy = whole;
  return !z3::eq(copy.substitute(from, to), whole);
}

Answer Solver::solve(std::span<const Demand> demands, Point& found) {
  Opaque why;
  return guarded([&] { return impl_->solve(demands, found); }, why).value_or(Answer::open);
}

}  // namespace jiaoji::rules
