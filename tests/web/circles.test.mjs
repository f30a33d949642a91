// The circles on the page: what is drawn and listed is what the API answers, at any place of the sliders; files; languages.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadMobility } from "../api/mobility.mjs";
import { Server, shared, sleep } from "../api/server.mjs";
import { findings, openBrowser, openPage, overflow, settle, shoot, signIn, visit } from "./page.mjs";

let server, browser;
before(async () => { server = await Server.start({ listings: 20 }); browser = await openBrowser(); });
after(async () => { await browser?.close(); await server?.stop(); });

const heading = "车次,开行日期,站序,车站,城市,到达,出发,纬度,经度,最小换乘分钟,类型\n";
const stations = { 甲东: ["济南", 36.70, 117.10], 乙北: ["淄博", 36.85, 118.05], 丙站: ["潍坊", 36.72, 119.15], 丁北: ["青岛", 36.17, 120.37], 戊南: ["青岛", 36.05, 120.20] };
let first = new Set();
function train(name, calls) {
  return calls.map(([station, arrive, leave], i) => {
    const [city, lat, lon] = first.has(station) ? ["", "", ""] : stations[station];
    first.add(station);
    return [name, i === 0 ? "2026-01-01..2027-12-31 每日" : "", i + 1, station, city, arrive, leave, lat, lon, "", i === 0 ? "高铁" : ""].join(",");
  }).join("\n") + "\n";
}
// Three trains out, two back, one short; nothing after 20:00.
function timetable() {
  first = new Set();
  return heading
    + train("G1", [["甲东", "", "8:10"], ["乙北", "8:40", "8:42"], ["丙站", "9:20", "9:22"], ["丁北", "9:58", ""]])
    + train("G3", [["甲东", "", "12:00"], ["乙北", "12:28", "12:30"], ["丁北", "13:30", ""]])
    + train("G5", [["甲东", "", "19:30"], ["丙站", "20:20", ""]])
    + train("G2", [["丁北", "", "8:05"], ["丙站", "8:44", "8:46"], ["甲东", "9:50", ""]])
    + train("C7", [["丁北", "", "8:30"], ["戊南", "8:50", ""]])
    + train("G4", [["丁北", "", "17:00"], ["乙北", "18:01", "18:03"], ["甲东", "18:30", ""]]);
}
const points = "id,lat,lon,population,jobs,district\n" + [["p1", 36.701, 117.101, 1000, 300, "历城"], ["p2", 36.72, 117.12, 500, 100, "历城"], ["p3", 36.851, 118.052, 800, 200, "张店"], ["p4", 36.175, 120.372, 900, 400, "市北"], ["p5", 36.052, 120.201, 700, 50, "黄岛"], ["p6", 36.40, 119.70, 10, 5, "高密"]].map((r) => r.join(",")).join("\n") + "\n";

async function load(kind, name, text, options = "") {
  const job = await loadMobility(server, "coordinator", kind, name, text, options);
  assert.equal(job.state, "done", JSON.stringify(job.error ?? job.refused?.text));
  return job;
}
async function clear() {
  for (const kind of ["zones", "points", "streets", "timetable"]) {
    for (const file of (await server.call("GET", "/api/v1/mobility/files")).json.items) if (file.kind === kind) assert.equal((await server.call("DELETE", `/api/v1/mobility/files/${file.id}`, { as: "coordinator" })).status, 204);
  }
}
const api = async (path) => { const answer = await server.call("GET", "/api/v1/mobility" + path); assert.equal(answer.status, 200, answer.text); return answer.json; };
const rowsOf = (page, id) => page.getByTestId(id).locator("tbody tr").evaluateAll((trs) => trs.map((tr) => [...tr.cells].map((c) => c.innerText.trim())));
async function until(what, check) {
  for (let i = 0; i < 100; ++i) {
    if (await check()) return;
    await sleep(50);
  }
  throw new Error("it does not come to: " + what);
}

test("without a timetable: a guest is told who loads one, an officer what to do first", async () => {
  await clear();
  const guest = await openPage(browser, server);
  await visit(guest, "/circles");
  await guest.getByText("还没有时刻表").waitFor();
  await guest.getByText("由城市工作人员或区域协调员载入时刻表后").waitFor();
  assert.equal(await guest.getByRole("button", { name: "载入" }).count(), 0, "a guest reads only");
  await shoot(guest, "circles-empty");
  const officer = await openPage(browser, server);
  await signIn(officer, "officer-jinan");
  await visit(officer, "/circles");
  await officer.getByText("先在下面载入一份时刻表").waitFor();
  await officer.getByRole("button", { name: "下载铁路时刻表模板" }).waitFor();
  const english = await openPage(browser, server, { language: "en" });
  await visit(english, "/circles");
  await english.getByText("There is no timetable yet.").waitFor();
  assert.doesNotMatch(await english.locator("main").innerText(), /[\u4e00-\u9fff]/);
  assert.deepEqual([...guest.faults, ...officer.faults, ...english.faults], []);
});

test("an officer loads a faulty file and sees the line; mends it; the rest may be taken", async () => {
  await clear();
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/circles");
  const file = join(server.data, "rail.csv");
  writeFileSync(file, timetable().replace(",8:40,8:42,", ",8:40,7:99,"));
  const take = async () => (await Promise.all([page.waitForEvent("filechooser"), page.locator("input[type=file]").click()]))[0].setFiles(file);
  await take();
  await page.getByRole("button", { name: "载入", exact: true }).click();
  const row = page.getByRole("row", { name: /rail\.csv.*7:99/ });
  await row.waitFor();
  assert.equal((await row.locator("td").allInnerTexts())[1], "3", "the line of the second call");
  await page.getByRole("heading", { name: /错误/ }).waitFor();
  assert.equal((await server.call("GET", "/api/v1/mobility")).json.loaded, false, "a refused file changes nothing");
  await shoot(page, "circles-faulty");
  writeFileSync(file, timetable());
  await take();
  await page.getByLabel("来源").fill("手工样表");
  await page.getByRole("button", { name: "载入", exact: true }).click();
  await page.getByText("已载入").waitFor();
  await page.getByTestId("stations-A").waitFor();
  await page.getByRole("row", { name: /手工样表/ }).getByRole("button", { name: /移除/ }).click();
  await page.getByRole("dialog").getByText(/不再参与计算/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "取消" }).click();
  assert.deepEqual(page.faults, []);
});

test("the box for GCJ-02 stands where it applies, and its file says so", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/circles");
  const box = page.getByLabel(/坐标为 GCJ-02/);
  for (const [kind, boxes] of [["streets", 0], ["zones", 0], ["timetable", 1], ["points", 1]]) {
    await page.getByLabel("种类").selectOption(kind);
    assert.equal(await box.count(), boxes, kind);
  }
  const file = join(server.data, "people.csv");
  // 北京, a published pair: here in GCJ-02, there in WGS-84.
  writeFileSync(file, "id,lat,lon,population\np,39.91334545536069,116.38404722455657,7\n");
  await (await Promise.all([page.waitForEvent("filechooser"), page.locator("input[type=file]").click()]))[0].setFiles(file);
  await box.check();
  await page.getByRole("button", { name: "载入", exact: true }).click();
  await page.getByRole("row", { name: /people\.csv GCJ-02/ }).waitFor();
  const [lat, lon] = (await api("/points")).points[0];
  assert.ok(Math.abs(lat - 39.911954) < 2e-5 && Math.abs(lon - 116.377817) < 2e-5, `${lat},${lon}`);
  assert.deepEqual(page.faults, []);
});

// What the page shows of one circle, against the API at the same place of the sliders.
async function compare(page, at, within) {
  const profile = await api(`/profile?place=${encodeURIComponent("济南")}&date=2026-11-20&between=05:00-24:00`);
  for (const [which, place] of [["A", "济南"], ["B", "青岛"]]) {
    const reach = await api(`/reach?place=${encodeURIComponent(place)}&at=2026-11-20%20${at}&within=${within}`);
    const expected = reach.reached.map((r) => [r.name, String(Math.round(r.minutes)), String(r.changes)]).sort();
    await until(`${which} at ${at} within ${within}`, async () => JSON.stringify((await rowsOf(page, `stations-${which}`)).map((r) => [r[0], r[1], r[3]]).sort()) === JSON.stringify(expected));
    const summary = await rowsOf(page, "summary"), column = which === "A" ? 1 : 2;
    assert.deepEqual([summary[0][column], summary[1][column], summary[2][column]], [reach.inside.people, reach.inside.jobs, reach.reached.length].map((n) => n.toLocaleString("zh-CN")));
    // The discs: one a station, at its place, as large as the time that is left lets one walk.
    const mark = await page.locator(which === "A" ? "path.mark-a" : "path.mark-b").first().getAttribute("d");
    assert.equal((mark.match(/M/g) ?? []).length, reach.reached.length, "picture and table name the same stations");
    const discs = [...(await page.getByTestId(`area-${which.toLowerCase()}`).first().getAttribute("d")).matchAll(/M([\d.-]+) ([\d.-]+)a([\d.]+)/g)].map(([, x, y, r]) => ({ x: Number(x) + Number(r), y: Number(y), r: Number(r) }));
    const shown = reach.reached.map((r) => ({ ...r, metres: Math.min(within * 60 - r.minutes * 60, profile.walk_seconds_max) * profile.walk_metres_per_second }));
    const all = (await api("/network?date=2026-11-20")).stops, lat = all.map((s) => s.lat);
    const frame = await page.locator("svg[role=img]").first().evaluate((svg) => svg.viewBox.baseVal.height);
    // Pixels per km by the stations' own marks: every station stands in .station, in the order of the network.
    const dots = [...(await page.locator("path.station").first().getAttribute("d")).matchAll(/M([\d.-]+) ([\d.-]+)/g)].map(([, , y]) => Number(y));
    const south = lat.indexOf(Math.min(...lat)), north = lat.indexOf(Math.max(...lat)), scale = (dots[south] - dots[north]) / ((lat[north] - lat[south]) * 111.195);
    for (const stop of shown.filter((s) => (s.metres / 1000) * scale > 0.6)) {
      const y = frame / 2 + ((Math.max(...lat) + Math.min(...lat)) / 2 - stop.lat) * 111.195 * scale;
      const disc = discs.find((d) => Math.abs(d.y - y) < 0.2 && Math.abs(d.r - (stop.metres / 1000) * scale) < 0.1);
      assert.ok(disc, `${stop.name} has its disc at ${y.toFixed(1)}: ${JSON.stringify(discs)}`);
    }
  }
}

test("at two places of the sliders map, tables and counts are what the API answers", async () => {
  await clear();
  await load("timetable", "rail.csv", timetable());
  await load("points", "points.csv", points);
  const page = await openPage(browser, server);
  await visit(page, "/circles?date=2026-11-20&t=08:05&m=60");
  await page.getByTestId("stations-B").waitFor();
  await compare(page, "08:05", 60);
  await shoot(page, "circles");
  await page.getByLabel("时限").fill("120");
  await page.getByLabel("出发时刻").fill(String(8 * 60));
  await compare(page, "08:00", 120);
  await until("the address", async () => /m=120/.test(page.url()));
  await page.reload();
  await settle(page);
  await compare(page, "08:00", 120);
  assert.deepEqual(await findings(await bypassed("/circles?date=2026-11-20&m=120")), []);
  assert.deepEqual(page.faults, []);
});

async function bypassed(path, options = {}) {
  const page = await openPage(browser, server, { bypass: true, ...options });
  await visit(page, path);
  await page.getByTestId("stations-A").waitFor();
  return page;
}

test("by keyboard: sliders, the map, a station's row; nothing at night says why", async () => {
  const page = await openPage(browser, server);
  await visit(page, "/circles?date=2026-11-20");
  await page.getByTestId("stations-A").waitFor();
  await page.getByLabel("时限").focus();
  for (let i = 0; i < 5; ++i) await page.keyboard.press("ArrowRight");
  assert.match(await page.locator("label[for=minutes]").innerText(), /65 分/);
  assert.equal(await page.getByLabel("时限").getAttribute("aria-valuetext"), "65 分");
  await page.getByLabel("出发时刻").focus();
  await page.keyboard.press("End");
  await page.getByText("济南：此刻 65 分钟内坐车哪里也到不了").waitFor();
  await page.getByText("当天此后没有这样的班次").first().waitFor();
  await page.getByLabel("出发时刻").fill(String(10 * 60));
  await page.getByText("下一班 12:00 出发").waitFor();
  const before = await page.locator("path.station").first().getAttribute("d");
  await page.getByRole("application").first().focus();
  await page.keyboard.press("+");
  assert.notEqual(await page.locator("path.station").first().getAttribute("d"), before);
  await page.keyboard.press("0");
  assert.equal(await page.locator("path.station").first().getAttribute("d"), before);
  assert.deepEqual(page.faults, []);
});

test("a click on a station makes it A, with Shift B; names are suggested while one types; claims and scenarios stand below", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/circles?date=2026-11-20");
  await page.getByTestId("stations-A").waitFor();
  const stops = (await api("/network?date=2026-11-20")).stops, map = page.getByRole("application").first();
  for (const [name, modifiers, key] of [["乙北", [], "a"], ["丙站", ["Shift"], "b"]]) {
    const dots = [...(await page.locator("path.station").first().getAttribute("d")).matchAll(/M([\d.-]+) ([\d.-]+)/g)], at = stops.findIndex((s) => s.name === name);
    await map.click({ position: { x: Number(dots[at][1]) + 3, y: Number(dots[at][2]) }, modifiers });
    await until(`${key} is ${name}`, async () => new URL(page.url()).searchParams.get(key) === stops[at].stop);
  }
  await page.getByRole("heading", { name: /A 圈内的车站：乙北/ }).waitFor();
  await page.getByRole("heading", { name: /B 圈内的车站：丙站/ }).waitFor();
  await page.getByLabel("A 地").pressSequentially("青");
  await page.getByLabel("A 地").fill("青");
  await until("a suggestion", async () => (await page.locator("datalist option").evaluateAll((all) => all.map((o) => o.value))).includes("青岛"));
  await page.getByLabel("A 地").fill("淄博");
  await page.keyboard.press("Tab");
  await page.getByRole("heading", { name: /A 圈内的车站：淄博/ }).waitFor();
  await page.getByTestId("claim-jinan-qingdao").getByText(/成立/).first().waitFor();
  const verdict = (await api("/claims?date=2026-11-20")).items.find((c) => c.id === "jinan-qingdao").verdict;
  const said = await page.getByTestId("claim-jinan-qingdao").innerText();
  for (const row of verdict.from) assert.ok(said.includes(`(${row.stations.within} / ${row.stations.departures})`), said);
  await page.getByText("查看或修改方案").click();
  await page.getByLabel("方案文件（TOML）").fill('title = { zh = "加一班", en = "one more" }\n\n[[add]]\nname = "G99"\ntype = "high_speed"\nstops = ["乙北", "丁北"]\nminutes = [0, 40]\nfirst = "08:05"\nlast = "20:05"\nevery_minutes = 60\n');
  await page.getByRole("button", { name: /^比较：/ }).click();
  await page.getByTestId("whatif").waitFor();
  assert.match((await rowsOf(page, "whatif"))[0].join(" "), /车站 \d+ \d+ \+\d/, "a train more, a circle larger");
  await shoot(page, "circles-whatif");
  assert.deepEqual(page.faults, []);
});

test("what if: the lines that change are drawn through their stations, each kind in a stroke of its own, and stand in a table", async () => {
  const page = await openPage(browser, server, { bypass: true });
  await signIn(page, "officer-jinan");
  await visit(page, "/circles?date=2026-11-20");
  await page.getByTestId("stations-A").waitFor();
  await page.getByText("查看或修改方案").click();
  await page.getByLabel("方案文件（TOML）").fill(`title = { zh = "四样", en = "four kinds" }
[[stop]]
id = "new"
name = "己新"
city = "济南"
lat = 36.95
lon = 117.60
[[remove]]
line = "C7"
[[faster]]
line = "G3"
between = ["甲东", "乙北"]
minutes = 5
[[more]]
between = ["丁北", "甲东"]
times = 2
[[add]]
name = "G99"
type = "high_speed"
stops = ["甲东", "己新", "丙站"]
minutes = [0, 20, 55]
first = "08:05"
last = "09:05"
every_minutes = 60
both_directions = true
`);
  await page.getByRole("button", { name: /^比较：/ }).click();
  const lines = await (async () => { await page.getByTestId("whatif-lines").waitFor(); return rowsOf(page, "whatif-lines"); })();
  assert.deepEqual(lines.filter((row) => row[0] !== "加密"), [["停开", "C7", "1", "丁北–戊南"], ["提速", "G3", "1", "甲东–乙北"], ["新开", "G99", "4", "甲东–己新–丙站"]]);
  assert.ok(lines.some((row) => row[0] === "加密" && Number(row[2]) > 0), JSON.stringify(lines));
  // On the map: a line goes through its stations' marks, and a station that is new has its name.
  const map = page.locator("figure").filter({ has: page.getByTestId("changed-added") });
  const stops = (await api("/network?date=2026-11-20")).stops;
  const dots = [...(await map.locator("path.station").getAttribute("d")).matchAll(/M([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x) + 2.6, Number(y)]);
  assert.equal(dots.length, stops.length);
  const spot = (name) => dots[stops.findIndex((s) => s.name === name)];
  const drawn = async (kind) => [...(await map.getByTestId("changed-" + kind).getAttribute("d")).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  const near = (p, q) => assert.ok(Math.hypot(p[0] - q[0], p[1] - q[1]) < 0.3, `${p} and ${q}`);
  for (const [kind, names] of [["removed", ["丁北", "戊南"]], ["faster", ["甲东", "乙北"]], ["added", ["甲东", null, "丙站"]]]) {
    const points = await drawn(kind);
    assert.equal(points.length, names.length, kind);
    names.forEach((name, i) => name && near(points[i], spot(name)));
  }
  const [west, east] = [spot("甲东"), spot("丁北")], [lonWest, lonEast] = ["甲东", "丁北"].map((name) => stops.find((s) => s.name === name).lon);
  const fresh = (await drawn("added"))[1];
  assert.ok(Math.abs(fresh[0] - (west[0] + ((117.6 - lonWest) / (lonEast - lonWest)) * (east[0] - west[0]))) < 0.5, String(fresh));
  await map.locator("svg[role=img] text", { hasText: "己新" }).waitFor();
  // Told apart without colour, named in the legend and in words.
  const strokes = await Promise.all(["added", "removed", "faster", "thicker"].map((kind) => map.getByTestId("changed-" + kind).evaluate((path) => { const s = getComputedStyle(path); return `${s.strokeDasharray} ${s.strokeWidth}`; })));
  assert.equal(new Set(strokes).size, 4, strokes.join(" | "));
  for (const words of ["新开（粗实线）", "停开（点线）", "提速（长划线）", "加密（双线）"]) await map.getByText(words).waitFor();
  assert.match(await map.locator("svg[role=img]").getAttribute("aria-label"), /变化的线路 \d 条（停开 1、提速 1、加密 \d、新开 1），见下表/);
  assert.deepEqual(await findings(page), []);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出线路表（CSV）" }).click()]);
  assert.match(readFileSync(await file.path(), "utf8"), /停开,C7,1,丁北–戊南/);
  await map.scrollIntoViewIfNeeded();
  await shoot(page, "circles-whatif-lines");
  assert.deepEqual(page.faults, []);
});

test("ways and the day to a station, deep-linked, and the same figures as the window's", async () => {
  const page = await openPage(browser, server);
  await visit(page, `/circles?date=2026-11-20&t=08:00&m=120&to=${encodeURIComponent("丁北")}`);
  const first = page.getByRole("button", { name: /08:10–09:58/ });
  await first.waitFor();
  assert.equal(await first.getAttribute("aria-pressed"), "true");
  await page.getByText("08:10 甲东 乘 G1，09:58 到 丁北").waitFor();
  assert.equal(await page.locator("path.way").count() > 0, true, "drawn");
  const window = await api(`/window?place=${encodeURIComponent("济南")}&date=2026-11-20&between=06:00-22:00&within=120`);
  const row = window.reached.find((r) => r.name === "丁北");
  const day = await rowsOf(page, "day");
  assert.equal(day[0][1], `${Math.round(row.share_within * 1000) / 10}% (${row.within} / ${row.departures})`);
  assert.deepEqual([day[1][1], day[2][1], day[3][1], day[5][1]], [...[row.planned_minutes, row.median_minutes, row.average_minutes].map((m) => (m === null ? "–" : `${Math.round(m)} 分`)), `${row.first}–${row.last}`]);
  // Backward: the same train, asked from its end.
  await page.getByLabel("方向").selectOption("to");
  await page.getByText(/到达时刻/).waitFor();
  const back = await api(`/reach?place=${encodeURIComponent("济南")}&direction=to&at=2026-11-20%2008:00&within=120`);
  await until("the circle towards A", async () => (await rowsOf(page, "stations-A")).length === back.reached.length);
  await page.getByLabel("A 地").fill("没有这里");
  await page.getByLabel("A 地").press("Tab");
  await page.getByText(/时刻表里没有“没有这里”/).first().waitFor();
  assert.deepEqual(page.faults, []);
});

test("language, exports, print, and nothing wider than a phone", async () => {
  const page = await openPage(browser, server, { language: "en", width: 375, height: 812 });
  await visit(page, "/circles?date=2026-11-20");
  await page.getByTestId("stations-A").waitFor();
  assert.ok((await overflow(page)) <= 0);
  const own = await page.locator("main").locator("h1, h2, thead th, label, button, legend, dt, dd, figcaption").allInnerTexts();
  assert.deepEqual(own.filter((text) => /[\u4e00-\u9fff]/.test(text.replace(/济南|青岛|甲东|乙北|丙站|丁北|戊南/g, "")) && !/步行|手工/.test(text)), []);
  for (const [button, name, content] of [["Table A as CSV", /circles-A.*\.csv$/, /^\ufeffStation,Minutes,Arrival/], ["Map as SVG", /circles-map.*\.svg$/, /^<svg[^>]*xmlns/]]) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
    assert.match(file.suggestedFilename(), name);
    assert.match(readFileSync(await file.path(), "utf8"), content);
  }
  const [geojson] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "GeoJSON A" }).click()]);
  assert.equal(JSON.parse(readFileSync(await geojson.path(), "utf8")).type, "FeatureCollection");
  await page.emulateMedia({ media: "print" });
  for (const text of ["Schematic: shows no administrative borders", "2026-11-20, leaving at 08:00"]) await page.getByText(text).first().waitFor();
  assert.deepEqual(page.faults, []);
});

// Frames while both sliders move: a figure to read, no limit to pass.
async function frames(t, name, path) {
  const page = await openPage(browser, server);
  await visit(page, path);
  await page.getByTestId("stations-A").waitFor();
  await sleep(1500);
  const result = await page.evaluate(() => new Promise((done) => {
    const [minutes, clock] = [document.getElementById("minutes"), document.getElementById("clock")], gaps = [];
    const began = performance.now();
    let last = began, n = 0;
    const step = (now) => {
      gaps.push(now - last);
      last = now;
      minutes.value = String(15 + ((n * 3) % 165));
      clock.value = String(420 + ((n * 7) % 600));
      for (const slider of [minutes, clock]) slider.dispatchEvent(new Event("input", { bubbles: true }));
      ++n;
      if (now - began < 3000) requestAnimationFrame(step);
      else done({ rate: (1000 * (n - 1)) / (now - began), worst: Math.max(...gaps.slice(1)) });
    };
    requestAnimationFrame(step);
  }));
  t.diagnostic(`${name}: ${result.rate.toFixed(1)} frames a second, the slowest ${result.worst.toFixed(0)} ms`);
  assert.deepEqual(page.faults, []);
  await page.context().close();
}
test("frames a second while dragging", async (t) => {
  await frames(t, "5 stations", "/circles?date=2026-11-20");
  const feed = join(shared, "data/gtfs/cn-hsr-2016.gtfs.zip");
  if (!existsSync(feed)) return t.diagnostic("the national feed is absent");
  await clear();
  await load("timetable", "cn-hsr-2016.gtfs.zip", readFileSync(feed), "&skip_faulty=true");
  await frames(t, "672 stations", "/circles?date=2016-03-02");
});
