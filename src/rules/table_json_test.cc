#include "rules/table_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/testing.h"

namespace jiaoji::rules {
namespace {

Table table_read(const std::string& xml) {
  auto model = read_model(definitions(input("x", "number") + decision("d", {"x"}, xml)));
  EXPECT_TRUE(model) << model.error().detail.en;
  return *model->find("d")->logic->table;
}

TEST(TableJson, ComesBackAsItWas) {
  auto table_of_sums = table_read(table("COLLECT", {"x", "x + 1"}, {{"< 3", "-", "\"a\""}, {"[3..9)", "not(4)", "\"b\""}}, "SUM"));
  table_of_sums.annotations = {"why"};
  table_of_sums.outputs[0].otherwise = "\"c\"";
  table_of_sums.inputs[0].label = "years";
  table_of_sums.rules[0].annotations = {"because"};
  table_of_sums.rules[1].annotations = {""};
  table_of_sums.rules[1].id = "r2";
  table_of_sums.rules[1].source = {"Act", "3", "Jinan", "2026-01-01", ""};
  const auto again = read_table(to_json(table_of_sums), "");
  ASSERT_TRUE(again) << again.error().detail.en;
  EXPECT_EQ(json::write(to_json(*again)), json::write(to_json(table_of_sums)));
  EXPECT_EQ(again->inputs[1].label, "") << "a label that only repeats the expression is none";
  EXPECT_EQ(again->rules[1].source, table_of_sums.rules[1].source);
}

TEST(TableJson, TellsAllFaultsWithTheirPlaces) {
  const auto refused = read_table(*json::parse(R"({"hit_policy":"BEST","inputs":[{}],"outputs":[{}],"rules":[{"tests":[1],"outputs":[]},{"tests":["-"],"outputs":["1"],"more":1}]})"), "/tables/d");
  ASSERT_FALSE(refused);
  std::vector<std::string> places;
  for (const auto& one : refused.error().where) places.push_back(one.pointer);
  EXPECT_THAT(places, testing::UnorderedElementsAre("/tables/d/hit_policy", "/tables/d/inputs/0/expression", "/tables/d/rules/0/tests/0", "/tables/d/rules/0/outputs", "/tables/d/rules/1/more"));
}

}  // namespace
}  // namespace jiaoji::rules
