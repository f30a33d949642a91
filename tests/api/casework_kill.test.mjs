// Killed at every command of a scripted history, and tried again with its key: no step lost, none doubled, the same end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bpmn, deploy } from "./casework.mjs";
import { Server, sleep } from "./server.mjs";
import { api, expect } from "./world.mjs";

const officer = "officer-jinan";
// Two branches, a script, a boundary timer that is armed and goes again, and a join.
const procedure = bpmn(`<startEvent id="s"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/><parallelGateway id="join"/><scriptTask id="x"><script>{sum: a + b}</script></scriptTask><userTask id="c"/><userTask id="d"/><endEvent id="e"/>
  <boundaryEvent id="late" attachedToRef="c" cancelActivity="false"><timerEventDefinition><timeDuration>P30D</timeDuration></timerEventDefinition></boundaryEvent><endEvent id="told"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="fork"/><sequenceFlow id="f2" sourceRef="fork" targetRef="a"/><sequenceFlow id="f3" sourceRef="fork" targetRef="b"/><sequenceFlow id="f4" sourceRef="a" targetRef="join"/><sequenceFlow id="f5" sourceRef="b" targetRef="join"/>
  <sequenceFlow id="f6" sourceRef="join" targetRef="x"/><sequenceFlow id="f7" sourceRef="x" targetRef="c"/><sequenceFlow id="f8" sourceRef="c" targetRef="d"/><sequenceFlow id="f9" sourceRef="d" targetRef="e"/><sequenceFlow id="f10" sourceRef="late" targetRef="told"/>`);
const elements = ["a", "b", "c", "d"];
const steps = process.env.JIAOJI_SLOW ? 40 : 200;  // commands; each case takes five

let server;
before(async () => { server = await Server.start({ listings: 20 }); });
after(() => server.stop());

// What remains of a case when times and ids are left out.
const shape = (view) => ({ outcome: view.outcome, version: view.version, tokens: view.tokens.map((t) => t.element).sort(), variables: view.variables, waits: view.waits.map((w) => w.element),
  tasks: view.tasks.map((t) => [t.element, t.how]).sort(), steps: view.steps.map((s) => [s.number, s.event, s.element, s.moves.map(([what, element]) => [what, element])]) });

async function history(command) {
  const cases = [];
  const one = await deploy(server, officer, procedure);
  for (let number = 0; number < steps; ++number) {
    const which = Math.floor(number / 5), at = number % 5;
    if (at === 0) {
      cases.push((await command("/cases", { procedure: one.id, title: `第 ${which} 件` }, `open-${one.id}-${which}`)).id);
      continue;
    }
    const view = expect(await server.call("GET", `${api}/cases/${cases[which]}`, { as: officer }), 200);
    const task = view.tasks.find((t) => t.element === elements[at - 1]);
    await command(`/tasks/${task.id}/complete`, { answers: { [elements[at - 1]]: number } }, `step-${one.id}-${number}`);
  }
  return Promise.all(cases.map(async (id) => expect(await server.call("GET", `${api}/cases/${id}`, { as: officer }), 200)));
}

test("a history that is killed at each of its commands ends as one that is not", async () => {
  const send = (path, body, key) => server.call("POST", api + path, { as: officer, body, headers: { "idempotency-key": key } });
  const calm = await history(async (path, body, key) => expect(await send(path, body, key), 200, 201));
  let answered = 0, lost = 0, wait = 2;
  const killed = await history(async (path, body, key) => {
    const first = send(path, body, key).then((answer) => answer.json, () => null);
    await sleep(Math.random() * wait);
    await server.down("SIGKILL");
    const heard = await first;
    heard ? ++answered : ++lost;
    wait *= heard ? 0.8 : 1.25;  // so that on any machine about half are killed before they answer
    await server.up();
    const again = expect(await send(path, body, key), 200, 201);
    if (heard) assert.deepEqual(again, heard, "what was acknowledged is answered again");
    return again;
  });
  assert.ok(answered > 0 && lost > 0, `${answered} answered before the kill, ${lost} not`);
  assert.deepEqual(killed.map(shape), calm.map(shape));
  assert.equal(new Set([...calm, ...killed].map((view) => view.number)).size, calm.length + killed.length);
  const verified = expect(await server.call("GET", `${api}/journal/verification`, { as: "auditor" }), 200);
  assert.equal(verified.broken ?? 0, 0, JSON.stringify(verified));
});
