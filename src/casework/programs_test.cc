// The procedures that the product carries, run by the engine alone.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "casework/advance.h"
#include "casework/timer.h"

namespace jiaoji::casework {
namespace {

namespace fs = std::filesystem;
constexpr TimeMs kDayMs = 86'400'000;

Procedure carried(const std::string& program) {
  std::stringstream text;
  text << std::ifstream(std::string(JIAOJI_PROGRAMS) + "/" + program + "/" + program + ".bpmn").rdbuf();
  const auto reading = read_procedure(text.str());
  EXPECT_TRUE(reading && reading->problems.empty()) << program;
  return reading->procedure;
}

std::vector<std::string> open_tasks(const Procedure& procedure, const State& state) {
  std::vector<std::string> out;
  for (const auto& item : state.items) {
    if (item.kind == Item::Kind::task) out.push_back(procedure.nodes[static_cast<std::size_t>(item.node)].id);
  }
  return out;
}

State done(const Procedure& procedure, const State& state, const std::string& element, Variables variables, TimeMs now) {
  const auto item = std::ranges::find_if(state.items, [&](const Item& one) { return one.kind == Item::Kind::task && procedure.nodes[static_cast<std::size_t>(one.node)].id == element; });
  EXPECT_NE(item, state.items.end()) << element;
  auto next = advance(procedure, state, {.kind = Event::Kind::complete, .item = item->id, .name = {}, .variables = std::move(variables)}, now);
  EXPECT_TRUE(next) << (next ? "" : next.error().detail.en);
  return next->state;
}

// Fires what is due until then.
State until(const Procedure& procedure, State state, TimeMs now) {
  for (;;) {
    const auto wait = std::ranges::find_if(state.waits, [&](const Wait& one) { return one.trigger == Trigger::timer && one.due <= now; });
    if (wait == state.waits.end()) return state;
    auto next = advance(procedure, state, {.kind = Event::Kind::timer, .item = wait->id, .name = {}, .variables = {}}, now);
    EXPECT_TRUE(next) << (next ? "" : next.error().detail.en);
    state = next->state;
  }
}

TEST(Programs, EveryProcedureCanBeDeployed) {
  int found = 0;
  for (const auto& file : fs::recursive_directory_iterator(JIAOJI_PROGRAMS)) {
    if (file.path().extension() != ".bpmn") continue;
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const auto reading = read_procedure(text.str());
    ASSERT_TRUE(reading) << file.path();
    for (const auto& problem : reading->problems) ADD_FAILURE() << file.path() << ": " << problem.element << " " << problem.text.en;
    ++found;
  }
  EXPECT_GE(found, 4);
}

TEST(Programs, RemindersComeAtSevenFourteenAndTwentyOneDaysAndAbandonmentOnlyAfterFortyFive) {
  const auto procedure = carried("enterprise-service");
  auto state = advance(procedure, {}, {.kind = Event::Kind::start, .container = procedure.find_process("enterprise-service"), .name = {}, .variables = {}}, 0)->state;
  state = done(procedure, state, "assign", {}, 0);
  EXPECT_THAT(open_tasks(procedure, until(procedure, state, 7 * kDayMs - 1)), testing::ElementsAre("solve"));
  state = until(procedure, state, 7 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::UnorderedElementsAre("solve", "remind7"));
  state = until(procedure, state, 21 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::UnorderedElementsAre("solve", "remind7", "remind14", "remind21"));
  EXPECT_THAT(open_tasks(procedure, until(procedure, state, 45 * kDayMs - 1)), testing::Contains("solve"));
  state = until(procedure, state, 45 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::UnorderedElementsAre("remind7", "remind14", "remind21", "abandon"));
  const auto again = done(procedure, state, "abandon", {{"继续协调", true}}, 46 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, again), testing::Contains("solve"));
  state = done(procedure, state, "abandon", {{"继续协调", false}}, 46 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::UnorderedElementsAre("remind7", "remind14", "remind21"));
}

TEST(Programs, ACommitmentThatIsNotSignedGoesTheOrdinaryWay) {
  const auto procedure = carried("eia-commitment");
  const Surroundings surroundings{.decide = [](const std::string&, const Variables&) -> Result<feel::Value> { return feel::Value("告知承诺"); }, .workdays = [](std::int64_t days, TimeMs now) -> Result<Due> { return Due{.at = now + days * kDayMs, .first = 0, .again = 0, .interval = {}, .deadline = {}}; }};
  auto state = advance(procedure, {}, {.kind = Event::Kind::start, .container = procedure.find_process("eia-commitment"), .name = {}, .variables = {}}, 0, surroundings)->state;
  EXPECT_THAT(open_tasks(procedure, state), testing::ElementsAre("commit"));
  EXPECT_THAT(open_tasks(procedure, until(procedure, state, 10 * kDayMs)), testing::ElementsAre("evaluate"));
  state = done(procedure, state, "commit", {{"承诺", true}}, kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::UnorderedElementsAre("review", "announce"));
  state = done(procedure, done(procedure, state, "announce", {}, kDayMs), "review", {{"材料齐全", true}}, kDayMs);
  state = until(procedure, done(procedure, state, "approve", {{"同意", true}}, kDayMs), 62 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::ElementsAre("check"));
  state = done(procedure, state, "check", {{"承诺属实", false}, {"核查记录", "x"}}, 63 * kDayMs);
  EXPECT_THAT(open_tasks(procedure, state), testing::ElementsAre("revoke"));
}

}  // namespace
}  // namespace jiaoji::casework
