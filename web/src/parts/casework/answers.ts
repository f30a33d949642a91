// What is wrong with answers before they are sent, in the words that the server would use; and answers in words.
import { Problem, type Schemas } from "../../api/client";
import { i18n } from "../../i18n/i18n.svelte";

type Form = Schemas["FormField"][];

export function wrongAnswers(form: Form, values: Record<string, unknown>): Problem | null {
  const t = i18n.t;
  const errors = form.flatMap((field) => {
    const value = values[field.name];
    const missing = value === undefined || (typeof value === "string" && value.trim() === "");
    const detail = missing ? (field.required ? t.required : "") : field.type === "number" && typeof value !== "number" ? t.casework.form.number : field.type === "date" && !/^\d{4}-\d\d-\d\d$/.test(String(value)) ? t.casework.form.date : "";
    return detail ? [{ pointer: `/answers/${field.name}`, key: "field", detail }] : [];
  });
  return errors.length > 0 ? new Problem(422, "request.invalid", t.errorTitle, errors, "") : null;
}

// By field; an error summary names them by their labels.
export const faultsOf = (error: unknown): Record<string, string> => (error instanceof Problem ? Object.fromEntries(error.errors.filter((e) => e.pointer.startsWith("/answers/")).map((e) => [e.pointer.slice("/answers/".length), e.detail])) : {});
export const namesOf = (form: Form): Record<string, string> => Object.fromEntries(form.map((field) => [`/answers/${field.name}`, field.label]));

export function sayAnswer(value: unknown): string {
  if (value === undefined || value === null || value === "") return i18n.t.casework.form.empty;
  if (typeof value === "boolean") return value ? i18n.t.yes : i18n.t.no;
  if (typeof value === "number") return value.toLocaleString("zh-CN", { maximumFractionDigits: 10 });
  if (Array.isArray(value)) return value.map(sayAnswer).join(i18n.english ? ", " : "、");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
