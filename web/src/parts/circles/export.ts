// Files that the page itself makes: tables as CSV (with a byte order mark, for spreadsheets), the map as SVG.
const cell = (value: string | number | null) => {
  const text = value === null ? "" : String(value);
  // A spreadsheet must not take a name for a formula.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
export const csvOf = (rows: (string | number | null)[][]) => "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join("");

export function download(name: string, text: string, type = "text/csv") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
