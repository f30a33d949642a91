// HTTP framing: bytes that lenient servers misread (BADINPUTS.md, part A and B).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

let server;
before(async () => { server = await Server.start({ sample: false }); });
after(() => server.stop());

const get = "GET /health/live HTTP/1.1\r\nHost: x\r\n";
const post = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const chunked = post + "Transfer-Encoding: chunked\r\n\r\n";

// id, bytes, statuses that are right, whether the connection must be closed
const rows = [
  ["A001 signed length", post + "Content-Length: +5\r\n\r\n{}   ", [400], true],
  ["A003 underscore in length", post + "Content-Length: 5_0\r\n\r\n{}", [400], true],
  ["A005 length beyond 64 bits", post + "Content-Length: 18446744073709551621\r\n\r\n{}   ", [400, 413], true],
  ["A006 empty length", post + "Content-Length:\r\n\r\n", [400], true],
  ["A007 two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", [400], true],
  ["two equal lengths", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", [400], true],
  ["A012 chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", [400], true],
  ["A012 chunked in two headers", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], true],
  ["chunked beside a length", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400], true],
  ["A017 empty chunk size", chunked + "\r\nab\r\n0\r\n\r\n", [400], true],
  ["A018 chunk line ends in LF", chunked + "2\n{}\r\n0\r\n\r\n", [400], true],
  ["A018 chunk line ends in CR X", chunked + "2\rX{}\r\n0\r\n\r\n", [400], true],
  ["A019 chunk followed by XX", chunked + "2\r\n{}XX0\r\n\r\n", [400], true],
  ["A020 a megabyte of chunk extensions", chunked + "2;" + "x".repeat(1 << 20), [400, 413, 431], true],
  ["A022 space before the colon", "GET /health/live HTTP/1.1\r\nHost : x\r\n\r\n", [400], true],
  ["A024 folded header", get + "X-A: 1\r\n\tb\r\n\r\n", [400], true],
  ["A026 bare CR in a value", get + "X-A: 1\r2\r\n\r\n", [400], true],
  ["A027 byte EF in a name", Buffer.concat([Buffer.from(get + "X-"), Buffer.from([0xef]), Buffer.from(": 1\r\n\r\n")]), [400], true],
  ["A030 no Host", "GET /health/live HTTP/1.1\r\n\r\n", [400], true],
  ["A030 two Hosts", get + "Host: y\r\n\r\n", [400], true],
  ["A030 Host with NUL", "GET /health/live HTTP/1.1\r\nHost: a\0b\r\n\r\n", [400], true],
  ["A030 Host with @", "GET /health/live HTTP/1.1\r\nHost: a@b\r\n\r\n", [400], true],
  ["A033 ten thousand headers", get + "X-A: 1\r\n".repeat(10_000) + "\r\n", [431], true],
  ["A033 a header of a megabyte", get + "X-A: " + "x".repeat(1 << 20) + "\r\n\r\n", [431], true],
  ["A035 TRACE", "TRACE /health/live HTTP/1.1\r\nHost: x\r\n\r\n", [405, 501], false],
  ["A035 CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", [400, 405, 501], false],
  ["LF alone ends lines", "GET /health/live HTTP/1.1\nHost: x\n\n", [400], true],
  ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [400], true],
  ["B014 %zz", "GET /api/v1/cities?x=%zz HTTP/1.1\r\nHost: x\r\n\r\n", [400], false],
  ["B014 % at the end", "GET /api/v1/cities% HTTP/1.1\r\nHost: x\r\n\r\n", [400], false],
  ["path with NUL", "GET /api/v1/%00 HTTP/1.1\r\nHost: x\r\n\r\n", [400], false],
  ["path out of the folder", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [404], true],
  ["encoded path out of the folder", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [404], true],
];

for (const [name, bytes, statuses, closes] of rows) {
  test(name, async () => {
    const answer = await server.raw(bytes, closes ? {} : { until: /\r\n\r\n[^]*\}/ });
    assert.match(answer.text, /^HTTP\/1\.1 \d+ /, "no answer");
    const status = Number(answer.text.slice(9, 12));
    assert.ok(statuses.includes(status), `status ${status}, wanted ${statuses}: ${answer.text.slice(0, 400)}`);
    if (closes) assert.ok(answer.closed, "the connection stayed open");
    assert.doesNotMatch(answer.text, /HTTP\/1\.1 [\s\S]*HTTP\/1\.1 /, "answered twice");
    if (status >= 400) assert.match(answer.text, /"request_id":"req_/);
    await server.healthy();
  });
}

test("A037 a body that is cut short stores nothing", async () => {
  const answer = await server.raw(post + "Content-Length: 100\r\n\r\n" + "x".repeat(50), { end: true });
  assert.ok(answer.closed);
  assert.doesNotMatch(answer.text, /HTTP\/1\.1 2/);
  await server.healthy();
});

test("A038 what follows a body is the next request, and is refused", async () => {
  const answer = await server.raw(post + "Content-Length: 10\r\n\r\n{\"login\":1" + "GARBAGE GARBAGE GARB");
  const statuses = [...answer.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => m[1]);
  assert.equal(statuses[0], "400");
  assert.ok(statuses.length <= 2);
  await server.healthy();
});

test("A039 a thousand pipelined requests are answered in order", async () => {
  let bytes = "";
  for (let i = 0; i < 1000; ++i) bytes += `GET /api/v1/nothing-${i} HTTP/1.1\r\nHost: x\r\n${i === 999 ? "Connection: close\r\n" : ""}\r\n`;
  const answer = await server.raw(bytes, { timeout: 20_000 });
  assert.equal([...answer.text.matchAll(/HTTP\/1\.1 404/g)].length, 1000);
});

test("A040 a good request, then garbage in the same segment", async () => {
  const answer = await server.raw(get + "\r\n" + "\0\0garbage\r\n\r\n");
  const statuses = [...answer.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => m[1]);
  assert.deepEqual(statuses, ["200", "400"]);
  assert.ok(answer.closed);
});

test("A049 a method override is ignored", async () => {
  const answer = await server.call("GET", "/api/v1/session", { headers: { "x-http-method-override": "DELETE" } });
  assert.equal(answer.status, 200);
});

test("HEAD has the length of GET and no body", async () => {
  const answer = await server.raw("HEAD /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.match(answer.text, /content-length: 13\r\n/);
  assert.ok(answer.text.endsWith("\r\n\r\n"));
});

test("an unknown method names those that are known", async () => {
  const answer = await server.call("PUT", "/api/v1/session");
  assert.equal(answer.status, 405);
  assert.equal(answer.headers.get("allow"), "GET, POST, DELETE");
  assert.equal(answer.json.key, "http.method_not_allowed");
});

test("every answer carries the security headers, errors too", async () => {
  for (const path of ["/health/live", "/api/v1/session", "/api/v1/accounts", "/nothing.txt"]) {
    const { headers } = await server.call("GET", path);
    assert.match(headers.get("content-security-policy"), /default-src 'self'; script-src 'self'/);
    assert.doesNotMatch(headers.get("content-security-policy"), /unsafe/);
    assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("access-control-allow-origin"), null);
    assert.match(headers.get("x-request-id"), /^req_/);
  }
});

test("a thousand idle connections starve nobody", async () => {
  const idle = await Promise.all(Array.from({ length: 1000 }, () => new Promise((done, failed) => {
    const socket = server.idle();
    socket.on("connect", () => done(socket));
    socket.on("error", failed);
  })));
  await server.healthy();
  for (const socket of idle) socket.destroy();
});

test("a stopping server finishes what it began and ends by itself", async () => {
  const other = await Server.start({ sample: false });
  const began = performance.now();
  assert.equal(await other.down(), 0);
  assert.ok(performance.now() - began < 10_000);
  await other.stop();
});
