// Worked cases of procedures (办件用例), programs/<id>/cases/*.toml: what is done at which moment, and what must come of it, in words that a
// civil servant can check. Read here; played by the real service in service_worked.h.
//
//   [[case]]                                     [[case.step]]
//   title = "…"                                  at = "2026-11-24 10:00"
//   city = "370100"                              complete = "receive"
//   start = "2026-11-23 09:00"                   answers = { "材料齐全" = true }
//   party = true                                 expect = { open = [{ element = "judge", city = "370200", due = "2026-11-27" }] }
//   answers = { "事项" = "出版物零售许可" }
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace jiaoji::casework {

inline constexpr std::size_t kWorkedCasesMax = 200, kWorkedStepsMax = 200, kWorkedTasksMax = 100;

// What must be so after a step. What is not said may be anything; a list says all that there is.
struct Expected {
  struct Open {
    std::string element;
    std::optional<std::string> role, city, due;      // due as in `Expected`
  };
  std::optional<std::vector<Open>> open;             // tasks
  std::optional<std::vector<std::string>> waits;     // elements that wait for a time or a message
  std::optional<std::vector<std::string>> ends;      // end events that were reached
  std::optional<std::string> due;                    // of the whole: "2026-11-30", "2026-11-30 17:00", "stopped", "none"
  std::optional<std::string> outcome;                // running, completed, terminated, failed
  json::Object variables;
  std::vector<std::string> absent;                   // variables without a value
  std::uint32_t line = 0;
};

struct WorkedStep {
  std::uint32_t line = 0;
  std::string at;                                    // as written
  TimeMs time = 0;
  std::string complete, message, key, by, refused;   // by: whose step it is: a city's code, applicant, coordinator; "": who may do it
  json::Object answers;                              // of the task, or the message's variables
  std::optional<Expected> expected;                  // not of a step that is refused
};

struct WorkedCase {
  std::uint32_t line = 0;
  std::string title, procedure, city;                // procedure: a file of the program; "": its only one
  bool party = false;                                // the applicant has an account
  std::int64_t number = 0;                           // of the city's cases of the year; 0: the next
  json::Object answers;
  TimeMs start = 0;
  std::optional<Expected> expected;                  // once it is open
  std::vector<WorkedStep> steps;
};

// Figures of one procedure and city after all cases of the file.
struct WorkedFigures {
  std::uint32_t line = 0;
  std::string procedure, city;                       // city "": that of the first case
  std::optional<std::int64_t> opened, closed;
  std::map<std::string, std::map<std::string, std::int64_t>> values;  // by field: "是" = 2
};

struct Worked {
  std::vector<WorkedCase> cases;
  std::vector<WorkedFigures> figures;
};

// Errors: cases.file, with file, line and field.
Result<Worked> read_worked(std::string_view toml, std::string_view file);

}  // namespace jiaoji::casework
