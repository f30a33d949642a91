// The designer of procedures: bpmn-js draws and keeps the model, this reads and changes what the panel shows. Every change can be undone.
import Modeler from "bpmn-js/lib/BaseModeler";
import Viewer from "bpmn-js/lib/Viewer";
import AutoPlace from "bpmn-js/lib/features/auto-place";
import AutoResize from "bpmn-js/lib/features/auto-resize";
import ContextPad from "bpmn-js/lib/features/context-pad";
import CopyPaste from "bpmn-js/lib/features/copy-paste";
import EditorActions from "bpmn-js/lib/features/editor-actions";
import Interaction from "bpmn-js/lib/features/interaction-events";
import Keyboard from "bpmn-js/lib/features/keyboard";
import LabelEditing from "bpmn-js/lib/features/label-editing";
import ModelingModule from "bpmn-js/lib/features/modeling";
import Feedback from "bpmn-js/lib/features/modeling-feedback";
import Outline from "bpmn-js/lib/features/outline";
import Palette from "bpmn-js/lib/features/palette";
import Snapping from "bpmn-js/lib/features/snapping";
import AutoScroll from "diagram-js/lib/features/auto-scroll";
import Bendpoints from "diagram-js/lib/features/bendpoints";
import Connect from "diagram-js/lib/features/connect";
import ConnectionPreview from "diagram-js/lib/features/connection-preview";
import Create from "diagram-js/lib/features/create";
import KeyboardMoveSelection from "diagram-js/lib/features/keyboard-move-selection";
import Move from "diagram-js/lib/features/move";
import Resize from "diagram-js/lib/features/resize";
import KeyboardMove from "diagram-js/lib/navigation/keyboard-move";
import MoveCanvas from "diagram-js/lib/navigation/movecanvas";
import { jiaoji, kOwn, type Own } from "./bpmnOwn";
import { zhWords } from "./bpmnWords";
import styles from "./modeler.css?url";

export type { Own } from "./bpmnOwn";
export type FieldRow = { name: string; label: string; type: string; options: string; required: boolean; officeOnly: boolean };
export type TimerKind = "timeDuration" | "timeDate" | "timeCycle";
export type Properties = {
  id: string; type: string; name: string; documentation: string; own: Record<Own, string>; fields: FieldRow[];
  condition: string | null; isDefault: boolean | null; timer: { kind: TimerKind; text: string } | null; interrupting: boolean | null; script: string | null; message: string | null;
};
type Moddle = { $type: string; $parent?: Moddle; get(name: string): unknown; set(name: string, value: unknown): void; [name: string]: unknown };
type Shape = { id: string; type: string; businessObject: Moddle; source?: Shape; labelTarget?: Shape };
type Modeling = { updateProperties(of: Shape, values: object): void; updateModdleProperties(of: Shape, what: Moddle, values: object): void; removeElements(of: Shape[]): void; connect(from: Shape, to: Shape): Shape };

// What Modeler brings, without aligning, distributing, the grid, searching and previews of replacing: a tenth of the bytes, seldom used.
const modules = [...(Viewer.prototype as unknown as { _modules: object[] })._modules, KeyboardMove, MoveCanvas, AutoPlace, AutoScroll, AutoResize, Bendpoints, Connect, ConnectionPreview, ContextPad, CopyPaste, Create, EditorActions, Interaction, Keyboard, KeyboardMoveSelection, LabelEditing, ModelingModule, Feedback, Move, Palette, Resize, Snapping, Outline];

const timers: TimerKind[] = ["timeDuration", "timeDate", "timeCycle"];
const str = (value: unknown) => (typeof value === "string" ? value : "");

export class Designer {
  private readonly modeler: InstanceType<typeof Modeler>;
  constructor(container: HTMLElement, { english, changed, selected }: { english: boolean; changed: () => void; selected: (id: string) => void }) {
    if (!document.querySelector(`link[href="${styles}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: styles }));
    const translate = (text: string, values: Record<string, string> = {}) => (english ? text : (zhWords[text] ?? text)).replace(/\{([^}]+)\}/g, (_, key: string) => values[key] ?? `{${key}}`);
    this.modeler = new Modeler({ container, modules, moddleExtensions: { jiaoji }, additionalModules: [{ translate: ["value", translate] }], bpmnRenderer: { defaultFillColor: "#ffffff", defaultStrokeColor: "#1b2430", defaultLabelColor: "#1b2430" } } as ConstructorParameters<typeof Modeler>[0]);
    this.on("commandStack.changed", changed);
    this.on("selection.changed", (event: { newSelection: Shape[] }) => selected(event.newSelection.length === 1 ? (event.newSelection[0]!.labelTarget ?? event.newSelection[0]!).id : ""));
  }
  private on(event: string, then: (event: never) => void) { this.get<{ on(event: string, then: (event: never) => void): void }>("eventBus").on(event, then); }
  private get<T>(name: string) { return this.modeler.get<T>(name); }
  private modeling() { return this.get<Modeling>("modeling"); }
  private create(type: string, values: object) { return this.get<{ create(type: string, values: object): Moddle }>("moddle").create(type, values); }
  private shape(id: string): Shape { return id ? this.get<{ get(id: string): Shape }>("elementRegistry").get(id) : this.get<{ getRootElement(): Shape }>("canvas").getRootElement(); }

  async open(xml: string) {
    await this.modeler.importXML(xml);
    this.whole(0.55);
  }
  // All of the drawing, beside the palette and not beneath it; its beginning where all would be smaller than `least`.
  private whole(least = 0) {
    const canvas = this.get<{ viewbox(to?: object): { inner: { x: number; y: number; width: number; height: number }; outer: { width: number; height: number } } }>("canvas");
    const { inner, outer } = canvas.viewbox(), left = 125;
    const scale = Math.max(least, Math.min(1, (outer.width - left - 20) / Math.max(1, inner.width), (outer.height - 80) / Math.max(1, inner.height)));
    if (scale <= 0) return;
    const width = outer.width / scale, height = outer.height / scale;
    canvas.viewbox({ x: inner.x - left / scale, y: inner.y + inner.height / 2 - height / 2, width, height });
  }
  async xml(): Promise<string> { return (await this.modeler.saveXML({ format: true })).xml ?? ""; }
  close() { this.modeler.destroy(); }
  undo() { this.get<{ undo(): void }>("commandStack").undo(); }
  redo() { this.get<{ redo(): void }>("commandStack").redo(); }
  can(): { undo: boolean; redo: boolean } { const stack = this.get<{ canUndo(): boolean; canRedo(): boolean }>("commandStack"); return { undo: stack.canUndo(), redo: stack.canRedo() }; }
  zoom(factor: number) { const canvas = this.get<{ zoom(to?: number, at?: string): number }>("canvas"); if (factor === 0) this.whole(); else canvas.zoom(canvas.zoom() * factor, "auto"); }

  // All that can be chosen, in the order of the file; the root first, with the id "".
  elements(): { id: string; type: string; name: string }[] {
    const all = this.get<{ filter(of: (e: Shape) => boolean): Shape[] }>("elementRegistry").filter((e) => !e.labelTarget && e !== this.shape("") && e.businessObject !== undefined && !/DI$|Plane/.test(e.type));
    return all.map((e) => ({ id: e.id, type: e.type, name: str(e.businessObject.get("name")) }));
  }
  select(id: string) {
    const selection = this.get<{ select(of: Shape | null): void }>("selection"), shape = id ? this.shape(id) : null;
    selection.select(shape ?? null);
    if (shape) this.get<{ scrollToElement(of: Shape, padding: number): void }>("canvas").scrollToElement(shape, 80);
  }
  mark(ids: string[], before: string[]) {
    const canvas = this.get<{ addMarker(id: string, name: string): void; removeMarker(id: string, name: string): void }>("canvas");
    for (const id of before) if (this.shape(id)) canvas.removeMarker(id, "case-wrong");
    for (const id of ids) if (id && this.shape(id)) canvas.addMarker(id, "case-wrong");
  }

  // ---- what the panel shows

  // A pool says its city itself; the rest belongs to its process.
  private of(shape: Shape): Moddle { return (shape.businessObject.$type === "bpmn:Participant" && (shape.businessObject.get("processRef") as Moddle | undefined)) || shape.businessObject; }
  private holder(shape: Shape, name: Own) { return name === "city" ? shape.businessObject : this.of(shape); }
  private definition(of: Moddle, type: string) { return ((of.get("eventDefinitions") as Moddle[] | undefined) ?? []).find((d) => d.$type === type); }
  private withMessage(of: Moddle): Moddle | null { return of.$type === "bpmn:SendTask" || of.$type === "bpmn:ReceiveTask" ? of : /Event$/.test(of.$type) ? (this.definition(of, "bpmn:MessageEventDefinition") ?? null) : null; }

  read(id: string): Properties | null {
    const shape = this.shape(id);
    if (!shape?.businessObject) return null;
    const of = this.of(shape), flow = shape.businessObject.$type === "bpmn:SequenceFlow", timer = /Event$/.test(of.$type) ? this.definition(of, "bpmn:TimerEventDefinition") : undefined;
    const kind = timers.find((k) => timer?.get(k)) ?? "timeDuration";
    const source = flow ? shape.source?.businessObject : undefined;
    const fields = ((of.get("extensionElements") as Moddle | undefined)?.get("values") as Moddle[] | undefined) ?? [];
    const message = this.withMessage(of);
    return {
      id, type: shape.businessObject.$type, name: str(shape.businessObject.get("name")), documentation: (of.get("documentation") as Moddle[] | undefined)?.map((d) => str(d.get("text"))).join("\n") ?? "",
      own: Object.fromEntries(kOwn.map((name) => [name, str((name === "key" && message ? message : this.holder(shape, name)).get(`jiaoji:${name}`))])) as Record<Own, string>,
      fields: fields.filter((f) => f.$type === "jiaoji:Field").map((f) => ({ name: str(f.get("name")), label: str(f.get("label")), type: str(f.get("type")) || "text", options: str(f.get("options")), required: f.get("required") === "true", officeOnly: f.get("officeOnly") === "true" })),
      condition: flow ? str((of.get("conditionExpression") as Moddle | undefined)?.get("body")) : null,
      isDefault: source && /Gateway$|Task$|Activity$/.test(source.$type) && source.$type !== "bpmn:ParallelGateway" ? source.get("default") === shape.businessObject : null,
      timer: timer ? { kind, text: str((timer.get(kind) as Moddle | undefined)?.get("body")) } : null,
      interrupting: of.$type === "bpmn:BoundaryEvent" ? of.get("cancelActivity") !== false : null,
      script: of.$type === "bpmn:ScriptTask" ? str(of.get("script")) : null,
      message: message ? str((message.get("messageRef") as Moddle | undefined)?.get("name")) : null,
    };
  }

  private put(shape: Shape, of: Moddle, values: object) {
    if (of === shape.businessObject) this.modeling().updateProperties(shape, values);
    else this.modeling().updateModdleProperties(shape, of, values);
  }
  setName(id: string, name: string) { this.modeling().updateProperties(this.shape(id), { name: name || undefined }); }
  setOwn(id: string, name: Own, value: string) {
    const shape = this.shape(id), of = this.of(shape), holder = name === "key" ? (this.withMessage(of) ?? of) : this.holder(shape, name);
    this.put(shape, holder, { [`jiaoji:${name}`]: value || undefined });
  }
  setDocumentation(id: string, text: string) {
    const shape = this.shape(id), of = this.of(shape);
    this.put(shape, of, { documentation: text ? [this.create("bpmn:Documentation", { text })] : [] });
  }
  setCondition(id: string, body: string) { this.modeling().updateProperties(this.shape(id), { conditionExpression: body ? this.create("bpmn:FormalExpression", { body }) : undefined }); }
  setDefault(id: string, is: boolean) {
    const flow = this.shape(id);
    this.modeling().updateProperties(flow.source!, { default: is ? flow.businessObject : undefined });
  }
  setTimer(id: string, kind: TimerKind, body: string) {
    const shape = this.shape(id), timer = this.definition(this.of(shape), "bpmn:TimerEventDefinition")!;
    const expression = this.create("bpmn:FormalExpression", { body });
    expression.$parent = timer;
    this.modeling().updateModdleProperties(shape, timer, Object.fromEntries(timers.map((k) => [k, k === kind && body ? expression : undefined])));
  }
  setInterrupting(id: string, is: boolean) { this.modeling().updateProperties(this.shape(id), { cancelActivity: is }); }
  setScript(id: string, script: string) { this.modeling().updateProperties(this.shape(id), { script: script || undefined }); }
  setMessage(id: string, name: string) {
    const shape = this.shape(id), target = this.withMessage(this.of(shape))!;
    const roots = this.modeler.getDefinitions().get("rootElements") as Moddle[];
    let message = roots.find((r) => r.$type === "bpmn:Message" && r.get("name") === name);
    if (name && !message) {
      message = this.create("bpmn:Message", { id: `Message_${crypto.randomUUID().slice(0, 8)}`, name });
      message.$parent = this.modeler.getDefinitions() as unknown as Moddle;
      roots.unshift(message);
    }
    this.put(shape, target, { messageRef: name ? message : undefined });
  }
  setFields(id: string, fields: FieldRow[]) {
    const shape = this.shape(id), of = this.of(shape);
    const before = of.get("extensionElements") as Moddle | undefined;
    const others = ((before?.get("values") as Moddle[] | undefined) ?? []).filter((f) => f.$type !== "jiaoji:Field");
    const made = fields.map((f) => this.create("jiaoji:Field", { name: f.name, label: f.label || undefined, type: f.type, options: f.type === "choice" ? f.options : undefined, required: f.required ? "true" : undefined, officeOnly: f.officeOnly ? "true" : undefined }));
    const values = [...others, ...made];
    const extensionElements = values.length > 0 ? this.create("bpmn:ExtensionElements", { values }) : undefined;
    for (const value of values) value.$parent = extensionElements;
    if (extensionElements) extensionElements.$parent = of;
    this.put(shape, of, { extensionElements });
  }

  // ---- drawing without a mouse

  append(after: string, type: string): string {
    const shape = this.get<{ createShape(of: object): Shape }>("elementFactory").createShape({ type });
    const placed = this.get<{ append(source: Shape, shape: Shape): Shape }>("autoPlace").append(this.shape(after), shape);
    return (placed ?? shape).id;
  }
  connect(from: string, to: string) { this.modeling().connect(this.shape(from), this.shape(to)); }
  remove(id: string) { this.modeling().removeElements([this.shape(id)]); }
}
