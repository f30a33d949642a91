// The computation behind map, tables and counts (web/src/draw/circle.ts), held against one that looks at everything.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../api/server.mjs";

const require = createRequire(join(root, "web/package.json"));
async function load(path) {
  const { code } = await require("esbuild").transform(readFileSync(join(root, path), "utf8"), { loader: "ts", format: "esm" });
  return import("data:text/javascript;base64," + Buffer.from(code).toString("base64"));
}
const { circleAt, Counter, curve, dayOf, metresBetween, nextService, secondsAt, secondsTo, walkSeconds } = await load("web/src/draw/circle.ts");
const { place, textWidth } = await load("web/src/draw/labels.ts");

let seed = 7;
const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
// Journeys as the server gives them: none both earlier away and later there.
function journeys(backward) {
  const out = [];
  let a = 5 * 3600 + random(3600), b = a + (backward ? -1 : 1) * (600 + random(4000));
  for (let i = random(9); i > 0; --i) {
    out.push([a, b]);
    const step = 60 + random(7000);
    a += step;
    b = backward ? Math.min(a - 300, b + 1 + random(step + 900)) : Math.max(a + 300, b + 1 + random(step + 900));
  }
  return out;
}
const world = (backward, kind = "city") => ({
  place: { asked: "o", kind, name: "o", lat: 36.5, lon: 118, stops: [] }, direction: backward ? "to" : "from", walk_metres_per_second: 0.96, walk_seconds_max: 3600,
  stops: Array.from({ length: 1 + random(12) }, (_, i) => ({ stop: `s${i}`, name: `站${i}`, lat: 36.4 + random(2000) / 10000, lon: 117.9 + random(2000) / 10000, walk_seconds: random(4) === 0 ? random(3000) : null, journeys: journeys(backward) })),
});
const slow = (row, time, backward) => Math.min(row.walk_seconds ?? Infinity, ...row.journeys.filter(([a]) => (backward ? a <= time : a >= time)).map(([, b]) => Math.abs(b - time)));

test("seconds, the circle and what is next equal a look at every journey", () => {
  for (let round = 0; round < 400; ++round) {
    const backward = round % 2 === 1, profile = world(backward), time = (5 * 60 + random(19 * 60)) * 60, limit = (15 + random(165)) * 60;
    for (const row of profile.stops) assert.equal(secondsAt(row, time, backward), slow(row, time, backward));
    const circle = circleAt(profile, time, limit);
    assert.deepEqual(circle.reached.map((r) => r.row.stop).sort(), profile.stops.filter((row) => slow(row, time, backward) <= limit).map((row) => row.stop).sort());
    for (const r of circle.reached) {
      assert.equal(r.left, Math.min(3600, limit - r.seconds));
      assert.equal(r.at, backward ? time - r.seconds : time + r.seconds);
    }
    const larger = new Set(circleAt(profile, time, limit + 600).reached.map((r) => r.row.stop));
    assert.ok(circle.reached.every((r) => larger.has(r.row.stop)), "a larger limit contains the smaller");
    const next = profile.stops.filter((row) => row.walk_seconds !== 0).flatMap((row) => row.journeys).filter(([a, b]) => Math.abs(b - a) <= limit && (backward ? a <= time : a >= time)).map(([a]) => a);
    assert.equal(nextService(profile, time, limit), next.length ? (backward ? Math.max(...next) : Math.min(...next)) : null);
  }
});

test("people inside A, B and both equal a count of every point", () => {
  for (let round = 0; round < 60; ++round) {
    const points = { districts: ["甲", "乙"], points: Array.from({ length: 200 }, () => [36.35 + random(3000) / 10000, 117.85 + random(3000) / 10000, random(1000), random(500), random(3) - 1]) };
    const profiles = [world(false, "coordinate"), world(true)], counter = new Counter(points, 0.96, 3600);
    for (let again = 0; again < 3; ++again) {
      const [a, b] = profiles.map((p) => circleAt(p, (6 * 60 + random(900)) * 60, (15 + random(165)) * 60));
      const inside = (circle, p) => circle.sources.some((s) => walkSeconds(metresBetween(s.lat, s.lon, p[0], p[1]), 0.96) <= s.left);
      const sum = (rows) => ({ people: rows.reduce((n, p) => n + p[2], 0), jobs: rows.reduce((n, p) => n + p[3], 0), points: rows.length });
      const expected = (rows) => ({ all: sum(rows), a: sum(rows.filter((p) => inside(a, p))), b: sum(rows.filter((p) => inside(b, p))), both: sum(rows.filter((p) => inside(a, p) && inside(b, p))) });
      const { districts, ...total } = counter.count(a, b);
      assert.deepEqual(total, expected(points.points));
      for (const { district, ...row } of districts) assert.deepEqual(row, expected(points.points.filter((p) => (p[4] < 0 ? null : points.districts[p[4]]) === district)));
    }
  }
});

test("the day's share, its first and last minute, its worst hour, and the curve", () => {
  for (let round = 0; round < 60; ++round) {
    const backward = round % 2 === 1, rows = world(backward).stops.slice(0, 3), limit = (15 + random(165)) * 60, day = dayOf(rows, backward, 6 * 3600, 22 * 3600, limit);
    const times = Array.from({ length: 960 }, (_, i) => 6 * 3600 + i * 60), good = times.filter((time) => Math.min(...rows.map((r) => slow(r, time, backward))) <= limit);
    assert.equal(day.within, good.length);
    assert.deepEqual([day.first, day.last], [good[0] ?? null, good.at(-1) ?? null]);
    assert.equal(day.share, good.length / 960);
    const share = (h) => good.filter((time) => Math.floor(time / 3600) === h).length;
    assert.equal(day.worst.within, Math.min(...Array.from({ length: 16 }, (_, i) => share(6 + i))));
    for (const [time, seconds] of curve(rows, backward, 5 * 3600, 24 * 3600)) assert.equal(seconds ?? Infinity, secondsTo(rows, time, backward));
  }
});

test("no two labels overlap, and the most important one stands", () => {
  for (let round = 0; round < 40; ++round) {
    const labels = Array.from({ length: 120 }, (_, i) => ({ x: 20 + random(560), y: 20 + random(360), text: "站名".repeat(1 + random(2)) + i, weight: 1 + random(1000), radius: 5, size: 13 }));
    const placed = place(labels, 600, 400);
    assert.ok(placed.length > 0);
    const boxes = placed.map((p) => { const w = textWidth(p.label.text, 13), left = p.anchor === "start" ? p.x : p.anchor === "end" ? p.x - w : p.x - w / 2; return [left, p.y - 12, left + w, p.y + 3]; });
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1] || Math.min(a[3], b[3]) - Math.max(a[1], b[1]) < 1, "two names overlap")));
  }
});
