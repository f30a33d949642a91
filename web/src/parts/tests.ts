// Unary tests in words: what an officer reads instead of FEEL. What is not plain stays as it was written.
import { i18n } from "../i18n/i18n.svelte";

const one = String.raw`(?:-?\d+(?:\.\d+)?|@?"[^"]*")`;
const bare = (literal: string) => literal.replace(/^@?"(.*)"$/, "$1");

function part(test: string): string {
  const t = i18n.t.standards;
  if (test === "true") return i18n.t.yes;
  if (test === "false") return i18n.t.no;
  if (new RegExp(`^${one}$`).test(test)) return bare(test);
  const compared = new RegExp(`^(<=|>=|<|>)\\s*(${one})$`).exec(test);
  if (compared) return `${{ "<=": "≤", ">=": "≥", "<": "<", ">": ">" }[compared[1]!]} ${bare(compared[2]!)}`;
  const range = new RegExp(`^([[(\\]])\\s*(${one})\\s*\\.\\.\\s*(${one})\\s*([\\])[])$`).exec(test);
  if (range) return `${bare(range[2]!)} ${range[1] === "[" ? "≤" : "<"} … ${range[4] === "]" ? "≤" : "<"} ${bare(range[3]!)}`;
  const not = /^not\((.*)\)$/.exec(test);
  if (not) return `${t.not} ${sayTests(not[1]!)}`;
  return test;
}

// Commas inside quotes and brackets do not part two tests.
const split = (text: string): string[] => text.match(/(?:"[^"]*"|\([^)]*\)|\[[^\])]*[\])]|[^,"([])+/g)?.map((p) => p.trim()).filter(Boolean) ?? [];

export function sayTests(text: string): string {
  if (text === "-" || text === "") return i18n.t.standards.any;
  return split(text).map(part).join(i18n.english ? " or " : " 或 ");
}

export const sayOutput = (text: string): string => (/^"[^"]*"$/.test(text) ? text.slice(1, -1) : text === "true" ? i18n.t.yes : text === "false" ? i18n.t.no : text);
