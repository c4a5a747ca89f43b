import type { QueryClient } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { TabSession } from '#/api/session/session.ts';
import { whileVisible } from '#/api/session/whileVisible.ts';
import type { Message } from '#/api/types.ts';
import { createDelivery } from './delivery.ts';
import type { IdbStore } from './idbStore.ts';
import { createIncoming } from './incoming.ts';
import { createOutbox } from './outbox.ts';
import { createReadMarks } from './readMarks.ts';
import { createSocket, type SocketState } from './socket.ts';
import { createTyping } from './typing.ts';

interface Deps {
  session: TabSession;
  client: QueryClient;
  /** Where unsent messages survive a reload. */
  store: Promise<IdbStore>;
}

/** A burst of messages has the badge counted once. */
const COUNT_AFTER_MS = 250;

/**
 * The one live side of chat: what comes over the socket goes into the query cache (`incoming`), what is written goes
 * into the outbox and from there over the socket or over HTTP (`delivery`). The tab has one (`tab.ts`).
 */
export function createChat({ session, client, store }: Deps) {
  const me = (): string | null => session.state().account?.id ?? null;

  let state: SocketState = 'off';
  const stateListeners = new Set<() => void>();
  const socket = createSocket({
    url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/chat/ws`,
    token: session.accessToken,
    left: session.tokenLeft,
    refresh: session.refresh,
    onFrame: (frame) => {
      if (frame.type === 'ready') socket.send({ type: 'resume', conversations: incoming.positions() });
      else incoming.handle(frame);
    },
    onState: (next) => {
      state = next;
      if (next === 'ready') outbox.wake();
      else delivery.disconnected();
      stateListeners.forEach((listener) => listener());
    },
  });

  const typing = createTyping();
  const delivery = createDelivery({
    send: socket.send,
    post: ({ conversation_id, client_id, text }) =>
      ok<Message>(
        api.POST('/api/chat/conversations/{id}/messages', {
          params: { path: { id: conversation_id } },
          body: { client_id, text },
        }),
      ),
    onMessage: (message) => incoming.receive(message),
  });
  const outbox = createOutbox({
    store,
    deliver: delivery.deliver,
    alone: async (work) => {
      await navigator.locks.request('dojob.outbox', work);
    },
  });
  const incoming = createIncoming({
    client,
    me,
    outbox,
    typing,
    onStored: delivery.stored,
    onRefused: delivery.refused,
    onUnreadChange: countLater,
  });
  const readMarks = createReadMarks({
    client,
    me,
    send: socket.send,
    post: (id, seq) =>
      ok<void>(api.POST('/api/chat/conversations/{id}/read', { params: { path: { id } }, body: { seq } })),
    onUnreadChange: countLater,
  });

  session.onAccountChange(() => {
    outbox.forget();
    readMarks.forget();
  });

  let counting: ReturnType<typeof setTimeout> | undefined;

  /** The badge is counted by the server. */
  function countLater(): void {
    clearTimeout(counting);
    counting = setTimeout(() => void client.invalidateQueries({ queryKey: keys.chatUnread }), COUNT_AFTER_MS);
  }

  function subscribeLive(listener: () => void): () => void {
    stateListeners.add(listener);
    return () => stateListeners.delete(listener);
  }

  const isLive = (): boolean => state === 'ready';

  /** Keeps the line open in a visible tab of a member, the badge right on every screen; returns how to stop. */
  function keep(): () => void {
    let wasReady = false;
    const stopLine = whileVisible(session, { start: socket.start, stop: socket.stop });
    const openOutbox = () => {
      // Put off, a log-in may still come back to the same outbox: it waits.
      outbox.open(session.state().status === 'member' ? me() : null);
    };
    const stopSession = session.subscribe(openOutbox);
    openOutbox();
    const stopLook = subscribeLive(() => {
      if (!isLive()) return;
      // What happened without us and is no message: who has read, what was opened.
      if (wasReady) void client.invalidateQueries({ queryKey: keys.conversations });
      if (wasReady) countLater();
      wasReady = true;
    });
    const back = () => {
      socket.hurry();
      outbox.wake();
    };
    window.addEventListener('online', back);
    window.addEventListener('offline', socket.lose);
    return () => {
      stopLine();
      stopSession();
      stopLook();
      window.removeEventListener('online', back);
      window.removeEventListener('offline', socket.lose);
    };
  }

  return {
    keep,
    isLive,
    subscribeLive,
    outbox,
    typing,
    gather: incoming.gather,
    readUpTo: readMarks.readUpTo,
    tellTyping(id: string): void {
      if (isLive() && typing.mayTell(id)) socket.send({ type: 'typing', conversation_id: id });
    },
  };
}
