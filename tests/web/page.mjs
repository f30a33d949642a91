// A browser for the walks: Debian's Chromium, everything that the page complains about, screenshots, axe.
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { password, root } from "../api/server.mjs";

const require = createRequire(join(root, "web/package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(root, "tests/web/shots");

export async function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

// A page that keeps what went wrong on it: script errors, CSP reports, dialogs that a planted script would open.
export async function openPage(browser, server, { width = 1280, height = 900, theme = "light", language = "zh", bypass = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: "zh-CN", reducedMotion: "reduce", bypassCSP: bypass });
  await context.addInitScript(([t, l]) => { localStorage.setItem("theme", t); localStorage.setItem("language", l); }, [theme, language]);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push("error: " + e.message));
  page.on("dialog", (d) => { page.faults.push("dialog: " + d.message()); d.dismiss(); });
  page.on("console", (m) => { if (m.type() === "error" && !/status of (401|404|412|422)/.test(m.text())) page.faults.push("console: " + m.text()); });
  page.server = server;
  return page;
}

export async function visit(page, path) {
  await page.goto(page.server.url + path);
  await settle(page);
}

// Until the heading stands and nothing is being loaded. Polled from outside: the CSP forbids what waitForFunction does.
export async function settle(page) {
  for (let i = 0; i < 200; ++i) {
    const ready = await page.evaluate(() => document.querySelector("main h1") !== null && !/正在载入|Loading …/.test(document.querySelector("main").innerText));
    if (ready) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("the page does not settle: " + (await page.locator("main").innerText()).slice(0, 300));
}

export async function signIn(page, login) {
  await visit(page, "/sign-in");
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("密码", { exact: true }).fill(password);
  await page.getByRole("main").getByRole("button", { name: "登录" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  await settle(page);
}

// What axe-core finds. Run in a page that may evaluate its script.
export async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")})`);
}

export async function shoot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, name + ".png") });
}

export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
