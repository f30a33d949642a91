// The market asks for minutes between two cities: a fact with its journey, yes, no or unknown, and no part of the score.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

let server;
before(async () => { server = await Server.start({ listings: 1200 }); });
after(() => server.stop());

const ask = async (minutes_max) => {
  const answer = await server.call("POST", "/api/v1/match", { as: "firm-qingdao", body: { program: "shared-equipment", text: "仪器 测试 中试", fields: minutes_max === null ? {} : { minutes_max }, top: 50 } });
  assert.equal(answer.status, 200, answer.text);
  return ["results", "near_misses", "refused"].flatMap((list) => answer.json[list].map((m) => ({ city: m.listing.city, travel: m.conditions.find((c) => c.condition === "travel"), parts: m.parts ?? [] })));
};

test("a journey that is short enough is met and tells its trains; one that is too long is not; nothing asked is nothing told", async () => {
  const jinan = (rows) => rows.filter((row) => row.city === "370100");
  const wide = jinan(await ask(240)), narrow = jinan(await ask(30));
  assert.ok(wide.length > 0 && narrow.length > 0, "the sample has equipment in Jinan");
  for (const { travel } of wide) {
    assert.equal(travel.truth, "yes", JSON.stringify(travel));
    assert.match(JSON.stringify(travel), /minutes at best: .* → .*\(G\d+/);
  }
  for (const { travel } of narrow) assert.equal(travel.truth, "no", JSON.stringify(travel));
  for (const { travel } of await ask(null)) assert.equal(travel.truth, "yes");
});

test("equipment in one's own city is no journey", async () => {
  for (const { travel } of (await ask(0)).filter((row) => row.city === "370200")) assert.equal(travel.truth, "yes");
});

test("without a timetable the fact is unknown, which neither passes nor fails silently", async () => {
  for (const file of (await server.call("GET", "/api/v1/mobility/files")).json.items.reverse()) assert.equal((await server.call("DELETE", `/api/v1/mobility/files/${file.id}`, { as: "coordinator" })).status, 204);
  for (const { travel } of (await ask(240)).filter((row) => row.city !== "370200")) assert.equal(travel.truth, "unknown");
});
