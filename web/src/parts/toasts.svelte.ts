// Short words about what was done, with a way back where there is one.
type Toast = { id: number; text: string; undo?: () => void };
export const toasts = $state([] as Toast[]);
let next = 1;

export function toast(text: string, undo?: () => void) {
  const id = next++;
  toasts.push({ id, text, undo });
  setTimeout(() => dismiss(id), undo ? 15_000 : 6_000);
}
export function dismiss(id: number) {
  const at = toasts.findIndex((t) => t.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
