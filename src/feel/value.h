// The values of FEEL (DMN 1.5, 10.3.2): null, boolean, number, string, dates and times, durations, list, context, range, function.
//
// A Value is immutable and cheap to copy; what is large is shared. Strings count in code points. `Unknown` stands for a fact
// that nobody has told yet (decide --unknown): it carries which facts, and an operation on it stays unknown.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/json.h"
#include "feel/temporal.h"

namespace jiaoji::feel {

class Value;
struct Context;
struct Range;
struct Function;  // feel/function.h
using List = std::vector<Value>;
struct Unknown {
  std::vector<std::string> facts;  // sorted, each once
};

class Value {
 public:
  Value() = default;
  Value(bool b) : data_(b) {}
  Value(int n) : data_(Decimal(n)) {}
  Value(std::int64_t n) : data_(Decimal(n)) {}
  Value(Decimal n) : data_(n) {}
  Value(const char* s) : Value(std::string(s)) {}
  Value(std::string_view s) : Value(std::string(s)) {}
  Value(std::string s) : data_(std::make_shared<const std::string>(std::move(s))) {}
  Value(Date d) : data_(d) {}
  Value(Time t) : data_(t) {}
  Value(DateTime t) : data_(std::make_shared<const DateTime>(t)) {}
  Value(DaysTime d) : data_(d) {}
  Value(Months m) : data_(m) {}
  Value(List l) : data_(std::make_shared<const List>(std::move(l))) {}
  Value(Context c);
  Value(Range r);
  Value(Function f);
  Value(Unknown u) : data_(std::make_shared<const Unknown>(std::move(u))) {}
  // An operation without an answer is null.
  template <class T>
  Value(const std::optional<T>& maybe) : Value(maybe ? Value(*maybe) : Value()) {}

  bool is_null() const { return data_.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Decimal* number() const { return std::get_if<Decimal>(&data_); }
  const std::string* string() const { return shared<std::string>(); }
  const Date* date() const { return std::get_if<Date>(&data_); }
  const Time* time() const { return std::get_if<Time>(&data_); }
  const DateTime* date_time() const { return shared<DateTime>(); }
  const DaysTime* days_time() const { return std::get_if<DaysTime>(&data_); }
  const Months* months() const { return std::get_if<Months>(&data_); }
  const List* list() const { return shared<List>(); }
  const Context* context() const { return shared<Context>(); }
  const Range* range() const { return shared<Range>(); }
  const Function* function() const { return shared<Function>(); }
  const Unknown* unknown() const { return shared<Unknown>(); }
  bool is_true() const { return boolean() && *boolean(); }
  bool is_false() const { return boolean() && !*boolean(); }
  std::size_t kind() const { return data_.index(); }  // equal for values of one type

 private:
  template <class T>
  const T* shared() const {
    const auto* held = std::get_if<std::shared_ptr<const T>>(&data_);
    return held ? held->get() : nullptr;
  }
  std::variant<std::monostate, bool, Decimal, std::shared_ptr<const std::string>, Date, Time, std::shared_ptr<const DateTime>, DaysTime, Months,
               std::shared_ptr<const List>, std::shared_ptr<const Context>, std::shared_ptr<const Range>, std::shared_ptr<const Function>,
               std::shared_ptr<const Unknown>>
      data_;
};

// Entries in the order in which they were put; a key once.
struct Context {
  std::vector<std::pair<std::string, Value>> entries;
  const Value* find(std::string_view key) const;
  void put(std::string key, Value value);
};

// [1..5), or by a sign: the values of (> 5) start after 5 and have no end. An end that is null in [1..null] is not known,
// which is not the same.
struct Range {
  enum class Sign : std::uint8_t { none, equal, not_equal, less, less_equal, greater, greater_equal };
  Value start, end;  // of (= 5) and (!= 5) both are 5
  bool start_included = true, end_included = true;
  Sign sign = Sign::none;
};

// Three-valued: nothing when the values cannot be compared (then FEEL answers null). O(size).
std::optional<bool> equal(const Value& a, const Value& b);
// Less, equal, greater of two numbers, strings, dates, times or durations of one type; else nothing.
std::optional<std::strong_ordering> compare(const Value& a, const Value& b);
// Whether `value` lies in the range; nothing when they cannot be compared.
std::optional<bool> contains(const Range& range, const Value& value);
// Same type and same content, zones included (the function `is`).
bool identical(const Value& a, const Value& b);

// What both depend on.
Unknown join(const Value& a, const Value& b);
// What a value depends on, elements and members of any depth included; each once, sorted.
Unknown unknown_within(const Value& value);

// The text of string(value): a string as it is; anything else as FEEL would be written.
std::string spelling(const Value& value);
// As FEEL source: strings in quotes, dates as @"2026-02-28".
std::string literal(const Value& value);

// JSON in and out. Dates, times and durations go out as strings; a range and a function as their FEEL text. Numbers keep all digits.
Value from_json(const json::Value& in);
json::Value to_json(const Value& value);

// "number", "list", "days and time duration", …: the name of a value's type, and in Chinese.
std::string_view type_name(const Value& value);
std::string_view type_name_zh(const Value& value);

}  // namespace jiaoji::feel
