// The notices that the program carries (programs/calendar-cn). Header only: an engine cannot reach the carried files, its rooms can.
#pragma once

#include "base/embedded.h"
#include "casework/holidays.h"

namespace jiaoji::casework {

// Errors: calendar.file, when a carried file is broken, which a test excludes.
inline Result<std::vector<Notice>> shipped_notices() {
  std::vector<Notice> out;
  for (const auto& file : embedded_files()) {
    if (!file.path.starts_with("programs/calendar-cn/")) continue;
    TRY(auto notice, read_notice(file.bytes, file.path));
    out.push_back(std::move(notice));
  }
  return out;
}

inline Result<WorkCalendar> shipped_calendar() {
  TRY(auto notices, shipped_notices());
  return WorkCalendar::of(std::move(notices));
}

}  // namespace jiaoji::casework
