// What goes wrong leaves the case as it stood: Case::step holds that, and the right event works afterwards.
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

Case begun(const string& inside, const Variables& variables = {}) {
  Case one(read(file(process("p", inside))));
  if (const auto went = one.begin(variables); !went) throw std::runtime_error(went.error().detail.en);
  return one;
}

TEST(Errors, LeaveTheCaseAsItStood) {
  const auto gateway = start() + user("a") + exclusive("g") + user("b") + user("c") + flows("s a g") + flow("g", "b", "x > 5") + flow("g", "c", "x < 0");
  struct Wrong {
    const char* name;
    string inside, word, key, says, then, waits;
  };
  const Wrong rows[] = {
      {"no condition holds", gateway, "a:x=3", "casework.no_path", "\"g\"", "a:x=6", "b"},
      {"a condition about what is not known", gateway, "a", "casework.condition", "not known yet: x", "a:x=6", "b"},
      {"a condition that gives a number", start() + user("a") + exclusive("g", "c") + user("b") + user("c") + flows("s a g c") + flow("g", "b", "x"), "a:x=3", "casework.condition", "not number", "a:x=true", "b"},
      {"an inclusive gateway without a way", start() + user("a") + inclusive("g") + user("b") + user("c") + flows("s a g") + flow("g", "b", "x = 1") + flow("g", "c", "x = 2"), "a:x=3", "casework.no_path", "\"g\"", "a:x=1", "b"},
      {"a task without a way", start() + user("a") + user("b") + flows("s a") + flow("a", "b", "x = 1"), "a:x=3", "casework.no_path", "\"a\"", "a:x=1", "b"},
      {"an endless loop", start() + user("a") + exclusive("g", "b") + user("b") + task("w") + flows("s a g b, w g") + flow("g", "w", "x > 5"), "a:x=9", "casework.endless", "g → w → g → w", "a:x=0", "b"},
      {"a loop that never ends", start() + user("a") + task("t", loop("x > 5")) + user("b") + flows("s a t b"), "a:x=9", "casework.endless", "loops", "a:x=0", "b"},
      {"a task that is not there", gateway, "z", "casework.no_task", "completed or cancelled", "a:x=6", "b"},
      {"a receive task is not completed by hand", start() + receive("r", "m") + user("b") + flows("s r b"), "r", "casework.no_task", "", "@m", "b"},
      {"nor failed", start() + receive("r", "m") + user("b") + flows("s r b"), "r!E", "casework.no_task", "", "@m", "b"},
      {"too many instances", start() + user("a") + user("b", times("n")) + flows("s a b"), "a:n=1001", "casework.instances", "0 to 1000", "a:n=1", "b"},
      {"part of an instance", start() + user("a") + user("b", times("n")) + flows("s a b"), "a:n=1.5", "casework.instances", "1.5", "a:n=1", "b"},
      {"fewer than none", start() + user("a") + user("b", times("n")) + flows("s a b"), "a:n=-1", "casework.instances", "-1", "a:n=1", "b"},
      {"a list that is none", start() + user("a") + user("b", each("l", "i")) + flows("s a b"), "a:l=7", "casework.instances", "\"l\"", "a:l=[1]", "b"},
      {"a script that gives no context", start() + user("a") + script("t", "x") + user("b") + flows("s a t b"), "a:x=1", "casework.script", "context", "a:x={y:1}", "b"},
      {"a timer of a value that is no time", start() + user("a") + catching("t", "<timerEventDefinition><timeDuration>=wait</timeDuration></timerEventDefinition>") + user("b") + flows("s a t b"), "a:wait=true", "casework.timer", "no time", "a:wait=\"PT1H\"", ""},
      {"working days without a calendar", start() + user("a") + exclusive("g", "b") + user("b") + catching("t", "<timerEventDefinition><timeDuration>5 workdays</timeDuration></timerEventDefinition>") + flows("s a g b") + flow("g", "t", "x"), "a:x=true", "casework.timer", "calendar", "a:x=false", "b"},
      {"a boundary timer that cannot be set", start() + user("a") + user("b") + boundary("t", "b", "<timerEventDefinition><timeDate>=when</timeDate></timerEventDefinition>") + user("c") + flows("s a b, t c"), "a", "casework.timer", "null", "a:when=\"2027-03-01\"", "b"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto one = begun(row.inside);
    const auto before = json::write(to_json(one.state));
    const auto went = one.take(row.word);
    ASSERT_FALSE(went);
    EXPECT_EQ(went.error().key, row.key);
    EXPECT_THAT(went.error().detail.en, testing::HasSubstr(row.says));
    EXPECT_FALSE(went.error().detail.zh.empty());
    EXPECT_EQ(json::write(to_json(one.state)), before);
    const auto then = one.take(row.then);
    EXPECT_TRUE(then) << then.error().detail.en;
    EXPECT_EQ(one.waits_for(), row.waits);
  }
}

TEST(Errors, OfTasks) {
  auto one = begun(start() + user("a") + user("b") + catching("t", timer("PT1H")) + flows("s a b t"));
  const auto a = one.state.items.back().id;
  const auto complete = [&](ItemId item, Event::Kind kind = Event::Kind::complete) { return one.step({.kind = kind, .item = item, .name = {}, .variables = {}}); };
  EXPECT_EQ(complete(one.state.items.front().id).error().key, "casework.no_task");  // the case itself
  EXPECT_TRUE(complete(a));
  EXPECT_EQ(complete(a).error().key, "casework.no_task");
  EXPECT_EQ(complete(a, Event::Kind::fail).error().key, "casework.no_task");
  EXPECT_EQ(complete(a, Event::Kind::timer).error().key, "casework.no_wait");
  EXPECT_EQ(complete(4711).error().key, "casework.no_task");
  ASSERT_TRUE(one.take("b"));
  const auto wait = one.state.waits.at(0);
  EXPECT_EQ(wait.due, one.now + 3'600'000);
  EXPECT_EQ(complete(wait.item).error().key, "casework.no_task");  // an event
  EXPECT_EQ(complete(wait.id, Event::Kind::timer).error().key, "casework.not_due");
  one.now = wait.due;
  EXPECT_TRUE(complete(wait.id, Event::Kind::timer));
  EXPECT_EQ(one.waits_for(), "completed");
}

TEST(Errors, OfMessagesThatNobodyWaitsFor) {
  auto one = begun(start() + user("a") + flows("s a"));
  const auto before = json::write(to_json(one.state));
  for (const auto* word : {"@m:x=1", "#p:x=1"}) {
    ASSERT_TRUE(one.take(word));
    EXPECT_FALSE(one.effects.heard);
    EXPECT_EQ(json::write(to_json(one.state)), before);
  }
}

TEST(Errors, OfACaseThatEnded) {
  for (const auto& inside : {start() + end() + flows("s e"), start() + end("e", terminate) + flows("s e"), start() + end("e", error("E")) + flows("s e")}) {
    auto one = begun(inside);
    EXPECT_TRUE(one.state.items.empty() && one.state.waits.empty() && one.state.arrived.empty());
    for (const auto* word : {"a", "a!E", "x=1", "@m", "#p"}) EXPECT_EQ(one.take(word).error().key, "casework.ended") << word;
    EXPECT_EQ(one.step({.kind = Event::Kind::timer, .item = 1, .name = {}, .variables = {}}).error().key, "casework.ended");
    EXPECT_EQ(one.begin().error().key, "casework.started");
  }
}

TEST(Errors, OfTheBeginning) {
  Case one(read(file(process("p", start() + sub("u", start("i") + user("a") + flows("i a")) + flows("s u")))));
  for (const Index container : {kNone, 1, 99}) EXPECT_EQ(one.step({.kind = Event::Kind::start, .container = container, .name = {}, .variables = {}}).error().key, "casework.no_start");
  EXPECT_EQ(one.take("a").error().key, "casework.ended");
  EXPECT_TRUE(one.begin());
  EXPECT_EQ(one.begin().error().key, "casework.started");
}

TEST(Errors, OfAStateThatIsNoneOfTheProcedure) {
  auto one = begun(start() + user("a") + boundary("x", "a", condition("y = 1")) + flows("s a"));
  const auto kept = json::write(to_json(one.state));
  ASSERT_TRUE(read_state(*json::parse(kept), one.procedure()));
  const std::pair<string, string> wrong[] = {{"\"running\"", "\"walking\""}, {R"("parent":1)", R"("parent":7)"}, {R"("parent":1,)", ""}, {R"("node":1)", R"("node":99)"}, {R"("node":1)", R"("node":-2)"}, {R"("node":1)", R"("node":0.5)"}, {R"("trigger":6)", R"("trigger":99)"}, {R"("node":2)", R"("node":1)"}, {R"("container":0)", R"("container":3)"}, {R"("last_id":3)", R"("last_id":1)"}};
  for (const auto& [from, to] : wrong) {
    auto text = kept;
    const auto at = text.find(from);
    ASSERT_NE(at, string::npos) << from << " in " << kept;
    const auto read_again = read_state(*json::parse(text.replace(at, from.size(), to)), one.procedure());
    EXPECT_FALSE(read_again) << text;
  }
}

TEST(Timers, AreDue) {
  struct Time {
    const char *name, *text, *dues;  // of a boundary event beside a task, from 2027-01-15T16:00+08:00
  };
  const Time rows[] = {
      {"a date", "2027-02-01T09:00:00+08:00", "2027-02-01T09:00:00+08:00"},
      {"a date without a zone is China's", "2027-02-01T09:00:00", "2027-02-01T09:00:00+08:00"},
      {"a date that has passed", "2020-02-01T09:00:00+08:00", "2027-01-15T16:00:00+08:00"},
      {"days", "P3DT2H", "2027-01-18T18:00:00+08:00"},
      {"months", "P1M", "2027-02-15T16:00:00+08:00"},
      {"a year", "P1Y", "2028-01-15T16:00:00+08:00"},
      {"a cycle with a count", "R2/P1D", "2027-01-16T16:00:00+08:00 2027-01-17T16:00:00+08:00"},
      {"a cycle without end", "R/PT12H", "2027-01-16T04:00:00+08:00 2027-01-16T16:00:00+08:00 2027-01-17T04:00:00+08:00 2027-01-17T16:00:00+08:00"},
      {"a cycle with a beginning", "R2/2027-02-01T09:00:00+08:00/P1D", "2027-02-01T09:00:00+08:00 2027-02-02T09:00:00+08:00"},
      {"a cycle at the ends of months", "R/2027-01-31T09:00:00+08:00/P1M", "2027-01-31T09:00:00+08:00 2027-02-28T09:00:00+08:00 2027-03-31T09:00:00+08:00 2027-04-30T09:00:00+08:00"},
      {"a cycle that began long ago keeps its hour", "R/2026-01-01T09:00:00+08:00/P1D", "2027-01-15T16:00:00+08:00 2027-01-16T09:00:00+08:00 2027-01-17T09:00:00+08:00 2027-01-18T09:00:00+08:00"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto one = begun(start() + user("a") + boundary("x", "a", row.text[0] == '2' ? "<timerEventDefinition><timeDate>" + string(row.text) + "</timeDate></timerEventDefinition>" : timer(row.text), false) + task("b") + flows("s a, x b"));
    std::vector<string> dues;
    while (dues.size() < 4 && !one.state.waits.empty()) {
      const auto at = feel::DateTime::at(static_cast<__int128>(one.state.waits[0].due) * 1'000'000, *feel::Zone::offset(8 * 3600));
      dues.push_back(feel::spelling(feel::Value(*at)));
      ASSERT_TRUE(one.next_timer());
    }
    EXPECT_EQ(fmt::format("{}", fmt::join(dues, " ")), row.dues);
  }
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
