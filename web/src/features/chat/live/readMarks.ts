import type { QueryClient } from '@tanstack/react-query';
import type { ClientFrame } from '#/api/types.ts';
import { patch, withRead } from '../cache.ts';

interface Deps {
  client: QueryClient;
  me: () => string | null;
  /** Over the socket; false where it is not ready. */
  send: (frame: ClientFrame) => boolean;
  /** Over HTTP. */
  post: (conversation: string, seq: number) => Promise<void>;
  onUnreadChange: () => void;
}

/** How far I have read, told once for each position, over the socket or over HTTP. */
export function createReadMarks({ client, me, send, post, onUnreadChange }: Deps) {
  const told = new Map<string, number>();

  return {
    /** I have seen everything up to `seq`. */
    readUpTo(id: string, seq: number): void {
      const mine = me();
      if (mine === null || (told.get(id) ?? 0) >= seq) return;
      told.set(id, seq);
      patch(client, id, (old) => withRead(old, mine, seq));
      // The server tells every tab of mine that it has moved, this one included; only then it can be counted.
      if (send({ type: 'read', conversation_id: id, seq })) return;
      post(id, seq).then(onUnreadChange, () => told.delete(id));
    },
    forget: (): void => told.clear(),
  };
}
