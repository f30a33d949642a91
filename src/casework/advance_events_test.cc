// Events: at the boundary, in event subprocesses, at ends; what is thrown and who catches it.
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

// A user task with a boundary event that leads to c.
string on_task(const string& event, bool interrupting) { return start() + user("a") + user("b") + boundary("x", "a", event, interrupting) + user("c") + flows("s a b, x c"); }

TEST(BoundaryEvent, InterruptsOrNot) {
  const Row rows[] = {
      {"message", on_task(message("m"), true), "@m", "a c | c"},
      {"message beside", on_task(message("m"), false), "@m @m", "a c c | a c c"},
      {"message beside, then the task", on_task(message("m"), false), "@m a @m", "a c b | b c"},
      {"signal", on_task(signal("p"), true), "#p", "a c | c"},
      {"signal beside", on_task(signal("p"), false), "#p #p", "a c c | a c c"},
      {"condition", on_task(condition("x > 1"), true), "x=0 x=2", "a c | c"},
      {"condition beside: each time that it becomes true", on_task(condition("x > 1"), false), "x=2 x=3 x=0 x=2", "a c c | a c c"},
      {"condition that speaks of what is not known yet", on_task(condition("x > 1"), true), "", "a | a"},
      {"timer", on_task(timer("PT1H"), true), "+", "a c | c"},
      {"timer beside: once", on_task(timer("PT1H"), false), "+", "a c | a c"},
      {"cycle beside: three times", on_task(timer("R3/PT1H"), false), "+ + +", "a c c c | a c c c"},
      {"infinite cycle beside", on_task(timer("R/PT1H"), false), "+ + + + +", "a c c c c c | a c c c c c"},
      {"cycle: once, when it interrupts", on_task(timer("R3/PT1H"), true), "+", "a c | c"},
      {"error by its code", on_task(error("E"), true), "a!E", "a c | c"},
      {"error: another's", on_task(error("E"), true), "a!F", "a | failed F"},
      {"error: any", on_task(error(), true), "a!F", "a c | c"},
      {"error: the one that names the code comes before the one for all", start() + user("a") + boundary("x", "a", error()) + boundary("y", "a", error("E")) + user("b") + user("c") + flows("s a, x b, y c"), "a!E", "a c | c"},
      {"two definitions: either", start() + user("a") + boundary("x", "a", message("m") + signal("p")) + user("c") + flows("s a, x c"), "#p", "a c | c"},
      {"on a receive task", start() + receive("r", "n") + boundary("x", "r", message("m")) + user("c") + user("d") + flows("s r d, x c"), "@m @n", "r c | c"},
      {"a receive task goes on", start() + receive("r", "n") + boundary("x", "r", message("m")) + user("c") + user("d") + flows("s r d, x c"), "@n @m", "r d | d"},
      {"on a subprocess, all inside ends", start() + sub("u", start("i") + parallel("g") + user("a") + user("b") + flows("i g a, g b")) + boundary("x", "u", message("m")) + user("c") + flows("s u, x c"), "a @m", "a b c | c"},
      {"one message wakes one", start() + parallel("g") + catching("x", message("m")) + catching("y", message("m")) + user("a") + user("b") + flows("s g x a, g y b"), "@m", "a | a"},
      {"one signal wakes all", start() + parallel("g") + catching("x", signal("p")) + catching("y", signal("p")) + user("a") + user("b") + flows("s g x a, g y b"), "#p", "a b | a b"},
      {"all of several", start() + catching("x", message("m") + signal("p"), "parallelMultiple=\"true\"") + user("a") + flows("s x a"), "#p #p", " | "},
      {"all of several have come", start() + catching("x", message("m") + signal("p"), "parallelMultiple=\"true\"") + user("a") + flows("s x a"), "#p @m", "a | a"},
  };
  check(rows);
}

// A subprocess u with user task a and, inside, an event subprocess v with user task b; then c.
string in_sub(const string& event, bool interrupting) {
  const auto inner = event_sub("v", start("vs", event, fmt::format("isInterrupting=\"{}\"", interrupting)) + user("b") + end("ve") + flows("vs b ve"));
  return start() + sub("u", start("i") + user("a") + end("ie") + flows("i a ie") + inner) + user("c") + flows("s u c");
}

TEST(EventSubprocess, TakesThePlaceOrStandsBeside) {
  const Row rows[] = {
      {"message", in_sub(message("m"), true), "@m", "a b | b"},
      {"then the subprocess is left by its flow", in_sub(message("m"), true), "@m b", "a b c | c"},
      {"only once", in_sub(message("m"), true), "@m @m", "a b | b"},
      {"message beside", in_sub(message("m"), false), "@m @m", "a b b | a b b"},
      {"the subprocess waits for those beside", in_sub(message("m"), false), "@m a", "a b | b"},
      {"and is left after them", in_sub(message("m"), false), "@m a b", "a b c | c"},
      {"not any more after the subprocess", in_sub(message("m"), false), "a @m", "a c | c"},
      {"signal", in_sub(signal("p"), true), "#p", "a b | b"},
      {"condition", in_sub(condition("x = 1"), true), "x=1", "a b | b"},
      {"timer", in_sub(timer("PT1H"), true), "+", "a b | b"},
      {"cycle beside", in_sub(timer("R2/PT1H"), false), "+ +", "a b b | a b b"},
      {"error", in_sub(error("E"), true), "a!E b", "a b c | c"},
      {"error: another's", in_sub(error("E"), true), "a!F", "a | failed F"},
      {"of the process", start() + user("a") + flows("s a") + event_sub("v", start("vs", error("E")) + user("b") + flows("vs b")), "a!E b", "a b | completed"},
      {"its own error goes outwards", start() + sub("u", start("i") + user("a") + flows("i a") + event_sub("v", start("vs", error("E")) + user("b") + flows("vs b"))) + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "a!E b!E", "a b c | c"},
      {"the boundary of the whole stays while it runs", start() + sub("u", start("i") + user("a") + flows("i a") + event_sub("v", start("vs", message("m")) + user("b") + flows("vs b"))) + boundary("x", "u", message("n")) + user("c") + flows("s u, x c"), "@m @n", "a b c | c"},
      {"and its timer", start() + sub("u", start("i") + user("a") + flows("i a") + event_sub("v", start("vs", error("E")) + user("b") + flows("vs b"))) + boundary("x", "u", timer("PT1H")) + user("c") + flows("s u, x c"), "a!E +", "a b c | c"},
  };
  check(rows);
}

TEST(ErrorEnd, IsCaughtByTheNearest) {
  const auto thrower = start("i") + task("a") + end("ie", error("E")) + flows("i a ie");
  const auto nested = sub("u", start("us") + sub("w", start("ws") + sub("y", thrower) + flows("ws y")) + flows("us w"));
  const Row rows[] = {
      {"uncaught", start() + nested + user("z") + flows("s u z"), "", "a | failed E"},
      {"at the outer boundary", start() + nested + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "", "a c | c"},
      {"its companions end", start() + sub("u", start("i") + parallel("g") + user("b") + end("ie", error("E")) + flows("i g b, g ie")) + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "", "b c | c"},
      {"in an event subprocess of the process", start() + nested + flows("s u") + event_sub("v", start("vs", error("E")) + user("b") + flows("vs b")), "", "a b | b"},
      {"the nearest catches first", start() + sub("u", thrower + event_sub("v", start("vs", error("E")) + user("b") + flows("vs b"))) + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "", "a b | b"},
      {"at the process's own level", start() + task("a") + end("e", error("E")) + flows("s a e"), "", "a | failed E"},
      {"one instance of several ends all", start() + sub("u", start("i") + user("a") + exclusive("g", "ok") + end("ok") + end("ie", error("E")) + flows("i a g ok") + flow("g", "ie", "bad") + times("3")) + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "a:bad=true", "a a a c | c"},
  };
  check(rows);
  const auto called = process("q", start("qs") + task("a") + end("qe", error("E")) + flows("qs a qe"));
  EXPECT_EQ(play_file(file(process("p", start() + call("k", "q") + boundary("x", "k", error("E")) + user("c") + flows("s k, x c")) + called)), "a c | c");
  EXPECT_EQ(play_file(file(process("p", start() + call("k", "q") + user("c") + flows("s k c")) + called)), "a | failed E");
}

TEST(Escalation, InterruptsOrNot) {
  const auto inside = start("i") + throwing("t", escalation("G")) + user("a") + flows("i t a");
  const auto own = [](bool interrupting) { return event_sub("v", start("vs", escalation("G"), fmt::format("isInterrupting=\"{}\"", interrupting)) + user("b") + flows("vs b")); };
  const Row rows[] = {
      {"nobody hears it", start() + sub("u", inside) + flows("s u"), "", "a | a"},
      {"at the boundary", start() + sub("u", inside) + boundary("x", "u", escalation("G")) + user("c") + flows("s u, x c"), "", "c | c"},
      {"at the boundary, beside", start() + sub("u", inside) + boundary("x", "u", escalation("G"), false) + user("c") + flows("s u, x c"), "", "c a | a c"},
      {"another code", start() + sub("u", inside) + boundary("x", "u", escalation("H")) + user("c") + flows("s u, x c"), "", "a | a"},
      {"any code", start() + sub("u", inside) + boundary("x", "u", escalation()) + user("c") + flows("s u, x c"), "", "c | c"},
      {"an end event throws", start() + sub("u", start("i") + user("a") + end("ie", escalation("G")) + flows("i a ie")) + boundary("x", "u", escalation("G"), false) + user("b") + user("c") + flows("s u b, x c"), "a", "a c b | b c"},
      {"an event subprocess beside", start() + sub("u", inside + own(false)) + flows("s u"), "", "b a | a b"},
      {"an event subprocess that interrupts ends who threw it", start() + sub("u", inside + own(true)) + flows("s u"), "", "b | b"},
      {"of the process itself", inside + own(true), "", "b | b"},
  };
  check(rows);
}

TEST(Terminate, EndsItsOwn) {
  const auto inside = start("i") + parallel("g") + user("a") + user("b") + end("ie", terminate) + flows("i g a ie, g b");
  const Row rows[] = {
      {"a process", inside, "a", "a b | terminated"},
      {"a subprocess only", start() + parallel("h") + sub("u", inside) + user("c") + user("d") + flows("s h u c, h d"), "a", "d a b c | c d"},
      {"one instance only", start() + sub("u", inside + times("2")) + user("c") + flows("s u c"), "a", "a b a b | a b"},
  };
  check(rows);
  EXPECT_EQ(play_file(file(process("p", start() + call("k", "q") + user("c") + flows("s k c")) + process("q", inside)), "a"), "a b c | c");
}

TEST(Signals, AreHeardWithin) {
  const Row rows[] = {
      {"thrown and caught in one process", start() + parallel("g") + catching("x", signal("p")) + user("a") + user("b") + throwing("t", signal("p")) + user("c") + flows("s g x a, g b t c"), "b", "b c a | a c"},
      {"thrown before anybody waits: lost", start() + throwing("t", signal("p")) + catching("x", signal("p")) + user("a") + flows("s t x a"), "", " | "},
      {"an end event throws", start() + parallel("g") + catching("x", signal("p")) + user("a") + user("b") + end("e", signal("p")) + flows("s g x a, g b e"), "b", "b a | a"},
      {"at the boundary of what it is thrown in", start() + sub("u", start("i") + throwing("t", signal("p")) + user("a") + flows("i t a")) + boundary("x", "u", signal("p")) + user("c") + flows("s u, x c"), "", "c | c"},
  };
  check(rows);
}

TEST(Messages, AreSentWithTheirKey) {
  Case one(read(file(process("p", start() + throwing("t", message("m", "serial")) + catching("c", message("n", "serial")) + user("a") + flows("s t c a")))));
  ASSERT_TRUE(one.begin({{"serial", "A7"}}));
  ASSERT_EQ(one.effects.thrown.size(), 1u);
  EXPECT_EQ(one.effects.thrown[0].name, "m#A7");
  ASSERT_TRUE(one.take("@n#B1"));
  EXPECT_FALSE(one.effects.heard);
  ASSERT_TRUE(one.take("@n#A7"));
  EXPECT_TRUE(one.effects.heard);
  EXPECT_EQ(one.waits_for(), "a");
}

TEST(StartEvents, ByMessageSignalOrGateway) {
  const auto whole = file(process("p", start("s1", message("m")) + start("s2", signal("p")) + user("a") + user("b") + flows("s1 a, s2 b")) +
                          process("q", race("g", "instantiate=\"true\" eventGatewayType=\"Exclusive\"") + catching("m1", message("m")) + catching("n1", message("n")) + user("c") + user("d") + flows("g m1 c, g n1 d")) +
                          process("r", race("h", "instantiate=\"true\" eventGatewayType=\"Parallel\"") + catching("m2", message("m")) + catching("n2", message("n")) + user("f") + user("k") + flows("h m2 f, h n2 k")));
  struct Begin {
    const char *process, *at, *word, *waits;
  };
  for (const auto& row : {Begin{"p", "s1", "", "a"}, {"p", "s2", "", "b"}, {"q", "n1", "@m", "d"}, {"r", "n2", "", "k"}, {"r", "n2", "@m", "f k"}}) {
    SCOPED_TRACE(row.at);
    Case one(read(whole));
    ASSERT_TRUE(one.begin({}, row.process, row.at));
    ASSERT_TRUE(*row.word == 0 || one.take(row.word));
    EXPECT_EQ(one.waits_for(), row.waits);
  }
  Case plain(read(whole));
  EXPECT_EQ(plain.begin().error().key, "casework.no_start");
  EXPECT_EQ(plain.begin({}, "p", "m1").error().key, "casework.no_start");
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
