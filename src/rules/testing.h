// Small decision models drawn in a test: XML from names, texts and rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace jiaoji::rules {

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

inline std::string definitions(const std::string& body) { return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" namespace=\"urn:m\">" + body + "</definitions>"; }
inline std::string input(const std::string& name, const std::string& type) { return "<inputData name=\"" + name + "\" id=\"i_" + name + "\"><variable name=\"" + name + "\" typeRef=\"" + type + "\"/></inputData>"; }
inline std::string literal(const std::string& text) { return "<literalExpression><text>" + escaped(text) + "</text></literalExpression>"; }

// `needs`: input data and decisions by name; `knows`: knowledge models and services.
inline std::string decision(const std::string& name, const std::vector<std::string>& needs, const std::string& logic, const std::vector<std::string>& knows = {}) {
  auto out = "<decision name=\"" + name + "\" id=\"i_" + name + "\"><variable name=\"" + name + "\"/>";
  for (const auto& need : needs) out += "<informationRequirement><requiredDecision href=\"#i_" + need + "\"/></informationRequirement>";
  for (const auto& known : knows) out += "<knowledgeRequirement><requiredKnowledge href=\"#i_" + known + "\"/></knowledgeRequirement>";
  return out + logic + "</decision>";
}

inline std::string knowledge(const std::string& name, const std::vector<std::pair<std::string, std::string>>& parameters, const std::string& body) {
  auto out = "<businessKnowledgeModel name=\"" + name + "\" id=\"i_" + name + "\"><encapsulatedLogic>";
  for (const auto& [parameter, type] : parameters) out += "<formalParameter name=\"" + parameter + "\" typeRef=\"" + type + "\"/>";
  return out + literal(body) + "</encapsulatedLogic></businessKnowledgeModel>";
}

// A row: its tests, then its output.
inline std::string table(const std::string& policy, const std::vector<std::string>& inputs, const std::vector<std::vector<std::string>>& rows, const std::string& aggregation = "", const std::string& output_values = "") {
  auto out = "<decisionTable hitPolicy=\"" + policy + "\"" + (aggregation.empty() ? "" : " aggregation=\"" + aggregation + "\"") + ">";
  for (const auto& expression : inputs) out += "<input><inputExpression><text>" + escaped(expression) + "</text></inputExpression></input>";
  out += "<output>" + (output_values.empty() ? "" : "<outputValues><text>" + escaped(output_values) + "</text></outputValues>") + "</output>";
  for (const auto& row : rows) {
    out += "<rule>";
    for (std::size_t i = 0; i + 1 < row.size(); ++i) out += "<inputEntry><text>" + escaped(row[i]) + "</text></inputEntry>";
    out += "<outputEntry><text>" + escaped(row.back()) + "</text></outputEntry></rule>";
  }
  return out + "</decisionTable>";
}

}  // namespace jiaoji::rules
