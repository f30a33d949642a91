// Languages: zh-CN is the source, English is loaded when asked for. A missing key fails the build (Words).
import { setApiLanguage } from "../api/client";
import { zh } from "./zh";

type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> };
export type Words = Same<typeof zh>;

export const i18n = $state({ english: false, t: zh as Words });

export async function setLanguage(english: boolean) {
  i18n.t = english ? (await import("./en")).en : zh;
  i18n.english = english;
  document.documentElement.lang = english ? "en" : "zh-CN";
  setApiLanguage(english ? "en" : "zh-CN");
  localStorage.setItem("language", english ? "en" : "zh");
}

export const startLanguage = () => setLanguage(localStorage.getItem("language") === "en");

// "第 {0} 行" with its values.
export const fill = (text: string, ...values: (string | number)[]) => text.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)] ?? ""));
export const say = (label: { zh: string; en: string }) => (i18n.english ? label.en : label.zh);

const day = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
export const when = (iso: string) => (iso ? day.format(new Date(iso)).replaceAll("/", "-") : "");
export const count = (n: number) => n.toLocaleString("zh-CN");
