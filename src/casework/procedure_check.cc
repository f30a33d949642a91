#include "casework/procedure_check.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace jiaoji::casework {

namespace {

class Checker {
 public:
  explicit Checker(Reading& reading) : reading_(reading), procedure_(reading.procedure) {}

  void run() {
    const auto& containers = procedure_.containers;
    if (std::ranges::none_of(containers, [](const Container& c) { return c.node == kNone && !c.global_task && c.executable && !c.nodes.empty(); })) {
      reading_.problems.push_back({"", 1, "procedure.nothing_to_run", {"没有可执行的流程：至少一个 process 应有步骤，且 isExecutable 不是 false", "there is nothing to run: at least one process should have steps and not say isExecutable=\"false\""}});
    }
    for (const auto& node : procedure_.nodes) {
      flows(node);
      switch (node.kind) {
        case Kind::start: start(node); break;
        case Kind::end: definitions(node, {Trigger::message, Trigger::signal, Trigger::error, Trigger::escalation, Trigger::terminate, Trigger::cancel, Trigger::compensation}); break;
        case Kind::catching: catching(node); break;
        case Kind::throwing: definitions(node, {Trigger::message, Trigger::signal, Trigger::escalation, Trigger::compensation, Trigger::link}); break;
        case Kind::boundary: boundary(node); break;
        case Kind::event_based: event_based(node); break;
        case Kind::subprocess: subprocess(node); break;
        case Kind::call: call(node); break;
        case Kind::task: task(node); break;
        default: break;
      }
      loop(node);
      draw(node);
      links(node);
    }
    calls();
  }

 private:
  void complain(const Node& node, std::string key, Text text) { reading_.problems.push_back({node.id, node.line, std::move(key), std::move(text)}); }
  void unsupported(const Node& node, const std::string& zh, const std::string& en) { complain(node, std::string(kUnsupported), {"不能执行：" + zh, "not executed: " + en}); }
  const Node* owner(const Node& node) const {
    const auto at = procedure_.containers[static_cast<std::size_t>(node.container)].node;
    return at == kNone ? nullptr : &procedure_.nodes[static_cast<std::size_t>(at)];
  }

  void definitions(const Node& node, std::initializer_list<Trigger> known) {
    for (const auto& one : node.definitions) {
      if (std::ranges::find(known, one.trigger) == known.end()) unsupported(node, fmt::format("{} 上的 {} 事件", to_string(node.kind), to_string(one.trigger)), fmt::format("a {} event at \"{}\" ({})", to_string(one.trigger), node.id, to_string(node.kind)));
      if (one.trigger == Trigger::compensation && !one.name.empty() && procedure_.find_node(one.name) == kNone) complain(node, "procedure.reference", {fmt::format("“{}”要补偿的活动“{}”不存在", node.id, one.name), fmt::format("\"{}\" compensates \"{}\", which is not there", node.id, one.name)});
      if (one.trigger == Trigger::condition && !one.condition) complain(node, "procedure.condition", {"条件事件没有条件", "a conditional event without a condition"});
      if (one.trigger == Trigger::cancel && node.kind == Kind::end && !(owner(node) && owner(node)->transaction)) complain(node, "procedure.cancel", {"取消结束事件只能在事务子流程里", "a cancel end event stands in a transaction only"});
    }
  }

  void flows(const Node& node) {
    if ((node.kind == Kind::start || node.kind == Kind::boundary || node.by_event) && !node.incoming.empty()) complain(node, "procedure.incoming", {fmt::format("“{}”前面不能有连线", node.id), fmt::format("no flow may lead to \"{}\"", node.id)});
    if ((node.kind == Kind::end || node.by_event) && !node.outgoing.empty()) complain(node, "procedure.outgoing", {fmt::format("“{}”后面不能有连线", node.id), fmt::format("no flow may leave \"{}\"", node.id)});
    if (node.kind != Kind::exclusive && node.kind != Kind::inclusive) return;
    for (const auto at : node.outgoing) {
      const auto& flow = procedure_.flows[static_cast<std::size_t>(at)];
      if (node.outgoing.size() > 1 && at != node.default_flow && !flow.condition) complain(node, "procedure.no_condition", {fmt::format("网关“{}”的连线“{}”既没有条件，也不是默认连线", node.id, flow.id), fmt::format("at the gateway \"{}\" the flow \"{}\" has no condition and is not the default", node.id, flow.id)});
    }
  }

  void start(const Node& node) {
    const auto* around = owner(node);
    if (node.parallel_multiple && node.definitions.size() > 1) unsupported(node, "等待多个触发条件的开始事件", "a start event that waits for all of several");
    if (!around) return definitions(node, {Trigger::message, Trigger::signal, Trigger::timer, Trigger::condition});
    if (around->by_event) {
      if (node.definitions.empty()) complain(node, "procedure.event_start", {"事件子流程的开始事件要有触发条件", "the start of an event subprocess needs a trigger"});
      definitions(node, {Trigger::message, Trigger::signal, Trigger::timer, Trigger::condition, Trigger::error, Trigger::escalation});
      for (const auto& one : node.definitions) {
        if (one.trigger == Trigger::error && !node.interrupting) complain(node, "procedure.error_start", {"错误开始事件总是中断的", "a start by an error always interrupts"});
      }
    } else if (!node.definitions.empty()) {
      complain(node, "procedure.inner_start", {"子流程的开始事件不能有触发条件", "the start of a subprocess has no trigger"});
    }
  }

  void catching(const Node& node) {
    definitions(node, {Trigger::message, Trigger::signal, Trigger::timer, Trigger::condition, Trigger::link});
    if (node.definitions.empty()) complain(node, "procedure.catches_nothing", {"中间捕获事件没有说明等什么", "a catching event does not say what it waits for"});
  }

  void boundary(const Node& node) {
    definitions(node, {Trigger::message, Trigger::signal, Trigger::timer, Trigger::condition, Trigger::error, Trigger::escalation, Trigger::cancel, Trigger::compensation});
    if (node.definitions.empty()) complain(node, "procedure.catches_nothing", {"边界事件没有说明等什么", "a boundary event does not say what it waits for"});
    if (node.parallel_multiple) unsupported(node, "等待多个触发条件的边界事件", "a boundary event that waits for all of several");
    if (node.attached_to == kNone) return;
    const auto& to = procedure_.nodes[static_cast<std::size_t>(node.attached_to)];
    if (to.kind != Kind::task && to.kind != Kind::subprocess && to.kind != Kind::call) complain(node, "procedure.boundary", {"边界事件只能附在任务、子流程或调用活动上", "a boundary event stands on a task, subprocess or call only"});
    if (to.container != node.container) complain(node, "procedure.boundary", {"边界事件应与所附的活动在同一流程里", "a boundary event stands where its activity stands"});
    for (const auto& one : node.definitions) {
      if (one.trigger == Trigger::cancel && !to.transaction) complain(node, "procedure.cancel", {"取消事件只能附在事务子流程上", "a cancel event stands on a transaction only"});
      if (one.trigger == Trigger::error && !node.interrupting) complain(node, "procedure.error_boundary", {"错误边界事件总是中断的", "an error boundary event always interrupts"});
      if (one.trigger == Trigger::compensation && to.compensation == kNone) complain(node, "procedure.compensation", {"补偿事件没有用关联指明补偿活动", "no association says what compensates"});
    }
  }

  void event_based(const Node& node) {
    if (node.outgoing.empty()) complain(node, "procedure.event_gateway", {"事件网关后面没有事件", "no event follows the event-based gateway"});
    if (node.parallel_multiple && !node.instantiates) complain(node, "procedure.event_gateway", {"并行事件网关只能用来启动流程", "a parallel event-based gateway only starts a process"});
    if (node.instantiates && !node.incoming.empty()) complain(node, "procedure.incoming", {"启动流程的事件网关前面不能有连线", "no flow may lead to an event-based gateway that starts a process"});
    for (const auto at : node.outgoing) {
      const auto& flow = procedure_.flows[static_cast<std::size_t>(at)];
      const auto& to = procedure_.nodes[static_cast<std::size_t>(flow.to)];
      const bool waits = (to.kind == Kind::task && to.task == Task::receive) || (to.kind == Kind::catching && !to.parallel_multiple && !to.definitions.empty() && to.definitions[0].trigger != Trigger::link);
      if (!waits || to.incoming.size() != 1) complain(node, "procedure.event_gateway", {fmt::format("事件网关“{}”后面的“{}”应是只由它到达的捕获事件或接收任务", node.id, to.id), fmt::format("\"{}\" after the event-based gateway \"{}\" should be a catching event or receive task that only it leads to", to.id, node.id)});
    }
  }

  void subprocess(const Node& node) {
    const auto& inside = procedure_.containers[static_cast<std::size_t>(node.body)];
    if (!node.by_event) {
      const bool to_run = std::ranges::any_of(inside.nodes, [&](Index at) {
        const auto& one = procedure_.nodes[static_cast<std::size_t>(at)];
        return one.kind != Kind::boundary && !one.by_event && !one.for_compensation;
      });
      if (to_run && begins_never(inside)) complain(node, "procedure.no_beginning", {fmt::format("子流程“{}”没有开始的地方：没有开始事件，每一步前面又都有连线", node.id), fmt::format("the subprocess \"{}\" has no place to begin: no start event, and a flow leads to each of its steps", node.id)});
      return;
    }
    const auto starts = std::ranges::count_if(inside.nodes, [&](Index at) { return procedure_.nodes[static_cast<std::size_t>(at)].kind == Kind::start; });
    if (starts != 1) complain(node, "procedure.event_start", {"事件子流程应有且只有一个开始事件", "an event subprocess has one start event"});
  }

  bool begins_never(const Container& inside) const {
    return inside.starts.empty() && std::ranges::none_of(inside.nodes, [&](Index at) { return procedure_.nodes[static_cast<std::size_t>(at)].kind == Kind::start; });
  }

  void call(const Node& node) {
    if (node.body == kNone) return;
    const auto& called = procedure_.containers[static_cast<std::size_t>(node.body)];
    if (called.starts.empty() && !called.nodes.empty()) complain(node, "procedure.called", {fmt::format("“{}”调用的流程“{}”只能由事件启动，没有普通的开始", node.id, called.id), fmt::format("\"{}\" calls \"{}\", which is begun by events only and has no plain start", node.id, called.id)});
  }

  void task(const Node& node) {
    constexpr std::string_view roles[] = {"", "officer", "applicant", "coordinator"};
    if (std::ranges::find(roles, node.role) == std::end(roles)) complain(node, "procedure.role", {fmt::format("角色“{}”没有人担任；应是 officer、applicant 或 coordinator", node.role), fmt::format("nobody is \"{}\"; a role is officer, applicant or coordinator", node.role)});
    if (node.task == Task::script && !node.script && std::ranges::none_of(reading_.problems, [&](const Problem& p) { return p.element == node.id; })) complain(node, "procedure.no_script", {"脚本任务没有脚本", "a script task without a script"});
    if (node.task == Task::business_rule && node.decision.empty()) complain(node, "procedure.no_decision", {"规则任务没有指明决策（jiaoji:decision=\"模型#决策\"）", "a business rule task does not name its decision (jiaoji:decision=\"model#decision\")"});
    if (node.optional && (node.task != Task::business_rule || node.result.empty())) complain(node, "procedure.optional", {"jiaoji:optional 用在规则任务上，并由 jiaoji:result 指明变量", "jiaoji:optional stands on a business rule task that names its variable by jiaoji:result"});
  }

  // Once a case and element: a number that could be drawn again could be steered.
  void draw(const Node& node) {
    if (node.draw.empty()) return;
    const bool computes = node.kind == Kind::task && (node.task == Task::script || node.task == Task::business_rule);
    if (!computes) complain(node, "procedure.draw", {"jiaoji:draw 只能用在脚本任务或规则任务上", "jiaoji:draw stands on a script or business rule task only"});
    else if (node.loop.kind != Loop::Kind::none) complain(node, "procedure.draw", {"抽签的任务不能循环：每次抽到的都一样", "a task that draws cannot loop: each time it would draw the same"});
  }

  void loop(const Node& node) {
    if (node.loop.kind == Loop::Kind::none) return;
    if (node.loop.kind == Loop::Kind::standard) {
      if (!node.loop.condition && node.loop.maximum == 0) complain(node, "procedure.loop", {"循环既没有条件，也没有上限", "a loop with neither a condition nor a maximum"});
    } else if (!node.loop.cardinality && node.loop.collection.empty()) {
      complain(node, "procedure.loop", {"多实例既没有个数（loopCardinality），也没有列表", "a multi-instance activity with neither loopCardinality nor a list"});
    }
    if (node.loop.behavior != Loop::Behavior::all && node.loop.event == kNone) complain(node, "procedure.loop_event", {"多实例的 behavior 没有指明事件", "the behavior of the multi-instance activity names no event"});
  }

  static bool is_link(const Node& node, Kind kind) { return node.kind == kind && !node.definitions.empty() && node.definitions[0].trigger == Trigger::link; }

  // A link leads to the one catching link of its name in the same process.
  void links(const Node& node) {
    if (!is_link(node, Kind::throwing)) return;
    const auto& around = procedure_.containers[static_cast<std::size_t>(node.container)];
    const auto targets = std::ranges::count_if(around.nodes, [&](Index at) {
      const auto& other = procedure_.nodes[static_cast<std::size_t>(at)];
      return is_link(other, Kind::catching) && other.definitions[0].name == node.definitions[0].name;
    });
    if (targets != 1) complain(node, "procedure.link", {fmt::format("链接“{}”应有且只有一个去处，现有 {} 个", node.definitions[0].name, targets), fmt::format("the link \"{}\" should lead to one place, not {}", node.definitions[0].name, targets)});
  }

  // No process calls itself, over whatever way.
  void calls() {
    const auto count = procedure_.containers.size();
    std::vector<int> state(count);  // 1: on the way, 2: done
    std::function<void(Index)> visit = [&](Index container) {
      state[static_cast<std::size_t>(container)] = 1;
      for (const auto at : procedure_.containers[static_cast<std::size_t>(container)].nodes) {
        const auto& node = procedure_.nodes[static_cast<std::size_t>(at)];
        if (node.body == kNone) continue;
        if (state[static_cast<std::size_t>(node.body)] == 1) complain(node, "procedure.calls_itself", {fmt::format("“{}”调用了它自己所在的流程", node.id), fmt::format("\"{}\" calls the process that it stands in", node.id)});
        else if (state[static_cast<std::size_t>(node.body)] == 0) visit(node.body);
      }
      state[static_cast<std::size_t>(container)] = 2;
    };
    for (Index i = 0; i < static_cast<Index>(count); ++i) {
      if (state[static_cast<std::size_t>(i)] == 0) visit(i);
    }
  }

  Reading& reading_;
  const Procedure& procedure_;
};

}  // namespace

void check(Reading& reading) { Checker(reading).run(); }

}  // namespace jiaoji::casework
