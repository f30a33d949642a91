// What a new procedure begins with: received in one city, judged in another, documents supplied meanwhile. Terms are illustrative.
export const template = (city: string) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="definitions" targetNamespace="urn:jiaoji:procedure">
  <process id="procedure" name="两市联办" isExecutable="true" jiaoji:due="10 workdays">
    <extensionElements>
      <jiaoji:field name="事项说明" label="要办什么" type="text" required="true"/>
      <jiaoji:field name="协同市" label="由哪个市审查（代码）" type="choice" options="370100;370200;370300;370600;370700;371000;371400" required="true"/>
    </extensionElements>
    <startEvent id="start" name="申请"/>
    <userTask id="receive" name="收件核对" jiaoji:role="officer"${/^\d{6}$/.test(city) ? ` jiaoji:city="${city}"` : ""} jiaoji:due="1 workdays">
      <extensionElements><jiaoji:field name="材料齐全" label="材料齐全" type="yes_no" required="true"/></extensionElements>
    </userTask>
    <exclusiveGateway id="full" name="齐全？" default="f_no"/>
    <userTask id="supply" name="补正材料" jiaoji:role="applicant" jiaoji:due="10 workdays" jiaoji:suspends="补正">
      <extensionElements><jiaoji:field name="补正说明" label="补正了什么" type="text" required="true"/></extensionElements>
    </userTask>
    <userTask id="judge" name="协同市审查" jiaoji:role="officer" jiaoji:city="=协同市" jiaoji:due="3 workdays">
      <extensionElements><jiaoji:field name="审查意见" label="审查意见" type="text" required="true"/></extensionElements>
    </userTask>
    <endEvent id="end" name="办结"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="receive"/>
    <sequenceFlow id="f2" sourceRef="receive" targetRef="full"/>
    <sequenceFlow id="f_yes" name="是" sourceRef="full" targetRef="judge"><conditionExpression>材料齐全</conditionExpression></sequenceFlow>
    <sequenceFlow id="f_no" name="否" sourceRef="full" targetRef="supply"/>
    <sequenceFlow id="f3" sourceRef="supply" targetRef="receive"/>
    <sequenceFlow id="f4" sourceRef="judge" targetRef="end"/>
  </process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="procedure">
    <bpmndi:BPMNShape id="start-di" bpmnElement="start"><dc:Bounds x="122" y="122" width="36" height="36"/><bpmndi:BPMNLabel><dc:Bounds x="92" y="162" width="96" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="receive-di" bpmnElement="receive"><dc:Bounds x="245" y="100" width="110" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="full-di" bpmnElement="full" isMarkerVisible="true"><dc:Bounds x="435" y="115" width="50" height="50"/><bpmndi:BPMNLabel><dc:Bounds x="405" y="90" width="110" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="supply-di" bpmnElement="supply"><dc:Bounds x="405" y="220" width="110" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="judge-di" bpmnElement="judge"><dc:Bounds x="565" y="100" width="110" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="end-di" bpmnElement="end"><dc:Bounds x="762" y="122" width="36" height="36"/><bpmndi:BPMNLabel><dc:Bounds x="732" y="162" width="96" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="f1-di" bpmnElement="f1"><di:waypoint x="158" y="140"/><di:waypoint x="245" y="140"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f2-di" bpmnElement="f2"><di:waypoint x="355" y="140"/><di:waypoint x="435" y="140"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f_yes-di" bpmnElement="f_yes"><di:waypoint x="485" y="140"/><di:waypoint x="565" y="140"/><bpmndi:BPMNLabel><dc:Bounds x="501" y="122" width="48" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f_no-di" bpmnElement="f_no"><di:waypoint x="460" y="165"/><di:waypoint x="460" y="220"/><bpmndi:BPMNLabel><dc:Bounds x="436" y="184" width="48" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f3-di" bpmnElement="f3"><di:waypoint x="405" y="260"/><di:waypoint x="300" y="260"/><di:waypoint x="300" y="180"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="f4-di" bpmnElement="f4"><di:waypoint x="675" y="140"/><di:waypoint x="762" y="140"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
`;
