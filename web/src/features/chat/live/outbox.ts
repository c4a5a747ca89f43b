import type { IdbStore, Refused, Unsent } from './idbStore.ts';

/** What became of one attempt. `later`: this conversation waits so many milliseconds. */
export type SendOutcome = 'kept' | 'unanswered' | { refused: Refused } | { later: number };

/** An unsent message as it is shown. */
export interface Waiting extends Unsent {
  /** The server did not answer; it goes on by itself once it does. */
  unanswered: boolean;
}

interface Deps {
  store: Promise<IdbStore>;
  deliver: (entry: Unsent) => Promise<SendOutcome>;
  /** One tab at a time sends, so that two of them cannot mix up the order. */
  alone: (work: () => Promise<void>) => Promise<void>;
}

const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Messages on their way, oldest first. Each keeps its client id from the first attempt to the last, so however often
 * it is sent it is stored once; the next of a conversation leaves only after the one before it was answered.
 */
export function createOutbox({ store, deliver, alone }: Deps) {
  let account: string | null = null;
  let entries: readonly Waiting[] = [];
  let sending = false;
  /** Since it began to send: something was written, there was a sign that it may get through. */
  let written = false;
  let sign = false;
  let silences = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  /** Written to the store one after another, and read in turn. */
  let tail: Promise<unknown> = Promise.resolve();
  const unsaved = new Set<string>();
  const gone = new Set<string>();
  const tabs = new BroadcastChannel('dojob.outbox');
  tabs.onmessage = () => void load();

  function show(next: readonly Waiting[]): void {
    entries = next;
    listeners.forEach((listener) => listener());
  }

  function change(clientId: string, by: Partial<Waiting>): void {
    show(entries.map((entry) => (entry.client_id === clientId ? { ...entry, ...by } : entry)));
  }

  function inStore(act: (store: IdbStore) => Promise<void>): Promise<void> {
    const done = tail.then(async () => act(await store));
    tail = done.catch(() => {
      // A full or forbidden store costs the survival of a reload, never the sending.
    });
    return done.then(
      () => tabs.postMessage('changed'),
      () => undefined,
    );
  }

  /** What the store holds, another tab's messages included. */
  function load(): Promise<void> {
    // In turn with what is written: an older answer must not undo a newer change.
    const read = tail.then(async () => {
      const mine = account;
      if (mine === null) return;
      const stored = await (await store).all();
      if (account !== mine) return;
      const added = entries.filter((entry) => unsaved.has(entry.client_id) && !stored.some(same(entry)));
      const waiting = stored
        .filter((entry) => entry.account_id === mine && !gone.has(entry.client_id))
        .map((entry) => ({ ...entry, unanswered: entries.find(same(entry))?.unanswered ?? false }));
      show([...waiting, ...added].sort((a, b) => a.at - b.at));
      for (const { account_id, client_id } of stored)
        if (account_id !== mine) void inStore((open) => open.remove(client_id));
    });
    tail = read.catch(() => undefined);
    return read.catch(() => undefined);
  }

  function settle(clientId: string): void {
    show(entries.filter((entry) => entry.client_id !== clientId));
    gone.add(clientId);
    unsaved.delete(clientId);
    void inStore((open) => open.remove(clientId));
  }

  /** The next one to send, or how long everything has to wait. */
  function next(notBefore: ReadonlyMap<string, number>): Waiting | number | null {
    const seen = new Set<string>();
    let soonest: number | null = null;
    for (const entry of entries) {
      if (entry.refused || seen.has(entry.conversation_id)) continue;
      seen.add(entry.conversation_id);
      const wait = (notBefore.get(entry.conversation_id) ?? 0) - Date.now();
      if (wait <= 0) return entry;
      soonest = Math.min(soonest ?? wait, wait);
    }
    return soonest;
  }

  async function drain(): Promise<void> {
    await load();
    const notBefore = new Map<string, number>();
    for (;;) {
      const entry = next(notBefore);
      if (entry === null || account === null) return;
      if (typeof entry === 'number') {
        await new Promise((resolve) => setTimeout(resolve, entry));
        continue;
      }
      const outcome = await deliver(entry);
      if (outcome === 'kept') {
        silences = 0;
        settle(entry.client_id);
      } else if (typeof outcome === 'object' && 'refused' in outcome) {
        const why = outcome.refused;
        change(entry.client_id, { refused: true, why, unanswered: false });
        void inStore((open) => open.put({ ...plain(entry, true), why }));
      } else if (outcome === 'unanswered') {
        // Nothing else will get through either.
        show(entries.map((one) => (one.refused ? one : { ...one, unanswered: true })));
        const wait = Math.min(RETRY_MS * 2 ** silences, LONGEST_RETRY_MS);
        silences += 1;
        clearTimeout(timer);
        timer = setTimeout(wake, wait * (0.75 + Math.random() / 2));
        // What was written meanwhile waits like the rest; a sign of life since then counts.
        written = false;
        return;
      } else {
        notBefore.set(entry.conversation_id, Date.now() + outcome.later);
      }
    }
  }

  /** Sends what waits. Called on every sign that it may get through. */
  function wake(): void {
    clearTimeout(timer);
    if (sending) sign = true;
    else send();
  }

  function send(): void {
    if (account === null) return;
    sending = true;
    sign = false;
    written = false;
    void alone(drain)
      .catch(() => undefined)
      .finally(() => {
        sending = false;
        if (sign || written) send();
      });
  }

  return {
    /** From now on this person's messages; `null`: they wait. */
    open(next: string | null): void {
      if (account === next) return;
      account = next;
      show([]);
      if (next !== null) wake();
    },
    add(conversationId: string, text: string): void {
      if (account === null) return;
      const newest = entries.at(-1)?.at ?? 0;
      const entry: Unsent = {
        client_id: crypto.randomUUID(),
        account_id: account,
        conversation_id: conversationId,
        text,
        at: Math.max(Date.now(), newest + 1),
        refused: false,
      };
      show([...entries, { ...entry, unanswered: false }]);
      // It may leave while it is being written down; a second sending would be the same message.
      unsaved.add(entry.client_id);
      void inStore(async (open) => {
        if (gone.has(entry.client_id)) return;
        await open.put(entry);
        unsaved.delete(entry.client_id);
      });
      if (sending) written = true;
      else wake();
    },
    /** 다시 보내기 */
    retry(clientId: string): void {
      const entry = entries.find((one) => one.client_id === clientId);
      if (entry === undefined) return;
      show(entries.map((one) => ({ ...one, unanswered: false })));
      if (entry.refused) {
        change(clientId, { refused: false });
        void inStore((open) => open.put(plain(entry, false)));
      }
      silences = 0;
      wake();
    },
    /** The server has it, or the person took it back. */
    remove(clientId: string): void {
      if (entries.some((entry) => entry.client_id === clientId)) settle(clientId);
    },
    find: (clientId: string): Unsent | undefined => entries.find((entry) => entry.client_id === clientId),
    wake,
    /** Another person uses this tab now: nothing of the one before stays behind. */
    forget(): void {
      account = null;
      show([]);
      void inStore((open) => open.clear());
    },
    all: (): readonly Waiting[] => entries,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What of it is worth writing down. */
function plain({ client_id, account_id, conversation_id, text, at }: Unsent, refused: boolean): Unsent {
  return { client_id, account_id, conversation_id, text, at, refused };
}

function same(entry: { client_id: string }) {
  return (other: { client_id: string }) => other.client_id === entry.client_id;
}
