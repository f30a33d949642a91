// Bad input over HTTP: each gets an answer that says what, where and what would be right; nothing is stored, nothing dies.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { creditCode, csv, parseCsv, xlsx, xlsxParts, xlsxType, zip } from "./files.mjs";
import { Server, password, shared, sleep } from "./server.mjs";
import { hold, operation, resolve } from "./spec.mjs";
import { account, all, api, bearer, expect, inParallel, jinan, listing, me, party, patch, qingdao, send, token } from "./world.mjs";

let server;
const w = {};
before(async () => {
  server = hold(await Server.start({ listings: 20, args: ["--calls-a-minute", "0"] }));
  w.firm = await party(server, "officer-qingdao", { name: "青岛坏输入检验有限公司", city: qingdao });
  await account(server, "tester", "member", { city: qingdao, party: w.firm.id });
  w.need = await listing(server, "tester", { party: w.firm.id, title: "需求", text: "曲轴" });
  w.offer = await listing(server, "officer-qingdao", { side: "offer", party: (await party(server, "officer-qingdao", { name: "另一家", city: qingdao })).id, title: "供给", text: "曲轴" });
  w.deal = expect(await server.call("POST", `${api}/deals`, { as: "tester", body: { need: w.need.id, offer: w.offer.id } }), 201);
});
after(() => server.stop());

const counts = async () => JSON.stringify([await all(server, "officer-qingdao", "/parties"), await all(server, "officer-qingdao", "/listings"), await all(server, "admin", "/accounts"), await all(server, "officer-qingdao", "/deals")]);
// Runs `work`; afterwards nothing is stored that was not before, and a good request is answered at once.
async function storesNothing(work) {
  const earlier = await counts();
  await work();
  assert.equal(await counts(), earlier, "something was stored");
  await server.healthy();
}
// A refusal as it must look.
function refused(answer, about, ...statuses) {
  assert.ok((statuses.length ? statuses : [400, 422]).includes(answer.status), `${about}: ${answer.status} ${answer.text.slice(0, 300)}`);
  assert.match(answer.headers.get("content-type"), /^application\/problem\+json/, about);
  assert.match(answer.json.key, /^[a-z_]+(\.[a-z0-9_]+)+$/, about);
  assert.ok(answer.json.detail.length > 3, about);
  assert.doesNotMatch(answer.text, /SELECT |INSERT |sqlite|\/src\/|std::|\.cc:/i, about);
  return answer;
}

// The operations that take JSON, each with a call that is right but for what the test puts in.
const calls = {
  signIn: { as: null, path: () => "/session", body: () => ({ login: "tester", password: "wrong password" }) },
  changePassword: { as: "tester", path: () => "/session/password", body: () => ({ before: "not the password", after: "long enough 123" }) },
  createParty: { as: "officer-qingdao", path: () => "/parties", body: () => ({ name: "不应存下的单位", city: qingdao }) },
  changeParty: { as: "officer-qingdao", path: () => `/parties/${w.firm.id}`, body: () => ({}), version: () => w.firm.version },
  changeProgram: { as: "admin", path: () => "/programs/supply-demand", body: () => ({ enabled: true }) },
  suggestCodes: { as: "tester", path: () => "/codes/suggest", body: () => ({ text: "曲轴" }) },
  createListing: { as: "tester", path: () => "/listings", body: () => ({ program: "supply-demand", side: "need", party: w.firm.id, title: "不应存下", text: "不应存下" }) },
  changeListing: { as: "tester", path: () => `/listings/${w.need.id}`, body: () => ({}), version: () => w.need.version },
  match: { as: "tester", path: () => "/match", body: () => ({ program: "supply-demand", text: "曲轴" }) },
  introduce: { as: "tester", path: () => "/deals", body: () => ({ need: w.need.id, offer: w.offer.id }) },
  changeDeal: { as: "tester", path: () => `/deals/${w.deal.id}`, body: () => ({}), version: () => w.deal.version },
  createAccount: { as: "admin", path: () => "/accounts", body: () => ({ login: "never-stored", name: "x", role: "coordinator", password: "long enough 123" }) },
  changeAccount: { as: "admin", path: async () => `/accounts/${(await me(server, "tester")).id}`, body: () => ({}), version: () => 1 },
  createToken: { as: "tester", path: () => "/tokens", body: () => ({ name: "x" }) },
};
async function call(id, { body, raw, headers = {} }) {
  const how = calls[id], op = operation(id);
  const version = how.version ? { "if-match": `"${how.version()}"` } : {};
  return server.call(op.method, api + (await how.path()), { as: how.as, body: body ?? {}, raw, headers: { ...version, ...headers } });
}

test("C011: every member of every body, in every wrong type, is refused at its pointer", async () => {
  const values = { null: null, array: [], object: {}, string: "", integer: 0, number: 1.5, boolean: true };
  await storesNothing(async () => {
    const wrong = [];
    for (const id of Object.keys(calls))
      for (const [name, schema] of Object.entries(resolve(operation(id).body).properties)) {
        const types = [resolve(schema).type ?? "object"].flat();
        for (const [type, value] of Object.entries(values)) {
          if (types.includes(type) || (types.includes("number") && type === "integer")) continue;
          const answer = await call(id, { body: { ...calls[id].body(), [name]: value } });
          const pointers = answer.json?.errors?.map((e) => e.pointer) ?? [];
          if (![400, 422].includes(answer.status) || !pointers.some((p) => p === `/${name}` || p.startsWith(`/${name}/`))) wrong.push(`${id} /${name} = ${JSON.stringify(value)}: ${answer.status} ${answer.json?.key} ${pointers}`);
        }
      }
    assert.deepEqual(wrong, []);
  });
});

test("C012: members that nobody described are refused, never applied", async () => {
  await storesNothing(async () => {
    for (const id of Object.keys(calls))
      for (const [name, value] of [["is_admin", true], ["owner_id", 1], ["version", 9], ["created_at", "2020-01-01"], ["constructor", {}]]) {
        const answer = refused(await call(id, { body: { ...calls[id].body(), [name]: value } }), `${id} ${name}`, 422);
        assert.ok(answer.json.errors.some((e) => e.pointer === `/${name}`), `${id} ${name}: ${answer.text}`);
      }
    for (const [id, name, value] of [["createListing", "status", "withdrawn"], ["createListing", "city", jinan], ["changeListing", "party", w.offer.party.id], ["changeParty", "city", jinan], ["changeDeal", "need_agreed", true], ["createParty", "id", "pty_1"]])
      refused(await call(id, { body: { ...calls[id].body(), [name]: value } }), `${id} ${name}`, 422);
  });
});

test("a body without what it needs names all of it", async () => {
  for (const id of Object.keys(calls)) {
    const required = resolve(operation(id).body).required ?? [];
    if (required.length === 0) continue;
    const answer = refused(await call(id, { body: {} }), id, 422);
    assert.deepEqual(answer.json.errors.map((e) => e.pointer).sort(), required.map((name) => `/${name}`).sort(), id);
  }
});

test("C001, C002: JSONTestSuite over HTTP", { skip: !existsSync(join(shared, "data/JSONTestSuite")) && "needs the shared data: JSONTestSuite" }, async () => {
  const folder = join(shared, "data/JSONTestSuite/test_parsing");
  await storesNothing(async () => {
    let accepted = 0, refusedFiles = 0;
    const wrong = [];
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file));
      if (!/^[yn]_/.test(file)) continue;
      const answer = await call("suggestCodes", { raw: bytes });
      if (file.startsWith("n_")) answer.status === 400 ? ++refusedFiles : wrong.push(`${file}: ${answer.status}`);
      // Read, and then refused by the schema alone. Two hold what is refused by rule: NUL, and a member twice.
      else if (answer.status === 422 || /^json\.(nul|duplicate)/.test(answer.json?.key ?? "")) ++accepted;
      else wrong.push(`${file}: ${answer.status} ${answer.json?.key}`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual([accepted, refusedFiles], [95, 188]);
  });
});

test("C004, C005, C007, C010: what is not JSON, or not text, is a 400 that says where", async () => {
  const good = JSON.stringify(calls.createParty.body());
  const bytes = (...list) => Buffer.concat(list.map((part) => Buffer.from(part)));
  const bad = {
    "garbage behind": good + "x", "an unread fault": '{"name":"a","zz":tru}', "arrays 100,000 deep": "[".repeat(100000) + "]".repeat(100000), "objects 100,000 deep": '{"a":'.repeat(100000) + "1" + "}".repeat(100000),
    "cut short": good.slice(0, -3), empty: "", "two values": good + good, "a member twice": '{"name":"a","name":"b","city":"370200"}', "lone surrogate": '{"name":"\\ud800","city":"370200"}', "NUL": '{"name":"a\\u0000b","city":"370200"}',
    overlong: bytes('{"name":"', [0xc0, 0xaf], '","city":"370200"}'), "UTF-16": Buffer.from(good, "utf16le"), "byte order mark": "\ufeff" + good, "Latin-1": bytes('{"name":"', [0xe9], '","city":"370200"}'), NaN: '{"name":NaN}', "1e400": '{"name":1e400}', "single quotes": "{'name':'a'}", comment: '{"name":"a"/**/}',
  };
  await storesNothing(async () => {
    for (const [name, raw] of Object.entries(bad)) refused(await call("createParty", { raw }), name, 400);
    refused(await call("createParty", { raw: '{"name":"\\ufffe","city":"370200"}' }), "U+FFFE");
    refused(await call("createParty", { raw: `{"name":"${"长".repeat(400000)}","city":"370200"}` }), "a body above the limit", 413);
    refused(await call("createParty", { body: { name: "长".repeat(101), city: qingdao } }), "one character too many", 422);
  });
});

test("C008, C009: money is exact to the fen or refused", async () => {
  const offer = (price) => server.call("POST", `${api}/listings`, { as: "tester", raw: `{"program":"supply-demand","side":"offer","party":"${w.firm.id}","title":"价格","text":"价格","fields":{"price":${price}}}`, body: "" });
  await storesNothing(async () => {
    for (const price of ["12.345", '"12.34"', "-1", "-0.01", "99999999999999999.99", "9223372036854775807", "9223372036854775808", "1e30", "true", '{"yuan":1,"fen":2}', '{"yuan":"1"}', '{"fen":1.5}', "[1]"]) {
      const answer = refused(await offer(price), price, 422);
      assert.ok(answer.json.errors.every((e) => e.pointer.startsWith("/fields/price")), answer.text);
    }
  });
  for (const [price, fen] of [["12.34", 12.34], ["12.3400", 12.34], ["1e2", 100], ["0.1", 0.1], ['{"fen":1234}', 12.34], ["-0.00", 0], ["90000000.29", 90000000.29]]) {
    const made = expect(await offer(price), 201);
    assert.equal(made.fields.price, fen, price);
    expect(await patch(server, "tester", `/listings/${made.id}`, made.version, { status: "withdrawn" }), 200);
  }
});

test("fields of a market: unknown units, ends before starts, unknown codes and fields, each at its pointer", async () => {
  const bad = {
    capacity: [{ value: 5, unit: "箱" }, { value: 5, unit: "吨" }, { value: "5", unit: "件" }, -1, 0, 1e15, "五千"], lead_days: [0, -3, 731, 1.5e300], delivers_to: ["370200", ["999999"], [1], [[]]],
    period: [{ from: "2026-12-31", until: "2026-01-01" }, { from: "2026-02-30", until: "2026-03-01" }, { from: "2026-13-01", until: "2027-01-01" }, { from: "heute" }, "2026"], certificates: [["iso"], [null], "iso9001"], samples: ["yes", 1, "是"], nothing_like_this: [1],
  };
  await storesNothing(async () => {
    for (const [field, values] of Object.entries(bad))
      for (const value of values) {
        if (field === "delivers_to" && value === "370200") continue;
        if (field === "certificates" && value === "iso9001") continue;
        const answer = refused(await server.call("POST", `${api}/listings`, { as: "tester", body: { program: "supply-demand", side: "offer", party: w.firm.id, title: "t", text: "t", fields: { [field]: value } } }), `${field} ${JSON.stringify(value)}`, 422);
        assert.ok(answer.json.errors.every((e) => e.pointer.startsWith(`/fields/${field}`)), answer.text);
      }
    const unit = await server.call("POST", `${api}/listings`, { as: "tester", body: { program: "supply-demand", side: "offer", party: w.firm.id, title: "t", text: "t", fields: { capacity: { value: 5, unit: "箱" } } }, headers: { "accept-language": "zh-CN" } });
    assert.match(unit.json.errors[0].detail, /月产能.*箱.*万件/, "names the field, what it saw, and what would be right, in the user's language");
    for (const codes of [["99"], ["曲轴"], [1], ["3670", "3670", "3670", "3670", "3670", "3670"]]) refused(await call("createListing", { body: { ...calls.createListing.body(), codes } }), `codes ${codes}`, 422);
  });
});

test("C015, content types and B: addresses", async () => {
  await storesNothing(async () => {
    for (const type of ["text/plain", "application/json; charset=gbk", "application/x-www-form-urlencoded", "application/xml"]) refused(await call("createParty", { body: calls.createParty.body(), headers: { "content-type": type } }), type, 415);
    for (const id of ["9223372036854775808", "18446744073709551616", "-1", "1", "%00", "..", "lst_", "a".repeat(300), "';DROP TABLE listing;--", "%e9"]) {
      const answer = await server.call("GET", `${api}/listings/${id.startsWith("%") ? id : encodeURIComponent(id)}`, { as: "tester" });
      assert.ok([400, 404].includes(answer.status), `${id}: ${answer.status}`);
    }
    for (const target of ["/api/v1/listings/%zz", "/api/v1/listings?q=%", "/api/v1/listings?q=%c3%28", "/%"]) assert.match((await server.raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).text, /^HTTP\/1.1 400/, target);
    for (const query of ["limit=0", "limit=-1", "limit=201", "limit=x", "limit=1e9", "side=both", "after=" + "x".repeat(500)]) {
      const answer = await server.call("GET", `${api}/listings?${query}`, { as: "tester" });
      assert.ok([200, 400, 422].includes(answer.status), `${query}: ${answer.status}`);
      if (query.startsWith("limit")) refused(answer, query);
    }
  });
});

test("D: credit codes", async () => {
  const make = (credit_code) => server.call("POST", `${api}/parties`, { as: "officer-qingdao", body: { name: `单位${credit_code}`.slice(0, 60), city: qingdao, credit_code } });
  await storesNothing(async () => {
    const details = new Set();
    for (const code of ["91370100MA3C12346D", "91370100MA3C12346", "91370100MA3C12346CC", "370100200012345", "91370100MA3CI2346C", "00000000000000000", "中国"]) {
      const answer = refused(await make(code), code, 422);
      assert.equal(answer.json.errors[0].pointer, "/credit_code");
      details.add(answer.json.errors[0].key);
    }
    assert.ok(details.size >= 3, `a wrong check character, a wrong length and an old number are told apart: ${[...details]}`);
  });
  const made = expect(await make("９１３７０１００ＭＡ３Ｃ１２３４６Ｃ"), 201);
  assert.equal(made.credit_code, "91370100MA3C12346C", "full width is folded");
  refused(await make("91370100ma3c12346c"), "the same in lower case", 409);
});

test("D011: two hundred registrations of one code at once make one party", async () => {
  const code = creditCode(77);
  const answers = await inParallel(Array.from({ length: 200 }), 50, (_, i) => server.call("POST", `${api}/parties`, { as: "officer-qingdao", body: { name: `并发单位${i}`, city: qingdao, credit_code: code } }));
  assert.deepEqual([answers.filter((a) => a.status === 201).length, answers.filter((a) => a.status === 409).length], [1, 199]);
  const rows = (await all(server, "officer-qingdao", "/parties")).filter((p) => p.name.startsWith("并发单位"));
  assert.equal(rows.length, 1);
});

test("D016: an identity number in free text is masked wherever it could come out", async () => {
  const number = "11010519491231002X", masked = "110***********002X";
  const made = await listing(server, "tester", { side: "offer", party: w.firm.id, title: `联系 ${number}`, text: `身份证 ${number} 的王工` });
  expect(await patch(server, "tester", `/deals/${w.deal.id}`, w.deal.version, { note: `找 ${number}` }), 200);
  await server.call("GET", `${api}/listings?q=${number}`, { as: "tester" });
  await send(server, "tester", "listings", csv([["单位", "标题", "说明"], [w.firm.name, `表里 ${number}`, number]]), { query: `program=supply-demand&side=offer&file_name=${number}.csv` });
  for (const path of [`/listings/${made.id}`, "/listings?limit=200", "/deals", "/jobs", "/exports/listings?side=offer", "/journal?limit=200"]) {
    const as = path.startsWith("/journal") ? "auditor" : "tester";
    const answer = await server.call("GET", api + path, { as });
    assert.ok(!answer.text.includes(number), `${path}: ${answer.text.slice(Math.max(0, answer.text.indexOf(number) - 100), answer.text.indexOf(number) + 40)}`);
  }
  assert.ok((await server.call("GET", `${api}/listings/${made.id}`, { as: "tester" })).text.includes(masked), "the test can fail");
  w.deal = (await server.call("GET", `${api}/deals/${w.deal.id}`, { as: "tester" })).json;
});

test("D022–D027: names are stored as typed and shown as stored, or refused", async () => {
  const make = (name) => server.call("POST", `${api}/parties`, { as: "officer-qingdao", body: { name, city: qingdao } });
  await storesNothing(async () => {
    for (const name of ["青岛\u202e司公", "a\u200bb", "\u2066x\u2069", "x\u0007", "", "   ", "\u3000", "行一\n行二", "\ufeff"]) refused(await make(name), JSON.stringify(name), 422);
  });
  for (const name of ["null", "undefined", "NaN", "test", "管理员", "Robert'); DROP TABLE party;--", "<img src=x onerror=1>", "{{7*7}}", "javascript:alert(1)", "濟南", "𠮷野家", "㛃龘", "=cmd|' /C calc'!A0", "曱甴公司", "甲由公司", "café", "ﾊﾝｶｸ", "👍🏽科技"]) {
    const made = expect(await make(name), 201);
    assert.equal(made.name, name.normalize("NFC"));
    assert.equal(expect(await server.call("GET", `${api}/parties/${made.id}`, { as: "tester" }), 200).name, name.normalize("NFC"));
    assert.ok((await all(server, "tester", `/parties?q=${encodeURIComponent(name)}`)).some((p) => p.id === made.id), `${name} is found by its name`);
  }
  assert.equal(expect(await make("cafe\u0301 NFD"), 201).name, "café NFD");
});

test("E001: an exported cell is no formula, and reads back as it was", async () => {
  const titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "a\n=1"].map((t) => t.trim()).filter((t) => !t.includes("\n"));
  for (const title of titles) await listing(server, "tester", { side: "offer", party: w.firm.id, title: `${title} 公式`, text: `=cmd|' /C calc'!A0\n=2+2` });
  const session = await server.session("tester");
  const text = await (await fetch(`${server.url}${api}/exports/listings?side=offer&format=csv`, { headers: { cookie: session.cookie } })).text();
  const rows = parseCsv(text).filter((row) => row[1] === w.firm.name);
  assert.ok(rows.length >= titles.length);
  for (const row of rows) for (const cell of row) assert.doesNotMatch(cell, /^\s*[=+@]|^-[^0-9]/, cell);
  const { job } = await send(server, "tester", "listings", text, { query: "program=supply-demand&side=offer" });
  assert.equal(job.result.taken, 0, JSON.stringify(job.result).slice(0, 500));
});

const importing = (bytes, how = {}) => send(server, "tester", how.kind ?? "listings", bytes, { query: "program=supply-demand&side=offer" + (how.query ?? ""), ...how });

test("E003: a table that is none is refused with row and column, and no row is stored", async () => {
  const head = "单位,标题,说明\n", row = `${w.firm?.name ?? "x"},标题,说明\n`;
  await storesNothing(async () => {
    for (const [name, bytes] of Object.entries({
      "an unclosed quote": head + '"' + row + "x,y,z\n", "a bare quote": head + `${w.firm.name},ti"tle,x\n`, "a ragged row": head + `${w.firm.name},标题\n`, "a cell too many": head + `${w.firm.name},标题,说明,多\n`, NUL: head + `${w.firm.name},标\0题,说明\n`,
      "bare CRs": (head + row).replaceAll("\n", "\r"), "a cell of 1 MiB": head + `${w.firm.name},标题,${"长".repeat(1 << 19)}\n`, "no heading": row, "an unknown column": "单位,标题,说明,编外\na,b,c,d\n", "a column twice": "单位,标题,标题,说明\na,b,c,d\n", "nothing": "", "a heading alone without what is required": "单位\n", "bytes that are no text": Buffer.from([0xff, 0xfe, 0x00, 0x81, 0x20]),
    })) {
      const { answer, job } = await importing(bytes);
      if (answer.status !== 202) { refused(answer, name); continue; }
      if (job.state === "failed") assert.ok(job.error.detail.length > 3 && /^[a-z]+\./.test(job.error.key), `${name}: ${JSON.stringify(job)}`);
      else {
        assert.deepEqual([job.state, job.result.taken], ["done", 0], `${name}: ${JSON.stringify(job)}`);
        assert.ok(job.result.bad > 0 && job.result.faults.every((f) => f.row > 1 && f.detail), `${name}: ${JSON.stringify(job.result)}`);
      }
    }
  });
});

test("E003, E024: every form that spreadsheets write is read: BOM, CRLF, LF, GB 18030, quoted line breaks, blank lines", async () => {
  const table = (title) => csv([["单位", "编号", "标题", "说明"], [w.firm.name, `读法-${title}`, title, "第一行\n第二行"]]);
  const gb18030 = Buffer.concat([Buffer.from("b5a5cebb2cb1eacce22ccbb5c3f70a", "hex"), Buffer.from(w.firm.id + ","), Buffer.from("d6e1b3d02cd6e1b3d00a", "hex")]);   // 单位,标题,说明 / id,轴承,轴承
  for (const [name, bytes] of Object.entries({ bom: "\ufeff" + table("bom"), lf: table("lf").replaceAll("\r\n", "\n"), blank: table("blank").replace("\r\n", "\r\n\r\n") + "\r\n\r\n", gb18030: gb18030, xlsx: xlsx(parseCsv(table("xlsx"))) })) {
    const { job } = await importing(bytes, name === "xlsx" ? { type: xlsxType } : {});
    assert.deepEqual([job.state, job.result?.taken], ["done", 1], `${name}: ${JSON.stringify(job)}`);
  }
});

test("E007: the same file twice changes nothing, one changed row changes one", async () => {
  const rows = (text) => csv([["单位", "编号", "标题", "说明"], ...Array.from({ length: 30 }, (_, i) => [w.firm.name, `E7-${i}`, `重复导入 ${i}`, i === 17 ? text : "不变"])]);
  const result = async (bytes, query = "") => (await importing(bytes, { query })).job.result;
  const pick = ({ taken, unchanged, bad }) => [taken, unchanged, bad];
  assert.deepEqual(pick(await result(rows("一"), "&dry_run=true")), [0, 0, 0]);
  assert.deepEqual(pick(await result(rows("一"))), [30, 0, 0]);
  assert.deepEqual(pick(await result(rows("一"))), [0, 30, 0]);
  assert.deepEqual(pick(await result(rows("二"))), [1, 29, 0]);
  const bad = rows("三") + `${w.firm.name},E7-x,,没有标题\r\n`;
  await storesNothing(async () => assert.deepEqual(pick(await result(bad, "&all_or_nothing=true")), [0, 0, 1]));
  assert.deepEqual(pick(await result(bad)), [1, 29, 1]);
});

test("E009–E012: archives that lie are refused, and nothing is unpacked", async () => {
  const good = xlsxParts([["单位", "标题", "说明"], [w.firm.name, "t", "t"]]);
  const with_ = (extra) => zip([...good, ...extra]);
  const bomb = good.map((part) => (part.name.endsWith("sheet1.xml") ? { ...part, data: part.data.replace("</sheetData>", `<row r="9"><c r="A9" t="inlineStr"><is><t>${"0".repeat(200 << 20)}</t></is></c></row></sheetData>`) } : part));
  const entity = good.map((part) => (part.name.endsWith("sheet1.xml") ? { ...part, data: part.data.replace("?>", '?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>').replace("<t xml:space", "<t>&a;</t><t xml:space") } : part));
  const archives = {
    "a path that climbs": with_([{ name: "../../evil", data: "x" }]), "an absolute path": with_([{ name: "/etc/evil", data: "x" }]), "a drive": with_([{ name: "C:\\evil", data: "x" }]), "a link": with_([{ name: "link", data: "/etc/passwd", attributes: 0xa1ff0000 }]),
    "an entry twice": with_([good[4]]), encrypted: zip(good.map((part) => ({ ...part, flags: 0x801 }))), "65,536 entries": with_(Array.from({ length: 65536 }, (_, i) => ({ name: `x${i}`, data: "" }))), "a bomb": zip(bomb), "an external entity": zip(entity),
    "a zip in a zip": zip([{ name: "inner.zip", data: zip(good) }]), "a lie about the size": zip(good.map((part) => (part.name.endsWith("sheet1.xml") ? { ...part, size: 10 } : part))), "cut short": xlsx([["单位"]]).subarray(0, 300), "HTML": "<html><script>alert(1)</script></html>", "a PDF": "%PDF-1.7\n", "an image": Buffer.from("89504e470d0a1a0a", "hex"),
  };
  await storesNothing(async () => {
    for (const [name, bytes] of Object.entries(archives)) {
      const { answer, job } = await importing(bytes, { type: xlsxType });
      if (answer.status !== 202) refused(answer, name, 400, 413, 415, 422);
      else assert.ok(job.state === "failed" ? job.error.detail.length > 3 : job.result.taken === 0, `${name}: ${JSON.stringify(job)}`);
      if (["a bomb", "an external entity", "encrypted", "a path that climbs"].includes(name)) assert.notEqual(job?.state, "done", name);
    }
  });
});

test("E013: a file name is data: it names nothing on the disk and breaks no header", async () => {
  for (const name of ["x".repeat(300), "CON", "a/b", "a\nb", '"; filename=x', "报价👍.csv", "../../etc/passwd"]) {
    const { answer, job } = await importing(csv([["单位", "标题", "说明"]]), { query: `&file_name=${encodeURIComponent(name)}` });
    assert.ok(answer.status === 202 ? job.state !== "running" : [400, 422].includes(answer.status), `${name}: ${answer.status}`);
  }
  const answer = await server.call("GET", `${api}/exports/listings?side=offer`, { as: "tester" });
  assert.match(answer.headers.get("content-disposition"), /^attachment; filename/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
});

test("G001, G002: wrong sign-ins are limited and tell nothing; the whole password counts", async () => {
  const sign = (login, secret) => server.call("POST", `${api}/session`, { body: { login, password: secret } });
  const shape = (answer) => JSON.stringify({ status: answer.status, key: answer.json.key, detail: answer.json.detail });
  const long = "密".repeat(64), other = "密".repeat(63) + "码";
  await account(server, "long-password", "coordinator");
  const id = (await all(server, "admin", "/accounts")).find((a) => a.login === "long-password");
  expect(await patch(server, "admin", `/accounts/${id.id}`, id.version, { password: long }), 200);
  assert.equal((await sign("long-password", other)).status, 401, "what differs behind byte 72 differs");
  assert.equal((await sign("long-password", long)).status, 200);
  for (const bad of ["x".repeat(1 << 19), "a\0b", "x".repeat(129)]) refused(await sign("long-password", bad), bad.slice(0, 10), 400, 401, 413, 422);
  assert.equal(shape(await sign("long-password", "wrong password")), shape(await sign("nobody-at-all", "wrong password")));
  const known = [], unknown = [];
  for (let i = 0; i < 12; ++i) known.push(await sign("long-password", "wrong password " + i)), unknown.push(await sign("nobody-at-all", "wrong password " + i));
  assert.deepEqual(known.map(shape), unknown.map(shape), "known and unknown are refused alike, paused alike");
  assert.equal((await sign("long-password", long)).status, 401, "during the pause the right one, too: guessing tells nothing");
  assert.ok((await all(server, "auditor", "/journal")).filter((e) => e.action === "account.sign_in_failed").length >= 10, "attempts are in the journal");
});

test("G004, G010: a session is new at each sign-in, and no other site is let in", async () => {
  const answer = await fetch(`${server.url}${api}/session`, { method: "POST", headers: { "content-type": "application/json", cookie: "jiaoji=fixated; session=fixated" }, body: JSON.stringify({ login: "tester", password }) });
  assert.doesNotMatch(answer.headers.get("set-cookie"), /fixated/);
  for (const origin of ["https://evil.example", "null", "https://gov.cn.evil.example"]) {
    const got = await server.call("GET", `${api}/cities`, { headers: { origin } });
    assert.equal(got.headers.get("access-control-allow-origin"), null);
    const session = await server.session("tester");
    const forged = await fetch(`${server.url}${api}/parties`, { method: "POST", headers: { cookie: session.cookie, origin, "content-type": "application/json" }, body: "{}" });
    assert.equal(forged.status, 403, "without the token of the page nothing is changed");
  }
});

test("G015, G016: no one person holds all powers, the last administrator stays, the journal has no eraser", async () => {
  const admin = await me(server, "admin");
  const mine = (await all(server, "admin", "/accounts")).find((a) => a.id === admin.id);
  for (const body of [{ disabled: true }, { role: "auditor" }, { role: "coordinator" }]) refused(await patch(server, "admin", `/accounts/${mine.id}`, mine.version, body), JSON.stringify(body), 403, 409, 422);
  for (const as of ["admin", "auditor"]) for (const method of ["DELETE", "PUT", "PATCH", "POST"]) assert.ok([404, 405].includes((await server.call(method, `${api}/journal`, { as, body: {} })).status));
});

test("G026: one account's flood is slowed, others go on", async () => {
  const slow = await Server.start({ listings: 0, args: ["--calls-a-minute", "60"] });
  try {
    const { secret } = expect(await slow.call("POST", `${api}/tokens`, { as: "firm-qingdao", body: { name: "flood" } }), 201);
    const answers = await inParallel(Array.from({ length: 150 }), 10, () => slow.call("GET", `${api}/cities`, { headers: bearer(secret) }));
    const limited = answers.filter((a) => a.status === 429);
    assert.ok(limited.length > 50, `${limited.length} of 150`);
    assert.ok(Number(limited[0].headers.get("retry-after")) >= 1);
    assert.equal((await slow.call("GET", `${api}/parties`, { as: "firm-weihai" })).status, 200);
  } finally {
    await slow.stop();
  }
});

test("H: tokens say nothing when they are wrong", async () => {
  const made = await token(server, "tester");
  const right = await server.call("GET", `${api}/deals`, { headers: bearer(made.secret) });
  assert.equal(right.status, 200);
  for (const secret of ["", "x", made.secret.slice(0, -1), made.secret + "x", made.id, "Bearer", "a".repeat(5000)]) assert.equal((await server.call("GET", `${api}/deals`, { headers: bearer(secret) })).status, 401, secret.slice(0, 20));
  await sleep(1);
});
