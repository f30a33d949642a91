#include "rules/facts.h"

#include <algorithm>

#include <fmt/format.h>

#include "feel/builtin.h"
#include "feel/evaluate.h"

namespace jiaoji::rules {

using feel::Kind;
using feel::Node;
using feel::Value;

namespace {

// The path of a fact; empty for anything else.
std::vector<std::string> path_of(const Node& node) {
  if (node.kind == Kind::name) return node.slot >= 0 && node.slots.empty() && node.text != "?" ? std::vector{node.text} : std::vector<std::string>{};
  if (node.kind != Kind::path) return {};
  auto out = path_of(node.a());
  if (!out.empty()) out.push_back(node.text);
  return out;
}

Fact::Kind kind_of(const Value& value) {
  return value.number() ? Fact::Kind::number : value.boolean() ? Fact::Kind::truth : value.string() ? Fact::Kind::text : value.date() ? Fact::Kind::date : Fact::Kind::none;
}

// What a model's type says; nothing when it is none of the four.
std::optional<Fact::Kind> kind_of(const feel::TypePtr& type) {
  if (!type) return Fact::Kind::none;
  switch (type->kind) {
    case feel::Type::Kind::any: return Fact::Kind::none;
    case feel::Type::Kind::number: return Fact::Kind::number;
    case feel::Type::Kind::boolean: return Fact::Kind::truth;
    case feel::Type::Kind::string: return Fact::Kind::text;
    case feel::Type::Kind::date: return Fact::Kind::date;
    default: return std::nullopt;
  }
}

}  // namespace

// Finds the facts and their types: the trees are read again until no fact's type is learnt any more.
class Typing {
 public:
  explicit Typing(Facts& facts) : facts_(facts.facts_), frames_(facts.frames_) {}

  bool run(const std::vector<const DecisionTable*>& tables, Opaque& why) {
    for (changed_ = true; changed_;) {
      changed_ = false;
      for (const auto* table : tables) read(*table);
      if (!failure_) continue;
      why.text = *failure_;
      return false;
    }
    last_ = true;  // what is still open now stays open
    for (const auto* table : tables) read(*table);
    for (const auto* table : tables) limit(*table);
    if (!failure_) refuse_parts_of_facts();
    if (failure_) why.text = *failure_;
    return !failure_;
  }

 private:
  using K = Fact::Kind;

  void read(const DecisionTable& table) {
    table_ = &table;
    frames_[table_].slots = std::max(frames_[table_].slots, table.question_slot() + 1);
    std::vector<K> asked;
    for (std::size_t i = 0; i < table.inputs().size(); ++i) {
      where_ = {fmt::format("输入列“{}”", table.source().inputs[i].expression), fmt::format("the input \"{}\"", table.source().inputs[i].expression)};
      const auto own = path_of(*table.inputs()[i]).empty() ? K::none : kind_of(table.input_type(i)).value_or(K::none);
      auto kind = type(*table.inputs()[i], own, K::none);
      for (std::size_t rule = 0; rule < table.tests().size(); ++rule) {
        const auto& text = table.source().rules[rule].tests[i];
        where_ = {fmt::format("第 {} 条规则的“{}”", rule + 1, text), fmt::format("rule {}: {}", rule + 1, text)};
        kind = tests(*table.tests()[rule][i], kind);
      }
      type(*table.inputs()[i], kind, K::none);
    }
    for (std::size_t output = 0; output < table.source().outputs.size(); ++output) {
      K kind = K::none;
      for (std::size_t rule = 0; rule < table.outputs().size(); ++rule) {
        const auto& text = table.source().rules[rule].outputs[output];
        where_ = {fmt::format("第 {} 条规则的输出“{}”", rule + 1, text), fmt::format("rule {}, the output {}", rule + 1, text)};
        kind = type(*table.outputs()[rule][output], kind, K::none);
      }
    }
    where_ = {"默认输出", "the default output"};
    for (const auto& node : table.defaults()) {
      if (node) type(*node, K::none, K::none);
    }
  }

  K fail(std::string_view zh, std::string_view en) {
    if (!failure_) failure_ = Text{fmt::format("{}：{}", where_.zh, zh), fmt::format("{}: {}", where_.en, en)};
    return K::none;
  }
  K beyond() { return fail("不只是能精确分析的算术与比较", "asks for more than arithmetic and comparison that can be analysed exactly"); }

  void slot(std::int32_t at) { frames_[table_].slots = std::max(frames_[table_].slots, static_cast<std::size_t>(at + 1)); }

  K fact(const Node& node, K expected) {
    auto path = path_of(node);
    if (path.empty()) return beyond();
    const auto* root = &node;
    while (root->kind == Kind::path) root = &root->a();
    slot(root->slot);
    frames_[table_].roots[root->text] = static_cast<std::size_t>(root->slot);
    const auto declared = kind_of(table_->type_of(path, static_cast<std::size_t>(root->slot)));
    if (!declared) return fail("事实的类型不是数、文字、真假或日期", "a fact that is no number, text, truth value or date");
    auto found = std::ranges::find(facts_, path, &Fact::path);
    if (found == facts_.end()) {
      Fact one;
      for (const auto& part : path) one.name += (one.name.empty() ? "" : ".") + part;
      one.path = std::move(path);
      found = facts_.insert(facts_.end(), std::move(one));
      changed_ = true;
    }
    for (const auto kind : {*declared, expected}) {
      if (kind == K::none || kind == found->kind) continue;
      if (found->kind != K::none) return fail("不同类型的值混在一起", "values of different types are mixed");
      found->kind = kind;
      changed_ = true;
    }
    return found->kind;
  }

  // The type that two parts have in common.
  K both(const Node& a, const Node& b, K expected, K tested) {
    const auto left = type(a, expected, tested);
    const auto right = type(b, left == K::none ? expected : left, tested);
    return left == K::none && right != K::none ? type(a, right, tested) : right;
  }
  K sure(K kind) { return kind == K::none && last_ ? fail("看不出事实的类型，请在模型里写明", "the type of a fact is open: state it in the model") : kind; }
  K expect(K kind, K expected) {
    if (kind != K::none && expected != K::none && kind != expected) return fail("不同类型的值混在一起", "values of different types are mixed");
    return kind;
  }

  // The type of an expression; `expected` is what stands around it asks for, `tested` the type of `?`.
  K type(const Node& node, K expected, K tested) {
    if (failure_) return K::none;
    switch (node.kind) {
      case Kind::literal: {
        const auto kind = kind_of(node.value);
        if (kind == K::none && !node.value.is_null()) return beyond();
        return node.value.is_null() ? expected : expect(kind, expected);
      }
      case Kind::name: return node.text == "?" ? expect(tested, expected) : fact(node, expected);
      case Kind::path: return fact(node, expected);
      case Kind::negate: return type(node.a(), K::number, tested), expect(K::number, expected);
      case Kind::add: case Kind::subtract: case Kind::multiply: case Kind::divide:
        type(node.a(), K::number, tested);
        type(node.b(), K::number, tested);
        return expect(K::number, expected);
      case Kind::equal: case Kind::not_equal: return sure(both(node.a(), node.b(), K::none, tested)), expect(K::truth, expected);
      case Kind::less: case Kind::less_equal: case Kind::greater: case Kind::greater_equal: return ordered(both(node.a(), node.b(), K::none, tested)), expect(K::truth, expected);
      case Kind::conjunction: case Kind::disjunction: return both(node.a(), node.b(), K::truth, tested), expect(K::truth, expected);
      case Kind::between: {
        const auto kind = both(node.a(), node.b(), K::none, tested);
        both(node.a(), node.b(), type(node.c(), kind, tested), tested);
        return ordered(kind), expect(K::truth, expected);
      }
      case Kind::in: {
        slot(node.slot);
        auto kind = type(node.a(), K::none, tested);
        for (std::size_t i = 1; i < node.parts.size(); ++i) kind = tests(*node.parts[i], kind);
        return type(node.a(), kind, tested), expect(K::truth, expected);
      }
      case Kind::if_else: return type(node.a(), K::truth, tested), both(node.b(), node.c(), expected, tested);
      case Kind::call: return call(node, expected, tested);
      default: return beyond();
    }
  }

  K ordered(K kind) {
    if (sure(kind) == K::text || kind == K::truth) return fail("文字与真假不分大小", "texts and truth values are not ordered here");
    return kind;
  }

  K call(const Node& node, K expected, K tested) {
    if (const auto date = constant_date(node)) return expect(K::date, expected);
    const auto name = node.names.empty() ? called(node) : "";
    const auto arguments = node.parts.size() - 1;
    if (name == "not" && arguments == 1) return type(*node.parts[1], K::truth, tested), expect(K::truth, expected);
    const bool one = (name == "abs" || name == "floor" || name == "ceiling") && arguments == 1;
    if (!one && ((name != "min" && name != "max" && name != "sum") || arguments == 0)) return beyond();
    for (std::size_t i = 1; i < node.parts.size(); ++i) {
      const auto& part = *node.parts[i];
      if (part.kind != Kind::list) type(part, K::number, tested);
      else if (arguments != 1 || one || part.parts.empty()) return beyond();
      else std::ranges::for_each(part.parts, [&](const auto& item) { type(*item, K::number, tested); });
    }
    return expect(K::number, expected);
  }

  // The type of what unary tests are asked about.
  K tests(const Node& node, K tested) {
    if (failure_) return tested;
    if (node.slot >= 0) slot(node.slot);
    switch (node.kind) {
      case Kind::test_any: return tested;
      case Kind::tests: case Kind::test_not:
        for (const auto& part : node.parts) tested = tests(*part, tested);
        return tested;
      case Kind::test_compare: {
        const auto kind = type(node.a(), tested, K::none);
        if (node.compare != Kind::equal && node.compare != Kind::not_equal) ordered(kind);
        else sure(kind);
        return kind;
      }
      case Kind::test_value: return test_value(node, tested);
      default: return beyond();
    }
  }

  K test_value(const Node& node, K tested) {
    const auto& value = node.a();
    if (node.asks_itself) return type(value, K::truth, tested), tested;
    if (value.kind == Kind::list) {
      for (const auto& part : value.parts) tested = part->kind == Kind::range ? range(*part, tested) : sure(type(*part, tested, K::none));
      return tested;
    }
    if (value.kind == Kind::range) return range(value, tested);
    // A test that is true or false by itself: `专利数 > 5` in a column of numbers.
    const auto kind = type(value, K::none, K::none);
    if (kind == K::truth && tested != K::truth && value.kind != Kind::literal) return sure(tested), tested;
    return sure(type(value, tested, K::none));
  }

  K range(const Node& node, K tested) {
    if (node.sign == feel::Range::Sign::equal || node.sign == feel::Range::Sign::not_equal) return beyond();
    return ordered(both(node.a(), node.b(), tested, K::none));
  }

  // What the facts may be, by this table: the values of a column, or those of the type.
  void limit(const DecisionTable& table) {
    for (auto& fact : facts_) {
      std::vector<feel::NodePtr> tests;
      for (std::size_t i = 0; i < table.inputs().size(); ++i) {
        if (path_of(*table.inputs()[i]) == fact.path && !table.allowed(i).empty()) tests = table.allowed(i);
      }
      if (tests.empty() && frames_[&table].roots.contains(fact.path[0])) {
        if (const auto type = table.type_of(fact.path, frames_[&table].roots[fact.path[0]])) {
          for (const auto& rule : type->allowed) tests.push_back(rule.tests);
        }
      }
      if (!tests.empty()) fact.allowed.push_back(std::move(tests));
    }
  }

  // A fact that is a part of another fact would have two values.
  void refuse_parts_of_facts() {
    for (const auto& fact : facts_) {
      for (const auto& other : facts_) {
        if (fact.path.size() < other.path.size() && std::ranges::equal(fact.path, std::span(other.path).first(fact.path.size()))) {
          failure_ = Text{fmt::format("“{}”是“{}”的一部分，两者不能同时作为事实", other.name, fact.name), fmt::format("\"{}\" is a part of \"{}\": both cannot be facts", other.name, fact.name)};
        }
      }
    }
  }

  std::vector<Fact>& facts_;
  std::map<const DecisionTable*, Facts::Frame>& frames_;
  const DecisionTable* table_ = nullptr;
  Text where_;
  std::optional<Text> failure_;
  bool changed_ = false, last_ = false;
};

std::string called(const Node& node) {
  const auto* function = node.a().value.function();
  return function && function->builtin ? std::string(function->builtin->name) : "";
}

std::optional<Value> constant_date(const Node& node) {
  if (called(node) != "date" || node.parts.size() < 2) return std::nullopt;
  for (std::size_t i = 1; i < node.parts.size(); ++i) {
    if (node.parts[i]->kind != Kind::literal || node.parts[i]->value.function()) return std::nullopt;
  }
  feel::Run run;
  feel::Frame frame{{}, run};
  auto value = feel::evaluate(node, frame);
  return value.date() ? std::optional(std::move(value)) : std::nullopt;
}

std::optional<Facts> Facts::of(const std::vector<const DecisionTable*>& tables, Opaque& why) {
  Facts out;
  if (!Typing(out).run(tables, why)) return std::nullopt;
  return out;
}

std::vector<std::string> Facts::names() const {
  std::vector<std::string> out;
  for (const auto& fact : facts_) out.push_back(fact.name);
  return out;
}

std::optional<std::size_t> Facts::find(const Node& node) const {
  const auto found = std::ranges::find(facts_, path_of(node), &Fact::path);
  return found == facts_.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - facts_.begin()));
}

namespace {

// A context that holds the value under the members from `from` on, beside what it holds already.
Value with(const Value& held, const std::vector<std::string>& path, std::size_t from, const Value& value) {
  if (from == path.size()) return value;
  feel::Context out = held.context() ? *held.context() : feel::Context{};
  const auto* member = out.find(path[from]);
  out.put(path[from], with(member ? *member : Value(), path, from + 1, value));
  return out;
}

}  // namespace

std::vector<Value> Facts::frame(const DecisionTable& table, const Point& point) const {
  const auto& frame = frames_.at(&table);
  std::vector<Value> out(frame.slots);
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const auto root = frame.roots.find(facts_[i].path[0]);
    if (root != frame.roots.end()) out[root->second] = with(out[root->second], facts_[i].path, 1, point[i]);
  }
  return out;
}

Value Facts::answer(const DecisionTable& table, const Point& point) const {
  auto slots = frame(table, point);
  feel::Run run;
  feel::Frame here{slots, run};
  return table.evaluate(here);
}

std::vector<std::size_t> Facts::rules_at(const DecisionTable& table, const Point& point) const {
  auto slots = frame(table, point);
  feel::Run run;
  feel::Frame here{slots, run};
  std::vector<Value> inputs;
  for (const auto& node : table.inputs()) inputs.push_back(feel::evaluate(*node, here));
  std::vector<std::size_t> out;
  for (std::size_t rule = 0; rule < table.tests().size(); ++rule) {
    bool holds = true;
    for (std::size_t i = 0; i < inputs.size() && holds; ++i) {
      slots[table.question_slot()] = inputs[i];
      holds = feel::evaluate(*table.tests()[rule][i], here).is_true();
    }
    if (holds) out.push_back(rule);
  }
  return out;
}

bool Facts::allows(const Point& point) const {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    // Such tests speak of the value alone, wherever its slot is.
    std::vector<Value> slots(64, point[i]);
    for (const auto& [_, frame] : frames_) slots.resize(std::max(slots.size(), frame.slots), point[i]);
    feel::Run run;
    feel::Frame here{slots, run};
    const auto holds = [&](const std::vector<feel::NodePtr>& tests) { return std::ranges::all_of(tests, [&](const auto& test) { return feel::evaluate(*test, here).is_true(); }); };
    if (!facts_[i].allowed.empty() && std::ranges::none_of(facts_[i].allowed, holds)) return false;
  }
  return true;
}

}  // namespace jiaoji::rules
