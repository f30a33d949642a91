// Evaluates FEEL: a parsed expression and the values of its variables in, a value out. Pure: the clock comes in with the Run.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "feel/parser.h"
#include "feel/run.h"
#include "feel/value.h"

namespace jiaoji::feel {

// The values of an expression's frame, by slot.
struct Frame {
  std::span<Value> slots;
  Run& run;
};

Value evaluate(const Node& node, Frame& frame);

// The expression over the variables in the order of its Scope. Errors: feel.limit when a limit of the run was reached.
Result<Value> evaluate(const Expression& expression, std::span<const Value> variables, Run& run);

// Do the unary tests hold for `tested`? True, false, or null (unknown keeps its facts).
Value test(const Expression& tests, std::span<const Value> variables, const Value& tested, Run& run);

// Calls a function value by position.
Value invoke(const Function& function, std::vector<Value> arguments, Run& run, std::uint32_t at = 0);
// Calls it by the names of its parameters.
Value invoke(const Function& function, std::vector<Value> arguments, const std::vector<std::string>& names, Run& run, std::uint32_t at = 0);

// Calls a built-in by its name.
Value call_named(std::string_view name, std::vector<Value> arguments, Run& run);

// `a + b` and so on, as FEEL does; also used by built-ins.
Value arithmetic(Kind kind, const Value& a, const Value& b, Run& run, std::uint32_t at = 0);

// "Nothing is called …", with a hint where full-width signs were typed.
Text unknown_name(std::string_view name);
// " (it holds the full-width sign ＞: …)", or nothing.
Text full_width_hint(std::string_view text);

// A member of a context, of each context of a list, or a property of a date, a time, a duration, a range.
Value member(const Value& value, const std::string& name);

}  // namespace jiaoji::feel
