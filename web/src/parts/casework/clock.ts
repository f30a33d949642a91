// How a clock stands, in words and in one of five states; what is nearly late is the same everywhere.
import type { Schemas } from "../../api/client";
import { placeName, session } from "../../api/session.svelte";
import { fill, i18n } from "../../i18n/i18n.svelte";

export type Due = Schemas["Due"];
export type Task = Schemas["Task"];
export type Standing = "none" | "suspended" | "late" | "soon" | "fine";

// A fifth of the term is left, or one day.
export const isSoon = (due: Due) => due.left <= Math.max(1, Math.ceil(due.total / 5));

// `amber` is the server's forecast that a task may miss its date: where there is one, it decides what is nearly late.
export function standing(due: Due | null, closed = false, amber?: boolean): Standing {
  if (!due) return "none";
  if (due.phase === "suspended") return closed ? "fine" : "suspended";
  if (due.phase === "overdue") return "late";
  return !closed && (amber ?? isSoon(due)) ? "soon" : "fine";
}

export const unitOf = (due: Due) => (/工作日|workday/.test(due.term) ? i18n.t.casework.clock.workdays : i18n.t.casework.clock.days);

export function sayClock(due: Due | null, closed = false, amber?: boolean): string {
  const t = i18n.t.casework.clock;
  if (!due) return t.none;
  const unit = unitOf(due);
  switch (standing(due, closed, amber)) {
    case "suspended": return `${t.stopped}${i18n.english ? ": " : "，"}${fill(t.stoppedLeft, due.counted, due.left, unit)}`;
    // Later on the day itself than its hour: no day is lost yet.
    case "late": return fill(closed ? t.late : t.overdue, Math.max(due.overdue, 1), unit);
    case "soon": return due.left === 0 ? t.today : fill(isSoon(due) ? t.soon : i18n.t.casework.amber, due.left, due.total, unit);
    default: return !closed && due.left === 0 ? t.today : closed ? fill(t.inTime, due.used, due.total, unit) : fill(t.left, due.left, due.total, unit);
  }
}

// "2026-11-30", with its hour where it is not the end of the day.
export const dueDay = (due: Due | null): string => (due?.due ? due.due + (due.due_time && due.due_time !== "24:00" ? ` ${due.due_time}` : "") : "");

export function whoDoes(task: { role: string; city: string }): string {
  const t = i18n.t.casework.roles;
  if (task.role === "applicant") return t.applicant;
  if (task.role === "coordinator") return t.coordinator;
  return fill(t.officer, placeName(task.city, i18n.english));
}

export const isMe = (account: string) => account !== "" && account === session.account?.id;

// "李工（济南的工作人员）": who did something in a case.
export type Person = Schemas["CasePerson"];
export function sayPerson(people: Person[], account: string): string {
  const t = i18n.t.casework;
  if (isMe(account)) return t.you;
  if (account === "system") return t.roles.system;
  const one = people.find((person) => person.id === account);
  if (!one) return "";
  const role = one.role === "member" ? t.roles.applicant : one.role === "coordinator" ? t.roles.coordinator : one.role === "officer" ? fill(t.roles.officer, placeName(one.city, i18n.english)) : "";
  return role ? (i18n.english ? `${one.name} (${role})` : `${one.name}（${role}）`) : one.name;
}

// Rows of texts as CSV that spreadsheets open as it is: with BOM; a cell that would be a formula is a text.
export function saveCsv(name: string, rows: (string | number)[][]) {
  const cell = (value: string | number) => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  save(name, "text/csv", "\ufeff" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n");
}

export function save(name: string, type: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
