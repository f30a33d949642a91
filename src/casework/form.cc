#include "casework/form.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"

namespace jiaoji::casework {

namespace {

// What is wrong with an answer; nothing when it is right.
std::optional<Text> wrong(const FormField& field, const json::Value& value) {
  const auto* text = value.string();
  if (field.type == "number" && !value.number()) return Text{"应是数字", "should be a number"};
  if (field.type == "yes_no" && !value.boolean()) return Text{"应是 true 或 false", "should be true or false"};
  if (field.type == "date" && (!text || parse_day(*text) == kNoDay)) return Text{"应是日期，如 2026-11-21", "should be a date such as 2026-11-21"};
  if (field.type == "choice" && (!text || std::ranges::find(field.options, *text) == field.options.end())) return Text{fmt::format("应是：{}", fmt::join(field.options, "、")), fmt::format("should be one of: {}", fmt::join(field.options, ", "))};
  if (field.type == "text" && !text) return Text{"应是文字", "should be text"};
  if (field.type == "text" && field.required && text->empty()) return Text{"必填", "is required"};
  return std::nullopt;
}

}  // namespace

int depth_of(const json::Value& value) {
  int deepest = 0;
  if (const auto* list = value.array()) {
    for (const auto& one : *list) deepest = std::max(deepest, 1 + depth_of(one));
  }
  if (const auto* object = value.object()) {
    for (const auto& [name, one] : object->members) deepest = std::max(deepest, 1 + depth_of(one));
  }
  return deepest;
}

Result<Variables> read_answers(const json::Object& in, const std::vector<FormField>& form, const std::string& pointer) {
  std::vector<Where> faults;
  const auto fault = [&](const std::string& name, const char* key, Text what) { faults.push_back({pointer + "/" + name, key, std::move(what)}); };
  if (in.members.size() > kVariablesMax) fault("", "casework.too_many", {fmt::format("至多 {} 项", kVariablesMax), fmt::format("at most {} values", kVariablesMax)});
  for (const auto& [name, value] : in.members) {
    if (json::write(value).size() > kAnswerBytesMax) fault(name, "casework.too_long", {fmt::format("至多 {} 字节", kAnswerBytesMax), fmt::format("at most {} bytes", kAnswerBytesMax)});
    if (depth_of(value) > kAnswerDepthMax) fault(name, "casework.too_deep", {fmt::format("至多 {} 层", kAnswerDepthMax), fmt::format("at most {} levels", kAnswerDepthMax)});
    if (form.empty()) continue;
    const auto field = std::ranges::find(form, name, &FormField::name);
    if (field == form.end()) {
      fault(name, "field.unknown", {"没有问这一项", "was not asked"});
    } else if (value.is_null() && !field->required) {
      continue;
    } else if (auto what = wrong(*field, value)) {
      fault(name, "casework.answer", *std::move(what));
    }
  }
  for (const auto& field : form) {
    if (field.required && !in.find(field.name)) fault(field.name, "field.missing", {"必填", "is required"});
  }
  if (faults.empty()) return read_variables(in);
  return fail(Code::invalid, "request.invalid", {"有内容填写不对，请按各项提示修改", "some values are not right: see each"}, std::move(faults));
}

}  // namespace jiaoji::casework
