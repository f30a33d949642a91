// For tests: the calendars that the program ships, read from the source tree, and short ways to write days.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "casework/holidays.h"

namespace jiaoji::casework {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::vector<Notice>& shipped() {
  static const auto notices = [] {
    std::vector<Notice> out;
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(JIAOJI_PROGRAMS) / "calendar-cn")) {
      auto notice = read_notice(file_text(file.path()), file.path().filename().string());
      if (!notice) throw std::runtime_error(notice.error().detail.en);
      out.push_back(*std::move(notice));
    }
    return out;
  }();
  return notices;
}

inline const WorkCalendar& calendar() {
  static const WorkCalendar all = *WorkCalendar::of(shipped());
  return all;
}

inline Day on(std::string_view iso) { return parse_day(iso); }

}  // namespace jiaoji::casework
