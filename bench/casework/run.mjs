// Start to end of one process beside bpmn-engine, in one run: the same file, in memory, one thread, its reading not counted.   node run.mjs CASEWORK_BENCH
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Elements from "bpmn-elements";
import { Engine } from "bpmn-engine";
import BpmnModdle from "bpmn-moddle";
import serializer, { TypeResolver } from "moddle-context-serializer";

const file = fileURLToPath(new URL("three.bpmn", import.meta.url));
const moddle = await new BpmnModdle().fromXML(readFileSync(file, "utf8"));
const sourceContext = serializer(moddle, TypeResolver(Elements));

let ended = 0;
async function once() {
  const execution = await new Engine({ name: "three", sourceContext }).execute();
  if (execution.state === "idle" && execution.definitions[0].counters.completed === 1) ++ended;
}
const runs = 1_000;
for (let i = 0; i < runs; ++i) await once();  // warm
let best = 0;
for (let round = 0; round < 3; ++round) {
  const begin = performance.now();
  for (let i = 0; i < runs; ++i) await once();
  best = Math.max(best, (runs * 1000) / (performance.now() - begin));
}
if (ended !== 4 * runs) throw new Error(`bpmn-engine ended ${ended} of ${4 * runs}`);
const ours = JSON.parse(execFileSync(process.argv[2], [file]).toString());
console.log(`a process with three tasks side by side, start to end: bpmn-engine ${best.toFixed(0)}/s, jiaoji ${ours.per_second}/s: ${(ours.per_second / best).toFixed(0)} times; with its state as JSON ${ours.per_second_with_json}/s: ${(ours.per_second_with_json / best).toFixed(0)} times`);
