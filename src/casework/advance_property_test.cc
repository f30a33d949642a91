// Random procedures: against a stupid interpreter of their blocks, and without any order, whatever order the tasks are completed in.
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/dice.h"
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

// A block has one way in and one way out.
struct Block {
  enum Kind { kTask, kSequence, kExclusive, kParallel, kInclusive, kLoop, kSub, kSeveral } kind = kTask;
  std::vector<Block> inside;
  std::uint64_t pick = 0;  // which ways hold; how often a loop or a body runs
  bool waits = false;
};

Block random_block(Dice& dice, int depth) {
  Block out;
  out.kind = depth == 0 ? Block::kTask : static_cast<Block::Kind>(dice.below(8));
  out.pick = dice.next() >> 40;
  out.waits = dice.chance(0.5);
  const auto ways = out.kind == Block::kTask ? 0u : out.kind == Block::kLoop || out.kind == Block::kSub || out.kind == Block::kSeveral ? 1u : 1 + dice.below(3);
  for (std::size_t i = 0; i < ways; ++i) out.inside.push_back(random_block(dice, depth - 1));
  return out;
}

// Counters are the process's: instances side by side would share them.
bool loops(const Block& block) { return block.kind == Block::kLoop || std::ranges::any_of(block.inside, loops); }

// Writes a block; `after` is the node that its way out leads from.
struct Writer {
  int count = 0;
  string text;

  string fresh(const char* kind) { return fmt::format("{}{}", kind, ++count); }
  bool way(const Block& block, std::size_t i) const { return block.pick >> i & 1 || (i == 0 && (block.pick & ((1u << block.inside.size()) - 1)) == 0); }

  string write(const Block& block, const string& from) {
    switch (block.kind) {
      case Block::kTask: {
        const auto id = fresh("t");
        text += (block.waits ? user(id) : task(id)) + flow(from, id);
        return id;
      }
      case Block::kSequence: {
        auto at = from;
        for (const auto& one : block.inside) at = write(one, at);
        return at;
      }
      case Block::kExclusive:
      case Block::kParallel:
      case Block::kInclusive: {
        const auto split = fresh("g"), join = fresh("j");
        const auto gateway = [&](const string& id) { return block.kind == Block::kParallel ? parallel(id) : block.kind == Block::kExclusive ? exclusive(id) : inclusive(id); };
        text += gateway(split) + gateway(join) + flow(from, split);
        for (std::size_t i = 0; i < block.inside.size(); ++i) {
          const auto first = fresh("w");  // carries the condition; counted as a task
          text += task(first) + flow(split, first, block.kind == Block::kParallel ? "" : way(block, i) ? "true" : "false");
          text += flow(write(block.inside[i], first), join);
        }
        return join;
      }
      case Block::kLoop: {
        // A counter of its own, raised each time.
        const auto set = fresh("x"), merge = fresh("m"), raise = fresh("x"), again = fresh("g"), out = fresh("o"), counter = fresh("n");
        text += script(set, fmt::format("{{{}: 0}}", counter)) + exclusive(merge) + flow(from, set) + flow(set, merge);
        text += script(raise, fmt::format("{{{0}: {0} + 1}}", counter)) + flow(write(block.inside[0], merge), raise);
        text += exclusive(again, out) + flow(raise, again) + flow(again, merge, fmt::format("{} < {}", counter, 1 + block.pick % 3)) + exclusive(out) + flow(again, out);
        return out;
      }
      case Block::kSub:
      case Block::kSeveral: {
        const auto id = fresh("u"), first = fresh("s");
        Writer inner{.count = count, .text = start(first)};
        inner.write(block.inside[0], first);
        count = inner.count;
        text += sub(id, inner.text + (block.kind == Block::kSeveral ? times(std::to_string(block.pick % 4), block.waits || loops(block)) : "")) + flow(from, id);
        return id;
      }
    }
    return from;
  }
};

// The same walk, in words: how often each task runs. Names are counted as the writer counts them.
struct Interpreter {
  Writer names;
  std::map<string, int> ran;

  void run(const Block& block, int times) {
    switch (block.kind) {
      case Block::kTask: ran[names.fresh("t")] += times; return;
      case Block::kSequence:
        for (const auto& one : block.inside) run(one, times);
        return;
      case Block::kExclusive:
      case Block::kParallel:
      case Block::kInclusive: {
        names.count += 2;
        bool taken = false;
        for (std::size_t i = 0; i < block.inside.size(); ++i) {
          const bool takes = block.kind == Block::kParallel || (names.way(block, i) && !(taken && block.kind == Block::kExclusive));
          taken = taken || takes;
          ran[names.fresh("w")] += takes ? times : 0;
          run(block.inside[i], takes ? times : 0);
        }
        return;
      }
      case Block::kLoop: {
        names.count += 6;
        const auto first = names.count;
        ran["x" + std::to_string(first - 5)] += times;
        ran["x" + std::to_string(first - 3)] += times * static_cast<int>(1 + block.pick % 3);
        return run(block.inside[0], times * static_cast<int>(1 + block.pick % 3));
      }
      case Block::kSub:
      case Block::kSeveral: names.count += 2; return run(block.inside[0], times * (block.kind == Block::kSub ? 1 : static_cast<int>(block.pick % 4)));
    }
  }
};

std::vector<ItemId> open_tasks(const State& state) {
  std::vector<ItemId> out;
  for (const auto& item : state.items) {
    if (item.kind == Item::Kind::task) out.push_back(item.id);
  }
  return out;
}

RC_GTEST_PROP(Blocks, RunAsTheStupidInterpreterSays, (std::uint32_t seed)) {
  Dice dice(seed);
  const auto block = random_block(dice, 4);
  Writer writer{.count = 0, .text = start()};
  const auto last = writer.write(block, "s");
  Case one(read(file(process("p", writer.text + end() + flow(last, "e")))));
  Interpreter expected;
  expected.run(block, 1);
  int total = 0;
  for (const auto& [id, times] : expected.ran) total += times;
  RC_PRE(total < 400);
  RC_ASSERT(one.begin().has_value());
  while (one.state.open()) {
    const auto open = open_tasks(one.state);
    RC_ASSERT(!open.empty());
    RC_ASSERT(one.step({.kind = Event::Kind::complete, .item = dice.of(open), .name = {}, .variables = {}}).has_value());
  }
  RC_ASSERT(one.state.outcome == State::Outcome::completed);
  std::map<string, int> ran;
  for (const auto& id : one.done) ++ran[id];
  std::erase_if(expected.ran, [](const auto& entry) { return entry.second == 0; });
  RC_ASSERT(ran == expected.ran);
}

// Nodes and flows anyhow, with boundary events, subprocesses and ends of all kinds among them.
string tangle(Dice& dice) {
  std::vector<string> ids = {"s"};
  string out = start();
  const auto count = 2 + dice.below(10);
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = fmt::format("n{}", i);
    ids.push_back(id);
    switch (dice.below(14)) {
      case 0: out += exclusive(id); break;
      case 1: out += parallel(id); break;
      case 2: out += inclusive(id); break;
      case 3: out += catching(id, message("m")); break;
      case 4: out += catching(id, signal("p")); break;
      case 5: out += throwing(id, signal("p")); break;
      case 6: out += throwing(id, escalation("G")); break;
      case 7: out += throwing(id, compensation()); break;
      case 8: out += sub(id, start(id + "s") + user(id + "t") + end(id + "e", dice.chance(0.5) ? error("E") : dice.chance(0.5) ? terminate : "") + flows(id + "s " + id + "t " + id + "e")) + boundary(id + "b", id, error("E")), ids.push_back(id + "b"); break;
      case 9: out += user(id, times(std::to_string(dice.below(3)), dice.chance(0.5))) + boundary(id + "b", id, timer("R2/PT1H"), dice.chance(0.5)), ids.push_back(id + "b"); break;
      case 10: out += user(id) + undone_by(id, id + "U"); break;
      case 11: out += script(id, "{x: x + 1}", "", dice.chance(0.3) ? "completionQuantity=\"2\"" : ""); break;
      case 12: out += element("complexGateway", id, "<activationCondition>activationCount >= 2</activationCondition>"); break;
      default: out += user(id, "", dice.chance(0.2) ? "startQuantity=\"2\"" : ""); break;
    }
  }
  if (dice.chance(0.3)) out += event_sub("v", start("vs", dice.chance(0.5) ? signal("p") : error("E"), "isInterrupting=\"true\"") + user("vt") + flows("vs vt"));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto leaving = i == 0 ? 1 : dice.below(3);
    for (std::size_t k = 0; k < leaving; ++k) {
      const auto& to = ids[1 + dice.below(ids.size() - 1)];
      if (!to.ends_with('b')) out += fmt::format("<sequenceFlow id=\"f{}.{}\" sourceRef=\"{}\" targetRef=\"{}\"><conditionExpression>x &lt; {}</conditionExpression></sequenceFlow>", i, k, ids[i], to, dice.below(9));
    }
  }
  return out;
}

bool something_waits(const State& state) {
  return !state.waits.empty() || std::ranges::any_of(state.items, [](const Item& one) { return one.kind == Item::Kind::task; });
}

RC_GTEST_PROP(Tangles, NeverCrashAndTellWhereTheyAreStuck, (std::uint32_t seed)) {
  Dice dice(seed);
  const auto whole = file(process("p", tangle(dice)));
  Case one(read(whole));
  auto went = one.begin({{"x", 0}});  // Case::step holds that states survive JSON and failed steps change nothing
  for (int i = 0; i < 30 && went; ++i) {
    if (!one.state.open()) {
      RC_ASSERT(one.state.items.empty() && one.state.waits.empty() && one.state.arrived.empty());
      return;
    }
    if (!something_waits(one.state)) {
      RC_ASSERT(!stuck_at(one.state).empty());
      return;
    }
    RC_ASSERT(stuck_at(one.state).empty());
    const auto open = open_tasks(one.state);
    const bool timed = std::ranges::any_of(one.state.waits, [](const Wait& wait) { return wait.trigger == Trigger::timer; });
    if (timed && dice.chance(0.3)) went = one.take("+");
    else if (!open.empty() && dice.chance(0.8)) went = one.step({.kind = dice.chance(0.9) ? Event::Kind::complete : Event::Kind::fail, .item = dice.of(open), .name = "E", .variables = {}});
    else went = one.take(dice.chance(0.5) ? "@m" : "#p");
    if (!went && went.error().key == "casework.no_task") went = Result<void>{};  // a receive task
  }
  if (!went) {
    const auto& key = went.error().key;
    RC_ASSERT(key == "casework.endless" || key == "casework.no_path");
  }
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
