// Writes sample/rail.csv, the timetable of the sample region: `node tools/sample_rail.mjs`, or with --check only compares.
//
// Everything is made up for this project and marked 示意 in every train's name: stations lie about where they do, a line takes about as
// long as such lines usually do, and nothing is any operator's timetable. The same file always comes out. To change it, change the
// tables below: `stations` (name: city, lat, lon, minutes to change), `lines` (stations with the minutes that a train needs which does not stop
// between) and `services` (which stations a train of the line serves, how many run each way, between which hours).
//
// The city stands at its main stations only: 济南 is 济南, 济南西, 济南东, 大明湖. Stations of county-level cities and outer districts
// carry their own name, so that "Jinan–Qingdao" is not answered from 章丘北 to 胶州北.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dates = "2026-01-01..2027-12-31 每日";
const mark = "（示意）";

const stations = {
  济南: ["济南", 36.671, 116.987, 15], 济南西: ["济南", 36.669, 116.887, 15], 济南东: ["济南", 36.729, 117.169, 15], 大明湖: ["济南", 36.688, 117.03, 10],
  章丘北: ["章丘", 36.778, 117.483, 8], 章丘: ["章丘", 36.709, 117.527, 8], 章丘南: ["章丘", 36.627, 117.479, 6], 雪野: ["莱芜", 36.414, 117.586, 6], 莱芜北: ["莱芜", 36.262, 117.656, 8], 钢城: ["钢城", 36.083, 117.827, 6],
  邹平: ["滨州", 36.893, 117.76, 8], 淄博北: ["淄博", 36.916, 118.018, 10], 淄博: ["淄博", 36.793, 118.048, 12], 临淄北: ["临淄", 36.859, 118.309, 6], 青州市北: ["青州", 36.797, 118.487, 8], 青州市: ["青州", 36.673, 118.48, 8], 昌乐: ["昌乐", 36.712, 118.829, 6],
  潍坊北: ["潍坊", 36.797, 119.124, 12], 潍坊: ["潍坊", 36.699, 119.1, 12], 高密北: ["高密", 36.488, 119.754, 8], 高密: ["高密", 36.383, 119.756, 8], 胶州北: ["胶州", 36.343, 120.008, 8], 胶州: ["胶州", 36.27, 120.001, 8],
  红岛: ["青岛", 36.266, 120.244, 12], 青岛北: ["青岛", 36.169, 120.374, 15], 青岛: ["青岛", 36.064, 120.312, 15], 青岛西: ["青岛", 35.879, 119.968, 12], 城阳: ["城阳", 36.31, 120.379, 8], 即墨北: ["即墨", 36.458, 120.459, 8],
  莱西: ["莱西", 36.87, 120.53, 10], 莱阳: ["莱阳", 36.965, 120.716, 8], 海阳北: ["海阳", 36.96, 121.05, 8], 桃村北: ["栖霞", 37.176, 121.135, 6], 烟台南: ["烟台", 37.427, 121.394, 12], 烟台: ["烟台", 37.541, 121.383, 12], 芝罘: ["烟台", 37.53, 121.33, 12],
  牟平: ["牟平", 37.369, 121.577, 6], 威海北: ["威海", 37.41, 121.98, 8], 威海: ["威海", 37.458, 122.108, 12], 文登东: ["文登", 37.188, 122.096, 6], 荣成: ["荣成", 37.185, 122.4, 10], 海阳: ["海阳", 36.78, 121.16, 6], 乳山南: ["乳山", 36.87, 121.5, 6], 文登南: ["文登", 36.99, 122.0, 6],
  昌邑: ["昌邑", 36.83, 119.41, 6], 莱州: ["莱州", 37.14, 119.97, 6], 招远: ["招远", 37.34, 120.3, 6], 龙口市: ["龙口", 37.58, 120.49, 6], 蓬莱: ["蓬莱", 37.75, 120.85, 6],
  董家口: ["黄岛", 35.66, 119.77, 6], 日照西: ["日照", 35.42, 119.44, 12], 岚山西: ["岚山", 35.193, 119.288, 6],
  泰安: ["泰安", 36.187, 117.05, 10], 曲阜东: ["曲阜", 35.58, 117.06, 10], 临沂北: ["临沂", 35.13, 118.33, 10], 德州东: ["德州", 37.45, 116.42, 10], 茌平南: ["聊城", 36.55, 116.24, 6], 聊城西: ["聊城", 36.45, 115.88, 10],
  大学城: ["济南", 36.556, 116.808, 4], 腊山: ["济南", 36.646, 116.918, 4], 泉城广场: ["济南", 36.662, 117.017, 5], 洪家楼: ["济南", 36.684, 117.06, 5], 济阳: ["济阳", 36.978, 117.176, 4], 鹊山: ["济南", 36.756, 117.0, 4], 奥体中心: ["济南", 36.657, 117.123, 5], 汉峪: ["济南", 36.664, 117.154, 4], 郭店: ["济南", 36.72, 117.27, 4],
  五四广场: ["青岛", 36.063, 120.384, 5], 石老人: ["青岛", 36.095, 120.467, 4], 李村: ["青岛", 36.161, 120.428, 5], 流亭: ["青岛", 36.263, 120.38, 4], 城阳中心: ["青岛", 36.307, 120.396, 4], 长江路: ["青岛", 35.962, 120.19, 4], 灵山卫: ["青岛", 35.934, 120.097, 4], 即墨古城: ["即墨", 36.389, 120.447, 4],
};

const lines = {
  jiqing: "济南西-18 济南东0 章丘北12 邹平21 淄博北30 临淄北38 青州市北44 潍坊北60 高密北78 胶州北86 红岛92 青岛北104 青岛115",
  jiaoji: "济南0 章丘26 淄博48 青州市68 昌乐83 潍坊96 高密124 胶州142 城阳158 青岛北166 青岛177",
  weiyan: "济南东0 淄博北30 青州市北44 潍坊北60 昌邑74 莱州98 招远112 龙口市122 蓬莱134 芝罘152",
  qingrong: "青岛北0 城阳12 即墨北20 莱西42 莱阳52 海阳北66 桃村北78 烟台南96 烟台106",
  qingwei: "青岛北0 城阳12 即墨北20 莱西42 莱阳52 海阳北66 桃村北78 烟台南96 牟平104 威海北122 威海130 文登东144 荣成156",
  yanrong: "烟台0 烟台南10 牟平18 威海北36 威海44 文登东58 荣成70",
  lairong: "青岛北0 即墨北20 莱西42 海阳62 乳山南72 文登南88 荣成102",
  qingyan: "青岛北0 红岛12 青岛西30 董家口44 日照西62 岚山西72",
  rilan: "济南西0 泰安16 曲阜东33 临沂北76 日照西108",
  jilai: "济南东0 章丘南20 雪野32 莱芜北42 钢城54",
  jinghu: "德州东0 济南西23 泰安39 曲阜东56",
  jiliao: "济南西0 茌平南20 聊城西31",
  济南1线: "大学城0 济南西18 腊山24 泉城广场40 洪家楼49 济南东66", 济南2线: "济阳0 鹊山25 济南38 泉城广场47 奥体中心62 汉峪69", 济南3线: "济南0 洪家楼14 奥体中心27 郭店45",
  青岛1线: "青岛0 五四广场16 石老人31 李村45 青岛北56", 青岛2线: "青岛北0 流亭16 城阳中心26 红岛45", 青岛3线: "青岛0 长江路24 灵山卫38 青岛西56", 青岛4线: "即墨古城0 城阳中心22 李村44",
};

// line, stations served, trains each way, first and last departure (hours), first number
const services = [
  ["jiqing", "济南东 淄博北 潍坊北 青岛北", 8, 6.5, 20.5, "G", 9101], ["jiqing", "济南东 章丘北 淄博北 青州市北 潍坊北 高密北 胶州北 红岛", 8, 6.2, 20.8, "G", 9121],
  ["jiqing", "济南东 淄博北 临淄北 潍坊北 胶州北 青岛北", 10, 6.8, 21, "G", 9141], ["jiqing", "济南西 济南东 邹平 淄博北 潍坊北 高密北 青岛北 青岛", 10, 6.6, 20.2, "G", 9161],
  ["jiqing", "济南东 潍坊北 胶州北 红岛", 5, 7, 19.5, "G", 9181],
  ["weiyan", "济南东 淄博北 潍坊北 昌邑 莱州 龙口市 蓬莱 芝罘", 5, 7, 19, "G", 9201], ["weiyan", "济南东 青州市北 潍坊北 莱州 招远 龙口市 芝罘", 4, 8, 18, "G", 9221],
  ["jiaoji", "济南 章丘 淄博 青州市 昌乐 潍坊 高密 胶州 城阳 青岛北 青岛", 6, 6.3, 19, "D", 9301], ["jiaoji", "济南 淄博 青州市 潍坊 高密 青岛北 青岛", 7, 7, 20, "D", 9321],
  ["qingrong", "青岛北 即墨北 莱西 海阳北 桃村北 烟台南 烟台", 10, 6.2, 21, "D", 9401], ["qingwei", "青岛北 城阳 即墨北 莱西 莱阳 烟台南 牟平 威海 文登东 荣成", 9, 6.6, 19.5, "D", 9431], ["yanrong", "烟台 烟台南 牟平 威海北 威海 文登东 荣成", 5, 6.5, 20, "C", 9461],
  ["lairong", "青岛北 即墨北 莱西 海阳 乳山南 文登南 荣成", 4, 7.5, 18.5, "G", 9481],
  ["qingyan", "青岛北 红岛 青岛西 董家口 日照西", 9, 6.4, 20.5, "D", 9501], ["qingyan", "青岛北 青岛西 日照西 岚山西", 4, 7.2, 19, "D", 9531],
  ["rilan", "济南西 泰安 曲阜东 临沂北 日照西", 4, 7.3, 18.6, "G", 9551], ["jilai", "济南东 章丘南 雪野 莱芜北 钢城", 10, 6.3, 21, "C", 9601],
  ["jinghu", "德州东 济南西 泰安 曲阜东", 9, 6.5, 20.5, "G", 9651], ["jiliao", "济南西 茌平南 聊城西", 8, 6.6, 20.4, "G", 9681],
];
const feeders = [["济南1线", 15], ["济南2线", 20], ["济南3线", 20], ["青岛1线", 15], ["青岛2线", 15], ["青岛3线", 20], ["青岛4线", 20]];

// A plain congruential generator (Numerical Recipes): the same numbers everywhere.
let seed = 20261121;
const dice = (n) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n;

const minutesOf = (line) => lines[line].split(" ").map((word) => {
  const [, name, minutes] = /^(.*?)(-?\d+)$/.exec(word);
  if (!stations[name]) throw new Error(`no station ${name}`);
  return [name, Number(minutes)];
});
const clock = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;

const rows = ["车次,开行日期,站序,车站,城市,到达,出发,纬度,经度,最小换乘分钟,类型"];
const described = new Set();
// `calls` are [station, minutes from the first]; a stop costs `stay` standing and `brake` for braking and gathering speed.
function train(name, type, start, calls, stay, brake) {
  let late = 0;
  calls.forEach(([station, minutes], i) => {
    const [city, lat, lon, change] = stations[station];
    const first = !described.has(station);
    described.add(station);
    const last = i === calls.length - 1;
    const arrival = start + minutes + late;
    const departure = arrival + (i === 0 || last ? 0 : stay);
    if (i > 0 && !last) late += stay + brake;
    rows.push([name + mark, i ? "" : dates, i + 1, station, first ? city : "", i ? clock(arrival) : "", last ? "" : clock(departure), first ? lat : "", first ? lon : "", first ? change : "", i ? "" : type].join(","));
  });
}

const types = { G: "高铁", D: "动车", C: "城际" };
for (const [line, served, count, first, last, letter, number] of services) {
  const times = minutesOf(line);
  const names = served.split(" ");
  const way = times.filter(([name]) => names.includes(name));
  if (way.length !== names.length) throw new Error(`${line}: ${served}`);
  for (let k = 0; k < count; ++k) {
    for (const back of [false, true]) {
      const stops = back ? [...way].reverse() : way;
      const calls = stops.map(([name, minutes]) => [name, Math.abs(minutes - stops[0][1])]);
      const even = first + ((last - first) * k) / Math.max(1, count - 1);
      train(`${letter}${number + 2 * k + (back ? 1 : 0)}`, types[letter], Math.round(even * 60) + dice(13) + (back ? 4 : 0), calls, 2, 2);
    }
  }
}
for (const [line, every] of feeders) {
  const way = minutesOf(line);
  for (const back of [false, true]) {
    const stops = back ? [...way].reverse() : way;
    const calls = stops.map(([name, minutes]) => [name, Math.abs(minutes - stops[0][1])]);
    for (let start = 6 * 60, run = 1; start <= 22 * 60; start += every, ++run) train(`${line}${back ? "回" : "去"}${String(run).padStart(2, "0")}`, "公交", start, calls, 0, 0);
  }
}

const text = rows.join("\r\n") + "\r\n";
const path = join(dirname(fileURLToPath(import.meta.url)), "..", "sample", "rail.csv");
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== text) throw new Error("sample/rail.csv is not what tools/sample_rail.mjs writes");
} else writeFileSync(path, text);
console.log(`${rows.length - 1} rows, ${new Set(rows.slice(1).map((row) => row.split(",")[0])).size} runs, ${Buffer.byteLength(text)} bytes`);
