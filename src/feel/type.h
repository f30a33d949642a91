// Types of FEEL and of item definitions (DMN 1.5, 7.3.2, 10.3.2.9): does a value conform, and may it be converted?
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "feel/value.h"

namespace jiaoji::feel {

struct Type;
using TypePtr = std::shared_ptr<const Type>;
struct Node;

struct Type {
  enum class Kind { any, null, number, string, boolean, date, time, date_time, days_time, years_months, list, context, range, function };
  Kind kind = Kind::any;
  std::string name;                                      // of an item definition, else empty
  TypePtr of;                                            // the element of a list or range, the result of a function; null: any
  std::vector<std::pair<std::string, TypePtr>> members;  // of a context (null: any); the parameters of a function, without names
  // What item definitions allow, from the base on: unary tests over the value (in slot 0), and their text.
  struct Allowed {
    std::shared_ptr<const Node> tests;
    std::size_t slots = 0;
    std::string text;
  };
  std::vector<Allowed> allowed;
};

// "number", "date and time", "days and time duration", … of FEEL; none for a name that is no built-in type.
std::optional<Type::Kind> builtin_type(std::string_view name);
TypePtr simple_type(Type::Kind kind);

struct Run;
// Whether the value is of the type as it stands, allowed values included. Null is of every type.
bool conforms(const Value& value, const TypePtr& type, Run& run);
// `value instance of type`: null is of no type but Null; allowed values do not matter.
bool instance_of(const Value& value, const TypePtr& type, Run& run);
// The value, after the implicit conversions (a list of one ↔ its element, a date to a date and time); nothing when it is of another type.
std::optional<Value> converted(const Value& value, const TypePtr& type, Run& run);
// "list<number>", "tFirm": for messages.
std::string spelling(const TypePtr& type);

}  // namespace jiaoji::feel
