#include "casework/deadline_walk.h"

#include <algorithm>

namespace jiaoji::casework {

namespace {

std::string_view source_of(const Notice* notice) {
  if (!notice) return "";
  return notice->number.empty() ? notice->title : notice->number;
}

}  // namespace

StepKind step_of(DayKind kind) {
  switch (kind) {
    case DayKind::workday: return StepKind::counted;
    case DayKind::make_up: return StepKind::make_up;
    case DayKind::weekend: return StepKind::weekend;
    case DayKind::holiday: return StepKind::holiday;
  }
  return StepKind::counted;
}

DayFacts Walk::ask(Day day) {
  const auto facts = calendar_.facts(day);
  if (facts.missing == 0) return facts;
  const auto year = std::to_string(facts.missing);
  if (missing_.empty() || missing_.back().name != year) missing_.push_back({.kind = StepKind::provisional, .from = day, .to = day, .name = year});
  missing_.back().from = std::min(missing_.back().from, day);
  missing_.back().to = std::max(missing_.back().to, day);
  return facts;
}

void Walk::extend(StepKind kind, Day day, std::string_view name, std::string_view source) {
  const bool counts = kind == StepKind::counted || kind == StepKind::make_up;
  counted_ += counts;
  if (!steps_.empty()) {
    auto& run = steps_.back();
    if (run.kind == kind && run.to + 1 == day && run.name == name && run.source == source) {
      run.to = day, run.count += counts, run.counted = counted_;
      return;
    }
  }
  steps_.push_back({.kind = kind, .from = day, .to = day, .count = counts, .counted = counted_, .name = std::string(name), .source = std::string(source)});
}

void Walk::add(StepKind kind, Day day, const DayFacts& facts) {
  if (kind == StepKind::counted) extend(kind, day, "", "");  // a weekday that a notice names is an ordinary one
  else extend(kind, day, facts.name, source_of(facts.notice));
}

void Walk::add_suspended(Day day, const Suspension& suspension) { extend(StepKind::suspended, day, suspension.reason, suspension.clause); }
void Walk::add_plain(Day day) { extend(StepKind::counted, day, "", ""); }

void Walk::end() {
  for (auto& step : missing_) step.counted = counted_, steps_.push_back(std::move(step));
}

}  // namespace jiaoji::casework
