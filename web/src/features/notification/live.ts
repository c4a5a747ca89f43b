import type { QueryClient } from '@tanstack/react-query';
import { keys } from '#/api/client/keys.ts';
import type { TabSession } from '#/api/session/session.ts';
import { readEvents, type ServerEvent } from './sse.ts';
import { whileVisible } from '#/api/session/whileVisible.ts';

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
  hours: [keys.hours, keys.me, keys.engagements],
  security: [keys.devices, keys.account],
};

/** A notice has arrived, the number of unread ones has changed, or more was missed than the stream can tell. */
type LiveEvent =
  | { kind: 'notice'; id: string; key: string; params: Record<string, unknown> }
  | { kind: 'unread'; count: number }
  | { kind: 'reload' };

const SILENT_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Keeps the stream open in a visible tab of a member; returns how to stop. */
export function keepLive(session: TabSession, client: QueryClient): () => void {
  let running: AbortController | null = null;
  let lastId: string | null = null;

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
    while (!signal.aborted) {
      try {
        await once(signal, () => {
          // Whatever happened while the stream was closed is fetched once, after the first screen too, whose answers came
          // before it was opened; the stream tells the rest.
          void client.invalidateQueries({ refetchType: 'active' });
          wait = FIRST_WAIT_MS;
        });
      } catch {
        // Unavailable: the next try decides.
      }
      await pause(wait * (0.75 + Math.random() / 2), signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  async function once(signal: AbortSignal, opened: () => void): Promise<void> {
    const bearer = await session.accessToken();
    if (bearer === null || signal.aborted) return;
    // Ends with the line, and when nothing was heard for long. (`AbortSignal.any` is not in every browser yet.)
    const silence = new AbortController();
    const end = () => silence.abort();
    signal.addEventListener('abort', end);
    try {
      await listen(bearer, silence, opened);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async function listen(bearer: string, silence: AbortController, opened: () => void): Promise<void> {
    const response = await fetch('/api/notifications/stream', {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${bearer}`,
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal: silence.signal,
      cache: 'no-store',
    });
    if (response.status === 401) {
      await session.refresh();
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
      const before = client.getQueryData<{ count: number }>(keys.noticesUnread)?.count ?? 0;
      client.setQueryData(keys.noticesUnread, { count: live.count });
      // Read elsewhere, or taken back: the list that is on screen is no longer right.
      if (live.count < before) void client.invalidateQueries({ queryKey: keys.notices });
    } else if (live.kind === 'reload') {
      // What was missed is not known: whatever is on screen is asked for again, the rest when it is next shown.
      void client.invalidateQueries({ refetchType: 'active' });
    } else {
      for (const key of STALE[live.key.split('.')[0] ?? ''] ?? [])
        void client.invalidateQueries({ queryKey: key });
      void client.invalidateQueries({ queryKey: keys.notices });
    }
  }

  return whileVisible(session, {
    start,
    stop,
    forget: () => {
      lastId = null;
    },
  });
}

function parse(event: ServerEvent): LiveEvent | null {
  if (event.event === 'reload') return { kind: 'reload' };
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
