#include "market/when.h"

#include <algorithm>

#include <fmt/format.h>

#include "market/operands.h"

namespace jiaoji::market {

using feel::Value;

namespace {

std::string member_of(const Operand& operand, const SideOf& side) {
  if (operand.kind == Operand::Kind::place) return "place";
  if (operand.kind == Operand::Kind::industries) return "industries";
  return side.fields[operand.field].id;
}

// Every `need.x` of the tree, as (slot, x).
void paths(const feel::Node& node, std::vector<std::pair<std::int32_t, std::string>>& out) {
  if (node.kind == feel::Kind::path && node.a().kind == feel::Kind::name) out.emplace_back(node.a().slot, node.text);
  for (const auto& part : node.parts) {
    if (part) paths(*part, out);
  }
}

std::unexpected<Error> bad(const std::string& source, const Text& what) {
  return fail(Code::invalid, "market.when", {fmt::format("when = \"{}\"：{}", source, what.zh), fmt::format("when = \"{}\": {}", source, what.en)});
}

Value feel_value(const Operand& operand, const SideOf& side, const Seen& seen) {
  if (const auto* d = std::get_if<double>(&seen)) return Value(Decimal::from_double(*d));
  if (const auto* b = std::get_if<bool>(&seen)) return *b;
  if (const auto* s = std::get_if<std::string_view>(&seen)) return *s;
  if (const auto* d = std::get_if<Days>(&seen)) return feel::Range{.start = feel::Date::from_days(d->from), .end = feel::Date::from_days(d->until)};
  const auto* codes = std::get_if<CodeSpan>(&seen);
  if (!codes) return {};
  const bool one = operand.kind == Operand::Kind::place || (operand.kind == Operand::Kind::field && !side.fields[operand.field].many);
  if (one && codes->size() == 1) return codes->front();
  return feel::List(codes->begin(), codes->end());
}

class FeelRule final : public Rule {
 public:
  FeelRule(const Program& program, const Condition& condition) : program_(program), condition_(condition) {}

  Truth truth(const Pair& pair) const override { return decide(condition_.when->ask(pair)).first; }

  Verdict verdict(const Pair& pair) const override {
    const auto [truth, demanded] = decide(condition_.when->ask(pair));
    Verdict out{condition_.id, condition_.label, truth, demanded, saw(Side::need, pair), saw(Side::offer, pair), {}, {}};
    const char* zh = truth == Truth::yes ? "符合" : truth == Truth::no ? "不符合" : "未知";
    const char* en = truth == Truth::yes ? "met" : truth == Truth::no ? "not met" : "unknown";
    if (!demanded) out.sentence = {fmt::format("{}：需求没有要求", out.label.zh), fmt::format("{}: the need does not ask for it", out.label.en)};
    else out.sentence = {fmt::format("{}：{}（需求 {}，供给 {}）", out.label.zh, zh, out.need_saw.zh, out.offer_saw.zh), fmt::format("{}: {} (need {}, offer {})", out.label.en, en, out.need_saw.en, out.offer_saw.en)};
    if (truth == Truth::unknown) out.to_pass = {"供给方补填此项", "the offer states this"};
    if (truth == Truth::no) out.to_pass = condition_.to_pass.zh.empty() ? Text{"满足 " + condition_.when->source(), "meet " + condition_.when->source()} : condition_.to_pass;
    return out;
  }

 private:
  // What the need leaves open, it does not demand, whatever the offer says. The second: whether it demands it.
  static std::pair<Truth, bool> decide(const Value& value) {
    if (value.boolean()) return {*value.boolean() ? Truth::yes : Truth::no, true};
    const auto* unknown = value.unknown();
    if (unknown && std::ranges::any_of(unknown->facts, [](const std::string& fact) { return fact.starts_with("need."); })) return {Truth::yes, false};
    return {Truth::unknown, true};
  }

  Text saw(Side side, const Pair& pair) const {
    Text out;
    const auto& of = program_.side(side);
    for (const auto& operand : condition_.when->read_of(side)) {
      const auto shown = show_operand(operand, of, read_operand(operand, of, side == Side::need ? *pair.need : *pair.offer, pair), "", pair.names);
      const Text label = operand.kind == Operand::Kind::field ? of.fields[operand.field].label : operand.kind == Operand::Kind::place ? Text{"地点", "place"} : Text{"行业", "industries"};
      out.zh += (out.zh.empty() ? "" : "，") + label.zh + " " + shown.zh;
      out.en += (out.en.empty() ? "" : ", ") + label.en + " " + shown.en;
    }
    return out.zh.empty() ? Text{"—", "—"} : out;
  }

  const Program& program_;
  const Condition& condition_;
};

}  // namespace

Result<std::shared_ptr<const When>> When::parse(const std::string& source, const SideOf& need, const SideOf& offer, bool of_deal) {
  When out;
  feel::Scope scope{.variables = {"need", "offer", "fact"}, .members = {}, .types = {}};
  if (of_deal) scope.variables.push_back("deal");
  auto parsed = feel::parse_expression(source, scope);
  if (!parsed) return bad(source, parsed.error().detail);
  out.expression_ = *std::move(parsed);
  if (!out.expression_.unknown_names.empty()) {
    const auto& name = out.expression_.unknown_names.front();
    return bad(source, {fmt::format("没有“{}”，可用 need、offer、fact{}", name, of_deal ? "、deal" : ""), fmt::format("there is no \"{}\"; known are need, offer, fact{}", name, of_deal ? ", deal" : "")});
  }
  std::vector<std::pair<std::int32_t, std::string>> found;
  paths(*out.expression_.root, found);
  for (const auto& [slot, name] : found) {
    if (slot == 2 && std::ranges::find(out.facts_, name) == out.facts_.end()) out.facts_.push_back(name);
    if (of_deal && slot == 3 && name != "stage" && name != "need_agreed" && name != "offer_agreed" && name != "days") return bad(source, {"deal 有 stage、need_agreed、offer_agreed、days", "deal has stage, need_agreed, offer_agreed, days"});
    if (slot > 1) continue;
    const auto& side = slot == 0 ? need : offer;
    Operand operand;
    if (name == "place") operand.kind = Operand::Kind::place;
    else if (name == "industries") operand.kind = Operand::Kind::industries;
    else operand.kind = Operand::Kind::field, operand.field = side.position(name);
    if (operand.kind == Operand::Kind::field && operand.field < 0) {
      std::string known;
      for (const auto& field : side.fields) known += field.id + ", ";
      const char* of = slot == 0 ? "need" : "offer";
      return bad(source, {fmt::format("{} 没有字段“{}”，可用：{}place, industries", of, name, known), fmt::format("{} has no field \"{}\"; known are {}place, industries", of, name, known)});
    }
    auto& list = slot == 0 ? out.need_ : out.offer_;
    if (std::ranges::none_of(list, [&](const Operand& other) { return other.kind == operand.kind && other.field == operand.field; })) list.push_back(operand);
  }
  return std::make_shared<const When>(std::move(out));
}

Value When::context(Side side, const Pair& pair) const {
  feel::Context out;
  const auto& of = pair.program->side(side);
  for (const auto& operand : read_of(side)) {
    const auto seen = read_operand(operand, of, side == Side::need ? *pair.need : *pair.offer, pair);
    auto name = member_of(operand, of);
    if (seen.index() == 0) out.put(name, feel::Unknown{{std::string(to_string(side)) + "." + name}});
    else out.put(std::move(name), feel_value(operand, of, seen));
  }
  return out;
}

Value When::ask(const Pair& pair, const DealState* deal) const {
  feel::Context facts;
  for (const auto& name : facts_) {
    const auto fact = pair.facts && *pair.facts ? (*pair.facts)(name, *pair.need, *pair.offer) : std::nullopt;
    facts.put(name, fact ? Value(Decimal::from_double(fact->value)) : Value(feel::Unknown{{"fact." + name}}));
  }
  std::vector<Value> values = {context(Side::need, pair), context(Side::offer, pair), std::move(facts)};
  if (deal) {
    feel::Context of;
    of.put("stage", deal->stage), of.put("need_agreed", deal->need_agreed), of.put("offer_agreed", deal->offer_agreed), of.put("days", deal->days);
    values.emplace_back(std::move(of));
  }
  feel::Run run;
  auto out = feel::evaluate(expression_, values, run);
  return out ? *std::move(out) : Value();
}

std::unique_ptr<const Rule> feel_rule(const Program& program, const Condition& condition) { return std::make_unique<FeelRule>(program, condition); }

std::string feel_of(const Program& program, const Condition& condition) {
  if (condition.when) return condition.when->source();
  const auto is_plain = [](const Operand& operand) { return operand.kind == Operand::Kind::field || operand.kind == Operand::Kind::constant || operand.kind == Operand::Kind::fact; };
  const auto type_of = [](const Operand& operand, const SideOf& side) { return operand.kind == Operand::Kind::field ? side.fields[operand.field].type : FieldType::number; };
  const auto type = type_of(condition.need, program.need);
  if (!is_plain(condition.need) || !is_plain(condition.offer) || type == FieldType::place || type == FieldType::industry || type == FieldType::text) return "";
  const auto spell = [](const Operand& operand, const SideOf& side, const char* name) {
    if (operand.kind == Operand::Kind::constant) return fmt::format("{}", operand.constant);
    return operand.kind == Operand::Kind::fact ? "fact." + operand.fact : fmt::format("{}.{}", name, side.fields[operand.field].id);
  };
  const auto need = spell(condition.need, program.need, "need"), offer = spell(condition.offer, program.offer, "offer");
  const auto covers = [](const std::string& some, const std::string& all) { return fmt::format("every code in flatten([{}]) satisfies list contains(flatten([{}]), code)", some, all); };
  const bool codes = type == FieldType::code, dates = type == FieldType::dates;
  switch (condition.test) {
    case Test::at_least: return offer + " >= " + need;
    case Test::at_most: return offer + " <= " + need;
    case Test::equals: return codes ? fmt::format("({}) and ({})", covers(need, offer), covers(offer, need)) : offer + " = " + need;
    case Test::contains: return covers(need, offer);
    case Test::within: return dates ? fmt::format("includes({}, {})", offer, need) : covers(need, offer);
    case Test::overlaps: return dates ? fmt::format("overlaps({}, {})", offer, need) : fmt::format("some code in flatten([{}]) satisfies list contains(flatten([{}]), code)", need, offer);
    case Test::required: return fmt::format("if {} then {} else true", need, offer);
  }
  return "";
}

}  // namespace jiaoji::market
