// Policies for firms: which fit, what is lacking, what may be combined, whom a draft reaches, and what is known of a firm.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hold } from "./spec.mjs";
import { Server } from "./server.mjs";
import { account, api, expect, jinan, me, party } from "./world.mjs";

let server;
const match = (body, as = null) => server.call("POST", `${api}/policies/match`, { as, body });
const row = (answer, title) => answer.rows.find((r) => r.policy.title === title);
const firm = { 注册地: "济南", 行业: "集成电路", 成立日期: "2023-12-31", 年营收万元: 2400, 研发费用万元: 110, 发明专利: 3, 高新技术企业: true, 三年内有失信或处罚: false };
const policy = (amount, { opens = "2026-01-01", closes = "2027-12-31", more = "" } = {}) => `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="试行补助" namespace="urn:t">
<inputData id="i" name="发明专利"><variable name="发明专利" typeRef="number"/></inputData>
<decision id="p" name="政策"><literalExpression><text>{发文: "办法", 条款: "第一条", 受理开始: date("${opens}"), 受理截止: date("${closes}")${more}}</text></literalExpression></decision>
<decision id="a" name="金额"><informationRequirement><requiredInput href="#i"/></informationRequirement><decisionTable hitPolicy="FIRST"><input><inputExpression><text>发明专利</text></inputExpression></input><output/>
<rule><inputEntry><text>&gt;= 3</text></inputEntry><outputEntry><text>${amount}</text></outputEntry></rule><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>0</text></outputEntry></rule></decisionTable></decision></definitions>`;
let matter = 0;
const create = async (xml, as = "officer-jinan") => expect(await server.call("POST", `${api}/models`, { as, body: { program: "policy-direct", matter: `t-${++matter}`, title: "试行补助", visibility: "public", xml } }), 201);
const publish = async (model, as = "officer-jinan") => expect(await server.call("POST", `${api}/models/${model.id}/publish`, { as, headers: { "if-match": `"${model.version}"` } }), 200);
const put = (id, facts, version, as) => server.call("PUT", `${api}/parties/${id}/facts`, { as, body: { facts }, headers: { "if-match": `"${version}"` } });

before(async () => { server = hold(await Server.start({ listings: 60 })); });
after(() => server.stop());

test("thirty policies of four cities, each with its window and its clause", async () => {
  const { items, facts, unusable } = expect(await server.call("GET", `${api}/policies`), 200);
  assert.ok(items.length >= 30);
  assert.equal(new Set(items.map((p) => p.city)).size, 4);
  assert.deepEqual(unusable, []);
  for (const item of items) {
    assert.ok(item.document && item.article && item.opens <= item.closes && item.illustrative, item.title);
    for (const input of item.inputs) assert.ok(input === "申报日期" || facts.some((f) => f.name === input), `${item.title}: ${input}`);
  }
});

test("a firm sees amounts, what it lacks, how long to wait, and the best lawful combination", async () => {
  const answer = expect(await match({ facts: firm, day: "2026-11-21" }), 200);
  assert.equal(row(answer, "集成电路流片补贴（济南）").amount, 20);
  assert.deepEqual(row(answer, "发明专利奖励（济南）").near[0], { steps: [{ fact: "发明专利", from: 3, to: 5 }], wait_days: 0, amount: 5, more: 5 });
  const growing = row(answer, "成长型企业补助（济南）");
  assert.deepEqual([growing.amount, growing.near[0].wait_days, growing.near[0].amount], [10, 39, 25]);
  // The firm turns three on that day and not before.
  const on = async (day) => row(expect(await match({ facts: firm, day }), 200), "成长型企业补助（济南）").amount;
  assert.deepEqual([await on("2026-12-29"), await on("2026-12-30")], [10, 25]);
  const named = Object.fromEntries(answer.rows.map((r) => [r.policy.id, r.policy.title]));
  assert.deepEqual(answer.best.left.map((l) => [named[l.policy], l.because]), [["研发投入补助（济南）", "研发投入"]]);
  assert.equal(answer.best.total, answer.best.taken.reduce((sum, one) => sum + one.paid, 0));
  assert.ok(answer.best.exact);
  // Every near miss, followed, gives what it promised.
  for (const r of answer.rows) for (const near of r.near) {
    const day = new Date(Date.parse("2026-11-21") + near.wait_days * 86400e3).toISOString().slice(0, 10);
    const then = expect(await match({ facts: { ...firm, ...Object.fromEntries(near.steps.map((s) => [s.fact, s.to])) }, day }), 200);
    assert.equal(row(then, r.policy.title).amount, near.amount, r.policy.title);
  }
});

test("facts that nobody told stay unknown and are asked for", async () => {
  const answer = expect(await match({ facts: { 注册地: "济南", 三年内有失信或处罚: false } }), 200);
  const one = row(answer, "发明专利奖励（济南）");
  assert.deepEqual([one.amount, one.missing], [0, ["发明专利"]]);
  assert.deepEqual(row(answer, "高新技术企业认定奖励（青岛）").missing, [], "another city's policy is settled by the city");
});

test("what is no fact is refused, each with its place", async () => {
  const refused = async (body) => (await match(body)).json;
  const { status, errors } = await refused({ facts: { 发明专利: "三", 注册地: "东京", 成立日期: "2021-02-29", 面积: 3, 职工人数: 1.5 } });
  assert.equal(status, 422);
  assert.deepEqual(errors.map((e) => e.pointer).sort(), ["/facts/发明专利", "/facts/成立日期", "/facts/注册地", "/facts/职工人数", "/facts/面积"].sort());
  assert.equal((await refused({ facts: {}, day: "2026-02-30" })).errors[0].pointer, "/day");
  assert.equal((await refused({})).status, 422);
});

test("a draft reaches firms of each city before it is published, beside the version in force; others' small counts stay hidden", async () => {
  const model = await publish(await create(policy(10)));
  const drafted = expect(await server.call("PUT", `${api}/models/${model.id}/draft`, { as: "officer-jinan", body: { xml: policy(4).replace("&gt;= 3", "&gt;= 1") }, headers: { "if-match": `"${model.version}"` } }), 200);
  const reach = async (body, as) => server.call("POST", `${api}/policies/${model.id}/reach`, { as, body });
  const draft = expect(await reach({ number: drafted.draft }, "officer-jinan"), 200);
  const mine = (r) => r.cities.find((c) => c.city === jinan);
  assert.ok(mine(draft.reach).reached > mine(draft.in_force).reached, "a lower bar reaches more");
  assert.equal(mine(draft.reach).cost, mine(draft.reach).reached * 4);
  assert.equal(mine(draft.in_force).cost, mine(draft.in_force).reached * 10);
  assert.ok(draft.reach.firms.every((f) => f.city === jinan) && draft.reach.firms.length === Math.min(500, mine(draft.reach).reached));
  for (const city of draft.reach.cities) if (city.city !== jinan) assert.ok(city.reached === null || city.reached === 0 || city.reached >= 5);
  assert.equal((await reach({ number: drafted.draft }, "officer-qingdao")).status, 404, "a draft is its city's own");
  const inForce = expect(await reach({}, "coordinator"), 200);
  assert.deepEqual([inForce.in_force, inForce.reach.firms], [null, []], "the region counts and names nobody");
  assert.equal((await reach({}, "firm-qingdao")).status, 403);
});

test("no draft reads the figures of another city's firm out of the cost, and no rank tells another city's scores", async () => {
  const qd = await me(server, "firm-qingdao");
  const { facts } = expect(await server.call("GET", `${api}/parties/${qd.party}/facts`, { as: "firm-qingdao" }), 200);
  const spy = await create(`<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="探" namespace="urn:t">
<inputData id="i" name="成立日期"><variable name="成立日期" typeRef="date"/></inputData><inputData id="j" name="年营收万元"><variable name="年营收万元" typeRef="number"/></inputData>
<decision id="p" name="政策"><literalExpression><text>{发文: "办法", 条款: "一", 受理开始: date("2026-01-01"), 受理截止: date("2027-12-31")}</text></literalExpression></decision>
<decision id="a" name="金额"><informationRequirement><requiredInput href="#i"/></informationRequirement><informationRequirement><requiredInput href="#j"/></informationRequirement><literalExpression><text>if 成立日期 = date("${facts.成立日期}") then 年营收万元 else 0.000001</text></literalExpression></decision></definitions>`);
  const { reach } = expect(await server.call("POST", `${api}/policies/${spy.id}/reach`, { as: "officer-jinan", body: { number: 1 } }), 200);
  const theirs = reach.cities.find((c) => c.city === "370200");
  assert.ok(theirs.reached >= 5);
  assert.equal(theirs.cost, null);
  // What if the firm of Qingdao stood in Jinan: its score and grade, and no rank among Jinan's firms.
  const known = { 缴纳税收万元: 120, 年营收万元: 3000, 用地亩: 10, 能耗吨标煤: 300, 研发费用万元: 120, 职工人数: 30, 三年内有失信或处罚: false };
  const there = expect(await server.call("POST", `${api}/standing`, { as: "firm-qingdao", body: { party: qd.party, facts: { ...known, 注册地: "济南" } } }), 200);
  assert.deepEqual([there.productivity.city, there.productivity.grade, there.productivity.firmness], ["370100", "A", null]);
  const here = expect(await server.call("POST", `${api}/standing`, { as: "firm-qingdao", body: { party: qd.party, facts: { ...known, 注册地: "青岛" } } }), 200);
  assert.ok(here.productivity.firmness.rank >= 1);
});

test("a policy that never ends and a broken ladder of one city stop nobody's question", async () => {
  const loop = "sum(for x in 1..20000 return x * 发明专利)";
  const heavy = await publish(await create(policy(1).replace("<inputExpression><text>发明专利", `<inputExpression><text>${loop}`)));
  const started = Date.now();
  const answer = expect(await match({ facts: firm, day: "2026-11-21" }), 200);
  assert.ok(Date.now() - started < 10_000);
  assert.ok(answer.rows.some((r) => r.policy.id === heavy.id && r.amount === 1));
  assert.deepEqual(row(answer, "发明专利奖励（济南）").near[0].steps, [{ fact: "发明专利", from: 3, to: 5 }], "the others keep their ways");
  const ladder = expect(await server.call("POST", `${api}/models`, { as: "officer-jinan", body: { program: "ladder", matter: "broken", title: "坏梯度", visibility: "public", xml: policy(1).replace("<inputExpression><text>发明专利", `<inputExpression><text>${loop.replace("20000", "1000000000")}`).replace("<text>1</text>", "<text>true</text>") } }), 201);
  await publish(ladder);
  const standing = expect(await server.call("POST", `${api}/standing`, { body: { facts: { ...firm, 注册地: "青岛" } } }), 200);
  assert.deepEqual(standing.unusable.map((u) => u.id), [ladder.id]);
  assert.ok(standing.ladders.length >= 1 && standing.productivity);
});

test("a model that is no policy is told and stands in nobody's way", async () => {
  const bad = await publish(await create(policy(1).replace("受理截止", "截止")));
  const { unusable, items } = expect(await server.call("GET", `${api}/policies`), 200);
  assert.match(unusable.find((u) => u.id === bad.id).detail, /受理截止/);
  assert.ok(!items.some((p) => p.id === bad.id));
  const huge = await publish(await create(policy("9999999999999")));
  const answer = expect(await match({ facts: firm }), 200);
  assert.match(answer.rows.find((r) => r.policy.id === huge.id).fault, /too large/);
});

test("what is known of a firm is its own and its city's officers'; an edit names what it saw", async () => {
  const qd = await me(server, "firm-qingdao");
  const seen = expect(await server.call("GET", `${api}/parties/${qd.party}/facts`, { as: "firm-qingdao" }), 200);
  const next = expect(await put(qd.party, { ...seen.facts, 发明专利: 918273 }, seen.version, "firm-qingdao"), 200);
  assert.equal(next.version, seen.version + 1);
  assert.equal((await put(qd.party, {}, seen.version, "firm-qingdao")).status, 412, "somebody else was faster");
  assert.equal((await put(qd.party, { 发明专利: -1 }, next.version, "firm-qingdao")).status, 422);
  assert.equal(expect(await server.call("GET", `${api}/parties/${qd.party}/facts`, { as: "officer-qingdao" }), 200).facts.发明专利, 918273);
  for (const as of ["officer-jinan", "coordinator", "admin", "auditor", "firm-weihai"]) {
    assert.equal((await server.call("GET", `${api}/parties/${qd.party}/facts`, { as })).status, 404, as);
    assert.equal((await match({ party: qd.party, facts: {} }, as)).status, 404, as);
  }
  assert.equal((await match({ party: qd.party })).status, 404, "a guest");
  const mine = expect(await match({ party: qd.party }, "firm-qingdao"), 200);
  assert.ok(mine.rows.some((r) => r.policy.city === "370200" && r.amount > 0), "the city goes without saying");
  // The auditor reads the journal and no figures.
  const entries = expect(await server.call("GET", `${api}/journal?limit=200`, { as: "auditor" }), 200).items.filter((e) => e.action === "facts.written" && e.subject === qd.party);
  assert.ok(entries.length > 0);
  assert.ok(!JSON.stringify(entries).includes("918273"), "no figure in the journal");
});

test("a new firm begins without facts, at version 0", async () => {
  const fresh = await party(server, "officer-jinan", { name: "新设企业", city: jinan });
  const none = expect(await server.call("GET", `${api}/parties/${fresh.id}/facts`, { as: "officer-jinan" }), 200);
  assert.deepEqual([none.version, none.facts], [0, { 注册地: "济南" }], "its city goes without saying");
  await account(server, "fresh", "member", { city: jinan, party: fresh.id });
  expect(await put(fresh.id, { 发明专利: 5, 三年内有失信或处罚: false }, 0, "fresh"), 200);
  const answer = expect(await match({ party: fresh.id }, "fresh"), 200);
  assert.equal(row(answer, "发明专利奖励（济南）").amount, 5);
});

test("where a firm stands: conditions met and missing, grade, how firm the rank is, what lifts it", async () => {
  const ranking = expect(await server.call("GET", `${api}/standing/ranking`, { as: "officer-qingdao" }), 200);
  assert.ok(ranking.items.length > 5);
  for (let i = 0; i < ranking.items.length; ++i) {
    const { rank, best_by_one, worst_by_one, best_bound, worst_bound, of } = ranking.items[i].firmness;
    assert.ok(best_bound <= best_by_one && best_by_one <= rank && rank <= worst_by_one && worst_by_one <= worst_bound && worst_bound <= of, JSON.stringify(ranking.items[i]));
    if (i > 0) assert.ok(ranking.items[i - 1].score >= ranking.items[i].score - 1e-9);
  }
  const low = ranking.items.find((one) => one.grade === "C");
  const mine = expect(await server.call("POST", `${api}/standing`, { as: "officer-qingdao", body: { party: low.party } }), 200);
  assert.equal(mine.productivity.grade, "C");
  assert.deepEqual(mine.productivity.firmness, low.firmness);
  const facts = expect(await server.call("GET", `${api}/parties/${low.party}/facts`, { as: "officer-qingdao" }), 200).facts;
  for (const way of mine.productivity.lifts) {
    const then = expect(await server.call("POST", `${api}/standing`, { as: "officer-qingdao", body: { party: low.party, facts: Object.fromEntries(way.steps.map((s) => [s.fact, s.to])) } }), 200);
    assert.equal(then.productivity.grade, way.grade, JSON.stringify(way));
    assert.ok(way.steps.every((s) => s.from === facts[s.fact]));
  }
  const rungs = mine.ladders[0].rungs;
  assert.deepEqual(rungs.map((r) => r.name), ["创新型中小企业", "省级专精特新", "国家级小巨人", "单项冠军"]);
  for (const rung of rungs) if (!rung.open) assert.equal(rung.reached, rung.conditions.every((c) => c.holds), rung.name);
  const nobody = expect(await server.call("POST", `${api}/standing`, { body: { facts: { 注册地: "青岛" } } }), 200);
  assert.ok(nobody.ladders[0].rungs.every((r) => !r.reached && r.open));
  assert.ok(nobody.productivity.missing.includes("用地亩"));
});
