// A market is a folder: one that nobody wrote C++ for works after a restart, and so does the one that came as the second.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server, jiaoji } from "./server.mjs";

const toml = `
id = "desks"
label = { zh = "共享工位", en = "Desks" }
[need]
label = { zh = "要工位", en = "Desk wanted" }
[[need.field]]
id = "seats"
type = "number"
label = { zh = "人数", en = "Seats" }
[offer]
label = { zh = "有工位", en = "Desks free" }
[[offer.field]]
id = "free"
type = "number"
label = { zh = "空位", en = "Free" }
[[condition]]
id = "enough"
test = "at_least"
need = "seats"
offer = "free"
label = { zh = "位子够", en = "Enough desks" }
[[part]]
id = "words"
kind = "text"
weight = 1
label = { zh = "文字", en = "Words" }
[[stage]]
id = "introduced"
label = { zh = "已引荐", en = "Introduced" }
`;

let server, party;
before(async () => {
  server = await Server.start({ listings: 60 });
  party = (await server.call("GET", "/api/v1/session", { as: "firm-weihai" })).json.account.party;
});
after(() => server.stop());

const offer = (program, fields, title) => server.call("POST", "/api/v1/listings", { as: "firm-weihai", body: { program, side: "offer", party, title, text: title, fields } });
const match = (program, text, fields) => server.call("POST", "/api/v1/match", { as: "firm-qingdao", body: { program, text, fields, top: 50 } });

test("a third market works by adding a folder", async () => {
  await server.down();
  mkdirSync(join(server.data, "programs/desks"), { recursive: true });
  writeFileSync(join(server.data, "programs/desks/program.toml"), toml);
  await server.up();
  const few = await offer("desks", { free: 3 }, "海边工位三张");
  const many = await offer("desks", { free: 30 }, "海边工位三十张");
  assert.deepEqual([few.status, many.status], [201, 201]);
  const answer = (await match("desks", "海边工位", { seats: 10 })).json;
  assert.deepEqual(answer.results.map((m) => m.listing.id), [many.json.id]);
  assert.deepEqual(answer.near_misses.map((m) => m.listing.id), [few.json.id]);
  const sum = answer.results[0].parts.reduce((total, part) => total + part.contribution, 0);
  assert.ok(Math.abs(sum - answer.results[0].score) < 1e-9);
});

test("the second market came as a folder, too", async () => {
  const made = await offer("shared-equipment", { days_free: 5, price_day: 800, operator: true }, "扫描电镜开放共享");
  assert.equal(made.status, 201, made.text);
  const answer = (await match("shared-equipment", "扫描电镜", { days: 2, operator: true })).json;
  assert.equal(answer.results[0].listing.id, made.json.id);
  assert.deepEqual(answer.results[0].conditions.filter((c) => c.demanded).map((c) => [c.condition, c.truth]), [["days", "yes"], ["operator", "yes"]]);
});

test("a faulty program is named with file and line, and nothing starts", async () => {
  await server.down();
  writeFileSync(join(server.data, "programs/desks/program.toml"), toml.replace('need = "seats"', 'need = "saets"'));
  const refused = jiaoji(["match", "--data", server.data, "--need", "工位"]);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /program\.toml:\d+: .*saets.*seats/s);
  writeFileSync(join(server.data, "programs/desks/program.toml"), toml);
  await server.up();
});
