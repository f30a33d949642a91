// Cases in a store, with a clock that the test sets: what days, weeks and a restart do to them.
#include "casework/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "casework/holidays_shipped.h"
#include "region/records.h"
#include "store/testing.h"

namespace jiaoji::casework {
namespace {

constexpr const char* kJinan = "370100";
constexpr TimeMs kMonday = 1'772'413'200'000;  // 2 March 2026, 9 o'clock in Jinan
constexpr TimeMs kDay = 86'400'000;

class Cases : public ::testing::Test {
 protected:
  Cases() : db(open()), casework(clock, shipped_calendar().value()) {
    write([&](store::Writer& writer) { return region::put_place(writer, {.code = kJinan, .parent = "", .name = "济南市", .name_en = "Jinan", .lon = 117.1, .lat = 36.7}); });
  }
  std::unique_ptr<store::Database> open() {
    store::Options options;
    options.path = store.path(), options.clock = &clock;
    return *store::open_sqlite(options);
  }

  template <class Body>
  void write(Body body) {
    const auto done = db->write([&](store::Writer& writer) -> Result<void> { return body(writer); });
    ASSERT_TRUE(done) << done.error().key << ": " << done.error().detail.en;
  }
  static std::string bpmn(const std::string& inside, const std::string& attributes, const std::string& declared) {
    return R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" name="x" targetNamespace="urn:x">)" + declared + R"(<process id="p" isExecutable="true")" + attributes + ">" + inside + "</process></definitions>";
  }
  Result<std::string> try_deploy(const std::string& text) {
    std::string id;
    TRY_VOID(db->write([&](store::Writer& writer) -> Result<void> {
      TRY(const auto drafted, casework.draft(writer, officer, {.program = "", .name = "流程", .city = kJinan, .bpmn = text}));
      TRY_VOID(casework.deploy(writer, officer, drafted.id, drafted.version));
      id = drafted.id;
      return {};
    }));
    return id;
  }
  std::string deploy(const std::string& inside, const std::string& attributes = "", const std::string& declared = "") {
    const auto id = try_deploy(bpmn(inside, attributes, declared));
    EXPECT_TRUE(id) << id.error().detail.en;
    return id.value_or("");
  }
  std::string refused(const std::string& inside) {
    const auto id = try_deploy(bpmn(inside, "", ""));
    return id ? "deployed" : id.error().key;
  }
  std::vector<std::string> numbers();
  CaseRow begin(const std::string& procedure) {
    CaseRow row;
    write([&](store::Writer& writer) -> Result<void> {
      TRY(row, casework.open(writer, officer, {.procedure = procedure, .process = "", .title = "件", .party = "", .city = "", .answers = {}}));
      return {};
    });
    return row;
  }
  CaseView read(const std::string& id) {
    CaseView view;
    const auto done = db->read([&](store::Reader& reader) -> Result<void> {
      TRY(view, casework.read_case(reader, officer, id));
      return {};
    });
    EXPECT_TRUE(done) << done.error().detail.en;
    return view;
  }
  void complete(const std::string& id, const std::string& element, json::Object answers = {}) {
    for (const auto& task : read(id).tasks) {
      if (task.node == element && task.closed_at == 0) return write([&](store::Writer& writer) -> Result<void> {
        TRY_VOID(casework.complete(writer, officer, task.id, answers));
        return {};
      });
    }
    FAIL() << element << " is not open";
  }
  std::vector<std::string> open_tasks(const std::string& id) {
    std::vector<std::string> out;
    for (const auto& task : read(id).tasks) {
      if (task.closed_at == 0) out.push_back(task.node);
    }
    return out;
  }
  int fire() { return casework.fire_due(*db, 1000).value(); }

  store::TestStore store;
  ManualClock clock{kMonday};
  std::unique_ptr<store::Database> db;
  Service casework;
  const region::Actor officer{.account = "acc_1", .name = "", .role = region::Role::officer, .city = kJinan, .party = ""};
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const char* const kFlows = R"(<sequenceFlow id="f1" sourceRef="s" targetRef="fork"/><sequenceFlow id="f2" sourceRef="fork" targetRef="judge"/><sequenceFlow id="f3" sourceRef="fork" targetRef="mend"/><sequenceFlow id="f4" sourceRef="judge" targetRef="e"/><sequenceFlow id="f5" sourceRef="mend" targetRef="e2"/>)";

// Five working days to judge; while the applicant mends materials the clock stands still, and so does the timer.
TEST_F(Cases, ATimerOfWorkingDaysStandsStillWithTheClock) {
  const auto id = begin(deploy(std::string(R"(<startEvent id="s"/><parallelGateway id="fork"/><userTask id="judge"/><userTask id="mend" jiaoji:suspends="补正"/><endEvent id="e"/><endEvent id="e2"/>
    <boundaryEvent id="late" attachedToRef="judge" cancelActivity="false"><timerEventDefinition><timeDuration>5 workdays</timeDuration></timerEventDefinition></boundaryEvent><userTask id="urge"/><endEvent id="e3"/>
    <sequenceFlow id="g1" sourceRef="late" targetRef="urge"/><sequenceFlow id="g2" sourceRef="urge" targetRef="e3"/>)") + kFlows)).id;
  clock.advance(30 * kDay);
  EXPECT_EQ(fire(), 0);
  EXPECT_THAT(open_tasks(id), UnorderedElementsAre("judge", "mend"));
  complete(id, "mend");  // Wednesday 1 April; all five days are left: Thursday, Friday, then 清明 off on Monday, to Thursday 9 April
  clock.advance(7 * kDay);
  EXPECT_EQ(fire(), 0);
  clock.advance(2 * kDay);
  EXPECT_EQ(fire(), 1);
  EXPECT_THAT(open_tasks(id), UnorderedElementsAre("judge", "urge"));
}

TEST_F(Cases, ATimerAtWhatStopsTheClockRunsOn) {
  const auto id = begin(deploy(std::string(R"(<startEvent id="s"/><parallelGateway id="fork"/><userTask id="judge"/><userTask id="mend" jiaoji:suspends="补正"/><endEvent id="e"/><endEvent id="e2"/>
    <boundaryEvent id="late" attachedToRef="mend"><timerEventDefinition><timeDuration>5 workdays</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="e3"/><sequenceFlow id="g1" sourceRef="late" targetRef="e3"/>)") + kFlows)).id;
  clock.advance(8 * kDay);
  EXPECT_EQ(fire(), 1);
  EXPECT_THAT(open_tasks(id), ElementsAre("judge"));
}

std::vector<std::string> Cases::numbers() {
  std::vector<std::string> out;
  EXPECT_TRUE(db->read([&](store::Reader& reader) -> Result<void> {
    TRY(const auto rows, casework.cases(reader, officer, {}));
    for (const auto& row : rows) out.push_back(row.number);
    return {};
  }));
  return out;
}

// Every Monday at nine a case, also for a week in which the server was down, and none twice.
TEST_F(Cases, ATimerOpensCases) {
  const auto id = deploy(R"(<startEvent id="s"><timerEventDefinition><timeCycle>R3/P7D</timeCycle></timerEventDefinition></startEvent><userTask id="a"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/>)");
  const auto due = [&] { return casework.start_due_cases(*db, 100).value(); };
  EXPECT_EQ(due(), 0);
  clock.advance(7 * kDay);
  EXPECT_EQ(due(), 1);
  EXPECT_EQ(due(), 0);
  clock.advance(8 * kDay);
  EXPECT_EQ(due(), 1);
  clock.advance(6 * kDay);
  EXPECT_EQ(due(), 1);
  clock.advance(70 * kDay);
  EXPECT_EQ(due(), 0);
  EXPECT_THAT(numbers(), ElementsAre("370100-2026-000003", "370100-2026-000002", "370100-2026-000001"));
  EXPECT_THAT(open_tasks(numbers()[0]), ElementsAre("a"));
}

// What was missed comes once; a version that is put in force again goes on where the timer stood, and does not fire what had passed.
TEST_F(Cases, ATimerDoesNotCatchUpNorBeginAgain) {
  const std::string rest = R"(<userTask id="a"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/>)";
  const auto timer = [&](const std::string& kind, const std::string& says) { return R"(<startEvent id="s"><timerEventDefinition><)" + kind + ">" + says + "</" + kind + "></timerEventDefinition></startEvent>" + rest; };
  const auto due = [&] { return casework.start_due_cases(*db, 100).value(); };
  deploy(timer("timeDate", "2026-01-01T08:00:00+08:00"));
  EXPECT_EQ(due(), 0);
  deploy(timer("timeCycle", "R/2026-01-05T08:00:00+08:00/P7D"));
  EXPECT_EQ(due(), 0);
  clock.advance(30 * kDay);
  EXPECT_EQ(due(), 1);
  EXPECT_EQ(due(), 0);
  const auto weekly = deploy(timer("timeCycle", "R2/P7D"));
  clock.advance(7 * kDay);
  EXPECT_EQ(due(), 2);
  write([&](store::Writer& writer) -> Result<void> {
    TRY(const auto found, find_procedure(writer, weekly));
    TRY(const auto changed, casework.change(writer, officer, weekly, found->version, {.name = std::nullopt, .bpmn = bpmn(timer("timeCycle", "R2/P7D"), "", ""), .visibility = std::nullopt}));
    TRY_VOID(casework.deploy(writer, officer, weekly, changed.version));
    return {};
  });
  clock.advance(7 * kDay);
  EXPECT_EQ(due(), 2);  // the last of the two, and the other procedure's
  clock.advance(7 * kDay);
  EXPECT_EQ(due(), 1);
}

// Moved to a version in which nothing stands the clock still any more, it runs on.
TEST_F(Cases, AMovedCaseDoesNotStandStillForEver) {
  const auto text = [&](const char* suspends) { return std::string(R"(<startEvent id="s"/><parallelGateway id="fork"/><userTask id="judge" jiaoji:due="5 workdays"/><userTask id="mend")") + suspends + R"(/><endEvent id="e"/><endEvent id="e2"/>)" + kFlows; };
  const auto procedure = deploy(text(R"( jiaoji:suspends="补正")"));
  const auto id = begin(procedure).id;
  clock.advance(kDay);
  write([&](store::Writer& writer) -> Result<void> {
    TRY(const auto found, find_procedure(writer, procedure));
    TRY(const auto changed, casework.change(writer, officer, procedure, found->version, {.name = std::nullopt, .bpmn = bpmn(text(""), "", ""), .visibility = std::nullopt}));
    TRY_VOID(casework.deploy(writer, officer, procedure, changed.version));
    TRY_VOID(casework.move(writer, officer, procedure));
    return {};
  });
  for (const auto& task : read(id).tasks) {
    EXPECT_TRUE(task.node != "judge" || task.due_at < kNoDue);
  }
}

// A case that was opened before states kept the number gets it when it moves: draws need it.
TEST_F(Cases, AMovedCaseCanDraw) {
  const auto text = [](const char* draw) { return std::string(R"(<startEvent id="s"/><userTask id="a"/><scriptTask id="x" jiaoji:result="r")") + draw + R"(><script>1</script></scriptTask><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="x"/><sequenceFlow id="f3" sourceRef="x" targetRef="e"/>)"; };
  const auto procedure = deploy(text(""));
  const auto id = begin(procedure).id;
  write([&](store::Writer& writer) -> Result<void> {
    TRY(auto row, find_case(writer, id));
    auto state = read(id).state;
    state.number.clear();
    TRY(row->state, keep(state));
    row->version += 1;
    TRY_VOID(update_case(writer, *row));
    TRY(const auto found, find_procedure(writer, procedure));
    TRY(const auto changed, casework.change(writer, officer, procedure, found->version, {.name = std::nullopt, .bpmn = bpmn(text(R"( jiaoji:draw="d")"), "", ""), .visibility = std::nullopt}));
    TRY_VOID(casework.deploy(writer, officer, procedure, changed.version));
    TRY_VOID(casework.move(writer, officer, procedure));
    return {};
  });
  complete(id, "a");
  EXPECT_EQ(read(id).row.outcome, "completed");
}

TEST_F(Cases, AMessageFromOutsideOpensACase) {
  const auto procedure = deploy(R"(<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent><userTask id="a"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/>)", "", R"(<message id="m" name="来信"/>)");
  MessageRow row;
  const auto send = [&](const region::Actor& actor, const char* id) { write([&](store::Writer& writer) -> Result<void> { TRY(row, casework.send(writer, actor, {.id = id, .name = "来信", .key = "", .case_number = "", .procedure = procedure, .variables = {{"内容", feel::Value("异味")}}})); return {}; }); };
  send(officer, "1");
  EXPECT_EQ(row.state + " " + row.case_number, "delivered 370100-2026-000001");
  send(officer, "1");
  EXPECT_EQ(row.case_number, "370100-2026-000001");
  auto elsewhere = officer;
  elsewhere.city = "370200", elsewhere.account = "acc_2";
  EXPECT_FALSE(db->write([&](store::Writer& writer) -> Result<void> {
    TRY_VOID(casework.send(writer, elsewhere, {.id = "1", .name = "来信", .key = "", .case_number = "", .procedure = procedure, .variables = {}}));
    return {};
  }));  // an officer opens at the own counter
  EXPECT_THAT(numbers(), ElementsAre("370100-2026-000001"));
}

// Ten days to do it in: amber when a fifth is left; at once, when in six closed cases it took twelve.
TEST_F(Cases, ATaskTurnsAmberBeforeItIsLate) {
  const auto procedure = deploy(R"(<startEvent id="s"/><userTask id="a" jiaoji:due="P10D"/><userTask id="b"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="e"/>)");
  const auto why = [&](const std::string& id) {
    std::optional<Text> out;
    EXPECT_TRUE(db->read([&](store::Reader& reader) -> Result<void> {
      const auto view = read(id);
      TRY(out, casework.amber(reader, procedure, view.tasks[0], view.row.due_at));
      return {};
    }));
    return out ? out->en : "";
  };
  const auto before = begin(procedure).id;
  clock.advance(7 * kDay);
  EXPECT_EQ(why(before), "");
  clock.advance(kDay + kDay / 2);
  EXPECT_EQ(why(before), "the term is almost over");
  for (int i = 0; i < 6; ++i) {
    const auto id = begin(procedure).id;
    clock.advance(12 * kDay);
    complete(id, "a");
    complete(id, "b");
  }
  const auto after = begin(procedure).id;
  EXPECT_EQ(why(after), "nine in ten took up to 10.0 workdays at this step: that is too late here");
  clock.advance(14 * kDay);
  EXPECT_EQ(why(after), "");  // late: the date says so itself
}

TEST_F(Cases, NothingStartsByACondition) {
  EXPECT_EQ(refused(R"(<startEvent id="s"><conditionalEventDefinition><condition>a</condition></conditionalEventDefinition></startEvent><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="e"/>)"), "procedure.condition_start");
}

}  // namespace
}  // namespace jiaoji::casework
