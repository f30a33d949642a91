// Knowing beforehand: many cases of a procedure at once, run by the same steps as real ones (advance.h), with people who are busy.
//
// A discrete-event simulation on the working calendar. What only a real case knows is drawn: which way a gateway goes (jiaoji:share of its
// flows, else equal shares), how long a task takes (known hours of closed cases, else a triangle within its term), how often a loop
// turns. Every assumption is told. The same seed gives the same answer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "casework/calendar.h"
#include "casework/procedure.h"
#include "casework/state.h"

namespace jiaoji::casework {

inline constexpr int kRunsMax = 100'000;
inline constexpr int kStaffMax = 10'000;
inline constexpr int kHoursADay = 8;             // 9:00 to 17:00 on working days

// Hours that tasks took in closed cases, by element.
using KnownHours = std::map<std::string, std::vector<double>>;
inline constexpr std::size_t kKnownFewest = 5;   // fewer say nothing of a task

struct SimulationAsked {
  Index container = 0;
  int runs = 10'000;
  double arrivals_a_day = 1;
  std::map<std::string, int> staff;              // people of a role; roles that are not named are never busy
  std::uint64_t seed = 1;
  TimeMs start = 0;
  KnownHours known;
  std::uint64_t happenings = 3'000'000;          // at most; then the simulation ends where it is
};

struct SimulatedTask {
  std::string element, name, role;
  std::int64_t done = 0;
  double work_hours = 0, wait_hours = 0;         // means
  double critical_share = 0;                     // of the cases that it was done in: it was on their longest path
};
struct SimulatedRole {
  std::string role;
  int people = 0;
  double busy_share = 0;
  double saved_days = 0;                         // mean working days that one more person saves a case
};
struct Simulation {
  int runs = 0, finished = 0;                    // not finished: still waiting five years after the last came, or at a join for ever
  std::vector<std::pair<int, std::optional<double>>> percentiles;  // working days from opening to end of 5, 10, 25, 50, 75, 90, 95 % of all; none: so many did not end
  double mean_days = 0;
  double serial_days = 0, parallel_days = 0;     // means: the tasks one after another; as they ran
  std::vector<SimulatedTask> tasks;              // in the procedure's order
  std::vector<SimulatedRole> roles;              // the one that helps most first
  std::vector<Text> assumptions;
};
// Errors: simulate.runs, simulate.arrivals, simulate.staff, and those of advance().
Result<Simulation> simulate(const Procedure& procedure, const WorkCalendar& calendar, const SimulationAsked& asked);

struct ForecastTask {
  ItemId item = 0;
  TimeMs median = 0, late = 0;
};
struct Forecast {
  TimeMs median = 0, late = 0;                   // late: nine of ten runs have ended by then; 0: fewer ended
  std::size_t drawn = 0;                         // how many tasks' hours come from closed cases
  std::vector<ForecastTask> tasks;               // of the open tasks
};
// When a case that stands here is likely to end; nobody else's cases are in its way. None when hardly any run ends.
Result<std::optional<Forecast>> forecast(const Procedure& procedure, const WorkCalendar& calendar, const State& state, const KnownHours& known, TimeMs now, int runs);

// The procedure with what only real cases know replaced by draws; `assumptions` tells what. Variables are named kDrawn + number.
inline constexpr std::string_view kDrawn = "drawn_";
Procedure with_draws(const Procedure& procedure, int& draws, std::vector<Text>& assumptions);

// Working time: the moment when so many working hours have passed since `from`.
class WorkingHours {
 public:
  WorkingHours(const WorkCalendar& calendar, TimeMs from);
  TimeMs after(TimeMs from, double hours) const;
  double between(TimeMs from, TimeMs to) const;

 private:
  bool workday(Day day) const;
  Day first_;
  std::vector<bool> workdays_;                   // of forty years from the first day
};

}  // namespace jiaoji::casework
