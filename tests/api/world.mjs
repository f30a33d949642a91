// What tests do again and again in a region: accounts, parties, listings, imports.
import assert from "node:assert/strict";
import { password, sleep } from "./server.mjs";

export const api = "/api/v1";
export const jinan = "370100", qingdao = "370200", weihai = "371000";

export async function me(server, as) {
  return (await server.call("GET", `${api}/session`, { as })).json.account;
}

// An answer with this status, or a failure that shows what came instead.
export function expect(answer, ...statuses) {
  assert.ok(statuses.includes(answer.status), `wanted ${statuses}, got ${answer.status}: ${answer.text.slice(0, 500)}`);
  return answer.json;
}

export async function account(server, login, role, belongs = {}) {
  return expect(await server.call("POST", `${api}/accounts`, { as: "admin", body: { login, name: login, role, password, ...belongs } }), 201);
}
export async function party(server, as, body) {
  return expect(await server.call("POST", `${api}/parties`, { as, body }), 201);
}
export async function listing(server, as, body) {
  return expect(await server.call("POST", `${api}/listings`, { as, body: { program: "supply-demand", side: "need", ...body } }), 201);
}
export async function match(server, as, body) {
  return expect(await server.call("POST", `${api}/match`, { as, body: { program: "supply-demand", top: 50, ...body } }), 200);
}
export const everyMatch = (answer) => [...answer.results, ...answer.near_misses, ...answer.refused];

export async function patch(server, as, path, version, body, headers = {}) {
  return server.call("PATCH", api + path, { as, body, headers: { "if-match": `"${version}"`, ...headers } });
}

// A token of the account that is signed in as `as`: { id, secret }.
export async function token(server, as, name = "test") {
  return expect(await server.call("POST", `${api}/tokens`, { as, body: { name } }), 201);
}
export const bearer = (secret) => ({ authorization: `Bearer ${secret}` });

// The job when it has ended.
export async function ended(server, as, id, seconds = 120) {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; await sleep(30)) {
    const job = expect(await server.call("GET", `${api}/jobs/${id}`, { as }), 200);
    if (!["waiting", "running"].includes(job.state)) return job;
  }
  assert.fail(`the job ${id} did not end`);
}

// Sends a file; the answer to the upload, and when it was taken the job at its end.
export async function send(server, as, kind, bytes, { type = "text/csv", query = "" } = {}) {
  const answer = await server.call("POST", `${api}/imports/${kind}?${query}`, { as, body: "", raw: bytes, headers: { "content-type": type } });
  return { answer, job: answer.status === 202 ? await ended(server, as, answer.json.id) : null };
}

// Pages through a list to its end.
export async function all(server, as, path, limit = 200) {
  const items = [];
  let after = "";
  do {
    const page = expect(await server.call("GET", `${api}${path}${path.includes("?") ? "&" : "?"}limit=${limit}${after && "&after=" + encodeURIComponent(after)}`, { as }), 200);
    items.push(...page.items);
    after = page.next ?? "";
  } while (after);
  return items;
}

// Runs `work` over items, `width` at a time.
export async function inParallel(items, width, work) {
  const queue = items.map((item, i) => [item, i]);
  const results = [];
  await Promise.all(Array.from({ length: width }, async () => {
    while (queue.length) {
      const [item, i] = queue.shift();
      results[i] = await work(item, i);
    }
  }));
  return results;
}
