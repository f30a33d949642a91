// A decision table as a sheet: rows of texts, one a column. Rows never change; a changed row is a new one with the same key.
import type { Schemas } from "../api/client";

export type Row = { key: number; id: string; cells: string[] };
export type Sheet = { policy: string; aggregation: string; rows: Row[] };
export type Sheets = Record<string, Sheet>; // by decision
// `pointer`: the list of the table's JSON and the place in it, as the server names cells.
export type Column = { kind: "test" | "output" | "note" | "source"; label: string; hint: string; allowed: string; pointer: string };
type Table = Schemas["DecisionTable"];

export const kSource = ["document", "article", "city", "valid_from", "valid_until"] as const;
let next = 1;
export const newRow = (cells: string[], id = ""): Row => ({ key: next++, id, cells });

export function columnsOf(table: Table, words: { result: string; source: Record<(typeof kSource)[number], string> }, allowedOf: (expression: string) => string): Column[] {
  return [
    ...table.inputs.map((c, i) => ({ kind: "test" as const, label: c.label, hint: c.expression, allowed: c.allowed || allowedOf(c.expression), pointer: `tests/${i}` })),
    ...table.outputs.map((c, i) => ({ kind: "output" as const, label: c.label || words.result, hint: c.name, allowed: c.allowed, pointer: `outputs/${i}` })),
    ...table.annotations.map((label, i) => ({ kind: "note" as const, label, hint: "", allowed: "", pointer: `annotations/${i}` })),
    ...kSource.map((name) => ({ kind: "source" as const, label: words.source[name], hint: "", allowed: "", pointer: `source/${name}` })),
  ];
}

export const sheetOf = (table: Table): Sheet => ({
  policy: table.hit_policy,
  aggregation: table.aggregation,
  rows: table.rules.map((r) => newRow([...r.tests, ...r.outputs, ...table.annotations.map((_, i) => r.annotations[i] ?? ""), ...kSource.map((name) => r.source?.[name] ?? "")], r.id)),
});

// The table that a sheet stands for. What is empty is left out: ten thousand rules are sent at every pause of typing.
export function tableOf(table: Table, sheet: Sheet): Schemas["TableDraft"] {
  const outputs = table.inputs.length, notes = outputs + table.outputs.length, source = notes + table.annotations.length;
  const rules = sheet.rows.map(({ id, cells }) => ({
    ...(id && { id }),
    tests: cells.slice(0, outputs),
    outputs: cells.slice(outputs, notes),
    ...(cells.slice(notes, source).some(Boolean) && { annotations: cells.slice(notes, source) }),
    ...(cells.slice(source).some(Boolean) && { source: Object.fromEntries(kSource.map((name, i) => [name, cells[source + i]!])) }),
  }));
  return { hit_policy: sheet.policy as Schemas["TableDraft"]["hit_policy"], aggregation: sheet.aggregation as Schemas["TableDraft"]["aggregation"], inputs: table.inputs, outputs: table.outputs, annotations: table.annotations, rules };
}

// A block as spreadsheets put it on the clipboard: tabs and lines; a cell with either stands in quotes.
export function readBlock(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/y;
  while (cell.lastIndex < text.length) {
    const [, quoted, plain, end] = cell.exec(text)!;
    // A text in FEEL stands in quotes of its own: only quotes around a tab, a line or doubled quotes are the clipboard's.
    rows.at(-1)!.push((quoted === undefined ? plain! : /[\t\r\n]|""/.test(quoted) ? quoted.replaceAll('""', '"') : `"${quoted}"`).replace(/\s*[\r\n]+\s*/g, " ").trim());
    if (end !== "\t" && end !== "" && cell.lastIndex < text.length) rows.push([]);
    if (end === "\t" && cell.lastIndex === text.length) rows.at(-1)!.push("");
  }
  return rows;
}

export type Change = { kind: "added" | "removed" | "changed"; before: number; after: number; cells: number[] }; // rows from 0, -1: none
const same = (a: Row, b: Row) => a.cells.every((cell, i) => cell === b.cells[i]);

// What became of the rows: alike ones are matched in order (unique first, as patience diff does), those between them paired.
export function changes(before: Row[], after: Row[]): Change[] {
  const out: Change[] = [];
  const pair = (b0: number, b1: number, a0: number, a1: number) => {
    for (let i = 0; i < Math.max(b1 - b0, a1 - a0); ++i) {
      const b = b0 + i < b1 ? b0 + i : -1, a = a0 + i < a1 ? a0 + i : -1;
      if (b < 0 || a < 0) out.push({ kind: b < 0 ? "added" : "removed", before: b, after: a, cells: [] });
      else out.push({ kind: "changed", before: b, after: a, cells: after[a]!.cells.flatMap((cell, c) => (cell === before[b]!.cells[c] ? [] : [c])) });
    }
  };
  let start = 0, endB = before.length, endA = after.length;
  while (start < endB && start < endA && same(before[start]!, after[start]!)) ++start;
  while (endB > start && endA > start && same(before[endB - 1]!, after[endA - 1]!)) --endB, --endA;
  let b = start, a = start;
  for (const [mb, ma] of [...alike(before, start, endB, after, start, endA), [endB, endA] as const]) {
    pair(b, mb, a, ma);
    b = mb + 1;
    a = ma + 1;
  }
  return out;
}

// The longest run of rows that are alike, unique on both sides, and in the same order.
function alike(before: Row[], b0: number, b1: number, after: Row[], a0: number, a1: number): (readonly [number, number])[] {
  const places = (rows: Row[], from: number, to: number) => {
    const found = new Map<string, number>(); // -1: stands twice
    for (let i = from; i < to; ++i) {
      const text = JSON.stringify(rows[i]!.cells);
      found.set(text, found.has(text) ? -1 : i);
    }
    return found;
  };
  const theirs = places(after, a0, a1);
  const pairs = [...places(before, b0, b1)].flatMap(([text, b]) => { const a = theirs.get(text) ?? -1; return b < 0 || a < 0 ? [] : [[b, a] as const]; });
  // Longest increasing subsequence of `after` places; `ends[n]`: the pair that ends the best run of n + 1.
  const ends: number[] = [], came: number[] = [];
  pairs.forEach(([, a], i) => {
    let low = 0, high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![1] < a) low = middle + 1;
      else high = middle;
    }
    came[i] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = i;
  });
  const run: (readonly [number, number])[] = [];
  for (let i = ends.at(-1) ?? -1; i >= 0; i = came[i]!) run.unshift(pairs[i]!);
  return run;
}
