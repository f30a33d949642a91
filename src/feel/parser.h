// The parser of FEEL (DMN 1.5, 10.3.1.2): text and the names in scope in, a resolved syntax tree out. Parsed once, evaluated many times.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "feel/names.h"
#include "feel/syntax.h"

namespace jiaoji::feel {

inline constexpr int kParseDepthMax = 200;  // brackets in brackets

struct Expression {
  NodePtr root;
  std::size_t slots = 0;  // how many values its frame holds: the variables of the scope come first
  std::string source;
  std::vector<std::string> unknown_names;  // names that nothing in scope has: they are null
};

// Errors: feel.syntax with line and column, feel.deep, feel.source_long, feel.not_utf8.
Result<Expression> parse_expression(std::string_view source, const Scope& scope, const Types& types = {});
// The unary tests of a cell or of allowed values; the value asked about is in slot scope.variables.size(), its name is `?`.
Result<Expression> parse_tests(std::string_view source, const Scope& scope, const Types& types = {});
// A type as it is written: "number", "list<tFirm>", "function<number> -> string". Null for Any and what is not known.
Result<TypePtr> parse_type(std::string_view source, const Types& types = {});

}  // namespace jiaoji::feel
