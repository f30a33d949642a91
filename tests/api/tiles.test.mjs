// A base map that the operator names: one origin more for images, told by the API with its credit; without it nothing changes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { answerFaults } from "./spec.mjs";
import { jiaoji, Server } from "./server.mjs";

const folder = mkdtempSync(join(tmpdir(), "jiaoji-tiles-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const url = "https://tiles.example.cn:8443/{z}/{x}/{y}.png?tk=1", credit = "某图源 审图号：GS(2026)1号";
const images = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:";
const rest = "; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

async function serving(args, ask) {
  const server = await Server.start({ listings: 20, args });
  try { await ask(server); } finally { await server.stop(); }
}

for (const [name, args, policy, tiles] of [
  ["without a source nothing but the server itself is allowed", [], images + rest, null],
  ["with a source images may come from its origin and nothing else from anywhere", ["--tiles", url, "--tiles-credit", credit], images + " https://tiles.example.cn:8443" + rest, { url, credit }],
]) {
  test(name, () => serving(args, async (server) => {
    for (const path of ["/", "/circles", "/api/v1/mobility", "/api/v1/nothing", "/health/live"]) assert.equal((await server.call("GET", path)).headers.get("content-security-policy"), policy, path);
    const answer = await server.call("GET", "/api/v1/mobility");
    assert.deepEqual(answerFaults("GET", "/api/v1/mobility", answer), []);
    assert.deepEqual(answer.json.tiles, tiles);
  }));
}

test("a source that is none stops the start, and the message says what would be right", () => {
  for (const [args, says] of [
    [["--tiles", "http://tiles.example.cn/{z}/{x}/{y}.png", "--tiles-credit", credit], /http is for this machine alone/],
    [["--tiles", "https://tiles.example.cn/{z}/{x}.png", "--tiles-credit", credit], /should hold \{y\} once/],
    [["--tiles", "https://tiles.example.cn/{z}/{x}/{y}.png; script-src *", "--tiles-credit", credit], /quotes, blanks, semicolons/],
    [["--tiles", url], /needs --tiles-credit/],
    [["--tiles-credit", credit], /needs --tiles/],
  ]) {
    const run = jiaoji(["serve", "--data", join(folder, "data"), "--port", "0", "--log", "none", ...args]);
    assert.equal(run.status, 1, args.join(" "));
    assert.match(run.err, says);
  }
});
