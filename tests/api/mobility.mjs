// A small railway, and how a file is loaded.
import assert from "node:assert/strict";
import { sleep } from "./server.mjs";

// A–B–C and back by C, in 20 and 30 minutes, every hour; a night train past midnight; D is served by nobody by day.
const rows = [];
for (let hour = 6; hour < 22; ++hour) {
  const at = (minutes) => `${String(hour + Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  rows.push(`G${hour}1,A,${at(0)},${at(0)}`, `G${hour}1,B,${at(20)},${at(22)}`, `G${hour}1,C,${at(52)},${at(52)}`);
  rows.push(`G${hour}2,C,${at(5)},${at(5)}`, `G${hour}2,B,${at(35)},${at(37)}`, `G${hour}2,A,${at(57)},${at(57)}`);
}
rows.push("K1,C,23:40,23:40", "K1,D,00:20,00:20");
const place = { A: ["36.70", "117.00", "甲市"], B: ["36.80", "118.00", "乙市"], C: ["36.10", "120.30", "丙市"], D: ["36.20", "120.60", "丙市"] };
export const tinyRail = "车次,车站,到达,出发,城市,纬度,经度,开行日期\n" + rows.map((row) => {
  const [train, stop, arrival, departure] = row.split(",");
  return [train, stop, arrival, departure, place[stop][2], place[stop][0], place[stop][1], "2026-01-01..2027-12-31"].join(",");
}).join("\n") + "\n";
export const tinyPoints = "id,lat,lon,population,jobs,district\n1,36.70,117.00,1000,500,甲区\n2,36.701,117.001,2000,100,甲区\n3,36.80,118.00,4000,900,乙区\n4,36.10,120.30,8000,3000,丙区\n5,36.10,121.00,9000,100,丙区\n";
export const tinyZones = JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: { id: "z", name: "甲区自动驾驶", hours: "Mo-Su 07:00-22:00" }, geometry: { type: "Polygon", coordinates: [[[116.9, 36.6], [117.1, 36.6], [117.1, 36.8], [116.9, 36.8], [116.9, 36.6]]] } }] });

// Sends the file and waits for its job; the job as it ended, or the refusal.
export async function loadMobility(server, as, kind, name, bytes, query = "") {
  const sent = await server.call("POST", `/api/v1/mobility/files?kind=${kind}&file_name=${encodeURIComponent(name)}${query}`, { as, body: "", raw: bytes, headers: { "content-type": "application/octet-stream" } });
  if (sent.status !== 202) return { refused: sent };
  for (let i = 0; i < 600; ++i) {
    const job = await server.call("GET", `/api/v1/jobs/${sent.json.id}`, { as });
    assert.equal(job.status, 200, job.text);
    if (!["waiting", "running"].includes(job.json.state)) return job.json;
    await sleep(25);
  }
  throw new Error("the job does not end");
}
