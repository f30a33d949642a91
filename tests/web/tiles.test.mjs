// The base map on the page: drawn where it belongs with its credit, given up when the source fails, absent where none is set.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { loadMobility, tinyRail } from "../api/mobility.mjs";
import { Server, sleep } from "../api/server.mjs";
import { findings, openBrowser, openPage, shoot, visit } from "./page.mjs";

const credit = "某图源 审图号：GS(2026)1号";
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");
let tiles, asked = [], status = 200, browser, server, plain;
before(async () => {
  tiles = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status, { "content-type": "image/png" }).end(status === 200 ? png : "");
  });
  await new Promise((done) => tiles.listen(0, "127.0.0.1", done));
  server = await Server.start({ listings: 20, args: ["--tiles", `http://127.0.0.1:${tiles.address().port}/{z}/{x}/{y}.png`, "--tiles-credit", credit] });
  plain = await Server.start({ listings: 20 });
  for (const one of [server, plain]) {
    const { items } = (await one.call("GET", "/api/v1/mobility/files")).json;
    for (const kind of ["zones", "points", "timetable"]) for (const file of items.filter((f) => f.kind === kind)) assert.equal((await one.call("DELETE", `/api/v1/mobility/files/${file.id}`, { as: "coordinator" })).status, 204);
    assert.equal((await loadMobility(one, "coordinator", "timetable", "rail.csv", tinyRail)).state, "done");
  }
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); await plain?.stop(); tiles?.close(); });

async function open(of, options) {
  const page = await openPage(browser, of, options);
  await visit(page, "/circles?date=2026-11-20");
  await page.getByTestId("stations-A").waitFor();
  return page;
}
const shown = (page) => page.getByTestId("tiles").first().locator("image").evaluateAll((all) => all.map((i) => Object.fromEntries(["href", "x", "y", "width", "height"].map((k) => [k, k === "href" ? i.getAttribute(k) : Number(i.getAttribute(k))]))));

test("tiles lie where their corners are, under the credit of their source", async () => {
  const page = await open(server);
  await page.getByTestId("credit").first().waitFor();
  assert.equal(await page.getByTestId("credit").first().innerText(), credit);
  await page.getByText("底图由图上注明的来源提供").first().waitFor();
  // Where the map has its stations tells how it projects; a tile's corners are those of Web Mercator.
  const stops = (await server.call("GET", "/api/v1/mobility/network?date=2026-11-20")).json.stops;
  const dots = [...(await page.locator("path.station").first().getAttribute("d")).matchAll(/M([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x) + 2.6, Number(y)]);
  assert.equal(dots.length, stops.length);
  const by = (key) => stops.map((s, i) => [s[key], i]).sort((p, q) => p[0] - q[0]).map(([, i]) => i);
  const [[west, east], [south, north]] = [by("lon"), by("lat")].map((order) => [order[0], order.at(-1)]);
  const x = (lon) => dots[west][0] + ((lon - stops[west].lon) * (dots[east][0] - dots[west][0])) / (stops[east].lon - stops[west].lon);
  const y = (lat) => dots[south][1] + ((lat - stops[south].lat) * (dots[north][1] - dots[south][1])) / (stops[north].lat - stops[south].lat);
  const lat = (row, z) => (Math.atan(Math.exp(Math.PI * (1 - (2 * row) / 2 ** z))) * 360) / Math.PI - 90;
  const all = await shown(page), frame = await page.locator("svg[role=img]").first().evaluate((svg) => ({ width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height }));
  for (const one of all) {
    const [z, column, row] = /\/(\d+)\/(\d+)\/(\d+)\.png$/.exec(one.href).slice(1).map(Number);
    const wanted = { x: x((column / 2 ** z) * 360 - 180), y: y(lat(row, z)), right: x(((column + 1) / 2 ** z) * 360 - 180), bottom: y(lat(row + 1, z)) };
    const got = { x: one.x, y: one.y, right: one.x + one.width, bottom: one.y + one.height };
    for (const key of Object.keys(wanted)) assert.ok(Math.abs(wanted[key] - got[key]) < 1, `${one.href} ${key}: ${got[key]} instead of ${wanted[key]}`);
    assert.ok(one.width > 170 && one.width < 370, `nearly its own size: ${one.width}`);
  }
  // Every corner and the middle of the map lie on a tile.
  for (const [px, py] of [[1, 1], [frame.width - 1, 1], [1, frame.height - 1], [frame.width - 1, frame.height - 1], [frame.width / 2, frame.height / 2]]) assert.ok(all.some((t) => px >= t.x && px <= t.x + t.width && py >= t.y && py <= t.y + t.height), `${px},${py}`);
  assert.deepEqual(new Set(asked).size >= all.length, true);
  await shoot(page, "tiles");
  // Nearer: other tiles.
  const before = all.map((t) => t.href).join();
  await page.getByRole("button", { name: "放大" }).first().click();
  await page.getByRole("button", { name: "放大" }).first().click();
  for (let i = 0; i < 60 && (await shown(page)).map((t) => t.href).join() === before; ++i) await sleep(50);
  assert.notEqual((await shown(page)).map((t) => t.href).join(), before);
  // The map as a file asks nobody for pictures.
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载图（SVG）" }).click()]);
  const svg = readFileSync(await file.path(), "utf8");
  assert.match(svg, /<path/);
  assert.doesNotMatch(svg, /<image|127\.0\.0\.1/);
  await page.emulateMedia({ media: "print" });
  await page.getByTestId("credit").first().waitFor();
  assert.deepEqual(page.faults, []);
});

test("the credit and the map read well, on a phone and in the dark", async () => {
  for (const options of [{ bypass: true }, { bypass: true, theme: "dark", width: 375, height: 812 }]) {
    const page = await open(server, options);
    await page.getByTestId("credit").first().waitFor();
    assert.deepEqual(await findings(page), []);
    await shoot(page, options.theme ? "tiles-phone-dark" : "tiles-axe");
    await page.context().close();
  }
});

test("a source that fails leaves the schematic, without its credit, and is not asked for ever", async () => {
  status = 503;
  try {
    const page = await open(server);
    await sleep(600);
    assert.equal(await page.getByTestId("credit").count(), 0);
    await page.getByText("示意图：不表示行政区域界线").first().waitFor();
    assert.deepEqual(await shown(page), []);
    for (let i = 0; i < 12; ++i) await page.getByRole("button", { name: "放大" }).first().click(), await sleep(200);
    const count = asked.length;
    for (let i = 0; i < 4; ++i) await page.getByRole("button", { name: "缩小" }).first().click(), await sleep(200);
    assert.equal(asked.length, count, "given up");
    assert.deepEqual(page.faults.filter((f) => !/status of 503/.test(f)), []);
  } finally { status = 200; }
});

test("without a source no tile and no credit", async () => {
  const page = await open(plain);
  const count = asked.length;
  await sleep(600);
  assert.deepEqual(await shown(page), []);
  assert.equal(await page.getByTestId("credit").count(), 0);
  await page.getByText("示意图：不表示行政区域界线").first().waitFor();
  assert.equal(asked.length, count);
  assert.deepEqual(page.faults, []);
});
