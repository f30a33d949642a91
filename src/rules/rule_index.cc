#include "rules/rule_index.h"

#include <algorithm>

#include "feel/evaluate.h"

namespace jiaoji::rules {

using feel::Value;

namespace {

void set(std::vector<std::uint64_t>& bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }

// What a cell of constants says of null: "-" takes it, and so does not("A").
bool takes_null(const feel::Node& cell) {
  feel::Run run;
  // Constants use no slot but that of `?`, which may be any.
  std::size_t slots = 1;
  std::vector<const feel::Node*> left{&cell};
  while (!left.empty()) {
    const auto* node = left.back();
    left.pop_back();
    slots = std::max(slots, static_cast<std::size_t>(node->slot + 1));
    for (const auto& part : node->parts) left.push_back(part.get());
  }
  std::vector<Value> values(slots);
  feel::Frame frame{values, run};
  return feel::evaluate(cell, frame).is_true();
}

}  // namespace

RuleIndex::RuleIndex(const std::vector<std::vector<feel::NodePtr>>& tests) : rules_(tests.size()), words_((tests.size() + 63) / 64) {
  columns_.resize(tests.empty() ? 0 : tests[0].size());
  for (std::size_t input = 0; input < columns_.size(); ++input) build(columns_[input], tests, input);
}

void RuleIndex::build(Column& column, const std::vector<std::vector<feel::NodePtr>>& tests, std::size_t input) const {
  std::vector<const feel::Node*> cells;
  std::vector<std::size_t> rules;
  column.always.assign(words_, 0);
  for (std::size_t rule = 0; rule < rules_; ++rule) {
    const auto* cell = tests[rule][input].get();
    if (cell->kind == feel::Kind::test_any) {
      set(column.always, rule);
    } else if (Space::of_cells({cell})) {
      cells.push_back(cell);
      rules.push_back(rule);
    } else {
      set(column.always, rule);
      if (column.beyond.empty()) column.beyond.assign(rules_, false);
      column.beyond[rule] = true;
    }
  }
  column.for_null = column.always;
  if (cells.empty()) {
    column.indexed = column.asks_nothing = true;
    return;
  }
  column.space = Space::of_cells(cells);
  if (!column.space) return;
  const auto& dimension = column.space->dimensions()[0];
  std::vector<Box> boxes;
  std::size_t incidences = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    boxes.push_back(column.space->cell(*cells[i]));
    for (const auto word : boxes.back()) incidences += static_cast<std::size_t>(__builtin_popcountll(word));
    if (incidences * sizeof(std::uint32_t) > kColumnBytesMax && dimension.atoms() * words_ * 8 > kColumnBytesMax) return;
    if (takes_null(*cells[i])) set(column.for_null, rules[i]);
  }
  const bool dense = incidences * sizeof(std::uint32_t) > dimension.atoms() * words_ * 8;
  if (dense) column.dense.assign(dimension.atoms(), Bits(words_));
  else column.sparse.resize(dimension.atoms());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t word = 0; word < boxes[i].size(); ++word) {
      for (auto bits = boxes[i][word]; bits != 0; bits &= bits - 1) {
        const auto atom = word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
        if (atom >= dimension.atoms()) break;
        if (dense) set(column.dense[atom], rules[i]);
        else column.sparse[atom].push_back(static_cast<std::uint32_t>(rules[i]));
      }
    }
  }
  column.indexed = true;
}

std::optional<std::size_t> RuleIndex::atom_of(const Dimension& dimension, const Value& value) {
  const auto& constants = dimension.constants;
  if (value.kind() != constants[0].kind()) return std::nullopt;
  if (const auto* truth = value.boolean()) return *truth ? 1 : 0;
  if (const auto* text = value.string()) {
    const auto found = std::ranges::lower_bound(constants, *text, {}, [](const Value& constant) -> const std::string& { return *constant.string(); });
    const auto at = static_cast<std::size_t>(found - constants.begin());
    return at < constants.size() && *constants[at].string() == *text ? at : constants.size();
  }
  std::size_t low = 0, high = constants.size();  // the first constant that is not below the value
  while (low < high) {
    const auto middle = (low + high) / 2;
    const auto order = feel::compare(constants[middle], value);
    if (!order) return std::nullopt;  // a local time and a zoned one
    if (*order < 0) low = middle + 1;
    else high = middle;
  }
  const bool equal = low < constants.size() && feel::equal(constants[low], value).value_or(false);
  return equal ? 2 * low + 1 : 2 * low;
}

std::vector<bool> RuleIndex::narrow(const std::vector<Value>& inputs, std::vector<std::uint64_t>& rules) const {
  std::vector<bool> ask(inputs.size());
  rules.assign(words_, ~std::uint64_t{0});
  if (rules_ % 64 != 0 && words_ > 0) rules.back() = (std::uint64_t{1} << (rules_ % 64)) - 1;
  Bits row;
  for (std::size_t i = 0; i < inputs.size() && i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    if (column.asks_nothing) continue;
    const auto atom = column.indexed && !inputs[i].is_null() ? atom_of(column.space->dimensions()[0], inputs[i]) : std::nullopt;
    if (column.indexed && inputs[i].is_null()) {
      for (std::size_t word = 0; word < words_; ++word) rules[word] &= column.for_null[word];
    } else if (!atom) {
      ask[i] = true;
    } else if (!column.dense.empty()) {
      for (std::size_t word = 0; word < words_; ++word) rules[word] &= column.always[word] | column.dense[*atom][word];
    } else {
      row = column.always;
      for (const auto rule : column.sparse[*atom]) set(row, rule);
      for (std::size_t word = 0; word < words_; ++word) rules[word] &= row[word];
    }
  }
  return ask;
}

}  // namespace jiaoji::rules
