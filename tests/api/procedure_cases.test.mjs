// Worked cases of procedures: those that are shipped pass, and a wrong expectation is found, told with file, line, step and what came instead.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bpmn, chain, task } from "./casework.mjs";
import { jiaoji, root } from "./server.mjs";

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "jiaoji-"));
  for (const program of ["petitions", "eia-commitment", "unified-standards"]) cpSync(join(root, "programs", program), join(folder, program), { recursive: true });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const shipped = readdirSync(join(root, "programs")).flatMap((program) => {
  const cases = join(root, "programs", program, "cases");
  return existsSync(cases) ? readdirSync(cases).filter((name) => name.endsWith(".toml")).map((name) => join(cases, name)) : [];
});
const original = readFileSync(join(root, "programs/petitions/cases/five-letters.toml"), "utf8");
const play = (text, program = "petitions") => {
  const file = join(folder, program, "cases/tried.toml");
  mkdirSync(join(folder, program, "cases"), { recursive: true });
  writeFileSync(file, text);
  return jiaoji(["procedure", "cases", file]);
};

test("every shipped case is as it should be", () => {
  assert.ok(shipped.length >= 4, `${shipped}`);
  const done = jiaoji(["procedure", "cases", "--json", ...shipped]);
  assert.equal(done.status, 0, done.out + done.err);
  const { passed, failed, cases } = JSON.parse(done.out);
  assert.deepEqual([passed, failed], [cases.length, 0]);
});

for (const [name, from, to, said] of [
  ["a due date", 'due = "2026-03-24"', 'due = "2026-03-25"', /tried\.toml:\d+ "示意：夜间异味，属实" step 1 register: investigate\.due should be 2026-03-25, is 2026-03-24/],
  ["an open task", '{ element = "rectify", due', '{ element = "answer", due', /step 2 investigate: open should be answer, is rectify/],
  ["a city", 'city = "370100", due = "2026-03-04"', 'city = "370200", due = "2026-03-04"', /once open: register\.city should be 370200, is 370100/],
  ["an end", 'ends = ["closed"], outcome', 'ends = ["reminded"], outcome', /ends should be reminded, is closed/],
  ["a variable", 'variables = { "属实" = true }', 'variables = { "属实" = false }', /属实 should be false, is true/],
  ["a refusal", 'refused = "request.invalid"', 'refused = "casework.not_yours"', /refused should be casework\.not_yours, is request\.invalid/],
  ["a figure", '"true" = 2, "false" = 3', '"true" = 3, "false" = 2', /属实 = true should be 3, is 2/],
  ["a step that cannot be done", 'complete = "investigate"', 'complete = "answer"', /complete should be answer, is open: investigate/],
  ["an answer that is missing", 'answers = { "反映对象" = "甲厂" }', "answers = {}", /\(request\.invalid\).*反映对象/],
]) {
  test(`a wrong expectation is found: ${name}`, () => {
    assert.ok(original.includes(from), from);
    const done = play(original.replace(from, to));
    assert.equal(done.status, 1, done.out + done.err);
    assert.match(done.out, said);
    assert.match(done.err, /cases\.failed/);
  });
}

for (const [name, text, said] of [
  ["a field that is not there", original.replace('complete = "register"', 'completes = "register"'), /tried\.toml:\d+.*completes/],
  ["a moment that is none", original.replace('at = "2026-03-03 10:00"', 'at = "2026-02-30 10:00"'), /tried\.toml:\d+.*2026-02-30/],
  ["time that runs back", original.replace('at = "2026-03-10 10:00"', 'at = "2026-03-01 10:00"'), /tried\.toml:\d+.*before the step before/],
  ["a date that is none", original.replace('due = "2026-03-24"', 'due = "soon"'), /tried\.toml:\d+.*due should be/],
  ["no title", original.replace(/^title = .*$/m, ""), /tried\.toml:\d+.*title is missing/],
  ["no TOML", "[[case]", /tried\.toml:1/],
  ["nothing", "", /tried\.toml.*case/],
]) {
  test(`a file that is wrong is told with its line: ${name}`, () => {
    const done = play(text);
    assert.equal(done.status, 1, done.out);
    assert.match(done.err, said);
    assert.match(done.err, /cases\.file/);
  });
}

test("the tables beside the procedure are asked, not those that the binary carries", () => {
  const file = join(folder, "eia-commitment/370100/sampling.dmn");
  writeFileSync(file, readFileSync(file, "utf8").replace("<text>0.5</text>", "<text>0.1</text>"));
  const done = play(readFileSync(join(root, "programs/eia-commitment/cases/commitment.toml"), "utf8"), "eia-commitment");
  assert.equal(done.status, 1, done.err);
  assert.match(done.out, /抽查比例 should be 0\.5, is 0\.1/);
});

test("messages come, early and late, and for another case not at all; a date ends at its hour", () => {
  mkdirSync(join(folder, "letters/cases"), { recursive: true });
  const waits = '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="msg" jiaoji:key="编号"/></intermediateCatchEvent>';
  writeFileSync(join(folder, "letters/letters.bpmn"), bpmn(chain('<startEvent id="s"/>', task("a", 'jiaoji:due="1 workdays" jiaoji:endsAt="17:30"'), waits, task("b"), '<endEvent id="e"/>'), { declared: '<message id="msg" name="回执"/>' }));
  const one = (title, steps) => `[[case]]\ntitle = "${title}"\ncity = "370100"\nstart = "2026-03-06T09:00:00+08:00"\nanswers = { "编号" = "${title}" }\nexpect = { open = [{ element = "a", due = "2026-03-09 17:30" }] }\n${steps.map((step) => `[[case.step]]\nat = "2026-03-09 09:00"\n${step}\n`).join("")}`;
  const done = play([
    one("A1", ['complete = "a"\nexpect = { waits = ["m"], open = [] }', 'message = "回执"\nkey = "A1"\nanswers = { "结果" = "通过" }\nexpect = { open = [{ element = "b" }], waits = [], variables = { "结果" = "通过" } }']),
    one("A2", ['message = "回执"\nkey = "A2"\nanswers = { "结果" = "早到" }', 'complete = "a"\nexpect = { open = [{ element = "b" }], variables = { "结果" = "早到" } }']),
    one("A3", ['complete = "a"', 'message = "回执"\nkey = "A1"\nexpect = { waits = ["m"], absent = ["结果"] }']),
  ].join(""), "letters");
  assert.equal(done.status, 0, done.out + done.err);
});

test("a file outside of a program is refused", () => {
  writeFileSync(join(folder, "stray.toml"), original);
  const done = jiaoji(["procedure", "cases", join(folder, "stray.toml")]);
  assert.equal(done.status, 1);
  assert.match(done.err, /cases\//);
});
