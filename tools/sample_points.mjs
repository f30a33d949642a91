// Writes sample/points.csv, people and jobs of the sample region: `node tools/sample_points.mjs`, or with --check only compares.
//
// Illustrative: totals of a district are of the order that censuses publish, their place is not. A district of sample/places.csv (and of four
// neighbours) becomes points on a spiral around its middle, fewer people the further out; jobs gather in the middle more than people do.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const sample = join(dirname(fileURLToPath(import.meta.url)), "..", "sample");

// ten thousand people, kilometres from the middle to the edge, jobs for each resident
const districts = {
  历下: [82, 5, 0.9], 市中: [90, 6, 0.6], 槐荫: [63, 6, 0.5], 天桥: [80, 7, 0.45], 历城: [111, 10, 0.5], 长清: [59, 14, 0.35], 章丘: [106, 16, 0.4], 济阳: [55, 14, 0.35], 莱芜: [75, 16, 0.4], 钢城: [30, 9, 0.4], 平阴: [33, 12, 0.35], 商河: [51, 15, 0.3],
  市南: [49, 4, 1.0], 市北: [109, 6, 0.5], 黄岛: [190, 18, 0.5], 崂山: [50, 8, 0.8], 李沧: [74, 6, 0.45], 城阳: [111, 11, 0.55], 即墨: [134, 18, 0.45], 胶州: [99, 16, 0.45], 平度: [119, 22, 0.35], 莱西: [72, 16, 0.4],
  淄川: [63, 12, 0.4], 张店: [108, 9, 0.55], 博山: [38, 9, 0.4], 临淄: [66, 11, 0.45], 周村: [37, 8, 0.4], 桓台: [50, 10, 0.45], 高青: [32, 12, 0.35], 沂源: [51, 16, 0.3],
  芝罘: [87, 6, 0.6], 福山: [75, 10, 0.6], 牟平: [43, 14, 0.35], 莱山: [43, 8, 0.6], 蓬莱: [43, 14, 0.35], 龙口: [71, 14, 0.5], 莱阳: [79, 17, 0.35], 莱州: [82, 18, 0.35], 招远: [54, 15, 0.4], 栖霞: [48, 17, 0.3], 海阳: [59, 17, 0.35],
  潍城: [50, 7, 0.5], 寒亭: [47, 13, 0.45], 坊子: [54, 12, 0.4], 奎文: [85, 6, 0.65], 临朐: [81, 18, 0.35], 昌乐: [62, 14, 0.4], 青州: [96, 17, 0.4], 诸城: [108, 19, 0.4], 寿光: [116, 19, 0.45], 安丘: [84, 18, 0.35], 高密: [89, 17, 0.4], 昌邑: [56, 17, 0.4],
  环翠: [121, 11, 0.55], 文登: [58, 15, 0.4], 荣成: [71, 16, 0.45], 乳山: [46, 15, 0.35], 东港: [96, 14, 0.5], 岚山: [42, 13, 0.45], 五莲: [46, 15, 0.35], 莒县: [101, 18, 0.3],
};
// Neighbours that are in the circles but not in places.csv: name, code, lon, lat, figures as above.
const neighbours = [
  ["泰安泰山", 370902, 117.13, 36.19, 88, 8, 0.5], ["泰安岱岳", 370911, 117.04, 36.19, 92, 16, 0.35], ["泰安新泰", 370982, 117.77, 35.91, 125, 18, 0.4], ["泰安肥城", 370983, 116.77, 36.18, 90, 16, 0.4],
  ["德州德城", 371402, 116.3, 37.45, 90, 9, 0.5], ["德州陵城", 371403, 116.58, 37.34, 53, 14, 0.35], ["德州齐河", 371425, 116.76, 36.79, 61, 15, 0.4], ["德州禹城", 371482, 116.64, 36.93, 49, 14, 0.4],
  ["聊城东昌府", 371502, 115.98, 36.45, 130, 14, 0.45], ["聊城茌平", 371503, 116.25, 36.58, 52, 14, 0.4], ["聊城临清", 371581, 115.71, 36.84, 73, 15, 0.35],
  ["滨州滨城", 371602, 118.02, 37.38, 86, 12, 0.5], ["滨州邹平", 371681, 117.74, 36.86, 77, 15, 0.5], ["滨州博兴", 371625, 118.13, 37.15, 48, 14, 0.45],
];
const kPoints = 14;

const places = readFileSync(join(sample, "places.csv"), "utf8").trim().split(/\r?\n/).slice(1).map((row) => row.split(","));
const cities = new Map(places.filter(([, parent]) => !parent).map(([code, , name]) => [code, name]));
const rows = ["id,lat,lon,population,jobs,district"];
const known = places.filter(([, parent]) => parent).map(([code, parent, name, , lon, lat]) => {
  if (!districts[name]) throw new Error(`no figures for ${name}`);
  return [cities.get(parent) + name, code, lon, lat, ...districts[name]];
});
for (const [name, code, lon, lat, people, radius, jobs] of [...known, ...neighbours]) {
  const weights = [...Array(kPoints).keys()].map((i) => 1 / (1 + i));
  const squares = weights.map((w) => w ** 1.5);
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  weights.forEach((weight, i) => {
    const far = radius * Math.sqrt(i / kPoints), turn = i * 2.399963 + Number(code) % 7;  // the golden angle: no two in a row
    const at = [Number(lat) + (far * Math.sin(turn)) / 111.2, Number(lon) + (far * Math.cos(turn)) / (111.2 * Math.cos((Number(lat) * Math.PI) / 180))];
    const round = (n) => Math.round(n / 10) * 10;
    rows.push([`示意${code}-${String(i + 1).padStart(2, "0")}`, at[0].toFixed(4), at[1].toFixed(4), round((people * 1e4 * weight) / sum(weights)), round((people * 1e4 * jobs * squares[i]) / sum(squares)), name].join(","));
  });
}

const text = rows.join("\r\n") + "\r\n";
const path = join(sample, "points.csv");
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== text) throw new Error("sample/points.csv is not what tools/sample_points.mjs writes");
} else writeFileSync(path, text);
console.log(`${rows.length - 1} points, ${Buffer.byteLength(text)} bytes`);
