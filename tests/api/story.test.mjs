// The product's main job as its users live it, over the API: describe, match, understand, introduce, deliver, be remembered.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { csv, parseCsv, parseXlsx } from "./files.mjs";
import { Server } from "./server.mjs";
import { hold } from "./spec.mjs";
import { account, all, api, everyMatch, expect, jinan, listing, match, me, party, patch, qingdao, send, weihai } from "./world.mjs";

let server;
const w = {};
// A firm of Qingdao that buys, one of Weihai that supplies, and a member account for each.
before(async () => {
  server = hold(await Server.start({ listings: 60 }));
  w.officer = "officer-qingdao";
  await account(server, "officer-weihai", "officer", { city: weihai });
  w.buyer = await party(server, "officer-qingdao", { name: "青岛远洋推进有限公司", city: qingdao, contact_name: "买方王工", contact_phone: "0532-86010001" });
  w.group = await party(server, "officer-qingdao", { name: "青岛远洋集团", city: qingdao });
  w.sister = await party(server, "officer-qingdao", { name: "青岛远洋锻造有限公司", city: qingdao, affiliation: w.group.id });
  w.seller = await party(server, "officer-weihai", { name: "威海重锻有限公司", city: weihai, contact_name: "卖方李工", contact_phone: "0631-86010002" });
  await account(server, "buyer", "member", { city: qingdao, party: w.buyer.id });
  await account(server, "seller", "member", { city: weihai, party: w.seller.id });
  expect(await patch(server, "officer-qingdao", `/parties/${w.buyer.id}`, w.buyer.version, { affiliation: w.group.id }), 200);
  const offer = (as, owner, title, text, fields) => listing(server, as, { side: "offer", party: owner, title, text, fields, codes: ["3670"] });
  w.fits = await offer("seller", w.seller.id, "超大型船用推进轴锻件", "万吨压机自由锻，船用推进轴、尾轴，材料 35CrMoV，调质，超声探伤", { capacity: 300, lead_days: 45, price: 52000, certificates: ["class_society", "iso9001"] });
  w.slow = await offer("seller", w.seller.id, "推进轴锻件（慢）", "船用推进轴自由锻，35CrMoV，调质", { capacity: 300, lead_days: 200, certificates: ["class_society"] });
  w.never = await offer("seller", w.seller.id, "推进轴小件", "小型推进轴锻件，35CrMoV", { capacity: 2, lead_days: 200 });
  w.silent = await offer("seller", w.seller.id, "推进轴毛坯", "船用推进轴锻件毛坯", {});
  w.own = await offer("buyer", w.buyer.id, "自产推进轴", "本厂船用推进轴锻件，35CrMoV 调质", {});
  w.affiliated = await offer("officer-qingdao", w.sister.id, "集团推进轴锻件", "船用推进轴锻件，35CrMoV，调质", {});
});
after(() => server.stop());

const ask = { text: "采购船用推进轴锻件，35CrMoV，调质，要船级社认可", fields: { quantity: 100, lead_days_max: 60, certificates: ["class_society"] }, codes: ["3670"] };
const ids = (list) => list.map((m) => m.listing.id);
const truths = (m) => Object.fromEntries(m.conditions.map((c) => [c.condition, c.truth]));

test("a firm describes its need in its own words and sees who fits, who nearly does, who may not, and why", async () => {
  const answer = await match(server, "buyer", ask);
  assert.equal(ids(answer.results)[0], w.fits.id);
  const best = answer.results[0];
  assert.deepEqual([truths(best).capacity, truths(best).lead_time, truths(best).certificates], ["yes", "yes", "yes"]);
  assert.equal(best.conditions.find((c) => c.condition === "lead_time").offer_value, "45 天");
  const silent = answer.results.find((m) => m.listing.id === w.silent.id);
  assert.equal(truths(silent).capacity, "unknown", "what the offer does not say is unknown, not no");
  const slow = answer.near_misses.find((m) => m.listing.id === w.slow.id);
  assert.ok(slow.would_pass, "a near miss says what would make it pass");
  assert.equal(slow.conditions.filter((c) => c.truth === "no").length, 1);
  const never = answer.refused.find((m) => m.listing.id === w.never.id);
  assert.deepEqual(never.conditions.filter((c) => c.truth === "no").map((c) => c.condition), ["capacity", "lead_time"]);
  for (const m of everyMatch(answer)) assert.ok(![w.own.id, w.affiliated.id].includes(m.listing.id), "its own and its group's offers are not offered to it");
});

test("the parts add up to the score, and the spans show words that both sides wrote", async () => {
  const answer = await match(server, "buyer", ask);
  for (const m of everyMatch(answer)) {
    assert.ok(Math.abs(m.parts.reduce((sum, p) => sum + p.contribution, 0) - m.score) < 1e-9);
    for (const p of m.parts) assert.ok(Math.abs(p.value * p.weight - p.contribution) < 1e-9 && p.value >= 0 && p.value <= 1, JSON.stringify(p));
  }
  const best = answer.results[0];
  const words = best.offer_spans.filter((s) => s.field === "text").map((s) => [...best.listing.text].slice(s.begin, s.end).join(""));
  assert.ok(words.some((word) => word.includes("推进轴")) && words.includes("35CrMoV"), words.join(" | "));
  for (const word of words) assert.ok(ask.text.toLowerCase().includes(word.toLowerCase()) || [...word].every((c) => ask.text.includes(c)), word);
  for (let i = 1; i < answer.results.length; ++i) assert.ok(answer.results[i - 1].score >= answer.results[i].score, "best first");
});

test("introduced, agreed, met, signed, delivered: contacts when both agree, stages forward only", async () => {
  const need = (w.need = await listing(server, "buyer", { party: w.buyer.id, title: "船用推进轴锻件", ...ask }));
  let deal = expect(await server.call("POST", `${api}/deals`, { as: "buyer", body: { need: need.id, offer: w.fits.id } }), 201);
  assert.equal(deal.stage, "introduced");
  assert.equal((await server.call("POST", `${api}/deals`, { as: "buyer", body: { need: need.id, offer: w.fits.id } })).status, 409, "once");
  assert.deepEqual((await match(server, "buyer", { listing: need.id, text: undefined })).results.find((m) => m.listing.id === w.fits.id).deal, { id: deal.id, stage: "introduced" });
  const contact = async (as) => JSON.stringify(expect(await server.call("GET", `${api}/deals/${deal.id}`, { as }), 200)).includes("0631-86010002");
  assert.ok(!(await contact("buyer")));
  deal = expect(await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { agree: true }), 200);
  assert.ok(!(await contact("buyer")), "one side alone is not enough");
  assert.equal((await patch(server, "coordinator", `/deals/${deal.id}`, deal.version, { agree: true })).status, 403, "nobody agrees for others");
  deal = expect(await patch(server, "seller", `/deals/${deal.id}`, deal.version, { agree: true }), 200);
  assert.ok(await contact("buyer"));
  for (const stage of ["met", "signed"]) deal = expect(await patch(server, "seller", `/deals/${deal.id}`, deal.version, { stage }), 200);
  const back = await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "met" });
  assert.deepEqual([back.status, back.json.errors[0].pointer], [422, "/stage"]);
  assert.match((await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "paid" })).json.detail, /introduced, met, signed/);
  deal = expect(await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "delivered" }), 200);
  assert.deepEqual(expect(await server.call("GET", `${api}/deals/${deal.id}`, { as: "seller" }), 200).history.map((h) => h.stage).filter(Boolean).at(-1), "delivered");
  assert.equal((await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "met" })).status, 422, "what ended has ended");
});

test("what was delivered is remembered for whoever needs the like, and says so", async () => {
  const other = { text: "寻找推进轴锻件供应商，35CrMoV，调质" };
  const lifted = (await match(server, "firm-weihai", other)).results.find((m) => m.listing.id === w.fits.id);
  const memory = lifted.parts.find((p) => p.id === "memory");
  assert.ok(memory.contribution > 0);
  assert.ok(memory.detail.includes("船用推进轴锻件") && memory.detail.includes("Delivered"), memory.detail);
});

test("a dropped pair is not offered again until one of the two changes", async () => {
  const need = await listing(server, "buyer", { party: w.buyer.id, title: "推进轴毛坯采购", text: "船用推进轴锻件毛坯" });
  const offered = async () => ids((await match(server, "buyer", { listing: need.id })).results).includes(w.silent.id);
  assert.ok(await offered());
  let deal = expect(await server.call("POST", `${api}/deals`, { as: "seller", body: { need: need.id, offer: w.silent.id } }), 201);
  const bare = await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "dropped" });
  assert.deepEqual([bare.status, bare.json.errors[0].pointer], [422, "/reason"], "dropping asks for a reason");
  deal = expect(await patch(server, "buyer", `/deals/${deal.id}`, deal.version, { stage: "dropped", reason: "price" }), 200);
  assert.ok(!(await offered()));
  expect(await patch(server, "seller", `/listings/${w.silent.id}`, w.silent.version, { text: "船用推进轴锻件毛坯，降价" }), 200);
  assert.ok(await offered());
});

test("what is withdrawn is gone at once, and what changes is found by its new words", async () => {
  const word = "钛合金深潜器舱段";
  const found = async () => ids((await match(server, "buyer", { text: word })).results);
  let row = await listing(server, "seller", { side: "offer", party: w.seller.id, title: word, text: "电子束焊" });
  assert.equal((await found())[0], row.id);
  row = expect(await patch(server, "seller", `/listings/${row.id}`, row.version, { status: "withdrawn" }), 200);
  assert.ok(!(await found()).includes(row.id));
  row = expect(await patch(server, "seller", `/listings/${row.id}`, row.version, { status: "open", title: "钛合金舱段再开" }), 200);
  assert.equal((await found())[0], row.id);
});

test("a search is paged like every list", async () => {
  const words = encodeURIComponent("推进轴锻件");
  const whole = expect(await server.call("GET", `${api}/listings?q=${words}&limit=200`, { as: "buyer" }), 200);
  assert.ok(whole.items.length >= 4 && whole.next === null);
  const paged = await all(server, "buyer", `/listings?q=${words}`, 2);
  assert.deepEqual(paged.map((l) => l.id), whole.items.map((l) => l.id));
});

test("the same words from the same party are one result that names the others", async () => {
  const text = "高锰钢深冷容器封头，冲压成形，焊后热处理";
  const twins = [];
  for (const title of ["深冷封头", "深冷封头"]) twins.push(await listing(server, "seller", { side: "offer", party: w.seller.id, title, text }));
  const answer = await match(server, "buyer", { text });
  const shown = answer.results.filter((m) => twins.some((t) => t.id === m.listing.id));
  assert.equal(shown.length, 1);
  assert.deepEqual([shown[0].listing.id, ...shown[0].duplicates].sort(), twins.map((t) => t.id).sort());
});

for (const format of ["csv", "xlsx"]) {
  test(`what is exported as ${format} is taken in unchanged`, async () => {
    const session = await server.session("seller");
    const bytes = Buffer.from(await (await fetch(`${server.url}${api}/exports/listings?side=offer&format=${format}`, { headers: { cookie: session.cookie } })).arrayBuffer());
    const rows = format === "xlsx" ? parseXlsx(bytes) : bytes.toString().split("\r\n");
    assert.ok(rows.length > 5);
    const type = format === "xlsx" ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv";
    const counts = async () => (await server.call("GET", `${api}/overview`, { as: "seller" })).json;
    const earlier = JSON.stringify({ ...(await counts()), at: 0 });
    const first = await send(server, "seller", "listings", bytes, { type, query: "program=supply-demand&side=offer" });
    assert.equal(first.job.state, "done", JSON.stringify(first.job));
    const { rows: read, taken, unchanged, faults } = first.job.result;
    assert.equal(taken, 0, JSON.stringify(first.job.result).slice(0, 800));
    assert.ok(unchanged > 0 && faults.every((f) => f.key === "access.forbidden" || f.key === "party.not_found"), JSON.stringify(faults.slice(0, 3)));
    assert.equal(JSON.stringify({ ...(await counts()), at: 0 }), earlier, `${read} rows change nothing`);
  });
}

test("a group survives its export, and head and member come in with one file in either order", async () => {
  const answer = await server.call("GET", `${api}/exports/parties?city=${qingdao}`, { as: "officer-qingdao" });
  const table = parseCsv(answer.text), groups = Object.fromEntries(table.map((row) => [row[0], row[table[0].indexOf("所属集团")]]));
  assert.equal(groups[w.sister.name], w.group.name);
  assert.equal(groups[w.group.name], "", "a head has no head");
  const again = await send(server, "officer-qingdao", "parties", answer.text);
  assert.deepEqual([again.job.result.taken, again.job.result.bad], [0, 0], JSON.stringify(again.job.result.faults.slice(0, 3)));
  for (const rows of [[["文件总部", ""], ["文件下属", "文件总部"]], [["倒序下属", "倒序总部"], ["倒序总部", ""]]]) {
    const { job } = await send(server, "officer-jinan", "parties", csv([["单位名称", "城市", "所属集团"], ...rows.map(([name, group]) => [name, "济南", group])]));
    assert.deepEqual([job.result.taken, job.result.bad], [2, 0], JSON.stringify(job.result.faults));
    const [one, two] = await Promise.all(rows.map(async ([name]) => (await server.call("GET", `${api}/parties?city=${jinan}&q=${encodeURIComponent(name)}`, { as: "officer-jinan" })).json.items[0]));
    assert.equal(one.affiliation, two.affiliation);
  }
  const { job } = await send(server, "officer-jinan", "parties", csv([["单位名称", "城市", "所属集团"], ["坏总部", "无此市", ""], ["坏总部的下属", "济南", "坏总部"]]));
  assert.deepEqual([job.state, job.result.taken, job.result.bad], ["done", 0, 2], "without its head a member is not taken");
});

test("a dropped deal that begins again asks both sides anew, however it begins", async () => {
  const mine = await listing(server, "buyer", { party: w.buyer.id, title: "重新开始的需求", text: "螺旋桨毂" });
  let deal = expect(await server.call("POST", `${api}/deals`, { as: "buyer", body: { need: mine.id, offer: w.silent.id } }), 201);
  for (const [as, body] of [["buyer", { agree: true }], ["seller", { agree: true }], ["buyer", { stage: "dropped", reason: "price" }], ["seller", { stage: "introduced" }]])
    deal = expect(await patch(server, as, `/deals/${deal.id}`, deal.version, body), 200);
  assert.deepEqual([deal.stage, deal.reason, deal.need_agreed, deal.offer_agreed], ["introduced", "", false, false]);
  assert.equal((await server.call("GET", `${api}/deals/${deal.id}`, { as: "seller" })).json.need.contact, undefined);
});

test("a retried answer bears its ETag", async () => {
  const headers = { "idempotency-key": "etag" };
  for (let i = 0; i < 2; ++i) assert.equal((await server.call("POST", `${api}/parties`, { as: "officer-jinan", body: { name: "标签公司", city: jinan }, headers })).headers.get("etag"), '"1"');
});

test("the second market lives the same story", async () => {
  const offer = expect(await server.call("POST", `${api}/listings`, { as: "seller", body: { program: "shared-equipment", side: "offer", party: w.seller.id, title: "三坐标测量机开放", text: "桥式三坐标，2 微米", fields: { days_free: 10 } } }), 201);
  const need = expect(await server.call("POST", `${api}/listings`, { as: "buyer", body: { program: "shared-equipment", side: "need", party: w.buyer.id, title: "借三坐标", text: "测推进轴，三坐标测量机", fields: { days: 3 } } }), 201);
  const answer = expect(await server.call("POST", `${api}/match`, { as: "buyer", body: { program: "shared-equipment", listing: need.id } }), 200);
  assert.equal(answer.results[0].listing.id, offer.id);
  const deal = expect(await server.call("POST", `${api}/deals`, { as: "buyer", body: { need: need.id, offer: offer.id } }), 201);
  const program = expect(await server.call("GET", `${api}/programs/shared-equipment`), 200);
  const last = program.stages.find((s) => s.ends && !s.drops);
  assert.equal(expect(await patch(server, "seller", `/deals/${deal.id}`, deal.version, { stage: last.id }), 200).stage, last.id);
});

test("who is signed in is who asks", async () => {
  assert.equal((await me(server, "buyer")).party, w.buyer.id);
  assert.equal((await server.call("POST", `${api}/match`, { body: { program: "supply-demand", text: "曲轴" } })).status, 401);
});
