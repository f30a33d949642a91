// Travel times over the API and on the command line: what is loaded answers, what is wrong is told and changes nothing.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { zip } from "./files.mjs";
import { loadMobility, tinyPoints, tinyRail, tinyZones } from "./mobility.mjs";
import { answerFaults } from "./spec.mjs";
import { jiaoji, Server } from "./server.mjs";

const api = "/api/v1/mobility";
const folder = mkdtempSync(join(tmpdir(), "jiaoji-mobility-"));
let server;
before(async () => { server = await Server.start({ listings: 50 }); });
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
const get = async (path, status = 200) => {
  const answer = await server.call("GET", api + path);
  assert.equal(answer.status, status, `${path}: ${answer.text.slice(0, 300)}`);
  return answer.json;
};
const minutes = (answer) => Object.fromEntries(answer.reached.map((row) => [row.name, row.minutes]));
const at = encodeURIComponent("2026-11-20 07:58");

test("before a timetable is loaded everybody is told so, and what to do", async () => {
  for (const file of (await get("/files")).items.reverse()) await server.call("DELETE", `${api}/files/${file.id}`, { as: "coordinator" });
  assert.equal((await get("")).loaded, false);
  assert.match((await get("/reach?place=A", 404)).detail, /loads one/);
  const early = await loadMobility(server, "coordinator", "points", "points.csv", tinyPoints);
  assert.equal(early.error.key, "mobility.no_timetable_yet");
});

test("a timetable, people and a zone are loaded as jobs; then the questions are answered", async () => {
  for (const [kind, name, bytes] of [["timetable", "rail.csv", tinyRail], ["points", "people.csv", tinyPoints], ["zones", "zones.geojson", tinyZones]]) {
    const job = await loadMobility(server, "coordinator", kind, name, bytes, "&source=test");
    assert.equal(job.state, "done", JSON.stringify(job.error));
    assert.equal(job.result.errors, 0);
  }
  const status = await get("");
  assert.deepEqual([status.stops, status.points, status.zones, status.people, status.first_day], [4, 5, 1, 24000, "2026-01-01"]);
  const reach = await get(`/reach?place=A&at=${at}&within=60`);
  assert.deepEqual(minutes(reach), { A: 0, B: 22, C: 54 });
  assert.deepEqual([reach.definition, reach.inside.people, reach.inside.districts.find((d) => d.district === "丙区").people], ["leave_at", 15000, 8000]);
  const window = await get(`/window?place=A&date=2026-11-20&between=06:00-08:00&within=60`);
  const c = window.reached.find((row) => row.name === "C");
  // Trains at 06:00, 07:00 and 08:00 take 52 minutes; a wait of up to 8 minutes still makes it within 60.
  assert.deepEqual([c.planned_minutes, c.departures, c.within, c.first, c.last], [52, 120, 18, "06:00", "07:59"]);
  const routes = await get(`/routes?from=A&to=C&at=${at}`);
  assert.deepEqual(routes.ways.map((way) => [way.departure, way.arrival, way.changes, way.legs[0].name]), [["08:00", "08:52", 0, "G81"], ["09:00", "09:52", 0, "G91"]]);
  const back = await get(`/reach?place=C&direction=to&at=${encodeURIComponent("2026-11-20 09:00")}&within=70`);
  assert.deepEqual(minutes(back), { C: 0, B: 38, A: 60 });
});

test("the circle's shape and its table agree: a stop is inside exactly when it is reached within the limit", async () => {
  for (const within of [0, 21, 22, 53, 54, 90]) {
    const shape = await get(`/circle?place=A&at=${at}&within=${within}`);
    const inside = shape.features.slice(1).map((f) => f.properties.name).sort();
    const routes = Object.entries({ A: 0, B: 22, C: 54 }).filter(([, m]) => m <= within).map(([name]) => name);
    assert.deepEqual(inside, routes, `within ${within}`);
  }
});

test("no service at night leaves only what can be walked, and a place without service is empty with a reason", async () => {
  const night = await get(`/reach?place=A&at=${encodeURIComponent("2026-11-20 02:00")}&within=90`);
  assert.deepEqual(minutes(night), { A: 0 });
  const nowhere = await get(`/circle?place=0.5,0.5&at=${at}&within=0`);
  assert.deepEqual(nowhere.features[0].geometry.coordinates, []);
  assert.ok(nowhere.features[0].properties.reason);
});

test("past midnight counts on, and yesterday's night train is there in the morning of the next day", async () => {
  const late = await get(`/reach?place=C&at=${encodeURIComponent("2026-11-20 23:30")}&within=60`);
  assert.equal(late.reached.find((row) => row.name === "D").arrival_seconds, 86400 + 20 * 60);
  const early = await get(`/reach?place=C&at=${encodeURIComponent("2026-11-20 23:30")}&within=60&service_day_only=true`);
  assert.equal(early.reached.find((row) => row.name === "D").arrival_seconds, 86400 + 20 * 60);
});

test("cities stand for their stations, and what is asked wrongly is answered with what would be right", async () => {
  assert.deepEqual((await get(`/reach?place=${encodeURIComponent("丙市")}&at=${at}`)).place.stops.length, 2);
  for (const [path, status, key] of [
    ["/reach?place=nowhere", 404, "mobility.place_unknown"], ["/reach?place=91,0", 400, "mobility.place_range"], ["/reach", 400, "mobility.place_missing"], ["/reach?place=A&at=tomorrow", 400, "mobility.time"],
    ["/reach?place=A&at=2026-02-30%2008:00", 400, "mobility.time"], ["/reach?place=A&at=2031-01-01%2008:00", 400, "mobility.no_service"], ["/reach?place=A&within=-1", 400, "mobility.number"], ["/reach?place=A&within=1e9", 400, "mobility.number"],
    ["/reach?place=A&within=nan", 400, "mobility.number"], ["/reach?place=A&direction=up", 400, "mobility.direction"], ["/window?place=A&between=22:00-06:00", 400, "mobility.between"], ["/routes?from=A", 400, "mobility.place_missing"],
  ]) {
    const answer = await get(path, status);
    assert.equal(answer.key, key, path);
  }
  assert.match((await get("/reach?place=A&at=2031-01-01%2008:00", 400)).detail, /2026-01-01 to 2027-12-31/);
});

test("a car or a bicycle takes one to the first stop, and the answer says how", async () => {
  const out = encodeURIComponent("36.70,117.10");  // 8.9 km from A
  const by = async (access) => Object.fromEntries((await get(`/reach?place=${out}&at=${encodeURIComponent("2026-11-20 07:20")}&within=180&access=${access}`)).reached.map((row) => [row.name, row.minutes]));
  const [walk, cycle, drive] = [await by("walk"), await by("cycle"), await by("drive")];
  assert.deepEqual(walk, {});
  // 8.91 km × 1.3 at 15 and at 30 km/h; then the train of 09:00, or that of 08:00.
  assert.ok(Math.abs(cycle.A - 46.4) < 0.5 && Math.abs(drive.A - 23.2) < 0.5, JSON.stringify([cycle, drive]));
  assert.deepEqual([cycle.B, drive.B], [120, 60]);
  assert.equal((await get(`/reach?place=${out}&access=fly`, 400)).key, "mobility.access");
});

test("what if answers as described, with the services that change and where they stop", async () => {
  const ask = (scenario, as = "firm-qingdao") => server.call("POST", `${api}/whatif`, { as, body: { scenario: `title = { zh = "试", en = "try" }\n${scenario}`, place: "A", at: "2026-11-20 08:00", within: 60 } });
  const answer = await ask('[[stop]]\nid = "E"\nname = "E"\nlat = 36.4\nlon = 119\n[[add]]\nname = "X1"\ntype = "rail"\nstops = ["A", "E", "C"]\nminutes = [0, 20, 40]\nfirst = "08:10"\nlast = "09:10"\nevery_minutes = 60\n');
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answerFaults("POST", `${api}/whatif`, answer), []);
  const shown = (services) => services.map((s) => [s.change, s.names, s.names_left_out, s.trips, s.stops.map((stop) => stop.name)]);
  assert.deepEqual(shown(answer.json.services), [["added", ["X1"], 0, 2, ["A", "E", "C"]]]);
  assert.deepEqual(answer.json.services[0].stops[1], { stop: "E", name: "E", lat: 36.4, lon: 119 });
  // Every train of this table is a line of its own: sixteen each way between the same stations, the first six named.
  const removed = (await ask('[[remove]]\nbetween = ["A", "C"]\n')).json;
  assert.deepEqual(shown(removed.services), [["removed", ["G61", "G62", "G71", "G72", "G81", "G82"], 26, 32, ["A", "B", "C"]]]);
  assert.deepEqual([removed.services_left_out, removed.services[0].line], [0, removed.changes[0].line]);
  assert.equal((await ask("", null)).status, 401);
});

test("what is said otherwise than true or false is refused instead of passed over", async () => {
  for (const path of ["/reach?place=A&walking=no", "/window?place=A&walking=0", "/profile?place=A&service_day_only=yes", "/routes?from=A&to=C&walking=FALSE", "/circle?place=A&service_day_only=1"]) {
    const answer = await get(path, 400);
    assert.equal(answer.key, "mobility.flag", path);
    assert.match(answer.detail, /(walking|service_day_only) should be true or false/);
  }
  for (const flag of ["check=yes", "skip_faulty=1", "illustrative=on"]) {
    const { refused } = await loadMobility(server, "coordinator", "timetable", "rail.csv", tinyRail, "&" + flag);
    assert.deepEqual([refused.status, refused.json.key], [400, "mobility.flag"], flag);
  }
  assert.deepEqual(await get(`/reach?place=A&at=${at}&within=60&walking=true&service_day_only=false`), await get(`/reach?place=A&at=${at}&within=60`));
});

test("the nearest stops on foot, the nearest first, as the command line has them", async () => {
  const here = encodeURIComponent("36.705,117.00");  // 556 m north of A
  const found = await get(`/nearest?place=${here}&within=30`);
  assert.deepEqual(found.nearest.map((row) => [row.name, row.straight_metres]), [["A", 556]]);
  // The straight line × 1.3 at 4.5 km/h.
  assert.ok(Math.abs(found.nearest[0].minutes - (0.556 * 1.3 * 60) / 4.5) < 0.1, found.nearest[0].minutes);
  assert.deepEqual([found.count, found.within_minutes, found.from.kind], [1, 30, "coordinate"]);
  assert.deepEqual((await get(`/nearest?place=${here}&within=9`)).nearest, []);
  assert.deepEqual((await get("/nearest?place=A")).nearest.map((row) => [row.name, row.minutes]), [["A", 0]]);
  for (const [path, status, key] of [["/nearest", 400, "mobility.place_missing"], ["/nearest?place=nowhere", 404, "mobility.place_unknown"], ["/nearest?place=A&within=61", 400, "mobility.number"]]) assert.equal((await get(path, status)).key, key, path);
  const file = join(folder, "nearest.csv");
  writeFileSync(file, tinyRail);
  const run = jiaoji(["mobility", "nearest", "36.705,117.00", "--within", "30", "--feed", file, "--json"]);
  const { illustrative, ...rest } = found;
  assert.equal(illustrative, false);
  assert.deepEqual(JSON.parse(run.out), { ...rest, from: { ...rest.from } }, run.err);
  for (const option of [["--no-walking"], ["--access", "drive"]]) {
    const refused = jiaoji(["mobility", "nearest", "36.705,117.00", "--feed", file, ...option]);
    assert.equal(refused.status, 1);
    assert.match(refused.err, /on foot/);
  }
});

test("the help says what a date alone means, and it means that", () => {
  const file = join(folder, "alone.csv");
  writeFileSync(file, tinyRail);
  for (const [command, option] of [["from", "--depart"], ["to", "--arrive"], ["route", "--depart"], ["matrix", "--depart"], ["whatif", "--depart"], ["zone", "--at"]]) assert.match(jiaoji(["mobility", command, "--help"]).out.replace(/\s+/g, " "), /the date alone means 08:00 of that day/, `${command} ${option}`);
  const from = (when) => JSON.parse(jiaoji(["mobility", "from", "A", "--depart", when, "--feed", file, "--json"]).out);
  assert.deepEqual(from("2026-11-20"), from("2026-11-20 08:00"));
});

test("many to many, and a place that is none is named by its number", async () => {
  const answer = await server.call("POST", `${api}/matrix`, { as: "firm-qingdao", body: { from: ["A", "C"], to: ["B", "D"], at: "2026-11-20 07:58" } });
  assert.deepEqual(answer.json.minutes, [[22, 982], [37, 982]], answer.text);
  const wrong = await server.call("POST", `${api}/matrix`, { as: "firm-qingdao", body: { from: ["A", "X"], to: [], at: "2026-11-20 07:58" } });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.json.errors.map((e) => e.pointer).sort(), ["/from/1", "/to"]);
});

test("a window lists what is reached in time, also when the train leaves only after its end", async () => {
  const row = (await get(`/window?place=A&date=2026-11-20&between=07:01-08:00&within=30`)).reached.find((r) => r.name === "B");
  // Nothing leaves from 07:01 to 07:59; the train of 08:00 is caught by those who set out from 07:50 on.
  assert.deepEqual([row.planned_minutes, row.within, row.first, row.last], [null, 10, "07:50", "07:59"]);
});

test("a window to a place is asked at whole minutes", async () => {
  const row = (await get(`/window?place=C&direction=to&date=2026-11-20&between=09:00-10:00&within=60`)).reached.find((r) => r.name === "A");
  // The train of 08:00 is there at 08:52, that of 09:00 at 09:52: within the hour for 09:00 and from 09:52 to 09:59.
  assert.deepEqual([row.departures, row.within, row.first, row.last, row.planned_minutes], [60, 9, "09:00", "09:59", 52]);
});

test("a service area: inside, open, how far its edge, when it opens", async () => {
  const inside = (await get(`/zones?place=36.7,117&at=${encodeURIComponent("2026-11-20 06:00")}`)).items[0];
  assert.deepEqual([inside.inside, inside.open, inside.opens], [true, false, "2026-11-20 07:00"]);
  const outside = (await get(`/zones?place=36.7,117.2&at=${encodeURIComponent("2026-11-20 08:00")}`)).items[0];
  assert.equal(outside.inside, false);
  assert.ok(Math.abs(outside.edge_metres - 8915) < 20, outside.edge_metres);
});

const good = {
  "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,x,http://x.cn,Asia/Shanghai\n", "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,1,R,900\n", "calendar_dates.txt": "service_id,date,exception_type\ns,20261120,1\n",
  "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n0522,甲,36.5,117.1\n522,乙,36.6,117.2\n", "trips.txt": "route_id,service_id,trip_id\nr,s,t\n", "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt,08:00:00,08:00:00,0522,1\nt,08:20:00,08:20:00,522,2\n",
};
const gtfs = (change = {}, prefix = "") => zip(Object.entries({ ...good, ...change }).filter(([, data]) => data !== null).map(([name, data]) => ({ name: prefix + name, data })));

test("a bad file is refused with its place, and the loaded region stays as it was", async () => {
  const before_ = JSON.stringify([await get("/files"), await get(`/reach?place=A&at=${at}`)]);
  const stopTimes = (row) => ({ "stop_times.txt": good["stop_times.txt"].replace("t,08:20:00,08:20:00,522,2", row) });
  for (const [what, bytes, says] of [
    ["25:70:00", gtfs(stopTimes("t,25:70:00,25:70:00,522,2")), /stop_times.txt:3.*arrival_time/], ["back in time", gtfs(stopTimes("t,07:20:00,07:20:00,522,2")), /stop_times.txt:3/], ["a missing stop", gtfs(stopTimes("t,08:20:00,08:20:00,523,2")), /523/],
    ["an id twice", gtfs({ "stops.txt": good["stops.txt"] + "0522,丙,36.7,117.3\n" }), /stops.txt:4/], ["never runs", gtfs({ "calendar_dates.txt": "service_id,date,exception_type\ns,20261120,2\n" }), /./], ["no stops", gtfs({ "stops.txt": null }), /stops.txt/],
    ["../ in a name", zip([{ name: "../stops.txt", data: "x" }]), /unsafe file name/], ["cut short", gtfs().subarray(0, 400), /./], ["no zip at all", Buffer.from("PK\x03\x04 nonsense"), /./], ["text", "hello", /./],
    ["a bomb", zip([{ name: "stops.txt", data: "", deflated: deflateRawSync(Buffer.alloc(300 << 20)), size: 100 }]), /./],
  ]) {
    const job = await loadMobility(server, "officer-jinan", "timetable", "feed.zip", bytes);
    assert.equal(job.state, "failed", what);
    assert.match(job.error.detail, says, `${what}: ${job.error.detail}`);
  }
  for (const [kind, bytes, says] of [["streets", Buffer.from("no pbf"), /./], ["points", "id,lat,lon\n1,0,0\n", /row 2/], ["zones", tinyZones.replace("[117.1,36.6],[117.1,36.8]", "[117.1,36.8],[117.1,36.6]"), /./]]) {
    const job = await loadMobility(server, "officer-jinan", kind, "file", bytes);
    assert.equal(job.state, "failed", kind);
    assert.match(job.error.detail, says);
  }
  assert.equal(JSON.stringify([await get("/files"), await get(`/reach?place=A&at=${at}`)]), before_);
  await server.healthy();
});

test("a check tells every fault and stores nothing; faulty trips may be left out when asked", async () => {
  const two = gtfs({ "trips.txt": good["trips.txt"] + "r,s,u\n", "stop_times.txt": good["stop_times.txt"] + "u,09:00:00,09:00:00,0522,1\nu,25:70:00,25:70:00,522,2\n" });
  const check = await loadMobility(server, "coordinator", "timetable", "feed.zip", two, "&check=true");
  assert.deepEqual([check.state, check.result.file, check.result.errors > 0], ["done", null, true]);
  assert.ok(check.result.notices.some((n) => n.file === "stop_times.txt" && n.line === 5 && n.field === "arrival_time"), JSON.stringify(check.result.notices));
  const loaded = await loadMobility(server, "coordinator", "timetable", "feed.zip", two, "&skip_faulty=true");
  assert.deepEqual([loaded.state, loaded.result.trips_left_out], ["done", 1]);
  // Ids keep their zeros: 0522 is not 522.
  assert.deepEqual(minutes(await get(`/reach?place=0522&at=${encodeURIComponent("2026-11-20 08:00")}&within=30`)), { 甲: 0, 乙: 20 });
});

test("who loaded may remove: a city's officer their own files, the coordinator all; the last timetable stays while others need it", async () => {
  const { items } = await get("/files");
  const feed = items.find((file) => file.name === "feed.zip"), rail = items.find((file) => file.name === "rail.csv");
  assert.equal((await server.call("DELETE", `${api}/files/${feed.id}`, { as: "officer-qingdao" })).status, 403);
  assert.equal((await server.call("DELETE", `${api}/files/${feed.id}`, { as: "coordinator" })).status, 204);
  const last = await server.call("DELETE", `${api}/files/${rail.id}`, { as: "coordinator" });
  assert.deepEqual([last.status, last.json.key], [409, "mobility.last_timetable"]);
});

test("a restart brings the region back as it was", async () => {
  const before_ = await get(`/window?place=A&date=2026-11-20`);
  await server.down();
  await server.up();
  assert.deepEqual(await get(`/window?place=A&date=2026-11-20`), before_);
});

test("the command line answers the same on a feed, in a subfolder of the zip and as a folder", () => {
  const wanted = [{ stop: "0522", arrival_seconds: 28800, minutes: 0, changes: 0 }, { stop: "522", arrival_seconds: 30000, minutes: 20, changes: 0 }];
  const open = join(folder, "open");
  mkdirSync(open);
  for (const [name, data] of Object.entries(good)) writeFileSync(join(open, name), data);
  writeFileSync(join(folder, "plain.zip"), gtfs());
  writeFileSync(join(folder, "sub.zip"), gtfs({}, "some/folder/"));
  for (const feed of ["plain.zip", "sub.zip", "open"]) {
    const run = jiaoji(["mobility", "from", "0522", "--depart", "2026-11-20 08:00", "--feed", join(folder, feed), "--min-change", "120", "--no-walking", "--service-day-only", "--json"]);
    assert.equal(run.status, 0, run.err);
    const answer = JSON.parse(run.out);
    assert.deepEqual([answer.from, answer.depart], ["0522", "2026-11-20 08:00"]);
    assert.deepEqual(answer.reached.map(({ stop, arrival_seconds, minutes: m, changes }) => ({ stop, arrival_seconds, minutes: m, changes })), wanted);
  }
});

test("the command line loads into a data folder, refuses what is wrong, and answers from it", () => {
  const data = join(folder, "data");
  writeFileSync(join(folder, "rail.csv"), tinyRail);
  writeFileSync(join(folder, "bad.csv"), tinyRail.replace("06:20", "6h20"));
  const loaded = jiaoji(["mobility", "load", join(folder, "rail.csv"), "--data", data]);
  assert.equal(loaded.status, 0, loaded.err);
  const bad = jiaoji(["mobility", "load", join(folder, "bad.csv"), "--data", data]);
  assert.equal(bad.status, 1);
  assert.match(bad.err, /bad\.csv.*3/);
  assert.equal(jiaoji(["mobility", "load", join(folder, "bad.csv"), "--skip-faulty", "--data", data]).status, 0);
  assert.match(jiaoji(["mobility", "load", join(folder, "rail.csv"), "--data", data]).err, /loaded already/);
  const run = jiaoji(["mobility", "from", "C", "--depart", "2026-11-20 23:30", "--data", data, "--json"]);
  assert.ok(JSON.parse(run.out).reached.some((row) => row.name === "D"), run.out + run.err);
  const check = jiaoji(["mobility", "check", join(folder, "bad.csv"), "--json"]);
  assert.equal(check.status, 1);
  const notice = JSON.parse(check.out).feeds[0].notices.find((n) => n.severity === "error");
  assert.deepEqual([notice.line, notice.value], [3, "6h20"]);
});

test("the command line says which of several stations, which dates, and exits 1", () => {
  const twice = gtfs({ "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n0522,南站,36.5,117.1\n522,南站,37.6,118.2\n" });
  writeFileSync(join(folder, "twice.zip"), twice);
  for (const [words, says] of [
    [["from", "南站", "--depart", "2026-11-20 08:00"], /2 stations.*0522.*522/], [["from", "0522", "--depart", "2027-11-20 08:00"], /2026-11-20 to 2026-11-20/], [["from", "0522", "--depart", "yesterday"], /no date and time/],
    [["window", "0522", "--date", "2026-11-20", "--between", "9-5"], /no window/], [["route", "0522", "Z", "--depart", "2026-11-20 08:00"], /has no "Z"/],
  ]) {
    const run = jiaoji(["mobility", ...words, "--feed", join(folder, "twice.zip")]);
    assert.equal(run.status, 1, words.join(" "));
    assert.match(run.err, says);
  }
  assert.equal(jiaoji(["mobility", "from", "0522"]).status, 2);
  assert.match(jiaoji(["mobility", "from", "A", "--depart", "2026-11-20", "--feed", join(folder, "none.zip")]).err, /none\.zip/);
});
