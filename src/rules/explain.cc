#include "rules/explain.h"

#include <algorithm>

#include <fmt/format.h>

namespace jiaoji::rules {

namespace {

std::string label(const InputClause& clause) { return clause.label.empty() ? clause.expression : clause.label; }

json::Value rule_json(const DecisionTable& table, const RuleTrace& rule) {
  const auto& source = table.source().rules[rule.rule];
  json::Array outputs(source.outputs.begin(), source.outputs.end()), failed, annotations;
  for (const auto& cell : rule.failed) failed.push_back(json::object({{"input", label(table.source().inputs[cell.input])}, {"test", source.tests[cell.input]}, {"saw", feel::literal(cell.saw)}, {"unknown", cell.unknown}}));
  for (std::size_t i = 0; i < source.annotations.size(); ++i) annotations.push_back(json::object({{"name", i < table.source().annotations.size() ? table.source().annotations[i] : ""}, {"text", source.annotations[i]}}));
  return json::object({{"rule", static_cast<std::int64_t>(rule.rule + 1)}, {"fired", rule.fired}, {"outputs", std::move(outputs)}, {"source", to_json(source.source)}, {"annotations", std::move(annotations)}, {"failed", std::move(failed)}});
}

}  // namespace

json::Value to_json(const Source& source) {
  if (source.empty()) return nullptr;
  return json::object({{"document", source.document}, {"article", source.article}, {"city", source.city}, {"valid_from", source.valid_from}, {"valid_until", source.valid_until}});
}

std::string in_words(const Source& source, Language language) {
  if (source.empty()) return "";
  const bool zh = language == Language::zh;
  std::string out = source.document.empty() ? "" : zh ? "《" + source.document + "》" : "\"" + source.document + "\"";
  if (!source.article.empty()) out += (out.empty() || zh ? "" : ", ") + source.article;
  std::string more = source.city;
  if (!source.valid_from.empty()) more += (more.empty() ? "" : zh ? "，" : ", ") + (zh ? source.valid_from + " 起" : "from " + source.valid_from);
  if (!source.valid_until.empty()) more += (more.empty() ? "" : zh ? "，" : ", ") + (zh ? source.valid_until + " 止" : "until " + source.valid_until);
  if (!more.empty()) out += zh ? "（" + more + "）" : " (" + more + ")";
  return out;
}

json::Value to_json(const Trace& trace) {
  json::Array decisions, tables;
  for (const auto& decision : trace.decisions) {
    json::Array from;
    for (const auto& [name, value] : decision.from) from.push_back(json::object({{"name", name}, {"value", feel::to_json(value)}, {"unknown", value.unknown() != nullptr}}));
    decisions.push_back(json::object({{"decision", decision.decision}, {"value", feel::to_json(decision.value)}, {"from", std::move(from)}}));
  }
  for (const auto& table : trace.tables) {
    json::Array inputs, rules;
    for (std::size_t i = 0; i < table.inputs.size(); ++i) inputs.push_back(json::object({{"label", label(table.table->source().inputs[i])}, {"value", feel::to_json(table.inputs[i])}, {"unknown", table.inputs[i].unknown() != nullptr}}));
    for (const auto& rule : table.rules) rules.push_back(rule_json(*table.table, rule));
    tables.push_back(json::object({{"decision", table.decision}, {"hit_policy", spelling(table.table->source().hit_policy)}, {"inputs", std::move(inputs)}, {"rules", std::move(rules)}}));
  }
  return json::object({{"decisions", std::move(decisions)}, {"tables", std::move(tables)}});
}

namespace {

std::string line(const TableTrace& table, const RuleTrace& rule, Language language) {
  const auto& source = table.table->source();
  const auto& row = source.rules[rule.rule];
  std::string outputs;
  for (const auto& text : row.outputs) outputs += (outputs.empty() ? "" : ", ") + text;
  const bool zh = language == Language::zh;
  auto out = fmt::format("  {} {} → {}", rule.fired ? "✓" : "✗", fmt::format(fmt::runtime(zh ? "规则 {}" : "rule {}"), rule.rule + 1), outputs);
  for (const auto& cell : rule.failed) {
    const auto saw = cell.unknown ? std::string(zh ? "未知" : "not known") : feel::literal(cell.saw);
    out += fmt::format(fmt::runtime(zh ? "\n      {}：要求 {}，实际 {}" : "\n      {}: asked {}, saw {}"), label(source.inputs[cell.input]), row.tests[cell.input], saw);
  }
  if (const auto from = in_words(row.source, language); !from.empty()) out += "\n      " + from;
  return out + "\n";
}

}  // namespace

std::string in_words(const Trace& trace, Language language) {
  constexpr std::size_t kNearMissesShown = 5;
  std::string out;
  const bool zh = language == Language::zh;
  for (const auto& decision : trace.decisions) {
    out += decision.decision + " = " + feel::literal(decision.value) + "\n";
    for (const auto& [name, value] : decision.from) out += fmt::format("  {} {} = {}\n", zh ? "取自" : "from", name, value.unknown() ? std::string(zh ? "未知" : "not known") : feel::literal(value));
    for (const auto& table : trace.tables) {
      if (table.decision != decision.decision) continue;
      for (const auto& rule : table.rules) {
        if (rule.fired) out += line(table, rule, language);
      }
      std::size_t shown = 0, rest = 0;
      for (const auto& rule : table.rules) {
        if (rule.fired) continue;
        if (rule.failed.size() == 1 && shown < kNearMissesShown) out += line(table, rule, language), ++shown;
        else ++rest;
      }
      if (rest > 0) out += fmt::format(fmt::runtime(zh ? "  另有 {} 条规则未命中（--json 全部列出）\n" : "  {} more rules did not match (--json lists all)\n"), rest);
    }
  }
  return out;
}

}  // namespace jiaoji::rules
