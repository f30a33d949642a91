#include "rules/missing.h"

#include <algorithm>
#include <map>

namespace jiaoji::rules {

namespace {

using feel::Value;

constexpr std::size_t kValuesTried = 12;       // of one fact
constexpr std::size_t kEvaluationsMax = 4000;  // of one question
constexpr std::size_t kAskMost = 3;            // facts asked at once

// The literals of a tree, so that both sides of every threshold are tried.
void literals(const feel::Node& node, std::vector<Value>& out) {
  if (node.kind == feel::Kind::literal && !node.value.is_null() && !node.value.function()) out.push_back(node.value);
  for (const auto& part : node.parts) {
    if (part) literals(*part, out);
  }
}

bool mentions(const std::string& text, const std::string& fact) {
  const auto dot = fact.rfind('.');
  return text.find(dot == std::string::npos ? fact : fact.substr(dot + 1)) != std::string::npos;
}

void tables_of(const feel::Node& node, std::vector<const DecisionTable*>& out) {
  if (const auto* table = dynamic_cast<const DecisionTable*>(node.extension.get())) out.push_back(table);
  for (const auto& part : node.parts) {
    if (part) tables_of(*part, out);
  }
}

// Each number itself, what lies between two, and what lies beyond.
std::vector<Value> around(std::vector<Decimal> numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
  std::vector<Value> out;
  if (numbers.empty()) return out;
  if (const auto below = numbers.front().minus(Decimal(1))) out.push_back(*below);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    out.push_back(numbers[i]);
    const auto sum = i + 1 < numbers.size() ? numbers[i].plus(numbers[i + 1]) : std::nullopt;
    if (sum) out.push_back(sum->divided_by(Decimal(2)));
  }
  if (const auto above = numbers.back().plus(Decimal(1))) out.push_back(*above);
  return out;
}

class Search {
 public:
  Search(const Compiled& model, const CompiledElement& element, const feel::Context& inputs, const feel::DateTime& now) : model_(model), element_(element), inputs_(inputs), now_(now) {}

  // The smallest set of `facts` that can settle the answer.
  std::vector<std::string> fewest(const std::vector<std::string>& facts) {
    for (const auto& fact : facts) candidates_[fact] = values_for(fact);
    for (std::size_t size = 1; size <= std::min(kAskMost, facts.size()); ++size) {
      best_.clear();
      best_share_ = 0;
      std::vector<std::string> chosen;
      choose(facts, 0, size, chosen);
      if (!best_.empty()) return best_;
    }
    return {};
  }

 private:
  std::vector<Value> values_for(const std::string& fact) const {
    std::vector<const DecisionTable*> tables;
    for (const auto& element : model_.elements()) {
      if (element.logic) tables_of(*element.logic, tables);
    }
    std::vector<Value> found;
    for (const auto* table : tables) {
      for (std::size_t i = 0; i < table->inputs().size(); ++i) {
        if (!mentions(table->source().inputs[i].expression, fact)) continue;
        for (const auto& rule : table->tests()) literals(*rule[i], found);
      }
    }
    std::vector<Decimal> numbers;
    std::vector<Value> out;
    bool truth = false;
    for (const auto& value : found) {
      if (value.number()) numbers.push_back(*value.number());
      else if (value.boolean()) truth = true;
      else if (std::ranges::none_of(out, [&](const Value& other) { return feel::identical(other, value); })) out.push_back(value);
    }
    if (!out.empty() && out[0].string()) out.emplace_back("\x01");  // any other text
    if (truth || found.empty()) out.insert(out.end(), {Value(true), Value(false)});
    const auto spread = around(std::move(numbers));
    out.insert(out.end(), spread.begin(), spread.end());
    if (out.size() <= kValuesTried) return out;
    std::vector<Value> thinned;
    for (std::size_t i = 0; i < kValuesTried; ++i) thinned.push_back(out[i * out.size() / kValuesTried]);
    return thinned;
  }

  void choose(const std::vector<std::string>& facts, std::size_t from, std::size_t left, std::vector<std::string>& chosen) {
    if (left == 0) {
      std::size_t tried = 0, settled = 0;
      auto inputs = inputs_;
      try_all(chosen, 0, inputs, tried, settled);
      const auto share = tried == 0 ? 0.0 : static_cast<double>(settled) / static_cast<double>(tried);
      if (share > best_share_) best_ = chosen, best_share_ = share;
      return;
    }
    for (auto i = from; i < facts.size() && evaluations_ < kEvaluationsMax; ++i) {
      chosen.push_back(facts[i]);
      choose(facts, i + 1, left - 1, chosen);
      chosen.pop_back();
    }
  }

  static void set(feel::Context& inputs, const std::string& fact, const Value& value) {
    const auto dot = fact.find('.');
    if (dot == std::string::npos) return inputs.put(fact, value);
    const auto* held = inputs.find(fact.substr(0, dot));
    feel::Context inner = held && held->context() ? *held->context() : feel::Context{};
    set(inner, fact.substr(dot + 1), value);
    inputs.put(fact.substr(0, dot), std::move(inner));
  }

  void try_all(const std::vector<std::string>& chosen, std::size_t at, feel::Context& inputs, std::size_t& tried, std::size_t& settled) {
    if (evaluations_ >= kEvaluationsMax) return;
    if (at == chosen.size()) {
      feel::Run run;
      run.now = now_;
      ++evaluations_, ++tried;
      if (!Evaluation(model_, inputs, run, true).value(element_).unknown() && !run.stopped) ++settled;
      return;
    }
    for (const auto& value : candidates_[chosen[at]]) {
      auto with = inputs;
      set(with, chosen[at], value);
      try_all(chosen, at + 1, with, tried, settled);
    }
  }

  const Compiled& model_;
  const CompiledElement& element_;
  const feel::Context& inputs_;
  const feel::DateTime& now_;
  std::map<std::string, std::vector<Value>> candidates_;
  std::vector<std::string> best_;
  double best_share_ = 0;
  std::size_t evaluations_ = 0;
};

}  // namespace

Missing what_is_missing(const Compiled& model, const CompiledElement& element, const feel::Context& inputs, const feel::Value& value, const feel::DateTime& now) {
  Missing out;
  out.depends_on = feel::unknown_within(value).facts;
  out.certain = out.depends_on.empty();
  out.value = value;
  if (!out.certain) out.ask = Search(model, element, inputs, now).fewest(out.depends_on);
  return out;
}

json::Value to_json(const Missing& missing) {
  return json::object({{"certain", missing.certain}, {"value", feel::to_json(missing.value)}, {"depends_on", json::Array(missing.depends_on.begin(), missing.depends_on.end())}, {"ask", json::Array(missing.ask.begin(), missing.ask.end())}});
}

}  // namespace jiaoji::rules
