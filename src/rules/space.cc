#include "rules/space.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "feel/evaluate.h"
#include "rules/table.h"

namespace jiaoji::rules {

using feel::Kind;
using feel::Node;
using feel::Value;

namespace {

bool is_constant(const Node& node) { return node.kind == Kind::literal && !node.value.is_null() && !node.value.function(); }

// A plain fact: a name or a path of names. Anything computed from facts is beyond constants.
bool is_fact(const Node& node) { return node.kind == Kind::name || (node.kind == Kind::path && is_fact(node.a())); }

// A date("…") call of literals is a constant, too.
std::optional<Value> constant(const Node& node) {
  if (is_constant(node)) return node.value;
  if (node.kind != Kind::call || !node.a().value.function()) return std::nullopt;
  for (std::size_t i = 1; i < node.parts.size(); ++i) {
    if (!is_constant(*node.parts[i])) return std::nullopt;
  }
  feel::Run run;
  std::vector<Value> no_slots;
  feel::Frame frame{no_slots, run};
  auto value = feel::evaluate(node, frame);
  if (value.is_null()) return std::nullopt;
  return value;
}

// The constants of one cell; false when it asks for more than constants.
bool collect(const Node& node, std::vector<Value>& out) {
  const auto take = [&](const Node& part) {
    const auto value = constant(part);
    if (value) out.push_back(*value);
    return value.has_value();
  };
  switch (node.kind) {
    case Kind::test_any: return true;
    case Kind::tests:
    case Kind::test_not: return std::ranges::all_of(node.parts, [&](const auto& part) { return collect(*part, out); });
    case Kind::test_compare: return take(node.a());
    case Kind::test_value:
      if (node.asks_itself) return false;
      if (node.a().kind == Kind::list) return std::ranges::all_of(node.a().parts, [&](const auto& part) { return take(*part); });
      if (node.a().kind == Kind::range) {
        const bool open_start = node.a().sign == feel::Range::Sign::less || node.a().sign == feel::Range::Sign::less_equal;
        const bool open_end = node.a().sign == feel::Range::Sign::greater || node.a().sign == feel::Range::Sign::greater_equal;
        return (open_start || take(node.a().a())) && (open_end || take(node.a().b()));
      }
      return take(node.a());
    default: return false;
  }
}

// A value between two neighbours of an ordered dimension; nothing when there is none (between two days that follow each other).
std::optional<Value> between(const Value& low, const Value& high) {
  if (const auto* a = low.number()) {
    const auto next = a->rounded(0, Rounding::floor)->plus(Decimal(1));  // the whole number after it, where it fits
    if (next && *next < *high.number()) return *next;
    const auto sum = a->plus(*high.number());
    const auto middle = sum ? sum->divided_by(Decimal(2)) : std::nullopt;
    if (!middle || !(*a < *middle && *middle < *high.number())) return std::nullopt;
    return *middle;
  }
  if (const auto* a = low.date()) return high.date()->days() - a->days() > 1 ? std::optional(Value(feel::Date::from_days(a->days() + 1))) : std::nullopt;
  if (const auto* a = low.months()) return high.months()->months - a->months > 1 ? std::optional(Value(feel::Months{a->months + 1})) : std::nullopt;
  if (const auto* a = low.days_time()) {
    const auto middle = (a->total() + high.days_time()->total()) / 2;
    return middle > a->total() && middle < high.days_time()->total() ? std::optional(Value(feel::DaysTime::of(middle))) : std::nullopt;
  }
  if (const auto* a = low.date_time()) {
    const auto middle = (a->instant().total() + high.date_time()->instant().total()) / 2;
    return middle > a->instant().total() && middle < high.date_time()->instant().total() ? std::optional(Value(feel::DateTime::at(middle, a->time.zone))) : std::nullopt;
  }
  return std::nullopt;
}

// A value below (or above) a constant, as near to what an applicant would have as possible: 17 for "below 18".
std::optional<Value> beyond(const Value& value, bool above) {
  if (const auto* number = value.number()) {
    const auto near = above ? number->rounded(0, Rounding::floor)->plus(Decimal(1)) : number->rounded(0, Rounding::ceiling)->minus(Decimal(1));
    if (!above && number->is_whole() == false && number->is_negative() == false && near && near->is_negative()) return Decimal(0);
    return near ? std::optional(Value(*near)) : std::nullopt;
  }
  if (const auto* date = value.date()) return Value(feel::Date::from_days(date->days() + (above ? 1 : -1)));
  if (const auto* months = value.months()) return Value(feel::Months{months->months + (above ? 1 : -1)});
  const __int128 day = static_cast<__int128>(feel::kSecondsADay) * 1'000'000'000;
  if (const auto* duration = value.days_time()) return Value(feel::DaysTime::of(duration->total() + (above ? day : -day)));
  if (const auto* at = value.date_time()) return Value(feel::DateTime::at(at->instant().total() + (above ? day : -day), at->time.zone));
  return std::nullopt;
}

std::string other_text(const std::vector<Value>& named) {
  std::string out = "（其他）";
  while (std::ranges::any_of(named, [&](const Value& value) { return *value.string() == out; })) out += "′";
  return out;
}

// Of one type, and each comparable with each: a local time and a zoned one are not.
bool stand_in_one_order(const std::vector<Value>& constants) {
  return std::ranges::all_of(constants, [&](const Value& value) {
    return value.kind() == constants[0].kind() && (value.boolean() || feel::compare(value, constants[0]));
  });
}

}  // namespace

std::optional<Space> Space::of(const std::vector<const DecisionTable*>& tables, Opaque& why) {
  Space out;
  std::map<std::string, std::vector<feel::NodePtr>> allowed;
  for (const auto* table : tables) {
    for (std::size_t i = 0; i < table->inputs().size(); ++i) {
      const auto& clause = table->source().inputs[i];
      const auto expression = feel::name_of(clause.expression);
      if (!is_fact(*table->inputs()[i])) {
        why.text = {fmt::format("输入列“{}”是由多个事实算出的", expression), fmt::format("the input \"{}\" is computed from facts", expression)};
        return std::nullopt;
      }
      auto found = std::ranges::find(out.dimensions_, expression, &Dimension::expression);
      if (found == out.dimensions_.end()) {
        found = out.dimensions_.insert(found, Dimension{});
        found->expression = expression;
        found->label = clause.label.empty() ? expression : clause.label;
      }
      for (const auto& node : table->allowed(i)) {
        allowed[expression].push_back(node);
        if (!collect(*node, found->constants)) allowed[expression].pop_back();
      }
      for (std::size_t rule = 0; rule < table->tests().size(); ++rule) {
        if (collect(*table->tests()[rule][i], found->constants)) continue;
        why.text = {fmt::format("第 {} 条规则“{}”一格（{}）不只是常量", rule + 1, expression, table->source().rules[rule].tests[i]), fmt::format("rule {}, \"{}\": {} asks for more than constants", rule + 1, expression, table->source().rules[rule].tests[i])};
        return std::nullopt;
      }
      if (found->constants.empty() && table->input_is_boolean(i)) found->constants.push_back(Value(true));
    }
  }
  for (auto& dimension : out.dimensions_) {
    if (stand_in_one_order(dimension.constants)) {
      out.cut(dimension);
      continue;
    }
    why.text = {fmt::format("“{}”一列混有不同类型的值", dimension.expression), fmt::format("the column \"{}\" mixes types", dimension.expression)};
    return std::nullopt;
  }
  for (auto& dimension : out.dimensions_) {
    dimension.first_word = out.words_;
    dimension.words = (dimension.atoms() + 63) / 64;
    out.words_ += dimension.words;
  }
  // Text compared by order, a list in a range and the like: a cell that the atoms cannot express.
  for (const auto* table : tables) {
    for (std::size_t rule = 0; rule < table->tests().size(); ++rule) {
      for (std::size_t i = 0; i < table->inputs().size(); ++i) {
        Box box(out.words_);
        if (out.set_cell(box, out.dimension_of(table->source().inputs[i].expression), *table->tests()[rule][i])) continue;
        why.text = {fmt::format("第 {} 条规则的“{}”无法分析", rule + 1, table->source().rules[rule].tests[i]), fmt::format("rule {}: {} cannot be analysed", rule + 1, table->source().rules[rule].tests[i])};
        return std::nullopt;
      }
    }
  }
  out.all_.assign(out.words_, 0);
  for (std::size_t d = 0; d < out.dimensions_.size(); ++d) {
    auto& dimension = out.dimensions_[d];
    Box permitted(out.words_);
    if (const auto tests = allowed.find(dimension.expression); tests != allowed.end() && !tests->second.empty()) {
      for (const auto& node : tests->second) out.set_cell(permitted, d, *node);
      for (std::size_t atom = 0; atom < dimension.atoms(); ++atom) dimension.valid[atom] = dimension.valid[atom] && out.bit(permitted, d, atom);
    }
    for (std::size_t atom = 0; atom < dimension.atoms(); ++atom) {
      if (dimension.valid[atom]) out.all_[dimension.first_word + atom / 64] |= std::uint64_t{1} << (atom % 64);
    }
  }
  return out;
}

std::optional<Space> Space::of_cells(const std::vector<const Node*>& cells) {
  Space out;
  auto& dimension = out.dimensions_.emplace_back();
  for (const auto* cell : cells) {
    if (!collect(*cell, dimension.constants)) return std::nullopt;
  }
  if (dimension.constants.empty() || !stand_in_one_order(dimension.constants)) return std::nullopt;
  out.cut(dimension);
  dimension.words = out.words_ = (dimension.atoms() + 63) / 64;
  for (const auto* cell : cells) {
    Box box(out.words_);
    if (!out.set_cell(box, 0, *cell)) return std::nullopt;
  }
  return out;
}

Box Space::cell(const Node& tests) const {
  Box out(words_);
  set_cell(out, 0, tests);
  return out;
}

void Space::cut(Dimension& dimension) {
  auto& constants = dimension.constants;
  if (constants.empty()) {
    dimension.samples = {Value(0)};
  } else if (constants[0].boolean()) {
    dimension.kind = Dimension::Kind::truth;
    dimension.samples = {Value(false), Value(true)};
  } else if (constants[0].string()) {
    dimension.kind = Dimension::Kind::text;
    std::ranges::sort(constants, [](const Value& a, const Value& b) { return *a.string() < *b.string(); });
    constants.erase(std::ranges::unique(constants, [](const Value& a, const Value& b) { return *a.string() == *b.string(); }).begin(), constants.end());
    dimension.samples = constants;
    dimension.samples.emplace_back(other_text(constants));
  } else {
    dimension.kind = Dimension::Kind::ordered;
    std::ranges::sort(constants, [](const Value& a, const Value& b) { return *feel::compare(a, b) < 0; });
    constants.erase(std::ranges::unique(constants, [](const Value& a, const Value& b) { return *feel::compare(a, b) == 0; }).begin(), constants.end());
    for (std::size_t i = 0; i <= constants.size(); ++i) {
      const auto gap = i == 0 ? beyond(constants[0], false) : i == constants.size() ? beyond(constants.back(), true) : between(constants[i - 1], constants[i]);
      dimension.samples.push_back(gap.value_or(Value()));
      if (i < constants.size()) dimension.samples.push_back(constants[i]);
    }
  }
  for (const auto& sample : dimension.samples) dimension.valid.push_back(!sample.is_null());
}

std::size_t Space::dimension_of(const std::string& expression) const {
  return static_cast<std::size_t>(std::ranges::find(dimensions_, feel::name_of(expression), &Dimension::expression) - dimensions_.begin());
}

// Atoms from..until-1.
void Space::set_span(Box& box, std::size_t d, std::size_t from, std::size_t until) const {
  const auto first = dimensions_[d].first_word;
  for (auto atom = from; atom < until;) {
    if (atom % 64 == 0 && until - atom >= 64) {
      box[first + atom / 64] = ~std::uint64_t{0};
      atom += 64;
    } else {
      box[first + atom / 64] |= std::uint64_t{1} << (atom % 64);
      ++atom;
    }
  }
}

// The atom that is this constant.
std::optional<std::size_t> Space::place(const Dimension& dimension, const Value& constant) const {
  if (dimension.kind == Dimension::Kind::truth) return constant.boolean() ? std::optional<std::size_t>(*constant.boolean() ? 1 : 0) : std::nullopt;
  const auto before = [&](const Value& a, const Value& b) { return dimension.kind == Dimension::Kind::text ? *a.string() < *b.string() : *feel::compare(a, b) < 0; };
  if (dimension.constants.empty() || dimension.constants[0].kind() != constant.kind()) return std::nullopt;
  const auto found = static_cast<std::size_t>(std::ranges::lower_bound(dimension.constants, constant, before) - dimension.constants.begin());
  if (found == dimension.constants.size()) return std::nullopt;
  return dimension.kind == Dimension::Kind::text ? found : 2 * found + 1;
}

bool Space::set_cell(Box& box, std::size_t d, const Node& tests) const {
  const auto& dimension = dimensions_[d];
  if (tests.kind == Kind::test_any) return set_span(box, d, 0, dimension.atoms()), true;
  if (tests.kind == Kind::tests) return std::ranges::all_of(tests.parts, [&](const auto& test) { return set_test(box, d, *test); });
  if (tests.kind != Kind::test_not) return false;
  Box inside(words_);
  if (!std::ranges::all_of(tests.parts, [&](const auto& test) { return set_test(inside, d, *test); })) return false;
  for (std::size_t atom = 0; atom < dimension.atoms(); ++atom) {
    if (!bit(inside, d, atom)) set_span(box, d, atom, atom + 1);
  }
  return true;
}

bool Space::set_test(Box& box, std::size_t d, const Node& test) const {
  const auto& dimension = dimensions_[d];
  const auto one = [&](const Node& part) -> std::optional<std::size_t> {
    const auto value = constant(part);
    return value ? place(dimension, *value) : std::nullopt;
  };
  const bool ordered = dimension.kind == Dimension::Kind::ordered;
  if (test.kind == Kind::test_compare) {
    const auto at = one(test.a());
    if (!at) return false;
    switch (test.compare) {
      case Kind::equal: return set_span(box, d, *at, *at + 1), true;
      case Kind::not_equal: return set_span(box, d, 0, *at), set_span(box, d, *at + 1, dimension.atoms()), true;
      case Kind::less: return ordered && (set_span(box, d, 0, *at), true);
      case Kind::less_equal: return ordered && (set_span(box, d, 0, *at + 1), true);
      case Kind::greater: return ordered && (set_span(box, d, *at + 1, dimension.atoms()), true);
      default: return ordered && (set_span(box, d, *at, dimension.atoms()), true);
    }
  }
  const auto& value = test.a();
  if (value.kind == Kind::list) {
    for (const auto& part : value.parts) {
      const auto at = one(*part);
      if (!at) return false;
      set_span(box, d, *at, *at + 1);
    }
    return true;
  }
  if (value.kind == Kind::range) {
    if (!ordered || value.sign == feel::Range::Sign::not_equal) return false;
    const auto from = is_constant(value.a()) || constant(value.a()) ? one(value.a()) : std::nullopt, to = is_constant(value.b()) || constant(value.b()) ? one(value.b()) : std::nullopt;
    set_span(box, d, from ? *from + !value.start_included : 0, to ? *to + value.end_included : dimension.atoms());
    return true;
  }
  const auto at = one(value);
  if (!at) return false;
  set_span(box, d, *at, *at + 1);
  return true;
}

std::vector<Box> Space::boxes(const DecisionTable& table) const {
  std::vector<Box> out;
  out.reserve(table.tests().size());
  std::vector<std::size_t> places;
  for (const auto& input : table.source().inputs) places.push_back(dimension_of(input.expression));
  for (const auto& rule : table.tests()) {
    Box box = all_;
    for (std::size_t i = 0; i < rule.size(); ++i) {
      Box cell(words_);
      set_cell(cell, places[i], *rule[i]);
      const auto& dimension = dimensions_[places[i]];
      for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) box[word] &= cell[word];
    }
    out.push_back(std::move(box));
  }
  return out;
}

bool Space::empty(const Box& box) const {
  return std::ranges::any_of(dimensions_, [&](const Dimension& dimension) {
    return std::all_of(box.begin() + static_cast<std::ptrdiff_t>(dimension.first_word), box.begin() + static_cast<std::ptrdiff_t>(dimension.first_word + dimension.words), [](std::uint64_t word) { return word == 0; });
  });
}

bool Space::overlap(const Box& a, const Box& b) const {
  for (const auto& dimension : dimensions_) {
    bool some = false;
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words && !some; ++word) some = (a[word] & b[word]) != 0;
    if (!some) return false;
  }
  return true;
}

Box Space::common(const Box& a, const Box& b) const {
  Box out(words_);
  for (std::size_t word = 0; word < words_; ++word) out[word] = a[word] & b[word];
  return out;
}

bool Space::within(const Box& inner, const Box& outer) const {
  for (std::size_t word = 0; word < words_; ++word) {
    if ((inner[word] & ~outer[word]) != 0) return false;
  }
  return true;
}

void Space::subtract(const Box& a, const Box& b, std::vector<Box>& out) const {
  Box rest = a;
  for (const auto& dimension : dimensions_) {
    bool some = false;
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words && !some; ++word) some = (rest[word] & ~b[word]) != 0;
    if (!some) continue;
    Box piece = rest;
    for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) {
      piece[word] &= ~b[word];
      rest[word] &= b[word];
    }
    out.push_back(std::move(piece));
  }
}

bool Space::is_free(const Box& box, std::size_t d) const {
  const auto& dimension = dimensions_[d];
  for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) {
    if (box[word] != all_[word]) return false;
  }
  return true;
}

std::vector<Value> Space::point(const Box& box) const {
  std::vector<Value> out;
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    std::size_t atom = 0;
    while (atom + 1 < dimensions_[d].atoms() && !bit(box, d, atom)) ++atom;
    out.push_back(dimensions_[d].samples[atom]);
  }
  return out;
}

std::string Space::tests(const Box& box, std::size_t d) const {
  const auto& dimension = dimensions_[d];
  if (is_free(box, d)) return "-";
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  if (dimension.kind != Dimension::Kind::ordered) {
    const bool other = dimension.kind == Dimension::Kind::text && bit(box, d, dimension.atoms() - 1);
    for (std::size_t atom = 0; atom < dimension.atoms() - (dimension.kind == Dimension::Kind::text); ++atom) {
      if (bit(box, d, atom) != other) add(feel::literal(dimension.samples[atom]));
    }
    return other ? "not(" + out + ")" : out;
  }
  for (std::size_t from = 0; from < dimension.atoms();) {
    if (!bit(box, d, from)) {
      ++from;
      continue;
    }
    auto until = from;
    while (until + 1 < dimension.atoms() && (bit(box, d, until + 1) || !dimension.valid[until + 1])) ++until;
    while (!dimension.valid[until]) --until;
    // Odd atoms are constants; even ones lie between.
    const auto low = from % 2 ? std::optional(dimension.constants[from / 2]) : from == 0 ? std::nullopt : std::optional(dimension.constants[from / 2 - 1]);
    const auto high = until % 2 ? std::optional(dimension.constants[until / 2]) : until / 2 == dimension.constants.size() ? std::nullopt : std::optional(dimension.constants[until / 2]);
    if (low && high && from == until && from % 2) add(feel::literal(*low));
    else if (low && high) add(fmt::format("{}{}..{}{}", from % 2 ? "[" : "(", feel::literal(*low), feel::literal(*high), until % 2 ? "]" : ")"));
    else if (low) add(fmt::format("{} {}", from % 2 ? ">=" : ">", feel::literal(*low)));
    else if (high) add(fmt::format("{} {}", until % 2 ? "<=" : "<", feel::literal(*high)));
    from = until + 1;
  }
  return out;
}

std::vector<Box> Space::merged(std::vector<Box> boxes) const {
  for (bool again = true; again;) {
    again = false;
    for (const auto& dimension : dimensions_) {
      // Boxes that are equal outside of this dimension become one.
      std::map<Box, Box> by_rest;
      for (auto& box : boxes) {
        Box rest = box;
        std::fill(rest.begin() + static_cast<std::ptrdiff_t>(dimension.first_word), rest.begin() + static_cast<std::ptrdiff_t>(dimension.first_word + dimension.words), 0);
        const auto [at, fresh] = by_rest.try_emplace(std::move(rest), box);
        if (fresh) continue;
        again = true;
        for (auto word = dimension.first_word; word < dimension.first_word + dimension.words; ++word) at->second[word] |= box[word];
      }
      boxes.clear();
      for (auto& [_, box] : by_rest) boxes.push_back(std::move(box));
    }
  }
  return boxes;
}

}  // namespace jiaoji::rules
