// String functions (DMN 1.5, 10.3.4.3): positions and lengths count code points.
#include <algorithm>
#include <unordered_map>

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "base/text.h"
#include "feel/builtin.h"
#include "feel/regex.h"

namespace jiaoji::feel {

namespace {

const std::string* text(const Arguments& a, std::size_t i) { return a.given(i) ? a[i].string() : nullptr; }

// The byte at which code point `index` (0-based) begins; the size when there are fewer.
std::size_t byte_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; at < text.size() && index > 0; --index) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::int64_t length(std::string_view text) { return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }); }

Value substring(const Arguments& a) {
  const auto* whole = text(a, 0);
  const auto start = a[1].number() ? a[1].number()->rounded(0, Rounding::down)->whole() : std::nullopt;
  if (!whole || !start || *start == 0) return {};
  const auto count = length(*whole);
  const auto from = *start > 0 ? *start - 1 : count + *start;
  if (from < 0 || from >= count) return from == count && count == 0 ? Value("") : Value();
  auto taken = count - from;
  if (a.given(2)) {
    const auto asked = a[2].number() ? a[2].number()->rounded(0, Rounding::down)->whole() : std::nullopt;
    if (!asked || *asked < 1) return {};
    taken = std::min(taken, *asked);
  }
  const auto begin = byte_of(*whole, static_cast<std::size_t>(from));
  const auto rest = std::string_view(*whole).substr(begin);
  return rest.substr(0, byte_of(rest, static_cast<std::size_t>(taken)));
}

Value beside(const Arguments& a, bool before) {
  const auto *whole = text(a, 0), *part = text(a, 1);
  if (!whole || !part) return {};
  const auto at = whole->find(*part);
  if (at == std::string::npos) return "";
  return before ? whole->substr(0, at) : whole->substr(at + part->size());
}

Value cased(const Arguments& a, bool upper) {
  if (!text(a, 0)) return {};
  auto out = icu::UnicodeString::fromUTF8(*text(a, 0));
  std::string done;
  (upper ? out.toUpper(icu::Locale::getRoot()) : out.toLower(icu::Locale::getRoot())).toUTF8String(done);
  return done;
}

template <class Test>
Value tested(const Arguments& a, Test test) {
  const auto *whole = text(a, 0), *part = text(a, 1);
  return whole && part ? Value(test(*whole, *part)) : Value();
}

// A thread keeps the patterns that it used last: those of tables are few and asked again and again.
Result<std::shared_ptr<const Regex>> compiled(const std::string& pattern, const std::string& flags) {
  constexpr std::size_t kKept = 64;
  thread_local std::unordered_map<std::string, std::shared_ptr<const Regex>> kept;
  const auto key = flags + "/" + pattern;
  if (const auto found = kept.find(key); found != kept.end()) return found->second;
  TRY(auto regex, Regex::compile(pattern, flags));
  if (kept.size() >= kKept) kept.clear();
  return kept[key] = std::move(regex);
}

template <class Use>
Value with_regex(const Arguments& a, std::size_t flags_at, Use use) {
  if (!text(a, 0) || !text(a, 1)) return {};
  if (a.given(flags_at) && !a[flags_at].is_null() && !text(a, flags_at)) return {};
  const auto* flags = text(a, flags_at);
  const auto regex = compiled(*text(a, 1), flags ? *flags : "");
  if (!regex) {
    a.run.note(regex.error().detail);
    return {};
  }
  Meter meter;
  auto out = use(**regex, meter);
  if (!a.run.step(1 + text(a, 1)->size() / 8 + meter.steps / 2)) return {};
  if (!out) {
    a.run.note(out.error().detail);
    return {};
  }
  return Value(*std::move(out));
}

Value matches(const Arguments& a) {
  return with_regex(a, 2, [&](const Regex& regex, Meter& meter) { return regex.matches(*a[0].string(), meter); });
}

Value replace(const Arguments& a) {
  if (!text(a, 2)) return {};
  return with_regex(a, 3, [&](const Regex& regex, Meter& meter) { return regex.replace(*a[0].string(), *a[2].string(), meter); });
}

Value split(const Arguments& a) {
  return with_regex(a, 2, [&](const Regex& regex, Meter& meter) -> Result<List> {
    TRY(const auto parts, regex.split(*a[0].string(), meter));
    return List(parts.begin(), parts.end());
  });
}

Value string_join(const Arguments& a) {
  const List single{a[0]};
  if (!a[0].list() && !a[0].string()) return {};
  const auto* delimiter = a.given(1) ? a[1].string() : nullptr;
  if (a.given(1) && !a[1].is_null() && !delimiter) return {};
  std::string out;
  bool first = true;
  for (const auto& item : a[0].list() ? *a[0].list() : single) {
    if (item.is_null()) continue;
    if (!item.string()) return {};
    if (!first && delimiter) out += *delimiter;
    out += *item.string();
    first = false;
    if (!a.run.step() || out.size() > a.run.limits.text_bytes) return a.run.make(out.size()), Value();
  }
  return a.run.make(out.size()) ? Value(std::move(out)) : Value();
}

}  // namespace

std::vector<Builtin> string_builtins() {
  return {
      {"substring", {"string", "start position", "length"}, 2, Many::no, substring},
      {"string length", {"string"}, 1, Many::no, [](const Arguments& a) { return text(a, 0) ? Value(length(*text(a, 0))) : Value(); }},
      {"upper case", {"string"}, 1, Many::no, [](const Arguments& a) { return cased(a, true); }},
      {"lower case", {"string"}, 1, Many::no, [](const Arguments& a) { return cased(a, false); }},
      {"substring before", {"string", "match"}, 2, Many::no, [](const Arguments& a) { return beside(a, true); }},
      {"substring after", {"string", "match"}, 2, Many::no, [](const Arguments& a) { return beside(a, false); }},
      {"contains", {"string", "match"}, 2, Many::no, [](const Arguments& a) { return tested(a, [](const auto& whole, const auto& part) { return whole.find(part) != std::string::npos; }); }},
      {"starts with", {"string", "match"}, 2, Many::no, [](const Arguments& a) { return tested(a, [](const auto& whole, const auto& part) { return whole.starts_with(part); }); }},
      {"ends with", {"string", "match"}, 2, Many::no, [](const Arguments& a) { return tested(a, [](const auto& whole, const auto& part) { return whole.ends_with(part); }); }},
      {"matches", {"input", "pattern", "flags"}, 2, Many::no, matches, false},
      {"replace", {"input", "pattern", "replacement", "flags"}, 3, Many::no, replace, false},
      {"split", {"string", "delimiter", "flags"}, 2, Many::no, split, false},
      {"string join", {"list", "delimiter"}, 1, Many::no, string_join, false},
  };
}

}  // namespace jiaoji::feel
