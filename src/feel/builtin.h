// The built-in functions of FEEL (DMN 1.5, 10.3.4): a table of names, parameters and what computes them.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/run.h"
#include "feel/value.h"

namespace jiaoji::feel {

// The arguments of a call in the order of the parameters; one that is left out by name is null and not `given`.
struct Arguments {
  Run& run;
  std::span<const Value> values;
  std::size_t count() const { return values.size(); }
  bool given(std::size_t i) const { return i < values.size(); }
  const Value& operator[](std::size_t i) const { return values[i]; }
};

// Whether a form takes any number of values: `packed` as one list, given whole or one by one; `loose` each for itself.
enum class Many { no, packed, loose };

// One way to call a built-in. `least` parameters must be given.
struct Builtin {
  std::string_view name;
  std::vector<std::string_view> parameters;
  std::size_t least = 0;
  Many many = Many::no;
  Value (*compute)(const Arguments&) = nullptr;
  // A null argument makes the answer null before `compute` is asked, where this is set.
  bool null_in_null_out = true;
};

// The first form of that name; null when there is none. The forms of a name stand one after the other.
const Builtin* find_builtin(std::string_view name);
std::span<const Builtin> forms_of(const Builtin& first);
const std::vector<std::string>& builtin_names();
Value function_of(const Builtin& builtin);

// Calls by position, or by name when `names` is not empty. A call that fits no form is null, with a note.
Value call_builtin(const Builtin& builtin, std::vector<Value> arguments, const std::vector<std::string>& names, Run& run, std::uint32_t at);

// The value of @"…": a date, time, date and time or duration; else null.
Value value_of_at_literal(std::string_view text);

// The tables of builtin_*.cc.
std::vector<Builtin> conversion_builtins(), string_builtins(), list_builtins(), number_builtins(), temporal_builtins(), range_builtins(), context_builtins();

}  // namespace jiaoji::feel
