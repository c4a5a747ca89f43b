interface Toast {
  id: number;
  text: string;
  act?: { label: string; run: () => void };
}

let current: Toast | null = null;
let next = 1;
const listeners = new Set<() => void>();

export function subscribeToast(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentToast(): Toast | null {
  return current;
}

/** One short sentence about what has just happened; a newer one takes its place. Never the only way to an act. */
export function toast(text: string, act?: Toast['act']): void {
  current = { id: next, text, ...(act === undefined ? {} : { act }) };
  next += 1;
  listeners.forEach((listener) => listener());
}

export function dismissToast(id: number): void {
  if (current?.id !== id) return;
  current = null;
  listeners.forEach((listener) => listener());
}
