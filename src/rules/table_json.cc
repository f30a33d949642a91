#include "rules/table_json.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/explain.h"

namespace jiaoji::rules {

json::Value to_json(const Table& table) {
  json::Array inputs, outputs, rules, annotations(table.annotations.begin(), table.annotations.end());
  for (const auto& clause : table.inputs) inputs.push_back(json::object({{"label", clause.label.empty() ? clause.expression : clause.label}, {"expression", clause.expression}, {"type", clause.type}, {"allowed", clause.allowed}}));
  for (const auto& clause : table.outputs) outputs.push_back(json::object({{"label", clause.label.empty() ? clause.name : clause.label}, {"name", clause.name}, {"type", clause.type}, {"allowed", clause.allowed}, {"otherwise", clause.otherwise}}));
  for (const auto& rule : table.rules) {
    rules.push_back(json::object({{"id", rule.id}, {"tests", json::Array(rule.tests.begin(), rule.tests.end())}, {"outputs", json::Array(rule.outputs.begin(), rule.outputs.end())},
                                  {"annotations", json::Array(rule.annotations.begin(), rule.annotations.end())}, {"source", to_json(rule.source)}}));
  }
  return json::object({{"hit_policy", spelling(table.hit_policy)}, {"aggregation", spelling(table.aggregation)}, {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}, {"annotations", std::move(annotations)}, {"rules", std::move(rules)}});
}

namespace {

constexpr HitPolicy kPolicies[] = {HitPolicy::unique, HitPolicy::any, HitPolicy::priority, HitPolicy::first, HitPolicy::collect, HitPolicy::rule_order, HitPolicy::output_order};
constexpr Aggregation kAggregations[] = {Aggregation::none, Aggregation::sum, Aggregation::min, Aggregation::max, Aggregation::count};

class Reader {
 public:
  Result<Table> whole(const json::Value& value, const std::string& at) {
    Table out;
    json::Fields in(value, at);
    out.hit_policy = spelled(in, "hit_policy", kPolicies, {});
    out.aggregation = spelled(in, "aggregation", kAggregations, "");
    if (out.aggregation != Aggregation::none && out.hit_policy != HitPolicy::collect) in.fault("aggregation", "model.hit_policy", {"只有 COLLECT 才能汇总", "only COLLECT aggregates"});
    list(in, at, "inputs", kClausesMax, [&](const json::Value& one, std::string place) { out.inputs.push_back(input(one, std::move(place))); });
    list(in, at, "outputs", kClausesMax, [&](const json::Value& one, std::string place) { out.outputs.push_back(output(one, std::move(place))); });
    if (out.outputs.empty()) in.fault("outputs", "model.no_output", {"至少要有一个输出列", "needs at least one output"});
    list(in, at, "annotations", kClausesMax, [&](const json::Value& one, const std::string& place) { out.annotations.push_back(text(one, place)); });
    list(in, at, "rules", kRulesMax, [&](const json::Value& one, const std::string& place) { out.rules.push_back(rule(one, place, out)); });
    keep(in.done());
    if (faults_.empty()) return out;
    const auto& first = faults_.front();
    return fail(Code::invalid, "request.invalid", {first.pointer + "：" + first.detail.zh, first.pointer + ": " + first.detail.en}, std::move(faults_));
  }

 private:
  void fault(std::string pointer, std::string key, Text detail) {
    if (faults_.size() < kTableFaultsMax) faults_.push_back({std::move(pointer), std::move(key), std::move(detail)});
  }
  void keep(const Result<void>& done) {
    if (done) return;
    for (const auto& one : done.error().where) fault(one.pointer, one.key, one.detail);
  }

  template <class Kind, std::size_t N>
  static Kind spelled(json::Fields& in, const char* key, const Kind (&kinds)[N], std::optional<std::string> otherwise) {
    std::vector<std::string> known;
    for (const auto kind : kinds) known.emplace_back(spelling(kind));
    const auto chosen = in.choice(key, known, std::move(otherwise));
    const auto found = std::ranges::find(known, chosen);
    return found == known.end() ? kinds[0] : kinds[found - known.begin()];
  }

  template <class Take>
  void list(json::Fields& in, const std::string& at, const char* key, std::size_t most, Take take) {
    const auto* items = in.optional_array(key);
    if (!items) return;
    if (items->size() > most) return in.fault(key, "field.too_many", {fmt::format("共 {} 项，最多 {} 项", items->size(), most), fmt::format("has {} entries, at most {}", items->size(), most)});
    for (std::size_t i = 0; i < items->size() && faults_.size() < kTableFaultsMax; ++i) take((*items)[i], fmt::format("{}/{}/{}", at, key, i));
  }

  std::string text(const json::Value& value, const std::string& at) {
    if (!value.string()) return fault(at, "field.not_text", {"应为文字", "must be text"}), "";
    auto cleaned = text::clean(*value.string(), {.max = kCellMax, .newlines = true, .required = false}, at);
    if (!cleaned) return fault(at, cleaned.error().key, cleaned.error().detail), "";
    return *std::move(cleaned);
  }

  // A label that only repeats what stands in its place is none: to_json fills it in.
  InputClause input(const json::Value& value, std::string at) {
    json::Fields in(value, std::move(at));
    InputClause out{in.optional_text("label").value_or(""), in.text("expression", kCellMax, true), in.optional_text("type").value_or(""), in.optional_text("allowed", kCellMax, true).value_or("")};
    keep(in.done());
    if (out.label == out.expression) out.label.clear();
    return out;
  }
  OutputClause output(const json::Value& value, std::string at) {
    json::Fields in(value, std::move(at));
    OutputClause out{in.optional_text("label").value_or(""), in.optional_text("name").value_or(""), in.optional_text("type").value_or(""), in.optional_text("allowed", kCellMax, true).value_or(""), in.optional_text("otherwise", kCellMax, true).value_or("")};
    keep(in.done());
    if (out.label == out.name) out.label.clear();
    return out;
  }

  std::vector<std::string> texts(const json::Value& value, const std::string& at, std::size_t most) {
    std::vector<std::string> out;
    if (!value.array()) return fault(at, "field.not_a_list", {"应为一个列表 […]", "must be a list […]"}), out;
    if (value.array()->size() > most) return fault(at, "field.too_many", {fmt::format("共 {} 项，最多 {} 项", value.array()->size(), most), fmt::format("has {} entries, at most {}", value.array()->size(), most)}), out;
    for (std::size_t i = 0; i < value.array()->size(); ++i) out.push_back(text((*value.array())[i], fmt::format("{}/{}", at, i)));
    return out;
  }

  Source source(const json::Value& value, const std::string& at) {
    json::Fields in(value, at);
    Source out{in.optional_text("document").value_or(""), in.optional_text("article").value_or(""), in.optional_text("city").value_or(""), in.optional_text("valid_from", 10).value_or(""), in.optional_text("valid_until", 10).value_or("")};
    keep(in.done());
    return out;
  }

  // Read member by member: a table has thousands.
  Rule rule(const json::Value& value, const std::string& at, const Table& table) {
    Rule out;
    if (!value.object()) return fault(at, "json.not_an_object", {"应为一个 JSON 对象 {…}", "must be a JSON object {…}"}), out;
    for (const auto& [name, member] : value.object()->members) {
      const auto place = at + "/" + text::ellipsis(name, 60);
      if (name == "id") out.id = text(member, place);
      else if (name == "tests") out.tests = texts(member, place, kClausesMax);
      else if (name == "outputs") out.outputs = texts(member, place, kClausesMax);
      else if (name == "annotations") out.annotations = texts(member, place, kClausesMax);
      else if (name == "source") { if (!member.is_null()) out.source = source(member, place); }
      else fault(place, "field.unknown", {"没有这个字段；可用的有：id, tests, outputs, annotations, source", "is not a field here; known are: id, tests, outputs, annotations, source"});
    }
    const auto count = [&](const char* name, std::size_t have, std::size_t want) {
      if (have != want) fault(at + name, "model.ragged", {fmt::format("有 {} 格，应有 {} 格", have, want), fmt::format("has {} cells and should have {}", have, want)});
    };
    count("/tests", out.tests.size(), table.inputs.size());
    count("/outputs", out.outputs.size(), table.outputs.size());
    if (out.annotations.size() > table.annotations.size()) count("/annotations", out.annotations.size(), table.annotations.size());
    return out;
  }

  std::vector<Where> faults_;
};

}  // namespace

Result<Table> read_table(const json::Value& value, const std::string& pointer) { return Reader().whole(value, pointer); }

}  // namespace jiaoji::rules
