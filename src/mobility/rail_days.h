// The days on which a train runs, as a railway office writes them in one cell.
//
//   2026-09-01..2026-12-31                            every day from the first to the last; also 至, 到, ~
//   2026-09-01..2026-12-31 每日 | daily               the same
//   2026-09-01..2026-12-31 weekdays 12345             Monday is 1, Sunday is 7
//   2026-09-01..2026-12-31 周一至周五 | 周五、周日 | 工作日 | 周末 | mon..fri | sat sun | workdays | weekend
//   2026-09-01; 2026-09-02; 2026-10-01..2026-10-07    several, each with its own weekdays; also ，、；
//   … except 2026-10-01; 2026-10-05..2026-10-07       without those; also 除, 不含
//
// 工作日 is Monday to Friday: public holidays and make-up Saturdays are not known here and are written out. A date may also be
// written 2026/9/1, 20260901, 2026年9月1日, or be the day number that a spreadsheet makes of it.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "mobility/feed.h"

namespace jiaoji::mobility {

inline constexpr Day kRunningDaysMax = 10 * 366;  // a longer span is a slip in the year

struct RunningDays {
  Day first = 0;
  std::vector<bool> runs;  // from the first to the last day that runs; never empty
};

// Error: what is wrong and what would be right.
std::expected<RunningDays, Text> parse_running_days(std::string_view text);

}  // namespace jiaoji::mobility
