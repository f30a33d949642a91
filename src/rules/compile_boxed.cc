#include <fmt/format.h>

#include "rules/compile.h"

namespace jiaoji::rules {

namespace {

using feel::Kind;
using feel::Node;
using feel::NodePtr;

class Boxes {
 public:
  Boxes(feel::Names& names, const feel::Types& types, const std::string& element, std::vector<Problem>& problems) : names_(names), types_(types), element_(element), problems_(problems) {}

  NodePtr tree(const BoxedPtr& boxed) {
    if (!boxed) return fresh(Kind::literal);
    return typed(bare(*boxed), boxed->type, boxed->id);
  }

 private:
  static std::shared_ptr<Node> fresh(Kind kind, std::vector<NodePtr> parts = {}) {
    auto out = std::make_shared<Node>();
    out->kind = kind;
    out->parts = std::move(parts);
    return out;
  }

  NodePtr typed(NodePtr node, const std::string& type_name, const std::string& what) {
    const auto type = named_type(type_name);
    if (!type || type->kind == feel::Type::Kind::any) return node;
    auto out = fresh(Kind::typed, {std::move(node)});
    out->type = type;
    out->text = what;
    return out;
  }

  feel::TypePtr named_type(const std::string& name) {
    if (name.empty()) return nullptr;
    auto type = feel::parse_type(name, types_);
    if (type) return *type;
    problems_.push_back({element_, "", type.error()});
    return nullptr;
  }

  NodePtr text(const std::string& source, const std::string& place) {
    if (source.empty()) return fresh(Kind::literal);
    auto parsed = names_.expression(source);
    if (parsed) return *std::move(parsed);
    problems_.push_back({element_, place, parsed.error()});
    return fresh(Kind::literal);
  }

  NodePtr bare(const Boxed& boxed) {
    switch (boxed.kind) {
      case Boxed::Kind::literal: return text(boxed.text, boxed.id);
      case Boxed::Kind::table: return table(boxed);
      case Boxed::Kind::context: return context(boxed);
      case Boxed::Kind::list: return list(boxed.parts);
      case Boxed::Kind::invocation: return invocation(boxed);
      case Boxed::Kind::function: return function(boxed);
      case Boxed::Kind::conditional: return fresh(Kind::if_else, {tree(boxed.parts[0]), tree(boxed.parts[1]), tree(boxed.parts[2])});
      case Boxed::Kind::filter: return filter(boxed);
      case Boxed::Kind::for_each: return iterator(boxed, Kind::for_each);
      case Boxed::Kind::some: return iterator(boxed, Kind::some);
      case Boxed::Kind::every: return iterator(boxed, Kind::every);
      case Boxed::Kind::relation: return relation(boxed);
    }
    return nullptr;
  }

  NodePtr table(const Boxed& boxed) {
    auto out = fresh(Kind::extension);
    out->extension = DecisionTable::of(boxed.table, names_, types_, element_, problems_);
    return out;
  }

  NodePtr context(const Boxed& boxed) {
    auto out = fresh(Kind::context);
    std::size_t declared = 0;
    for (const auto& entry : boxed.entries) {
      out->parts.push_back(typed(tree(entry.value), entry.type, entry.name));
      out->names.push_back(entry.name);
      out->slots.push_back(entry.name.empty() ? -1 : names_.declare(entry.name));
      if (!entry.name.empty()) ++declared, names_.add_member(entry.name);
    }
    names_.leave(declared);
    return out;
  }

  NodePtr list(const std::vector<BoxedPtr>& parts) {
    auto out = fresh(Kind::list);
    for (const auto& part : parts) out->parts.push_back(tree(part));
    return out;
  }

  NodePtr invocation(const Boxed& boxed) {
    auto out = fresh(Kind::call, {tree(boxed.parts[0])});
    for (const auto& binding : boxed.entries) {
      out->names.push_back(binding.name);
      out->parts.push_back(tree(binding.value));
    }
    return out;
  }

  NodePtr function(const Boxed& boxed) {
    auto out = fresh(Kind::function);
    if (!boxed.text.empty() && boxed.text != "FEEL") {
      problems_.push_back({element_, boxed.id, {Code::unsupported, "model.external", {fmt::format("不支持 {} 函数：请用 FEEL 写函数体", boxed.text), fmt::format("{} functions are not supported: write the body in FEEL", boxed.text)}, {}}});
      return fresh(Kind::literal);
    }
    for (const auto& parameter : boxed.entries) out->parameters.push_back({parameter.name, named_type(parameter.type)});
    names_.open_function();
    for (const auto& parameter : boxed.entries) names_.declare(parameter.name);
    out->parts.push_back(tree(boxed.parts[0]));
    names_.close_function(*out);
    return out;
  }

  NodePtr filter(const Boxed& boxed) {
    auto out = fresh(Kind::filter, {tree(boxed.parts[0])});
    out->slot = names_.declare_element();
    out->parts.push_back(tree(boxed.parts[1]));
    names_.leave(1);
    return out;
  }

  NodePtr iterator(const Boxed& boxed, Kind kind) {
    auto out = fresh(kind, {tree(boxed.parts[0])});
    out->slots.push_back(names_.declare(boxed.text));
    if (kind == Kind::for_each) {
      out->slots.push_back(names_.declare("partial"));
      out->asks_itself = true;
    }
    out->parts.push_back(tree(boxed.parts[1]));
    names_.leave(out->slots.size());
    return out;
  }

  NodePtr relation(const Boxed& boxed) {
    auto out = fresh(Kind::list);
    for (const auto& row : boxed.rows) {
      auto one = fresh(Kind::context);
      for (std::size_t i = 0; i < row.size() && i < boxed.entries.size(); ++i) {
        const auto& column = boxed.entries[i];
        one->parts.push_back(typed(tree(row[i]), column.type, column.name));
        one->names.push_back(column.name);
        one->slots.push_back(names_.declare(""));  // a slot, and no name
        names_.leave(1);
        names_.add_member(column.name);
      }
      out->parts.push_back(std::move(one));
    }
    return out;
  }

  feel::Names& names_;
  const feel::Types& types_;
  const std::string& element_;
  std::vector<Problem>& problems_;
};

}  // namespace

feel::NodePtr compile_boxed(const BoxedPtr& boxed, feel::Names& names, const feel::Types& types, const std::string& element, std::vector<Problem>& problems) {
  return Boxes(names, types, element, problems).tree(boxed);
}

}  // namespace jiaoji::rules
