// The server and api/openapi.yaml say the same: operations both ways, and every answer to a read, by role.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jiaoji, Server } from "./server.mjs";
import { answerFaults, faults, operations, spec } from "./spec.mjs";
import { loadMobility, tinyRail } from "./mobility.mjs";
import { api, expect, listing, match, me, send, token } from "./world.mjs";

const roles = [null, "firm-qingdao", "officer-qingdao", "coordinator", "admin", "auditor"];
let server;
const ids = {};

before(async () => {
  server = await Server.start({ listings: 120 });
  const firm = await me(server, "firm-qingdao");
  const need = await listing(server, "firm-qingdao", { party: firm.party, title: "寻找船用曲轴", text: "42CrMo 锻钢，调质", fields: { quantity: 100, price_max: 12.5, period: { from: "2027-01-01", until: "2027-02-01" }, certificates: ["iso9001"], samples: true, deliver_to: "370200" } });
  const fits = await match(server, "firm-qingdao", { listing: need.id });
  const offer = fits.results.concat(fits.near_misses, fits.refused).find((m) => m.listing.visibility !== "city").listing;
  const deal = expect(await server.call("POST", `${api}/deals`, { as: "firm-qingdao", body: { need: need.id, offer: offer.id } }), 201);
  const { job } = await send(server, "officer-qingdao", "parties", "单位名称,城市\n契约测试公司,青岛\n错误公司,月球\n");
  await token(server, "firm-qingdao");
  Object.assign(ids, { parties: firm.party, listings: need.id, deals: deal.id, programs: "supply-demand", jobs: job.id, kind: "listings", accounts: firm.id });
  const models = expect(await server.call("GET", `${api}/models?matter=eia-path`), 200).items.sort((a, b) => b.city.localeCompare(a.city));
  const decision = expect(await server.call("POST", `${api}/models/${models[0].id}/decisions`, { as: "officer-qingdao", body: { subject: "某公司", inputs: { 行业: "化工" } } }), 201);
  await loadMobility(server, "coordinator", "timetable", "rail.csv", tinyRail);
  const procedures = expect(await server.call("GET", `${api}/procedures`), 200).items;
  const cases = expect(await server.call("GET", `${api}/cases`, { as: "officer-qingdao" }), 200).items;
  const evidence = expect(await server.call("POST", `${api}/evidence`, { as: "firm-qingdao", body: { name: "执照", grade: "C", file_name: "a.txt", data: "YWJj" } }), 201);
  ids.evidence = evidence.id;
  Object.assign(ids, { procedures: procedures.find((one) => one.city === "370200").id, cases: cases[0].id });
  ids.handovers = expect(await server.call("POST", `${api}/cases/${cases[0].id}/handovers`, { as: "officer-qingdao", body: { to_city: cases[0].city === "370100" ? "370200" : "370100", reason: "属地", paper: "档案 1 号" } }), 201).id;
  Object.assign(ids, { models: models[0].id, other: models[1].id, decisions: decision.id });
});
after(() => server.stop());

test("the routes of the server are the operations of the file", () => {
  const listed = jiaoji(["routes", "--json"]);
  assert.equal(listed.status, 0, listed.err);
  const line = (method, path, operation) => `${method} ${path} ${operation}`;
  const served = JSON.parse(listed.out).map((r) => line(r.method, r.path, r.operation)).sort();
  const described = operations.map((op) => line(op.method, op.path, op.id)).sort();
  assert.deepEqual(served, described);
  assert.equal(new Set(operations.map((op) => op.id)).size, operations.length, "an operationId stands twice");
});

test("every $ref of the file leads somewhere, and every required member is described", () => {
  const walk = (node, at) => {
    if (node === null || typeof node !== "object") return;
    if (node.$ref) assert.ok(node.$ref.slice(2).split("/").reduce((o, key) => o?.[key], spec), `${at}: ${node.$ref}`);
    if (Array.isArray(node.required) && node.properties) for (const key of node.required) assert.ok(key in node.properties, `${at}: ${key} is required and not described`);
    for (const [key, member] of Object.entries(node)) walk(member, `${at}/${key}`);
  };
  walk(spec, "#");
});

test("every member of the parameters in a path is described", () => {
  for (const op of operations)
    for (const [, name] of op.path.matchAll(/\{(\w+)\}/g))
      assert.ok(op.parameters.some((p) => p.in === "path" && p.name === name && p.required), `${op.id}: {${name}}`);
});

// Each read with real ids: what comes back is what the file says, whoever asks.
const reads = operations.filter((op) => op.method === "GET" && op.id !== "watchJob");
for (const op of reads) {
  const variants = op.path.includes("{kind}") ? ["format=csv&side=need", "format=csv&side=offer", "format=xlsx&side=need", ""]
    : op.id === "listListings" ? ["", "limit=3", "side=need&program=supply-demand", "q=%E8%BD%B4", "status=open&city=370200"]
    : op.id === "listRoutes" ? ["from=A&to=B"]
    : op.path.startsWith("/api/v1/mobility/") && op.parameters.some((p) => p.name === "place") ? ["place=A", "place=36.7,117.1&direction=to"]
    : op.id === "listCodes" ? ["", "q=3670"] : ["", ...(op.parameters.some((p) => p.name === "limit") ? ["limit=2"] : [])];
  test(`${op.id} answers as described`, async () => {
    const seen = new Set();
    for (const kind of op.path.includes("{kind}") ? ["listings", "parties"] : [""]) {
      const path = op.path.replace("{kind}", kind).replace("{id}", ids[op.path.split("/")[3]]).replace("{other}", ids.other);
      for (const as of roles)
        for (const query of variants) {
          const url = path + (query && "?" + query);
          const answer = await server.call("GET", url, { as });
          seen.add(answer.status);
          assert.deepEqual(answerFaults("GET", url, answer), [], `${as ?? "guest"} ${url}`);
          assert.ok([200, 401, 403, 404].includes(answer.status), `${as ?? "guest"} ${url}: ${answer.status} ${answer.text.slice(0, 200)}`);
          assert.equal(answer.status === 401, as === null && !op.open, `${url}: a guest's way in`);
          if (answer.json?.version) assert.equal(answer.headers.get("etag"), `"${answer.json.version}"`);
        }
    }
    assert.ok(seen.has(200), "nobody got an answer");
  });
}

test("watchJob streams the job as described, and ends with it", async () => {
  const session = await server.session("officer-qingdao");
  const answer = await fetch(`${server.url}${api}/jobs/${ids.jobs}/events`, { headers: { cookie: session.cookie } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/event-stream/);
  const text = await answer.text();
  const jobs = [...text.matchAll(/^data: (.*)$/gm)].map((m) => JSON.parse(m[1]));
  assert.ok(jobs.length > 0);
  for (const job of jobs) assert.deepEqual(faults({ $ref: "#/components/schemas/Job" }, job), []);
  assert.equal(jobs.at(-1).state, "done");
});

test("a match answers as described", async () => {
  const url = `${api}/match`;
  for (const body of [{ listing: ids.listings }, { text: "寻找冰箱压缩机", fields: { quantity: 5, lead_days_max: 20 } }, { side: "offer", text: "供应曲轴" }]) {
    const answer = await server.call("POST", url, { as: "firm-qingdao", body: { program: "supply-demand", top: 10, ...body } });
    assert.deepEqual(answerFaults("POST", url, answer), []);
    assert.equal(answer.status, 200);
  }
});

test("lists page through everything once, and name the next page in Link as in `next`", async () => {
  for (const path of ["/listings", "/parties", "/journal"]) {
    const as = path === "/journal" ? "auditor" : "officer-qingdao";
    const seen = [];
    let after = "";
    for (let page = 0; page < 400; ++page) {
      const answer = await server.call("GET", `${api}${path}?limit=17${after && "&after=" + encodeURIComponent(after)}`, { as });
      const body = expect(answer, 200);
      seen.push(...body.items.map((item) => item.id ?? item.seq));
      assert.ok(body.items.length <= 17);
      assert.equal(body.next !== null, answer.headers.get("link") !== null, "Link and next");
      if (body.next === null) break;
      assert.match(answer.headers.get("link"), /rel="?next"?/);
      assert.ok(answer.headers.get("link").includes(encodeURIComponent(body.next)) || answer.headers.get("link").includes(body.next));
      after = body.next;
    }
    assert.equal(new Set(seen).size, seen.length, `${path}: something came twice`);
    assert.ok(seen.length > 17, path);
  }
});

test("limit is 1 to 200; anything else names the parameter", async () => {
  for (const limit of ["0", "-1", "201", "x", "1e2", "", "99999999999999999999"]) {
    const answer = await server.call("GET", `${api}/listings?limit=${limit}`);
    assert.ok([400, 422].includes(answer.status), `limit=${limit}: ${answer.status}`);
    assert.match(answer.text, /limit/);
  }
});

test("errors speak the language of Accept-Language", async () => {
  const in_ = async (language) => (await server.call("GET", `${api}/accounts`, { headers: { "accept-language": language } })).json.detail;
  assert.match(await in_("zh-CN"), /\p{Script=Han}/u);
  assert.doesNotMatch(await in_("en"), /\p{Script=Han}/u);
});

test("the file is served as it stands", async () => {
  const answer = await server.call("GET", `${api}/openapi.yaml`);
  assert.match(answer.text, /^openapi: 3\.1\.0/);
});
