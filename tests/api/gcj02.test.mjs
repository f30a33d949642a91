// Coordinates in GCJ-02: converted when one says so, noted when nobody did, refused where the format knows no such thing.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadMobility, tinyZones } from "./mobility.mjs";
import { jiaoji, Server } from "./server.mjs";

// Places in WGS-84 and where map services of China show them: published pairs, as in points_test.cc.
const wgs84 = { 甲: [31.1774276, 121.5272106], 乙: [22.543847, 113.912316], 丙: [39.911954, 116.377817] };
const gcj02 = { 甲: [31.17530398364597, 121.531541859215], 乙: [22.540796131694766, 113.9171764808363], 丙: [39.91334545536069, 116.38404722455657] };
const rail = (train, at) => "车次,车站,到达,出发,纬度,经度,开行日期\n" + [["甲", "", "08:00"], ["乙", "12:00", "12:05"], ["丙", "18:00", ""]].map(([name, arrive, leave]) => [train, name, arrive, leave, ...at[name], "2026-01-01..2027-12-31"].join(",")).join("\n") + "\n";
const points = (at) => "id,lat,lon,population\n" + Object.entries(at).map(([name, [lat, lon]]) => `${name},${lat},${lon},100`).join("\n") + "\n";
const near = (got, [lat, lon]) => assert.ok(Math.abs(got[0] - lat) < 2e-5 && Math.abs(got[1] - lon) < 2e-5, `${got} instead of ${lat},${lon}`);
const keys = (job) => job.result.notices.map((n) => n.key).filter((key) => key.startsWith("stops."));

let server, folder;
before(async () => {
  server = await Server.start({ listings: 20 });
  folder = mkdtempSync(join(tmpdir(), "jiaoji-gcj02-"));
});
after(async () => { await server?.stop(); if (folder) rmSync(folder, { recursive: true, force: true }); });
const get = async (path) => { const answer = await server.call("GET", "/api/v1/mobility" + path); assert.equal(answer.status, 200, answer.text); return answer.json; };
async function stand() {
  const { stops } = await get("/network?date=2026-11-20");
  for (const [name, at] of Object.entries(wgs84)) { const stop = stops.find((s) => s.name === name); near([stop.lat, stop.lon], at); }
  const held = (await get("/points")).points;
  for (const at of Object.values(wgs84)) assert.ok(held.some(([lat, lon]) => Math.abs(lat - at[0]) < 2e-5 && Math.abs(lon - at[1]) < 2e-5), JSON.stringify(at));
}

test("stops and people in GCJ-02 stand in WGS-84, after a restart too", async () => {
  const loaded = await loadMobility(server, "coordinator", "timetable", "rail.csv", rail("Z1", gcj02), "&gcj02=true");
  assert.equal(loaded.state, "done", JSON.stringify(loaded.error));
  assert.deepEqual(keys(loaded), ["stops.gcj02"]);
  assert.match(loaded.result.notices.find((n) => n.key === "stops.gcj02").detail, /3 stops moved by \d{3} to \d{3} m/);
  assert.equal(loaded.result.file.gcj02, true);
  assert.equal((await loadMobility(server, "coordinator", "points", "people.csv", points(gcj02), "&gcj02=true")).state, "done");
  await stand();
  await server.down();
  await server.up();
  await stand();
  assert.deepEqual((await get("/files")).items.filter((f) => f.gcj02).map((f) => f.name).sort(), ["people.csv", "rail.csv"]);
});

test("a timetable beside that looks shifted is noted, in a check and when it is loaded; one that is not is not", async () => {
  for (const [what, at, options, wanted] of [
    ["shifted and not said", gcj02, "&check=true", ["stops.looks_gcj02"]], ["shifted and said", gcj02, "&check=true&gcj02=true", ["stops.gcj02"]], ["not shifted", wgs84, "&check=true", []],
    ["not shifted, and said to be", wgs84, "&check=true&gcj02=true", ["stops.gcj02", "stops.looks_gcj02"]], ["shifted, not said, and loaded", gcj02, "", ["stops.looks_gcj02"]],
  ]) {
    const job = await loadMobility(server, "coordinator", "timetable", "more.csv", rail("Z3", at), options);
    assert.equal(job.state, "done", `${what}: ${JSON.stringify(job.error)}`);
    assert.deepEqual(keys(job), wanted, what);
    assert.ok(job.result.notices.filter((n) => n.key.startsWith("stops.")).every((n) => n.severity === "note"), what);
  }
});

test("streets and zones are in WGS-84 by their formats", async () => {
  for (const [kind, bytes] of [["zones", tinyZones], ["streets", "x"]]) {
    const { refused } = await loadMobility(server, "coordinator", kind, "file", bytes, "&gcj02=true");
    assert.deepEqual([refused.status, refused.json.key], [400, "mobility.gcj02"], kind);
  }
});

test("the command line loads and checks the same", () => {
  const file = join(folder, "rail.csv"), people = join(folder, "people.csv"), zones = join(folder, "zones.geojson"), data = join(folder, "data");
  writeFileSync(file, rail("Z1", gcj02));
  writeFileSync(people, points(gcj02));
  writeFileSync(zones, tinyZones);
  const loaded = jiaoji(["mobility", "load", file, "--points", people, "--gcj02", "--data", data]);
  assert.equal(loaded.status, 0, loaded.err);
  assert.match(loaded.err, /converted from GCJ-02 to WGS-84: 3 stops moved/);
  const found = jiaoji(["mobility", "nearest", wgs84.丙.join(","), "--within", "1", "--data", data, "--json"]);
  assert.deepEqual(JSON.parse(found.out).nearest.map((s) => [s.name, s.straight_metres]), [["丙", 0]], found.err);
  const inside = jiaoji(["mobility", "from", wgs84.丙.join(","), "--depart", "2026-11-20 08:00", "--within", "1", "--geojson", "--data", data]);
  assert.equal(JSON.parse(inside.out).features[0].properties.inside.people, 100, inside.out.slice(0, 300));
  const check = jiaoji(["mobility", "check", file, "--gcj02", "--json"]);
  assert.equal(check.status, 0, check.err);
  assert.equal(JSON.parse(check.out).feeds[0].counts["stops.gcj02"], 1);
  assert.equal(JSON.parse(jiaoji(["mobility", "check", file, "--json"]).out).feeds[0].counts["stops.gcj02"], undefined);
  const refused = jiaoji(["mobility", "load", "--zones", zones, "--gcj02", "--data", data]);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /GCJ-02 is for timetables and points/);
});
