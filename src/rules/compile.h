// A model made ready to be evaluated: types resolved, every text parsed once, requirements followed. Immutable, shared by threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feel/evaluate.h"
#include "feel/parser.h"
#include "rules/model.h"
#include "rules/table.h"

namespace jiaoji::rules {

// A text of the model that could not be used: the element, where in it, and why. It counts as null.
struct Problem {
  std::string element, place;
  Error error;
  std::string pointer = {};  // of a cell of the element's table, as JSON (rules/table_json.h): "/rules/2/tests/0"
};

// A name that an element's logic may use: one element, or what an import offers under its name.
struct Variable {
  std::string name;
  std::size_t element = 0;
  std::vector<std::pair<std::string, std::size_t>> members;  // of an import, else empty
};

struct CompiledElement {
  Element::Kind kind = Element::Kind::decision;
  std::string name;
  std::size_t model = 0;
  feel::TypePtr type;                 // of its variable; null: any
  std::vector<Variable> variables;    // the frame of its logic begins with them (of a knowledge model: after the parameters)
  std::vector<feel::Parameter> parameters;  // of a knowledge model or a service
  feel::NodePtr logic;                // null: none
  std::size_t slots = 0;
  std::vector<std::size_t> outputs, given;  // of a service: its output decisions; what its parameters stand for
  const Element* source = nullptr;
};

class Compiled {
 public:
  // The first model is the one that is asked; the others are what it imports. Errors: model.missing (a requirement that nothing
  // has), model.cycle (requirements or types in a circle), model.twice (two elements of one name), model.external.
  static Result<std::shared_ptr<const Compiled>> of(std::vector<Model> models);

  const std::vector<Model>& models() const { return models_; }
  const std::vector<CompiledElement>& elements() const { return elements_; }
  const std::vector<Problem>& problems() const { return problems_; }
  // An element of the first model by name; of an imported one as "import.name".
  const CompiledElement* find(std::string_view name) const;
  std::size_t index_of(const CompiledElement& element) const { return static_cast<std::size_t>(&element - elements_.data()); }

 private:
  friend class Compiler;
  std::vector<Model> models_;
  std::vector<CompiledElement> elements_;
  std::vector<Problem> problems_;
};

// The tree of one boxed expression in the scope of `names`; texts that cannot be parsed become null and a problem.
feel::NodePtr compile_boxed(const BoxedPtr& boxed, feel::Names& names, const feel::Types& types, const std::string& element, std::vector<Problem>& problems);

}  // namespace jiaoji::rules
