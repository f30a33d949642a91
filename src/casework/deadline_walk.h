// Day by day through a calendar, gathering steps: what due() and workdays_between() share.
#pragma once

#include "casework/deadline.h"

namespace jiaoji::casework {

class Walk {
 public:
  Walk(const WorkCalendar& calendar, std::vector<Step>& steps) : calendar_(calendar), steps_(steps) {}

  // Asks the calendar and remembers a notice that is missing.
  DayFacts ask(Day day);
  DayFacts peek(Day day) const { return calendar_.facts(day); }  // without remembering
  // Adds a day to the run before it when that was treated alike, else begins a new one.
  void add(StepKind kind, Day day, const DayFacts& facts);
  void add_suspended(Day day, const Suspension& suspension);
  void add_plain(Day day);  // a calendar day that counts
  std::int32_t counted() const { return counted_; }
  bool provisional() const { return !missing_.empty(); }
  // One step for each year whose notice is missing.
  void end();

 private:
  void extend(StepKind kind, Day day, std::string_view name, std::string_view source);
  const WorkCalendar& calendar_;
  std::vector<Step>& steps_;
  std::vector<Step> missing_;
  std::int32_t counted_ = 0;
};

StepKind step_of(DayKind kind);

}  // namespace jiaoji::casework
