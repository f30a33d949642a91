#include "rules/table.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rules/compile.h"
#include "rules/trace.h"

namespace jiaoji::rules {

using feel::Value;

namespace {

feel::NodePtr null_node() {
  static const auto node = std::make_shared<const feel::Node>();
  return node;
}

// Where a text stands: in words, and as a pointer into the table's JSON.
struct Place {
  Text words;
  std::string pointer;
};

// Parses texts of one table and keeps what failed. Places are asked for only then: a table has many cells.
struct Texts {
  feel::Names& names;
  const std::string& element;
  std::vector<Problem>& problems;

  template <class Where>
  feel::NodePtr kept(Result<feel::NodePtr> parsed, Where where) {
    const auto say = [&](Error error) {
      Place place = where();
      problems.push_back({element, place.words.zh + " / " + place.words.en, std::move(error), std::move(place.pointer)});
    };
    // A name that nothing has is told of the cell in which it stands: most often a text without its quotes.
    for (const auto& name : std::exchange(names.unknown_names, {})) {
      const auto what = feel::unknown_name(name);
      say({Code::invalid, "model.unknown_name", {fmt::format("{}；若是文字，请加引号：\"{}\"", what.zh, name), fmt::format("{}; a text stands in quotes: \"{}\"", what.en, name)}, {}});
    }
    if (parsed) {
      if (const auto text = feel::impossible_time(**parsed); !text.empty()) say({Code::invalid, "model.no_such_day", {fmt::format("没有“{}”这个日期、时间或时长，应如 2026-02-28、09:30:00、P30D", text), fmt::format("there is no date, time or duration \"{}\"; it should be like 2026-02-28, 09:30:00, P30D", text)}, {}});
      return *std::move(parsed);
    }
    say(parsed.error());
    return null_node();
  }
  template <class Where>
  feel::NodePtr expression(const std::string& text, Where where) { return text.empty() ? null_node() : kept(names.expression(text), where); }
  // An empty cell asks nothing, as "-" does.
  template <class Where>
  feel::NodePtr tests(const std::string& text, Where where) { return kept(names.tests(text.empty() ? "-" : text), where); }
};

Place column_place(const char* list, std::size_t column, const char* member, std::string_view zh, std::string_view en) {
  return {{fmt::format("第 {} 列的{}", column + 1, zh), fmt::format("column {}, {}", column + 1, en)}, fmt::format("/{}/{}/{}", list, column, member)};
}

Place cell_place(std::size_t rule, const char* list, std::size_t column, std::string_view zh, std::string_view en) {
  return {{fmt::format("第 {} 条规则第 {} 个{}", rule + 1, column + 1, zh), fmt::format("rule {}, {} {}", rule + 1, en, column + 1)}, fmt::format("/rules/{}/{}/{}", rule, list, column)};
}

feel::TypePtr type_named(const std::string& name, const feel::Types& types) {
  if (name.empty()) return nullptr;
  auto type = feel::parse_type(name, types);
  return type ? *type : nullptr;
}

}  // namespace

std::shared_ptr<const DecisionTable> DecisionTable::of(std::shared_ptr<const Table> table, feel::Names& names, const feel::Types& types, const std::string& element, std::vector<Problem>& problems) {
  auto out = std::make_shared<DecisionTable>();
  Texts texts{names, element, problems};
  auto unknown_around = std::exchange(names.unknown_names, {});
  for (std::size_t i = 0; i < table->inputs.size(); ++i) {
    out->inputs_.push_back(texts.expression(table->inputs[i].expression, [&] { return column_place("inputs", i, "expression", "输入", "input"); }));
    const auto known = names.type_of(*out->inputs_.back());  // what the fact itself is says more than the clause
    out->input_types_.push_back(known && !known->allowed.empty() ? known : type_named(table->inputs[i].type, types));
    if (!out->input_types_.back()) out->input_types_.back() = known;
  }
  out->question_ = static_cast<std::size_t>(names.declare("?"));
  for (std::size_t i = 0; i < table->inputs.size(); ++i) {
    auto& allowed = out->allowed_.emplace_back();
    if (!table->inputs[i].allowed.empty()) allowed.push_back(texts.tests(table->inputs[i].allowed, [&] { return column_place("inputs", i, "allowed", "输入值", "input values"); }));
    else if (const auto& type = out->input_types_[i]; type) {
      for (const auto& rule : type->allowed) allowed.push_back(rule.tests);
    }
  }
  for (std::size_t r = 0; r < table->rules.size(); ++r) {
    const auto& rule = table->rules[r];
    auto& tests = out->tests_.emplace_back();
    for (std::size_t i = 0; i < rule.tests.size(); ++i) tests.push_back(texts.tests(rule.tests[i], [&] { return cell_place(r, "tests", i, "输入格", "input entry"); }));
    auto& outputs = out->outputs_.emplace_back();
    for (std::size_t i = 0; i < rule.outputs.size(); ++i) outputs.push_back(texts.expression(rule.outputs[i], [&] { return cell_place(r, "outputs", i, "输出格", "output entry"); }));
  }
  for (std::size_t i = 0; i < table->outputs.size(); ++i) {
    const auto& clause = table->outputs[i];
    out->output_types_.push_back(type_named(clause.type, types));
    out->otherwise_.push_back(clause.otherwise.empty() ? nullptr : texts.expression(clause.otherwise, [&] { return column_place("outputs", i, "otherwise", "默认输出", "default output"); }));
    auto& order = out->priorities_.emplace_back();
    if (clause.allowed.empty()) continue;
    const auto allowed = texts.tests(clause.allowed, [&] { return column_place("outputs", i, "allowed", "输出值", "output values"); });
    for (const auto& test : allowed->parts) {
      if (test->kind == feel::Kind::test_value && test->a().kind == feel::Kind::literal) order.push_back(test->a().value);
    }
  }
  names.leave(1);
  names.unknown_names = std::move(unknown_around);
  out->variable_types_ = names.variable_types();
  out->index_ = RuleIndex(out->tests_);
  out->table_ = std::move(table);
  return out;
}

std::vector<std::size_t> DecisionTable::matches_by_index(feel::Frame& frame, const std::vector<Value>& inputs) const {
  std::vector<std::uint64_t> candidates;
  const auto asked = index_.narrow(inputs, candidates);  // columns that must still be asked, cell by cell
  std::vector<std::size_t> out;
  for (std::size_t word = 0; word < candidates.size(); ++word) {
    for (auto bits = candidates[word]; bits != 0; bits &= bits - 1) {
      const auto rule = word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
      bool holds = true;
      for (std::size_t i = 0; i < inputs.size() && holds; ++i) {
        if (!asked[i] && !index_.must_ask(rule, i)) continue;
        frame.slots[question_] = inputs[i];
        holds = feel::evaluate(*tests_[rule][i], frame).is_true();
      }
      if (frame.run.stopped) return out;
      if (!holds) continue;
      out.push_back(rule);
      if (table_->hit_policy == HitPolicy::first) return out;
    }
  }
  return out;
}

// Rule by rule where a fact is unknown; `unsure` are those that it leaves open.
std::vector<std::size_t> DecisionTable::matches(feel::Frame& frame, const std::vector<Value>& inputs, std::vector<std::size_t>& unsure) const {
  if (std::ranges::none_of(inputs, [](const Value& input) { return input.unknown() != nullptr; })) return matches_by_index(frame, inputs);
  std::vector<std::size_t> out;
  for (std::size_t rule = 0; rule < tests_.size() && !frame.run.stopped; ++rule) {
    bool holds = true, open = false;
    for (std::size_t i = 0; i < inputs.size() && holds; ++i) {
      frame.slots[question_] = inputs[i];
      const auto met = feel::evaluate(*tests_[rule][i], frame);
      if (met.unknown()) open = true;
      else holds = met.is_true();
    }
    if (holds && open) unsure.push_back(rule);
    else if (holds) out.push_back(rule);
  }
  return out;
}

Value DecisionTable::named(std::vector<Value> values) const {
  if (values.size() == 1) return std::move(values[0]);
  feel::Context out;
  for (std::size_t i = 0; i < values.size(); ++i) out.put(table_->outputs[i].name, std::move(values[i]));
  return out;
}

std::optional<Value> DecisionTable::constant_output(std::size_t rule) const {
  std::vector<Value> values;
  for (const auto& node : outputs_[rule]) {
    if (node->kind != feel::Kind::literal) return std::nullopt;
    values.push_back(node->value);
  }
  return named(std::move(values));
}

std::optional<Value> DecisionTable::constant_otherwise() const {
  if (std::ranges::none_of(otherwise_, [](const auto& node) { return node != nullptr; })) return Value();
  std::vector<Value> values;
  for (const auto& node : otherwise_) {
    if (node && node->kind != feel::Kind::literal) return std::nullopt;
    values.push_back(node ? node->value : Value());
  }
  return named(std::move(values));
}

bool DecisionTable::is_constant() const {
  const auto literal = [](const feel::NodePtr& node) { return !node || node->kind == feel::Kind::literal; };
  return std::ranges::all_of(otherwise_, literal) && std::ranges::all_of(outputs_, [&](const auto& rule) { return std::ranges::all_of(rule, literal); });
}

feel::TypePtr DecisionTable::type_of(const std::vector<std::string>& path, std::size_t slot) const {
  auto type = slot < variable_types_.size() ? variable_types_[slot] : nullptr;
  for (std::size_t i = 1; i < path.size() && type; ++i) {
    const auto found = std::ranges::find(type->members, path[i], &std::pair<std::string, feel::TypePtr>::first);
    type = found == type->members.end() ? nullptr : found->second;
  }
  return type;
}

Value DecisionTable::answer_of(const std::vector<std::size_t>& rules) const {
  std::vector<Hit> hits;
  for (const auto rule : rules) hits.push_back({rule, *constant_output(rule)});
  feel::Run run;
  feel::Frame frame{{}, run};
  return decide(hits, frame);
}

std::vector<std::size_t> DecisionTable::order() const {
  std::vector<Hit> hits;
  for (std::size_t rule = 0; rule < outputs_.size(); ++rule) hits.push_back({rule, constant_output(rule).value_or(Value())});
  if (table_->hit_policy == HitPolicy::priority && !hits.empty()) hits = by_priority(std::move(hits));
  std::vector<std::size_t> out;
  for (const auto& hit : hits) out.push_back(hit.rule);
  return out;
}

Value DecisionTable::output(std::size_t rule, feel::Frame& frame) const {
  std::vector<Value> values;
  for (const auto& node : outputs_[rule]) values.push_back(feel::evaluate(*node, frame));
  return named(std::move(values));
}

Value DecisionTable::otherwise(feel::Frame& frame) const {
  if (std::ranges::none_of(otherwise_, [](const auto& node) { return node != nullptr; })) return {};
  std::vector<Value> values;
  for (const auto& node : otherwise_) values.push_back(node ? feel::evaluate(*node, frame) : Value());
  return named(std::move(values));
}

// By the first output whose allowed values tell them apart; equal ones keep the order of the rules.
std::vector<DecisionTable::Hit> DecisionTable::by_priority(std::vector<Hit> hits) const {
  const auto rank = [&](const Value& value, std::size_t output) {
    const auto* context = outputs_.front().size() > 1 ? value.context() : nullptr;
    const auto one = context ? context->entries[output].second : value;
    const auto& order = priorities_[output];
    return std::ranges::find_if(order, [&](const Value& allowed) { return feel::equal(allowed, one).value_or(false); }) - order.begin();
  };
  std::ranges::stable_sort(hits, [&](const Hit& a, const Hit& b) {
    for (std::size_t output = 0; output < priorities_.size(); ++output) {
      if (priorities_[output].empty()) continue;
      const auto left = rank(a.value, output), right = rank(b.value, output);
      if (left != right) return left < right;
    }
    return false;
  });
  return hits;
}

Value DecisionTable::aggregated(const std::vector<Hit>& hits, feel::Frame& frame) const {
  feel::List values;
  for (const auto& hit : hits) values.push_back(hit.value);
  if (table_->aggregation == Aggregation::none) return values;
  if (table_->aggregation == Aggregation::count) return static_cast<std::int64_t>(values.size());
  if (values.empty()) return {};
  constexpr std::pair<Aggregation, std::string_view> functions[] = {{Aggregation::sum, "sum"}, {Aggregation::min, "min"}, {Aggregation::max, "max"}};
  const auto* function = std::ranges::find(functions, table_->aggregation, &std::pair<Aggregation, std::string_view>::first);
  return feel::call_named(function->second, {Value(std::move(values))}, frame.run);
}

namespace {

// Both unknown: the facts of both.
Value with_unknown(const Value& facts, const Value& value) {
  auto within = feel::unknown_within(value);
  if (within.facts.empty()) return facts;
  return facts.unknown() ? feel::join(facts, Value(std::move(within))) : Value(std::move(within));
}

}  // namespace

Value DecisionTable::decide(const std::vector<Hit>& hits, feel::Frame& frame) const {
  const auto several = [&](std::string_view zh, std::string_view en) {
    frame.run.note({fmt::format("第 {} 条和第 {} 条规则{}", hits[0].rule + 1, hits[1].rule + 1, zh), fmt::format("rules {} and {} {}", hits[0].rule + 1, hits[1].rule + 1, en)});
    return Value();
  };
  if (hits.empty() && table_->hit_policy != HitPolicy::collect) return otherwise(frame);
  // Outputs that are not known yet may turn out equal, or the first of an order.
  if (hits.size() > 1 && (table_->hit_policy == HitPolicy::any || table_->hit_policy == HitPolicy::priority)) {
    Value open;
    for (const auto& hit : hits) open = with_unknown(open, hit.value);
    if (open.unknown()) return open;
  }
  switch (table_->hit_policy) {
    case HitPolicy::unique: return hits.size() == 1 ? hits[0].value : several("同时命中，而命中策略只许一条", "both match, and the hit policy allows one");
    case HitPolicy::any: {
      if (hits.size() == 1) return hits[0].value;  // also a value that equals nothing, not even itself: unknown, a function
      const auto same = [&](const Hit& hit) { return feel::equal(hit.value, hits[0].value).value_or(false); };
      return std::ranges::all_of(hits, same) ? hits[0].value : several("同时命中而结果不同", "both match and give different outputs");
    }
    case HitPolicy::first: return hits[0].value;
    case HitPolicy::priority: return by_priority(hits)[0].value;
    case HitPolicy::collect: {
      auto fallback = hits.empty() ? otherwise(frame) : Value();
      return fallback.is_null() ? aggregated(hits, frame) : fallback;
    }
    case HitPolicy::rule_order: return aggregated(hits, frame);
    case HitPolicy::output_order: return aggregated(by_priority(hits), frame);
  }
  return {};
}

// With unknown facts: what holds whichever of the unsure rules matches; else unknown, with the facts that would tell.
Value DecisionTable::undecided(const std::vector<Hit>& hits, const std::vector<std::size_t>& unsure, const std::vector<Value>& inputs, feel::Frame& frame) const {
  const auto policy = table_->hit_policy;
  Value facts;
  for (const auto& input : inputs) {
    if (input.unknown()) facts = feel::join(facts, input);
  }
  for (const auto& hit : hits) facts = with_unknown(facts, hit.value);
  for (const auto rule : unsure) facts = with_unknown(facts, output(rule, frame));
  if (policy == HitPolicy::collect || policy == HitPolicy::rule_order || policy == HitPolicy::output_order) return facts;
  if (policy == HitPolicy::unique && hits.size() == 1) return hits[0].value;  // a sound table has no second match
  const auto sure = decide(hits, frame);
  for (const auto rule : unsure) {
    if (policy == HitPolicy::first && !hits.empty() && rule > hits[0].rule) continue;
    if (!feel::identical(output(rule, frame), sure)) return facts;
  }
  return sure;
}

Value DecisionTable::evaluate(feel::Frame& frame) const {
  std::vector<Value> inputs;
  inputs.reserve(inputs_.size());
  for (const auto& node : inputs_) inputs.push_back(feel::evaluate(*node, frame));
  std::vector<std::size_t> unsure;
  const auto rules = matches(frame, inputs, unsure);
  std::vector<Hit> hits;
  for (const auto rule : rules) {
    hits.push_back({rule, output(rule, frame)});
    if (table_->hit_policy == HitPolicy::first && unsure.empty()) break;
  }
  auto out = unsure.empty() ? decide(hits, frame) : undecided(hits, unsure, inputs, frame);
  if (frame.run.observer) {
    std::vector<std::size_t> fired;  // of FIRST only the first that matches; none while an unknown fact leaves it open
    for (const auto& hit : hits) {
      if (!out.unknown()) fired.push_back(hit.rule);
    }
    static_cast<Trace*>(frame.run.observer)->table(*this, inputs, fired, frame);
  }
  return out;
}

}  // namespace jiaoji::rules
