#include "casework/deadline_kept.h"

#include "base/json.h"

namespace jiaoji::casework {

namespace {

constexpr const char* kUnits[] = {"workdays", "days", "months"};
constexpr const char* kOnHoliday[] = {"next", "keep", "previous"};

template <std::size_t N>
int index_of(const char* const (&names)[N], const std::string& name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::string keep(const Question& question) {
  const auto& rule = question.rule;
  json::Object out;
  out.set("amount", rule.amount);
  out.set("unit", kUnits[static_cast<int>(rule.unit)]);
  out.set("first_day_counts", rule.first_day_counts);
  out.set("on_holiday", kOnHoliday[static_cast<int>(rule.on_holiday)]);
  out.set("ends_at", rule.ends_at);
  if (rule.after_hours) out.set("after_hours", *rule.after_hours);
  out.set("zone", rule.zone);
  out.set("clause", rule.clause);
  out.set("day", question.start.day);
  if (question.start.minute) out.set("minute", *question.start.minute);
  json::Array suspensions, extensions;
  for (const auto& one : question.suspensions) {
    auto value = json::object({{"from", one.from}, {"reason", one.reason}, {"clause", one.clause}});
    if (one.to) std::get<json::Object>(value.data).set("to", *one.to);
    suspensions.push_back(std::move(value));
  }
  for (const auto& one : question.extensions) extensions.push_back(json::object({{"on", one.on}, {"amount", one.amount}, {"who", one.who}, {"reason", one.reason}, {"clause", one.clause}}));
  out.set("suspensions", std::move(suspensions));
  out.set("extensions", std::move(extensions));
  return json::write(json::Value(std::move(out)));
}

Result<Question> read_kept_deadline(std::string_view text) {
  TRY(const auto value, json::parse(text));
  json::Fields in(value);
  Question out;
  const auto day = [](json::Fields& from, const char* key) { return static_cast<Day>(from.integer(key, INT32_MIN, INT32_MAX)); };
  out.rule.amount = static_cast<std::int32_t>(in.integer("amount", 0, kDaysMax));
  out.rule.unit = static_cast<Unit>(index_of(kUnits, in.choice("unit", {"workdays", "days", "months"})));
  out.rule.first_day_counts = in.boolean("first_day_counts");
  out.rule.on_holiday = static_cast<OnHoliday>(index_of(kOnHoliday, in.choice("on_holiday", {"next", "keep", "previous"})));
  out.rule.ends_at = static_cast<int>(in.integer("ends_at", 0, kMinutesADay));
  if (const auto minute = in.optional_integer("after_hours", 0, kMinutesADay)) out.rule.after_hours = static_cast<int>(*minute);
  out.rule.zone = in.text("zone", 100);
  out.rule.clause = in.optional_text("clause", 1000).value_or("");
  out.start.day = day(in, "day");
  if (const auto minute = in.optional_integer("minute", 0, kMinutesADay)) out.start.minute = static_cast<int>(*minute);
  const auto* suspensions = in.optional_array("suspensions");
  const auto* extensions = in.optional_array("extensions");
  TRY_VOID(in.done());
  for (std::size_t i = 0; suspensions && i < suspensions->size(); ++i) {
    json::Fields one((*suspensions)[i]);
    Suspension made{.from = day(one, "from"), .to = {}, .reason = one.optional_text("reason", 1000).value_or(""), .clause = one.optional_text("clause", 1000).value_or("")};
    if (const auto to = one.optional_integer("to", INT32_MIN, INT32_MAX)) made.to = static_cast<Day>(*to);
    TRY_VOID(one.done());
    out.suspensions.push_back(std::move(made));
  }
  for (std::size_t i = 0; extensions && i < extensions->size(); ++i) {
    json::Fields one((*extensions)[i]);
    out.extensions.push_back({.on = day(one, "on"), .amount = static_cast<std::int32_t>(one.integer("amount", 0, kDaysMax)), .who = one.optional_text("who", 1000).value_or(""), .reason = one.optional_text("reason", 1000).value_or(""), .clause = one.optional_text("clause", 1000).value_or("")});
    TRY_VOID(one.done());
  }
  return out;
}

void suspend(Question& question, Day day, const std::string& reason) {
  for (const auto& one : question.suspensions) {
    if (!one.to) return;
  }
  if (question.suspensions.size() < kSuspensionsMax) question.suspensions.push_back({.from = day, .to = {}, .reason = reason, .clause = {}});
}

void resume(Question& question, Day day) {
  for (auto& one : question.suspensions) {
    if (!one.to) one.to = day;
  }
  // Stopped and going on within a day: no day was lost, and due() takes no empty suspension.
  std::erase_if(question.suspensions, [](const Suspension& one) { return one.to && *one.to <= one.from; });
}

}  // namespace jiaoji::casework
