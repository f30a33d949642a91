// Steps in words.
#include <fmt/format.h>

#include "casework/deadline.h"

namespace jiaoji::casework {

namespace {

Text span_text(const Step& step) {
  if (step.from == step.to) return day_text(step.from);
  return {fmt::format("{} 至 {}", format_day(step.from), format_day(step.to)), fmt::format("{} to {}", format_day(step.from), format_day(step.to))};
}

// "（国办发明电〔2025〕7号）": the source, or nothing.
Text by(std::string_view source) {
  if (source.empty()) return {};
  return {fmt::format("（{}）", source), fmt::format(" ({})", source)};
}

Text named(std::string_view name) {
  if (name.empty()) return {"周末", "weekend"};
  return holiday_text(name);
}

// "第 1–2 日": which of the term these were.
std::string numbers(const Step& step) {
  return step.count == 1 ? fmt::format("{}", step.counted) : fmt::format("{}–{}", step.counted - step.count + 1, step.counted);
}

Text start_text(const Step& step, const Rule& rule) {
  const auto day = day_text(step.from), term = unit_text(rule.unit, rule.amount), source = by(rule.clause);
  return rule.first_day_counts ? Text{fmt::format("{}：事项发生，当日计入，期限 {}{}", day.zh, term.zh, source.zh), fmt::format("{}: the event; the day counts, the term is {}{}", day.en, term.en, source.en)}
                               : Text{fmt::format("{}：事项发生，当日不计入，期限 {}{}", day.zh, term.zh, source.zh), fmt::format("{}: the event; the day does not count, the term is {}{}", day.en, term.en, source.en)};
}

Text extended_text(const Step& step, const Rule& rule) {
  const auto day = day_text(step.from), more = unit_text(rule.unit, step.count), source = by(step.source);
  return {fmt::format("{}：{}延长 {}{}{}", day.zh, step.who, more.zh, step.name.empty() ? "" : "，" + step.name, source.zh),
          fmt::format("{}: extended by {}{}{}{}", day.en, more.en, step.who.empty() ? "" : " by " + step.who, step.name.empty() ? "" : ", " + step.name, source.en)};
}

Text rolled_text(const Step& step) {
  const auto from = day_text(step.from), to = day_text(step.to), name = named(step.name);
  const bool later = step.to > step.from;
  return {fmt::format("期限最后一日 {} 逢{}，{}至 {}", from.zh, name.zh, later ? "顺延" : "提前", to.zh),
          fmt::format("the last day, {}, is a day off ({}): {} to {}", from.en, name.en, later ? "moved on" : "brought forward", to.en)};
}

}  // namespace

std::string_view to_string(StepKind kind) {
  switch (kind) {
    case StepKind::start: return "start";
    case StepKind::moved: return "moved";
    case StepKind::extended: return "extended";
    case StepKind::counted: return "counted";
    case StepKind::make_up: return "make_up";
    case StepKind::weekend: return "weekend";
    case StepKind::holiday: return "holiday";
    case StepKind::suspended: return "suspended";
    case StepKind::stopped: return "stopped";
    case StepKind::rolled: return "rolled";
    case StepKind::kept: return "kept";
    case StepKind::provisional: return "provisional";
    case StepKind::due: return "due";
  }
  return "";
}

Text unit_text(Unit unit, std::int32_t amount) {
  const char* plural = amount == 1 ? "" : "s";
  switch (unit) {
    case Unit::workdays: return {fmt::format("{} 个工作日", amount), fmt::format("{} workday{}", amount, plural)};
    case Unit::days: return {fmt::format("{} 日", amount), fmt::format("{} day{}", amount, plural)};
    case Unit::months: return {fmt::format("{} 个月", amount), fmt::format("{} month{}", amount, plural)};
  }
  return {};
}

Text step_text(const Step& step, const Rule& rule) {
  const auto span = span_text(step), source = by(step.source), name = named(step.name);
  const auto unit = rule.unit == Unit::months ? Unit::days : rule.unit;  // months are counted in calendar days
  switch (step.kind) {
    case StepKind::start: return start_text(step, rule);
    case StepKind::moved: return {fmt::format("{} 的事项在下班后或休息日发生，按 {} 计", day_text(step.from).zh, day_text(step.to).zh), fmt::format("an event after hours or on a day off, {}, counts as of {}", day_text(step.from).en, day_text(step.to).en)};
    case StepKind::extended: return extended_text(step, rule);
    case StepKind::counted: return {fmt::format("{}：计 {}（第 {} 日）", span.zh, unit_text(unit, step.count).zh, numbers(step)), fmt::format("{}: {} (no. {})", span.en, unit_text(unit, step.count).en, numbers(step))};
    case StepKind::make_up: return {fmt::format("{}：{}调休上班，计 {}（第 {} 日）{}", span.zh, name.zh, unit_text(unit, step.count).zh, numbers(step), source.zh), fmt::format("{}: worked to make up for {}: {} (no. {}){}", span.en, name.en, unit_text(unit, step.count).en, numbers(step), source.en)};
    case StepKind::weekend: return {fmt::format("{}：周末，不计", span.zh), fmt::format("{}: weekend, not counted", span.en)};
    case StepKind::holiday: return {fmt::format("{}：{}放假，不计{}", span.zh, name.zh, source.zh), fmt::format("{}: {}, not counted{}", span.en, name.en, source.en)};
    case StepKind::suspended: return {fmt::format("{}：中止{}，不计{}", span.zh, step.name.empty() ? "" : "（" + step.name + "）", source.zh), fmt::format("{}: suspended{}, not counted{}", span.en, step.name.empty() ? "" : ", " + step.name, source.en)};
    case StepKind::stopped: return {fmt::format("{}：中止{}，已计 {}，尚余 {}，恢复后续算{}", span.zh, step.name.empty() ? "" : "（" + step.name + "）", unit_text(unit, step.counted).zh, unit_text(unit, step.count).zh, source.zh),
                                    fmt::format("{}: stopped{}; {} counted, {} left{}", span.en, step.name.empty() ? "" : ", " + step.name, unit_text(unit, step.counted).en, unit_text(unit, step.count).en, source.en)};
    case StepKind::rolled: return rolled_text(step);
    case StepKind::kept: return {fmt::format("期限最后一日 {} 逢{}，按规定不顺延", span.zh, name.zh), fmt::format("the last day, {}, is a day off ({}); the rule does not move it", span.en, name.en)};
    case StepKind::provisional: return {fmt::format("暂定：{} 年放假安排尚未公布，{} 按星期推定", step.name, span.zh), fmt::format("provisional: the holidays of {} are not announced; {} judged by weekday", step.name, span.en)};
    case StepKind::due: return {fmt::format("截止 {} {}", span.zh, format_minute(rule.ends_at)), fmt::format("due {} {}", span.en, format_minute(rule.ends_at))};
  }
  return {};
}

}  // namespace jiaoji::casework
