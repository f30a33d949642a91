// Tokens along flows: gateways, joins, conditions, quantities.
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

TEST(Flows, LeadOn) {
  const Row rows[] = {
      {"a sequence", start() + user("a") + task("b") + user("c") + end() + flows("s a b c e"), "a c", "a b c | completed"},
      {"no start event: what no flow leads to begins", user("a") + user("b"), "b a", "a b | completed"},
      {"two start events", start("s1") + start("s2") + user("a") + user("b") + flows("s1 a, s2 b"), "a", "a b | b"},
      {"two flows from a task are a split", start() + task("a") + user("b") + user("c") + flows("s a b, a c"), "", "a b c | b c"},
      {"two flows into a task run it twice", start() + parallel("g") + user("a") + flows("s g") + flow("g", "a") + R"(<sequenceFlow id="again" sourceRef="g" targetRef="a"/>)", "a", "a a | a"},
      {"conditions after a task: each that holds", start() + user("a") + user("b") + user("c") + user("d") + flows("s a, a d") + flow("a", "b", "x > 1") + flow("a", "c", "x > 5"), "a:x=3", "a d b | b d"},
      {"the default after a task: none holds", start() + user("a", "", "default=\"a_c\"") + user("b") + user("c") + flows("s a, a c") + flow("a", "b", "x > 5"), "a:x=3", "a c | c"},
      {"the default after a task: one holds", start() + user("a", "", "default=\"a_c\"") + user("b") + user("c") + flows("s a, a c") + flow("a", "b", "x > 5"), "a:x=7", "a b | b"},
      {"a start quantity waits for its tokens", start() + parallel("g") + user("a") + user("b") + task("c", "", "startQuantity=\"2\"") + flows("s g a c, g b c"), "b", "a b | a"},
      {"a start quantity is reached", start() + parallel("g") + user("a") + user("b") + task("c", "", "startQuantity=\"2\"") + flows("s g a c, g b c"), "b a", "a b c | completed"},
      {"a start quantity that never comes", start() + task("c", "", "startQuantity=\"2\"") + flows("s c"), "", " | stuck:c"},
      {"a completion quantity", start() + user("a", "", "completionQuantity=\"3\"") + user("b") + flows("s a b"), "a b", "a b b b | b b"},
      {"a link", start() + task("a") + throwing("t", link("L")) + catching("c", link("L")) + user("b") + flows("s a t, c b"), "", "a b | b"},
  };
  check(rows);
}

TEST(ExclusiveGateway, TakesOne) {
  const auto split = start() + user("a") + exclusive("g", "d") + user("b") + user("c") + user("d") + flows("s a g d") + flow("g", "b", "x > 5") + flow("g", "c", "x > 1");
  const Row rows[] = {
      {"the first that holds, in the order of the file", split, "a:x=9", "a b | b"},
      {"the second", split, "a:x=3", "a c | c"},
      {"the default", split, "a:x=0", "a d | d"},
      {"merges without waiting", start() + parallel("g") + task("a") + task("b") + exclusive("j") + user("c") + flows("s g a j c, g b j"), "c", "a b c c | c"},
      {"one flow needs no condition", start() + exclusive("g") + user("a") + flows("s g a"), "", "a | a"},
  };
  check(rows);
}

TEST(ParallelGateway, WaitsForAll) {
  const auto pair = start() + parallel("g") + user("a") + user("b") + parallel("j") + user("c") + end() + flows("s g a j c e, g b j");
  const Row rows[] = {
      {"waits", pair, "a", "a b | b"},
      {"goes on once", pair, "b a", "a b c | c"},
      {"the other order", pair, "a b c", "a b c | completed"},
      {"a second token on one flow stands for the next round", start() + parallel("g") + user("a", "", "completionQuantity=\"2\"") + user("b", "", "completionQuantity=\"2\"") + parallel("j") + user("c") + flows("s g a j c, g b j"), "a b", "a b c c | c c"},
      {"two tokens on one flow are not one on each", start() + parallel("g") + user("a", "", "completionQuantity=\"2\"") + user("b") + parallel("j") + user("c") + flows("s g a j c, g b j"), "a", "a b | b"},
      {"and one of them is left behind", start() + parallel("g") + user("a", "", "completionQuantity=\"2\"") + user("b") + parallel("j") + task("c") + flows("s g a j c, g b j"), "a b", "a b c | stuck:j"},
      {"a token that never comes", start() + exclusive("g", "a") + task("a") + task("b") + parallel("j") + flows("s g a j, b j") + flow("g", "b", "false"), "", "a | stuck:j"},
      {"joins and splits at once", start() + parallel("g") + task("a") + task("b") + parallel("j") + user("c") + user("d") + flows("s g a j c, g b j d"), "", "a b c d | c d"},
  };
  check(rows);
}

TEST(InclusiveGateway, TakesAllThatHold) {
  const auto pair = start() + user("z") + inclusive("g", "c") + user("a") + user("b") + user("c") + inclusive("j") + user("d") + flows("s z g c j d, a j, b j") + flow("g", "a", "x > 1") + flow("g", "b", "x > 2");
  const Row rows[] = {
      {"one", pair, "z:x=2 a", "z a d | d"},
      {"two, waits", pair, "z:x=3 b", "z a b | a"},
      {"two, both", pair, "z:x=3 b a", "z a b d | d"},
      {"the default", pair, "z:x=0 c", "z c d | d"},
  };
  check(rows);
}

TEST(InclusiveJoin, AsksWhatCanStillCome) {
  const Row rows[] = {
      {"a boundary error bypasses the join", start() + parallel("g") + user("a") + user("b") + boundary("x", "a", error("E")) + user("c") + inclusive("j") + user("d") + flows("s g a j d, g b j, x c"), "b a!E", "a b c d | c d"},
      {"a boundary event leads to the join", start() + parallel("g") + user("a") + user("b") + boundary("x", "a", error("E")) + user("c") + inclusive("j") + user("d") + flows("s g a j d, g b j, x c j"), "b a!E", "a b c | c"},
      {"and the join goes on after it", start() + parallel("g") + user("a") + user("b") + boundary("x", "a", error("E")) + user("c") + inclusive("j") + user("d") + flows("s g a j d, g b j, x c j"), "b a!E c", "a b c d | d"},
      {"the same flow taken twice: one after the other", start() + parallel("g") + user("a", "", "completionQuantity=\"2\"") + user("b") + inclusive("j") + user("d") + flows("s g a j d, g b j"), "a b", "a b d d | d d"},
      {"a token behind one that waits does not hold it", start() + parallel("g") + user("a") + user("b") + exclusive("m") + user("c") + inclusive("j") + user("d") + flows("s g a m c j d, g b m"), "a c", "a b c d | b d"},
      {"a loop back upstream of the join", start() + parallel("g") + exclusive("m") + user("a") + exclusive("r", "j") + user("b") + inclusive("j") + user("d") + flows("s g m a r j d, g b j") + flow("r", "m", "again"), "b a:again=true", "b a a | a"},
      {"and out of the loop", start() + parallel("g") + exclusive("m") + user("a") + exclusive("r", "j") + user("b") + inclusive("j") + user("d") + flows("s g m a r j d, g b j") + flow("r", "m", "again"), "b a:again=true a:again=false", "b a a d | d"},
      {"a loop back from behind the join", start() + exclusive("m") + parallel("g") + user("a") + user("b") + inclusive("j") + user("d") + exclusive("r", "e") + end() + flows("s m g a j d r e, g b j") + flow("r", "m", "again"), "a b d:again=true a b d:again=false", "a b d a b d | completed"},
      {"nested", start() + inclusive("g") + inclusive("h") + user("a") + user("b") + user("c") + inclusive("i") + inclusive("j") + user("d") + flow("s", "g") + flow("g", "h", "true") + flow("g", "c", "true") + flow("h", "a", "true") + flow("h", "b", "true") + flows("a i j d, b i, c j"), "c a", "c a b | b"},
      {"nested, all", start() + inclusive("g") + inclusive("h") + user("a") + user("b") + user("c") + inclusive("i") + inclusive("j") + user("d") + flow("s", "g") + flow("g", "h", "true") + flow("g", "c", "true") + flow("h", "a", "true") + flow("h", "b", "true") + flows("a i j d, b i, c j"), "c a b", "c a b d | d"},
      {"nested, the inner takes one", start() + inclusive("g") + inclusive("h") + user("a") + user("b") + user("c") + inclusive("i") + inclusive("j") + user("d") + flow("s", "g") + flow("g", "h", "true") + flow("g", "c", "true") + flow("h", "a", "true") + flow("h", "b", "false") + flows("a i j d, b i, c j"), "a c", "c a d | d"},
  };
  check(rows);
}

// Each waits for the other's token: by the letter of the standard for ever. The first that was reached goes.
TEST(InclusiveJoin, TwoThatWaitForOneAnother) {
  const auto ring = parallel("g") + user("a") + user("b") + inclusive("j") + inclusive("k") + task("c") + task("d") + exclusive("x", "e1") + exclusive("y", "e2") + end("e1") + end("e2") + flow("x", "k", "false") + flow("y", "j", "false");
  const Row rows[] = {
      {"alone", start() + ring + flows("s g a j c x e1, g b k d y e2"), "a b", "a b c d | completed"},
      {"beside a task that cannot reach them", start() + ring + user("z") + flows("s g a j c x e1, g b k d y e2, g z"), "a b", "a b z c d | z"},
  };
  check(rows);
}

TEST(ComplexGateway, FiresOnce) {
  const auto two_of_three = start() + parallel("g") + user("a") + user("b") + user("c") + element("complexGateway", "j", "<activationCondition>activationCount >= 2</activationCondition>") + user("d") + flows("s g a j d, g b j, g c j");
  const Row rows[] = {
      {"not before", two_of_three, "a", "a b c | b c"},
      {"at the second", two_of_three, "c a", "a b c d | b d"},
      {"not again", two_of_three, "c a b", "a b c d | d"},
      {"and it is over", two_of_three, "c a b d", "a b c d | completed"},
  };
  check(rows);
}

TEST(EventGateway, TheFirstWins) {
  const auto race_of = start() + race("g") + catching("m1", message("m")) + catching("t1", timer("PT1H")) + catching("p1", signal("p")) + receive("r", "n") + catching("c1", condition("x = 3")) + user("a") + user("b") + user("c") + user("d") + user("f") + flows("s g m1 a, g t1 b, g p1 c, g r d, g c1 f");
  const Row rows[] = {
      {"the message", race_of, "@m", "a | a"},
      {"the timer", race_of, "+", "b | b"},
      {"the signal", race_of, "#p", "c | c"},
      {"a receive task", race_of, "@n", "d | d"},
      {"a condition", race_of, "x=3", "f | f"},
      {"what comes later is heard by nobody", race_of, "#p @m @n x=3 c", "c | completed"},
  };
  check(rows);
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
