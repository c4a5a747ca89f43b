import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';

const PREFIX = 'dojob.draft:';
const RESUME = 'dojob.resume';

function read<T>(key: string): T | undefined {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the draft, never the page.
  }
}

/** Every draft of this tab: another person has logged in. */
export function dropDrafts(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Nothing to drop.
  }
}

/** The person goes to log in and comes back to `path`: its draft opens without a question. */
export function resumeAfterLogin(path: string): void {
  write(RESUME, path.split('?')[0]);
}

interface Draft<T> {
  /** What the form begins with: `initial`, or the draft where the person comes back from logging in. */
  start: T;
  save: (value: T) => void;
  /** An earlier draft lies there: show `DraftFound`. */
  found: boolean;
  resume: () => T;
  startFresh: () => void;
  /** After it was sent. */
  clear: () => void;
}

/**
 * The text of a long form, kept per route in sessionStorage. Never put a password or a birth date into it.
 * `part` tells two forms of one route apart.
 */
export function useDraft<T>(initial: T, part = ''): Draft<T> {
  const { pathname } = useLocation();
  const key = `${PREFIX}${pathname}${part === '' ? '' : `#${part}`}`;
  const [start] = useState(() => {
    const stored = read<T>(key);
    const differs = stored !== undefined && JSON.stringify(stored) !== JSON.stringify(initial);
    const back = read<string>(RESUME) === pathname;
    return { stored, value: differs && back ? stored : initial, found: differs && !back };
  });
  const [found, setFound] = useState(start.found);
  const sent = useRef(false);

  useEffect(() => {
    if (read<string>(RESUME) === pathname) write(RESUME, undefined);
  }, [pathname]);

  return {
    start: start.value,
    found,
    save: (next) => {
      setFound(false);
      if (!sent.current) write(key, next);
    },
    resume: () => {
      setFound(false);
      return start.stored ?? start.value;
    },
    startFresh: () => {
      write(key, undefined);
      setFound(false);
    },
    clear: () => {
      sent.current = true;
      write(key, undefined);
    },
  };
}
