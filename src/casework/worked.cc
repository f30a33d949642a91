#include "casework/worked.h"

#include <fmt/format.h>

#include "base/toml_file.h"
#include "casework/clock_time.h"

namespace jiaoji::casework {

namespace {

using toml_file::Table;

constexpr int kValueDepthMax = 8;

json::Value value_of(Table& in, const toml::node& node, int depth) {
  if (depth > kValueDepthMax) in.fail_at(node, fmt::format("嵌套超过 {} 层", kValueDepthMax), fmt::format("nested deeper than {}", kValueDepthMax));
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* number = node.as_floating_point(); number && std::isfinite(number->get())) return number->get();
  if (const auto* list = node.as_array()) {
    json::Array out;
    for (const auto& one : *list) out.push_back(value_of(in, one, depth + 1));
    return out;
  }
  if (const auto* table = node.as_table()) {
    json::Object out;
    for (const auto& [key, one] : *table) out.set(std::string(key.str()), value_of(in, one, depth + 1));
    return out;
  }
  in.fail_at(node, "应是文字、数字、true 或 false；日期加引号", "should be a text, a number, true or false; dates stand in quotes");
}

json::Object values(Table& in, std::string_view key) {
  const auto* node = in.take(key, false);
  if (!node) return {};
  if (!node->is_table()) in.fail_at(*node, fmt::format("{0} 应写作 {0} = {{ \"材料齐全\" = true }}", key), fmt::format("{0} should be written {0} = {{ \"name\" = true }}", key));
  return *value_of(in, *node, 0).object();
}

TimeMs moment(Table& in, std::string_view key, const std::string& text) {
  const auto read = [&]() -> Result<TimeMs> {
    TRY(const auto moment, parse_moment(text, kZone, key));
    return instant_of(moment.day, moment.minute.value_or(0), kZone);
  }();
  if (!read) in.fail_at(*in.raw().get(key), read.error().detail.zh, read.error().detail.en);
  return *read;
}

std::optional<std::string> maybe(Table& in, std::string_view key) { return in.raw().contains(key) ? std::optional(in.text(key)) : std::nullopt; }

std::optional<std::int64_t> count(Table& in, std::string_view key) {
  const auto* node = in.take(key, false);
  if (!node) return std::nullopt;
  const auto* whole = node->as_integer();
  if (!whole || whole->get() < 0 || whole->get() > 1'000'000) in.fail_at(*node, fmt::format("{} 应是 0 到 1000000 的整数", key), fmt::format("{} should be a whole number from 0 to 1000000", key));
  return whole->get();
}

std::optional<std::vector<std::string>> texts(Table& in, std::string_view key) {
  const auto* node = in.take(key, false);
  if (!node) return std::nullopt;
  std::vector<std::string> out;
  const auto* list = node->as_array();
  for (std::size_t i = 0; list && i < list->size() && list->get(i)->is_string(); ++i) out.push_back(list->get(i)->as_string()->get());
  if (!list || out.size() != list->size() || out.size() > kWorkedTasksMax) in.fail_at(*node, fmt::format("{} 应是至多 {} 项的一列文字：[\"done\"]", key, kWorkedTasksMax), fmt::format("{} should be a list of at most {} texts: [\"done\"]", key, kWorkedTasksMax));
  return out;
}

void check_due(Table& in, const std::optional<std::string>& due) {
  if (!due || *due == "none" || *due == "stopped") return;
  if (parse_moment(*due, kZone, "due") && due->find('T') == std::string::npos) return;
  in.fail_at(*in.raw().get("due"), fmt::format("due 应是 2026-11-30、2026-11-30 17:00、stopped（时限停走）或 none（没有时限），不是“{}”", *due), fmt::format("due should be 2026-11-30, 2026-11-30 17:00, stopped or none, not \"{}\"", *due));
}

std::optional<Expected> expected(Table& in, const std::string& whose) {
  const auto* node = in.take("expect", false);
  if (!node) return std::nullopt;
  if (!node->is_table()) in.fail_at(*node, "expect 应是表", "expect should be a table");
  Table said(*node->as_table(), whose + ".expect");
  Expected out;
  out.line = node->source().begin.line;
  if (said.raw().contains("open")) {
    out.open.emplace();
    said.each("open", kWorkedTasksMax, false, [&](Table& task) {
      Expected::Open one{.element = task.text("element"), .role = maybe(task, "role"), .city = maybe(task, "city"), .due = maybe(task, "due")};
      check_due(task, one.due);
      out.open->push_back(std::move(one));
    });
  }
  out.waits = texts(said, "waits");
  out.ends = texts(said, "ends");
  out.due = maybe(said, "due");
  check_due(said, out.due);
  if (said.raw().contains("outcome")) out.outcome = said.choice<std::string>("outcome", {{"running", "running"}, {"completed", "completed"}, {"terminated", "terminated"}, {"failed", "failed"}});
  out.variables = values(said, "variables");
  out.absent = texts(said, "absent").value_or(std::vector<std::string>{});
  said.done();
  return out;
}

WorkedStep read_step(Table& in, TimeMs not_before) {
  WorkedStep out;
  out.line = in.raw().source().begin.line;
  out.at = in.text("at");
  out.time = moment(in, "at", out.at);
  if (out.time < not_before) in.fail_at(*in.raw().get("at"), "at 早于上一步", "at is before the step before");
  out.complete = in.text("complete", "");
  out.message = in.text("message", "");
  out.key = in.text("key", "");
  out.by = in.text("by", "");
  out.refused = in.text("refused", "");
  out.answers = values(in, "answers");
  out.expected = expected(in, "step");
  in.done();
  if (!out.complete.empty() && !out.message.empty()) in.fail_here("一步只能有 complete 或 message 之一", "a step has complete or message, not both");
  if (out.complete.empty() && (!out.by.empty() || !out.refused.empty())) in.fail_here("by 与 refused 要和 complete 一起用", "by and refused go with complete");
  if (out.complete.empty() && out.message.empty() && !out.answers.members.empty()) in.fail_here("answers 要和 complete 或 message 一起用", "answers go with complete or message");
  return out;
}

WorkedCase read_case(Table& in) {
  WorkedCase out;
  out.line = in.raw().source().begin.line;
  out.title = in.text("title");
  out.procedure = in.text("procedure", "");
  out.city = in.text("city");
  out.party = in.flag("party");
  out.number = count(in, "number").value_or(0);
  out.answers = values(in, "answers");
  out.start = moment(in, "start", in.text("start"));
  out.expected = expected(in, "case");
  auto last = out.start;
  in.each("step", kWorkedStepsMax, false, [&](Table& step) {
    out.steps.push_back(read_step(step, last));
    last = out.steps.back().time;
  });
  return out;
}

WorkedFigures read_figures(Table& in) {
  WorkedFigures out;
  out.line = in.raw().source().begin.line;
  out.procedure = in.text("procedure", "");
  out.city = in.text("city", "");
  out.opened = count(in, "opened");
  out.closed = count(in, "closed");
  for (const auto& [field, counted] : values(in, "values").members) {
    if (!counted.object()) in.fail_here(fmt::format("values.{} 应写作 {{ \"是\" = 2 }}", field), fmt::format("values.{} should be written {{ \"yes\" = 2 }}", field));
    for (const auto& [value, number] : counted.object()->members) {
      const auto whole = number.number() ? number.number()->whole() : std::nullopt;
      if (!whole) in.fail_here(fmt::format("values.{}.{} 应是整数", field, value), fmt::format("values.{}.{} should be a whole number", field, value));
      out.values[field][value] = *whole;
    }
  }
  return out;
}

}  // namespace

Result<Worked> read_worked(std::string_view toml, std::string_view file) {
  return toml_file::read<Worked>(toml, file, "cases.file", [](const toml::table& table) -> Worked {
    Worked out;
    Table in(table, "cases");
    in.each("case", kWorkedCasesMax, true, [&](Table& one) { out.cases.push_back(read_case(one)); });
    in.each("figures", kWorkedCasesMax, false, [&](Table& one) { out.figures.push_back(read_figures(one)); });
    in.done();
    return out;
  });
}

}  // namespace jiaoji::casework
