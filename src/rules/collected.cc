#include "rules/collected.h"

#include <map>

#include <fmt/format.h>

namespace jiaoji::rules {

using feel::Value;

namespace {

// A bag as a list that is the same for every order of it.
Value ordered(const Value& list) {
  std::vector<std::pair<std::string, Value>> items;
  for (const auto& item : *list.list()) items.emplace_back(feel::literal(item), item);
  std::ranges::stable_sort(items, {}, &std::pair<std::string, Value>::first);
  feel::List out;
  for (auto& [_, item] : items) out.push_back(std::move(item));
  return out;
}

bool gives_a_bag(const DecisionTable& table) { return table.source().hit_policy == HitPolicy::collect && table.source().aggregation == Aggregation::none; }

// A rule of one of the tables. `shared`: the other table has it, too.
struct Entry {
  const Box* box;
  std::size_t rule;
  bool of_a, shared = false;
};

class Splitting {
 public:
  Splitting(const Space& space, const DecisionTable& a, const DecisionTable& b, Budget& budget, std::vector<Found>& out)
      : space_(space), a_(a), b_(b), budget_(budget), out_(out), boxes_a_(space.boxes(a)), boxes_b_(space.boxes(b)) {
    for (std::size_t i = 0; i < boxes_a_.size(); ++i) entries_a_.push_back({&boxes_a_[i], i, true});
    for (std::size_t i = 0; i < boxes_b_.size(); ++i) entries_b_.push_back({&boxes_b_[i], i, false});
    share();
  }

  bool run() {
    std::vector<const Entry*> pending;  // what tells the tables apart comes first
    for (const bool shared : {false, true}) {
      for (const auto* entries : {&entries_a_, &entries_b_}) {
        for (const auto& entry : *entries) {
          if (entry.shared == shared && !space_.empty(*entry.box)) pending.push_back(&entry);
        }
      }
    }
    // Without any rule the defaults answer.
    default_differs_ = !same_answer(a_, b_, a_.answer_of({}), b_.answer_of({}));
    return split(space_.all(), pending, {});
  }

 private:
  bool same_rule(const Entry& a, const Entry& b) const { return *a.box == *b.box && feel::identical(*a_.constant_output(a.rule), *b_.constant_output(b.rule)); }

  void pair(Entry& a, Entry& b) { a.shared = b.shared = true; }

  // Pairs rules that both tables have: of a bag or an aggregation in any order, else those before and after what was edited.
  void share() {
    const auto& source = a_.source();
    if (source.hit_policy != b_.source().hit_policy || source.aggregation != b_.source().aggregation) return;
    if (!feel::identical(*a_.constant_otherwise(), *b_.constant_otherwise())) return;
    if (source.hit_policy == HitPolicy::collect) {
      std::map<Box, std::vector<Entry*>> by_box;
      for (auto& entry : entries_b_) by_box[*entry.box].push_back(&entry);
      for (auto& entry : entries_a_) {
        auto& others = by_box[*entry.box];
        const auto other = std::ranges::find_if(others, [&](const Entry* one) { return same_rule(entry, *one); });
        if (other == others.end()) continue;
        pair(entry, **other);
        others.erase(other);
      }
    } else {
      const auto most = std::min(entries_a_.size(), entries_b_.size());
      std::size_t before = 0, after = 0;
      for (; before < most && same_rule(entries_a_[before], entries_b_[before]); ++before) pair(entries_a_[before], entries_b_[before]);
      for (; before + after < most && same_rule(entries_a_[entries_a_.size() - 1 - after], entries_b_[entries_b_.size() - 1 - after]); ++after) pair(entries_a_[entries_a_.size() - 1 - after], entries_b_[entries_b_.size() - 1 - after]);
    }
    const auto is_number = [](const DecisionTable& table) {
      for (std::size_t rule = 0; rule < table.outputs().size(); ++rule) {
        if (!table.constant_output(rule)->number()) return false;
      }
      return true;
    };
    const bool bag = gives_a_bag(a_) || source.aggregation == Aggregation::count;
    cancels_ = source.hit_policy == HitPolicy::collect && (bag || (source.aggregation == Aggregation::sum && is_number(a_) && is_number(b_)));
    cancels_from_none_ = cancels_ && bag && a_.constant_otherwise()->is_null();
  }

  // What is hit in a box, and whether the rules that both have no longer matter there.
  struct Hit {
    std::vector<const Entry*> entries;
    bool some_a = false, some_b = false, own = false;  // own: one that the tables do not share
    void add(const Entry* entry) {
      entries.push_back(entry);
      some_a = some_a || entry->of_a;
      some_b = some_b || !entry->of_a;
      own = own || !entry->shared;
    }
  };

  bool split(const Box& box, const std::vector<const Entry*>& candidates, Hit hit) {
    if (!budget_.spend(1 + candidates.size() / 4)) return false;
    if (out_.size() >= kCollectedRegionsMax) return false;
    std::vector<const Entry*> pending;
    for (const auto* entry : candidates) {
      if (!space_.overlap(box, *entry->box)) continue;
      if (space_.within(box, *entry->box)) hit.add(entry);
      else pending.push_back(entry);
    }
    const bool own_pending = !pending.empty() && !pending.front()->shared;
    if (!own_pending && !hit.own && !default_differs_) return true;
    const bool reduced = cancels_from_none_ || (cancels_ && hit.some_a && hit.some_b);
    if (pending.empty() || (!own_pending && reduced)) return leaf(box, hit, reduced), true;
    const auto* by = pending.front();
    pending.erase(pending.begin());
    if (!split(space_.common(box, *by->box), with(by, pending), hit)) return false;
    std::vector<Box> rest;
    space_.subtract(box, *by->box, rest);
    for (const auto& part : rest) {
      if (!split(part, pending, hit)) return false;
    }
    return true;
  }

  static std::vector<const Entry*> with(const Entry* first, const std::vector<const Entry*>& rest) {
    std::vector<const Entry*> out{first};
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }

  void leaf(const Box& box, const Hit& hit, bool reduced) {
    std::vector<std::size_t> rules_a, rules_b;
    for (const auto* entry : hit.entries) {
      if (!reduced || !entry->shared) (entry->of_a ? rules_a : rules_b).push_back(entry->rule);
    }
    std::ranges::sort(rules_a);
    std::ranges::sort(rules_b);
    auto left = answer(a_, rules_a, reduced), right = answer(b_, rules_b, reduced);
    if (!same_answer(a_, b_, left, right)) out_.push_back({box, -1, -1, std::move(left), std::move(right)});
  }

  // Of what does not cancel out: nothing adds nothing.
  Value answer(const DecisionTable& table, const std::vector<std::size_t>& rules, bool reduced) const {
    if (reduced && rules.empty()) return gives_a_bag(table) ? Value(feel::List{}) : Value(0);
    return table.answer_of(rules);
  }

  const Space& space_;
  const DecisionTable &a_, &b_;
  Budget& budget_;
  std::vector<Found>& out_;
  const std::vector<Box> boxes_a_, boxes_b_;
  std::vector<Entry> entries_a_, entries_b_;
  bool cancels_ = false, cancels_from_none_ = false, default_differs_ = false;
};

}  // namespace

bool collects(HitPolicy policy) { return policy == HitPolicy::collect || policy == HitPolicy::rule_order || policy == HitPolicy::output_order; }

std::vector<std::size_t> rules_at(const Space& space, const std::vector<Box>& boxes, const Box& point) {
  std::vector<std::size_t> out;
  for (std::size_t rule = 0; rule < boxes.size(); ++rule) {
    if (space.within(point, boxes[rule])) out.push_back(rule);
  }
  return out;
}

bool same_answer(const DecisionTable& a, const DecisionTable& b, const Value& left, const Value& right) {
  const bool bag = (gives_a_bag(a) && collects(b.source().hit_policy)) || (gives_a_bag(b) && collects(a.source().hit_policy));
  return bag && left.list() && right.list() ? feel::identical(ordered(left), ordered(right)) : feel::identical(left, right);
}

bool compare_collected(const Space& space, const DecisionTable& a, const DecisionTable& b, Budget& budget, std::vector<Found>& out, Opaque& why) {
  if (a.tests().size() + b.tests().size() > kCollectedRulesMax) {
    why.text = {fmt::format("收集多条规则的两张表共超过 {} 条规则", kCollectedRulesMax), fmt::format("two tables that collect, with more than {} rules together", kCollectedRulesMax)};
    return false;
  }
  if (Splitting(space, a, b, budget, out).run()) return true;
  why.text = {"规则重叠太多，预算用完", "the rules overlap too much, the budget is spent"};
  return false;
}

}  // namespace jiaoji::rules
