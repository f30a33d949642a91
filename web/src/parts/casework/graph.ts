// What follows what in a procedure: its elements in the order in which they are reached, what comes next after a place, and how many
// workdays its paths take. All of it computed from the elements as the API tells them.
import type { Schemas } from "../../api/client";

export type Element = Schemas["ProcedureElement"];
type Flow = Element["outgoing"][number];

const byId = (elements: Element[]) => new Map(elements.map((e) => [e.id, e]));
const attachedTo = (elements: Element[], id: string) => elements.filter((e) => e.attached_to === id);

// As they are reached from the starts; boundary events after what they are attached to; what nothing leads to comes last.
export function inOrder(elements: Element[]): Element[] {
  const of = byId(elements), seen = new Set<string>(), out: Element[] = [];
  const visit = (first: Element) => {
    const stack = [first];
    for (let at = stack.pop(); at; at = stack.pop()) {
      if (seen.has(at.id)) continue;
      seen.add(at.id);
      out.push(at);
      const next = [...at.outgoing.map((f) => of.get(f.to)), ...elements.filter((e) => e.inside === at!.id && e.kind === "start"), ...attachedTo(elements, at.id)].filter((e) => e !== undefined);
      stack.push(...next.reverse());
    }
  };
  elements.filter((e) => e.kind === "start").forEach(visit);
  elements.filter((e) => !elements.some((o) => o.outgoing.some((f) => f.to === e.id)) && !e.attached_to).forEach(visit);
  elements.forEach(visit);
  return out;
}

export const isGateway = (e: Element) => ["exclusive", "parallel", "inclusive", "event_based", "complex"].includes(e.kind);

// What a person would call the next steps: tasks, waits and ends behind gateways, each with what must hold on the way; `otherwise`: the last
// choice is taken when nothing else holds.
export function nextStops(elements: Element[], from: string): { element: Element; when: string[]; otherwise: boolean }[] {
  const of = byId(elements), out: { element: Element; when: string[]; otherwise: boolean }[] = [], seen = new Set<string>();
  const walk = (flows: Flow[], when: string[], otherwise: boolean) => {
    for (const flow of flows) {
      const to = of.get(flow.to);
      if (!to || seen.has(flow.id)) continue;
      seen.add(flow.id);
      const said = flow.condition !== null ? [...when, conditionOf(flow)] : when;
      const other = flow.condition === null && flows.some((f) => f.condition !== null) ? true : flow.condition === null && otherwise;
      if (isGateway(to) || (to.kind === "task" && ["business_rule", "script"].includes(to.task ?? ""))) walk(to.outgoing, said, other);
      else if (!out.some((one) => one.element.id === to.id)) out.push({ element: to, when: said, otherwise: other });
    }
  };
  walk(of.get(from)?.outgoing ?? [], [], false);
  return out;
}
export const conditionOf = (flow: Flow) => flow.condition ?? flow.name;

// ---- how long the paths take

export type Bar = { element: Element; days: number; from: number; to: number; critical: boolean };
export type Path = { name: string; total: number; bars: Bar[]; without: string[] };
export const workdaysOf = (e: Element): number | null => {
  const found = /^(\d+)\s*(个工作日|workdays?)$/.exec(e.due?.text ?? "");
  return found ? Number(found[1]) : null;
};

// A path ends where a decision has been made: at an end, or where the procedure waits for a time or a message.
const stops = (e: Element) => e.kind === "end" || e.kind === "catching" || (e.kind === "task" && e.task === "receive");

// The schedule of what is reached from `start` when `taken` is the one flow followed from its source; ways back and steps that stop the
// clock are left out. Earliest starts: of what meets, the longest decides.
function schedule(elements: Element[], start: Element, taken: Flow | null): Bar[] {
  const of = byId(elements), order: Element[] = [], state = new Map<string, 1 | 2>(), backs = new Set<string>();
  // After a task that asks, the way is that of a yes: its default is for who does not go on.
  const asked = (e: Element) => (isGateway(e) || !e.outgoing.some((f) => f.default) ? e.outgoing : e.outgoing.filter((f) => !f.default));
  const flowsOf = (e: Element) => (stops(e) ? [] : taken && e.outgoing.includes(taken) ? [taken] : asked(e));
  const visit = (e: Element) => {
    state.set(e.id, 1);
    for (const flow of flowsOf(e)) {
      const to = of.get(flow.to);
      if (!to || to.suspends !== "") { backs.add(flow.id); continue; }
      const known = state.get(to.id);
      if (known === 1) backs.add(flow.id);
      else if (!known) visit(to);
    }
    state.set(e.id, 2);
    order.unshift(e);
  };
  visit(start);
  const days = (e: Element) => workdaysOf(e) ?? 0;
  const from = new Map<string, number>([[start.id, 0]]);
  const onward = (e: Element) => flowsOf(e).filter((flow) => !backs.has(flow.id));
  for (const e of order) for (const flow of onward(e)) from.set(flow.to, Math.max(from.get(flow.to) ?? 0, from.get(e.id)! + days(e)));
  const total = Math.max(0, ...order.map((e) => from.get(e.id)! + days(e)));
  // Backwards: the latest end that moves nothing. What has no room decides the sum; of two that take alike, both do.
  const latest = new Map<string, number>();
  for (const e of [...order].reverse()) latest.set(e.id, Math.min(total, ...onward(e).map((flow) => latest.get(flow.to)! - days(of.get(flow.to)!))));
  return order.filter((e) => e.kind === "task" && ["user", "manual", "service", "none"].includes(e.task ?? "")).map((element) => {
    const begins = from.get(element.id)!, takes = days(element);
    return { element, days: takes, from: begins, to: begins + takes, critical: begins + takes === latest.get(element.id) };
  });
}

// A path for each way that the first choice opens; one path where nothing is chosen. The longest comes first.
export function pathsOf(elements: Element[], processes: string[]): Path[] {
  const of = byId(elements);
  const start = elements.find((e) => e.kind === "start" && processes.includes(e.inside));
  if (!start) return [];
  let fork: Element | undefined;
  const seen = new Set<string>();
  for (const queue = [start]; queue.length > 0 && !fork; ) {
    const at = queue.shift()!;
    if (seen.has(at.id) || stops(at)) continue;
    seen.add(at.id);
    if (at.kind === "exclusive" && at.outgoing.length > 1) fork = at;
    else queue.push(...at.outgoing.map((f) => of.get(f.to)).filter((e) => e !== undefined));
  }
  const made = (flow: Flow | null): Path => {
    const bars = schedule(elements, start, flow);
    return { name: flow ? flow.name || flow.condition || of.get(flow.to)?.name || flow.to : start.name || start.id, total: Math.max(0, ...bars.map((b) => b.to)), bars, without: bars.filter((b) => workdaysOf(b.element) === null).map((b) => b.element.name || b.element.id) };
  };
  const paths = fork ? fork.outgoing.map(made) : [made(null)];
  return paths.filter((p) => p.bars.length > 0).sort((a, b) => b.total - a.total);
}

// ---- where a case is and was

export type Where = "now" | "done" | "cancelled" | "later";
export function whereOf(steps: Schemas["CaseStep"][], tokens: Schemas["CaseToken"][], waits: Schemas["CaseWait"][]): Map<string, Where> {
  const out = new Map<string, Where>();
  for (const step of steps) {
    for (const move of step.moves as unknown as [string, string, number][]) {
      const [what, id] = move;
      if (what === "left" || what === "did" || what === "caught" || what === "flow") out.set(id, "done");
      else if (what === "cancelled") out.set(id, "cancelled");
      else if (!out.has(id)) out.set(id, "done");
    }
  }
  for (const wait of waits) out.set(wait.element, "now");
  for (const token of tokens) out.set(token.element, "now");
  return out;
}
