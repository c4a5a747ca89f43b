/** Is the server answering? Written by every request, read by the strip under the top bar. */
export type Trouble = 'offline' | 'unavailable';

const SILENCE_MS = 2_000;

let trouble: Trouble | null = null;
let shown: Trouble | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function noteFailure(kind: Trouble): void {
  trouble = kind;
  // A failure that passes within two seconds is not shown.
  timer ??= setTimeout(() => {
    timer = undefined;
    if (trouble !== null) show(trouble);
  }, SILENCE_MS);
}

export function noteSuccess(): void {
  trouble = null;
  clearTimeout(timer);
  timer = undefined;
  show(null);
}

function show(next: Trouble | null): void {
  if (shown === next) return;
  shown = next;
  listeners.forEach((listener) => listener());
}

export function shownTrouble(): Trouble | null {
  return shown;
}

export function subscribeConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
