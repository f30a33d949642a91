// Small procedures, and what tests of casework do again and again.
import { api, expect } from "./world.mjs";

export const bpmn = (inside, { attributes = "", declared = "" } = {}) =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:jiaoji="https://jiaoji.dev/bpmn" id="d" name="x" targetNamespace="urn:d">${declared}<process id="p" isExecutable="true"${attributes}>${inside}</process></definitions>`;
// Elements in a row, joined by flows: [`<startEvent id="s"/>`, …].
export const chain = (...elements) => {
  const ids = elements.map((element) => /id="([^"]+)"/.exec(element)[1]);
  return elements.join("") + ids.slice(1).map((id, i) => `<sequenceFlow id="f${i}" sourceRef="${ids[i]}" targetRef="${id}"/>`).join("");
};
export const task = (id, attributes = 'jiaoji:role="officer"') => `<userTask id="${id}" name="${id}" ${attributes}/>`;

export async function deploy(server, as, text, more = {}) {
  const draft = expect(await server.call("POST", `${api}/procedures`, { as, body: { name: "试验流程", visibility: "region", bpmn: text, ...more } }), 201);
  return expect(await server.call("POST", `${api}/procedures/${draft.id}/deploy`, { as, body: {}, headers: { "if-match": `"${draft.version}"` } }), 200);
}
export async function open(server, as, procedure, body = {}) {
  return expect(await server.call("POST", `${api}/cases`, { as, body: { procedure, title: "试验", ...body } }), 201);
}
export async function read(server, as, id) {
  return expect(await server.call("GET", `${api}/cases/${id}`, { as }), 200);
}
export async function complete(server, as, id, element, answers = {}, headers = {}) {
  const found = (await read(server, as, id)).tasks.find((one) => one.element === element && one.closed_at === null);
  return server.call("POST", `${api}/tasks/${found?.id ?? "tsk_none"}/complete`, { as, body: { answers }, headers });
}
