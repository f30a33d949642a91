#include "feel/type.h"

#include <algorithm>
#include <array>

#include "feel/evaluate.h"
#include "feel/function.h"
#include "feel/syntax.h"

namespace jiaoji::feel {

namespace {

struct Name {
  std::string_view name;
  Type::Kind kind;
};
constexpr Name kNames[] = {
    {"Any", Type::Kind::any},
    {"Null", Type::Kind::null},
    {"number", Type::Kind::number},
    {"string", Type::Kind::string},
    {"boolean", Type::Kind::boolean},
    {"date", Type::Kind::date},
    {"time", Type::Kind::time},
    {"date and time", Type::Kind::date_time},
    {"dateTime", Type::Kind::date_time},
    {"days and time duration", Type::Kind::days_time},
    {"dayTimeDuration", Type::Kind::days_time},
    {"years and months duration", Type::Kind::years_months},
    {"yearMonthDuration", Type::Kind::years_months},
    {"list", Type::Kind::list},
    {"context", Type::Kind::context},
    {"range", Type::Kind::range},
    {"function", Type::Kind::function},
};

bool kind_fits(const Value& value, Type::Kind kind) {
  switch (kind) {
    case Type::Kind::any: return true;
    case Type::Kind::null: return value.is_null();
    case Type::Kind::number: return value.number();
    case Type::Kind::string: return value.string();
    case Type::Kind::boolean: return value.boolean();
    case Type::Kind::date: return value.date();
    case Type::Kind::time: return value.time();
    case Type::Kind::date_time: return value.date_time();
    case Type::Kind::days_time: return value.days_time();
    case Type::Kind::years_months: return value.months();
    case Type::Kind::list: return value.list();
    case Type::Kind::context: return value.context();
    case Type::Kind::range: return value.range();
    case Type::Kind::function: return value.function();
  }
  return false;
}

bool allowed(const Value& value, const Type& type, Run& run) {
  return std::ranges::all_of(type.allowed, [&](const Type::Allowed& rule) {
    std::vector<Value> slots(rule.slots);
    slots[0] = value;
    Frame frame{slots, run};
    return evaluate(*rule.tests, frame).is_true();
  });
}

// A type that takes less or gives more stands for the other (DMN 1.5, 10.3.2.9.2).
bool stands_for(const TypePtr& given, const TypePtr& asked) {
  if (!asked || asked->kind == Type::Kind::any) return true;
  if (!given || given->kind != asked->kind) return false;
  if (asked->kind == Type::Kind::list || asked->kind == Type::Kind::range) return stands_for(given->of, asked->of);
  if (asked->kind == Type::Kind::context) {
    return std::ranges::all_of(asked->members, [&](const auto& member) {
      const auto mine = std::ranges::find_if(given->members, [&](const auto& other) { return other.first == member.first; });
      return mine != given->members.end() && stands_for(mine->second, member.second);
    });
  }
  return true;
}

bool function_fits(const Function& function, const Type& type) {
  if (type.kind == Type::Kind::function && type.members.empty() && !type.of) return true;
  if (function.parameters.size() != type.members.size()) return false;
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    if (!stands_for(type.members[i].second, function.parameters[i].type)) return false;
  }
  return !type.of || type.of->kind == Type::Kind::any || !function.result || stands_for(function.result, type.of);
}

}  // namespace

std::optional<Type::Kind> builtin_type(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &Name::name);
  if (found == std::end(kNames)) return std::nullopt;
  return found->kind;
}

TypePtr simple_type(Type::Kind kind) {
  static const auto types = [] {
    std::array<TypePtr, static_cast<std::size_t>(Type::Kind::function) + 1> out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      auto type = std::make_shared<Type>();
      type->kind = static_cast<Type::Kind>(i);
      out[i] = std::move(type);
    }
    return out;
  }();
  return types[static_cast<std::size_t>(kind)];
}

namespace {

bool fits(const Value& value, const TypePtr& type, Run& run, bool ask_allowed) {
  if (!run.step()) return false;
  if (value.is_null() || value.unknown() || !type) return true;
  if (!kind_fits(value, type->kind)) return false;
  if (const auto* list = value.list(); list && type->kind == Type::Kind::list) {
    if (!std::ranges::all_of(*list, [&](const Value& item) { return fits(item, type->of, run, ask_allowed); })) return false;
  }
  if (const auto* context = value.context(); context && type->kind == Type::Kind::context) {
    for (const auto& [name, of] : type->members) {
      const auto* member = context->find(name);
      if (!member || !fits(*member, of, run, ask_allowed)) return false;
    }
  }
  if (const auto* range = value.range(); range && type->kind == Type::Kind::range) {
    if (!fits(range->start, type->of, run, ask_allowed) || !fits(range->end, type->of, run, ask_allowed)) return false;
  }
  if (const auto* function = value.function(); function && type->kind == Type::Kind::function && !function_fits(*function, *type)) return false;
  return !ask_allowed || allowed(value, *type, run);
}

}  // namespace

bool conforms(const Value& value, const TypePtr& type, Run& run) { return fits(value, type, run, true); }

bool instance_of(const Value& value, const TypePtr& type, Run& run) {
  if (value.is_null()) return type && type->kind == Type::Kind::null;
  return fits(value, type, run, false);
}

std::optional<Value> converted(const Value& value, const TypePtr& type, Run& run) {
  if (!type || value.is_null() || value.unknown() || conforms(value, type, run)) return value;
  if (const auto* list = value.list(); list && list->size() == 1 && type->kind != Type::Kind::list) return converted(list->front(), type, run);
  if (!value.list() && type->kind == Type::Kind::list) {
    if (const Value one = List{value}; conforms(one, type, run)) return one;
  }
  if (const auto* date = value.date(); date && type->kind == Type::Kind::date_time) return DateTime{*date, Time{0, 0, 0, 0, *Zone::offset(0)}};
  return std::nullopt;
}

std::string spelling(const TypePtr& type) {
  if (!type) return "Any";
  if (!type->name.empty()) return type->name;
  const auto plain = std::string(std::ranges::find(kNames, type->kind, &Name::kind)->name);
  return type->of && type->kind != Type::Kind::function ? plain + "<" + spelling(type->of) + ">" : plain;
}

}  // namespace jiaoji::feel
