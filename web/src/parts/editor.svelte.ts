// The sheets that are being edited, with undo: whole sheets are kept, since rows that did not change are shared.
import { newRow, type Sheet, type Sheets } from "./sheet";

const kUndoMax = 200;
export type Place = { row: number; column: number };
type Step = { sheets: Sheets; decision: string; place: Place };

export class Editor {
  sheets = $state.raw<Sheets>({});
  decision = $state("");
  place = $state.raw<Place>({ row: 0, column: 0 });
  typing = $state(false);      // a cell is open: what is typed is in the sheet already, its undo step is taken
  past = $state.raw<Step[]>([]);
  future = $state.raw<Step[]>([]);

  get sheet(): Sheet { return this.sheets[this.decision]!; }

  start(sheets: Sheets) {
    this.sheets = sheets;
    if (!(this.decision in sheets)) this.decision = Object.keys(sheets)[0] ?? "";
    this.place = { row: 0, column: 0 };
    this.typing = false;
    this.past = this.future = [];
  }

  // One step: from here to `sheet`.
  change(changed: Partial<Sheet>, place = this.place) {
    this.past = [...this.past.slice(1 - kUndoMax), { sheets: this.sheets, decision: this.decision, place: this.place }];
    this.future = [];
    this.put(changed, place);
  }
  private put(changed: Partial<Sheet>, place: Place) {
    this.sheets = { ...this.sheets, [this.decision]: { ...this.sheet, ...changed } };
    this.place = { ...place, row: Math.max(0, Math.min(place.row, this.sheet.rows.length - 1)) };
  }

  text(place: Place) { return this.sheet.rows[place.row]?.cells[place.column] ?? ""; }
  private withCell({ row, column }: Place, text: string) {
    const rows = this.sheet.rows.slice();
    rows[row] = { ...rows[row]!, cells: rows[row]!.cells.map((cell, i) => (i === column ? text : cell)) };
    return rows;
  }
  set(text: string) { if (text !== this.text(this.place)) this.change({ rows: this.withCell(this.place, text) }); }

  // Typing is one step, however many keys; what was not changed in the end is none.
  open() {
    if (this.typing) return;
    this.change({});
    this.typing = true;
  }
  type(text: string) {
    this.open();
    this.put({ rows: this.withCell(this.place, text) }, this.place);
  }
  close(keep = true) {
    if (!this.typing) return;
    this.typing = false;
    const before = this.past.at(-1)!;
    const cell = before.sheets[this.decision]!.rows[this.place.row]?.cells[this.place.column] ?? "";
    if (keep && this.text(this.place).trim() !== cell) return this.put({ rows: this.withCell(this.place, this.text(this.place).trim()) }, this.place);
    this.sheets = before.sheets;
    this.past = this.past.slice(0, -1);
  }

  undo() { this.step("past", "future"); }
  redo() { this.step("future", "past"); }
  private step(from: "past" | "future", to: "past" | "future") {
    this.close();
    const step = this[from].at(-1);
    if (!step) return;
    this[from] = this[from].slice(0, -1);
    this[to] = [...this[to], { sheets: this.sheets, decision: this.decision, place: this.place }];
    this.sheets = step.sheets;
    this.decision = step.decision;
    this.place = { ...step.place, row: Math.max(0, Math.min(step.place.row, this.sheet.rows.length - 1)) };
  }

  // ---- rows

  insert(cells: string[], at: number, column = this.place.column) {
    this.close();
    const rows = this.sheet.rows.slice();
    rows.splice(at, 0, newRow(cells));
    this.change({ rows }, { row: at, column });
  }
  remove() {
    this.close();
    this.change({ rows: this.sheet.rows.filter((_, i) => i !== this.place.row) });
  }
  move(by: number) {
    this.close();
    const { row } = this.place;
    if (row + by < 0 || row + by >= this.sheet.rows.length) return;
    const rows = this.sheet.rows.slice();
    rows.splice(row + by, 0, ...rows.splice(row, 1));
    this.change({ rows }, { ...this.place, row: row + by });
  }
  // A block lands with its corner at the place; rows that are not there are made.
  paste(block: string[][], blank: string[]) {
    const rows = this.sheet.rows.slice();
    block.forEach((texts, i) => {
      const at = this.place.row + i, old = rows[at] ?? newRow(blank);
      rows[at] = { ...old, cells: old.cells.map((cell, c) => texts[c - this.place.column] ?? cell) };
    });
    this.change({ rows });
  }
}
