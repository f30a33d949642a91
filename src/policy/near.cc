#include "policy/near.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>
#include <set>

#include "rules/asked.h"

namespace jiaoji::policy {

using feel::Value;

namespace {

constexpr std::size_t kBoundsAlone = 500, kBoundsTogether = 24;  // of one fact, the nearest: moved alone, and with others
constexpr double kBeyond = 1'000;  // times a number that a firm has: no nearer than that is no near miss

void literals(const feel::Node& node, std::vector<Decimal>& out) {
  if (node.kind == feel::Kind::literal && node.value.number()) out.push_back(*node.value.number());
  for (const auto& part : node.parts) {
    if (part) literals(*part, out);
  }
}

double number_in(const feel::Context& facts, const std::string& name) {
  const auto* value = facts.find(name);
  return value && value->number() ? value->number()->approximate() : 0;
}

// Away from where the firm stands, to three digits (whole numbers for what is counted).
std::optional<Decimal> rounded_outwards(double x, const Fact& fact) {
  const auto exact = Decimal::from_double(x);
  if (!exact) return {};
  const auto digits = fact.whole ? 0 : std::max<std::int64_t>(0, 2 - static_cast<std::int64_t>(std::floor(std::log10(std::max(x, 0.01)))));
  return exact->rounded(digits, fact.change == Change::grow ? Rounding::ceiling : Rounding::floor);
}

class Search {
 public:
  Search(const rules::Compiled& model, const Vocabulary& vocabulary, const feel::Context& facts, const Judge& judge, std::uint64_t steps_max) : model_(model), facts_(facts), judge_(judge), steps_max_(std::min(steps_max, kNearSteps)), base_(ask(facts)) {
    for (const auto& element : model.elements()) {
      const auto* held = element.kind == rules::Element::Kind::input ? facts.find(element.name) : nullptr;
      const auto* fact = vocabulary.find(element.name);
      if (held && fact && fact->change != Change::none) moved_.push_back(fact), bounds_[fact] = bounds(*fact, *held);
    }
  }

  std::vector<Near> nearest(std::size_t most) {
    for (const auto* fact : moved_) {
      for (const auto& to : bounds_[fact]) consider({{fact, to}});
      if (fact->type == FactType::number) halve(*fact);
    }
    wait();
    for (std::size_t size = 2; size <= 3 && found_.empty(); ++size) {
      std::vector<std::pair<const Fact*, Value>> chosen;
      choose(0, size, chosen);
    }
    std::ranges::stable_sort(found_, {}, &Found::distance);
    std::vector<Near> out;
    std::set<std::string> seen;  // one way to each outcome by the same facts
    for (auto& one : found_) {
      if (out.size() < most && seen.insert(one.key).second) out.push_back(std::move(one.near));
    }
    return out;
  }

 private:
  struct Found {
    Near near;
    double distance = 0;
    std::string key;
  };

  bool better(const Outcome& outcome) const { return outcome.worth > base_.worth && outcome.rules != base_.rules; }

  bool spent() const { return asked_ >= kNearEvaluations || steps_ >= steps_max_; }

  Outcome ask(const feel::Context& facts) {
    ++asked_;
    auto out = judge_(facts);
    steps_ += out.steps;
    return out;
  }

  template <class Take>
  void each_column(Take take) const {
    for (const auto& element : model_.elements()) {
      const auto* table = rules::table_in(element);
      for (std::size_t i = 0; table && i < table->inputs().size(); ++i) take(*table, i, table->source().inputs[i].expression);
    }
  }

  // The values to try for a fact: what the cells of its own columns name, and one step beyond for open ends.
  std::vector<Value> bounds(const Fact& fact, const Value& held) const {
    std::vector<Value> out;
    if (held.boolean()) return *held.boolean() ? out : std::vector<Value>{true};
    if (held.string()) {
      const auto at = std::ranges::find(fact.options, *held.string());
      for (auto next = at == fact.options.end() ? at : at + 1; next != fact.options.end(); ++next) out.emplace_back(*next);
      return out;
    }
    std::vector<Decimal> named;
    each_column([&](const rules::DecisionTable& table, std::size_t i, const std::string& expression) {
      if (expression != fact.name) return;
      for (const auto& rule : table.tests()) literals(*rule[i], named);
    });
    const auto step = fact.whole ? Decimal(1) : *Decimal::parse("0.01");
    std::vector<Decimal> tried;
    for (const auto& one : named) {
      tried.push_back(one);
      if (const auto beyond = fact.change == Change::grow ? one.plus(step) : one.minus(step)) tried.push_back(*beyond);
    }
    const bool up = fact.change == Change::grow;
    std::erase_if(tried, [&](const Decimal& one) { return one.is_negative() || (up ? one <= *held.number() : one >= *held.number()); });
    std::ranges::sort(tried);
    tried.erase(std::ranges::unique(tried).begin(), tried.end());
    if (!up) std::ranges::reverse(tried);
    if (tried.size() > kBoundsAlone) tried.resize(kBoundsAlone);
    for (const auto& one : tried) out.emplace_back(one);
    return out;
  }

  // For what is computed from a number, such as 研发费用 / 年营收 or a score, which no cell names. Steps away from the firm until an
  // outcome is better, then halves to the bound.
  void halve(const Fact& fact) {
    const auto held = number_in(facts_, fact.name);
    const bool up = fact.change == Change::grow;
    const auto judged = [&](double x) -> std::optional<Value> {
      const auto to = rounded_outwards(x, fact);
      if (!to || to->is_negative()) return {};
      auto with = facts_;
      with.put(fact.name, *to);
      return better(ask(with)) ? std::optional<Value>(*to) : std::nullopt;
    };
    const auto start = std::max(held, fact.whole ? 1.0 : 0.01);
    double near = held;
    for (double times = 1.02; times < kBeyond && !spent(); times *= 1.25) {
      const double far = up ? start * times : held / times;
      auto hit = judged(far);
      if (!hit) {
        near = far;
        continue;
      }
      double inside = far;
      for (int i = 0; i < 24 && !spent() && std::abs(inside - near) > 1e-4 * std::abs(inside); ++i) {
        const auto middle = (near + inside) / 2;
        if (auto closer = judged(middle)) inside = middle, hit = std::move(closer);
        else near = middle;
      }
      consider({{&fact, *hit}});
      return;
    }
  }

  void wait() {
    const auto* day = facts_.find(kAskedOn);
    if (!day || !day->date()) return;
    auto with = facts_;
    double best = base_.worth;
    for (int days = 1; days <= kWaitDaysMax && !spent(); ++days) {
      const auto date = feel::Date::from_days(day->date()->days() + days);
      if (!date) return;
      with.put(std::string(kAskedOn), *date);
      const auto outcome = ask(with);
      if (!better(outcome) || outcome.worth <= best) continue;
      best = outcome.worth;
      found_.push_back({{{}, days, outcome.worth}, days / 365.0, "wait" + outcome.rules});
    }
  }

  void consider(const std::vector<std::pair<const Fact*, Value>>& changes) {
    if (spent()) return;
    auto with = facts_;
    Found found;
    for (const auto& [fact, to] : changes) {
      const auto& from = *facts_.find(fact->name);
      with.put(fact->name, to);
      found.near.steps.push_back({fact->name, from, to});
      found.distance += distance(*fact, from, to);
      found.key += fact->name + "/";
    }
    const auto outcome = ask(with);
    if (!better(outcome)) return;
    found.near.worth = outcome.worth;
    found.key += outcome.rules;
    found_.push_back(std::move(found));
  }

  // In shares of what the firm has; a rung or a yes counts one half.
  static double distance(const Fact& fact, const Value& from, const Value& to) {
    if (from.number()) return std::abs(to.number()->approximate() - from.number()->approximate()) / std::max(std::abs(from.number()->approximate()), 1.0);
    if (from.boolean()) return 0.5;
    return 0.5 * static_cast<double>(std::ranges::find(fact.options, *to.string()) - std::ranges::find(fact.options, *from.string()));
  }

  void choose(std::size_t from, std::size_t left, std::vector<std::pair<const Fact*, Value>>& chosen) {
    if (left == 0) return consider(chosen);
    for (auto i = from; i < moved_.size() && !spent(); ++i) {
      for (const auto& to : bounds_[moved_[i]] | std::views::take(kBoundsTogether)) {
        chosen.emplace_back(moved_[i], to);
        choose(i + 1, left - 1, chosen);
        chosen.pop_back();
      }
    }
  }

  const rules::Compiled& model_;
  const feel::Context& facts_;
  const Judge& judge_;
  const std::uint64_t steps_max_;
  std::size_t asked_ = 0;
  std::uint64_t steps_ = 0;
  const Outcome base_;
  std::vector<const Fact*> moved_;
  std::map<const Fact*, std::vector<Value>> bounds_;
  std::vector<Found> found_;
};

}  // namespace

std::vector<Near> find_near(const rules::Compiled& model, const Vocabulary& vocabulary, const feel::Context& facts, const Judge& judge, std::size_t most, std::uint64_t steps_max) {
  return Search(model, vocabulary, facts, judge, steps_max).nearest(most);
}

}  // namespace jiaoji::policy
