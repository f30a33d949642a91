#include "casework/state.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_readable.h"

namespace jiaoji::casework {

namespace {

constexpr const char* kItemKinds[] = {"scope", "task", "event", "gateway", "body", "compensation"};

template <class T>
const T* by_id(const std::vector<T>& all, ItemId id) {
  const auto found = std::ranges::lower_bound(all, id, {}, &T::id);
  return found != all.end() && found->id == id ? &*found : nullptr;
}

json::Value indices(const std::vector<Index>& all) {
  json::Array out;
  for (const auto one : all) out.emplace_back(static_cast<std::int64_t>(one));
  return out;
}

// Reads members that are whole numbers; remembers that one was not.
struct Reader {
  const Procedure& procedure;
  bool good = true;

  std::int64_t whole(const json::Value& in, std::string_view key, std::int64_t otherwise = 0, std::int64_t low = 0, std::int64_t high = INT64_MAX) {
    const auto* found = in.find(key);
    if (!found) return otherwise;
    const auto value = found->number() ? found->number()->whole() : std::nullopt;
    if (!value || *value < low || *value > high) return good = false, otherwise;
    return *value;
  }
  Index node(const json::Value& in, std::string_view key) { return static_cast<Index>(whole(in, key, kNone, kNone, static_cast<std::int64_t>(procedure.nodes.size()) - 1)); }
  ItemId id(const json::Value& in, std::string_view key) { return static_cast<ItemId>(whole(in, key, 0, 0, UINT32_MAX)); }
  std::int32_t number(const json::Value& in, std::string_view key) { return static_cast<std::int32_t>(whole(in, key, 0, INT32_MIN, INT32_MAX)); }
  std::string text(const json::Value& in, std::string_view key) {
    const auto* found = in.find(key);
    return found && found->string() ? *found->string() : std::string();
  }
  std::vector<Index> nodes(const json::Value& in, std::string_view key) {
    std::vector<Index> out;
    const auto* found = in.find(key);
    if (!found || !found->array()) return out;
    for (const auto& one : *found->array()) {
      const auto value = one.number() ? one.number()->whole() : std::nullopt;
      if (!value || *value < 0 || *value >= static_cast<std::int64_t>(procedure.nodes.size())) good = false;
      else out.push_back(static_cast<Index>(*value));
    }
    return out;
  }
  const json::Array& all(const json::Value& in, std::string_view key) {
    static const json::Array none;
    const auto* found = in.find(key);
    return found && found->array() ? *found->array() : none;
  }
};

bool waits_at(const Node& node, const Wait& wait) {
  if (node.kind == Kind::task) return node.task == Task::receive && wait.definition == 0 && wait.trigger == Trigger::message;
  return wait.definition >= 0 && static_cast<std::size_t>(wait.definition) < node.definitions.size() && node.definitions[static_cast<std::size_t>(wait.definition)].trigger == wait.trigger;
}

// A member that says nothing beyond the default is left out: most are.
void set(json::Object& out, const char* key, std::int64_t value, std::int64_t otherwise = 0) {
  if (value != otherwise) out.members.emplace_back(key, value);
}
void set(json::Object& out, const char* key, const std::string& value) {
  if (!value.empty()) out.members.emplace_back(key, value);
}
void set(json::Object& out, const char* key, const std::vector<Index>& value) {
  if (!value.empty()) out.members.emplace_back(key, indices(value));
}

}  // namespace

const feel::Value* find(const Variables& variables, std::string_view name) {
  const auto found = std::ranges::find(variables, name, &Variables::value_type::first);
  return found == variables.end() ? nullptr : &found->second;
}

void put(Variables& variables, std::string_view name, feel::Value value) {
  const auto found = std::ranges::find(variables, name, &Variables::value_type::first);
  if (found == variables.end()) variables.emplace_back(name, std::move(value));
  else found->second = std::move(value);
}

const Item* State::find(ItemId id) const { return by_id(items, id); }
const Wait* State::find_wait(ItemId id) const { return by_id(waits, id); }

json::Value to_json(const Variables& variables) {
  json::Object out;
  for (const auto& [name, value] : variables) out.members.emplace_back(name, feel::to_json(value));
  return out;
}

Variables read_variables(const json::Object& in) {
  Variables out;
  for (const auto& [name, value] : in.members) out.emplace_back(name, feel::from_json(value));
  return out;
}

json::Value to_json(const State& state) {
  json::Object out;
  out.set("outcome", to_string(state.outcome));
  set(out, "error", state.error);
  set(out, "number", state.number);
  set(out, "last_id", state.last_id);
  if (!state.left.empty()) out.set("left", to_json(state.left));
  json::Array items, waits, arrived;
  for (const auto& one : state.items) {
    json::Object item;
    set(item, "id", one.id);
    set(item, "parent", one.parent);
    set(item, "kind", static_cast<std::int64_t>(one.kind));
    set(item, "node", one.node, kNone);
    set(item, "container", one.container, kNone);
    set(item, "since", one.since);
    set(item, "count", one.count), set(item, "begun", one.begun), set(item, "ended", one.ended);
    set(item, "pending", one.pending), set(item, "done", one.done);
    set(item, "cancelling", one.cancelling ? 1 : 0);
    if (!one.variables.empty()) item.members.emplace_back("variables", to_json(one.variables));
    items.emplace_back(std::move(item));
  }
  for (const auto& one : state.waits) {
    json::Object wait;
    set(wait, "id", one.id);
    set(wait, "item", one.item);
    set(wait, "node", one.node, kNone);
    set(wait, "definition", one.definition);
    set(wait, "trigger", static_cast<std::int64_t>(one.trigger));
    set(wait, "name", one.name);
    set(wait, "due", one.due), set(wait, "first", one.first), set(wait, "again", one.again);
    set(wait, "interval", one.interval);
    set(wait, "deadline", one.deadline);
    set(wait, "held", one.held ? 1 : 0);
    waits.emplace_back(std::move(wait));
  }
  for (const auto& one : state.arrived) {
    json::Object token;
    set(token, "scope", one.scope);
    set(token, "node", one.node, kNone);
    set(token, "flow", one.flow, kNone);
    set(token, "count", one.count);
    arrived.emplace_back(std::move(token));
  }
  if (!items.empty()) out.set("items", std::move(items));
  if (!waits.empty()) out.set("waits", std::move(waits));
  if (!arrived.empty()) out.set("arrived", std::move(arrived));
  return out;
}

Result<State> read_state(const json::Value& in, const Procedure& procedure) {
  State out;
  Reader read{procedure};
  const auto outcome = read.text(in, "outcome");
  bool known = false;
  for (const auto one : {State::Outcome::running, State::Outcome::completed, State::Outcome::terminated, State::Outcome::failed}) {
    if (outcome == to_string(one)) out.outcome = one, known = true;
  }
  out.error = read.text(in, "error");
  out.number = read.text(in, "number");
  out.last_id = read.id(in, "last_id");
  if (const auto* left = in.find("left"); left && left->object()) out.left = read_variables(*left->object());
  for (const auto& one : read.all(in, "items")) {
    Item item{.id = read.id(one, "id"), .parent = read.id(one, "parent"), .kind = static_cast<Item::Kind>(read.whole(one, "kind", 0, 0, std::size(kItemKinds) - 1)), .node = read.node(one, "node")};
    item.container = static_cast<Index>(read.whole(one, "container", kNone, kNone, static_cast<std::int64_t>(procedure.containers.size()) - 1));
    item.since = read.whole(one, "since");
    item.count = read.number(one, "count"), item.begun = read.number(one, "begun"), item.ended = read.number(one, "ended");
    item.pending = read.nodes(one, "pending"), item.done = read.nodes(one, "done");
    item.cancelling = read.whole(one, "cancelling") != 0;
    if (const auto* variables = one.find("variables"); variables && variables->object()) item.variables = read_variables(*variables->object());
    if (item.id <= (out.items.empty() ? 0 : out.items.back().id) || item.id > out.last_id) read.good = false;
    // The case itself comes first and stands nowhere.
    const bool first = out.items.empty();
    if (first ? item.parent != 0 || item.node != kNone || item.kind != Item::Kind::scope : item.node == kNone || !out.find(item.parent)) read.good = false;
    if (item.kind == Item::Kind::scope ? item.container == kNone : item.node == kNone) read.good = false;
    out.items.push_back(std::move(item));
  }
  for (const auto& one : read.all(in, "waits")) {
    Wait wait{.id = read.id(one, "id"), .item = read.id(one, "item"), .node = read.node(one, "node"), .definition = read.number(one, "definition")};
    wait.trigger = static_cast<Trigger>(read.whole(one, "trigger", 0, 0, static_cast<std::int64_t>(Trigger::terminate)));
    wait.name = read.text(one, "name");
    wait.due = read.whole(one, "due"), wait.first = read.whole(one, "first"), wait.again = read.number(one, "again");
    wait.interval = read.text(one, "interval");
    wait.deadline = read.text(one, "deadline");
    wait.held = read.whole(one, "held") != 0;
    if (wait.id <= (out.waits.empty() ? 0 : out.waits.back().id) || wait.id > out.last_id || !out.find(wait.item) || wait.node == kNone) read.good = false;
    else if (!waits_at(procedure.nodes[static_cast<std::size_t>(wait.node)], wait)) read.good = false;
    out.waits.push_back(std::move(wait));
  }
  for (const auto& one : read.all(in, "arrived")) {
    Arrived token{.scope = read.id(one, "scope"), .node = read.node(one, "node"), .flow = static_cast<Index>(read.whole(one, "flow", kNone, -2, static_cast<std::int64_t>(procedure.flows.size()) - 1)), .count = read.number(one, "count")};
    if (!out.find(token.scope) || token.node == kNone || token.count < 1) read.good = false;
    out.arrived.push_back(token);
  }
  if (known && read.good) return out;
  return fail(Code::internal, "casework.state", {"这件事的记录与流程不符", "what is kept of the case does not fit its procedure"});
}

Result<std::string> keep(const State& state) {
  const auto value = to_json(state);
  auto out = json::write(value);
  if (out.size() > kStateBytesMax) return fail(Code::too_large, "casework.too_large", {fmt::format("这件事的内容将超过 {} MB", kStateBytesMax >> 20), fmt::format("the case would hold more than {} MB", kStateBytesMax >> 20)});
  if (!json::can_be_read(value, kStateDepthMax)) return fail(Code::conflict, "casework.too_deep", {fmt::format("变量嵌套太深，至多约 {} 层", kStateDepthMax - 4), fmt::format("a variable is nested too deeply; at most about {} levels", kStateDepthMax - 4)});
  return out;
}

Result<State> read_kept_state(std::string_view text, const Procedure& procedure) {
  TRY(const auto value, json::parse(text, {.depth = kStateDepthMax, .bytes = kStateBytesMax}));
  return read_state(value, procedure);
}

const char* to_string(State::Outcome outcome) {
  switch (outcome) {
    case State::Outcome::running: return "running";
    case State::Outcome::completed: return "completed";
    case State::Outcome::terminated: return "terminated";
    case State::Outcome::failed: return "failed";
  }
  return "";
}

}  // namespace jiaoji::casework
