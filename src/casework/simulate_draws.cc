#include <algorithm>

#include <fmt/format.h>

#include "casework/simulate.h"

namespace jiaoji::casework {

namespace {

constexpr int kDrawnInstances = 3;
constexpr int kDrawnTurnsMax = 10;

// A formula over numbers written here: it compiles.
FormulaPointer formula(const std::string& source) { return *compile(source); }

std::string label(const Node& node) { return node.name.empty() ? node.id : node.name; }

class Draws {
 public:
  Draws(Procedure& procedure, std::vector<Text>& assumptions) : procedure_(procedure), assumptions_(assumptions) {}

  int run() {
    for (auto& node : procedure_.nodes) {
      ways(node);
      loop(node);
      for (auto& one : node.definitions) event(node, one);
      if (node.ad_hoc) node.script = nullptr;
      if (node.kind == Kind::task && (node.task == Task::script || node.task == Task::business_rule)) node.task = Task::none;
      node.key = nullptr;
    }
    return count_;
  }

 private:
  std::string draw() { return fmt::format("{}{}", kDrawn, count_++); }
  void assume(Text text) { assumptions_.push_back(std::move(text)); }

  void ways(Node& node) {
    std::vector<Index> open;
    for (const auto at : node.outgoing) {
      if (at == node.default_flow || procedure_.flows[static_cast<std::size_t>(at)].condition) open.push_back(at);
    }
    if (open.empty() || node.kind == Kind::parallel || node.kind == Kind::event_based) return;
    if (node.kind != Kind::exclusive) {
      for (const auto at : open) {
        auto& flow = procedure_.flows[static_cast<std::size_t>(at)];
        if (at != node.default_flow) flow.condition = formula(fmt::format("{} < {}", draw(), flow.share.value_or(0.5)));
      }
      if (node.default_flow == kNone) procedure_.flows[static_cast<std::size_t>(open.front())].condition = formula("true");
      return assume({fmt::format("“{}”的每条有条件的连线各按其比例（未写的各一半）成立", label(node)), fmt::format("each conditional flow after \"{}\" is taken by its share, or half the time", label(node))});
    }
    double given = 0;
    int silent = 0;
    for (const auto at : open) {
      const auto& share = procedure_.flows[static_cast<std::size_t>(at)].share;
      share ? given += *share : static_cast<double>(++silent);
    }
    if (silent > 0) assume({fmt::format("“{}”的各条路按相等的比例走（连线上可写 jiaoji:share）", label(node)), fmt::format("the ways after \"{}\" are taken in equal shares (a flow may say jiaoji:share)", label(node))});
    const auto name = draw();
    double from = 0;
    for (const auto at : open) {
      auto& flow = procedure_.flows[static_cast<std::size_t>(at)];
      const double share = flow.share.value_or(std::max(0.0, 1 - given) / std::max(1, silent));
      const bool last = at == open.back();
      flow.condition = formula(last ? "true" : fmt::format("{} < {}", name, from + share));
      from += share;
    }
    node.default_flow = kNone;
  }

  void loop(Node& node) {
    auto& loop = node.loop;
    if (loop.kind == Loop::Kind::none) return;
    if (loop.kind == Loop::Kind::standard) {
      loop.condition = formula(draw() + " < 0.5");
      loop.maximum = loop.maximum > 0 ? std::min(loop.maximum, kDrawnTurnsMax) : kDrawnTurnsMax;
      return assume({fmt::format("“{}”每做一次，有一半可能再做一次", label(node)), fmt::format("\"{}\" is done again half the time", label(node))});
    }
    const bool fixed = loop.cardinality && loop.cardinality->variables.empty();
    loop.condition = nullptr;
    loop.collection.clear(), loop.output.clear(), loop.output_item.clear();
    if (fixed) return;
    loop.cardinality = formula(std::to_string(kDrawnInstances));
    assume({fmt::format("“{}”按 {} 份计", label(node), kDrawnInstances), fmt::format("\"{}\" is done {} times", label(node), kDrawnInstances)});
  }

  void event(Node& node, EventDefinition& one) {
    one.key = nullptr;
    if (one.trigger == Trigger::condition) {
      one.condition = formula("false");
      assume({fmt::format("条件事件“{}”不发生", label(node)), fmt::format("the conditional event \"{}\" does not happen", label(node))});
    }
    if (one.trigger == Trigger::timer && one.timer.formula && !one.timer.formula->variables.empty()) {
      one.timer = {.kind = Timer::Kind::duration, .text = "P5D", .formula = nullptr, .workdays = false};
      assume({fmt::format("定时器“{}”按 5 天计", label(node)), fmt::format("the timer \"{}\" is taken as 5 days", label(node))});
    }
  }

  Procedure& procedure_;
  std::vector<Text>& assumptions_;
  int count_ = 0;
};

}  // namespace

Procedure with_draws(const Procedure& procedure, int& draws, std::vector<Text>& assumptions) {
  auto out = procedure;
  draws = Draws(out, assumptions).run();
  return out;
}

}  // namespace jiaoji::casework
