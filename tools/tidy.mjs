// Holds the layers and the habits of the code: prints file, line and the way out of each breach. Run by ./test.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// A folder may know the folders before it, nothing behind it.
const order = ["base", "store", "http", "region", "feel", "rules", "policy", "mobility", "market", "chain", "casework", "freight", "ledger"];
const engines = new Set(["feel", "rules", "policy", "mobility", "market", "chain", "casework", "freight", "ledger"]);
// What a file of an engine's folder may include besides its own, by room (docs: ARCHITECTURE.md, 3).
const rooms = [/^records(_\w+)?\.(h|cc)$/, /^service(_\w+)?\.(h|cc)$/, /^(routes|commands)(_\w+)?\.(h|cc)$/, /^(import|sample)(_\w+)?\.(h|cc)$/];
const breaches = [];
const breach = (file, line, what, mend) => breaches.push(`${file}:${line}: ${what}\n    ${mend}`);

function* files(folder, endings) {
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = `${folder}/${name}`;
    if (name === "node_modules" || name === "dist" || name.startsWith(".")) continue;
    if (statSync(join(root, path)).isDirectory()) yield* files(path, endings);
    else if (endings.some((e) => name.endsWith(e))) yield path;
  }
}

function checkIncludes(path, lines) {
  const [, folder, name] = path.split("/");
  if (!order.includes(folder) || name === undefined) return;
  const engineFile = engines.has(folder) && !rooms.some((r) => r.test(name));
  lines.forEach((text, i) => {
    const [, other, file] = /^#include "(\w+)\/([^"]+)"/.exec(text) ?? [];
    if (!other || other === folder || !order.includes(other)) return;
    if (order.indexOf(other) > order.indexOf(folder)) breach(path, i + 1, `${folder} must not know ${other}`, "a folder knows those before it only: pass a callable, or move the code down");
    // Every engine may decide: feel and the engine of rules compute on values, too.
    else if (engineFile && !["base", "feel"].includes(other) && !(other === "rules" && !rooms.some((r) => r.test(file)))) breach(path, i + 1, `an engine computes on values and must not know ${other}`, "put it into records, service, routes or commands");
  });
}

function checkHabits(path, lines) {
  lines.forEach((text, i) => {
    if (/\b(TODO|FIXME|XXX)\b/.test(text)) breach(path, i + 1, "an unfinished place", "finish it or file an issue; such marks never reach main");
    if (/(^|[^\w.])(\/home\/|\/root\/|\/work\/)/.test(text)) breach(path, i + 1, "a path of one machine", "make it relative to the project");
  });
  if (path.endsWith(".h") && !lines[0]?.startsWith("//")) breach(path, 1, "a header without a first comment", "say in three lines what the module does");
  if (/\.(h|cc)$/.test(path) && lines.length > 700) breach(path, 700, `a file of ${lines.length} lines`, "a file holds one idea: split it");
}

// A function of more than 70 lines, by indentation: from a line that starts at column 0 and opens a brace to its "}".
function checkLength(path, lines) {
  let start = -1;
  lines.forEach((text, i) => {
    if (/^[A-Za-z].*\{\s*$/.test(text) && !/^(namespace|struct|class|enum|union|extern)/.test(text)) start = i;
    else if (text.startsWith("}") && start >= 0) {
      if (i - start > 75) breach(path, start + 1, `a function of ${i - start} lines`, "look for the second function in it (70 lines is a good moment)");
      start = -1;
    }
  });
}

for (const path of files("src", [".h", ".cc"])) {
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  checkIncludes(path, lines);
  checkHabits(path, lines);
  if (!path.endsWith("_test.cc")) checkLength(path, lines);
}
for (const folder of ["tests", "bench", "programs", "sample", "docs", "web/src", "api"]) {
  try { statSync(join(root, folder)); } catch { continue; }
  for (const path of files(folder, [".cc", ".h", ".mjs", ".ts", ".svelte", ".toml", ".md", ".yaml", ".css"])) checkHabits(path, readFileSync(join(root, path), "utf8").split("\n"));
}
for (const line of breaches) console.error(line);
console.log(breaches.length ? `tidy: ${breaches.length} breaches` : "tidy: layers and habits hold");
process.exit(breaches.length ? 1 : 0);
