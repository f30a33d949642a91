// Context functions (DMN 1.5, 10.3.4.8) and the odd ones: not, is.
#include "feel/builtin.h"

namespace jiaoji::feel {

namespace {

Value entry(const std::string& key, const Value& value) {
  Context out;
  out.put("key", key);
  out.put("value", value);
  return out;
}

Value get_entries(const Arguments& a) {
  if (!a[0].context()) return {};
  List out;
  for (const auto& [key, value] : a[0].context()->entries) out.push_back(entry(key, value));
  return out;
}

Value get_value(const Arguments& a) {
  if (!a[0].context() || !a[1].string()) return {};
  const auto* found = a[0].context()->find(*a[1].string());
  return found ? *found : Value();
}

// context([{key: …, value: …}, …]); a key twice is no context.
Value from_entries(const Arguments& a) {
  Context out;
  const List single{a[0]};
  for (const auto& item : a[0].list() ? *a[0].list() : single) {
    const auto* one = item.context();
    const auto* key = one ? one->find("key") : nullptr;
    const auto* value = one ? one->find("value") : nullptr;
    if (!key || !key->string() || !value || out.find(*key->string()) || !a.run.step(out.entries.size() + 1)) return {};
    out.entries.emplace_back(*key->string(), *value);
  }
  return out;
}

Value put_at(const Value& context, const List& keys, std::size_t at, const Value& value) {
  if (!context.context() || !keys[at].string()) return {};
  Context out = *context.context();
  if (at + 1 == keys.size()) {
    out.put(*keys[at].string(), value);
    return out;
  }
  const auto* inner = out.find(*keys[at].string());
  auto changed = put_at(inner ? *inner : Value(), keys, at + 1, value);
  if (changed.is_null()) return {};
  out.put(*keys[at].string(), std::move(changed));
  return out;
}

Value context_put(const Arguments& a) { return a[1].string() ? put_at(a[0], {a[1]}, 0, a[2]) : Value(); }
Value context_put_deep(const Arguments& a) { return a[1].list() && !a[1].list()->empty() ? put_at(a[0], *a[1].list(), 0, a[2]) : Value(); }

Value context_merge(const Arguments& a) {
  Context out;
  const List single{a[0]};
  for (const auto& item : a[0].list() ? *a[0].list() : single) {
    if (!item.context()) return {};
    for (const auto& [key, value] : item.context()->entries) {
      if (!a.run.step(out.entries.size() + 1)) return {};
      out.put(key, value);
    }
  }
  return out;
}

}  // namespace

std::vector<Builtin> context_builtins() {
  return {
      {"get entries", {"m"}, 1, Many::no, get_entries},
      {"get value", {"m", "key"}, 2, Many::no, get_value},
      {"context", {"entries"}, 1, Many::no, from_entries},
      {"context put", {"context", "key", "value"}, 3, Many::no, context_put, false},
      {"context put", {"context", "keys", "value"}, 3, Many::no, context_put_deep, false},
      {"context merge", {"contexts"}, 1, Many::no, context_merge},
      {"not", {"negand"}, 1, Many::no, [](const Arguments& a) { return a[0].boolean() ? Value(!*a[0].boolean()) : Value(); }},
      {"is", {"value1", "value2"}, 0, Many::no, [](const Arguments& a) { return Value(identical(a.given(0) ? a[0] : Value(), a.given(1) ? a[1] : Value())); }, false},
  };
}

}  // namespace jiaoji::feel
