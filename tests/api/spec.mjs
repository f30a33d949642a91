// api/openapi.yaml as an oracle: its operations, and whether a value is what a schema says.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./server.mjs";

const require = createRequire(join(root, "web/package.json"));
export const spec = require("yaml").parse(readFileSync(join(root, "api/openapi.yaml"), "utf8"));

export function resolve(node) {
  while (node?.$ref) node = node.$ref.slice(2).split("/").reduce((at, key) => at[key], spec);
  return node;
}

// Every operation: { id, method, path, parameters, body, responses, open: callable by guests }.
export const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
  ["get", "post", "put", "patch", "delete"].filter((method) => item[method]).map((method) => {
    const op = item[method];
    const security = op.security ?? spec.security;
    return {
      id: op.operationId, method: method.toUpperCase(), path, responses: op.responses,
      parameters: [...(item.parameters ?? []), ...(op.parameters ?? [])].map(resolve),
      content: op.requestBody?.content ?? {},
      body: op.requestBody?.content?.["application/json"]?.schema ?? null,
      open: security.some((way) => Object.keys(way).length === 0),
    };
  }));
export const operation = (id) => operations.find((op) => op.id === id);

// The operation that a request means; fixed paths before paths with parameters.
export function operationOf(method, url) {
  const path = url.split("?")[0].split("/");
  const fits = (op) => {
    const parts = op.path.split("/");
    return op.method === method && parts.length === path.length && parts.every((part, i) => part === path[i] || /^\{.*\}$/.test(part));
  };
  return operations.filter(fits).sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
}

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const isType = (value, type) => (type === "integer" ? Number.isInteger(value) : typeOf(value) === type);

// What is wrong with a value, as "pointer: what". Members that an object schema does not name are faults too: the page's
// client is generated from the file, and knows nothing of them.
export function faults(schema, value, at = "", strict = true) {
  schema = resolve(schema);
  if (!schema || Object.keys(schema).length === 0) return [];
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((one) => faults(one, value, at, strict).length === 0).length;
    return fitting >= 1 ? [] : [`${at}: fits none of oneOf`];
  }
  if (schema.allOf) {
    const merged = { type: "object", properties: {}, required: [] };
    for (const one of schema.allOf.map(resolve)) {
      Object.assign(merged.properties, one.properties);
      merged.required.push(...(one.required ?? []));
    }
    return faults(merged, value, at, strict);
  }
  const found = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length && !types.some((type) => isType(value, type))) return [`${at}: is ${typeOf(value)}, must be ${types.join(" or ")}`];
  if (schema.enum && !schema.enum.includes(value)) found.push(`${at}: ${JSON.stringify(value)} is none of ${schema.enum}`);
  if (typeof value === "number" && value < schema.minimum) found.push(`${at}: below ${schema.minimum}`);
  if (typeof value === "number" && value > schema.maximum) found.push(`${at}: above ${schema.maximum}`);
  if (Array.isArray(value) && schema.items) value.forEach((item, i) => found.push(...faults(schema.items, item, `${at}/${i}`, strict)));
  if (typeOf(value) === "object") {
    for (const key of schema.required ?? []) if (!(key in value)) found.push(`${at}/${key}: is missing`);
    for (const [key, member] of Object.entries(value)) {
      if (schema.properties?.[key]) found.push(...faults(schema.properties[key], member, `${at}/${key}`, strict));
      else if (typeof schema.additionalProperties === "object") found.push(...faults(schema.additionalProperties, member, `${at}/${key}`, strict));
      else if (strict && schema.properties) found.push(`${at}/${key}: is not described`);
    }
  }
  return found;
}

// What is wrong with an answer of the server to a call, by the file.
export function answerFaults(method, url, answer) {
  const op = operationOf(method, url);
  if (!op) return [`${method} ${url}: no such operation`];
  const described = resolve(op.responses[answer.status] ?? op.responses.default);
  if (!described) return [`${op.id}: ${answer.status} is not described`];
  if (answer.status < 400 && !op.responses[answer.status]) return [`${op.id}: ${answer.status} is not described`];
  const kinds = Object.entries(described.content ?? {});
  const type = (answer.headers.get("content-type") ?? "").split(";")[0];
  if (kinds.length === 0) return [];
  const fitting = kinds.find(([kind]) => kind === type);
  if (!fitting) return type === "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" && /format=xlsx/.test(url) ? [] : [`${op.id} ${answer.status}: the type is ${type}, not ${kinds.map(([kind]) => kind)}`];
  return answer.json === null ? [] : faults(fitting[1].schema, answer.json).map((fault) => `${op.id} ${answer.status} ${fault}`);
}

// From now on every answer of `server` to a call of the API is held against the file.
export function hold(server) {
  const call = server.call.bind(server);
  server.call = async (method, path, how) => {
    const answer = await call(method, path, how);
    if (answer.status >= 500 && answer.status !== 503) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    if (/^\/(api|health|metrics)/.test(path) && operationOf(method, path)) {
      const wrong = answerFaults(method, path, answer);
      if (wrong.length) throw new Error(`${method} ${path.slice(0, 200)}: ${wrong.slice(0, 5).join("; ")}`);
    }
    return answer;
  };
  return server;
}
