import { NoAnswer, Problem } from '#/api/problem/problem.ts';
import type { ClientFrame, Message } from '#/api/types.ts';
import type { Refused, Unsent } from './idbStore.ts';
import type { SendOutcome } from './outbox.ts';

interface Deps {
  /** Over the socket; false where it is not ready. */
  send: (frame: ClientFrame) => boolean;
  /** Over HTTP. */
  post: (entry: Unsent) => Promise<Message>;
  /** A message that HTTP has brought back. */
  onMessage: (message: Message) => void;
}

/** An acknowledgement that does not come in this time is asked for over HTTP, with the same client id. */
const ACK_MS = 5_000;
/** The conversation of a new engagement is there within moments; a message may be ahead of it. */
const NOT_YET_MS = 15_000;

/** Too many in a row: only the other's answer or a day ends it, so the person is told. */
const UNANSWERED = 'message.too_many_unanswered';

/** One attempt to send a message: over the socket, or over HTTP where no socket gets through. */
export function createDelivery({ send, post, onMessage }: Deps) {
  /** Attempts that wait for the socket's answer, by client id; `null`: none will come. */
  const waiting = new Map<string, { entry: Unsent; settle: (outcome: SendOutcome | null) => void }>();

  async function deliver(entry: Unsent): Promise<SendOutcome> {
    return (await overSocket(entry)) ?? overHttp(entry);
  }

  function overSocket(entry: Unsent): Promise<SendOutcome | null> {
    const { conversation_id, client_id, text } = entry;
    if (!send({ type: 'send', conversation_id, client_id, text })) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(null), ACK_MS);
      function settle(outcome: SendOutcome | null): void {
        clearTimeout(timer);
        waiting.delete(client_id);
        resolve(outcome);
      }
      waiting.set(client_id, { entry, settle });
    });
  }

  async function overHttp(entry: Unsent): Promise<SendOutcome> {
    try {
      onMessage(await post(entry));
      return 'kept';
    } catch (cause) {
      if (cause instanceof NoAnswer || !(cause instanceof Problem)) return 'unanswered';
      if (cause.code === UNANSWERED)
        return { refused: { code: cause.code, params: cause.errors[0]?.params ?? {} } };
      if (cause.status === 429 && cause.retryAfter !== undefined) return { later: cause.retryAfter * 1_000 };
      return outcomeOf(cause.status, cause.errors[0] ?? { code: cause.code, params: {} }, entry);
    }
  }

  return {
    deliver,
    stored: (clientId: string): void => waiting.get(clientId)?.settle('kept'),
    refused: (clientId: string, status: number, why: Refused): void => {
      const attempt = waiting.get(clientId);
      attempt?.settle(outcomeOf(status, why, attempt.entry));
    },
    /** The socket is gone: what waits for its answer goes over HTTP. */
    disconnected: (): void => waiting.forEach(({ settle }) => settle(null)),
  };
}

function outcomeOf(status: number, { code, params }: Refused, entry: Unsent): SendOutcome {
  if (status === 404 && Date.now() - entry.at < NOT_YET_MS) return { later: 1_000 };
  if (status === 429 && code !== UNANSWERED) return { later: 1_000 };
  // 401: the person has put the log-in off; 408 and 5xx: the server has not decided.
  if (status === 401 || status === 408 || status >= 500) return 'unanswered';
  return { refused: { code, params } };
}
