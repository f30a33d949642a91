#include "casework/migrate.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace jiaoji::casework {

namespace {

class Migration {
 public:
  Migration(const Procedure& from, const Procedure& to) : from_(from), to_(to) {}

  Index node(Index at) {
    if (at == kNone) return kNone;
    const auto& was = from_.nodes[static_cast<std::size_t>(at)];
    const auto found = to_.find_node(was.id);
    if (found != kNone && same(was, to_.nodes[static_cast<std::size_t>(found)])) return found;
    lose(was.name.empty() ? was.id : was.name);
    return kNone;
  }

  Index flow(Index at) {
    if (at < 0) return at;
    const auto& was = from_.flows[static_cast<std::size_t>(at)];
    const auto found = std::ranges::find(to_.flows, was.id, &Flow::id);
    if (found != to_.flows.end() && found->to != kNone && to_.nodes[static_cast<std::size_t>(found->to)].id == from_.nodes[static_cast<std::size_t>(was.to)].id) return static_cast<Index>(found - to_.flows.begin());
    lose(was.name.empty() ? was.id : was.name);
    return kNone;
  }

  Index container(Index at) {
    if (at == kNone) return kNone;
    const auto& was = from_.containers[static_cast<std::size_t>(at)];
    if (was.node != kNone) {
      const auto owner = node(was.node);
      return owner == kNone ? kNone : to_.nodes[static_cast<std::size_t>(owner)].body;
    }
    const auto found = std::ranges::find_if(to_.containers, [&](const Container& one) { return one.node == kNone && one.id == was.id; });
    if (found != to_.containers.end()) return static_cast<Index>(found - to_.containers.begin());
    lose(was.name.empty() ? was.id : was.name);
    return kNone;
  }

  void each(std::vector<Index>& nodes) {
    for (auto& one : nodes) one = node(one);
  }

  const std::vector<std::string>& lost() const { return lost_; }
  void lose(const std::string& name) {
    if (std::ranges::find(lost_, name) == lost_.end()) lost_.push_back(name);
  }

 private:
  std::string around(const Procedure& procedure, const Node& one) const {
    const auto& inside = procedure.containers[static_cast<std::size_t>(one.container)];
    return inside.node == kNone ? inside.id : procedure.nodes[static_cast<std::size_t>(inside.node)].id;
  }
  bool same(const Node& a, const Node& b) const {
    return a.kind == b.kind && a.task == b.task && a.loop.kind == b.loop.kind && a.definitions.size() == b.definitions.size() && around(from_, a) == around(to_, b) &&
           std::ranges::equal(a.definitions, b.definitions, {}, &EventDefinition::trigger, &EventDefinition::trigger);
  }

  const Procedure& from_;
  const Procedure& to_;
  std::vector<std::string> lost_;
};

}  // namespace

Result<State> migrate(const Procedure& from, const Procedure& to, const State& state) {
  Migration migration(from, to);
  auto out = state;
  for (auto& item : out.items) {
    item.node = migration.node(item.node);
    item.container = migration.container(item.container);
    migration.each(item.pending);
    migration.each(item.done);
  }
  for (auto& wait : out.waits) wait.node = migration.node(wait.node);
  for (auto& one : out.arrived) {
    one.node = migration.node(one.node);
    one.flow = migration.flow(one.flow);
  }
  if (migration.lost().empty()) return out;
  return fail(Code::conflict, "casework.cannot_move", {fmt::format("正停在新版本没有的、或变了种类的步骤：{}", fmt::join(migration.lost(), "、")), fmt::format("it stands at steps that the new version has not, or has otherwise: {}", fmt::join(migration.lost(), ", "))});
}

std::vector<Text> kept_by_migration(const Procedure& from, const Procedure& to, const State& state) {
  std::vector<Text> out;
  const auto say = [&](const Node& node, const char* zh, const char* en) {
    const auto& name = node.name.empty() ? node.id : node.name;
    out.push_back({fmt::format(fmt::runtime(zh), name), fmt::format(fmt::runtime(en), name)});
  };
  for (const auto& item : state.items) {
    if (item.node == kNone) continue;
    const auto& was = from.nodes[static_cast<std::size_t>(item.node)];
    const auto at = to.find_node(was.id);
    if (at == kNone) continue;
    const auto& is = to.nodes[static_cast<std::size_t>(at)];
    for (const auto boundary : is.boundaries) {
      const auto& event = to.nodes[static_cast<std::size_t>(boundary)];
      if (from.find_node(event.id) == kNone) say(event, "新加的边界事件“{}”对已经开始的这一步不起作用", "the new boundary event \"{}\" does not act on the step that is under way");
    }
    if (was.role != is.role || was.city != is.city) say(is, "“{}”已经开着，仍由原来的一方办理", "\"{}\" is open and stays with whom it was for");
    if (was.due != is.due) say(is, "“{}”已经开着，仍按原来的时限", "\"{}\" is open and keeps its term");
  }
  return out;
}

}  // namespace jiaoji::casework
