// Casework on the page: a case that a firm and officers of two cities do together, dates explained, wrong answers, tasks of others, what is
// done twice, the designer.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { password, root, Server, sleep } from "../api/server.mjs";
import { findings, openBrowser, openPage, overflow, settle, shoot, signIn, visit } from "./page.mjs";

let server, browser;
before(async () => { server = await Server.start({ listings: 20 }); browser = await openBrowser(); });
after(async () => { await browser?.close(); await server?.stop(); });

async function until(what, check) {
  for (let i = 0; i < 100; ++i) {
    if (await check()) return;
    await sleep(50);
  }
  throw new Error("it does not come to: " + what);
}
const procedures = async () => (await server.call("GET", "/api/v1/procedures")).json.items;
const procedureOf = async (name) => (await procedures()).find((p) => p.name.startsWith(name));
const caseOf = async (title, as) => (await server.call("GET", "/api/v1/cases?limit=100", { as })).json.items.find((c) => c.title === title);
const task = (page, name) => page.locator("article", { has: page.getByRole("heading", { name, exact: true }) });

test("a firm opens a case and signs; two officers do the rest; the numbers, dates and words are right", async () => {
  const firm = await openPage(browser, server);
  await signIn(firm, "firm-qingdao");
  await visit(firm, "/cases");
  await firm.getByRole("link", { name: "办一件事" }).first().click();
  await firm.getByRole("link", { name: "企业登记跨市通办" }).click();
  await firm.getByLabel("事项名称").fill("青岛某公司设立");
  // Wrong answers: each at its field, the summary in the same words and in focus.
  await firm.getByRole("button", { name: "下一步：核对" }).click();
  const summary = firm.locator(".summary");
  await summary.getByText("企业名称：必填").waitFor();
  assert.ok(await summary.evaluate((e) => e === document.activeElement), "the summary has the focus");
  assert.equal(await firm.locator(".fault").count(), 3);
  await firm.getByLabel("企业名称").fill("青岛某公司");
  await firm.getByLabel("事项", { exact: true }).selectOption("出版物零售许可");
  await firm.getByLabel("登记机关所在市（代码）").selectOption("370100");
  await firm.getByRole("button", { name: "下一步：核对" }).click();
  await firm.getByRole("heading", { name: "核对后提交" }).waitFor();
  await firm.getByText("出版物零售许可").waitFor();
  await firm.getByRole("button", { name: "确认提交" }).click();
  await firm.waitForURL(/\/cases\/370200-/);
  await settle(firm);
  const number = new URL(firm.url()).pathname.split("/")[2];
  // In plain words: who is at it, by when, what comes next.
  const plain = firm.locator("section.plain");
  await plain.getByText(/由青岛的工作人员办理：收件核对/).waitFor();
  assert.match(await plain.innerText(), /最迟应在 \d{4}-\d\d-\d\d 办完/);
  assert.match(await plain.innerText(), /如果材料齐全：登记机关审查 · 济南的工作人员 · 期限 3 个工作日/);
  assert.match(await plain.innerText(), /否则：补正材料 · 您/);
  assert.match(await plain.innerText(), /现在不用您做什么/);
  await shoot(firm, "case-firm");

  const qingdao = await openPage(browser, server);
  await signIn(qingdao, "officer-qingdao");
  await visit(qingdao, "/cases?q=" + number);
  const row = qingdao.getByRole("row", { name: new RegExp(number) });
  await row.getByText(/余 1 \/ 共 1 个工作日|今天到期/).waitFor();
  await row.getByRole("button", { name: /领办/ }).click();
  await row.getByText("我已领办").waitFor();
  await row.getByRole("link", { name: "收件核对" }).click();
  await settle(qingdao);
  // The date is explained: the same steps as the API gives.
  const whole = (await server.call("GET", `/api/v1/cases/${number}`, { as: "officer-qingdao", headers: { "accept-language": "zh-CN" } })).json;
  const mine = task(qingdao, "收件核对");
  await mine.getByText("这个日期怎么来的").click();
  assert.deepEqual(await mine.locator("details.why li").allInnerTexts(), whole.tasks[0].due.steps.map((s) => s.text));
  // Not complete: the applicant is asked, and the clock of the case stands still.
  await mine.getByLabel("否").check();
  await mine.getByRole("button", { name: "下一步：核对" }).click();
  await mine.getByRole("button", { name: "确认提交" }).click();
  await qingdao.getByText("中止，已计").first().waitFor();

  await firm.reload();
  await settle(firm);
  await plain.getByText("轮到您：补正材料").waitFor();
  await visit(firm, "/cases");
  await firm.getByRole("row", { name: new RegExp(number) }).getByRole("link", { name: "补正材料", exact: true }).click();
  const supply = task(firm, "补正材料");
  await supply.getByText("这项任务打开期间，其他时限中止（补正）").waitFor();
  await supply.getByLabel("补正了什么").fill("章程 <b>第二版</b>");
  await supply.getByRole("button", { name: "下一步：核对" }).click();
  await supply.getByText("章程 <b>第二版</b>").waitFor();
  await supply.getByRole("button", { name: "确认提交" }).click();
  await plain.getByText(/由青岛的工作人员办理：收件核对/).waitFor();

  await qingdao.reload();
  await settle(qingdao);
  await mine.getByLabel("是", { exact: true }).check();
  await mine.getByRole("button", { name: "下一步：核对" }).click();
  await mine.getByRole("button", { name: "确认提交" }).click();
  await qingdao.getByRole("row", { name: /登记机关审查.*济南的工作人员/ }).first().waitFor();
  // Somebody else's task has no form.
  assert.equal(await qingdao.locator("article form").count(), 0);

  const jinan = await openPage(browser, server);
  await signIn(jinan, "officer-jinan");
  await visit(jinan, "/cases/" + number);
  const judge = task(jinan, "登记机关审查");
  await judge.getByLabel("是", { exact: true }).check();
  await judge.getByRole("button", { name: "下一步：核对" }).click();
  // Done twice: a colleague was quicker, and the page says so.
  const left = (await server.call("GET", `/api/v1/cases/${number}`, { as: "officer-jinan" })).json.tasks.find((x) => x.may_do);
  assert.equal((await server.call("POST", `/api/v1/tasks/${left.id}/complete`, { as: "officer-jinan", body: { answers: { 同意登记: true } }, headers: { "idempotency-key": crypto.randomUUID() } })).status, 200);
  await judge.getByRole("button", { name: "确认提交" }).click();
  await judge.getByRole("alert").getByText("这项任务已经办过或已取消").waitFor();
  await jinan.reload();
  await settle(jinan);
  // Both cities' clocks side by side, the same for both.
  const clocks = jinan.locator("section", { has: jinan.getByRole("heading", { name: "各市的时钟" }) });
  for (const city of ["青岛", "济南", "申请人"]) await clocks.getByRole("heading", { name: city, exact: true }).waitFor();
  await qingdao.reload();
  await settle(qingdao);
  const same = qingdao.locator("section", { has: qingdao.getByRole("heading", { name: "各市的时钟" }) });
  assert.equal(await same.innerText(), await clocks.innerText());
  const license = task(qingdao, "打印并发照");
  await license.getByLabel("发照方式").selectOption("邮寄");
  await license.getByRole("button", { name: "下一步：核对" }).click();
  await license.getByRole("button", { name: "确认提交" }).click();
  await qingdao.locator("dl.about").getByText("办结", { exact: true }).waitFor();
  // Who answered what stands beside it; the text is shown as it was typed.
  const data = qingdao.locator("section", { has: qingdao.getByRole("heading", { name: "填写和得出的内容" }) });
  assert.match(await data.getByRole("row", { name: /补正了什么/ }).innerText(), /章程 <b>第二版<\/b>\s+申请人 · 补正材料/);
  assert.match(await data.getByRole("row", { name: /发照方式/ }).innerText(), /邮寄\s+您 · 打印并发照/);
  await shoot(qingdao, "case-done");
  for (const page of [firm, qingdao, jinan]) { assert.deepEqual(page.faults.filter((f) => !/status of 409/.test(f)), []); await page.context().close(); }
});

test("where a case stands is the same in the drawing, the list of steps and the API; the makers' mark is to be seen", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  const one = await caseOf("示意：数控机床主轴车间", "officer-jinan");
  const whole = (await server.call("GET", `/api/v1/cases/${one.number}`, { as: "officer-jinan" })).json;
  await visit(page, "/cases/" + one.number);
  await page.locator('.paper[data-drawn="true"]').waitFor();
  const now = whole.tokens.map((t) => t.element).sort();
  assert.deepEqual((await page.locator(".paper .case-now:not(.djs-connection)").evaluateAll((all) => all.map((e) => e.getAttribute("data-element-id")))).sort(), now);
  assert.deepEqual(await page.locator("ol.steps li[aria-current=step] .name").allInnerTexts(), whole.elements.filter((e) => now.includes(e.id)).map((e) => e.name || "并行"));
  await page.getByRole("row", { name: /形式审查与技术评估/ }).first().waitFor();
  const mark = page.locator("a.bjs-powered-by");
  await mark.scrollIntoViewIfNeeded();
  assert.ok(await mark.evaluate((a) => { const b = a.getBoundingClientRect(), at = document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); return b.width > 20 && a.contains(at); }), "nothing stands before it");
  // A step chosen in the list is shown in the drawing.
  await page.locator("ol.steps").getByRole("button", { name: "当日审批" }).click();
  await page.locator('.paper [data-element-id="approve"].case-chosen').waitFor();
  // The table of dates holds what the bars show.
  const line = page.locator("section", { has: page.getByRole("heading", { name: "时间轴" }) });
  assert.equal(await line.locator("svg .bar").count(), whole.tasks.length);
  assert.equal(await line.locator("tbody tr").count(), whole.tasks.length);
  const [file] = await Promise.all([page.waitForEvent("download"), line.getByRole("button", { name: "导出时间表 CSV" }).click()]);
  const csv = readFileSync(await file.path(), "utf8");
  assert.ok(csv.startsWith("\ufeff") && csv.includes("形式审查与技术评估") && csv.includes("截止"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the inbox filters, counts and exports; an empty one says what would stand there", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/cases");
  const open = (await server.call("GET", "/api/v1/tasks?limit=200", { as: "officer-jinan" })).json.items;
  const table = page.locator("main table").first();
  assert.deepEqual(await table.locator("tbody th").allInnerTexts(), open.map((x) => x.name), "what is due first comes first");
  assert.ok(open.every((x) => x.illustrative), "the sample is made up");
  assert.equal(await table.getByText("示意", { exact: true }).count(), open.length, "and marked so");
  await page.getByLabel("标题、编号或任务").fill("染料");
  await until("one row", async () => (await table.locator("tbody tr").count()) === 1);
  assert.match(page.url(), /q=/);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出 CSV" }).click()]);
  assert.equal(readFileSync(await file.path(), "utf8").trim().split("\r\n").length, 2);
  const load = page.locator("section", { has: page.getByRole("heading", { name: "工作量" }) });
  assert.equal(await load.locator("tfoot td").first().innerText(), String(open.length));
  await visit(page, "/cases?view=cases&q=染料");
  await page.getByRole("row", { name: /染料中间体扩建/ }).waitFor();
  const empty = await openPage(browser, server);
  await signIn(empty, "firm-weihai");
  await visit(empty, "/cases");
  await empty.getByText("轮到您填写、补正或签署的事项会出现在这里").waitFor();
  await visit(empty, "/cases/370100-2026-000002");
  await empty.getByRole("heading", { name: "没有这件事" }).waitFor();
  for (const one of [page, empty]) { assert.deepEqual(one.faults, []); await one.context().close(); }
});

test("an officer opens for a firm of another city; a form sent by the server's rules is refused at its field", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/cases/new?procedure=" + (await procedureOf("环评")).id);
  const party = (await server.call("GET", "/api/v1/parties?city=371000&limit=1")).json.items[0];
  await page.getByLabel(/按名称或信用代码查找单位/).fill(party.name);
  await page.getByRole("button", { name: new RegExp(party.name) }).click();
  await page.getByLabel("事项名称").fill("威海企业在济南的项目");
  await page.getByLabel("项目名称").fill("长".repeat(7_000));
  await page.getByLabel("行业").selectOption("电子装配");
  await page.getByLabel("总投资（万元）").fill("三千");
  for (const legend of ["项目在已审查的规划环评范围内", "三年内有环境处罚"]) await page.getByRole("group", { name: legend }).getByLabel(legend.startsWith("三年") ? "否" : "是", { exact: true }).check();
  await page.getByRole("button", { name: "下一步：核对" }).click();
  await page.locator(".summary").getByText("总投资（万元）：应是数字").waitFor();
  await page.getByLabel("总投资（万元）").fill("3,000");
  await page.getByRole("button", { name: "下一步：核对" }).click();
  await page.getByRole("button", { name: "确认提交" }).click();
  await page.locator(".summary").getByText("项目名称：至多 20000 字节").waitFor();
  await page.locator(".fault").getByText("至多 20000 字节").waitFor();
  await page.getByLabel("项目名称").fill("小项目");
  await page.getByRole("button", { name: "下一步：核对" }).click();
  await page.getByRole("button", { name: "确认提交" }).click();
  await page.waitForURL(/\/cases\/370100-/);
  await page.getByText(party.name).first().waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a task is done with the keyboard alone", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/cases/" + (await caseOf("示意：染料中间体扩建", "officer-jinan")).number);
  const press = async (wanted, most = 60) => {
    for (let i = 0; i < most; ++i) {
      await page.keyboard.press("Tab");
      if (wanted.test(await page.evaluate(() => { const e = document.activeElement; return (e.getAttribute("aria-label") ?? e.labels?.[0]?.innerText ?? e.innerText ?? "").trim(); }))) return;
    }
    throw new Error("not reached by Tab: " + wanted);
  };
  await press(/评估意见/);
  await page.keyboard.type("符合");
  await press(/下一步：核对/);
  await page.keyboard.press("Enter");
  await until("the answers take the focus", () => page.evaluate(() => document.activeElement.textContent === "核对后提交"));
  await press(/确认提交/);
  await page.keyboard.press("Enter");
  await task(page, "公示").waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("before and after: the days are those of the procedure's own terms", async () => {
  const page = await openPage(browser, server);
  await visit(page, "/procedures");
  await page.getByRole("link", { name: "环评告知承诺审批" }).click();
  const paths = page.locator("section", { has: page.getByRole("heading", { name: "改革前后，一条时间轴" }) });
  await paths.getByText("改革前（其他）：30 个工作日").first().waitFor();
  await paths.getByText("改革后（告知承诺）：5 个工作日").first().waitFor();
  await paths.getByText("少 25 个工作日（83%）").waitFor();
  await paths.getByText("时限为示意，不是现行规定").waitFor();
  assert.equal(await paths.locator("svg rect.critical").count(), 7);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

// Of each element its own attributes and questions, its condition, its timer: what must not be lost.
function own(xml) {
  const out = [];
  for (const [, tag, attributes] of xml.matchAll(/<([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*\/?>/g)) {
    const all = Object.fromEntries([...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));
    if (/:field$/.test(tag)) out.push("field " + ["name", "label", "type", "options", "required", "officeOnly"].map((n) => all[n] ?? "").join("|"));
    for (const [name, value] of Object.entries(all)) if (name.startsWith("jiaoji:")) out.push(`${all.id} ${name} ${value}`);
    if (all.default) out.push(`${all.id} default ${all.default}`);
    if (all.cancelActivity) out.push(`${all.id} cancelActivity ${all.cancelActivity}`);
  }
  for (const [, text] of xml.matchAll(/<(?:\w+:)?(?:conditionExpression|timeDuration|timeDate|timeCycle|documentation)\b[^>]*>([^<]*)</g)) out.push("text " + text.trim());
  return out.map((s) => s.replaceAll("&#34;", '"').replaceAll("&quot;", '"')).sort();
}

test("the designer writes back every attribute of its own", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  page.removeAllListeners("dialog");
  page.on("dialog", (d) => d.accept());  // leaving with unsaved changes asks
  for (const name of ["eia-commitment", "petitions", "business-registration"]) {
    const path = join(root, "programs", name, `${name}.bpmn`);
    await visit(page, "/procedures/new");
    await page.getByText("没有问题，可以部署。").waitFor();
    await page.locator('input[type="file"]').setInputFiles(path);
    await page.getByText("有未保存的修改").waitFor();
    await until("it is drawn", async () => (await page.locator('.paper [data-element-id="f1"]').count()) === 1 && (await page.locator('.paper [data-element-id="judge"], .paper [data-element-id="announce"], .paper [data-element-id="rectify"]').count()) === 1);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出 .bpmn 文件" }).click()]);
    const before = own(readFileSync(path, "utf8")), written = readFileSync(await file.path(), "utf8");
    assert.deepEqual(own(written), before, name);
    assert.ok(before.length > 15, `${before.length} kept`);
    await visit(page, "/");
    await page.evaluate(() => localStorage.removeItem("procedure-edit-new"));
  }
  // A prefix of one's own, and every attribute that there is.
  const odd = readFileSync(join(root, "programs/petitions/petitions.bpmn"), "utf8").replaceAll("jiaoji:", "x:").replace("xmlns:jiaoji", "xmlns:x").replace("<userTask id=\"remind\"", '<userTask id="remind" x:firstDayCounts="true" x:onHoliday="keep" x:endsAt="17:00" x:afterHours="16:00" x:key="编号" x:service="s" x:result="r" x:city="=市"');
  const at = join(tmpdir(), `odd-${process.pid}.bpmn`);
  writeFileSync(at, odd);
  await visit(page, "/procedures/new");
  await page.getByText("没有问题，可以部署。").waitFor();
  await page.locator('input[type="file"]').setInputFiles(at);
  await until("it is drawn", async () => (await page.locator('.paper [data-element-id="rectify"]').count()) === 1);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出 .bpmn 文件" }).click()]);
  const same = (xml) => own(xml.replaceAll(/\bx:/g, "jiaoji:"));
  assert.deepEqual(same(readFileSync(await file.path(), "utf8")), same(odd));
  assert.ok(same(odd).includes("remind jiaoji:afterHours 16:00"));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a procedure is drawn without a mouse, checked, saved, deployed, and a case runs by it", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  await visit(page, "/procedures/new");
  await page.evaluate(() => localStorage.removeItem("procedure-edit-new"));
  await page.reload();
  await page.getByText("没有问题，可以部署。").waitFor();
  const choose = page.getByLabel("选择元素");
  await choose.selectOption("judge");
  const panel = page.locator("aside");
  await panel.getByLabel("期限（选填）").fill("banana");
  await panel.getByLabel("期限（选填）").press("Tab");
  await page.getByRole("heading", { name: /检查：1 处问题/ }).waitFor();
  await page.locator('.paper [data-element-id="judge"].case-wrong').waitFor();
  assert.match(await page.locator(".problems").innerText(), /协同市审查.*时限/s);
  await panel.getByLabel("期限（选填）").fill("4 workdays");
  await panel.getByLabel("期限（选填）").press("Tab");
  await page.getByText("没有问题，可以部署。").waitFor();
  // A question more, and a step more.
  await panel.getByRole("button", { name: "加一项" }).click();
  await panel.getByLabel("变量名").last().fill("意见日期");
  await panel.getByLabel("类型").last().selectOption("date");
  await panel.getByLabel("变量名").last().press("Tab");
  await panel.getByLabel("添加").selectOption("UserTask");
  await panel.getByRole("button", { name: "加在它后面" }).click();
  await panel.getByLabel("名称").fill("归档");
  await panel.getByLabel("名称").press("Tab");
  await until("it is in the list", async () => (await choose.locator("option", { hasText: "归档" }).count()) === 1);
  await panel.getByLabel("连到哪个元素").selectOption({ label: "办结" });
  await panel.getByRole("button", { name: "连线" }).click();
  await page.getByRole("button", { name: "撤销" }).click();
  await page.getByRole("button", { name: "重做" }).click();
  await page.getByLabel("流程名称").fill("两市试办");
  await page.getByText("没有问题，可以部署。").waitFor();
  await page.getByRole("button", { name: "保存草稿" }).click();
  await page.waitForURL(/\/procedures\/prc_.*\/edit/);
  await page.getByText("已保存", { exact: true }).waitFor();
  const id = page.url().split("/").at(-2);
  await choose.selectOption({ label: "归档 · 人工任务" });
  await panel.getByLabel("谁来办").selectOption("officer");
  // Somebody else saves meanwhile: nothing is lost, and nothing is overwritten unasked.
  const row = (await server.call("GET", `/api/v1/procedures/${id}?number=1`, { as: "officer-jinan" })).json;
  assert.equal((await server.call("PATCH", `/api/v1/procedures/${id}`, { as: "officer-jinan", body: { name: "两市试办" }, headers: { "if-match": `"${row.version}"`, "idempotency-key": crypto.randomUUID() } })).status, 200);
  await page.getByRole("button", { name: "保存草稿" }).click();
  await page.getByText("别人刚刚保存了这个流程").waitFor();
  await page.getByRole("button", { name: "用我的覆盖" }).click();
  await page.getByText("已保存", { exact: true }).waitFor();
  await page.getByText("没有问题，可以部署。").waitFor();
  await shoot(page, "designer");
  await page.getByRole("button", { name: "部署", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "部署" }).click();
  await page.waitForURL((url) => url.pathname === `/procedures/${id}`);
  await page.getByText("第 1 版已部署", { exact: true }).waitFor();
  const whole = (await server.call("GET", `/api/v1/procedures/${id}`, { as: "officer-jinan" })).json;
  const judge = whole.elements.find((e) => e.id === "judge"), archive = whole.elements.find((e) => e.name === "归档");
  assert.equal(judge.due.text, "4 workdays");
  assert.deepEqual(judge.form.map((f) => [f.name, f.type]), [["审查意见", "text"], ["意见日期", "date"]]);
  assert.equal(archive.role, "officer");
  assert.ok(archive.outgoing.length === 1 && archive.outgoing[0].to === "end");
  await page.getByRole("link", { name: "按此流程办一件事" }).click();
  await page.getByLabel("事项名称").fill("试一件");
  await page.getByLabel("要办什么").fill("试");
  await page.getByLabel("由哪个市审查（代码）").selectOption("370200");
  await page.getByRole("button", { name: "下一步：核对" }).click();
  await page.getByRole("button", { name: "确认提交" }).click();
  await page.waitForURL(/\/cases\/370100-/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a draft is kept on this computer, and only an officer of the city may edit", async () => {
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  const id = (await procedureOf("环保信访")).id;
  await visit(page, `/procedures/${id}/edit`);
  await page.getByText("没有问题，可以部署。").waitFor();
  await page.getByLabel("选择元素").selectOption("register");
  await page.locator("aside").getByLabel("名称").fill("登记、分办");
  await page.locator("aside").getByLabel("名称").press("Tab");
  await page.getByText("有未保存的修改").waitFor();
  await until("it is kept", async () => (await page.evaluate((at) => localStorage.getItem(at), `procedure-edit-${id}`)) !== null);
  page.removeAllListeners("dialog");
  page.on("dialog", (d) => d.accept());
  await page.reload();
  await page.getByText(/恢复了这台电脑上/).waitFor();
  await page.getByLabel("选择元素").selectOption("register");
  await until("the name is back", async () => (await page.locator("aside").getByLabel("名称").inputValue()) === "登记、分办");
  await page.getByRole("button", { name: "放弃修改" }).click();
  await page.getByText("已保存", { exact: true }).waitFor();
  const other = await openPage(browser, server);
  await signIn(other, "officer-qingdao");
  await visit(other, `/procedures/${id}`);
  assert.equal(await other.getByRole("link", { name: "修改流程" }).count(), 0);
  for (const one of [page, other]) { assert.deepEqual(one.faults, []); await one.context().close(); }
});

const section = (page, name) => page.locator("section", { has: page.getByRole("heading", { name, exact: true }) });
const key = () => ({ "idempotency-key": crypto.randomUUID() });
const open = async (as, program, title, answers) => {
  const procedure = (await procedures()).find((p) => p.name.startsWith(program));
  const made = await server.call("POST", "/api/v1/cases", { as, body: { procedure: procedure.id, title, answers }, headers: key() });
  assert.equal(made.status, 201, made.text);
  return made.json;
};
const project = { 项目名称: "示意项目", 行业: "机械加工", 总投资万元: 3000, 在规划环评范围内: true, 三年内有环境处罚: false };
const person = async (login, options) => { const page = await openPage(browser, server, options); await signIn(page, login); return page; };
const done = async (...pages) => { for (const page of pages) { assert.deepEqual(page.faults, []); await page.context().close(); } };

test("evidence: a firm gives a file once and uses it; an officer sees it and enters a checked one; withdrawn, the case says so", async () => {
  const one = await open("firm-qingdao", "企业登记", "材料试办", { 企业名称: "某", 事项: "取水许可", 协同市: "370100" });
  const firm = await person("firm-qingdao"), officer = await person("officer-qingdao");
  await visit(firm, "/cases/" + one.number);
  const papers = section(firm, "材料");
  await papers.getByText("这件事还没有材料。").waitFor();
  await papers.getByRole("button", { name: "交一份新材料" }).click();
  // Wrong: each at its field, in the words of the summary, which takes the focus.
  await papers.getByRole("button", { name: "交上去，用于这件事" }).click();
  await papers.locator(".summary").getByText("材料名称：必填").waitFor();
  assert.equal(await papers.locator(".field .fault").count(), 2);
  assert.ok(await papers.locator(".summary").evaluate((e) => e === document.activeElement));
  await papers.getByLabel("材料名称").fill("检测报告 <b>一</b>");
  await papers.getByLabel("文件", { exact: true }).setInputFiles({ name: "大.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(900 * 1024, 1) });
  await papers.getByRole("button", { name: "交上去，用于这件事" }).click();
  await papers.locator(".field .fault").getByText("文件有 900 kB，至多 700 kB").waitFor();
  const bytes = Buffer.from("检测合格\n".repeat(2000));
  await papers.getByLabel("文件", { exact: true }).setInputFiles({ name: "检测报告.txt", mimeType: "text/plain", buffer: bytes });
  await papers.getByLabel(/^谁出具的/).fill("青岛市检测中心");
  await papers.getByLabel(/^有效期止/).fill("2030-01-01");
  await papers.getByRole("button", { name: "交上去，用于这件事" }).click();
  const row = papers.getByRole("row", { name: /检测报告 <b>一<\/b>/ });
  await row.waitFor();
  const hash = createHash("sha256").update(bytes).digest("hex");
  assert.match(await row.innerText(), /C 自行上传[\s\S]*青岛市检测中心[\s\S]*到 2030-01-01[\s\S]*您[\s\S]*✓ 可用/);
  assert.equal(await row.locator("code").getAttribute("title"), hash);
  const [file] = await Promise.all([firm.waitForEvent("download"), row.getByRole("button", { name: /下载/ }).click()]);
  assert.equal(file.suggestedFilename(), "检测报告.txt");
  assert.deepEqual(readFileSync(await file.path()), bytes);
  // A statement with its pledge, for the stock of the firm.
  await visit(firm, "/evidence");
  await firm.getByRole("button", { name: "交一份新材料" }).click();
  await firm.getByLabel(/自己写声明/).check();
  await firm.getByLabel("材料名称").fill("守法声明");
  await firm.getByLabel("您要声明的内容").fill("三年内没有处罚");
  await firm.getByRole("button", { name: "交上去", exact: true }).click();
  await firm.locator(".summary").getByText(/勾选承诺后才能交/).waitFor();
  await firm.getByLabel(/我承诺以上内容属实/).check();
  await firm.getByLabel("只有这些市认可").check();
  await firm.getByLabel("济南", { exact: true }).check();
  await firm.getByRole("button", { name: "交上去", exact: true }).click();
  await firm.getByRole("row", { name: /守法声明[\s\S]*D 本人声明并承诺/ }).waitFor();
  // The officer sees the file that is used, not the stock; enters one that was checked, which waits for the firm.
  await visit(officer, "/cases/" + one.number);
  const seen = section(officer, "材料");
  assert.match(await seen.getByRole("row", { name: /检测报告/ }).innerText(), /申请人/);
  assert.equal(await seen.getByText("守法声明").count(), 0);
  await seen.getByRole("button", { name: "为申请人登记材料（A、B 级）" }).click();
  await seen.getByLabel(/窗口核验过原件的/).check();
  await seen.getByLabel("材料名称").fill("营业执照");
  await seen.getByLabel("文件", { exact: true }).setInputFiles({ name: "执照.txt", mimeType: "text/plain", buffer: Buffer.from("执照") });
  await seen.getByRole("button", { name: "登记，用于这件事" }).click();
  const checked = seen.getByRole("row", { name: /营业执照[\s\S]*B 窗口核验原件/ });
  // Taken out again, it waits: for the city that entered it, or for the firm.
  await checked.getByRole("button", { name: /不再用于这件事/ }).click();
  await officer.getByRole("dialog").getByRole("button", { name: "不再用于这件事" }).click();
  await seen.getByText("已登记，等申请人同意取用").waitFor();
  await seen.locator("ul.pick li", { hasText: "营业执照" }).getByRole("button", { name: /用于这件事/ }).waitFor();
  assert.equal(await checked.count(), 0);
  // The firm takes it with one click; what this city does not accept says why.
  await visit(firm, "/cases/" + one.number);
  const pick = papers.locator("ul.pick");
  assert.match(await pick.locator("li", { hasText: "守法声明" }).innerText(), /不能用[\s\S]*青岛不认可它/);
  assert.equal(await pick.locator("li", { hasText: "守法声明" }).getByRole("button").count(), 0);
  await pick.getByRole("button", { name: /同意取用.*营业执照/ }).click();
  await papers.getByRole("row", { name: /营业执照[\s\S]*B 窗口核验原件/ }).waitFor();
  await officer.reload();
  await settle(officer);
  await seen.getByRole("row", { name: /营业执照/ }).waitFor();
  assert.equal(await seen.getByText("等申请人同意取用").count(), 0);
  // Withdrawn after a question, which Escape leaves.
  await visit(firm, "/evidence");
  const mine = firm.getByRole("row", { name: /检测报告/ });
  await mine.getByRole("button", { name: /撤回/ }).click();
  await firm.keyboard.press("Escape");
  await until("the question is gone", async () => (await firm.getByRole("dialog").count()) === 0);
  await mine.getByRole("button", { name: /撤回/ }).click();
  await firm.getByRole("dialog").getByRole("button", { name: "撤回" }).click();
  await mine.getByText(/已撤回/).waitFor();
  assert.equal(await firm.getByRole("row", { name: /营业执照/ }).getByRole("button", { name: /撤回/ }).count(), 0, "an office's own is for the office to take back");
  const [csv] = await Promise.all([firm.waitForEvent("download"), firm.getByRole("button", { name: "导出 CSV" }).click()]);
  assert.equal(readFileSync(await csv.path(), "utf8").trim().split("\r\n").length, 4);
  await officer.reload();
  await settle(officer);
  await seen.getByRole("row", { name: /检测报告[\s\S]*不能用[\s\S]*已撤回/ }).waitFor();
  await done(firm, officer);
});

test("handover: asked of the firm in plain words, agreed, received by the other city; refused, it stays", async () => {
  const one = await open("firm-qingdao", "环评", "要移交的项目", project);
  const jinan = await person("officer-jinan"), firm = await person("firm-qingdao"), qingdao = await person("officer-qingdao");
  const start = async (reason) => {
    const form = section(jinan, "移交");
    await form.getByRole("button", { name: "移交给别的市" }).click();
    await form.getByRole("button", { name: "下一步：核对" }).click();
    await form.locator(".summary").getByText("移交给哪个市：必填").waitFor();
    await form.getByLabel("移交给哪个市").selectOption("370200");
    await form.getByLabel("为什么移交").fill(reason);
    await form.getByRole("checkbox", { name: /总投资/ }).uncheck();
    await form.getByRole("button", { name: "下一步：核对" }).click();
    const check = form.locator(".card", { has: jinan.getByRole("heading", { name: "核对：青岛会看到什么" }) });
    await check.getByText(/青岛看不到：.*总投资/).waitFor();
    await check.getByText("先问申请人：申请人同意以后才送出。").waitFor();
    await check.getByRole("button", { name: "确认，去问申请人" }).click();
    await form.getByText("等申请人同意", { exact: true }).waitFor();
  };
  await visit(jinan, "/cases/" + one.number);
  await start("厂址在青岛 <i>一期</i>");
  assert.equal((await server.call("GET", `/api/v1/cases/${one.number}`, { as: "officer-qingdao" })).status, 404, "nothing is sent before the firm agrees");
  // In the inbox, then on top of the case.
  await visit(firm, "/cases");
  const waits = firm.locator("section.waiting");
  await waits.getByText("是否同意移交给青岛？").waitFor();
  await waits.getByRole("link", { name: /去答复/ }).first().click();
  const question = section(firm, "要您同意：把这件事移交给青岛");
  await question.getByText("济南想把这件事移交给青岛办理。原因：厂址在青岛 <i>一期</i>").waitFor();
  await question.getByText(/不会给青岛：总投资/).waitFor();
  await question.getByText("示意项目").waitFor();
  await shoot(firm, "handover-asked");
  await question.getByRole("button", { name: "同意移交" }).click();
  await section(firm, "移交").getByText("已送出，等对方接收", { exact: true }).waitFor();
  // The other city: what came, no return without a reason, the receipt.
  await visit(qingdao, "/cases");
  await qingdao.locator("section.waiting").getByRole("link", { name: new RegExp(one.number) }).click();
  const arrived = section(qingdao, "济南移交来的，等您接收");
  await arrived.getByRole("button", { name: "退回" }).click();
  await arrived.locator(".field .fault").getByText("退回要写明原因").waitFor();
  await arrived.getByText("交了什么").click();
  await arrived.getByText("示意项目").waitFor();
  await arrived.getByLabel("说明").fill("已收齐");
  await arrived.getByRole("button", { name: "接收" }).click();
  await section(qingdao, "移交").getByText("已接收", { exact: true }).waitFor();
  await section(qingdao, "移交").getByText(/没有给您这个市的内容：总投资/).waitFor();
  await jinan.reload();
  await settle(jinan);
  const receipt = async (page) => section(page, "移交").locator("code").first().getAttribute("title");
  await section(jinan, "移交").getByText("青岛已接收，从那时起由青岛办理。").waitFor();
  assert.match(await section(jinan, "移交").innerText(), /已收齐/);
  assert.equal(await receipt(jinan), await receipt(qingdao));
  assert.equal(await section(jinan, "移交").getByRole("button", { name: "移交给别的市" }).count(), 0, "it is no longer theirs");
  // Refused: not sent, and the first city goes on.
  const other = await open("firm-qingdao", "环评", "不移交的项目", project);
  await visit(jinan, "/cases/" + other.number);
  await start("试问");
  await visit(firm, "/cases/" + other.number);
  await question.getByRole("button", { name: "不同意" }).click();
  await question.getByLabel(/为什么不同意/).fill("厂址没有变");
  await question.getByRole("button", { name: "确认不同意" }).click();
  await section(firm, "移交").getByText("申请人不同意", { exact: true }).waitFor();
  await jinan.reload();
  await settle(jinan);
  await section(jinan, "移交").getByText("申请人不同意，没有送出，仍由济南办理。").waitFor();
  assert.match(await section(jinan, "移交").innerText(), /厂址没有变/);
  // Taken back while it is asked.
  await start("再试问");
  await section(jinan, "移交").getByRole("button", { name: "撤回移交" }).click();
  await jinan.getByRole("dialog").getByRole("button", { name: "撤回移交" }).click();
  await section(jinan, "移交").getByRole("button", { name: "移交给别的市" }).waitFor();
  await done(jinan, firm, qingdao);
});

test("the forecast is in words, after the page, and from what the API drew it", async () => {
  const page = await person("officer-jinan");
  const one = await caseOf("示意：数控机床主轴车间", "officer-jinan");
  const found = (await server.call("GET", `/api/v1/cases/${one.number}/forecast`, { as: "officer-jinan" })).json;
  assert.ok(found.median, "there is a forecast");
  await visit(page, "/cases/" + one.number);
  const likely = section(page, "预计什么时候办完");
  await likely.waitFor();
  const day = (iso) => new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 10);
  assert.ok((await likely.innerText()).includes(day(found.median)));
  assert.equal(await likely.getByText("可能超过期限").count(), found.amber ? 1 : 0);
  assert.equal(await likely.locator("li").count(), found.tasks.length);
  await likely.getByText("这是推算，不是承诺").waitFor();
  const over = (await server.call("GET", "/api/v1/cases?outcome=completed&limit=1", { as: "officer-jinan" })).json.items[0];
  await visit(page, "/cases/" + over.number);
  await sleep(300);
  assert.equal(await likely.count(), 0);
  await done(page);
});

test("figures: the rows of every table add up to the cases opened, and the CSV holds the same", async () => {
  const page = await openPage(browser, server);
  const id = (await procedureOf("环保信访")).id;
  const figures = (await server.call("GET", `/api/v1/procedures/${id}/figures`)).json;
  assert.ok(figures.opened > 0 && figures.fields.length > 0);
  await visit(page, "/procedures/" + id);
  const all = section(page, "办件统计");
  await all.waitFor();
  const tables = await all.locator("table").all();
  assert.equal(tables.length, 2 + figures.fields.length);
  for (const [i, table] of tables.entries()) {
    const sum = i === 1 ? figures.closed : figures.opened;  // by the end that was reached: those that are closed
    const numbers = (await table.locator("tbody td:nth-child(2)").allInnerTexts()).map(Number);
    assert.equal(numbers.reduce((a, b) => a + b, 0), sum);
    assert.equal(Number(await table.locator("tfoot td").first().innerText()), sum);
  }
  // Each answer by the end that its cases reached, which add up to those that are closed.
  for (const field of figures.fields) {
    for (const row of field.values) assert.equal(row.results.reduce((n, one) => n + one.cases, 0), row.closed);
  }
  assert.equal(await all.getByText(`✓ 各行相加 = 立案 ${figures.opened} 件`).count(), tables.length - 1);
  const [file] = await Promise.all([page.waitForEvent("download"), all.getByRole("button", { name: "导出统计 CSV" }).click()]);
  const lines = readFileSync(await file.path(), "utf8").trim().split("\r\n");
  assert.equal(lines.filter((line) => line.includes(`,合计,${figures.opened},`)).length, tables.length - 1);
  await done(page);
});

test("running cases move to a new version, after a question; why one cannot stands beside it", async () => {
  const send = (method, path, body, version) => server.call(method, path, { as: "officer-jinan", body, headers: { ...key(), ...(version ? { "if-match": `"${version}"` } : {}) } });
  const bpmn = (first) => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" targetNamespace="urn:t"><process id="p" isExecutable="true"><startEvent id="s"/><userTask id="${first}" name="第一步" jiaoji:role="officer"/><userTask id="b" name="第二步" jiaoji:role="officer"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="${first}"/><sequenceFlow id="f2" sourceRef="${first}" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process></definitions>`;
  const made = (await send("POST", "/api/v1/procedures", { name: "换版试验", bpmn: bpmn("a") })).json;
  let row = (await send("POST", `/api/v1/procedures/${made.id}/deploy`, {}, made.version)).json;
  const cases = [];
  for (const title of ["在第一步", "在第二步"]) cases.push((await send("POST", "/api/v1/cases", { procedure: made.id, title, answers: {} })).json);
  const first = (await server.call("GET", `/api/v1/cases/${cases[1].number}`, { as: "officer-jinan" })).json.tasks[0];
  assert.equal((await send("POST", `/api/v1/tasks/${first.id}/complete`, { answers: {} })).status, 200);
  row = (await send("PATCH", `/api/v1/procedures/${made.id}`, { bpmn: bpmn("other") }, row.version)).json;
  row = (await send("POST", `/api/v1/procedures/${made.id}/deploy`, {}, row.version)).json;
  assert.equal(row.deployed, 2);
  const page = await person("officer-jinan");
  await visit(page, "/procedures/" + made.id);
  const moving = section(page, "换到新版本");
  await moving.getByText("共 2 件：1 件能换，1 件不能。").waitFor();
  assert.match(await moving.getByRole("row", { name: /在第一步/ }).innerText(), /✕\s*不能：.+/);
  await moving.getByRole("button", { name: "把能换的 1 件换到第 2 版" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "确认换版" }).click();
  await moving.getByText("共 1 件：0 件能换，1 件不能。").waitFor();
  assert.equal((await server.call("GET", `/api/v1/cases/${cases[1].number}`, { as: "officer-jinan" })).json.procedure_number, 2);
  await visit(page, "/procedures/" + (await procedureOf("企业登记")).id);
  await section(page, "办件统计").waitFor();
  assert.equal(await moving.count(), 0, "not theirs to write");
  await done(page);
});

test("answers for the office only are marked and not the firm's to see; a task that was taken is given back", async () => {
  const send = (method, path, body, version) => server.call(method, path, { as: "officer-qingdao", body, headers: { ...key(), ...(version ? { "if-match": `"${version}"` } : {}) } });
  const bpmn = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" targetNamespace="urn:t"><process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a" name="内部研判" jiaoji:role="officer"><extensionElements><jiaoji:field name="底价" label="底价" type="number" officeOnly="true"/></extensionElements></userTask><userTask id="b" name="答复" jiaoji:role="officer"/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="b"/><sequenceFlow id="f3" sourceRef="b" targetRef="e"/></process></definitions>`;
  const made = (await send("POST", "/api/v1/procedures", { name: "内部项试验", bpmn, visibility: "public" })).json;
  assert.equal((await send("POST", `/api/v1/procedures/${made.id}/deploy`, {}, made.version)).status, 200);
  const one = await open("firm-qingdao", "内部项试验", "有内部项的事", {});
  const officer = await person("officer-qingdao"), firm = await person("firm-qingdao");
  await visit(officer, "/cases/" + one.number);
  const judge = task(officer, "内部研判");
  await judge.getByText("仅办事机构可见").waitFor();
  await judge.getByRole("button", { name: "领办" }).click();
  await judge.getByRole("button", { name: "放回" }).click();
  await judge.getByRole("button", { name: "领办" }).waitFor();
  await judge.getByLabel(/底价/).fill("42");
  await judge.getByRole("button", { name: "下一步：核对" }).click();
  await judge.getByRole("button", { name: "确认提交" }).click();
  await section(officer, "填写和得出的内容").getByRole("row", { name: /底价.*仅办事机构可见[\s\S]*42/ }).waitFor();
  await section(officer, "经过").getByText("放回“内部研判”").waitFor();
  await visit(firm, "/cases/" + one.number);
  await firm.getByText("看全部细节").click();
  assert.equal(await section(firm, "填写和得出的内容").getByText("42").count(), 0);
  await done(officer, firm);
});

test("messages: heard, waiting and expired, each explained; for officers", async () => {
  const sent = await server.call("POST", "/api/v1/messages", { as: "officer-jinan", body: { id: "m-1", name: "没有人等的消息 <b>" }, headers: key() });
  assert.equal(sent.status, 201, sent.text);
  const page = await person("officer-jinan");
  await visit(page, "/cases");
  await page.getByRole("link", { name: "消息", exact: true }).click();
  await page.getByRole("row", { name: /没有人等的消息 <b>/ }).waitFor();
  await page.getByText("先存 30 天").waitFor();
  await page.getByRole("link", { name: "过期" }).click();
  await page.getByText("没有过期的消息。").waitFor();
  assert.match(page.url(), /state=expired/);
  const firm = await person("firm-qingdao");
  await visit(firm, "/messages");
  await firm.getByText("这一页给城市工作人员看。").waitFor();
  await done(page, firm);
});

test("planted scripts do not run, in titles, answers, names and drawings", async () => {
  const planted = '<img src=x onerror=alert(1)>', escaped = "&lt;img src=x onerror=alert(1)&gt;&quot;&gt;{{7*7}}";
  const bpmn = readFileSync(join(root, "programs/petitions/petitions.bpmn"), "utf8")
    .replace('name="登记并分办"', `name="${escaped}"`).replaceAll('name="环保信访办理"', `name="${escaped}"`).replace('label="反映的问题"', `label="${escaped}"`).replace('label="反映的单位" type="text"', `label="${escaped}" type="choice" options="${escaped};乙"`)
    .replace('jiaoji:clause="示意：收到之日起 2 个工作日内登记"', `jiaoji:clause="${escaped}"`);
  const send = (method, path, body, version) => server.call(method, path, { as: "officer-jinan", body, headers: { "idempotency-key": crypto.randomUUID(), ...(version ? { "if-match": `"${version}"` } : {}) } });
  const made = await send("POST", "/api/v1/procedures", { name: planted, bpmn });
  assert.equal(made.status, 201, made.text);
  assert.equal((await send("POST", `/api/v1/procedures/${made.json.id}/deploy`, {}, made.json.version)).status, 200);
  const opened = await send("POST", "/api/v1/cases", { procedure: made.json.id, title: planted, answers: { 来信内容: planted, 来信人: "[x](javascript:alert(1))" } });
  assert.equal(opened.status, 201, opened.text);
  const page = await openPage(browser, server);
  await signIn(page, "officer-jinan");
  for (const path of ["/cases", "/cases?view=cases", `/cases/${opened.json.number}`, "/procedures", `/procedures/${made.json.id}`, `/cases/new?procedure=${made.json.id}`, `/procedures/${made.json.id}/edit`]) {
    await visit(page, path);
    await page.getByText("onerror=alert(1)").first().waitFor({ state: "attached" });
    if (/^\/(cases\/3|procedures\/p.*[^t]$)/.test(path)) await page.locator('.paper[data-drawn="true"]').waitFor();
    await sleep(200);
    assert.equal(await page.locator("main img").count(), 0, path);
  }
  await page.getByLabel("选择元素").selectOption("register");
  await sleep(200);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

for (const [who, login] of [["firm", "firm-qingdao"], ["officer", "officer-jinan"], ["coordinator", "coordinator"]]) {
  test(`axe finds nothing, and nothing is wider than a phone: ${who}`, async () => {
    const eia = (await procedureOf("环评")).id;
    const number = login === "firm-qingdao" ? (await caseOf("青岛某公司设立", login))?.number : (await caseOf(login === "coordinator" ? "示意：某物流公司道路货运许可" : "示意：数控机床主轴车间", login))?.number;
    assert.ok(number, "there is a case to look at");
    const more = await caseOf({ "firm-qingdao": "材料试办", "officer-jinan": "要移交的项目" }[login], login);
    const paths = ["/cases", "/cases?view=cases", `/cases/${number}`, ...(more ? [`/cases/${more.number}`] : []), "/procedures", `/procedures/${eia}`, ...(login === "firm-qingdao" ? ["/evidence"] : login === "officer-jinan" ? ["/messages"] : []), ...(login === "coordinator" ? ["/cases?view=done"] : ["/cases/new", `/cases/new?procedure=${eia}`]), ...(login === "officer-jinan" ? [`/procedures/${eia}/edit`, "/procedures/new"] : [])];
    for (const [theme, width] of [["light", 1280], ["dark", 1280], ["light", 375], ["dark", 375], ["contrast", 375]]) {
      const page = await openPage(browser, server, { theme, width, height: width === 375 ? 812 : 900, bypass: true });
      await signIn(page, login);
      for (const path of paths) {
        await visit(page, path);
        if (/\/(edit|new)$/.test(path) && path.startsWith("/procedures")) await page.getByText("没有问题，可以部署。").waitFor();
        else if (/^\/(cases\/\d|procedures\/p)/.test(path)) await page.locator('.paper[data-drawn="true"]').waitFor({ state: "attached" });
        if (path === `/cases/${number}`) for (const opener of await page.locator("details:not([open]) > summary").filter({ visible: true }).all()) if (await opener.isVisible()) await opener.click();
        for (const form of path.startsWith("/cases/3") || path === "/evidence" ? ["交一份新材料", "移交给别的市", "为申请人登记材料（A、B 级）"] : []) if (await page.getByRole("button", { name: form }).isVisible()) await page.getByRole("button", { name: form }).click();
        assert.deepEqual(await findings(page), [], `${path} ${theme} ${width}`);
        assert.ok((await overflow(page)) <= 0, `${path} scrolls sideways at ${width}`);
        await shoot(page, `casework-${who}${path.replaceAll(/[/?=]/g, "-").replace(eia, "eia").replace(number, "one")}-${theme}-${width}`);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });
}

test("English shows no Chinese words of the pages' own; the case prints whole", async () => {
  const page = await openPage(browser, server, { language: "en" });
  await visit(page, "/sign-in");
  await page.getByLabel("Login").fill("coordinator");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  for (const path of ["/cases", "/messages", "/evidence"]) {
    await visit(page, path);
    assert.doesNotMatch(await page.locator("main").innerText(), /[\u4e00-\u9fff]/, path);
  }
  const one = await caseOf("示意：某物流公司道路货运许可", "coordinator");
  await visit(page, "/cases/" + one.number);
  for (const name of ["The clocks of the cities", "Time line", "Diagram", "History"]) await page.getByRole("heading", { name }).waitFor();
  await page.emulateMedia({ media: "print" });
  await page.locator('.paper[data-drawn="true"]').waitFor();
  assert.equal(await page.getByRole("button", { name: "Print for the file" }).isVisible(), false);
  assert.ok(await page.getByText("Case sheet " + one.number).isVisible());
  assert.ok(await page.locator("ol.steps .name").first().isVisible(), "the steps keep their names on paper");
  await shoot(page, "case-print");
  // On paper the dates are explained, and afterwards as they were.
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.locator("main details:not([open])").count(), 0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await page.locator("main details[open]").count(), 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
