#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "casework/procedure_check.h"

namespace jiaoji::casework {

namespace {

class Linker {
 public:
  Linker(Reading& reading, const Links& links) : reading_(reading), procedure_(reading.procedure), links_(links) {}

  void run() {
    learn_ids();
    for (std::size_t i = 0; i < links_.flows.size(); ++i) flow(i);
    for (std::size_t i = 0; i < links_.nodes.size(); ++i) node(i);
    for (const auto& [from, to] : links_.associations) association(from, to);
    for (auto& container : procedure_.containers) beginnings(container);
    for (auto& one : procedure_.nodes) {
      if ((one.kind == Kind::inclusive || one.kind == Kind::complex) && one.incoming.size() > 1) one.upstream = upstream_of(one);
    }
  }

 private:
  void complain(const std::string& element, std::size_t line, std::string key, Text text) { reading_.problems.push_back({element, line, std::move(key), std::move(text)}); }

  void learn_ids() {
    std::set<std::string> seen;
    const auto learn = [&](const std::string& id, std::size_t line) {
      if (id.empty()) complain(id, line, "procedure.no_id", {"有元素没有 id", "an element has no id"});
      else if (!seen.insert(id).second) complain(id, line, "procedure.id_twice", {fmt::format("id“{}”出现了两次", id), fmt::format("the id \"{}\" stands twice", id)});
    };
    for (const auto& one : procedure_.nodes) learn(one.id, one.line);
    for (std::size_t i = 0; i < procedure_.flows.size(); ++i) learn(procedure_.flows[i].id, links_.flows[i].line);
    for (const auto& one : procedure_.containers) {
      if (one.node == kNone && !one.global_task) learn(one.id, 0);
    }
    for (Index i = 0; i < static_cast<Index>(procedure_.nodes.size()); ++i) by_id_.emplace(procedure_.nodes[i].id, i);
  }

  Index find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? kNone : found->second;
  }

  void flow(std::size_t i) {
    auto& flow = procedure_.flows[i];
    const auto& said = links_.flows[i];
    flow.from = find(said.from), flow.to = find(said.to);
    for (const auto& [end, id] : {std::pair(flow.from, said.from), std::pair(flow.to, said.to)}) {
      if (end == kNone) return complain(flow.id, said.line, "procedure.flow", {fmt::format("连线“{}”指向的“{}”不存在", flow.id, id), fmt::format("the flow \"{}\" names \"{}\", which is not there", flow.id, id)}), void(flow.from = flow.to = kNone);
    }
    if (procedure_.nodes[static_cast<std::size_t>(flow.from)].container != procedure_.nodes[flow.to].container) {
      complain(flow.id, said.line, "procedure.flow_crosses", {fmt::format("连线“{}”不能跨越流程或子流程的边界；请改用消息", flow.id), fmt::format("the flow \"{}\" cannot cross a process or subprocess; use a message", flow.id)});
      flow.from = flow.to = kNone;
      return;
    }
    procedure_.nodes[static_cast<std::size_t>(flow.from)].outgoing.push_back(static_cast<Index>(i));
    procedure_.nodes[flow.to].incoming.push_back(static_cast<Index>(i));
  }

  void node(std::size_t i) {
    auto& one = procedure_.nodes[i];
    const auto& said = links_.nodes[i];
    const auto missing = [&](const std::string& id) { complain(one.id, one.line, "procedure.reference", {fmt::format("“{}”指向的“{}”不存在", one.id, id), fmt::format("\"{}\" names \"{}\", which is not there", one.id, id)}); };
    if (!said.default_flow.empty()) {
      const auto found = std::ranges::find_if(one.outgoing, [&](Index f) { return procedure_.flows[f].id == said.default_flow; });
      if (found == one.outgoing.end()) missing(said.default_flow);
      else one.default_flow = *found;
    }
    if (one.kind == Kind::boundary) {
      one.attached_to = find(said.attached_to);
      if (one.attached_to == kNone) missing(said.attached_to);
      else procedure_.nodes[one.attached_to].boundaries.push_back(static_cast<Index>(i));
    }
    if (one.kind == Kind::call) {
      const auto found = std::ranges::find_if(procedure_.containers, [&](const Container& c) { return c.node == kNone && c.id == said.called; });
      if (found == procedure_.containers.end()) complain(one.id, one.line, "procedure.called", {fmt::format("“{}”调用的流程“{}”不在这个文件里", one.id, said.called), fmt::format("\"{}\" calls \"{}\", which is not in this file", one.id, said.called)});
      else one.body = static_cast<Index>(found - procedure_.containers.begin());
    }
    for (const auto& id : said.definitions) {
      const auto found = links_.definitions.find(id);
      if (found == links_.definitions.end()) missing(id);
      else one.definitions.push_back(procedure_.definitions[found->second]);
    }
    if (!said.loop_event.empty()) {
      const auto found = links_.definitions.find(said.loop_event);
      if (found == links_.definitions.end()) missing(said.loop_event);
      else one.loop.event = found->second;
    }
  }

  // An association tells what undoes an activity: from its boundary event of compensation.
  void association(const std::string& from, const std::string& to) {
    const auto source = find(from), target = find(to);
    if (source == kNone || target == kNone) return;
    const auto& event = procedure_.nodes[source];
    if (event.kind != Kind::boundary || event.attached_to == kNone || event.definitions.size() != 1 || event.definitions[0].trigger != Trigger::compensation) return;
    procedure_.nodes[event.attached_to].compensation = target;
  }

  void beginnings(Container& container) {
    bool has_start = false;
    for (const auto at : container.nodes) {
      const auto& one = procedure_.nodes[at];
      if (one.by_event) container.event_subprocesses.push_back(at);
      if (one.kind != Kind::start && !one.instantiates) continue;
      has_start = true;
      if (one.kind == Kind::start && one.definitions.empty()) container.starts.push_back(at);
    }
    if (has_start) return;
    for (const auto at : container.nodes) {
      const auto& one = procedure_.nodes[at];
      const bool link_target = one.kind == Kind::catching && !one.definitions.empty() && one.definitions[0].trigger == Trigger::link;
      if (one.incoming.empty() && one.kind != Kind::boundary && !one.by_event && !one.for_compensation && !link_target) container.starts.push_back(at);
    }
  }

  // Backwards from each incoming flow, never through the join itself.
  std::vector<std::vector<bool>> upstream_of(const Node& join) const {
    std::vector<std::vector<bool>> out;
    const auto self = static_cast<Index>(&join - procedure_.nodes.data());
    for (const auto flow : join.incoming) {
      std::vector<bool> seen(procedure_.nodes.size());
      std::vector<Index> left{procedure_.flows[flow].from};
      while (!left.empty()) {
        const auto at = left.back();
        left.pop_back();
        if (at == self || at == kNone || seen[at]) continue;
        seen[at] = true;
        const auto& one = procedure_.nodes[at];
        for (const auto before : one.incoming) left.push_back(procedure_.flows[before].from);
        if (one.kind == Kind::boundary) left.push_back(one.attached_to);
        if (one.kind == Kind::catching && !one.definitions.empty() && one.definitions[0].trigger == Trigger::link) {
          for (const auto other : procedure_.containers[one.container].nodes) {
            const auto& thrower = procedure_.nodes[other];
            if (thrower.kind == Kind::throwing && !thrower.definitions.empty() && thrower.definitions[0].trigger == Trigger::link && thrower.definitions[0].name == one.definitions[0].name) left.push_back(other);
          }
        }
      }
      out.push_back(std::move(seen));
    }
    return out;
  }

  Reading& reading_;
  Procedure& procedure_;
  const Links& links_;
  std::map<std::string, Index> by_id_;
};

}  // namespace

void link(Reading& reading, const Links& links) { Linker(reading, links).run(); }

}  // namespace jiaoji::casework
