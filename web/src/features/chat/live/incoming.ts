import type { QueryClient } from '@tanstack/react-query';
import { keys } from '#/api/client/keys.ts';
import type { Message, ServerFrame } from '#/api/types.ts';
import { cachedThread, LIST, oneKey, patch, threadKey, withMessage, withRead } from '../cache.ts';
import type { Refused, Unsent } from './idbStore.ts';
import { known, take, type Thread } from './thread.ts';

interface Deps {
  client: QueryClient;
  /** The member of this tab; `null`: a visitor. */
  me: () => string | null;
  outbox: { find: (clientId: string) => Unsent | undefined; remove: (clientId: string) => void };
  typing: { started: (conversation: string) => void; stopped: (conversation: string) => void };
  /** The server has stored or refused (with this status, and why) what was sent under this client id. */
  onStored: (clientId: string) => void;
  onRefused: (clientId: string, status: number, why: Refused) => void;
  /** The number of unread messages may have changed. */
  onUnreadChange: () => void;
}

/** What comes in goes into the query cache: threads, lists, read marks. */
export function createIncoming({ client, me, outbox, typing, ...on }: Deps) {
  /** Conversations whose first page is on its way: what arrives meanwhile is not in that answer. */
  const gathering = new Map<string, Message[]>();

  /** Gathers what arrives in a conversation until `done`. */
  function gather(id: string): { arrived: Message[]; done: () => void } {
    const arrived: Message[] = [];
    gathering.set(id, arrived);
    return {
      arrived,
      done: () => {
        if (gathering.get(id) === arrived) gathering.delete(id);
      },
    };
  }

  /** Every frame but `ready`, which the connection answers with `resume`. */
  function handle(frame: ServerFrame): void {
    switch (frame.type) {
      case 'message':
        receive(frame.message);
        if (frame.message.client_id !== null) on.onStored(frame.message.client_id);
        break;
      case 'stored': {
        const { client_id, conversation_id, seq, id, at } = frame;
        const entry = outbox.find(client_id);
        if (entry !== undefined) receive({ ...messageOf(entry), conversation_id, seq, id, at });
        on.onStored(client_id);
        break;
      }
      case 'refused':
        if (frame.client_id !== null) {
          const { status, code, params } = frame.problem;
          on.onRefused(frame.client_id, status, { code, params: params ?? {} });
        }
        break;
      case 'read':
        patch(client, frame.conversation_id, (old) => withRead(old, frame.account_id, frame.seq));
        if (frame.account_id === me()) on.onUnreadChange();
        break;
      case 'typing':
        if (frame.account_id !== me()) typing.started(frame.conversation_id);
        break;
      case 'reload':
        void client.invalidateQueries({ queryKey: threadKey(frame.conversation_id) });
        void client.invalidateQueries({ queryKey: keys.conversations });
        on.onUnreadChange();
        break;
      case 'opened':
        void client.invalidateQueries({ queryKey: LIST });
        void client.invalidateQueries({ queryKey: oneKey(frame.conversation_id) });
        void client.invalidateQueries({ queryKey: threadKey(frame.conversation_id) });
        break;
      case 'ready':
      case 'pong':
        break;
    }
  }

  /** A message that the server has kept: into the thread, the list and the badge. */
  function receive(message: Message): void {
    const { conversation_id: id } = message;
    gathering.get(id)?.push(message);
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
      typing.stopped(id);
      on.onUnreadChange();
    }
    // A system message is the engagement's own news.
    if (message.system !== null) void client.invalidateQueries({ queryKey: keys.engagements });
    // A new proposal: the conversation now shows that one.
    if (message.system?.key === 'engagement.proposed')
      void client.invalidateQueries({ queryKey: keys.conversations });
  }

  /** How far this page has come in each conversation that it holds; the server sends what followed. */
  function positions(): { id: string; last_seq: number }[] {
    return client
      .getQueriesData<Thread>({ queryKey: keys.messages })
      .flatMap(([[, id], thread]) =>
        thread === undefined || typeof id !== 'string' ? [] : [{ id, last_seq: known(thread) }],
      );
  }

  return { gather, handle, receive, positions };
}

/** An own message that is stored, before the server has sent it back. */
function messageOf({ conversation_id, client_id, account_id, text, at }: Unsent): Message {
  return {
    conversation_id,
    client_id,
    sender_id: account_id,
    text,
    system: null,
    seq: 0,
    id: client_id,
    at: new Date(at).toISOString(),
  };
}
