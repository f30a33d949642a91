// What reading a timetable notices: counted exactly, kept in full only as long as that helps anyone.
//
// The words stand where the fault is found; they are put together only for what is kept, so that half a million bad rows cost a
// count each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "mobility/feed.h"

namespace jiaoji::mobility {

inline constexpr std::size_t kNoticesPerKey = 20;

struct At {
  std::string_view file;
  std::size_t line = 0;         // 0: the file as a whole
  std::string_view field = {};  // column, or empty
  std::string_view value = {};
};

class Notices {
 public:
  template <class... A>
  void error(std::string_view key, const At& at, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    add(Severity::error, key, at, zh, en, fmt::make_format_args(args...));
  }
  template <class... A>
  void warning(std::string_view key, const At& at, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    add(Severity::warning, key, at, zh, en, fmt::make_format_args(args...));
  }
  template <class... A>
  void note(std::string_view key, const At& at, fmt::format_string<const A&...> zh, fmt::format_string<const A&...> en, const A&... args) {
    add(Severity::note, key, at, zh, en, fmt::make_format_args(args...));
  }
  void add(Severity severity, std::string_view key, const At& at, fmt::string_view zh, fmt::string_view en, fmt::format_args args);

  std::vector<Notice> kept;                       // at most kNoticesPerKey of a key
  std::map<std::string, std::size_t, std::less<>> counts;  // of every key, exact
  std::size_t errors = 0, warnings = 0, notes = 0;
};

// An Error that carries the first error notices as its places; for a reader that does not skip what is faulty.
Error error_of(const Notices& notices, std::string key, Text what);

// "stop_times.txt:7 arrival_time", as `where` and lists show it.
std::string place_of(const Notice& notice);

}  // namespace jiaoji::mobility
