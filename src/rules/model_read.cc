#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/text.h"
#include "base/xml.h"
#include "rules/model.h"

namespace jiaoji::rules {

namespace {

using xml::attribute, xml::child, xml::content, xml::local, xml::raw;

class Reader {
 public:
  explicit Reader(std::string_view text) : xml_(text), lines_(text) {}

  Result<Model> model() {
    TRY_VOID(parse());
    const auto root = document_.document_element();
    TRY_VOID(check_root(root));
    Model out;
    out.name = attribute(root, "name");
    out.ns = attribute(root, "namespace");
    out.id = attribute(root, "id");
    out.description = child_text(root, "description");
    for (const auto node : root.children()) {
      const auto name = local(node.name());
      if (name == "import") out.imports.push_back({attribute(node, "name"), attribute(node, "namespace"), attribute(node, "locationURI")});
      else if (name == "itemDefinition") out.types.push_back(item_definition(node));
      else if (name == "DMNDI") out.diagram = with_prefixes(root, node);
      else TRY_VOID(element(node, out));
    }
    if (problem_) return fail(*problem_);
    return out;
  }

 private:
  // ---- the file

  Result<void> parse() {
    static const xml::Kind kind{"model", {"模型文件", "model"}, kModelBytesMax};
    return xml::parse(xml_, kind, document_);
  }

  Result<void> check_root(const pugi::xml_node& root) {
    if (local(root.name()) != "definitions") return fail(Code::invalid, "model.element", {fmt::format("根元素应是 definitions，不是 {}", root.name()), fmt::format("the root should be definitions, not {}", root.name())});
    const auto ns = xml::namespace_of(root);
    constexpr std::string_view known[] = {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/", "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/"};
    if (std::ranges::find(known, ns) != std::end(known)) return {};
    return fail(Code::invalid, "model.namespace", {fmt::format("命名空间“{}”不是 DMN 1.1–1.5 的；应是 {}", ns, known[4]), fmt::format("the namespace \"{}\" is not that of DMN 1.1 to 1.5; it should be {}", ns, known[4])});
  }

  std::size_t line(const pugi::xml_node& node) const { return lines_.of(node); }

  // A part of the file that can stand alone: with the namespaces that the root declares for it.
  static std::string with_prefixes(const pugi::xml_node& root, pugi::xml_node node) {
    for (const auto attribute : root.attributes()) {
      const std::string_view name = attribute.name();
      if (name.starts_with("xmlns:") && name != "xmlns:jiaoji" && !node.attribute(attribute.name())) node.append_copy(attribute);
    }
    return raw(node);
  }

  void complain(const pugi::xml_node& node, std::string key, Text what) {
    if (!problem_) problem_ = Error{Code::invalid, std::move(key), {fmt::format("第 {} 行 {}：{}", line(node), node.name(), what.zh), fmt::format("line {}, {}: {}", line(node), node.name(), what.en)}, {}};
  }

  static std::string child_text(const pugi::xml_node& node, std::string_view name) { return text::trim(content(child(node, name))); }
  // <…><text>…</text></…>
  static std::string inner_text(const pugi::xml_node& node, std::string_view name) { return child_text(child(node, name), "text"); }
  // typeRef as an attribute (1.2 on) or an element (1.1).
  static std::string type_of(const pugi::xml_node& node) {
    const auto as_attribute = attribute(node, "typeRef");
    return as_attribute.empty() ? child_text(node, "typeRef") : as_attribute;
  }

  // ---- types

  ItemDefinition item_definition(const pugi::xml_node& node, int depth = 0) {
    ItemDefinition out;
    out.name = attribute(node, "name");
    out.type = type_of(node);
    out.is_collection = attribute(node, "isCollection") == "true";
    out.allowed = inner_text(node, "typeConstraint");
    if (out.allowed.empty()) out.allowed = inner_text(node, "allowedValues");
    if (depth > kModelDepthMax) {
      complain(node, "model.deep", {"嵌套太深", "nested too deep"});
      return out;
    }
    for (const auto inner : node.children()) {
      if (local(inner.name()) == "itemComponent") out.components.push_back(item_definition(inner, depth + 1));
    }
    if (const auto function = child(node, "functionItem")) {
      out.is_function = true;
      out.result = attribute(function, "outputTypeRef");
      for (const auto parameter : function.children()) {
        if (local(parameter.name()) == "parameters") out.components.push_back({attribute(parameter, "name"), type_of(parameter), "", false, false, {}, ""});
      }
    }
    return out;
  }

  // ---- elements of the graph

  static std::vector<std::string> hrefs(const pugi::xml_node& node, std::string_view name) {
    std::vector<std::string> out;
    for (const auto inner : node.children()) {
      if (local(inner.name()) == name) out.push_back(attribute(inner, "href"));
    }
    return out;
  }

  static std::vector<Requirement> requirements(const pugi::xml_node& node) {
    std::vector<Requirement> out;
    for (const auto requirement : node.children()) {
      for (const auto target : requirement.children()) {
        const auto name = local(target.name());
        const auto href = attribute(target, "href");
        if (name == "requiredInput") out.push_back({Requirement::Kind::input, href});
        else if (name == "requiredDecision" && local(requirement.name()) == "informationRequirement") out.push_back({Requirement::Kind::decision, href});
        else if (name == "requiredKnowledge") out.push_back({Requirement::Kind::knowledge, href});
        else if (name == "requiredAuthority") out.push_back({Requirement::Kind::authority, href});
      }
    }
    return out;
  }

  Result<void> element(const pugi::xml_node& node, Model& model) {
    constexpr std::pair<std::string_view, Element::Kind> kinds[] = {{"inputData", Element::Kind::input}, {"decision", Element::Kind::decision}, {"businessKnowledgeModel", Element::Kind::knowledge}, {"decisionService", Element::Kind::service}, {"knowledgeSource", Element::Kind::authority}};
    const auto kind = std::ranges::find(kinds, local(node.name()), &std::pair<std::string_view, Element::Kind>::first);
    if (kind == std::end(kinds)) return {};  // artifacts, extensions, performance indicators: nothing that decides
    Element out;
    out.kind = kind->second;
    out.id = attribute(node, "id");
    out.name = attribute(node, "name");
    out.line = line(node);
    out.description = child_text(node, "description");
    out.question = child_text(node, "question");
    out.answers = child_text(node, "allowedAnswers");
    const auto variable = child(node, "variable");
    out.type = type_of(variable);
    out.requirements = requirements(node);
    if (out.name.empty()) complain(node, "model.name", {"缺少名称", "has no name"});
    if (out.kind == Element::Kind::decision) out.logic = first_boxed(node, 0);
    if (out.kind == Element::Kind::knowledge) {
      if (const auto logic = child(node, "encapsulatedLogic")) out.logic = function(logic, 0);
    }
    if (out.kind == Element::Kind::service) {
      out.output_decisions = hrefs(node, "outputDecision");
      out.encapsulated_decisions = hrefs(node, "encapsulatedDecision");
      out.input_decisions = hrefs(node, "inputDecision");
      out.input_data = hrefs(node, "inputData");
    }
    model.elements.push_back(std::move(out));
    return {};
  }

  // ---- boxed expressions

  BoxedPtr first_boxed(const pugi::xml_node& parent, int depth) {
    for (const auto node : parent.children()) {
      if (auto out = boxed(node, depth)) return out;
    }
    return nullptr;
  }

  std::vector<BoxedPtr> all_boxed(const pugi::xml_node& parent, int depth) {
    std::vector<BoxedPtr> out;
    for (const auto node : parent.children()) {
      if (auto one = boxed(node, depth)) out.push_back(std::move(one));
    }
    return out;
  }

  // Null for an element that is no expression.
  BoxedPtr boxed(const pugi::xml_node& node, int depth) {
    if (depth > kModelDepthMax) {
      complain(node, "model.deep", {"嵌套太深", "nested too deep"});
      return nullptr;
    }
    const auto name = local(node.name());
    if (name == "functionDefinition") return function(node, depth);
    Boxed out;
    out.id = attribute(node, "id");
    out.type = type_of(node);
    out.line = line(node);
    using Kind = Boxed::Kind;
    if (name == "literalExpression") out.text = child_text(node, "text");
    else if (name == "decisionTable") out.kind = Kind::table, out.table = table(node);
    else if (name == "context") out.kind = Kind::context, context(node, out, depth);
    else if (name == "list") out.kind = Kind::list, out.parts = all_boxed(node, depth + 1);
    else if (name == "invocation") out.kind = Kind::invocation, invocation(node, out, depth);
    else if (name == "conditional") out.kind = Kind::conditional, parts(node, {"if", "then", "else"}, out, depth);
    else if (name == "filter") out.kind = Kind::filter, parts(node, {"in", "match"}, out, depth);
    else if (name == "for") out.kind = Kind::for_each, parts(node, {"in", "return"}, out, depth);
    else if (name == "some") out.kind = Kind::some, parts(node, {"in", "satisfies"}, out, depth);
    else if (name == "every") out.kind = Kind::every, parts(node, {"in", "satisfies"}, out, depth);
    else if (name == "relation") out.kind = Kind::relation, relation(node, out, depth);
    else return nullptr;
    if (out.kind == Kind::for_each || out.kind == Kind::some || out.kind == Kind::every) out.text = attribute(node, "iteratorVariable");
    return std::make_shared<const Boxed>(std::move(out));
  }

  void parts(const pugi::xml_node& node, std::initializer_list<std::string_view> names, Boxed& out, int depth) {
    for (const auto name : names) {
      auto part = first_boxed(child(node, name), depth + 1);
      if (!part) complain(node, "model.element", {fmt::format("缺少 {}", name), fmt::format("has no {}", name)});
      out.parts.push_back(std::move(part));
    }
  }

  void context(const pugi::xml_node& node, Boxed& out, int depth) {
    for (const auto entry : node.children()) {
      if (local(entry.name()) != "contextEntry") continue;
      const auto variable = child(entry, "variable");
      out.entries.push_back({attribute(variable, "name"), type_of(variable), first_boxed(entry, depth + 1)});
    }
  }

  void invocation(const pugi::xml_node& node, Boxed& out, int depth) {
    out.parts.push_back(first_boxed(node, depth + 1));
    if (!out.parts[0]) complain(node, "model.element", {"没有写明调用哪个函数", "does not say which function"});
    for (const auto binding : node.children()) {
      if (local(binding.name()) != "binding") continue;
      const auto parameter = child(binding, "parameter");
      out.entries.push_back({attribute(parameter, "name"), type_of(parameter), first_boxed(binding, depth + 1)});
    }
  }

  BoxedPtr function(const pugi::xml_node& node, int depth) {
    Boxed out;
    out.kind = Boxed::Kind::function;
    out.id = attribute(node, "id");
    out.type = type_of(node);
    out.line = line(node);
    out.text = attribute(node, "kind");
    for (const auto parameter : node.children()) {
      if (local(parameter.name()) == "formalParameter") out.entries.push_back({attribute(parameter, "name"), type_of(parameter), nullptr});
    }
    out.parts.push_back(first_boxed(node, depth + 1));
    return std::make_shared<const Boxed>(std::move(out));
  }

  void relation(const pugi::xml_node& node, Boxed& out, int depth) {
    for (const auto inner : node.children()) {
      if (local(inner.name()) == "column") out.entries.push_back({attribute(inner, "name"), type_of(inner), nullptr});
      if (local(inner.name()) != "row") continue;
      out.rows.push_back(all_boxed(inner, depth + 1));
      if (out.rows.back().size() != out.entries.size()) complain(inner, "model.ragged", {fmt::format("这一行有 {} 格，应有 {} 格", out.rows.back().size(), out.entries.size()), fmt::format("this row has {} cells and should have {}", out.rows.back().size(), out.entries.size())});
    }
  }

  // ---- decision tables

  std::shared_ptr<const Table> table(const pugi::xml_node& node) {
    Table out;
    read_policy(node, out);
    for (const auto inner : node.children()) {
      const auto name = local(inner.name());
      if (name == "input") {
        const auto expression = child(inner, "inputExpression");
        out.inputs.push_back({attribute(inner, "label"), child_text(expression, "text"), type_of(expression), inner_text(inner, "inputValues")});
      } else if (name == "output") {
        out.outputs.push_back({attribute(inner, "label"), attribute(inner, "name"), type_of(inner), inner_text(inner, "outputValues"), inner_text(inner, "defaultOutputEntry")});
      } else if (name == "annotation") {
        out.annotations.push_back(attribute(inner, "name"));
      } else if (name == "rule") {
        if (out.rules.size() == kRulesMax) complain(inner, "model.too_large", {fmt::format("规则超过 {} 条", kRulesMax), fmt::format("more than {} rules", kRulesMax)});
        else out.rules.push_back(rule(inner, out));
      }
    }
    if (out.outputs.empty()) complain(node, "model.element", {"决策表没有输出列", "a decision table without an output"});
    return std::make_shared<const Table>(std::move(out));
  }

  void read_policy(const pugi::xml_node& node, Table& out) {
    constexpr std::pair<std::string_view, HitPolicy> policies[] = {{"", HitPolicy::unique}, {"UNIQUE", HitPolicy::unique}, {"ANY", HitPolicy::any}, {"PRIORITY", HitPolicy::priority}, {"FIRST", HitPolicy::first}, {"COLLECT", HitPolicy::collect}, {"RULE ORDER", HitPolicy::rule_order}, {"OUTPUT ORDER", HitPolicy::output_order}};
    constexpr std::pair<std::string_view, Aggregation> aggregations[] = {{"", Aggregation::none}, {"SUM", Aggregation::sum}, {"MIN", Aggregation::min}, {"MAX", Aggregation::max}, {"COUNT", Aggregation::count}};
    const auto policy = attribute(node, "hitPolicy"), aggregation = attribute(node, "aggregation");
    const auto* found = std::ranges::find(policies, policy, &std::pair<std::string_view, HitPolicy>::first);
    if (found == std::end(policies)) complain(node, "model.hit_policy", {fmt::format("没有命中策略“{}”", policy), fmt::format("there is no hit policy \"{}\"", policy)});
    else out.hit_policy = found->second;
    const auto* how = std::ranges::find(aggregations, aggregation, &std::pair<std::string_view, Aggregation>::first);
    if (how == std::end(aggregations)) complain(node, "model.hit_policy", {fmt::format("没有汇总方式“{}”", aggregation), fmt::format("there is no aggregation \"{}\"", aggregation)});
    else out.aggregation = how->second;
  }

  Rule rule(const pugi::xml_node& node, const Table& table) {
    Rule out;
    out.id = attribute(node, "id");
    for (const auto inner : node.children()) {
      const auto name = local(inner.name());
      if (name == "inputEntry") out.tests.push_back(child_text(inner, "text"));
      else if (name == "outputEntry") out.outputs.push_back(child_text(inner, "text"));
      else if (name == "annotationEntry") out.annotations.push_back(child_text(inner, "text"));
      else if (name == "extensionElements") {
        if (const auto source = child(inner, "source")) out.source = {attribute(source, "document"), attribute(source, "article"), attribute(source, "city"), attribute(source, "validFrom"), attribute(source, "validUntil")};
      }
    }
    const auto check = [&](std::size_t have, std::size_t want, std::string_view zh, std::string_view en) {
      if (have == want) return;
      complain(node, "model.ragged", {fmt::format("第 {} 条规则有 {} 个{}格，应有 {} 个", table.rules.size() + 1, have, zh, want), fmt::format("rule {} has {} {} and should have {}", table.rules.size() + 1, have, en, want)});
    };
    check(out.tests.size(), table.inputs.size(), "输入", "input entries");
    check(out.outputs.size(), table.outputs.size(), "输出", "output entries");
    return out;
  }

  std::string_view xml_;
  xml::Lines lines_;
  pugi::xml_document document_;
  std::optional<Error> problem_;  // the first
};

}  // namespace

Result<Model> read_model(std::string_view xml) { return Reader(xml).model(); }

const Element* Model::find(std::string_view element_name) const {
  const auto found = std::ranges::find(elements, element_name, &Element::name);
  return found == elements.end() ? nullptr : &*found;
}

std::string_view spelling(HitPolicy policy) {
  switch (policy) {
    case HitPolicy::unique: return "UNIQUE";
    case HitPolicy::any: return "ANY";
    case HitPolicy::priority: return "PRIORITY";
    case HitPolicy::first: return "FIRST";
    case HitPolicy::collect: return "COLLECT";
    case HitPolicy::rule_order: return "RULE ORDER";
    case HitPolicy::output_order: return "OUTPUT ORDER";
  }
  return "";
}

std::string_view spelling(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::none: return "";
    case Aggregation::sum: return "SUM";
    case Aggregation::min: return "MIN";
    case Aggregation::max: return "MAX";
    case Aggregation::count: return "COUNT";
  }
  return "";
}

}  // namespace jiaoji::rules
