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
  std::string deploy(const std::string& inside, const std::string& attributes = "", const std::string& declared = "") {
    const auto bpmn = R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" name="x" targetNamespace="urn:x">)" + declared + R"(<process id="p" isExecutable="true")" + attributes + ">" + inside + "</process></definitions>";
    std::string id;
    write([&](store::Writer& writer) -> Result<void> {
      TRY(const auto drafted, casework.draft(writer, officer, {.program = "", .name = "流程", .city = kJinan, .bpmn = bpmn}));
      TRY_VOID(casework.deploy(writer, officer, drafted.id, drafted.version));
      id = drafted.id;
      return {};
    });
    return id;
  }
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

}  // namespace
}  // namespace jiaoji::casework
