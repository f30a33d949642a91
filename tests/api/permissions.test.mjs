// Who may do what, over the real API: every operation × role × own and other city × visibility, against a table written from
// what was promised; and that a city's own rows are seen over no path by anybody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseXlsx } from "./files.mjs";
import { Server } from "./server.mjs";
import { hold, operations } from "./spec.mjs";
import { account, all, api, everyMatch, expect, jinan, listing, match, me, party, patch, qingdao, send, token } from "./world.mjs";

let server;
const w = {};              // the world: parties, listings, deals, jobs, tokens by name
const actors = {};         // by name: { login, role, city, party }
const visibilities = ["city", "region", "public"];
const canary = { [jinan]: "canaryjn龘", [qingdao]: "canaryqd靐" };

const tinyModel = (mark) => `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m"><description>${mark}</description><decision id="d" name="d"><decisionTable><output/><rule><outputEntry><text>1</text></outputEntry></rule></decisionTable></decision></definitions>`;

const tinyProcedure = (mark, attributes = "") => `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" name="${mark}" targetNamespace="urn:d"><process id="p" isExecutable="true"><startEvent id="s"/><userTask id="t" name="${mark}办理" jiaoji:role="officer"${attributes}/><endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process></definitions>`;
async function procedure(officer, body) {
  const draft = expect(await server.call("POST", `${api}/procedures`, { as: officer, body }), 201);
  return expect(await server.call("POST", `${api}/procedures/${draft.id}/deploy`, { as: officer, body: {}, headers: { "if-match": '"1"' } }), 200);
}

async function plant(city, name, officer) {
  const c = canary[city];
  const owner = await party(server, officer, { name: `${name}甲机械`, city, visibility: "region", contact_name: `联系${c}`, contact_phone: "0531-86012345" });
  const colleague = await party(server, officer, { name: `${name}乙电子`, city, visibility: "region" });
  const hidden = await party(server, officer, { name: `${c}隐名公司`, city, visibility: "city", about: `${c}简介`, contact_name: `${c}人`, contact_phone: "0531-86012346" });
  const open = await party(server, officer, { name: `${name}丙研究院`, city, visibility: "public", kind: "institute" });
  await party(server, officer, { name: `${name}丁子公司`, city, affiliation: hidden.id });
  await account(server, `owner-${name}`, "member", { city, party: owner.id });
  await account(server, `colleague-${name}`, "member", { city, party: colleague.id });
  Object.assign(w, { [`owner-${name}`]: owner, [`colleague-${name}`]: colleague, [`hidden-${name}`]: hidden, [`open-${name}`]: open });
  for (const side of ["need", "offer"])
    for (const visibility of visibilities) {
      const mark = visibility === "city" ? c : "";
      w[`${side}-${visibility}-${name}`] = await listing(server, `owner-${name}`, { side, visibility, party: owner.id, title: `${mark}特种曲轴锻件${name}`, text: `${mark}特种曲轴锻件，42CrMo，调质，动平衡`, codes: ["3670"] });
    }
  w[`foreign-offer-${name}`] = await listing(server, `colleague-${name}`, { side: "offer", visibility: "city", party: colleague.id, title: `${c}特种曲轴锻件乙`, text: `${c}特种曲轴锻件，铸造，精磨` });
  for (const visibility of visibilities) {
    const mark = visibility === "city" ? c : "";
    const draft = expect(await server.call("POST", `${api}/models`, { as: officer, body: { program: "unified-standards", matter: `m-${visibility}`, title: `${mark}标准${name}`, visibility, xml: tinyModel(mark) } }), 201);
    w[`model-${visibility}-${name}`] = expect(await server.call("POST", `${api}/models/${draft.id}/publish`, { as: officer, headers: { "if-match": '"1"' } }), 200);
  }
  for (const visibility of visibilities) {
    const mark = visibility === "city" ? c : "";
    w[`procedure-${visibility}-${name}`] = await procedure(officer, { name: `${mark}流程${name}`, visibility, bpmn: tinyProcedure(mark) });
  }
  const openedCase = expect(await server.call("POST", `${api}/cases`, { as: `owner-${name}`, body: { procedure: w[`procedure-city-${name}`].id, title: `${c}办件` } }), 201);
  w[`evidence-${name}`] = expect(await server.call("POST", `${api}/evidence`, { as: `owner-${name}`, body: { name: `${c}执照`, grade: "C", file_name: "a.txt", data: "YWJj" } }), 201);
  expect(await server.call("POST", `${api}/cases/${openedCase.id}/evidence`, { as: `owner-${name}`, body: { evidence: w[`evidence-${name}`].id } }), 200);
  w[`case-${name}`] = { ...openedCase, cities: [city] };
  w[`decision-${city}`] = expect(await server.call("POST", `${api}/models/${w[`model-city-${name}`].id}/decisions`, { as: officer, body: { subject: `${c}申请人` } }), 201);
  const deal = await server.call("POST", `${api}/deals`, { as: `owner-${name}`, body: { need: w[`need-city-${name}`].id, offer: w[`foreign-offer-${name}`].id, note: `${c}备注` } });
  w[`deal-city-${name}`] = expect(deal, 201);
  const rows = `编号,单位,标题,说明,可见范围\n${name}-1,${name}甲机械,${c}导入曲轴,${c}导入说明,本市\n${name}-2,${c}无此公司,${c}坏行,${c},本市\n`;
  w[`job-${name}`] = (await send(server, officer, "listings", rows, { query: `program=supply-demand&side=offer&file_name=${encodeURIComponent(c + ".csv")}` })).job;
}

before(async () => {
  server = hold(await Server.start({ listings: 60 }));
  await plant(jinan, "jinan", "officer-jinan");
  await plant(qingdao, "qingdao", "officer-qingdao");
  w["deal-region"] = expect(await server.call("POST", `${api}/deals`, { as: "owner-jinan", body: { need: w["need-region-jinan"].id, offer: w["offer-region-qingdao"].id } }), 201);
  const across = await procedure("officer-jinan", { name: "两市流程", visibility: "region", bpmn: tinyProcedure("", ` jiaoji:city="${qingdao}"`) });
  w["case-across"] = { ...expect(await server.call("POST", `${api}/cases`, { as: "officer-jinan", body: { procedure: across.id, title: "两市办件", party: w["owner-jinan"].id } }), 201), cities: [jinan, qingdao] };
  for (const login of ["owner-jinan", "colleague-jinan", "owner-qingdao", "officer-jinan", "officer-qingdao", "firm-weihai", "coordinator", "admin", "auditor"]) {
    const mine = await me(server, login);
    actors[login] = { login, role: mine.role, city: mine.city, party: mine.party };
  }
  actors.guest = { login: null, role: "guest", city: "", party: "" };
  w.token = await token(server, "owner-jinan");
  w.account = (await all(server, "admin", "/accounts")).find((a) => a.login === "colleague-qingdao");
});
after(() => server.stop());

const does = (actor, ...roles) => roles.includes(actor.role);
const sees = (actor, row) => row.visibility === "public" || (row.visibility === "region" && actor.role !== "guest") || (actor.city !== "" && actor.city === row.city) || (actor.party !== "" && actor.party === (row.party?.id ?? row.id));
const owns = (actor, row) => (actor.role === "member" && actor.party === (row.party?.id ?? row.id)) || (actor.role === "officer" && actor.city === row.city);
// A change of a row: 401 for a guest, 404 for what is not seen, 403 for what is only seen. A role that never writes may be
// refused before the row is looked at.
const change = (actor, row, done) => actor.role === "guest" ? [401] : owns(actor, row) ? done : sees(actor, row) ? [403] : does(actor, "member", "officer") ? [404] : [403, 404];
const only = (...roles) => (done) => (actor) => (actor.role === "guest" ? [401] : does(actor, ...roles) ? done : [403]);
const business = only("member", "officer", "coordinator");
const anyone = () => [200];
const signedIn = (done) => (actor) => (actor.role === "guest" ? [401] : done);
// A deal belongs to the parties and cities of both sides; the coordinator sees it when it sees both listings.
const inDeal = (actor, deal) => ["need", "offer"].some((side) => owns(actor, { party: deal[side].party, city: deal[side].party.city })) || (actor.role === "coordinator" && deal.id === w["deal-region"].id);
const dealCell = (done) => (actor, deal) => actor.role === "guest" ? [401] : inDeal(actor, deal) ? done : does(actor, "admin", "administrator", "auditor") ? [403, 404] : [404];
const jobCell = (done) => (actor, job) => actor.role === "guest" ? [401] : actor.login === job.by ? done : actor.role === "administrator" ? [...done, 403, 404] : does(actor, "coordinator", "auditor") ? [403, 404] : [404];

const listingRows = () => ["jinan", "qingdao"].flatMap((name) => ["need", "offer"].flatMap((side) => visibilities.map((v) => w[`${side}-${v}-${name}`])));
const partyRows = () => ["jinan", "qingdao"].flatMap((name) => ["owner", "hidden", "open"].map((kind) => w[`${kind}-${name}`]));
const modelRows = () => ["jinan", "qingdao"].flatMap((name) => visibilities.map((v) => w[`model-${v}-${name}`]));
const procedureRows = () => ["jinan", "qingdao"].flatMap((name) => visibilities.map((v) => w[`procedure-${v}-${name}`]));
const caseRows = () => [w["case-jinan"], w["case-qingdao"], w["case-across"]];
// Evidence that a firm gave for its own case: the case's city sees it, nobody else.
const evidenceRows = () => [[jinan, "jinan"], [qingdao, "qingdao"]].map(([of, name]) => ({ ...w[`evidence-${name}`], of, by: `owner-${name}` }));
const inCase = (actor, row) => (actor.role === "member" && actor.party === row.party.id) || (actor.role === "officer" && row.cities.includes(actor.city)) || (actor.role === "coordinator" && row.cities.length > 1);
const caseCell = (actor, row) => (actor.role === "guest" ? [401] : inCase(actor, row) ? [200] : [404]);
// A task of a fresh case in the row's city, for an officer there: others of the case see it and may not do it.
const freshTask = async (row, title = canary[row.city], procedure = row.procedure) => {
  const made = expect(await server.call("POST", `${api}/cases`, { as: row.city === jinan ? "owner-jinan" : "owner-qingdao", body: { procedure, title } }), 201);
  return expect(await server.call("GET", `${api}/cases/${made.id}`, { as: row.city === jinan ? "officer-jinan" : "officer-qingdao" }), 200).tasks[0];
};
const sendableTask = (row) => freshTask(row, "移交办件", w[`procedure-region-${row.city === jinan ? "jinan" : "qingdao"}`].id);
const asked = async (row) => expect(await server.call("POST", `${api}/cases/${(await sendableTask(row)).case}/handovers`, { as: row.city === jinan ? "officer-jinan" : "officer-qingdao", body: { to_city: row.city === jinan ? qingdao : jinan, reason: "属地管理" } }), 201);
// Before the applicant agrees the other city sees nothing of it.
const handoverCell = (right, may) => (actor, row) => (actor.role === "guest" ? [401] : (actor.role === "member" && actor.party === row.party.id) || (actor.role === "officer" && actor.city === row.city) ? (may(actor, row) ? [right] : [403]) : [404]);
const taskCell = (actor, row) => (actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === row.city ? [200] : inCase(actor, row) ? [403] : [404]);
const deals = () => [w["deal-region"], w["deal-city-jinan"], w["deal-city-qingdao"]];
const jobs = () => ["jinan", "qingdao"].map((name) => ({ ...w[`job-${name}`], by: `officer-${name}` }));
const cityOf = (actor) => actor.city || jinan;
const get = (path) => (actor) => server.call("GET", path, { as: actor.login });

const factsVersion = async (row) => (await server.call("GET", `${api}/parties/${row.id}/facts`, { as: row.city === jinan ? "officer-jinan" : "officer-qingdao" })).json.version;

// operation → rows it is tried on, the call, and the statuses that are right for an actor and a row.
const oracle = {
  getSession: { call: get(`${api}/session`), right: anyone },
  listCities: { call: get(`${api}/cities`), right: anyone },
  getOverview: { call: get(`${api}/overview`), right: anyone },
  listParties: { call: get(`${api}/parties`), right: anyone },
  listCooperations: { call: get(`${api}/cooperations`), right: anyone },
  listPrograms: { call: get(`${api}/programs`), right: anyone },
  getProgram: { call: get(`${api}/programs/supply-demand`), right: anyone },
  listCodes: { call: get(`${api}/codes?q=3670`), right: anyone },
  listListings: { call: get(`${api}/listings`), right: anyone },
  getTemplate: { call: get(`${api}/templates/parties`), right: anyone },
  live: { call: get("/health/live"), right: anyone },
  ready: { call: get("/health/ready"), right: anyone },
  metrics: { call: get("/metrics"), right: anyone },
  getOpenapi: { call: get(`${api}/openapi.yaml`), right: anyone },

  signIn: { call: (actor) => server.call("POST", `${api}/session`, { body: { login: "nobody-of-" + actor.role, password: "wrong password" } }), right: () => [401] },
  signOut: { call: async (actor) => {
    if (!actor.login) return server.call("DELETE", `${api}/session`);
    const kept = server.sessions[actor.login];
    delete server.sessions[actor.login];
    const answer = await server.call("DELETE", `${api}/session`, { as: actor.login });
    server.sessions[actor.login] = kept;
    return answer;
  }, right: signedIn([204]) },
  changePassword: { call: (actor) => server.call("POST", `${api}/session/password`, { as: actor.login, body: { before: "not the password", after: "another password" } }), right: signedIn([403, 422]) },

  getParty: { rows: partyRows, call: (actor, row) => server.call("GET", `${api}/parties/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  changeParty: { rows: partyRows, call: async (actor, row) => patch(server, actor.login, `/parties/${row.id}`, await versionOf("parties", row), { kind: "enterprise" }), right: (actor, row) => change(actor, row, [200]) },
  // An officer registers the parties of its city. A member belongs to one party, and registers none elsewhere.
  createParty: { rows: () => [jinan, qingdao], call: (actor, city) => server.call("POST", `${api}/parties`, { as: actor.login, body: { name: `新登记${actor.login}${city}`, city } }),
    right: (actor, city) => actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === city ? [201] : [403] },

  suggestCodes: { call: (actor) => server.call("POST", `${api}/codes/suggest`, { as: actor.login, body: { text: "曲轴" } }), right: signedIn([200]) },
  getListing: { rows: listingRows, call: (actor, row) => server.call("GET", `${api}/listings/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  changeListing: { rows: listingRows, call: async (actor, row) => patch(server, actor.login, `/listings/${row.id}`, await versionOf("listings", row), { status: "open" }), right: (actor, row) => change(actor, row, [200]) },
  createListing: { rows: partyRows, call: (actor, row) => server.call("POST", `${api}/listings`, { as: actor.login, body: { program: "supply-demand", side: "need", visibility: "city", party: row.id, title: `${canary[row.city]}新需求`, text: "说明" } }),
    right: (actor, row) => actor.role === "guest" ? [401] : owns(actor, row) ? [201] : sees(actor, row) ? [403] : [403, 404, 422] },
  match: { call: (actor) => server.call("POST", `${api}/match`, { as: actor.login, body: { program: "supply-demand", text: "曲轴" } }), right: business([200]) },
  listDeals: { call: get(`${api}/deals`), right: business([200]) },
  // Refused or impossible for all but one pair here: what may be introduced is in the test of deals below.
  introduce: { call: (actor) => server.call("POST", `${api}/deals`, { as: actor.login, body: { need: w["need-city-jinan"].id, offer: w["offer-city-qingdao"].id } }),
    right: (actor) => actor.role === "guest" ? [401] : does(actor, "administrator", "auditor") ? [403] : [403, 404, 422] },
  getDeal: { rows: deals, call: (actor, row) => server.call("GET", `${api}/deals/${row.id}`, { as: actor.login }), right: dealCell([200]) },
  changeDeal: { rows: deals, call: async (actor, row) => patch(server, actor.login, `/deals/${row.id}`, await versionOf("deals", row), { note: row === w["deal-region"] ? "备注" : `备注${canary[row.need.party.city]}` }), right: dealCell([200]) },
  changeProgram: { call: (actor) => server.call("PATCH", `${api}/programs/supply-demand`, { as: actor.login, body: { enabled: true } }), right: only("administrator")([200]) },

  export: { rows: () => ["parties", "listings"], call: (actor, kind) => server.call("GET", `${api}/exports/${kind}?side=need`, { as: actor.login }), right: business([200]) },
  import: { rows: () => ["parties", "listings"], call: (actor, kind) => server.call("POST", `${api}/imports/${kind}?side=need&dry_run=true`, { as: actor.login, body: "", raw: kind === "parties" ? "单位名称,城市\n某公司,济南\n" : "单位,标题,说明\n某公司,标题,说明\n", headers: { "content-type": "text/csv" } }), right: only("member", "officer")([202]) },
  listJobs: { call: get(`${api}/jobs`), right: only("member", "officer", "administrator")([200]) },
  getJob: { rows: jobs, call: (actor, row) => server.call("GET", `${api}/jobs/${row.id}`, { as: actor.login }), right: jobCell([200]) },
  watchJob: { rows: jobs, call: (actor, row) => server.call("GET", `${api}/jobs/${row.id}/events`, { as: actor.login }), right: jobCell([200]) },
  cancelJob: { rows: jobs, call: (actor, row) => server.call("DELETE", `${api}/jobs/${row.id}`, { as: actor.login }), right: jobCell([409]) },

  listPolicies: { call: get(`${api}/policies`), right: anyone },
  matchPolicies: { call: (actor) => server.call("POST", `${api}/policies/match`, { as: actor.login, body: { facts: { 注册地: "济南" } } }), right: anyone },
  // With a party: only who may read its facts.
  reachOfPolicy: { rows: () => modelRows().filter((row) => row.visibility === "public"), call: (actor, row) => server.call("POST", `${api}/policies/${row.id}/reach`, { as: actor.login, body: {} }), right: only("officer", "coordinator")([422]) },
  getStanding: { call: (actor) => server.call("POST", `${api}/standing`, { as: actor.login, body: { facts: { 注册地: "济南" } } }), right: anyone },
  getRanking: { call: get(`${api}/standing/ranking`), right: only("officer")([200]) },
  getFacts: { rows: partyRows, call: (actor, row) => server.call("GET", `${api}/parties/${row.id}/facts`, { as: actor.login }), right: (actor, row) => actor.role === "guest" ? [401] : owns(actor, row) ? [200] : [404] },
  putFacts: { rows: partyRows, call: async (actor, row) => server.call("PUT", `${api}/parties/${row.id}/facts`, { as: actor.login, body: { facts: {} }, headers: { "if-match": `"${await factsVersion(row)}"` } }), right: (actor, row) => actor.role === "guest" ? [401] : owns(actor, row) ? [200] : [404] },
  listModels: { call: get(`${api}/models`), right: anyone },
  getModel: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  getModelXml: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${row.id}/xml`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  checkModel: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${row.id}/check`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  compareModels: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${w["model-public-jinan"].id}/differences/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  agreeModels: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${w["model-public-jinan"].id}/agreement/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  listStandards: { call: get(`${api}/standards`), right: anyone },
  decide: { rows: modelRows, call: (actor, row) => server.call("POST", `${api}/models/${row.id}/decide`, { as: actor.login, body: { inputs: {} } }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  checkChange: { rows: modelRows, call: (actor, row) => server.call("POST", `${api}/models/${row.id}/check`, { as: actor.login, body: { xml: tinyModel("") } }), right: (actor, row) => (actor.role === "guest" ? [401] : sees(actor, row) ? [200] : [404]) },
  listDecisions: { rows: modelRows, call: (actor, row) => server.call("GET", `${api}/models/${row.id}/decisions`, { as: actor.login }), right: (actor, row) => actor.role === "guest" ? [401] : !sees(actor, row) ? [404] : actor.role === "officer" && actor.city === row.city ? [200] : [403] },
  recordDecision: { rows: modelRows, call: (actor, row) => server.call("POST", `${api}/models/${row.id}/decisions`, { as: actor.login, body: { subject: row.visibility === "city" ? canary[row.city] : "某公司" } }), right: (actor, row) => actor.role === "guest" ? [401] : !sees(actor, row) ? [404] : actor.role === "officer" && actor.city === row.city ? [201] : [403] },
  decideAgain: { rows: () => [jinan, qingdao].map((city) => ({ city, visibility: "city", id: w[`decision-${city}`].id })), call: (actor, row) => server.call("GET", `${api}/decisions/${row.id}`, { as: actor.login }), right: (actor, row) => actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === row.city ? [200] : [404] },
  createModel: { rows: () => [jinan, qingdao], call: (actor, city) => server.call("POST", `${api}/models`, { as: actor.login, body: { program: "unified-standards", matter: `by-${actor.login}`, city, title: "x", xml: tinyModel("") } }),
    right: (actor, city) => actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === city ? [201] : [403] },
  saveDraft: { rows: modelRows, call: async (actor, row) => server.call("PUT", `${api}/models/${row.id}/draft`, { as: actor.login, body: { xml: tinyModel(row.visibility === "city" ? canary[row.city] : "") }, headers: { "if-match": `"${await versionOf("models", row)}"` } }), right: (actor, row) => change(actor, row, [200]) },
  publishModel: { rows: modelRows, call: async (actor, row) => server.call("POST", `${api}/models/${row.id}/publish`, { as: actor.login, headers: { "if-match": `"${await versionOf("models", row)}"` } }), right: (actor, row) => change(actor, row, [200]) },

  listProcedures: { call: get(`${api}/procedures`), right: anyone },
  getProcedure: { rows: procedureRows, call: (actor, row) => server.call("GET", `${api}/procedures/${row.id}`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  getProcedureFile: { rows: procedureRows, call: (actor, row) => server.call("GET", `${api}/procedures/${row.id}/bpmn`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  checkProcedure: { call: (actor) => server.call("POST", `${api}/procedures/check`, { as: actor.login, body: { bpmn: tinyProcedure("") } }), right: signedIn([200]) },
  draftProcedure: { rows: () => [jinan, qingdao], call: (actor, city) => server.call("POST", `${api}/procedures`, { as: actor.login, body: { name: "x", city, bpmn: tinyProcedure("") } }),
    right: (actor, city) => actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === city ? [201] : [403] },
  changeProcedure: { rows: procedureRows, call: async (actor, row) => patch(server, actor.login, `/procedures/${row.id}`, await versionOf("procedures", row), { name: row.name }), right: (actor, row) => change(actor, row, [200]) },
  deployProcedure: { rows: procedureRows, call: async (actor, row) => {
    const own = row.city === jinan ? "officer-jinan" : "officer-qingdao";
    expect(await patch(server, own, `/procedures/${row.id}`, await versionOf("procedures", row), { bpmn: tinyProcedure(row.visibility === "city" ? canary[row.city] : "") }), 200);
    return server.call("POST", `${api}/procedures/${row.id}/deploy`, { as: actor.login, body: {}, headers: { "if-match": `"${await versionOf("procedures", row)}"` } });
  }, right: (actor, row) => change(actor, row, [200]) },
  getFigures: { rows: procedureRows, call: (actor, row) => server.call("GET", `${api}/procedures/${row.id}/figures`, { as: actor.login }), right: (actor, row) => (sees(actor, row) ? [200] : [404]) },
  listMovingCases: { rows: procedureRows, call: (actor, row) => server.call("GET", `${api}/procedures/${row.id}/moving`, { as: actor.login }), right: (actor, row) => change(actor, row, [200]) },
  moveCases: { rows: procedureRows, call: (actor, row) => server.call("POST", `${api}/procedures/${row.id}/moving`, { as: actor.login, body: {} }), right: (actor, row) => change(actor, row, [200]) },
  listEvidence: { call: get(`${api}/evidence`), right: business([200]) },
  giveEvidence: { call: (actor) => server.call("POST", `${api}/evidence`, { as: actor.login, body: { party: w["owner-jinan"].id, name: "营业执照", grade: "C", sha256: "a".repeat(64) } }), right: only("member", "officer")([201]) },
  getEvidenceFile: { rows: evidenceRows, call: (actor, row) => server.call("GET", `${api}/evidence/${row.id}/file`, { as: actor.login }), right: (actor, row) => (actor.role === "guest" ? [401] : (actor.role === "member" && actor.party === row.party) || (actor.role === "officer" && actor.city === row.of) ? [200] : [404]) },
  withdrawEvidence: { rows: evidenceRows, call: async (actor, row) => {
    const fresh = expect(await server.call("POST", `${api}/evidence`, { as: row.by, body: { name: canary[row.of], grade: "C", sha256: "a".repeat(64) } }), 201);
    return server.call("DELETE", `${api}/evidence/${fresh.id}`, { as: actor.login, body: {} });
  }, right: (actor, row) => (actor.role === "guest" ? [401] : actor.login === row.by ? [200] : [404]) },
  attachEvidence: { rows: evidenceRows, call: (actor, row) => server.call("POST", `${api}/cases/${w[`case-${row.of === jinan ? "jinan" : "qingdao"}`].id}/evidence`, { as: actor.login, body: { evidence: row.id } }),
    right: (actor, row) => (actor.role === "guest" ? [401] : actor.login === row.by ? [200] : actor.role === "officer" && actor.city === row.of ? [403] : [404]) },
  handOver: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => {
    const id = (await sendableTask(row)).case;
    return server.call("POST", `${api}/cases/${id}/handovers`, { as: actor.login, body: { to_city: row.city === jinan ? qingdao : jinan, reason: "属地管理" } });
  }, right: (actor, row) => (actor.role === "guest" ? [401] : actor.role === "officer" && actor.city === row.city ? [201] : inCase(actor, row) ? [403] : [404]) },
  detachEvidence: { rows: evidenceRows, call: async (actor, row) => {
    const path = `${api}/cases/${w[`case-${row.of === jinan ? "jinan" : "qingdao"}`].id}/evidence`;
    expect(await server.call("POST", path, { as: row.by, body: { evidence: row.id } }), 200);
    return server.call("DELETE", `${path}/${row.id}`, { as: actor.login, body: {} });
  }, right: (actor, row) => (actor.role === "guest" ? [401] : actor.login === row.by ? [200] : actor.role === "officer" && actor.city === row.of ? [403] : [404]) },
  // An applicant with an account is asked first: only it agrees, only the first city withdraws, only the other receives.
  listHandovers: { call: get(`${api}/handovers`), right: business([200]) },
  getHandover: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("GET", `${api}/handovers/${(await asked(row)).id}`, { as: actor.login }), right: handoverCell(200, () => true) },
  consentHandover: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("POST", `${api}/handovers/${(await asked(row)).id}/consent`, { as: actor.login, body: { agreed: true } }), right: handoverCell(200, (actor, row) => actor.role === "member" && actor.party === row.party.id) },
  withdrawHandover: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("POST", `${api}/handovers/${(await asked(row)).id}/withdraw`, { as: actor.login, body: {} }), right: handoverCell(200, (actor, row) => actor.role === "officer" && actor.city === row.city) },
  ...Object.fromEntries([["receiveHandover", "receive"], ["returnHandover", "return"]].map(([id, verb]) => [id, { rows: () => caseRows().slice(0, 2), call: async (actor, row) => {
    const one = await asked(row);
    expect(await server.call("POST", `${api}/handovers/${one.id}/consent`, { as: row.city === jinan ? "owner-jinan" : "owner-qingdao", body: { agreed: true } }), 200);
    return server.call("POST", `${api}/handovers/${one.id}/${verb}`, { as: actor.login, body: { note: "x" } });
  }, right: (actor, row) => (actor.role === "guest" ? [401] : actor.role === "officer" && actor.city !== row.city ? [200] : (actor.role === "member" && actor.party === row.party.id) || ["officer", "coordinator"].includes(actor.role) ? [403] : [404]) }])),
  listCases: { call: get(`${api}/cases`), right: business([200]) },
  // A firm opens its own, wherever; an officer those of the own counter.
  openCase: { rows: () => procedureRows().filter((row) => row.visibility !== "city"), call: (actor, row) => server.call("POST", `${api}/cases`, { as: actor.login, body: { procedure: row.id, title: "x" } }),
    right: (actor, row) => actor.role === "guest" ? [401] : actor.role === "member" || (actor.role === "officer" && actor.city === row.city) ? [201] : [403] },
  getCase: { rows: caseRows, call: (actor, row) => server.call("GET", `${api}/cases/${row.id}`, { as: actor.login }), right: caseCell },
  getCaseFile: { rows: caseRows, call: (actor, row) => server.call("GET", `${api}/cases/${row.number}/bpmn`, { as: actor.login }), right: caseCell },
  getForecast: { rows: caseRows, call: (actor, row) => server.call("GET", `${api}/cases/${row.id}/forecast`, { as: actor.login }), right: caseCell },
  listTasks: { call: get(`${api}/tasks`), right: business([200]) },
  takeTask: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("POST", `${api}/tasks/${(await freshTask(row)).id}/take`, { as: actor.login, body: {} }), right: taskCell },
  releaseTask: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("POST", `${api}/tasks/${(await freshTask(row)).id}/release`, { as: actor.login, body: {} }), right: taskCell },
  completeTask: { rows: () => caseRows().slice(0, 2), call: async (actor, row) => server.call("POST", `${api}/tasks/${(await freshTask(row)).id}/complete`, { as: actor.login, body: {} }), right: taskCell },
  listMessages: { call: get(`${api}/messages`), right: only("officer")([200]) },
  sendMessage: { call: (actor) => server.call("POST", `${api}/messages`, { as: actor.login, body: { name: "nobody waits" } }), right: business([201]) },

  // Travel times are public; nothing is loaded here, so that most answers say so.
  getMobility: { call: get(`${api}/mobility`), right: anyone },
  ...Object.fromEntries([["listPlaces", "/places?q=x"], ["getReach", "/reach?place=x"], ["getCircle", "/circle?place=x"], ["getWindow", "/window?place=x"], ["getProfile", "/profile?place=x"], ["listRoutes", "/routes?from=x&to=y"], ["listNearest", "/nearest?place=x"], ["listZones", "/zones?place=x"], ["getNetwork", "/network"], ["listPoints", "/points"]]
    .map(([id, path]) => [id, { call: get(`${api}/mobility${path}`), right: () => [200, 404] }])),
  listClaims: { call: get(`${api}/mobility/claims`), right: () => [200, 404] },
  listScenarios: { call: get(`${api}/mobility/scenarios`), right: anyone },
  whatIf: { call: (actor) => server.call("POST", `${api}/mobility/whatif`, { as: actor.login, body: { scenario: "title = 'x'", place: "x", at: "2026-11-20 08:00" } }), right: signedIn([404, 400, 422]) },
  getMatrix: { call: (actor) => server.call("POST", `${api}/mobility/matrix`, { as: actor.login, body: { from: ["x"], to: ["y"], at: "2026-11-20 08:00" } }), right: signedIn([404, 422]) },
  listMobilityFiles: { call: get(`${api}/mobility/files`), right: anyone },
  loadMobilityFile: { call: (actor) => server.call("POST", `${api}/mobility/files?kind=zones&check=true`, { as: actor.login, body: "", raw: "{}", headers: { "content-type": "application/octet-stream" } }), right: only("officer", "coordinator")([202]) },
  removeMobilityFile: { call: (actor) => server.call("DELETE", `${api}/mobility/files/mob_none`, { as: actor.login }), right: only("officer", "coordinator")([404]) },

  listAccounts: { call: get(`${api}/accounts`), right: only("administrator")([200]) },
  createAccount: { call: (actor) => server.call("POST", `${api}/accounts`, { as: actor.login, body: { login: `by-${actor.role}-${actor.login}`, name: "x", role: "coordinator", password: "long enough 123" } }), right: only("administrator")([201]) },
  changeAccount: { call: async (actor) => patch(server, actor.login, `/accounts/${w.account.id}`, w.account.version, { name: w.account.name }), right: only("administrator")([200]) },
  listTokens: { call: get(`${api}/tokens`), right: signedIn([200]) },
  createToken: { call: (actor) => server.call("POST", `${api}/tokens`, { as: actor.login, body: { name: "t" } }), right: signedIn([201]) },
  deleteToken: { call: (actor) => server.call("DELETE", `${api}/tokens/${w.token.id}`, { as: actor.login }), right: (actor) => (actor.role === "guest" ? [401] : actor.login === "owner-jinan" ? [204] : [404]) },
  listJournal: { call: get(`${api}/journal`), right: only("officer", "auditor")([200]) },
  verifyJournal: { call: get(`${api}/journal/verification`), right: only("auditor")([200]) },
};

async function versionOf(kind, row) {
  const by = kind === "deals" ? row.need.party.city : row.city;
  return expect(await server.call("GET", `${api}/${kind}/${row.id}`, { as: by === jinan ? "officer-jinan" : "officer-qingdao" }), 200).version;
}

test("every operation of the file has its row in the table", () => {
  assert.deepEqual(operations.map((op) => op.id).sort(), Object.keys(oracle).sort());
});

for (const op of operations) {
  test(`${op.id}: every role, own and other city`, async () => {
    const wrong = [];
    const { rows = () => [null], call, right } = oracle[op.id];
    for (const row of rows())
      for (const actor of Object.values(actors)) {
        const answer = await call(actor, row);
        const statuses = right(actor, row);
        const about = row === null ? "" : typeof row === "string" ? row : `${row.visibility ?? ""} ${row.title ?? row.name ?? row.id}`;
        if (!statuses.includes(answer.status)) wrong.push(`${actor.login ?? "guest"} ${about}: ${answer.status} ${answer.json?.key ?? ""}, right is ${statuses}`);
      }
    assert.deepEqual(wrong, []);
  });
}

// ---- nothing of another city's own rows, over any path

const same = (answer) => JSON.stringify([answer.status, { ...answer.json, request_id: 0 }]);
const outsiders = (city) => Object.values(actors).filter((actor) => actor.city !== city);
const foreign = { [jinan]: "jinan", [qingdao]: "qingdao" };

// Whatever an actor can read: [name, text].
async function* views(actor, words) {
  const as = actor.login;
  const read = async (path) => (await server.call("GET", api + path, { as })).text;
  for (const list of ["/listings?", "/parties?", "/deals?", "/jobs?", "/journal?", "/tokens?", "/models?", "/procedures?", "/cases?", "/tasks?", "/evidence?", ...["jinan", "qingdao"].map((name) => `/models/${w[`model-public-${name}`].id}/decisions?`)]) {
    let after = "";
    do {
      const answer = await server.call("GET", `${api}${list}limit=200${after && "&after=" + encodeURIComponent(after)}`, { as });
      if (!(actor.role === "auditor" && list === "/journal?")) yield [list, answer.text];
      after = answer.json?.next ?? "";
    } while (after);
  }
  for (const city of [jinan, qingdao])
    for (const list of ["/listings", "/parties", "/cooperations"]) yield [`${list}?city`, await read(`${list}?city=${city}&limit=200`)];
  for (const word of words) for (const list of ["/listings", "/parties"]) yield [`${list}?q=${word}`, await read(`${list}?limit=200&q=${encodeURIComponent(word)}`)];
  yield ["/listings?q&side", await read(`/listings?limit=200&program=supply-demand&side=offer&q=${encodeURIComponent("特种曲轴锻件")}`)];
  yield ["/overview", await read("/overview")];
  yield ["/cities", await read("/cities")];
  for (const kind of ["parties", "listings"])
    for (const side of ["need", "offer"]) {
      yield [`export ${kind} csv`, await read(`/exports/${kind}?format=csv&side=${side}`)];
      const answer = await fetch(`${server.url}${api}/exports/${kind}?format=xlsx&side=${side}`, { headers: as ? { cookie: (await server.session(as)).cookie } : {} });
      const bytes = Buffer.from(await answer.arrayBuffer());
      yield [`export ${kind} xlsx`, answer.status === 200 ? parseXlsx(bytes).flat().join("\n") : bytes.toString()];
    }
  for (const side of ["need", "offer"]) {
    for (const text of ["特种曲轴锻件，42CrMo，调质", ...words]) {
      const answer = await server.call("POST", `${api}/match`, { as, body: { program: "supply-demand", side, text, top: 50 } });
      // The words that the caller typed itself come back in spans as numbers only.
      yield [`match ${side}`, answer.text];
    }
  }
}

for (const [city, name] of Object.entries(foreign)) {
  test(`what is ${name}'s own is in no list, search, match, export, deal, journal or job of others`, async () => {
    const word = canary[city];
    for (const actor of outsiders(city))
      for await (const [view, text] of views(actor, [word, word.slice(0, 8)])) {
        assert.ok(!text.includes(word), `${actor.login ?? "guest"}, ${view}: ${text.slice(Math.max(0, text.indexOf(word) - 200), text.indexOf(word) + 60)}`);
        // That an open party has a head is the open party's to tell: `affiliation` may bear the id of a hidden one, nothing else of it.
        for (const id of ["need-city", "offer-city", "foreign-offer", "deal-city", "procedure-city", "case"]) assert.ok(!text.includes(w[`${id}-${name}`].id), `${actor.login ?? "guest"}, ${view}: the id of ${id}`);
      }
  });

  test(`the test can fail: the officer of ${name} sees all of it`, async () => {
    const seen = new Set();
    for await (const [view, text] of views(actors[`officer-${name}`], [canary[city]])) if (text.includes(canary[city])) seen.add(view.replace(/\?q=.*/, "?q"));
    for (const view of ["/listings?", "/parties?", "/deals?", "/journal?", "/listings?q", "/parties?q", "export listings csv", "export listings xlsx", "export parties csv", "export parties xlsx", "match need", "match offer"]) assert.ok(seen.has(view), view);
  });
}

test("contacts of a party are shown to itself and to the officer of its city", async () => {
  const row = w["owner-jinan"];
  for (const actor of Object.values(actors)) {
    const answer = await server.call("GET", `${api}/parties/${row.id}`, { as: actor.login });
    assert.equal(answer.text.includes("0531-86012345"), owns(actor, row), `${actor.login ?? "guest"}`);
  }
});

test("what is foreign and what is missing get the same answer", async () => {
  const missing = { listings: "lst_01a00000-0000-7000-8000-000000000000", parties: "pty_01a00000-0000-7000-8000-000000000000", deals: "dea_01a00000-0000-7000-8000-000000000000", jobs: "job_01a00000-0000-7000-8000-000000000000", tokens: "tok_01a00000-0000-7000-8000-000000000000" };
  const rows = { listings: w["need-city-jinan"].id, parties: w["hidden-jinan"].id, deals: w["deal-city-jinan"].id, jobs: w["job-jinan"].id, tokens: expect(await server.call("GET", `${api}/tokens`, { as: "admin" }), 200).items[0].id };
  const region = w["need-region-qingdao"].id;
  for (const actor of outsiders(jinan)) {
    if (actor.login === "admin") continue;  // whose token it is
    const as = actor.login;
    const calls = [];
    for (const kind of Object.keys(rows)) {
      if (kind !== "tokens") calls.push((id) => server.call("GET", `${api}/${kind}/${id[kind]}`, { as }));
      if (["listings", "parties", "deals"].includes(kind)) calls.push((id) => patch(server, as, `/${kind}/${id[kind]}`, 1, {}), (id) => patch(server, as, `/${kind}/${id[kind]}`, 99, { title: "x" }));
      if (["jobs", "tokens"].includes(kind)) calls.push((id) => server.call("DELETE", `${api}/${kind}/${id[kind]}`, { as }));
    }
    calls.push((id) => server.call("GET", `${api}/jobs/${id.jobs}/events`, { as }));
    calls.push((id) => server.call("POST", `${api}/match`, { as, body: { program: "supply-demand", listing: id.listings } }));
    calls.push((id) => server.call("GET", `${api}/listings?party=${id.parties}`, { as }), (id) => server.call("GET", `${api}/deals?listing=${id.listings}`, { as }));
    calls.push((id) => server.call("POST", `${api}/listings`, { as, body: { program: "supply-demand", side: "need", party: id.parties, title: "t", text: "t" } }));
    calls.push((id) => server.call("POST", `${api}/deals`, { as, body: { need: id.listings, offer: w["offer-region-qingdao"].id } }));
    calls.push((id) => server.call("POST", `${api}/deals`, { as, body: { need: region, offer: id.listings } }));
    calls.push((id) => server.call("POST", `${api}/parties`, { as, body: { name: `查${as}`, city: actor.city || qingdao, affiliation: id.parties } }));
    if (actor.role === "officer") calls.push((id) => patch(server, as, `/parties/${w["owner-qingdao"].id}`, 99, { affiliation: id.parties }));
    for (const [i, call] of calls.entries()) assert.equal(same(await call(rows)), same(await call(missing)), `${as ?? "guest"}, call ${i}: ${call}`);
  }
});

test("an id in a cursor tells nothing", async () => {
  for (const actor of outsiders(jinan)) {
    const answer = await server.call("GET", `${api}/listings?limit=200&after=${w["need-city-jinan"].id}`, { as: actor.login });
    assert.ok(!answer.text.includes(canary[jinan]));
  }
});

test("a new row of a city changes no count of anybody else", async () => {
  const counts = async (as) => {
    const overview = (await server.call("GET", `${api}/overview`, { as })).json;
    delete overview.at;
    const fit = await server.call("POST", `${api}/match`, { as, body: { program: "supply-demand", text: "曲轴", top: 50 } });
    return JSON.stringify([overview, fit.status === 200 ? [fit.json.searched, everyMatch(fit.json).map((m) => m.listing.id).sort()] : 0]);
  };
  const watchers = Object.values(actors);
  const earlier = {};
  for (const actor of watchers) earlier[actor.login] = await counts(actor.login);
  await listing(server, "owner-jinan", { side: "offer", visibility: "city", party: w["owner-jinan"].id, title: `${canary[jinan]}计数曲轴`, text: "曲轴曲轴" });
  await party(server, "officer-jinan", { name: `${canary[jinan]}计数`, city: jinan, visibility: "city" });
  for (const actor of watchers) {
    if (actor.city === jinan) assert.notEqual(await counts(actor.login), earlier[actor.login], actor.login);
    else assert.equal(await counts(actor.login), earlier[actor.login], actor.login ?? "guest");
  }
});

test("the overview counts what the lists show", async () => {
  for (const actor of Object.values(actors)) {
    const overview = expect(await server.call("GET", `${api}/overview`, { as: actor.login }), 200);
    const rows = await all(server, actor.login, "/listings?status=open");
    const counted = (city, side) => rows.filter((l) => l.city === city && l.side === side).length;
    assert.deepEqual(overview.cities.map((c) => [c.code, c.needs, c.offers]), overview.cities.map((c) => [c.code, counted(c.code, "need"), counted(c.code, "offer")]), actor.login ?? "guest");
    assert.equal(overview.illustrative, rows.filter((l) => l.illustrative).length);
    assert.equal(overview.programs.reduce((sum, p) => sum + p.needs + p.offers, 0), rows.length);
  }
});

test("near duplicates, memory and affiliation do not name what is another city's own", async () => {
  const text = "定制深海耐压观察窗，蓝宝石，厚度 40 mm，承压 60 MPa";
  const shown = await listing(server, "owner-qingdao", { side: "offer", visibility: "region", party: w["owner-qingdao"].id, title: "深海耐压观察窗", text });
  const hiddenTwin = await listing(server, "owner-jinan", { side: "offer", visibility: "city", party: w["owner-jinan"].id, title: `深海耐压观察窗`, text });
  // A need of Jinan's own is delivered by the offer of Qingdao: what was learned may lift it, never quote it.
  const need = await listing(server, "owner-jinan", { visibility: "city", party: w["owner-jinan"].id, title: `${canary[jinan]}寻找深海耐压观察窗`, text });
  let deal = expect(await server.call("POST", `${api}/deals`, { as: "officer-jinan", body: { need: need.id, offer: shown.id } }), 201);
  for (const stage of ["met", "signed", "delivered"]) deal = expect(await patch(server, "officer-jinan", `/deals/${deal.id}`, deal.version, { stage }), 200);
  for (const as of ["firm-weihai", "coordinator"]) {
    const fit = await match(server, as, { text });
    assert.ok(everyMatch(fit).some((m) => m.listing.id === shown.id), "the offer is found");
    for (const forbidden of [canary[jinan], need.id, hiddenTwin.id]) assert.ok(!JSON.stringify(fit).includes(forbidden), `${as}: ${forbidden}`);
  }
  const own = await match(server, "officer-jinan", { text });
  assert.ok(JSON.stringify(own).includes(hiddenTwin.id), "the test can fail: Jinan sees its own");
});

test("a listing shows no name that is its city's own", async () => {
  const row = w["hidden-jinan"];
  for (const visibility of ["region", "public"]) {
    const answer = await server.call("POST", `${api}/listings`, { as: "officer-jinan", body: { program: "supply-demand", side: "offer", visibility, party: row.id, title: `隐名供应${visibility}`, text: "特种阀门" } });
    if (answer.status !== 201) { assert.equal(answer.status, 422); continue; }
    for (const actor of outsiders(jinan)) {
      const shown = await server.call("GET", `${api}/listings/${answer.json.id}`, { as: actor.login });
      assert.ok(!shown.text.includes(canary[jinan]), `${actor.login ?? "guest"}: ${shown.text}`);
    }
  }
});

test("a party cannot hide behind listings that others see, nor can a deal's need keep teaching what was hidden since", async () => {
  const firm = await party(server, "officer-jinan", { name: "先露后藏公司", city: jinan });
  const text = "定制低温超导磁体骨架，无氧铜，真空钎焊";
  let need = await listing(server, "officer-jinan", { party: firm.id, title: "低温超导磁体骨架需求", text });
  expect(await patch(server, "officer-jinan", `/parties/${firm.id}`, firm.version, { visibility: "city" }), 422);
  const offer = await listing(server, "owner-qingdao", { side: "offer", party: w["owner-qingdao"].id, title: "超导磁体骨架", text });
  const deal = expect(await server.call("POST", `${api}/deals`, { as: "officer-jinan", body: { need: need.id, offer: offer.id } }), 201);
  expect(await patch(server, "officer-jinan", `/deals/${deal.id}`, deal.version, { stage: "delivered" }), 200);
  const asks = async () => JSON.stringify(await match(server, "firm-weihai", { text }));
  assert.ok((await asks()).includes("低温超导磁体骨架需求"), "the test can fail: memory says what it remembers");
  for (const body of [{ status: "withdrawn" }, { visibility: "city", title: `${canary[jinan]}骨架` }]) need = expect(await patch(server, "officer-jinan", `/listings/${need.id}`, need.version, body), 200);
  const later = await asks();
  assert.ok(!later.includes(canary[jinan]) && !later.includes("低温超导磁体骨架需求"), later.slice(0, 500));
  expect(await patch(server, "officer-jinan", `/parties/${firm.id}`, firm.version, { visibility: "city" }), 200);
  expect(await patch(server, "officer-jinan", `/listings/${need.id}`, need.version, { visibility: "region" }), 422);
});

test("an import names no party of another city that is its own", async () => {
  const fault = async (as, kind, rows) => {
    const { job } = await send(server, as, kind, rows, { query: "program=supply-demand&side=need&dry_run=true" });
    return JSON.stringify(job.result.faults).replaceAll(/canaryjn龘隐名公司|canaryjn龘无此公司|pty_[-0-9a-f]+/g, "X");
  };
  const hidden = `${canary[jinan]}隐名公司`, none = `${canary[jinan]}无此公司`;
  for (const as of ["officer-qingdao", "owner-qingdao"]) {
    for (const [there, missing] of [[hidden, none], [w["hidden-jinan"].id, "pty_01a00000-0000-7000-8000-000000000000"]])
      assert.equal(await fault(as, "listings", `单位,标题,说明
${there},标题,说明
`), await fault(as, "listings", `单位,标题,说明
${missing},标题,说明
`), as);
    assert.equal(await fault(as, "parties", `单位名称,城市,所属集团
新公司,青岛,${hidden}
`), await fault(as, "parties", `单位名称,城市,所属集团
新公司,青岛,${none}
`), as);
  }
});

test("the credit code of another city's own party conflicts without saying whose it is", async () => {
  expect(await server.call("POST", `${api}/parties`, { as: "officer-jinan", body: { name: `${canary[jinan]}有码`, city: jinan, visibility: "city", credit_code: "91370100MA3C12346C" } }), 201);
  const answer = await server.call("POST", `${api}/parties`, { as: "officer-qingdao", body: { name: "另一家", city: qingdao, credit_code: "91370100MA3C12346C" } });
  assert.equal(answer.status, 409);
  assert.ok(!answer.text.includes(canary[jinan]) && !/pty_/.test(answer.text), answer.text);
});

test("an auditor reads the whole journal and changes nothing", async () => {
  const entries = await all(server, "auditor", "/journal");
  assert.ok(entries.some((e) => e.city === jinan) && entries.some((e) => e.city === qingdao));
  assert.ok(entries.some((e) => e.action.includes("refus") || e.action.includes("denied")), "refusals are in the journal");
});

test("nobody gives itself another role: administrators audit nothing, members administer nothing", async () => {
  const admin = await me(server, "admin");
  const mine = (await all(server, "admin", "/accounts")).find((a) => a.id === admin.id);
  const answer = await patch(server, "admin", `/accounts/${mine.id}`, mine.version, { role: "auditor" });
  assert.ok([403, 409, 422].includes(answer.status), `G015: ${answer.status} ${answer.text}`);
  assert.equal((await me(server, "admin")).role, "administrator");
});
