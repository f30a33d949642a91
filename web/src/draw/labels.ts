// Names beside points, none over another: the most important first, each at the first of eight places that is free, or not at all.
export type Label = { x: number; y: number; text: string; weight: number; radius: number; size: number };
export type Placed = { label: Label; x: number; y: number; anchor: "start" | "middle" | "end" };
type Box = [number, number, number, number];

// Chinese characters are as wide as high, others about 0.58 of it.
export const textWidth = (text: string, size: number) => [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e80 ? 1 : 0.58), 0) * size;

export function place(labels: Label[], width: number, height: number, taken: Box[] = [], most = 80): Placed[] {
  const boxes: Box[] = [...taken];
  for (const l of labels) if (l.weight > 0) boxes.push([l.x - l.radius, l.y - l.radius, l.x + l.radius, l.y + l.radius]);
  const free = (box: Box) => box[0] >= 2 && box[1] >= 2 && box[2] <= width - 2 && box[3] <= height - 2 && !boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
  const out: Placed[] = [];
  for (const label of [...labels].sort((a, b) => b.weight - a.weight)) {
    if (out.length >= most) break;
    // The stops of one street or on both sides of it bear one name: once is enough.
    if (out.some((o) => o.label.text === label.text && Math.hypot(o.label.x - label.x, o.label.y - label.y) < 180)) continue;
    const w = textWidth(label.text, label.size), h = label.size * 1.15, gap = label.radius + 3, d = gap * 0.72;
    const spots: [number, number, Placed["anchor"]][] = [
      [gap, 0, "start"], [-gap, 0, "end"], [0, -gap - h / 2, "middle"], [0, gap + h / 2, "middle"], [d, -d - h / 2, "start"], [d, d + h / 2, "start"], [-d, -d - h / 2, "end"], [-d, d + h / 2, "end"],
    ];
    for (const [dx, dy, anchor] of spots) {
      const left = label.x + dx - (anchor === "start" ? 0 : anchor === "end" ? w : w / 2), top = label.y + dy - h / 2;
      const box: Box = [left - 2, top, left + w + 2, top + h];
      if (!free(box)) continue;
      boxes.push(box);
      out.push({ label, x: label.x + dx, y: label.y + dy + label.size * 0.36, anchor });
      break;
    }
  }
  return out;
}
