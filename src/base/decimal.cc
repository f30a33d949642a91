#include "base/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

// How Debian builds libbidgcc000: values by value, rounding and flags as arguments.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
extern "C" {
#include <bid_conf.h>
#include <bid_functions.h>
}
#pragma GCC diagnostic pop

namespace jiaoji {

struct Decimal::Raw {
  BID_UINT128 bits;
};

namespace {

constexpr int kNearest = 0;  // the library's rounding mode: to nearest, ties to even
constexpr std::size_t kLongestSpelling = 10'000;

BID_UINT128 raw(const Decimal& decimal) {
  BID_UINT128 bits;
  static_assert(sizeof(Decimal) == sizeof(bits));
  __builtin_memcpy(&bits, &decimal, sizeof(bits));
  return bits;
}

std::optional<Decimal> finite(const BID_UINT128& bits) {
  if (!bid128_isFinite(bits)) return std::nullopt;
  return Decimal(Decimal::Raw{bits});
}

// Digits, sign and exponent: value = ±digits × 10^exponent, without trailing zeros.
struct Parts {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};

Parts parts(const Decimal& decimal) {
  char text[64];
  unsigned flags = 0;
  bid128_to_string(text, raw(decimal), &flags);  // "+123E-2"
  Parts out;
  const std::string_view all = text;
  out.negative = all[0] == '-';
  const auto e = all.find('E');
  out.digits = std::string(all.substr(1, e - 1));
  out.exponent = std::atoi(text + e + 1);
  const auto first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) return {false, "0", 0};
  out.digits.erase(0, first);
  while (out.digits.size() > 1 && out.digits.back() == '0') out.digits.pop_back(), ++out.exponent;
  return out;
}

}  // namespace

Decimal::Decimal(const Raw& raw) { __builtin_memcpy(static_cast<void*>(this), &raw.bits, sizeof(raw.bits)); }

Decimal::Decimal(std::int64_t whole) : Decimal(Raw{bid128_from_int64(whole)}) {}

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  return parse({text, static_cast<std::size_t>(end - text)});
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  if (text.size() > kLongestSpelling) return std::nullopt;
  std::size_t at = 0, digits = 0;
  const auto skip_digits = [&] {
    const auto from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  digits += skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    const auto after = skip_digits();
    if (after == 0) return std::nullopt;
    digits += after;
  }
  if (digits == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const auto length = skip_digits();
    if (length == 0 || length > 6) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  unsigned flags = 0;
  std::string copy(text);
  return finite(bid128_from_string(copy.data(), kNearest, &flags));
}

std::string Decimal::spelling() const {
  const auto [negative, digits, exponent] = parts(*this);
  const int point = static_cast<int>(digits.size()) + exponent;  // where the point stands, counted from the first digit
  std::string out = negative ? "-" : "";
  if (point > 40 || point < -40) {
    out += digits.substr(0, 1);
    if (digits.size() > 1) out += "." + digits.substr(1);
    return out + "E" + (point > 0 ? "+" : "") + std::to_string(point - 1);
  }
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (exponent >= 0) return out + digits + std::string(static_cast<std::size_t>(exponent), '0');
  return out + digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
  unsigned flags = 0;
  return finite(bid128_add(raw(*this), raw(other), kNearest, &flags));
}
std::optional<Decimal> Decimal::minus(const Decimal& other) const {
  unsigned flags = 0;
  return finite(bid128_sub(raw(*this), raw(other), kNearest, &flags));
}
std::optional<Decimal> Decimal::times(const Decimal& other) const {
  unsigned flags = 0;
  return finite(bid128_mul(raw(*this), raw(other), kNearest, &flags));
}
std::optional<Decimal> Decimal::divided_by(const Decimal& other) const {
  unsigned flags = 0;
  return finite(bid128_div(raw(*this), raw(other), kNearest, &flags));
}

std::optional<Decimal> Decimal::to_the(const Decimal& power) const {
  // A whole power by repeated squaring is exact where the answer fits; the library's pow goes by logarithms.
  if (const auto n = power.whole(); n && *n >= -999'999'999 && *n <= 999'999'999) {
    if (*n < 0 && is_zero()) return std::nullopt;
    std::optional<Decimal> out = Decimal(1), square = *this;
    for (auto left = *n < 0 ? -*n : *n; left > 0; left >>= 1) {
      if (left & 1) out = out->times(*square);
      if (!out) return std::nullopt;
      if (left > 1) square = square->times(*square);
      if (!square) return std::nullopt;
    }
    return *n < 0 ? Decimal(1).divided_by(*out) : out;
  }
  unsigned flags = 0;
  return finite(bid128_pow(raw(*this), raw(power), kNearest, &flags));
}

std::optional<Decimal> Decimal::modulo(const Decimal& divisor) const {
  if (divisor.is_zero()) return std::nullopt;
  unsigned flags = 0;
  const auto remainder = finite(bid128_fmod(raw(*this), raw(divisor), &flags));
  if (!remainder || remainder->is_zero() || remainder->is_negative() == divisor.is_negative()) return remainder;
  return remainder->plus(divisor);
}

std::optional<Decimal> Decimal::root() const {
  unsigned flags = 0;
  return finite(bid128_sqrt(raw(*this), kNearest, &flags));
}
std::optional<Decimal> Decimal::exponential() const {
  unsigned flags = 0;
  return finite(bid128_exp(raw(*this), kNearest, &flags));
}
std::optional<Decimal> Decimal::logarithm() const {
  if (is_negative() || is_zero()) return std::nullopt;
  unsigned flags = 0;
  return finite(bid128_log(raw(*this), kNearest, &flags));
}

Decimal Decimal::negated() const { return is_zero() ? *this : Decimal(Raw{bid128_negate(raw(*this))}); }
Decimal Decimal::magnitude() const { return Decimal(Raw{bid128_abs(raw(*this))}); }

std::optional<Decimal> Decimal::rounded(std::int64_t scale, Rounding rounding) const {
  if (scale < -6111 || scale > 6176) return std::nullopt;
  unsigned flags = 0;
  // Shift the point, round to a whole number, shift back: quantize alone fails when the result has more than 34 digits.
  const auto shifted = bid128_scalbn(raw(*this), static_cast<int>(scale), kNearest, &flags);
  if (!bid128_isFinite(shifted)) return *this;
  BID_UINT128 whole;
  switch (rounding) {
    case Rounding::half_even: whole = bid128_round_integral_nearest_even(shifted, &flags); break;
    case Rounding::half_up: whole = bid128_round_integral_nearest_away(shifted, &flags); break;
    case Rounding::floor: whole = bid128_round_integral_negative(shifted, &flags); break;
    case Rounding::ceiling: whole = bid128_round_integral_positive(shifted, &flags); break;
    case Rounding::down: whole = bid128_round_integral_zero(shifted, &flags); break;
    case Rounding::up:
      whole = is_negative() ? bid128_round_integral_negative(shifted, &flags) : bid128_round_integral_positive(shifted, &flags);
      break;
    case Rounding::half_down: {
      whole = bid128_round_integral_nearest_away(shifted, &flags);
      const auto towards = bid128_round_integral_zero(shifted, &flags);
      const auto rest = bid128_abs(bid128_sub(shifted, towards, kNearest, &flags));
      char half[] = "0.5";
      if (bid128_quiet_equal(rest, bid128_from_string(half, kNearest, &flags), &flags)) whole = towards;
      break;
    }
  }
  return finite(bid128_scalbn(whole, static_cast<int>(-scale), kNearest, &flags));
}

bool Decimal::is_zero() const { return bid128_isZero(raw(*this)); }
bool Decimal::is_negative() const { return !is_zero() && bid128_isSigned(raw(*this)); }
bool Decimal::is_whole() const {
  unsigned flags = 0;
  return bid128_quiet_equal(bid128_round_integral_zero(raw(*this), &flags), raw(*this), &flags);
}

std::optional<std::int64_t> Decimal::whole() const {
  // What most numbers are, small and without an exponent, is told by the bits alone.
  if (high_ == 0x3040000000000000 && low_ <= INT64_MAX) return static_cast<std::int64_t>(low_);
  unsigned flags = 0;
  const auto out = bid128_to_int64_xint(raw(*this), &flags);
  if (flags != 0) return std::nullopt;  // inexact or out of range
  return out;
}

double Decimal::approximate() const {
  unsigned flags = 0;
  return bid128_to_binary64(raw(*this), kNearest, &flags);
}

bool Decimal::operator==(const Decimal& other) const {
  if (high_ == other.high_) return low_ == other.low_ || (is_zero() && other.is_zero());
  unsigned flags = 0;
  return bid128_quiet_equal(raw(*this), raw(other), &flags);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (*this == other) return std::strong_ordering::equal;
  unsigned flags = 0;
  return bid128_quiet_less(raw(*this), raw(other), &flags) ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::size_t Decimal::hash() const {
  if (const auto n = whole()) return std::hash<std::int64_t>{}(*n);
  return std::hash<std::string>{}(spelling());
}

}  // namespace jiaoji
