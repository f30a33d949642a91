// What is refused at deployment, by element; and what common tools draw, which is read.
#include "casework/rows_testing.h"

namespace jiaoji::casework::bpmn {
namespace {

// The first problem: "element key".
string refused(const string& whole) {
  const auto reading = read_procedure(whole);
  if (!reading) return reading.error().key;
  return reading->problems.empty() ? "" : reading->problems[0].element + " " + reading->problems[0].key;
}

TEST(ReadProcedure, RefusesByElement) {
  struct Refused {
    const char* name;
    string inside, expected;
  };
  const auto simple = start() + user("a") + end() + flows("s a e");
  const Refused rows[] = {
      {"nothing wrong", simple, ""},
      {"F007: a flow to nowhere", start() + flows("s a"), "s_a procedure.flow"},
      {"F007: an id twice", start("s") + start("s") + user("a") + flows("s a"), "s procedure.id_twice"},
      {"a flow with a node's id", simple + R"(<sequenceFlow id="a" sourceRef="s" targetRef="a"/>)", "a procedure.id_twice"},
      {"no id", simple + "<task/>", " procedure.no_id"},
      {"F010: a call of itself", simple + call("k", "p"), "k procedure.calls_itself"},
      {"a call of nothing", simple + call("k", "q"), "k procedure.called"},
      {"a flow into a subprocess", simple + sub("u", start("i") + user("b") + flows("i b")) + flows("a b"), "a_b procedure.flow_crosses"},
      {"a start with a flow before it", simple + flows("a s"), "s procedure.incoming"},
      {"an end with a flow after it", simple + flows("e a"), "e procedure.outgoing"},
      {"a boundary event on a gateway", simple + exclusive("g") + boundary("x", "g", message("m")) + flows("a g"), "x procedure.boundary"},
      {"a boundary event on nothing", simple + boundary("x", "q", message("m")), "x procedure.reference"},
      {"a boundary event with a flow before it", simple + boundary("x", "a", message("m")) + flows("a x"), "x procedure.incoming"},
      {"an error beside", simple + boundary("x", "a", error("E"), false), "x procedure.error_boundary"},
      {"a missing condition", start() + exclusive("g") + user("a") + user("b") + flows("s g a, g b"), "g procedure.no_condition"},
      {"a default that is none of its flows", start() + exclusive("g", "z") + user("a") + flows("s g a"), "g procedure.reference"},
      {"a condition that cannot be read", start() + user("a") + flows("s") + flow("s", "a", "1 +"), "s_a procedure.expression"},
      {"a script in another language", simple + element("scriptTask", "t", "<script>x = 1</script>", "scriptFormat=\"javascript\""), "t procedure.unsupported"},
      {"an expression in another language", start() + user("a") + R"(<sequenceFlow id="f" sourceRef="s" targetRef="a"><conditionExpression language="http://www.java.com/java">true</conditionExpression></sequenceFlow>)", "f procedure.unsupported"},
      {"a script task without a script", simple + element("scriptTask", "t", ""), "t procedure.no_script"},
      {"a rule task without a decision", simple + element("businessRuleTask", "t", ""), "t procedure.no_decision"},
      {"an unknown element", simple + element("subChoreography", "c"), "c procedure.unsupported"},
      {"an element of BPMN in the wrong place", simple + element("lane", "l"), "l procedure.unsupported"},
      {"a message that is not there", simple + catching("c", "<messageEventDefinition messageRef=\"z\"/>"), " procedure.reference"},
      {"a timer that says nothing", simple + catching("c", "<timerEventDefinition/>"), " procedure.timer"},
      {"a timer that is none", simple + catching("c", timer("P1")), " procedure.timer"},
      {"a catching event that catches nothing", simple + catching("c", ""), "c procedure.catches_nothing"},
      {"a link to nowhere", simple + throwing("t", link("L")), "t procedure.link"},
      {"a compensation of nothing", simple + throwing("t", compensation("nobody")), "t procedure.reference"},
      {"a cancel end outside a transaction", start() + end("e", cancel) + flows("s e"), "e procedure.cancel"},
      {"an event subprocess without a trigger", simple + event_sub("v", start("i")), "i procedure.event_start"},
      {"an event subprocess without a start", simple + event_sub("v", user("b")), "v procedure.event_start"},
      {"a start with a trigger in a subprocess", simple + sub("u", start("i", message("m"))), "i procedure.inner_start"},
      {"a start for all of several triggers", start("s", message("m") + signal("p"), "parallelMultiple=\"true\"") + user("a") + flows("s a"), "s procedure.unsupported"},
      {"a gateway for events before a task", start() + race("g") + user("a") + flows("s g a"), "g procedure.event_gateway"},
      {"a subprocess that cannot begin", start() + sub("u", task("b") + task("c") + flows("b c, c b")) + flows("s u"), "u procedure.no_beginning"},
      {"a quantity of zero", simple + task("t", "", "startQuantity=\"0\""), "t procedure.quantity"},
      {"several instances of how many", simple + task("t", "<multiInstanceLoopCharacteristics/>"), "t procedure.loop"},
      {"complex behaviour", simple + task("t", R"(<multiInstanceLoopCharacteristics id="ml" behavior="Complex"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>)"), "ml procedure.unsupported"},
      {"nothing to run", "", " procedure.nothing_to_run"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto found = refused(file(process("p", row.inside)));
    if (row.expected.starts_with(' ')) EXPECT_THAT(found, testing::EndsWith(row.expected));
    else EXPECT_EQ(found, row.expected);
  }
  EXPECT_EQ(refused(file(process("p", simple), R"(<choreography id="c"/>)")), "c procedure.unsupported");
  EXPECT_EQ(refused(file(process("p", simple) + process("q", start("qs", message("m")) + user("qa") + flows("qs qa")) + process("r", call("k", "q")))), "k procedure.called");
  EXPECT_EQ(refused(file(process("p", call("k", "q")) + process("q", call("l", "p")))).substr(2), "procedure.calls_itself");
}

TEST(ReadProcedure, RefusesFiles) {
  const auto nested = [](int depth) {
    auto inside = user("a");
    for (int i = 0; i < depth; ++i) inside = sub(fmt::format("u{}", i), inside);
    return file(process("p", inside));
  };
  string many;
  for (int i = 0; i < 5'001; ++i) many += fmt::format("<task id=\"t{}\"/>", i);
  const auto good = file(process("p", user("a")));
  const std::pair<string, string> rows[] = {
      {"", "procedure.xml"},
      {"words", "procedure.xml"},
      {good.substr(0, good.size() / 2), "procedure.xml"},
      {good + good, "procedure.xml"},
      {"<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>" + good, "procedure.doctype"},
      {file(process("p", user("a\xff"))), "procedure.not_utf8"},
      {file(process("p", user("a") + "<documentation>\x01</documentation>")), "procedure.xml"},
      {file(process("p", user("a") + "<documentation>&#1;</documentation>")), "procedure.xml"},
      {good + string(kProcedureBytesMax, ' '), "procedure.too_large"},
      {file(process("p", many)), "procedure.too_many"},
      {nested(200), "procedure.deep"},
      {nested(21), "procedure.deep"},
      {nested(20), ""},
      {"<definitions><process id=\"p\"><task id=\"a\"/></process></definitions>", "procedure.namespace"},
      {"<definitions xmlns=\"http://www.omg.org/spec/DMN/20180521/MODEL/\"/>", "procedure.namespace"},
      {"<process xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"p\"/>", "procedure.element"},
  };
  for (const auto& [whole, expected] : rows) EXPECT_EQ(refused(whole), expected) << whole.substr(0, 200);
}

// In the way of bpmn-js: a prefix, a diagram, lanes, data, notes, groups, extensions of its vendor.
TEST(ReadProcedure, ReadsWhatToolsDraw) {
  const string drawn = R"(<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:ours="https://jiaoji.dev/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" exporter="bpmn-js" expressionLanguage="http://www.w3.org/1999/XPath">
  <bpmn:collaboration id="Collaboration_1"><bpmn:participant id="Participant_1" name="济南市" processRef="Process_1" ours:city="370100"/><bpmn:messageFlow id="mf" sourceRef="Participant_1" targetRef="Task_1"/></bpmn:collaboration>
  <bpmn:category id="cat"><bpmn:categoryValue id="cv" value="x"/></bpmn:category>
  <bpmn:dataStore id="DataStore_1" name="库"/>
  <bpmn:process id="Process_1" isExecutable="true">
    <bpmn:documentation>说明</bpmn:documentation>
    <bpmn:extensionElements><camunda:properties><camunda:property name="a" value="b"/></camunda:properties></bpmn:extensionElements>
    <bpmn:laneSet id="LaneSet_1"><bpmn:lane id="Lane_1" name="窗口" ours:role="applicant"><bpmn:flowNodeRef>Task_1</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="StartEvent_1"><bpmn:outgoing>Flow_1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="Task_1" name="受理" camunda:assignee="demo" camunda:role="wrong">
      <bpmn:extensionElements><camunda:formData><camunda:formField id="x" type="string"/></camunda:formData><ours:field name="f1" type="choice" options="甲; 乙" required="true"/></bpmn:extensionElements>
      <bpmn:incoming>Flow_1</bpmn:incoming><bpmn:outgoing>Flow_2</bpmn:outgoing>
      <bpmn:property id="Property_1" name="__targetRef_placeholder"/>
      <bpmn:dataInputAssociation id="dia"><bpmn:sourceRef>DataObjectReference_1</bpmn:sourceRef><bpmn:targetRef>Property_1</bpmn:targetRef></bpmn:dataInputAssociation>
      <bpmn:dataOutputAssociation id="doa"><bpmn:targetRef>DataStoreReference_1</bpmn:targetRef></bpmn:dataOutputAssociation>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="Gateway_1" default="Flow_4"/>
    <bpmn:endEvent id="Event_1"/><bpmn:endEvent id="Event_2"/>
    <bpmn:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Task_1"/>
    <bpmn:sequenceFlow id="Flow_2" sourceRef="Task_1" targetRef="Gateway_1"/>
    <bpmn:sequenceFlow id="Flow_3" name="是" sourceRef="Gateway_1" targetRef="Event_1"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= ok</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="Flow_4" sourceRef="Gateway_1" targetRef="Event_2"/>
    <bpmn:dataObject id="DataObject_1"/><bpmn:dataObjectReference id="DataObjectReference_1" name="表" dataObjectRef="DataObject_1"/><bpmn:dataStoreReference id="DataStoreReference_1" dataStoreRef="DataStore_1"/>
    <bpmn:textAnnotation id="TextAnnotation_1"><bpmn:text>note</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_1" sourceRef="Task_1" targetRef="TextAnnotation_1"/>
    <bpmn:group id="Group_1" categoryValueRef="cv"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="BPMNDiagram_1"><bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="Collaboration_1"><bpmndi:BPMNShape id="S_1" bpmnElement="Task_1"><dc:Bounds x="1" y="2" width="100" height="80"/></bpmndi:BPMNShape><bpmndi:BPMNEdge id="E_1" bpmnElement="Flow_1"><di:waypoint x="1" y="2"/></bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>)";
  const auto procedure = read(drawn);
  const auto& task = procedure.nodes.at(static_cast<std::size_t>(procedure.find_node("Task_1")));
  EXPECT_EQ(task.role, "applicant");  // of its lane; another vendor's "role" is none of ours
  ASSERT_EQ(task.form.size(), 1u);
  EXPECT_EQ(task.form[0].name, "f1");
  EXPECT_EQ(task.form[0].label, "f1");
  EXPECT_THAT(task.form[0].options, testing::ElementsAre("甲", "乙"));
  EXPECT_TRUE(task.form[0].required);
  EXPECT_EQ(procedure.containers.at(0).city, "370100");
  Case one(procedure);
  ASSERT_TRUE(one.begin({}, "Process_1"));
  ASSERT_TRUE(one.take("Task_1:ok=true"));
  EXPECT_EQ(one.waits_for(), "completed");
}

}  // namespace
}  // namespace jiaoji::casework::bpmn
