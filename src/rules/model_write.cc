#include <pugixml.hpp>

#include "rules/model.h"

namespace jiaoji::rules {

namespace {

constexpr const char* kNamespace = "https://www.omg.org/spec/DMN/20230324/MODEL/";
constexpr const char* kOwnNamespace = "https://jiaoji.dev/dmn";  // of <jiaoji:source>

class Writer {
 public:
  std::string whole(const Model& model) {
    auto declaration = document_.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    auto root = document_.append_child("definitions");
    root.append_attribute("xmlns") = kNamespace;
    root.append_attribute("xmlns:jiaoji") = kOwnNamespace;
    set(root, "id", model.id);
    set(root, "name", model.name, true);
    set(root, "namespace", model.ns, true);
    text(root, "description", model.description);
    for (const auto& import : model.imports) {
      auto node = root.append_child("import");
      set(node, "name", import.name, true);
      set(node, "namespace", import.ns, true);
      set(node, "locationURI", import.location);
      set(node, "importType", kNamespace);
    }
    for (const auto& type : model.types) item(root, "itemDefinition", type);
    for (const auto& element : model.elements) write(root, element);
    if (!model.diagram.empty()) {
      pugi::xml_document diagram;
      if (diagram.load_string(model.diagram.c_str())) root.append_copy(diagram.document_element());
    }
    struct Out : pugi::xml_writer {
      std::string text;
      void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
    } out;
    document_.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
    return out.text;
  }

 private:
  static void set(pugi::xml_node node, const char* name, const std::string& value, bool always = false) {
    if (always || !value.empty()) node.append_attribute(name) = value.c_str();
  }
  static void text(pugi::xml_node parent, const char* name, const std::string& value) {
    if (!value.empty()) parent.append_child(name).text().set(value.c_str());
  }
  // <name><text>…</text></name>
  static void inner_text(pugi::xml_node parent, const char* name, const std::string& value) {
    if (!value.empty()) text(parent.append_child(name), "text", value);
  }

  void item(pugi::xml_node parent, const char* tag, const ItemDefinition& type) {
    auto node = parent.append_child(tag);
    set(node, "name", type.name, true);
    if (type.is_collection) node.append_attribute("isCollection") = "true";
    if (type.is_function) {
      auto function = node.append_child("functionItem");
      set(function, "outputTypeRef", type.result);
      for (const auto& parameter : type.components) {
        auto inner = function.append_child("parameters");
        set(inner, "name", parameter.name, true);
        set(inner, "typeRef", parameter.type);
      }
      return;
    }
    text(node, "typeRef", type.type);
    inner_text(node, "allowedValues", type.allowed);
    for (const auto& component : type.components) item(node, "itemComponent", component);
  }

  void variable(pugi::xml_node parent, const char* tag, const std::string& name, const std::string& type) {
    auto node = parent.append_child(tag);
    set(node, "name", name, true);
    set(node, "typeRef", type);
  }

  void write(pugi::xml_node root, const Element& element) {
    constexpr const char* tags[] = {"inputData", "decision", "businessKnowledgeModel", "decisionService", "knowledgeSource"};
    auto node = root.append_child(tags[static_cast<int>(element.kind)]);
    set(node, "id", element.id);
    set(node, "name", element.name, true);
    text(node, "description", element.description);
    text(node, "question", element.question);
    text(node, "allowedAnswers", element.answers);
    if (element.kind != Element::Kind::authority) variable(node, "variable", element.name, element.type);
    if (element.kind == Element::Kind::knowledge && element.logic) boxed(node, *element.logic, "encapsulatedLogic");
    for (const auto& requirement : element.requirements) {
      constexpr std::pair<const char*, const char*> names[] = {{"informationRequirement", "requiredInput"}, {"informationRequirement", "requiredDecision"}, {"knowledgeRequirement", "requiredKnowledge"}, {"authorityRequirement", "requiredAuthority"}};
      const auto& [outer, inner] = names[static_cast<int>(requirement.kind)];
      set(node.append_child(outer).append_child(inner), "href", requirement.href, true);
    }
    const auto hrefs = [&](const char* tag, const std::vector<std::string>& list) {
      for (const auto& href : list) set(node.append_child(tag), "href", href, true);
    };
    hrefs("outputDecision", element.output_decisions);
    hrefs("encapsulatedDecision", element.encapsulated_decisions);
    hrefs("inputDecision", element.input_decisions);
    hrefs("inputData", element.input_data);
    if (element.kind == Element::Kind::decision && element.logic) boxed(node, *element.logic);
  }

  void maybe(pugi::xml_node parent, const BoxedPtr& part) {
    if (part) boxed(parent, *part);
  }
  void part(pugi::xml_node parent, const char* tag, const BoxedPtr& inner) { maybe(parent.append_child(tag), inner); }

  void boxed(pugi::xml_node parent, const Boxed& box, const char* tag = nullptr) {
    constexpr const char* tags[] = {"literalExpression", "decisionTable", "context", "list", "invocation", "functionDefinition", "conditional", "filter", "for", "some", "every", "relation"};
    auto node = parent.append_child(tag ? tag : tags[static_cast<int>(box.kind)]);
    set(node, "id", box.id);
    set(node, "typeRef", box.type);
    switch (box.kind) {
      case Boxed::Kind::literal: text(node, "text", box.text); break;
      case Boxed::Kind::table: table(node, *box.table); break;
      case Boxed::Kind::context: context(node, box); break;
      case Boxed::Kind::list:
        for (const auto& item : box.parts) maybe(node, item);
        break;
      case Boxed::Kind::invocation:
        maybe(node, box.parts[0]);
        for (const auto& entry : box.entries) {
          auto binding = node.append_child("binding");
          variable(binding, "parameter", entry.name, entry.type);
          maybe(binding, entry.value);
        }
        break;
      case Boxed::Kind::function:
        set(node, "kind", box.text);
        for (const auto& entry : box.entries) variable(node, "formalParameter", entry.name, entry.type);
        maybe(node, box.parts[0]);
        break;
      case Boxed::Kind::conditional: part(node, "if", box.parts[0]), part(node, "then", box.parts[1]), part(node, "else", box.parts[2]); break;
      case Boxed::Kind::filter: part(node, "in", box.parts[0]), part(node, "match", box.parts[1]); break;
      case Boxed::Kind::for_each:
      case Boxed::Kind::some:
      case Boxed::Kind::every:
        set(node, "iteratorVariable", box.text);
        part(node, "in", box.parts[0]), part(node, box.kind == Boxed::Kind::for_each ? "return" : "satisfies", box.parts[1]);
        break;
      case Boxed::Kind::relation:
        for (const auto& column : box.entries) variable(node, "column", column.name, column.type);
        for (const auto& row : box.rows) {
          auto inner = node.append_child("row");
          for (const auto& cell : row) maybe(inner, cell);
        }
        break;
    }
  }

  void context(pugi::xml_node node, const Boxed& box) {
    for (const auto& entry : box.entries) {
      auto inner = node.append_child("contextEntry");
      if (!entry.name.empty()) variable(inner, "variable", entry.name, entry.type);
      maybe(inner, entry.value);
    }
  }

  void table(pugi::xml_node node, const Table& table) {
    node.append_attribute("hitPolicy") = std::string(spelling(table.hit_policy)).c_str();
    if (table.aggregation != Aggregation::none) node.append_attribute("aggregation") = std::string(spelling(table.aggregation)).c_str();
    for (const auto& clause : table.inputs) {
      auto input = node.append_child("input");
      set(input, "label", clause.label);
      auto expression = input.append_child("inputExpression");
      set(expression, "typeRef", clause.type);
      text(expression, "text", clause.expression);
      inner_text(input, "inputValues", clause.allowed);
    }
    for (const auto& clause : table.outputs) {
      auto output = node.append_child("output");
      set(output, "label", clause.label);
      set(output, "name", clause.name);
      set(output, "typeRef", clause.type);
      inner_text(output, "outputValues", clause.allowed);
      inner_text(output, "defaultOutputEntry", clause.otherwise);
    }
    for (const auto& name : table.annotations) set(node.append_child("annotation"), "name", name);
    for (const auto& rule : table.rules) write(node, rule);
  }

  void write(pugi::xml_node parent, const Rule& rule) {
    auto node = parent.append_child("rule");
    set(node, "id", rule.id);
    if (!rule.source.empty()) {
      auto source = node.append_child("extensionElements").append_child("jiaoji:source");
      set(source, "document", rule.source.document);
      set(source, "article", rule.source.article);
      set(source, "city", rule.source.city);
      set(source, "validFrom", rule.source.valid_from);
      set(source, "validUntil", rule.source.valid_until);
    }
    const auto cells = [&](const char* tag, const std::vector<std::string>& texts) {
      for (const auto& one : texts) node.append_child(tag).append_child("text").text().set(one.c_str());
    };
    cells("inputEntry", rule.tests);
    cells("outputEntry", rule.outputs);
    cells("annotationEntry", rule.annotations);
  }

  pugi::xml_document document_;
};

}  // namespace

std::string write_model(const Model& model) { return Writer().whole(model); }

}  // namespace jiaoji::rules
