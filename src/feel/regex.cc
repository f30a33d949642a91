#include "feel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <fmt/format.h>

#include "base/text.h"

namespace jiaoji::feel {

struct Regex::Compiled {
  pcre2_code* code = nullptr;
  std::uint32_t groups = 0;
  bool plain_replacement = false;  // flag q: the replacement is taken as it is
  ~Compiled() { pcre2_code_free(code); }
};

namespace {

struct MatchData {
  explicit MatchData(const pcre2_code* code) : data(pcre2_match_data_create_from_pattern(code, nullptr)), context(pcre2_match_context_create(nullptr)) {
    pcre2_set_depth_limit(context, 100'000);
    pcre2_set_heap_limit(context, 64 * 1024);
  }
  ~MatchData() {
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
  }
  MatchData(const MatchData&) = delete;
  MatchData& operator=(const MatchData&) = delete;
  pcre2_match_data* data;
  pcre2_match_context* context;
};

PCRE2_SPTR bytes(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

// Counts what the matcher does: each item of the pattern that it tries, and the text that it ran over. PCRE2's own limit begins
// anew at every start position, so that a text of n characters could take n times as long.
int count_step(pcre2_callout_block* block, void* data) {
  auto& meter = *static_cast<Meter*>(data);
  const auto moved = block->current_position > meter.at ? block->current_position - meter.at : meter.at - block->current_position;
  meter.at = block->current_position;
  meter.steps += 1 + moved / 32;
  return meter.steps > kMatchSteps ? PCRE2_ERROR_MATCHLIMIT : 0;
}

std::unexpected<Error> over_limit() {
  return fail(Code::invalid, "feel.regex_limit", {fmt::format("正则表达式在这段文字上尝试太多（上限 {} 步）", kMatchSteps), fmt::format("the regular expression tries too much on this text (limit {} steps)", kMatchSteps)});
}

// Whether there is a match from `from` on; its groups are in `data`.
Result<bool> matched(const pcre2_code* code, std::string_view text, std::size_t from, MatchData& match, Meter& meter) {
  pcre2_set_callout(match.context, count_step, &meter);
  const auto found = pcre2_match(code, bytes(text), text.size(), from, PCRE2_NO_UTF_CHECK, match.data, match.context);
  if (found == PCRE2_ERROR_NOMATCH) return false;
  if (found < 0) return over_limit();
  return true;
}

struct Piece {
  std::string text;
  std::uint32_t group = 0;  // when `text` is empty: the group that stands here (0: the whole match)
  bool is_group = false;
};

// "$1-\$2" in pieces. A number takes as many digits as there are groups.
Result<std::vector<Piece>> pieces_of(std::string_view replacement, std::uint32_t groups) {
  std::vector<Piece> out;
  const auto text = [&]() -> std::string& {
    if (out.empty() || out.back().is_group) out.push_back({});
    return out.back().text;
  };
  const auto bad = [&](std::size_t at) {
    return fail(Code::invalid, "feel.regex_replacement", {fmt::format("替换文字第 {} 字节：$ 后面应是组号，\\ 后面只能是 $ 或 \\", at + 1), fmt::format("replacement, byte {}: $ is followed by a group's number, \\ only by $ or \\", at + 1)});
  };
  for (std::size_t at = 0; at < replacement.size(); ++at) {
    const char c = replacement[at];
    const char after = at + 1 < replacement.size() ? replacement[at + 1] : '\0';
    if (c == '\\') {
      if (after != '$' && after != '\\') return bad(at);
      text() += after;
      ++at;
    } else if (c == '$') {
      if (after < '0' || after > '9') return bad(at);
      auto number = static_cast<std::uint32_t>(after - '0');
      ++at;
      while (at + 1 < replacement.size() && replacement[at + 1] >= '0' && replacement[at + 1] <= '9' && number * 10 + static_cast<std::uint32_t>(replacement[at + 1] - '0') <= groups) {
        number = number * 10 + static_cast<std::uint32_t>(replacement[++at] - '0');
      }
      out.push_back({"", number, true});
    } else {
      text() += c;
    }
  }
  return out;
}

}  // namespace

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern, std::string_view flags) {
  if (pattern.size() > kPatternMax) return fail(Code::invalid, "feel.regex", {fmt::format("正则表达式太长，上限 {} 字节", kPatternMax), fmt::format("the regular expression is longer than {} bytes", kPatternMax)});
  if (!text::is_utf8(pattern)) return fail(Code::invalid, "feel.regex", {"正则表达式不是有效的 UTF-8", "the regular expression is no valid UTF-8"});
  const auto odd = flags.find_first_not_of("smixq");
  if (odd != std::string_view::npos) return fail(Code::invalid, "feel.regex_flags", {fmt::format("没有标志“{}”：可用 s、m、i、x、q", flags[odd]), fmt::format("no flag \"{}\": there are s, m, i, x, q", flags[odd])});
  const auto has = [&](char flag) { return flags.find(flag) != std::string_view::npos; };
  TRY(const auto translated, translate_pattern(pattern, flags));
  std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF | PCRE2_AUTO_CALLOUT;
  if (has('s')) options |= PCRE2_DOTALL;
  if (has('m')) options |= PCRE2_MULTILINE;
  if (has('i')) options |= PCRE2_CASELESS;
  if (has('q')) options |= PCRE2_LITERAL, options &= ~(PCRE2_MULTILINE | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF | PCRE2_UCP);
  int code = 0;
  PCRE2_SIZE at = 0;
  auto* settings = pcre2_compile_context_create(nullptr);
  pcre2_set_newline(settings, PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(settings, 100);
  auto compiled = std::make_unique<Compiled>();
  compiled->code = pcre2_compile(bytes(translated), translated.size(), options, &code, &at, settings);
  pcre2_compile_context_free(settings);
  if (!compiled->code) {
    PCRE2_UCHAR message[200];
    pcre2_get_error_message(code, message, sizeof(message));
    const auto said = std::string(reinterpret_cast<const char*>(message));
    return fail(Code::invalid, "feel.regex", {fmt::format("正则表达式有误：{}", said), fmt::format("the regular expression is not valid: {}", said)});
  }
  pcre2_pattern_info(compiled->code, PCRE2_INFO_CAPTURECOUNT, &compiled->groups);
  compiled->plain_replacement = has('q');
  return std::shared_ptr<const Regex>(new Regex(std::move(compiled)));
}

Result<bool> Regex::matches(std::string_view text, Meter& meter) const {
  MatchData match(compiled_->code);
  return matched(compiled_->code, text, 0, match, meter);
}

namespace {
std::unexpected<Error> matches_empty() {
  return fail(Code::invalid, "feel.regex_empty", {"正则表达式能匹配空文字，无法替换或切分", "the regular expression matches the empty text, so nothing can be replaced or split by it"});
}
std::unexpected<Error> too_long() { return fail(Code::invalid, "feel.regex_limit", {"结果太长", "the result is too long"}); }
}  // namespace

Result<std::string> Regex::replace(std::string_view text, std::string_view replacement, Meter& meter) const {
  TRY(const bool empty, matches("", meter));
  if (empty) return matches_empty();
  std::vector<Piece> pieces{{std::string(replacement), 0, false}};
  if (!compiled_->plain_replacement) {
    TRY(pieces, pieces_of(replacement, compiled_->groups));
  }
  MatchData match(compiled_->code);
  std::string out;
  std::size_t at = 0;
  while (at <= text.size()) {
    TRY(const bool found, matched(compiled_->code, text, at, match, meter));
    if (!found) break;
    const auto* ends = pcre2_get_ovector_pointer(match.data);
    if (ends[1] == ends[0]) return matches_empty();
    out += text.substr(at, ends[0] - at);
    for (const auto& piece : pieces) {
      out += piece.text;
      if (piece.is_group && piece.group <= compiled_->groups && ends[2 * piece.group] != PCRE2_UNSET) out += text.substr(ends[2 * piece.group], ends[2 * piece.group + 1] - ends[2 * piece.group]);
    }
    if (out.size() > kRegexResultMax) return too_long();
    at = ends[1];
  }
  return out += text.substr(std::min(at, text.size()));
}

Result<std::vector<std::string>> Regex::split(std::string_view text, Meter& meter) const {
  TRY(const bool empty, matches("", meter));
  if (empty) return matches_empty();
  MatchData match(compiled_->code);
  std::vector<std::string> out;
  std::size_t at = 0;
  while (true) {
    TRY(const bool found, matched(compiled_->code, text, at, match, meter));
    if (!found) break;
    const auto* ends = pcre2_get_ovector_pointer(match.data);
    if (ends[1] == ends[0]) return matches_empty();
    out.emplace_back(text.substr(at, ends[0] - at));
    at = ends[1];
  }
  out.emplace_back(text.substr(at));
  return out;
}

}  // namespace jiaoji::feel
