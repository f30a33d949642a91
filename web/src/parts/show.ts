// How values of a program's fields read on the page.
import type { Field } from "../api/client";
import { placeName } from "../api/session.svelte";
import { i18n, say } from "../i18n/i18n.svelte";

export function showValue(field: Field, value: unknown): string {
  if (value === undefined || value === null) return "";
  const one = (code: string): string => {
    if (field.kind === "place") return placeName(code, i18n.english);
    const option = field.options?.find((o) => o.code === code);
    return option ? say(option.label) : code;
  };
  if (Array.isArray(value)) return value.map((v) => one(String(v))).join(i18n.english ? ", " : "、");
  if (typeof value === "boolean") return value ? i18n.t.yes : i18n.t.no;
  if (typeof value === "number") {
    if (field.kind === "money") return value >= 10_000 ? `${(value / 10_000).toLocaleString("zh-CN", { maximumFractionDigits: 4 })} 万元` : `${value.toLocaleString("zh-CN")} 元`;
    return `${value.toLocaleString("zh-CN")}${field.unit ? " " + field.unit : ""}`;
  }
  if (typeof value === "object") {
    const v = value as Record<string, unknown>;
    if ("from" in v) return `${v.from} – ${v.until}`;
    if ("fen" in v) return `${Number(v.fen) / 100} 元`;
    return `${v.value} ${v.unit}`;
  }
  return one(String(value));
}
