// After the build: a brotli twin beside each text file, and the budget: 60 kB for the first load, 60 kB for each lazy part, 140 kB for the
// parts that draw and edit procedures.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const budget = 60 * 1024, budgetOfDrawing = 140 * 1024, drawing = /^bpmn\w*-/;
const sizes = new Map();
function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) walk(path);
    else if (/\.(js|css|html|svg)$/.test(name)) {
      const bytes = readFileSync(path);
      const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
      writeFileSync(path + ".br", small);
      sizes.set(name, small.length);
    }
  }
}
walk("dist");
const html = readFileSync("dist/index.html", "utf8");
const eager = (name) => name === "index.html" || html.includes(name);
// What a lazy part brings with it: itself and what it imports, as far as that is not there from the first load.
function brings(name, seen = new Set()) {
  if (seen.has(name) || eager(name) || !sizes.has(name)) return seen;
  seen.add(name);
  if (!name.endsWith(".js")) return seen;
  for (const [, other] of readFileSync(join("dist/assets", name), "utf8").matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) brings(other, seen);
  return seen;
}
let first = 0, over = false;
for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1])) {
  if (eager(name)) first += size;
  const whole = [...brings(name)].reduce((sum, part) => sum + sizes.get(part), 0);
  if (whole > (drawing.test(name) ? budgetOfDrawing : budget)) over = true;
  console.log(`${String(size).padStart(7)}  ${name}${eager(name) ? "  (first load)" : whole > size ? `  (with what it imports ${whole})` : ""}`);
}
console.log(`${String(first).padStart(7)}  first load, of ${budget}`);
if (first > budget || over) throw new Error("over the budget");
