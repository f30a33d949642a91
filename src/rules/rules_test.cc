#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/evaluate.h"
#include "rules/explain.h"
#include "rules/missing.h"
#include "rules/testing.h"

namespace jiaoji::rules {
namespace {

using feel::Value;

std::shared_ptr<const Compiled> compiled(const std::string& body) {
  auto model = read_model(definitions(body));
  EXPECT_TRUE(model) << model.error().detail.en;
  std::vector<Model> models;
  models.push_back(*std::move(model));
  auto out = Compiled::of(std::move(models));
  EXPECT_TRUE(out) << out.error().detail.en;
  return *out;
}

std::string decided(const Compiled& model, const std::string& decision, const std::string& inputs, bool unknown = false) {
  const auto context = feel::from_json(*json::parse(inputs));
  feel::Run run;
  const auto value = Evaluation(model, *context.context(), run, unknown).value(*model.find(decision));
  return value.unknown() ? "unknown" : feel::literal(value);
}

const std::string kRates = table("UNIQUE", {"年龄", "等级"}, {{"< 18", "-", "0"}, {">= 18", "\"A\", \"B\"", "10"}, {">= 18", "not(\"A\", \"B\")", "5"}});

TEST(Rules, DecidesByATable) {
  const auto model = compiled(input("年龄", "number") + input("等级", "string") + decision("费率", {"年龄", "等级"}, kRates));
  EXPECT_EQ(decided(*model, "费率", R"({"年龄": 17})"), "0");
  EXPECT_EQ(decided(*model, "费率", R"({"年龄": 18, "等级": "B"})"), "10");
  EXPECT_EQ(decided(*model, "费率", R"({"年龄": 18, "等级": "C"})"), "5");
  EXPECT_EQ(decided(*model, "费率", R"({"等级": "A"})"), "null");
}

TEST(Rules, AppliesEachHitPolicy) {
  const std::vector<std::vector<std::string>> rules = {{"> 0", "1"}, {"> 10", "3"}, {"> 20", "2"}};
  const struct { const char *policy, *aggregation, *at_15, *at_25, *at_minus; } rows[] = {
      {"UNIQUE", "", "null", "null", "null"}, {"FIRST", "", "1", "1", "null"}, {"PRIORITY", "", "3", "3", "null"}, {"RULE ORDER", "", "[1, 3]", "[1, 3, 2]", "null"}, {"OUTPUT ORDER", "", "[3, 1]", "[3, 2, 1]", "null"},
      {"COLLECT", "", "[1, 3]", "[1, 3, 2]", "[]"}, {"COLLECT", "SUM", "4", "6", "null"}, {"COLLECT", "MAX", "3", "3", "null"}, {"COLLECT", "MIN", "1", "1", "null"}, {"COLLECT", "COUNT", "2", "3", "0"}, {"ANY", "", "null", "null", "null"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.policy) + " " + row.aggregation);
    const auto model = compiled(input("x", "number") + decision("d", {"x"}, table(row.policy, {"x"}, rules, row.aggregation, "3, 2, 1")));
    EXPECT_EQ(decided(*model, "d", R"({"x": 15})"), row.at_15);
    EXPECT_EQ(decided(*model, "d", R"({"x": 25})"), row.at_25);
    EXPECT_EQ(decided(*model, "d", R"({"x": -1})"), row.at_minus);
  }
}

TEST(Rules, ADayThatDoesNotExistIsToldOfItsCell) {
  for (const auto* cell : {">= @\"2026-02-30\"", "[date(\"2026-01-01\")..date(\"2026-02-30\")]", "not(duration(\"P3\"))"}) {
    const auto model = compiled(input("日", "date") + decision("结果", {"日"}, table("FIRST", {"日"}, {{"-", "0"}, {cell, "1"}})));
    ASSERT_EQ(model->problems().size(), 1U) << cell;
    EXPECT_EQ(model->problems()[0].error.key, "model.no_such_day");
    EXPECT_EQ(model->problems()[0].pointer, "/rules/1/tests/0");
  }
  EXPECT_TRUE(compiled(input("日", "date") + decision("结果", {"日"}, table("FIRST", {"日"}, {{"@\"2028-02-29\", null", "date(\"2026-01-01\")"}})))->problems().empty());
}

// The round bracket of [1..2) closes the range, not the `not(`.
TEST(Rules, NotTakesHalfOpenRanges) {
  struct Row {
    const char *cell, *answers;  // for 0, 1, 1.5, 2, 3
  };
  const Row rows[] = {{"not([1..2))", "10011"}, {"not((1..2])", "11001"}, {"not(]1..2[)", "11011"}, {"not([1..2), 3)", "10010"}, {"not([1..2])", "10001"}, {"not([0, 3][2])", "11110"}, {"not([1..2[)", "10011"}};
  for (const auto& row : rows) {
    const auto model = compiled(input("甲", "number") + decision("结果", {"甲"}, table("FIRST", {"甲"}, {{row.cell, "1"}, {"-", "0"}})));
    std::string answers;
    for (const auto* number : {"0", "1", "1.5", "2", "3"}) {
      feel::Context inputs;
      inputs.put("甲", *Decimal::parse(number));
      feel::Run run;
      answers += feel::spelling(Evaluation(*model, inputs, run).value(*model->find("结果")));
    }
    EXPECT_EQ(answers, row.answers) << row.cell;
  }
}

TEST(Rules, ExplainsFromTheSameRun) {
  const auto model = compiled(input("年龄", "number") + input("等级", "string") + decision("费率", {"年龄", "等级"}, kRates));
  const auto context = feel::from_json(*json::parse(R"({"年龄": 20, "等级": "C"})"));
  feel::Run run;
  Trace trace;
  run.observer = &trace;
  EXPECT_EQ(feel::literal(Evaluation(*model, *context.context(), run).value(*model->find("费率"))), "5");
  ASSERT_EQ(trace.tables.size(), 1u);
  const auto& rules = trace.tables[0].rules;
  EXPECT_THAT((std::vector<bool>{rules[0].fired, rules[1].fired, rules[2].fired}), testing::ElementsAre(false, false, true));
  ASSERT_EQ(rules[1].failed.size(), 1u);
  EXPECT_EQ(rules[1].failed[0].input, 1u);
  EXPECT_EQ(feel::literal(rules[1].failed[0].saw), "\"C\"");
  EXPECT_THAT(in_words(trace, Language::zh), testing::HasSubstr("等级：要求 \"A\", \"B\"，实际 \"C\""));
}

TEST(Rules, SaysWhatIsCertainAndAsksForTheFewestFacts) {
  const auto model = compiled(input("年龄", "number") + input("等级", "string") + decision("费率", {"年龄", "等级"}, kRates));
  const auto missing = [&](const char* inputs) {
    const auto context = feel::from_json(*json::parse(inputs));
    feel::Run run;
    const auto value = Evaluation(*model, *context.context(), run, true).value(*model->find("费率"));
    return what_is_missing(*model, *model->find("费率"), *context.context(), value, {});
  };
  EXPECT_TRUE(missing(R"({"年龄": 10})").certain);
  EXPECT_EQ(feel::literal(missing(R"({"年龄": 10})").value), "0");
  EXPECT_THAT(missing(R"({"年龄": 20})").ask, testing::ElementsAre("等级"));
  EXPECT_THAT(missing("{}").depends_on, testing::ElementsAre("年龄", "等级"));
  EXPECT_THAT(missing("{}").ask, testing::ElementsAre("年龄"));  // under 18 settles it alone
}

TEST(Rules, CallsServicesAndKnowledge) {
  const auto model = compiled(input("x", "number") + knowledge("double", {{"n", "number"}}, "n * 2") + decision("twice", {"x"}, literal("double(x)"), {"double"}) + decision("plus", {"twice"}, literal("twice + 1")) +
                              "<decisionService name=\"s\" id=\"i_s\"><outputDecision href=\"#i_plus\"/><encapsulatedDecision href=\"#i_twice\"/><inputData href=\"#i_x\"/></decisionService>" + decision("asked", {}, literal("s(x: 20) + s(1)"), {"s"}));
  EXPECT_EQ(decided(*model, "plus", R"({"x": 3})"), "7");
  EXPECT_EQ(decided(*model, "s", R"({"x": 3})"), "7");
  EXPECT_EQ(decided(*model, "asked", "{}"), "44");
}

TEST(Rules, RefusesAModelWithThePlace) {
  const struct { const char* name; std::string xml; const char* key; const char* said; } rows[] = {
      {"malformed", "<definitions", "model.xml", "line 1"},
      {"billion laughs", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><definitions/>", "model.doctype", "DOCTYPE"},
      {"a character that would end a name", definitions("<description>a&#0;b</description>"), "model.xml", "a character that XML has not"},
      {"two roots", definitions("") + "\n<definitions/>", "model.xml", "line 2, column"},
      {"undeclared entity", definitions("<description>&secret;</description>"), "model.xml", "entity"},
      {"control character", definitions("<description>\x01</description>"), "model.xml", "control"},
      {"wrong namespace", "<definitions xmlns=\"urn:x\"/>", "model.namespace", "20230324"},
      {"wrong root", "<html/>", "model.element", "definitions"},
      {"invalid UTF-8", "<definitions \xff/>", "model.not_utf8", "UTF-8"},
      {"ragged rule", definitions(decision("d", {}, table("UNIQUE", {"1", "2"}, {{"-", "1"}}))), "model.ragged", "rule 1 has 1 input entries and should have 2"},
      {"unknown hit policy", definitions(decision("d", {}, table("BEST", {"1"}, {{"-", "1"}}))), "model.hit_policy", "BEST"},
      {"no output", definitions(decision("d", {}, "<decisionTable/>")), "model.element", "without an output"},
      {"no name", definitions("<decision id=\"x\"/>"), "model.name", "line"},
      {"missing requirement", definitions(decision("d", {"nothing"}, literal("1"))), "model.missing", "#i_nothing"},
      {"circle", definitions(decision("a", {"b"}, literal("b")) + decision("b", {"a"}, literal("a"))), "model.cycle", "in a circle"},
      {"name twice", definitions(input("a", "number") + "<inputData name=\"a\" id=\"other\"/>"), "model.twice", "twice"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto model = read_model(row.xml);
    std::optional<Error> error;
    if (!model) {
      error = model.error();
    } else {
      std::vector<Model> models;
      models.push_back(*std::move(model));
      if (auto ready = Compiled::of(std::move(models)); !ready) error = ready.error();
    }
    ASSERT_TRUE(error);
    EXPECT_EQ(error->key, row.key);
    EXPECT_THAT(error->detail.en, testing::HasSubstr(row.said));
  }
}

TEST(Rules, TellsOfTextsThatCannotBeUsed) {
  const struct { std::string body; const char *key, *said; } rows[] = {
      {decision("d", {}, literal("1 +")), "feel.syntax", "line 1, column 4"},
      {decision("d", {}, literal("x + 1")), "model.unknown_name", "\"x\""},
      {input("sum", "number"), "model.shadows", "built-in"},
      {decision("d", {}, table("UNIQUE", {"1"}, {{">", "1"}})), "feel.syntax", "too early"},
      {"<decision name=\"d\" id=\"d\"><variable name=\"d\" typeRef=\"tNothing\"/><literalExpression><text>1</text></literalExpression></decision>", "feel.syntax", "no type"},
      {"<businessKnowledgeModel name=\"j\" id=\"j\"><encapsulatedLogic kind=\"Java\"><formalParameter name=\"a\"/><context/></encapsulatedLogic></businessKnowledgeModel>", "model.external", "Java"},
  };
  for (const auto& row : rows) {
    const auto model = compiled(row.body);
    ASSERT_FALSE(model->problems().empty()) << row.body;
    EXPECT_EQ(model->problems()[0].error.key, row.key);
    EXPECT_THAT(model->problems()[0].error.detail.en, testing::HasSubstr(row.said));
  }
}

// The index finds exactly the rules whose cells all hold when asked one by one, whatever stands in the cells and whatever is asked.
RC_GTEST_PROP(Rules, FindsTheRulesThatMatch, ()) {
  const std::vector<std::string> cells = {"-", "1", "< 2", ">= 2", "[1..3)", "(1..3]", "not(1)", "1, 3", "\"A\"", "not(\"A\", \"B\")", "true", "null", "? > 1", "y", "> y", "date(\"2026-01-01\")", "< @\"2026-03-01\"", "[1, 2]", "(>= 2)", "@\"10:00:00\"", "> @\"10:00:00Z\"", "\"1\"", "string length(?) = 1"};
  const std::vector<Value> values = {Value(), Value(1), Value(2), Value(*Decimal::parse("1.5")), Value(3), Value("A"), Value("C"), Value(true), Value(*feel::Date::parse("2026-01-01")), Value(*feel::Time::parse("11:00:00")), Value(*feel::Time::parse("11:00:00Z")), Value(feel::List{Value(1)})};
  // Columns of one kind each are what the index is made for; a mixed one must be right, too.
  std::vector<std::vector<std::string>> rows;
  const auto count = *rc::gen::inRange<std::size_t>(1, 80);
  for (std::size_t i = 0; i < count; ++i) rows.push_back({cells[*rc::gen::inRange<std::size_t>(0, 8)], *rc::gen::elementOf(cells), std::to_string(i)});
  const auto model = compiled(input("x", "Any") + input("z", "Any") + input("y", "Any") + decision("d", {"x", "z", "y"}, table("COLLECT", {"x", "z"}, rows)));
  for (int i = 0; i < 10; ++i) {
    feel::Context context;
    for (const auto* name : {"x", "z", "y"}) context.put(name, *rc::gen::elementOf(values));
    feel::List expected;
    for (std::size_t rule = 0; rule < rows.size(); ++rule) {
      bool holds = true;
      for (std::size_t column = 0; column < 2; ++column) {
        feel::Run run;
        static std::map<std::string, feel::Expression> parsed;
        auto tests = parsed.find(rows[rule][column]);
        if (tests == parsed.end()) tests = parsed.emplace(rows[rule][column], *feel::parse_tests(rows[rule][column], {{"y"}, {}, {}})).first;
        holds = holds && feel::test(tests->second, std::vector{*context.find("y")}, *context.find(column == 0 ? "x" : "z"), run).is_true();
      }
      if (holds) expected.push_back(static_cast<std::int64_t>(rule));
    }
    feel::Run run;
    RC_ASSERT(feel::identical(Evaluation(*model, context, run).value(*model->find("d")), Value(expected)));
  }
}

// A local time is neither before nor after a zoned one: such a column has no order to be searched in, and is asked cell by cell.
TEST(Rules, FindsTheRulesOfLocalAndZonedTimes) {
  const auto model = compiled(input("x", "Any") + decision("d", {"x"}, table("COLLECT", {"x"}, {{"@\"10:00:00\"", "1"}, {"> @\"10:00:00Z\"", "2"}, {"-", "3"}})));
  feel::Context context;
  context.put("x", *feel::Time::parse("11:00:00Z"));
  feel::Run run;
  EXPECT_TRUE(feel::identical(Evaluation(*model, context, run).value(*model->find("d")), Value(feel::List{Value(2), Value(3)})));
}

// An output that is not known yet may turn out equal to the others, or the first of the order; what it depends on is told.
TEST(Rules, UnknownOutputsLeaveTheAnswerOpen) {
  const auto missing = [](const char* policy, const std::vector<std::vector<std::string>>& rows) {
    const auto model = compiled(input("甲", "number") + input("乙", "boolean") + decision("结果", {"甲", "乙"}, table(policy, {"乙"}, rows)));
    const feel::Context nothing;
    feel::Run run;
    const auto value = Evaluation(*model, nothing, run, true).value(*model->find("结果"));
    return what_is_missing(*model, *model->find("结果"), nothing, value, {}).depends_on;
  };
  EXPECT_THAT(missing("ANY", {{"-", "甲 + 1"}}), testing::ElementsAre("甲"));
  EXPECT_THAT(missing("ANY", {{"-", "甲 + 1"}, {"-", "1"}}), testing::ElementsAre("甲"));
  EXPECT_THAT(missing("PRIORITY", {{"-", "甲 + 1"}, {"-", "1"}}), testing::ElementsAre("甲"));
  EXPECT_THAT(missing("FIRST", {{"true", "2"}, {"-", "甲"}}), testing::ElementsAre("乙", "甲"));
  EXPECT_THAT(missing("FIRST", {{"true", "甲"}, {"-", "2"}}), testing::ElementsAre("乙", "甲"));
}

TEST(Rules, AnAnswerThatEqualsNothingIsStillTheOnlyOne) {
  const auto model = compiled(input("甲", "number") + decision("结果", {"甲"}, table("ANY", {"甲"}, {{"-", "function(x) x"}})));
  feel::Context inputs;
  inputs.put("甲", feel::Value(1));
  feel::Run run;
  EXPECT_TRUE(Evaluation(*model, inputs, run).value(*model->find("结果")).function() != nullptr);
  EXPECT_TRUE(run.notes.empty());
}

// JSON has no dates: what `to_json` writes as a text is read back by the type of the input.
TEST(Rules, TakesDatesFromTexts) {
  std::vector<Model> models;
  models.push_back(*read_model(definitions(input("成立日期", "date") + input("期限", "years and months duration") + input("名称", "string") +
                                           decision("满三年", {"成立日期", "期限", "名称"}, literal("成立日期 + 期限 <= date(\"2026-11-21\") and 名称 instance of string")))));
  const auto model = *Compiled::of(std::move(models));
  const auto given = [](const char* json) { return *feel::from_json(*json::parse(json)).context(); };
  const auto inputs = read_inputs(*model, given(R"({"成立日期": "2023-11-21", "期限": "P3Y", "名称": "2023-11-21"})"));
  ASSERT_TRUE(inputs) << inputs.error().detail.en;
  feel::Run run;
  EXPECT_TRUE(Evaluation(*model, *inputs, run).value(*model->find("满三年")).is_true());
  EXPECT_EQ(read_inputs(*model, given(R"({"成立日期": "2023-02-29"})")).error().key, "model.input_type");
}

TEST(Rules, ChecksInputsByType) {
  const auto model = compiled("<itemDefinition name=\"城市\"><typeRef>string</typeRef><allowedValues><text>\"济南\",\"青岛\"</text></allowedValues></itemDefinition>" + input("city", "城市") + input("day", "number"));
  const auto faults = [&](const char* inputs) {
    const auto context = feel::from_json(*json::parse(inputs));
    const auto checked = read_inputs(*model, *context.context());
    return checked ? 0u : checked.error().where.size();
  };
  EXPECT_EQ(faults(R"({"city": "济南", "day": 1})"), 0u);
  EXPECT_EQ(faults(R"({"city": "北京", "day": "x", "other": 1})"), 3u);
  EXPECT_EQ(faults(R"({"city": null, "day": [1]})"), 0u);  // a list of one is its element
}

}  // namespace
}  // namespace jiaoji::rules
