// Decimal numbers of 34 digits (IEEE 754-2008 decimal128): what FEEL and every threshold of a rule compute with.
//
// Wraps libintelrdfpmath, so that nobody else sees its macros. 0.1 + 0.2 is 0.3. An operation without a finite answer (a
// division by zero, an overflow, the root of a negative number) gives no value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jiaoji {

// Rounding: 四舍五入 is half_up. half_up and half_down go by magnitude ("half away from zero", "half towards zero").
enum class Rounding { half_even, up, down, half_up, half_down, floor, ceiling };

class Decimal {
 public:
  constexpr Decimal() : low_(0), high_(0x3040000000000000) {}  // zero
  Decimal(std::int64_t whole);
  Decimal(int whole) : Decimal(static_cast<std::int64_t>(whole)) {}
  static std::optional<Decimal> from_double(double value);  // by its shortest spelling; none for NaN and infinity

  // "12", "-0.50", ".5", "1e-3": digits with at most one point and an exponent; nothing for anything else or beyond 10^6144.
  static std::optional<Decimal> parse(std::string_view text);
  // The shortest plain spelling ("0.1", "1200"); with an exponent only below 10^-40 and from 10^40 on.
  std::string spelling() const;

  std::optional<Decimal> plus(const Decimal& other) const;
  std::optional<Decimal> minus(const Decimal& other) const;
  std::optional<Decimal> times(const Decimal& other) const;
  std::optional<Decimal> divided_by(const Decimal& other) const;
  std::optional<Decimal> to_the(const Decimal& power) const;
  std::optional<Decimal> modulo(const Decimal& divisor) const;  // has the sign of the divisor (DMN 1.5, table 76)
  std::optional<Decimal> root() const;
  std::optional<Decimal> exponential() const;
  std::optional<Decimal> logarithm() const;
  Decimal negated() const;
  Decimal magnitude() const;
  // Rounded to `scale` digits after the point (before it when negative); scale within -6111..6176, else nothing.
  std::optional<Decimal> rounded(std::int64_t scale, Rounding rounding) const;

  bool is_zero() const;
  bool is_negative() const;  // below zero
  bool is_whole() const;
  std::optional<std::int64_t> whole() const;  // when it is a whole number within 64 bits
  double approximate() const;

  bool operator==(const Decimal& other) const;
  std::strong_ordering operator<=>(const Decimal& other) const;
  std::size_t hash() const;  // equal numbers (1, 1.0) have equal hashes

  struct Raw;  // the bits, for decimal.cc
  explicit Decimal(const Raw& raw);

 private:
  std::uint64_t low_, high_;  // the BID encoding, always finite
};

}  // namespace jiaoji
