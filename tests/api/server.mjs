// Starts the real server on a data folder of its own, and talks to it: what every test of tests/ stands on.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.JIAOJI_BIN ?? join(root, "build/release/jiaoji");
export const shared = process.env.JIAOJI_SHARED ?? join(root, "../shared");
export const password = "jiaoji-sample-2026";
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs a command to its end; input goes to its standard input.
export function jiaoji(args, { input = "", lang = "en_US.UTF-8" } = {}) {
  const done = spawnSync(binary, args, { input, encoding: "utf8", env: { ...process.env, LANG: lang, LC_ALL: lang }, maxBuffer: 1 << 28 });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

export class Server {
  // `sample`: makes the sample region first. `data`: an existing folder, which stays.
  static async start({ sample = true, data = null, args = [], listings = 300 } = {}) {
    const server = new Server();
    server.keeps = data !== null;
    server.data = data ?? mkdtempSync(join(tmpdir(), "jiaoji-"));
    if (sample && !existsSync(join(server.data, "jiaoji.db"))) {
      const made = jiaoji(["sample", "--data", server.data, "--listings", String(listings), "--seed", "1", "-q"]);
      if (made.status !== 0) throw new Error("sample: " + made.err);
    }
    await server.up(args);
    return server;
  }

  async up(args = []) {
    this.process = spawn(binary, ["serve", "--data", this.data, "--port", "0", "--log", "none", ...args], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LC_ALL: "C" } });
    this.errors = "";
    this.port = await new Promise((found, failed) => {
      this.process.stderr.on("data", (bytes) => {
        this.errors += bytes;
        const port = /http:\/\/[\d.]+:(\d+)/.exec(this.errors);
        if (port) found(Number(port[1]));
      });
      this.process.on("exit", (status) => failed(new Error(`the server ended with ${status}: ${this.errors}`)));
    });
    this.url = `http://127.0.0.1:${this.port}`;
    this.sessions = {};
  }

  // Stops as Ctrl-C does; the exit status. A sanitizer's report fails the test that stops the server.
  async down(signal = "SIGTERM") {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = new Promise((done) => this.process.on("exit", done));
    this.process.kill(signal);
    const status = await ended;
    if (signal === "SIGTERM" && (status !== 0 || /Sanitizer|runtime error/.test(this.errors))) throw new Error(`the server ended with ${status}: ${this.errors}`);
    return status;
  }

  async stop() {
    await this.down();
    if (!this.keeps) rmSync(this.data, { recursive: true, force: true });
  }

  // One call. `as`: a login of the sample region, or null for a guest.
  async call(method, path, { as = null, body, headers = {}, raw } = {}) {
    const session = as ? await this.session(as) : null;
    const send = { accept: "application/json", "accept-language": "en", ...headers };
    if (session) {
      send.cookie = session.cookie;
      if (method !== "GET") send["x-csrf-token"] = session.csrf;
    }
    if (body !== undefined && !send["content-type"]) send["content-type"] = "application/json";
    const answer = await fetch(this.url + path, { method, headers: send, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), redirect: "manual" });
    const text = await answer.text();
    let json = null;
    if ((answer.headers.get("content-type") ?? "").includes("json")) json = JSON.parse(text);
    return { status: answer.status, headers: answer.headers, text, json };
  }

  // Signs in once, however many ask at the same time.
  session(login) {
    return (this.sessions[login] ??= this.signIn(login));
  }

  async signIn(login) {
    const answer = await fetch(this.url + "/api/v1/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ login, password }) });
    if (answer.status !== 200) throw new Error(`sign in as ${login}: ${answer.status} ${await answer.text()}`);
    const cookie = answer.headers.get("set-cookie").split(";")[0];
    return { cookie, csrf: (await answer.json()).csrf_token };
  }

  // Sends raw bytes in one segment and collects what comes back until the server closes, `until` fits, or time is up.
  raw(bytes, { until = null, timeout = 3000, end = false } = {}) {
    return new Promise((done) => {
      const socket = net.connect(this.port, "127.0.0.1");
      let got = "";
      const finish = (closed) => {
        clearTimeout(timer);
        socket.destroy();
        done({ text: got, closed });
      };
      const timer = setTimeout(() => finish(false), timeout);
      socket.on("connect", () => (end ? socket.end(bytes) : socket.write(bytes)));
      socket.on("data", (d) => {
        got += d.toString("latin1");
        if (until && until.test(got)) finish(false);
      });
      socket.on("close", () => finish(true));
      socket.on("error", () => finish(true));
    });
  }

  // A connection that says nothing.
  idle() {
    return net.connect(this.port, "127.0.0.1");
  }

  // A good request on a new connection must be answered within 100 ms (BADINPUTS.md); sanitizers make everything slower.
  async healthy(limit = process.env.JIAOJI_SLOW ? 1500 : 100) {
    const began = performance.now();
    const answer = await this.raw("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const ms = performance.now() - began;
    if (!answer.text.startsWith("HTTP/1.1 200")) throw new Error("the server does not answer: " + answer.text.slice(0, 200));
    if (ms > limit) throw new Error(`a good request took ${ms.toFixed(0)} ms`);
  }
}
