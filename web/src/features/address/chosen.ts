import { useSyncExternalStore } from 'react';
import { useMe } from '#/api/client/useMe.ts';

/** What the web needs to know of a 동: enough to show it and to send its code. */
export interface Place {
  code: string;
  name: string;
  /** "서울특별시 마포구 망원동" */
  path: string;
}

const CHOSEN = 'dojob.place';
const RECENT = 'dojob.places';
const KEPT = 3;

const listeners = new Set<() => void>();
let recent: readonly Place[] = read<Place[]>(RECENT) ?? [];
let chosen: Place | null = read<Place>(CHOSEN) ?? null;

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** Remembers the 동 that the person looks at, and the last three. */
export function choosePlace(place: Place): void {
  chosen = place;
  remember(place);
  write(CHOSEN, place);
  listeners.forEach((listener) => listener());
}

/** Picked for something else (a listing's place): only the list of the last three knows. */
export function remember(place: Place): void {
  recent = [place, ...recent.filter((other) => other.code !== place.code)].slice(0, KEPT);
  write(RECENT, recent);
  listeners.forEach((listener) => listener());
}

export function useRecentPlaces(): readonly Place[] {
  return useSyncExternalStore(subscribe, () => recent);
}

/**
 * The 동 that the person looks at: chosen here, else the profile's. `null`: nothing is preselected, ask.
 * A visitor's choice is what sign-up offers for the profile.
 */
export function usePlace(): Place | null {
  const here = useSyncExternalStore(subscribe, () => chosen);
  const region = useMe().data?.region ?? null;
  if (here !== null) return here;
  return region === null ? null : { code: region.code, name: region.name, path: region.path };
}
