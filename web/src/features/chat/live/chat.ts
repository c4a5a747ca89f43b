import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Message, ServerFrame } from '#/api/types.ts';
import { NoAnswer, Problem } from '#/api/problem/problem.ts';
import { queryClient as client } from '#/api/client/query.ts';
import {
  accessToken,
  onAccountChange,
  refresh,
  sessionState,
  subscribeSession,
} from '#/api/session/session.ts';
import { whileVisible } from '#/api/session/whileVisible.ts';
import { cachedThread, LIST, oneKey, patch, threadKey, withMessage, withRead } from '../cache.ts';

import { makeSocket, type SocketState } from './socket.ts';
import { makeOutbox, type SendOutcome } from './outbox.ts';
import { openIdbStore, type Unsent } from './idbStore.ts';
import { known, take, type Thread } from './thread.ts';
import { heardTyping, mayTell, stoppedTyping } from './typing.ts';

/**
 * The one live side of chat in this tab: what comes over the socket goes into the query cache, what is written goes
 * into the outbox and from there over the socket, or over HTTP where no socket gets through.
 */

/** An acknowledgement that does not come in this time is asked for over HTTP, with the same client id. */
const ACK_MS = 5_000;
/** The conversation of a new engagement is there within moments; a message may be ahead of it. */
const NOT_YET_MS = 15_000;

const me = (): string | null => sessionState().account?.id ?? null;

let socketState: SocketState = 'off';
const socketListeners = new Set<() => void>();

const socket = makeSocket({
  url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/chat/ws`,
  token: accessToken,
  refresh,
  onFrame: hear,
  onState: (state) => {
    socketState = state;
    if (state === 'ready') outbox.wake();
    else answers.forEach((answer) => answer(null));
    socketListeners.forEach((listener) => listener());
  },
});

const outbox = makeOutbox({
  store: openIdbStore(),
  deliver,
  alone: async (work) => {
    await navigator.locks.request('dojob.outbox', work);
  },
});

export const { say, again, remove: takeBack, all: unsent, subscribe: subscribeUnsent } = outbox;

/** Keeps the line open in a visible tab of a member, the badge right on every screen; returns how to stop. */
export function keep(): () => void {
  let wasReady = false;
  const stopLine = whileVisible({ start: socket.start, stop: socket.stop });
  const whose = () => {
    const { status } = sessionState();
    // Put off, a log-in may still come back to the same outbox: it waits.
    outbox.open(status === 'member' ? me() : null);
  };
  const stopSession = subscribeSession(whose);
  whose();
  const stopLook = subscribeSocket(() => {
    if (socketState !== 'ready') return;
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

onAccountChange(() => outbox.forget());

export function subscribeSocket(listener: () => void): () => void {
  socketListeners.add(listener);
  return () => socketListeners.delete(listener);
}

export function isLive(): boolean {
  return socketState === 'ready';
}

// ——— What comes in

/** Conversations whose first page is on its way: what is heard meanwhile is not in that answer. */
const opening = new Map<string, Message[]>();

/** Gathers what is heard of a conversation until `done`. */
export function gather(id: string): { heard: Message[]; done: () => void } {
  const heard: Message[] = [];
  opening.set(id, heard);
  return {
    heard,
    done: () => {
      if (opening.get(id) === heard) opening.delete(id);
    },
  };
}

function hear(frame: ServerFrame): void {
  switch (frame.type) {
    case 'ready':
      socket.send({ type: 'resume', conversations: held() });
      break;
    case 'message':
      receive(frame.message);
      if (frame.message.client_id !== null) answer(frame.message.client_id, 'kept');
      break;
    case 'stored': {
      const { client_id, conversation_id, seq, id, at } = frame;
      const entry = outbox.find(client_id);
      if (entry !== undefined) receive({ ...message(entry), conversation_id, seq, id, at });
      answer(client_id, 'kept');
      break;
    }
    case 'refused':
      if (frame.client_id !== null) answer(frame.client_id, outcomeOf(frame.problem.status, frame.client_id));
      break;
    case 'read':
      patch(client, frame.conversation_id, (old) => withRead(old, frame.account_id, frame.seq));
      if (frame.account_id === me()) countLater();
      break;
    case 'typing':
      if (frame.account_id !== me()) heardTyping(frame.conversation_id);
      break;
    case 'reload':
      void client.invalidateQueries({ queryKey: threadKey(frame.conversation_id) });
      void client.invalidateQueries({ queryKey: keys.conversations });
      countLater();
      break;
    case 'opened':
      void client.invalidateQueries({ queryKey: LIST });
      void client.invalidateQueries({ queryKey: oneKey(frame.conversation_id) });
      void client.invalidateQueries({ queryKey: threadKey(frame.conversation_id) });
      break;
    case 'pong':
      break;
  }
}

/** How far this page has come in each conversation that it holds. */
function held(): { id: string; last_seq: number }[] {
  return client
    .getQueriesData<Thread>({ queryKey: keys.messages })
    .flatMap(([[, id], thread]) =>
      thread === undefined || typeof id !== 'string' ? [] : [{ id, last_seq: known(thread) }],
    );
}

function message(entry: Unsent): Message {
  const { conversation_id, client_id, account_id, text } = entry;
  return {
    conversation_id,
    client_id,
    sender_id: account_id,
    text,
    system: null,
    seq: 0,
    id: client_id,
    at: new Date(entry.at).toISOString(),
  };
}

/** A message that the server has kept: into the thread, the list and the badge. */
function receive(message: Message): void {
  const { conversation_id: id } = message;
  opening.get(id)?.push(message);
  const thread = cachedThread(client, id);
  if (thread !== undefined) {
    const next = take(thread, [message]);
    client.setQueryData(threadKey(id), next);
    if (next.ahead.length > 0) void client.invalidateQueries({ queryKey: threadKey(id) });
  }
  const mine = me();
  if (message.client_id !== null) outbox.remove(message.client_id);
  if (mine === null) return;
  const listed = patch(client, id, (old) => withMessage(old, message, mine));
  if (!listed) void client.invalidateQueries({ queryKey: LIST });
  if (message.sender_id !== mine) {
    stoppedTyping(id);
    countLater();
  }
  // A system message is the engagement's own news.
  if (message.system !== null) void client.invalidateQueries({ queryKey: keys.engagements });
}

let counting: ReturnType<typeof setTimeout> | undefined;

/** The badge is counted by the server; a burst of messages asks once. */
function countLater(): void {
  clearTimeout(counting);
  counting = setTimeout(() => void client.invalidateQueries({ queryKey: keys.chatUnread }), 250);
}

// ——— What goes out

/** Who waits for the socket's answer, by client id; `null`: none will come. */
const answers = new Map<string, (outcome: SendOutcome | null) => void>();

function answer(clientId: string, outcome: SendOutcome): void {
  answers.get(clientId)?.(outcome);
}

async function deliver(entry: Unsent): Promise<SendOutcome> {
  return (await overSocket(entry)) ?? overHttp(entry);
}

function overSocket({ conversation_id, client_id, text }: Unsent): Promise<SendOutcome | null> {
  if (!socket.send({ type: 'send', conversation_id, client_id, text })) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(null), ACK_MS);
    function settle(outcome: SendOutcome | null): void {
      clearTimeout(timer);
      answers.delete(client_id);
      resolve(outcome);
    }
    answers.set(client_id, settle);
  });
}

async function overHttp({ conversation_id, client_id, text }: Unsent): Promise<SendOutcome> {
  try {
    const path = { id: conversation_id };
    receive(
      await ok<Message>(
        api.POST('/api/chat/conversations/{id}/messages', { params: { path }, body: { client_id, text } }),
      ),
    );
    return 'kept';
  } catch (cause) {
    if (cause instanceof NoAnswer || !(cause instanceof Problem)) return 'unanswered';
    if (cause.status === 429 && cause.retryAfter !== undefined) return { later: cause.retryAfter * 1_000 };
    return outcomeOf(cause.status, client_id);
  }
}

function outcomeOf(status: number, clientId: string): SendOutcome {
  const entry = outbox.find(clientId);
  if (status === 404 && entry !== undefined && Date.now() - entry.at < NOT_YET_MS) return { later: 1_000 };
  if (status === 429) return { later: 1_000 };
  // 401: the person has put the log-in off; 408 and 5xx: nobody has decided.
  return status === 401 || status === 408 || status >= 500 ? 'unanswered' : 'refused';
}

/** I have seen everything up to `seq`. Said once, over whatever line there is. */
export function readUpTo(id: string, seq: number): void {
  const mine = me();
  if (mine === null || (said.get(id) ?? 0) >= seq) return;
  said.set(id, seq);
  patch(client, id, (old) => withRead(old, mine, seq));
  // The server tells every tab of mine that it has moved, this one included; only then it can be counted.
  if (socket.send({ type: 'read', conversation_id: id, seq })) return;
  ok<void>(api.POST('/api/chat/conversations/{id}/read', { params: { path: { id } }, body: { seq } })).then(
    countLater,
    () => said.delete(id),
  );
}

const said = new Map<string, number>();
onAccountChange(() => said.clear());

export function tellTyping(id: string): void {
  if (isLive() && mayTell(id)) socket.send({ type: 'typing', conversation_id: id });
}
