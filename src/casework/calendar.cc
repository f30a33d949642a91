#include "casework/calendar.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "feel/temporal.h"

namespace jiaoji::casework {

namespace {

// A notice speaks of its own year and of the last days of the year before.
bool belongs(Day day, int year) { return day >= day_of(year - 1, 12, kLateDecember) && day <= day_of(year, 12, 31); }

DayKind plain(Day day) { return weekday_of(day) > 5 ? DayKind::weekend : DayKind::workday; }

std::unexpected<Error> wrong(std::string key, Text what) { return fail(Code::invalid, std::move(key), std::move(what)); }

Result<void> check(const Notice& notice) {
  if (notice.year < kYearMin || notice.year > kYearMax) return wrong("calendar.year", {fmt::format("年份 {} 应在 {} 到 {} 之间", notice.year, kYearMin, kYearMax), fmt::format("the year {} must be between {} and {}", notice.year, kYearMin, kYearMax)});
  if (notice.days.size() > kNoticeDaysMax) return wrong("calendar.too_many", {fmt::format("{} 年的日子最多 {} 个", notice.year, kNoticeDaysMax), fmt::format("{} has more than {} days", notice.year, kNoticeDaysMax)});
  for (const auto& entry : notice.days) {
    if (belongs(entry.day, notice.year)) continue;
    return wrong("calendar.day", {fmt::format("{} 不属于 {} 年的安排：应在 {}-12-{} 到 {}-12-31 之间", format_day(entry.day), notice.year, notice.year - 1, kLateDecember, notice.year),
                                  fmt::format("{} is no day of the notice for {}: it must be between {}-12-{} and {}-12-31", format_day(entry.day), notice.year, notice.year - 1, kLateDecember, notice.year)});
  }
  return {};
}

}  // namespace

int year_of(Day day) { return feel::Date::from_days(day)->year; }
int weekday_of(Day day) { return static_cast<int>(((static_cast<std::int64_t>(day) + 3) % 7 + 7) % 7) + 1; }
Day day_of(int year, int month, int day) { return static_cast<Day>(feel::Date::of(year, month, day)->days()); }
Day WorkCalendar::last_day() {
  static const Day last = day_of(kYearMax, 12, 31);
  return last;
}

std::string_view to_string(DayKind kind) {
  switch (kind) {
    case DayKind::workday: return "workday";
    case DayKind::make_up: return "make_up";
    case DayKind::weekend: return "weekend";
    case DayKind::holiday: return "holiday";
  }
  return "";
}

Result<WorkCalendar> WorkCalendar::of(std::vector<Notice> notices) {
  std::erase_if(notices, [](const Notice& notice) { return notice.days.empty(); });
  if (notices.empty()) return wrong("calendar.empty", {"没有任何一年的节假日安排", "there is no notice of any year"});
  if (notices.size() > kNoticesMax) return wrong("calendar.too_many", {fmt::format("最多 {} 份通知", kNoticesMax), fmt::format("at most {} notices", kNoticesMax)});
  for (const auto& notice : notices) TRY_VOID(check(notice));
  WorkCalendar out;
  std::ranges::stable_sort(notices, {}, &Notice::known_from);  // kNoDay is the least: a notice without a date never overrules a dated one
  out.notices_ = std::move(notices);
  out.first_day_ = day_of(std::ranges::min(out.notices_, {}, &Notice::year).year, 1, 1);
  out.fill();
  return out;
}

WorkCalendar WorkCalendar::as_known_on(Day day) const {
  WorkCalendar out;
  out.first_day_ = first_day_;
  for (const auto& notice : notices_) {
    if (notice.known_from <= day) out.notices_.push_back(notice);
  }
  out.fill();
  return out;
}

bool WorkCalendar::has_notice(int year) const { return std::ranges::find(notices_, year, &Notice::year) != notices_.end(); }

void WorkCalendar::fill() {
  cells_.clear();
  if (notices_.empty()) return;
  const int last = std::ranges::max(notices_, {}, &Notice::year).year;
  for (int year = year_of(first_day_); year <= last; ++year) {
    const bool known = has_notice(year), next_known = has_notice(year + 1);
    const Day late = day_of(year, 12, kLateDecember), end = day_of(year, 12, 31);
    for (Day day = day_of(year, 1, 1); day <= end; ++day) {
      const int missing = !known ? year : day >= late && !next_known ? year + 1 : 0;
      cells_.push_back({plain(day), static_cast<std::int16_t>(missing)});
    }
  }
  for (std::size_t n = 0; n < notices_.size(); ++n) {
    for (std::size_t e = 0; e < notices_[n].days.size(); ++e) {
      const auto& entry = notices_[n].days[e];
      if (entry.day < first_day_) continue;  // late December before the first year
      const bool weekend = weekday_of(entry.day) > 5;
      cells_[static_cast<std::size_t>(entry.day - first_day_)] = {entry.is_off ? DayKind::holiday : weekend ? DayKind::make_up : DayKind::workday, 0, static_cast<std::int16_t>(n), static_cast<std::int16_t>(e)};
    }
  }
}

DayFacts WorkCalendar::facts(Day day) const {
  const auto at = static_cast<std::size_t>(day - first_day_);
  if (day < first_day_ || at >= cells_.size()) return {.kind = plain(day), .missing = year_of(day)};
  const auto& cell = cells_[at];
  if (cell.notice < 0) return {.kind = cell.kind, .missing = cell.missing};
  const auto& notice = notices_[static_cast<std::size_t>(cell.notice)];
  return {cell.kind, cell.missing, notice.days[static_cast<std::size_t>(cell.entry)].name, &notice};
}

std::vector<int> WorkCalendar::years() const {
  std::set<int> out;
  for (const auto& notice : notices_) out.insert(notice.year);
  return {out.begin(), out.end()};
}

std::string WorkCalendar::covered() const {
  const auto all = years();
  std::string out;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t j = i;
    while (j + 1 < all.size() && all[j + 1] == all[j] + 1) ++j;
    out += (out.empty() ? "" : "、") + (j > i ? fmt::format("{}–{}", all[i], all[j]) : fmt::format("{}", all[i]));
    i = j + 1;
  }
  return out;
}

Result<void> WorkCalendar::check_covered(Day day, std::string_view what) const {
  if (day >= first_day_ && day <= last_day()) return {};
  return fail(Code::invalid, "calendar.not_covered",
              {fmt::format("{}：{} 不在日历之内，日历从 {} 起{}", what, format_day(day), format_day(first_day_), covered().empty() ? "" : "，有安排的年份：" + covered()),
               fmt::format("{}: {} is outside of the calendar, which begins on {}{}", what, format_day(day), format_day(first_day_), covered().empty() ? "" : "; years with a notice: " + covered())});
}

Text holiday_text(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"元旦", "New Year"}, {"春节", "Spring Festival"}, {"清明节", "Qingming"}, {"劳动节", "Labour Day"}, {"端午节", "Dragon Boat Festival"}, {"中秋节", "Mid-Autumn"}, {"国庆节", "National Day"}};
  std::string en;
  for (auto rest = name; !rest.empty();) {
    constexpr std::string_view kComma = "、";  // 国庆节、中秋节: two that fall together
    const auto cut = rest.find(kComma);
    const auto part = rest.substr(0, cut);
    const auto* known = std::ranges::find(kNames, part, &std::pair<std::string_view, std::string_view>::first);
    en += (en.empty() ? "" : " and ") + std::string(known != std::end(kNames) ? known->second : part);
    rest = cut == std::string_view::npos ? "" : rest.substr(cut + kComma.size());
  }
  return {std::string(name), en};
}

Text day_text(Day day) {
  static constexpr std::string_view kZh[] = {"一", "二", "三", "四", "五", "六", "日"}, kEn[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const auto at = static_cast<std::size_t>(weekday_of(day) - 1);
  return {fmt::format("{}（周{}）", format_day(day), kZh[at]), fmt::format("{} ({})", format_day(day), kEn[at])};
}

}  // namespace jiaoji::casework
