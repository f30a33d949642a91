#include "rules/regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/analyse.h"
#include "rules/asked.h"
#include "rules/compile.h"
#include "rules/testing.h"

namespace jiaoji::rules {
namespace {

std::shared_ptr<const Compiled> compiled(const std::vector<std::string>& inputs, const std::vector<std::vector<std::string>>& rows) {
  std::string body;
  for (const auto& name : inputs) body += input(name, "number");
  auto model = read_model(definitions(body + decision("d", inputs, table("UNIQUE", inputs, rows))));
  EXPECT_TRUE(model) << model.error().detail.en;
  std::vector<Model> models;
  models.push_back(*std::move(model));
  return *Compiled::of(std::move(models));
}

// Box by box it took a minute, and the budget did not see it: boxes of many constants are wide.
TEST(Regions, AColumnOfThousandsOfConstantsIsCheckedToItsEnd) {
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 3'000; ++i) {
    const auto from = std::to_string(i), until = std::to_string(i + 1);
    if (i != 777) rows.push_back({"[" + from + ".." + until + ")", from});
  }
  const auto model = compiled({"x"}, rows);
  const auto found = check(*table_in(*model->find("d")), 5'000'000);
  EXPECT_EQ(found.why.en, "");
  std::vector<std::string> gaps;
  for (const auto& gap : found.gaps) gaps.push_back(gap.tests[0]);
  EXPECT_THAT(gaps, testing::UnorderedElementsAre("< 0, [777..778), >= 3000"));
}

// What is left of a box, point by point.
RC_GTEST_PROP(Regions, RemainderIsWhatNoOtherHolds, ()) {
  const auto side = [] { return "[" + std::to_string(*rc::gen::inRange(0, 4)) + ".." + std::to_string(*rc::gen::inRange(4, 8)) + ")"; };
  std::vector<std::vector<std::string>> rows;
  const auto count = *rc::gen::inRange(1, 7);
  for (int i = 0; i < count; ++i) rows.push_back({*rc::gen::arbitrary<bool>() ? side() : "-", *rc::gen::arbitrary<bool>() ? side() : "-", *rc::gen::arbitrary<bool>() ? side() : "-", "1"});
  const auto model = compiled({"x", "y", "z"}, rows);
  Opaque why;
  const auto& table = *table_in(*model->find("d"));
  const auto space = Space::of({&table}, why);
  const auto boxes = space->boxes(table);
  std::vector<const Box*> others;
  for (const auto& box : boxes) others.push_back(&box);
  Budget budget{1'000'000};
  const auto left = remainder(*space, space->all(), others, budget);
  RC_ASSERT(left.has_value());
  Volume points = 0;
  for (const auto& piece : *left) {
    RC_ASSERT(!space->empty(piece));
    for (const auto& box : boxes) RC_ASSERT(!space->overlap(piece, box));
    for (const auto& other : *left) RC_ASSERT(&other == &piece || !space->overlap(piece, other));
    points += *volume(*space, piece);
  }
  // Counted the slow way: each point of atoms once.
  Volume outside = 0;
  const auto& d = space->dimensions();
  for (std::size_t x = 0; x < d[0].atoms(); ++x)
    for (std::size_t y = 0; y < d[1].atoms(); ++y)
      for (std::size_t z = 0; z < d[2].atoms(); ++z) {
        Box point(space->all().size());
        const std::size_t at[] = {x, y, z};
        for (std::size_t i = 0; i < 3; ++i) point[d[i].first_word + at[i] / 64] |= std::uint64_t{1} << (at[i] % 64);
        bool held = !space->within(point, space->all());
        for (const auto& box : boxes) held = held || space->overlap(point, box);
        outside += !held;
      }
  RC_ASSERT(points == outside);
}

}  // namespace
}  // namespace jiaoji::rules
