// JSON (RFC 8259) in and out: the one reader for everything from outside, the one writer for everything sent.
//
// The reader is simdjson walked to its end: on-demand parsing alone accepts malformed input in fields that nobody reads.
// It refuses duplicate keys, nesting deeper than `depth`, trailing bytes, bytes that are no UTF-8, and the NUL character.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace jiaoji::json {

struct Value;
using Array = std::vector<Value>;

// A number keeps its own spelling, so that 9007199254740993 and 0.1 are never rounded on the way to a decimal.
struct Number {
  std::string spelling;
  double value = 0;
  std::optional<std::int64_t> whole() const { return scaled(0); }  // when it is a whole number within 64 bits ("3", "3.0", "1e2")
  // The number times 10^places, when that is whole and within 64 bits: yuan → fen with 2. Exact, by the spelling.
  std::optional<std::int64_t> scaled(int places) const;
};

// Members in the order in which they stood.
struct Object {
  std::vector<std::pair<std::string, Value>> members;
  const Value* find(std::string_view key) const;
  void set(std::string key, Value value);  // replaces or appends
};

struct Value {
  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data = nullptr;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool b) : data(b) {}
  Value(int n) : Value(static_cast<std::int64_t>(n)) {}
  Value(std::int64_t n);
  Value(double n);
  Value(const char* s) : data(std::string(s)) {}
  Value(std::string s) : data(std::move(s)) {}
  Value(std::string_view s) : data(std::string(s)) {}
  Value(Array a) : data(std::move(a)) {}
  Value(Object o) : data(std::move(o)) {}

  bool is_null() const { return data.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&data); }
  const Number* number() const { return std::get_if<Number>(&data); }
  const std::string* string() const { return std::get_if<std::string>(&data); }
  const Array* array() const { return std::get_if<Array>(&data); }
  const Object* object() const { return std::get_if<Object>(&data); }
  const Value* find(std::string_view key) const;  // member of an object, else null
};

struct Limits {
  int depth = 64;
  std::size_t bytes = 16u << 20;
};
Result<Value> parse(std::string_view text, const Limits& limits = {});

// Builds an object in place: json::object({{"id", id}, {"count", 3}}).
Value object(std::vector<std::pair<std::string, Value>> members);

// Compact, members in order, doubles by std::to_chars (shortest form that reads back equal).
std::string write(const Value& value);
void write_string(std::string& out, std::string_view text);  // quoted and escaped

// Reads the members of an object one by one and then says which were wrong, missing or unknown: all at once, so that the
// person mends them at once.
//
//   json::Fields in(body);
//   auto title = in.text("title", {.max = 200});
//   auto price = in.optional_number("price");
//   TRY_VOID(in.done());          // unknown members are faults here
class Fields {
 public:
  explicit Fields(const Value& body, std::string pointer = "");

  std::string text(std::string_view key, std::size_t max = 200, bool newlines = false);
  std::optional<std::string> optional_text(std::string_view key, std::size_t max = 200, bool newlines = false);
  double number(std::string_view key);
  std::optional<double> optional_number(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view key, std::int64_t min, std::int64_t max);
  bool boolean(std::string_view key, std::optional<bool> otherwise = {});
  // One of `allowed`; the fault lists them.
  std::string choice(std::string_view key, const std::vector<std::string>& allowed, std::optional<std::string> otherwise = {});
  const Value* any(std::string_view key);           // marks it as known; null when absent
  const Object* optional_object(std::string_view key);
  const Array* optional_array(std::string_view key);

  void fault(std::string_view key, std::string error_key, Text detail);
  // Everything that was wrong, as one Error `request.invalid` with a Where each; or nothing.
  Result<void> done();

 private:
  const Value* take(std::string_view key, bool required);
  const Object* object_ = nullptr;
  std::string pointer_;
  std::vector<std::string> known_;
  std::vector<Where> faults_;
};

}  // namespace jiaoji::json
