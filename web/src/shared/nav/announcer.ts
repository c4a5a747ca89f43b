/** The page that was reached last, by its path, and its title. */
interface Arrival {
  path: string;
  title: string;
}

let last: Arrival = { path: '', title: '' };
const listeners = new Set<() => void>();

/** Called by every screen; again where the title comes later than the page. What was announced already is not repeated. */
export function announce(path: string, title: string): void {
  if (path === last.path && title === last.title) return;
  last = { path, title };
  listeners.forEach((listener) => listener());
}

export function lastArrival(): Arrival {
  return last;
}

export function subscribeArrivals(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
