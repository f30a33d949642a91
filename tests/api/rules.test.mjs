// A standard's way: drafted, refused while a text in it cannot be used, published, decided, changed, decided by the old number again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hold } from "./spec.mjs";
import { Server } from "./server.mjs";
import { api, expect } from "./world.mjs";

const escape = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const model = (rows, { inputs = ["年营收"], type = "number", policy = "FIRST", extra = "" } = {}) => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">${extra}
${inputs.map((n, i) => `<inputData id="i${i}" name="${n}"><variable name="${n}" typeRef="${type}"/></inputData>`).join("")}
<decision id="d" name="补助">${inputs.map((_, i) => `<informationRequirement><requiredInput href="#i${i}"/></informationRequirement>`).join("")}
<decisionTable hitPolicy="${policy}">${inputs.map((n) => `<input><inputExpression><text>${n}</text></inputExpression></input>`).join("")}<output/>
${rows.map((r) => `<rule>${r.slice(0, -1).map((t) => `<inputEntry><text>${escape(t)}</text></inputEntry>`).join("")}<outputEntry><text>${escape(r.at(-1))}</text></outputEntry></rule>`).join("")}
</decisionTable></decision></definitions>`;

let server;
const officer = "officer-qingdao";
let matter = 0;
const create = async (xml, as = officer) => server.call("POST", `${api}/models`, { as, body: { program: "unified-standards", matter: `test-${++matter}`, title: "补助标准", visibility: "public", xml } });
const publish = (row, as = officer) => server.call("POST", `${api}/models/${row.id}/publish`, { as, headers: { "if-match": `"${row.version}"` } });
const published = async (xml, as = officer) => expect(await publish(expect(await create(xml, as), 201), as), 200);
const decide = (id, body, as = null) => server.call("POST", `${api}/models/${id}/decide`, { as, body });

before(async () => { server = hold(await Server.start({ listings: 20 })); });
after(() => server.stop());

test("a draft is its city's own; in force it is decided, and an old version answers as it did", async () => {
  const first = expect(await create(model([[">= 2000", "100"], ["-", "0"]])), 201);
  for (const as of [null, "officer-jinan", "coordinator", "admin"]) assert.equal((await server.call("GET", `${api}/models/${first.id}`, { as })).status, 404, `${as}`);
  expect(await server.call("GET", `${api}/models/${first.id}`, { as: officer }), 200);
  const inForce = expect(await publish(first), 200);
  assert.equal(expect(await decide(first.id, { inputs: { 年营收: 2000 } }), 200).answers.补助, 100);

  const draft = expect(await server.call("PUT", `${api}/models/${first.id}/draft`, { as: officer, body: { xml: model([[">= 3000", "200"], ["-", "0"]]), note: "提高门槛" }, headers: { "if-match": `"${inForce.version}"` } }), 200);
  assert.equal(expect(await decide(first.id, { inputs: { 年营收: 2000 } }), 200).answers.补助, 100, "a draft decides nothing");
  assert.equal((await decide(first.id, { number: 2, inputs: { 年营收: 2000 } })).status, 404, "a draft is nobody else's business");
  assert.equal((await publish(inForce)).status, 412, "a lost race");
  expect(await publish(draft), 200);
  const now = expect(await decide(first.id, { inputs: { 年营收: 2000 } }), 200);
  assert.deepEqual([now.number, now.answers.补助], [2, 0]);
  const then = expect(await decide(first.id, { number: 1, inputs: { 年营收: 2000 } }), 200);
  assert.deepEqual([then.number, then.answers.补助], [1, 100]);
  const whole = expect(await server.call("GET", `${api}/models/${first.id}`, { as: officer }), 200);
  assert.deepEqual(whole.history.map((h) => [h.number, h.note]), [[2, "提高门槛"], [1, ""]]);
});

test("what cannot be used may stand in a draft, and keeps it from being published", async () => {
  const draft = expect(await create(model([["> 没有这个名称", "1"]])), 201);
  const refused = await publish(draft);
  assert.equal(refused.status, 422);
  assert.equal(refused.json.key, "model.problems");
  assert.match(refused.json.errors[0].detail, /没有这个名称/);
});

test("an answer says why; with unknown facts, what to ask", async () => {
  const row = await published(model([[">= 2000", ">= 5", "100"], ["-", "-", "0"]], { inputs: ["年营收", "专利数"] }));
  const near = expect(await decide(row.id, { inputs: { 年营收: 3000, 专利数: 2 } }), 200);
  assert.equal(near.answers.补助, 0);
  const [first, second] = near.why.tables[0].rules;
  assert.deepEqual([first.fired, second.fired], [false, true]);
  assert.deepEqual(first.failed, [{ input: "专利数", test: ">= 5", saw: "2", unknown: false }]);
  const open = expect(await decide(row.id, { inputs: { 年营收: 3000 }, unknown: true }), 200).missing.补助;
  assert.deepEqual([open.certain, open.ask], [false, ["专利数"]]);
  assert.equal(expect(await decide(row.id, { inputs: { 年营收: 10 }, unknown: true }), 200).missing.补助.certain, true);
});

test("inputs of the wrong type, and unknown ones, are named", async () => {
  const row = await published(model([["-", "1"]]));
  const wrong = await decide(row.id, { inputs: { 年营收: "三千", 月份: 1 } });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.json.errors.map((e) => e.pointer), ["/年营收", "/月份"]);
});

test("two standards: reordered rows and other labels are no difference; a boundary is (F018)", async () => {
  const rows = [["< 18", "1"], ["[18..60)", "2"], [">= 60", "3"]];
  const a = await published(model(rows, { policy: "UNIQUE" })), b = await published(model([...rows].reverse(), { policy: "UNIQUE" }), "officer-qingdao");
  const c = await published(model([["<= 18", "1"], ["(18..60)", "2"], [">= 60", "3"]], { policy: "UNIQUE" }), "officer-jinan");
  assert.equal(expect(await server.call("GET", `${api}/models/${a.id}/differences/${b.id}`), 200).outcome, "equal");
  const found = expect(await server.call("GET", `${api}/models/${a.id}/differences/${c.id}`), 200);
  assert.deepEqual([found.outcome, found.witness.input, found.witness.output_a, found.witness.output_b], ["different", { 年营收: 18 }, 2, 1]);
  assert.equal(expect(await decide(a.id, { inputs: found.witness.input }), 200).answers.补助, 2);
  assert.equal(expect(await decide(c.id, { inputs: found.witness.input }), 200).answers.补助, 1);
});

test("overlaps and gaps are reported with the numbers of the rules (F014)", async () => {
  const row = await published(model([["< 10", "1"], ["[5..20)", "2"]], { policy: "UNIQUE" }));
  const [table] = expect(await server.call("GET", `${api}/models/${row.id}/check`), 200).tables;
  assert.deepEqual(table.overlaps.map((o) => [o.rules, o.where.年营收]), [[[1, 2], "[5..10)"]]);
  assert.deepEqual(table.gaps.map((g) => g.where.年营收), [">= 20"]);
});

test("XML that is no model is refused with its place, and nothing outside is read (F003, F004, F006)", async () => {
  const texts = [
    ["<a><b></a>", "model.xml"], [model([["-", "1"]]) + "<more/>", "model.xml"], [model([["-", "1"]], { extra: "<description>&undefined;</description>" }), "model.xml"],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "model.doctype"], ['<definitions xmlns="urn:other"/>', "model.namespace"], [model([["-"]]), "model.ragged"], ["", "model"],
  ];
  for (const [xml, key] of texts) {
    const answer = await create(xml);
    assert.equal(answer.status, 422, `${xml.slice(0, 60)}: ${answer.text}`);
    assert.ok(answer.json.key.startsWith(key) || key === "model", `${xml.slice(0, 60)}: ${answer.json.key}`);
  }
});

test("an expression that does not end is stopped, and the server goes on (F015)", async () => {
  for (const text of ["count(for i in 1..1000000000 return i)", 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', '{f: function(g) g(g), r: f(f)}.r', 'for i in 1..60 return if i = 1 then "0123456789" else partial[-1] + partial[-1]']) {
    const row = await published(model([["-", text]]));
    const began = performance.now();
    const answer = await decide(row.id, { inputs: { 年营收: 1 } });
    assert.ok(answer.status === 200 || answer.json.key === "feel.limit", answer.text);
    if (answer.status === 200) assert.equal(answer.json.answers.补助, null);
    assert.ok(performance.now() - began < 20_000, text);
    await server.healthy();
  }
});

const tableOf = async (id, number) => expect(await server.call("GET", `${api}/models/${id}?number=${number}`, { as: officer }), 200).elements.find((e) => e.table).table;
const checked = (row, body, as = officer) => server.call("POST", `${api}/models/${row.id}/check`, { as, body });
const draft = (row, body) => server.call("PUT", `${api}/models/${row.id}/draft`, { as: officer, body, headers: { "if-match": `"${row.version}"` } });

test("what is typed is checked and not stored: overlaps, gaps, and each cell that cannot be read (E10)", async () => {
  const row = await published(model([["< 10", "1"], [">= 10", "2"]], { policy: "UNIQUE" }));
  const table = await tableOf(row.id, 1);
  table.rules[1].tests[0] = "[5..20)";
  const found = expect(await checked(row, { tables: { 补助: table } }), 200);
  assert.deepEqual([found.number, found.problems], [1, []]);
  assert.deepEqual(found.tables[0].overlaps.map((o) => [o.rules, o.where.年营收]), [[[1, 2], "[5..10)"]]);
  assert.deepEqual(found.tables[0].gaps.map((g) => g.where.年营收), [">= 20"]);
  table.rules[1].tests[0] = "< < 3";
  table.rules[0].outputs[0] = "1 +";
  const faulty = expect(await checked(row, { tables: { 补助: table } }), 200);
  assert.deepEqual(faulty.problems.map((p) => [p.element, p.pointer]), [["补助", "/rules/0/outputs/0"], ["补助", "/rules/1/tests/0"]]);
  table.rules[0].tests[0] = "餐饮";
  table.rules[0].outputs[0] = "餐饮";
  const named = expect(await checked(row, { tables: { 补助: table } }), 200).problems;
  assert.deepEqual(named.slice(0, 2).map((p) => [p.pointer, /餐饮/.test(p.detail)]), [["/rules/0/tests/0", true], ["/rules/0/outputs/0", true]], "a text without its quotes is told of each cell");
  assert.deepEqual((await tableOf(row.id, 1)).rules.map((r) => r.tests[0]), ["< 10", ">= 10"], "nothing is stored");
  assert.equal(expect(await checked(row, { xml: model([["< 10", "1"]], { policy: "UNIQUE" }) }), 200).tables[0].gaps.length, 1);
  assert.equal((await checked(row, { tables: { 补助: table } }, null)).status, 401);
});

test("tables replace those of the stored model, and everything else of it stays", async () => {
  const extra = `<description>说明</description><itemDefinition name="金额"><typeRef>number</typeRef><allowedValues><text>[0..1000]</text></allowedValues></itemDefinition>`;
  const diagram = `<di:DMNDI xmlns:di="https://www.omg.org/spec/DMN/20230324/DMNDI/"><di:DMNDiagram><di:DMNShape dmnElementRef="d"/></di:DMNDiagram></di:DMNDI>`;
  const row = await published(model([["-", "0"]], { extra }).replace("</definitions>", diagram + "</definitions>"));
  const table = await tableOf(row.id, 1);
  table.rules = [{ id: "r1", tests: [">= 2000"], outputs: ["100"], annotations: [], source: { document: "办法", article: "第三条", city: "青岛", valid_from: "2026-01-01", valid_until: "" } }, { tests: ["-"], outputs: ["0"] }];
  const saved = expect(await draft(row, { tables: { 补助: table }, note: "两档" }), 200);
  assert.equal(saved.draft, 2);
  const stored = await tableOf(row.id, 2);
  assert.deepEqual(stored.rules[0], table.rules[0]);
  assert.deepEqual(stored.rules[1], { id: "", tests: ["-"], outputs: ["0"], annotations: [], source: null });
  const xml = (await server.call("GET", `${api}/models/${row.id}/xml?number=2`, { as: officer })).text;
  for (const kept of ["说明", 'itemDefinition name="金额"', "[0..1000]", "requiredInput", "DMNShape", 'xmlns:di="https://www.omg.org/spec/DMN/20230324/DMNDI/"', 'validFrom="2026-01-01"']) assert.ok(xml.includes(kept), kept);
  // What was read can be sent back, and a second change begins from the draft.
  expect(await draft(saved, { tables: { 补助: stored } }), 200);
  assert.deepEqual(await tableOf(row.id, 2), stored);
  assert.equal(expect(await checked(row, { tables: { 补助: stored } }), 200).number, 2);
  assert.equal(expect(await checked(row, { tables: { 补助: stored }, number: 1 }), 200).number, 1);
  assert.equal((await checked(row, { tables: { 补助: stored }, number: 9 })).status, 404);
});

test("a table that is none is refused with the place of each fault", async () => {
  const row = await published(model([["-", "0"]]));
  const good = await tableOf(row.id, 1);
  const rule = { tests: ["-"], outputs: ["0"] };
  const rows = [
    ["a ragged rule", { ...good, rules: [rule, { tests: [], outputs: ["1", "2"] }] }, ["/rules/1/tests", "/rules/1/outputs"]],
    ["an unknown hit policy", { ...good, hit_policy: "BEST" }, ["/hit_policy"]], ["no hit policy", { ...good, hit_policy: undefined }, ["/hit_policy"]],
    ["a sum of one rule", { ...good, aggregation: "SUM" }, ["/aggregation"]],
    ["cells that are no texts", { ...good, rules: [{ tests: [5], outputs: [null] }] }, ["/rules/0/tests/0", "/rules/0/outputs/0"]],
    ["cells that are no list", { ...good, rules: [{ tests: "-", outputs: ["0"] }] }, ["/rules/0/tests"]],
    ["a rule that is no object", { ...good, rules: [7] }, ["/rules/0"]], ["rules that are no list", { ...good, rules: {} }, ["/rules"]],
    ["an unknown member", { ...good, rules: [{ ...rule, colour: "red" }] }, ["/rules/0/colour"]], ["an unknown member of the table", { ...good, cells: [] }, ["/cells"]],
    ["a control character", { ...good, rules: [{ tests: ["\u0001"], outputs: ["0"] }] }, ["/rules/0/tests/0"]],
    ["a cell that is too long", { ...good, rules: [{ tests: ["1".repeat(4001)], outputs: ["0"] }] }, ["/rules/0/tests/0"]],
    ["a source that is no object", { ...good, rules: [{ ...rule, source: "第三条" }] }, ["/rules/0/source"]],
    ["too many rules", { ...good, rules: Array(50_001).fill(rule) }, ["/rules"]],
    ["no output", { ...good, outputs: [], rules: [] }, ["/outputs"]], ["an input that asks nothing", { ...good, inputs: [{ label: "x" }] }, ["/inputs/0/expression"]],
    ["no table", 5, [""]],
  ];
  for (const [name, table, pointers] of rows) {
    for (const answer of [await checked(row, { tables: { 补助: table } }), await draft(row, { tables: { 补助: table } })]) {
      assert.equal(answer.status, 422, `${name}: ${answer.text}`);
      const told = answer.json.errors.map((e) => e.pointer);
      for (const pointer of pointers) assert.ok(told.includes("/tables/补助" + pointer), `${name}: ${told}`);
    }
  }
  const many = await checked(row, { tables: { 补助: { ...good, rules: Array(5_000).fill({ tests: [], outputs: [] }) } } });
  assert.ok(many.status === 422 && many.json.errors.length <= 110, "faults are told up to a number");
  for (const body of [{}, { xml: "", tables: {} }, { tables: {} }, { tables: [] }, { xml: model([["-", "1"]]), tables: { 补助: good } }, { tables: { 别的: good } }, { xml: "<a/>" }, { xml: 5 }, { tables: { 补助: good }, number: 0 }]) assert.equal((await checked(row, body)).status, 422, JSON.stringify(body));
  assert.equal((await checked(row, undefined)).status, 422);
  assert.equal((await server.call("POST", `${api}/models/${row.id}/check`, { as: officer, raw: `{"xml":"${"x".repeat(9 << 20)}"}`, headers: { "content-type": "application/json" } })).status, 413);
  await server.healthy();
});

test("ten thousand rules are checked, saved and read again", async () => {
  const row = await published(model([["-", "-", "0"]], { policy: "UNIQUE", inputs: ["年营收", "专利数"] }));
  const step = (i) => (i === 0 ? "< 1" : i === 99 ? ">= 99" : `[${i}..${i + 1})`);
  const rules = Array.from({ length: 10_000 }, (_, i) => ({ tests: [step(i % 100), step(Math.floor(i / 100))], outputs: [String(i)], source: { document: "办法", article: `第${i}条` } }));
  rules[7_777].tests[1] = "[76..77)";
  const table = { ...(await tableOf(row.id, 1)), rules };
  let began = performance.now();
  const [found] = expect(await checked(row, { tables: { 补助: table } }), 200).tables;
  const checking = performance.now() - began;
  assert.deepEqual([found.gaps.map((g) => g.where), found.overlaps.map((o) => o.rules)], [[{ 年营收: "[77..78)", 专利数: "[77..78)" }], [[7_678, 7_778]]]);
  began = performance.now();
  expect(await draft(row, { tables: { 补助: table } }), 200);
  console.log(`10,000 rules: checked in ${Math.round(checking)} ms, saved in ${Math.round(performance.now() - began)} ms`);
  assert.equal((await tableOf(row.id, 2)).rules.length, 10_000);
});

test("what was decided is kept with its version, and decided again it is the same", async () => {
  const row = await published(model([[">= 2000", "100"], ["-", "0"]]));
  const record = async (body, as = officer) => server.call("POST", `${api}/models/${row.id}/decisions`, { as, body });
  const first = expect(await record({ subject: "甲公司 2026-001", inputs: { 年营收: 2500 } }), 201);
  assert.deepEqual([first.number, first.answers.补助, first.inputs.年营收], [1, 100, 2500]);
  const draft = expect(await server.call("PUT", `${api}/models/${row.id}/draft`, { as: officer, body: { xml: model([[">= 3000", "100"], ["-", "0"]]) }, headers: { "if-match": `"${row.version}"` } }), 200);
  assert.equal((await record({ subject: "乙", inputs: { 年营收: 2500 }, number: 2 })).json.key, "model.draft");
  expect(await publish(draft), 200);
  const second = expect(await record({ subject: "丙", inputs: { 年营收: 2500 } }), 201);
  assert.deepEqual([second.number, second.answers.补助], [2, 0]);
  const again = expect(await server.call("GET", `${api}/decisions/${first.id}`, { as: officer }), 200);
  assert.deepEqual([again.same, again.number, again.again.补助], [true, 1, 100]);
  const list = expect(await server.call("GET", `${api}/models/${row.id}/decisions?limit=1`, { as: officer }), 200);
  assert.deepEqual(list.items.map((d) => d.id), [second.id]);
  assert.deepEqual(expect(await server.call("GET", `${api}/models/${row.id}/decisions?limit=1&after=${list.next}`, { as: officer }), 200).items.map((d) => d.id), [first.id]);
  assert.equal((await record({ subject: "丁", inputs: { 年营收: "很多" } })).status, 422);
  assert.equal((await record({ inputs: {} })).status, 422);
});

test("a decision that asks for today is decided again as on its day", async () => {
  const row = await published(model([["-", "string(today())"]]));
  const kept = expect(await server.call("POST", `${api}/models/${row.id}/decisions`, { as: officer, body: { subject: "甲", inputs: { 年营收: 1 } } }), 201);
  assert.ok(expect(await server.call("GET", `${api}/decisions/${kept.id}`, { as: officer }), 200).same);
  assert.equal(kept.answers.补助, kept.at.slice(0, 10));
});

test("differences that meet most known cases come first, for those who may count", async () => {
  const rows = (a, b) => [["< 100", a], ["[100..200)", b], [">= 200", "x"]].map(([t, o]) => [t, `"${o}"`]);
  const one = await published(model(rows("a", "b")));
  const other = await published(model(rows("c", "d")), "officer-jinan");
  for (let i = 0; i < 3; ++i) expect(await server.call("POST", `${api}/models/${one.id}/decisions`, { as: officer, body: { subject: `s${i}`, inputs: { 年营收: 150 + i } } }), 201);
  const found = expect(await server.call("GET", `${api}/models/${one.id}/differences/${other.id}`, { as: officer }), 200);
  assert.deepEqual(found.differences.map((d) => d.cases), [3, 0]);
  assert.equal(found.differences[0].a.output, "b");
  const guest = expect(await server.call("GET", `${api}/models/${one.id}/differences/${other.id}`), 200);
  assert.ok(guest.differences.every((d) => d.cases === undefined));
  assert.deepEqual(guest.witness, found.witness);
});

test("what two cities agree on is one table; with the rest decided it answers as was chosen", async () => {
  const one = await published(model([["< 100", '"a"'], [">= 100", '"b"']]));
  const other = await published(model([["< 150", '"a"'], [">= 150", '"b"']]), "officer-jinan");
  const found = expect(await server.call("GET", `${api}/models/${one.id}/agreement/${other.id}`), 200);
  assert.deepEqual(found.open.differences.map((d) => [d.where.年营收, d.a.output, d.b.output]), [["[100..150)", "b", "a"]]);
  const chosen = { ...found.agreed, rules: [...found.agreed.rules, { tests: [found.open.differences[0].where.年营收], outputs: ['"a"'], annotations: found.agreed.annotations.map(() => "") }] };
  const draft = expect(await server.call("PUT", `${api}/models/${one.id}/draft`, { as: officer, body: { tables: { [found.decision]: chosen }, note: "取济南" }, headers: { "if-match": `"${one.version}"` } }), 200);
  expect(await publish(draft), 200);
  assert.equal(expect(await server.call("GET", `${api}/models/${one.id}/differences/${other.id}`), 200).outcome, "equal");
  const checked = expect(await server.call("GET", `${api}/models/${one.id}/check`), 200);
  assert.equal(checked.tables[0].outcome, "clean", "complete and disjoint");
});

test("the register has 27 matters, those with tables among them", async () => {
  const { items } = expect(await server.call("GET", `${api}/standards`), 200);
  assert.equal(items.length, 27);
  const models = expect(await server.call("GET", `${api}/models?program=unified-standards&limit=200`), 200).items;
  for (const matter of ["food-business", "eia-path"]) assert.ok(items.some((one) => one.id === matter) && models.some((one) => one.matter === matter));
});
