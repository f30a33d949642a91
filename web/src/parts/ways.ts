// What a firm would have to change, in words: "发明专利再增加 2 件（到 5）".
import type { Schemas } from "../api/client";
import { fill, i18n } from "../i18n/i18n.svelte";
import { withoutUnit } from "./facts";

type Way = { steps: { fact: string; from?: unknown; to?: unknown }[]; wait_days: number };

export function sayWay(way: Way, facts: Schemas["Fact"][]): string {
  const t = i18n.t.policies;
  if (way.wait_days) return fill(t.wait, way.wait_days);
  const unit = (fact: string) => facts.find((f) => f.name === fact)?.unit ?? "";
  const say = (value: unknown) => (value === true ? i18n.t.yes : value === false ? i18n.t.no : String(value));
  return way.steps.map((step) => {
    if (typeof step.from === "number" && typeof step.to === "number") {
      const by = Number(Math.abs(step.to - step.from).toPrecision(12)).toLocaleString("zh-CN", { maximumFractionDigits: 6 });
      return fill(step.to > step.from ? t.moreOf : t.lessOf, withoutUnit(step.fact, unit(step.fact)), by, unit(step.fact), say(step.to));
    }
    return fill(t.becomes, step.fact, say(step.to));
  }).join(t.and);
}
