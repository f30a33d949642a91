// Many at once, retries, kills: one effect for one key, one winner of a race, nothing lost, nothing doubled.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { csv } from "./files.mjs";
import { Server, binary, jiaoji, sleep } from "./server.mjs";
import { hold } from "./spec.mjs";
import { account, all, api, ended, expect, inParallel, listing, party, patch, qingdao, send } from "./world.mjs";

const args = ["--calls-a-minute", "0"];
let server, firm, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "jiaoji-"));
  server = hold(await Server.start({ listings: 20, args }));
  firm = await party(server, "officer-qingdao", { name: "青岛并发有限公司", city: qingdao });
  await account(server, "writer", "member", { city: qingdao, party: firm.id });
});
after(async () => { await server.stop(); rmSync(folder, { recursive: true, force: true }); });

const body = (title) => ({ program: "supply-demand", side: "offer", party: firm.id, title, text: "曲轴" });
const post = (title, key) => server.call("POST", `${api}/listings`, { as: "writer", body: body(title), headers: key === undefined ? {} : { "idempotency-key": key } });
const titled = async (start) => (await all(server, "writer", `/listings?party=${firm.id}`)).filter((l) => l.title.startsWith(start));

test("I001: the same key a hundred times at once has one effect and one answer", async () => {
  const answers = await inParallel(Array.from({ length: 100 }), 100, () => post("一次", "key-one"));
  const bodies = new Set(answers.filter((a) => a.status === 201).map((a) => a.text));
  assert.ok(answers.every((a) => [201, 409].includes(a.status)), answers.map((a) => a.status).join());
  assert.equal(bodies.size, 1);
  assert.equal((await titled("一次")).length, 1);
  assert.equal((await post("一次", "key-one")).headers.get("idempotent-replayed"), "true");
});

test("I002, I004: a key for another body is 422, a key that is none is 400", async () => {
  assert.equal((await post("甲", "key-two")).status, 201);
  const other = await post("乙", "key-two");
  assert.deepEqual([other.status, other.json.key], [422, "request.idempotency_reused"]);
  assert.equal((await titled("乙")).length, 0);
  for (const key of ["x".repeat(256), "", "a\tb", "a b".repeat(100)]) assert.equal((await post("丙", key)).status, 400, JSON.stringify(key));
  assert.equal((await titled("丙")).length, 0);
});

test("I005: killed at any moment and tried again, every key has exactly one effect", async () => {
  const keys = Array.from({ length: 2000 }, (_, i) => `kill-${i}`);
  const answered = new Map();
  let kills = 0;
  for (let round = 0; answered.size < keys.length; ++round) {
    assert.ok(round < 40, "the server does not come back");
    const left = keys.filter((key) => !answered.has(key));
    const kill = round < 8 ? sleep(10 + Math.random() * 60).then(() => server.down("SIGKILL")) : null;
    await inParallel(left, 16, async (key) => {
      try {
        const answer = await post(`杀 ${key}`, key);
        if (answer.status === 201) answered.set(key, answer.text);
      } catch (error) {
        if (error.name === "AssertionError" || !/fetch failed|terminated|sign in/.test(error.message + error.cause)) throw error;
      }
    });
    if (kill) {
      if (answered.size < keys.length) ++kills;
      await kill;
      const sessions = server.sessions;
      await server.up(args);
      server.sessions = sessions;
    }
  }
  assert.ok(kills >= 3, `${kills} kills fell into the work`);
  const rows = await titled("杀 ");
  assert.equal(rows.length, keys.length);
  assert.deepEqual(new Set(rows.map((r) => r.title)), new Set(keys.map((key) => `杀 ${key}`)));
  for (const key of keys.slice(0, 20)) assert.equal((await post(`杀 ${key}`, key)).text, answered.get(key), "the same answer, byte for byte");
  assert.equal(jiaoji(["journal", "verify", "--data", server.data]).status, 0);
});

test("I007: a change says what it changes: old 412, nothing 428; of fifty at once one wins", async () => {
  const row = await listing(server, "writer", body("竞争"));
  assert.equal((await server.call("PATCH", `${api}/listings/${row.id}`, { as: "writer", body: { title: "x" } })).status, 428);
  assert.equal((await patch(server, "writer", `/listings/${row.id}`, row.version + 7, { title: "x" })).status, 412);
  const answers = await inParallel(Array.from({ length: 50 }), 50, (_, i) => patch(server, "writer", `/listings/${row.id}`, row.version, { title: `竞争 ${i}` }));
  assert.deepEqual([answers.filter((a) => a.status === 200).length, answers.filter((a) => a.status === 412).length], [1, 49]);
  const winner = answers.find((a) => a.status === 200).json;
  assert.equal((await server.call("GET", `${api}/listings/${row.id}`, { as: "writer" })).json.title, winner.title);
  for (const etag of ["x", '"x"', "1", 'W/"1"']) assert.ok([400, 412, 428].includes((await server.call("PATCH", `${api}/listings/${row.id}`, { as: "writer", body: {}, headers: { "if-match": etag } })).status), etag);
});

const rows = (mark, n, bad = []) => csv([["单位", "编号", "标题", "说明"], ...Array.from({ length: n }, (_, i) => [firm.name, `${mark}-${i}`, bad.includes(i) ? "" : `${mark} 曲轴 ${i}`, "42CrMo 锻件，调质，动平衡"])]);
const upload = (bytes, query = "") => server.call("POST", `${api}/imports/listings?program=supply-demand&side=offer${query}`, { as: "writer", body: "", raw: bytes, headers: { "content-type": "text/csv" } });
const progress = async (id, share) => {
  for (;;) {
    const job = expect(await server.call("GET", `${api}/jobs/${id}`, { as: "writer" }), 200);
    if (job.progress >= share || !["waiting", "running"].includes(job.state)) return job;
    await sleep(5);
  }
};

for (const [when, share] of [["while it checks", 0.1], ["while it writes", 0.65]])
  test(`an import that is cancelled ${when} stores nothing`, async () => {
    const mark = `取消${share}`;
    const job = expect(await upload(rows(mark, 20000)), 202);
    await progress(job.id, share);
    assert.equal((await server.call("DELETE", `${api}/jobs/${job.id}`, { as: "writer" })).status, 204);
    const last = await ended(server, "writer", job.id);
    assert.equal(last.state, "cancelled", JSON.stringify(last));
    assert.equal((await all(server, "writer", `/listings?q=${encodeURIComponent(mark)}`)).filter((l) => l.title.startsWith(mark)).length, 0);
    assert.equal((await server.call("DELETE", `${api}/jobs/${job.id}`, { as: "writer" })).status, 204, "twice is once");
  });

test("an import that a kill interrupts runs again by itself, and no row is there twice", async () => {
  const job = expect(await upload(rows("重启", 8000)), 202);
  await progress(job.id, 0.3);
  await server.down("SIGKILL");
  const sessions = server.sessions;
  await server.up(args);
  server.sessions = sessions;
  const last = await ended(server, "writer", job.id);
  assert.deepEqual([last.state, last.result.taken + last.result.unchanged, last.result.bad], ["done", 8000, 0], JSON.stringify(last));
  const titles = (await titled("重启")).map((l) => l.title);
  assert.deepEqual([titles.length, new Set(titles).size], [8000, 8000]);
});

test("all or nothing: one bad row of a thousand, and nothing is stored", async () => {
  const { job } = await send(server, "writer", "listings", rows("全有", 1000, [777]), { query: "program=supply-demand&side=offer&all_or_nothing=true" });
  assert.deepEqual([job.state, job.result.taken, job.result.bad, job.result.faults[0].row], ["done", 0, 1, 779]);
  assert.equal((await titled("全有")).length, 0);
});

test("J012: a second server on the folder is refused and told who holds it", () => {
  const second = jiaoji(["serve", "--data", server.data, "--port", "0", "--log", "none"]);
  assert.equal(second.status, 1);
  assert.match(second.err, new RegExp(`process ${server.process.pid}`));
});

test("a backup under writes is whole; a flipped byte in it is refused", async () => {
  let stop = false, written = 0;
  const writing = (async () => { while (!stop) expect(await post(`备份 ${written}`), 201), ++written; })();
  await sleep(100);
  const atLeast = written, file = join(folder, "a.backup");
  const done = await new Promise((ended) => spawn(binary, ["backup", file, "--data", server.data, "-q"]).on("exit", ended));
  stop = true;
  await writing;
  assert.equal(done, 0);
  const restored = join(folder, "restored");
  const back = jiaoji(["restore", file, "--data", restored, "-q"]);
  assert.equal(back.status, 0, back.err);
  assert.equal(jiaoji(["journal", "verify", "--data", restored]).status, 0);
  const other = await Server.start({ data: restored, args });
  const held = (await all(other, "writer", `/listings?party=${firm.id}`)).filter((l) => l.title.startsWith("备份 ")).length;
  await other.stop();
  assert.ok(held >= atLeast && held <= written, `${atLeast} ≤ ${held} ≤ ${written}`);
  const bytes = readFileSync(file);
  let refusedFlips = 0;
  for (let i = 0; i < 5; ++i) {
    const flipped = Buffer.from(bytes);
    flipped[Math.floor((flipped.length * (i + 0.5)) / 5)] ^= 0x10;
    writeFileSync(join(folder, "b.backup"), flipped);
    if (jiaoji(["restore", join(folder, "b.backup"), "--data", join(folder, `flipped-${i}`), "-q"]).status !== 0) ++refusedFlips;
  }
  assert.equal(refusedFlips, 5);
});
