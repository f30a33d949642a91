// Decisions of other cities, and numbers that are drawn.
#include "casework/draw.h"

#include <fmt/format.h>

#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

// A task may name the city whose decision it is; what is optional is null where there is none.
TEST(Decisions, AreOfTheCityThatTheTaskNames) {
  const Surroundings asks{.decide = [](const string& decision, const Variables&) -> Result<feel::Value> {
    if (decision.starts_with("none")) return fail(Code::conflict, "casework.decision", {"", ""});
    return feel::Value(decision);
  }, .workdays = {}};
  const auto after = [&](const string& attributes) {
    const auto rule = element("businessRuleTask", "a", "", "j:result=\"y\" " + attributes);
    return variables_after(file(process("p", start() + rule + user("z") + flows("s a z"))), "", {{"x", "370200"}}, asks);
  };
  struct Row { const char* name; string attributes, expected; };
  const Row rows[] = {
      {"of a city", R"(j:decision="p/b#c" j:city="370100")", R"({"x":"370200","y":"p/b#c@370100"})"},
      {"of the city that a variable names", R"(j:decision="p/b#c" j:city="=x")", R"({"x":"370200","y":"p/b#c@370200"})"},
      {"of a city that nobody named", R"(j:decision="p/b#c" j:city="=z")", "casework.city"},
      {"none in force", R"(j:decision="none" j:optional="true")", R"({"x":"370200","y":null})"},
      {"none in force, though one must be", R"(j:decision="none")", "casework.decision"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(after(row.attributes), row.expected);
  }
}

TEST(Draws, AreMadeOfTheNumberTheElementAndTheMoment) {
  constexpr TimeMs at = 1'795'222'800'000;  // 2026-11-21T01:00:00.000Z
  EXPECT_EQ(drawn("370100-2026-000001", "sample", at).spelling(), "0.997942");
  EXPECT_EQ(drawn("370100-2026-000003", "sample", at).spelling(), "0.922824");
  EXPECT_NE(drawn("370100-2026-000001", "sample", at + 1).spelling(), "0.997942");
  // As many below as above, and none outside.
  int low = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto one = drawn(fmt::format("370100-2026-{:06}", i), "sample", at).approximate();
    ASSERT_TRUE(one >= 0 && one < 1) << i;
    low += one < 0.3;
  }
  EXPECT_NEAR(low, 3'000, 200);
}

TEST(Draws, AreOfScriptsAndDecisionsAlone) {
  const auto problems = [](const string& drawing) {
    const auto reading = read_procedure(file(process("p", start() + drawing + flows("s a"))));
    string out;
    for (const auto& one : reading->problems) out += one.key + " ";
    return out;
  };
  EXPECT_EQ(problems(element("scriptTask", "a", "<script>1</script>", R"(j:draw="d" j:result="r")")), "");
  EXPECT_EQ(problems(element("userTask", "a", "", R"(j:draw="d")")), "procedure.draw ");
  EXPECT_EQ(problems(element("endEvent", "a", "", R"(j:draw="d")")), "procedure.draw ");
  EXPECT_EQ(problems(element("scriptTask", "a", "<script>1</script><multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>", R"(j:draw="d" j:result="r")")), "procedure.draw ");
  EXPECT_EQ(problems(element("userTask", "a", "", R"(j:optional="true")")), "procedure.optional ");
}

// Without the number of the case nothing is drawn; with it the same after the state was kept and read.
TEST(Draws, NeedTheNumberOfTheCase) {
  const auto reading = read_procedure(file(process("p", start() + user("u") + element("scriptTask", "sample", "<script>d + 1</script>", R"(j:draw="d" j:result="r")") + user("z") + flows("s u sample z"))));
  ASSERT_TRUE(reading && reading->problems.empty());
  const auto& procedure = reading->procedure;
  for (const string number : {"", "370100-2026-000001"}) {
    const auto first = advance(procedure, {}, {.kind = Event::Kind::start, .container = 0, .name = number, .variables = {}}, 0);
    const auto kept = read_kept_state(*keep(first->state), procedure);
    ASSERT_TRUE(kept);
    const auto next = advance(procedure, *kept, {.kind = Event::Kind::complete, .item = kept->items.back().id, .name = {}, .variables = {}}, 0);
    if (number.empty()) EXPECT_EQ(next.error().key, "casework.draw");
    else EXPECT_EQ(json::write(to_json(next->state.variables())), R"({"d":0.994668,"r":1.994668})");
  }
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
