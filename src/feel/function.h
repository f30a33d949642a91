// Functions as values: built-ins, lambdas with what they captured, and what a model offers (a business knowledge model, a decision service).
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "feel/type.h"
#include "feel/value.h"

namespace jiaoji::feel {

struct Run;      // feel/run.h
struct Builtin;  // feel/builtin.h
struct Node;     // feel/syntax.h

struct Parameter {
  std::string name;
  TypePtr type;  // null: any
};

// A lambda: the body's frame holds the arguments first, then what was captured.
struct Lambda {
  std::shared_ptr<const Node> body;
  std::size_t slots = 0;
  std::vector<std::pair<std::size_t, Value>> captured;  // slot in the body's frame → value
};

struct Function {
  std::vector<Parameter> parameters;
  TypePtr result;                    // null: any
  const Builtin* builtin = nullptr;  // one of the three is set
  std::shared_ptr<const Lambda> lambda;
  std::function<Value(Run&, std::span<const Value>)> host;
};

}  // namespace jiaoji::feel
