#include <algorithm>

#include <fmt/format.h>

#include "rules/asked.h"

namespace jiaoji::rules {

Result<std::vector<const CompiledElement*>> asked_decisions(const Compiled& model, const std::string& name) {
  std::vector<const CompiledElement*> out;
  if (!name.empty()) {
    if (const auto* found = model.find(name)) return std::vector{found};
    std::string names;
    for (const auto& element : model.elements()) {
      if (element.model == 0 && element.kind == Element::Kind::decision) names += (names.empty() ? "" : ", ") + element.name;
    }
    return fail(Code::not_found, "model.no_decision", {fmt::format("模型没有决策“{}”；有：{}", name, names), fmt::format("the model has no decision \"{}\"; it has: {}", name, names)});
  }
  for (const auto& element : model.elements()) {
    if (element.model != 0 || element.kind != Element::Kind::decision) continue;
    const auto index = model.index_of(element);
    const bool required = std::ranges::any_of(model.elements(), [&](const CompiledElement& other) {
      return other.kind == Element::Kind::decision && std::ranges::any_of(other.variables, [&](const Variable& variable) { return variable.members.empty() && variable.element == index; });
    });
    if (!required) out.push_back(&element);
  }
  return out;
}

const DecisionTable* table_in(const CompiledElement& element) {
  const auto* node = element.logic.get();
  while (node && node->kind == feel::Kind::typed) node = node->parts[0].get();
  return node ? dynamic_cast<const DecisionTable*>(node->extension.get()) : nullptr;
}

Result<const DecisionTable*> table_of(const Compiled& model, const std::string& decision) {
  std::vector<const CompiledElement*> found;
  std::string names;
  for (const auto& element : model.elements()) {
    if (element.model != 0 || element.kind != Element::Kind::decision || !table_in(element)) continue;
    names += (names.empty() ? "" : ", ") + element.name;
    if (decision.empty() || element.name == decision) found.push_back(&element);
  }
  if (found.size() == 1) return table_in(*found[0]);
  if (names.empty()) return fail(Code::not_found, "model.no_table", {"模型没有决策表", "the model has no decision table"});
  return fail(Code::not_found, "model.which_table", {fmt::format("请指明是哪一张决策表：{}", names), fmt::format("say which decision table: {}", names)});
}

const CompiledElement* element_of(const Compiled& model, const DecisionTable* table) {
  const auto found = std::ranges::find_if(model.elements(), [&](const CompiledElement& element) { return table_in(element) == table; });
  return found == model.elements().end() ? nullptr : &*found;
}

}  // namespace jiaoji::rules
