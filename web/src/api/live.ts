import type { QueryClient } from '@tanstack/react-query';
import { keys } from './keys.ts';
import { accessToken, refresh, sessionState, subscribeSession } from './session.ts';
import { readEvents, type ServerEvent } from './sse.ts';

/**
 * The one table: first word of a notice's key → what it makes stale. `engagement.proposed` falls under
 * `engagement`. Hours change with engagements, a listing with what is done about it.
 */
const STALE: Record<string, readonly (readonly string[])[]> = {
  engagement: [keys.engagements, keys.busy, keys.hours, keys.talents, keys.needs],
  inquiry: [keys.conversations, keys.chatUnread],
  listing: [keys.talents, keys.needs, keys.search],
  talent: [keys.talents, keys.search],
  need: [keys.needs, keys.search],
  hours: [keys.hours, keys.me],
  security: [keys.devices, keys.account],
};

/** A notice has arrived, or the number of unread ones has changed. */
export type LiveEvent =
  | { kind: 'notice'; id: string; key: string; params: Record<string, unknown> }
  | { kind: 'unread'; count: number };

const subscribers = new Set<(event: LiveEvent) => void>();

export function onLive(listener: (event: LiveEvent) => void): () => void {
  subscribers.add(listener);
  return () => subscribers.delete(listener);
}

const HIDDEN_MS = 30_000;
const SILENT_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Keeps the stream open in a visible tab of a member; returns how to stop. Closed 30 s after the tab was hidden:
 * a browser grants six connections per host over HTTP/1.1, and six sleeping tabs would freeze the seventh.
 */
export function keepLive(client: QueryClient): () => void {
  let running: AbortController | null = null;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  let lastId: string | null = null;

  function update(): void {
    clearTimeout(hiding);
    const wanted = sessionState().status === 'member';
    if (!wanted) {
      stop();
      lastId = null;
    } else if (document.visibilityState === 'visible') {
      start();
    } else if (running !== null) {
      hiding = setTimeout(stop, HIDDEN_MS);
    }
  }

  function start(): void {
    if (running !== null) return;
    running = new AbortController();
    void loop(running.signal);
  }

  function stop(): void {
    running?.abort();
    running = null;
  }

  async function loop(signal: AbortSignal): Promise<void> {
    let wait = FIRST_WAIT_MS;
    let first = true;
    while (!signal.aborted) {
      try {
        await once(signal, () => {
          // Whatever happened while nobody listened is fetched once; the resumed stream tells the rest.
          if (!first || lastId !== null) void client.invalidateQueries({ refetchType: 'active' });
          first = false;
          wait = FIRST_WAIT_MS;
        });
      } catch {
        // Away: the next try decides.
      }
      await pause(wait * (0.75 + Math.random() / 2), signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  async function once(signal: AbortSignal, opened: () => void): Promise<void> {
    const bearer = await accessToken();
    if (bearer === null || signal.aborted) return;
    const silence = new AbortController();
    const response = await fetch('/api/notifications/stream', {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${bearer}`,
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
      cache: 'no-store',
    });
    if (response.status === 401) {
      await refresh();
      return;
    }
    if (!response.ok || response.body === null) return;
    opened();
    // The server sends a comment every 15 s; three missing ones mean a dead line that TCP has not noticed.
    let alarm = setTimeout(() => silence.abort(), SILENT_MS);
    try {
      for await (const event of readEvents(response.body, () => {
        clearTimeout(alarm);
        alarm = setTimeout(() => silence.abort(), SILENT_MS);
      })) {
        if (event.id !== null) lastId = event.id;
        handle(event);
      }
    } finally {
      clearTimeout(alarm);
    }
  }

  function handle(event: ServerEvent): void {
    const live = parse(event);
    if (live === null) return;
    if (live.kind === 'unread') {
      client.setQueryData(keys.noticesUnread, { count: live.count });
    } else {
      for (const key of STALE[live.key.split('.')[0] ?? ''] ?? [])
        void client.invalidateQueries({ queryKey: key });
      void client.invalidateQueries({ queryKey: keys.notices });
    }
    subscribers.forEach((listener) => listener(live));
  }

  document.addEventListener('visibilitychange', update);
  const unsubscribe = subscribeSession(update);
  update();
  return () => {
    document.removeEventListener('visibilitychange', update);
    unsubscribe();
    clearTimeout(hiding);
    stop();
  };
}

function parse(event: ServerEvent): LiveEvent | null {
  let data: unknown;
  try {
    data = JSON.parse(event.data);
  } catch {
    return null;
  }
  if (typeof data !== 'object' || data === null) return null;
  const { id, key, params, count } = data as Record<string, unknown>;
  if (event.event === 'unread' && typeof count === 'number') return { kind: 'unread', count };
  if (event.event === 'notice' && typeof id === 'string' && typeof key === 'string') {
    return {
      kind: 'notice',
      id,
      key,
      params: typeof params === 'object' && params !== null ? { ...params } : {},
    };
  }
  return null;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
