#include "market/program.h"

#include <algorithm>

#include "base/toml_file.h"
#include "market/units.h"
#include "market/when.h"

// program.toml → Program. The first fault ends the reading: a program is written by hand, one fault at a time.
namespace jiaoji::market {

namespace {

using toml_file::Table;
using toml_file::is_name;

constexpr std::size_t kFieldsMax = 60, kConditionsMax = 40, kPartsMax = 20, kStagesMax = 20, kOptionsMax = 2000;

Field read_field(Table& in) {
  Field field;
  field.id = in.name("id");
  field.label = in.both("label");
  field.help = in.both("help", false);
  using enum FieldType;
  field.type = in.choice<FieldType>("type", {{"text", text}, {"code", code}, {"industry", industry}, {"number", number}, {"money", money}, {"dates", dates}, {"place", place}, {"yes_no", yes_no}});
  field.required = in.flag("required");
  field.many = in.flag("many");
  field.min = in.number("min");
  field.max = in.number("max");
  if (field.min && field.max && *field.max < *field.min) in.fail_here("max 小于 min", "max is below min");
  field.unit = in.text("unit", "");
  if (!field.unit.empty() && field.type != number) in.fail_here("只有 number 有单位", "only a number has a unit");
  if (!field.unit.empty() && !is_unit(field.unit))
    in.fail_here(fmt::format("不认识单位“{}”，可用如 件、t、kW、m²、天", field.unit), fmt::format("unit \"{}\" is not known; known are 件, t, kW, m², 天 and others in src/market/units.cc", field.unit));
  field.search_weight = in.number("search_weight").value_or(0);
  if (field.search_weight < 0 || (field.search_weight > 0 && field.type != text)) in.fail_here("search_weight 只用于 text，且不为负", "search_weight is for text only and not negative");
  if (field.many && field.type != code && field.type != industry && field.type != place) in.fail_here("many 只用于 code、industry、place", "many is for code, industry and place only");
  in.each("options", kOptionsMax, field.type == code, [&](Table& option) { field.options.push_back({option.text("code"), option.both("label")}); });
  if (field.type != code && !field.options.empty()) in.fail_here("只有 code 有 options", "only a code has options");
  return field;
}

SideOf read_side(Table& in) {
  SideOf side;
  side.label = in.both("label");
  in.each("field", kFieldsMax, false, [&](Table& field) {
    side.fields.push_back(read_field(field));
    if (side.position(side.fields.back().id) + 1 != static_cast<int>(side.fields.size())) field.fail_here("id 重复", "the id stands twice");
  });
  return side;
}

// What kind of value an operand gives, for checking that a comparison makes sense.
enum class Shape { none, number, codes, days, flag, words, fact };
Shape shape_of(const SideOf& side, const Operand& operand) {
  using enum Operand::Kind;
  if (operand.kind == none) return Shape::none;
  if (operand.kind == place || operand.kind == industries) return Shape::codes;
  if (operand.kind == fact) return Shape::fact;
  if (operand.kind == constant) return Shape::number;
  switch (side.fields[operand.field].type) {
    case FieldType::text: return Shape::words;
    case FieldType::code:
    case FieldType::industry:
    case FieldType::place: return Shape::codes;
    case FieldType::number:
    case FieldType::money: return Shape::number;
    case FieldType::dates: return Shape::days;
    case FieldType::yes_no: return Shape::flag;
  }
  return Shape::none;
}

Operand read_operand(Table& in, std::string_view key, const SideOf& side, bool required = true) {
  const auto* node = in.take(key, required);
  if (!node) return {};
  if (node->is_number()) return {.kind = Operand::Kind::constant, .constant = *node->value<double>()};
  const std::string s = in.text(key);
  if (s == "listing.place") return {.kind = Operand::Kind::place};
  if (s == "listing.industries") return {.kind = Operand::Kind::industries};
  if (s.starts_with("fact.")) return {.kind = Operand::Kind::fact, .fact = s.substr(5)};
  const int at = side.position(s);
  if (at >= 0) return {.kind = Operand::Kind::field, .field = at};
  std::string list;
  for (const auto& field : side.fields) list += field.id + ", ";
  in.fail_at(*node, fmt::format("{} 没有字段“{}”，可用：{}listing.place, listing.industries, fact.…", key, s, list),
             fmt::format("{} has no field \"{}\"; allowed: {}listing.place, listing.industries, fact.…", key, s, list));
}

void check_comparison(const Table& in, Test test, Shape need, Shape offer) {
  const auto numeric = [](Shape s) { return s == Shape::number || s == Shape::fact; };
  bool right = false;
  switch (test) {
    case Test::at_least:
    case Test::at_most: right = numeric(need) && numeric(offer); break;
    case Test::equals: right = need == offer || (numeric(need) && numeric(offer)); break;
    case Test::contains: right = need == Shape::codes && offer == Shape::codes; break;
    case Test::overlaps:
    case Test::within: right = need == offer && (need == Shape::codes || need == Shape::days); break;
    case Test::required: right = need == Shape::flag && offer == Shape::flag; break;
  }
  if (!right)
    in.fail_here("这两个字段不能这样比较：at_least、at_most 比数，contains、within、overlaps 比代码、地点，within、overlaps 也比日期，required 比是否，equals 比同类",
                 "these fields cannot be compared so: at_least and at_most take numbers; contains, within and overlaps codes or places; within and overlaps dates too; required yes or no; equals two of one kind");
}

std::shared_ptr<const When> read_when(Table& in, const Program& program, bool of_deal) {
  auto parsed = When::parse(in.text("when"), program.need, program.offer, of_deal);
  if (!parsed) in.fail_at(*in.take("when", true), parsed.error().detail.zh, parsed.error().detail.en);
  return *parsed;
}

Condition read_condition(Table& in, const Program& program) {
  Condition out;
  out.id = in.name("id");
  out.label = in.both("label");
  out.to_pass = in.both("to_pass", false);
  if (in.take("when", false)) {
    out.when = read_when(in, program, false);
    return out;
  }
  using enum Test;
  out.test = in.choice<Test>("test", {{"at_least", at_least}, {"at_most", at_most}, {"equals", equals}, {"contains", contains}, {"overlaps", overlaps}, {"within", within}, {"required", required}});
  out.need = read_operand(in, "need", program.need);
  out.offer = read_operand(in, "offer", program.offer);
  check_comparison(in, out.test, shape_of(program.need, out.need), shape_of(program.offer, out.offer));
  if (out.need.kind == Operand::Kind::field && out.offer.kind == Operand::Kind::field) {
    const auto& a = program.need.fields[out.need.field];
    const auto& b = program.offer.fields[out.offer.field];
    if (a.type == FieldType::number && b.type == FieldType::number && a.unit != b.unit)
      in.fail_here(fmt::format("两边的单位不同：{} 与 {}", a.unit, b.unit), fmt::format("the two sides have different units: {} and {}", a.unit, b.unit));
    out.unit = a.unit;
  }
  // A fact is counted in the unit of what it is compared with.
  if (out.offer.kind == Operand::Kind::fact && out.need.kind == Operand::Kind::field) out.unit = program.need.fields[out.need.field].unit;
  if (out.need.kind == Operand::Kind::fact && out.offer.kind == Operand::Kind::field) out.unit = program.offer.fields[out.offer.field].unit;
  return out;
}

Part read_part(Table& in, const Program& program) {
  Part out;
  out.id = in.name("id");
  out.label = in.both("label");
  using enum PartKind;
  out.kind = in.choice<PartKind>("kind", {{"text", text}, {"codes", codes}, {"memory", memory}, {"same_place", same_place}, {"close", close}, {"fact", fact}});
  const auto weight = in.number("weight");
  if (!weight || *weight < 0) in.fail_here("weight 应当是不为负的数", "weight must be a number, not negative");
  out.weight = *weight;
  out.need = read_operand(in, "need", program.need, out.kind == close);
  out.offer = read_operand(in, "offer", program.offer, out.kind == close);
  out.fact = in.text("fact", out.kind == fact ? std::optional<std::string>() : std::string());
  out.best = in.number("best").value_or(0);
  out.worst = in.number("worst").value_or(1);
  if (out.kind == close) {
    const auto a = shape_of(program.need, out.need), b = shape_of(program.offer, out.offer);
    if (a != b || (a != Shape::number && a != Shape::days)) in.fail_here("close 比较两个数或两段日期", "close compares two numbers or two date ranges");
  }
  if (out.best == out.worst) in.fail_here("best 与 worst 不能相同", "best and worst must differ");
  return out;
}

Stage read_stage(Table& in, const Program& program) {
  Stage out;
  out.id = in.name("id");
  out.label = in.both("label");
  out.teaches = in.number("teaches").value_or(0);
  if (out.teaches < -1 || out.teaches > 1) in.fail_here("teaches 应当在 -1 与 1 之间", "teaches must be between -1 and 1");
  out.ends = in.flag("ends");
  out.drops = in.flag("drops");
  if (in.take("when", false)) {
    out.when = read_when(in, program, true);
    out.otherwise = in.both("otherwise");
  }
  return out;
}

template <class T>
void only_once(const Table& in, const std::vector<T>& items) {
  if (std::ranges::count(items, items.back().id, &T::id) > 1) in.fail_here("id 重复", "the id stands twice");
}

Program read_program(const toml::table& root) {
  Program out;
  Table in(root, "program");
  out.id = in.name("id");
  out.label = in.both("label");
  out.about = in.both("about", false);
  out.title_weight = in.number("title_weight").value_or(out.title_weight);
  out.text_weight = in.number("text_weight").value_or(out.text_weight);
  if (out.title_weight < 0 || out.text_weight < 0) in.fail_here("权重不能为负", "weights must not be negative");
  for (const auto& [key, side] : {std::pair("need", &out.need), std::pair("offer", &out.offer)}) {
    const auto* node = in.take(key, true);
    const auto* table = node->as_table();
    if (!table) in.fail_at(*node, fmt::format("[{}] 应当是表", key), fmt::format("[{}] must be a table", key));
    Table inner(*table, key);
    *side = read_side(inner);
    inner.done();
  }
  in.each("condition", kConditionsMax, false, [&](Table& t) { out.conditions.push_back(read_condition(t, out)), only_once(t, out.conditions); });
  in.each("part", kPartsMax, true, [&](Table& t) { out.parts.push_back(read_part(t, out)), only_once(t, out.parts); });
  in.each("stage", kStagesMax, true, [&](Table& t) { out.stages.push_back(read_stage(t, out)), only_once(t, out.stages); });
  in.each("drop_reason", kOptionsMax, false, [&](Table& t) { out.drop_reasons.push_back({t.name("id"), t.both("label")}); });
  if (std::ranges::count_if(out.stages, &Stage::drops) > 1) in.fail_here("最多一个阶段带 drops", "at most one stage may say drops");
  in.done();
  return out;
}

}  // namespace

bool is_market(std::string_view toml) {
  const auto parsed = toml::parse(toml);
  return !parsed || parsed.table()["kind"].value_or<std::string_view>("market") == "market";
}

Result<Program> parse_program(std::string_view toml, std::string_view file_name) {
  return toml_file::read<Program>(toml, file_name, "market.program_invalid", read_program);
}

}  // namespace jiaoji::market
