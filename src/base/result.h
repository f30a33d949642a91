// Errors as values: what every fallible function of jiaoji returns.
//
// An Error says what was wrong, where, and what would be right, in both languages of the product: the words stand where
// the fault is found, so that nobody keeps a second table in step. Exceptions mean a bug and are caught at the edges.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiaoji {

// What kind of failure; http/problem.cc maps it to a status, main.cc to an exit code.
enum class Code { invalid, not_found, conflict, stale, precondition_missing, forbidden, unauthenticated, too_many, too_large, unsupported, unavailable, internal };

enum class Language { zh, en };

// One sentence in the two languages of the product.
struct Text {
  std::string zh;
  std::string en;
  const std::string& in(Language language) const { return language == Language::zh ? zh : en; }
};

// One fault inside a larger input. `pointer` is a JSON pointer ("/quantity") or a place in a file ("row 7, column 价格").
struct Where {
  std::string pointer;
  std::string key;
  Text detail;
};

struct Error {
  Code code = Code::internal;
  std::string key;  // stable: "market.quantity_short"
  Text detail;
  std::vector<Where> where = {};
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string key, Text detail, std::vector<Where> where = {}) {
  return std::unexpected(Error{code, std::move(key), std::move(detail), std::move(where)});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace jiaoji

#define JIAOJI_JOIN_(a, b) a##b
#define JIAOJI_JOIN(a, b) JIAOJI_JOIN_(a, b)
// TRY(auto x, f()): unwraps a Result<T> or returns its error. TRY_VOID(f()): the same for Result<void>.
#define TRY(declaration, ...) JIAOJI_TRY_(JIAOJI_JOIN(try_, __COUNTER__), declaration, __VA_ARGS__)
#define JIAOJI_TRY_(name, declaration, ...)                         \
  auto name = (__VA_ARGS__);                                        \
  if (!name) return std::unexpected(std::move(name).error());       \
  declaration = *std::move(name)
#define TRY_VOID(...) JIAOJI_TRY_VOID_(JIAOJI_JOIN(try_, __COUNTER__), __VA_ARGS__)
#define JIAOJI_TRY_VOID_(name, ...)                                 \
  if (auto name = (__VA_ARGS__); !name) return std::unexpected(std::move(name).error())
