// Evidence in words: its grade, how long it is valid, who accepts it, and why a city cannot use it.
import type { Schemas } from "../../api/client";
import { text as fetchText } from "../../api/client";
import { placeName } from "../../api/session.svelte";
import { fill, i18n } from "../../i18n/i18n.svelte";

export type Evidence = Schemas["Evidence"];
export const kFileMax = 700 * 1024;  // as the API takes it
export const grades = ["A", "B", "C", "D"] as const;
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);  // in China

export function sayValidity(one: Evidence): string {
  const e = i18n.t.casework.evidence;
  if (one.valid_from && one.valid_until) return fill(e.between, one.valid_from, one.valid_until);
  return one.valid_until ? fill(e.until, one.valid_until) : one.valid_from ? fill(e.from, one.valid_from) : e.always;
}

export const sayAccepted = (one: Evidence) => (one.accepted_by.includes("*") ? i18n.t.casework.evidence.everywhere : one.accepted_by.map((code) => placeName(code, i18n.english)).join(i18n.english ? ", " : "、"));

// The rule of the server, for a city that has not asked it yet; without a city only what holds everywhere.
export function whyUnusable(one: Evidence, city: string): string {
  const e = i18n.t.casework.evidence, day = today();
  if (one.withdrawn_at) return e.withdrawn;
  if (one.valid_from && day < one.valid_from) return fill(e.notYet, one.valid_from);
  if (one.valid_until && day > one.valid_until) return fill(e.expired, one.valid_until);
  if (city && !one.accepted_by.includes("*") && !one.accepted_by.includes(city)) return fill(e.notAccepted, placeName(city, i18n.english));
  return "";
}

// Under the name that it was given with: the API's answer is named by its id.
export async function saveFile(one: Evidence): Promise<void> {
  const path = `/api/v1/evidence/${one.id}/file`, answer = await fetch(path);
  if (!answer.ok) { await fetchText(path); return; }  // tells why in words
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = one.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const toBase64 = (file: Blob) =>
  new Promise<string>((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
