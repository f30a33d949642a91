#include "casework/clock_json.h"

namespace jiaoji::casework {

namespace {

json::Array steps_json(const std::vector<Step>& steps, const Rule& rule, Language language) {
  json::Array out;
  for (const auto& step : steps) out.push_back(step_json(step, rule, language));
  return out;
}

}  // namespace

json::Value step_json(const Step& step, const Rule& rule, Language language) {
  json::Object out;
  out.set("kind", to_string(step.kind));
  out.set("from", format_day(step.from));
  out.set("to", format_day(step.to));
  if (step.count) out.set("count", step.count);
  out.set("counted", step.counted);
  if (!step.name.empty()) out.set("name", step.name);
  if (!step.who.empty()) out.set("who", step.who);
  if (!step.source.empty()) out.set("source", step.source);
  out.set("text", step_text(step, rule).in(language));
  return out;
}

json::Value deadline_json(const Deadline& deadline, const Rule& rule, Language language) {
  json::Object out;
  out.set("due", deadline.due ? json::Value(format_day(*deadline.due)) : json::Value());
  if (deadline.due) out.set("due_time", format_minute(rule.ends_at));
  if (deadline.due_at) out.set("due_at", format_time(*deadline.due_at));
  out.set("provisional", deadline.provisional);
  out.set("total", deadline.total);
  out.set("counted", deadline.counted);
  out.set("steps", steps_json(deadline.steps, rule, language));
  return out;
}

json::Value state_json(const ClockState& state) {
  return json::object({{"phase", to_string(state.phase)}, {"used", state.used}, {"left", state.left}, {"overdue", state.overdue}});
}

json::Value between_json(const Between& between, Language language) {
  return json::object({{"workdays", between.workdays}, {"days", between.days}, {"provisional", between.provisional}, {"steps", steps_json(between.steps, {}, language)}});
}

json::Value calendar_json(const WorkCalendar& calendar, int year) {
  json::Array years;
  for (const auto& notice : calendar.notices()) {
    if (year != 0 && notice.year != year) continue;
    json::Object out;
    out.set("year", notice.year);
    out.set("title", notice.title);
    if (!notice.number.empty()) out.set("number", notice.number);
    if (notice.known_from != kNoDay) out.set("published", format_day(notice.known_from));
    json::Array days;
    for (const auto& day : notice.days) days.push_back(json::object({{"date", format_day(day.day)}, {"name", day.name}, {"is_off", day.is_off}}));
    out.set("days", std::move(days));
    years.push_back(std::move(out));
  }
  return json::object({{"years", std::move(years)}});
}

}  // namespace jiaoji::casework
