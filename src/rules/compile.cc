#include "rules/compile.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "feel/builtin.h"

namespace jiaoji::rules {

class Compiler {
 public:
  explicit Compiler(std::vector<Model> models) : out_(std::make_shared<Compiled>()) { out_->models_ = std::move(models); }

  Result<std::shared_ptr<const Compiled>> run() {
    TRY_VOID(register_elements());
    for (std::size_t i = 0; i < out_->elements_.size(); ++i) TRY_VOID(follow_requirements(i));
    TRY_VOID(refuse_circles());
    for (std::size_t i = 0; i < out_->elements_.size(); ++i) TRY_VOID(compile(i));
    return std::shared_ptr<const Compiled>(out_);
  }

 private:
  const Model& model_of(const CompiledElement& element) const { return out_->models_[element.model]; }

  Result<void> register_elements() {
    for (std::size_t m = 0; m < out_->models_.size(); ++m) {
      std::map<std::string, bool> seen;
      for (const auto& element : out_->models_[m].elements) {
        if (element.kind == Element::Kind::authority) continue;
        const auto name = feel::name_of(element.name);
        if (!seen.emplace(name, true).second) return fail(Code::invalid, "model.twice", {fmt::format("第 {} 行：名称“{}”用了两次", element.line, name), fmt::format("line {}: the name \"{}\" is used twice", element.line, name)});
        if (feel::find_builtin(name)) out_->problems_.push_back({name, "", {Code::invalid, "model.shadows", {fmt::format("第 {} 行：“{}”是内置函数的名称，请换一个", element.line, name), fmt::format("line {}: \"{}\" is the name of a built-in function, choose another", element.line, name)}, {}}});
        by_id_[{m, element.id}] = out_->elements_.size();
        CompiledElement one;
        one.kind = element.kind;
        one.name = name;
        one.model = m;
        one.source = &element;
        out_->elements_.push_back(std::move(one));
      }
    }
    return {};
  }

  // "#id" of the same model, "namespace#id" of another.
  std::optional<std::size_t> target(std::size_t model, const std::string& href) const {
    const auto hash = href.find('#');
    if (hash == std::string::npos) return std::nullopt;
    const auto ns = href.substr(0, hash);
    for (std::size_t m = 0; m < out_->models_.size(); ++m) {
      if (ns.empty() ? m != model : out_->models_[m].ns != ns) continue;
      const auto found = by_id_.find({m, href.substr(hash + 1)});
      if (found != by_id_.end()) return found->second;
    }
    return std::nullopt;
  }

  // Adds what the element requires as a name of its logic: under the import's name when it is of another model.
  void add_variable(CompiledElement& element, std::size_t required) {
    const auto& other = out_->elements_[required];
    if (other.model == element.model) {
      if (std::ranges::find(element.variables, other.name, &Variable::name) == element.variables.end()) element.variables.push_back({other.name, required, {}});
      return;
    }
    const auto& imports = model_of(element).imports;
    const auto import = std::ranges::find(imports, model_of(other).ns, &Import::ns);
    const auto name = import == imports.end() ? std::string() : feel::name_of(import->name);
    if (name.empty()) {  // an import without a name: its elements stand for themselves
      element.variables.push_back({other.name, required, {}});
      return;
    }
    auto group = std::ranges::find(element.variables, name, &Variable::name);
    if (group == element.variables.end()) group = element.variables.insert(element.variables.end(), {name, 0, {}});
    group->members.emplace_back(other.name, required);
  }

  Result<void> follow_requirements(std::size_t index) {
    auto& element = out_->elements_[index];
    const auto& source = *element.source;
    const auto find = [&](const std::string& href) -> Result<std::size_t> {
      if (const auto found = target(element.model, href)) return *found;
      return fail(Code::invalid, "model.missing", {fmt::format("第 {} 行“{}”：引用的 {} 不存在", source.line, source.name, href), fmt::format("line {}, \"{}\": there is no {}", source.line, source.name, href)});
    };
    for (const auto& requirement : source.requirements) {
      if (requirement.kind == Requirement::Kind::authority) continue;
      TRY(const auto required, find(requirement.href));
      requires_[index].push_back(required);
      add_variable(element, required);
    }
    if (source.kind != Element::Kind::service) return {};
    for (const auto& href : source.output_decisions) {
      TRY(const auto required, find(href));
      element.outputs.push_back(required);
      requires_[index].push_back(required);
    }
    for (const auto* list : {&source.input_data, &source.input_decisions}) {
      for (const auto& href : *list) {
        TRY(const auto required, find(href));
        element.given.push_back(required);
      }
    }
    return {};
  }

  Result<void> refuse_circles() {
    std::vector<int> state(out_->elements_.size(), 0);
    std::function<std::optional<std::size_t>(std::size_t, int)> visit = [&](std::size_t i, int depth) -> std::optional<std::size_t> {
      if (state[i] == 2) return std::nullopt;
      if (state[i] == 1 || depth > kModelDepthMax * 10) return i;
      state[i] = 1;
      for (const auto next : requires_[i]) {
        if (next == i && out_->elements_[i].kind == Element::Kind::knowledge) continue;  // a function may call itself
        if (const auto circle = visit(next, depth + 1)) return circle;
      }
      state[i] = 2;
      return std::nullopt;
    };
    for (std::size_t i = 0; i < state.size(); ++i) {
      const auto circle = visit(i, 0);
      if (!circle) continue;
      const auto& element = *out_->elements_[*circle].source;
      return fail(Code::invalid, "model.cycle", {fmt::format("第 {} 行：“{}”绕一圈又依赖自己", element.line, element.name), fmt::format("line {}: \"{}\" requires itself in a circle", element.line, element.name)});
    }
    return {};
  }

  // ---- types

  feel::Types types_of(std::size_t model) {
    return [this, model](std::string_view name) { return type(model, name); };
  }

  feel::TypePtr type(std::size_t model, std::string_view name) {
    const auto& own = out_->models_[model];
    const auto found = std::ranges::find_if(own.types, [&](const ItemDefinition& definition) { return feel::name_of(definition.name) == name; });
    if (found != own.types.end()) {
      const auto key = std::make_pair(model, std::string(name));
      if (const auto known = types_.find(key); known != types_.end()) return known->second;
      types_[key] = nullptr;  // a type within itself is any
      return types_[key] = built(model, *found);
    }
    for (const auto& import : own.imports) {
      const auto prefix = feel::name_of(import.name) + ".";
      if (!name.starts_with(prefix)) continue;
      for (std::size_t m = 0; m < out_->models_.size(); ++m) {
        if (out_->models_[m].ns == import.ns) return type(m, name.substr(prefix.size()));
      }
    }
    return nullptr;
  }

  feel::TypePtr referred(std::size_t model, const std::string& name, const std::string& where) {
    if (name.empty()) return nullptr;
    auto type = feel::parse_type(name, types_of(model));
    if (type) return *type;
    out_->problems_.push_back({where, "typeRef", type.error()});
    return nullptr;
  }

  feel::TypePtr built(std::size_t model, const ItemDefinition& definition) {
    feel::Type out;
    if (definition.is_function) {
      out.kind = feel::Type::Kind::function;
      for (const auto& parameter : definition.components) out.members.emplace_back(parameter.name, referred(model, parameter.type, definition.name));
      out.of = referred(model, definition.result, definition.name);
    } else if (!definition.components.empty()) {
      out.kind = feel::Type::Kind::context;
      for (const auto& component : definition.components) out.members.emplace_back(feel::name_of(component.name), built(model, component));
    } else if (const auto base = referred(model, definition.type, definition.name)) {
      out = *base;
    }
    out.name = definition.name;
    if (!definition.allowed.empty()) {
      auto tests = feel::parse_tests(definition.allowed, {}, types_of(model));
      if (!tests) out_->problems_.push_back({definition.name, "allowedValues", tests.error()});
      else out.allowed.push_back({tests->root, tests->slots, definition.allowed});
    }
    if (!definition.is_collection) return std::make_shared<const feel::Type>(std::move(out));
    feel::Type list;
    list.kind = feel::Type::Kind::list;
    list.name = definition.name;
    list.of = std::make_shared<const feel::Type>(std::move(out));
    return std::make_shared<const feel::Type>(std::move(list));
  }

  // ---- logic

  void collect_members(const ItemDefinition& definition, feel::Scope& scope) const {
    for (const auto& component : definition.components) {
      scope.members.push_back(component.name);
      collect_members(component, scope);
    }
  }

  feel::Scope members() const {
    feel::Scope out;
    for (const auto& model : out_->models_) {
      for (const auto& type : model.types) collect_members(type, out);
    }
    return out;
  }

  Result<void> compile(std::size_t index) {
    auto& element = out_->elements_[index];
    element.type = referred(element.model, element.source->type, element.name);
    if (element.kind == Element::Kind::service) {
      for (const auto given : element.given) element.parameters.push_back({out_->elements_[given].name, referred(out_->elements_[given].model, out_->elements_[given].source->type, element.name)});
      return {};
    }
    if (!element.source->logic) return {};
    const auto types = types_of(element.model);
    auto scope = members();
    for (const auto& variable : element.variables) {
      for (const auto& [name, _] : variable.members) scope.members.push_back(name);
    }
    auto logic = element.source->logic;
    auto result = element.source->type;
    if (element.kind == Element::Kind::knowledge) {
      for (const auto& parameter : logic->entries) element.parameters.push_back({parameter.name, referred(element.model, parameter.type, element.name)});
      if (!logic->text.empty() && logic->text != "FEEL") out_->problems_.push_back({element.name, logic->id, {Code::unsupported, "model.external", {fmt::format("不支持 {} 函数：请用 FEEL 写函数体", logic->text), fmt::format("{} functions are not supported: write the body in FEEL", logic->text)}, {}}});
      logic = logic->parts[0];
      for (const auto& parameter : element.parameters) {
        scope.variables.push_back(parameter.name);
        scope.types.push_back(parameter.type);
      }
    }
    for (const auto& variable : element.variables) {
      scope.variables.push_back(variable.name);
      const auto& required = out_->elements_[variable.element];
      scope.types.push_back(variable.members.empty() ? referred(required.model, required.source->type, element.name) : nullptr);
    }
    feel::Names names(scope, types);
    element.logic = compile_boxed(logic, names, types, element.name, out_->problems_);
    element.slots = names.slots();
    for (const auto& name : names.unknown_names) {
      out_->problems_.push_back({element.name, "", {Code::invalid, "model.unknown_name", feel::unknown_name(name), {}}});
    }
    return {};
  }

  std::shared_ptr<Compiled> out_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> by_id_;
  std::map<std::size_t, std::vector<std::size_t>> requires_;
  std::map<std::pair<std::size_t, std::string>, feel::TypePtr> types_;
};

Result<std::shared_ptr<const Compiled>> Compiled::of(std::vector<Model> models) { return Compiler(std::move(models)).run(); }

const CompiledElement* Compiled::find(std::string_view name) const {
  const auto wanted = feel::name_of(name);
  for (const auto& element : elements_) {
    if (element.model == 0 && element.name == wanted) return &element;
  }
  if (models_.empty()) return nullptr;
  for (const auto& import : models_[0].imports) {
    for (const auto& element : elements_) {
      if (models_[element.model].ns == import.ns && import.name + "." + element.name == wanted) return &element;
    }
  }
  return nullptr;
}

}  // namespace jiaoji::rules
