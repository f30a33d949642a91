// Decision tables and FEEL beside two peers, in one run: the same JSON in, the same JSON out, one thread.   node run.mjs JIAOJI RULES_BENCH
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluate } from "feelin";
import { ZenEngine } from "@gorules/zen-engine";

const [jiaoji, rulesBench] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "jiaoji-rules-"));
const escape = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const names = ["c0", "c1", "c2", "c3"];

// One table in both forms: an interval, a text, a bound or nothing, a choice or nothing.
const rowsOf = (n) => Array.from({ length: n }, (_, i) => [`[${i * 10}..${i * 10 + 10})`, `"K${i % 7}"`, i % 3 ? `>= ${i % 50}` : "", i % 2 ? `"A","B"` : "", String(i)]);
const dmn = (rows) => `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">${names.map((c, i) => `<inputData name="${c}" id="${c}"><variable name="${c}" typeRef="${i % 2 ? "string" : "number"}"/></inputData>`).join("")}<decision name="d" id="d"><variable name="d"/>${names.map((c) => `<informationRequirement><requiredInput href="#${c}"/></informationRequirement>`).join("")}<decisionTable hitPolicy="FIRST">${names.map((c) => `<input><inputExpression><text>${c}</text></inputExpression></input>`).join("")}<output name="out"/>${rows.map((r) => `<rule>${r.slice(0, 4).map((t) => `<inputEntry><text>${escape(t || "-")}</text></inputEntry>`).join("")}<outputEntry><text>${r[4]}</text></outputEntry></rule>`).join("")}</decisionTable></decision></definitions>`;
const jdm = (rows) => ({
  nodes: [{ id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } }, { id: "t", type: "decisionTableNode", name: "t", position: { x: 0, y: 0 }, content: { hitPolicy: "first", inputs: names.map((c) => ({ id: c, name: c, type: "expression", field: c })), outputs: [{ id: "out", name: "out", type: "expression", field: "out" }], rules: rows.map((r, i) => ({ _id: "r" + i, c0: r[0], c1: r[1], c2: r[2], c3: r[3], out: r[4] })) } }, { id: "o", type: "outputNode", name: "o", position: { x: 0, y: 0 } }],
  edges: [{ id: "e1", sourceId: "in", targetId: "t", type: "edge" }, { id: "e2", sourceId: "t", targetId: "o", type: "edge" }],
});
let seed = 1;
const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;

for (const [n, count] of [[100, 10_000], [1_000, 2_000], [10_000, 300]]) {
  const rows = rowsOf(n);
  const inputs = Array.from({ length: count }, () => { const k = random(n); return { c0: k * 10 + random(10), c1: `K${k % 7}`, c2: random(100), c3: "ABC"[random(3)] }; });
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(jdm(rows))));
  const theirs = [];
  for (const input of inputs.slice(0, 200)) await decision.evaluate(input);
  const before = process.hrtime.bigint();
  for (const input of inputs) theirs.push((await decision.evaluate(input)).result?.out ?? null);
  const zen = Number(process.hrtime.bigint() - before) / 1e3 / count;

  writeFileSync(join(folder, "m.dmn"), dmn(rows));
  const repeat = Math.ceil(200_000 / count);  // so that starting the process and reading the table weigh little
  writeFileSync(join(folder, "in.jsonl"), (inputs.map((i) => JSON.stringify(i)).join("\n") + "\n").repeat(repeat));
  const started = process.hrtime.bigint();
  const out = execFileSync(jiaoji, ["decide", join(folder, "m.dmn"), "--decision", "d", "--input", join(folder, "in.jsonl")], { maxBuffer: 1 << 30 }).toString();
  const ours = Number(process.hrtime.bigint() - started) / 1e3 / (count * repeat);
  const same = out.split("\n").slice(0, count).every((line, i) => JSON.parse(line) === theirs[i]);
  console.log(`decision table of ${n} rows: jiaoji ${ours.toFixed(2)} us a decision, process start and loading included; zen-engine ${zen.toFixed(0)} us: ${(zen / ours).toFixed(0)} times; answers ${same ? "equal" : "DIFFER"}`);
}

const context = { a: 3, b: 4, list: [1, 2, 3, 4, 5], name: "青岛" };
const mine = JSON.parse(execFileSync(rulesBench, ["feel"]).toString());
for (const [expression, us] of Object.entries(mine)) {
  for (let i = 0; i < 500; ++i) evaluate(expression, context);
  const before = process.hrtime.bigint();
  for (let i = 0; i < 3_000; ++i) evaluate(expression, context);
  const feelin = Number(process.hrtime.bigint() - before) / 1e3 / 3_000;
  console.log(`FEEL, parsed and evaluated each time: ${expression}: jiaoji ${us.toFixed(2)} us, feelin ${feelin.toFixed(0)} us: ${(feelin / us).toFixed(0)} times`);
}
rmSync(folder, { recursive: true });
