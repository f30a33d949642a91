// Casework over the API: procedures of two cities, dates that explain themselves, messages, versions, mistakes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bpmn, chain, complete, deploy, open, read, task } from "./casework.mjs";
import { jiaoji, Server, sleep } from "./server.mjs";
import { hold } from "./spec.mjs";
import { account, api, expect, jinan, patch, qingdao } from "./world.mjs";

let server;
const jn = "officer-jinan", qd = "officer-qingdao", firm = "firm-qingdao";
const program = {};
before(async () => {
  server = hold(await Server.start({ listings: 60 }));
  for (const one of expect(await server.call("GET", `${api}/procedures`), 200).items) program[one.program] = one.id;
});
after(() => server.stop());

const project = { 项目名称: "传感器", 行业: "电子装配", 总投资万元: 100, 在规划环评范围内: true, 三年内有环境处罚: false };
const tokens = (one) => one.tokens.map((token) => token.element).sort();

test("an approval on commitment: evaluation beside announcement, one day, followed up and clawed back", async () => {
  const made = await open(server, firm, program["eia-commitment"], { answers: project });
  assert.match(made.number, new RegExp(`^${jinan}-\\d{4}-\\d{6}$`));
  const opened = await read(server, firm, made.number);
  assert.deepEqual(tokens(opened), ["commit"]);
  assert.deepEqual(opened.variables.材料清单, ["环评申请表", "项目备案证明", "告知承诺书", "与规划环评符合性说明"]);
  expect(await complete(server, firm, made.id, "commit", { 承诺: true }), 200);
  assert.deepEqual(tokens(await read(server, jn, made.id)), ["announce", "review"]);
  expect(await complete(server, jn, made.id, "review", { 材料齐全: true }), 200);
  expect(await complete(server, jn, made.id, "announce", {}), 200);
  expect(await complete(server, jn, made.id, "approve", { 同意: true, 批文号: "示意〔2026〕1号" }), 200);
  const waiting = await read(server, firm, made.id);
  assert.deepEqual(tokens(waiting), ["wait"]);
  assert.equal(waiting.waits[0].kind, "timer");
  assert.equal(waiting.variables.批文号, "示意〔2026〕1号");
});

test("the decision table of the city decides the way; a chemical plant goes the ordinary one", async () => {
  const made = await open(server, firm, program["eia-commitment"], { answers: { ...project, 行业: "化工" } });
  const view = await read(server, jn, made.id);
  assert.deepEqual(tokens(view), ["evaluate"]);
  assert.equal(view.variables.路径, "普通审批");
});

test("who does not commit goes the ordinary way, too", async () => {
  const made = await open(server, firm, program["eia-commitment"], { answers: project });
  expect(await complete(server, firm, made.id, "commit", { 承诺: false }), 200);
  assert.deepEqual(tokens(await read(server, jn, made.id)), ["evaluate"]);
  assert.equal((await server.call("POST", `${api}/cases`, { as: firm, body: { procedure: program["eia-commitment"], title: "x", city: "371000", answers: project } })).json.key, "casework.other_city");
});

test("while the applicant mends materials the clocks of others stand still, and go on afterwards", async () => {
  const made = await open(server, firm, program["eia-commitment"], { answers: project });
  expect(await complete(server, firm, made.id, "commit", { 承诺: true }), 200);
  const announce = (one) => one.tasks.find((t) => t.element === "announce");
  assert.equal(announce(await read(server, jn, made.id)).due.phase, "running");
  expect(await complete(server, jn, made.id, "review", { 材料齐全: false, 缺少材料: "平面图" }), 200);
  const stopped = announce(await read(server, jn, made.id));
  assert.deepEqual([stopped.due.phase, stopped.due.due, stopped.due_at], ["suspended", null, null]);
  assert.ok(stopped.due.steps.some((step) => step.kind === "stopped" && step.name === "补正"), JSON.stringify(stopped.due.steps));
  expect(await complete(server, firm, made.id, "supply", { 补正说明: "已补" }), 200);
  const again = announce(await read(server, jn, made.id));
  assert.equal(again.due.phase, "running");
  assert.ok(again.due_at);
});

test("two cities, one number: the other city's officer judges, both see the clocks, a third sees nothing", async () => {
  const made = await open(server, firm, program["business-registration"], { answers: { 企业名称: "某公司", 事项: "出版物零售许可", 协同市: jinan } });
  assert.equal(made.city, qingdao);
  assert.equal((await server.call("GET", `${api}/cases/${made.id}`, { as: jn })).status, 404);
  expect(await complete(server, qd, made.id, "receive", { 材料齐全: true }), 200);
  const seen = await read(server, jn, made.id);
  assert.deepEqual(seen.cities, [jinan, qingdao]);
  assert.equal(seen.due.term, "5 workdays");
  const refused = await complete(server, qd, made.id, "judge", { 同意登记: true });
  assert.deepEqual([refused.status, refused.json.key], [403, "casework.not_yours"]);
  expect(await complete(server, jn, made.id, "judge", { 同意登记: true }), 200);
  expect(await complete(server, qd, made.id, "license", { 发照方式: "邮寄" }), 200);
  const closed = await read(server, "coordinator", made.number);
  assert.deepEqual([closed.outcome, closed.number, closed.tokens.length, closed.variables.发照方式], ["completed", made.number, 0, "邮寄"]);
  assert.equal((await server.call("GET", `${api}/cases/${made.id}`, { as: "firm-weihai" })).status, 404);
});

test("the standard of the city that judges helps its officer, and only where it has one", async () => {
  const small = { 经营面积: 15, 经营方式: "餐饮", 从业人员健康证齐全: true, 有冷藏设备: true };
  for (const [city, answer] of [[jinan, "不予通过"], [qingdao, "通过"], ["370600", null]]) {
    const made = await open(server, firm, program["business-registration"], { answers: { 企业名称: "某小餐馆", 事项: "食品经营许可", 协同市: city } });
    assert.equal((await read(server, firm, made.id)).due.phase, "suspended");
    expect(await complete(server, firm, made.id, "food", small), 200);
    expect(await complete(server, qd, made.id, "receive", { 材料齐全: true }), 200);
    const view = await read(server, firm, made.id);
    assert.deepEqual([tokens(view), view.variables.标准结论], [["judge"], answer]);
  }
});

test("what is wrong with answers is told at each, and the case stands where it stood", async () => {
  const bad = await server.call("POST", `${api}/cases`, { as: firm, body: { procedure: program["eia-commitment"], title: "x", answers: { ...project, 行业: "种地", 总投资万元: "很多", 别的: 1 } } });
  assert.deepEqual([bad.status, bad.json.errors.map((e) => e.pointer)], [422, ["/answers/行业", "/answers/总投资万元", "/answers/别的"]]);
  const made = await open(server, firm, program["eia-commitment"], { answers: project });
  const before = await read(server, firm, made.id);
  assert.equal((await complete(server, firm, made.id, "commit", {})).json.errors[0].pointer, "/answers/承诺");
  assert.deepEqual(await read(server, firm, made.id), before);
});

test("a task is done once, by whom it is for, and by who took it on", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id);
  const [one] = (await read(server, jn, made.id)).tasks;
  expect(await server.call("POST", `${api}/accounts`, { as: "admin", body: { login: "second-jinan", name: "乙", role: "officer", city: jinan, password: "jiaoji-sample-2026" } }), 201);
  expect(await server.call("POST", `${api}/tasks/${one.id}/take`, { as: "second-jinan", body: {} }), 200);
  const taken = await server.call("POST", `${api}/tasks/${one.id}/complete`, { as: jn, body: {} });
  assert.deepEqual([taken.status, taken.json.key], [409, "casework.taken"]);
  expect(await server.call("POST", `${api}/tasks/${one.id}/complete`, { as: "second-jinan", body: {} }), 200);
  const twice = await server.call("POST", `${api}/tasks/${one.id}/complete`, { as: "second-jinan", body: {} });
  assert.deepEqual([twice.status, twice.json.key], [409, "casework.no_task"]);
  assert.equal((await server.call("POST", `${api}/tasks/tsk_none/complete`, { as: jn, body: {} })).status, 404);
});

test("a retried command with its key is answered again and done once", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), task("b"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id);
  const [one] = (await read(server, jn, made.id)).tasks;
  const send = () => server.call("POST", `${api}/tasks/${one.id}/complete`, { as: jn, body: {}, headers: { "idempotency-key": "once-only-1" } });
  const [first, second] = [await send(), await send()];
  assert.deepEqual([first.status, second.status, second.json], [200, 200, first.json]);
  assert.equal((await read(server, jn, made.id)).steps.length, 2);
});

test("a procedure with mistakes is kept and not deployed; each mistake names its element", async () => {
  const text = bpmn(`<startEvent id="s"/><exclusiveGateway id="g"/><endEvent id="e1"/><endEvent id="e2"/><sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="e1"/><sequenceFlow id="f3" sourceRef="g" targetRef="e2"/>`);
  const draft = expect(await server.call("POST", `${api}/procedures`, { as: jn, body: { name: "x", bpmn: text } }), 201);
  const refused = await server.call("POST", `${api}/procedures/${draft.id}/deploy`, { as: jn, body: {}, headers: { "if-match": '"1"' } });
  assert.deepEqual([refused.status, refused.json.key, refused.json.errors[0].key], [422, "procedure.problems", "procedure.no_condition"]);
  assert.match(refused.json.errors[0].pointer, /line \d+ g/);
  assert.equal((await server.call("POST", `${api}/cases`, { as: jn, body: { procedure: draft.id, title: "x" } })).json.key, "casework.not_deployed");
  for (const [broken, key] of [["<definitions", "procedure.xml"], ['<!DOCTYPE a><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "procedure.doctype"], ['<definitions xmlns="urn:other"/>', "procedure.namespace"]])
    assert.equal((await server.call("POST", `${api}/procedures`, { as: jn, body: { name: "x", bpmn: broken } })).json.key, key, broken);
});

test("a gateway where nothing holds, a condition that is no condition and an endless loop change nothing", async () => {
  const gateway = (condition) => `<startEvent id="s"/>${task("a")}<exclusiveGateway id="g"/><endEvent id="e1"/><endEvent id="e2"/><sequenceFlow id="f0" sourceRef="s" targetRef="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="g"/>
    <sequenceFlow id="f2" sourceRef="g" targetRef="e1"><conditionExpression>${condition}</conditionExpression></sequenceFlow><sequenceFlow id="f3" sourceRef="g" targetRef="e2"><conditionExpression>${condition}</conditionExpression></sequenceFlow>`;
  const loop = `<startEvent id="s"/>${task("a")}<exclusiveGateway id="g"/><scriptTask id="x"><script>{n: 1}</script></scriptTask><sequenceFlow id="f0" sourceRef="s" targetRef="a"/><sequenceFlow id="f1" sourceRef="a" targetRef="g"/><sequenceFlow id="f2" sourceRef="g" targetRef="x"/><sequenceFlow id="f3" sourceRef="x" targetRef="g"/>`;
  for (const [inside, key, says] of [[gateway("1 = 2"), "casework.no_path", "g"], [gateway("金额 &gt; 3"), "casework.condition", "金额"], [loop, "casework.endless", "x → g"]]) {
    const made = await open(server, jn, (await deploy(server, jn, bpmn(inside))).id);
    const before = await read(server, jn, made.id);
    const failed = await complete(server, jn, made.id, "a");
    assert.deepEqual([failed.status, failed.json.key], [409, key]);
    assert.ok(failed.json.detail.includes(says), failed.json.detail);
    assert.deepEqual(await read(server, jn, made.id), before);
  }
});

const receiver = bpmn(chain('<startEvent id="s"/>', task("a"), '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="msg" jiaoji:key="编号"/></intermediateCatchEvent>', task("b"), '<endEvent id="e"/>'), { declared: '<message id="msg" name="回执"/>' });
const message = (id, key, variables = {}) => server.call("POST", `${api}/messages`, { as: jn, body: { id, name: "回执", key, variables } });

test("a message that comes early is kept and heard; that comes twice is one; that is for another is not heard", async () => {
  const procedure = await deploy(server, jn, receiver);
  const made = await open(server, jn, procedure.id);
  assert.equal((await message("m-early", "A1", { 结果: "通过" })).json.state, "waiting");
  expect(await complete(server, jn, made.id, "a", { 编号: "A1" }), 200);
  const heard = await read(server, jn, made.id);
  assert.deepEqual([tokens(heard), heard.variables.结果], [["b"], "通过"]);
  assert.equal((await message("m-early", "A1", { 结果: "通过" })).json.state, "delivered");
  assert.equal((await message("m-early", "A1", { 结果: "不通过" })).json.key, "message.reused");
  assert.deepEqual(await read(server, jn, made.id), heard);
  const other = await open(server, jn, procedure.id);
  expect(await complete(server, jn, other.id, "a", { 编号: "A2" }), 200);
  assert.equal((await message("m-other", "A3")).json.state, "waiting");
  assert.deepEqual(tokens(await read(server, jn, other.id)), ["m"]);
  assert.equal((await message("m-a2", "A2")).json.state, "delivered");
  assert.deepEqual(tokens(await read(server, jn, other.id)), ["b"]);
});

test("a case hears only those who may write it: not another firm, not another city, now or kept", async () => {
  const procedure = await deploy(server, jn, receiver);
  const send = (as, id, key) => server.call("POST", `${api}/messages`, { as, body: { id, name: "回执", key, variables: { 结果: as } } });
  assert.equal((await send("firm-weihai", "w1", "S1")).json.state, "waiting");
  assert.equal((await send(qd, "q1", "S1")).json.state, "waiting");
  const made = await open(server, jn, procedure.id);
  expect(await complete(server, jn, made.id, "a", { 编号: "S1" }), 200);
  assert.deepEqual(tokens(await read(server, jn, made.id)), ["m"]);
  assert.equal((await send(qd, "q2", "S1")).json.state, "waiting");
  assert.equal((await server.call("POST", `${api}/messages`, { as: qd, body: { name: "回执", key: "S1", case_number: made.number } })).status, 404);
  assert.equal((await send(jn, "q2", "S1")).json.state, "delivered");
  assert.equal((await read(server, jn, made.id)).variables.结果, jn);
});

test("what would make a case unreadable or the server slow is refused, and changes nothing", async () => {
  const deep = JSON.parse("[".repeat(40) + "]".repeat(40));
  const made = await open(server, jn, (await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')))).id);
  const refused = await complete(server, jn, made.id, "a", { x: deep });
  assert.equal(refused.json.errors[0].key, "casework.too_deep");
  const slow = (await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', '<scriptTask id="x"><script>{n: count(for i in 1..2000000 return i)}</script></scriptTask>', '<endEvent id="e"/>')))).id;
  const began = Date.now();
  const answer = await server.call("POST", `${api}/cases`, { as: jn, body: { procedure: slow, title: "x" } });
  assert.deepEqual([answer.status, answer.json.key], [422, "casework.expression"]);
  assert.ok(Date.now() - began < 20_000);
  const large = (await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', '<scriptTask id="x"><script>{n: for i in 1..200000 return "一二三四五六七八九十"}</script></scriptTask>', task("a"), '<endEvent id="e"/>')))).id;
  assert.equal((await server.call("POST", `${api}/cases`, { as: jn, body: { procedure: large, title: "x" } })).json.key, "casework.too_large");
});

test("four messages twice each, in every order: the same end", async () => {
  const names = ["甲", "乙", "丙", "丁"];
  const catches = names.map((n, i) => `<intermediateCatchEvent id="m${i}"><messageEventDefinition messageRef="msg${i}" jiaoji:key="钥匙"/></intermediateCatchEvent>`).join("");
  const flows = names.map((n, i) => `<sequenceFlow id="a${i}" sourceRef="fork" targetRef="m${i}"/><sequenceFlow id="b${i}" sourceRef="m${i}" targetRef="join"/>`).join("");
  const text = bpmn(`<startEvent id="s"/><scriptTask id="x"><script>{钥匙: 号}</script></scriptTask><parallelGateway id="fork"/>${catches}<parallelGateway id="join"/>${task("b")}<sequenceFlow id="c0" sourceRef="s" targetRef="x"/><sequenceFlow id="c1" sourceRef="x" targetRef="fork"/>${flows}<sequenceFlow id="c2" sourceRef="join" targetRef="b"/>`, { declared: names.map((n, i) => `<message id="msg${i}" name="${n}"/>`).join("") });
  const procedure = await deploy(server, jn, text);
  const orders = (rest) => (rest.length === 0 ? [[]] : rest.flatMap((one) => orders(rest.filter((other) => other !== one)).map((more) => [one, ...more])));
  let number = 0;
  for (const order of orders([0, 1, 2, 3])) {
    const key = `k${number++}`;
    const made = await open(server, jn, procedure.id, { answers: { 号: key } });
    const send = (i) => server.call("POST", `${api}/messages`, { as: jn, body: { id: `${key}-${i}`, name: names[i], key, variables: { [names[i]]: i } } });
    for (const i of order) expect(await send(i), 201);
    for (const i of [...order].reverse()) assert.equal(expect(await send(i), 201).state, "delivered");
    const end = await read(server, jn, made.id);
    assert.deepEqual([tokens(end), names.map((n) => end.variables[n]), end.steps.length], [["b"], [0, 1, 2, 3], 5], `order ${order}`);
  }
});

test("a timer fires by itself, once, and what it interrupts is cancelled", async () => {
  const text = bpmn(`<startEvent id="s"/>${task("slow")}<boundaryEvent id="late" attachedToRef="slow"><timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition></boundaryEvent>${task("hurry")}<endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="slow"/><sequenceFlow id="f2" sourceRef="slow" targetRef="e"/><sequenceFlow id="f3" sourceRef="late" targetRef="hurry"/>`);
  const made = await open(server, jn, (await deploy(server, jn, text)).id);
  let view;
  for (let i = 0; i < 100 && (view = await read(server, jn, made.id)).tokens[0].element !== "hurry"; ++i) await sleep(100);
  assert.deepEqual(tokens(view), ["hurry"]);
  assert.equal(view.tasks.find((t) => t.element === "slow").how, "cancelled");
  assert.deepEqual(view.steps.map((step) => step.event), ["opened", "timer"]);
});

test("a new version: running cases keep theirs until they are moved; who cannot is told why", async () => {
  const first = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), task("b"), '<endEvent id="e"/>')));
  const at_a = await open(server, jn, first.id), at_b = await open(server, jn, first.id);
  expect(await complete(server, jn, at_b.id, "a"), 200);
  const changed = expect(await patch(server, jn, `/procedures/${first.id}`, first.version, { bpmn: bpmn(chain('<startEvent id="s"/>', task("a", 'jiaoji:role="officer" jiaoji:due="5 workdays"'), task("c"), '<endEvent id="e"/>')) }), 200);
  expect(await server.call("POST", `${api}/procedures/${first.id}/deploy`, { as: jn, body: {}, headers: { "if-match": `"${changed.version}"` } }), 200);
  const told = expect(await server.call("GET", `${api}/procedures/${first.id}/moving`, { as: jn }), 200).items;
  assert.deepEqual(told.map((one) => [one.number, one.moves]), [[at_a.number, true], [at_b.number, false]]);
  assert.match(told[1].why_not, /b/);
  assert.deepEqual(told[0].keeps, ['"a" is open and keeps its term']);
  expect(await server.call("POST", `${api}/procedures/${first.id}/moving`, { as: jn, body: {} }), 200);
  assert.deepEqual([(await read(server, jn, at_a.id)).procedure_number, (await read(server, jn, at_b.id)).procedure_number], [2, 1]);
  expect(await complete(server, jn, at_a.id, "a"), 200);
  expect(await complete(server, jn, at_b.id, "b"), 200);
  assert.deepEqual(tokens(await read(server, jn, at_a.id)), ["c"]);
  assert.equal((await read(server, jn, at_b.id)).outcome, "completed");
});

test("a handover: receipt, what was withheld, tasks of the other city, counted once; twice is once", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), task("b"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id, { answers: { 公开: 1, 内部: "底价" } });
  const send = (body, as = jn) => server.call("POST", `${api}/cases/${made.id}/handovers`, { as, body });
  assert.equal((await send({ to_city: jinan, reason: "x" })).json.key, "handover.same_city");
  assert.equal((await send({ to_city: qingdao, reason: "x", withheld: ["内部底价"] })).json.key, "handover.unknown");
  const sent = expect(await send({ to_city: qingdao, reason: "企业住所在青岛", withheld: ["内部"] }), 201);
  assert.match(sent.sha256, /^[0-9a-f]{64}$/);
  assert.equal((await send({ to_city: qingdao, reason: "x" })).json.key, "handover.under_way");
  assert.deepEqual((await read(server, qd, made.id)).withheld, ["内部"]);
  assert.ok(!JSON.stringify(await read(server, qd, made.id)).includes("底价"));
  assert.equal((await complete(server, qd, made.id, "a")).json.key, "casework.not_yours");
  const receive = () => server.call("POST", `${api}/handovers/${sent.id}/receive`, { as: qd, body: {} });
  const receipt = expect(await receive(), 200);
  assert.deepEqual([receipt.state, receipt.sha256], ["received", sent.sha256]);
  assert.deepEqual(expect(await receive(), 200), receipt);
  assert.equal((await server.call("POST", `${api}/handovers/${sent.id}/return`, { as: qd, body: { note: "x" } })).json.key, "handover.answered");
  assert.equal((await complete(server, jn, made.id, "a")).status, 403);
  assert.equal((await complete(server, qd, made.id, "a", { 内部: "改" })).json.key, "casework.withheld");
  assert.ok(!JSON.stringify(await read(server, "coordinator", made.id)).includes("底价"));
  expect(await complete(server, qd, made.id, "a"), 200);
  const view = await read(server, jn, made.id);
  assert.deepEqual([view.city, view.number, view.handovers.length, view.variables.内部], [qingdao, made.number, 1, "底价"]);
  const numbers = [...expect(await server.call("GET", `${api}/cases?limit=200`, { as: qd }), 200).items, ...expect(await server.call("GET", `${api}/cases?limit=200`, { as: jn }), 200).items].filter((one) => one.number === made.number);
  assert.equal(new Set(numbers.map((one) => one.id)).size, 1);
});

test("a handover waits for the applicant: agreed it is sent, refused or withdrawn nothing goes", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')), { city: jinan });
  const made = await open(server, firm, procedure.id, { answers: { 公开: 1, 内部: "底价" } });
  const paper = async (name) => {
    const given = expect(await server.call("POST", `${api}/evidence`, { as: firm, body: { name, grade: "C", data: Buffer.from(name).toString("base64") } }), 201);
    expect(await server.call("POST", `${api}/cases/${made.id}/evidence`, { as: firm, body: { evidence: given.id } }), 200);
    return given;
  };
  const [goes, stays] = [await paper("营业执照"), await paper("股东名册")];
  const send = (body) => server.call("POST", `${api}/cases/${made.id}/handovers`, { as: jn, body: { to_city: qingdao, reason: "企业住所在青岛", ...body } });
  const answer = (id, as, verb, body = {}) => server.call("POST", `${api}/handovers/${id}/${verb}`, { as, body });
  const waiting = async (as) => expect(await server.call("GET", `${api}/handovers`, { as }), 200).items.filter((one) => one.case === made.id).map((one) => [one.state, one.number]);
  assert.equal((await send({ paper: "档案 3 号" })).json.key, "handover.paper");
  assert.equal((await send({ evidence: ["evd_none"] })).json.key, "handover.unknown_evidence");

  const first = expect(await send({}), 201);
  assert.deepEqual([first.state, await waiting(firm), await waiting(qd)], ["asked", [["asked", made.number]], []]);
  assert.equal((await server.call("GET", `${api}/cases/${made.id}`, { as: qd })).status, 404);
  assert.equal((await answer(first.id, jn, "consent", { agreed: true })).json.key, "handover.consent");
  assert.deepEqual([expect(await answer(first.id, firm, "consent", { agreed: false, note: "想留在济南" }), 200).state, expect(await answer(first.id, firm, "consent", { agreed: false }), 200).answer], ["refused", "想留在济南"]);
  assert.equal((await answer(first.id, firm, "consent", { agreed: true })).json.key, "handover.answered");
  assert.equal((await server.call("GET", `${api}/cases/${made.id}`, { as: qd })).status, 404);

  const second = expect(await send({}), 201);
  assert.equal(expect(await answer(second.id, jn, "withdraw"), 200).state, "withdrawn");
  const third = expect(await send({ withheld: ["内部"], evidence: [goes.id] }), 201);
  const sent = expect(await answer(third.id, firm, "consent", { agreed: true }), 200);
  assert.deepEqual([sent.state, sent.consented_at !== null, await waiting(firm), await waiting(qd)], ["sent", true, [], [["sent", made.number]]]);
  // The receipt is the hash of what can be read.
  const whole = expect(await server.call("GET", `${api}/handovers/${third.id}`, { as: qd }), 200);
  assert.equal(createHash("sha256").update(whole.content).digest("hex"), third.sha256);
  assert.deepEqual([JSON.parse(whole.content).variables, JSON.parse(whole.content).evidence.map((one) => one.id)], [{ 公开: 1 }, [goes.id]]);
  assert.equal(expect(await server.call("GET", `${api}/handovers/${third.id}`, { as: "coordinator" }), 200).content, "");
  const seen = await read(server, qd, made.id);
  assert.deepEqual([seen.evidence.map((one) => one.id), JSON.stringify(seen).includes("底价"), JSON.stringify(seen).includes("股东名册")], [[goes.id], false, false]);
  assert.deepEqual([(await server.call("GET", `${api}/evidence/${goes.id}/file`, { as: qd })).status, (await server.call("GET", `${api}/evidence/${stays.id}/file`, { as: qd })).status], [200, 404]);
  assert.equal((await complete(server, jn, made.id, "a", { 后来的: 1 })).json.key, "handover.under_way");
  assert.equal((await server.call("POST", `${api}/cases/${made.id}/evidence`, { as: firm, body: { evidence: stays.id } })).json.key, "handover.under_way");
  expect(await answer(third.id, qd, "receive"), 200);
  assert.deepEqual([(await read(server, jn, made.id)).evidence.length, (await read(server, firm, made.id)).variables.内部], [2, "底价"]);
  assert.deepEqual((await read(server, firm, made.id)).steps.map((one) => one.event), ["opened", "evidence_attached", "evidence_attached", "handover_asked", "handover_refused", "handover_asked", "handover_withdrawn", "handover_asked", "handover_sent", "handover_received"]);
});

test("before the receipt the other city sees what was sent; what was withheld reaches it by no message, and is asked of it where a form asks", async () => {
  const text = bpmn(`<startEvent id="s"/><parallelGateway id="fork"/><userTask id="a"><extensionElements><jiaoji:field name="内部" label="内部" type="text" required="true"/></extensionElements></userTask><intermediateCatchEvent id="w"><messageEventDefinition messageRef="m"/></intermediateCatchEvent><endEvent id="e"/><sendTask id="tell" messageRef="out"/><endEvent id="e2"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="fork"/><sequenceFlow id="f2" sourceRef="fork" targetRef="a"/><sequenceFlow id="f3" sourceRef="fork" targetRef="w"/><sequenceFlow id="f4" sourceRef="w" targetRef="tell"/><sequenceFlow id="f5" sourceRef="tell" targetRef="e"/><sequenceFlow id="f6" sourceRef="a" targetRef="e2"/></process>
    <process id="q" isExecutable="true"><startEvent id="s2"><messageEventDefinition messageRef="out"/></startEvent><userTask id="b"/><endEvent id="e3"/><sequenceFlow id="g1" sourceRef="s2" targetRef="b"/><sequenceFlow id="g2" sourceRef="b" targetRef="e3"/>`, { declared: '<message id="m" name="来文"/><message id="out" name="去文"/>' });
  const procedure = await deploy(server, jn, text);
  const made = await open(server, jn, procedure.id, { process: "p", answers: { 公开: 1, 底数: "七" } });
  const sent = expect(await server.call("POST", `${api}/cases/${made.id}/handovers`, { as: jn, body: { to_city: qingdao, reason: "属地", withheld: ["底数"] } }), 201);
  expect(await server.call("POST", `${api}/messages`, { as: jn, body: { id: "途中", name: "来文", case_number: made.number, variables: { 后来的: 2 } } }), 201);
  assert.deepEqual((await read(server, qd, made.id)).variables, { 公开: 1 });
  expect(await server.call("POST", `${api}/handovers/${sent.id}/receive`, { as: qd, body: {} }), 200);
  assert.deepEqual((await read(server, qd, made.id)).variables, { 公开: 1, 后来的: 2 });
  const told = expect(await server.call("GET", `${api}/cases?procedure=${procedure.id}`, { as: jn }), 200).items.find((one) => one.id !== made.id);
  assert.deepEqual((await read(server, jn, told.id)).variables, { 公开: 1, 后来的: 2 });
  expect(await complete(server, qd, made.id, "a", { 内部: "青岛填的" }), 200);
});

test("an applicant without an account agrees on paper, and the officer says where it is kept", async () => {
  const party = expect(await server.call("POST", `${api}/parties`, { as: jn, body: { name: "济南纸面同意公司", city: jinan, visibility: "region" } }), 201);
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id, { party: party.id });
  const send = (body) => server.call("POST", `${api}/cases/${made.id}/handovers`, { as: jn, body: { to_city: qingdao, reason: "属地", ...body } });
  assert.equal((await send({})).json.key, "handover.no_paper");
  const sent = expect(await send({ paper: "档案 2026-3 号" }), 201);
  assert.deepEqual([sent.state, sent.paper], ["sent", "档案 2026-3 号"]);
});

test("what officers answer for the office only no applicant sees; nobody answers for others", async () => {
  const field = (name, more = "") => `<extensionElements><jiaoji:field name="${name}" label="${name}" type="text"${more}/></extensionElements>`;
  const procedure = await deploy(server, jn, bpmn(`${chain('<startEvent id="s"/>', '<userTask id="a" jiaoji:role="officer"></userTask>', '<intermediateCatchEvent id="w"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>', '<userTask id="b" jiaoji:role="applicant"></userTask>', '<endEvent id="e"/>').replace("></userTask>", `>${field("底稿", ' officeOnly="true"')}</userTask>`)}`, { declared: '<message id="m" name="来文"/>' }), { city: jinan });
  assert.equal((await server.call("POST", `${api}/cases`, { as: firm, body: { procedure: procedure.id, title: "x", answers: { 底稿: "伪造" } } })).json.key, "casework.not_asked");
  const made = await open(server, firm, procedure.id);
  expect(await complete(server, jn, made.id, "a", { 底稿: "有疑点" }), 200);
  assert.equal((await read(server, jn, made.id)).variables.底稿, "有疑点");
  assert.ok(!JSON.stringify(await read(server, firm, made.id)).includes("有疑点"));
  assert.equal((await server.call("POST", `${api}/messages`, { as: firm, body: { id: "forged", name: "来文", case_number: made.number, variables: { 底稿: "伪造" } } })).json.key, "casework.not_asked");
  expect(await server.call("POST", `${api}/messages`, { as: firm, body: { id: "honest", name: "来文", case_number: made.number, variables: { 附言: "好" } } }), 201);
  assert.equal((await complete(server, firm, made.id, "b", { 底稿: "伪造" })).json.key, "casework.not_asked");
  expect(await complete(server, firm, made.id, "b", { 意见: "好" }), 200);
  assert.deepEqual((await read(server, jn, made.id)).variables, { 底稿: "有疑点", 附言: "好", 意见: "好" });
});

test("an applicant sets nothing on which the procedure decides, and nobody what it computes", async () => {
  const gate = (inside) => bpmn(`${inside}<exclusiveGateway id="g" default="f8"/><userTask id="yes" jiaoji:role="officer"/><userTask id="no" jiaoji:role="officer"/><sequenceFlow id="f7" sourceRef="g" targetRef="yes"><conditionExpression>免审 = true</conditionExpression></sequenceFlow><sequenceFlow id="f8" sourceRef="g" targetRef="no"/>`);
  const formless = await deploy(server, jn, gate(`${chain('<startEvent id="s"/>', '<scriptTask id="x" jiaoji:result="算出"><script>1</script></scriptTask>', task("b", 'jiaoji:role="applicant"'))}<sequenceFlow id="z" sourceRef="b" targetRef="g"/>`), { city: jinan });
  for (const answers of [{ 免审: true }, { 算出: 2 }]) assert.equal((await server.call("POST", `${api}/cases`, { as: firm, body: { procedure: formless.id, title: "x", answers } })).json.key, "casework.not_asked");
  const made = await open(server, firm, formless.id);
  for (const answers of [{ 免审: true }, { 算出: 2 }]) assert.equal((await complete(server, firm, made.id, "b", answers)).json.key, "casework.not_asked");
  expect(await complete(server, firm, made.id, "b", { 附言: "好" }), 200);
  assert.deepEqual(tokens(await read(server, jn, made.id)), ["no"]);
});

test("an early message with which the case could not go on is marked, and the officer goes on", async () => {
  const text = bpmn(`${chain('<startEvent id="s"/>', task("a"), '<intermediateCatchEvent id="w"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>', '<exclusiveGateway id="g" default="f9"/>')}<endEvent id="e"/><endEvent id="e2"/><sequenceFlow id="f8" sourceRef="g" targetRef="e"><conditionExpression>金额 &gt; 5</conditionExpression></sequenceFlow><sequenceFlow id="f9" sourceRef="g" targetRef="e2"/>`, { declared: '<message id="m" name="到账"/>' });
  const procedure = await deploy(server, jn, text);
  const made = await open(server, jn, procedure.id);
  for (const [id, 金额] of [["坏", "很多"], ["好", 9]]) expect(await server.call("POST", `${api}/messages`, { as: jn, body: { id, name: "到账", case_number: made.number, variables: { 金额 } } }), 201);
  expect(await complete(server, jn, made.id, "a"), 200);
  const view = await read(server, jn, made.id);
  assert.deepEqual([view.outcome, view.variables.金额, view.steps.filter((one) => one.event === "message_failed").map((one) => one.element)], ["completed", 9, ["casework.condition"]]);
  assert.deepEqual(expect(await server.call("GET", `${api}/messages?state=failed`, { as: jn }), 200).items.map((one) => one.id), ["坏"]);
});

test("a coordinator does a coordinator's task of one city, and sees the cases that have one", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a", 'jiaoji:role="coordinator"'), task("b"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id);
  expect(await complete(server, "coordinator", made.id, "a"), 200);
  assert.deepEqual(tokens(await read(server, "coordinator", made.id)), ["b"]);
});

test("an applicant who cannot sign in has the counter do it", async () => {
  const party = expect(await server.call("POST", `${api}/parties`, { as: jn, body: { name: "济南无账号公司", city: jinan, visibility: "region" } }), 201);
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a", 'jiaoji:role="applicant"'), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id, { party: party.id });
  expect(await complete(server, jn, made.id, "a"), 200);
});

test("a task that somebody took is given back, also by a colleague", async () => {
  const procedure = await deploy(server, jn, bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')));
  const made = await open(server, jn, procedure.id);
  const id = (await read(server, jn, made.id)).tasks[0].id;
  const colleague = await account(server, "officer-jinan-2", "officer", { city: jinan });
  expect(await server.call("POST", `${api}/tasks/${id}/take`, { as: jn, body: {} }), 200);
  assert.equal((await server.call("POST", `${api}/tasks/${id}/complete`, { as: colleague.login, body: {} })).json.key, "casework.taken");
  assert.equal(expect(await server.call("POST", `${api}/tasks/${id}/release`, { as: colleague.login, body: {} }), 200).account, "");
  expect(await server.call("POST", `${api}/tasks/${id}/complete`, { as: colleague.login, body: {} }), 200);
  assert.deepEqual((await read(server, jn, made.id)).steps.map((one) => [one.event, one.element]), [["opened", ""], ["taken", "a"], ["released", "a"], ["completed", "a"]]);
});

test("a task that fails takes the way of the error that catches it, and is refused where none does", async () => {
  const procedure = await deploy(server, jn, bpmn(`${chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')}<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="x"/></boundaryEvent>${task("mend")}<endEvent id="e2"/><sequenceFlow id="g1" sourceRef="b" targetRef="mend"/><sequenceFlow id="g2" sourceRef="mend" targetRef="e2"/>`, { declared: '<error id="x" errorCode="接口不通"/>' }));
  const made = await open(server, jn, procedure.id);
  const id = (await read(server, jn, made.id)).tasks[0].id;
  const failed = (code) => server.call("POST", `${api}/tasks/${id}/fail`, { as: jn, body: { code } });
  assert.equal((await failed("别的")).json.key, "casework.not_caught");
  assert.deepEqual(tokens(await read(server, jn, made.id)), ["a"]);
  expect(await failed("接口不通"), 200);
  const view = await read(server, jn, made.id);
  assert.deepEqual([tokens(view), view.tasks[0].closed_at !== null, view.steps.at(-1).event], [["mend"], true, "failed"]);
  assert.equal((await failed("接口不通")).json.key, "casework.no_task");
});

test("a handover that is sent back leaves nothing behind, and one of an ended case can only be sent back", async () => {
  const procedure = await deploy(server, jn, bpmn(`${chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')}<boundaryEvent id="b" attachedToRef="a"><messageEventDefinition messageRef="m"/></boundaryEvent><endEvent id="e2"/><sequenceFlow id="g" sourceRef="b" targetRef="e2"/>`, { declared: '<message id="m" name="撤件"/>' }));
  const made = await open(server, jn, procedure.id);
  const send = async () => expect(await server.call("POST", `${api}/cases/${made.id}/handovers`, { as: jn, body: { to_city: qingdao, reason: "x" } }), 201);
  const first = await send();
  expect(await server.call("POST", `${api}/handovers/${first.id}/return`, { as: qd, body: { note: "不属于我市" } }), 200);
  assert.equal((await server.call("GET", `${api}/cases/${made.id}`, { as: qd })).status, 404);
  const second = await send();
  assert.equal((await complete(server, jn, made.id, "a")).json.key, "handover.under_way");
  expect(await server.call("POST", `${api}/messages`, { as: jn, body: { id: "撤", name: "撤件", case_number: made.number } }), 201);
  assert.equal((await server.call("POST", `${api}/handovers/${second.id}/receive`, { as: qd, body: {} })).json.key, "casework.ended");
  assert.equal((await read(server, jn, made.id)).city, jinan);
});

test("evidence is given once, by whom it is trusted, and used with the applicant's consent where it is valid", async () => {
  const party = (await open(server, firm, program["business-registration"], { answers: { 企业名称: "某", 事项: "出版物零售许可", 协同市: jinan } })).party.id;
  const give = (as, body) => server.call("POST", `${api}/evidence`, { as, body: { name: "检测报告", kind: "inspection", grade: "C", sha256: "b".repeat(64), ...body } });
  assert.equal((await give(firm, { grade: "A" })).json.key, "evidence.grade");
  assert.equal((await give(firm, { accepted_by: ["999999"] })).json.key, "evidence.accepted_by");
  assert.equal((await give(firm, { valid_from: "2026-02-30" })).json.errors[0].pointer, "/valid_from");
  assert.equal((await give(firm, { sha256: "", data: "不是" })).json.errors[0].key, "evidence.base64");
  const report = expect(await give(jn, { party, grade: "A", issuer: "济南市检测中心", accepted_by: [qingdao], valid_until: "2030-01-01", sha256: "", file_name: "报告.txt", data: Buffer.from("合格").toString("base64") }), 201);
  assert.equal(report.sha256, createHash("sha256").update("合格").digest("hex"));
  assert.equal((await server.call("GET", `${api}/evidence/${report.id}/file`, { as: firm })).text, "合格");
  const one = await open(server, firm, program["business-registration"], { answers: { 企业名称: "某", 事项: "出版物零售许可", 协同市: jinan } });
  const other = await open(server, firm, program["eia-commitment"], { answers: project });
  const attach = (id, evidence, as = firm) => server.call("POST", `${api}/cases/${id}/evidence`, { as, body: { evidence } });
  assert.equal((await attach(one.id, report.id, qd)).status, 404);
  expect(await attach(one.id, report.id), 200);
  expect(await attach(one.id, report.id), 200);
  const refused = await attach(other.id, report.id);
  assert.deepEqual([refused.status, refused.json.key], [409, "evidence.unusable"]);
  const held = (await read(server, qd, one.id)).evidence;
  assert.deepEqual(held.map((e) => [e.id, e.grade, e.unusable]), [[report.id, "A", null]]);
  expect(await server.call("DELETE", `${api}/evidence/${report.id}`, { as: jn, body: {} }), 200);
  assert.match((await read(server, qd, one.id)).evidence[0].unusable, /withdrawn/);
});

test("a simulation draws on what was done, when the data folder has five of it", async () => {
  const text = bpmn(chain('<startEvent id="s"/>', task("a"), '<endEvent id="e"/>')).replace('<process id="p"', '<process id="drawn"');
  const file = join(server.data, "drawn.bpmn");
  writeFileSync(file, text);
  const simulated = () => jiaoji(["case", "simulate", file, "--runs", "50", "--data", server.data]);
  const procedure = await deploy(server, jn, text);
  for (let i = 0; i < 5; ++i) {
    if (i === 4) assert.doesNotMatch(simulated().err, /tasks done/);
    const made = await open(server, jn, procedure.id);
    expect(await complete(server, jn, made.id, "a"), 200);
  }
  const { status, err } = simulated();
  assert.equal(status, 0, err);
  assert.match(err, /those of 5 tasks done/);
});

test("public figures of letters add up: five received, five closed, two true, three not", async () => {
  const figures = expect(await server.call("GET", `${api}/procedures/${program.petitions}/figures`), 200);
  assert.deepEqual([figures.opened, figures.closed, figures.open], [5, 5, 0]);
  assert.deepEqual(figures.fields.find((field) => field.name === "属实").values.map((one) => [one.value, one.opened, one.closed]), [["false", 3, 3], ["true", 2, 2]]);
  const own = expect(await server.call("GET", `${api}/procedures/${program["business-registration"]}/figures`), 200);
  for (const field of own.fields) assert.equal(field.values.reduce((sum, one) => sum + one.opened, 0), own.opened, field.name);
  assert.ok(own.closed >= 1 && own.open >= 1);
});
