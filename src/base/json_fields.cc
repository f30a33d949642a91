#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/text.h"

namespace jiaoji::json {

Fields::Fields(const Value& body, std::string pointer) : object_(body.object()), pointer_(std::move(pointer)) {
  if (!object_) faults_.push_back({pointer_, "json.not_an_object", {"应为一个 JSON 对象 {…}", "must be a JSON object {…}"}});
}

void Fields::fault(std::string_view key, std::string error_key, Text detail) {
  faults_.push_back({fmt::format("{}/{}", pointer_, key), std::move(error_key), std::move(detail)});
}

const Value* Fields::take(std::string_view key, bool required) {
  known_.emplace_back(key);
  if (!object_) return nullptr;
  const Value* value = object_->find(key);
  if (value && value->is_null()) return fault(key, "field.null", {"不能是 null；不填请省略这一项", "must not be null: leave it out"}), nullptr;
  if (!value && required) fault(key, "field.missing", {"必填", "is required"});
  return value;
}

const Value* Fields::any(std::string_view key) { return take(key, false); }

std::optional<std::string> Fields::optional_text(std::string_view key, std::size_t max, bool newlines) {
  const Value* value = take(key, false);
  if (!value) return std::nullopt;
  if (!value->string()) return fault(key, "field.not_text", {"应为文字", "must be text"}), std::nullopt;
  auto cleaned = text::clean(*value->string(), {.max = max, .newlines = newlines, .required = false}, "");
  if (!cleaned) return fault(key, cleaned.error().key, cleaned.error().detail), std::nullopt;
  return *cleaned;
}

std::string Fields::text(std::string_view key, std::size_t max, bool newlines) {
  const auto before = faults_.size();
  auto value = optional_text(key, max, newlines);
  if (faults_.size() == before && (!value || value->empty())) fault(key, "field.missing", {"必填", "is required"});
  return value.value_or("");
}

std::optional<double> Fields::optional_number(std::string_view key) {
  const Value* value = take(key, false);
  if (!value) return std::nullopt;
  if (!value->number()) return fault(key, "field.not_a_number", {"应为数字", "must be a number"}), std::nullopt;
  return value->number()->value;
}

double Fields::number(std::string_view key) {
  const auto before = faults_.size();
  const auto value = optional_number(key);
  if (!value && faults_.size() == before) fault(key, "field.missing", {"必填", "is required"});
  return value.value_or(0);
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const Value* value = take(key, false);
  if (!value) return std::nullopt;
  const auto whole = value->number() ? value->number()->whole() : std::nullopt;
  if (!whole) return fault(key, "field.not_whole", {"应为整数", "must be a whole number"}), std::nullopt;
  if (*whole < min || *whole > max)
    return fault(key, "field.out_of_range", {fmt::format("应在 {} 到 {} 之间", min, max), fmt::format("must be between {} and {}", min, max)}), std::nullopt;
  return whole;
}

std::int64_t Fields::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const auto before = faults_.size();
  const auto value = optional_integer(key, min, max);
  if (!value && faults_.size() == before) fault(key, "field.missing", {"必填", "is required"});
  return value.value_or(min);
}

bool Fields::boolean(std::string_view key, std::optional<bool> otherwise) {
  const Value* value = take(key, !otherwise);
  if (!value) return otherwise.value_or(false);
  if (!value->boolean()) return fault(key, "field.not_yes_no", {"应为 true 或 false", "must be true or false"}), false;
  return *value->boolean();
}

std::string Fields::choice(std::string_view key, const std::vector<std::string>& allowed, std::optional<std::string> otherwise) {
  const Value* value = take(key, !otherwise);
  if (!value) return otherwise.value_or("");
  const auto* chosen = value->string();
  if (!chosen || std::find(allowed.begin(), allowed.end(), *chosen) == allowed.end()) {
    const auto list = fmt::format("{}", fmt::join(allowed, ", "));
    return fault(key, "field.not_a_choice", {"应为以下之一：" + list, "must be one of: " + list}), "";
  }
  return *chosen;
}

const Object* Fields::optional_object(std::string_view key) {
  const Value* value = take(key, false);
  if (!value) return nullptr;
  if (!value->object()) fault(key, "field.not_an_object", {"应为一个对象 {…}", "must be an object {…}"});
  return value->object();
}

const Array* Fields::optional_array(std::string_view key) {
  const Value* value = take(key, false);
  if (!value) return nullptr;
  if (!value->array()) fault(key, "field.not_a_list", {"应为一个列表 […]", "must be a list […]"});
  return value->array();
}

Result<void> Fields::done() {
  if (object_)
    for (const auto& [name, value] : object_->members)
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        const auto list = fmt::format("{}", fmt::join(known_, ", "));
        fault(text::ellipsis(name, 60), "field.unknown", {"没有这个字段；可用的有：" + list, "is not a field here; known are: " + list});
      }
  if (faults_.empty()) return {};
  const auto& first = faults_.front();
  const Text detail = {fmt::format("{}：{}{}", first.pointer.empty() ? "/" : first.pointer, first.detail.zh, faults_.size() > 1 ? fmt::format("（共 {} 处）", faults_.size()) : ""),
                       fmt::format("{}: {}{}", first.pointer.empty() ? "/" : first.pointer, first.detail.en, faults_.size() > 1 ? fmt::format(" ({} faults)", faults_.size()) : "")};
  return fail(Code::invalid, "request.invalid", detail, faults_);
}

}  // namespace jiaoji::json
