#include "mobility/rail_days.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace jiaoji::mobility {

namespace {

constexpr std::size_t kTextMax = 4'000;
constexpr Day kSpreadsheetZero = -25'569;  // day 0 of spreadsheets is 1899-12-30
constexpr unsigned kEveryDay = 0x7f;       // bit 0 is Monday

struct Token {
  enum class Kind { number, weekday, weekdays, until, next, except, end } kind;
  std::string_view text = {};
  unsigned days = 0;                       // of weekday (one bit) and weekdays (a set)
};

struct Word { std::string_view word; Token::Kind kind; unsigned days = 0; };
using enum Token::Kind;
// The longer of two that begin alike stands first.
constexpr Word kWords[] = {
    {";", next}, {"；", next}, {",", next}, {"，", next}, {"、", next}, {"..", until}, {"~", until}, {"～", until}, {"至", until}, {"到", until}, {"—", until},
    {"except", except}, {"除", except}, {"不含", except},
    {"每日", weekdays, kEveryDay}, {"每天", weekdays, kEveryDay}, {"daily", weekdays, kEveryDay}, {"工作日", weekdays, 0x1f}, {"workdays", weekdays, 0x1f},
    {"weekdays", weekdays, 0x1f}, {"周末", weekdays, 0x60}, {"weekends", weekdays, 0x60}, {"weekend", weekdays, 0x60},
    {"mon", weekday, 1}, {"tue", weekday, 2}, {"wed", weekday, 4}, {"thu", weekday, 8}, {"fri", weekday, 16}, {"sat", weekday, 32}, {"sun", weekday, 64},
    {"一", weekday, 1}, {"二", weekday, 2}, {"三", weekday, 4}, {"四", weekday, 8}, {"五", weekday, 16}, {"六", weekday, 32}, {"日", weekday, 64}, {"天", weekday, 64},
};
constexpr std::string_view kSilent[] = {" ", "\t", "\r", "\n", "　", "周", "星期", "外"};  // 周一, 星期一, 除…外

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text), whole_(text) {}

  std::expected<RunningDays, Text> days() {
    if (whole_.size() > kTextMax) return wrong("太长", "is too long");
    advance();
    for (bool without = false; token_.kind != Token::Kind::end;) {
      if (token_.kind == next) { advance(); continue; }
      if (token_.kind == except) {
        if (without) return wrong("“除”只能写一次，其后的日期用分号隔开", "\"except\" stands once, its dates are separated by semicolons");
        without = true;
        advance();
        continue;
      }
      if (!item(without ? removed_ : added_)) return std::unexpected(*fault_);
    }
    return join();
  }

 private:
  struct Item { Day from, to; unsigned days; bool named; };

  // A span with its weekdays; or more weekdays for the span before: 周五、周日.
  bool item(std::vector<Item>& into) {
    if (token_.kind == weekday && !into.empty() && into.back().named) return weekday_list(into.back());
    Item item{.from = 0, .to = 0, .days = kEveryDay, .named = false};
    if (!date(item.from)) return false;
    item.to = item.from;
    if (token_.kind == until) {
      advance();
      if (!date(item.to)) return false;
    }
    if (item.to < item.from) return tell("结束日期早于开始日期", "the last day is before the first");
    if (item.to - item.from > kRunningDaysMax) return tell("起止日期相隔超过十年", "the days lie more than ten years apart");
    if (token_.kind == weekdays) {
      item.days = token_.days;
      const bool may_be_digits = token_.text == "weekdays";
      advance();
      if (may_be_digits && token_.kind == number && !digits(item)) return false;
    } else if (token_.kind == number) {
      if (!digits(item)) return false;
    } else if (token_.kind == weekday && !weekday_list(item)) {
      return false;
    }
    into.push_back(item);
    return true;
  }

  bool digits(Item& item) {  // 12345
    item.days = 0;
    for (const char c : token_.text) {
      if (c < '1' || c > '7' || (item.days >> (c - '1') & 1)) return tell(fmt::format("“{}”不是星期；周一是 1，周日是 7，如 12345", token_.text), fmt::format("\"{}\" is no set of weekdays; Monday is 1, Sunday is 7, as in 12345", token_.text));
      item.days |= 1u << (c - '1');
    }
    advance();
    return true;
  }

  bool weekday_list(Item& item) {  // 周一至周五, 周五周日
    if (!item.named) item.days = 0, item.named = true;
    while (token_.kind == weekday) {
      const unsigned first = token_.days;
      unsigned last = first;
      advance();
      if (token_.kind == until) {
        advance();
        if (token_.kind != weekday) return tell("“至”后面应当是星期", "a weekday should follow the range sign");
        last = token_.days;
        advance();
      }
      for (unsigned day = first;; day = day == 64 ? 1 : day << 1) {  // 周六至周一 goes over the end of the week
        item.days |= day;
        if (day == last) break;
      }
    }
    return true;
  }

  bool date(Day& into) {
    const auto text = token_.text;
    if (token_.kind != number) return tell(token_.kind == Token::Kind::end ? "缺少日期；如 2026-09-01..2026-12-31" : fmt::format("“{}”处应当是日期，如 2026-09-01", text),
                                           token_.kind == Token::Kind::end ? "a date is missing, such as 2026-09-01..2026-12-31" : fmt::format("a date such as 2026-09-01 should stand at \"{}\"", text));
    std::vector<std::string> parts(1);
    for (const char c : text) {
      if (c >= '0' && c <= '9') parts.back().push_back(c);
      else if (!parts.back().empty()) parts.emplace_back();
    }
    if (parts.back().empty()) parts.pop_back();
    Day day = kNoDay;
    if (parts.size() == 1 && parts[0].size() == 8) day = parse_day(fmt::format("{}-{}-{}", parts[0].substr(0, 4), parts[0].substr(4, 2), parts[0].substr(6)));
    else if (parts.size() == 1 && parts[0].size() == 5) day = kSpreadsheetZero + static_cast<Day>(std::stol(parts[0]));
    else if (parts.size() == 3) day = parse_day(fmt::format("{}-{:0>2}-{:0>2}", parts[0], parts[1], parts[2]));
    if (day == kNoDay || parts[0].size() > 8) return tell(fmt::format("没有日期“{}”；应写作 2026-09-01", text), fmt::format("there is no date \"{}\"; write 2026-09-01", text));
    into = day;
    advance();
    return true;
  }

  std::expected<RunningDays, Text> join() {
    if (added_.empty()) return wrong("缺少日期；如 2026-09-01..2026-12-31 工作日", "a date is missing, such as 2026-09-01..2026-12-31 weekdays 12345");
    const Day first = std::ranges::min(added_, {}, &Item::from).from, last = std::ranges::max(added_, {}, &Item::to).to;
    if (last - first > kRunningDaysMax) return wrong("起止日期相隔超过十年", "the days lie more than ten years apart");
    std::vector<bool> runs(static_cast<std::size_t>(last - first) + 1);
    const auto set = [&](const std::vector<Item>& items, bool value) {
      for (const auto& item : items) {
        for (Day day = std::max(item.from, first); day <= std::min(item.to, last); ++day) {
          if (item.days >> (((day + 3) % 7 + 7) % 7) & 1) runs[static_cast<std::size_t>(day - first)] = value;  // 1970-01-01 was a Thursday
        }
      }
    };
    set(added_, true);
    set(removed_, false);
    const auto begin = std::ranges::find(runs, true);
    if (begin == runs.end()) return wrong("没有一天开行", "runs on no day");
    auto end = runs.end();
    while (!*(end - 1)) --end;
    return RunningDays{first + static_cast<Day>(begin - runs.begin()), std::vector<bool>(begin, end)};
  }

  void advance() {
    while (std::ranges::any_of(kSilent, [&](std::string_view s) { return rest_.starts_with(s) && !rest_.starts_with("周末") && (rest_.remove_prefix(s.size()), true); })) {}
    if (rest_.empty()) return token_ = {Token::Kind::end}, void();
    if (rest_[0] >= '0' && rest_[0] <= '9') return take_number();
    for (const auto& word : kWords) {
      if (!starts_with(word.word)) continue;
      token_ = {word.kind, word.word, word.days};
      rest_.remove_prefix(word.word.size());
      if (word.kind == weekday && word.days && word.word.size() == 3 && word.word[0] >= 'a') {  // monday
        const auto end = std::ranges::find_if(rest_, [](char c) { return !((c | 32) >= 'a' && (c | 32) <= 'z'); });
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.begin()));
      }
      return;
    }
    token_ = {Token::Kind::number, rest_.substr(0, std::min<std::size_t>(rest_.size(), std::max<std::size_t>(1, rest_.find_first_of(" ;,"))))};  // no date: told where one is wanted
    unknown_ = true;
    rest_ = {};
  }

  void take_number() {
    const auto begin = rest_;
    while (!rest_.empty()) {
      if ((rest_[0] >= '0' && rest_[0] <= '9') || rest_[0] == '-' || rest_[0] == '/') rest_.remove_prefix(1);
      else if (rest_.starts_with("年") || rest_.starts_with("月") || rest_.starts_with("日")) rest_.remove_prefix(3);
      else break;
    }
    token_ = {number, begin.substr(0, begin.size() - rest_.size())};
  }

  bool starts_with(std::string_view word) const {  // letters in either case
    return rest_.size() >= word.size() && std::equal(word.begin(), word.end(), rest_.begin(), [](char a, char b) { return a == b || (a >= 'a' && a <= 'z' && a == (b | 32)); });
  }
  bool tell(std::string zh, std::string en) {
    if (!fault_) fault_ = unknown_ ? Text{fmt::format("不认识“{}”；如 2026-09-01..2026-12-31 工作日", token_.text), fmt::format("\"{}\" is not understood; write as in 2026-09-01..2026-12-31 weekdays 12345", token_.text)} : Text{std::move(zh), std::move(en)};
    return false;
  }
  std::unexpected<Text> wrong(std::string zh, std::string en) const { return std::unexpected(Text{std::move(zh), std::move(en)}); }

  std::string_view rest_, whole_;
  Token token_{Token::Kind::end};
  std::vector<Item> added_, removed_;
  std::optional<Text> fault_;
  bool unknown_ = false;
};

}  // namespace

std::expected<RunningDays, Text> parse_running_days(std::string_view text) { return Parser(text).days(); }

}  // namespace jiaoji::mobility
