// The syntax tree of FEEL (DMN 1.5, 10.3.1.2): what the parser makes and what is evaluated.
//
// A Node is immutable and shared between threads. Names are resolved while parsing: which slot of the frame holds them, and
// inside a filter which elements may have a member of that name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feel/function.h"
#include "feel/type.h"
#include "feel/value.h"

namespace jiaoji::feel {

enum class Kind : std::uint8_t {
  literal,      // value
  name,         // slot, elements, text
  negate,       // a
  add, subtract, multiply, divide, power,      // a, b
  equal, not_equal, less, less_equal, greater, greater_equal,  // a, b
  conjunction, disjunction,  // a, b
  between,      // a, b, c: a between b and c
  in,           // a, then tests
  if_else,      // a, b, c
  for_each,     // iterators: a domain each (a range_of for `x in 1..n`), the last is the body; slots: one an iterator, then `partial`
  range_of,     // a, b: the numbers (or dates) from a to b, only as a domain
  some, every,  // as for_each
  filter,       // a, b; slot: the element
  path,         // a; text
  call,         // the function, then arguments; names: when given by name
  list,         // elements
  context,      // names, values; slots: each entry's
  range,        // a, b; start_included, end_included
  function,     // body; parameters, captures, slot_count
  instance_of,  // a; type
  // Unary tests; the value that they ask about is in the slot of `?`.
  test_any,     // -
  test_compare, // a; compare: the operator
  test_value,   // a: the value is it, lies in it, is one of it; or a is true
  test_not,     // tests
  tests,        // tests: one of them holds
  // What a model adds.
  typed,        // a; type, text: the value of an element, null when it is not of its type
  extension,    // extension: a decision table
};

struct Frame;
// A part of a tree that another folder evaluates (a decision table of rules/).
struct Extension {
  virtual ~Extension() = default;
  virtual Value evaluate(Frame& frame) const = 0;
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Capture {
  std::size_t outer, inner;  // a slot of the frame where the function is defined; a slot of the body's frame
};

struct Node {
  Kind kind = Kind::literal;
  std::uint32_t at = 0;  // where it stands: bytes from the start of the source
  std::vector<NodePtr> parts;
  Value value;
  std::string text;
  std::vector<std::string> names;
  std::int32_t slot = -1;
  std::vector<std::int32_t> slots;  // name: the elements of the filters around it, innermost first
  Kind compare = Kind::equal;
  bool start_included = true, end_included = true;
  Range::Sign sign = Range::Sign::none;
  bool asks_itself = false;  // test_value: the test uses `?`, so that it holds when it is true; for_each: the body uses `partial`
  TypePtr type;
  std::shared_ptr<const Extension> extension;
  std::vector<Parameter> parameters;
  std::vector<Capture> captures;
  std::size_t slot_count = 0;

  const Node& a() const { return *parts[0]; }
  const Node& b() const { return *parts[1]; }
  const Node& c() const { return *parts[2]; }
};

// The first date, time or duration written out in the tree that does not exist (@"2026-02-30", date("2026-02-30")); "" when all do.
std::string impossible_time(const Node& node);

// Whether the text is a name on its own: starts with a letter or an ideograph, and no key word.
bool is_name(std::string_view text);
// The name with single spaces, as it is compared: " Full  name " → "Full name".
std::string name_of(std::string_view text);

}  // namespace jiaoji::feel
