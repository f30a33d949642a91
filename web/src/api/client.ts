// Calls the API: problem+json becomes an error with words, changes carry the CSRF token and an idempotency key.
import type { components } from "./schema";

export type Schemas = components["schemas"];
export type Listing = Schemas["Listing"];
export type Party = Schemas["Party"];
export type Program = Schemas["Program"];
export type Field = Schemas["Field"];
export type Match = Schemas["Match"];
export type MatchAnswer = Schemas["MatchAnswer"];
export type Deal = Schemas["Deal"];
export type Job = Schemas["Job"];
export type City = Schemas["City"];
export type Account = Schemas["Account"];
export type Entry = Schemas["Entry"];
export type Page<T> = { items: T[]; next: string | null };

export class Problem extends Error {
  constructor(readonly status: number, readonly key: string, detail: string, readonly errors: Schemas["Problem"]["errors"], readonly requestId: string) {
    super(detail);
  }
  // What was wrong with one member of the body, in words.
  of(pointer: string): string | undefined {
    return this.errors.find((e) => e.pointer === pointer)?.detail;
  }
}

let csrf = "";
let language = "zh-CN";
let signedOut = () => {};
export const setCsrf = (token: string | null) => { csrf = token ?? ""; };
export const setApiLanguage = (tag: string) => { language = tag; };
export const onSignedOut = (then: () => void) => { signedOut = then; };

type Options = { body?: unknown; file?: File; version?: number; signal?: AbortSignal; key?: string; progress?: (part: number) => void };

// As fetch, and tells how much has gone up: fetch cannot.
const sendTold = (path: string, method: string, headers: Record<string, string>, body: string, progress: (part: number) => void) =>
  new Promise<Response>((done, failed) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total); };
    request.onload = () => done(new Response(request.responseText, { status: request.status }));
    request.onerror = () => failed(new Error("network"));
    request.send(body);
  });

export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", "accept-language": language };
  if (method !== "GET") headers["x-csrf-token"] = csrf;
  if (method === "POST") headers["idempotency-key"] = options.key ?? crypto.randomUUID();
  if (options.version !== undefined) headers["if-match"] = `"${options.version}"`;
  if (options.file) headers["content-type"] = options.file.name.endsWith(".xlsx") ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv";
  else if (options.body !== undefined) headers["content-type"] = "application/json";
  let answer: Response;
  try {
    if (options.progress) answer = await sendTold(path, method, headers, JSON.stringify(options.body), options.progress);
    else answer = await fetch(path, { method, headers, body: options.file ?? (options.body === undefined ? undefined : JSON.stringify(options.body)), signal: options.signal });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Problem(0, "network", language.startsWith("zh") ? "连不上服务器，请检查网络后重试" : "the server cannot be reached: check the network and try again", [], "");
  }
  if (answer.status === 204) return undefined as T;
  const json = await answer.json().catch((error) => {
    if (options.signal?.aborted) throw error; // an answer half read is none
    return {};
  });
  if (answer.ok) return json as T;
  if (answer.status === 401 && path !== "/api/v1/session") signedOut();
  throw new Problem(answer.status, json.key ?? "unknown", json.detail ?? String(answer.status), json.errors ?? [], json.request_id ?? "");
}

export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, { signal });

// A file as text; what is refused is a Problem as anywhere.
export async function text(path: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(path, { headers: { "accept-language": language }, signal });
  if (answer.ok) return answer.text();
  const json = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, json.key ?? "unknown", json.detail ?? String(answer.status), json.errors ?? [], json.request_id ?? "");
}

// Follows a job until it ends; returns a function that stops following.
export function watchJob(id: string, news: (job: Job) => void): () => void {
  const source = new EventSource(`/api/v1/jobs/${id}/events`);
  source.onmessage = (event) => {
    const job = JSON.parse(event.data) as Job;
    news(job);
    if (job.state !== "waiting" && job.state !== "running") source.close();
  };
  return () => source.close();
}

export const query = (values: Record<string, string | number | boolean | null | undefined>): string => {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== null && value !== undefined && value !== "") q.set(key, String(value));
  const text = q.toString();
  return text ? "?" + text : "";
};
