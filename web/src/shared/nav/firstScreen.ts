import { useEffect, useSyncExternalStore } from 'react';

/**
 * Does the first screen stand, with its answers? Until then nothing else may take the network from it: the code of what
 * is opened later, the lines of chat and notices, the numbers at the tabs. Said by `fetchRest`, on a screen of chat at once.
 */
let stands = false;
const waiting = new Set<() => void>();

export function firstScreenStands(): void {
  stands = true;
  for (const work of [...waiting]) work();
  waiting.clear();
}

/** Now, or when the first screen stands; returns how to cancel. */
export function onceFirstScreenStands(work: () => void): () => void {
  if (stands) work();
  else waiting.add(work);
  return () => void waiting.delete(work);
}

export function useFirstScreenStands(): boolean {
  return useSyncExternalStore(onceFirstScreenStands, () => stands);
}

/** For a screen that is nothing without the line of chat: waits no longer. */
export function useLineAtOnce(): void {
  useEffect(firstScreenStands, []);
}
