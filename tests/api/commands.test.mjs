// The command line: what it prints, and the mistakes of a tired operator.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseCsv } from "./files.mjs";
import { Server, jiaoji } from "./server.mjs";

let server, folder;
before(async () => { folder = mkdtempSync(join(tmpdir(), "jiaoji-")); server = await Server.start({ listings: 200 }); });
after(async () => { await server.stop(); rmSync(folder, { recursive: true, force: true }); });
const run = (...args) => jiaoji([...args, "--data", server.data]);
const refused = (done, key, words) => { assert.equal(done.status, 1, done.out); assert.match(done.err, words); assert.ok(done.err.includes(`[${key}]`), done.err); };

test("match beside a running server: in words and as JSON", () => {
  const words = run("match", "--need", "齿轮箱 轴承", "--field", "quantity=2000", "--top", "3");
  assert.equal(words.status, 0, words.err);
  assert.match(words.out, /score: Words 0\.\d+/);
  const answer = JSON.parse(run("match", "--need", "齿轮箱 轴承", "--field", "quantity=1.2万件", "--top", "3", "--json").out);
  assert.equal(answer.results.length, 3);
  assert.equal(answer.results[0].conditions.find((c) => c.condition === "capacity").need_value, "12,000 件");
});

test("what is missing or wrong is named, with what would be right", () => {
  refused(run("match"), "match.question", /--need, --offer and --listing/);
  refused(run("match", "--need", "x", "--field", "qantity=1"), "match.field", /quantity, price_max/);
  refused(run("match", "--need", "x", "--field", "quantity=12 箱"), "market.fields_invalid", /万件/);
  refused(run("match", "--need", "x", "--program", "nope"), "program.not_found", /nope/);
  refused(run("export", "firms"), "export.kind", /parties or listings/);
  assert.equal(run("serve", "--port", "99999").status, 2);
});

test("a wrong data folder is said to be wrong, and not made", () => {
  const nowhere = join(folder, "nowhere");
  for (const args of [["match", "--need", "x"], ["export", "listings"], ["account", "list"]]) refused(jiaoji([...args, "--data", nowhere]), "store.missing", /check --data/);
  assert.ok(!existsSync(nowhere));
});

test("export writes files, beside a running server; what writes to the data is refused and told why", () => {
  for (const name of ["a.csv", "a.xlsx"]) assert.equal(run("export", "listings", join(folder, name), "--side", "offer").status, 0);
  const rows = parseCsv(readFileSync(join(folder, "a.csv"), "utf8"));
  assert.ok(rows.length > 50);
  assert.deepEqual(parseCsv(run("export", "listings", "--side", "offer").out), rows, "and prints the same");
  writeFileSync(join(folder, "b.csv"), "单位名称,城市\n甲,济南\n");
  refused(run("import", "parties", join(folder, "b.csv")), "store.held", new RegExp(`process ${server.process.pid}: use its page or API`));
});

test("a table of firms whose headings are slips is refused before anything is counted", () => {
  const policy = "programs/policy-direct/370100/invention-award.dmn";
  const reach = (text) => { writeFileSync(join(folder, "firms.csv"), text); return jiaoji(["policy", "reach", policy, "--firms", join(folder, "firms.csv"), "--day", "2026-06-01"]); };
  refused(reach("名称,城市\n甲,济南\n"), "facts.no_column", /known are: 企业、注册地/);
  refused(reach("企业,发明专利,发明专利\n甲,1,5\n"), "facts.column_twice", /"发明专利" stands twice/);
  assert.equal(reach("企业,注册地,发明专利,三年内有失信或处罚\n甲,济南,5,否\n").status, 0);
});

test("decide takes a date as JSON has it, and says of one that does not exist", () => {
  const model = join(folder, "day.dmn");
  writeFileSync(model, `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="日" namespace="urn:t"><inputData id="i" name="成立日期"><variable name="成立日期" typeRef="date"/></inputData>
<decision id="d" name="晚"><informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>成立日期 &gt; date("2026-01-02")</text></literalExpression></decision></definitions>`);
  const decide = (day) => jiaoji(["decide", model, "--input", "-", "--json"], { input: JSON.stringify({ 成立日期: day }) });
  assert.deepEqual(JSON.parse(decide("2026-01-03").out), { 晚: true });
  refused(decide("2026-02-30"), "model.input_type", /should be date/);
});
