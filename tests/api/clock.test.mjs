// The clock of working days from the command line: no data folder, no server.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { jiaoji } from "./server.mjs";

let folder;
before(() => { folder = mkdtempSync(join(tmpdir(), "jiaoji-")); });
after(() => rmSync(folder, { recursive: true, force: true }));

const due = (...args) => { const done = jiaoji(["clock", "due", "--json", ...args]); assert.equal(done.status, 0, done.err); return JSON.parse(done.out); };
const refused = (args, key, words) => { const done = jiaoji(["clock", ...args]); assert.equal(done.status, 1, done.out); assert.match(done.err, words); assert.ok(done.err.includes(`[${key}]`), done.err); assert.equal(done.out, ""); };
const file = (name, text) => { writeFileSync(join(folder, name), text); return join(folder, name); };

test("three working days over National Day end on the make-up Saturday, and the answer says why", () => {
  const answer = due("--start", "2026-09-30", "--workdays", "3");
  assert.equal(answer.due, "2026-10-10");
  assert.equal(answer.due_at, "2026-10-10T16:00:00.000Z");
  assert.equal(answer.provisional, false);
  assert.deepEqual(answer.steps.map((s) => s.kind), ["start", "holiday", "counted", "make_up", "due"]);
  assert.equal(answer.steps[1].name, "国庆节");
  assert.match(jiaoji(["clock", "due", "--start", "2026-09-30", "--workdays", "3"], { lang: "zh_CN.UTF-8" }).out, /2026-10-10（周六）：国庆节调休上班/);
});

test("every option of the rule moves the date", () => {
  const rows = [
    [["--days", "3"], "2026-10-08"],
    [["--days", "3", "--on-holiday", "keep"], "2026-10-03"],
    [["--days", "3", "--on-holiday", "previous"], "2026-09-30"],
    [["--months", "1"], "2026-10-30"],
    [["--workdays", "3", "--first-day-counts"], "2026-10-09"],
    [["--workdays", "3", "--extend", "2", "--extend", "1"], "2026-10-14"],
    [["--workdays", "3", "--suspend", "2026-10-08..2026-10-10", "--suspend", "2026-10-12..2026-10-13"], "2026-10-14"],
    [["--workdays", "3", "--suspend", "2026-10-09.."], null],
    [["--workdays", "100"], "2027-02-23"],
  ];
  for (const [args, day] of rows) assert.equal(due("--start", "2026-09-30", ...args).due, day, args.join(" "));
  assert.equal(due("--start", "2026-09-30T18:00", "--workdays", "3", "--after-hours", "17:00").due, "2026-10-12");
  assert.equal(due("--start", "2026-09-30", "--workdays", "100").provisional, true);
  assert.deepEqual(due("--start", "2026-09-30", "--workdays", "3", "--at", "2026-10-09").state, { phase: "running", used: 2, left: 1, overdue: 0 });
});

test("the extension of 2020 is known only from the day on which it was published", () => {
  const known = (day) => due("--start", "2020-01-23", "--workdays", "3", "--as-known-on", day).due;
  assert.equal(known("2020-01-20"), "2020-02-03");
  assert.equal(known("2020-02-01"), "2020-02-05");
});

test("a calendar of one's own replaces the year of the same number", () => {
  const json = file("2026.json", JSON.stringify({ year: 2026, papers: [], days: [{ name: "校庆", date: "2026-10-08", isOffDay: true }] }));
  const toml = file("2027.toml", 'year = 2027\ntitle = "t"\npublished = "2026-11-10"\n[[holiday]]\nname = "元旦"\nfrom = "2027-01-01"\nto = "2027-01-03"\n');
  assert.equal(due("--start", "2026-09-30", "--workdays", "6", "--calendar", json).due, "2026-10-09");
  const next = due("--start", "2026-12-30", "--workdays", "2", "--calendar", toml);
  assert.deepEqual([next.due, next.provisional], ["2027-01-04", false]);
  assert.equal(due("--start", "2026-12-30", "--workdays", "2", "--calendar", toml, "--as-known-on", "2026-11-09").provisional, true);
});

test("between two dates, and the notices themselves", () => {
  assert.equal(JSON.parse(jiaoji(["clock", "between", "--json", "2026-09-30", "2026-10-10"]).out).workdays, 3);
  const years = JSON.parse(jiaoji(["clock", "calendar", "2020", "--json"]).out).years;
  assert.deepEqual(years.map((y) => y.published), ["2019-11-21", "2020-01-27"]);
});

test("what is wrong is named, with what would be right", () => {
  const start = ["due", "--start", "2026-09-30"];
  refused(["due", "--start", "2026-02-30", "--workdays", "3"], "clock.time", /--start: .*2026-02-30.*write 2026-09-30/);
  refused(["due", "--start", "2019-09-30", "--workdays", "3"], "calendar.not_covered", /--start: .*2020–2026/);
  refused([...start, "--workdays", "-1"], "clock.amount", /--workdays: "-1" must be a whole number from 0 to 10000/);
  refused([...start, "--workdays", "10000000"], "clock.amount", /from 0 to 10000/);
  refused([...start, "--workdays", "3 days"], "clock.amount", /"3 days"/);
  refused([...start, "--workdays", "3", "--days", "3"], "clock.unit", /exactly one .* there are 2/);
  refused(start, "clock.unit", /there are 0/);
  refused([...start, "--workdays", "3", "--suspend", "2026-10-08"], "clock.suspension", /2026-10-08\.\.2026-10-15/);
  refused([...start, "--workdays", "3", "--suspend", "2026-10-08..2026-10-32"], "clock.date", /2026-10-32/);
  refused([...start, "--workdays", "3", "--zone", "Asia/Jinan"], "clock.zone", /Asia\/Shanghai/);
  refused([...start, "--workdays", "3", "--on-holiday", "later"], "clock.on_holiday", /next, keep, previous/);
  refused([...start, "--workdays", "3", "--ends-at", "25:00"], "clock.time_of_day", /17:30/);
  refused([...start, "--workdays", "3", "--calendar", folder], "calendar.file", /is a folder/);
  refused([...start, "--workdays", "3", "--calendar", join(folder, "none")], "file.cannot_open", /none/);
  refused([...start, "--workdays", "3", "--calendar", file("big", "x".repeat(300_000))], "calendar.file", /at most 256 KiB/);
  refused([...start, "--workdays", "3", "--calendar", file("broken.json", '{"year": 2026, "days": [')], "calendar.file", /broken\.json/);
  refused([...start, "--workdays", "3", "--calendar", file("broken.toml", "year = 2026\ntitle = ")], "calendar.file", /broken\.toml:2/);
  refused(["between", "2026-10-10", "2026-09-30"], "clock.between", /is before/);
  refused(["calendar", "2030"], "calendar.not_covered", /2020–2026/);
});
