// Activities: instances, loops, calls, compensation, transactions; what they know and leave behind.
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

string many(const string& activity) { return start() + activity + user("z") + flows("s a z"); }

TEST(MultiInstance, Rows) {
  const Row rows[] = {
      {"parallel", many(user("a", times("3"))), "", "a a a | a a a"},
      {"parallel, all", many(user("a", times("3"))), "a a a", "a a a z | z"},
      {"sequential", many(user("a", times("3", true))), "a", "a a | a"},
      {"sequential, all", many(user("a", times("3", true))), "a a a", "a a a z | z"},
      {"none", many(user("a", times("0"))), "", "z | z"},
      {"without waiting", many(task("a", times("3"))), "", "a a a z | z"},
      {"receive tasks", many(receive("a", "m", times("2"))), "@m", "a a | a"},
      {"receive tasks, all", many(receive("a", "m", times("2"))), "@m @m", "a a z | z"},
      {"enough: the others are cancelled", many(user("a", times("3", false, "numberOfCompletedInstances = 2"))), "a a", "a a a z | z"},
      {"enough, in sequence", many(user("a", times("3", true, "numberOfCompletedInstances >= 2"))), "a a", "a a z | z"},
      {"those that are to run still are active", many(task("a", times("3", false, "numberOfActiveInstances = 0"))), "", "a a a z | z"},
      {"of all", many(user("a", times("4", false, "numberOfCompletedInstances / numberOfInstances >= 0.5"))), "a a", "a a a a z | z"},
      {"a message at the boundary ends all", start() + user("a", times("3")) + boundary("x", "a", message("m")) + user("z") + flows("s a, x z"), "a @m", "a a a z | z"},
      {"a message beside leaves all", start() + user("a", times("2")) + boundary("x", "a", message("m"), false) + user("z") + flows("s a, x z"), "@m", "a a z | a a z"},
      {"subprocesses", start() + sub("u", start("i") + user("a") + user("b") + flows("i a b") + times("2")) + user("z") + flows("s u z"), "a b a b", "a a b b z | z"},
      {"a transaction of several is cancelled as a whole", start() + transaction("u", start("i") + user("a") + end("c", cancel) + flows("i a c") + times("2")) + boundary("x", "u", cancel) + user("b") + user("z") + flows("s u b, x z"), "a", "a a z | z"},
  };
  check(rows);
}

TEST(MultiInstance, GathersInTheOrderOfCompletion) {
  Case one(read(file(process("p", start() + user("a", each("cities", "city", "answers", "answer")) + user("z") + flows("s a z")))));
  ASSERT_TRUE(one.begin({{"cities", value_of(R"(["Jinan", "Qingdao", "Yantai"])")}}));
  const auto complete = [&](std::size_t which, const char* answer) {
    std::vector<ItemId> open;
    for (const auto& item : one.state.items) {
      if (item.kind == Item::Kind::task) open.push_back(item.id);
    }
    return one.step({.kind = Event::Kind::complete, .item = open.at(which), .name = {}, .variables = {{"answer", answer}}}).has_value();
  };
  EXPECT_TRUE(complete(2, "third") && complete(0, "first") && complete(0, "second"));
  EXPECT_EQ(json::write(to_json(one.state.items[0].variables)), R"({"cities":["Jinan","Qingdao","Yantai"],"answers":["third","first","second"]})");
}

TEST(Variables, WhoKnowsWhat) {
  struct Known {
    const char* name;
    string whole, words, expected;
  };
  const auto one = [](const string& inside) { return file(process("p", inside)); };
  const auto q = process("q", start("qs") + script("b", "{x: x + 1}") + user("c") + end("qe") + flows("qs b c qe"));
  const Known rows[] = {
      {"a script sets each entry", one(start() + script("a", "{y: x + 1, w: [x]}") + user("z") + flows("s a z")), "", R"({"x":1,"y":2,"w":[1]})"},
      {"a script with a result", one(start() + script("a", "x + 1", "", "j:result=\"y\"") + user("z") + flows("s a z")), "", R"({"x":1,"y":2})"},
      {"dates are texts", one(start() + script("a", "date(\"2026-10-01\")", "", "j:result=\"y\"") + user("z") + flows("s a z")), "", R"({"x":1,"y":"2026-10-01"})"},
      {"a task's outcome", one(start() + user("a") + user("z") + flows("s a z")), "a:y=5", R"({"x":1,"y":5})"},
      {"a message's", one(start() + catching("a", message("m")) + user("z") + flows("s a z")), "@m:y=5", R"({"x":1,"y":5})"},
      {"each instance by its list", one(start() + script("a", "{y: y + [i * 10]}", each("l", "i")) + user("z") + flows("s a z")), "", R"(casework.instances)"},
      {"items gathered", one(start() + script("l", "{l: [1, 2, 3]}") + script("a", "{o: i * 10 + loopCounter}", each("l", "i", "out", "o")) + user("z") + flows("s l a z")), "", R"({"x":1,"l":[1,2,3],"out":[11,22,33]})"},
      {"of no element, an empty list", one(start() + script("l", "{l: []}") + user("a", each("l", "i", "out", "o")) + user("z") + flows("s l a z")), "", R"({"x":1,"l":[],"out":[]})"},
      {"an instance keeps its item", one(start() + script("l", "{l: [1, 2]}") + script("a", "{i: 9, k: loopCounter}", each("l", "i")) + user("z") + flows("s l a z")), "", R"({"x":1,"l":[1,2],"k":2})"},
      {"a called process reads and gives back", file(process("p", start() + call("k", "q") + user("z") + flows("s k z")) + q), "c", R"({"x":2})"},
      {"what it changes is its own until then", file(process("p", start() + call("k", "q") + user("z") + flows("s k z")) + q), "", R"({"x":1})"},
      {"it does not undo what others changed meanwhile", file(process("p", start() + parallel("g") + call("k", "q") + user("d") + user("z") + flows("s g k z, g d")) + q), "d:y=7 c", R"({"x":2,"y":7})"},
      {"nor what it never touched", file(process("p", start() + parallel("g") + script("n", "{y: 0}") + call("k", "q") + user("d") + user("z") + flows("s n g k z, g d")) + q), "d:y=7 c", R"({"x":2,"y":7})"},
      {"its item stays with it", file(process("p", start() + script("l", "{l: [5, 6]}") + call("k", "r", each("l", "i", "out", "o")) + user("z") + flows("s l k z")) + process("r", start("rs") + script("b", "{o: i + 1}") + flows("rs b"))), "", R"({"x":1,"l":[5,6],"out":[6,7]})"},
      {"a global task is called", file(process("p", start() + call("k", "gt") + user("z") + flows("s k z")) + R"(<globalScriptTask id="gt"><script>{y: x + 4}</script></globalScriptTask>)"), "", R"({"x":1,"y":5})"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(variables_after(row.whole, row.words, {{"x", 1}}), row.expected);
  }
}

TEST(Decisions, AreAskedOfTheSurroundings) {
  const auto inside = start() + decide("a", "fees#fee", "fee") + user("z") + flows("s a z");
  const Surroundings asks{.decide = [](const string& decision, const Variables& variables) -> Result<feel::Value> { return feel::Value(decision + ":" + feel::spelling(variables.at(0).second)); }, .workdays = {}};
  EXPECT_EQ(variables_after(file(process("p", inside)), "", {{"x", 1}}, asks), R"({"x":1,"fee":"fees#fee:1"})");
  EXPECT_EQ(play(inside), " | casework.decision");
}

TEST(Loops, Rows) {
  const Row rows[] = {
      {"while it holds", many(user("a", loop("again"))), "a:again=true a:again=true a:again=false", "a a a z | z"},
      {"at most", many(user("a", loop("", "loopMaximum=\"2\""))), "a a", "a a z | z"},
      {"tested before, never", many(user("a", loop("false", "testBefore=\"true\""))), "", "z | z"},
      {"by its counter", many(task("a", loop("loopCounter < 3"))), "", "a a a z | z"},
      {"by its counter, tested before", many(task("a", loop("loopCounter < 3", "testBefore=\"true\""))), "", "a a a z | z"},
      {"a boundary event ends it", start() + user("a", loop("true")) + boundary("x", "a", message("m")) + user("z") + flows("s a, x z"), "a a @m", "a a a z | z"},
  };
  check(rows);
}

string ad_hoc(const string& attributes, const string& done_when = "") {
  const auto condition = done_when.empty() ? "" : "<completionCondition>" + escaped(done_when) + "</completionCondition>";
  return start() + element("adHocSubProcess", "u", user("a") + user("b") + user("c") + condition, attributes) + user("z") + flows("s u z");
}

TEST(AdHoc, Rows) {
  const Row rows[] = {
      {"all at once", ad_hoc(""), "", "a b c | a b c"},
      {"over when all are done", ad_hoc(""), "b a c", "a b c z | z"},
      {"one after the other", ad_hoc("ordering=\"Sequential\""), "a b", "a b c | c"},
      {"enough", ad_hoc("", "enough = true"), "a b:enough=true", "a b c z | z"},
      {"enough, one after the other", ad_hoc("ordering=\"Sequential\"", "enough = true"), "a:enough=true", "a z | z"},
      {"enough, but those that run may end", ad_hoc("cancelRemainingInstances=\"false\"", "enough = true"), "a:enough=true", "a b c | b c"},
  };
  check(rows);
}

TEST(Compensation, UndoesLastFirst) {
  const auto two = user("a") + undone_by("a", "A") + user("b") + undone_by("b", "B");
  const auto nested = start() + sub("u", start("i") + user("a") + undone_by("a", "A") + user("b") + undone_by("b", "B") + flows("i a b")) + user("c") + undone_by("c", "C");
  const Row rows[] = {
      {"thrown on the way", start() + two + throwing("t", compensation()) + user("z") + flows("s a b t z"), "a b", "a b B A z | z"},
      {"thrown at the end", start() + two + end("e", compensation()) + flows("s a b e"), "a b", "a b B A | completed"},
      {"of one activity", start() + two + throwing("t", compensation("a")) + user("z") + flows("s a b t z"), "a b", "a b A z | z"},
      {"only what was done", start() + parallel("g") + two + throwing("t", compensation()) + user("z") + flows("s g a t z, g b"), "a", "a b A z | b z"},
      {"once", start() + two + throwing("t", compensation()) + throwing("t2", compensation()) + user("z") + flows("s a b t t2 z"), "a b", "a b B A z | z"},
      {"nothing to undo", start() + throwing("t", compensation()) + user("z") + flows("s t z"), "", "z | z"},
      {"a subprocess's inside, in its place", nested + throwing("t", compensation()) + user("z") + flows("s u c t z"), "a b c", "a b c C B A z | z"},
      {"of the subprocess by its id", nested + throwing("t", compensation("u")) + user("z") + flows("s u c t z"), "a b c", "a b c B A z | z"},
      {"the subprocess has its own way", nested + undone_by("u", "U") + throwing("t", compensation()) + user("z") + flows("s u c t z"), "a b c", "a b c C U z | z"},
      {"inside of several instances", start() + sub("u", start("i") + user("a") + undone_by("a", "A") + flows("i a") + times("2")) + throwing("t", compensation()) + user("z") + flows("s u t z"), "a a", "a a A A z | z"},
      {"as often as it was done", start() + exclusive("m") + user("a") + undone_by("a", "A") + exclusive("r", "t") + throwing("t", compensation()) + user("z") + flows("s m a r t z") + flow("r", "m", "again"), "a:again=true a:again=false", "a a A A z | z"},
      {"from an event subprocess, of what it stands in", start() + sub("u", start("i") + user("a") + undone_by("a", "A") + user("b") + flows("i a b") + event_sub("v", start("vs", error("E")) + throwing("t", compensation()) + user("c") + flows("vs t c"))) + flows("s u"), "a b!E", "a b A c | c"},
      {"what an event subprocess did", start() + sub("u", start("i") + user("a") + flows("i a") + event_sub("v", start("vs", message("m"), "isInterrupting=\"false\"") + user("b") + undone_by("b", "B") + flows("vs b"))) + throwing("t", compensation()) + user("z") + flows("s u t z"), "@m b a", "a b B z | z"},
      {"a user's task undoes", start() + user("a") + boundary("x", "a", compensation()) + user("A", "", "isForCompensation=\"true\"") + undo("x", "A") + throwing("t", compensation()) + user("z") + flows("s a t z"), "a", "a A | A"},
      {"and then it goes on", start() + user("a") + boundary("x", "a", compensation()) + user("A", "", "isForCompensation=\"true\"") + undo("x", "A") + throwing("t", compensation()) + user("z") + flows("s a t z"), "a A", "a A z | z"},
      {"who undoes fails and is caught: it goes on", start() + user("a") + boundary("x", "a", compensation()) + user("A", "", "isForCompensation=\"true\"") + boundary("y", "A", error("E")) + user("w") + undo("x", "A") + throwing("t", compensation()) + user("z") + flows("s a t z, y w"), "a A!E", "a A w z | w z"},
      {"not waited for", start() + user("a") + boundary("x", "a", compensation()) + user("A", "", "isForCompensation=\"true\"") + undo("x", "A") + throwing("t", compensation("", "waitForCompletion=\"false\"")) + user("z") + flows("s a t z"), "a", "a z A | A z"},
      {"by a loop that has nothing to do", start() + user("a") + boundary("x", "a", compensation()) + user("A", loop("false", "testBefore=\"true\""), "isForCompensation=\"true\"") + undo("x", "A") + throwing("t", compensation()) + user("z") + flows("s a t z"), "a", "a z | z"},
  };
  check(rows);
}

TEST(Transaction, IsCancelled) {
  const auto inside = start("i") + user("a") + undone_by("a", "A") + user("b") + undone_by("b", "B") + exclusive("g", "ok") + end("ok") + end("no", cancel) + flows("i a b g ok") + flow("g", "no", "refused");
  const auto whole = start() + transaction("u", inside) + boundary("x", "u", cancel) + user("c") + user("z") + flows("s u z, x c");
  const Row rows[] = {
      {"it ends well", whole, "a b:refused=false", "a b z | z"},
      {"it is undone, then the cancel event", whole, "a b:refused=true", "a b B A c | c"},
      {"a hazard: an error undoes nothing", start() + transaction("u", start("i") + user("a") + undone_by("a", "A") + user("b") + flows("i a b")) + boundary("x", "u", error("E")) + user("c") + flows("s u, x c"), "a b!E", "a b c | c"},
      {"after it is done it can be undone from outside", start() + transaction("u", start("i") + user("a") + undone_by("a", "A") + flows("i a")) + throwing("t", compensation()) + user("z") + flows("s u t z"), "a", "a A z | z"},
  };
  check(rows);
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
